"""A series that would be shown as single events, and stands whole on the other side all the same. Pure.

    items, gone = undivided(items, gone, links)

So it is where both sides received the same invitation, or had the series before they were paired, and where a person
gives a copy of ours clocks of its own. Its singles would stand beside it. Google's own is the whole series, in a zone of
Google's; what Exchange has is one item that cannot be carried for its zone, and set aside or left alone as such.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from calpair.model.event import Item, Kind
from calpair.model.link import PORTION, Link, series_of
from calpair.model.side import Home, Side
from calpair.ports import RULE
from calpair.sync.desk import names_itself

TROUBLE = "zone"
"""Why it cannot be carried, as the adapter says it of a series whose zone it knows nothing of."""

Items = Mapping[Side, Mapping[str, Item]]
Gone = Mapping[Side, frozenset[str]]


def undivided(items: Items, gone: Gone, links: Iterable[Link]) -> tuple[Items, Gone]:
    """Give the same with one item for each such series, and none of its singles."""
    singles: dict[str, list[Item]] = defaultdict(list)
    for item in items[Side.EXCHANGE].values():
        if PORTION in item.id:
            singles[series_of(item.id)].append(item)
    if not singles:
        return items, gone
    there = _linked(items, links)
    uids = {
        item.uid.lower()
        for item in items[Side.GOOGLE].values()
        if item.uid and item.kind is Kind.SERIES and not names_itself(item)
    }
    whole = {id_: parts for id_, parts in singles.items() if id_ in there or parts[0].uid.lower() in uids}
    left = {id_: item for id_, item in items[Side.EXCHANGE].items() if series_of(id_) not in whole}
    left |= {id_: _one(id_, parts) for id_, parts in whole.items()}
    taken = {part.id for parts in whole.values() for part in parts}
    return {**items, Side.EXCHANGE: left}, {**gone, Side.EXCHANGE: gone[Side.EXCHANGE] | taken}


def _linked(items: Items, links: Iterable[Link]) -> frozenset[str]:
    """Name the series on Exchange whose partner on Google is at home there, and is still there."""
    return frozenset(
        exchange.id
        for link in links
        if link.home is not Home.EXCHANGE
        and (exchange := link.part(Side.EXCHANGE))
        and (google := link.part(Side.GOOGLE))
        and google.id in items[Side.GOOGLE]
    )


def _one(series_id: str, parts: list[Item]) -> Item:
    """Give the series as an item that is there and cannot be carried; of when it starts, its first occurrence."""
    first = min(parts, key=lambda part: part.id)
    return Item(
        first.side,
        series_id,
        first.version,
        first.uid,
        first.created,
        first.modified,
        None,
        Kind.BROKEN,
        people=any(part.people for part in parts),
        cancelled=first.cancelled,
        trouble=TROUBLE,
        losses=tuple(loss for loss in first.losses if not loss.startswith(RULE)),
        starts=first.event.when if first.event else None,
    )
