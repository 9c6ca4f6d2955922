"""The wire to one Exchange server: signed-in sessions, and one POST for one request.

The only file that touches exchangelib's workings. Used of exchangelib 5.6.0: `BaseProtocol` with its pool of sessions,
its basic sign-in, `Configuration` and `Credentials`. Avoided, each for a reason that was measured:

* `Protocol` is cached in the process by address and account: two connections would share a transport. -> BaseProtocol.
* The services send a request ten times over when a fault says ErrorInvalidRequest or ErrorInvalidServerVersion, raise
  away the other results of a batch, repair torn XML, drop a page for one unknown element or time zone, and read an
  answer byte by byte; `post_ratelimited` logs whole requests. -> `Wire.post` here, `answer.parse` for what comes back.
* Without an `auth_type` and a `version` it probes for both, with up to ten requests. -> both are always given.
* Its NTLM sends a body three times and its OAuth fetches a token with each session. -> `ntlm.py`, `tokens.py`.

Redirects are not followed, answers are bounded in length and in time; where connections go is `network.py`'s matter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Lock
from typing import Any

import requests
from exchangelib.configuration import Configuration
from exchangelib.credentials import Credentials
from exchangelib.protocol import BaseProtocol, FailFast
from exchangelib.transport import BASIC, NOAUTH
from exchangelib.version import EXCHANGE_2013_SP1, Version
from requests.adapters import BaseAdapter
from requests.auth import HTTPBasicAuth

from calpair.exchange.network import CONNECT_SECONDS, SIGN_IN_SECONDS, Adapter, read, tls_context, token_context
from calpair.exchange.ntlm import NtlmAdapter
from calpair.exchange.tokens import Tokens, unsigned
from calpair.model.pair import ExchangeAuth, ExchangeServer
from calpair.names import Names
from calpair.ports import Now

MAX_ANSWER = 64 * 1024 * 1024
"""A longer answer (decompressed) is not read to its end."""

_AT_ONCE = timedelta(seconds=10)
"""A refusal for a token's sake comes within this time, or the request is not sent again: it would end too late."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; header names are found in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """The sessions with one server. Threads may share it; each request has a session to itself.

    `transport` stands for the network in tests, for tokens too.
    """

    def __init__(
        self,
        settings: ExchangeServer,
        password: Callable[[], str],
        now: Now,
        transport: BaseAdapter | None,
        names: Names,
    ) -> None:
        self._settings = settings
        self._password = password
        self._now = now
        self._transport = transport
        self._names = names
        self._lock = Lock()
        self._sessions: _Sessions | None = None
        self._tokens = self._new_tokens()

    def post(self, data: bytes, headers: Mapping[str, str]) -> Reply:
        """Send one request, once. Raises what `requests` raises, WireErrors, and the SideErrors of signing in.

        A token that was good before and is refused now did nothing: the request goes once more with a new one.
        """
        if self._settings.auth is not ExchangeAuth.OAUTH:
            return self._post(data, headers)
        held = self._tokens.held()
        token = held or self._tokens.fetch()
        started = self._now()
        reply = self._post(data, headers, token)
        if reply.status == requests.codes.unauthorized and held and self._now() < started + _AT_ONCE:
            reply = self._post(data, headers, self._tokens.fetch(instead_of=held))
        return reply

    def sign_out(self) -> None:
        """Forget the sessions, the password and the token, so that the next request asks for the password again."""
        with self._lock:
            sessions, self._sessions = self._sessions, None
            self._tokens = self._new_tokens()
        if sessions is not None:
            sessions.close()

    def _post(self, data: bytes, headers: Mapping[str, str], token: str = "") -> Reply:
        """Send it over a session, which is never used again if it was cut off, even by the process's own death."""
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        seconds = self._settings.timeout_seconds
        sessions = self._open()
        session = sessions.get_session()
        whole = False
        try:
            with session.post(
                self._settings.url,
                data=data,
                headers={**headers, **bearer},
                allow_redirects=False,
                timeout=(min(CONNECT_SECONDS, seconds), seconds),
                stream=True,
                verify=self._settings.ca or True,
            ) as response:
                reply = Reply(response.status_code, response.headers, read(response, MAX_ANSWER, seconds, self._now))
            whole = True
        finally:
            if whole:
                sessions.release_session(session)
            else:
                sessions.retire_session(session)
        return reply

    def _open(self) -> "_Sessions":
        with self._lock:
            if self._sessions is None:
                # An application has a secret, and needs it only where it gets its tokens.
                password = "" if self._settings.auth is ExchangeAuth.OAUTH else self._password()
                self._sessions = _Sessions(self._settings, password, self._now, self._transport, self._names)
            return self._sessions

    def _new_tokens(self) -> Tokens:
        return Tokens(
            self._settings,
            self._password,
            self._now,
            lambda: self._transport or Adapter(self._names, token_context(self._settings)),
        )


class _Sessions(BaseProtocol):  # type: ignore[misc] # exchangelib has no types
    """A pool of sessions with the adapter, the trust and the transport of one connection, each signed in its own way."""

    USERAGENT = "calpair"

    def __init__(
        self, settings: ExchangeServer, password: str, now: Now, transport: BaseAdapter | None, names: Names
    ) -> None:
        self._settings = settings
        self._secret = password
        self._now = now
        self._transport = transport
        self._names = names
        self._context = tls_context(settings) if settings.url.startswith("https:") and transport is None else None
        basic = settings.auth is ExchangeAuth.BASIC
        super().__init__(
            Configuration(
                credentials=Credentials(settings.username, password) if basic else None,
                service_endpoint=settings.url,
                auth_type=BASIC if basic else NOAUTH,
                version=Version(EXCHANGE_2013_SP1),
                retry_policy=FailFast(),
                max_connections=settings.max_connections,
            )
        )

    def create_session(self) -> Any:
        """Make a session. Basic sign-in is Latin-1 in `requests`; other passwords can only mean UTF-8 (RFC 7617)."""
        session = super().create_session()
        if self._settings.auth is not ExchangeAuth.BASIC:
            session.auth = unsigned
            return session
        try:
            f"{self._settings.username}{self._secret}".encode("latin-1")
        except UnicodeEncodeError:
            session.auth = HTTPBasicAuth(self._settings.username.encode(), self._secret.encode())
        return session

    def raw_session(self, prefix: str) -> requests.Session:
        """Make a session with our own adapter. The library's method is bound to the class, and so to the process."""
        session = super().raw_session(prefix)
        adapter = self._transport or Adapter(self._names, self._context)
        if self._settings.auth is ExchangeAuth.NTLM:
            timed = partial(read, seconds=SIGN_IN_SECONDS, now=self._now)
            adapter = NtlmAdapter(self._settings.username, self._secret, adapter, timed)
        session.mount(prefix, adapter)
        return session  # type: ignore[no-any-return]
