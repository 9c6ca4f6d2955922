"""A stand-in for the google provider: its schema, and nothing behind it. Terraform starts it (`terraform.py`).

It refuses what the schema refuses beyond what Terraform itself checks (values outside a known list, arguments that only
the provider may set), plans what was written with everything else unknown, and answers data sources with made-up
values. An account's address follows from its id, so a plan shows who gets which right. It cannot apply.

Source: Terraform's plugin protocol 6 (`messages.py`, `wire.py`), HashiCorp's go-plugin (`serving.py`).
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import grpc

from tools.infra import schema, wire
from tools.infra.messages import PACKAGE, message
from tools.infra.serving import serve
from tools.infra.wire import UNKNOWN, Steps

MAGIC = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
"""What Terraform sets in TF_PLUGIN_MAGIC_COOKIE, so that nobody starts a provider by hand and waits."""

PROJECT_NUMBER = "123456789012"
_Fault = tuple[Steps, str]


def faults(block: Mapping[str, Any], value: Mapping[str, Any] | None, path: Steps = ()) -> Iterator[_Fault]:
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
        self._schema = wire.schema(held)
        self._project = ""

    def answer(self, name: str, request: Any) -> Any:
        """Answer one request. Requests that need no thought are answered with an empty message."""
        made = message(f"{name}.Response")
        match name:
            case "GetProviderSchema":
                return self._schema
            case "ValidateResourceConfig":
                block = self._held["resource_schemas"][request.type_name]["block"]
                return made(diagnostics=[wire.complaint(*one) for one in faults(block, wire.read(request.config))])
            case "ConfigureProvider":
                self._project = wire.read(request.config)["project"]
                return made()
            case "PlanResourceChange":
                block = self._held["resource_schemas"][request.type_name]["block"]
                wanted = wire.read(request.proposed_new_state)
                known = _address(wanted, self._project) if request.type_name == "google_service_account" else {}
                return made(planned_state=wire.write(filled(block, wanted, lambda name: known.get(name, UNKNOWN))))
            case "ReadDataSource":
                block = self._held["data_source_schemas"][request.type_name]["block"]
                number = {"number": PROJECT_NUMBER}
                return made(state=wire.write(filled(block, wire.read(request.config), number.get)))
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


def _handler(provider: Provider, name: str) -> Any:
    def answer(request: Any, _context: Any) -> Any:
        return provider.answer(name, request)

    read = message(f"{name}.Request").FromString
    return grpc.unary_unary_rpc_method_handler(answer, read, lambda made: made.SerializeToString())


def main() -> int:
    """Serve, if it is Terraform that starts it."""
    if os.environ.get("TF_PLUGIN_MAGIC_COOKIE") != MAGIC:
        print("Terraform starts this by itself: make infra-check", file=sys.stderr)
        return 2
    provider = Provider(schema.load())
    serve(f"{PACKAGE}.Provider", {name: _handler(provider, name) for name in METHODS})
    return 0


if __name__ == "__main__":
    sys.exit(main())
