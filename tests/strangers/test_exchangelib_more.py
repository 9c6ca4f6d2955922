"""exchangelib's high-level calls in bulk, unmodified and over a port: what it was written for, on the simulator.

The life of one event, and its refusals one by one, are in test_exchange_strangers.py. Here are batches, pages, filters,
a cold start, and its own way of trying again. exchangelib keeps one protocol for each endpoint in the process, and a
port may come back: the cache is emptied after each test.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import exchangelib
import pytest
from exchangelib import errors
from exchangelib.items import MOVE_TO_DELETED_ITEMS
from exchangelib.properties import ItemId
from exchangelib.protocol import BaseProtocol, CachingProtocol
from exchangelib.version import EXCHANGE_2016, Version

from simulators.exchange.raw_client import judged
from simulators.exchange.simulator import PATH, ExchangeSimulator
from simulators.record import Fault
from simulators.wire import mounted

BERLIN = exchangelib.EWSTimeZone("Europe/Berlin")
NOON = datetime(2026, 11, 3, 12, tzinfo=BERLIN)
HOUR = timedelta(hours=1)

Connect = Callable[..., Any]


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


@pytest.fixture(autouse=True)
def _no_protocol_kept() -> Iterator[None]:
    yield
    CachingProtocol.clear_cache()  # closes the sessions too


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def connect(simulator: ExchangeSimulator) -> Iterator[Connect]:
    """Open ana's account as the service account; settings are those of exchangelib's Configuration."""
    with mounted(simulator) as base:

        def account(**settings: Any) -> Any:
            known = {"auth_type": exchangelib.BASIC, "version": Version(build=EXCHANGE_2016)}
            configuration = exchangelib.Configuration(
                service_endpoint=base + PATH,
                credentials=exchangelib.Credentials("svc@a.test", "secret"),
                **(known | settings),
            )
            return exchangelib.Account(
                "ana@a.test",
                config=configuration,
                autodiscover=False,
                access_type=exchangelib.IMPERSONATION,
                default_timezone=BERLIN,
            )

        yield account


def _events(account: Any, count: int) -> list[Any]:
    """Events of an hour, one an hour; not yet saved."""
    return [
        exchangelib.CalendarItem(
            folder=account.calendar,
            subject=f"event {n:03}",
            start=NOON + n * HOUR,
            end=NOON + (n + 1) * HOUR,
            sim_mark=f"m{n}",
        )
        for n in range(count)
    ]


def _subjects(simulator: ExchangeSimulator) -> list[str]:
    return [item.subject for item in simulator.mailbox("ana@a.test").items()]


@pytest.mark.parametrize(
    ("version", "build", "convert_ids"),
    [
        ("ExchangeSE", "15.2.2562.17", 1),
        ("Exchange2016", "15.1.2507.6", 1),
        ("Exchange2013_SP1", "15.0.847.32", 4),  # it asks for 2016, 2015 SP1, 2015, 2013 SP1
        ("Exchange2010_SP2", "14.2.247.5", 6),  # ... 2013, 2010 SP2
    ],
)
def test_from_cold_it_finds_out_how_to_sign_in_and_which_version_answers(
    simulator: ExchangeSimulator, connect: Connect, version: str, build: str, convert_ids: int
) -> None:
    """Facts 1.1 row A, 1.2: one question without credentials, one for each version asked for, two folders, the sync."""
    simulator.switches = judged(version=version).switches
    account = connect(auth_type=None, version=None)
    assert list(account.calendar.sync_items()) == []
    found = account.protocol.version.build
    numbers = (found.major_version, found.minor_version, found.major_build, found.minor_build)
    assert ".".join(map(str, numbers)) == build
    assert account.protocol.auth_type == exchangelib.BASIC
    assert simulator.record.requests == {
        "unauthorized": 1,
        "ConvertId": convert_ids,
        "GetFolder": 2,
        "SyncFolderItems": 1,
    }
    assert simulator.accounts.failed == {}


def test_it_creates_120_events_in_two_requests(simulator: ExchangeSimulator, connect: Connect) -> None:
    """Facts 1.8: 100 a request."""
    account = connect()
    made = account.bulk_create(folder=account.calendar, items=_events(account, 120))
    stored = simulator.mailbox("ana@a.test").items()
    assert [(each.id, each.changekey) for each in made] == [(item.id, item.change_key) for item in stored]
    assert [item.subject for item in stored] == [f"event {n:03}" for n in range(120)]
    assert len({item.uid for item in stored}) == 120
    assert simulator.record.requests["CreateItem"] == 2
    assert simulator.record.mails == []


def test_it_updates_120_events_and_gets_a_new_change_key_for_each(
    simulator: ExchangeSimulator, connect: Connect
) -> None:
    account = connect()
    events = _events(account, 120)
    made = account.bulk_create(folder=account.calendar, items=events)
    for event, saved in zip(events, made, strict=True):
        event._id = saved._id
        event.subject, event.location = event.subject.upper(), "Canteen"
    changed = account.bulk_update([(event, ("subject", "location")) for event in events])
    stored = simulator.mailbox("ana@a.test").items()
    assert changed == [(item.id, item.change_key) for item in stored]
    assert not {key for _, key in changed} & {saved.changekey for saved in made}
    assert {item.location for item in stored} == {"Canteen"}
    assert [item.subject for item in stored] == [f"EVENT {n:03}" for n in range(120)]
    assert simulator.record.requests["UpdateItem"] == 2


def test_one_conflict_in_its_bulk_update_hides_what_became_of_the_others(
    simulator: ExchangeSimulator, connect: Connect
) -> None:
    """Facts 1.5: the server did the rest, the client is told nothing."""
    account = connect()
    account.bulk_create(folder=account.calendar, items=_events(account, 3))
    events = list(account.calendar.all().order_by("start"))
    simulator.mailbox("ana@a.test").update(events[1].id, subject="by hand")
    for event in events:
        event.subject = "by us"
    with pytest.raises(errors.ErrorIrresolvableConflict):
        account.bulk_update([(event, ("subject",)) for event in events], conflict_resolution="NeverOverwrite")
    assert _subjects(simulator) == ["by us", "by hand", "by us"]


def test_it_deletes_120_events_by_id_alone_and_names_those_already_gone(
    simulator: ExchangeSimulator, connect: Connect
) -> None:
    """Facts 1.3, 1.5, 2.2, 2.8: no change key needed; an item that is not there is a value in its place."""
    account = connect()
    made = account.bulk_create(folder=account.calendar, items=_events(account, 120))
    simulator.mailbox("ana@a.test").delete(made[7].id)
    done = account.bulk_delete([(each.id, None) for each in made], delete_type=MOVE_TO_DELETED_ITEMS)
    assert isinstance(done[7], errors.ErrorItemNotFound)
    assert done[:7] + done[8:] == [True] * 119
    hand = simulator.mailbox("ana@a.test")
    assert (len(hand.items()), len(hand.items(hand.folder_id("deleteditems")))) == (0, 120)
    assert simulator.record.requests["DeleteItem"] == 2


def test_it_synchronises_in_pages_and_then_tells_only_what_changed(
    simulator: ExchangeSimulator, connect: Connect
) -> None:
    """Facts 1.3, 2.1."""
    account = connect()
    made = account.bulk_create(folder=account.calendar, items=_events(account, 120))
    calendar = account.calendar
    first = list(calendar.sync_items(max_changes_returned=50, only_fields=["subject"]))
    assert [kind for kind, _ in first] == ["create"] * 120
    assert [item.subject for _, item in first] == [f"event {n:03}" for n in reversed(range(120))]
    assert simulator.record.requests["SyncFolderItems"] == 3
    hand = simulator.mailbox("ana@a.test")
    hand.delete(made[0].id)
    hand.update(made[1].id, subject="changed")
    hand.mark_read(made[2].id, is_read=False)
    new = hand.create(subject="new", start=NOON, end=NOON + HOUR)
    changes = {kind: change for kind, change in calendar.sync_items(only_fields=["subject"])}  # noqa: C416 - a generator of pairs
    assert sorted(changes) == ["create", "delete", "read_flag_change", "update"]
    assert (changes["create"].id, changes["create"].subject) == (new, "new")
    assert (changes["update"].id, changes["update"].subject) == (made[1].id, "changed")
    assert changes["delete"].id == made[0].id
    assert (changes["read_flag_change"][0].id, changes["read_flag_change"][1]) == (made[2].id, False)
    assert list(calendar.sync_items()) == []


def test_its_interrupted_sync_begins_anew(simulator: ExchangeSimulator, connect: Connect) -> None:
    """Facts 1.3: it publishes the new state after the last page only."""
    account = connect()
    account.bulk_create(folder=account.calendar, items=_events(account, 5))
    simulator.record.plant(Fault("mailbox_moving", "SyncFolderItems", nth=2))
    calendar = account.calendar
    with pytest.raises(errors.ErrorMailboxMoveInProgress):
        list(calendar.sync_items(max_changes_returned=2))
    assert calendar.item_sync_state is None
    assert len(list(calendar.sync_items(max_changes_returned=2))) == 5


def test_it_filters_by_times_mark_and_subject(simulator: ExchangeSimulator, connect: Connect) -> None:
    """Facts 1.3, 2.9; it refuses to filter by UID itself."""
    account = connect()
    account.bulk_create(folder=account.calendar, items=_events(account, 10))
    stored = simulator.mailbox("ana@a.test").items()
    calendar = account.calendar

    def found(query: Any) -> list[str]:
        return [each.subject for each in query.order_by("start")]

    between = calendar.filter(start__gte=NOON + 2 * HOUR, start__lt=NOON + 4 * HOUR)
    assert found(between) == ["event 002", "event 003"]
    assert found(calendar.filter(start__range=(NOON + 8 * HOUR, NOON + 9 * HOUR))) == ["event 008", "event 009"]
    assert found(calendar.filter(end__gt=NOON + 9 * HOUR)) == ["event 009"]
    assert found(calendar.filter(sim_mark="m5")) == ["event 005"]
    assert found(calendar.filter(sim_mark__in=["m5", "m6"])) == ["event 005", "event 006"]
    assert found(calendar.filter(exchangelib.Q(subject="event 007") | exchangelib.Q(sim_mark="m1"))) == [
        "event 001",
        "event 007",
    ]
    assert found(calendar.filter(start__lt=NOON + 3 * HOUR).exclude(subject="event 001")) == ["event 000", "event 002"]
    assert found(calendar.filter(sim_mark__exists=False)) == []
    assert calendar.filter(sim_mark="nobody's").count() == 0
    assert calendar.get(sim_mark="m4").uid == stored[4].uid


def test_it_sorts_counts_slices_and_pages(simulator: ExchangeSimulator, connect: Connect) -> None:
    account = connect()
    account.bulk_create(folder=account.calendar, items=_events(account, 25))
    every = account.calendar.all()
    every.page_size = 10
    simulator.record.requests.clear()
    assert every.count() == 25
    assert list(every.order_by("-start").values_list("subject", flat=True))[:2] == ["event 024", "event 023"]
    assert simulator.record.requests == {"FindItem": 4}
    assert [each.subject for each in account.calendar.all().order_by("start").only("subject")[3:5]] == [
        "event 003",
        "event 004",
    ]
    assert account.calendar.all().exists()


def test_its_calendar_view_shows_what_touches_the_window_and_no_window_is_too_wide(connect: Connect) -> None:
    """Facts 2.9."""
    account = connect()
    account.bulk_create(folder=account.calendar, items=_events(account, 6))
    window = account.calendar.view(start=NOON + 90 * HOUR / 60, end=NOON + 3 * HOUR)
    assert [each.subject for each in window] == ["event 001", "event 002"]
    most = account.calendar.view(start=NOON, end=NOON + 6 * HOUR, max_items=2)
    assert [each.subject for each in most] == ["event 000", "event 001"]
    with pytest.raises(errors.ErrorCalendarViewRangeTooBig):
        list(account.calendar.view(start=NOON, end=NOON + timedelta(days=800)))


def test_what_it_moves_to_the_trash_lies_there_under_a_new_id_and_can_come_back(
    simulator: ExchangeSimulator, connect: Connect
) -> None:
    """Facts 2.1, 2.2, 2.8."""
    account = connect()
    event = _events(account, 1)[0].save()
    before, uid = event.id, simulator.mailbox("ana@a.test").items()[0].uid
    event.move_to_trash()
    assert list(account.calendar.all()) == []
    (binned,) = account.trash.all().only("subject", "sim_mark")
    assert (binned.subject, binned.sim_mark, binned.id == before) == ("event 000", "m0", False)
    binned.move(to_folder=account.calendar)
    (back,) = account.calendar.all()
    assert (back.uid, back.sim_mark, len({before, back.id})) == (uid, "m0", 2)
    assert account.trash.all().count() == 0


def test_it_fetches_by_id_in_order_with_a_gap_where_one_is_gone(simulator: ExchangeSimulator, connect: Connect) -> None:
    """Facts 1.1, 1.5: 100 ids a request, and no other request when it is told the folder."""
    account = connect()
    made = account.bulk_create(folder=account.calendar, items=_events(account, 120))
    simulator.mailbox("ana@a.test").delete(made[3].id, hard=True)
    ids = [ItemId(id=each.id) for each in made]
    simulator.record.requests.clear()
    found = list(account.fetch(ids, folder=account.calendar, only_fields=["subject", "uid"]))
    assert simulator.record.requests == {"GetItem": 2}
    assert isinstance(found[3], errors.ErrorItemNotFound)
    assert [each.subject for each in found[:3]] == ["event 000", "event 001", "event 002"]
    assert [each.subject for each in found[4:]] == [f"event {n:03}" for n in range(4, 120)]
    (whole,) = account.fetch(ids[:1], folder=account.calendar)
    assert (whole.subject, whole.sim_mark, whole.organizer.email_address) == ("event 000", "m0", "ana@a.test")


def test_without_a_folder_it_asks_for_the_fields_of_every_kind_of_item(
    simulator: ExchangeSimulator, connect: Connect
) -> None:
    """Disputed: a contact's alias is asked of an event, and is not told."""
    account = connect()
    (made,) = account.bulk_create(folder=account.calendar, items=_events(account, 1))
    (found,) = account.fetch([ItemId(id=made.id)])
    assert (type(found).__name__, found.subject, found.sim_mark) == ("CalendarItem", "event 000", "m0")
    simulator.switches = replace(simulator.switches, foreign_fields="refused")
    with pytest.raises(errors.ErrorInvalidPropertyRequest):
        list(account.fetch([ItemId(id=made.id)]))


def test_it_waits_as_long_as_a_busy_server_says_and_goes_on(simulator: ExchangeSimulator, connect: Connect) -> None:
    """Facts 1.5, 2.10: here a thousandth of a second."""
    account = connect(retry_policy=exchangelib.FaultTolerance(max_wait=5))
    calendar = account.calendar
    simulator.record.plant(Fault("busy_fault", "SyncFolderItems", times=3, seconds=0.001))
    assert list(calendar.sync_items()) == []
    assert simulator.record.requests["SyncFolderItems"] == 4


@pytest.mark.parametrize(
    "fault",
    [
        Fault("busy_answer", "SyncFolderItems", times=2),
        Fault("error_answer", "SyncFolderItems", times=2, detail="ErrorInternalServerTransientError"),
        Fault("soap_fault", "SyncFolderItems", times=2, detail="ErrorTooManyObjectsOpened"),
    ],
    ids=lambda fault: f"{fault.kind} {fault.detail}",
)
def test_it_tries_again_after_its_own_pause_where_the_server_names_none(
    simulator: ExchangeSimulator, connect: Connect, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    """Facts 1.5; RETRY_WAIT is its setting for the first pause, ten seconds unless set."""
    monkeypatch.setattr(BaseProtocol, "RETRY_WAIT", 0)
    account = connect(retry_policy=exchangelib.FaultTolerance(max_wait=5))
    calendar = account.calendar
    simulator.record.plant(fault)
    assert list(calendar.sync_items()) == []
    assert simulator.record.requests["SyncFolderItems"] == 3


def test_it_loses_patience_where_a_busy_server_asks_for_more_than_it_will_wait(
    simulator: ExchangeSimulator, connect: Connect
) -> None:
    """Facts 1.5."""
    account = connect(retry_policy=exchangelib.FaultTolerance(max_wait=5))
    calendar = account.calendar
    simulator.record.plant(Fault("busy_fault", "SyncFolderItems", seconds=6))
    with pytest.raises(errors.RateLimitError) as refused:
        list(calendar.sync_items())
    assert refused.value.wait == 6
    assert simulator.record.requests["SyncFolderItems"] == 1


def test_one_busy_item_in_its_batch_makes_it_create_the_others_twice(
    simulator: ExchangeSimulator, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts 1.5: a whole batch is sent again although the server has stored part of it."""
    monkeypatch.setattr(BaseProtocol, "RETRY_WAIT", 0)
    account = connect(retry_policy=exchangelib.FaultTolerance(max_wait=5))
    events = _events(account, 3)
    simulator.record.plant(Fault("item_error", "CreateItem", nth=2, detail="ErrorServerBusy"))
    account.bulk_create(folder=account.calendar, items=events)
    assert _subjects(simulator) == ["event 000", "event 002", "event 000", "event 001", "event 002"]
