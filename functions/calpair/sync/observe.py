"""What changed on both sides since the last look, put together into cases.

One change list a side, all its pages, folded by id (last word wins). Echoes of our own writes are told by their version
and dropped unread. Whatever is left is read, together with the other side of its link, so that a decision is made from
both as they are now. A listing that started from nothing is compared with the links: what it does not name is asked
for by id, and only the server's own word makes it gone (G4).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from calpair.errors import CANCELLED, AbsentError, CursorLostError, SideError
from calpair.model.event import Item
from calpair.model.link import PORTION, Link, State, chosen_uid, series_of
from calpair.model.side import Side
from calpair.ports import Calendar, Change, Page
from calpair.sync.desk import Case, LivePairs
from calpair.sync.digest import Digester
from calpair.sync.hints import hints
from calpair.sync.ledger import Ledger
from calpair.sync.match import Seen, match
from calpair.sync.records import HORIZON, id_key, uid_key
from calpair.sync.rejoin import Memory

_IN_STEP = (State.LINKED, State.PARKED)


@dataclass(frozen=True, slots=True)
class Observation:
    """`at`: where the next lists start. `emptied`: sides whose whole listing was empty although links name items there.

    `whole`: both sides were listed from the beginning. `unmade`: links as they were before a write that was not made.
    """

    cases: list[Case]
    at: Mapping[Side, str]
    whole: bool
    emptied: tuple[Side, ...] = ()
    zone: str = ""
    unmade: tuple[Link, ...] = ()


@dataclass(slots=True)
class _Feed:
    """A change list, folded by the id of what it tells of. `echoes`: what we know already; its content is let go at once.

    `bare`: it names items without their content.
    """

    changes: dict[str, Change] = field(default_factory=dict)
    echoes: set[str] = field(default_factory=set)
    at: str = ""
    whole: bool = False
    bare: bool = False
    zone: str = ""

    @property
    def items(self) -> set[str]:
        """The items it tells of; of an override, its series."""
        return {change.id for change in self.changes.values()}

    @property
    def uids(self) -> Mapping[str, str]:
        """The UIDs of the series it tells of, by id."""
        return {change.id: change.uid for change in self.changes.values() if change.uid}


@dataclass(slots=True)
class _Round:
    """What is in hand so far. `asked`: items to be read, each with the overrides that were told of."""

    items: dict[Side, dict[str, Item]] = field(default_factory=lambda: {side: {} for side in Side})
    gone: dict[Side, set[str]] = field(default_factory=lambda: {side: set() for side in Side})
    asked: dict[Side, dict[str, list[str]]] = field(default_factory=lambda: {side: {} for side in Side})
    links: dict[str, Link] = field(default_factory=dict)


def observe(
    calendars: Mapping[Side, Calendar],
    at: Mapping[Side, str],
    ledger: Ledger,
    digester: Digester,
    *,
    pair: str,
    live_pairs: LivePairs,
    look_again: Iterable[str] = (),
    sides: Iterable[Side] = tuple(Side),
    afresh: bool = False,
    intents: Iterable[str] = (),
    settled: bool = False,
    rebuilding: bool = False,
    enforcing: bool = False,
    awaited: Mapping[str, tuple[Side, Link]] = MappingProxyType({}),
) -> Observation:
    """Look at both sides. `look_again`: keys of links to be read whether or not they changed.

    `sides`: those to be listed; the other keeps its place. `afresh`: nothing is an echo, everything is decided anew
    (the pair's settings have changed). `intents`: links whose CreateItem may still be carried out.
    `settled`: what was written here before `at` was listed before it, too. `rebuilding`: the pair was never brought in
    step with this store. `enforcing`: what people do to copies is undone. `awaited`: links whose item the list of that
    side has to name; else it was not written, and they are as they were before. Raises what the calendars raise, but
    for a lost cursor: that side is then listed from the beginning.
    """
    known = _Known(ledger, None if afresh else digester)
    feeds = {side: _drain(calendars[side], at[side], known) for side in Side if side in set(sides)}
    for side, feed in feeds.items():
        if settled and _starts_over(feed):
            feeds[side] = _anew(feed, calendars[side], known)
    hand = _Round()
    # Of Google's series no more is carried where the pair runs one way.
    growing = (Side.EXCHANGE,) if enforcing else tuple(Side)
    for key in look_again:
        link = ledger.get(key)
        _bring(hand, link)
        if link and HORIZON in link.losses:
            # More items may stand for it by now than there are links.
            for side in growing:
                hand.asked[side].update({series_of(part.id): [] for part in link.parts(side) if link.home.owns(side)})
    for side, feed in feeds.items():
        _sift(hand, side, feed, ledger, parted=side in growing)
    unmade = [before for side, before in awaited.values() if side in feeds and not _named(before, side, feeds[side])]
    for link in unmade:
        _bring(hand, link)
    for side, feed in feeds.items():
        _read(hand, side, calendars[side], hand.asked[side], ledger, feed)
        _read_alone(hand, side, calendars[side], ledger)
        _absorb(hand, side, ledger)
    _bring_relatives(hand, ledger)
    for side in Side:
        parts = [part.id for link in hand.links.values() for part in link.parts(side) if side not in link.gone]
        # No list names a part of a series; a copy does, whose link is lost.
        parts += _parts_named(hand.items[side.other].values())
        _read(hand, side, calendars[side], parts, ledger)
    seen = Seen(hand.items, {side: frozenset(hand.gone[side]) for side in Side})
    whole = len(feeds) == len(Side) and all(feed.whole for feed in feeds.values())
    links = [hand.links[key] for key in sorted(hand.links)]
    memory = Memory(
        lambda link, item: _agreeing(link, item, digester),
        lambda item: _untouched(item, digester),
        frozenset(intents),
        rebuilding,
        enforcing,
    )
    cases = match(pair, live_pairs, seen, links, memory, whole=whole)
    return Observation(
        cases=cases,
        at={side: feeds[side].at if side in feeds else at[side] for side in Side},
        whole=whole,
        emptied=tuple(side for side, feed in feeds.items() if _emptied(side, feed, ledger)),
        zone=feeds[Side.GOOGLE].zone if Side.GOOGLE in feeds else "",
        unmade=tuple(unmade),
    )


class _Known:
    """Tells echoes from news, by the links; without a digester nothing is an echo."""

    def __init__(self, ledger: Ledger, digester: Digester | None) -> None:
        self._ledger = ledger
        self._digester = digester

    def prepare(self, side: Side, page: Page) -> None:
        """Look the page's links up, in as few questions as may be; for a whole list, all there are."""
        if page.whole:
            self._ledger.load_all()
        named = (item for change in page.changes for item in (change.id, change.override) if item)
        self._ledger.find(id_key(side, item) for item in named)

    def echo(self, side: Side, change: Change) -> bool:
        """Tell whether we know this already."""
        if change.gone or self._digester is None:
            return False
        links = self._ledger.of(side, change.id)
        if not links and change.override:
            # An occurrence that is here without its series is an item of its own.
            change = replace(change, id=change.override, override="")
            links = self._ledger.of(side, change.id)
        known = [_echo(link, side, change, self._digester) for link in links]
        if not change.override:
            return bool(known) and all(known)
        # Each part of a series remembers its own overrides; one that changed from part to part is news to either.
        versions = {part.overrides.get(change.override, change.version) for link in links for part in link.parts(side)}
        return any(known) and versions == {change.version}


def _drain(calendar: Calendar, at: str, known: _Known) -> _Feed:
    try:
        return _pages(calendar, at, known)
    except CursorLostError:
        if not at:
            raise
        return _pages(calendar, "", known)


@contextmanager
def blaming(side: Side) -> Iterator[None]:
    """Put the side's name on what it refuses."""
    try:
        yield
    except SideError as error:
        error.side = side.value
        raise


def _pages(calendar: Calendar, at: str, known: _Known) -> _Feed:
    feed = _Feed(at=at)
    more = True
    while more:
        with blaming(calendar.side):
            page = calendar.changes(feed.at)
        known.prepare(calendar.side, page)
        for change in page.changes:
            # The last word about an id wins, and stands where it was last said.
            told = change.override or change.id
            feed.changes.pop(told, None)
            feed.echoes.discard(told)
            if known.echo(calendar.side, change):
                feed.echoes.add(told)
                feed.changes[told] = replace(change, item=None)
            else:
                feed.changes[told] = change
        feed.at, feed.whole, feed.zone = page.cursor, feed.whole or page.whole, page.zone or feed.zone
        feed.bare = feed.bare or page.bare
        more = page.more
    return feed


def _starts_over(feed: _Feed) -> bool:
    """Tell whether a list of ids names what has not changed: then it is no list of changes.

    Some servers answer a place they no longer know with everything there is, silently; what was deleted meanwhile is
    then told by nobody. A list with content may well tell again what we know.
    """
    return bool(feed.echoes) and feed.bare and not feed.whole


def _anew(feed: _Feed, calendar: Calendar, known: _Known) -> _Feed:
    """List everything; tombstones already told stay told: after a crash a list may name what we wrote ourselves."""
    whole = _pages(calendar, "", known)
    gone = {told: change for told, change in feed.changes.items() if change.gone and told not in whole.changes}
    whole.changes.update(gone)
    return whole


def _sift(hand: _Round, side: Side, feed: _Feed, ledger: Ledger, *, parted: bool) -> None:
    """Keep tombstones, and mark what has to be read. `parted`: a series may have more parts than there are links."""
    for told, change in feed.changes.items():
        if told in feed.echoes:
            continue
        links = ledger.of(side, change.id)
        for link in links:
            _bring(hand, link)
        if change.gone:
            hand.gone[side] |= {change.id, *(part.id for link in links for part in link.parts(side))}
            continue
        if not parted and links and not _known_by(links, side, change.id):
            continue
        if change.item:
            hand.items[side][change.id] = change.item
        hand.asked[side].setdefault(change.id, []).extend(filter(None, [change.override]))
    if feed.whole:
        listed = feed.items | set(feed.changes)
        for link in ledger.load_all():
            if any(series_of(part.id) not in listed for part in link.parts(side)):
                _bring(hand, link)


def _known_by(links: Iterable[Link], side: Side, item: str) -> bool:
    """Tell whether a link knows an item by its own id, and not a part of it alone."""
    return any(part.id == item for link in links for part in link.parts(side))


def _echo(link: Link, side: Side, change: Change, digester: Digester) -> bool:
    """Tell a change that we know already: our own write, or an item noted and left alone.

    Google does not count a reminder as a new version, so content that came with the list is looked at too.
    """
    part = next((part for part in link.parts(side) if series_of(part.id) == change.id), None)
    if part is None or not part.version or link.missing:
        return False
    if change.version != (part.overrides.get(change.override) if change.override else part.version):
        return False
    if link.state is not State.LINKED:
        return True
    agreed, item = link.agreed.get(side), change.item
    if agreed is None:
        return False
    return item is None or item.event is None or dict(digester.fields(item.event)) == dict(agreed)


def _parts_named(items: Iterable[Item]) -> list[str]:
    """Give the parts of Google's series that copies on Exchange name as their partners."""
    stamps = [item.stamp for item in items if item.stamp and item.side is Side.EXCHANGE]
    return [stamp.partner for stamp in stamps if PORTION in stamp.partner]


def _named(link: Link, side: Side, feed: _Feed) -> bool:
    """Tell whether a list names a link's item, in whatever version."""
    return any(part.id in feed.changes for part in link.parts(side))


def _bring(hand: _Round, link: Link | None) -> None:
    if link:
        hand.links[link.key] = link


def _bring_relatives(hand: _Round, ledger: Ledger) -> None:
    """Bring in the links that items new to us may belong to, by UID and by stamp, or must not be named like."""
    known = {part.id for link in hand.links.values() for side in Side for part in link.parts(side)}
    fresh = [item for side in Side for item in hand.items[side].values() if item.id not in known]
    uids = [item.uid for item in fresh if item.uid]
    uids += [chosen_uid(item.id) for item in fresh if item.side is Side.GOOGLE]
    for link in ledger.find(map(uid_key, uids)):
        _bring(hand, link)
    for item in fresh:
        if item.stamp:
            _bring(hand, ledger.get(item.stamp.link))


def _read(
    hand: _Round, side: Side, calendar: Calendar, ids: Iterable[str], ledger: Ledger, feed: _Feed | None = None
) -> None:
    """Read what is neither in hand nor gone. "Cancelled" is proof of a deletion; "not found" is not.

    Parts of a series that come with the one asked for are looked at only if they are new: of the others nothing has
    been told. `feed`: what told of them.
    """
    held, gone = hand.items[side], hand.gone[side]
    wanted = [item for item in dict.fromkeys(ids) if item not in held and item not in gone]
    if not wanted:
        return
    known = hints(side, wanted, hand.links.values(), hand.items[side.other], feed.uids if feed else {})
    with blaming(side):
        answers = calendar.read(wanted, known)
    beside = answers.keys() - set(wanted)
    links = ledger.find(id_key(side, item) for item in sorted(beside))
    untold = {part.id for link in links if link.key not in hand.links for part in link.parts(side)} & beside
    for item, answer in answers.items():
        if item in untold:
            continue
        if isinstance(answer, Item):
            held[item] = answer
        elif isinstance(answer, AbsentError):
            if answer.code == CANCELLED:
                gone.add(item)
        else:
            with blaming(side):
                raise answer


def _absorb(hand: _Round, side: Side, ledger: Ledger) -> None:
    """Take an occurrence that was here alone for gone, now that its series is here, which has it."""
    new = [item for item in hand.items[side].values() if item.marks and not ledger.of(side, item.id)]
    marks = {mark.id for item in new for mark in item.marks.values()}
    for link in ledger.find(sorted(id_key(side, mark) for mark in marks)) if marks else ():
        hand.gone[side] |= {part.id for part in link.parts(side) if part.id in marks}
        _bring(hand, link)


def _read_alone(hand: _Round, side: Side, calendar: Calendar, ledger: Ledger) -> None:
    """Read occurrences that are here without their series (an invitation to them alone), as items of their own."""
    alone = [
        override
        for item, overrides in hand.asked[side].items()
        if item not in hand.items[side] and item not in hand.gone[side] and not ledger.of(side, item)
        for override in overrides
    ]
    for link in (link for override in alone for link in ledger.of(side, override)):
        _bring(hand, link)
    _read(hand, side, calendar, alone, ledger)


def _emptied(side: Side, feed: _Feed, ledger: Ledger) -> bool:
    live = any(not change.gone for change in feed.changes.values())
    return feed.whole and not live and any(link.parts(side) for link in ledger.load_all() if link.state in _IN_STEP)


def _agreeing(link: Link, item: Item, digester: Digester) -> frozenset[str]:
    agreed = link.agreed.get(item.side)
    if agreed is None or item.event is None:
        return frozenset()
    return frozenset(name for name, digest in digester.fields(item.event).items() if agreed.get(name) == digest)


def _untouched(item: Item, digester: Digester) -> bool:
    stamp = item.stamp
    if item.event is None or stamp is None:
        return False
    return not stamp.digest or digester.stamp(item.event) == stamp.digest


def due(links: Iterable[Link], now: datetime) -> list[str]:
    """Give the parked links whose time to be looked at again has come."""
    return [link.key for link in links if link.parking and link.parking.retry and link.parking.retry <= now]
