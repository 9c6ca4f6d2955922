"""Exchange's refusals as ours: one place that turns statuses, codes and broken connections into `calpair.errors`.

Pure. Codes are Exchange's ResponseCodeType, which grows with every version and has relatives in other servers: those
listed here by name are sorted by name, all others by the words they are made of. An error holds a code word and a
sentence of ours, never a server's text. Source: "ResponseCode (EWS)", "EWS throttling in Exchange" (Microsoft Learn).
"""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests.exceptions
import urllib3.exceptions

from calpair.errors import (
    AbsentError,
    AccessLostError,
    BackOffError,
    CursorLostError,
    RefusedError,
    SideError,
    SignInError,
    StaleError,
    UnknownOutcomeError,
)
from calpair.model.pair import ExchangeAuth


class WireError(Exception):
    """What went wrong with one request, before it is one of our errors; never leaves `calpair.exchange`."""


class TornError(WireError):
    """The answer broke off, or is not what was asked for."""


class TooLargeError(WireError):
    """The answer is longer than we read."""


class NotExchangeError(WireError):
    """Something answered that is no Exchange web service."""


@dataclass(eq=False)
class HttpSaidError(WireError):
    """An HTTP status that is no answer of EWS; `seconds` from Retry-After."""

    status: int
    seconds: float | None = None
    transient: bool = False
    offers: str = ""
    """What WWW-Authenticate says."""


@dataclass(eq=False)
class ServerSaidError(WireError):
    """An error of EWS: about one item, or (`fault`) about the whole request."""

    code: str
    seconds: float | None = None
    fault: bool = False
    build: str = ""


_STALE = {"ErrorIrresolvableConflict", "ErrorStaleObject", "ErrorInvalidChangeKey"}
_STALE_LIKE = ("ErrorChangeKeyRequired",)
_CURSOR = {
    "ErrorInvalidSyncStateData",
    "ErrorInvalidWatermark",
    "ErrorReadEventsFailed",
    "ErrorSubscriptionNotFound",
    "ErrorMissedNotificationEvents",
}
_ABSENT = {"ErrorItemNotFound"}
_SIGN_IN = {"ErrorPasswordExpired", "ErrorPasswordChangeRequired"}
_FOLDER = {"ErrorFolderNotFound", "ErrorSyncFolderNotFound", "ErrorParentFolderNotFound", "ErrorToFolderNotFound"}
_IMPERSONATION = {"ErrorImpersonateUserDenied", "ErrorImpersonationDenied", "ErrorImpersonationFailed"}
_VERSION = {
    "ErrorInvalidServerVersion",
    "ErrorInvalidSchemaVersionForMailboxVersion",
    "ErrorIncorrectSchemaVersion",
    "ErrorUnsupportedSchemaVersion",
}
_NO_MAILBOX = {"ErrorNonExistentMailbox", "ErrorCannotFindUser", "ErrorInvalidSmtpAddress"}
_BARE_ACCOUNT = {"ErrorMissingEmailAddress"}
"""The account that acts has no mailbox, and so no calendar of its own."""
_FULL = {"ErrorQuotaExceeded"}
_DENIED = {"ErrorAccessDenied", "ErrorAccountDisabled"}
MAILBOX_CODES = _IMPERSONATION | _NO_MAILBOX | _BARE_ACCOUNT | {"ErrorAccountDisabled"}
"""Codes that say the mailbox itself does not open."""

FOLDER_CODES = _FOLDER | {"ErrorAccessDenied"}
"""Codes that say the folder does not open."""

_ACCESS = _FOLDER | _IMPERSONATION | _VERSION | _NO_MAILBOX | _BARE_ACCOUNT | _FULL | _DENIED

_UNSURE = {"ErrorTimeoutExpired", "ErrorConnectionFailed", "ErrorMailboxFailover", "ErrorInternalServerError"}
"""The server gave up somewhere on the way; a write may have been done."""

_WAIT_USER = {"ErrorBatchProcessingStopped"}
_WAIT_USER_LIKE = "ErrorMailbox"
"""One mailbox that does not open, moves or is repaired is no trouble of its server's (ErrorMailboxLogonFailed)."""
_WAIT_USER_ANSWERED = {"ErrorInternalServerTransientError"}
"""In the answer about one mailbox; about a whole request it is the server's."""
_WAIT_ITEM = {"ErrorInternalServerError"}
_WAIT_LIKE = (
    "ErrorServerBusy",
    "ErrorInternalServer",
    "ErrorTooMany",
    "ErrorExceeded",
    "ErrorTimeout",
    "ErrorConnection",
    "ErrorAD",
    "ErrorNotEnoughMemory",
    "ErrorNoResponding",
    "ErrorInsufficientResources",
)
_WAIT_ENDS = ("Unavailable", "Busy", "Transient", "TransientError", "InProgress", "Failover")
_ACCESS_ENDS = ("Denied", "Disabled", "NotAuthorized")

_IMPERSONATE = "let the account impersonate this mailbox (role ApplicationImpersonation)"
_CURES = (
    (_IMPERSONATION, _IMPERSONATE),
    (_FOLDER, "the folder is not there, or the account may not see it: check `folder`"),
    (_VERSION, "the server refuses the schema version: clear or correct exchange.version"),
    (_NO_MAILBOX, "the server knows no mailbox with this primary address: check `mailbox`"),
    (
        _BARE_ACCOUNT,
        (
            'the account has no mailbox of its own: write exchange.access = "impersonation", '
            "or sign in with the account the mailbox belongs to"
        ),
    ),
    (_FULL, "the mailbox is full: free space in it"),
    (_DENIED, "the account may not do this in this mailbox: check its rights"),
)
_OFFERS = {
    ExchangeAuth.BASIC: ("basic",),
    ExchangeAuth.NTLM: ("ntlm", "negotiate"),
    ExchangeAuth.OAUTH: ("bearer",),
}
_ACCOUNT = "name or password were refused: check exchange.username and exchange.secret"
_APPLICATION = "the application's token is not taken: grant it full_access_as_app, and check exchange.client_id and exchange.tenant"
_STATUS_CURES = {
    403: "the server forbids the web service: enable EWS for this account and mailbox",
    404: "nothing answers at this path: check exchange.url, it usually ends in /EWS/Exchange.asmx",
}
_TLS_CURE = (
    "the server's certificate is not trusted, or TLS could not be agreed on: check exchange.ca, exchange.tls_minimum"
)
_NOT_EXCHANGE_CURE = "what answers is no Exchange web service: check exchange.url"
_REDIRECT_CURE = "the server sends us elsewhere, and redirects are not followed: set exchange.url to the final address"


def classify(problem: Exception, *, writing: bool) -> SideError:
    """Turn what went wrong with one request (or one item of it) into one of our errors."""
    if isinstance(problem, ServerSaidError):
        return _of_code(problem, writing=writing)
    if isinstance(problem, HttpSaidError):
        return _of_status(problem, writing=writing)
    if isinstance(problem, NotExchangeError):
        return AccessLostError("NotExchange", _NOT_EXCHANGE_CURE)
    if isinstance(problem, TooLargeError) and not writing:
        return RefusedError("AnswerTooLarge", "the server's answer is longer than we read")
    if isinstance(problem, TornError | TooLargeError):
        return _lost("TornAnswer", writing=writing)
    return _of_connection(problem, writing=writing)


def sign_in_cure(auth: ExchangeAuth, offers: str) -> str:
    """Say what to do about a 401: another way where the server offers only others, else the account's own cure."""
    offered = [way for way, words in _OFFERS.items() if any(word in offers.lower() for word in words)]
    if offered and auth not in offered:
        return f"the server does not take {auth} here, but {' or '.join(offered)}: correct exchange.auth"
    return _APPLICATION if auth is ExchangeAuth.OAUTH else _ACCOUNT


def retry_after(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, in seconds or as an HTTP date; None if there is none or it makes no sense."""
    value = (header or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    # A date without a zone counts as Greenwich's; the standard allows no other.
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds())


def _of_code(said: ServerSaidError, *, writing: bool) -> SideError:
    code = said.code
    if code in _STALE or code.startswith(_STALE_LIKE):
        return StaleError(code)
    if code in _CURSOR:
        return CursorLostError(code)
    if code in _ABSENT:
        return AbsentError(code)
    if code in _SIGN_IN:
        return SignInError(code, "the account's password has expired: set a new one")
    if code in _ACCESS or code.endswith(_ACCESS_ENDS):
        return AccessLostError(code, next((cure for codes, cure in _CURES if code in codes), ""))
    if writing and code in _UNSURE:
        return UnknownOutcomeError(code)
    if code in _WAIT_ITEM and not said.fault:
        return BackOffError(code, seconds=said.seconds, scope="item")
    if code in _WAIT_USER or code.startswith(_WAIT_USER_LIKE) or (code in _WAIT_USER_ANSWERED and not said.fault):
        return BackOffError(code, seconds=said.seconds, scope="user")
    if code.startswith(_WAIT_LIKE) or code.endswith(_WAIT_ENDS) or (said.fault and not code.startswith("Error")):
        return BackOffError(code, seconds=said.seconds)
    return RefusedError(code)


def _of_status(said: HttpSaidError, *, writing: bool) -> SideError:
    code = f"HTTP{said.status}"
    if said.status == requests.codes.unauthorized:
        return SignInError(code, _ACCOUNT)
    if said.status in _STATUS_CURES:
        return AccessLostError(code, _STATUS_CURES[said.status])
    if said.transient or said.status in (requests.codes.too_many_requests, requests.codes.service_unavailable):
        return BackOffError(code, seconds=said.seconds)
    if 300 <= said.status < 400:  # noqa: PLR2004 - the bounds of a class of statuses read best as they are
        return AccessLostError(code, _REDIRECT_CURE)
    if said.status >= 500:  # noqa: PLR2004 - the same
        return UnknownOutcomeError(code) if writing else BackOffError(code, seconds=said.seconds)
    if said.status in (requests.codes.bad_request, requests.codes.request_entity_too_large):
        return RefusedError(code)
    return AccessLostError(code, _NOT_EXCHANGE_CURE)


def _of_connection(problem: Exception, *, writing: bool) -> SideError:
    causes = list(_causes(problem))
    if any(isinstance(cause, ssl.SSLError | requests.exceptions.SSLError) for cause in causes):
        # A connection that merely ends inside TLS is a lost connection, not a question of trust.
        if not any(isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError | ConnectionError) for cause in causes):
            return AccessLostError("TLS", _TLS_CURE)
        return _lost("ConnectionLost", writing=writing)
    never_sent = (
        requests.exceptions.ConnectTimeout,
        requests.exceptions.ProxyError,
        # What the environment says of proxies cannot be used.
        requests.exceptions.InvalidProxyURL,
        requests.exceptions.InvalidSchema,
        urllib3.exceptions.NewConnectionError,
        urllib3.exceptions.ConnectTimeoutError,
        ConnectionRefusedError,
    )
    if any(isinstance(cause, never_sent) for cause in causes):
        return BackOffError("Unreachable", "the server cannot be reached: check exchange.url and the network")
    timed_out = any(isinstance(cause, requests.exceptions.Timeout | TimeoutError) for cause in causes)
    return _lost("Timeout" if timed_out else "ConnectionLost", writing=writing)


def _lost(code: str, *, writing: bool) -> SideError:
    if writing:
        return UnknownOutcomeError(code, "no usable answer came")
    return BackOffError(code, "no usable answer came")


def _causes(problem: BaseException) -> Iterator[BaseException]:
    """Walk through what an exception was raised from and wraps, each once."""
    waiting, seen = [problem], set[int]()
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        wrapped = (current.__cause__, current.__context__, getattr(current, "reason", None), *current.args)
        waiting += [part for part in wrapped if isinstance(part, BaseException)]
