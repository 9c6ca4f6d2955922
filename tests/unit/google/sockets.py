"""Servers on loopback that say byte for byte what a test wrote, one connection after the other."""

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass
class Heard:
    """Where the server is, and the requests it had, by connection."""

    port: int = 0
    requests: list[list[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


def ok(body: bytes, *headers: str) -> bytes:
    """An answer in full."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@contextmanager
def speaking(*connections: Sequence[bytes], tls: ssl.SSLContext | None = None) -> Iterator[Heard]:
    """Accept as many connections as there are scripts; give each request its answer, then hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        heard = Heard(listening.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listening, connections, heard, tls), daemon=True)
        thread.start()
        yield heard
        thread.join(10)
        assert not thread.is_alive()


def _serve(
    listening: socket.socket, connections: Sequence[Sequence[bytes]], heard: Heard, tls: ssl.SSLContext | None
) -> None:
    for answers in connections:
        line, _ = listening.accept()
        with line:
            line.settimeout(10)
            mine: list[bytes] = []
            heard.requests.append(mine)
            try:
                with tls.wrap_socket(line, server_side=True) if tls else line as talk:
                    for answer in answers:
                        mine.append(_request(talk))
                        talk.sendall(answer)
            except OSError:
                continue


def _request(line: socket.socket) -> bytes:
    """Read one request: its head, and the body as long as the head says."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [row.split(b":")[1] for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")]
    while len(body) < int(lengths[0] if lengths else b"0"):
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate for localhost that nobody vouches for."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
