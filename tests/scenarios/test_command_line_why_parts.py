"""`calpair why` of series in parts, of their occurrences by whatever names one, and of what one occurrence alone lost."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scenarios.asking import sync, told, why
from scenarios.office import ANAS, Office, noon, office

YEAR = datetime.now(UTC).year + 1
MONTHLY = ["RRULE:FREQ=MONTHLY;BYMONTHDAY=31"]


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        yield ground.ready()


def payday(company: Office, month: int = 1, rule: str = "") -> str:
    """Make "Payday" on Google, from the last day of that month on, at ten in UTC."""
    start, end = ({"dateTime": f"{YEAR}-{month:02}-31T{hour}:00:00", "timeZone": "UTC"} for hour in (10, 11))
    return company.web("Payday", start=start, end=end, recurrence=[f"{MONTHLY[0]}{rule}"])


def of(month: int, day: int = 31, year: int = YEAR) -> datetime:
    return datetime(year, month, day, 10, tzinfo=UTC)


def test_an_occurrence_of_a_series_in_parts_that_was_deleted_is_told_as_deleted_on_both_sides(company: Office) -> None:
    series = payday(company)
    company.google.calendar(ANAS).cancel_instance(series, of(5))
    sync(company)
    line = f"  the occurrence of {YEAR}-05-31 10:00 UTC: Exchange: deleted; Google: deleted"
    assert line in why(company, f"{series}_{YEAR}0531T100000Z")
    by_start = why(company, f"{YEAR}-05-31")
    assert line in by_start
    assert "  an occurrence then was deleted" in by_start


def test_what_is_deleted_on_google_and_not_carried_yet_is_still_there_on_exchange(company: Office) -> None:
    series = payday(company)
    sync(company)
    company.google.calendar(ANAS).cancel_instance(series, of(5))
    line = f"  the occurrence of {YEAR}-05-31 10:00 UTC: Exchange: as its series; Google: deleted"
    assert line in why(company, f"{series}_{YEAR}0531T100000Z")


def test_an_occurrence_that_stands_singly_is_told_as_deleted_when_it_was(company: Office) -> None:
    """Of a series that Exchange has as single events, one is deleted: none of the others is meant."""
    series = company.web("Call", days=4, recurrence=["RRULE:FREQ=HOURLY;INTERVAL=31;COUNT=4"])
    sync(company)
    assert len(told(company, series)["items"]) == 4
    second = noon(4).timestamp() + 31 * 3600
    original = datetime.fromtimestamp(second, UTC)
    company.google.calendar(ANAS).cancel_instance(series, original)
    sync(company)
    said = f"  the occurrence of {original:%Y-%m-%d %H:%M} UTC: Exchange: deleted; Google: deleted"
    assert said in why(company, f"{series}_{original:%Y%m%dT%H%M%SZ}")
    assert said in why(company, f"{original:%Y-%m-%dT%H:%M}")


def test_a_series_in_parts_goes_by_its_first_part_whatever_is_asked_for(company: Office) -> None:
    series = payday(company, month=12)
    sync(company)
    pairs = company.calpair("pairs", "ana").out.splitlines()
    assert f"    {series}: {YEAR}-12-31 10:00 UTC" in pairs
    whole = told(company, series)
    items = whole["items"]
    assert items[0]["exchange"]["starts"] == f"{YEAR}-12-31 10:00 UTC"
    assert items[0]["google"]["id"] == series
    for name in (series, *(item["exchange"]["id"] for item in items), f"{YEAR + 1}-07-31"):
        assert why(company, name)[0] == f"event {items[0]['link']}: linked, at home on google"


def test_a_date_that_only_exchange_has_and_has_deleted_is_found_and_told_so(company: Office) -> None:
    """Exchange has every month's last day, of which those that are no 31st are deleted."""
    series = payday(company, rule=";COUNT=5")
    sync(company)
    lines = why(company, f"{YEAR}-06-30")
    assert lines[1] == "  deleted on Exchange, since its series gives no such date"
    assert any(line.endswith(f"({series})") for line in lines)
    said = f"{YEAR}-06-30 10:00 UTC: Exchange: deleted; Google: no occurrence of its series"
    assert f"  the occurrence of {said}" in lines


def test_an_occurrence_that_was_called_off_is_told_alike_by_its_id_and_by_its_start(company: Office) -> None:
    series = company.web("Call", days=4, recurrence=["RRULE:FREQ=DAILY;COUNT=5"])
    company.google.calendar(ANAS).cancel_instance(series, noon(5))
    sync(company)
    said = f"  the occurrence of {noon(5):%Y-%m-%d %H:%M} UTC: Exchange: deleted; Google: deleted"
    for name in (f"{series}_{noon(5):%Y%m%dT%H%M%SZ}", f"{noon(5):%Y-%m-%d}", f"{noon(5):%Y-%m-%dT%H:%M}"):
        assert said in why(company, name)


def test_what_one_occurrence_alone_lost_is_told_of_that_occurrence(company: Office) -> None:
    files = {"attachments": [{"fileUrl": "https://drive.example/1"}]}
    series = company.web("Call", days=4, recurrence=["RRULE:FREQ=DAILY;COUNT=5"])
    company.google.calendar(ANAS).edit_instance(series, noon(5), attendees=[{"email": "cy@x.test"}], colorId="5")
    company.google.calendar(ANAS).edit_instance(series, noon(6), **files)
    sync(company)
    lost = {loss["loss"]: [one["original"] for one in loss["occurrences"]] for loss in told(company, series)["losses"]}
    fifth, sixth = ([f"{noon(day):%Y-%m-%dT%H:%M:%SZ}"] for day in (5, 6))
    assert lost == {"attachments": sixth, "colour": fifth, "guests": fifth}
    lines = why(company, series)
    place = next(number for number, line in enumerate(lines) if line.startswith("  guests: "))
    assert lines[place + 1] == f"    the occurrence of {noon(5):%Y-%m-%d %H:%M} UTC"


def test_what_the_whole_series_lost_is_told_of_no_occurrence(company: Office) -> None:
    series = company.web("Call", days=4, recurrence=["RRULE:FREQ=DAILY;COUNT=5"], colorId="5")
    company.google.calendar(ANAS).edit_instance(series, noon(5), summary="Other")
    sync(company)
    assert [(loss["loss"], loss["occurrences"]) for loss in told(company, series)["losses"]] == [("colour", [])]


def test_in_a_series_in_parts_too_the_occurrence_that_lost_something_is_named(company: Office) -> None:
    series = payday(company)
    company.google.calendar(ANAS).edit_instance(series, of(5), colorId="5")
    sync(company)
    (colour,) = (loss for loss in told(company, series)["losses"] if loss["loss"] == "colour")
    assert [one["starts"] for one in colour["occurrences"]] == [f"{YEAR}-05-31 10:00 UTC"]
