"""The sheet on which a round's cases are put together, and how items and links are named there. Pure.

`match.py` fills it in; nothing else writes on it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Protocol

from calpair.model.event import Item
from calpair.model.link import Link, Part, Stamp, chosen_uid, link_key, partner_name, series_of
from calpair.model.rule import original_text
from calpair.model.side import Home, Side


class Fate(Enum):
    """What can be said of a side's item that is not there to be read."""

    NONE = "none"
    """There never was one."""
    GONE = "gone"
    """Deleted: a tombstone was seen."""
    ABSENT = "absent"
    """Not found; proof of nothing yet."""


Sight = Item | Fate


class LivePairs(Protocol):
    """All enabled pairs, as a mapping or as whoever looks one up."""

    def get(self, key: str, /) -> frozenset[Side] | None:
        """Give the sides on which the pair of this key keeps the very folder or calendar of the pair at hand.

        None: no enabled pair has this key.
        """


@dataclass(frozen=True, slots=True)
class Case:
    """One event as it stands on both sides this round.

    `known` is false for an event first seen now (`link` is then a blank one with its key and home). `joined`: items
    that were found to be one just now, so there is no agreement to go by. `guessed`: one of several that look the
    same. `foreign`: a copy that another live pair made. `orphan`: a copy of ours whose partner is nowhere. `extra`: a
    second copy of ours, to go; its `link` is nobody's. `whole`: concluded from complete lists of both sides.
    `altogether`: one of the parts of a series, all of which are gone on the other side.
    """

    link: Link
    sights: Mapping[Side, Sight]
    known: bool = True
    joined: bool = False
    guessed: bool = False
    foreign: bool = False
    orphan: bool = False
    extra: Item | None = None
    whole: bool = False
    altogether: bool = False

    def item(self, side: Side) -> Item | None:
        """The side's item, if it is there."""
        sight = self.sights[side]
        return sight if isinstance(sight, Item) else None


def together(cases: Iterable[Case]) -> list[Case]:
    """Tell of a series that stands in parts whether all of them were deleted on the other side."""
    cases = list(cases)
    left: Counter[str] = Counter()
    for case in cases:
        for side in Side:
            item = case.item(side)
            if item and item.parts > 1 and case.sights[side.other] is Fate.GONE:
                left[series_of(item.id)] += 1
    return [
        replace(case, altogether=True)
        if any((item := case.item(side)) and item.parts > 1 and left[series_of(item.id)] == item.parts for side in Side)
        else case
        for case in cases
    ]


@dataclass(slots=True)
class Desk:
    """Links in play, what is seen of each on either side, and what was concluded on the way."""

    pair: str
    live_pairs: LivePairs
    whole: bool
    links: dict[str, Link] = field(default_factory=dict)
    sights: dict[str, dict[Side, Sight]] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)
    guessed: set[str] = field(default_factory=set)
    new: set[str] = field(default_factory=set)
    orphans: set[str] = field(default_factory=set)
    extras: list[Item] = field(default_factory=list)
    _by_uid: dict[tuple[Side, str], list[str]] | None = None

    def free(self, key: str, side: Side) -> bool:
        """Tell whether the link has no living item on that side."""
        return not isinstance(self.sights[key][side], Item)

    def current(self, key: str, side: Side) -> Item | None:
        """The link's living item on that side."""
        sight = self.sights[key][side]
        return sight if isinstance(sight, Item) else None

    def with_uid(self, side: Side, uid: str) -> list[str]:
        """Give the links in play whose item on that side has this UID."""
        if not uid:
            return []
        if self._by_uid is None:
            self._by_uid = {}
            for key in self.links:
                for one in Side:
                    item = self.current(key, one)
                    if item and item.uid:
                        self._by_uid.setdefault((one, item.uid.lower()), []).append(key)
        return self._by_uid.get((side, uid.lower()), [])

    def take(self, key: str, item: Item) -> None:
        """Give the link this item on its side; without an item of its own before, there is no agreement yet."""
        if self.sights[key][item.side] is Fate.NONE:
            self.joined.add(key)
        self.sights[key][item.side] = item

    def supplant(self, key: str, item: Item) -> None:
        """Give the link the event's real item in place of a copy of ours, which goes."""
        copy = self.current(key, item.side)
        if copy:
            self.extras.append(copy)
        self.sights[key][item.side] = item
        self.joined.add(key)
        self.links[key] = replace(self.links[key], home=Home.ADOPTED)

    def open(self, link: Link, *items: Item) -> None:
        """Begin a link with one item, or with one on each side that were found to be one."""
        self.links[link.key] = link
        self.new.add(link.key)
        self.sights[link.key] = dict.fromkeys(Side, Fate.NONE)
        self.sights[link.key].update({item.side: item for item in items})
        if len(items) > 1:
            self.joined.add(link.key)

    def orphan(self, copy: Item) -> None:
        """Begin a link for a copy whose partner was not found; it keeps the partner's name, in case it turns up."""
        stamp = copy.stamp
        if stamp is None:
            raise ValueError("only a copy of ours can be an orphan")
        link = replace(self.blank(copy), key=stamp.link, home=Home(copy.side.other.value), generation=stamp.generation)
        if copy.side is Side.GOOGLE:
            link = replace(link, uid=stamp.partner)
        self.open(link, copy)
        if copy.side is Side.EXCHANGE:
            self.links[link.key] = link.with_part(Side.GOOGLE, Part(stamp.partner))
        self.orphans.add(link.key)

    def blank(self, item: Item, partner: Item | None = None) -> Link:
        """Name the link these items will have. A copy's stamp says whose it is; else two strangers are adopted."""
        found = {one.side: one for one in (item, partner) if one}
        exchange, google = found.get(Side.EXCHANGE), found.get(Side.GOOGLE)
        # A clone's stamp is about a link that is there already.
        stamped = next((one for one in found.values() if self.leads(one) and not self.knows_link_of(one)), None)
        if partner is None:
            home = Home(item.side.value)
        else:
            home = Home.ADOPTED if stamped is None else Home(stamped.side.other.value)
        if partner and stamped and stamped.stamp and stamped.stamp.pair == self.pair:
            key = stamped.stamp.link
        else:
            keys = keys_of(self.pair, exchange or item)
            key = next((key for key in keys if key not in self.links), keys[-1])
        return Link(
            key=key,
            pair=self.pair,
            home=home,
            uid=exchange.uid if exchange else chosen_uid(item.id),
            google_uid=google.uid if google else "",
            generation=stamped.stamp.generation if stamped and stamped.stamp else 0,
        )

    def cases(self) -> list[Case]:
        """Give what came of it: the links' cases, then the second copies'."""
        return [self._case(key) for key in self.links] + [self._extra(item) for item in self.extras]

    def _case(self, key: str) -> Case:
        items = [item for item in (self.current(key, side) for side in Side) if item]
        return Case(
            self.links[key],
            self.sights[key],
            known=key not in self.new,
            joined=key in self.joined,
            guessed=key in self.guessed,
            foreign=any(self.is_foreign(item) for item in items),
            orphan=key in self.orphans,
            whole=self.whole,
        )

    def _extra(self, item: Item) -> Case:
        nobodys = Link(link_key(self.pair, f"extra:{item.side}:{item.id}"), self.pair, Home(item.side.value))
        sights: dict[Side, Sight] = {item.side: item, item.side.other: Fate.NONE}
        return Case(nobodys, sights, known=False, extra=item, whole=self.whole)

    def knows_link_of(self, item: Item) -> bool:
        """Tell whether the link that an item's stamp names is in play."""
        return item.stamp is not None and item.stamp.link in self.links

    def is_foreign(self, item: Item) -> bool:
        """Tell whether another live pair made this item, and made it here."""
        kept = self._kept_by_maker(item)
        return kept is not None and item.side in kept

    def is_stray(self, item: Item) -> bool:
        """Tell whether a person brought this item here from another live pair's folder or calendar.

        It was moved or copied with stamp and UID, and is theirs: that pair makes no copies here. What stamp and UID say
        is about an event of that pair, which has yet to see that the item is gone, or keeps the original.
        """
        kept = self._kept_by_maker(item)
        return kept is not None and item.side not in kept

    def leads(self, item: Item) -> Stamp | None:
        """Give the stamp by which an item's partner may be looked for: this pair's own, or one that outlived its pair."""
        stamp = item.stamp if names_itself(item) else None
        return stamp if self._kept_by_maker(item) is None else None

    def _kept_by_maker(self, item: Item) -> frozenset[Side] | None:
        """Give which of this pair's places the live pair that stamped this item keeps, if it is another one."""
        stamp = item.stamp if names_itself(item) else None
        return self.live_pairs.get(stamp.pair) if stamp and stamp.pair != self.pair else None


_WITHIN_A_SECOND = 8
"""Servers tell creation times in whole seconds; so many items with one UID may be made in one."""


def keys_of(pair: str, item: Item) -> tuple[str, ...]:
    """Give the keys an item may be linked under: its UID's, and those for further items with that UID.

    An occurrence that is here without its series, whose UID it has, is told apart by its original start. The others are told apart by their creation time, and within a second by a number. A Google event goes by the UID we
    choose for its copy; a clone of that copy has it too, and may outlive the event.
    """
    uid = item.uid if item.side is Side.EXCHANGE else chosen_uid(item.id)
    if item.alone is not None and item.side is Side.EXCHANGE:
        return (link_key(pair, uid, original_text(item.alone)),) * 2
    at = item.created.isoformat()
    further = (link_key(pair, uid, f"{at}#{number}") for number in range(2, _WITHIN_A_SECOND + 1))
    return link_key(pair, uid), link_key(pair, uid, at), *further


def names_itself(item: Item) -> bool:
    """Tell whether the stamp is about the item it stands on; on a clone it is not."""
    if item.stamp is None:
        return False
    own = item.id if item.side is Side.GOOGLE else partner_name(item.uid)
    return item.stamp.self_name == own


def is_about(link: Link, item: Item) -> bool:
    """Tell whether the item's stamp was written for this link; a clone's is about its original's."""
    return names_itself(item) and item.stamp is not None and item.stamp.link == link.key


def is_copy(link: Link, item: Item) -> bool:
    """Tell whether the link's item was made for the event's owner on the other side; its stamp is kept up to date.

    A clone of a copy is a person's own, and so is an item they brought here from another pair's folder: with a stamp of
    ours it would be taken for a copy once the store is lost.
    """
    return is_about(link, item) or (names_itself(item) and not link.home.owns(item.side))


def is_ours(item: Item, pair: str) -> bool:
    """Tell whether this pair made the item; on Exchange a person's clone of it cannot be told from it here."""
    return names_itself(item) and item.stamp is not None and item.stamp.pair == pair
