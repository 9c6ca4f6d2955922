"""When the open event is: asked of Google as its user, with start and end alone, and a refusal as a value."""

import json
import logging
from datetime import UTC, date, datetime
from typing import Any

import pytest

from calpair.errors import (
    CANCELLED,
    AbsentError,
    AccessLostError,
    BackOffError,
    RefusedError,
    SideError,
    SignInError,
    UsageError,
)
from calpair.google.addon import Opened, parse
from calpair.google.open_event import look
from calpair.model.pair import Limits
from calpair.model.when import AllDay, Timed, When
from calpair.names import Names
from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, InProcessHttp
from simulators.record import Fault
from unit.google.addon_events import EVENT, body
from unit.google.ground import LUNCH_BODY, Script, Tap

ANA = "ana@g.test"
BASE = "https://google.test/"
TOKEN = EVENT["authorizationEventObject"]["userOAuthToken"]


class Ground:
    """A Google on which Ana has lunch at noon, and the add-on's way there."""

    def __init__(self, token: str = TOKEN) -> None:
        self.clock = ManualClock()
        self.simulator = GoogleSimulator(clock=self.clock, users={ANA: token, "eve@g.test": "EVES"})
        self.tap = Tap(self.simulator)
        self.lunch = self.simulator.calendar(ANA).create(**LUNCH_BODY)

    def look(self, **calendar: Any) -> When | SideError:
        return look(opened(**({"id": self.lunch} | calendar)), BASE, self.clock.now, InProcessHttp(self.tap))


def opened(**calendar: Any) -> Opened:
    return parse(body(**calendar))


def scripted(*answers: tuple[int, str] | Exception, **head: str) -> tuple[When | SideError, Script]:
    script = Script(list(answers), head=head)
    return look(opened(), BASE, ManualClock().now, script), script


def test_an_events_time_is_told() -> None:
    lunch = Timed(datetime(2026, 11, 5, 11, tzinfo=UTC), datetime(2026, 11, 5, 12, tzinfo=UTC), "Europe/Berlin")
    assert Ground().look() == lunch


def test_a_whole_days_is_its_dates() -> None:
    ground = Ground()
    day = ground.simulator.calendar(ANA).create(start={"date": "2026-11-05"}, end={"date": "2026-11-07"})
    assert ground.look(id=day) == AllDay(date(2026, 11, 5), date(2026, 11, 7))


def test_nothing_else_is_asked_for_and_the_token_stands_in_the_head_alone() -> None:
    ground = Ground()
    ground.look()
    (request,) = ground.tap.seen
    assert request.method == "GET"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert sorted(request.query) == [("alt", "json"), ("fields", "start,end")]
    assert TOKEN not in request.path


def test_it_is_asked_as_the_user_and_nobody_else() -> None:
    ground = Ground()
    assert isinstance(ground.look(calendarId="eve@g.test"), AbsentError)


def test_one_that_was_never_saved_is_absent_and_nobody_is_asked() -> None:
    ground = Ground()
    assert isinstance(ground.look(id=""), AbsentError)
    assert ground.tap.seen == []


def test_one_that_is_not_there_is_absent() -> None:
    assert isinstance(Ground().look(id="nothing123"), AbsentError)


def test_one_that_was_deleted_still_has_its_day_or_is_absent() -> None:
    told, _ = scripted((410, json.dumps({"error": {"errors": [{"reason": "deleted"}]}})))
    assert isinstance(told, AbsentError)
    assert told.code == CANCELLED


def test_a_token_that_is_refused_is_said_as_the_add_ons_and_tried_once() -> None:
    ground = Ground(token="ANOTHER")
    error = ground.look()
    assert isinstance(error, SignInError)
    assert "calendar.events.readonly" in str(error)
    assert len(ground.tap.seen) == 1


def test_without_a_token_nobody_is_asked() -> None:
    told = json.loads(body())
    told["authorizationEventObject"] = {}
    script = Script([])
    error = look(parse(body(told)), BASE, ManualClock().now, script)
    assert isinstance(error, SignInError)
    assert script.asked == []


def test_a_token_without_the_scope_is_said_as_the_add_ons() -> None:
    error, _ = scripted((403, json.dumps({"error": {"errors": [{"reason": "insufficientPermissions"}]}})))
    assert isinstance(error, AccessLostError)
    assert "calendar.events.readonly" in str(error)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("rate_limit_429", BackOffError),
        ("backend_503", BackOffError),
        ("forbidden_403", SideError),
        ("invalid_400", RefusedError),
        ("redirect_302", AccessLostError),
        ("lost_reply", BackOffError),
        ("timeout_before", BackOffError),
    ],
)
def test_whatever_google_refuses_is_a_value(kind: str, expected: type[SideError]) -> None:
    ground = Ground()
    ground.simulator.record.plant(Fault(kind, "events.get"))
    assert isinstance(ground.look(), expected)
    assert isinstance(ground.look(), Timed)


@pytest.mark.parametrize(
    "answer",
    [
        "{}",
        '{"start": {}}',
        '{"start": 5, "end": 6}',
        '{"start": {"date": "x"}, "end": {"date": "y"}}',
        '{"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-05"}}',
        '{"start": {"date": "2026-11-05"}, "end": {"dateTime": "2026-11-05T12:00:00Z"}}',
        '{"start": {"dateTime": "2026-11-05T12:00:00"}, "end": {"dateTime": "2026-11-05T13:00:00"}}',
        '{"start": {"dateTime": "2026-11-05T13:00:00Z"}, "end": {"dateTime": "2026-11-05T12:00:00Z"}}',
        '{"start": {"dateTime": "0001-01-01T00:00:00+14:00"}, "end": {"dateTime": "0001-01-02T00:00:00Z"}}',
        '{"start": {"dateTime": null}, "end": {"dateTime": []}}',
        '{"start": {"dateTime": "2026-11-05T12:00:00Z", "timeZone": {}}, "end": {}}',
    ],
)
def test_an_answer_that_tells_no_time_is_refused(answer: str) -> None:
    error, _ = scripted((200, answer))
    assert isinstance(error, RefusedError)
    assert error.code == "garbled"


@pytest.mark.parametrize("answer", ["", "no JSON", "[]", "[" * 20_000, "null"])
def test_an_answer_that_is_none_is_an_error(answer: str) -> None:
    error, _ = scripted((200, answer))
    assert isinstance(error, SideError)


def test_an_id_is_a_piece_of_the_path_whatever_is_in_it() -> None:
    script = Script([(200, "{}")])
    look(opened(calendarId="a/../b?c#d@g.test", id="x=_y-z"), BASE, ManualClock().now, script)
    assert script.asked[0][1].startswith(f"{BASE}calendar/v3/calendars/a%2F..%2Fb%3Fc%23d%40g.test/events/x%3D_y-z?")


def test_no_error_and_no_line_of_the_log_holds_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    errors = [
        scripted((401, TOKEN))[0],
        scripted((403, json.dumps({"error": {"message": TOKEN, "errors": [{"reason": TOKEN}]}})))[0],
        scripted(OSError(f"Bearer {TOKEN}"))[0],
        scripted((200, TOKEN))[0],
    ]
    for error in errors:
        assert isinstance(error, SideError)
        assert TOKEN not in f"{error} {error!r} {error.__cause__!r} {error.sentence}"
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("url", ["http://google.test/", "ftp://google.test/", ""])
def test_a_token_goes_nowhere_in_the_clear(url: str) -> None:
    script = Script([])
    with pytest.raises(UsageError, match=r"google\.url"):
        look(opened(), url, ManualClock().now, script)
    assert script.asked == []


def test_a_name_that_stands_for_this_machine_gets_no_token() -> None:
    names = Names(Limits(), lambda *_: ["127.0.0.1"])
    error = look(opened(), "https://calendar.test/", ManualClock().now, names=names)
    assert isinstance(error, AccessLostError)
    assert error.code == "AddressRefused"
