"""The connection to one domain's Exchange, shared by all its mailboxes.

`ask` is one operation and one HTTP request: whatever goes wrong is one of `calpair.errors`, and nothing is tried twice.
The server's build is taken from its answers; `version` gives it as text, for whoever remembers it.
"""

from collections.abc import Callable

import requests
import urllib3
from requests.adapters import BaseAdapter

from calpair.errors import AccessLostError, BackOffError, SideError, SignInError, UsageError
from calpair.exchange import versions
from calpair.exchange.answer import Answer, parse
from calpair.exchange.errors import HttpSaidError, ServerSaidError, WireError, classify, retry_after, sign_in_cure
from calpair.exchange.ews import Reply, Wire
from calpair.exchange.soap import Element, code_word, envelope
from calpair.exchange.versions import Build
from calpair.model.pair import Access, Domain, ExchangeServer
from calpair.names import STRICT, Names
from calpair.ports import Now

_OK = requests.codes.ok
_FAULT = requests.codes.internal_server_error
_NOT_A_VERSION = "exchange.version: {!r} is neither a build such as 15.2.2562.17 nor a schema such as Exchange2016"
_TOO_OLD = "Exchange before 2007 SP1 is not supported"
_VERSION_CODES = {
    "ErrorInvalidServerVersion",
    "ErrorInvalidSchemaVersionForMailboxVersion",
    "ErrorIncorrectSchemaVersion",
}
_NO_SUCH_WORD = "ErrorSchemaValidation"
"""To Exchange 2007 a newer version is a word that its schema does not list."""


def server_of(domain: Domain) -> ExchangeServer:
    """Give what a domain's document says of its server. UsageError: not where it is."""
    if not domain.exchange.url:
        raise UsageError(f"domains/{domain.name}: exchange.autodiscover is not available yet; write exchange.url")
    return domain.exchange


class ExchangeConnection:
    """One Exchange server and the account we use there.

    `password` is asked at the first request and again after a refusal (with oauth it is the application's secret, asked
    for each token). `names` says where connections may go. `transport` replaces the network, in tests.
    """

    def __init__(
        self,
        settings: ExchangeServer,
        password: Callable[[], str],
        now: Now,
        transport: BaseAdapter | None = None,
        names: Names = STRICT,
    ) -> None:
        known = versions.read(settings.version) if settings.version else None
        if settings.version and known is None:
            raise UsageError(_NOT_A_VERSION.format(settings.version))
        if known is not None and not versions.schema(known):
            raise UsageError(f"exchange.version: {settings.version}: {_TOO_OLD}")
        self.settings = settings
        self._now = now
        self._wire = Wire(settings, password, now, transport, names)
        self._build = known or versions.GUESSES[0]
        self._learnt = known is not None

    @property
    def version(self) -> str:
        """The server's build as far as it is known; empty before the first answer."""
        return str(self._build) if self._learnt else ""

    @property
    def build(self) -> Build:
        """The build requests are written for."""
        return self._build

    def ask(self, mailbox: str, body: Element, *, writing: bool) -> "tuple[Element | ServerSaidError, ...]":
        """Send one request and give its response messages, in order, errors as values.

        It is about a mailbox; where that is empty, the account itself asks about what belongs to none. Raises a
        SideError when the request as a whole came to nothing, or to nobody knows what. A server that turns out to be
        older than assumed did nothing yet, and is asked again in its own words.
        """
        for _ in versions.GUESSES[1:]:
            before = versions.schema(self._build)
            try:
                return self._ask(mailbox, body, writing=writing)
            except BackOffError as error:
                if error.seconds != 0 or versions.schema(self._build) == before:
                    raise
        return self._ask(mailbox, body, writing=writing)

    def _ask(self, mailbox: str, body: Element, *, writing: bool) -> "tuple[Element | ServerSaidError, ...]":
        impersonate = mailbox if self.settings.access is Access.IMPERSONATION else ""
        data = envelope(body, versions.schema(self._build), impersonate)
        # A hint for its load balancer, and a header: what does not go into one is left out.
        headers = {"X-AnchorMailbox": mailbox} if mailbox and mailbox.isascii() else {}
        try:
            answer = self._parse(self._wire.post(data, headers))
        except (WireError, requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as problem:
            # Not chained: what lies beneath may quote the server.
            raise self._error(problem, writing=writing) from None
        self._learn(answer.build)
        return answer.messages

    def _parse(self, reply: Reply) -> Answer:
        if reply.status == _OK or (reply.status == _FAULT and b"Envelope" in reply.body[:4096]):
            return parse(reply.body)
        # An outage of the web server shows as a redirect to its error page.
        outage = reply.headers.get("Location", "").lower().startswith("/ews/genericerrorpage")
        seconds = retry_after(reply.headers.get("Retry-After"), self._now())
        raise HttpSaidError(reply.status, seconds, outage, reply.headers.get("WWW-Authenticate", ""))

    def _error(self, problem: Exception, *, writing: bool) -> SideError:
        error = classify(problem, writing=writing)
        if isinstance(error, SignInError):
            self._wire.sign_out()
            if isinstance(problem, HttpSaidError):
                return SignInError(error.code, sign_in_cure(self.settings.auth, problem.offers))
        if isinstance(problem, ServerSaidError):
            return self._other_version(problem) or error
        return error

    def _other_version(self, said: ServerSaidError) -> SideError | None:
        """Note what a refused schema version teaches. None: it was no matter of versions."""
        asked = self._build
        self._learn(said.build)
        if said.code not in _VERSION_CODES and said.code != _NO_SUCH_WORD:
            return None
        if not self._learnt:
            self._build = next((guess for guess in versions.GUESSES if guess < asked), versions.GUESSES[0])
        # Who is newer than we asked, or takes none of the guesses, dislikes something else about the request.
        other = self._build > asked and (said.code == _NO_SUCH_WORD or not self._learnt)
        if other or versions.schema(self._build) == versions.schema(asked):
            return None
        return BackOffError(code_word(said.code), "the server is older than assumed; this is now known", seconds=0)

    def _learn(self, build: str) -> None:
        told = versions.read(build)
        if told is None:
            return
        if not versions.schema(told):
            raise AccessLostError("ErrorInvalidServerVersion", _TOO_OLD)
        self._build, self._learnt = told, True
