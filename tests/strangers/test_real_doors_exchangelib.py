"""exchangelib's own free/busy, unmodified and over a port, asks the functions themselves, with real data behind them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import exchangelib
import pytest
from exchangelib import errors
from exchangelib.protocol import CachingProtocol
from exchangelib.version import EXCHANGE_2016, Version

from simulators.exchange.simulator import PATH
from simulators.wire import mounted
from strangers.real_doors import DOORS

BERLIN = exchangelib.EWSTimeZone("Europe/Berlin")
DAY = timedelta(days=1)
WORDS = {"exchange_free_busy": ("Busy", "Tentative", "OOF"), "google_free_busy": ("Busy", "Busy", "Busy")}
DIGITS = {"exchange_free_busy": ("2", "1", "3"), "google_free_busy": ("2", "2", "2")}


@pytest.fixture(params=list(DOORS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def address(name: str, tmp_path: Path) -> Iterator[str]:
    """Where one of the functions is."""
    with DOORS[name](tmp_path) as function, mounted(function) as base:
        yield base
    CachingProtocol.clear_cache()  # closes the sessions too


def asked(address: str, *people: str, password: str = "secret", day: Any = (2026, 11, 3), **options: Any) -> list[Any]:  # noqa: S107 - of a test
    configuration = exchangelib.Configuration(
        service_endpoint=address + PATH,
        credentials=exchangelib.Credentials("svc@a.test", password),
        auth_type=exchangelib.BASIC,
        version=Version(build=EXCHANGE_2016),
    )
    account = exchangelib.Account(
        "ana@a.test", config=configuration, autodiscover=False, access_type=exchangelib.IMPERSONATION
    )
    start = exchangelib.EWSDateTime(*day, tzinfo=BERLIN)
    accounts = [(one, "Required", False) for one in people]
    end = start + options.pop("span", DAY)
    return list(account.protocol.get_free_busy_info(accounts=accounts, start=start, end=end, **options))


def test_it_reads_digits_and_times_by_berlins_clock(address: str, name: str) -> None:
    view, free = asked(address, "ana@a.test", "ben@a.test", merged_free_busy_interval=60)
    lunch, tea, train = DIGITS[name]
    # An hour ahead of UTC: from noon, from three, and from half past eleven at night.
    assert view.merged == "0" * 12 + lunch + "00" + tea + "0" * 7 + train
    assert free.merged == "0" * 24
    assert not free.calendar_events
    assert [(event.start, event.end, event.busy_type) for event in view.calendar_events] == [
        (_berlin(*start), _berlin(*end), busy)
        for start, end, busy in zip(
            [(3, 12), (3, 15), (3, 23, 30)], [(3, 12, 30), (3, 16), (4, 0)], WORDS[name], strict=True
        )
    ]
    assert [event.details for event in view.calendar_events] == [None] * 3


def test_it_reads_the_night_the_clocks_go_back(address: str) -> None:
    (view,) = asked(address, "night@a.test", day=(2026, 10, 25), merged_free_busy_interval=60)
    assert view.merged == "0" * 10 + "2" + "0" * 14
    assert [event.start.hour for event in view.calendar_events] == [9]


def test_who_is_not_known_is_an_exception_in_its_place(address: str) -> None:
    found = asked(address, "nobody@a.test", "ana@a.test", "ana@elsewhere.test")
    assert [type(one).__name__ for one in found] == [
        "ErrorMailRecipientNotFound",
        "FreeBusyView",
        "ErrorMailRecipientNotFound",
    ]


def test_whose_server_is_down_is_to_be_asked_for_later(address: str) -> None:
    with pytest.raises(errors.ErrorServerBusy, match="ErrorInternalServerTransientError"):
        asked(address, "cy@a.test")


def test_a_refusal_is_an_exception_that_holds_the_fault(address: str) -> None:
    """The function answers 400, for the mistake is the caller's; this client takes a fault apart in a 500 alone."""
    with pytest.raises(errors.MalformedResponseError, match=r"(?s)Code: 400 .*ErrorTimeIntervalTooBig"):
        asked(address, "ana@a.test", span=63 * DAY)


def test_a_wrong_password_is_its_own_exception(address: str) -> None:
    with pytest.raises(errors.UnauthorizedError):
        asked(address, "ana@a.test", password="wrong")


def test_a_hundred_and_one_mailboxes_are_two_questions(address: str) -> None:
    found = asked(address, "ana@a.test", *(f"x{number}@a.test" for number in range(100)))
    assert [type(one).__name__ for one in found] == ["FreeBusyView", *["ErrorMailRecipientNotFound"] * 100]


def _berlin(day: int, hour: int, minute: int = 0) -> datetime:
    told: datetime = exchangelib.EWSDateTime(2026, 11, day, hour, minute, tzinfo=BERLIN)
    return told
