"""Made-up items, stamps and links, and what `match` makes of them whatever the order of its input."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from calpair.model.event import Event, Item
from calpair.model.link import Link, Part, Stamp, google_id, link_key
from calpair.model.side import Home, Side
from calpair.sync.desk import Case
from calpair.sync.match import Seen, match
from calpair.sync.rejoin import Memory
from unit.sync.bench import meeting

E, G = Side.EXCHANGE, Side.GOOGLE
PAIR, OTHER, DEAD = "pair", "other", "dead"
LIVE = {PAIR: frozenset(Side), OTHER: frozenset({G})}
BORN = datetime(2026, 1, 1, tzinfo=UTC)
CALM = Memory(agreeing=lambda _link, _item: frozenset(), untouched=lambda _item: True)
ONE = meeting("one")


def item(side: Side, id_: str, event: Event | None = ONE, *, uid: str = "", made: int = 0, **more: object) -> Item:
    at = BORN + timedelta(seconds=made)
    uid = uid or f"{id_}@{side.value}"
    return Item(side, id_, "v1", uid, at, at, event, **more)  # type: ignore[arg-type]


def stamped(side: Side, id_: str, link: str, partner: str, *, pair: str = PAIR, **more: object) -> Item:
    """A copy whose stamp names itself."""
    plain = item(side, id_, **more)  # type: ignore[arg-type]
    own = id_ if side is G else plain.uid.lower()
    return replace(plain, stamp=Stamp(pair, link, own, partner))


def link(uid: str, exchange: str = "", google: str = "", **more: object) -> Link:
    return Link(
        link_key(PAIR, uid),
        PAIR,
        uid=uid,
        exchange=(Part(exchange, "v1"),) if exchange else (),
        google=(Part(google, "v1"),) if google else (),
        **{"home": Home.EXCHANGE, **more},  # type: ignore[arg-type]
    )


def matched(
    items: Iterable[Item],
    links: Iterable[Link] = (),
    *,
    gone: Iterable[tuple[Side, str]] = (),
    whole: bool = False,
    lost: bool = False,
    memory: Memory = CALM,
) -> list[Case]:
    """Match, in every order of the input, and expect the same each time. `lost`: the store is being rebuilt."""
    whole, memory = whole or lost, replace(memory, rebuilding=lost)
    items, links = list(items), list(links)
    results: list[list[Case]] = []
    for seed in range(4):
        order, linked = items[:], links[:]
        random.Random(seed).shuffle(order)  # noqa: S311 - an order, not a secret
        random.Random(seed).shuffle(linked)  # noqa: S311 - the same
        seen = Seen(
            {side: {one.id: one for one in order if one.side is side} for side in Side},
            {side: frozenset(id_ for where, id_ in gone if where is side) for side in Side},
        )
        results.append(match(PAIR, LIVE, seen, linked, memory, whole=whole))
    assert all(result == results[0] for result in results)
    return results[0]


def ids(case: Case) -> tuple[str, str]:
    """The ids of the case's items, or its fates."""
    exchange, google = (case.sights[side] for side in Side)
    return (
        exchange.id if isinstance(exchange, Item) else exchange.value,
        google.id if isinstance(google, Item) else google.value,
    )


def ours(uid: str) -> tuple[Item, Item]:
    """An event of Exchange and its copy, as a lost store finds them."""
    key = link_key(PAIR, uid)
    copy = google_id(key, 0, 0)
    return item(E, "e1", uid=uid), stamped(G, copy, key, uid)
