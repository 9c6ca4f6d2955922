"""What the simulator holds: calendars with their events, change log and rights; nothing here speaks HTTP.

An `Entry` is one version of one event and is never altered; `Calendar.put` replaces it and moves it to the end of
the change log, so a delta is "entries whose place is beyond the token's". Source: facts/google.md 3.4, 6 item 2.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.clock import Clock
from simulators.google.errors import RefusedError, not_found
from simulators.google.switches import Switches
from simulators.record import Record

ROLES = ("none", "freeBusyReader", "reader", "writer", "owner")
DEFAULT_REMINDERS = ({"method": "popup", "minutes": 10},)

Json = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One event's present version; `updated` in microseconds, `place` in the change log, `born` the order of birth.

    `own` is for instances of a series alone: the fields in which they differ from it.
    """

    body: Mapping[str, Any]
    updated: int
    place: int
    born: int
    own: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        """The event's id."""
        return str(self.body["id"])

    @property
    def cancelled(self) -> bool:
        """Tell whether the event is deleted."""
        return bool(self.body["status"] == "cancelled")

    @property
    def instance_of(self) -> str:
        """The id of the series this is an instance of; empty for all else."""
        return str(self.body.get("recurringEventId", ""))

    def copy(self) -> Json:
        """The event's content, free to be altered."""
        return copy.deepcopy(dict(self.body))


@dataclass
class Calendar:
    """One calendar. `burned` are ids of events forgotten altogether; `epoch` outdates every token when it grows.

    `parts` has the exceptions of each series, their ids by their keys; `issued` every instance's id that was ever told,
    with series and key (`series.py`).
    """

    id: str
    owner: str
    zone: str = "Europe/Berlin"
    summary: str = ""
    acl: dict[str, str] = field(default_factory=dict)
    default_reminders: tuple[Mapping[str, Any], ...] = DEFAULT_REMINDERS
    entries: dict[str, Entry] = field(default_factory=dict)
    by_uid: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    issued: dict[str, tuple[str, str]] = field(default_factory=dict)
    burned: set[str] = field(default_factory=set)
    log: int = 0
    births: int = 0
    epoch: int = 0
    updated: int = 0
    writes: int = 0

    @property
    def primary(self) -> bool:
        """Tell whether this is somebody's first calendar, which bears its owner's address."""
        return self.id == self.owner

    def role(self, user: str) -> str:
        """What this user may do here."""
        return "owner" if user == self.owner else self.acl.get(user, "none")

    def put(
        self,
        body: Mapping[str, Any],
        now: datetime,
        *,
        seen: bool = True,
        in_delta: bool = True,
        own: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Store a version; unseen ones keep `updated`, and with `in_delta` false their place in the change log too."""
        old = self.entries.get(body["id"])
        stamp = max(micros(now), self.updated + 1000) if seen or old is None else old.updated
        if in_delta or old is None:
            self.log += 1
        if old is None:
            self.births += 1
        if old is None and "recurringEventId" not in body:
            self.by_uid[body["iCalUID"]] = (*self.by_uid.get(body["iCalUID"], ()), body["id"])
        self.updated = max(self.updated, stamp)
        self.writes += 1
        place = self.log if in_delta or old is None else old.place
        entry = Entry(copy.deepcopy(dict(body)), stamp, place, self.births if old is None else old.born, own)
        self.entries[entry.id] = entry
        return entry

    def get(self, event_id: str) -> Entry:
        """The event of this id, deleted or not; 404 if there is none."""
        if event_id not in self.entries:
            raise not_found()
        return self.entries[event_id]

    def put_part(
        self,
        key: str,
        body: Mapping[str, Any],
        now: datetime,
        own: Mapping[str, Any],
        *,
        seen: bool = True,
        in_delta: bool = True,
    ) -> Entry:
        """Store a version of an exception, with the key of its original start."""
        self.parts.setdefault(body["recurringEventId"], {})[key] = body["id"]
        return self.put(body, now, own=copy.deepcopy(dict(own)), seen=seen, in_delta=in_delta)

    def drop_part(self, master_id: str, key: str) -> None:
        """Forget an exception: its instance, if the series still has it, is as the series has it."""
        event_id = self.parts[master_id].pop(key)
        self.issued[event_id] = (master_id, key)
        del self.entries[event_id]

    def dead(self, entry: Entry) -> bool:
        """Tell whether an event is deleted, itself or with its series."""
        master = self.entries.get(entry.instance_of)
        return entry.cancelled or (master is not None and master.cancelled)

    def taken(self, event_id: str) -> bool:
        """Tell whether the id was ever used here."""
        return event_id in self.entries or event_id in self.burned or event_id in self.issued

    def of_uid(self, ical_uid: str) -> Entry | None:
        """The event with this iCalUID, a live one before a deleted one; no instance of a series."""
        found = [self.entries[event_id] for event_id in self.by_uid.get(ical_uid, ()) if event_id in self.entries]
        return min(found, key=lambda entry: entry.cancelled, default=None)

    def live(self) -> Iterable[Entry]:
        """The events that are not deleted, oldest first."""
        return [entry for entry in self.entries.values() if not self.dead(entry)]

    def forget_deleted(self) -> None:
        """Drop the tombstones, as Google does eventually; their ids stay taken."""
        gone = [entry.id for entry in self.entries.values() if entry.cancelled and not entry.instance_of]
        gone += [event_id for each in gone for event_id in self.parts.pop(each, {}).values()]
        self.burned.update(gone)
        for event_id in gone:
            del self.entries[event_id]

    def snapshot(self) -> "Calendar":
        """This calendar as it is now, to go back to."""
        # Ids of instances that were told stay good, so `issued` is not kept.
        parts = {name: dict(ids) for name, ids in self.parts.items()}
        return replace(self, entries=dict(self.entries), by_uid=dict(self.by_uid), burned=set(self.burned), parts=parts)

    def go_back(self, then: "Calendar") -> None:
        """Be again what `snapshot` kept."""
        for name, value in vars(then).items():
            setattr(self, name, value)


def micros(now: datetime) -> int:
    """Microseconds since 1970, in whole milliseconds."""
    # Answers show milliseconds, so whole milliseconds are kept: the etag is then twice what `updated` shows.
    return (now - _EPOCH) // timedelta(milliseconds=1) * 1000


@dataclass
class Ground:
    """Everything the simulator's parts share."""

    clock: Clock
    switches: Switches
    record: Record
    calendars: dict[str, Calendar] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def calendar(self, user: str, calendar_id: str) -> Calendar:
        """The calendar a user means (`primary` is their own); 404 if unknown or not shared with them."""
        found = self.calendars.get(user if calendar_id == "primary" else calendar_id)
        if found is None or found.role(user) == "none":
            raise not_found()
        return found

    def writes(self) -> int:
        """How many changes were stored so far, over all calendars."""
        return sum(calendar.writes for calendar in self.calendars.values())


def require(calendar: Calendar, user: str, least: str) -> None:
    """Refuse a user whose role is too small: reading is `forbidden`, writing `requiredAccessLevel`."""
    if ROLES.index(calendar.role(user)) >= ROLES.index(least):
        return
    if least == "reader":
        raise RefusedError(403, "forbidden", "Forbidden")
    raise RefusedError(
        403, "requiredAccessLevel", f"You need to have {least} access to this calendar.", domain="calendar"
    )
