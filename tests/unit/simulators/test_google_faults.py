"""Every fault: who is refused, what takes effect, what the client learns, and what the record keeps."""

import json
from datetime import timedelta
from typing import Any, Literal

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Switches
from simulators.google.asking import Asking
from simulators.google.faults import ANSWERS, KINDS
from simulators.record import COMMON, Fault
from simulators.wire import Crash, LostReplyError, Request, TimedOutError

DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}


def world(*faults: Fault, **switches: Any) -> tuple[GoogleSimulator, Asking]:
    simulator = GoogleSimulator(clock=ManualClock(), switches=Switches(**switches))
    simulator.calendar("ana@g.test").create(id="abcde", summary="There", **DAY)
    for fault in faults:
        simulator.record.plant(fault)
    return simulator, Asking(simulator)


def summaries(simulator: GoogleSimulator) -> list[str]:
    return [event["summary"] for event in simulator.calendar("ana@g.test").events()]


@pytest.mark.parametrize(
    ("kind", "status", "reason", "domain"),
    [
        ("rate_limit_403", 403, "rateLimitExceeded", "usageLimits"),
        ("rate_limit_429", 429, "rateLimitExceeded", "usageLimits"),
        ("user_rate_limit_403", 403, "userRateLimitExceeded", "usageLimits"),
        ("quota_403", 403, "quotaExceeded", "usageLimits"),
        ("backend_500", 500, "backendError", "global"),
        ("backend_503", 503, "backendError", "global"),
        ("forbidden_403", 403, "forbidden", "global"),
        ("not_found_404", 404, "notFound", "global"),
        ("auth_401", 401, "authError", "global"),
        ("invalid_400", 400, "invalid", "global"),
        ("conflict_409", 409, "conflict", "global"),
    ],
)
def test_a_planted_refusal_is_googles_and_has_no_effect(kind: str, status: int, reason: str, domain: str) -> None:
    """Facts 3.10, 6 item 9."""
    simulator, ana = world(Fault(kind))
    answer = ana.patch("abcde", {"summary": "x"})
    assert (answer.status, answer.reason) == (status, reason)
    assert answer.json["error"]["errors"][0]["domain"] == domain
    assert (answer.json["error"]["code"], summaries(simulator)) == (status, ["There"])
    (call,) = simulator.record.calls
    assert (call.operation, call.user, call.changed, call.status) == ("events.patch", "ana@g.test", False, status)
    assert ana.patch("abcde", {"summary": "x"}).status == 200


def test_a_forced_full_sync_strikes_deltas_only() -> None:
    """Facts 3.4."""
    simulator, ana = world()
    token = ana.list().json["nextSyncToken"]
    simulator.record.plant(Fault("full_sync_410"))
    assert ana.list().status == 200
    assert ana.list(syncToken=token).reason == "fullSyncRequired"
    assert ana.list(syncToken=token).status == 200


def test_a_poisoned_event_is_refused_for_ever_and_alone() -> None:
    """Facts 6 item 9: `detail` names the event by its id, or by what is written."""
    _, ana = world(Fault("invalid_400", detail="poison", times=10**6))
    ana.insert({**DAY, "id": "fghij"})
    for _ in range(3):
        assert ana.insert({**DAY, "summary": "poison"}).reason == "invalid"
        assert ana.patch("fghij", {"summary": "poison"}).reason == "invalid"
        assert ana.insert({**DAY, "summary": "food"}).status == 200


def test_a_fault_may_be_meant_for_one_user_and_one_operation_at_its_turn() -> None:
    users = {"ana@g.test": "ANA", "bob@g.test": "BOB"}
    simulator = GoogleSimulator(clock=ManualClock(), users=users)
    simulator.record.plant(Fault("backend_503", "events.list", nth=2, times=2, user="bob@g.test"))
    ana, bob = Asking(simulator, "ANA"), Asking(simulator, "BOB")
    seen = [(ana.list().status, bob.list().status, bob.get("calendars/primary").status) for _ in range(4)]
    assert seen == [(200, 200, 200), (200, 503, 200), (200, 503, 200), (200, 200, 200)]


@pytest.mark.parametrize(
    ("kind", "error", "effect"),
    [
        ("crash_before", Crash, False),
        ("crash_after", Crash, True),
        ("lost_reply", LostReplyError, True),
        ("timeout_before", TimedOutError, False),
    ],
)
def test_a_client_cut_off_finds_the_effect_there_or_not(kind: str, error: type[BaseException], *, effect: bool) -> None:
    """The kinds every simulator knows."""
    simulator, ana = world(Fault(kind))
    with pytest.raises(error):
        ana.patch("abcde", {"summary": "New"})
    assert summaries(simulator) == (["New"] if effect else ["There"])
    (call,) = simulator.record.calls
    assert (call.changed, call.status) == (effect, 0)


def test_a_late_effect_happens_once_the_clock_has_passed() -> None:
    clock = ManualClock()
    simulator = GoogleSimulator(clock=clock)
    simulator.record.plant(Fault("late_effect", seconds=30))
    ana = Asking(simulator)
    with pytest.raises(TimedOutError):
        ana.insert({**DAY, "id": "abcde", "summary": "Late"})
    clock.advance(timedelta(seconds=29))
    assert ana.read("abcde").status == 404
    clock.advance(timedelta(seconds=1))
    assert ana.read("abcde").json["summary"] == "Late"
    assert ana.insert({**DAY, "id": "abcde"}).reason == "duplicate"


def test_a_late_effect_may_come_too_late_to_be_one() -> None:
    clock = ManualClock()
    simulator = GoogleSimulator(clock=clock)
    simulator.record.plant(Fault("late_effect", seconds=30))
    ana = Asking(simulator)
    with pytest.raises(TimedOutError):
        ana.insert({**DAY, "id": "abcde", "summary": "First try"})
    ana.insert({**DAY, "id": "abcde", "summary": "Second try"})
    clock.advance(timedelta(minutes=1))
    assert ana.read("abcde").json["summary"] == "Second try"


def test_somebody_edits_the_event_just_before_the_write() -> None:
    """Facts 3.5: with If-Match that is a 412; without, their edit is lost."""
    simulator, ana = world(Fault("edited_before", times=3))
    etag = ana.read("abcde").json["etag"]
    assert ana.patch("abcde", {"location": "x"}, match=etag).reason == "conditionNotMet"
    assert ana.delete("abcde", match=etag).reason == "conditionNotMet"
    assert summaries(simulator) == ["There (edited meanwhile) (edited meanwhile)"]
    assert ana.patch("abcde", {"summary": "Mine"}).json["summary"] == "Mine"


def test_nobody_edits_an_event_that_is_not_there() -> None:
    _, ana = world(Fault("edited_before"))
    assert ana.patch("nothere", {"summary": "x"}).status == 404


def test_a_truncated_list_leaves_events_out_for_good() -> None:
    """Facts 6 item 9: its token knows nothing of them either."""
    simulator, ana = world()
    for number in range(3):
        simulator.calendar("ana@g.test").create(summary=f"Event {number}", **DAY)
    simulator.record.plant(Fault("truncated_list"))
    answer = ana.list(maxResults=3).json
    assert [item["summary"] for item in answer["items"]] == ["There"]
    assert "nextPageToken" not in answer
    assert ana.list(maxResults=3, syncToken=answer["nextSyncToken"]).json["items"] == []
    assert len(ana.list().json["items"]) == 4


def test_an_empty_page_says_200_and_nothing_else() -> None:
    """Facts 6 item 9."""
    _, ana = world(Fault("empty_page"))
    answer = ana.list()
    assert (answer.status, sorted(answer.json)) == (200, ["items", "kind", "nextSyncToken"])
    assert answer.json["items"] == []
    assert ana.list(syncToken=answer.json["nextSyncToken"]).json["items"] == []


def test_a_torn_answer_is_no_json_and_its_effect_is_there() -> None:
    simulator, ana = world(Fault("torn"))
    with pytest.raises(json.JSONDecodeError):
        ana.patch("abcde", {"summary": "New"})
    assert summaries(simulator) == ["New"]


def test_a_doubled_insert_leaves_two_events_alike() -> None:
    simulator, ana = world(Fault("duplicate"))
    made = ana.insert({**DAY, "id": "fghij", "summary": "Twice"}).json
    assert (made["id"], summaries(simulator)) == ("fghij", ["There", "Twice", "Twice"])
    one, two = simulator.calendar("ana@g.test").events()[1:]
    assert (one["start"], one["id"] == two["id"], one["iCalUID"] == two["iCalUID"]) == (two["start"], False, False)


@pytest.mark.parametrize("write", ["patch", "update", "delete"])
def test_a_lost_edit_is_answered_as_if_done(write: str) -> None:
    simulator, ana = world(Fault("lost_edit"))
    token = ana.list().json["nextSyncToken"]
    if write == "delete":
        assert ana.delete("abcde", sendUpdates="all").status == 204
    else:
        change = ana.patch if write == "patch" else ana.update
        assert change("abcde", {**DAY, "summary": "Lost"}).json["summary"] == "Lost"
    assert summaries(simulator) == ["There"]
    assert ana.list(syncToken=token).json["items"] == []
    assert [call.changed for call in simulator.record.calls] == [False, False, False]


def test_mails_may_go_out_unasked() -> None:
    """The count of mails must be able to show a storm: guests are told whatever sendUpdates says."""
    simulator, ana = world(Fault("mail", times=2))
    ana.insert({**DAY, "id": "fghij", "attendees": [{"email": "bob@x.test"}, {"email": "cleo@x.test"}]})
    ana.delete("abcde")
    assert [mail["to"] for mail in simulator.record.mails] == ["bob@x.test", "cleo@x.test", "ana@g.test"]


@pytest.mark.parametrize(("form", "reason"), [(403, "userRateLimitExceeded"), (429, "rateLimitExceeded")])
def test_a_user_over_the_limit_waits_for_the_window_to_slide(form: Literal[403, 429], reason: str) -> None:
    """Facts 3.10; switches units_per_minute, rate_limit_status. An item of a batch counts one."""
    clock = ManualClock()
    switches = Switches(units_per_minute=3, rate_limit_status=form)
    simulator = GoogleSimulator(clock=clock, users={"ana@g.test": "ANA", "bob@g.test": "BOB"}, switches=switches)
    ana, bob = Asking(simulator, "ANA"), Asking(simulator, "BOB")
    assert ana.list().status == 200
    clock.advance(timedelta(seconds=30))
    answers = ana.batch(*[("GET", "calendars/primary", None)] * 3)
    assert [answer.status for answer in answers.values()] == [200, 200, form]
    assert (ana.list().reason, bob.list().status) == (reason, 200)
    clock.advance(timedelta(seconds=31))
    assert [ana.list().status, ana.list().status] == [200, form]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (*COMMON, "torn")])
def test_every_kind_of_fault_can_be_planted_for_any_operation(kind: str) -> None:
    """A kind that cannot strike an operation waits for one it can."""
    simulator, ana = world(Fault(kind))
    ana.get("calendars/primary")
    assert (simulator.record.faults == []) == (kind in ANSWERS and kind != "full_sync_410")


def test_a_crash_at_every_call_is_one_loop_over_the_record() -> None:
    """How a caller enumerates: run once, then once per call with a crash planted there."""

    def story(ana: Asking) -> None:
        ana.insert({**DAY, "id": "fghij", "summary": "One"})
        ana.batch(
            ("PATCH", "calendars/primary/events/fghij", {"summary": "Two"}),
            ("POST", "calendars/primary/events", {**DAY, "id": "klmno", "summary": "Three"}),
        )
        ana.list()

    clean, ana = world()
    story(ana)
    assert [(call.number, call.request, call.operation, call.changed) for call in clean.record.calls] == [
        (1, 1, "events.insert", True),
        (2, 2, "events.patch", True),
        (3, 2, "events.insert", True),
        (4, 3, "events.list", False),
    ]
    found = []
    for call in clean.record.calls:
        simulator, ana = world(Fault("crash_after", nth=call.number))
        with pytest.raises(Crash):
            story(ana)
        found.append(summaries(simulator))
    assert found == [["There", "One"], ["There", "Two"], ["There", "Two", "Three"], ["There", "Two", "Three"]]


def test_a_request_nobody_knows_is_recorded_too() -> None:
    simulator, _ = world()
    simulator.handle(Request.of("GET", "/calendar/v2/feeds", {}, b""))
    (call,) = simulator.record.calls
    assert (call.operation, call.status, simulator.record.units) == ("unknown", 404, 0)
