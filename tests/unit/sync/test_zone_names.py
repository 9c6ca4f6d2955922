"""Each side keeps its own name of a zone until a person chooses another zone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from calpair.model.event import Event
from calpair.model.side import Side
from calpair.model.when import AllDay, Timed
from calpair.ports import Held
from calpair.sync.zone_names import own_names

START = datetime(2026, 11, 5, 9, tzinfo=UTC)
DAY = Event("Lunch", AllDay(date(2026, 11, 5), date(2026, 11, 6)))


def event(zone: str, hours: int = 0) -> Event:
    start = START + timedelta(hours=hours)
    return Event("Lunch", Timed(start, start + timedelta(hours=1), zone))


def sides(exchange: Event, google: Event) -> dict[Side, Event]:
    return {Side.EXCHANGE: exchange, Side.GOOGLE: google}


TO_EXCHANGE = {
    "Europe/Amsterdam": "Europe/Berlin",
    "Europe/Vienna": "Europe/Berlin",
    "Etc/GMT+5": "America/Bogota",
    "": "UTC",
    "Etc/UTC": "UTC",
}


def _exchange(one: Event) -> Held:
    if isinstance(one.when, AllDay):
        return Held(one)
    return Held(replace(one, when=replace(one.when, zone=TO_EXCHANGE.get(one.when.zone, one.when.zone))))


def _google(one: Event) -> Held:
    return Held(
        one if isinstance(one.when, AllDay) else replace(one, when=replace(one.when, zone=one.when.zone or "UTC"))
    )


HOLD = {Side.EXCHANGE: _exchange, Side.GOOGLE: _google}


@pytest.mark.parametrize(
    ("exchange", "google", "kept"),
    [
        # Amsterdam on Google is Berlin to Exchange, which has Berlin.
        ("Europe/Berlin", "Europe/Amsterdam", ("Europe/Berlin", "Europe/Amsterdam")),
        # Exchange was moved to Paris; Google was.
        ("Europe/Paris", "Europe/Amsterdam", ("Europe/Berlin", "Europe/Paris")),
        ("Europe/Berlin", "Europe/Paris", ("Europe/Paris", "Europe/Berlin")),
        # A zone of Exchange's that has no name is UTC to Google, which has UTC; or was moved to Paris.
        ("", "UTC", ("", "UTC")),
        ("", "Etc/UTC", ("UTC", "Etc/UTC")),
        ("", "Europe/Paris", ("Europe/Paris", "UTC")),
        ("Etc/GMT+5", "Etc/GMT+5", ("Etc/GMT+5", "Etc/GMT+5")),
        # Matched by its rules before the calendar was moved to Vienna, and after.
        ("Europe/Vienna", "Europe/Amsterdam", ("Europe/Berlin", "Europe/Amsterdam")),
    ],
)
def test_a_side_keeps_its_name_while_the_other_means_the_same(
    exchange: str, google: str, kept: tuple[str, str]
) -> None:
    there, here = event(exchange), event(google)
    wanted = sides(_exchange(event(google, 2)).event, _google(event(exchange, 2)).event)
    assert own_names(wanted, sides(there, here), HOLD) == sides(event(kept[0], 2), event(kept[1], 2))


def test_the_overrides_of_a_series_keep_it_too_but_for_those_of_another_zone() -> None:
    start = START
    series = replace(
        event("Europe/Berlin"),
        overrides={
            start: event("Europe/Berlin", 1),
            start + timedelta(days=1): None,
            start + timedelta(days=2): event("Asia/Tokyo"),
            start + timedelta(days=3): DAY,
        },
    )
    wanted = sides(event("Europe/Berlin"), series)
    found = own_names(wanted, sides(event("Europe/Berlin"), event("Europe/Amsterdam")), HOLD)[Side.GOOGLE]
    assert found == replace(
        event("Europe/Amsterdam"),
        overrides={
            start: event("Europe/Amsterdam", 1),
            start + timedelta(days=1): None,
            start + timedelta(days=2): event("Asia/Tokyo"),
            start + timedelta(days=3): DAY,
        },
    )


@pytest.mark.parametrize(("exchange", "google"), [(DAY, event("Europe/Amsterdam")), (event("Europe/Berlin"), DAY)])
def test_whole_days_have_no_zone_to_keep(exchange: Event, google: Event) -> None:
    wanted = sides(google, exchange)
    assert own_names(wanted, sides(exchange, google), HOLD) == wanted
