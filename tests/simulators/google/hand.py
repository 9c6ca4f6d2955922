"""The person's hand: what the calendar's user does in the web interface, as Python methods for tests.

    calendar = simulator.calendar("ana@g.test")
    event_id = calendar.create(summary="Lunch", start={"date": "2026-11-05"}, end={"date": "2026-11-06"})
    calendar.update(event_id, summary="Late lunch")

Fields are those of the API. Nothing here is recorded as a call, no fault strikes it, and types of event that the API
refuses to create are created.
"""

from typing import Any

from simulators.google import series, writing
from simulators.google.discovery import check
from simulators.google.hand_series import SeriesHand
from simulators.google.render import View, render
from simulators.google.store import ROLES
from simulators.google.times import zone

Json = dict[str, Any]


_OF_INSTANCES = ("recurringEventId", "originalStartTime")


class Hand(SeriesHand):
    """One calendar, in its owner's hands; `hand_series.py` has what is done to series."""

    @property
    def id(self) -> str:
        """The calendar's id."""
        return self._calendar.id

    def create(self, **event: Any) -> str:
        """Make an event; returns its id."""
        with self._lock:
            return writing.insert(self._ground, self._calendar, check("Event", event), self._how).id

    def update(self, event_id: str, **fields: Any) -> None:
        """Change these fields of an event; None removes one."""
        with self._lock:
            writing.change(self._ground, self._calendar, event_id, check("Event", fields), self._how, whole=False)

    def delete(self, event_id: str) -> None:
        """Throw an event into the bin."""
        with self._lock:
            writing.remove(self._ground, self._calendar, event_id, self._how)

    def restore(self, event_id: str) -> None:
        """Take an event back out of the bin."""
        self.update(event_id, status="confirmed")

    def copy(self, event_id: str, **changes: Any) -> str:
        """Duplicate an event: a new id and iCalUID, the same content, private properties and all; returns the id."""
        with self._lock:
            event = series.find(self._ground, self._calendar, event_id).copy()
            for name in ("id", "iCalUID", "sequence", "created", "creator", "organizer", *_OF_INSTANCES):
                event.pop(name, None)
            return writing.insert(self._ground, self._calendar, event | changes, self._how).id

    def import_event(self, **event: Any) -> str:
        """Receive an invitation: `iCalUID`, organizer and attendees as somebody else sent them; returns the id."""
        with self._lock:
            return writing.bring_in(self._ground, self._calendar, check("Event", event), self._how).id

    def respond(self, event_id: str, answer: str) -> None:
        """Answer an invitation: accepted, tentative, declined."""
        with self._lock:
            event = series.find(self._ground, self._calendar, event_id).copy()
            rows = [
                row | ({"responseStatus": answer} if row["email"].casefold() == self.id.casefold() else {})
                for row in event.get("attendees", ())
            ]
            self.update(event_id, attendees=rows)

    def event(self, event_id: str) -> Json:
        """One event in API form, deleted or not; RefusedError if there is none."""
        with self._lock:
            return render(self._ground, self._calendar, series.find(self._ground, self._calendar, event_id), View())

    def events(self) -> list[Json]:
        """The live events in API form, oldest first: series as such, and of their instances the changed ones."""
        with self._lock:
            return [render(self._ground, self._calendar, entry, View()) for entry in self._calendar.live()]

    def expire_tokens(self) -> None:
        """Make every sync token given so far answer 410 fullSyncRequired."""
        with self._lock:
            self._calendar.epoch += 1

    def set_access(self, user: str, role: str) -> None:
        """Give a user a role (none, freeBusyReader, reader, writer, owner); a change outdates every sync token."""
        if role not in ROLES:
            raise ValueError(f"role {role!r} is none of {', '.join(ROLES)}")
        with self._lock:
            self._calendar.acl[user] = role
            self._calendar.epoch += 1

    def set_zone(self, name: str) -> None:
        """Move the calendar to another IANA zone; events stay where they are in time. RefusedError for no such zone."""
        with self._lock:
            self._calendar.zone = zone(name).key

    def set_default_reminders(self, *rows: Json) -> None:
        """Set the reminders of events that use the defaults."""
        with self._lock:
            self._calendar.default_reminders = rows

    def forget_deleted(self) -> None:
        """Let the tombstones disappear, as they eventually do; their ids stay taken."""
        with self._lock:
            self._calendar.forget_deleted()
