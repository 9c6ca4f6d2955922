"""`why`: an event's links, found by whatever a person has of it, and how it stands on both sides just now.

    told = Reasons(store, pair, digester, lent, now).of("2026-11-05", plan)

It is looked up in the store first, then by its start, then at Google, which alone knows what an occurrence's id names.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Any

from calpair.care import sought, why
from calpair.care.hits import hits, meant
from calpair.care.why import One, Seen
from calpair.errors import AbsentError, SideError, UsageError
from calpair.model.event import Event, Item
from calpair.model.link import PORTION, Link, place_of, series_of
from calpair.model.pair import Pair
from calpair.model.rule import Original
from calpair.model.side import Side
from calpair.ports import Calendar, Held, Store, every
from calpair.recurrence import expand
from calpair.sync.digest import TABLE, Digester
from calpair.sync.merge import shown
from calpair.sync.parted import Parted
from calpair.sync.project import view
from calpair.sync.records import LINKS, from_doc, id_key, uid_key
from calpair.sync.renew import horizon
from calpair.sync.run import Report

MOST = 2_000
"""Events looked through for one with a given start."""

_AT_ONCE = 200
_KEY = re.compile(r"[a-v0-9]{1,64}")
"""What the keys of links are spelled with."""

Calendars = Mapping[Side, Calendar]


@dataclass(frozen=True, slots=True)
class _Found:
    """Events that a text may mean, each the links of its items; and what of them it names."""

    events: Sequence[Mapping[str, Link]] = ()
    asked: frozenset[str] = frozenset()
    occurrence: Original | None = None
    start: date | None = None


@dataclass(frozen=True, slots=True)
class Reasons:
    """Accounts of one pair's events. `lent` lends its two sides; raises what they raise."""

    store: Store
    pair: Pair
    digester: Digester
    lent: Callable[[], AbstractContextManager[Calendars]]
    now: datetime

    def of(self, text: str, plan: Callable[[], Report]) -> list[dict[str, Any]]:
        """Give an account of every event the text may mean, with what `plan` says of it. UsageError: of none."""
        found = self._by_name(sought.names(text))
        start = None if found.events else sought.start(text)
        if not found.events and start is None and not any(map(sought.may_be_google_s, sought.names(text))):
            raise UsageError(_unknown(text))
        with self.lent() as calendars:
            if start is not None:
                found = self._by_start(calendars, start, text)
            elif not found.events:
                found = self._by_occurrence(calendars, text)
            hold = self._hold(calendars)
            seen = _having([self._seen(calendars, links, found) for links in found.events], found.occurrence)
        report = plan()
        next_ = {decision.link.key: str(decision) for decision in report.decisions}
        told = [replace(one, ones=tuple(_planned(each, next_) for each in one.ones)) for one in seen]
        standing = "" if report.outcome == "planned" else report.outcome
        return [{**why.account(one, hold, self.now), "standing": standing} for one in told]

    # --- which events

    def _by_name(self, names: Sequence[str]) -> _Found:
        """Look up ids, UIDs and links' own keys in the store."""
        own = [doc for name in names if _KEY.fullmatch(name) and (doc := self.store.get(LINKS, name))]
        own = [doc for doc in own if doc.pair == self.pair.key]
        keys = {name: [*(id_key(side, name) for side in Side), uid_key(name)] for name in names}
        docs = [*own, *self.store.find(LINKS, self.pair.key, [key for some in keys.values() for key in some])]
        links = {doc.key: from_doc(doc, self.digester.name) for doc in docs}
        # The id of a series is its first part's as well, and names them all.
        parts = {key: {part.id for part in link.exchange + link.google} for key, link in links.items()}
        series = {series_of(id_) for ids in parts.values() for id_ in ids if PORTION in id_}
        asked = {doc.key for doc in own} | {key for key, ids in parts.items() if not ids.isdisjoint({*names} - series)}
        return _Found(self._events(links.values()), frozenset(asked))

    def _by_start(self, calendars: Calendars, start: date, text: str) -> _Found:
        found: list[Link] = []
        for links in self._batches():
            answers = why.read(calendars, {key: _whole(link) for key, link in links.items()})
            for key, link in links.items():
                items = {side: item for side, item in answers[key].items() if isinstance(item, Item)}
                if hits(items, link.home, start):
                    found.append(link)
        if not found:
            raise UsageError(
                f"no event of this pair starts, or has an occurrence, at {text.strip()}; a start is told as the event's own "
                "clock shows it"
            )
        return _Found(self._events(found), start=start)

    def _by_occurrence(self, calendars: Calendars, text: str) -> _Found:
        """Look for the series of an occurrence, by what Google says of its id, or else by how the id is spelled."""
        keys: list[str] = []
        original: Original | None = None
        known = False
        for name in filter(sought.may_be_google_s, sought.names(text)):
            answer = calendars[Side.GOOGLE].read([name]).get(name)
            if isinstance(answer, Item):
                keys += [id_key(Side.GOOGLE, answer.id), uid_key(answer.uid)]
                original, known = answer.alone, True
            if spelled := sought.occurrence(name):
                keys.append(id_key(Side.GOOGLE, spelled[0]))
                original = original if original is not None else spelled[1]
            if isinstance(answer, SideError) and not isinstance(answer, AbsentError) and not keys:
                raise answer
        docs = self.store.find(LINKS, self.pair.key, list(dict.fromkeys(keys))) if keys else ()
        if not docs and known:
            raise UsageError(f"Google has that event, but no sync has seen it yet: `calpair sync {self.pair.name}`")
        if not docs:
            raise UsageError(_unknown(text))
        links = [from_doc(doc, self.digester.name) for doc in docs]
        return _Found(self._events(links), occurrence=original)

    def _events(self, links: Iterable[Link]) -> Sequence[Mapping[str, Link]]:
        """Give the events of links, each with the links of all its items in their order."""
        found: dict[str, dict[str, Link]] = {}
        for link in links:
            if link.event in found and link.key in found[link.event]:
                continue
            some = found.setdefault(link.event, {})
            keys = [id_key(side, series_of(part.id)) for side in Side if (part := link.part(side))]
            docs = self.store.find(LINKS, self.pair.key, keys) if keys else ()
            family = [from_doc(doc, self.digester.name) for doc in docs]
            some.update({one.key: one for one in family if one.event == link.event})
            some.setdefault(link.key, link)
        # The first part bears the name of its series, and the event is called by it whatever was asked for.
        return [dict(sorted(some.items(), key=lambda one: (_place(one[1]), one[0]))) for some in found.values()]

    def _batches(self) -> Iterator[dict[str, Link]]:
        docs = islice(every(self.store, LINKS, self.pair.key), MOST)
        while batch := {doc.key: from_doc(doc, self.digester.name) for doc in islice(docs, _AT_ONCE)}:
            yield batch

    # --- how they stand

    def _seen(self, calendars: Calendars, links: Mapping[str, Link], found: _Found) -> Seen:
        answers = why.read(self._parted(calendars), links)
        ones = tuple(self._one(link, answers[key]) for key, link in links.items())
        parts = {side: [one.items[side] for one in ones if side in one.items] for side in Side}
        side = next((side for side in Side if any(map(view, parts[side]))), Side.GOOGLE)
        whole = next((seen.item for item in parts[side] if (seen := view(item))), None)
        if whole is None and len(ones) > 1:
            # It cannot be told in parts any more, and stands for all of them.
            whole = next((replace(item, id=series_of(item.id)) for item in parts[side]), None)
        items = {side: whole} if whole else ones[0].items
        matches, occurrence, home = tuple[str, ...](), found.occurrence, ones[0].link.home
        if found.start is not None:
            looks = [items]
            if whole and not hits(items, home, found.start):
                # What was done on a part, and is not carried yet, shows there alone; so does a date no series gives.
                looks = [{**one.items, side: whole} for one in ones]
            matches = tuple(dict.fromkeys(hit for each in looks for hit in hits(each, home, found.start)))
            originals = {one for each in looks if (one := meant(each, home, found.start)) is not None}
            occurrence = originals.pop() if len(originals) == 1 else None
        return Seen(ones, whole, side, found.asked, occurrence, matches)

    def _one(self, link: Link, answers: Mapping[Side, Item | SideError]) -> One:
        items = {side: item for side, item in answers.items() if isinstance(item, Item)}
        trouble = {side: why.absence(error) for side, error in answers.items() if isinstance(error, SideError)}
        edited = {side: names for side, item in items.items() if (names := self._edited(link, side, item)) is not None}
        return One(link, items, trouble, edited)

    def _edited(self, link: Link, side: Side, item: Item) -> frozenset[str] | None:
        """Name what was changed on a side since both were last in step; None: nobody can tell."""
        agreed, part = link.agreed.get(side), link.part(side)
        if agreed is None or part is None:
            return None
        if item.event is None:
            return frozenset({"content"}) if part.version != item.version else frozenset()
        now = self.digester.under(self.pair.colours).fields(item.event)
        return frozenset(name for name in {*now, *agreed} - {TABLE} if now.get(name) != agreed.get(name))

    def _parted(self, calendars: Calendars) -> Calendars:
        """Give the calendars as the engine has them: what takes several items on one side is several on the other."""
        until = horizon(self.now)
        return {side: Parted(calendars[side], partial(calendars[side.other].hold, until=until)) for side in Side}

    def _hold(self, calendars: Calendars) -> why.Hold:
        """Give what each side would hold of what it may be shown."""

        def hold(side: Side, event: Event) -> Held:
            until = horizon(self.now)
            return calendars[side].hold(shown(event, side, self.pair), until)

        return {side: partial(hold, side) for side in Side}


def _place(link: Link) -> str:
    return max((place_of(part.id) for side in Side for part in link.parts(side)), default="")


def _whole(link: Link) -> Link:
    """Give a link of the series that its item is a part of."""
    for side in Side:
        part = link.part(side)
        if part:
            link = link.with_part(side, replace(part, id=series_of(part.id)))
    return link


def _planned(one: One, planned: Mapping[str, str]) -> One:
    return replace(one, next=planned.get(one.link.key, ""))


def _having(seen: Sequence[Seen], original: Original | None) -> Sequence[Seen]:
    """Give those that have an occurrence: two halves of a series share a UID, and ids of their occurrences may be alike."""
    if original is None or len(seen) < 2:  # noqa: PLR2004 - one alone is meant anyway
        return seen
    return [one for one in seen if _has(one, original)] or seen


def _has(seen: Seen, original: Original) -> bool:
    item = seen.whole or seen.ones[0].items.get(seen.side)
    event = item.event if item else None
    if item is None or event is None or event.repeats is None:
        return False
    return original in item.marks or expand.index(event.when, event.repeats, original) is not None


def _unknown(text: str) -> str:
    *_, name = sought.names(text)
    shortened = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    of_link = " (from that link)" if name != text.strip() else ""
    return (
        f"no event of this pair has the id or UID `{shortened}`{of_link}; give a Google Calendar link, an id or UID of either "
        "side, or a start as in 2026-11-05T10:00"
    )


_SHOWN = 160
"""Characters of an id that are repeated to whoever asked for it."""
