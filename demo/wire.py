"""HTTP to one server, counted: a connection that is kept, and nothing that is ever sent twice.

    wire = Wire("http://127.0.0.1:8081", lambda: {"Authorization": "..."})
    status, body = wire.ask("GET", "/_sim/counters")

A connection that lay idle is opened anew rather than tried and tried again, since a write must not be repeated.
No proxy is used: the demo talks to this machine, or to the servers its owner names.
"""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

IDLE = 2.0
_TIMEOUT = 60.0

Headers = Callable[[], Mapping[str, str]]


class UnreachableError(Exception):
    """The server did not answer; the text names it and says how."""


def _none() -> Mapping[str, str]:
    return {}


class Wire:
    """One server as one person reaches it. Threads may share it. `requests` counts what was asked."""

    def __init__(self, base: str, headers: Headers = _none, now: Callable[[], float] = time.monotonic) -> None:
        self.base = base
        self.requests = 0
        self._parts = urlsplit(base)
        self._headers = headers
        self._now = now
        self._lock = threading.Lock()
        self._open: http.client.HTTPConnection | None = None
        self._used = 0.0

    def ask(self, method: str, target: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Ask once; `headers` have `_` for `-`. UnreachableError: no answer, and nobody knows what was done."""
        sent = {**self._headers(), **{name.replace("_", "-"): value for name, value in headers.items()}}
        with self._lock:
            self.requests += 1
            try:
                connection = self._connection()
                connection.request(method, target, body or None, sent)
                _hurry(connection.sock)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self._close()
                raise UnreachableError(f"{self._parts.netloc} did not answer ({type(error).__name__})") from None
            if answer.will_close:
                self._close()
            self._used = self._now()
            return answer.status, content

    def close(self) -> None:
        """Let the connection go."""
        with self._lock:
            self._close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._open is not None and self._now() - self._used > IDLE:
            self._close()
        if self._open is None:
            kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
            self._open = kind(self._parts.hostname or "", self._parts.port, timeout=_TIMEOUT)
        return self._open

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _hurry(connected: socket.socket) -> None:
    """Acknowledge at once: a server that sends head and body apart would wait 40 ms between the two for each answer."""
    option = getattr(socket, "TCP_QUICKACK", None)  # Linux alone has it
    if option is not None:
        connected.setsockopt(socket.IPPROTO_TCP, option, 1)
