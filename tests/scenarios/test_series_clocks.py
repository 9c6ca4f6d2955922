"""Story 39, of series: clocks that are no zone's. They come with the item, and Google has no name for them.

What repeats by them all the same in some zone of IANA's is one series there. Else its occurrences stand on Google singly,
two years ahead, month after month; at home it stays what it is.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from scenarios.saying import UNTOLD, Saying
from scenarios.series_stage import GROUNDS, SeriesStage, daily, summer, weekly, winter
from scenarios.stage import BERLIN, Json, span
from simulators.exchange.pattern import Pattern
from simulators.exchange.soap import TYPES
from simulators.exchange.zones import spell
from unit.exchange.zone_definitions import NOWHERE, own, periods

OWN = own("Ana's own")
"""Central Europe's hours by America's calendar: summer begins on the 14th of March 2027, two weeks before Berlin's."""
DAYS = [
    *winter("2026-11-20", "2026-12-20", "2027-01-20", "2027-02-20"),
    *summer("2027-03-20", "2027-04-20", "2027-05-20", "2027-06-20", "2027-07-20", "2027-08-20", "2027-09-20"),
    *summer("2027-10-20"),
    *winter("2027-11-20", "2027-12-20", "2028-01-20", "2028-02-20"),
    *summer("2028-03-20", "2028-04-20", "2028-05-20", "2028-06-20", "2028-07-20", "2028-08-20", "2028-09-20"),
    *summer("2028-10-20"),
]
"""The 20th of each month at 11 o'clock by these clocks, for two years, from a calendar of paper."""
NEXT = winter("2028-11-20", "2028-12-20", "2029-01-20", "2029-02-20")
ALL = date(2026, 11, 1), date(2030, 1, 1)
LOST = {"rule:horizon": 1, "rule:zone": 1, "zone": 1}


def _endless(stage: SeriesStage, zone: str = OWN) -> str:
    return stage.ana.create_series(
        Pattern("AbsoluteMonthly", date(2026, 11, 20), day=20), time(11), zone=zone, subject="Call"
    )


def _bounded(stage: SeriesStage, number: int = 6) -> str:
    """From November until April, so that the clocks change."""
    pattern = Pattern("AbsoluteMonthly", date(2026, 11, 20), day=20, number=number)
    return stage.ana.create_series(pattern, time(11), zone=OWN, subject="Call")


def _single(stage: SeriesStage, day: str) -> Json:
    (found,) = (one for one in stage.calendar.events() if one["start"]["dateTime"].startswith(day))
    return found


def _horizon(stage: SeriesStage, months: int = 0) -> list[str]:
    """What both sides show up to where singles go; in Outlook it goes on."""
    edge = datetime(2028 + (10 + months) // 12, (10 + months) % 12 + 1, 1, tzinfo=UTC)
    seen = stage.agenda(ALL[0], edge)
    assert stage.google_agenda(*ALL) == seen
    assert len(stage.exchange_agenda(*ALL)) > len(seen)
    return seen


def _stays(stage: SeriesStage, expected: list[str]) -> None:
    """Nothing is written though every list is read anew."""
    with stage.unchanged():
        stage.calendar.expire_tokens()
        stage.ana.drop_sync_states()
        stage.run()
        stage.silent()
    assert _horizon(stage) == expected


def test_a_series_by_clocks_of_its_own_stands_singly_at_the_right_hours_and_says_so(stage: SeriesStage) -> None:
    _endless(stage)
    stage.outlook("Lunch", 6)
    stage.settle()
    assert _horizon(stage) == sorted([*DAYS, "2026-11-06 10:00-11:00 Lunch"])
    assert all("recurrence" not in event for event in stage.calendar.events())
    assert stage.status()["losses"] == LOST
    assert stage.status()["unknown_zones"] == [{"name": "Ana's own", "events": 1}]
    assert stage.status()["parked"] == []
    (item,) = (one for one in stage.ana.items() if one.subject == "Call")
    assert (item.start_zone, item.end_zone) == (OWN, OWN)
    assert len(stage.ana.items()) == 2


def test_each_month_brings_one_more_and_nothing_else_is_touched(tmp_path: Path) -> None:
    stage = SeriesStage(tmp_path)
    _endless(stage)
    stage.settle()
    item = stage.item("Call")
    for month, days in enumerate((30, 31, 31, 28), start=1):  # The 2nd of December, January, February and March.
        writes = stage.writes()
        stage.later(days=days)
        stage.run()
        stage.silent()
        assert stage.writes() == writes + 1
        assert _horizon(stage, month) == [*DAYS, *NEXT[:month]]
    assert stage.item("Call") == item


def test_an_occurrence_edited_moved_or_deleted_on_google_is_so_at_home(stage: SeriesStage) -> None:
    _endless(stage)
    stage.settle()
    master = stage.item("Call")
    stage.calendar.update(_single(stage, "2026-12-20")["id"], location="Roof")
    march = datetime(2027, 3, 21, 8, tzinfo=UTC)
    stage.calendar.update(_single(stage, "2027-03-20")["id"], **span(march, march + timedelta(hours=1), "UTC"))
    stage.calendar.delete(_single(stage, "2027-01-20")["id"])
    stage.settle()
    expected = [DAYS[0], f"{DAYS[1]} @Roof", DAYS[3], "2027-03-21 08:00-09:00 Call", *DAYS[5:]]
    assert _horizon(stage) == expected
    item = stage.item("Call")
    assert (item.start_zone, item.recurrence, item.start) == (OWN, master.recurrence, master.start)
    _stays(stage, expected)
    # Once more, where it was moved already; then back to where it belongs.
    stage.calendar.update(_single(stage, "2027-03-21")["id"], **span(march, march + timedelta(hours=2), "UTC"))
    stage.settle()
    assert "2027-03-21 08:00-10:00 Call" in _horizon(stage)
    usual = datetime(2027, 3, 20, 9, tzinfo=UTC)
    stage.calendar.update(_single(stage, "2027-03-21")["id"], **span(usual, usual + timedelta(hours=1), "UTC"))
    stage.settle()
    assert DAYS[4] in _horizon(stage)
    assert {each.start_zone for each in stage.ana.items()} == {OWN}


def test_what_is_done_to_an_occurrence_in_outlook_is_done_to_its_single(stage: SeriesStage) -> None:
    call = _endless(stage)
    stage.settle()
    december, january, march = (
        datetime(*day, tzinfo=UTC) for day in ((2026, 12, 20, 10), (2027, 1, 20, 10), (2027, 3, 20, 9))
    )
    stage.ana.edit_occurrence(call, december, location="Roof")
    stage.ana.cancel_occurrence(call, january)
    stage.ana.move_occurrence(call, march, march.replace(day=21))
    stage.settle()
    expected = [DAYS[0], f"{DAYS[1]} @Roof", DAYS[3], "2027-03-21 09:00-10:00 Call", *DAYS[5:]]
    assert _horizon(stage) == expected
    _stays(stage, expected)
    # What was moved in Outlook is moved on on Google, and keeps its zone.
    later = march.replace(day=22)
    stage.calendar.update(_single(stage, "2027-03-21")["id"], **span(later, later + timedelta(hours=1), "UTC"))
    stage.settle()
    assert "2027-03-22 09:00-10:00 Call" in _horizon(stage)


@pytest.mark.parametrize("ground", range(len(GROUNDS)))
def test_an_edit_of_the_series_reaches_all_of_them_and_those_that_come(tmp_path: Path, ground: int) -> None:
    stage = SeriesStage(tmp_path, **GROUNDS[ground])
    _endless(stage)
    stage.settle()
    stage.later(days=30)
    stage.settle()
    stage.ana.update(stage.item("Call").id, subject="Talk", location="Room 1")
    stage.settle()
    talks = [f"{line} @Room 1".replace("Call", "Talk") for line in [*DAYS, *NEXT]]
    assert _horizon(stage, 1) == talks[:25]
    stage.later(days=31)
    stage.settle()
    assert _horizon(stage, 2) == talks[:26]


def test_a_series_deleted_in_outlook_takes_its_singles_along(stage: SeriesStage) -> None:
    _endless(stage)
    stage.settle()
    stage.ana.delete(stage.item("Call").id)
    stage.settle()
    assert stage.google_agenda(*ALL) == []
    assert stage.status()["unknown_zones"] == []
    stage.later(days=61)
    stage.silent()


def test_all_of_a_series_that_ends_deleted_on_google_is_deleted_in_outlook(stage: SeriesStage) -> None:
    _bounded(stage)
    stage.settle()
    assert stage.agenda(*ALL) == DAYS[:6]
    assert stage.status()["losses"] == {"rule:zone": 1, "zone": 1}
    for event in stage.calendar.events():
        stage.calendar.delete(event["id"])
    stage.settle()
    assert not stage.ana.items()


def test_a_lost_store_is_rebuilt_without_a_write(stage: SeriesStage) -> None:
    """G8: after months, with the singles of the past."""
    _endless(stage)
    stage.outlook("Lunch", 6)
    stage.settle()
    stage.later(days=61)
    stage.settle()
    with stage.unchanged():
        stage.wipe()
        stage.run()
        stage.silent()
    assert stage.status()["losses"] == LOST


def test_an_occurrence_is_not_moved_across_its_neighbour(tmp_path: Path) -> None:
    """Exchange would not have it: it is said, and the series goes on."""
    stage = SeriesStage(tmp_path)
    _endless(stage)
    stage.settle()
    far = datetime(2027, 1, 25, 10, tzinfo=UTC)
    stage.calendar.update(_single(stage, "2026-12-20")["id"], **span(far, far + timedelta(hours=1), "UTC"))
    stage.run()
    stage.run()
    stage.silent()
    assert [line for line in stage.exchange_agenda(*ALL) if line < "2028-11"] == DAYS
    assert stage.status()["losses"] == {**LOST, "when:altered": 1}
    stage.ana.update(stage.item("Call").id, location="Roof")
    stage.run()
    stage.silent()
    assert Counter("@Roof" in line for line in stage.google_agenda(*ALL)) == {True: len(DAYS)}


# --- what some zone has


@pytest.mark.parametrize(
    ("pattern", "defined", "zone", "expected"),
    [
        # It ends before these clocks and others part.
        (weekly(4).pattern, NOWHERE, "Europe/Berlin", winter("2026-11-05", "2026-11-12", "2026-11-19", "2026-11-26")),
        # In winter only.
        (
            Pattern("AbsoluteYearly", date(2027, 1, 5), day=5, month=1),
            NOWHERE,
            "Europe/Berlin",
            winter("2027-01-05", "2028-01-05", "2029-01-05"),
        ),
        # No zone is so far from Greenwich; none of these clocks ever changes.
        (
            daily(3).pattern,
            periods(Only="-PT1H7M"),
            "Etc/GMT-1",
            ["2026-11-03 09:53-10:53 Call", "2026-11-04 09:53-10:53 Call", "2026-11-05 09:53-10:53 Call"],
        ),
    ],
)
def test_a_rule_that_comes_to_the_same_in_some_zone_is_one_series_there(
    stage: SeriesStage, pattern: Pattern, defined: str, zone: str, expected: list[str]
) -> None:
    there = spell("Ana's own", defined=f'<t:StartTimeZone xmlns:t="{TYPES}">{defined}</t:StartTimeZone>')
    call = stage.ana.create_series(pattern, time(11), zone=there, subject="Call")
    stage.settle()
    assert stage.agenda(*ALL) == expected
    event = stage.recurring("Call")
    assert (event["start"]["timeZone"], len(event["recurrence"])) == (zone, 1)
    assert (stage.status()["losses"], stage.status()["unknown_zones"]) == ({}, [])
    # An edit of one and of all of it on Google leaves the zone alone.
    second = datetime.fromisoformat(f"{expected[1][:10]}T{expected[1][11:16]}:00+00:00")
    stage.edit("google", "Call", second, place="Roof")
    stage.settle()
    stage.edit_all("google", "Call", title="Talk")
    stage.settle()
    talk = [line.replace("Call", "Talk") for line in expected]
    assert stage.agenda(*ALL) == [talk[0], f"{talk[1]} @Roof", *talk[2:]]
    assert stage.ana.item(call).start_zone == there


def test_a_series_that_is_given_such_clocks_and_loses_them_stands_once_each_time(stage: SeriesStage) -> None:
    call = _endless(stage, BERLIN)
    stage.settle()
    assert len(stage.calendar.events()) == 1
    stage.ana.change_series(call, zone=OWN)
    stage.settle()
    assert _horizon(stage) == DAYS
    stage.ana.change_series(call, zone=BERLIN)
    stage.settle()
    assert len(stage.calendar.events()) == 1
    assert stage.agenda(date(2027, 3, 1), date(2027, 5, 1)) == [*winter("2027-03-20"), *summer("2027-04-20")]
    assert stage.status()["losses"] == {}


def test_a_series_of_whose_clocks_nothing_was_told_is_carried_once_they_are(stage: SeriesStage) -> None:
    stage.exchange_door.simulator = saying = Saying(stage.exchange, UNTOLD)
    _endless(stage)
    stage.settle()
    assert stage.google_agenda(*ALL) == []
    assert [parked["reason"] for parked in stage.status()["parked"]] == ["zone"]
    assert stage.status()["unknown_zones"] == [{"name": "Ana's own", "events": 1}]
    saying.words = {}
    stage.patient()
    assert stage.status()["parked"] == []
    assert stage.google_agenda(*ALL)[:24] == DAYS


def test_why_tells_of_an_occurrence_what_was_done(tmp_path: Path) -> None:
    stage = SeriesStage(tmp_path)
    call = _endless(stage)
    stage.settle()
    (told,) = stage.app.why("ana", _single(stage, "2027-03-20")["id"])
    assert (told["sides"]["exchange"]["id"], told["items_on"], len(told["items"])) == (call, "google", 24)
    (asked,) = [item for item in told["items"] if item["asked"]]
    assert asked["exchange"]["starts"] == asked["google"]["starts"] == "2027-03-20 09:00 UTC"
    assert asked["exchange"]["id"] == f"{call}#2027-03-20T09:00:00Z"
    assert told["instead"] == [
        "it repeats by clocks that are no zone's there, so each occurrence stands singly, as far as two years ahead"
    ]
    assert [loss["loss"] for loss in told["losses"]] == ["rule:horizon", "rule:zone", "zone", "zone=Ana's own"]
    (again,) = stage.app.why("ana", "2027-03-20T09:00:00+00:00")
    assert again["link"] == told["link"]
    (whole,) = stage.app.why("ana", call)
    assert len(whole["items"]) == 24


# --- others


def test_one_way_what_is_done_on_google_is_put_back(tmp_path: Path) -> None:
    stage = SeriesStage(tmp_path, pair={"direction": "exchange_to_google"})
    _endless(stage)
    stage.settle()
    assert _horizon(stage) == DAYS
    stage.calendar.update(_single(stage, "2026-12-20")["id"], summary="Mine")
    stage.calendar.delete(_single(stage, "2027-01-20")["id"])
    stage.settle()
    assert _horizon(stage) == DAYS


@pytest.mark.parametrize("first", ["exchange", "google", "both"])
def test_the_same_invitation_on_both_sides_stands_once(tmp_path: Path, first: str) -> None:
    """Google has the series whole, in a zone that its organizer's calendar chose."""
    stage = SeriesStage(tmp_path)
    boss = "boss@x.test"
    if first != "google":
        stage.ana.receive_series("s1@x.test", weekly(None).pattern, time(11), organizer=boss, zone=OWN, subject="Call")
    if first == "exchange":
        stage.settle()
    start = datetime(2026, 11, 5, 10, tzinfo=UTC)
    stage.calendar.import_event(
        iCalUID="s1@x.test",
        summary="Call",
        recurrence=["RRULE:FREQ=WEEKLY;BYDAY=TH"],
        organizer={"email": boss},
        attendees=[{"email": "ana@g.test"}],
        **span(start, start + timedelta(hours=1)),
    )
    if first == "google":
        stage.settle()
        stage.ana.receive_series("s1@x.test", weekly(None).pattern, time(11), organizer=boss, zone=OWN, subject="Call")
    for _ in range(3):
        stage.tries()
        stage.later(minutes=20)
    stage.silent()
    assert len(stage.calendar.events()) == 1
    assert len(stage.ana.items()) == 1
    assert stage.status()["twins"] == 1
    stage.ana.update(stage.item("Call").id, location="Roof")
    stage.tries()
    stage.silent()
    assert len(stage.calendar.events()) == 1


def test_an_event_of_googles_whose_copy_is_given_such_clocks_stays(tmp_path: Path) -> None:
    stage = SeriesStage(tmp_path)
    stage.series("google", weekly(None))
    stage.settle()
    stage.ana.update(stage.item("Call").id, start_zone=OWN, end_zone=OWN)
    stage.settle()
    assert [event["recurrence"] for event in stage.calendar.events()] == [["RRULE:FREQ=WEEKLY;BYDAY=TH"]]
    assert [parked["reason"] for parked in stage.status()["parked"]] == ["zone"]
    assert stage.item("Call").start_zone == OWN
    stage.ana.change_series(stage.item("Call").id, zone=BERLIN)
    stage.patient()
    assert stage.status()["parked"] == []
    assert len(stage.calendar.events()) == 1


def test_every_day_for_ever_is_carried(tmp_path: Path) -> None:
    stage = SeriesStage(tmp_path)
    stage.ana.create_series(daily(None, date(2024, 1, 1)).pattern, time(11), zone=OWN, subject="Call")
    stage.settle()
    week = date(2027, 3, 12), date(2027, 3, 17)
    assert stage.agenda(*week) == [
        *winter("2027-03-12", "2027-03-13"),
        *summer("2027-03-14", "2027-03-15", "2027-03-16"),
    ]
