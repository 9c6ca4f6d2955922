"""What a calendar holds: items, attendees, extended properties, as frozen values.

`Item` is both what the server stores and what the person's hand shows to tests. Times are aware and in UTC; zones are
Windows ids, or spelled by `zones.spell`; `reminder_minutes` is None when the reminder is off; `properties` are all
extended properties, `extended` the readable view of them.

A series is stored as its master alone: `recurrence` is its rule, `overrides` and `deleted` are what was done to single
occurrences, by the date the pattern gives: fields of `Item` with their values. `series.py` makes an `Item` of an
occurrence when somebody looks at it: then `master_id` is set, and `exception` when it has an override. `original_start` is
when an occurrence was to begin; a stored single item that has one is an occurrence somebody was invited to without the
series it belongs to. What is `broken` cannot be opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

PUBLIC_STRINGS = "00020329-0000-0000-c000-000000000046"


@dataclass(frozen=True)
class Attendee:
    """Somebody invited. `response` is a ResponseTypeType: Unknown, Tentative, Accept, Decline, NoResponseReceived."""

    email: str
    name: str = ""
    response: str = "Unknown"


@dataclass(frozen=True)
class PropertyKey:
    """What names an extended property: a set with a name or a number, or a tag; and its MAPI type."""

    set_id: str = ""
    name: str = ""
    number: int | None = None
    tag: int | None = None
    type: str = "String"

    @property
    def label(self) -> str:
        """One readable spelling: `guid/name`, `guid/0x8216` or `tag/0x3004`."""
        if self.tag is not None:
            return f"tag/0x{self.tag:04x}"
        return f"{self.set_id}/{self.name}" if self.number is None else f"{self.set_id}/0x{self.number:04x}"


@dataclass(frozen=True)
class Item:
    """One stored item. `element` is its wire element: CalendarItem, or one that a client does not expect here."""

    id: str
    change_key: str
    folder_id: str
    created: datetime
    modified: datetime
    start: datetime
    end: datetime
    element: str = "CalendarItem"
    item_class: str = "IPM.Appointment"
    subject: str = ""
    body: str = ""
    body_type: str = "Text"
    location: str = ""
    start_zone: str = "UTC"
    end_zone: str = "UTC"
    all_day: bool = False
    show_as: str = "Busy"
    sensitivity: str = "Normal"
    importance: str = "Normal"
    reminder_minutes: int | None = 15
    reminder_kept: int = 15
    categories: tuple[str, ...] = ()
    uid: str = ""
    properties: Mapping[PropertyKey, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[Attendee, ...] = ()
    optional: tuple[Attendee, ...] = ()
    resources: tuple[Attendee, ...] = ()
    recurrence: str = ""
    organizer: str = ""
    organizer_name: str = ""
    my_response: str = "Unknown"
    is_cancelled: bool = False
    is_read: bool = True
    response_requested: bool = True
    allow_new_time: bool = True
    request_was_sent: bool = False
    sequence: int = 0
    culture: str = "en-US"
    former_ids: tuple[str, ...] = ()
    overrides: Mapping[date, Mapping[str, Any]] = field(default_factory=dict)
    deleted: tuple[date, ...] = ()
    original_start: datetime | None = None
    master_id: str = ""
    exception: bool = False
    broken: bool = False

    @property
    def attendees(self) -> tuple[Attendee, ...]:
        """Everybody invited, rooms included."""
        return self.required + self.optional + self.resources

    @property
    def kind(self) -> str:
        """The CalendarItemType."""
        if self.recurrence:
            return "RecurringMaster"
        return "Single" if not self.master_id else "Exception" if self.exception else "Occurrence"

    @property
    def is_meeting(self) -> bool:
        """Whether anybody is invited, or somebody else invited us (facts 2.4: read-only, derived)."""
        return bool(self.attendees) or self.my_response not in ("Unknown", "Organizer")

    @property
    def extended(self) -> dict[str, str]:
        """The extended properties by label; values of arrays are joined with `;`."""
        return {
            key.label: ";".join(values) for key, values in sorted(self.properties.items(), key=lambda p: p[0].label)
        }


def named(extended: Mapping[str, str]) -> dict[PropertyKey, tuple[str, ...]]:
    """Named string properties as the hand writes them: `name` (in PublicStrings) or `guid/name`, to a value."""
    found: dict[PropertyKey, tuple[str, ...]] = {}
    for label, value in extended.items():
        set_id, slash, name = label.rpartition("/")
        found[PropertyKey(set_id=set_id.lower() if slash else PUBLIC_STRINGS, name=name)] = (value,)
    return found
