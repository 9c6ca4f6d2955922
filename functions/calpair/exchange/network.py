"""Connections to an Exchange server: to addresses that were checked, with the trust its document names.

    session.mount(url, Adapter(names, tls_context(settings)))
    body = read(response, MAX_ANSWER, seconds, now)

`requests` and urllib3 bring everything but three things: where a connection goes is `Names`' to say; a proxy is used only
where that allows it, and held to the same trust; and whoever signs in a connection (NTLM) is told which one it is.
Source: urllib3 2 (`PoolManager.pool_classes_by_scheme`, `HTTPConnection._new_conn`), requests (`HTTPAdapter`).
"""

import socket
import ssl
import warnings
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from weakref import ref

import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from calpair.errors import UsageError
from calpair.exchange.errors import TooLargeError
from calpair.model.pair import ExchangeServer
from calpair.names import Names
from calpair.ports import Now

CONNECT_SECONDS = 10
SIGN_IN_SECONDS = 15
"""How long what comes before a request may take to be answered: a write that starts late ends later than was planned."""

_CHUNK = 64 * 1024
_TLS_VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


class Adapter(HTTPAdapter):
    """One connection a session, no retries, to where `names` allow."""

    def __init__(self, names: Names, context: ssl.SSLContext | None) -> None:
        self._lines = _Lines(names)
        self._trust = {} if context is None else {"ssl_context": context}
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0, pool_block=True)

    @property
    def line(self) -> HTTPConnection | None:
        """The connection the next request will go over; None when it will be a new one."""
        line = self._lines.last()
        return line if line is not None and line.is_connected else None

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request. AccessLostError where it may not go."""
        url = request.url or ""
        if select_proxy(url, dict(proxies or {})) and not self._lines.names.by_proxy(urlsplit(url).hostname or ""):
            proxies = None
        return super().send(request, stream, timeout, verify, cert, dict(proxies or {}))

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        """Hand our trust and our connections to the pool."""
        super().init_poolmanager(connections, maxsize, block, **self._trust, **more)
        self.poolmanager.pool_classes_by_scheme = self._lines.pools()

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        """The same behind a proxy."""
        manager = super().proxy_manager_for(proxy, **self._trust, **more)
        manager.pool_classes_by_scheme = self._lines.pools()
        return manager


class _Lines:
    """Where an adapter's connections lead, and the last of them; it keeps none of them alive."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.last: Callable[[], HTTPConnection | None] = lambda: None

    def pools(self) -> Any:
        return {"http": partial(_Pool, self), "https": partial(_TlsPool, self)}

    def open(self, line: HTTPConnection) -> socket.socket:
        """Open the socket of a connection, where no proxy does."""
        try:
            return self.names.connect(line._dns_host, line.port, _seconds(line.timeout))  # noqa: SLF001 - with its final dot
        except socket.gaierror as error:
            raise NameResolutionError(line.host, line, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(line, "no connection in time") from error
        except OSError as error:
            raise NewConnectionError(line, "no connection") from error


class _Line(HTTPConnection):
    def __init__(self, lines: _Lines, *args: Any, **more: Any) -> None:
        self._lines = lines
        super().__init__(*args, **more)

    def connect(self) -> None:
        super().connect()
        self._lines.last = ref(self)

    def _new_conn(self) -> socket.socket:
        # Where the environment's proxy is, is the operator's own business.
        return super()._new_conn() if self.proxy else self._lines.open(self)


class _TlsLine(_Line, HTTPSConnection):
    """The same below TLS, which is verified against the name."""


class _Pool(HTTPConnectionPool):
    def __init__(self, lines: _Lines, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.ConnectionCls = partial(_Line, lines)  # type: ignore[assignment] # it is called, no more


class _TlsPool(HTTPSConnectionPool):
    def __init__(self, lines: _Lines, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.ConnectionCls = partial(_TlsLine, lines)  # type: ignore[assignment] # the same


def _seconds(timeout: Any) -> float | None:
    return timeout if isinstance(timeout, int | float) else None


def read(response: requests.Response, most: int, seconds: float, now: Now) -> bytes:
    """Read an answer to its end. TooLargeError beyond `most` bytes; ReadTimeout when it takes longer than `seconds`."""
    # The library's timeout is for one read; a server that drips must not hold us beyond what was planned.
    deadline = now() + timedelta(seconds=seconds)
    pieces, length = list[bytes](), 0
    for piece in response.iter_content(_CHUNK):
        pieces.append(piece)
        length += len(piece)
        if length > most:
            raise TooLargeError
        if now() > deadline:
            raise requests.exceptions.ReadTimeout
    return b"".join(pieces)


def tls_context(settings: ExchangeServer) -> ssl.SSLContext:
    """Build what a server's certificate and TLS version are held to. Raises UsageError."""
    minimum = _TLS_VERSIONS.get(settings.tls_minimum)
    if minimum is None:
        raise UsageError(f"exchange.tls_minimum: {settings.tls_minimum!r} is not one of {', '.join(_TLS_VERSIONS)}")
    try:
        context = ssl.create_default_context(cafile=settings.ca or None)
    except OSError as error:
        raise _no_certificates(settings.ca) from error
    with warnings.catch_warnings():
        # An administrator of an old server asked for it, and knows it is old.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = minimum
    if minimum < ssl.TLSVersion.TLSv1_2:
        # OpenSSL 3 speaks the old versions at its lowest security level only.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def token_context(settings: ExchangeServer) -> ssl.SSLContext:
    """The same for where tokens come from: the machine's own trust, and for an address of one's own `exchange.ca` too."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.token_url and settings.ca:
        try:
            context.load_verify_locations(settings.ca)
        except OSError as error:
            raise _no_certificates(settings.ca) from error
    return context


def _no_certificates(ca: str) -> UsageError:
    return UsageError(f"exchange.ca: {ca!r} cannot be read as certificates; name a PEM file")
