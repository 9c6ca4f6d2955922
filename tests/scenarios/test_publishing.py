"""What Outlook and the Availability service see of Google users whose free/busy is published, hour by hour."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.publishing import EYES, Board, at, dn
from scenarios.publishing_machine import GROUNDS
from simulators.exchange.raw_client import RawClient

FREE = "0" * 24


@pytest.fixture(params=GROUNDS, ids=lambda ground: ground.ground)
def board(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return request.param(tmp_path)


def invited(name: str, answer: str) -> dict[str, Any]:
    return {"attendees": [{"email": f"{name}@g.test", "responseStatus": answer}, {"email": "zoe@x.test"}]}


def days(start: str, end: str) -> dict[str, Any]:
    return {"start": {"date": start}, "end": {"date": end}}


def test_everybody_is_published_within_minutes_and_then_all_is_still(board: Board) -> None:
    board.meets("ana", at(5, 10), at(5, 11, 30))
    board.meets("ben", at(6, 22), at(7, 2))
    board.later(minutes=2)
    assert board.day("ana", 5) == "000000000022000000000000"
    assert board.day("ben", 6) == "000000000000000000000022"
    assert board.day("ben", 7) == "220000000000000000000000"
    assert board.day("cid", 5) == FREE
    seen = board.seen("ana")
    assert (seen.start, seen.end) == (at(1), at(1, month=2, year=2027))
    assert seen.written == board.seen("ben").written
    assert board.seen("ana").busy == ((at(5, 10), at(5, 11, 30)),)
    assert board.status()["state"] == "ok"
    assert board.status()["people"] == 3
    board.publish()


def test_beyond_the_months_published_nobody_is_said_to_be_free(board: Board) -> None:
    board.meets("ana", at(31, 23, month=1, year=2027), at(1, 2, month=2, year=2027))
    board.publish()
    assert board.day("ana", 31, month=1, year=2027) == "0" * 23 + "2"
    assert board.day("ana", 1, month=2, year=2027) == "4" * 24
    assert board.day("ana", 31, month=10) == "4" * 24


def test_the_availability_service_tells_it_to_who_plans_a_meeting_in_exchange(board: Board) -> None:
    board.exchange.directory.add_contact("ana@g.test", dn("ana"))
    board.exchange.directory.add_address_space("g.test", "PublicFolder")
    board.meets("ana", at(5, 10), at(5, 11))
    board.publish()
    client = RawClient(board.exchange, "otto@a.test", "otto's", version="Exchange2010_SP2")
    reply = client.free_busy("ana@g.test", start="2026-11-05T08:00:00", end="2026-11-05T14:00:00", minutes="60")
    assert reply.texts("MergedFreeBusy") == ["002000"]
    assert reply.find("//t:CalendarEventArray") == []


def test_what_keeps_nobody_from_meeting_is_not_shown(board: Board) -> None:
    board.meets("ana", at(5, 8), at(5, 9), transparency="transparent")
    board.meets("ana", at(5, 9), at(5, 10), **invited("ana", "declined"))
    board.meets(
        "ana",
        at(5, 10),
        at(5, 17),
        eventType="workingLocation",
        visibility="public",
        transparency="transparent",
        workingLocationProperties={"type": "homeOffice", "homeOffice": {}},
    )
    board.calendar("ana").delete(board.meets("ana", at(5, 18), at(5, 19)))
    board.meets("ana", at(5, 20), at(5, 21), **invited("ana", "accepted"))
    board.publish()
    assert board.day("ana", 5) == "000000000000000000002000"


def test_a_whole_day_is_one_of_the_users_zone(board: Board) -> None:
    board.calendar("ana").create(summary="Trade fair", **days("2026-11-05", "2026-11-06"))
    board.calendar("ben").set_zone("America/New_York")
    board.calendar("ben").create(summary="Trade fair", **days("2026-11-05", "2026-11-07"))
    board.publish()
    assert board.seen("ana").busy == ((at(4, 23), at(5, 23)),)
    assert board.seen("ben").busy == ((at(5, 5), at(7, 5)),)


def test_a_series_is_busy_wherever_it_takes_place(board: Board) -> None:
    stand_up = board.meets("ana", at(2, 10), at(2, 11), recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=5"])
    board.calendar("ana").cancel_instance(stand_up, "2026-11-16T10:00:00Z")
    board.calendar("ana").move_instance(
        stand_up, "2026-11-23T10:00:00Z", start="2026-11-24T14:00:00Z", end="2026-11-24T15:00:00Z"
    )
    board.publish()
    assert board.seen("ana").busy == (
        (at(2, 10), at(2, 11)),
        (at(9, 10), at(9, 11)),
        (at(24, 14), at(24, 15)),
        (at(30, 10), at(30, 11)),
    )


def test_a_change_is_seen_after_the_interval_at_the_latest_and_costs_one_request(board: Board) -> None:
    lunch = board.meets("ana", at(5, 10), at(5, 11))
    board.publish()
    board.asked()
    board.calendar("ana").update(lunch, end={"dateTime": "2026-11-05T13:00:00Z"})
    board.later(minutes=16)
    assert board.asked() == {"UpdateItem": 1}
    assert board.day("ana", 5) == "000000000022200000000000"
    board.silent()


def test_several_who_changed_go_in_one_request_and_others_are_not_written(board: Board) -> None:
    board.publish()
    board.meets("ana", at(5, 10), at(5, 11))
    board.meets("cid", at(6, 10), at(6, 11))
    board.asked()
    with board.as_it_was("ben"):
        board.later(minutes=16)
    assert board.asked() == {"UpdateItem": 1}
    assert (board.day("ana", 5), board.day("cid", 6)) == ("0" * 10 + "2" + "0" * 13, "0" * 10 + "2" + "0" * 13)
    board.silent()


def test_who_is_free_again_has_no_times_left_in_the_message(board: Board) -> None:
    """MS-OXOPFFB 2.2.1.2: of what there is none, both properties must not be there."""
    lunch = board.meets("ana", at(5, 10), at(5, 11))
    board.publish()
    board.calendar("ana").delete(lunch)
    board.publish()
    (post,) = board.public.messages(dn("ana"))
    assert not {key.tag for key in post.properties} & set(range(0x684F, 0x6857))
    assert board.day("ana", 5) == FREE
    assert board.public.read(dn("ana")) is not None


def test_nothing_is_shown_but_times(board: Board) -> None:
    board.meets("ana", at(5, 10), at(5, 11), location="Timbuktu", description="Marzipan", **invited("ana", "accepted"))
    board.publish()
    (post,) = board.public.messages(dn("ana"))
    shown = f"{post.subject} {sorted(value for values in post.properties.values() for value in values)}"
    for word in ("Secret", "Timbuktu", "Marzipan", "zoe", "g.test"):
        assert word.lower() not in shown.lower()
    assert post.creator == "svc@a.test"


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.ground)
def test_with_the_status_tentative_and_out_of_office_stand_apart(ground: type[Board], tmp_path: Path) -> None:
    board = ground(tmp_path, public_folder={"detail": "status"})
    board.meets("ana", at(5, 8), at(5, 9), status="tentative")
    board.meets("ana", at(5, 9), at(5, 10), **invited("ana", "needsAction"))
    board.meets("ana", at(5, 10), at(5, 11), **invited("ana", "tentative"))
    board.meets("ana", at(5, 12), at(5, 13), **invited("ana", "accepted"))
    board.meets("ana", at(5, 13), at(5, 14), **invited("ana", "declined"))
    board.meets("ana", at(5, 15), at(5, 18), eventType="outOfOffice", outOfOfficeProperties={})
    board.meets("ana", at(5, 17), at(5, 19))
    board.meets("ana", at(5, 20), at(5, 21), transparency="transparent")
    board.publish()
    assert board.day("ana", 5) == "000000001110200333200000"
    seen = board.seen("ana")
    assert seen.tentative == ((at(5, 8), at(5, 11)),)
    assert seen.away == ((at(5, 15), at(5, 18)),)
    assert seen.busy == ((at(5, 12), at(5, 13)), (at(5, 17), at(5, 19)))
    assert seen.merged == ((at(5, 12), at(5, 13)), (at(5, 15), at(5, 19)))


def test_a_room_has_nobody_to_be_read_as_and_is_seen_as_anybody_sees_it(tmp_path: Path) -> None:
    board = Board(tmp_path, public_folder={"detail": "status"})
    room = "c_1@resource.calendar.google.com"
    calendar = board.google.add_calendar(room, "ben@g.test", acl={EYES: "freeBusyReader"})
    calendar.create(
        summary="Move", start={"dateTime": "2026-11-05T08:00:00Z"}, end={"dateTime": "2026-11-05T10:00:00Z"}
    )
    board.write("directory", "room@g.test", {**board.entry("room"), "google": room})
    board.meets("ana", at(5, 9), at(5, 10), status="tentative")
    board.publish()
    assert board.day("room", 5) == "000000002200000000000000"
    assert board.day("ana", 5) == "000000000100000000000000"
    assert board.status()["state"] == "ok"


def test_without_it_whoever_keeps_a_time_is_busy(board: Board) -> None:
    board.meets("ana", at(5, 8), at(5, 9), status="tentative")
    board.meets("ana", at(5, 15), at(5, 18), eventType="outOfOffice", outOfOfficeProperties={})
    board.publish()
    assert board.day("ana", 5) == "000000002000000222000000"


@pytest.mark.parametrize(
    ("start", "end", "seen"),
    [
        # The end of a month of 30 days, and of one of 31.
        (at(30, 22), at(1, 2, month=12), {(2026, 11, 30): "0" * 22 + "22", (2026, 12, 1): "22" + "0" * 22}),
        # New Year.
        (
            at(31, 23, month=12),
            at(1, 1, month=1, year=2027),
            {(2026, 12, 31): "0" * 23 + "2", (2027, 1, 1): "2" + "0" * 23},
        ),
        # From one month over another into a third.
        (
            at(30, 12),
            at(1, 12, month=1, year=2027),
            {
                (2026, 11, 30): "0" * 12 + "2" * 12,
                (2026, 12, 1): "2" * 24,
                (2026, 12, 31): "2" * 24,
                (2027, 1, 1): "2" * 12 + "0" * 12,
            },
        ),
    ],
    ids=["month", "year", "over-a-month"],
)
def test_a_time_over_the_end_of_a_month_is_one_time(board: Board, start: Any, end: Any, seen: Any) -> None:
    board.meets("ana", start, end)
    board.publish()
    assert board.seen("ana").busy == ((start, end),)
    for (year, month, day), digits in seen.items():
        assert board.day("ana", day, month=month, year=year) == digits


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.ground)
def test_the_last_day_of_february_in_a_leap_year(ground: type[Board], tmp_path: Path) -> None:
    board = ground(tmp_path, start=at(10, 8, month=2, year=2028))
    start, end = at(29, 23, 30, month=2, year=2028), at(1, 0, 30, month=3, year=2028)
    board.meets("ana", start, end)
    board.publish()
    assert board.seen("ana").busy == ((start, end),)
    assert board.day("ana", 29, month=2, year=2028) == "0" * 23 + "2"
    assert board.day("ana", 1, month=3, year=2028) == "2" + "0" * 23
    assert board.seen("ana").end == at(1, month=5, year=2028)


def test_times_before_now_are_shown_from_the_first_of_the_month(board: Board) -> None:
    board.meets("ana", at(1, 10), at(1, 11))
    board.meets("ana", at(31, 22, month=10), at(1, 1))
    board.publish()
    assert board.day("ana", 1) == "200000000020000000000000"
    assert board.seen("ana").busy == ((at(1), at(1, 1)), (at(1, 10), at(1, 11)))


def test_a_domain_that_publishes_no_more_leaves_its_messages_and_asks_nobody(board: Board) -> None:
    board.meets("ana", at(5, 10), at(5, 11))
    board.publish()
    board.write("domains", "a.test", {**board.domains["a.test"], "public_folder": {"enabled": False}})
    board.later(minutes=3)
    board.asked_google()
    board.later(hours=1)
    assert board.asked_google() == {}
    assert board.day("ana", 5) == "0" * 10 + "2" + "0" * 13


def test_what_a_google_account_may_not_see_is_not_free(board: Board) -> None:
    board.meets("ana", at(5, 10), at(5, 11))
    board.publish()
    board.calendar("ana").set_access(EYES, "none")
    with board.as_it_was("ana"):
        board.later(minutes=16)
    assert board.troubled() == {"ana": "not_found"}
    board.share("ana")
    board.later(minutes=16)
    assert (board.status()["state"], board.troubled()) == ("ok", {})
    board.silent()


def test_an_interval_of_a_minute_is_kept(tmp_path: Path) -> None:
    board = Board(tmp_path, public_folder={"interval": "1m", "months": 1})
    board.later(minutes=3)
    board.meets("ana", at(5, 10), at(5, 11))
    board.later(minutes=3)
    assert board.day("ana", 5) == "0" * 10 + "2" + "0" * 13
    assert board.seen("ana").end == at(1, month=12)
    before = len(board.rounds)
    board.later(minutes=10)
    assert 9 <= len(board.rounds) - before <= 11
