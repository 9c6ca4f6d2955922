"""By which clocks a request for free/busy is read and answered. Instants are reckoned by hand, from the zones' own rules."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from lxml import etree

from calpair.errors import RefusedRequestError
from calpair.exchange.availability_service import parse, render
from calpair.model.busy import Block, Busy
from simulators.exchange import rule
from unit.exchange.availability_ground import (
    BERLIN,
    HAWAII,
    INDIA_TIME,
    NEW_YORK,
    SYDNEY,
    Told,
    at,
    context,
    half,
    mailbox,
    options,
    request,
    steady,
    told,
    zone,
)
from unit.exchange.zone_definitions import BERLIN as BERLIN_DEFINED
from unit.exchange.zone_definitions import NEW_YORK as NEW_YORK_DEFINED
from unit.exchange.zone_definitions import NOWHERE, periods, turns, yearly
from unit.exchange.zone_definitions import steady as constant

ANA = "ana@a.test"
ADELAIDE = zone(-570, half(0, "03:00:00", 1, 4), half(-60, "02:00:00", 1, 10))
LORD_HOWE = zone(-630, half(0, "02:00:00", 1, 4), half(-30, "02:00:00", 1, 10))
RESTLESS = tuple(("ba"[n % 2], f"PT{2 * n + 2}H", 11, "Monday", 1) for n in range(10))
NEPAL = steady(-345)
SUNDAY = "<t:DayOfWeek>Sunday</t:DayOfWeek>"


def window(body: bytes) -> tuple[datetime, datetime]:
    question = parse(body).question
    assert question is not None
    return question.start, question.end


def asked(zone: str, start: str, end: str, **more: str) -> tuple[datetime, datetime]:
    return window(request(zone=zone, asked=options(start, end, 30), **more))


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        (steady(0), at(9), at(17)),
        (steady(-60), at(8), at(16)),
        (steady(480), at(17), at(1, day=3)),
        (INDIA_TIME, at(3, 30), at(11, 30)),
        (NEPAL, at(3, 15), at(11, 15)),
        (HAWAII, at(19), at(3, day=3)),
        (BERLIN, at(8), at(16)),
        (NEW_YORK, at(14), at(22)),
        (SYDNEY, at(22, day=1), at(6)),
        (ADELAIDE, at(22, 30, day=1), at(6, 30)),
        (LORD_HOWE, at(22, day=1), at(6)),
    ],
)
def test_a_bias_is_what_local_time_lacks_to_utc(zone: str, start: datetime, end: datetime) -> None:
    assert asked(zone, "2026-11-02T09:00:00", "2026-11-02T17:00:00") == (start, end)


@pytest.mark.parametrize(
    ("zone", "day", "spring", "autumn"),
    [
        # 2026: the last Sundays of March and October, 01:00 UTC.
        (BERLIN, ("03-29", "10-25"), at(1, day=29, month=3), at(1, day=25, month=10)),
        # The second Sunday of March at 2:00 EST, the first of November at 2:00 EDT.
        (NEW_YORK, ("03-08", "11-01"), at(7, day=8, month=3), at(6, day=1)),
        # First Sundays of October and April: 2:00 and 3:00 on the wall, 16:00 UTC of the day before.
        (SYDNEY, ("10-04", "04-05"), at(16, day=3, month=10), at(16, day=4, month=4)),
        (ADELAIDE, ("10-04", "04-05"), at(16, 30, day=3, month=10), at(16, 30, day=4, month=4)),
        # Half an hour: 2:00 at +10:30, and 2:00 at +11:00.
        (LORD_HOWE, ("10-04", "04-05"), at(15, 30, day=3, month=10), at(15, day=4, month=4)),
    ],
)
def test_the_clocks_change_when_the_rule_says(
    zone: str, day: tuple[str, str], spring: datetime, autumn: datetime
) -> None:
    """The minute before and the minute of each change: by the clock they are an hour, or half of one, and a minute apart."""
    minute = timedelta(minutes=1)
    for date, change in zip(day, (spring, autumn), strict=True):
        body = request(zone=zone, asked=options(f"2026-{date}T00:00:00", f"2026-{date}T23:00:00", 60, "FreeBusy"))
        blocks = [Block(change - minute, change, Busy.BUSY), Block(change, change + minute, Busy.AWAY)]
        (found,) = told(render(parse(body), {ANA: blocks}))
        assert found.events is not None
        before, after = (datetime.fromisoformat(event[0]) for event in found.events)
        turned = 30 if zone == LORD_HOWE else 60
        assert (after - before) / minute == (1 + turned if change == spring else 1 - turned), date


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_every_order_of_a_day_is_that_of_its_month(order: int) -> None:
    """Thursdays of October 2026: the 1st, 8th, 15th, 22nd and 29th; of the fourth, 22, and the last, 29."""
    zoned = zone(0, half(0, "12:00:00", order, 10, "Thursday"), half(-60, "12:00:00", 1, 2, "Thursday"))
    day = {1: 1, 2: 8, 3: 15, 4: 22, 5: 29}[order]
    assert asked(zoned, f"2026-10-{day:02}T09:00:00", f"2026-10-{day:02}T14:00:00") == (
        at(8, day=day, month=10),
        at(14, day=day, month=10),
    )


def test_the_fifth_is_the_last_where_there_are_four() -> None:
    """Sundays of February 2026: 1, 8, 15, 22."""
    zoned = zone(0, half(0, "12:00:00", 5, 2), half(-60, "12:00:00", 1, 12))
    assert asked(zoned, "2026-02-22T09:00:00", "2026-02-22T14:00:00") == (at(8, 0, 22, 2), at(14, 0, 22, 2))


def test_with_a_year_the_day_is_one_of_the_month() -> None:
    """As in Windows' TIME_ZONE_INFORMATION; the weekday then says nothing, and other years have the day too."""
    zoned = zone(0, half(0, "12:00:00", 19, 10, "Friday", "2026"), half(-60, "12:00:00", 3, 2, "Friday", "2026"))
    assert asked(zoned, "2026-10-19T09:00:00", "2026-10-19T14:00:00") == (at(8, 0, 19, 10), at(14, 0, 19, 10))
    assert asked(zoned, "2026-02-03T09:00:00", "2026-02-03T14:00:00") == (at(9, 0, 3, 2), at(13, 0, 3, 2))
    assert asked(zoned, "2027-10-19T09:00:00", "2027-10-19T14:00:00")[0] == at(8, 0, 19, 10, 2027)
    weekly = zone(0, half(0, "12:00:00", 1, 10, "Sunday", "0000"), half(-60, "12:00:00", 1, 2, "Sunday", "0"))
    assert asked(weekly, "2026-10-04T09:00:00", "2026-10-04T14:00:00") == (at(8, 0, 4, 10), at(14, 0, 4, 10))


@pytest.mark.parametrize(
    "nothing",
    [half(0, "00:00:00", 1, 1), half(0, "00:00:00", 0, 0), half(0, "", 99, 13, "Weekday"), half(0, "x", -1, 5)],
)
def test_a_zone_without_summer_time_may_say_whatever_it_likes_of_its_changes(nothing: str) -> None:
    assert asked(zone(-330, nothing, nothing), "2026-11-02T09:00:00", "2026-11-02T10:00:00") == (at(3, 30), at(4, 30))


@pytest.mark.parametrize(
    ("standard", "daylight"),
    [
        (half(0, "00:00:00", 0, 0), half(-60, "00:00:00", 0, 0)),
        (half(0, "02:00:00", 1, 0), half(-60, "02:00:00", 1, 3)),
        (half(0, "03:00:00", 5, 10), half(-60, "00:00:00", 5, 0)),
        (half(0, "x", 0, 0, "Weekday"), half(-1500, "", 0, 0)),
    ],
    ids=[
        "Windows' registry: Tokyo, with an hour of summer time that never comes",
        "ews-managed-api and gromox: no month of one change",
        "the same: no month of the other",
        "nothing else that stands there is looked at",
    ],
)
def test_a_month_0_says_that_there_is_no_summer_time(standard: str, daylight: str) -> None:
    """month.md of office-developer-exchange-docs, and Windows' TIME_ZONE_INFORMATION; nine hours ahead of UTC in winter and in summer."""
    tokyo = zone(-540, standard, daylight)
    assert asked(tokyo, "2026-11-02T09:00:00", "2026-11-02T17:00:00") == (at(0), at(8))
    assert asked(tokyo, "2026-07-02T09:00:00", "2026-07-02T17:00:00") == (at(0, 0, 2, 7), at(8, 0, 2, 7))


def test_a_change_with_a_year_needs_no_weekday() -> None:
    """ews-managed-api's LegacyAvailabilityTimeZoneTime writes one only where there is no year; the day is the month's."""
    standard = half(0, "00:00:00", 22, 9, year="2026").replace(SUNDAY, "")
    tehran = zone(-210, standard, half(-60, "00:00:00", 22, 3, year="2026").replace(SUNDAY, ""))
    assert asked(tehran, "2026-09-21T09:00:00", "2026-09-22T09:00:00") == (at(4, 30, 21, 9), at(5, 30, 22, 9))
    assert asked(tehran, "2026-03-21T09:00:00", "2026-03-22T09:00:00") == (at(5, 30, 21, 3), at(4, 30, 22, 3))


@pytest.mark.parametrize(("autumn", "spring"), [("3:00:00", "2:00:00"), ("03:00", "02:00"), ("3:00", "02:00:00.0")])
def test_a_time_of_day_is_a_text_and_may_be_a_short_one(autumn: str, spring: str) -> None:
    """By the schema xs:string, and what programs put there is their language's own way to write it."""
    berlin = zone(-60, half(0, autumn, 5, 10), half(-60, spring, 5, 3))
    assert asked(berlin, "2026-10-25T01:59:00", "2026-10-25T03:00:00") == (at(23, 59, 24, 10), at(2, 0, 25, 10))
    assert asked(berlin, "2026-03-29T01:59:00", "2026-03-29T03:00:00") == (at(0, 59, 29, 3), at(1, 0, 29, 3))


def test_midnight_may_be_told_as_the_last_moment_before_it() -> None:
    """Windows cannot say 24:00."""
    for time in ("23:59:59.999", "23:59:59.9999999", "24:00:00"):
        zoned = zone(0, half(0, time, 5, 10, "Saturday"), half(-60, "00:00:00", 1, 3))
        # The last Saturday of October is the 31st; the hour before its midnight comes twice, and all of it is meant.
        read = asked(zoned, "2026-10-31T23:59:59", "2026-11-01T01:00:00")
        assert read == (at(22, 59, 31, 10) + timedelta(seconds=59), at(1, day=1))


@pytest.mark.parametrize(
    "wrong",
    [
        steady(1441),
        steady(-1440),
        zone(1000, half(500, "02:00:00", 1, 1), half(0, "02:00:00", 1, 5)),
        # Each of them within a day of UTC, and more than one apart.
        zone(-720, half(0, "02:00:00", 1, 10), half(1441, "02:00:00", 1, 3)),
        zone(0, half(0, "02:00:00", 0, 10), half(-60, "02:00:00", 1, 3)),
        zone(0, half(0, "02:00:00", 6, 10), half(-60, "02:00:00", 1, 3)),
        steady(-1440).replace("<t:Month>1<", "<t:Month>0<"),
        zone(1440, half(0, "00:00:00", 0, 0), half(-60, "00:00:00", 0, 0)),
        zone(0, half(0, "02:00:00", 1, 13), half(-60, "02:00:00", 1, 3)),
        zone(0, half(0, "02:00:00", 1, -1), half(-60, "02:00:00", 5, 15)),
        zone(0, half(0, "02:00:00", 1, 10, "Weekday"), half(-60, "02:00:00", 1, 3)),
        zone(0, half(0, "02:00:00", 1, 10, "Sonntag"), half(-60, "02:00:00", 1, 3)),
        zone(0, half(0, "2", 1, 10), half(-60, "02:00:00", 1, 3)),
        zone(0, half(0, "02:00.5", 1, 10), half(-60, "02:00:00", 1, 3)),
        zone(0, half(0, "002:00:00", 1, 10), half(-60, "02:00:00", 1, 3)),
        zone(0, half(0, "25:00:00", 1, 10), half(-60, "02:00:00", 1, 3)),
        zone(0, half(0, "02:00:00", 31, 4, "Sunday", "2026"), half(-60, "02:00:00", 1, 3)),
        zone(0, half(0, "02:00:00", 1, 10, "Sunday", "0").replace(SUNDAY, ""), half(-60, "02:00:00", 1, 3)),
        zone(0, half(0, "02:00:00", 1, 4, "Sunday", "soon"), half(-60, "02:00:00", 1, 3)),
        # Back by an hour half an hour after it went on.
        zone(0, half(0, "02:30:00", 1, 3), half(-120, "02:00:00", 1, 3)),
        context("<t:Periods/>", "Nowhere Standard Time"),
        context(identifier=""),
        context(identifier="../../etc/passwd"),
        context(identifier="Customized Time Zone"),
        context("<t:Periods><t:Period Id='a' Bias='P1Y'/></t:Periods>", "Mine"),
        context("<t:Periods><t:Period Id='a' Bias='PT1H'/><t:Period Id='b' Bias='PT2H'/></t:Periods>", "Mine"),
        context(BERLIN_DEFINED.replace("<t:Month>3</t:Month>", "<t:Month>3</t:Month><t:Month>4</t:Month>"), "Mine"),
        context(BERLIN_DEFINED.replace("<t:Periods>", "<t:Periods><t:Period Id='Daylight' Bias='PT1H'/>"), "Mine"),
        context(BERLIN_DEFINED + BERLIN_DEFINED, "Mine"),
        # From the last second there is on, which in New York is none of UTC's.
        context(
            periods(Standard="PT5H", Other="PT6H")
            + f"<t:TransitionsGroups>{constant('Standard', '0')}{constant('Other', '1')}</t:TransitionsGroups>"
            + turns(("0", ""), ("1", "9999-12-31T23:59:59")),
            "Mine",
        ),
        # Ten times within the day, back and forth.
        context(
            periods(a="PT0H", b="-PT1H")
            + f"<t:TransitionsGroups>{yearly(RESTLESS)}</t:TransitionsGroups>"
            + turns(("0", "")),
            "Mine",
        ),
        "<t:TimeZoneContext/>",
    ],
)
def test_a_zone_nobody_can_make_sense_of_is_an_error_of_each_mailbox(wrong: str) -> None:
    body = request(
        mailbox(),
        mailbox("no address"),
        zone="" if "Context" in wrong else wrong,
        head=wrong if "Context" in wrong else "",
    )
    read = parse(body)
    assert read.question is None
    assert told(render(read, {})) == [Told("ErrorTimeZone", "None", None, None)] * 2


def test_the_rule_of_every_zone_in_the_world_is_read() -> None:
    """As the simulated Exchange spells it for 2026; judged by the zone itself, at times that neither come twice nor not at all."""
    judged = 0
    for name in sorted(available_timezones() - {"localtime"}):
        here = ZoneInfo(name)
        spelled = rule.of_year(here, 2026)
        zoned = etree.tostring(rule.element(spelled)).decode()
        walls = [datetime(2026, month, 12, 1 + month, 30) for month in range(1, 13)]  # noqa: DTZ001 - on the wall
        for wall in walls:
            instant = wall.replace(tzinfo=here).astimezone(UTC)
            if wall.replace(tzinfo=spelled).astimezone(UTC) != instant:
                # Its clocks changed more often than such a rule can say, or for good.
                continue
            end = (instant + timedelta(hours=1)).isoformat()
            assert asked(zoned, wall.isoformat(), end) == (instant, instant + timedelta(hours=1)), name
            judged += 1
    assert judged > 5000


@pytest.mark.parametrize(
    "head",
    [
        context(identifier="W. Europe Standard Time"),
        context(identifier="w. europe standard time"),
        context(identifier="Europe/Berlin"),
        context(BERLIN_DEFINED, "Mine", "My clocks"),
        context(BERLIN_DEFINED, "W. Europe Standard Time"),
        context(NEW_YORK_DEFINED, "W. Europe Standard Time"),
        context(identifier="(UTC+01:00) Amsterdam, Berlin, Bern, Rom"),
        context(identifier="Mine", name="(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"),
    ],
)
def test_a_zone_of_the_head_is_known_by_its_name_or_its_rules(head: str) -> None:
    assert asked("", "2026-10-24T09:00:00", "2026-10-26T09:00:00", head=head) == (
        at(7, 0, 24, 10),
        at(8, 0, 26, 10),
    )


def test_rules_that_are_nobodys_count_as_they_stand() -> None:
    """Central Europe's offsets by America's calendar: summer time until 2026-11-01."""
    head = context(NOWHERE, "Mine")
    assert asked("", "2026-10-31T09:00:00", "2026-11-02T09:00:00", head=head) == (at(7, 0, 31, 10), at(8))


def test_the_zone_of_the_body_counts_before_that_of_the_head() -> None:
    head = context(identifier="Tokyo Standard Time")
    assert asked(BERLIN, "2026-11-02T09:00:00", "2026-11-02T10:00:00", head=head) == (at(8), at(9))
    assert parse(request(zone=steady(9999), head=head)).question is None


@pytest.mark.parametrize("zoned", [BERLIN, context(identifier="W. Europe Standard Time")])
class TestOnTheDayTheClocksChange:
    """Berlin, 2026: forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC."""

    def asked(self, zoned: str, day: str, interval: int = 60, end: str = "") -> bytes:
        where = {"head": zoned, "zone": ""} if "Context" in zoned else {"zone": zoned}
        times = options(f"2026-{day}T00:00:00", end or f"2026-{day}T12:00:00", interval)
        return request(asked=times, **where)

    def test_a_window_is_as_long_as_the_time_that_passes(self, zoned: str) -> None:
        for day, hours in (("03-29", 11), ("10-25", 13), ("11-02", 12)):
            (found,) = told(render(parse(self.asked(zoned, day)), {ANA: []}))
            assert found.merged == "0" * hours

    def test_digits_are_of_hours_that_pass(self, zoned: str) -> None:
        """From 23:00 UTC and 22:00 UTC: the third and the fourth hour of the day that has both of them."""
        both = [
            Block(at(0, 0, 25, 10), at(1, 0, 25, 10), Busy.TENTATIVE),
            Block(at(1, 0, 25, 10), at(2, 0, 25, 10), Busy.AWAY),
        ]
        (found,) = told(render(parse(self.asked(zoned, "10-25")), {ANA: both}))
        assert found.merged == "0013" + "0" * 9
        assert found.events == [
            ("2026-10-25T02:00:00", "2026-10-25T03:00:00", "Tentative"),
            ("2026-10-25T02:00:00", "2026-10-25T03:00:00", "OOF"),
        ]

    def test_an_event_in_the_spring_is_longer_on_the_wall(self, zoned: str) -> None:
        night = [Block(at(0, 30, 29, 3), at(1, 30, 29, 3), Busy.BUSY)]
        (found,) = told(render(parse(self.asked(zoned, "03-29")), {ANA: night}))
        assert (found.merged, found.events) == (
            "0220" + "0" * 7,
            [("2026-03-29T01:30:00", "2026-03-29T03:30:00", "Busy")],
        )

    @pytest.mark.parametrize(
        ("start", "end", "walls"),
        [
            # Within the first 2 to 3 o'clock, to its very end, and within the second.
            (at(0, 15, 25, 10), at(0, 45, 25, 10), [("02:15", "02:45")]),
            (at(0, 30, 25, 10), at(1, 0, 25, 10), [("02:30", "03:00")]),
            (at(1, 15, 25, 10), at(1, 45, 25, 10), [("02:15", "02:45")]),
            # From one into the other: written as one it would end before it starts.
            (at(0, 30, 25, 10), at(1, 15, 25, 10), [("02:30", "03:00"), ("02:00", "02:15")]),
            # Into the first or the second of them from before, and out of them.
            (at(23, 0, 24, 10), at(0, 30, 25, 10), [("01:00", "02:30")]),
            (at(23, 0, 24, 10), at(1, 30, 25, 10), [("01:00", "03:00"), ("02:00", "02:30")]),
            (at(0, 30, 25, 10), at(4, 0, 25, 10), [("02:30", "03:00"), ("02:00", "05:00")]),
            (at(1, 30, 25, 10), at(4, 0, 25, 10), [("02:30", "05:00")]),
            # Over both: nothing is ambiguous.
            (at(23, 0, 24, 10), at(4, 0, 25, 10), [("01:00", "05:00")]),
            (at(23, 0, 24, 10), at(2, 0, 25, 10), [("01:00", "03:00")]),
            (at(0, 0, 25, 10), at(2, 0, 25, 10), [("02:00", "03:00"), ("02:00", "03:00")]),
        ],
    )
    def test_an_event_in_the_autumn_is_told_whole_in_times_that_say_no_offset(
        self, zoned: str, start: datetime, end: datetime, walls: list[tuple[str, str]]
    ) -> None:
        (found,) = told(render(parse(self.asked(zoned, "10-25")), {ANA: [Block(start, end, Busy.BUSY)]}))
        spelled = [(f"2026-10-25T{since}:00", f"2026-10-25T{until}:00", "Busy") for since, until in walls]
        assert found.events == spelled

    @pytest.mark.parametrize(
        ("start", "end", "instants"),
        [
            # Half past two comes at 00:30 UTC and at 01:30.
            ("10-25T00:00:00", "10-25T02:30:00", (at(22, 0, 24, 10), at(1, 30, 25, 10))),
            ("10-25T02:30:00", "10-25T12:00:00", (at(0, 30, 25, 10), at(11, 0, 25, 10))),
            # It does not come: by the clock before it is 01:30 UTC, by the one after 00:30.
            ("03-29T00:00:00", "03-29T02:30:00", (at(23, 0, 28, 3), at(1, 30, 29, 3))),
            ("03-29T02:30:00", "03-29T12:00:00", (at(0, 30, 29, 3), at(10, 0, 29, 3))),
            # The borders come once.
            ("10-25T01:59:59", "10-25T03:00:00", (at(23, 59, 24, 10).replace(second=59), at(2, 0, 25, 10))),
            ("03-29T01:59:59", "03-29T03:00:00", (at(0, 59, 29, 3).replace(second=59), at(1, 0, 29, 3))),
        ],
    )
    def test_a_window_that_could_be_read_in_two_ways_is_the_longer_one(
        self, zoned: str, start: str, end: str, instants: tuple[datetime, datetime]
    ) -> None:
        where = {"head": zoned, "zone": ""} if "Context" in zoned else {"zone": zoned}
        assert window(request(asked=options(f"2026-{start}", f"2026-{end}", 5), **where)) == instants

    def test_an_interval_of_a_day_is_no_longer_than_any_day(self, zoned: str) -> None:
        for day, next_day in (("03-29", "03-30"), ("10-25", "10-26"), ("11-02", "11-03")):
            body = self.asked(zoned, day, 1440, f"2026-{next_day}T00:00:00")
            (found,) = told(render(parse(body), {ANA: []}))
            # The day in October has an hour more than such an interval.
            assert found.merged == ("00" if day == "10-25" else "0")
        with pytest.raises(RefusedRequestError) as refused:
            parse(self.asked(zoned, "03-29", 1440, "2026-03-29T23:59:00"))
        assert refused.value.reason == "ErrorInvalidMergedFreeBusyInterval"
