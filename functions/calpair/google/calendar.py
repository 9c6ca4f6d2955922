"""One Google calendar as one side of a pair: the Calendar port, on Calendar API v3.

    calendar = GoogleCalendar(domain.google, pair.calendar, pair.google_user, secret, now, colours=pair.colours)
    page = calendar.changes("")

Everything the API can be told conditionally is: inserts carry our own id, every other write the version it was decided
on, and all of them `sendUpdates=none`. One request carries up to fifty reads or writes. Shapes, units and errors are
those of `ports.Calendar`. Not for several threads at once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from calpair.errors import CANCELLED, SideError, StaleError
from calpair.google.creating import create
from calpair.google.delegation import Delegation
from calpair.google.errors import Act
from calpair.google.examining import examine
from calpair.google.http import Http
from calpair.google.line import Answer, Line
from calpair.google.listing import listed
from calpair.google.looking import look
from calpair.google.mapping import reading
from calpair.google.mapping.holding import hold
from calpair.google.reader import Reader
from calpair.google.renaming import with_other_names
from calpair.google.updating import update
from calpair.model.event import Event, Item
from calpair.model.pair import GoogleService
from calpair.model.side import Side
from calpair.names import STRICT, Names
from calpair.ports import NO_HINTS, Change, Draft, Edit, Finding, Held, Hint, Now, Page, Removal, Written


class GoogleCalendar:
    """A calendar with its own line to Google; nothing is sent, and no secret asked for, before the first call."""

    def __init__(
        self,
        settings: GoogleService,
        calendar_id: str,
        google_user: str,
        secret: Callable[[], str],
        now: Now,
        colours: Mapping[str, str] | None = None,
        http: Http | None = None,
        names: Names = STRICT,
        delegation: Delegation | None = None,
    ) -> None:
        """Bind a calendar.

        `secret` gives what `settings.secret` names; `http` is a transport of httplib2's shape, without which `names` say
        where connections may lead; `delegation` is what `google.auth` "delegated" goes by, one for the process.
        """
        self._user = google_user
        line = Line(settings, google_user, secret, now, http, names, delegation)
        self._reader = Reader(line, calendar_id, dict(colours or {}))
        self._zone = ""

    @property
    def side(self) -> Side:
        """Google."""
        return Side.GOOGLE

    @property
    def zone(self) -> str:
        """The calendar's IANA zone, as it was last told with a list; empty before."""
        return self._zone

    def changes(self, cursor: str) -> Page:
        """One page of events.list, deletions included; see the port."""
        found = listed(self._line, self._id, cursor)
        self._reader.remember(found.envelope)
        self._zone = str(found.envelope.get("timeZone") or "")
        return Page(
            changes=tuple(self._changes(found.events)),
            cursor=found.next.text(),
            more=bool(found.next.page),
            whole=found.whole,
            zone=self._zone,
        )

    def read(self, ids: Sequence[str], known: Mapping[str, Hint] = NO_HINTS) -> Mapping[str, Item | SideError]:
        """Read events, and the exceptions of those that are series; see the port and `looking.py`."""
        return look(self._reader, ids, known)

    def create(self, drafts: Sequence[Draft]) -> Sequence[Written | SideError]:
        """Insert under the drafts' ids; see the port and `creating.py`."""
        return with_other_names(drafts, partial(create, self._reader))

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        """Patch the fields named, the stamp and the overrides; see the port and `updating.py`."""
        return with_other_names(edits, partial(update, self._reader))

    def delete(self, removals: Sequence[Removal]) -> Sequence[SideError | None]:
        """Delete; see the port. `permanent` means nothing here: Google has one way."""
        asked = {number: removal for number, removal in enumerate(removals) if removal.version}
        requests = [self._deletion(removal) for removal in asked.values()]
        answers = dict(zip(asked, self._line.many(Act.DELETE, requests), strict=True))
        return [_refusal(answers.get(number, _unread())) for number in range(len(removals))]

    def hold(self, event: Event, until: datetime | None = None) -> Held:
        """Tell what Google would hold of an event; see the port."""
        return hold(event, self._reader.table, until)

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        """Look at sign-in, calendar and rights; see the port."""
        return examine(self._line, self._id, self._user, writing=writing)

    def close(self) -> None:
        """Hang up; the next call connects again."""
        self._line.close()

    @property
    def _line(self) -> Line:
        return self._reader.line

    @property
    def _id(self) -> str:
        return self._reader.calendar_id

    def _deletion(self, removal: Removal) -> Any:
        request = self._line.events.delete(calendarId=self._id, eventId=removal.id, sendUpdates="none")
        request.headers["If-Match"] = removal.version
        return request

    def _changes(self, events: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
        gone = {str(event["id"]) for event in events if reading.cancelled(event) and not reading.exception(event)}
        for event in events:
            if reading.exception(event):
                # Of a series that is gone its occurrences have no more to say.
                if str(event["recurringEventId"]) not in gone:
                    yield _told(event, "recurringEventId", str(event["id"]))
            elif reading.cancelled(event):
                yield Change(str(event["id"]), gone=True)
            elif reading.whole(event):
                yield _told(event, "id")
            else:
                item = self._reader.item(event)
                yield Change(item.id, item.version, item=item)


def _told(event: Mapping[str, Any], of: str, override: str = "") -> Change:
    return Change(str(event[of]), reading.version(event), override=override, uid=str(event.get("iCalUID") or ""))


def _unread() -> StaleError:
    # Without a version a write would not be conditional, so it is not made.
    return StaleError("noVersion")


def _refusal(answer: Answer) -> SideError | None:
    # Deleted already is done; not found proves nothing (G4).
    if isinstance(answer, SideError) and answer.code != CANCELLED:
        return answer
    return None
