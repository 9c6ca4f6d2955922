"""What GetUserAvailability of the Exchange simulator tells of a calendar: statuses, digits, times, details, zones.

Sources: the pages MergedFreeBusy, TimeWindow, CalendarEventArray, CalendarEventDetails, IsPrivate, TimeZone
(Availability), WorkingHours; facts on free/busy 4.1 to 4.4. Expectations are counted by hand.
"""

import base64
from datetime import UTC, date, datetime
from typing import Any

import pytest

from simulators.exchange.hand import Hand
from simulators.exchange.raw_client import RawClient, Reply, judged, zone
from simulators.exchange.simulator import ExchangeSimulator

BERLIN = zone(-60, "10/5 03:00:00", "3/5 02:00:00")
PACIFIC = zone(480, "11/1 02:00:00", "3/2 02:00:00")
SYDNEY = zone(-600, "4/1 03:00:00", "10/1 02:00:00")


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def bob(simulator: ExchangeSimulator) -> Hand:
    return simulator.mailbox("bob@a.test")


@pytest.fixture
def ana(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


def _add(hand: Hand, start: str, end: str, show_as: str = "Busy", **fields: Any) -> str:
    return hand.create(start=_utc(start), end=_utc(end), show_as=show_as, **fields)


def _events(reply: Reply) -> list[tuple[str, str, str]]:
    return list(zip(reply.texts("StartTime"), reply.texts("EndTime"), reply.texts("BusyType"), strict=True))


# The stream.


def test_the_stream_is_that_of_microsofts_example(ana: RawClient, bob: Hand) -> None:
    """MergedFreeBusy: four hours of 60 minutes, an hour OOF, 90 minutes busy, 90 without anything."""
    _add(bob, "2026-11-03T08:00", "2026-11-03T09:00", "OOF")
    _add(bob, "2026-11-03T09:00", "2026-11-03T10:30")
    reply = ana.free_busy("bob@a.test", start="2026-11-03T08:00:00", end="2026-11-03T12:00:00")
    assert reply.text("MergedFreeBusy") == "3220"


def test_a_day_less_a_second_has_a_digit_for_its_last_hour(ana: RawClient) -> None:
    """The operation's example: 00:00:00 to 23:59:59 by the hour are 24 digits."""
    assert ana.free_busy("bob@a.test", end="2026-11-03T23:59:59").text("MergedFreeBusy") == "0" * 24


@pytest.mark.parametrize(
    ("version", "show_as", "digit"),
    [
        ("ExchangeSE", "Free", "0"),
        ("ExchangeSE", "Tentative", "1"),
        ("ExchangeSE", "Busy", "2"),
        ("ExchangeSE", "OOF", "3"),
        ("ExchangeSE", "WorkingElsewhere", "4"),
        ("ExchangeSE", "NoData", "5"),
        ("Exchange2013_SP1", "NoData", "5"),
        ("Exchange2010_SP2", "NoData", "4"),
    ],
)
def test_each_status_has_its_digit(version: str, show_as: str, digit: str) -> None:
    """MergedFreeBusy; of 2013 and later the numbers of the EWS Managed API's LegacyFreeBusyStatus (facts 4.3)."""
    simulator = judged(version=version)
    _add(simulator.mailbox("bob@a.test"), "2026-11-03T08:00", "2026-11-03T09:00", show_as)
    client = RawClient(simulator, version="Exchange2010_SP2" if version == "Exchange2010_SP2" else "Exchange2013_SP1")
    reply = client.free_busy("bob@a.test", start="2026-11-03T08:00:00", end="2026-11-03T10:00:00")
    assert (reply.text("MergedFreeBusy"), reply.texts("BusyType")) == (f"{digit}0", [show_as])


def test_the_highest_status_that_touches_an_interval_is_told(ana: RawClient, bob: Hand) -> None:
    """MergedFreeBusy; a free event leaves the others as they are."""
    _add(bob, "2026-11-03T08:00", "2026-11-03T11:00", "Tentative")
    _add(bob, "2026-11-03T09:59", "2026-11-03T10:00", "OOF")
    _add(bob, "2026-11-03T10:00", "2026-11-03T10:01", "Busy")
    _add(bob, "2026-11-03T08:00", "2026-11-03T12:00", "Free")
    reply = ana.free_busy("bob@a.test", start="2026-11-03T08:00:00", end="2026-11-03T12:00:00")
    assert reply.text("MergedFreeBusy") == "1320"


def test_events_reach_in_from_both_sides_and_are_told_whole(ana: RawClient, bob: Hand) -> None:
    """TimeWindow: an appointment partly inside is included in its entirety."""
    _add(bob, "2026-11-03T23:00", "2026-11-05T00:00", "OOF")
    _add(bob, "2026-11-02T22:00", "2026-11-03T01:00")
    _add(bob, "2026-11-02T20:00", "2026-11-03T00:00")  # over when the window opens
    _add(bob, "2026-11-04T00:00", "2026-11-04T01:00")  # begins when it closes
    reply = ana.free_busy("bob@a.test")
    assert reply.text("MergedFreeBusy") == "2" + "0" * 22 + "3"
    assert _events(reply) == [
        ("2026-11-02T22:00:00", "2026-11-03T01:00:00", "Busy"),
        ("2026-11-03T23:00:00", "2026-11-05T00:00:00", "OOF"),
    ]


def test_an_event_over_the_whole_window_fills_it(ana: RawClient, bob: Hand) -> None:
    _add(bob, "2026-11-01T00:00", "2026-11-09T00:00")
    assert ana.free_busy("bob@a.test", minutes="1440").text("MergedFreeBusy") == "2"


def test_an_event_that_takes_no_time_is_told_and_makes_nobody_busy(ana: RawClient, bob: Hand) -> None:
    _add(bob, "2026-11-03T08:30", "2026-11-03T08:30")
    reply = ana.free_busy("bob@a.test")
    assert (reply.text("MergedFreeBusy"), len(_events(reply))) == ("0" * 24, 1)


# What counts.


def test_free_events_are_told_as_free(ana: RawClient, bob: Hand) -> None:
    """BusyType has Free among its values."""
    _add(bob, "2026-11-03T08:00", "2026-11-03T09:00", "Free")
    assert _events(ana.free_busy("bob@a.test")) == [("2026-11-03T08:00:00", "2026-11-03T09:00:00", "Free")]


def test_an_all_day_event_counts_from_midnight_to_midnight_of_its_own_zone(ana: RawClient, bob: Hand) -> None:
    """Facts 2.5: the 3rd in Berlin, asked for in UTC."""
    _add(bob, "2026-11-02T23:00", "2026-11-03T23:00", "OOF", all_day=True, start_zone="W. Europe Standard Time")
    reply = ana.free_busy("bob@a.test")
    assert reply.text("MergedFreeBusy") == "3" * 23 + "0"
    assert _events(reply) == [("2026-11-02T23:00:00", "2026-11-03T23:00:00", "OOF")]


def test_a_cancelled_meeting_counts_as_its_status_says(ana: RawClient, bob: Hand) -> None:
    """Who takes note of a cancellation makes it free; a copy nobody touched is still as it was."""
    _add(bob, "2026-11-03T08:00", "2026-11-03T09:00", is_cancelled=True)
    _add(bob, "2026-11-03T09:00", "2026-11-03T10:00", "Free", is_cancelled=True)
    assert ana.free_busy("bob@a.test").text("MergedFreeBusy") == "0" * 8 + "2" + "0" * 15


def test_only_the_default_calendar_counts(ana: RawClient, bob: Hand) -> None:
    """ResponseCode, ErrorNoFreeBusyAccess: the right is one on the Calendar folder."""
    _add(bob, "2026-11-03T08:00", "2026-11-03T09:00", folder=bob.add_folder("Holidays"))
    bob.delete(_add(bob, "2026-11-03T08:00", "2026-11-03T09:00"))
    bob.create_unknown()
    assert _events(ana.free_busy("bob@a.test", start="2026-11-02T00:00:00")) == []


WEEKLY = (
    "<t:Recurrence xmlns:t='http://schemas.microsoft.com/exchange/services/2006/types'><t:WeeklyRecurrence>"
    "<t:Interval>1</t:Interval><t:DaysOfWeek>Tuesday</t:DaysOfWeek></t:WeeklyRecurrence>"
    "<t:NoEndRecurrence><t:StartDate>2026-10-06</t:StartDate></t:NoEndRecurrence></t:Recurrence>"
)


def test_a_series_is_busy_at_each_of_its_occurrences_where_they_are_now(ana: RawClient, bob: Hand) -> None:
    """Facts 2.6, 2.9; CalendarEventDetails, IsRecurring and IsException."""
    series = _add(bob, "2026-10-06T08:00", "2026-10-06T09:00", recurrence=WEEKLY)
    bob.share_free_busy("FullDetails")
    reply = ana.free_busy("bob@a.test", "ana@a.test")
    assert (reply.codes, reply.texts("MergedFreeBusy")[0]) == (["NoError"] * 2, "0" * 8 + "2" + "0" * 15)
    assert (reply.texts("IsRecurring"), reply.texts("IsException")) == (["true"], ["false"])
    bob.move_occurrence(series, date(2026, 11, 3), datetime(2026, 11, 3, 10, tzinfo=UTC))
    reply = ana.free_busy("bob@a.test")
    assert (reply.text("MergedFreeBusy"), reply.text("IsException")) == ("0" * 10 + "2" + "0" * 13, "true")
    bob.cancel_occurrence(series, date(2026, 11, 3))
    assert ana.free_busy("bob@a.test").text("MergedFreeBusy") == "0" * 24


def test_more_entries_than_a_server_tells_are_refused() -> None:
    """ResponseCode: ErrorResultSetTooBig."""
    simulator = judged(availability_events=1)
    bob = simulator.mailbox("bob@a.test")
    _add(bob, "2026-11-03T08:00", "2026-11-03T09:00")
    client = RawClient(simulator)
    assert client.free_busy("bob@a.test").codes == ["NoError"]
    _add(bob, "2026-11-03T09:00", "2026-11-03T10:00")
    assert client.free_busy("bob@a.test", "ana@a.test").codes == ["ErrorResultSetTooBig", "NoError"]


# Details.


def _details(reply: Reply) -> list[dict[str, str]]:
    found = reply.find("//t:CalendarEventDetails")
    return [{one.tag.rpartition("}")[2]: one.text or "" for one in each} for each in found]


def test_details_are_told_to_who_may_see_them(ana: RawClient, bob: Hand) -> None:
    """CalendarEventDetails; the id is an entry id in hexadecimal, no EWS id."""
    bob.share_free_busy("TimeAndSubjectAndLocation")
    made = _add(
        bob, "2026-11-03T08:00", "2026-11-03T09:00", subject="Talk", location="B7", required=["x@x.test"],
        reminder_minutes=None,
    )  # fmt: skip
    assert _details(ana.free_busy("bob@a.test")) == [
        {
            "ID": base64.b64decode(made).hex().upper(),
            "Subject": "Talk",
            "Location": "B7",
            "IsMeeting": "true",
            "IsRecurring": "false",
            "IsException": "false",
            "IsReminderSet": "false",
            "IsPrivate": "false",
        }
    ]


def test_a_private_event_keeps_its_name_from_everybody_but_its_owner(simulator: ExchangeSimulator, bob: Hand) -> None:
    """IsPrivate, RequestedView (entry id unless private): that somebody is busy is told, not with what."""
    bob.share_free_busy("FullDetails")
    _add(bob, "2026-11-03T08:00", "2026-11-03T09:00", subject="Doctor", location="Clinic", sensitivity="Private")
    flags = {"IsMeeting": "false", "IsRecurring": "false", "IsException": "false", "IsReminderSet": "true"}
    asked = RawClient(simulator).free_busy("bob@a.test")
    assert _details(asked) == [flags | {"IsPrivate": "true"}]
    assert asked.texts("BusyType") == ["Busy"]
    (own,) = _details(RawClient(simulator, "bob@a.test").free_busy("bob@a.test"))
    assert (own["Subject"], own["IsPrivate"]) == ("Doctor", "true")


@pytest.mark.parametrize("sensitivity", ["Personal", "Confidential"])
def test_other_sensitivities_hide_nothing(ana: RawClient, bob: Hand, sensitivity: str) -> None:
    """A judgement: README."""
    bob.share_free_busy("TimeAndSubjectAndLocation")
    _add(bob, "2026-11-03T08:00", "2026-11-03T09:00", subject="Talk", sensitivity=sensitivity)
    (told,) = _details(ana.free_busy("bob@a.test"))
    assert (told["Subject"], told["IsPrivate"]) == ("Talk", "false")


def test_working_hours_are_told_in_the_zone_of_the_mailbox(ana: RawClient, bob: Hand) -> None:
    """WorkingHours, TimeZone (Availability): Berlin turns its clocks on last Sundays, 02:00 and 03:00 by the wall."""
    bob.set_working_hours("W. Europe Standard Time", 9 * 60, 17 * 60 + 30, ["Monday", "Friday"])
    reply = ana.free_busy("bob@a.test", view="FreeBusy")
    assert reply.texts("Bias") == ["-60", "0", "-60"]
    assert [reply.texts(name) for name in ("Time", "DayOrder", "Month")] == [
        ["03:00:00", "02:00:00"],
        ["5", "5"],
        ["10", "3"],
    ]
    assert reply.texts("DayOfWeek") == ["Sunday", "Sunday", "Monday Friday"]
    assert (reply.text("StartTimeInMinutes"), reply.text("EndTimeInMinutes")) == ("540", "1050")


def test_a_mailbox_whose_zone_never_turns_its_clocks_says_so_with_noughts(ana: RawClient, bob: Hand) -> None:
    """DayOrder: 0 in a zone without summer time."""
    bob.set_working_hours("India Standard Time", 540, 1020, ["Monday"])
    reply = ana.free_busy("bob@a.test", view="FreeBusy")
    assert (reply.texts("Bias"), reply.texts("DayOrder"), reply.texts("Month")) == (
        ["-330", "0", "0"],
        ["0", "0"],
        ["0", "0"],
    )


# Zones.


def test_windows_and_times_are_wall_clock_of_the_requests_zone(ana: RawClient, bob: Hand) -> None:
    """TimeZone (Availability): both are in it; facts 4.1: the bias is positive west of Greenwich."""
    _add(bob, "2026-11-03T08:00", "2026-11-03T09:00")
    berlin = ana.free_busy("bob@a.test", zone=BERLIN)
    assert berlin.text("MergedFreeBusy") == "0" * 9 + "2" + "0" * 14
    assert _events(berlin) == [("2026-11-03T09:00:00", "2026-11-03T10:00:00", "Busy")]
    pacific = ana.free_busy("bob@a.test", zone=PACIFIC)
    assert pacific.text("MergedFreeBusy") == "2" + "0" * 23
    assert _events(pacific) == [("2026-11-03T00:00:00", "2026-11-03T01:00:00", "Busy")]


@pytest.mark.parametrize(
    ("rule", "instant", "wall"),
    [
        (BERLIN, "2026-03-29T00:59", "2026-03-29T01:59:00"),
        (BERLIN, "2026-03-29T01:00", "2026-03-29T03:00:00"),
        (BERLIN, "2026-10-25T00:59", "2026-10-25T02:59:00"),
        (BERLIN, "2026-10-25T01:00", "2026-10-25T02:00:00"),
        (BERLIN, "2026-07-01T00:00", "2026-07-01T02:00:00"),
        (PACIFIC, "2026-03-08T09:59", "2026-03-08T01:59:00"),
        (PACIFIC, "2026-03-08T10:00", "2026-03-08T03:00:00"),
        (PACIFIC, "2026-11-01T09:00", "2026-11-01T01:00:00"),
        (SYDNEY, "2026-01-01T00:00", "2026-01-01T11:00:00"),
        (SYDNEY, "2026-07-01T00:00", "2026-07-01T10:00:00"),
        (SYDNEY, "2026-04-04T16:00", "2026-04-05T02:00:00"),
        (SYDNEY, "2026-10-03T16:00", "2026-10-04T03:00:00"),
        (zone(-330), "2026-07-01T00:00", "2026-07-01T05:30:00"),
        # Bias 0 on both halves, with turnings that mean nothing, as clients spell UTC.
        (zone(0, "1/1 00:00:00", "12/5 00:00:00", saving=0), "2026-07-01T00:00", "2026-07-01T00:00:00"),
    ],
)
def test_the_requests_own_rule_turns_the_clocks(ana: RawClient, bob: Hand, rule: str, instant: str, wall: str) -> None:
    """StandardTime, DaylightTime, DayOrder: Berlin, the Pacific and the southern half of the world by hand."""
    _add(bob, instant, "2026-12-31T00:00")
    day = wall[:10]
    reply = ana.free_busy("bob@a.test", zone=rule, start=f"{day}T00:00:00", end=f"{day}T23:59:59", view="FreeBusy")
    assert reply.texts("StartTime") == [wall]


def test_the_day_the_clocks_go_back_is_an_hour_longer(ana: RawClient, bob: Hand) -> None:
    """Both hours that Berlin calls two o'clock have a digit."""
    _add(bob, "2026-10-25T00:00", "2026-10-25T02:00")
    reply = ana.free_busy("bob@a.test", start="2026-10-25T00:00:00", end="2026-10-26T00:00:00", zone=BERLIN)
    assert reply.text("MergedFreeBusy") == "00" + "22" + "0" * 21
    assert _events(reply) == [("2026-10-25T02:00:00", "2026-10-25T03:00:00", "Busy")]


def test_of_an_hour_that_comes_twice_the_first_is_meant_and_one_that_never_comes_is_past_the_turning(
    ana: RawClient,
) -> None:
    """A judgement: README. From two to three there are two hours in October, from half past two to four half of one."""
    october = ana.free_busy("bob@a.test", start="2026-10-25T02:00:00", end="2026-10-25T03:00:00", zone=BERLIN)
    assert october.text("MergedFreeBusy") == "00"
    window = {"start": "2026-03-29T02:30:00", "end": "2026-03-29T04:00:00", "minutes": "5"}
    assert ana.free_busy("bob@a.test", zone=BERLIN, **window).text("MergedFreeBusy") == "0" * 6


def test_forty_two_days_are_forty_two_when_the_clocks_go_back_within(ana: RawClient) -> None:
    reply = ana.free_busy("bob@a.test", start="2026-10-01T00:00:00", end="2026-11-12T00:00:00", zone=BERLIN)
    assert reply.codes == ["NoError"]


def test_the_zone_may_stand_in_the_header_and_the_body_goes_first(simulator: ExchangeSimulator, bob: Hand) -> None:
    """Facts 4.1: the EWS Managed API names it in TimeZoneContext alone."""
    _add(bob, "2026-11-03T08:00", "2026-11-03T09:00")
    client = RawClient(simulator, zone="Tokyo Standard Time")
    assert client.free_busy("bob@a.test", zone="").texts("StartTime") == ["2026-11-03T17:00:00"]
    assert client.free_busy("bob@a.test", zone=BERLIN).texts("StartTime") == ["2026-11-03T09:00:00"]


def test_times_carry_their_offset_on_servers_like_that_of_microsofts_example() -> None:
    """The operation's example of an answer, of 2007: 2006-10-16T06:00:00-07:00."""
    simulator = judged(availability_offsets=True)
    _add(simulator.mailbox("bob@a.test"), "2026-07-03T16:00", "2026-07-03T17:00")
    reply = RawClient(simulator).free_busy(
        "bob@a.test", start="2026-07-03T00:00:00", end="2026-07-04T00:00:00", zone=PACIFIC
    )
    assert reply.texts("StartTime") == ["2026-07-03T09:00:00-07:00"]
    _add(simulator.mailbox("ana@a.test"), "2026-10-25T00:30", "2026-10-25T01:30")
    reply = RawClient(simulator).free_busy(
        "ana@a.test", start="2026-10-25T00:00:00", end="2026-10-26T00:00:00", zone=BERLIN
    )
    assert _events(reply) == [("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "Busy")]


@pytest.mark.parametrize(
    "wrong",
    [
        zone(1440),
        zone(-60, "13/1 02:00:00", "3/5 02:00:00"),
        zone(-60, "10/6 02:00:00", "3/5 02:00:00"),
        zone(-60, "10/0 02:00:00", "3/5 02:00:00"),
        zone(-60, "10/5 24:00:00", "3/5 02:00:00"),
        zone(-60, "10/5 noon", "3/5 02:00:00"),
        BERLIN.replace("Sunday", "Weekday"),
    ],
)
def test_a_zone_that_makes_no_sense_is_refused(ana: RawClient, wrong: str) -> None:
    """ResponseCode: ErrorTimeZone."""
    reply = ana.free_busy("bob@a.test", zone=wrong)
    assert (reply.is_fault, reply.codes) == (True, ["ErrorTimeZone"])


def test_a_rule_for_one_year_is_refused_by_name(ana: RawClient) -> None:
    wrong = BERLIN.replace("</t:StandardTime>", "<t:Year>2026</t:Year></t:StandardTime>")
    reply = ana.free_busy("bob@a.test", zone=wrong)
    assert (reply.is_fault, reply.codes) == (True, ["ErrorInvalidOperation"])
