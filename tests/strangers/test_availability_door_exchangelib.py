"""exchangelib's own free/busy, unmodified and over a port, on the product's door instead of an Exchange server.

It names the zone twice, by its id in the head and by the rules of one year in the body, and sends times without an
offset. Its source: services/get_user_availability.py, protocol.py.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import exchangelib
import pytest
from exchangelib import errors
from exchangelib.protocol import CachingProtocol
from exchangelib.version import EXCHANGE_2010_SP2, EXCHANGE_2016, Version

from calpair.model.busy import Block, Busy, Question, Told, Unknown
from simulators.exchange.simulator import PATH
from simulators.wire import mounted
from strangers.availability_door import Door

DAY = timedelta(days=1)
ANA = "ana@a.test"
Account = Callable[..., Any]


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


NIGHT = [
    Block(at(24, 23), at(25, 3), Busy.AWAY),
    Block(at(25, 8), at(25, 9), Busy.ELSEWHERE),
    Block(at(25, 10), at(25, 10, 30), Busy.TENTATIVE),
    Block(at(25, 15), at(25, 16), Busy.BUSY),
]


@pytest.fixture
def account() -> Iterator[Account]:
    with ExitStack() as stack:

        def account(door: Door, password: str = "secret", build: Any = EXCHANGE_2016) -> Any:  # noqa: S107 - of a test
            base = stack.enter_context(mounted(door))
            configuration = exchangelib.Configuration(
                service_endpoint=base + PATH,
                credentials=exchangelib.Credentials("svc@a.test", password),
                auth_type=exchangelib.BASIC,
                version=Version(build=build),
            )
            return exchangelib.Account(
                ANA, config=configuration, autodiscover=False, access_type=exchangelib.IMPERSONATION
            )

        yield account
    CachingProtocol.clear_cache()  # closes the sessions too


def asked(
    account: Any, *addresses: str, zone: str = "Europe/Berlin", day: Any = (2026, 10, 25), **options: Any
) -> list[Any]:
    start = exchangelib.EWSDateTime(*day, tzinfo=exchangelib.EWSTimeZone(zone))
    end = start + options.pop("span", DAY)
    people = [(address, "Required", False) for address in addresses]
    return list(account.protocol.get_free_busy_info(accounts=people, start=start, end=end, **options))


def test_it_reads_digits_and_times_on_the_day_the_clocks_go_back(account: Account) -> None:
    """The day has 25 hours; from one o'clock to four are four of them. Who works elsewhere is told, and free."""
    door = Door({ANA: NIGHT})
    (view,) = asked(account(door), ANA, merged_free_busy_interval=60)
    assert (view.view_type, view.merged) == ("FreeBusyMerged", "0" + "3333" + "0" * 7 + "1" + "0" * 4 + "2" + "0" * 7)
    berlin = exchangelib.EWSTimeZone("Europe/Berlin")
    assert [(event.start, event.end, event.busy_type) for event in view.calendar_events] == [
        (
            exchangelib.EWSDateTime(2026, 10, 25, *start, tzinfo=berlin),
            exchangelib.EWSDateTime(2026, 10, 25, *end, tzinfo=berlin),
            busy,
        )
        for start, end, busy in [
            ((1,), (4,), "OOF"),
            ((9,), (10,), "WorkingElsewhere"),
            ((11,), (11, 30), "Tentative"),
            ((16,), (17,), "Busy"),
        ]
    ]
    assert [event.details for event in view.calendar_events] == [None] * 4
    assert door.questions == [Question((ANA,), at(24, 22), at(25, 23))]


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("UTC", at(25, 0)),
        ("Asia/Kolkata", at(24, 18, 30)),
        ("Asia/Kathmandu", at(24, 18, 15)),
        ("America/New_York", at(25, 4)),
        ("America/St_Johns", at(25, 2, 30)),
        ("Australia/Adelaide", at(24, 13, 30)),
        ("Pacific/Honolulu", at(25, 10)),
    ],
)
def test_its_zones_are_understood_east_and_west(account: Account, zone: str, start: datetime) -> None:
    door = Door({ANA: [Block(start + timedelta(hours=9), start + timedelta(hours=10), Busy.BUSY)]})
    (view,) = asked(account(door), ANA, zone=zone, merged_free_busy_interval=60)
    assert door.questions == [Question((ANA,), start, start + DAY)]
    assert view.merged == "0" * 9 + "2" + "0" * 14
    assert [(event.start.hour, event.end.hour) for event in view.calendar_events] == [(9, 10)]


def test_an_older_client_gets_only_words_it_has(account: Account) -> None:
    (view,) = asked(account(Door({ANA: NIGHT}), build=EXCHANGE_2010_SP2), ANA)
    assert [event.busy_type for event in view.calendar_events] == ["OOF", "Tentative", "Busy"]


def test_who_cannot_be_told_about_is_an_exception_in_its_place_and_spoils_nothing(account: Account) -> None:
    calendars: dict[str, Told] = {ANA: NIGHT, "ben@a.test": Unknown("not_found"), "cy@a.test": Unknown("no_access")}
    found = asked(account(Door(calendars)), "ben@a.test", ANA, "cy@a.test", "nobody@a.test")
    assert [type(one).__name__ for one in found] == [
        "ErrorMailRecipientNotFound",
        "FreeBusyView",
        "ErrorMailRecipientNotFound",
        "ErrorMailRecipientNotFound",
    ]


def test_what_is_not_to_be_had_now_is_asked_for_later(account: Account) -> None:
    """It takes this code for a server's wish to be left alone a while."""
    with pytest.raises(errors.ErrorServerBusy, match="ErrorInternalServerTransientError"):
        asked(account(Door({ANA: Unknown("unavailable")})), ANA)


def test_a_calendar_that_cannot_be_read_is_its_own_exception(account: Account) -> None:
    with pytest.raises(errors.ErrorFreeBusyGenerationFailed):
        asked(account(Door({ANA: Unknown("no_data")})), ANA)


@pytest.mark.parametrize(
    ("view", "given", "merged", "events"),
    [
        ("MergedOnly", "MergedOnly", True, False),
        ("FreeBusy", "FreeBusy", False, True),
        ("FreeBusyMerged", "FreeBusyMerged", True, True),
        ("Detailed", "FreeBusy", False, True),
        ("DetailedMerged", "FreeBusyMerged", True, True),
    ],
)
def test_it_reads_every_view(account: Account, view: str, given: str, merged: bool, events: bool) -> None:
    (found,) = asked(account(Door({ANA: NIGHT})), ANA, requested_view=view)
    assert (found.view_type, bool(found.merged), bool(found.calendar_events)) == (given, merged, events)


def test_a_hundred_and_one_mailboxes_are_two_questions(account: Account) -> None:
    door = Door({f"{n}@a.test": [] for n in range(101)})
    found = asked(account(door), *(f"{n}@a.test" for n in range(101)))
    assert [one.merged for one in found] == ["0" * 50] * 101
    assert [len(question.addresses) for question in door.questions] == [100, 1]


@pytest.mark.parametrize(
    ("span", "interval", "error"),
    [
        (63 * DAY, 30, "ErrorTimeIntervalTooBig"),
        (timedelta(minutes=20), 30, "ErrorInvalidMergedFreeBusyInterval"),
    ],
)
def test_what_is_refused_is_its_own_exception(account: Account, span: timedelta, interval: int, error: str) -> None:
    door = Door({ANA: []})
    with pytest.raises(getattr(errors, error)):
        asked(account(door), ANA, span=span, merged_free_busy_interval=interval)
    assert door.refused == [error]


def test_a_wrong_password_is_its_own_exception(account: Account) -> None:
    door = Door({ANA: []})
    with pytest.raises(errors.UnauthorizedError):
        asked(account(door, "wrong"), ANA)
    assert door.questions == []
