"""An event as calpair speaks of it (a series with its overrides), and an item: one event as one side holds it.

An `Event` is content alone, in words both sides share; each adapter's mapping turns wire fields into these and back,
and nothing past the adapter knows a wire word. A field that a side cannot hold at all is `None` there, and is neither
compared nor written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from calpair.model.body import Body
from calpair.model.link import Part, Stamp
from calpair.model.rule import Original, Recurrence
from calpair.model.side import Side
from calpair.model.when import When


class Field(StrEnum):
    """The fields that are carried, merged and agreed upon one by one; how an event repeats is part of `WHEN`."""

    TITLE = "title"
    BODY = "body"
    PLACE = "place"
    WHEN = "when"
    SHOW_AS = "show_as"
    PRIVACY = "privacy"
    REMINDER = "reminder"
    CATEGORIES = "categories"


class ShowAs(StrEnum):
    """How the time counts for others (LegacyFreeBusyStatus; transparency)."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    AWAY = "away"
    ELSEWHERE = "elsewhere"


class Privacy(StrEnum):
    """Who may read the details (Sensitivity; visibility)."""

    NORMAL = "normal"
    PUBLIC = "public"
    PERSONAL = "personal"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


@dataclass(frozen=True, slots=True)
class Event:
    """What an event says. `reminder` is minutes before the start, or None for no reminder.

    Of a series `when` is its first occurrence, and everything here is what its occurrences say unless `overrides` names
    them by their original start: with what that occurrence says instead (it does not repeat), or None where it was
    cancelled. An override that says nothing else than the series is none.
    """

    title: str
    when: When
    body: Body = field(default_factory=Body)
    place: str = ""
    show_as: ShowAs = ShowAs.BUSY
    privacy: Privacy = Privacy.NORMAL
    reminder: int | None = None
    categories: tuple[str, ...] | None = None
    """Category names in Exchange's order; None on a side (or under a setting) that does not carry them."""
    repeats: Recurrence | None = None
    overrides: Mapping[Original, "Event | None"] = field(default_factory=dict)


class Kind(StrEnum):
    """What sort of item it is, as far as the engine cares."""

    SINGLE = "single"
    SERIES = "series"
    OTHER = "other"
    """A type that is left alone and named in status (birthday, working location...)."""
    BROKEN = "broken"
    """An item whose content could not be read; `Item.trouble` says why."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An override as an item of its own. Its version is empty where the series' own speaks for it (Exchange).

    `trouble`: a short word for why it could not be read; its event is then not among the series' overrides.
    `losses`: what it alone holds that the other side will not get, and the series does not; among the item's own, too.
    """

    id: str
    version: str = ""
    trouble: str = ""
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One item on one side, as read; of a series all of it.

    `event` is None exactly for `OTHER` and `BROKEN`. `uid` is Exchange's UID or Google's iCalUID.
    `people`: others are invited, or somebody else organises it. `cancelled`: its organizer called it off.
    `trouble` is a short word for why it cannot be carried (`series`, `birthday`, `ErrorItemCorrupt`).
    `losses` are short words for what the item holds that the other side will not get (`guests`, `attachments`).
    `rest` is the adapter's own, opaque to everybody else: what it needs to change the item without losing what
    these words do not name (further reminders, say).
    """

    side: Side
    id: str
    version: str
    uid: str
    created: datetime
    modified: datetime
    event: Event | None
    kind: Kind = Kind.SINGLE
    stamp: Stamp | None = None
    people: bool = False
    cancelled: bool = False
    trouble: str = ""
    losses: tuple[str, ...] = ()
    starts: When | None = field(default=None, compare=False)
    """When an item without an event happens (a series: its first time), as far as it could be read; for people only."""
    marks: Mapping[Original, Mark] = field(default_factory=dict)
    """A series' overrides, cancelled ones too where they are items (Google), by original start."""
    alone: Original | None = None
    """An occurrence that is here without its series (an invitation to it alone): its original start."""
    locked: frozenset[Field] = frozenset()
    """Fields that are this side's alone to change: an edit of them made on the other side is put back."""
    apart: frozenset[Original] = frozenset()
    """Occurrences that stand beside it as items of their own: what they are, is theirs to say."""
    parts: int = 1
    """How many items the series that this is a part of is shown as."""
    rest: Any = field(default=None, compare=False, repr=False)

    @property
    def part(self) -> Part:
        """The item as a link remembers it: as it was read."""
        versions = {mark.id: mark.version for mark in self.marks.values() if mark.id}
        return Part(self.id, self.version, overrides=versions)
