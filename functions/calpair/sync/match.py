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
from dataclasses import dataclass, field, replace
from enum import Enum

from calpair.model.event import Event, Field, Item
from calpair.model.link import Link, State, chosen_uid, link_key
from calpair.model.side import Home, Side
from calpair.sync.digest import alike, likeness


class Fate(Enum):
    """What can be said of a side's item that is not there to be read."""

    NONE = "none"
    """There never was one."""
    GONE = "gone"
    """Deleted: a tombstone was seen."""
    ABSENT = "absent"
    """Not found; proof of nothing yet."""


Sight = Item | Fate


@dataclass(frozen=True, slots=True)
class Case:
    """One event as it stands on both sides this round.

    `known` is false for an event first seen now (`link` is then a blank one with its key and home). `joined`: items
    that were found to be one just now, so there is no agreement to go by. `guessed`: one of several that look the
    same. `foreign`: a copy that another live pair made. `orphan`: a copy of ours whose partner is nowhere. `extra`: a
    second copy of ours on that side, to go.
    """

    link: Link
    sights: Mapping[Side, Sight]
    known: bool = True
    joined: bool = False
    guessed: bool = False
    foreign: bool = False
    orphan: bool = False
    extra: Item | None = None

    def item(self, side: Side) -> Item | None:
        """The side's item, if it is there."""
        sight = self.sights[side]
        return sight if isinstance(sight, Item) else None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a round saw: the items read and the ids with a tombstone, by side. What is in neither was not found."""

    items: Mapping[Side, Mapping[str, Item]]
    gone: Mapping[Side, frozenset[str]]


@dataclass(slots=True)
class _Desk:
    """The sheet the cases are put together on."""

    pair: str
    live_pairs: frozenset[str]
    links: dict[str, Link]
    sights: dict[str, dict[Side, Sight]]
    joined: set[str] = field(default_factory=set)
    guessed: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)
    others: list[Case] = field(default_factory=list)
    whole: bool = False

    def free(self, key: str, side: Side) -> bool:
        """Tell whether the link has no living item on that side."""
        return not isinstance(self.sights[key][side], Item)

    def take(self, key: str, item: Item) -> None:
        """Give the link this item on its side; without an item of its own before, there is no agreement yet."""
        if self.sights[key][item.side] is Fate.NONE:
            self.joined.add(key)
        self.sights[key][item.side] = item

    def open(self, link: Link, item: Item, partner: Item | None = None) -> None:
        """Begin a link."""
        self.links[link.key] = link
        self.new.add(link.key)
        sights: dict[Side, Sight] = dict.fromkeys(Side, Fate.NONE)
        for found in (item, partner):
            if found:
                sights[found.side] = found
        self.sights[link.key] = sights
        if partner:
            self.joined.add(link.key)


def match(
    pair: str,
    live_pairs: frozenset[str],
    seen: Seen,
    links: Iterable[Link],
    *,
    whole: bool,
    agrees: Callable[[Link, Event], bool],
) -> list[Case]:
    """Put together what belongs together.

    `whole`: both calendars were listed from the beginning and `links` are all there are. `agrees(link, event)`: the
    event has the times, title and place last agreed on Exchange (an item that was saved anew).
    """
    desk = _Desk(pair, live_pairs, {}, {}, whole=whole)
    known: dict[Side, set[str]] = {side: set() for side in Side}
    for link in sorted(links, key=lambda link: link.key):
        desk.links[link.key] = link
        desk.sights[link.key] = {side: _sight(link, side, seen) for side in Side}
        for side in Side:
            known[side] |= {part.id for part in link.parts(side)}
    fresh = {side: _in_order(item for id_, item in seen.items[side].items() if id_ not in known[side]) for side in Side}
    lost_store = whole and not desk.links and any(_ours(item, pair) for side in Side for item in fresh[side])

    unmatched = {side: [item for item in fresh[side] if not _by_link(desk, item)] for side in Side}
    unmatched = _by_stamp(desk, unmatched)
    unmatched[Side.EXCHANGE] = _rewritten(desk, unmatched[Side.EXCHANGE], agrees)
    for likeness_of in (_uid, _looks, _times if lost_store else None):
        if likeness_of:
            unmatched = _pair_up(desk, unmatched, likeness_of)
    for side in Side:
        for item in unmatched[side]:
            _alone(desk, item)
    return [_case(desk, key) for key in desk.links] + desk.others


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


def _by_link(desk: _Desk, item: Item) -> bool:
    """Find the item's link by its stamp, its UID, or the other side's note of its UID."""
    if _ours(item, desk.pair) and item.stamp:
        link = desk.links.get(item.stamp.link)
        if link:
            if desk.free(link.key, item.side):
                desk.take(link.key, item)
            elif not _second(desk, link, item):
                return False
            return True
        return False
    keys = _keys(desk.pair, item)
    for key in reversed(keys):
        if key in desk.links and desk.free(key, item.side):
            desk.take(key, item)
            return True
    for key, link in desk.links.items():
        noted = link.google_uid if item.side is Side.EXCHANGE else link.uid
        alone = link.part(item.side) is None and link.state in (State.LEFT, State.PARKED)
        if alone and noted and noted.lower() == item.uid.lower() and desk.free(key, item.side):
            desk.take(key, item)
            desk.links[key] = replace(link, home=Home.ADOPTED)
            return True
    return False


def _second(desk: _Desk, link: Link, item: Item) -> bool:
    """Settle a second living copy with one link's stamp: another generation is a late create of ours, and goes."""
    current = desk.sights[link.key][item.side]
    if not isinstance(current, Item) or current.stamp is None or item.stamp is None:
        return False
    if current.stamp.generation == item.stamp.generation:
        return False
    later = max((current, item), key=lambda one: (one.created, one.id))
    if later is current:
        desk.sights[link.key][item.side] = item
    desk.others.append(_extra(link, later))
    return True


def _extra(link: Link, item: Item) -> Case:
    return Case(link, {item.side: item, item.side.other: Fate.NONE}, extra=item)


def _by_stamp(desk: _Desk, unmatched: Mapping[Side, Sequence[Item]]) -> dict[Side, list[Item]]:
    """Rebuild links from stamps whose link is not stored: find the partner among what was seen."""
    left = {side: list(unmatched[side]) for side in Side}
    for side in Side:
        for copy in unmatched[side]:
            stamp = copy.stamp
            if stamp is None or not _names_itself(copy):
                continue
            if stamp.pair != desk.pair and stamp.pair in desk.live_pairs:
                left[side].remove(copy)
                desk.others.append(_bare(desk, copy, foreign=True))
                continue
            if stamp.link in desk.links:
                again = desk.links[stamp.link]
                if desk.free(stamp.link, side):
                    desk.take(stamp.link, copy)
                    left[side].remove(copy)
                elif _second(desk, again, copy):
                    left[side].remove(copy)
                continue
            partner = _partner(desk, copy, left[side.other])
            if partner is not None:
                left[side].remove(copy)
                left[side.other].remove(partner)
                desk.open(_blank(desk, copy, partner), copy, partner)
            elif stamp.pair == desk.pair and desk.whole:
                left[side].remove(copy)
                desk.others.append(_bare(desk, copy, orphan=True))
    return left


def _partner(desk: _Desk, copy: Item, candidates: Sequence[Item]) -> Item | None:
    stamp = copy.stamp
    assert stamp is not None  # noqa: S101 - the caller looked; this is for the type checker
    same_pair = stamp.pair == desk.pair
    for item in candidates:
        if copy.side is Side.EXCHANGE and item.id == stamp.partner:
            return item
        if copy.side is Side.GOOGLE and same_pair and stamp.link in _keys(desk.pair, item):
            return item
    if copy.side is Side.GOOGLE and not same_pair:
        return next((item for item in candidates if partner_name(item.uid) == stamp.partner), None)
    return None


def _rewritten(desk: _Desk, items: Sequence[Item], agrees: Callable[[Link, Event], bool]) -> list[Item]:
    """Rebind an item that a program saved anew: the old id is gone, the same event stands under a new id and UID."""
    left = list(items)
    vanished = [key for key in desk.links if desk.sights[key][Side.EXCHANGE] is Fate.GONE]
    for key in vanished:
        same = [item for item in left if item.event and item.stamp is None and agrees(desk.links[key], item.event)]
        if len(same) == 1:
            left.remove(same[0])
            desk.sights[key][Side.EXCHANGE] = same[0]
    return left


def _pair_up(
    desk: _Desk, unmatched: Mapping[Side, Sequence[Item]], key_of: Callable[[Item], Hashable | None]
) -> dict[Side, list[Item]]:
    """Pair items of both sides that have the same key; in a larger group the lesser number, in id order."""
    groups: dict[Hashable, dict[Side, list[Item]]] = defaultdict(lambda: {side: [] for side in Side})
    for side in Side:
        for item in sorted(unmatched[side], key=lambda item: item.id):
            key = key_of(item)
            if key is not None:
                groups[key][side].append(item)
    taken: set[tuple[Side, str]] = set()
    for group in groups.values():
        sizes = [len(group[side]) for side in Side]
        if key_of is _times and sizes != [1, 1]:
            continue
        for left, right in zip(group[Side.EXCHANGE], group[Side.GOOGLE], strict=False):
            link = _blank(desk, left, right)
            desk.open(link, left, right)
            taken |= {(item.side, item.id) for item in (left, right)}
            if max(sizes) > 1:
                desk.guessed.add(link.key)
    return {side: [item for item in unmatched[side] if (side, item.id) not in taken] for side in Side}


def _uid(item: Item) -> Hashable | None:
    return item.uid.lower() or None


def _looks(item: Item) -> Hashable | None:
    return likeness(item.event) if item.event and not item.people and not _names_itself(item) else None


def _times(item: Item) -> Hashable | None:
    return alike(item.event)[Field.WHEN] if item.event and not item.people and not _names_itself(item) else None


def _alone(desk: _Desk, item: Item) -> None:
    link = _blank(desk, item, None)
    desk.open(link, item)


def _bare(desk: _Desk, item: Item, *, foreign: bool = False, orphan: bool = False) -> Case:
    link = replace(_blank(desk, item, None), key=link_key(desk.pair, f"{item.side}:{item.id}"))
    sights: dict[Side, Sight] = {item.side: item, item.side.other: Fate.NONE}
    return Case(link, sights, known=False, foreign=foreign, orphan=orphan)


def _blank(desk: _Desk, item: Item, partner: Item | None) -> Link:
    """Name the link these items will have. A copy's stamp says whose it is; else two strangers are adopted."""
    found = {one.side: one for one in (item, partner) if one}
    exchange, google = found.get(Side.EXCHANGE), found.get(Side.GOOGLE)
    stamped = next((one for one in found.values() if _names_itself(one)), None)
    if partner is None:
        home = Home(item.side.value)
    else:
        home = Home.ADOPTED if stamped is None else Home(stamped.side.other.value)
    if stamped and stamped.stamp and stamped.stamp.pair == desk.pair and partner:
        key = stamped.stamp.link
    elif exchange:
        keys = _keys(desk.pair, exchange)
        key = next((key for key in keys if key not in desk.links), keys[-1])
    else:
        key = link_key(desk.pair, chosen_uid(item.id))
    return Link(
        key=key,
        pair=desk.pair,
        home=home,
        uid=exchange.uid if exchange else chosen_uid(item.id),
        google_uid=google.uid if google else "",
        generation=stamped.stamp.generation if stamped and stamped.stamp else 0,
    )


def _keys(pair: str, item: Item) -> tuple[str, ...]:
    """Give the keys an item may be linked under: its UID's, and the one for a second item with that UID."""
    if item.side is Side.GOOGLE:
        return (link_key(pair, chosen_uid(item.id)),)
    return link_key(pair, item.uid), link_key(pair, item.uid, item.created.isoformat())


def partner_name(uid: str) -> str:
    """Give the name by which a stamp on Google calls its partner: the UID in small letters, or its hash if long."""
    return uid.lower() if len(uid) <= _LONG else link_key("uid", uid)


_LONG = 200


def _names_itself(item: Item) -> bool:
    """Tell whether the stamp is about the item it stands on; on a clone it is not."""
    if item.stamp is None:
        return False
    own = item.id if item.side is Side.GOOGLE else partner_name(item.uid)
    return item.stamp.self_name == own


def _ours(item: Item, pair: str) -> bool:
    return _names_itself(item) and item.stamp is not None and item.stamp.pair == pair


def _in_order(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.created, item.id))


def _case(desk: _Desk, key: str) -> Case:
    return Case(
        desk.links[key],
        desk.sights[key],
        known=key not in desk.new,
        joined=key in desk.joined,
        guessed=key in desk.guessed,
    )
