"""The door of the look-up: who gets in, how much is read, and how each refusal is said. Source: the API's error form."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calpair.errors import BackOffError
from scenarios.knocking import Stream
from scenarios.looking import Desk, token

ANA = {"timeMin": "2026-11-02T00:00:00Z", "timeMax": "2026-11-03T00:00:00Z", "items": [{"id": "ana@a.test"}]}
ASKED = json.dumps(ANA).encode()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def said(answer: tuple[int, Any, Any]) -> tuple[int, str]:
    """The status of a refusal and its reason, in the API's form and no other."""
    status, told, headers = answer
    assert headers["Cache-Control"] == "no-store"
    [error] = told["error"]["errors"]
    assert told == {"error": {"errors": [error], "code": status, "message": error["message"]}}
    assert error["domain"] == "global"
    assert error["message"]
    assert "\n" not in error["message"]
    return status, error["reason"]


def _spoiled() -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "none": "",
        "rubbish": "rubbish",
        "expired": token(expires=now - timedelta(hours=1)),
        "for another function": token(audience="https://dispatch.run.test"),
        "forged": token(signer="mallory"),
        "of another issuer": token(issuer="https://accounts.mallory.test"),
        "of an address nobody verified": token(verified=False),
    }


@pytest.mark.parametrize("what", list(_spoiled()))
def test_a_caller_without_a_good_token_is_refused_and_nothing_is_read_or_asked(desk: Desk, what: str) -> None:
    body = Stream(b" " * 5_000_000)
    answer = desk.post(body, bearer=_spoiled()[what], length=5_000_000)
    assert said(answer) == (401, "authError")
    assert answer[2]["WWW-Authenticate"] == 'Bearer realm="calpair"'
    assert (body.taken, desk.asked(), desk.asked("b.test")) == (0, {}, {})


def test_a_caller_who_is_not_listed_is_refused_and_nothing_is_read(desk: Desk) -> None:
    body = Stream(b" " * 1000)
    assert said(desk.post(body, bearer=token("mallory@p.iam.gserviceaccount.com"), length=1000)) == (
        403,
        "forbidden",
    )
    assert body.taken == 0


@pytest.mark.parametrize("length", [65_537, 5_000_000, 64_000_000])
def test_a_body_that_says_it_is_too_long_is_not_read(desk: Desk, length: int) -> None:
    body = Stream(b" " * length)
    assert said(desk.post(body, length=length)) == (413, "uploadTooLarge")
    assert body.taken == 0


def test_a_body_that_does_not_say_how_long_it_is_is_read_to_the_limit(desk: Desk) -> None:
    body = Stream(b" " * 5_000_000)
    answer = desk.post(body, length=0)
    assert said(answer) == (413, "uploadTooLarge")
    assert body.taken == 65_537


def test_a_body_that_breaks_off_is_no_question(desk: Desk) -> None:
    assert said(desk.post(io.BytesIO(ASKED), length=len(ASKED) + 10)) == (400, "badRequest")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_is_answered(desk: Desk, method: str) -> None:
    assert said(desk.post(ASKED, method=method)) == (405, "httpMethodNotAllowed")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"items": [{"id": f"{number}@a.test"} for number in range(51)]}, "tooManyCalendarsRequested"),
        ({"timeMax": "2027-11-02T00:00:00Z"}, "timeRangeTooLong"),
        ({"timeMax": "2026-11-01T00:00:00Z"}, "timeRangeEmpty"),
        ({"items": []}, "required"),
        ({"timeZone": "Mars"}, "invalid"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_and_nobody_is_asked(
    desk: Desk, change: dict[str, Any], reason: str
) -> None:
    assert said(desk.post(json.dumps(ANA | change).encode())) == (400, reason)
    assert said(desk.post(b"no JSON")) == (400, "parseError")
    assert desk.asked() == {}


def test_what_breaks_is_told_without_a_word_of_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("a secret subject")

    monkeypatch.setattr(desk.parts, "answer", break_down)
    answer = desk.post(ASKED)
    assert said(answer) == (500, "internalError")
    assert "secret" not in json.dumps(answer[1])


def test_where_certificates_cannot_be_fetched_callers_are_asked_to_come_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise BackOffError("certificates")

    monkeypatch.setattr(desk.parts.callers, "prove", fail)
    assert said(desk.post(ASKED)) == (503, "backendError")
