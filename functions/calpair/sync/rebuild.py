"""Items of both sides that belong together although no stored link says so: by stamp, by UID, by likeness. Pure.

This is how two calendars that know nothing of each other are joined, and how a lost store is found again.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

from calpair.model.event import Item
from calpair.model.link import Stamp, partner_name
from calpair.model.side import Side
from calpair.recurrence.spelling import likeness
from calpair.sync.desk import Desk, keys_of, names_itself

Unmatched = Mapping[Side, Sequence[Item]]


def by_stamp(desk: Desk, unmatched: Unmatched, untouched: Callable[[Item], bool]) -> dict[Side, list[Item]]:
    """Join copies with the partners their stamps name, the surest first; gives what is left.

    A person's clone on Exchange has its original's UID and stamp: several items may answer to one name, several stamps
    name one partner. A copy on Google that was made for a clone names it by its creation time too, and is sure.
    Otherwise those are joined that look the same, then a copy that still says what it was made to say, then the oldest.
    """
    names = _Names(desk, unmatched)
    claims = [
        (sure, copy, partner)
        for side in Side
        for copy in unmatched[side]
        if (stamp := desk.leads(copy))
        for sure, partner in names.partners(copy, stamp)
    ]

    def weakness(claim: tuple[bool, Item, Item]) -> tuple[Any, ...]:
        sure, copy, partner = claim
        likely = (not sure, not _look_alike(copy, partner), not untouched(copy))
        return (*likely, copy.created, copy.id, partner.created, partner.id)

    left = {side: {item.id: item for item in unmatched[side]} for side in Side}
    for _, copy, partner in sorted(claims, key=weakness):
        here, there = left[copy.side], left[partner.side]
        # A stamp whose link has its items is a clone's, or a second copy's.
        if copy.id in here and partner.id in there and not desk.knows_link_of(copy):
            desk.open(desk.blank(copy, partner), here.pop(copy.id), there.pop(partner.id))
    return {side: list(items.values()) for side, items in left.items()}


class _Names:
    """Items by what a stamp may call them: on Google their id; on Exchange their UID, or the key of their link."""

    def __init__(self, desk: Desk, unmatched: Unmatched) -> None:
        self._pair = desk.pair
        self._by_id = {item.id: item for item in unmatched[Side.GOOGLE]}
        self._by_uid: dict[str, list[Item]] = defaultdict(list)
        self._by_key: dict[str, list[Item]] = defaultdict(list)
        stamps = (desk.leads(copy) for copy in unmatched[Side.GOOGLE])
        asked = {stamp.link for stamp in stamps if stamp and stamp.pair == desk.pair}
        for item in unmatched[Side.EXCHANGE]:
            self._by_uid[partner_name(item.uid)].append(item)
            for key in asked.intersection(keys_of(desk.pair, item)):
                self._by_key[key].append(item)

    def partners(self, copy: Item, stamp: Stamp) -> Iterator[tuple[bool, Item]]:
        """Give the items that a copy's stamp may mean, and whether that is sure."""
        if copy.side is Side.EXCHANGE:
            yield from ((False, self._by_id[name]) for name in [stamp.partner] if name in self._by_id)
            return
        meant = {item.id: item for item in (*self._by_key[stamp.link], *self._by_uid[stamp.partner])}
        for item in meant.values():
            yield stamp.link in keys_of(self._pair, item)[1:], item


def pair_up(desk: Desk, unmatched: Unmatched, key_of: Callable[[Item], Hashable | None]) -> dict[Side, list[Item]]:
    """Pair items of both sides that have the same key; in a larger group the lesser number, in id order."""
    groups: dict[Hashable, dict[Side, list[Item]]] = defaultdict(lambda: {side: [] for side in Side})
    for side in Side:
        for item in sorted(unmatched[side], key=lambda item: item.id):
            key = None if desk.is_foreign(item) else key_of(item)
            if key is not None:
                groups[key][side].append(item)
    taken: set[tuple[Side, str]] = set()
    for group in groups.values():
        sizes = [len(group[side]) for side in Side]
        if key_of is times and sizes != [1, 1]:
            continue
        for pair in zip(group[Side.EXCHANGE], group[Side.GOOGLE], strict=False):
            link = desk.blank(*pair)
            desk.open(link, *pair)
            taken |= {(item.side, item.id) for item in pair}
            if max(sizes) > 1:
                desk.guessed.add(link.key)
    return {side: [item for item in unmatched[side] if (side, item.id) not in taken] for side in Side}


def uid(item: Item) -> Hashable | None:
    """Give an item's UID; servers change its case."""
    return item.uid.lower() or None


def looks(item: Item) -> Hashable | None:
    """Give what a plain event without other people looks like."""
    return likeness(item.event) if item.event and not item.people and not names_itself(item) else None


def times(item: Item) -> Hashable | None:
    """Give when a plain event without other people is."""
    return likeness(item.event)[0] if item.event and not item.people and not names_itself(item) else None


def _look_alike(one: Item, other: Item) -> bool:
    return one.event is not None and other.event is not None and likeness(one.event) == likeness(other.event)
