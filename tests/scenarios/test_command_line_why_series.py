"""`calpair why` of series: one account an event, by whatever names or moves an occurrence of it."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scenarios.asking import sync, told, why
from scenarios.office import ANA, ANAS, WEEKLY, Office, noon, office
from scenarios.saying import UNTOLD, Saying
from simulators.exchange.pattern import Pattern
from simulators.record import Fault
from simulators.wire import mounted
from unit.exchange.zone_definitions import own

YEAR = datetime.now(UTC).year + 1
DAILY = ["RRULE:FREQ=DAILY;COUNT=5"]
REFUSED = (
    "the other server would not take an occurrence as it is: there it stands as it stood, and it is tried again when it is "
    "changed"
)
SO_DAYS = "%Y-%m-%d %H:%M UTC"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        yield ground.ready()


def shown(moment: datetime) -> str:
    return moment.strftime(SO_DAYS)


def in_outlook(company: Office, title: str) -> list[str]:
    found = [item for item in company.exchange.mailbox(ANA).items() if item.subject == title]
    return [item.id for item in sorted(found, key=lambda item: item.start)]


def in_outlook_daily(company: Office) -> str:
    """Make "Call" in Outlook, as `DAILY` from in four days on."""
    pattern = Pattern("Daily", noon(4).date(), number=5)
    return company.exchange.mailbox(ANA).create_series(
        pattern, noon(4).time(), timedelta(hours=1), zone="UTC", subject="Call"
    )


def move(company: Office, series: str, original: datetime, start: datetime) -> None:
    company.google.calendar(ANAS).move_instance(series, original, start=start, end=start + timedelta(hours=1))


def payday(company: Office) -> str:
    start, end = an_hour(f"{YEAR}-01-31", "Europe/Berlin")
    return company.web("Payday", start=start, end=end, recurrence=["RRULE:FREQ=MONTHLY;BYMONTHDAY=31"])


def an_hour(day: str, zone: str) -> tuple[dict[str, str], dict[str, str]]:
    """From ten to eleven on that day's clock, as Google has it."""
    start, end = ({"dateTime": f"{day}T{hour}:00:00", "timeZone": zone} for hour in (10, 11))
    return start, end


# --- one event, one account


def test_a_series_is_told_with_its_rule_and_what_was_done_to_its_occurrences(company: Office) -> None:
    series = company.web("Call", days=4, recurrence=DAILY)
    move(company, series, noon(5), noon(5) + timedelta(hours=2))
    company.google.calendar(ANAS).cancel_instance(series, noon(6))
    company.google.calendar(ANAS).cancel_instance(series, noon(7))
    sync(company)
    first, exchange, google, last = why(company, series)
    said = f'{shown(noon(4))} "Call", daily, 5 times, 2 deleted, 1 changed'
    assert first.endswith(": linked, at home on google")
    assert exchange == f"  Exchange: {said} ({in_outlook(company, 'Call')[0]})"
    assert google == f"  Google: {said} ({series})"
    assert last == "  in step; the next sync has nothing to do"


def test_a_series_in_parts_is_one_event_with_its_parts_by_date_and_why(company: Office) -> None:
    series = payday(company)
    sync(company)
    first, google, head, *parts, why_so, part, last = why(company, series)
    assert first.endswith(": linked, at home on google")
    assert google == f'  Google: {YEAR}-01-31 10:00 Europe/Berlin "Payday", monthly on the 31st, without end ({series})'
    assert head == "  Exchange: 7 items:"
    months = ["01 January", "03 March", "05 May", "07 July", "08 August", "10 October", "12 December"]
    assert parts == [
        f"    {YEAR}-{number}-31 10:00 Europe/Berlin, yearly on 31 {name}, without end ({id_})"
        for (number, name), id_ in zip(map(str.split, months), in_outlook(company, "Payday"), strict=True)
    ]
    assert why_so == (
        "  why so: a day that a month does not have is the month's last day there, so each month is a yearly series of its "
        "own"
    )
    assert part.startswith("  part: one of several items that carry an endless series")
    assert last == "  in step; the next sync has nothing to do"


def test_any_part_leads_to_the_whole_event_and_is_the_one_asked_for(company: Office) -> None:
    series = payday(company)
    sync(company)
    whole, ids = told(company, series), in_outlook(company, "Payday")
    assert [item["asked"] for item in whole["items"]] == [False] * 7
    for name in (ids[2], whole["items"][2]["link"], whole["items"][2]["google"]["id"]):
        event = told(company, name)
        assert [item["exchange"]["id"] for item in event["items"] if item["asked"]] == [ids[2]]
        assert event["sides"] == whole["sides"]
        assert event["link"] == whole["link"]


def test_in_a_pair_that_runs_one_way_now_its_parts_are_still_one_event(company: Office) -> None:
    series = payday(company)
    sync(company)
    company.pairs["ana"]["direction"] = "exchange_to_google"
    company.write()
    event = told(company, series)
    assert event["sides"]["google"]["rule"] == "monthly on the 31st, without end"
    assert [item["google"]["there"] for item in event["items"]] == [True] * 7


def test_a_part_that_is_there_is_there_and_one_that_was_deleted_is_told_so(company: Office) -> None:
    series = company.web("Call", days=4, recurrence=["RRULE:FREQ=DAILY;COUNT=5"])
    move(company, series, noon(5), noon(7) + timedelta(hours=3))
    sync(company)
    event = told(company, series)
    assert [item["google"]["there"] for item in event["items"]] == [True, True]
    assert event["instead"] == [
        "an occurrence that was moved to or past its neighbour cannot stay in a series there, so it stands beside it"
    ]
    company.google.calendar(ANAS).cancel_instance(series, noon(5))
    lines = why(company, series)
    assert lines[4] == f"    {shown(noon(7) + timedelta(hours=3))} ({in_outlook(company, 'Call')[1]})"
    assert lines[5] == "      taken out of its series on Google"
    assert any(line.startswith("  the next sync: delete on exchange: ") for line in lines)


def test_of_a_rule_that_exchange_has_only_with_more_dates_the_deleted_ones_are_counted(company: Office) -> None:
    start, end = an_hour(f"{YEAR}-01-31", "UTC")
    rule = ["RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=5"]
    series = company.web("Last day", start=start, end=end, recurrence=rule)
    sync(company)
    event = told(company, series)
    exchange, google = event["sides"]["exchange"], event["sides"]["google"]
    assert google["rule"] == "monthly on the 31st, 5 times"
    assert (google["deleted"], google["changed"]) == (0, 0)
    # January to August, but for the last days of February, April and June.
    assert (exchange["deleted"], ", 8 times" in exchange["rule"]) == (3, True)
    assert event["instead"] == [
        "no pattern there gives just these dates, so there it has one that gives more of them, and the others are deleted"
    ]


# --- losses


def test_a_loss_of_one_occurrence_is_told_of_that_occurrence(company: Office) -> None:
    series = in_outlook_daily(company)
    company.exchange.mailbox(ANA).edit_occurrence(series, noon(6), show_as="OOF")
    sync(company)
    lines = why(company, series)
    assert lines[3:] == [
        "  show_as: the other side does not know this shade of busy: the nearest one is shown",
        f"    the occurrence of {shown(noon(6))}: out of office is busy there",
        "  in step; the next sync has nothing to do",
    ]


def test_an_occurrence_that_was_refused_is_named_with_what_each_side_has_of_it(company: Office) -> None:
    series, mailbox = in_outlook_daily(company), company.exchange.mailbox(ANA)
    sync(company)
    later = noon(6) + timedelta(hours=3)
    mailbox.move_occurrence(series, noon(6), later, later + timedelta(hours=1))
    company.google.record.plant(Fault("invalid_400", "events.patch", times=9, detail=f"{later:%Y-%m-%dT%H:}"))
    sync(company)
    lines = why(company, series)
    assert lines[3:] == [
        f"  occurrence:refused: {REFUSED}",
        f"    the occurrence of {shown(noon(6))}: Exchange: moved to {shown(later)}; Google: as its series",
        "  as much in step as can be; the next sync has nothing to do",
    ]


# --- what is out of date


def test_a_parked_event_whose_copy_stays_says_that_it_is_out_of_date(company: Office) -> None:
    series = company.web("Call", days=4, recurrence=DAILY)
    sync(company)
    company.google.calendar(ANAS).change_rule(series, "RRULE:FREQ=HOURLY;INTERVAL=7")
    sync(company)
    first, exchange, google, parked, stale, changed = why(company, series)
    assert first.endswith(": parked, at home on google")
    assert ", daily, 5 times (" in exchange
    assert ", every 7 hours, without end (" in google
    assert "; tried again when it changes: it would take more than 1,100 single events" in parked
    since = told(company, series)["parked"]["since"][:19]
    assert stale == f"  stale: Exchange keeps what was there at {since}Z, and nothing is carried while it is parked"
    assert changed == "    changed on Google since: time or rule"


def test_where_the_zone_is_what_cannot_be_carried_the_zone_is_the_reason(company: Office) -> None:
    series = company.web("Call", days=4, recurrence=["RRULE:FREQ=DAILY"])
    sync(company)
    start, end = an_hour(str(noon(4).date()), "America/Scoresbysund")
    company.google.calendar(ANAS).update(series, start=start, end=end)
    sync(company)
    event = told(company, series)
    assert event["parked"]["reason"] == "nameless_zone"
    assert event["parked"]["meaning"] == (
        "it repeats by the clock of America/Scoresbysund, a time zone that Exchange has no name for"
    )
    assert event["stale"]["sides"] == ["exchange"]


# --- by a start, by an occurrence


def test_a_moved_occurrence_is_found_at_both_its_times_and_every_hit_says_why(company: Office) -> None:
    series = company.web("Call", days=4, recurrence=DAILY)
    company.outlook("Lunch", days=6)
    later = noon(5) + timedelta(hours=2)
    move(company, series, noon(5), later)
    sync(company)
    assert told(company, f"{noon(4):%Y-%m-%dT%H:%M}")["matches"] == ["starts then"]
    assert told(company, f"{noon(5):%Y-%m-%dT%H:%M}")["matches"] == [
        f"an occurrence was moved from there to {shown(later)}"
    ]
    assert told(company, f"{later:%Y-%m-%dT%H:%M}")["matches"] == [
        f"an occurrence was moved there from {shown(noon(5))}"
    ]
    events = company.calpair("--json", "why", "ana", shown(noon(6))).json["events"]
    assert sorted((event["sides"]["google"]["title"], event["matches"]) for event in events) == [
        ("Call", ["has an occurrence then"]),
        ("Lunch", ["starts then"]),
    ]
    assert f"  an occurrence was moved there from {shown(noon(5))}" in why(company, f"{later:%Y-%m-%d %H:%M}")


def test_an_event_that_cannot_be_read_is_found_by_the_start_that_pairs_tells(company: Office) -> None:
    """Its zone is a name alone, without the clocks it keeps."""
    weekly = WEEKLY.format(day=noon(4).date())
    item = company.outlook("Far", days=4, start_zone=own("Nowhere"), recurrence=weekly)
    with mounted(Saying(company.exchange, dict(UNTOLD))) as url:
        company.domains["a.test"]["exchange"]["url"] = f"{url}/EWS/Exchange.asmx"
        company.write()
        sync(company)
        lines = company.calpair("pairs", "ana").out.splitlines()
        (pairs,) = (line for line in lines if line.startswith("    ") and ": zone (" in line)
        event = told(company, pairs.partition(": ")[2].partition(": ")[0])
    assert event["sides"]["exchange"]["id"] == item
    assert event["matches"] == ["starts then"]
    assert event["parked"]["meaning"] == (
        "it repeats by the clock of a time zone that nobody knows, or that the event's home has not"
    )


@pytest.mark.parametrize("ids", ["opaque", "classic"])
def test_the_id_and_the_link_of_an_occurrence_lead_to_its_series(company: Office, ids: str) -> None:
    company.google.turn(instance_ids=ids)
    series = company.web("Call", days=4, recurrence=DAILY)
    company.outlook("Lunch", days=6)
    move(company, series, noon(5), noon(5) + timedelta(hours=2))
    sync(company)
    for original, said in ((noon(5), f"moved to {shown(noon(5) + timedelta(hours=2))}"), (noon(6), "as its series")):
        id_ = str(company.google.calendar(ANAS).instance(series, original)["id"])
        eid = base64.urlsafe_b64encode(f"{id_} {ANAS}".encode()).decode().rstrip("=")
        for name in (id_, f"https://www.google.com/calendar/event?eid={eid}"):
            assert f"  the occurrence of {shown(original)}: Exchange: {said}; Google: {said}" in why(company, name)


@pytest.mark.parametrize("ids", ["opaque", "classic"])
def test_of_a_series_split_in_two_the_half_that_has_the_occurrence_is_meant(company: Office, ids: str) -> None:
    company.google.turn(instance_ids=ids)
    google = company.google.calendar(ANAS)
    series = company.web("Call", days=4, recurrence=["RRULE:FREQ=DAILY;COUNT=6"])
    later = google.split(series, noon(7), summary="New call")
    sync(company)
    for half, days, title in ((series, 5, "Call"), (later, 8, "New call")):
        event = told(company, str(google.instance(half, noon(days))["id"]))
        assert (event["sides"]["exchange"]["title"], event["occurrence"]["starts"]) == (title, shown(noon(days)))


def test_the_classic_id_of_an_occurrence_is_understood_where_google_does_not_know_it(company: Office) -> None:
    series = company.web("Call", days=4, recurrence=DAILY)
    company.google.calendar(ANAS).cancel_instance(series, noon(5))
    sync(company)
    lines = why(company, f"{series}_{noon(5):%Y%m%dT%H%M%SZ}")
    assert f"  the occurrence of {shown(noon(5))}: Exchange: deleted; Google: deleted" in lines


def test_an_occurrence_that_stands_beside_its_series_is_told_where_it_stands(company: Office) -> None:
    series = company.web("Call", days=4, recurrence=DAILY)
    later = noon(7) + timedelta(hours=3)
    move(company, series, noon(5), later)
    sync(company)
    id_ = str(company.google.calendar(ANAS).instance(series, noon(5))["id"])
    assert told(company, id_)["occurrence"] == {
        "original": f"{noon(5):%Y-%m-%dT%H:%M:%SZ}",
        "starts": shown(noon(5)),
        "sides": {"exchange": f"a single event at {shown(later)}", "google": f"moved to {shown(later)}"},
    }


def test_an_event_that_no_sync_has_seen_is_told_so(company: Office) -> None:
    company.outlook("Lunch")
    sync(company)
    assert company.calpair("why", "ana", company.web("New", days=4)).complaint == (
        "Google has that event, but no sync has seen it yet: `calpair sync ana`"
    )


def test_of_a_link_that_leads_nowhere_the_id_in_it_is_named(company: Office) -> None:
    eid = base64.urlsafe_b64encode(f"{'a' * 26}_20270112T090000Z {ANAS}".encode()).decode().rstrip("=")
    said = company.calpair("why", "ana", f"https://www.google.com/calendar/event?eid={eid}")
    assert said.complaint.startswith(
        f"no event of this pair has the id or UID `{'a' * 26}_20270112T090000Z` (from that link); "
    )


def test_nothing_of_an_events_text_is_stored(company: Office) -> None:
    series = company.web("Secret call", days=4, recurrence=DAILY)
    sync(company)
    before = company.files()
    assert "Secret call" in "\n".join(why(company, series))
    assert all(b"Secret call" not in content for content in company.files().values())
    assert set(company.files()) == set(before)
