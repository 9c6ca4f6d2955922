"""The person's hand on series: what the owner of a mailbox does in Outlook to a series and to single occurrences.

    series = ana.create_series(Pattern("Weekly", date(2026, 11, 3), days=("Tuesday",)), time(9), zone=BERLIN, subject="Call")
    ana.move_occurrence(series, date(2026, 11, 10), datetime(...), datetime(...))
    ana.cancel_occurrence(series, date(2026, 11, 17))
    ana.agenda(datetime(...), datetime(...))  # what the person sees

An occurrence is named by when it was to begin: its date in the series' zone, or that instant. Outlook refuses what the
server refuses, with the same `EwsError`: a move past a neighbour, the last occurrence cancelled.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from simulators.exchange import recurrence, series, zones
from simulators.exchange.hand_values import values_of
from simulators.exchange.items import Item
from simulators.exchange.mailbox import Folder, Mailbox
from simulators.exchange.pattern import Pattern, first, instant
from simulators.exchange.switches import Switches

_HOUR = timedelta(hours=1)
_MIDNIGHT = time()


@dataclass(frozen=True)
class Seen:
    """One entry of an agenda: of an all-day one `start` and `end` are dates, the end exclusive, else instants in UTC.

    `original` is when an occurrence was to begin, None for a single item.
    """

    title: str
    start: datetime | date
    end: datetime | date
    original: datetime | None
    location: str
    kind: str
    item_id: str


class SeriesHand:
    """The part of a hand that knows series; every method takes the simulator's lock."""

    def __init__(self, mailbox: Mailbox, lock: "threading.RLock", switches: Callable[[], Switches] = Switches) -> None:
        self._mailbox = mailbox
        self._lock = lock
        self._switches = switches

    def create_series(
        self,
        pattern: Pattern,
        at: time = _MIDNIGHT,
        length: timedelta = _HOUR,
        *,
        zone: str = "UTC",
        folder: str = "",
        **fields: Any,
    ) -> str:
        """Create a series that begins at that wall clock of a zone; all-day ones last one day unless told otherwise."""
        if fields.get("all_day") and length == _HOUR:
            length = timedelta(days=1)
        pattern = replace(pattern, start=first(pattern) or pattern.start)
        start, end = _span(pattern.start, at, length, zone)
        return self.create(
            folder=folder, recurrence=pattern, start=start, end=end, start_zone=zone, end_zone=zone, **fields
        )

    def create(self, *, folder: str = "", **fields: Any) -> str:
        """Create an item; the whole hand knows how."""
        raise NotImplementedError

    def edit_occurrence(self, item_id: str, original: datetime | date, **fields: Any) -> str:
        """Change fields of one occurrence, which makes it an exception; returns the occurrence's id."""
        with self._lock:
            before = self._occurrence(item_id, original)
            return self._change(before, replace(before, **values_of(fields, before))).id

    def move_occurrence(
        self, item_id: str, original: datetime | date, start: datetime, end: datetime | None = None
    ) -> str:
        """Move one occurrence, by default without changing how long it lasts; returns its id."""
        with self._lock:
            before = self._occurrence(item_id, original)
            return self.edit_occurrence(item_id, original, start=start, end=end or start + (before.end - before.start))

    def cancel_occurrence(self, item_id: str, original: datetime | date) -> None:
        """Delete one occurrence."""
        with self._lock:
            self._mailbox.forget(self._occurrence(item_id, original))

    def corrupt_occurrence(self, item_id: str, original: datetime | date) -> str:
        """Break one occurrence, which becomes an exception nobody can open, while its master stays well; its id."""
        return self.edit_occurrence(item_id, original, broken=True)

    def occurrence_id(self, item_id: str, original: datetime | date) -> str:
        """The id of one occurrence."""
        with self._lock:
            return self._occurrence(item_id, original).id

    def change_series(
        self,
        item_id: str,
        *,
        pattern: Pattern | None = None,
        at: time | None = None,
        length: timedelta | None = None,
        zone: str | None = None,
    ) -> str:
        """Give a series another rule or range, wall clock, length or zone; its exceptions go. The new ChangeKey."""
        with self._lock:
            item = self._item(item_id)
            rule = pattern or series.pattern_of(item)
            old_at, old_length = _clock(item)
            start, end = _span(first(rule) or rule.start, at or old_at, length or old_length, zone or item.start_zone)
            changed = replace(item, recurrence=recurrence.text(rule), start=start, end=end)
            if zone is not None:
                changed = replace(changed, start_zone=zone, end_zone=zone)
            return self._mailbox.save(self._settled(item, changed)).change_key

    def make_series(self, item_id: str, pattern: Pattern) -> str:
        """Let a single item repeat; returns its new ChangeKey."""
        return self.change_series_of(item_id, recurrence.text(pattern))

    def make_single(self, item_id: str) -> str:
        """Take the repetition from a series, of which the first occurrence stays; returns its new ChangeKey."""
        return self.change_series_of(item_id, "")

    def change_series_of(self, item_id: str, rule: str) -> str:
        """Give an item a Recurrence element as text, or none; returns its new ChangeKey."""
        with self._lock:
            item = self._item(item_id)
            return self._mailbox.save(self._settled(item, replace(item, recurrence=rule))).change_key

    def make_all_day(self, item_id: str) -> str:
        """Let an item or series, or an occurrence, take whole days of its zone; returns the new ChangeKey."""
        with self._lock:
            item = self._item(item_id)
            start = zones.midnight_before(item.start, item.start_zone)
            end = zones.midnight_after(item.end, item.end_zone)
            changed = replace(
                item, all_day=True, start=start, end=max(end, zones.next_midnight(start, item.start_zone))
            )
            return self._change(item, changed).change_key

    def make_timed(self, item_id: str, at: time, length: timedelta = _HOUR) -> str:
        """Let an item or series, or an occurrence, begin at a wall clock of its first day; the new ChangeKey."""
        with self._lock:
            item = self._item(item_id)
            day = item.start.astimezone(zones.rules(item.start_zone)).date()
            start, end = _span(day, at, length, item.start_zone)
            return self._change(item, replace(item, all_day=False, start=start, end=end)).change_key

    def receive_series(
        self,
        uid: str,
        pattern: Pattern,
        at: time,
        length: timedelta = _HOUR,
        *,
        organizer: str,
        keep_lone: bool = False,
        **fields: Any,
    ) -> str:
        """The invitation to a series arrives; single occurrences of it that came before become its exceptions.

        With `keep_lone` they stay as they are beside it.
        """
        with self._lock:
            made = self.create_series(
                pattern, at, length, uid=uid, organizer=organizer, my_response="NoResponseReceived", **fields
            )
            for lone in () if keep_lone else self._lone(uid):
                master = self._item(made)
                day = lone.original_start.astimezone(series.zone_of(master)).date() if lone.original_start else None
                if day is not None and series.has(master, day):
                    before = series.occurrence(master, day, self._mailbox.mint)
                    self._change(before, replace(before, **series.content(lone)))
                    self._mailbox.purge(lone)
            return made

    def receive_lone_occurrence(
        self, uid: str, original: datetime, start: datetime, end: datetime, *, organizer: str, **fields: Any
    ) -> str:
        """The invitation to one occurrence of a series arrives without the series: a single item with its UID.

        It has a RecurrenceId, and the original date in its global object id; returns its id.
        """
        return self.create(
            uid=uid,
            start=start,
            end=end,
            original_start=original.astimezone(UTC),
            organizer=organizer,
            my_response="NoResponseReceived",
            **fields,
        )

    def agenda(self, start: datetime, end: datetime, folder: str = "") -> list[Seen]:
        """What the person sees in a window of the calendar, or of the folder of that id, by time."""
        with self._lock:
            items = self._folder(folder).items.values()
            return [_seen(item) for item in series.expanded(items, start, end, self._mailbox.mint)]

    def _change(self, before: Item, after: Item) -> Item:
        if not before.master_id:
            after = self._settled(before, after)
        return self._mailbox.change(before, after, reaches=self._switches().master_reaches_exceptions)

    def _settled(self, before: Item, after: Item) -> Item:
        """What becomes of occurrences; where the start alone moves to another date, the range moves along."""
        day = after.start.astimezone(zones.rules(after.start_zone)).date()
        moved = day != before.start.astimezone(zones.rules(before.start_zone)).date()
        if before.recurrence and moved and before.recurrence == after.recurrence:
            after = replace(after, recurrence=recurrence.text(replace(series.pattern_of(after), start=day)))
        return series.settled(before, after, snaps=self._switches().range_start_snaps)

    def _occurrence(self, item_id: str, original: datetime | date) -> Item:
        master = self._item(item_id)
        is_instant = isinstance(original, datetime)
        day = original.astimezone(series.zone_of(master)).date() if isinstance(original, datetime) else original
        if not master.recurrence or not series.has(master, day):
            raise KeyError(f"there is no occurrence of {original}")
        found = series.occurrence(master, day, self._mailbox.mint)
        if is_instant and found.original_start != original:
            raise KeyError(f"the occurrence of {day} was to begin at {found.original_start}, not {original}")
        return found

    def _lone(self, uid: str) -> list[Item]:
        items = self._mailbox.calendar.items.values()
        return [item for item in items if item.uid == uid and item.original_start and not item.recurrence]

    def _folder(self, folder_id: str) -> Folder:
        return self._mailbox.folders[folder_id] if folder_id else self._mailbox.calendar

    def _item(self, item_id: str) -> Item:
        item = self._mailbox.look(item_id)
        if item is None:
            raise KeyError(item_id)
        return item


def _clock(item: Item) -> tuple[time, timedelta]:
    zone = zones.rules(item.start_zone)
    start, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (item.start, item.end))
    return start.time(), end - start


def _span(day: date, at: time, length: timedelta, zone: str) -> tuple[datetime, datetime]:
    rules = zones.rules(zone)
    end = datetime.combine(day, at) + length
    return instant(day, at, rules), instant(end.date(), end.time(), rules)


def _seen(item: Item) -> Seen:
    start: datetime | date = item.start
    end: datetime | date = item.end
    if item.all_day:
        zone = zones.rules(item.start_zone)
        start, end = item.start.astimezone(zone).date(), item.end.astimezone(zone).date()
    return Seen(item.subject, start, end, item.original_start, item.location, item.kind, item.id)
