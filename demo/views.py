"""What one side's calendar holds, asked of the server itself and kept up by asking for changes.

    view = ExchangeView(ews)        # or GoogleView(google)
    view.look()                     # every event by id, as it stands now
    view.forget()                   # the next look asks for everything

The servers are asked in their own protocols: SyncFolderItems and GetItem; events.list with a sync token.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from demo.events import Event, Moment, plain
from demo.ews import CALENDAR, Element, Ews, ExchangeError, every, first, item_ids, shape, text
from demo.google_hand import Google, GoogleError

_FIELDS = (
    *("item:Subject", "item:Body", "item:Sensitivity", "calendar:Start", "calendar:End"),
    *("calendar:IsAllDayEvent", "calendar:LegacyFreeBusyStatus", "calendar:Location"),
)
_AT_ONCE = 100
_GONE = 410
_NOON = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as it stands on one side; `version` is the server's own and changes with every write."""

    id: str
    version: str
    event: Event


class View(Protocol):
    """One side's calendar, kept up by asking for changes."""

    def look(self) -> Mapping[str, Seen]:
        """What the calendar holds now, by id."""

    def forget(self) -> None:
        """Start anew: the next look asks for everything."""


class ExchangeView:
    """A mailbox's calendar."""

    def __init__(self, ews: Ews) -> None:
        self._ews = ews
        self._state = ""
        self._items: dict[str, Seen] = {}

    def forget(self) -> None:
        """Start anew."""
        self._state, self._items = "", {}

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
                changed.pop(known, None)
                if not change.tag.endswith("}Delete"):
                    changed[known] = None
            self._state = text(answer, "m:SyncState")
            last = text(answer, "m:IncludesLastItemInRange") == "true"
        self._read(list(changed))
        return dict(self._items)

    def _read(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            for message in self._ews.send(f"<m:GetItem>{shape(*_FIELDS)}{item_ids(some)}</m:GetItem>"):
                if message.code == "NoError":
                    found = first(message.element, "m:Items/t:CalendarItem")
                    if found is not None:
                        seen = _exchange(found)
                        self._items[seen.id] = seen
                elif message.code != "ErrorItemNotFound":
                    raise ExchangeError(message.code)


class GoogleView:
    """A Google calendar."""

    def __init__(self, google: Google) -> None:
        self._google = google
        self._token = ""
        self._events: dict[str, Seen] = {}

    def forget(self) -> None:
        """Start anew."""
        self._token, self._events = "", {}

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
                self._events.pop(each["id"], None)
                if each.get("status") != "cancelled":
                    self._events[each["id"]] = _google(each)
            page = answer.get("nextPageToken", "")
            if not page:
                self._token = answer["nextSyncToken"]
                return dict(self._events)


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
