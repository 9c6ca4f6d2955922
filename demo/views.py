"""What one side's calendar holds, asked of the server itself and kept up by asking for changes.

    view = ExchangeView(ews)        # or GoogleView(google)
    view.look()                     # every event by id, as it stands now
    view.occurrences(seen)          # of a series among them: what of it stands in the calendar
    view.forget()                   # the next look asks for everything

The servers are asked in their own protocols: SyncFolderItems and GetItem, FindItem with a view for a series; events.list
with a sync token, events.instances for a series. A series is opened for nearly two years, as far as Exchange shows one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from demo.events import Event, Moment, plain
from demo.ews import CALENDAR, Element, Ews, ExchangeError, every, first, item_ids, shape, text
from demo.exchange_hand import instant
from demo.google_hand import Google, GoogleError

_FIELDS = (
    *("item:Subject", "item:Body", "item:Sensitivity", "calendar:Start", "calendar:End"),
    *("calendar:IsAllDayEvent", "calendar:LegacyFreeBusyStatus", "calendar:Location", "calendar:CalendarItemType"),
    "calendar:UID",
)
_AT_ONCE = 100
_GONE = 410
_NOON = timedelta(hours=12)
_BEFORE, _SPAN = timedelta(days=1), timedelta(days=700)


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as it stands on one side; `version` is the server's own and changes with every write.

    `series` is the id of the series it is of; a series as a whole has its own id there.
    """

    id: str
    version: str
    event: Event
    series: str = ""

    @property
    def repeats(self) -> bool:
        """Whether it is a series as a whole."""
        return self.series == self.id


class View(Protocol):
    """One side's calendar, kept up by asking for changes."""

    def look(self) -> Mapping[str, Seen]:
        """What the calendar holds now, by id; of a series, itself alone."""

    def occurrences(self, seen: Seen) -> Sequence[Seen]:
        """The occurrences of a series the last look found, as they stand: moved, renamed, without those cancelled."""

    def forget(self) -> None:
        """Start anew: the next look asks for everything."""


class ExchangeView:
    """A mailbox's calendar."""

    def __init__(self, ews: Ews) -> None:
        self._ews = ews
        self._state = ""
        self._items: dict[str, Seen] = {}
        self._uids: dict[str, str] = {}
        self._opened: dict[str, list[Seen]] = {}

    def forget(self) -> None:
        """Start anew."""
        self._state, self._items, self._opened = "", {}, {}

    def look(self) -> Mapping[str, Seen]:
        """What the calendar holds now."""
        last = False
        changed: dict[str, None] = {}
        while not last:
            state = f"<m:SyncState>{self._state}</m:SyncState>" if self._state else ""
            (message,) = self._ews.send(
                f"<m:SyncFolderItems>{shape()}<m:SyncFolderId>{CALENDAR}</m:SyncFolderId>{state}"
                "<m:MaxChangesReturned>512</m:MaxChangesReturned></m:SyncFolderItems>"
            )
            if message.code == "ErrorInvalidSyncStateData" and self._state:
                self.forget()
                continue
            answer = message.checked()
            for change in every(answer, "m:Changes/*"):
                found = first(change, ".//t:ItemId")
                known = found.get("Id", "") if found is not None else ""
                self._items.pop(known, None)
                self._opened.pop(known, None)
                changed.pop(known, None)
                if not change.tag.endswith("}Delete"):
                    changed[known] = None
            self._state = text(answer, "m:SyncState")
            last = text(answer, "m:IncludesLastItemInRange") == "true"
        for item in self._read(list(changed)):
            seen = _exchange(item)
            if text(item, "t:CalendarItemType") == "RecurringMaster":
                seen = replace(seen, series=seen.id)
                self._uids[seen.id] = text(item, "t:UID")
            self._items[seen.id] = seen
        return dict(self._items)

    def occurrences(self, seen: Seen) -> Sequence[Seen]:
        """The occurrences of a series; one item's version is that of the whole series."""
        if seen.id not in self._opened:
            begin, end = _span(seen.event)
            (message,) = self._ews.send(
                f"<m:FindItem Traversal='Shallow'>{shape('calendar:UID')}"
                f"<m:CalendarView StartDate='{begin}' EndDate='{end}'/>"
                f"<m:ParentFolderIds>{CALENDAR}</m:ParentFolderIds></m:FindItem>"
            )
            ids = [
                found.get("Id", "")
                for item in every(message.checked(), "m:RootFolder/t:Items/t:CalendarItem")
                if text(item, "t:UID") == self._uids[seen.id] and (found := first(item, "t:ItemId")) is not None
            ]
            self._opened[seen.id] = [replace(_exchange(item), series=seen.id) for item in self._read(ids)]
        return self._opened[seen.id]

    def _read(self, ids: Sequence[str]) -> Iterator[Element]:
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            for message in self._ews.send(f"<m:GetItem>{shape(*_FIELDS)}{item_ids(some)}</m:GetItem>"):
                if message.code == "NoError":
                    found = first(message.element, "m:Items/t:CalendarItem")
                    if found is not None:
                        yield found
                elif message.code != "ErrorItemNotFound":
                    raise ExchangeError(message.code)


class GoogleView:
    """A Google calendar."""

    def __init__(self, google: Google) -> None:
        self._google = google
        self._token = ""
        self._events: dict[str, Seen] = {}
        self._opened: dict[str, list[Seen]] = {}

    def forget(self) -> None:
        """Start anew."""
        self._token, self._events, self._opened = "", {}, {}

    def look(self) -> Mapping[str, Seen]:
        """What the calendar holds now."""
        page = ""
        while True:
            query = {"maxResults": "2500", "showDeleted": "true"}
            query |= {"syncToken": self._token} if self._token else {}
            query |= {"pageToken": page} if page else {}
            try:
                answer = self._google.send("GET", query=query)
            except GoogleError as error:
                if error.status != _GONE or not self._token:
                    raise
                self.forget()
                page = ""
                continue
            for each in answer.get("items", ()):
                self._note(each)
            page = answer.get("nextPageToken", "")
            if not page:
                self._token = answer["nextSyncToken"]
                return dict(self._events)

    def occurrences(self, seen: Seen) -> Sequence[Seen]:
        """The occurrences of a series."""
        if seen.id not in self._opened:
            begin, end = _span(seen.event)
            query, found = {"maxResults": "2500", "timeMin": begin, "timeMax": end}, list[Seen]()
            while True:
                answer = self._google.send("GET", seen.id, query=query, of="/instances")
                found += [replace(_google(each), series=seen.id) for each in answer.get("items", ())]
                if "nextPageToken" not in answer:
                    break
                query["pageToken"] = answer["nextPageToken"]
            self._opened[seen.id] = found
        return self._opened[seen.id]

    def _note(self, told: Mapping[str, Any]) -> None:
        """Take in what a list tells: an event, or an occurrence that differs, which only says that its series changed."""
        gone = told.get("status") == "cancelled"
        series = told.get("recurringEventId", "")
        if gone and not series and told["id"] not in self._events:
            # a tombstone may be bare of everything: of which series it is, nobody knows then
            self._opened.clear()
        self._opened.pop(series or told["id"], None)
        self._events.pop(told["id"], None)
        if not gone and not series:
            self._events[told["id"]] = replace(_google(told), series=told["id"] if "recurrence" in told else "")


def _exchange(item: Element) -> Seen:
    known = first(item, "t:ItemId")
    start, end = (datetime.fromisoformat(text(item, f"t:{name}")).astimezone(UTC) for name in ("Start", "End"))
    whole = text(item, "t:IsAllDayEvent") == "true"
    return Seen(
        known.get("Id", "") if known is not None else "",
        known.get("ChangeKey", "") if known is not None else "",
        Event(
            title=text(item, "t:Subject"),
            start=_day(start) if whole else start,
            end=_day(end) if whole else end,
            place=text(item, "t:Location"),
            busy=text(item, "t:LegacyFreeBusyStatus") != "Free",
            private=text(item, "t:Sensitivity") in ("Private", "Confidential"),
            text=" ".join(text(item, "t:Body").split()),
        ),
    )


def _span(event: Event) -> tuple[str, str]:
    """From when until when a series that begins so is opened."""
    return instant(event.start - _BEFORE), instant(event.start + _SPAN)


def _day(midnight: datetime) -> date:
    """The day that begins at a midnight somewhere, given in UTC: at most 12 hours from UTC, noon of it is its own."""
    return (midnight + _NOON).date()


def _google(event: Mapping[str, Any]) -> Seen:
    return Seen(
        event["id"],
        event["etag"],
        Event(
            title=event.get("summary", ""),
            start=_moment(event["start"]),
            end=_moment(event["end"]),
            place=event.get("location", ""),
            busy=event.get("transparency") != "transparent",
            private=event.get("visibility") in ("private", "confidential"),
            text=plain(event.get("description", "")),
        ),
    )


def _moment(given: Mapping[str, str]) -> Moment:
    if "date" in given:
        return date.fromisoformat(given["date"])
    return datetime.fromisoformat(given["dateTime"]).astimezone(UTC)
