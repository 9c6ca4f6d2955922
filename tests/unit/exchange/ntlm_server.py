"""A web server on loopback that signs connections in by NTLM, and keeps what it was asked, connection by connection.

Written from MS-NTHT: a 401 with a challenge answers the first message, the third comes with the request, and what follows on
the connection needs no header. The messages are checked by spnego's accepting half (MS-NLMP), channel bindings with them.
"""

import base64
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import pytest
import spnego
from spnego.channel_bindings import GssChannelBindings

from unit.exchange.ground import answer

PAGE = b"<html>unauthorized</html>"


@dataclass
class Asked:
    """One request: what stood in Authorization (`hello`, `proof`, empty), and how long its body was."""

    kind: str
    body: int


@dataclass
class NtlmServer:
    """The server's manners, and what it heard."""

    offers: tuple[str, ...] = ("Negotiate", "NTLM", 'Basic realm="x"')
    scheme: str = "NTLM"
    asks_again: bool = False
    """It forgets after each request that the connection was signed in."""
    hangs_up: str = ""
    """After which kind of request it closes the connection."""
    cuts: int = 0
    """Its answers of this status break off, and the connection with them."""
    challenge: str = ""
    """What it gives for a challenge instead of one."""
    hello_status: int = 401
    page: bytes = PAGE
    certificate: bytes = b""
    """In DER: it then insists on a proof that is bound to it."""
    connections: list[list[Asked]] = field(default_factory=list)
    principals: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def kinds(self) -> list[list[str]]:
        return [[one.kind for one in line] for line in self.connections]

    @property
    def bodies(self) -> int:
        """How many requests had a body."""
        return sum(bool(one.body) for line in self.connections for one in line)


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    manners: NtlmServer
    lock: Lock

    def setup(self) -> None:
        super().setup()
        self.context: Any = None
        self.signed = self.last = False
        self.heard: list[Asked] = []
        with self.lock:
            self.manners.connections.append(self.heard)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        scheme, _, text = self.headers.get("Authorization", "").partition(" ")
        message = base64.b64decode(text) if scheme == self.manners.scheme else b""
        kind = {b"": "", b"\1": "hello", b"\3": "proof"}.get(message[8:9], "odd")
        self.heard.append(Asked(kind, len(body)))
        self.last = self.manners.hangs_up == (kind or "request")
        if kind == "hello" and self.manners.hello_status != 401:
            self._say(self.manners.hello_status, self.manners.page)
        elif kind == "hello":
            self._hello(message)
        elif kind == "proof":
            self._proof(message)
        elif self.signed:
            self._answer()
        else:
            self._refuse()

    def _hello(self, message: bytes) -> None:
        bindings = None
        if self.manners.certificate:
            digest = sha256(self.manners.certificate).digest()
            bindings = GssChannelBindings(application_data=b"tls-server-end-point:" + digest)
        self.context = spnego.server(
            protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm, channel_bindings=bindings
        )
        challenge = base64.b64encode(self.context.step(message)).decode()
        self._refuse(self.manners.challenge or challenge)

    def _proof(self, message: bytes) -> None:
        context, self.context = self.context, None
        try:
            context.step(message)
        except (spnego.exceptions.SpnegoError, AttributeError):
            self._refuse()
            return
        self.manners.principals.append(context.client_principal)
        self.signed = True
        self._answer()

    def _answer(self) -> None:
        self.signed = not self.manners.asks_again
        self._say(200, answer().encode())

    def _refuse(self, challenge: str = "") -> None:
        offers = [
            f"{offer} {challenge}" if offer == self.manners.scheme and challenge else offer
            for offer in self.manners.offers
        ]
        self._say(401, self.manners.page, offers)

    def _say(self, status: int, body: bytes, offers: list[str] | None = None) -> None:
        self.send_response(status)
        for offer in offers or []:
            self.send_header("WWW-Authenticate", offer)
        self.send_header("Content-Length", str(len(body)))
        if self.last:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.manners.cuts == status:
            self.close_connection, body = True, body[:-10]
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving(
    manners: NtlmServer,
    users: dict[str, str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    tls: ssl.SSLContext | None = None,
) -> Iterator[NtlmServer]:
    """Serve; `users` are passwords by `DOMAIN:user` (or `:user@domain`)."""
    file = folder / "users"
    file.write_text("".join(f"{name}:{password}\n" for name, password in users.items()))
    monkeypatch.setenv("NTLM_USER_FILE", str(file))
    door = type("Door", (_Door,), {"manners": manners, "lock": Lock()})
    running = ThreadingHTTPServer(("127.0.0.1", 0), door)
    running.daemon_threads = True
    # A client that leaves in the middle is what some tests are about.
    running.handle_error = lambda *_: None  # type: ignore[method-assign] # one server's own silence
    if tls:
        running.socket = tls.wrap_socket(running.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    scheme = "https" if tls else "http"
    manners.url = f"{scheme}://127.0.0.1:{running.server_address[1]}/EWS/Exchange.asmx"
    try:
        yield manners
    finally:
        running.shutdown()
        running.server_close()
        thread.join()
