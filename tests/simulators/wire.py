"""HTTP as the simulators see it: one request, one response, and a server that mounts a simulator on a port.

The same `handle(request)` answers in process (see each side's `mount.py`) and over a socket (`serve`), so a test and
a stranger's client meet the same behaviour. On a port the body is what one Content-Length says it is: anything else is
refused with a page and the connection closed, so that no byte of it is taken for a request. Source: RFC 9110, RFC 9112.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

MAX_BODY = 64 * 1024 * 1024


class Crash(BaseException):
    """The client's process dies here. Raised in process only; no `except Exception` may survive it."""


class LostReplyError(ConnectionError):
    """The server did its work and the answer never arrived. On a port the connection is cut instead."""


class TimedOutError(TimeoutError):
    """The client gave up waiting. On a port the connection is cut instead."""


class Connection:
    """One TCP connection, known by nothing but itself: what a server remembers of it is gone when it is."""


@dataclass(frozen=True)
class Request:
    """One HTTP request. Header names are lower-case; `query` keeps repeats in order.

    `connection` is what it came over; a request that names none came over one of its own.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    connection: Connection = field(default_factory=Connection, compare=False, repr=False)

    @staticmethod
    def of(
        method: str, target: str, headers: Mapping[str, str], body: bytes, connection: Connection | None = None
    ) -> "Request":
        """Take a request apart; `target` is a path or a whole URL. What is neither is a path nobody answers at."""
        path, query = _path_and_query(target)
        return Request(
            method.upper(),
            path or "/",
            tuple(parse_qsl(query, keep_blank_values=True)),
            {name.lower(): value for name, value in headers.items()},
            body,
            connection or Connection(),
        )


@dataclass(frozen=True)
class Response:
    """One HTTP response."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Handler(Protocol):
    """Anything that answers requests."""

    def handle(self, request: Request) -> Response:
        """Answer one request, or raise `Crash`, `LostReplyError` or `TimedOutError`."""


def _path_and_query(target: str) -> tuple[str, str]:
    if target.startswith("/"):
        # A path may begin with two slashes; no host is meant by it.
        path, _, query = target.partition("#")[0].partition("?")
        return path, query
    try:
        parts = urlsplit(target)
    except ValueError:
        return target, ""
    return parts.path, parts.query


class _UnreadableError(Exception):
    """A request whose body cannot be told from what follows it."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out in two writes; the second would wait for the client's acknowledgement of the first.
    disable_nagle_algorithm = True
    handler: Handler

    def setup(self) -> None:
        super().setup()
        self.peer = Connection()

    def _body(self) -> bytes:
        if "Transfer-Encoding" in self.headers:
            raise _UnreadableError(HTTPStatus.LENGTH_REQUIRED)
        lengths = {text.strip() for text in self.headers.get_all("Content-Length", ["0"])}
        found = re.fullmatch(r"0*([0-9]+)", lengths.pop())
        if lengths or found is None:
            raise _UnreadableError(HTTPStatus.BAD_REQUEST)
        if len(found[1]) > len(str(MAX_BODY)) or int(found[1]) > MAX_BODY:
            raise _UnreadableError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = self.rfile.read(int(found[1]))
        if len(body) < int(found[1]):
            raise _UnreadableError(HTTPStatus.BAD_REQUEST)
        return body

    def _answer(self) -> None:
        try:
            body = self._body()
        except _UnreadableError as refused:
            self.send_error(refused.status)
            return
        try:
            request = Request.of(self.command, self.path, dict(self.headers), body, self.peer)
            response = self.handler.handle(request)
        except (Crash, LostReplyError, TimedOutError):
            self.close_connection = True
            return
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            # Unsaid, a client would send its next request into a connection about to go. RFC 9112 9.6.
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815 - the library's names

    def log_message(self, *args: object) -> None:
        """Say nothing: a simulator keeps its own record of calls."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True


def server(handler: Handler, port: int = 0) -> ThreadingHTTPServer:
    """Build an HTTP server on loopback for a simulator; port 0 takes a free one. The caller runs and closes it."""
    door = type("Door", (_Door,), {"handler": handler})
    return _Server(("127.0.0.1", port), door)


@contextmanager
def mounted(handler: Handler, port: int = 0) -> Iterator[str]:
    """Serve a simulator on a loopback port, a free one by default, while the block runs: `http://127.0.0.1:PORT`."""
    running = server(handler, port)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_address[1]}"
    finally:
        running.shutdown()
        running.server_close()
        thread.join()
