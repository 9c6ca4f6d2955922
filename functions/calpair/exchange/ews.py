"""The wire to one Exchange server: signed-in sessions, and one POST for one request.

The only file that touches exchangelib's workings. Used of exchangelib 5.6.0: `BaseProtocol` with its pool of sessions,
its sign-in, `Configuration` and `Credentials`. Avoided, each for a reason that was measured:

* `Protocol` is cached in the process by address and account: two connections would share a transport. -> BaseProtocol.
* The services send a request ten times over when a fault says ErrorInvalidRequest or ErrorInvalidServerVersion, raise
  away the other results of a batch, repair torn XML, drop a page for one unknown element or time zone, and read an
  answer byte by byte; `post_ratelimited` logs whole requests. -> `Wire.post` here, `answer.parse` for what comes back.
* Without an `auth_type` and a `version` it probes for both, with up to ten requests. -> both are always given.

Redirects are not followed, answers are bounded in length and in time, certificates are verified.
"""

import ssl
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
from exchangelib.configuration import Configuration
from exchangelib.credentials import Credentials
from exchangelib.protocol import BaseProtocol, FailFast
from exchangelib.transport import BASIC
from exchangelib.version import EXCHANGE_2013_SP1, Version
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.auth import HTTPBasicAuth

from calpair.errors import UsageError
from calpair.exchange.errors import TooLargeError
from calpair.model.pair import ExchangeServer
from calpair.ports import Now

MAX_ANSWER = 64 * 1024 * 1024
"""A longer answer (decompressed) is not read to its end."""

CONNECT_SECONDS = 10
_CHUNK = 64 * 1024
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_TLS_VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; header names are found in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """The sessions with one server. Threads may share it; each request has a session to itself."""

    def __init__(
        self, settings: ExchangeServer, password: Callable[[], str], now: Now, transport: BaseAdapter | None
    ) -> None:
        self._settings = settings
        self._password = password
        self._now = now
        self._transport = transport
        self._lock = Lock()
        self._sessions: _Sessions | None = None

    def post(self, data: bytes, headers: Mapping[str, str]) -> Reply:
        """Send one request, once. Raises what `requests` raises, and TooLargeError.

        Whatever ends it, even the process's own death in the middle, a session that was cut off is never used again.
        """
        sessions = self._open()
        session = sessions.get_session()
        whole = False
        try:
            with session.post(
                self._settings.url,
                data=data,
                headers=dict(headers),
                allow_redirects=False,
                timeout=(min(CONNECT_SECONDS, self._settings.timeout_seconds), self._settings.timeout_seconds),
                stream=True,
                verify=self._settings.ca or True,
            ) as response:
                reply = Reply(response.status_code, response.headers, self._read(response))
            whole = True
        finally:
            if whole:
                sessions.release_session(session)
            else:
                sessions.retire_session(session)
        return reply

    def sign_out(self) -> None:
        """Forget the sessions and the password, so that the next request asks for the password again."""
        with self._lock:
            sessions, self._sessions = self._sessions, None
        if sessions is not None:
            sessions.close()

    def _open(self) -> "_Sessions":
        with self._lock:
            if self._sessions is None:
                self._sessions = _Sessions(self._settings, self._password(), self._transport)
            return self._sessions

    def _read(self, response: requests.Response) -> bytes:
        # The library's timeout is for one read; a server that drips must not hold us beyond what was planned.
        deadline = self._now() + timedelta(seconds=self._settings.timeout_seconds)
        pieces, length = list[bytes](), 0
        for piece in response.iter_content(_CHUNK):
            pieces.append(piece)
            length += len(piece)
            if length > MAX_ANSWER:
                raise TooLargeError
            if self._now() > deadline:
                raise requests.exceptions.ReadTimeout
        return b"".join(pieces)


class _Sessions(BaseProtocol):  # type: ignore[misc] # exchangelib has no types
    """A pool of signed-in sessions with the adapter, the trust and the transport of one connection."""

    USERAGENT = "calpair"

    def __init__(self, settings: ExchangeServer, password: str, transport: BaseAdapter | None) -> None:
        self._settings = settings
        self._secret = password
        self._transport = transport
        self._context: ssl.SSLContext | None = None
        super().__init__(
            Configuration(
                credentials=Credentials(settings.username, password),
                service_endpoint=settings.url,
                auth_type=BASIC,
                version=Version(EXCHANGE_2013_SP1),
                retry_policy=FailFast(),
                max_connections=settings.max_connections,
            )
        )

    def create_session(self) -> Any:
        """Make a session. Basic sign-in is Latin-1 in `requests`; other passwords can only mean UTF-8 (RFC 7617)."""
        session = super().create_session()
        try:
            f"{self._settings.username}{self._secret}".encode("latin-1")
        except UnicodeEncodeError:
            session.auth = HTTPBasicAuth(self._settings.username.encode(), self._secret.encode())
        return session

    def raw_session(self, prefix: str) -> requests.Session:
        """Make a session with our own adapter. The library's method is bound to the class, and so to the process."""
        session = super().raw_session(prefix)
        session.mount(prefix, self._transport or self._adapter())
        # A proxy of the environment is for servers elsewhere.
        session.trust_env = urlsplit(self._settings.url).hostname not in _LOOPBACK
        return session  # type: ignore[no-any-return]

    def _adapter(self) -> BaseAdapter:
        if self._context is None and self._settings.url.startswith("https:"):
            self._context = tls_context(self._settings)
        return _Adapter(self._context)


class _Adapter(HTTPAdapter):
    """One connection a session, no retries, TLS as the settings say."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0, pool_block=True)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        """Hand our TLS context to the pool."""
        if self._context is not None:
            more["ssl_context"] = self._context
        super().init_poolmanager(connections, maxsize, block, **more)


def tls_context(settings: ExchangeServer) -> ssl.SSLContext:
    """Build what a server's certificate and TLS version are held to. Raises UsageError."""
    minimum = _TLS_VERSIONS.get(settings.tls_minimum)
    if minimum is None:
        raise UsageError(f"exchange.tls_minimum: {settings.tls_minimum!r} is not one of {', '.join(_TLS_VERSIONS)}")
    try:
        context = ssl.create_default_context(cafile=settings.ca or None)
    except OSError as error:
        raise UsageError(f"exchange.ca: {settings.ca!r} cannot be read as certificates; name a PEM file") from error
    with warnings.catch_warnings():
        # An administrator of an old server asked for it, and knows it is old.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = minimum
    if minimum < ssl.TLSVersion.TLSv1_2:
        # OpenSSL 3 speaks the old versions at its lowest security level only.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context
