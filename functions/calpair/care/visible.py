"""Time-to-visible: from an item's last change on its side to when its copy was written, as the two servers tell it.

    seconds = []
    sync(..., calendars=Watch(calendars, last_success, seconds).calendars)
    seconds                                 # of each change that was carried, in the order it was

Both times are the servers' own (LastModifiedTime, `updated`), so that the clock of this machine does not count; how far
the servers' clocks differ from each other does. Measured is what was changed since the pair was last in step: a first
sync, changed settings and parked events carry what is old, and would say nothing about how long people wait. Events
that both sides had before they were paired carry no stamp that names their partner, and are not measured.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from calpair.errors import SideError
from calpair.model.event import Event, Item
from calpair.model.link import partner_name
from calpair.model.side import Side
from calpair.ports import NO_HINTS, Calendar, Draft, Edit, Finding, Held, Hint, Page, Removal, Written

_SKEW = timedelta(minutes=5)
"""A server's clock may be so far behind this machine's, by which the last success was noted."""


class Watch:
    """One run's eye on what both sides say; what it measures goes into `seconds`.

    `last_success` is asked at the first write, if there is one.
    """

    def __init__(
        self,
        calendars: Mapping[Side, Calendar],
        last_success: Callable[[], datetime | None],
        seconds: list[float],
    ) -> None:
        self.calendars: Mapping[Side, Calendar] = {
            side: _Watched(calendar, self) for side, calendar in calendars.items()
        }
        self._seconds = seconds
        self._last_success = last_success
        self._since: datetime | None = None
        self._asked = False
        self._changed: dict[tuple[Side, str], datetime] = {}

    def seen(self, item: Item) -> None:
        """Note when an item was changed, under its own name and, for a copy, under that of the item it stands for."""
        self._changed[item.side, _name(item)] = item.modified
        if item.stamp:
            self._changed[item.side, _copy_of(item.stamp.partner)] = item.modified

    def written(self, side: Side, source: str, answer: Written | SideError) -> None:
        """Take the time of a write on `side` whose content came from the item of that name on the other side."""
        if isinstance(answer, SideError) or answer.item is None or not answer.sure:
            return
        changed, since = self._changed.get((side.other, source)), self._begin()
        if changed and since and changed >= since and answer.item.modified >= since:
            self._seconds.append(max(0.0, (answer.item.modified - changed).total_seconds()))

    def _begin(self) -> datetime | None:
        if not self._asked:
            last = self._last_success()
            self._since, self._asked = last and last - _SKEW, True
        return self._since


class _Watched:
    """A calendar that tells the watch what passes; everything is the calendar's own doing."""

    def __init__(self, calendar: Calendar, watch: Watch) -> None:
        self._calendar = calendar
        self._watch = watch

    @property
    def side(self) -> Side:
        return self._calendar.side

    def changes(self, cursor: str) -> Page:
        page = self._calendar.changes(cursor)
        for change in page.changes:
            if change.item:
                self._watch.seen(change.item)
        return page

    def read(self, ids: Sequence[str], known: Mapping[str, Hint] = NO_HINTS) -> Mapping[str, Item | SideError]:
        answers = self._calendar.read(ids, known)
        for answer in answers.values():
            if isinstance(answer, Item):
                self._watch.seen(answer)
        return answers

    def create(self, drafts: Sequence[Draft]) -> Sequence[Written | SideError]:
        answers = self._calendar.create(drafts)
        for draft, answer in zip(drafts, answers, strict=True):
            self._watch.written(self.side, draft.stamp.partner, answer)
        return answers

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        answers = self._calendar.update(edits)
        for edit, answer in zip(edits, answers, strict=True):
            stamp = edit.item.stamp
            # A copy names the item it stands for; the item itself is named by its copy.
            source = stamp.partner if stamp else _copy_of(_name(edit.item))
            self._watch.written(self.side, source, answer)
        return answers

    def delete(self, removals: Sequence[Removal]) -> Sequence[SideError | None]:
        return self._calendar.delete(removals)

    def hold(self, event: Event, until: datetime | None = None) -> Held:
        return self._calendar.hold(event, until)

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        return self._calendar.examine(writing=writing)


def _name(item: Item) -> str:
    """Give the name by which stamps call an item."""
    return item.id if item.side is Side.GOOGLE else partner_name(item.uid)


def _copy_of(name: str) -> str:
    return f"copy of {name}"
