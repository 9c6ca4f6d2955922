"""exchangelib's own calls for series, unmodified, take the Exchange simulator for an Exchange server.

Expectations are by hand: what the library read, and what the person sees. Its documentation, "Recurring calendar items",
is the list of what has to work. The series is Tuesdays at 13:00 in Berlin from 3 November 2026, five times.
"""

import itertools
from datetime import UTC, date, datetime

import exchangelib
import pytest
from exchangelib import errors
from exchangelib.protocol import BaseProtocol
from exchangelib.recurrence import (
    AbsoluteMonthlyPattern,
    AbsoluteYearlyPattern,
    DailyPattern,
    Recurrence,
    RelativeMonthlyPattern,
    RelativeYearlyPattern,
    WeeklyPattern,
)
from exchangelib.version import EXCHANGE_2016, Version

from simulators.exchange.hand import Hand
from simulators.exchange.mount import adapter_for
from simulators.exchange.raw_client import judged
from simulators.exchange.simulator import PATH, ExchangeSimulator

# exchangelib leaves its pooled sessions to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

BERLIN = exchangelib.EWSTimeZone("Europe/Berlin")
NOON = datetime(2026, 11, 3, 13, tzinfo=BERLIN)
ONE = datetime(2026, 11, 3, 14, tzinfo=BERLIN)
_numbers = itertools.count(1)


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def hand(simulator: ExchangeSimulator) -> Hand:
    return simulator.mailbox("ana@a.test")


@pytest.fixture
def account(simulator: ExchangeSimulator, monkeypatch: pytest.MonkeyPatch) -> exchangelib.Account:
    monkeypatch.setattr(BaseProtocol, "HTTP_ADAPTER_CLS", adapter_for(simulator))
    configuration = exchangelib.Configuration(
        service_endpoint=f"http://series-{next(_numbers)}.test{PATH}",
        credentials=exchangelib.Credentials("ana@a.test", "secret"),
        auth_type=exchangelib.BASIC,
        version=Version(build=EXCHANGE_2016),
    )
    return exchangelib.Account(
        "ana@a.test",
        config=configuration,
        autodiscover=False,
        access_type=exchangelib.DELEGATE,
        default_timezone=BERLIN,
    )


def _series(account: exchangelib.Account, pattern: object = None, **more: object) -> exchangelib.CalendarItem:
    rule = Recurrence(
        pattern=pattern or WeeklyPattern(interval=1, weekdays=["Tuesday"]), start=NOON.date(), **(more or {"number": 5})
    )
    item = exchangelib.CalendarItem(
        account=account, folder=account.calendar, subject="Call", start=NOON, end=ONE, recurrence=rule
    )
    item.save()
    return account.calendar.get(id=item.id, changekey=item.changekey)


def _seen(hand: Hand) -> list[tuple[str, str]]:
    entries = hand.agenda(datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    return [(each.title, f"{each.start:%m-%d %H:%M}") for each in entries]


def test_it_reads_a_master_with_its_first_and_last_occurrence(account: exchangelib.Account) -> None:
    master = _series(account)
    assert (master.type, master.is_recurring) == ("RecurringMaster", False)
    assert (master.first_occurrence.start, master.last_occurrence.start) == (
        datetime(2026, 11, 3, 12, tzinfo=UTC),
        datetime(2026, 12, 1, 12, tzinfo=UTC),
    )
    assert (master.modified_occurrences, master.deleted_occurrences) == (None, None)
    assert (master.recurrence.pattern.weekdays, master.recurrence.boundary.number) == ([2], 5)
    assert master.recurrence.boundary.start == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("pattern", "second"),
    [
        (DailyPattern(interval=3), "11-06"),
        (WeeklyPattern(interval=2, weekdays=["Tuesday", "Sunday"], first_day_of_week="Monday"), "11-08"),
        (AbsoluteMonthlyPattern(interval=1, day_of_month=3), "12-03"),
        (RelativeMonthlyPattern(interval=1, weekday="Tuesday", week_number="First"), "12-01"),
        (RelativeMonthlyPattern(interval=1, weekday="Day", week_number="Last"), "12-31"),
        (AbsoluteYearlyPattern(day_of_month=3, month="November"), ""),
        (RelativeYearlyPattern(weekday="Tuesday", week_number="First", month="November"), ""),
    ],
)
def test_it_writes_every_pattern_it_has(
    account: exchangelib.Account, hand: Hand, pattern: exchangelib.recurrence.Pattern, second: str
) -> None:
    master = _series(account, pattern)
    assert type(master.recurrence.pattern) is type(pattern)
    assert [day for _, day in _seen(hand)][1:2] == ([f"{second} 12:00"] if second else [])


def test_it_writes_every_range_it_has(account: exchangelib.Account, hand: Hand) -> None:
    assert _series(account, end=date(2026, 11, 17)).recurrence.boundary.end == date(2026, 11, 17)
    assert [day[:5] for _, day in _seen(hand)] == ["11-03", "11-10", "11-17"]
    assert _series(account, number=2).recurrence.boundary.number == 2


def test_it_changes_and_deletes_occurrences_by_index(account: exchangelib.Account, hand: Hand) -> None:
    """Its documentation: `occurrence(index=2).refresh()`, `save(update_fields)`, `delete()`, and what the master then says."""
    master = _series(account)
    second = master.occurrence(index=2)
    second.refresh()
    assert (second.type, second.is_recurring, second.original_start) == (
        "Occurrence",
        True,
        datetime(2026, 11, 10, 12, tzinfo=UTC),
    )
    second.start = datetime(2026, 11, 11, 9, tzinfo=BERLIN)
    second.end = datetime(2026, 11, 11, 10, tzinfo=BERLIN)
    second.subject = "Long call"
    second.save(update_fields=["subject", "start", "end"])
    third = master.occurrence(index=3)
    third.refresh()
    third.delete()
    master.refresh()
    (modified,) = master.modified_occurrences
    assert (modified.start, modified.original_start) == (
        datetime(2026, 11, 11, 8, tzinfo=UTC),
        datetime(2026, 11, 10, 12, tzinfo=UTC),
    )
    assert [each.start for each in master.deleted_occurrences] == [datetime(2026, 11, 17, 12, tzinfo=UTC)]
    assert _seen(hand) == [
        ("Call", "11-03 12:00"),
        ("Long call", "11-11 08:00"),
        ("Call", "11-24 12:00"),
        ("Call", "12-01 12:00"),
    ]
    with pytest.raises(errors.ErrorCalendarOccurrenceIsDeletedFromRecurrence):
        master.occurrence(index=3).refresh()
    with pytest.raises(errors.ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange):
        master.occurrence(index=6).refresh()


def test_it_goes_from_an_occurrence_to_its_master(account: exchangelib.Account) -> None:
    master = _series(account)
    found = list(account.calendar.view(start=NOON, end=datetime(2026, 11, 20, tzinfo=BERLIN)))
    assert [(each.type, each.start.day) for each in found] == [
        ("Occurrence", 3),
        ("Occurrence", 10),
        ("Occurrence", 17),
    ]
    back = found[1].recurring_master()
    back.refresh()
    assert (back.id, back.type) == (master.id, "RecurringMaster")
    back.subject = "Short call"
    back.save(update_fields=["subject"])
    assert {each.subject for each in account.calendar.view(start=NOON, end=ONE)} == {"Short call"}


def test_it_changes_the_rule_of_a_series_and_takes_it_away(account: exchangelib.Account, hand: Hand) -> None:
    master = _series(account)
    master.recurrence = Recurrence(pattern=DailyPattern(interval=7), start=date(2026, 11, 4), number=2)
    master.start = datetime(2026, 11, 4, 13, tzinfo=BERLIN)
    master.end = datetime(2026, 11, 4, 14, tzinfo=BERLIN)
    master.save(update_fields=["recurrence", "start", "end"])
    assert _seen(hand) == [("Call", "11-04 12:00"), ("Call", "11-11 12:00")]
    master.recurrence = None
    master.save(update_fields=["recurrence"])
    assert _seen(hand) == [("Call", "11-04 12:00")]


def test_it_writes_a_series_of_whole_days(account: exchangelib.Account, hand: Hand) -> None:
    rule = Recurrence(pattern=DailyPattern(interval=2), start=date(2026, 11, 3), number=2)
    exchangelib.CalendarItem(
        account=account,
        folder=account.calendar,
        subject="Fair",
        start=exchangelib.EWSDate(2026, 11, 3),
        end=exchangelib.EWSDate(2026, 11, 3),
        is_all_day=True,
        recurrence=rule,
    ).save()
    entries = hand.agenda(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    assert [(each.start, each.end) for each in entries] == [
        (date(2026, 11, 3), date(2026, 11, 4)),
        (date(2026, 11, 5), date(2026, 11, 6)),
    ]
    (first, _) = account.calendar.view(start=NOON, end=datetime(2026, 11, 20, tzinfo=BERLIN))
    assert (first.start, first.end) == (date(2026, 11, 3), date(2026, 11, 3))
