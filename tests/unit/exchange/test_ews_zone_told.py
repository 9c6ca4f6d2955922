"""The zone of an item: by name, by rules, or lost with a word about it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from calpair.exchange import mapping
from calpair.exchange.days import days
from calpair.exchange.soap import Element, t
from calpair.exchange.zone_rules import read
from calpair.exchange.zone_told import LOSS, MAX_SHOWN, Told, plainly, shown, told
from calpair.model.event import Item
from calpair.model.when import AllDay
from unit.exchange.zone_definitions import (
    AMERICA,
    BERLIN,
    EUROPE,
    NEW_YORK,
    NOWHERE,
    element,
    periods,
    steady,
    turns,
    zone,
)

JULY = datetime(2026, 7, 1, tzinfo=UTC)
MOSCOW = (
    periods(four="-PT4H", three="-PT3H")
    + f"<t:TransitionsGroups>{steady('four', '0')}{steady('three', '1')}</t:TransitionsGroups>"
    + turns(("0", ""), ("1", "2014-10-26T02:00:00"))
)
CUSTOM = ("tzone://Microsoft/Custom", "Customized Time Zone", "")


def tell(found: Element, own: str = "", start: datetime = JULY, last: datetime | None = JULY) -> Told:
    return told(found, start, last, lambda: own)


@pytest.mark.parametrize("name", CUSTOM)
@pytest.mark.parametrize(
    ("inner", "own", "start", "zone_name"),
    [
        (BERLIN, "", JULY, "Europe/Berlin"),
        (BERLIN, "Europe/Amsterdam", JULY, "Europe/Amsterdam"),
        (BERLIN, "America/New_York", JULY, "Europe/Berlin"),
        (BERLIN, "Nowhere/Land", JULY, "Europe/Berlin"),
        (NEW_YORK, "", JULY, "America/New_York"),
        (NEW_YORK, "America/Toronto", JULY, "America/Toronto"),
        (periods(a="-PT5H45M"), "", JULY, "Asia/Kathmandu"),
        (periods(a="PT0S"), "", JULY, "UTC"),
        (periods(a="PT0S"), "Europe/London", JULY, "UTC"),
        (MOSCOW, "", JULY, "Europe/Moscow"),
        # Four hours ahead was Moscow's clock then.
        (MOSCOW, "", datetime(2013, 7, 1, tzinfo=UTC), "Europe/Moscow"),
        # A zone that has no Windows name is the calendar's own all the same.
        (
            zone("PT0S", "-PT2H", (("Daylight", "PT1H", 3, "Sunday", -1), ("Standard", "PT3H", 10, "Sunday", -1))),
            "Antarctica/Troll",
            JULY,
            "Antarctica/Troll",
        ),
    ],
)
def test_a_zone_without_a_name_is_the_one_that_keeps_its_clocks(
    name: str, inner: str, own: str, start: datetime, zone_name: str
) -> None:
    assert tell(element(inner, name), own, start, start) == Told(zone_name, (), read(element(inner)))


@pytest.mark.parametrize(
    ("name", "inner", "zone_name"),
    [
        # A Windows id is believed: Exchange answers with today's rules or the item's, whatever these are.
        ("W. Europe Standard Time", NEW_YORK, "Europe/Berlin"),
        ("Mitteleurop\u00e4ische Zeit", BERLIN, "Europe/Berlin"),
        ("West-Europa (standaardtijd)", BERLIN, "Europe/Amsterdam"),
        # A person's own zone may have any name: its clocks count.
        ("Mitteleurop\u00e4ische Zeit", NEW_YORK, "America/New_York"),
        ("London", BERLIN, "Europe/Berlin"),
    ],
)
def test_a_name_that_is_no_id_counts_as_far_as_the_clocks_agree(name: str, inner: str, zone_name: str) -> None:
    assert tell(element(inner, name)).zone == zone_name


def test_the_descriptive_name_helps_where_the_id_says_nothing() -> None:
    assert (
        tell(element("", "Customized Time Zone", "(UTC-05:00) Eastern Time (US & Canada)")).zone == "America/New_York"
    )


def test_a_series_is_matched_for_years_and_a_single_event_for_its_own() -> None:
    # In 2014 Moscow left summer time; the rule of 2013 fits that year, and no zone that repeats into the next ones.
    four = element(periods(a="-PT4H"), "")
    then = datetime(2013, 7, 1, tzinfo=UTC)
    assert tell(four, "Europe/Moscow", then, then).zone == "Europe/Moscow"
    assert tell(four, "Europe/Moscow", then, datetime(2015, 7, 1, tzinfo=UTC)).zone == "Asia/Dubai"
    assert tell(four, "Europe/Moscow", then, None).zone == "Asia/Dubai"


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (element(NOWHERE, "tzone://Microsoft/Custom"), "zone=tzone_//Microsoft/Custom"),
        (element(NOWHERE, "", "Ana's own"), "zone=Ana's own"),
        (element(NOWHERE), "zone=(no name)"),
        (element(""), "zone=(no name)"),
        (element("", "Ana's own"), "zone=Ana's own"),
        (element(periods(a="PT"), "Odd"), "zone=Odd"),
    ],
)
def test_a_zone_nobody_knows_is_lost_and_named(found: Element, word: str) -> None:
    assert tell(found).zone == ""
    assert tell(found).losses == (LOSS, word)


@pytest.mark.parametrize("year", [1, 1601, 1979, 2101, 4500, 9999])
def test_a_year_whose_clocks_nobody_knows_has_no_zone(year: int) -> None:
    then = datetime(year, 7, 1, tzinfo=UTC)
    assert tell(element(BERLIN), "Europe/Berlin", then, then).zone == ""


def test_an_item_that_says_nothing_of_zones_loses_none() -> None:
    assert told(None, JULY, JULY, lambda: "Europe/Berlin") == Told()


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("W. Europe Standard Time", True),
        ("w. europe standard time", True),
        ("UTC", True),
        ("tzone://Microsoft/Utc", False),
        ("Europe/Berlin", False),
        ("Eastern Standard Time 1", False),
        ("", False),
    ],
)
def test_a_zone_is_plain_if_its_own_id_would_be_written(name: str, plain: bool) -> None:
    assert plainly(element("", name)) is plain


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("(UTC+01:00) Amsterdam", "(UTC+01:00) Amsterdam"),
        ("Mitteleurop\u00e4ische Zeit", "Mitteleurop\u00e4ische Zeit"),
        ("Mitteleuropa\u0308ische Zeit", "Mitteleurop\u00e4ische Zeit"),
        ("\u6771\u4eac", "\u6771\u4eac"),
        ("a\nb\tc", "a_b_c"),
        ("\x1b[31mred", "__31mred"),
        ("title:shortened", "title_shortened"),
        ("<script>`rm`</script>\u202e", "_script__rm__/script__"),
        ("  x  ", "x"),
        ("n" * 1000, "n" * MAX_SHOWN),
        ("\u2028", ""),
    ],
)
def test_a_name_is_shown_short_and_of_harmless_signs(name: str, seen: str) -> None:
    assert shown(name) == seen


# --- in an item


def item(
    start: str, end: str, *zones: Element, all_day: bool = False, own: Callable[[], str] = lambda: "Asia/Tokyo"
) -> Item:
    whole = t("IsAllDayEvent", "true" if all_day else "false")
    made = t("CalendarItem", t("ItemId", Id="a", ChangeKey="1"), t("Start", start), t("End", end), whole, *zones)
    return mapping.read(made, "ana@a.test", own)


def test_an_item_is_asked_for_the_calendars_zone_only_where_it_names_none() -> None:
    def never() -> str:
        raise AssertionError("asked")

    assert (
        item("2026-07-01T09:00:00Z", "2026-07-01T10:00:00Z", element("", "Tokyo Standard Time"), own=never).event
        is not None
    )


def test_a_zone_of_its_own_for_the_end_is_a_loss() -> None:
    span = ("2026-07-01T09:00:00Z", "2026-07-01T10:00:00Z")
    start = element("", "Tokyo Standard Time")
    assert item(*span, start, element("", "UTC", tag="EndTimeZone")).losses == ("end_zone",)
    assert item(*span, start, element("", "Tokyo Standard Time", tag="EndTimeZone")).losses == ()
    assert item(*span, start).losses == ()
    assert item(*span, element("", "Odd"), element("", "Odd", tag="EndTimeZone")).losses == ("zone", "zone=Odd")


def test_whole_days_of_a_zone_nobody_knows_are_read_by_its_own_clocks() -> None:
    # Two hours ahead in summer, by America's calendar: midnight is 22:00 UTC.
    found = item("2026-03-14T22:00:00Z", "2026-03-15T22:00:00Z", element(NOWHERE), all_day=True)
    assert found.event is not None
    assert found.event.when == AllDay(date(2026, 3, 15), date(2026, 3, 16))
    assert found.losses == ()


def test_whole_days_that_are_none_by_those_clocks_are_read_in_the_calendars_zone() -> None:
    rules = read(element(NOWHERE))
    start = datetime(2026, 7, 1, 15, tzinfo=UTC)
    assert days(start, start + timedelta(days=1), "", ("Asia/Tokyo",), rules) == AllDay(
        date(2026, 7, 2), date(2026, 7, 3)
    )


@pytest.mark.parametrize("changes", [EUROPE, AMERICA])
def test_a_definition_of_year_one_harms_nobody(changes: tuple[tuple[str, str, int, str, int], ...]) -> None:
    found = item("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z", element(zone("-PT1H", "-PT2H", changes)), all_day=True)
    assert found.event is None or found.event.when


def test_clocks_that_make_no_sense_in_the_events_year_are_none() -> None:
    # Half a day forward on 8 March, and back on the second Sunday: in 2026 that is an hour later, which was before.
    to = '<t:To Kind="Period">{}</t:To><t:TimeOffset>{}</t:TimeOffset><t:Month>3</t:Month>'
    forward = f"<t:RecurringDateTransition>{to.format('a', 'PT0S')}<t:Day>8</t:Day></t:RecurringDateTransition>"
    back = (
        f"<t:RecurringDayTransition>{to.format('b', 'PT1H')}<t:DayOfWeek>Sunday</t:DayOfWeek>"
        "<t:Occurrence>2</t:Occurrence></t:RecurringDayTransition>"
    )
    group = (
        f'<t:TransitionsGroups><t:TransitionsGroup Id="0">{forward}{back}</t:TransitionsGroup></t:TransitionsGroups>'
    )
    assert tell(element(periods(a="-PT12H", b="PT12H") + group, "Odd")) == Told("", ("zone", "zone=Odd"))
