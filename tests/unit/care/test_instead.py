"""What was done instead: of a rule that Exchange has not, and of the values a side does not know."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from calpair.care.instead import shape, unheld, value
from calpair.exchange.holding import hold
from calpair.exchange.versions import EXCHANGE_2013
from calpair.model.event import Event, Privacy, ShowAs
from calpair.model.when import AllDay, Timed
from calpair.recurrence.text import parse

NOW = datetime(2026, 11, 28, tzinfo=UTC)
HORIZON = datetime(2028, 11, 1, tzinfo=UTC)
MORE = (
    "no pattern there gives just these dates, so there it has one that gives more of them, and the others are deleted"
)
MOVED = "an occurrence that was moved to or past its neighbour cannot stay in a series there, so it stands beside it"


def series(rule: str, start: str = "2027-01-05T09:00", zone: str = "Europe/Berlin", hours: int = 1) -> Event:
    first = datetime.fromisoformat(f"{start}+00:00")
    when = Timed(first, first + timedelta(hours=hours), zone)
    return Event("Call", when, repeats=parse([f"RRULE:FREQ={rule}"], when))


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (series("WEEKLY"), []),
        (series("MONTHLY;BYMONTHDAY=-1"), []),
        (series("MONTHLY;BYMONTHDAY=1,15"), ["each of these is a monthly series of its own there"]),
        (series("DAILY;BYHOUR=9,17;BYMINUTE=0"), ["a series there has one time of the day"]),
        (
            series("MONTHLY", "2027-01-31T09:00"),
            [
                "a day that a month does not have is the month's last day there, so each month is a yearly series of its own"
            ],
        ),
        (
            series("YEARLY;BYMONTH=1,4;BYMONTHDAY=5"),
            ["each of these is a yearly series of its own there"],
        ),
        (series("MONTHLY;BYMONTHDAY=5,20;COUNT=6"), ["each of these is a monthly series of its own there"]),
        (series("MONTHLY;BYDAY=-2MO;COUNT=4", "2027-01-18T09:00"), [MORE]),
        (
            series("YEARLY;BYYEARDAY=1,60,200;COUNT=4", "2027-01-01T09:00"),
            ["no pattern there gives these dates, so each stands singly"],
        ),
        (Event("Once", series("DAILY").when), []),
    ],
)
def test_a_series_that_exchange_has_otherwise_is_told_why(event: Event, words: list[str]) -> None:
    assert list(shape(event, hold(event, EXCHANGE_2013, HORIZON))) == words


def test_an_occurrence_past_its_neighbour_is_told_beside_what_else_there_is() -> None:
    event = series("WEEKLY;COUNT=6")
    first = datetime(2027, 1, 5, 9, tzinfo=UTC)
    far = Event("Call", Timed(first + timedelta(days=10), first + timedelta(days=10, hours=1), "Europe/Berlin"))
    event = replace(event, overrides={first: far})
    assert shape(event, hold(event, EXCHANGE_2013, HORIZON)) == (MOVED,)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            series("HOURLY;INTERVAL=5"),
            "it would take more than 1,100 single events, which is the most that are made of a series",
        ),
        (
            series("WEEKLY", zone="America/Scoresbysund"),
            "it repeats by the clock of America/Scoresbysund, a time zone that Exchange has no name for",
        ),
        (series("YEARLY;BYMONTH=2;BYMONTHDAY=30"), "it has no occurrence"),
        (Event("Once", series("DAILY").when), ""),
        # Nothing is known of why an old server would not take it.
        (series("WEEKLY"), ""),
    ],
)
def test_a_series_that_cannot_be_held_is_told_why(event: Event, words: str) -> None:
    assert unheld(event, hold(event, EXCHANGE_2013, HORIZON)) == words


@pytest.mark.parametrize(
    ("loss", "said", "held", "words"),
    [
        ("show_as", {"show_as": ShowAs.AWAY}, {"show_as": ShowAs.BUSY}, "out of office is busy there"),
        ("show_as", {"show_as": ShowAs.TENTATIVE}, {"show_as": ShowAs.BUSY}, "tentative is busy there"),
        ("privacy", {"privacy": Privacy.PERSONAL}, {"privacy": Privacy.PRIVATE}, "personal is private there"),
        ("reminder:shortened", {"reminder": 90000}, {"reminder": 40320}, "90000 minutes before are 40320 there"),
        ("reminder", {"reminder": None}, {}, ""),
        ("categories", {"categories": ("Travel", "Work")}, {"categories": ("Work",)}, "Travel"),
        ("categories", {"categories": ("Travel", "Work")}, {"categories": None}, "Travel, Work"),
        ("zone", {}, {"when": Timed(NOW, NOW, "UTC")}, "Europe/Berlin is told in UTC there"),
        ("zone", {"when": AllDay(date(2027, 1, 1), date(2027, 1, 2))}, {}, ""),
        ("guests", {}, {}, ""),
    ],
)
def test_a_value_is_told_with_what_stands_for_it(
    loss: str, said: dict[str, object], held: dict[str, object], words: str
) -> None:
    event = Event("Call", Timed(NOW, NOW, "Europe/Berlin"))
    assert value(loss, replace(event, **said), replace(event, **held)) == words  # type: ignore[arg-type]
