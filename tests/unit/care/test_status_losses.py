"""What the status names of events that lost something, and how a parked event counts."""

from datetime import UTC, datetime
from typing import Any

from calpair.care.status import State, read, record
from calpair.model.link import Link, Part
from calpair.model.link import State as LinkState
from calpair.model.side import Home
from calpair.sync.records import to_doc
from unit.sync.fakes import FakeStore

PAIR = "k1"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def hold(store: FakeStore, *links: Link) -> None:
    for link in links:
        store.put(to_doc(link, "key"))


def told(store: FakeStore, **said: int) -> dict[str, Any]:
    """Record, and give what a person reads."""
    record(store, PAIR, "ana", State("ok"), said, NOON)
    return read(store, PAIR, "ana")


def link(key: str, **fields: Any) -> Link:
    return Link(key, PAIR, Home.EXCHANGE, LinkState.LINKED, **fields)


def test_what_lost_something_is_named_once_however_many_items_it_stands_in() -> None:
    store = FakeStore()
    hold(
        store,
        link("l1", uid="U1", google=(Part("g1#2", "1"),), losses=("part",)),
        link("l2", uid="U2", google=(Part("g1", "1"),), losses=("part", "categories")),
        link("l3", uid="U3", google=(Part("g3", "1"),), losses=("zone", "zone=Ana's own")),
        link("l4", uid="U4", google=(Part("g4#1", "1"),), why="frozen"),
        link("l5", uid="U5", google=(Part("g4#2", "1"),), why="frozen"),
    )
    found = told(store)
    assert found["losses"] == {"categories": 1, "part": 1, "zone": 1}
    assert found["lossy"] == [
        {"link": "l2", "home": "exchange", "uid": "U2", "google_id": "g1", "losses": ["categories", "part"]},
        {"link": "l3", "home": "exchange", "uid": "U3", "google_id": "g3", "losses": ["zone"]},
    ]
    assert (found["lossy_count"], found["left"]) == (2, {"frozen": 1})


def test_a_series_in_parts_is_named_after_its_first_one_whatever_the_keys_of_its_links() -> None:
    store = FakeStore()
    parts = {"l1": "g1#10", "l2": "g1#2", "l3": "g1", "l4": "g1#2027-01-31T09:00:00Z"}
    hold(store, *(link(key, google=(Part(id_, "1"),), losses=("part",)) for key, id_ in parts.items()))
    singles = {"l5": "2027-02-28T09:00:00Z", "l6": "2026-12-31T09:00:00Z"}
    hold(store, *(link(key, google=(Part(f"g2#{day}", "1"),), losses=("part",)) for key, day in singles.items()))
    hold(store, *(link(key, google=(Part(f"g3#{n}", "1"),), losses=("part",)) for key, n in (("l7", 11), ("l8", 2))))
    named = {event["google_id"]: event["link"] for event in told(store)["lossy"]}
    assert named == {"g1": "l3", "g2": "l6", "g3": "l8"}


def test_fifty_events_that_lost_something_are_named_and_all_are_counted() -> None:
    store = FakeStore()
    hold(store, *(link(f"l{number:02}", losses=("guests",)) for number in range(51)))
    shown = told(store)
    assert ([one["link"] for one in shown["lossy"]], shown["lossy_count"]) == ([f"l{n:02}" for n in range(50)], 51)
    assert shown["losses"] == {"guests": 51}


def test_a_parked_event_that_is_tried_again_in_vain_is_no_further_event() -> None:
    store = FakeStore()
    told(store, park=1)
    assert told(store, still_parked=1, clash=2)["totals"] == {"clash": 2, "park": 1}
