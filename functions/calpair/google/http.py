"""The wire to Google: where it leads, what the client library may send over it, and how much may come back.

    addresses = Addresses.of("https://www.googleapis.com/")
    events = service(addresses.api).events()             # builds requests and sends nothing
    response, content = Wire().request(...)              # an httplib2.Http

The client library builds requests from the discovery document it ships with (static discovery), which asks nobody.
Two of its ways are not ours: its own `new_batch_http_request` posts to Google's address whatever the endpoint is, so the
batch address is derived here; and httplib2 sends a request again on its own when an answer fails to come, follows
redirects and reads without bound, so `Wire` replaces that one step, and the opening of a connection with it: that leads
where `Names` allow. httplib2 is not thread-safe: a `Wire` belongs to one
calendar object. Source: httplib2 0.32.1 (`Http._conn_request`), google-api-python-client 2.202.0 (`discovery.py`).
"""

import selectors
import socket
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import Any, Protocol
from urllib.parse import urlsplit

import httplib2
from googleapiclient.discovery import build

from calpair.addresses import is_loopback
from calpair.errors import CalpairError, UsageError
from calpair.names import STRICT, Names

TIMEOUT_SECONDS = 60.0
"""How long a connection, and each silence in an answer, may take."""

MOST_BYTES = 64 * 1024 * 1024
"""A longer answer, before or after unpacking, is given up: a full page of 2,500 ordinary events has a twentieth."""

_API = "/calendar/v3/"
_BATCH = "/batch/calendar/v3"


class Http(Protocol):
    """What is asked of a transport: httplib2's one method."""

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[httplib2.Response[str], bytes]:
        """Send a request; the answer's head and body. OSError, HTTPException or HttpLib2Error when none came."""


class NotSentError(OSError):
    """No connection came about, so nothing was sent. `code`: `unreachable` or `certificate`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooLongError(OSError):
    """The answer was longer than anything Google has to say."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the API is, and where batches go."""

    api: str
    batch: str

    @staticmethod
    def of(base: str) -> "Addresses":
        """Derive both from `google.url`. UsageError for an address that is neither https nor on this machine."""
        if not safe(base):
            raise UsageError(f"google.url {base!r} is not usable: write an https address (http only on this machine)")
        root = base.rstrip("/").removesuffix(_API.rstrip("/"))
        return Addresses(root + _API, root + _BATCH)


def safe(url: str) -> bool:
    """Tell whether a secret may go there: https, or http that stays on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


@lru_cache(maxsize=16)
def service(api: str) -> Any:
    """Build the client library's `Resource`; it only makes requests, so everybody may share it."""
    return build(
        "calendar",
        "v3",
        http=_Nowhere(),
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": api},
    )


@lru_cache(maxsize=16)
def events(api: str) -> Any:
    """Give the part of it that builds requests about events; making it anew takes ten milliseconds."""
    return service(api).events()


@lru_cache(maxsize=16)
def free_busy(api: str) -> Any:
    """Give the part of it that builds questions about free and busy."""
    return service(api).freebusy()


class _Nowhere:
    """Stands where the library wants a transport; requests are sent by `line.py` only."""

    def request(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError("requests are sent by the line they belong to")


class Wire(httplib2.Http):
    """A connection to one host that asks once, follows nothing, verifies certificates and reads with a bound.

    `names` says where it may lead. It leads there directly: proxies httplib2 knows only with a package nobody installs.
    """

    def __init__(self, timeout: float = TIMEOUT_SECONDS, most_bytes: int = MOST_BYTES, names: Names = STRICT) -> None:
        super().__init__(timeout=timeout, proxy_info=None, tls_minimum_version="TLSv1_2")
        self.follow_redirects = False
        self._most_bytes = most_bytes
        self._names = names

    def _conn_request(
        self, conn: HTTPConnection, request_uri: str, method: str, body: Any, headers: dict[str, str]
    ) -> tuple[httplib2.Response[str], bytes]:
        if conn.sock is not None and _hung_up(conn.sock):
            conn.close()
        if conn.sock is None:
            self._connect(conn)
        try:
            conn.request(method, request_uri, body, headers)
            answer = conn.getresponse()
            content = _read(answer, self._most_bytes)
        except BaseException:
            # What is left of this exchange must not be taken for the answer to the next one.
            conn.close()
            raise
        response: httplib2.Response[str] = httplib2.Response(answer)
        return response, _unpacked(content, response.pop("content-encoding", ""), self._most_bytes)

    def _connect(self, conn: Any) -> None:
        try:
            line = self._names.connect(conn.host, conn.port, conn.timeout)
            conn.sock = line
            if isinstance(conn, HTTPSConnection):
                conn.sock = conn._context.wrap_socket(line, server_hostname=conn.host)  # type: ignore[attr-defined] # noqa: SLF001 - made by httplib2, for this
        except CalpairError:
            raise
        except Exception as error:
            # Whatever it is, the request is still here.
            conn.close()
            refused = isinstance(error, ssl.SSLCertVerificationError)
            raise NotSentError("certificate" if refused else "unreachable") from error


def _read(answer: HTTPResponse, most_bytes: int) -> bytes:
    content = answer.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise TooLongError
    if answer.length:
        # A read with a bound does not tell by itself that the connection broke off.
        raise IncompleteRead(content, answer.length)
    answer.close()
    return content


def _hung_up(sock: socket.socket) -> bool:
    """Tell whether the server closed a kept connection meanwhile: nothing is due, so anything to read is its end."""
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        return bool(selector.select(0))


def _unpacked(content: bytes, encoding: str, most_bytes: int) -> bytes:
    if encoding not in ("gzip", "deflate"):
        return content
    try:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        plain = unpacker.decompress(content, most_bytes + 1)
    except zlib.error as error:
        raise OSError("an answer that cannot be unpacked") from error
    if len(plain) > most_bytes:
        raise TooLongError
    return plain
