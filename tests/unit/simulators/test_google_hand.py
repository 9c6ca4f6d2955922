"""The person's hand, the simulator's own paths, and its switches."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Switches
from simulators.google.asking import Asking
from simulators.google.cli import main
from simulators.google.errors import RefusedError
from simulators.google.switches import parse
from simulators.record import Fault
from simulators.wire import Request

DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}


def control(simulator: GoogleSimulator, method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
    answer = simulator.handle(Request.of(method, f"/_sim/{path}", {}, body))
    return answer.status, json.loads(answer.body)


def test_the_hand_makes_changes_and_throws_away() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    hand = simulator.calendar("ana@g.test")
    event_id = hand.create(summary="Lunch", location="Here", **DAY)
    hand.update(event_id, summary="Late lunch", location=None)
    (event,) = hand.events()
    assert (event["id"], event["summary"], "location" in event) == (event_id, "Late lunch", False)
    hand.delete(event_id)
    assert (hand.events(), hand.event(event_id)["status"]) == ([], "cancelled")
    with pytest.raises(RefusedError, match="forbidden"):
        hand.update(event_id, summary="Ghost")
    hand.restore(event_id)
    assert [event["summary"] for event in hand.events()] == ["Late lunch"]
    assert simulator.record.calls == []


def test_a_copy_has_a_new_id_and_uid_and_the_private_properties_cloned() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    hand = simulator.calendar("ana@g.test")
    stamp = {"private": {"stamp": "abc"}}
    first = hand.create(summary="Lunch", extendedProperties=stamp, **DAY)
    second = hand.copy(first, start={"date": "2026-11-07"}, end={"date": "2026-11-08"})
    one, two = hand.event(first), hand.event(second)
    assert two["id"] != one["id"]
    assert two["iCalUID"] == f"{second}@google.com"
    assert (two["summary"], two["extendedProperties"], two["start"]) == ("Lunch", stamp, {"date": "2026-11-07"})


def test_the_hand_answers_an_invitation() -> None:
    hand = GoogleSimulator(clock=ManualClock()).calendar("ana@g.test")
    rows = [{"email": "ana@g.test"}, {"email": "bob@g.test"}]
    event_id = hand.import_event(iCalUID="u@x.test", organizer={"email": "boss@x.test"}, attendees=rows, **DAY)
    hand.respond(event_id, "declined")
    assert [row["responseStatus"] for row in hand.event(event_id)["attendees"]] == ["declined", "needsAction"]


def test_the_calendars_zone_and_default_reminders_are_the_persons_to_set() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    hand = simulator.calendar("ana@g.test")
    hand.create(id="abcde", start={"dateTime": "2026-11-05T09:00:00Z"}, end={"dateTime": "2026-11-05T10:00:00Z"})
    hand.set_zone("Asia/Tokyo")
    hand.set_default_reminders({"method": "email", "minutes": 60})
    answer = Asking(simulator).list().json
    assert (hand.id, answer["timeZone"]) == ("ana@g.test", "Asia/Tokyo")
    assert answer["defaultReminders"] == [{"method": "email", "minutes": 60}]
    assert answer["items"][0]["start"] == {"dateTime": "2026-11-05T18:00:00+09:00", "timeZone": "Europe/Berlin"}
    with pytest.raises(RefusedError, match="Nowhere"):
        hand.set_zone("Nowhere")


def test_two_inserts_of_one_id_at_once_leave_one() -> None:
    """Facts 3.1, row 39."""
    ana = Asking(GoogleSimulator(clock=ManualClock()))
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(lambda _: ana.insert({**DAY, "id": "abcde"}).status, range(8)))
    assert statuses == [200, *[409] * 7]


def test_the_state_shows_live_events_and_the_zone_of_every_calendar_without_sign_in() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    hand = simulator.add_calendar("team@group.calendar.google.com", "ana@g.test", "Asia/Tokyo")
    hand.create(id="abcde", summary="Kept", **DAY)
    hand.delete(hand.create(summary="Gone", **DAY))
    status, state = control(simulator, "GET", "state")
    team = state["calendars"]["team@group.calendar.google.com"]
    assert (status, list(state["calendars"])) == (200, ["ana@g.test", "team@group.calendar.google.com"])
    assert (team["timeZone"], [event["summary"] for event in team["events"]]) == ("Asia/Tokyo", ["Kept"])
    assert team["events"][0] == Asking(simulator).get("calendars/team@group.calendar.google.com/events/abcde").json


def test_counters_count_requests_by_operation_and_units_but_not_themselves() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    ana = Asking(simulator)
    ana.list()
    ana.batch(("GET", "calendars/primary/events", None), ("GET", "calendars/primary", None))
    control(simulator, "GET", "counters")
    assert control(simulator, "GET", "counters") == (
        200,
        {"requests": {"batch": 1, "events.list": 1}, "requests_total": 2, "quota_units": 3, "mails": 0},
    )


def test_a_fault_is_planted_over_http() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    body = b'{"kind": "backend_503", "operation": "events.list", "nth": 2, "seconds": 1}'
    assert control(simulator, "POST", "fault", body) == (200, {"planted": "backend_503"})
    assert simulator.record.faults == [Fault("backend_503", "events.list", nth=2, seconds=1)]
    assert [Asking(simulator).list().status for _ in range(3)] == [200, 503, 200]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"kind": "gremlins"}', "fault kind 'gremlins'"),
        (b'{"kind": "torn", "often": 3}', "fault field 'often'"),
        (b'{"kind": "torn", "nth": "3"}', "fault field 'nth': '3' is no int"),
        (b"{}", "fault kind None"),
        (b"[]", "JSON object"),
        (b"kind=torn", "Expecting value"),
    ],
)
def test_a_fault_that_is_none_is_refused_in_one_clear_line(body: bytes, word: str) -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    status, answer = control(simulator, "POST", "fault", body)
    assert status == 400
    assert word in answer["error"]
    assert "\n" not in answer["error"]
    assert simulator.record.faults == []


def test_an_unknown_control_path_names_the_known_ones() -> None:
    assert control(GoogleSimulator(clock=ManualClock()), "GET", "nonsense")[0] == 404


def test_an_unknown_kind_of_fault_does_not_pass_in_silence() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    simulator.record.plant(Fault("gremlins"))
    with pytest.raises(ValueError, match="gremlins"):
        Asking(simulator).list()


def test_switches_are_read_from_words() -> None:
    words = ["tombstones=bare", "page_cap=2", "empty_first_page=true", "rate_limit_status=429"]
    assert parse(words) == Switches(tombstones="bare", page_cap=2, empty_first_page=True, rate_limit_status=429)


@pytest.mark.parametrize("word", ["tombstones", "nonsense=1", "tombstones=half", "page_cap=two", "empty_first_page=1"])
def test_a_switch_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="switch"):
        parse([word])


def test_a_switch_holds_a_value_of_its_own_kind() -> None:
    with pytest.raises(ValueError, match="page_cap: '2' is no int"):
        GoogleSimulator(clock=ManualClock()).turn(page_cap="2")


def test_the_command_refuses_words_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--user", "nobody"], ["--switch", "nonsense=1"], ["--reader", "nobody@g.test"]):
        with pytest.raises(SystemExit):
            main(words)
        assert words[1] in capsys.readouterr().err


def test_a_calendar_is_added_once() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    with pytest.raises(ValueError, match="exists"):
        simulator.add_calendar("ana@g.test", "ana@g.test")


def test_two_runs_of_the_same_story_are_the_same_to_the_byte() -> None:
    def story() -> Any:
        simulator = GoogleSimulator(clock=ManualClock())
        ana = Asking(simulator)
        for number in range(3):
            ana.insert({**DAY, "summary": f"Event {number}"})
        return control(simulator, "GET", "state"), ana.list().json

    assert story() == story()
