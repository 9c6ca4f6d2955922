"""A stand-in for the google provider: its schema, and nothing behind it. Terraform starts it (`terraform.py`).

It refuses what the schema refuses beyond what Terraform itself checks (values outside a known list, arguments that only
the provider may set), plans what was written with everything else unknown, and answers data sources with made-up
values. An account's address follows from its id, so a plan shows who gets which right. It cannot apply. Source: Terraform's plugin protocol 6 and the handshake of HashiCorp's go-plugin.
"""

import base64
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import msgpack
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tools.infra import schema
from tools.infra.messages import PACKAGE, message

MAGIC = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
"""What Terraform sets in TF_PLUGIN_MAGIC_COOKIE, so that nobody starts a provider by hand and waits."""

PROJECT_NUMBER = "123456789012"
UNKNOWN = msgpack.ExtType(0, b"\x00")

_NESTING = {"single": 1, "list": 2, "set": 3}
_ERROR = 1
_Steps = tuple[str | int, ...]
_Fault = tuple[_Steps, str]


def faults(block: Mapping[str, Any], value: Mapping[str, Any] | None, path: _Steps = ()) -> Iterator[_Fault]:
    """Name what a resource's block may not hold, each with the path to it. Pure."""
    held = value or {}
    for name, attribute in block.get("attributes", {}).items():
        given = held.get(name)
        if given is None:
            continue
        if attribute.get("computed") and not attribute.get("optional"):
            yield (*path, name), f"{name} is set by Google alone and cannot be written"
        if isinstance(given, str) and given not in attribute.get("one_of", (given,)):
            yield (*path, name), f"{name} is one of {', '.join(attribute['one_of'])}, not {given}"
    for name, inner in block.get("block_types", {}).items():
        several = held.get(name)
        for index, one in enumerate(several if isinstance(several, list) else ()):
            if isinstance(one, dict):
                yield from faults(inner["block"], one, (*path, name, index))


def filled(block: Mapping[str, Any], value: Any, invent: Callable[[str], Any]) -> Any:
    """Give a value with everything that the provider would compute invented where nothing was written. Pure."""
    if not isinstance(value, dict):
        return value
    made = dict(value)
    for name, attribute in block.get("attributes", {}).items():
        if attribute.get("computed") and made.get(name) is None:
            made[name] = invent(name)
    for name, inner in block.get("block_types", {}).items():
        several = made.get(name)
        if isinstance(several, list):
            made[name] = [filled(inner["block"], one, invent) for one in several]
    return made


class Provider:
    """The answers, by the protocol's names. Holds the schema, and the project it is set up for."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        self._held = held
        self._schema = _whole(held)
        self._project = ""

    def answer(self, name: str, request: Any) -> Any:
        """Answer one request. Requests that need no thought are answered with an empty message."""
        made = message(f"{name}.Response")
        match name:
            case "GetProviderSchema":
                return self._schema
            case "ValidateResourceConfig":
                block = self._held["resource_schemas"][request.type_name]["block"]
                return made(diagnostics=[_diagnostic(*one) for one in faults(block, _read(request.config))])
            case "ConfigureProvider":
                self._project = _read(request.config)["project"]
                return made()
            case "PlanResourceChange":
                block = self._held["resource_schemas"][request.type_name]["block"]
                wanted = _read(request.proposed_new_state)
                known = _address(wanted, self._project) if request.type_name == "google_service_account" else {}
                return made(planned_state=_write(filled(block, wanted, lambda name: known.get(name, UNKNOWN))))
            case "ReadDataSource":
                block = self._held["data_source_schemas"][request.type_name]["block"]
                number = {"number": PROJECT_NUMBER}
                return made(state=_write(filled(block, _read(request.config), number.get)))
            case _:
                return made()


METHODS = (
    "GetProviderSchema",
    "ValidateProviderConfig",
    "ValidateResourceConfig",
    "ValidateDataResourceConfig",
    "ConfigureProvider",
    "PlanResourceChange",
    "ReadDataSource",
    "StopProvider",
)


def _address(account: Mapping[str, Any] | None, project: str) -> dict[str, str]:
    if not account or not isinstance(account["account_id"], str):
        return {}
    email = f"{account['account_id']}@{project}.iam.gserviceaccount.com"
    return {"email": email, "member": f"serviceAccount:{email}", "name": f"projects/{project}/serviceAccounts/{email}"}


def _whole(held: Mapping[str, Any]) -> Any:
    named = message("Named")
    return message("GetProviderSchema.Response")(
        provider=_schema(held["provider"]),
        resource_schemas=[named(key=kind, value=_schema(one)) for kind, one in held["resource_schemas"].items()],
        data_source_schemas=[named(key=kind, value=_schema(one)) for kind, one in held["data_source_schemas"].items()],
    )


def _schema(one: Mapping[str, Any]) -> Any:
    return message("Schema")(version=one.get("version", 0), block=_block(one["block"]))


def _block(block: Mapping[str, Any]) -> Any:
    attribute, nested = message("Attribute"), message("NestedBlock")
    return message("Block")(
        attributes=[
            attribute(
                name=name,
                type=json.dumps(one["type"]).encode(),
                required=one.get("required", False),
                optional=one.get("optional", False),
                computed=one.get("computed", False),
            )
            for name, one in block.get("attributes", {}).items()
        ],
        block_types=[
            nested(
                type_name=name,
                nesting=_NESTING[one["nesting_mode"]],
                min_items=one.get("min_items", 0),
                max_items=one.get("max_items", 0),
                block=_block(one["block"]),
            )
            for name, one in block.get("block_types", {}).items()
        ],
    )


def _read(value: Any) -> Any:
    return msgpack.unpackb(value.msgpack, strict_map_key=False) if value.msgpack else None


def _write(value: Any) -> Any:
    return message("DynamicValue")(msgpack=msgpack.packb(value))


def _diagnostic(path: _Steps, said: str) -> Any:
    step = message("AttributePath.Step")
    steps = [step(attribute_name=one) if isinstance(one, str) else step(element_key_int=one) for one in path]
    return message("Diagnostic")(severity=_ERROR, summary=said, attribute=message("AttributePath")(steps=steps))


def _certificate() -> tuple[bytes, bytes, bytes]:
    """Make a certificate for one run: its key and itself as PEM, and itself as DER for the handshake."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private, made.public_bytes(pem), made.public_bytes(serialization.Encoding.DER)


def _serve(provider: Provider) -> None:
    """Serve on a free port of this machine until Terraform says so or is gone."""
    private, public, der = _certificate()
    over = threading.Event()

    def shut_down(_request: bytes, _context: Any) -> bytes:
        over.set()
        return b""

    def method(name: str) -> Any:
        def answer(request: Any, _context: Any) -> Any:
            return provider.answer(name, request)

        return grpc.unary_unary_rpc_method_handler(
            answer, message(f"{name}.Request").FromString, lambda made: made.SerializeToString()
        )

    server = grpc.server(futures.ThreadPoolExecutor(8), options=[("grpc.max_send_message_length", -1)])
    stdio = grpc.unary_stream_rpc_method_handler(lambda _request, _context: iter(()))
    server.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler(f"{PACKAGE}.Provider", {name: method(name) for name in METHODS}),
            grpc.method_handlers_generic_handler(
                "plugin.GRPCController", {"Shutdown": grpc.unary_unary_rpc_method_handler(shut_down)}
            ),
            grpc.method_handlers_generic_handler("plugin.GRPCStdio", {"StreamStdio": stdio}),
        )
    )
    # Terraform's own certificate is on a curve that this library refuses, so it is not asked for.
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(private, public)]))
    server.start()
    parent = os.getppid()
    print(f"1|6|tcp|127.0.0.1:{port}|grpc|{base64.b64encode(der).decode().rstrip('=')}", flush=True)
    while not over.wait(1) and os.getppid() == parent:
        pass
    server.stop(0)


def main() -> int:
    """Serve, if it is Terraform that starts it."""
    if os.environ.get("TF_PLUGIN_MAGIC_COOKIE") != MAGIC:
        print("Terraform starts this by itself: make infra-check", file=sys.stderr)
        return 2
    _serve(Provider(schema.load()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
