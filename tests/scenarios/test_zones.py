"""Stories 39 to 41 of the trackers: zones by many names, zones nobody knows, and zones that were renamed."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from scenarios.stage import Stage, at, span
from simulators.exchange.zones import ODD, spell
from simulators.record import Fault
from unit.exchange.zone_definitions import own

# --- 40: a zone keeps its own name over there and back


@pytest.mark.parametrize("name", ["Europe/Amsterdam", "America/Toronto", "Asia/Calcutta", "Europe/Kiev", "UTC"])
def test_googles_name_of_a_zone_outlives_edits_in_outlook(tmp_path: Path, name: str) -> None:
    stage = Stage(tmp_path)
    stage.web("Call", **span(at(5, 10), at(5, 11), name))
    stage.settle()
    stage.ana.update(stage.item("Call").id, subject="Call, again")
    stage.settle()
    assert stage.event("Call, again")["start"]["timeZone"] == name
    stage.ana.update(stage.item("Call, again").id, start=at(6, 12), end=at(6, 13))
    stage.settle()
    event = stage.event("Call, again")
    assert (event["start"]["timeZone"], event["end"]["timeZone"]) == (name, name)
    assert datetime.fromisoformat(event["start"]["dateTime"]) == at(6, 12)


def test_another_zone_chosen_in_outlook_reaches_google(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.web("Call", **span(at(5, 10), at(5, 11), "Europe/Amsterdam"))
    stage.settle()
    tokyo = "Tokyo Standard Time"
    stage.ana.update(stage.item("Call").id, start=at(5, 10), end=at(5, 11), start_zone=tokyo, end_zone=tokyo)
    stage.settle()
    event = stage.event("Call")
    assert event["start"]["timeZone"] == "Asia/Tokyo"
    assert datetime.fromisoformat(event["start"]["dateTime"]) == at(5, 10)


def test_a_neighbour_chosen_on_google_changes_nothing_in_outlook_and_stays(tmp_path: Path) -> None:
    """Berlin and Amsterdam are one zone to Windows."""
    stage = Stage(tmp_path)
    stage.outlook("Call")
    stage.settle()
    assert stage.event("Call")["start"]["timeZone"] == "Europe/Berlin"
    before = stage.item("Call")
    stage.calendar.update(stage.event("Call")["id"], **span(at(5, 10), at(5, 11), "Europe/Amsterdam"))
    stage.settle()
    assert stage.item("Call") == before
    stage.ana.update(before.id, start=at(6, 10), end=at(6, 11))
    stage.settle()
    assert stage.event("Call")["start"]["timeZone"] == "Europe/Amsterdam"
    stage.calendar.update(stage.event("Call")["id"], **span(at(7, 10), at(7, 11), "Asia/Tokyo"))
    stage.settle()
    assert stage.item("Call").start_zone == "Tokyo Standard Time"
    assert stage.item("Call").start == at(7, 10)


BERLIN, EASTERN = "W. Europe Standard Time", "Eastern Standard Time"


@pytest.mark.parametrize(
    ("there", "name"),
    [
        (ODD["custom"], "Europe/Berlin"),
        (ODD["utc"], "UTC"),
        (ODD["customized"], "Europe/Berlin"),
        (ODD["no_id"], "America/Los_Angeles"),
        (ODD["localised"], "Europe/Berlin"),
        (ODD["localised_name"], "Europe/Berlin"),
        (ODD["display_name"], "Europe/Berlin"),
        (ODD["numbered"], "America/New_York"),
        (ODD["newline"], "Europe/Berlin"),
        (ODD["unknown"], "Europe/Berlin"),
        (spell("tzone://Microsoft/Custom", like="Lord Howe Standard Time"), "Australia/Lord_Howe"),
        (spell("West-Europa (standaardtijd)", like=BERLIN), "Europe/Amsterdam"),
        (spell("GMT-5", like="SA Pacific Standard Time"), "Etc/GMT+5"),
        (spell("Europe/Vienna", like=BERLIN), "Europe/Vienna"),
        # Whoever called it so: its clocks are New York's.
        (spell("Mitteleurop\u00e4ische Zeit", like=EASTERN), "America/New_York"),
    ],
)
def test_a_zone_by_another_name_or_none_is_known_and_never_written_over(tmp_path: Path, there: str, name: str) -> None:
    """Stories 39 and 40: times moved on Google keep Outlook's own zone until another one is chosen."""
    stage = Stage(tmp_path)
    stage.calendar.set_zone("Asia/Tokyo")
    stage.outlook("Call", start_zone=there, end_zone=there)
    stage.settle()
    assert stage.event("Call")["start"]["timeZone"] == name
    assert datetime.fromisoformat(stage.event("Call")["start"]["dateTime"]) == at(5, 10)
    assert stage.status()["losses"] == {}
    stage.calendar.update(stage.event("Call")["id"], **span(at(6, 12), at(6, 13), name))
    stage.settle()
    item = stage.item("Call")
    assert (item.start, item.end, item.start_zone, item.end_zone) == (at(6, 12), at(6, 13), there, there)
    stage.calendar.update(stage.event("Call")["id"], **span(at(6, 12), at(6, 13), "Asia/Kolkata"))
    stage.settle()
    item = stage.item("Call")
    assert (item.start, item.end, item.start_zone) == (at(6, 12), at(6, 13), "India Standard Time")


def test_of_zones_with_the_same_clocks_the_calendars_own_is_taken(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.calendar.set_zone("Europe/Amsterdam")
    stage.outlook("Call", start_zone=ODD["custom"], end_zone=ODD["custom"])
    stage.settle()
    assert stage.event("Call")["start"]["timeZone"] == "Europe/Amsterdam"
    # The calendar moves: what its own zone is now chooses no other zone for what is there.
    for moved in ("Europe/Vienna", "America/New_York"):
        stage.calendar.set_zone(moved)
        with stage.unchanged():
            stage.run()
            stage.calendar.expire_tokens()
            stage.ana.drop_sync_states()
            stage.run()
            stage.ana.update(stage.item("Call").id, reminder_minutes=5)
        stage.settle()
        assert stage.event("Call")["start"]["timeZone"] == "Europe/Amsterdam"


@pytest.mark.parametrize(("there", "offset"), [(ODD["custom"], 1), (ODD["no_id"], -8), (own("Ana's own"), 1)])
def test_a_whole_day_of_a_zone_without_a_name_is_that_day(tmp_path: Path, there: str, offset: int) -> None:
    """Story 43: by the clocks the item brings with it, whatever zone the calendar is in."""
    stage = Stage(tmp_path)
    stage.calendar.set_zone("Pacific/Auckland")
    midnight = datetime(2026, 11, 5, tzinfo=timezone(timedelta(hours=offset)))
    stage.ana.create(
        subject="Day off",
        start=midnight,
        end=midnight + timedelta(days=1),
        start_zone=there,
        end_zone=there,
        all_day=True,
    )
    stage.settle()
    assert stage.event("Day off")["start"] == {"date": "2026-11-05"}
    assert stage.event("Day off")["end"] == {"date": "2026-11-06"}
    assert stage.status()["unknown_zones"] == []


def test_an_appointment_that_ends_in_another_zone_says_so(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.outlook("Flight", end_zone="Tokyo Standard Time")
    stage.settle()
    assert stage.status()["losses"] == {"end_zone": 1}


# --- the zones nobody knows, for the administrator


def test_zones_nobody_knows_are_told_while_there_are_events_of_them(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    for title, name in (("One", "Ana's own!"), ("Two", "Ana's own!"), ("Three", "tzone://Microsoft/Custom")):
        stage.outlook(title, start_zone=own(name), end_zone=own(name))
    stage.outlook("Known")
    stage.settle()
    status = stage.status()
    custom = {"name": "tzone_//Microsoft/Custom", "events": 1}
    assert status["unknown_zones"] == [{"name": "Ana's own_", "events": 2}, custom]
    assert status["losses"] == {"zone": 3}
    for title in ("One", "Two"):
        stage.ana.delete(stage.item(title).id)
    stage.settle()
    assert stage.status()["unknown_zones"] == [custom]
    stage.ana.update(stage.item("Three").id, start=at(5, 10), end=at(5, 11), start_zone=BERLIN, end_zone=BERLIN)
    stage.settle()
    assert stage.status()["unknown_zones"] == []
    assert stage.status()["losses"] == {}


def test_a_zone_that_windows_has_no_name_for_costs_its_name_and_no_hour(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.web("Call", **span(at(5, 10), at(5, 11), "Antarctica/Troll"))
    stage.settle()
    assert stage.item("Call").start_zone == "UTC"
    assert stage.item("Call").start == at(5, 10)
    assert stage.status()["losses"] == {"zone": 1}
    stage.ana.update(stage.item("Call").id, start=at(6, 10), end=at(6, 11))
    stage.settle()
    event = stage.event("Call")
    assert event["start"]["timeZone"] == "Antarctica/Troll"
    assert datetime.fromisoformat(event["start"]["dateTime"]) == at(6, 10)


@pytest.mark.parametrize("zone", ["America/Scoresbysund", "Antarctica/Troll"])
def test_a_series_in_a_zone_that_windows_has_no_name_for_is_parked_for_its_zone(tmp_path: Path, zone: str) -> None:
    """Its rule is as plain as can be; in another zone it is carried, and so is what ends before the clocks change."""
    stage = Stage(tmp_path)
    stage.web("Call", recurrence=["RRULE:FREQ=WEEKLY"], **span(at(5, 10), at(5, 11), zone))
    stage.web("Talk", recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"], **span(at(6, 10), at(6, 11), zone))
    stage.settle()
    (parked,) = stage.status()["parked"]
    assert (parked["google_id"], parked["reason"]) == (stage.event("Call")["id"], "nameless_zone")
    assert parked["meaning"].startswith("it repeats by the clock of a time zone that Outlook has no name for")
    assert (stage.exchange_titles(), stage.status()["losses"]) == (["Talk"], {"zone": 1})
    stage.calendar.update(stage.event("Call")["id"], **span(at(5, 10), at(5, 11), "Europe/Berlin"))
    stage.settle()
    assert (stage.titles(), stage.status()["parked"]) == (["Call", "Talk"], [])


# --- 41: a zone that was renamed


@pytest.mark.parametrize(("refused", "other"), [("Europe/Kyiv", "Europe/Kiev"), ("Asia/Kolkata", "Asia/Calcutta")])
def test_a_zone_google_knows_by_its_former_name_only_is_written_by_that(
    tmp_path: Path, refused: str, other: str
) -> None:
    """Story 41: and is then moved in Outlook under the name Google has, without another refusal."""
    stage = Stage(tmp_path)
    there = {"Europe/Kyiv": "FLE Standard Time", "Asia/Kolkata": "India Standard Time"}[refused]
    stage.google.record.plant(Fault("invalid_400", detail=refused, times=99))
    stage.outlook("Call", start_zone=there, end_zone=there)
    stage.settle()
    assert stage.event("Call")["start"]["timeZone"] == other
    stage.ana.update(stage.item("Call").id, start=at(6, 10), end=at(6, 11))
    stage.settle()
    assert stage.event("Call")["start"]["timeZone"] == other
    assert datetime.fromisoformat(stage.event("Call")["start"]["dateTime"]) == at(6, 10)
    assert len([call for call in stage.google.record.calls if call.status == 400]) == 1
