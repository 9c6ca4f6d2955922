"""Which of the items just seen belong together: links, stamps, UIDs, likeness, in that order. Pure.

In: every item read this round on either side, what is gone or was not found, and the links any of them may belong to.
Out: one `Case` an event, for `plan.py` to decide. Same input, same cases, in the same order.

    1. an item a link knows by id
    2. an item that a link without one on that side may claim: by UID and creation time, by stamp, by UID
    3. a stamp whose link is not stored: its partner among the items (a rebuilt store)
    4. a second copy of ours; the UID of a link's item on the other side
    5. an item saved anew under another id and UID
    6. a UID that both sides have
    7. likeness of times, title and place, between unlinked and unstamped items; within a group the lesser number is
       paired in id order and the case says so
    8. after a lost store: equal times alone, where one to one
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calpair.model.event import Item
from calpair.model.link import Link
from calpair.model.side import Side
from calpair.sync.desk import Case, Desk, Fate, LivePairs, Sight, is_ours
from calpair.sync.rebuild import by_stamp, looks, pair_up, times, uid
from calpair.sync.rejoin import Memory, drop_second, is_fragment, join_noted, rejoin, saved_anew
from calpair.sync.undivided import undivided


@dataclass(frozen=True, slots=True)
class Seen:
    """What a round saw: the items read and the ids with a tombstone, by side. What is in neither was not found."""

    items: Mapping[Side, Mapping[str, Item]]
    gone: Mapping[Side, frozenset[str]]


def match(
    pair: str, live_pairs: LivePairs, seen: Seen, links: Iterable[Link], memory: Memory, *, whole: bool
) -> list[Case]:
    """Put together what belongs together.

    `whole`: both calendars were listed from the beginning and `links` are all there are.
    """
    links = sorted(links, key=lambda link: link.key)
    seen = Seen(*undivided(seen.items, seen.gone, links))
    desk = Desk(pair, live_pairs, whole)
    known: dict[Side, set[str]] = {side: set() for side in Side}
    for link in links:
        desk.links[link.key] = link
        desk.sights[link.key] = {side: _sight(link, side, seen) for side in Side}
        for side in Side:
            known[side] |= {part.id for part in link.parts(side)}
    left = {side: _in_order(item for id_, item in seen.items[side].items() if id_ not in known[side]) for side in Side}
    lost_store = whole and memory.rebuilding and any(is_ours(item, pair) for side in Side for item in left[side])

    left = {side: rejoin(desk, left[side], memory) for side in Side}
    left = by_stamp(desk, left, memory.untouched)
    left = {
        side: [item for item in left[side] if not (drop_second(desk, item, memory) or join_noted(desk, item))]
        for side in Side
    }
    left[Side.EXCHANGE] = saved_anew(desk, left[Side.EXCHANGE], memory)
    for key_of in (uid, looks, times):
        if key_of is not times or lost_store:
            left = pair_up(desk, left, key_of)
    for side in Side:
        for item in left[side]:
            _alone(desk, item, memory)
    return desk.cases()


def _alone(desk: Desk, item: Item, memory: Memory) -> None:
    """Begin a link for an item without a partner, unless it is a copy of ours that lost it."""
    ours = is_ours(item, desk.pair)
    if ours and item.stamp and item.stamp.link in memory.intents and memory.untouched(item):
        # A create that came through after its event was deleted and forgotten.
        desk.extras.append(item)
    elif memory.enforcing and is_fragment(desk, item):
        # The copy is made whole again, and this would stand twice.
        desk.extras.append(item)
    elif ours and desk.whole and memory.rebuilding and not desk.knows_link_of(item):
        desk.orphan(item)
    else:
        desk.open(desk.blank(item), item)


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


def _in_order(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.created, item.id))
