"""exchangelib's own high-level calls, unmodified, meet the Exchange simulator: in process, and on a port.

Every account has an endpoint of its own, because exchangelib keeps one protocol for each endpoint in the process.
"""

import itertools
from collections.abc import Iterator
from datetime import datetime

import exchangelib
import pytest
from exchangelib import errors
from exchangelib.protocol import BaseProtocol
from exchangelib.version import EXCHANGE_2016, Version

from simulators.exchange.mount import adapter_for
from simulators.exchange.raw_client import judged
from simulators.exchange.simulator import PATH, ExchangeSimulator
from simulators.record import Fault
from simulators.wire import mounted

# exchangelib leaves its pooled sessions to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

BERLIN = exchangelib.EWSTimeZone("Europe/Berlin")
NOON = datetime(2026, 11, 3, 12, tzinfo=BERLIN)
ONE = datetime(2026, 11, 3, 13, tzinfo=BERLIN)
_numbers = itertools.count(1)


class Mark(exchangelib.ExtendedProperty):  # type: ignore[misc]
    """A named string property, as a synchroniser marks its copies with."""

    property_set_id = "6f2a1c04-0f0b-4a55-9d3e-5c2f7f1b8a11"
    property_name = "mark"
    property_type = "String"


@pytest.fixture(autouse=True)
def _mark() -> Iterator[None]:
    exchangelib.CalendarItem.register("sim_mark", Mark)
    yield
    exchangelib.CalendarItem.deregister("sim_mark")


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


def _account(endpoint: str, *, preset: bool = True) -> exchangelib.Account:
    configuration = exchangelib.Configuration(
        service_endpoint=endpoint,
        credentials=exchangelib.Credentials("svc@a.test", "secret"),
        **({"auth_type": exchangelib.BASIC, "version": Version(build=EXCHANGE_2016)} if preset else {}),
    )
    return exchangelib.Account(
        "ana@a.test",
        config=configuration,
        autodiscover=False,
        access_type=exchangelib.IMPERSONATION,
        default_timezone=BERLIN,
    )


@pytest.fixture
def account(simulator: ExchangeSimulator, monkeypatch: pytest.MonkeyPatch) -> exchangelib.Account:
    monkeypatch.setattr(BaseProtocol, "HTTP_ADAPTER_CLS", adapter_for(simulator))
    return _account(f"https://exchange-{next(_numbers)}.test{PATH}")


def _event(account: exchangelib.Account, subject: str = "Lunch", **fields: object) -> exchangelib.CalendarItem:
    return exchangelib.CalendarItem(folder=account.calendar, subject=subject, start=NOON, end=ONE, **fields)


def _life_of_an_event(account: exchangelib.Account, simulator: ExchangeSimulator) -> None:
    """Create, list, synchronise, edit and delete, with the library's own calls only."""
    hand = simulator.mailbox("ana@a.test")
    item = _event(account, body="bring money", categories=["Red"], sim_mark="m1", location="Canteen").save()
    (stored,) = hand.items()
    assert (stored.subject, stored.body, stored.categories, stored.location) == (
        "Lunch",
        "bring money",
        ("Red",),
        "Canteen",
    )
    assert (stored.start.hour, stored.start_zone) == (11, "W. Europe Standard Time")
    (listed,) = account.calendar.all()
    assert (listed.subject, listed.start, listed.uid, listed.sim_mark) == ("Lunch", NOON, stored.uid, "m1")
    assert [each.id for each in account.calendar.filter(sim_mark="m1")] == [item.id]
    assert [each.id for each in account.calendar.filter(sim_mark="m2")] == []
    assert [each.id for each in account.calendar.filter(start__gte=NOON, subject="Lunch")] == [item.id]
    assert [each.subject for each in account.calendar.view(start=NOON, end=ONE)] == ["Lunch"]
    assert [(kind, each.id) for kind, each in account.calendar.sync_items()] == [("create", item.id)]
    item.subject, item.location = "Dinner", None
    item.save(update_fields=["subject", "location"])
    item.start = datetime(2026, 11, 4, 12, tzinfo=BERLIN)
    item.end = datetime(2026, 11, 4, 13, tzinfo=BERLIN)
    item.save(update_fields=["start", "end"])
    (stored,) = hand.items()
    assert (stored.subject, stored.location, stored.start.day, stored.start.hour) == ("Dinner", "", 4, 11)
    assert [(kind, each.subject) for kind, each in account.calendar.sync_items()] == [("update", "Dinner")]
    item.refresh()
    gone = item.id
    item.delete()
    assert [(kind, each.id) for kind, each in account.calendar.sync_items()] == [("delete", gone)]
    assert list(account.calendar.sync_items()) == []
    assert (hand.items(), simulator.record.mails) == ((), [])


def test_exchangelib_lives_an_event_in_process(account: exchangelib.Account, simulator: ExchangeSimulator) -> None:
    _life_of_an_event(account, simulator)


def test_exchangelib_lives_an_event_on_a_port(simulator: ExchangeSimulator) -> None:
    with mounted(simulator) as base:
        account = _account(base + PATH)
        _life_of_an_event(account, simulator)
        account.protocol.close()


def test_exchangelib_finds_out_alone_how_to_sign_in_and_which_version_answers(
    simulator: ExchangeSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts 1.1, 1.2: ConvertId without credentials, then with."""
    monkeypatch.setattr(BaseProtocol, "HTTP_ADAPTER_CLS", adapter_for(simulator))
    account = _account(f"https://exchange-{next(_numbers)}.test{PATH}", preset=False)
    assert list(account.calendar.sync_items()) == []
    assert account.protocol.version.build.major_version == 15
    assert simulator.record.requests["unauthorized"] == 1
    assert simulator.record.requests["ConvertId"] == 1


def test_exchangelib_makes_all_day_events_of_whole_days(
    account: exchangelib.Account, simulator: ExchangeSimulator
) -> None:
    """Facts 1.3: its end is inclusive, one day more on the wire."""
    day = exchangelib.EWSDate(2026, 11, 3)
    exchangelib.CalendarItem(folder=account.calendar, subject="off", start=day, end=day, is_all_day=True).save()
    (stored,) = simulator.mailbox("ana@a.test").items()
    assert (stored.start.isoformat(), stored.end.isoformat()) == (
        "2026-11-02T23:00:00+00:00",
        "2026-11-03T23:00:00+00:00",
    )
    (listed,) = account.calendar.all()
    assert (listed.start, listed.end, listed.is_all_day) == (day, day, True)


def test_exchangelib_moves_copies_and_bulk_deletes(account: exchangelib.Account, simulator: ExchangeSimulator) -> None:
    hand = simulator.mailbox("ana@a.test")
    team = hand.add_folder("Team")
    made = [_event(account, name).save() for name in "abc"]
    (folder,) = account.calendar.children
    assert folder.name == "Team"
    made[0].copy(to_folder=folder)
    made[1].move(to_folder=folder)
    made[2].move_to_trash()
    assert [item.subject for item in hand.items(team)] == ["a", "b"]
    assert [item.subject for item in hand.items()] == ["a"]
    several = account.bulk_create(folder=account.calendar, items=[_event(account, name) for name in "de"])
    assert account.bulk_delete(ids=[(each.id, None) for each in (made[0], *several)]) == [True] * 3
    assert hand.items() == ()


def test_exchangelib_pages_through_many_items(account: exchangelib.Account, simulator: ExchangeSimulator) -> None:
    hand = simulator.mailbox("ana@a.test")
    for n in range(250):
        hand.create(subject=f"{n}", start=NOON, end=ONE)
    listed = account.calendar.all().only("subject").order_by("subject")
    assert len({item.subject for item in listed}) == 250
    assert len(list(account.calendar.sync_items(max_changes_returned=100))) == 250


def test_exchangelib_reads_meetings_and_series(account: exchangelib.Account, simulator: ExchangeSimulator) -> None:
    """Facts 1.7, 2.7."""
    hand = simulator.mailbox("ana@a.test")
    _event(account, "with guests", required_attendees=["bob@a.test"]).save()
    weekly = exchangelib.recurrence.Recurrence(
        pattern=exchangelib.recurrence.WeeklyPattern(interval=1, weekdays=["Tuesday"]), start=NOON.date(), number=5
    )
    _event(account, "series", recurrence=weekly).save()
    meeting, series = (account.calendar.get(subject=name) for name in ("with guests", "series"))
    assert [each.mailbox.email_address for each in meeting.required_attendees] == ["bob@a.test"]
    assert (meeting.organizer.email_address, meeting.is_meeting) == ("ana@a.test", True)
    assert (series.type, series.recurrence.boundary.number) == ("RecurringMaster", 5)
    assert len(hand.items()) == 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("busy_fault", seconds=4), errors.ErrorServerBusy),
        (Fault("busy_answer", seconds=4), errors.ErrorServerBusy),
        (Fault("invalid_sync_state"), errors.ErrorInvalidSyncStateData),
        (Fault("access_denied"), errors.ErrorAccessDenied),
        (Fault("mailbox_moving"), errors.ErrorMailboxMoveInProgress),
        (Fault("soap_fault", detail="ErrorNonExistentMailbox"), errors.ErrorNonExistentMailbox),
        (Fault("unavailable"), errors.TransportError),
        (Fault("too_many_requests"), errors.TransportError),
        (Fault("bad_gateway"), errors.TransportError),
        (Fault("unauthorized"), errors.UnauthorizedError),
        (Fault("error_answer", detail="ErrorInternalServerError/ErrorServerBusy"), errors.ErrorServerBusy),
        (Fault("torn", detail="1"), errors.SOAPError),
        (Fault("lost_reply"), errors.TransportError),
        (Fault("timeout_before"), errors.TransportError),
    ],
)
def test_exchangelib_understands_every_refusal(
    account: exchangelib.Account, simulator: ExchangeSimulator, fault: Fault, error: type[Exception]
) -> None:
    """Facts 1.5, 1.7."""
    calendar = account.calendar
    simulator.record.plant(fault)
    with pytest.raises(error):
        list(calendar.sync_items())
    assert list(calendar.sync_items()) == []


@pytest.mark.parametrize(("kind", "seconds"), [("busy_fault", 4), ("busy_answer", 10)])
def test_exchangelib_reads_the_back_off_of_a_fault_but_not_of_an_answer(
    account: exchangelib.Account, simulator: ExchangeSimulator, kind: str, seconds: int
) -> None:
    """Facts 2.10: in the answer form it takes its own ten seconds, whatever the server says."""
    calendar = account.calendar
    simulator.record.plant(Fault(kind, seconds=4))
    with pytest.raises(errors.ErrorServerBusy) as caught:
        list(calendar.sync_items())
    assert getattr(caught.value, "back_off", None) == seconds


def test_exchangelib_takes_a_torn_page_for_a_whole_one(
    account: exchangelib.Account, simulator: ExchangeSimulator
) -> None:
    """Facts 6 item 11: its parser mends what is cut, so a page loses its tail and the state passes over it."""
    hand = simulator.mailbox("ana@a.test")
    for n in range(40):
        hand.create(subject=f"{n}", start=NOON, end=ONE)
    simulator.record.plant(Fault("torn", "SyncFolderItems", detail="70"))
    seen = list(account.calendar.sync_items(only_fields=["subject"]))
    assert 0 < len(seen) < 40
    assert list(account.calendar.sync_items(only_fields=["subject"])) == []


def test_exchangelib_stumbles_over_zones_and_elements_nobody_knows(
    account: exchangelib.Account, simulator: ExchangeSimulator
) -> None:
    """Facts 1.7 items 2 and 3: the whole page is lost."""
    hand = simulator.mailbox("ana@a.test")
    made = hand.create(start=NOON, end=ONE, start_zone="tzone://Microsoft/Custom")
    with pytest.raises(ValueError, match="tzone://Microsoft/Custom"):
        list(account.calendar.sync_items())
    hand.delete(made)
    hand.create_unknown()
    with pytest.raises(ValueError, match="SharingMessage"):
        list(account.calendar.sync_items())
