"""A series read from its own resource and those of its exceptions. Pure; never raises for what they say.

    found = gathered(master, listed)
    item = whole(found, known)

An exception is an occurrence that has a resource of its own: changed, or cancelled and then perhaps bare (its id, which
series, which occurrence). It goes by its original start; its id is opaque. Source: the guide to recurring events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice, takewhile
from typing import Any, TypeVar

from calpair.google.mapping import reading, recurrence, times
from calpair.google.mapping.reading import Known, Rest, UnreadableError
from calpair.model.event import Event, Item, Kind, Mark
from calpair.model.rule import Original, Recurrence, original_text
from calpair.model.when import Timed, When
from calpair.recurrence import expand, text
from calpair.recurrence.series import occurrence

_T = TypeVar("_T")

KEPT = "occurrence:kept"
"""The loss of an exception from an earlier rule that stands on Google alone."""

Exceptions = Mapping[Original, Mapping[str, Any]]
"""A series' exceptions, as resources, by original start."""


@dataclass(frozen=True, slots=True)
class Series:
    """A series as resources: its own and those of its exceptions. `trouble`: why it cannot be known whole.

    `looked_up`: occurrences without a resource of their own that were asked for in the same moment.
    """

    master: Mapping[str, Any]
    exceptions: Exceptions = field(default_factory=dict)
    trouble: str = ""
    looked_up: Exceptions = field(default_factory=dict)

    @property
    def versions(self) -> Mapping[str, str]:
        """The version of each of its resources, by id."""
        return {str(one["id"]): reading.version(one) for one in (self.master, *self.exceptions.values())}

    def having(self, exceptions: Exceptions) -> "Series":
        """Give the same with these exceptions."""
        return replace(self, exceptions=ordered(exceptions))


def gathered(master: Mapping[str, Any], listed: Sequence[Mapping[str, Any]]) -> Series:
    """Pick a series out of a list, where it may stand among its namesakes; as it is there, if it is."""
    master = next((one for one in listed if one["id"] == master["id"]), master)
    found: dict[Original, Mapping[str, Any]] = {}
    for one in listed:
        if one.get("recurringEventId") != master["id"]:
            continue
        try:
            original = reading.original(one)
        except UnreadableError as error:
            return Series(master, trouble=error.word)
        if original not in found or reading.cancelled(found[original]):
            found[original] = one
    return Series(master, ordered(found))


def whole(found: Series, known: Known) -> Item:
    """Read a series whole; anything else that its own resource says it is, as it is."""
    master, exceptions = found.master, found.exceptions
    item = reading.item(master, known)
    if item.event is None or item.kind is not Kind.SERIES:
        return item
    if found.trouble:
        starts = item.event.when
        return replace(item, event=None, kind=Kind.BROKEN, trouble=found.trouble, losses=(), starts=starts)
    marks: dict[Original, Mark] = {}
    said, words, people = dict(item.event.overrides), set(item.losses), item.people
    for original, one in exceptions.items():
        trouble, lost = "", tuple[str, ...]()
        said[original] = None
        if not reading.cancelled(one):
            people = people or reading.people(one, known)
            try:
                said[original] = override(item.event, one, known)
                lost = tuple(word for word in reading.losses(one, known) if word not in item.losses)
            except UnreadableError as error:
                trouble = error.word
                del said[original]
        words.update(lost)
        marks[original] = Mark(str(one["id"]), reading.version(one), trouble, lost)
    event, left = _with_kept(_as_partner(item, item.event), said)
    words |= {KEPT} if left else set()
    return replace(
        item,
        event=replace(event, overrides=telling(event, said)),
        marks=marks,
        people=people,
        losses=tuple(sorted(words)),
        rest=Rest(reading.reminders(master, known), master, exceptions, found.looked_up),
    )


def _as_partner(item: Item, event: Event) -> Event:
    """Give a copy of ours the rule of its partner, where its own comes to the same: it may be Google's only way to say it."""
    stamp = item.stamp
    if event.repeats is None or stamp is None or stamp.self_name != item.id or not stamp.rule:
        return event
    try:
        partner = text.parse(stamp.rule, event.when)
    except text.RuleError:
        return event
    if expand.same(event.when, event.repeats, event.when, partner) or _listing(event.when, event.repeats, partner):
        return replace(event, repeats=partner)
    return event


def _listing(when: When, repeats: Recurrence, partner: Recurrence) -> bool:
    """Tell whether a set is another's with dates for what a rule could not say, as far as these go."""
    if not repeats.dates or partner.dates:
        return False
    last = max(repeats.dates)
    here, there = (
        list(takewhile(lambda one: one <= last, islice(expand.originals(when, each), expand.MOST)))
        for each in (repeats, partner)
    )
    return here == there


def _with_kept(event: Event, said: Mapping[Original, Event | None]) -> tuple[Event, bool]:
    """Give a series with dates for exceptions that Google kept from an earlier rule, and still shows.

    One of the other kind, a day of what is timed now, has no place in it; tells whether there is any.
    """
    live = [original for original, one in said.items() if one is not None]
    if event.repeats is None or not live:
        return event, False
    kept = [one for one in live if one not in recurrence.occurring(event.repeats, event.when, live)]
    fitting = tuple(one for one in kept if isinstance(one, datetime) is isinstance(event.when, Timed))
    repeats = replace(event.repeats, dates=(*event.repeats.dates, *sorted(fitting)))
    return replace(event, repeats=repeats) if fitting else event, len(fitting) < len(kept)


def override(event: Event, exception: Mapping[str, Any], known: Known) -> Event:
    """Read what an exception of that series says. UnreadableError."""
    said = reading.content(exception, known)
    return replace(said, when=times.of_series(said.when, event.when))


def telling(event: Event, overrides: Mapping[Original, Event | None]) -> dict[Original, Event | None]:
    """Give the overrides that say something else than the series, in order.

    A cancelled occurrence that the series has not got says nothing: it was cancelled under another rule.
    """
    gone = [original for original, said in overrides.items() if said is None]
    there = recurrence.occurring(event.repeats, event.when, gone) if event.repeats else frozenset()
    telling = {
        original: said
        for original, said in overrides.items()
        if (original in there if said is None else said != occurrence(event, original))
    }
    return ordered(telling)


def ordered(found: Mapping[Original, _T]) -> dict[Original, _T]:
    """Give the same in the order of original starts."""
    return dict(sorted(found.items(), key=lambda pair: original_text(pair[0])))
