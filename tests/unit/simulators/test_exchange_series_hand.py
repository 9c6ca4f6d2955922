"""What the person does to series, and what the person and a client see of it. Dates by hand.

The series is Tuesdays at 13:00 in Berlin (12:00 UTC in winter) from 3 November 2026.
Sources: facts 2.2, 2.3, 2.6, 2.7; for an occurrence without its series MS-OXOCAL's orphan instance.
"""

import base64
import json
from datetime import UTC, date, datetime, time, timedelta

import pytest

from simulators.exchange.errors import EwsError
from simulators.exchange.hand import Hand
from simulators.exchange.hand_series import Seen
from simulators.exchange.pattern import Pattern
from simulators.exchange.raw_client import ItemRef, RawClient, judged, paths
from simulators.exchange.recurrence import text
from simulators.exchange.simulator import ExchangeSimulator
from simulators.wire import Request

BERLIN = "W. Europe Standard Time"
FIRST = date(2026, 11, 3)
TUESDAYS = Pattern("Weekly", FIRST, days=("Tuesday",), number=5)
HOUR = timedelta(hours=1)
KIND = paths("calendar:CalendarItemType", "calendar:Start", "calendar:RecurrenceId", "calendar:OriginalStart")


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def ana(simulator: ExchangeSimulator) -> Hand:
    return simulator.mailbox("ana@a.test")


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


def _series(ana: Hand, pattern: Pattern = TUESDAYS) -> str:
    return ana.create_series(pattern, time(13), zone=BERLIN, subject="Call")


def _at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def _seen(ana: Hand) -> list[tuple[str, str, str]]:
    """Of November and December 2026: title, start, kind."""
    entries = ana.agenda(_at(11, 1), datetime(2027, 1, 1, tzinfo=UTC))
    return [(each.title, f"{each.start:%m-%d %H}", each.kind) for each in entries]


def test_the_person_sees_each_occurrence_where_it_is_now(ana: Hand, client: RawClient) -> None:
    series = _series(ana)
    state = client.sync().text("SyncState")
    ana.edit_occurrence(series, date(2026, 11, 10), subject="Long call", location="B7")
    ana.move_occurrence(series, _at(11, 17), _at(11, 18, 9))
    ana.cancel_occurrence(series, date(2026, 11, 24))
    assert _seen(ana) == [
        ("Call", "11-03 12", "Occurrence"),
        ("Long call", "11-10 12", "Exception"),
        ("Call", "11-18 09", "Exception"),
        ("Call", "12-01 12", "Occurrence"),
    ]
    third = ana.agenda(_at(11, 18, 0), _at(11, 19, 0))
    made = ana.occurrence_id(series, date(2026, 11, 17))
    assert third == [Seen("Call", _at(11, 18, 9), _at(11, 18, 10), _at(11, 17), "", "Exception", made)]
    assert client.sync(state).changes == [("Update", series)]
    assert len(client.get(ItemRef(series, ""), paths("calendar:ModifiedOccurrences")).find("//t:Occurrence")) == 2


def test_occurrences_that_are_not_there_are_a_key_error_and_what_outlook_refuses_the_servers_error(ana: Hand) -> None:
    series = _series(ana)
    for wrong in (date(2026, 11, 4), _at(11, 10, 13), date(2026, 12, 8)):
        with pytest.raises(KeyError):
            ana.edit_occurrence(series, wrong, subject="x")
    with pytest.raises(EwsError, match="ErrorOccurrenceCrossingBoundary"):
        ana.move_occurrence(series, FIRST, _at(11, 10))
    for day in (3, 10, 17, 24):
        ana.cancel_occurrence(series, date(2026, 11, day))
    with pytest.raises(EwsError, match="ErrorRecurrenceHasNoOccurrence"):
        ana.cancel_occurrence(series, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("change", "second"),
    [
        ({"at": time(15)}, "11-10 14"),
        ({"zone": "Eastern Standard Time"}, "11-10 18"),
        ({"pattern": Pattern("Daily", date(2026, 11, 5), interval=3)}, "11-08 12"),
        ({"pattern": Pattern("Weekly", FIRST, days=("Tuesday",), until=date(2026, 11, 17))}, "11-10 12"),
        ({"length": timedelta(hours=2)}, "11-10 12"),
    ],
)
def test_a_series_changed_in_outlook_loses_what_was_done_to_its_occurrences(
    ana: Hand, change: dict[str, object], second: str
) -> None:
    """Facts 2.6."""
    series = _series(ana)
    ana.edit_occurrence(series, date(2026, 11, 10), subject="Long call")
    ana.cancel_occurrence(series, FIRST)
    ana.change_series(series, **change)  # type: ignore[arg-type]
    assert _seen(ana)[1] == ("Call", second, "Occurrence")
    assert (ana.item(series).overrides, ana.item(series).deleted) == ({}, ())


def test_a_new_title_keeps_them(ana: Hand) -> None:
    series = _series(ana)
    ana.edit_occurrence(series, date(2026, 11, 10), location="B7")
    ana.update(series, subject="Short call", location="A1")
    entries = ana.agenda(_at(11, 1), _at(11, 12))
    assert [(each.title, each.location) for each in entries] == [("Short call", "A1"), ("Short call", "B7")]


def test_a_series_whose_start_is_moved_in_outlook_takes_its_range_along(ana: Hand) -> None:
    """A judgement: Outlook's dialog has one start for both."""
    series = _series(ana)
    ana.update(series, start=_at(11, 17), end=_at(11, 17, 13))
    assert [start for _, start, _ in _seen(ana)][:2] == ["11-17 12", "11-24 12"]


def test_a_single_becomes_a_series_and_a_single_and_whole_days_and_back(ana: Hand) -> None:
    lunch = ana.create(subject="Lunch", start=_at(11, 3), end=_at(11, 3, 13), start_zone=BERLIN)
    ana.make_series(lunch, TUESDAYS)
    assert len(_seen(ana)) == 5
    ana.make_all_day(lunch)
    entries = ana.agenda(_at(11, 1), _at(11, 11))
    assert [(each.start, each.end) for each in entries] == [
        (date(2026, 11, 3), date(2026, 11, 4)),
        (date(2026, 11, 10), date(2026, 11, 11)),
    ]
    ana.make_timed(lunch, time(9), timedelta(minutes=30))
    assert [start for _, start, _ in _seen(ana)][:2] == ["11-03 08", "11-10 08"]
    ana.make_all_day(ana.occurrence_id(lunch, date(2026, 11, 10)))
    assert [each.start for each in ana.agenda(_at(11, 1), _at(11, 11))] == [_at(11, 3, 8), date(2026, 11, 10)]
    ana.make_single(lunch)
    assert _seen(ana) == [("Lunch", "11-03 08", "Single")]
    holiday = ana.create_series(Pattern("AbsoluteYearly", FIRST, month=12, day=24), zone=BERLIN, all_day=True)
    assert ana.item(holiday).start == datetime(2026, 12, 23, 23, tzinfo=UTC)


def test_series_stay_whole_when_they_are_deleted_and_restored_and_when_the_mailbox_moves(
    ana: Hand, client: RawClient
) -> None:
    """Facts 2.1, 2.2: new ids for all, and so for each occurrence."""
    series = _series(ana)
    second = ana.edit_occurrence(series, date(2026, 11, 10), subject="Long call")
    ana.cancel_occurrence(series, date(2026, 11, 17))
    before = _seen(ana)
    ana.delete(series)
    assert (_seen(ana), client.get(ItemRef(second, "")).codes) == ([], ["ErrorItemNotFound"])
    restored = ana.restore(series)
    assert (_seen(ana), restored == series) == (before, False)
    ana.move_mailbox()
    assert _seen(ana) == before
    (item,) = ana.items()
    again = ana.occurrence_id(item.id, date(2026, 11, 10))
    assert (again == second, client.get(ItemRef(again, "")).codes) == (False, ["NoError"])
    copy = ana.copy(item.id)
    assert (len(_seen(ana)), ana.item(copy).deleted) == (2 * len(before), (date(2026, 11, 17),))


def test_an_occurrence_of_a_series_one_is_not_invited_to_is_a_single_item_with_its_uid(
    ana: Hand, client: RawClient
) -> None:
    """MS-OXOCAL, orphan instance; 2.2.1.27: its original date stands in the global object id."""
    lone = ana.receive_lone_occurrence(
        "their-series", _at(11, 10), _at(11, 11), _at(11, 11, 13), organizer="boss@x.test", subject="Their call"
    )
    reply = client.get(ItemRef(lone, ""), KIND + paths("calendar:UID", "calendar:IsRecurring"))
    shown = [reply.text(name) for name in ("CalendarItemType", "RecurrenceId", "UID", "IsRecurring")]
    assert shown == ["Single", "2026-11-10T12:00:00Z", "their-series", "false"]
    assert reply.texts("OriginalStart") == []
    uri = "<t:ExtendedFieldURI DistinguishedPropertySetId='Meeting' PropertyId='3' PropertyType='Binary'/>"
    dated = base64.b64decode(client.get(ItemRef(lone, ""), uri).text("Value"))
    assert dated[16:20] == bytes((0x07, 0xEA, 11, 10))
    state = client.sync().text("SyncState")
    series = ana.receive_series(
        "their-series", TUESDAYS, time(13), zone=BERLIN, organizer="boss@x.test", subject="Their call"
    )
    assert _seen(ana)[1] == ("Their call", "11-11 12", "Exception")
    assert sorted(client.sync(state).changes) == sorted([("Create", series), ("Delete", lone)])


def test_a_lone_occurrence_may_stay_beside_its_series(ana: Hand) -> None:
    """A story: not every server tidies up."""
    lone = ana.receive_lone_occurrence("u", _at(11, 10), _at(11, 11), _at(11, 11, 13), organizer="boss@x.test")
    ana.receive_series("u", TUESDAYS, time(13), zone=BERLIN, organizer="boss@x.test", keep_lone=True)
    assert [each.kind for each in ana.agenda(_at(11, 9), _at(11, 12))] == ["Occurrence", "Single"]
    assert ana.item(lone).uid == "u"


def test_an_exception_that_cannot_be_opened_does_not_spoil_its_master(ana: Hand, client: RawClient) -> None:
    """Facts 2.10: ErrorItemCorrupt is of one item."""
    series = _series(ana)
    broken = ana.corrupt_occurrence(series, date(2026, 11, 10))
    ref = ItemRef(series, ana.item(series).change_key)
    assert client.get_at(ref.keyless, ref.nth(2), ref.nth(3), f"<t:ItemId Id='{broken}'/>").codes == [
        "NoError",
        "ErrorItemCorrupt",
        "NoError",
        "ErrorItemCorrupt",
    ]
    assert len(client.get(ref, paths("calendar:ModifiedOccurrences")).find("//t:Occurrence")) == 1
    view = "<m:CalendarView StartDate='2026-11-09T00:00:00Z' EndDate='2026-11-12T00:00:00Z'/>"
    assert client.find(view, fields=KIND).texts("CalendarItemType") == ["Exception"]
    assert client.delete(ref.nth(2)).codes == ["NoError"]


def test_the_back_door_tells_what_was_done_to_a_series(simulator: ExchangeSimulator, ana: Hand) -> None:
    series = _series(ana)
    ana.edit_occurrence(series, date(2026, 11, 10), subject="Long call")
    ana.cancel_occurrence(series, date(2026, 11, 17))
    state = json.loads(simulator.handle(Request("GET", "/_sim/state")).body)
    (item,) = state["mailboxes"]["ana@a.test"]["items"]
    assert item["exceptions"] == [{"original": "2026-11-10", "subject": "Long call"}]
    assert (item["deleted"], item["original_start"]) == (["2026-11-17"], None)


def test_the_hand_takes_a_rule_as_pattern_or_as_text_and_a_start_as_it_is(ana: Hand) -> None:
    """Odd items can be made by hand; `create_series` starts with the first occurrence."""
    late = Pattern("Weekly", date(2026, 11, 4), days=("Tuesday",), number=2)
    for rule in (late, text(late)):
        made = ana.create(subject="Call", start=_at(11, 4), end=_at(11, 4, 13), recurrence=rule)
        assert (ana.item(made).start, [day for _, day, _ in _seen(ana)]) == (_at(11, 4), ["11-10 12", "11-17 12"])
        ana.delete(made)
    made = ana.create_series(late, time(12), subject="Call")
    assert (ana.item(made).start, "2026-11-10" in ana.item(made).recurrence) == (_at(11, 10), True)
    with pytest.raises(ValueError, match="overrides"):
        ana.create(subject="x", start=_at(11, 4), end=_at(11, 4, 13), overrides={})
