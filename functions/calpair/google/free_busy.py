"""Asks Google when its users are not free: freeBusy.query, for fifty calendars at once, with one account's eyes.

    availability = GoogleAvailability(domain.google, secret, now)
    availability.look_up(["ana@g.test"], start, end)        # {"ana@g.test": [Block(...)]}

The account is `google.free_busy_account`: it is told of each calendar what that is shared for, of one that is not the
same as of one that does not exist. Google says busy and nothing finer; an event that is transparent, declined or a
place of work is none. A calendar with an error, or that the answer leaves out, is `Unknown`, never free. Windows are
cut at sixty days (about ninety were measured to be the most), and what meets where they were cut is joined again.

Raises what concerns all of them; where some questions got through and others did not, gives what is known, and tells
`failed` (see `piecemeal.py`). Source: the Calendar API's reference of freeBusy.query.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from calpair.errors import RefusedError, UsageError
from calpair.google.delegation import Delegation
from calpair.google.errors import Act, silent
from calpair.google.http import TIMEOUT_SECONDS, Http
from calpair.google.identity import FREE_BUSY
from calpair.google.line import Line
from calpair.google.mapping.busy import bounds, instant, span
from calpair.google.piecemeal import Failed, left, piecemeal, unheard, window
from calpair.model.busy import Block, Busy, Told, Unknown, joined, together, trimmed
from calpair.model.pair import GoogleService
from calpair.names import STRICT, Names
from calpair.ports import Now

CALENDARS = 50
"""Most calendars of one request."""
WINDOW = timedelta(days=60)
"""Longest window asked for."""
SHORTEST = timedelta(days=1)
"""A window that is refused as too long is halved, but not below this."""

_TOO_LONG = "timeRangeTooLong"
_REASONS = {
    "notFound": "not_found",
    "internalError": "unavailable",
    "tooManyCalendarsRequested": "unavailable",
    "groupTooBig": "no_data",
}
"""More may be added, says the reference: any other is `no_data`."""


class GoogleAvailability:
    """Free/busy of Google's users, as one account sees it. Threads may share it; a line has one user at a time."""

    def __init__(
        self,
        settings: GoogleService,
        secret: Callable[[], str],
        now: Now,
        http: Http | None = None,
        names: Names = STRICT,
        delegation: Delegation | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        """Nothing is asked yet. As for `GoogleCalendar`; `timeout` as for `Wire`, for who is not waited for so long."""
        self._account = settings.free_busy_account
        self._line = partial(Line, settings, self._account, secret, now, http, names, delegation, FREE_BUSY, timeout)
        self._idle: list[Line] = []

    def look_up(
        self, addresses: Sequence[str], start: datetime, end: datetime, failed: Failed = unheard
    ) -> dict[str, Told]:
        """Tell of every address when it is not free between two instants. Raises what concerns all of them."""
        since, until = window(start, end)
        # In lower case, as Google writes its ids; so two spellings of one address are asked about once.
        wanted = list(dict.fromkeys(address.lower() for address in addresses))
        pieces = (wanted[first : first + CALENDARS] for first in range(0, len(wanted), CALENDARS))
        with self._lent() as line:
            found = piecemeal(pieces, partial(_asked, line, since, until), left, failed)
        return {address: _cut(found[address.lower()], start, end) for address in addresses}

    def close(self) -> None:
        """Hang up; the next look-up connects again."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _lent(self) -> Iterator[Line]:
        """Lend a line that nobody else has: made anew when all are lent, and kept."""
        try:
            line = self._idle.pop()
        except IndexError:
            line = self._line()
        try:
            if line.chosen and not self._account:
                # Without a subject a service account would ask as itself, and find nobody.
                raise UsageError("google.free_busy_account is missing: name the account that sees users' free/busy")
            yield line
        finally:
            self._idle.append(line)


def question(calendars: Sequence[str], start: datetime, end: datetime) -> dict[str, Any]:
    """Build the body of a request."""
    return {
        **bounds(start, end),
        "calendarExpansionMax": CALENDARS,
        # A group counts with its members: a large one would leave no room for the others of its request.
        "groupExpansionMax": 1,
        "items": [{"id": calendar} for calendar in calendars],
    }


def read(answer: Mapping[str, Any], calendar: str, start: datetime, end: datetime) -> Told:
    """Read what the answer says of a calendar about a window, unless it is about less than that."""
    told = _of(answer, calendar)
    errors, periods = told.get("errors", []), told.get("busy")
    if errors != []:
        return Unknown(_REASONS.get(_reason(errors), "no_data"))
    if not isinstance(periods, list):
        return Unknown("no_data")
    try:
        if instant(answer.get("timeMin")) > start or instant(answer.get("timeMax")) < end:
            return Unknown("no_data")
        spans = [span(period) for period in periods]
    except (ValueError, AttributeError, OverflowError):
        return Unknown("no_data")
    return [Block(since, until, Busy.BUSY) for since, until in spans if since < until]


def _asked(line: Line, start: datetime, end: datetime, calendars: Sequence[str]) -> dict[str, Told]:
    found: dict[str, Told] = {calendar: [] for calendar in calendars}
    for since, until in _windows(start, end):
        for calendar, told in _window(line, calendars, since, until).items():
            found[calendar] = together(found[calendar], told)
    return found


def _window(line: Line, calendars: Sequence[str], start: datetime, end: datetime) -> dict[str, Told]:
    try:
        answer = line.one(Act.LOOK_UP, line.free_busy.query(body=question(calendars, start, end)))
    except RefusedError as error:
        if error.code != _TOO_LONG or end - start <= SHORTEST:
            raise
        # Google names no limit: a request more each time, should it ever allow less than it does.
        middle = (start + (end - start) / 2).replace(microsecond=0)
        halves = _window(line, calendars, start, middle), _window(line, calendars, middle, end)
        return {calendar: together(halves[0][calendar], halves[1][calendar]) for calendar in calendars}
    if not isinstance(answer.get("calendars"), dict):
        raise silent("garbled", Act.LOOK_UP)
    return {calendar: read(answer, calendar, start.replace(microsecond=0), end) for calendar in calendars}


def _windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        until = min(start + WINDOW, end)
        yield start, until
        start = until


def _cut(told: Told, start: datetime, end: datetime) -> Told:
    if isinstance(told, Unknown):
        return told
    return [Block(since, until, Busy.BUSY) for since, until in joined(trimmed(told, start, end))]


def _of(answer: Mapping[str, Any], calendar: str) -> Mapping[str, Any]:
    """Find a calendar, however it is spelled; a group's error stands in another place. Nothing, where it is left out."""
    for part in ("calendars", "groups"):
        listed = answer.get(part)
        for name, told in listed.items() if isinstance(listed, dict) else ():
            if name.lower() == calendar and isinstance(told, dict):
                return told
    return {}


def _reason(errors: Any) -> str:
    first = errors[0] if isinstance(errors, list) else None
    return str(first.get("reason")) if isinstance(first, dict) else ""
