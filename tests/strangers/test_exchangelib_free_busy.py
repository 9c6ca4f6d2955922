"""exchangelib's own free/busy, unmodified and over a port, on the Exchange simulator.

It asks GetServerTimeZones for the rule of the start's zone first, then GetUserAvailability for a hundred mailboxes at
a time, without an impersonation header whatever the account is (facts 1.2, 1.6).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import exchangelib
import pytest
from exchangelib import errors
from exchangelib.protocol import CachingProtocol
from exchangelib.version import EXCHANGE_2016, Version

from simulators.exchange.hand import Hand
from simulators.exchange.raw_client import judged
from simulators.exchange.simulator import PATH, ExchangeSimulator
from simulators.record import Fault
from simulators.wire import mounted

BERLIN = exchangelib.EWSTimeZone("Europe/Berlin")
DAY = timedelta(days=1)


def _at(*when: int) -> Any:
    return exchangelib.EWSDateTime(*when, tzinfo=BERLIN)


@pytest.fixture(autouse=True)
def _no_protocol_kept() -> Iterator[None]:
    yield
    CachingProtocol.clear_cache()  # closes the sessions too


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def bob(simulator: ExchangeSimulator) -> Hand:
    bob = simulator.mailbox("bob@a.test")
    night, four = datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 25, 3, tzinfo=UTC)
    nine, ten = datetime(2026, 10, 25, 8, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC)
    bob.create(subject="Lunch", location="B7", start=night, end=four, show_as="OOF")
    bob.create(subject="Home", start=nine, end=ten, show_as="WorkingElsewhere")
    return bob


@pytest.fixture
def account(simulator: ExchangeSimulator) -> Iterator[Any]:
    with mounted(simulator) as base:
        configuration = exchangelib.Configuration(
            service_endpoint=base + PATH,
            credentials=exchangelib.Credentials("svc@a.test", "secret"),
            auth_type=exchangelib.BASIC,
            version=Version(build=EXCHANGE_2016),
        )
        yield exchangelib.Account(
            "ana@a.test",
            config=configuration,
            autodiscover=False,
            access_type=exchangelib.IMPERSONATION,
            default_timezone=BERLIN,
        )


def _asked(account: Any, *addresses: Any, days: int = 1, **options: Any) -> list[Any]:
    start = _at(2026, 10, 25, 0)
    people = [(address, "Required", False) for address in addresses]
    found = account.protocol.get_free_busy_info(accounts=people, start=start, end=start + days * DAY, **options)
    return list(found)


@pytest.mark.usefixtures("bob")
def test_it_reads_the_stream_and_the_times_on_the_day_the_clocks_go_back(account: Any) -> None:
    """Facts 1.6, and on free/busy 4.3: the day has 25 hours; one o'clock to four are four of them."""
    (view,) = _asked(account, "bob@a.test", merged_free_busy_interval=60)
    assert (view.view_type, view.merged) == ("FreeBusyMerged", "0" + "3333" + "0" * 5 + "4" + "0" * 14)
    assert [(event.start, event.end, event.busy_type) for event in view.calendar_events] == [
        (_at(2026, 10, 25, 1), _at(2026, 10, 25, 4), "OOF"),
        (_at(2026, 10, 25, 9), _at(2026, 10, 25, 10), "WorkingElsewhere"),
    ]
    assert [event.details for event in view.calendar_events] == [None, None]
    assert [day for period in view.working_hours for day in period.weekdays] == [1, 2, 3, 4, 5]


def test_it_reads_details_where_the_service_account_may_see_them(account: Any, bob: Hand) -> None:
    """Facts 1.2: it asks as the service account, not as the account it impersonates elsewhere."""
    bob.share_free_busy("TimeAndSubjectAndLocation", "svc@a.test")
    bob.share_free_busy("None", "ana@a.test")
    (view,) = _asked(account, "bob@a.test")
    assert view.view_type == "DetailedMerged"
    assert [(each.details.subject, each.details.location) for each in view.calendar_events] == [
        ("Lunch", "B7"),
        ("Home", None),
    ]


def test_a_mailbox_that_is_not_there_is_an_exception_in_its_place(account: Any) -> None:
    """Facts 1.6: errors of its list for batches come back as objects; an account may stand for its address."""
    found = _asked(account, "nobody@a.test", account)
    assert [type(each).__name__ for each in found] == ["ErrorMailRecipientNotFound", "FreeBusyView"]


def test_a_mailbox_it_may_not_see_costs_it_the_answers_of_the_others(account: Any, bob: Hand) -> None:
    """Facts 1.5: an error outside that list is raised, whatever else the answer holds."""
    bob.share_free_busy("None")
    with pytest.raises(errors.ErrorNoFreeBusyAccess):
        _asked(account, "ana@a.test", "bob@a.test")


def test_a_hundred_and_one_mailboxes_are_two_requests(simulator: ExchangeSimulator, account: Any) -> None:
    """Facts 1.6, 2.9."""
    assert len(_asked(account, *["ana@a.test"] * 101)) == 101
    assert simulator.record.requests == {"GetServerTimeZones": 1, "GetUserAvailability": 2}


def test_a_window_that_is_too_long_is_its_own_exception(account: Any) -> None:
    """Facts 2.9."""
    with pytest.raises(errors.ErrorTimeIntervalTooBig):
        _asked(account, "ana@a.test", days=43)


def test_it_waits_as_long_as_a_busy_server_says_and_goes_on(simulator: ExchangeSimulator, account: Any) -> None:
    """Facts 1.5, 2.10: here a thousandth of a second."""
    simulator.record.plant(Fault("busy_fault", "GetUserAvailability", seconds=0.001))
    account.protocol.config.retry_policy = exchangelib.FaultTolerance(max_wait=5)
    assert [view.view_type for view in _asked(account, "ana@a.test")] == ["FreeBusyMerged"]
    assert simulator.record.requests["GetUserAvailability"] == 2
