"""Reading, changing and deleting, over the simulator."""

from typing import Any

import pytest

from calpair.errors import (
    AbsentError,
    AccessLostError,
    BackOffError,
    RefusedError,
    SideError,
    SignInError,
    StaleError,
    UnknownOutcomeError,
)
from calpair.model.body import Body
from calpair.model.event import Event, Field, Kind, ShowAs
from calpair.model.link import Stamp
from calpair.model.side import Side
from calpair.model.when import Timed
from calpair.ports import Calendar, Edit, Removal
from simulators.google import Switches
from simulators.wire import Crash
from unit.google.ground import LUNCH, LUNCH_BODY, NOON, ONE, World, edit, event_of, item_of, world, written


def kind_and_code(answer: object) -> tuple[type, str]:
    assert isinstance(answer, SideError)
    return type(answer), answer.code


def removal(item: Any) -> Removal:
    return Removal(item.id, item.version)


def test_it_fits_the_port_and_is_the_google_side() -> None:
    port: Calendar = world().calendar
    assert port.side is Side.GOOGLE


def test_what_it_would_hold_depends_on_the_colours() -> None:
    event = Event("Lunch", Timed(NOON, ONE, "UTC"), categories=("Red",))
    assert world().calendar.hold(event).losses == ("categories",)
    assert world(colours={"Red": "11"}).calendar.hold(event).event.categories == ("Red",)


@pytest.mark.parametrize(
    ("count", "expected"), [(0, {}), (1, {"events.get": 1}), (2, {"batch": 1}), (50, {"batch": 1})]
)
def test_reading_takes_a_request_for_fifty(count: int, expected: dict[str, int]) -> None:
    here = world()
    made = [here.ana.create(**LUNCH_BODY, reminders={"useDefault": False}) for _ in range(count)]
    found = here.calendar.read(made)
    assert [item_of(found[one]).id for one in made] == made
    assert here.requests() == expected


def test_the_fifty_first_goes_without_an_envelope() -> None:
    here = world()
    items = here.made(*range(51))
    assert len(items) == 51
    here.calendar.read([item.id for item in items])
    assert here.requests() == {"batch": 1, "events.get": 1}
    answers = here.calendar.update([edit(item, Field.TITLE, title="Supper") for item in items])
    assert here.requests() == {"batch": 1, "events.patch": 1}
    assert here.calendar.delete([removal(written(one).item) for one in answers]) == [None] * 51
    assert here.requests() == {"batch": 1, "events.delete": 1}


def test_creating_takes_a_request_for_fifty() -> None:
    here = world()
    here.made(1)
    made = world()
    made.made(*range(100))
    assert made.simulator.record.units == 100
    assert len({call.request for call in made.simulator.record.calls}) == 2


def test_absent_and_cancelled_events_are_told_apart() -> None:
    here = world()
    dead, alive = here.ana.create(**LUNCH_BODY), here.ana.create(**LUNCH_BODY)
    here.ana.delete(dead)
    found = here.calendar.read([dead, "neverwas", alive])
    assert kind_and_code(found[dead]) == (AbsentError, "cancelled")
    assert kind_and_code(found["neverwas"]) == (AbsentError, "notFound")
    assert item_of(found[alive]).id == alive


def test_an_event_nobody_can_read_spoils_no_other() -> None:
    here = world()
    series = here.ana.create(**LUNCH_BODY, recurrence=["RRULE:FREQ=DAILY"])
    one = here.ana.create(**LUNCH_BODY)
    found = here.calendar.read([series, one])
    assert item_of(found[series]).kind is Kind.SERIES
    assert event_of(found[one]).title == "Lunch"


class TestUpdate:
    def test_only_the_fields_named_are_written(self) -> None:
        here = world()
        here.ana.create(**LUNCH_BODY, description="Old", colorId="4", attendees=[{"email": "bo@x.test"}])
        before = here.ana.events()[0]
        (change,) = here.calendar.changes("").changes
        (answer,) = here.calendar.update([edit(item_of(change.item), Field.TITLE, title="Supper", place="Elsewhere")])
        after = here.ana.events()[0]
        changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        assert changed == {"summary", "etag", "updated"}
        assert written(answer).sure
        assert (written(answer).id, item_of(answer).version) == (after["id"], after["etag"])
        assert event_of(answer).title == "Supper"

    def test_it_is_conditional_and_mails_nobody(self) -> None:
        here = world()
        here.ana.create(**LUNCH_BODY, attendees=[{"email": "bo@x.test"}])
        (change,) = here.calendar.changes("").changes
        here.calendar.update([edit(item_of(change.item), Field.TITLE, title="Supper")])
        request = here.tap.seen[-1]
        assert request.headers["if-match"] == change.version
        assert ("sendUpdates", "none") in request.query
        assert here.simulator.record.mails == []

    def test_every_field_can_be_changed_and_is_answered_as_google_holds_it(self) -> None:
        here = world(colours={"Red": "11"})
        (item,) = here.made(1)
        wanted = Event(
            "Supper",
            Timed(ONE, ONE.replace(hour=20), "America/New_York"),
            Body("<b>Late</b>", html=True),
            "Hall",
            ShowAs.FREE,
            reminder=30,
            categories=("Red",),
        )
        (answer,) = here.calendar.update([Edit(item, wanted, frozenset(Field))])
        assert event_of(answer) == wanted

    def test_a_timed_event_becomes_whole_days_and_back(self) -> None:
        here = world()
        (item,) = here.made(1)
        days = {"start": {"date": "2026-12-24"}, "end": {"date": "2026-12-26"}}
        here.ana.update(item.id, **{name: {**day, "dateTime": None, "timeZone": None} for name, day in days.items()})
        there = item_of(here.calendar.read([item.id])[item.id])
        (answer,) = here.calendar.update([edit(there, Field.WHEN, when=LUNCH.when)])
        assert event_of(answer).when == LUNCH.when
        (answer,) = here.calendar.update([edit(item_of(answer), Field.WHEN, when=event_of(there).when)])
        assert event_of(answer).when == event_of(there).when
        assert {name: here.ana.event(item.id)[name] for name in days} == days

    def test_a_stamp_is_rewritten(self) -> None:
        here = world()
        (item,) = here.made(1)
        stamp = Stamp("pair", "link1", item.id, "another uid", generation=2, digest="d2")
        (answer,) = here.calendar.update([edit(item, stamp=stamp)])
        assert item_of(answer).stamp == stamp

    def test_another_version_is_stale(self) -> None:
        here = world()
        one, two = here.made(1, 2)
        here.ana.update(one.id, summary="Mine")
        answers = here.calendar.update([edit(item, Field.TITLE, title="Ours") for item in (one, two)])
        assert kind_and_code(answers[0]) == (StaleError, "conditionNotMet")
        assert event_of(answers[1]).title == "Ours"
        assert [event["summary"] for event in here.ana.events()] == ["Mine", "Ours"]

    def test_an_edit_just_before_the_write_is_not_overwritten(self) -> None:
        here = world()
        (item,) = here.made(1)
        here.plant("edited_before", "events.patch")
        (answer,) = here.calendar.update([edit(item, Field.TITLE, title="Ours")])
        assert kind_and_code(answer) == (StaleError, "conditionNotMet")

    def test_without_a_version_nothing_is_written(self) -> None:
        here = world()
        (item,) = here.made(1)
        blind = edit(item, Field.TITLE, title="Ours")
        object.__setattr__(blind.item, "version", "")
        (answer,) = here.calendar.update([blind])
        assert kind_and_code(answer) == (StaleError, "noVersion")
        assert here.calendar.delete([Removal(item.id, "")])[0] is not None
        assert here.requests() == {}

    def test_a_version_missing_among_others_is_answered_in_its_place(self) -> None:
        here = world()
        one, two = here.made(1, 2)
        removals = [Removal(one.id, ""), removal(two)]
        answers = here.calendar.delete(removals)
        assert (kind_and_code(answers[0]), answers[1]) == ((StaleError, "noVersion"), None)

    def test_an_event_deleted_meanwhile_is_stale_or_gone(self) -> None:
        here = world()
        (item,) = here.made(1)
        here.ana.delete(item.id)
        (answer,) = here.calendar.update([edit(item, Field.TITLE, title="Ours")])
        assert kind_and_code(answer) == (StaleError, "conditionNotMet")

    def test_somebody_elses_event_refuses_what_is_not_ours(self) -> None:
        here = world()
        here.ana.import_event(
            **LUNCH_BODY, iCalUID="uid@x", organizer={"email": "bo@x.test"}, attendees=[{"email": "ana@g.test"}]
        )
        (change,) = here.calendar.changes("").changes
        assert item_of(change.item).people
        (answer,) = here.calendar.update([edit(item_of(change.item), Field.TITLE, title="Ours")])
        assert kind_and_code(answer) == (RefusedError, "forbiddenForNonOrganizer")


class TestDelete:
    def test_it_is_conditional_and_mails_nobody(self) -> None:
        here = world()
        (item,) = here.made(1)
        here.ana.update(item.id, attendees=[{"email": "bo@x.test"}])
        (answer,) = here.calendar.delete([removal(item)])
        assert kind_and_code(answer) == (StaleError, "conditionNotMet")
        there = item_of(here.calendar.read([item.id])[item.id])
        assert here.calendar.delete([removal(there)]) == [None]
        assert here.tap.seen[-1].headers["if-match"] == there.version
        assert ("sendUpdates", "none") in here.tap.seen[-1].query
        assert here.ana.events() == []
        assert here.simulator.record.mails == []

    def test_what_is_deleted_already_is_done_and_what_is_not_found_is_not(self) -> None:
        here = world()
        one, two = here.made(1, 2)
        here.ana.delete(one.id)
        *done, unknown = here.calendar.delete([removal(one), removal(two), Removal("neverwas", '"1"')])
        assert done == [None, None]
        assert isinstance(unknown, AbsentError)


WRITES = ("events.patch", "events.delete")


def write(here: World, operation: str, items: list[Any]) -> list[Any]:
    if operation == "events.patch":
        return list(here.calendar.update([edit(item, Field.TITLE, title="Ours") for item in items]))
    return list(here.calendar.delete([removal(item) for item in items]))


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize("kind", ["lost_reply", "timeout_before", "late_effect", "backend_500", "backend_503"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_write_without_an_answer_has_an_unknown_outcome(operation: str, kind: str, count: int) -> None:
    here = world()
    items = here.made(*range(count))
    here.plant(kind, "batch" if count > 1 else operation)
    answers = write(here, operation, items)
    assert [type(answer) for answer in answers] == [UnknownOutcomeError] * count
    assert sum(here.requests().values()) == 1


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [
        ("rate_limit_403", BackOffError, "rateLimitExceeded"),
        ("user_rate_limit_403", BackOffError, "userRateLimitExceeded"),
        ("rate_limit_429", BackOffError, "rateLimitExceeded"),
        ("quota_403", BackOffError, "quotaExceeded"),
        ("invalid_400", RefusedError, "invalid"),
        ("forbidden_403", RefusedError, "forbidden"),
        ("conflict_409", StaleError, "conflict"),
        ("backend_503", UnknownOutcomeError, "backendError"),
    ],
)
def test_in_a_batch_an_items_failure_is_its_own(operation: str, kind: str, error: type[SideError], code: str) -> None:
    here = world()
    items = here.made(1, 2, 3)
    here.plant(kind, operation, nth=2)
    first, second, third = write(here, operation, items)
    assert kind_and_code(second) == (error, code)
    assert not isinstance(first, SideError)
    assert not isinstance(third, SideError)
    if isinstance(second, BackOffError):
        assert second.scope == "user"


def test_a_rate_limit_ends_the_batches_that_would_follow() -> None:
    here = world()
    items = here.made(*range(120))
    here.plant("user_rate_limit_403", "events.patch", nth=10)
    answers = write(here, "events.patch", items)
    assert here.requests() == {"batch": 1}
    failed = [number for number, answer in enumerate(answers) if isinstance(answer, BackOffError)]
    assert failed == [9, *range(50, 120)]


def test_a_back_off_of_everything_is_raised() -> None:
    here = world()
    items = here.made(1, 2)
    for kind in ("rate_limit_429", "quota_403"):
        here.plant(kind, "batch")
        with pytest.raises(BackOffError) as caught:
            write(here, "events.patch", items)
        assert caught.value.scope == "user"
    here.plant("backend_503", "batch")
    with pytest.raises(BackOffError, match="backendError"):
        here.calendar.read([item.id for item in items])
    here.plant("lost_reply", "batch")
    with pytest.raises(BackOffError, match="noAnswer"):
        here.calendar.read([item.id for item in items])
    here.plant("timeout_before", "events.get")
    with pytest.raises(BackOffError, match="timeout"):
        here.calendar.read([items[0].id])


def test_lost_rights_are_raised_whoever_met_them() -> None:
    here = world(calendar_id="team@g.test")
    team = here.simulator.add_calendar("team@g.test", "bo@g.test", acl={"ana@g.test": "writer"})
    items = here.made(1, 2)
    team.set_access("ana@g.test", "reader")
    with pytest.raises(AccessLostError, match="requiredAccessLevel"):
        write(here, "events.patch", items)
    with pytest.raises(AccessLostError, match="requiredAccessLevel"):
        write(here, "events.delete", items[:1])


def test_a_refused_sign_in_is_raised_after_one_request() -> None:
    here = world(secret="WRONG")
    with pytest.raises(SignInError, match="authError"):
        here.calendar.read(["one", "two"])
    assert here.requests() == {"batch": 1}
    with pytest.raises(SignInError, match="authError"):
        here.calendar.read(["one"])
    assert here.requests() == {"events.get": 1}


@pytest.mark.parametrize("operation", WRITES)
def test_a_torn_answer_to_a_batch_leaves_the_rest_unknown(operation: str) -> None:
    here = world()
    items = here.made(1, 2, 3, 4)
    here.plant("torn", "batch")
    answers = write(here, operation, items)
    assert UnknownOutcomeError in {type(answer) for answer in answers}
    assert all(isinstance(answer, UnknownOutcomeError) or not isinstance(answer, SideError) for answer in answers)


def test_a_torn_answer_to_a_single_write_is_unknown() -> None:
    here = world()
    items = here.made(1)
    here.plant("torn", "events.patch")
    (answer,) = write(here, "events.patch", items)
    assert kind_and_code(answer) == (UnknownOutcomeError, "garbled")


def test_batches_may_take_effect_in_any_order() -> None:
    here = world(switches=Switches(batch_order="reversed"))
    items = here.made(1, 2, 3)
    answers = here.calendar.update([edit(item, Field.TITLE, title=f"for {item.id}") for item in items])
    assert [event_of(answer).title for answer in answers] == ["for dupe0001", "for dupe0002", "for dupe0003"]


def test_on_a_secondary_calendar_its_own_events_are_nobody_elses() -> None:
    here = world(calendar_id="team@g.test")
    here.simulator.add_calendar("team@g.test", "ana@g.test", zone="Asia/Tokyo")
    (item,) = here.made(1)
    assert not item.people
    page = here.calendar.changes("")
    assert page.zone == "Asia/Tokyo"
    assert [change.id for change in page.changes] == ["dupe0001"]


def test_a_crash_goes_through() -> None:
    here = world()
    here.plant("crash_before", "events.list")
    with pytest.raises(Crash):
        here.calendar.changes("")
