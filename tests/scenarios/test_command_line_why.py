"""`calpair why PAIR EVENT`: how one event stands on both sides, what was lost on the way, what a sync would do."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.office import ANA, ANAS, BEN, Office, noon, office, refused


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
            "  categories: categories that the pair's colours name no partner for stay in Outlook (Travel)",
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


def test_a_parked_event_is_told_in_words_and_when_it_is_tried_again(company: Office) -> None:
    never = company.web("Never", days=5, recurrence=["RRULE:FREQ=MINUTELY;INTERVAL=7"])
    company.calpair("sync", "ana")
    said = company.calpair("why", "ana", never).out
    assert '10:00 UTC "Never", every 7 minutes, without end' in said
    (parked,) = (line for line in said.splitlines() if line.startswith("  parked: rule since "))
    assert parked.endswith(
        "Z, tried once; tried again when it changes: it would take more than 1,100 single events, which is the most that "
        "are made of a series"
    )


def test_the_key_that_a_sync_prints_of_an_event_is_a_name_for_it(company: Office) -> None:
    company.exchange.mailbox(ANA).update(item(company).id, subject="Brunch")  # type: ignore[attr-defined]
    (line,) = (line for line in company.calpair("sync", "ana", "--dry-run").out.splitlines() if "update on" in line)
    key = line.partition(": ")[2].split()[0].rstrip(":,")
    (told,) = company.calpair("--json", "why", "ana", key).json["events"]
    assert (told["link"], told["sides"]["exchange"]["title"]) == (key, "Brunch")


def test_the_key_of_another_pair_s_event_is_none_here(company: Office) -> None:
    company.pairs["ben"] = company.ben()
    company.outlook("Ben's", mailbox=BEN)
    company.write()
    company.calpair("sync", "ben")
    (told,) = company.calpair("--json", "why", "ben", f"{noon(3).date()}").json["events"]
    assert "no event of this pair has the id or UID" in company.calpair("why", "ana", told["link"]).complaint


def test_an_event_left_alone_is_told_why(company: Office) -> None:
    gone = company.web("Long ago", days=-300)
    company.calpair("sync", "ana")
    lines = company.calpair("why", "ana", gone).out.splitlines()
    assert lines[-1] == ("  left alone: history: it had ended before the pair's `history_days` when it was first seen")


def test_of_a_paused_pair_nothing_is_called_in_step(company: Office) -> None:
    company.calpair("pause", "ana")
    lines = company.calpair("why", "ana", event_id(company)).out.splitlines()
    assert lines[-1] == "  the pair is paused: nothing is carried until it goes on"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("nothing", "no event of this pair has the id or UID `nothing`; give a Google Calendar link, an id or UID"),
        ("2031-02-30", "there is no 30 February; the last day is the 28"),
        ("2031-13-01", "there is no month 13; the months are 1 to 12"),
        ("2031-01-01T25:00", "there is no hour 25 (`2031-01-01T25:00`); the last one is 23"),
        ("https://calendar.google.com/event?eid=%00", "no event of this pair has the id or UID"),
    ],
)
def test_what_is_no_event_is_said_so(company: Office, name: str, complaint: str) -> None:
    assert complaint in refused(company, "why", "ana", name)


def test_a_start_at_which_nothing_starts_is_said_so(company: Office) -> None:
    said = company.calpair("why", "ana", "2031-01-01")
    assert said.code == 2
    assert "no event of this pair starts, or has an occurrence, at 2031-01-01" in said.complaint


def test_of_an_unknown_pair_nothing_is_asked(company: Office) -> None:
    assert "there is no pair `nosuch`" in refused(company, "why", "nosuch", "x")
