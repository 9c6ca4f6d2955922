"""A calendar that is asked nothing once a run's time is up, so that no call outlives the lease it is made under.

    calendars = {side: Limited(calendar, now, last_start, stopping) for side, calendar in calendars.items()}

What a run has done by then is stored, and stays: whoever continues begins with a list, in which that is an echo.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from calpair.errors import OutOfTimeError, SideError
from calpair.model.event import Event, Item
from calpair.model.side import Side
from calpair.ports import NO_HINTS, Calendar, Draft, Edit, Finding, Held, Hint, Now, Page, Removal, Written

CALL = 50
"""Items read in one call: what both adapters send in one request, so that each request is begun in time."""


class Limited:
    """`ports.Calendar` before `last_start`; OutOfTimeError afterwards, or when `stopping` says so."""

    def __init__(self, calendar: Calendar, now: Now, last_start: datetime, stopping: Callable[[], bool]) -> None:
        self._calendar = calendar
        self._now = now
        self._last_start = last_start
        self._stopping = stopping

    @property
    def side(self) -> Side:
        """As the calendar's."""
        return self._calendar.side

    def changes(self, cursor: str) -> Page:
        """As the calendar's, in time."""
        return self._in_time().changes(cursor)

    def read(self, ids: Sequence[str], known: Mapping[str, Hint] = NO_HINTS) -> Mapping[str, Item | SideError]:
        """As the calendar's, each request in time."""
        found: dict[str, Item | SideError] = {}
        for start in range(0, len(ids), CALL):
            found |= self._in_time().read(ids[start : start + CALL], known)
        return found

    def create(self, drafts: Sequence[Draft]) -> Sequence[Written | SideError]:
        """As the calendar's, in time."""
        return self._in_time().create(drafts)

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        """As the calendar's, in time."""
        return self._in_time().update(edits)

    def delete(self, removals: Sequence[Removal]) -> Sequence[SideError | None]:
        """As the calendar's, in time."""
        return self._in_time().delete(removals)

    def hold(self, event: Event, until: datetime | None = None) -> Held:
        """As the calendar's; asks nobody."""
        return self._calendar.hold(event, until)

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        """As the calendar's; nobody examines under a lease."""
        return self._calendar.examine(writing=writing)

    def _in_time(self) -> Calendar:
        if self._stopping() or self._now() > self._last_start:
            raise OutOfTimeError
        return self._calendar
