"""Stored links that get their items back, and second copies that go: the fresh items of one side against the links. Pure.

An item that no link knows by id may be one a link has lost: its mailbox was moved, a program saved it anew, or we made
it and never heard of it. Every such item claims the links that have no living item on its side; the strongest claim
is served first, whatever the order of the lists:

    1. the link was named after this item's UID and creation time. A clone has its original's UID and stamp, so what
       these two say of it is its original's; when it was made is its own.
    2. the item's stamp names the link: we made it for that
    3. the link was named after this item's UID alone

Between equal claims the item speaks that still says most of what was last agreed, then the older one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from calpair.model.event import Field, Item
from calpair.model.link import Link, State
from calpair.model.side import Home, Side
from calpair.sync.desk import Desk, Fate, is_ours, keys_of, names_itself

_SAME_EVENT = frozenset({Field.WHEN, Field.TITLE, Field.PLACE})


@dataclass(frozen=True, slots=True)
class Memory:
    """What only keyed digests can tell.

    `agreeing(link, item)`: names of the fields the item has just as last agreed on its side. `untouched(item)`: a copy
    of ours still says what it was made to say. `intents`: links whose CreateItem may still be carried out, though they
    may be forgotten by now.
    """

    agreeing: Callable[[Link, Item], frozenset[str]]
    untouched: Callable[[Item], bool]
    intents: frozenset[str] = frozenset()
    rebuilding: bool = False
    """The pair was never brought in step with this store: it is new, or the store was lost."""
    enforcing: bool = False
    """The pair is one-way: what people do to copies is undone."""


def rejoin(desk: Desk, fresh: Sequence[Item], memory: Memory) -> list[Item]:
    """Serve the claims of one side's fresh items; gives those that are left."""
    left = {item.id: item for item in fresh if not _came_too_late(desk, item, memory)}
    claims = [(weakness, item, key) for item in left.values() for weakness, key in _claims(desk, item)]

    def order(claim: tuple[int, Item, str]) -> tuple[Any, ...]:
        weakness, item, key = claim
        # A stable sort: an item's further keys stay in the order in which they are given out.
        return weakness, -len(memory.agreeing(desk.links[key], item)), item.created, item.id

    for _, item, key in sorted(claims, key=order):
        if item.id in left and desk.free(key, item.side):
            desk.take(key, left.pop(item.id))
    return list(left.values())


def _claims(desk: Desk, item: Item) -> Iterable[tuple[int, str]]:
    """Give the links that may be this item's and have none there, each with how weak the claim is."""
    by_uid, *by_time = keys_of(desk.pair, item) if item.side is Side.EXCHANGE else ("",)
    by_stamp = item.stamp.link if item.stamp and is_ours(item, desk.pair) else ""
    if by_uid in desk.links and desk.links[by_uid].home is Home.GOOGLE and desk.is_stray(item):
        # Another pair chose the UID, for an event of Google's that it keeps in step.
        by_uid = ""
    for weakness, keys in enumerate((by_time, [by_stamp], [by_uid])):
        yield from ((weakness, key) for key in keys if key in desk.links and desk.free(key, item.side))


def _came_too_late(desk: Desk, item: Item, memory: Memory) -> bool:
    """Drop a create that came through after the one that replaced it was deleted; no clone that has a link of its own."""
    link = _stamped(desk, item)
    if link is None or item.stamp is None or item.stamp.generation == link.generation:
        return False
    if any(key in desk.links for key in keys_of(desk.pair, item)[1:]):
        return False
    if desk.sights[link.key][item.side] is not Fate.GONE or not memory.untouched(item):
        return False
    desk.extras.append(item)
    return True


def drop_second(desk: Desk, item: Item, memory: Memory) -> bool:
    """Settle a second living copy with one link's stamp: of another generation it is a late create of ours.

    The later one goes, or the earlier if only that is as we made it; where people have edited both, both stay. Of the
    same generation it is a person's clone.
    """
    link = _stamped(desk, item)
    current = desk.current(link.key, item.side) if link else None
    if link is None or current is None or current.stamp is None or item.stamp is None:
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


def is_fragment(desk: Desk, item: Item) -> bool:
    """Tell a piece that "this and following" cut off a copy of ours: with its stamp, and its UID on Google.

    A copy that a person made of it has a UID of its own.
    """
    link = _stamped_by_clone(desk, item)
    current = desk.current(link.key, item.side) if link else None
    return current is not None and current.id != item.id and current.uid == item.uid and item.side is Side.GOOGLE


def _stamped_by_clone(desk: Desk, item: Item) -> Link | None:
    stamp = item.stamp
    return desk.links.get(stamp.link) if stamp and stamp.pair == desk.pair and not names_itself(item) else None


def join_noted(desk: Desk, item: Item) -> bool:
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


def saved_anew(desk: Desk, items: Sequence[Item], memory: Memory) -> list[Item]:
    """Rebind an item that a program saved anew: the old id is gone, the same event stands under a new id and UID."""
    left = list(items)
    vanished = [key for key in desk.links if desk.sights[key][Side.EXCHANGE] is Fate.GONE]
    for key in vanished:
        same = [one for one in left if not one.stamp and memory.agreeing(desk.links[key], one) >= _SAME_EVENT]
        if len(same) == 1:
            left.remove(same[0])
            desk.sights[key][Side.EXCHANGE] = same[0]
    return left


def _stamped(desk: Desk, item: Item) -> Link | None:
    return desk.links.get(item.stamp.link) if item.stamp and is_ours(item, desk.pair) else None
