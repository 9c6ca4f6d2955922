"""What the tests of series share: a weekly and a daily series in Berlin, and short ways to ask for them."""

from typing import Any

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Switches
from simulators.google.asking import Answer, Asking
from simulators.google.hand import Hand

BERLIN = "Europe/Berlin"
ANA = "ana@g.test"


def ends(day: str, hour: int = 9, zone: str = BERLIN) -> dict[str, Any]:
    """An hour on a day, on the zone's wall clock."""
    return {
        "start": {"dateTime": f"{day}T{hour:02d}:00:00", "timeZone": zone},
        "end": {"dateTime": f"{day}T{hour + 1:02d}:00:00", "timeZone": zone},
    }


def daily(**more: Any) -> dict[str, Any]:
    """Five days from Monday, 2 November 2026, at nine in Berlin."""
    return {
        "id": "morning",
        "summary": "Stand-up",
        "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"],
        **ends("2026-11-02"),
        **more,
    }


def all_day(**more: Any) -> dict[str, Any]:
    """The same five days, whole."""
    days = {"start": {"date": "2026-11-02"}, "end": {"date": "2026-11-03"}}
    return {"id": "trade", "summary": "Fair", "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"], **days, **more}


def world(*bodies: dict[str, Any], **switches: Any) -> tuple[GoogleSimulator, Asking, Hand]:
    simulator = GoogleSimulator(clock=ManualClock(), switches=Switches(**switches))
    hand = simulator.calendar(ANA)
    for body in bodies:
        hand.create(**body)
    return simulator, Asking(simulator), hand


def instances(ana: Asking, series_id: str = "morning", **query: Any) -> list[Any]:
    answer: Answer = ana.get(f"calendars/primary/events/{series_id}/instances", **query)
    assert answer.status == 200
    return list(answer.json["items"])


def on(ana: Asking, day: str, series_id: str = "morning") -> Any:
    """The instance of a day, by its original start at nine in Berlin's winter."""
    (found,) = instances(ana, series_id, originalStart=f"{day}T09:00:00+01:00", showDeleted=True)
    return found


def starts(items: list[Any]) -> list[str]:
    """`05 09:00` of each item that has a start, as it is told."""
    found = [item["start"] for item in items if "start" in item]
    return [f"{moment['dateTime'][8:10]} {moment['dateTime'][11:16]}" for moment in found]
