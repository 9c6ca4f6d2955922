"""Every line of what Google's refusals mean, by what was asked."""

import json
from typing import Any

import pytest

from calpair.errors import (
    AbsentError,
    AccessLostError,
    BackOffError,
    CursorLostError,
    IdTakenError,
    RefusedError,
    SideError,
    SignInError,
    StaleError,
    UnknownOutcomeError,
)
from calpair.google.errors import Act, Refusal, elsewhere, judge, read, refused, silent, unreached


def answer(reason: Any, message: str = "Lunch with Bo is not acceptable") -> bytes:
    return json.dumps({"error": {"errors": [{"reason": reason, "message": message}], "message": message}}).encode()


def test_a_refusal_is_its_status_its_reason_word_and_the_wish_to_wait() -> None:
    assert read(403, answer("rateLimitExceeded"), {"retry-after": "30"}) == Refusal(403, "rateLimitExceeded", 30.0)
    assert read(412, answer("conditionNotMet")) == Refusal(412, "conditionNotMet")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad gateway</html>",
        b"[]",
        b"\xff",
        b'{"error": "invalid_grant"}',
        b'{"error": {"errors": []}}',
        answer("a whole sentence"),
        answer("x" * 65),
        answer(7),
    ],
)
def test_without_a_reason_word_the_status_is_the_word(body: bytes) -> None:
    assert read(502, body).reason == "http502"


@pytest.mark.parametrize("wish", ["Wed, 21 Oct 2026 07:28:00 GMT", "-1", "²", ""])
def test_a_wish_that_is_no_number_of_seconds_is_none(wish: str) -> None:
    assert read(429, b"", {"retry-after": wish}).seconds is None


def test_the_servers_message_is_not_kept() -> None:
    for act in Act:
        for status in (400, 401, 403, 404, 409, 410, 412, 429, 500):
            assert "Bo" not in str(judge(read(status, answer("invalid")), act))


def test_success_is_below_300() -> None:
    assert [refused(status) for status in (200, 204, 299, 300, 302, 404)] == [False, False, False, True, True, True]


ALL = tuple(Act)
LISTS = (Act.LIST, Act.DELTA)
READS = (*LISTS, Act.READ, Act.LOOK_UP)
WRITES = (Act.INSERT, Act.CHANGE, Act.DELETE)
EVENTS = (Act.READ, *WRITES)

TABLE: list[tuple[int, str, tuple[Act, ...], type[SideError]]] = [
    (302, "http302", ALL, AccessLostError),
    (401, "authError", ALL, SignInError),
    (429, "rateLimitExceeded", ALL, BackOffError),
    (403, "rateLimitExceeded", ALL, BackOffError),
    (403, "userRateLimitExceeded", ALL, BackOffError),
    (403, "quotaExceeded", ALL, BackOffError),
    (412, "conditionNotMet", ALL, StaleError),
    (408, "http408", READS, BackOffError),
    (408, "http408", WRITES, UnknownOutcomeError),
    (500, "backendError", READS, BackOffError),
    (500, "backendError", WRITES, UnknownOutcomeError),
    (503, "backendError", READS, BackOffError),
    (503, "backendError", WRITES, UnknownOutcomeError),
    (501, "notImplemented", EVENTS, RefusedError),
    (501, "notImplemented", LISTS, AccessLostError),
    (403, "forbidden", LISTS, AccessLostError),
    (403, "requiredAccessLevel", ALL, AccessLostError),
    (403, "insufficientPermissions", ALL, AccessLostError),
    (403, "accessNotConfigured", ALL, AccessLostError),
    (403, "forbidden", EVENTS, RefusedError),
    (403, "forbiddenForNonOrganizer", EVENTS, RefusedError),
    (403, "forbiddenForServiceAccounts", EVENTS, RefusedError),
    (404, "notFound", (*LISTS, Act.INSERT), AccessLostError),
    (404, "notFound", (Act.READ, Act.CHANGE, Act.DELETE), AbsentError),
    (409, "duplicate", (Act.INSERT,), IdTakenError),
    (409, "conflict", (Act.CHANGE, Act.DELETE), StaleError),
    (409, "conflict", (Act.READ,), BackOffError),
    (410, "fullSyncRequired", LISTS, CursorLostError),
    (410, "updatedMinTooLongAgo", LISTS, CursorLostError),
    (410, "deleted", (Act.READ, Act.CHANGE, Act.DELETE), AbsentError),
    (410, "deleted", (Act.INSERT,), RefusedError),
    (400, "invalid", (Act.DELTA,), CursorLostError),
    (400, "invalid", (Act.LIST,), AccessLostError),
    (400, "timeRangeEmpty", EVENTS, RefusedError),
    (405, "http405", LISTS, AccessLostError),
    (413, "http413", EVENTS, RefusedError),
    (403, "forbidden", (Act.LOOK_UP,), AccessLostError),
    (404, "notFound", (Act.LOOK_UP,), AccessLostError),
    (410, "deleted", (Act.LOOK_UP,), AccessLostError),
    (400, "timeRangeTooLong", (Act.LOOK_UP,), RefusedError),
    (501, "notImplemented", (Act.LOOK_UP,), AccessLostError),
]


@pytest.mark.parametrize(
    ("status", "reason", "act", "kind"),
    [(status, reason, act, kind) for status, reason, acts, kind in TABLE for act in acts],
)
def test_what_a_refusal_means(status: int, reason: str, act: Act, kind: type[SideError]) -> None:
    error = judge(Refusal(status, reason), act)
    assert type(error) is kind
    if type(error) is not AbsentError or status != 410:
        assert error.code == reason


def test_gone_is_proof_of_a_deletion_and_not_found_is_none() -> None:
    assert judge(Refusal(410, "deleted"), Act.READ).code == "cancelled"
    assert judge(Refusal(404, "notFound"), Act.READ).code == "notFound"


def back_off(status: int, reason: str, act: Act = Act.READ, seconds: float | None = None) -> tuple[str, float | None]:
    error = judge(Refusal(status, reason, seconds), act)
    assert isinstance(error, BackOffError)
    return error.scope, error.seconds


def test_rates_are_the_users_and_last_as_long_as_google_says() -> None:
    assert back_off(403, "rateLimitExceeded") == ("user", 60)
    assert back_off(403, "userRateLimitExceeded", seconds=9) == ("user", 9)
    assert back_off(429, "rateLimitExceeded", Act.INSERT) == ("user", 60)


def test_an_exceeded_quota_lasts_an_hour() -> None:
    assert back_off(403, "quotaExceeded") == ("user", 3600)
    assert back_off(403, "quotaExceeded", seconds=60) == ("user", 60)


def test_a_busy_backend_concerns_this_calendar_alone() -> None:
    assert back_off(503, "backendError", seconds=5) == ("user", 5)


def test_a_conflict_on_reading_concerns_the_event_alone() -> None:
    assert back_off(409, "conflict") == ("item", None)


def test_a_refused_sign_in_and_a_lost_calendar_name_the_cure() -> None:
    assert judge(Refusal(401, "authError"), Act.LIST).sentence.startswith("Google does not accept the credentials")
    assert "share it with google_user" in judge(Refusal(403, "forbidden"), Act.LIST).sentence
    assert "correct `calendar`" in judge(Refusal(404, "notFound"), Act.LIST).sentence
    assert "correct google.url" in elsewhere("http404").sentence


def test_silence_after_sending_is_unknown_for_writes_and_a_wait_for_reads() -> None:
    assert {act: type(silent("noAnswer", act)) for act in Act} == {
        Act.LIST: BackOffError,
        Act.DELTA: BackOffError,
        Act.READ: BackOffError,
        Act.LOOK_UP: BackOffError,
        Act.INSERT: UnknownOutcomeError,
        Act.CHANGE: UnknownOutcomeError,
        Act.DELETE: UnknownOutcomeError,
    }


def test_what_was_never_sent_concerns_the_server_and_says_why() -> None:
    assert unreached().scope == "server"
    assert "check the network" in unreached().sentence
    assert "certificate of google.url" in unreached("certificate").sentence
