"""Reads out of their events when Google's users are not free, and how: for `public_folder.detail = "status"`.

    events = GoogleBusyEvents(domain.google, secret, now)
    events.look_up(["ana@g.test"], start, end)              # {"ana@g.test": [Block(..., Busy.TENTATIVE)]}

freeBusy.query knows busy only. So each user's events of the window are listed, as that user, series laid out by Google
(`singleEvents`); of each event there come its times and what makes it busy, and of its guests the user alone: no title,
no place, nobody else. One list a user; tokens differ, so nothing can be asked together. A working location is told as
free: Google counts it so, and whoever works elsewhere has an event of their own for what keeps them.

Errors, and who is Unknown, as in `free_busy.py`; what is wrong with one user is that user's. Source: the Calendar API's
reference of events.list; the table of the calendar connectors, with `outOfOffice` for away.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from calpair.errors import AccessLostError, RefusedError, SideError
from calpair.google.asking import NO_USER
from calpair.google.delegation import Delegation
from calpair.google.errors import Act, silent
from calpair.google.http import Http, Wire
from calpair.google.identity import EVENTS_READONLY
from calpair.google.line import Line
from calpair.google.listing import LARGEST_PAGE
from calpair.google.mapping.busy import bounds, of_event
from calpair.google.piecemeal import Failed, left, piecemeal, unheard, window
from calpair.model.busy import Block, Told, Unknown, trimmed
from calpair.model.iana import rules
from calpair.model.pair import GoogleService
from calpair.names import STRICT, Names
from calpair.ports import Now

FIELDS = "timeZone,nextPageToken,items(status,transparency,eventType,start,end,attendees(self,responseStatus))"
PAGES = 40
"""A list that goes on for longer is no calendar's: a hundred thousand events."""

_OWN = {
    "notFound": Unknown("not_found"),
    "forbidden": Unknown("no_access"),
    "requiredAccessLevel": Unknown("no_access"),
    "notACalendarUser": Unknown("no_access"),
    NO_USER: Unknown("no_access"),
}
"""Why one user's calendar may not be read: an answer like any other."""
_EVERYBODYS = frozenset({"accessNotConfigured", "insufficientPermissions"})
"""Why nobody's may. Of any other reason only the rest shows whose it is."""


class GoogleBusyEvents:
    """What keeps Google's users busy, each seen as by themselves. Threads may share it."""

    def __init__(
        self,
        settings: GoogleService,
        secret: Callable[[], str],
        now: Now,
        http: Http | None = None,
        names: Names = STRICT,
        delegation: Delegation | None = None,
    ) -> None:
        """Nothing is asked yet. As for `GoogleCalendar`."""
        self._http = http
        self._names = names
        self._settings = settings
        self._secret = secret
        self._now = now
        self._delegation = delegation

    def look_up(
        self, addresses: Sequence[str], start: datetime, end: datetime, failed: Failed = unheard
    ) -> dict[str, Told]:
        """Tell of every address when and how it is not free between two instants. Raises what concerns all of them."""
        since, until = window(start, end)
        users = dict.fromkeys(address.lower() for address in addresses)
        # What opens a connection is the same for all of them, so one will do.
        wire = Wire(names=self._names)
        try:
            found = piecemeal(
                ([user] for user in users), partial(self._asked, self._http or wire, since, until), _left, failed
            )
        finally:
            wire.close()
        return {address: _cut(found[address.lower()], since, until) for address in addresses}

    def _asked(self, http: Http, start: datetime, end: datetime, users: Sequence[str]) -> dict[str, Told]:
        return {user: _seen(self._line(user, http), user, start, end) for user in users}

    def _line(self, user: str, http: Http) -> Line:
        names, delegation = self._names, self._delegation
        return Line(self._settings, user, self._secret, self._now, http, names, delegation, EVENTS_READONLY)


def read(answer: Mapping[str, Any]) -> Sequence[Block] | None:
    """Read a page; None: something in it cannot be read."""
    zone, items = answer.get("timeZone"), answer.get("items", [])
    if not isinstance(items, list):
        return None
    try:
        found = [of_event(event, rules(str(zone))) for event in items]
    except (ValueError, AttributeError, OverflowError):
        return None
    return [block for block in found if block]


def _seen(line: Line, user: str, start: datetime, end: datetime) -> Told:
    """List a user's calendar, or tell why it cannot be, where that is the user's own."""
    try:
        return _listed(line, user, start, end)
    except AccessLostError as error:
        if error.code not in _OWN:
            raise
        return _OWN[error.code]


def _listed(line: Line, user: str, start: datetime, end: datetime) -> Told:
    blocks: list[Block] = []
    page = ""
    for _ in range(PAGES):
        request = line.events.list(
            calendarId=user,
            singleEvents=True,
            maxResults=LARGEST_PAGE,
            # Of more guests than one only the user is told.
            maxAttendees=1,
            fields=FIELDS,
            pageToken=page or None,
            **bounds(start, end),
        )
        answer = line.one(Act.DELTA if page else Act.LIST, request)
        if not isinstance(answer.get("timeZone"), str):
            raise silent("garbled", Act.LIST)
        some = read(answer)
        if some is None:
            return Unknown("no_data")
        blocks += some
        page = str(answer.get("nextPageToken") or "")
        if not page:
            return blocks
    raise RefusedError("endlessList")


def _left(error: SideError) -> Unknown | None:
    if isinstance(error, AccessLostError) and error.code not in _EVERYBODYS:
        return Unknown("no_access")
    return left(error)


def _cut(told: Told, start: datetime, end: datetime) -> Told:
    return told if isinstance(told, Unknown) else trimmed(told, start, end)
