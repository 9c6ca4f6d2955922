"""Which of the items just seen belong together: links, stamps, UIDs, likeness, in that order. Pure.

In: every item read this round on either side, what is gone or was not found, and the links any of them may belong to.
Out: one `Case` an event, for `plan.py` to decide. Same input, same cases, in the same order.

    1. an item a link knows by id
    2. a stamp that names itself: its link, or its partner among the items (a rebuilt store)
    3. a UID: a link whose item is gone (rebound: moved mailbox, rewritten id), or an unlinked item on the other side
    4. likeness of times, title and place, between unlinked and unstamped items; within a group the lesser number is
       paired in id order and the case says so
    5. after a lost store: equal times alone, where one to one
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from calpair.model.event import Event, Field, Item
from calpair.model.link import Link, Stamp, State, partner_name
from calpair.model.side import Home, Side
from calpair.sync.desk import Case, Desk, Fate, Sight, is_ours, keys_of, names_itself
from calpair.sync.digest import alike, likeness


@dataclass(frozen=True, slots=True)
class Seen:
    """What a round saw: the items read and the ids with a tombstone, by side. What is in neither was not found."""

    items: Mapping[Side, Mapping[str, Item]]
    gone: Mapping[Side, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Memory:
    """What only keyed digests can tell.

    `agrees(link, event)`: the event has the times, title and place last agreed on Exchange (an item saved anew).
    `untouched(item)`: a copy of ours still says what it was made to say. `intents`: links whose CreateItem may still
    be carried out, though they may be forgotten by now.
    """

    agrees: Callable[[Link, Event], bool]
    untouched: Callable[[Item], bool]
    intents: frozenset[str] = frozenset()
    rebuilding: bool = False
    """The pair was never brought in step with this store: it is new, or the store was lost."""


def match(
    pair: str, live_pairs: frozenset[str], seen: Seen, links: Iterable[Link], memory: Memory, *, whole: bool
) -> list[Case]:
    """Put together what belongs together.

    `whole`: both calendars were listed from the beginning and `links` are all there are.
    """
    desk = Desk(pair, live_pairs, whole)
    known: dict[Side, set[str]] = {side: set() for side in Side}
    for link in sorted(links, key=lambda link: link.key):
        desk.links[link.key] = link
        desk.sights[link.key] = {side: _sight(link, side, seen) for side in Side}
        for side in Side:
            known[side] |= {part.id for part in link.parts(side)}
    fresh = {side: _in_order(item for id_, item in seen.items[side].items() if id_ not in known[side]) for side in Side}
    lost_store = whole and memory.rebuilding and any(is_ours(item, pair) for side in Side for item in fresh[side])

    left = {side: [item for item in fresh[side] if not _by_link(desk, item, memory)] for side in Side}
    left = _by_stamp(desk, left)
    left[Side.EXCHANGE] = _saved_anew(desk, left[Side.EXCHANGE], memory)
    for key_of in (_uid, _looks, _times):
        if key_of is not _times or lost_store:
            left = _pair_up(desk, left, key_of)
    for side in Side:
        for item in left[side]:
            if is_ours(item, pair) and item.stamp and item.stamp.link in memory.intents and memory.untouched(item):
                # A create that came through after its event was deleted and forgotten.
                desk.extras.append(item)
            elif whole and memory.rebuilding and is_ours(item, pair) and not _is_clone(desk, item):
                desk.orphan(item)
            else:
                desk.open(desk.blank(item), item)
    return desk.cases()


def _sight(link: Link, side: Side, seen: Seen) -> Sight:
    part = link.part(side)
    if part is None:
        return Fate.NONE
    found = seen.items[side].get(part.id)
    if found:
        return found
    if part.id in seen.gone[side] or side in link.gone:
        return Fate.GONE
    return Fate.ABSENT


def _by_link(desk: Desk, item: Item, memory: Memory) -> bool:
    """Find the item's link by its stamp, its UID, or the other side's note of its UID."""
    link = desk.links.get(item.stamp.link) if item.stamp and is_ours(item, desk.pair) else None
    if link and item.stamp:
        late = item.stamp.generation != link.generation and desk.sights[link.key][item.side] is Fate.GONE
        if late and memory.untouched(item):
            # A create that came through after the one that replaced it was deleted.
            desk.extras.append(item)
            return True
        if desk.free(link.key, item.side):
            desk.take(link.key, item)
            return True
        if _second(desk, link, item, memory):
            return True
    if item.side is Side.EXCHANGE:
        for key in reversed(keys_of(desk.pair, item)):
            if key in desk.links and desk.free(key, item.side):
                desk.take(key, item)
                return True
    return _by_noted_uid(desk, item)


def _by_noted_uid(desk: Desk, item: Item) -> bool:
    """Find a link whose other side has this UID: a lone item to be joined, or one that has only a copy of ours here."""
    for key in desk.with_uid(item.side.other, item.uid):
        link, here = desk.links[key], desk.current(key, item.side)
        if here is None and link.state in (State.LEFT, State.PARKED):
            desk.take(key, item)
            desk.links[key] = replace(link, home=Home.ADOPTED)
            return True
        if here is not None and is_ours(here, desk.pair):
            desk.supplant(key, item)
            return True
    return False


def _second(desk: Desk, link: Link, item: Item, memory: Memory) -> bool:
    """Settle a second living copy with one link's stamp: of another generation it is a late create of ours.

    The later one goes, or the earlier if only that is as we made it; where people have edited both, both stay. Of the
    same generation it is a person's clone.
    """
    current = desk.current(link.key, item.side)
    if current is None or current.stamp is None or item.stamp is None:
        return False
    if current.stamp.generation == item.stamp.generation:
        return False
    earlier, later = sorted((current, item), key=lambda one: (one.created, one.id))
    going = next((one for one in (later, earlier) if memory.untouched(one)), None)
    if going is None:
        return False
    desk.extras.append(going)
    desk.sights[link.key][item.side] = earlier if going is later else later
    return True


def _by_stamp(desk: Desk, unmatched: Mapping[Side, Sequence[Item]]) -> dict[Side, list[Item]]:
    """Rebuild links from stamps whose link is not stored: find the partner among what was seen."""
    left = {side: {item.id: item for item in unmatched[side]} for side in Side}
    names = _Names(desk.pair, left[Side.EXCHANGE].values())
    for side in Side:
        for copy in unmatched[side]:
            stamp = copy.stamp
            if copy.id not in left[side] or not names_itself(copy) or desk.is_foreign(copy) or stamp is None:
                continue
            if stamp.link in desk.links:
                # Its link was begun a moment ago, from the other copy.
                if desk.free(stamp.link, side):
                    desk.take(stamp.link, copy)
                    del left[side][copy.id]
                continue
            partners = [stamp.partner] if side is Side.EXCHANGE else names.of(stamp)
            partner = next((left[side.other][name] for name in partners if name in left[side.other]), None)
            if partner is not None:
                del left[side][copy.id], left[side.other][partner.id]
                desk.open(desk.blank(copy, partner), copy, partner)
    return {side: list(items.values()) for side, items in left.items()}


class _Names:
    """Exchange items by the names a stamp on Google may call them: their link's key, or their UID."""

    def __init__(self, pair: str, items: Iterable[Item]) -> None:
        self._pair = pair
        self._by_key: dict[str, list[str]] = defaultdict(list)
        self._by_uid: dict[str, list[str]] = defaultdict(list)
        for item in items:
            for key in keys_of(pair, item):
                self._by_key[key].append(item.id)
            self._by_uid[partner_name(item.uid)].append(item.id)

    def of(self, stamp: Stamp) -> list[str]:
        """Give the ids of the items a stamp may mean, the likeliest first."""
        exact = self._by_key.get(stamp.link, []) if stamp.pair == self._pair else []
        return [*exact, *self._by_uid.get(stamp.partner, [])]


def _saved_anew(desk: Desk, items: Sequence[Item], memory: Memory) -> list[Item]:
    """Rebind an item that a program saved anew: the old id is gone, the same event stands under a new id and UID."""
    left = list(items)
    vanished = [key for key in desk.links if desk.sights[key][Side.EXCHANGE] is Fate.GONE]
    for key in vanished:
        same = [item for item in left if item.event and not item.stamp and memory.agrees(desk.links[key], item.event)]
        if len(same) == 1:
            left.remove(same[0])
            desk.sights[key][Side.EXCHANGE] = same[0]
    return left


def _pair_up(
    desk: Desk, unmatched: Mapping[Side, Sequence[Item]], key_of: Callable[[Item], Hashable | None]
) -> dict[Side, list[Item]]:
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
        if key_of is _times and sizes != [1, 1]:
            continue
        for pair in zip(group[Side.EXCHANGE], group[Side.GOOGLE], strict=False):
            link = desk.blank(*pair)
            desk.open(link, *pair)
            taken |= {(item.side, item.id) for item in pair}
            if max(sizes) > 1:
                desk.guessed.add(link.key)
    return {side: [item for item in unmatched[side] if (side, item.id) not in taken] for side in Side}


def _uid(item: Item) -> Hashable | None:
    return item.uid.lower() or None


def _looks(item: Item) -> Hashable | None:
    return likeness(item.event) if item.event and not item.people and not names_itself(item) else None


def _times(item: Item) -> Hashable | None:
    return alike(item.event)[Field.WHEN] if item.event and not item.people and not names_itself(item) else None


def _is_clone(desk: Desk, item: Item) -> bool:
    return item.stamp is not None and item.stamp.link in desk.links


def _in_order(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.created, item.id))
