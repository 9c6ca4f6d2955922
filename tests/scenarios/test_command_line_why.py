"""`calpair why PAIR EVENT`: how one event stands on both sides, what was lost on the way, what a sync would do."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scenarios.office import ANA, ANAS, Office, noon, office, refused


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        ground.outlook("Lunch", categories=["Travel"])
        ground.outlook("Walk", days=6)
        ground.ready()
        assert ground.calpair("sync", "ana").code == 0
        yield ground


def item(company: Office, title: str = "Lunch") -> object:
    (found,) = (one for one in company.exchange.mailbox(ANA).items() if one.subject == title)
    return found


def event_id(company: Office, title: str = "Lunch") -> str:
    (found,) = (one for one in company.google.calendar(ANAS).events() if one.get("summary") == title)
    return str(found["id"])


def test_an_event_is_told_by_its_id_and_uid_of_either_side_and_by_its_link(company: Office) -> None:
    lunch, google = item(company), event_id(company)
    eid = base64.urlsafe_b64encode(f"{google} {ANAS}".encode()).decode().rstrip("=")
    link = f"https://www.google.com/calendar/event?eid={eid}"
    for name in (lunch.id, lunch.uid, lunch.uid.upper(), google, link):  # type: ignore[attr-defined]
        first, *rest = company.calpair("why", "ana", name).out.splitlines()
        assert first.startswith("event ")
        assert first.endswith(": linked, at home on exchange")
        day = noon(3).date()
        assert rest == [
            f'  Exchange: {day} 10:00 UTC "Lunch" ({lunch.id})',  # type: ignore[attr-defined]
            f'  Google: {day} 10:00 UTC "Lunch" ({google})',
            "  categories: categories that the pair's colours name no partner for stay in Outlook",
            "  in step; the next sync has nothing to do",
        ]


def test_an_event_is_told_by_its_start(company: Office) -> None:
    said = company.calpair("--json", "why", "ana", f"{noon(6).date()}")
    (told,) = said.json["events"]
    assert told["sides"]["exchange"]["title"] == "Walk"
    (told,) = company.calpair("--json", "why", "ana", f"{noon(3).date()}T10:00").json["events"]
    assert told["sides"]["google"]["title"] == "Lunch"
    assert told["losses"][0]["loss"] == "categories"


def test_what_a_sync_would_do_is_told_and_nothing_is_done(company: Office) -> None:
    company.exchange.mailbox(ANA).update(item(company).id, subject="Brunch")  # type: ignore[attr-defined]
    with company.servers_unchanged():
        lines = company.calpair("why", "ana", event_id(company)).out.splitlines()
    assert lines[-1].startswith("  the next sync: update on google: ")


def test_a_parked_event_is_told_with_its_reason_and_a_series_with_its_occurrences(company: Office) -> None:
    start = noon(4)
    rule = ["RRULE:FREQ=DAILY;COUNT=5"]
    series = company.web("Stand-up", days=4, recurrence=rule)
    never = company.web("Never", days=5, recurrence=["RRULE:FREQ=MINUTELY;INTERVAL=7"])
    company.google.calendar(ANAS).cancel_instance(series, start.replace(hour=10) + timedelta(days=1))
    company.calpair("sync", "ana")
    lines = company.calpair("why", "ana", series).out.splitlines()
    assert sum("a series with 1 occurrences of their own" in line for line in lines) == 2
    assert "  parked: rule since " in company.calpair("why", "ana", never).out


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("nothing", "no event of this pair has the id or UID `nothing`; give a Google Calendar link, an id or UID"),
        ("2031-01-01T25:00", "no event of this pair has the id or UID `2031-01-01T25:00`"),
        ("https://calendar.google.com/event?eid=%00", "no event of this pair has the id or UID"),
    ],
)
def test_what_is_no_event_is_said_so(company: Office, name: str, complaint: str) -> None:
    assert complaint in refused(company, "why", "ana", name)


def test_a_start_at_which_nothing_starts_is_said_so(company: Office) -> None:
    said = company.calpair("why", "ana", "2031-01-01")
    assert said.code == 2
    assert "no event of this pair starts at 2031-01-01" in said.complaint


def test_of_an_unknown_pair_nothing_is_asked(company: Office) -> None:
    assert "there is no pair `nosuch`" in refused(company, "why", "nosuch", "x")
