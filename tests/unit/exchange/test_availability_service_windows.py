"""Of what time a request asks: parts of seconds, times with an offset, how long a window may be. Reckoned by hand."""

from datetime import datetime

import pytest

from calpair.errors import RefusedRequestError
from calpair.exchange.availability_service import parse, render
from calpair.model.busy import Block, Busy
from unit.exchange.availability_ground import (
    BERLIN,
    HAWAII,
    SYDNEY,
    Told,
    at,
    context,
    mailbox,
    options,
    request,
    steady,
    told,
)

ANA = "ana@a.test"


def window(body: bytes) -> tuple[datetime, datetime]:
    question = parse(body).question
    assert question is not None
    return question.start, question.end


def asked(zone: str, start: str, end: str) -> tuple[datetime, datetime]:
    return window(request(zone=zone, asked=options(start, end, 30)))


def test_no_zone_at_all_is_one_too_unless_every_time_says_how_far_it_is_from_utc() -> None:
    read = parse(request(mailbox(), mailbox(), zone=""))
    assert [one.code for one in told(render(read, {}))] == ["ErrorTimeZone"] * 2
    half_said = request(zone="", asked=options("2026-11-02T00:00:00Z", "2026-11-03T00:00:00"))
    assert parse(half_said).question is None


@pytest.mark.parametrize(
    ("start", "end", "instants"),
    [
        ("09:00:00.4", "10:00:00.6", (at(9), at(10).replace(second=1))),
        ("09:00:00.9999999", "09:59:59.9999999", (at(9), at(10))),
        ("09:00:00.2", "09:30:00.000", (at(9), at(9, 30))),
        ("00:00:00", "23:59:59.999", (at(0), at(0, day=3))),
    ],
)
def test_parts_of_a_second_cut_nothing_off(start: str, end: str, instants: tuple[datetime, datetime]) -> None:
    assert asked(steady(0), f"2026-11-02T{start}", f"2026-11-02T{end}") == instants


@pytest.mark.parametrize("head", [context(identifier="Nowhere Standard Time"), "<t:TimeZoneContext/>"])
def test_a_zone_that_nobody_knows_is_not_needed_where_every_time_has_an_offset(head: str) -> None:
    body = request(zone="", head=head, asked=options("2026-11-02T09:00:00Z", "2026-11-02T17:00:00Z", 60, "FreeBusy"))
    assert window(body) == (at(9), at(17))
    (found,) = told(render(parse(body), {ANA: [Block(at(12), at(13), Busy.BUSY)]}))
    assert found.events == [("2026-11-02T12:00:00Z", "2026-11-02T13:00:00Z", "Busy")]
    for start, end in (
        ("2026-11-02T09:00:00", "2026-11-02T17:00:00Z"),
        ("2026-11-02T09:00:00Z", "2026-11-02T17:00:00"),
    ):
        assert parse(request(zone="", head=head, asked=options(start, end, 60))).question is None


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-02T09:00:00Z", "2026-11-02T17:00:00Z"),
        ("2026-11-02T10:00:00+01:00", "2026-11-02T12:00:00-05:00"),
        ("2026-11-02T14:30:00+05:30", "2026-11-03T07:00:00+14:00"),
        ("2026-11-02T09:00:00-00:00", "2026-11-02T04:59:59.001-12:00"),
    ],
)
def test_times_with_an_offset_need_no_zone_and_are_answered_in_utc(start: str, end: str) -> None:
    read = parse(request(zone="", asked=options(start, end, 60)))
    assert read.question is not None
    assert (read.question.start, read.question.end) == (at(9), at(17))
    (found,) = told(render(read, {ANA: [Block(at(12), at(13), Busy.BUSY)]}))
    assert found == Told(
        "NoError", "FreeBusyMerged", "00020000", [("2026-11-02T12:00:00Z", "2026-11-02T13:00:00Z", "Busy")]
    )


def test_times_with_an_offset_are_answered_by_the_clock_of_the_zone_where_there_is_one() -> None:
    read = parse(request(zone=BERLIN, asked=options("2026-11-02T09:00:00Z", "2026-11-02T18:00:00", 60)))
    assert read.question is not None
    assert (read.question.start, read.question.end) == (at(9), at(17))
    (found,) = told(render(read, {ANA: [Block(at(12), at(13), Busy.BUSY)]}))
    assert found.events == [("2026-11-02T13:00:00", "2026-11-02T14:00:00", "Busy")]


def test_a_week_in_which_the_clocks_change_is_no_longer_than_others() -> None:
    """Less than 63 days by the clock, with an hour more or less of time; a second more is too much."""
    for start, end in (("2026-09-01", "2026-11-03"), ("2026-03-01", "2026-05-03")):
        asked(BERLIN, f"{start}T00:00:01", f"{end}T00:00:00")
        with pytest.raises(RefusedRequestError) as refused:
            asked(BERLIN, f"{start}T00:00:00", f"{end}T00:00:00")
        assert refused.value.reason == "ErrorTimeIntervalTooBig"


def test_a_window_of_which_one_end_has_an_offset_is_measured_by_the_clock_too() -> None:
    """From midnight in Honolulu to the midnight after 63 days, which is ten o'clock in Greenwich."""
    assert asked(HAWAII, "2026-11-02T00:00:01", "2027-01-04T10:00:00Z")[1] == at(10, 0, 4, 1, 2027)
    with pytest.raises(RefusedRequestError):
        asked(HAWAII, "2026-11-02T00:00:00", "2027-01-04T10:00:00Z")


def test_a_window_over_the_end_of_the_year_goes_on_by_the_same_rule() -> None:
    for zoned, start, end in (
        (BERLIN, at(8, 0, 1, 12), at(8, 0, 25, 1, 2027)),
        (SYDNEY, at(22, 0, 30, 11), at(22, 0, 24, 1, 2027)),
    ):
        assert asked(zoned, "2026-12-01T09:00:00", "2027-01-25T09:00:00") == (start, end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-02T08:00", "2026-11-02T16:00"),
        ("2026-11-02T08:00Z", "2026-11-02T16:00Z"),
        ("2026-11-02T08:00:00+0000", "2026-11-02T16:00:00+0000"),
        ("2026-11-02T03:00:00-0500", "2026-11-02T21:30+0530"),
    ],
    ids=["no seconds", "no seconds, in UTC", "Python's and Java's short offset", "both"],
)
def test_a_time_may_leave_out_seconds_and_the_colon_of_its_offset(start: str, end: str) -> None:
    """As ISO 8601 has it, and not xs:dateTime."""
    assert asked(steady(0), start, end) == (at(8), at(16))
