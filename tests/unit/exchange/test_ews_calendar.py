"""The five operations against a simulated server, with the requests each one takes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from calpair.errors import AbsentError, CursorLostError, RefusedError, StaleError
from calpair.exchange.calendar import ExchangeCalendar
from calpair.model.body import Body
from calpair.model.event import Event, Field, Item, Kind, Privacy, ShowAs
from calpair.model.side import Side
from calpair.model.when import AllDay, Timed
from calpair.ports import Calendar, Change, Edit, Removal, Written
from simulators.exchange.items import Attendee
from simulators.exchange.zones import ODD
from unit.exchange.ground import ANA, LUNCH, NINE, STAMP, TEN, World, draft, event_of, item_of, written


def test_a_copy_is_created_whole_and_read_back(world: World) -> None:
    item = written(world.calendar.create([draft()])[0])
    assert item.event == LUNCH
    assert item.uid == "calpair-1"
    assert item.stamp == STAMP
    assert item.kind is Kind.SINGLE
    assert not item.people
    assert not item.cancelled
    assert world.requests() == {"CreateItem": 1, "GetItem": 1}
    assert world.simulator.record.mails == []
    (stored,) = world.ana.items()
    assert (stored.start_zone, stored.end_zone) == ("W. Europe Standard Time", "W. Europe Standard Time")


def test_a_change_list_names_what_is_there_and_then_nothing(world: World) -> None:
    first = world.ana.create(subject="One", start=NINE, end=TEN)
    page = world.calendar.changes("")
    assert [change.id for change in page.changes] == [first]
    assert page.changes[0].version == world.ana.item(first).change_key
    assert (page.whole, page.more, page.zone) == (True, False, "")
    again = world.calendar.changes(page.cursor)
    assert (again.changes, again.whole, again.more) == ((), False, False)
    assert world.requests() == {"SyncFolderItems": 2}


def test_a_deletion_is_a_tombstone_and_a_read_flag_is_nothing(world: World) -> None:
    first = world.ana.create(subject="One", start=NINE, end=TEN)
    second = world.ana.create(subject="Two", start=NINE, end=TEN)
    cursor = world.calendar.changes("").cursor
    world.ana.delete(first)
    world.ana.mark_read(second)
    assert world.calendar.changes(cursor).changes == (Change(first, "", gone=True),)


def test_our_own_write_shows_in_the_change_list_in_the_version_it_returned(world: World) -> None:
    cursor = world.calendar.changes("").cursor
    item = written(world.calendar.create([draft()])[0])
    assert world.calendar.changes(cursor).changes == (Change(item.id, item.version),)


def test_a_large_page_is_asked_on_until_nothing_comes(world: World) -> None:
    for number in range(120):
        world.ana.create(subject=f"Event {number}", start=NINE, end=TEN)
    page = world.calendar.changes("")
    assert (len(page.changes), page.more) == (120, True)
    after = world.calendar.changes(page.cursor)
    assert (after.changes, after.more) == ((), False)


def test_pages_follow_each_other_to_the_end(world: World) -> None:
    for number in range(600):
        world.ana.create(subject=f"Event {number}", start=NINE, end=TEN)
    first = world.calendar.changes("")
    second = world.calendar.changes(first.cursor)
    assert (len(first.changes), first.more, first.whole) == (512, True, True)
    assert (len(second.changes), second.whole) == (88, False)
    assert len({change.id for change in first.changes + second.changes}) == 600


def test_a_place_the_server_forgot_is_a_lost_cursor(world: World) -> None:
    cursor = world.calendar.changes("").cursor
    world.ana.drop_sync_states()
    with pytest.raises(CursorLostError, match="ErrorInvalidSyncStateData"):
        world.calendar.changes(cursor)


def test_reading_gives_each_item_or_its_own_error(world: World) -> None:
    one = world.ana.create(subject="One", start=NINE, end=TEN)
    gone = world.ana.create(subject="Gone", start=NINE, end=TEN)
    world.ana.delete(gone, hard=True)
    found = world.calendar.read([one, gone, one])
    assert list(found) == [one, gone]
    assert event_of(found[one]).title == "One"
    assert isinstance(found[gone], AbsentError)
    assert world.requests() == {"GetItem": 1}


def test_an_edit_writes_only_the_fields_asked_for(world: World) -> None:
    item = written(world.calendar.create([draft()])[0])
    world.requests()
    changed = replace(LUNCH, title="Dinner", place="Elsewhere", reminder=None)
    later = written(world.calendar.update([Edit(item, changed, frozenset({Field.TITLE}))])[0])
    assert later.event == replace(LUNCH, title="Dinner")
    assert later.version != item.version
    assert world.requests() == {"UpdateItem": 1, "GetItem": 1}


def test_an_edit_can_change_every_field_and_the_stamp(world: World) -> None:
    item = written(world.calendar.create([draft()])[0])
    new = Event(
        title="Trip",
        when=AllDay(date(2026, 11, 7), date(2026, 11, 9)),
        body=Body("Plain", html=True),
        place="",
        show_as=ShowAs.AWAY,
        privacy=Privacy.NORMAL,
        reminder=None,
        categories=(),
    )
    stamp = replace(STAMP, digest="d2", generation=1)
    later = written(world.calendar.update([Edit(item, new, frozenset(Field), stamp, "Pacific/Auckland")])[0])
    assert later.event == new
    assert later.stamp == stamp
    back = written(world.calendar.update([Edit(later, LUNCH, frozenset(Field))])[0])
    assert back.event == LUNCH


def test_an_event_can_be_moved_past_its_old_end_and_back(world: World) -> None:
    item = written(world.calendar.create([draft()])[0])
    for days in (10, -10):
        when = Timed(NINE + timedelta(days=days), TEN + timedelta(days=days), "America/New_York")
        item = written(world.calendar.update([Edit(item, replace(LUNCH, when=when), frozenset({Field.WHEN}))])[0])
        assert event_of(item).when == when


def test_an_edit_of_an_item_somebody_touched_is_stale_and_the_others_go_on(world: World) -> None:
    one, two = (written(answer) for answer in world.calendar.create([draft(uid="u1"), draft(uid="u2")]))
    world.ana.update(one.id, location="Moved")
    answers = world.calendar.update(
        [Edit(item, replace(LUNCH, title="New"), frozenset({Field.TITLE})) for item in (one, two)]
    )
    assert isinstance(answers[0], StaleError)
    assert event_of(written(answers[1])).title == "New"
    assert world.ana.item(one.id).subject == LUNCH.title


def test_an_edit_of_nothing_exchange_holds_asks_nothing(world: World) -> None:
    item = written(world.calendar.create([draft()])[0])
    world.requests()
    (answer,) = world.calendar.update([Edit(item, replace(LUNCH, categories=None), frozenset({Field.CATEGORIES}))])
    assert answer == Written(item.id, item, sure=True)
    assert world.requests() == {}


def test_a_deletion_goes_to_deleted_items_or_past_them(world: World) -> None:
    one, two = (written(answer) for answer in world.calendar.create([draft(uid="u1"), draft(uid="u2")]))
    world.requests()
    assert world.calendar.delete([Removal(one.id, one.version)]) == [None]
    assert world.requests() == {"GetItem": 1, "DeleteItem": 1}
    assert world.calendar.delete([Removal(two.id, two.version, permanent=True)]) == [None]
    assert world.ana.items() == ()
    assert len(world.ana.items(world.ana.folder_id("deleteditems"))) == 1


def test_both_sorts_of_deletion_go_in_one_call(world: World) -> None:
    items = [written(answer) for answer in world.calendar.create([draft(uid=f"u{number}") for number in range(4)])]
    removals = [Removal(item.id, item.version, permanent=number % 2 == 0) for number, item in enumerate(items)]
    assert world.calendar.delete(removals) == [None, None, None, None]
    assert len(world.ana.items(world.ana.folder_id("deleteditems"))) == 2


def test_a_deletion_of_an_item_somebody_touched_is_stale(world: World) -> None:
    item = written(world.calendar.create([draft()])[0])
    world.ana.update(item.id, subject="Mine")
    (answer,) = world.calendar.delete([Removal(item.id, item.version)])
    assert isinstance(answer, StaleError)
    assert len(world.ana.items()) == 1


def test_what_is_not_found_is_not_said_to_be_deleted(world: World) -> None:
    item = written(world.calendar.create([draft()])[0])
    world.ana.delete(item.id, hard=True)
    world.requests()
    (answer,) = world.calendar.delete([Removal(item.id, item.version)])
    assert isinstance(answer, AbsentError)
    assert world.requests() == {"GetItem": 1}


def test_an_item_with_guests_is_neither_deleted_nor_moved(world: World) -> None:
    meeting = world.ana.create(subject="Board", start=NINE, end=TEN, required=[Attendee("bo@b.test")])
    item = world.calendar.read([meeting])[meeting]
    assert isinstance(item, Item)
    assert item.people
    assert item.losses == ("guests",)
    (refused,) = world.calendar.delete([Removal(item.id, item.version)])
    assert isinstance(refused, RefusedError)
    assert refused.code == "people"
    for field in (Field.WHEN, Field.TITLE, Field.PLACE, Field.BODY):
        (answer,) = world.calendar.update([Edit(item, LUNCH, frozenset({field}))])
        assert isinstance(answer, RefusedError)
        assert answer.code == "people"
    assert world.ana.item(meeting).subject == "Board"
    later = written(world.calendar.update([Edit(item, LUNCH, frozenset({Field.REMINDER, Field.CATEGORIES}))])[0])
    assert (event_of(later).reminder, event_of(later).categories) == (15, ("Red", "Work"))
    assert world.simulator.record.mails == []


@pytest.mark.parametrize(("count", "batches"), [(1, 1), (50, 1), (51, 2), (120, 3)])
def test_requests_are_counted_in_batches_of_fifty(world: World, count: int, batches: int) -> None:
    drafts = [draft(uid=f"u{number}") for number in range(count)]
    items = [written(answer) for answer in world.calendar.create(drafts)]
    assert world.requests() == {"CreateItem": batches, "GetItem": batches}
    world.calendar.read([item.id for item in items])
    assert world.requests() == {"GetItem": batches}
    edits = [Edit(item, replace(LUNCH, title="New"), frozenset({Field.TITLE})) for item in items]
    items = [written(answer) for answer in world.calendar.update(edits)]
    assert world.requests() == {"UpdateItem": batches, "GetItem": batches}
    assert world.calendar.delete([Removal(item.id, item.version) for item in items]) == [None] * count
    assert world.requests() == {"GetItem": batches, "DeleteItem": batches}


def test_nothing_asked_is_nothing_sent(world: World) -> None:
    assert world.calendar.read([]) == {}
    assert world.calendar.create([]) == []
    assert world.calendar.update([]) == []
    assert world.calendar.delete([]) == []
    assert world.requests() == {}


def test_an_all_day_copy_is_stored_at_midnights_of_the_zone_of_the_draft(world: World) -> None:
    event = replace(LUNCH, when=AllDay(date(2026, 11, 7), date(2026, 11, 8)))
    item = written(world.calendar.create([replace(draft(event), zone="Pacific/Auckland")])[0])
    assert event_of(item).when == event.when
    (stored,) = world.ana.items()
    assert stored.start == datetime(2026, 11, 6, 11, 0, tzinfo=UTC)
    assert stored.start_zone == "New Zealand Standard Time"


def test_a_series_and_a_stranger_are_named_and_left_alone(world: World) -> None:
    rule = (
        '<t:Recurrence xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:DailyRecurrence>'
        "<t:Interval>1</t:Interval></t:DailyRecurrence><t:NoEndRecurrence><t:StartDate>2026-11-05</t:StartDate>"
        "</t:NoEndRecurrence></t:Recurrence>"
    )
    series = world.ana.create(subject="Daily", start=NINE, end=TEN, recurrence=rule)
    stranger = world.ana.create_unknown()
    assert {change.id for change in world.calendar.changes("").changes} == {series, stranger}
    found = world.calendar.read([series, stranger])
    daily, other = item_of(found[series]), item_of(found[stranger])
    assert (daily.kind, daily.trouble, daily.event) == (Kind.SERIES, "series", None)
    assert (other.kind, other.trouble) == (Kind.OTHER, "sharingmessage")


def test_what_hold_says_is_what_the_server_then_holds(world: World) -> None:
    event = Event(
        title="x" * 300,
        when=Timed(NINE, TEN, "Europe/Amsterdam"),
        body=Body("one\ntwo & three"),
        privacy=Privacy.PUBLIC,
        show_as=ShowAs.ELSEWHERE,
        categories=(),
    )
    held = world.calendar.hold(event)
    item = written(world.calendar.create([draft(event)])[0])
    assert item.event == held.event
    assert held.losses == ("title:shortened", "privacy")


def test_the_calendar_fits_the_port(world: World) -> None:
    port: Calendar = world.calendar
    assert port.side is Side.EXCHANGE


def test_the_calendars_zone_is_asked_for_only_where_nothing_else_tells(world: World) -> None:
    asked: list[str] = []

    def zone() -> str:
        asked.append("asked")
        return "Europe/Berlin"

    calendar = ExchangeCalendar(world.connection, ANA, "", zone=zone)
    days = replace(LUNCH, when=AllDay(date(2026, 11, 7), date(2026, 11, 8)))
    item = written(calendar.create([draft(), draft(days, uid="u2")])[0])
    calendar.read([item.id])
    assert asked == []
    (unnamed,) = calendar.create([replace(draft(days, uid="u3"), zone="")])
    assert event_of(written(unnamed)) == days
    assert asked == ["asked"]
    start = datetime(2026, 11, 6, 23, 0, tzinfo=UTC)
    custom = world.ana.create(
        subject="x", start=start, end=start + timedelta(days=1), all_day=True, start_zone=ODD["custom"]
    )
    assert event_of(calendar.read([custom])[custom]).when == days.when
    assert asked == ["asked", "asked"]
