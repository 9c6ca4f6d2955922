"""Every refusal of Exchange and what it means to us."""

import ssl
from datetime import UTC, datetime

import pytest
import requests.exceptions
import urllib3.exceptions
from exchangelib import errors as library

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
from calpair.exchange.errors import (
    HttpSaidError,
    NotExchangeError,
    ServerSaidError,
    TooLargeError,
    TornError,
    classify,
    retry_after,
)

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def reading(problem: Exception) -> SideError:
    return classify(problem, writing=False)


def writing(problem: Exception) -> SideError:
    return classify(problem, writing=True)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ErrorIrresolvableConflict", StaleError),
        ("ErrorStaleObject", StaleError),
        ("ErrorInvalidChangeKey", StaleError),
        ("ErrorChangeKeyRequired", StaleError),
        ("ErrorChangeKeyRequiredForWriteOperations", StaleError),
        ("ErrorInvalidSyncStateData", CursorLostError),
        ("ErrorInvalidWatermark", CursorLostError),
        ("ErrorReadEventsFailed", CursorLostError),
        ("ErrorSubscriptionNotFound", CursorLostError),
        ("ErrorMissedNotificationEvents", CursorLostError),
        ("ErrorItemNotFound", AbsentError),
        ("ErrorPasswordExpired", SignInError),
        ("ErrorNonExistentMailbox", AccessLostError),
        ("ErrorCannotFindUser", AccessLostError),
        ("ErrorImpersonateUserDenied", AccessLostError),
        ("ErrorImpersonationDenied", AccessLostError),
        ("ErrorImpersonationFailed", AccessLostError),
        ("ErrorAccessDenied", AccessLostError),
        ("ErrorAccountDisabled", AccessLostError),
        ("ErrorQuotaExceeded", AccessLostError),
        ("ErrorFolderNotFound", AccessLostError),
        ("ErrorSyncFolderNotFound", AccessLostError),
        ("ErrorInvalidServerVersion", AccessLostError),
        ("ErrorSomethingNewDenied", AccessLostError),
        ("ErrorServerBusy", BackOffError),
        ("ErrorInternalServerTransientError", BackOffError),
        ("ErrorMailboxStoreUnavailable", BackOffError),
        ("ErrorMailboxMoveInProgress", BackOffError),
        ("ErrorTooManyObjectsOpened", BackOffError),
        ("ErrorExceededConnectionCount", BackOffError),
        ("ErrorExceededSubscriptionCount", BackOffError),
        ("ErrorADUnavailable", BackOffError),
        ("ErrorNoRespondingCASInDestinationSite", BackOffError),
        ("ErrorNotEnoughMemory", BackOffError),
        ("ErrorBatchProcessingStopped", BackOffError),
        ("ErrorSomethingNewUnavailable", BackOffError),
        ("ErrorItemCorrupt", RefusedError),
        ("ErrorCorruptData", RefusedError),
        ("ErrorInvalidPropertySet", RefusedError),
        ("ErrorCalendarEndDateIsEarlierThanStartDate", RefusedError),
        ("ErrorRecurrenceHasNoOccurrence", RefusedError),
        ("ErrorMessageSizeExceeded", RefusedError),
        ("ErrorDataSizeLimitExceeded", RefusedError),
        ("ErrorNobodyHasEverHeardOf", RefusedError),
    ],
)
def test_a_code_means_the_same_for_an_item_and_a_request(code: str, kind: type[SideError]) -> None:
    for error in (
        reading(ServerSaidError(code)),
        writing(ServerSaidError(code)),
        writing(ServerSaidError(code, fault=True)),
    ):
        assert type(error) is kind
        assert error.code == code


@pytest.mark.parametrize(
    "code", ["ErrorTimeoutExpired", "ErrorConnectionFailed", "ErrorMailboxFailover", "ErrorInternalServerError"]
)
def test_a_write_that_the_server_lost_may_have_been_done(code: str) -> None:
    assert type(reading(ServerSaidError(code))) is BackOffError
    assert type(writing(ServerSaidError(code))) is UnknownOutcomeError


@pytest.mark.parametrize(
    ("said", "scope"),
    [
        (ServerSaidError("ErrorServerBusy"), "server"),
        (ServerSaidError("ErrorMailboxMoveInProgress"), "user"),
        (ServerSaidError("ErrorMailboxLogonFailed"), "user"),
        (ServerSaidError("ErrorMailboxLogonFailed", fault=True), "user"),
        (ServerSaidError("ErrorInternalServerTransientError"), "user"),
        (ServerSaidError("ErrorInternalServerTransientError", fault=True), "server"),
        (ServerSaidError("ErrorInternalServerError"), "item"),
        (ServerSaidError("ErrorInternalServerError", fault=True), "server"),
        (ServerSaidError("SoapFault", fault=True), "server"),
    ],
)
def test_a_back_off_says_who_waits(said: ServerSaidError, scope: str) -> None:
    error = reading(said)
    assert isinstance(error, BackOffError)
    assert error.scope == scope


def test_the_servers_own_wish_is_kept() -> None:
    error = reading(ServerSaidError("ErrorServerBusy", 37.5))
    assert isinstance(error, BackOffError)
    assert error.seconds == 37.5


def test_every_code_the_library_knows_has_a_meaning_and_none_is_concluded_from_lightly() -> None:
    codes = [name for name in vars(library) if name.startswith("Error")]
    assert len(codes) > 380
    meanings = {code: reading(ServerSaidError(code)) for code in codes}
    assert all(error.code == code for code, error in meanings.items())
    assert [code for code, error in meanings.items() if isinstance(error, AbsentError)] == ["ErrorItemNotFound"]


@pytest.mark.parametrize("code", ["ErrorNonExistentMailbox", "ErrorImpersonateUserDenied", "ErrorFolderNotFound"])
def test_lost_access_names_a_cure(code: str) -> None:
    assert len(reading(ServerSaidError(code)).sentence) > 20


@pytest.mark.parametrize(
    ("status", "while_reading", "while_writing"),
    [
        (401, SignInError, SignInError),
        (403, AccessLostError, AccessLostError),
        (404, AccessLostError, AccessLostError),
        (405, AccessLostError, AccessLostError),
        (301, AccessLostError, AccessLostError),
        (302, AccessLostError, AccessLostError),
        (204, AccessLostError, AccessLostError),
        (400, RefusedError, RefusedError),
        (413, RefusedError, RefusedError),
        (429, BackOffError, BackOffError),
        (503, BackOffError, BackOffError),
        (500, BackOffError, UnknownOutcomeError),
        (502, BackOffError, UnknownOutcomeError),
        (504, BackOffError, UnknownOutcomeError),
    ],
)
def test_a_status_means(status: int, while_reading: type[SideError], while_writing: type[SideError]) -> None:
    assert type(reading(HttpSaidError(status))) is while_reading
    assert type(writing(HttpSaidError(status))) is while_writing
    assert reading(HttpSaidError(status)).code == f"HTTP{status}"


def test_an_outage_that_redirects_to_its_error_page_is_an_outage() -> None:
    assert type(writing(HttpSaidError(302, transient=True))) is BackOffError


def test_retry_after_of_a_status_is_kept() -> None:
    error = reading(HttpSaidError(503, 12.0))
    assert isinstance(error, BackOffError)
    assert error.seconds == 12.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        (" 5 ", 5.0),
        ("Mon, 02 Nov 2026 08:01:30 GMT", 90.0),
        ("Mon, 02 Nov 2026 08:01:30", 90.0),
        ("Mon, 02 Nov 2026 07:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_both_ways(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_what_is_no_exchange_is_lost_access() -> None:
    assert type(reading(NotExchangeError())) is AccessLostError
    assert "exchange.url" in writing(NotExchangeError()).sentence


def test_a_torn_answer_leaves_a_write_unknown() -> None:
    assert type(reading(TornError())) is BackOffError
    assert type(writing(TornError())) is UnknownOutcomeError


def test_an_answer_too_long_refuses_a_read_and_leaves_a_write_unknown() -> None:
    assert type(reading(TooLargeError())) is RefusedError
    assert type(writing(TooLargeError())) is UnknownOutcomeError


def caused(outer: Exception, inner: BaseException) -> Exception:
    outer.__cause__ = inner
    return outer


REFUSED = requests.exceptions.ConnectionError(
    urllib3.exceptions.MaxRetryError(None, "/", urllib3.exceptions.NewConnectionError(None, "no"))  # type: ignore[arg-type] # no pool needed
)


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (REFUSED, "Unreachable"),
        (requests.exceptions.ConnectTimeout(), "Unreachable"),
        (requests.exceptions.ProxyError(), "Unreachable"),
        (ConnectionRefusedError(), "Unreachable"),
    ],
)
def test_where_nothing_was_sent_nothing_was_done(problem: Exception, code: str) -> None:
    for error in (reading(problem), writing(problem)):
        assert type(error) is BackOffError
        assert error.code == code


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (requests.exceptions.ReadTimeout(), "Timeout"),
        (TimeoutError(), "Timeout"),
        (requests.exceptions.ConnectionError("reset"), "ConnectionLost"),
        (requests.exceptions.ChunkedEncodingError(), "ConnectionLost"),
        (ConnectionResetError(), "ConnectionLost"),
        (caused(requests.exceptions.SSLError(), ssl.SSLEOFError()), "ConnectionLost"),
        (caused(requests.exceptions.SSLError(), ConnectionResetError()), "ConnectionLost"),
    ],
)
def test_a_connection_lost_on_the_way_leaves_a_write_unknown(problem: Exception, code: str) -> None:
    assert type(reading(problem)) is BackOffError
    assert type(writing(problem)) is UnknownOutcomeError
    assert writing(problem).code == reading(problem).code == code


def test_a_certificate_nobody_trusts_is_lost_access_with_a_cure() -> None:
    reason = urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed"))
    problem = requests.exceptions.SSLError(urllib3.exceptions.MaxRetryError(None, "/", reason))  # type: ignore[arg-type] # no pool needed
    for error in (reading(problem), writing(problem)):
        assert type(error) is AccessLostError
        assert error.code == "TLS"
        assert "exchange.ca" in error.sentence


def test_an_exception_that_causes_itself_is_walked_once() -> None:
    first, second = requests.exceptions.ConnectionError(), ConnectionResetError()
    first.__cause__, second.__cause__ = second, first
    assert writing(first).code == "ConnectionLost"
