"""events.list as a change list: one page for a cursor, and what stands around the events.

A cursor is opaque outside. Inside it has the sync token a delta started from and the page token to go on with; without
a sync token the listing started from nothing, and is whole. Every list is asked with the same parameters, because a
token used with others is undefined. Source: the reference page of events.list, and the guide to synchronising.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calpair.errors import BackOffError, CursorLostError
from calpair.google.errors import Act
from calpair.google.line import Line

LARGEST_PAGE = 2500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list goes on."""

    sync: str = ""
    page: str = ""

    @staticmethod
    def read(cursor: str) -> "Place":
        """Read a cursor; empty: the beginning. CursorLostError for one that is none of ours."""
        if not cursor:
            return Place()
        try:
            words = json.loads(cursor)
            return Place(str(words["sync"]), str(words["page"]))
        except (ValueError, LookupError, TypeError):
            raise CursorLostError("unreadableCursor") from None

    def text(self) -> str:
        """Write it as a cursor."""
        return json.dumps({"sync": self.sync, "page": self.page})


@dataclass(frozen=True, slots=True)
class Listing:
    """A page as Google gives it: the events, where the next page or delta starts, and the calendar's own settings."""

    events: tuple[Mapping[str, Any], ...]
    next: Place
    whole: bool
    envelope: Mapping[str, Any]


def listed(line: Line, calendar_id: str, cursor: str) -> Listing:
    """Get one page. CursorLostError, and what a list raises."""
    place = Place.read(cursor)
    request = line.events.list(
        calendarId=calendar_id,
        singleEvents=False,
        showDeleted=True,
        maxResults=LARGEST_PAGE,
        syncToken=place.sync or None,
        pageToken=place.page or None,
    )
    answer = line.one(Act.DELTA if cursor else Act.LIST, request)
    page, sync = str(answer.get("nextPageToken") or ""), str(answer.get("nextSyncToken") or "")
    events = answer.get("items", [])
    if not (page or sync) or not isinstance(events, list) or not all(_usable(event) for event in events):
        raise BackOffError("garbled", "the list of events came incomplete", scope="user")
    after = Place(place.sync, page) if page else Place(sync)
    return Listing(tuple(events), after, not place.sync, answer)


def _usable(event: Any) -> bool:
    # Of a tombstone nothing is certain but its id.
    return isinstance(event, dict) and bool(event.get("id")) and ("etag" in event or event.get("status") == "cancelled")


def envelope(line: Line, calendar_id: str) -> Mapping[str, Any]:
    """Ask for what stands around a list, and no events. Raises what a list raises."""
    fields = "accessRole,defaultReminders,timeZone"
    return line.one(Act.LIST, line.events.list(calendarId=calendar_id, maxResults=1, fields=fields))
