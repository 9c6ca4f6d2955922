"""One Google calendar as one side of a pair: the Calendar port, on Calendar API v3.

    calendar = GoogleCalendar(domain.google, pair.calendar, pair.google_user, secret, now, colours=pair.colours)
    page = calendar.changes("")

Everything the API can be told conditionally is: inserts carry our own id, every other write the version it was decided
on, and all of them `sendUpdates=none`. One request carries up to fifty reads or writes. Shapes, units and errors are
those of `ports.Calendar`. Not for several threads at once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from calpair.errors import AbsentError, SideError, StaleError
from calpair.google.creating import create
from calpair.google.delegation import Delegation
from calpair.google.errors import CANCELLED, Act
from calpair.google.examining import examine
from calpair.google.http import Http
from calpair.google.line import Answer, Line
from calpair.google.listing import envelope, listed
from calpair.google.mapping import reading, reminders, writing
from calpair.google.mapping.holding import hold
from calpair.google.renaming import with_other_names
from calpair.google.stamp import spell
from calpair.model.event import Event, Item
from calpair.model.pair import GoogleService
from calpair.model.side import Side
from calpair.names import STRICT, Names
from calpair.ports import Change, Draft, Edit, Finding, Held, Now, Page, Removal, Written


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
        self._id = calendar_id
        self._user = google_user
        self._table = dict(colours or {})
        self._line = Line(settings, google_user, secret, now, http, names, delegation)
        self._defaults: tuple[reminders.Row, ...] | None = None
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
        self._remember(found.envelope)
        self._zone = str(found.envelope.get("timeZone") or "")
        return Page(
            changes=tuple(self._change(event) for event in found.events),
            cursor=found.next.text(),
            more=bool(found.next.page),
            whole=found.whole,
            zone=self._zone,
        )

    def read(self, ids: Sequence[str]) -> Mapping[str, Item | SideError]:
        """Read events; see the port."""
        requests = [self._line.events.get(calendarId=self._id, eventId=one) for one in ids]
        return dict(zip(ids, map(self._found, self._line.many(Act.READ, requests)), strict=True))

    def create(self, drafts: Sequence[Draft]) -> Sequence[Written | SideError]:
        """Insert under the drafts' ids; see the port and `creating.py`."""
        return with_other_names(drafts, lambda some: create(self._line, self._id, some, self._table, self._item))

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        """Patch the fields named, and the stamp; see the port."""
        return with_other_names(edits, self._update)

    def delete(self, removals: Sequence[Removal]) -> Sequence[SideError | None]:
        """Delete; see the port. `permanent` means nothing here: Google has one way."""
        asked = {number: removal for number, removal in enumerate(removals) if removal.version}
        requests = [self._deletion(removal) for removal in asked.values()]
        answers = dict(zip(asked, self._line.many(Act.DELETE, requests), strict=True))
        return [_refusal(answers.get(number, _unread())) for number in range(len(removals))]

    def hold(self, event: Event) -> Held:
        """Tell what Google would hold of an event."""
        return hold(event, self._table)

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        """Look at sign-in, calendar and rights; see the port."""
        return examine(self._line, self._id, self._user, writing=writing)

    def close(self) -> None:
        """Hang up; the next call connects again."""
        self._line.close()

    def _update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        asked = {number: edit for number, edit in enumerate(edits) if edit.item.version}
        requests = [self._patch(edit) for edit in asked.values()]
        answers = dict(zip(asked, self._line.many(Act.CHANGE, requests), strict=True))
        return [_outcome(self._found(answers.get(number, _unread()))) for number in range(len(edits))]

    def _patch(self, edit: Edit) -> Any:
        body = writing.fields(edit.event, edit.fields, edit.item.rest, self._table)
        if edit.stamp:
            body["extendedProperties"] = {"private": spell(edit.stamp)}
        request = self._line.events.patch(calendarId=self._id, eventId=edit.item.id, body=body, sendUpdates="none")
        request.headers["If-Match"] = edit.item.version
        return request

    def _deletion(self, removal: Removal) -> Any:
        request = self._line.events.delete(calendarId=self._id, eventId=removal.id, sendUpdates="none")
        request.headers["If-Match"] = removal.version
        return request

    def _change(self, event: Mapping[str, Any]) -> Change:
        if reading.cancelled(event):
            return Change(str(event["id"]), gone=True)
        item = self._item(event)
        return Change(item.id, item.version, item=item)

    def _found(self, answer: Answer) -> Item | SideError:
        if isinstance(answer, SideError):
            return answer
        return AbsentError(CANCELLED) if reading.cancelled(answer) else self._item(answer)

    def _item(self, event: Mapping[str, Any]) -> Item:
        if self._defaults is None and (event.get("reminders") or {}).get("useDefault"):
            # Only a list tells the calendar's own reminders, and none came before.
            self._remember(envelope(self._line, self._id))
        return reading.item(event, reading.Known(self._id, self._defaults or (), self._table))

    def _remember(self, around: Mapping[str, Any]) -> None:
        if "defaultReminders" in around or self._defaults is None:
            self._defaults = reminders.rows(around.get("defaultReminders"))


def _unread() -> StaleError:
    # Without a version a write would not be conditional, so it is not made.
    return StaleError("noVersion")


def _outcome(found: Item | SideError) -> Written | SideError:
    return found if isinstance(found, SideError) else Written(found.id, found, sure=True)


def _refusal(answer: Answer) -> SideError | None:
    # Deleted already is done; not found proves nothing (G4).
    if isinstance(answer, SideError) and answer.code != CANCELLED:
        return answer
    return None
