"""The way from Terraform to a provider: a port of this machine, a certificate for one run, and the handshake on stdout.

    serve("tfplugin6.Provider", {"StopProvider": handler})      # returns when Terraform is done or gone

Source: HashiCorp's go-plugin (handshake `1|protocol|network|address|grpc|certificate`, its controller and stdio services).
"""

import base64
import os
import threading
from collections.abc import Mapping
from concurrent import futures
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PROTOCOL = 6


def serve(service: str, handlers: Mapping[str, Any]) -> None:
    """Serve on a free port of this machine until Terraform says so or is gone."""
    private, public, der = _certificate()
    over = threading.Event()

    def shut_down(_request: bytes, _context: Any) -> bytes:
        over.set()
        return b""

    server = grpc.server(futures.ThreadPoolExecutor(8))
    stdio = grpc.unary_stream_rpc_method_handler(lambda _request, _context: iter(()))
    generic = grpc.method_handlers_generic_handler
    server.add_generic_rpc_handlers(
        (
            generic(service, handlers),
            generic("plugin.GRPCController", {"Shutdown": grpc.unary_unary_rpc_method_handler(shut_down)}),
            generic("plugin.GRPCStdio", {"StreamStdio": stdio}),
        )
    )
    # Terraform's own certificate is on a curve that this library refuses, so it is not asked for.
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(private, public)]))
    server.start()
    parent = os.getppid()
    certificate = base64.b64encode(der).decode().rstrip("=")
    print(f"1|{PROTOCOL}|tcp|127.0.0.1:{port}|grpc|{certificate}", flush=True)
    while not over.wait(1) and os.getppid() == parent:
        pass
    server.stop(0)


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
