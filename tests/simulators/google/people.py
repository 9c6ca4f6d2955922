"""Organizers, guests and the mails they get.

Rows are stored without `self` and `organizer`, which answers work out anew. Source: facts/google.md 3.7.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulators.google.errors import RefusedError, invalid
from simulators.google.store import Calendar

ANSWERS = ("needsAction", "declined", "tentative", "accepted")
_SHARED = (
    "summary",
    "description",
    "location",
    "start",
    "end",
    "recurrence",
    "status",
    "sequence",
    "conferenceData",
    "attachments",
    "source",
    "anyoneCanAddSelf",
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
)

Json = dict[str, Any]


def same(left: str, right: str) -> bool:
    """Tell whether two addresses are one."""
    return left.casefold() == right.casefold()


def rows(sent: Sequence[Mapping[str, Any]], organizer: str) -> list[Json]:
    """Guests as stored: an address each, once, with an answer; the organizer has accepted."""
    found: list[Json] = []
    for row in sent:
        email = _address(row)
        if any(same(email, other["email"]) for other in found):
            raise invalid("Attendee given more than once.", "attendees.email")
        answer = row.get("responseStatus") or ("accepted" if same(email, organizer) else "needsAction")
        if answer not in ANSWERS:
            raise invalid(f"Invalid value for: responseStatus: '{answer}'", "attendees.responseStatus")
        kept = {name: value for name, value in row.items() if name not in ("self", "organizer") and value}
        found.append(kept | {"responseStatus": answer})
    return found


def own_row_only(sent: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Guests after a change sent with attendeesOmitted: rows named replace theirs, the rest stay."""
    named = {_address(row).casefold(): dict(row) for row in sent}
    return [named.get(row["email"].casefold(), dict(row)) for row in old]


def _address(row: Mapping[str, Any]) -> str:
    email = str(row.get("email") or "")
    if "@" not in email:
        raise invalid("Invalid attendee email.", "attendees.email")
    return email


def is_guest_copy(event: Mapping[str, Any], calendar: Calendar) -> bool:
    """Tell whether somebody else organizes this event; a private copy is this calendar's own."""
    return not same(event["organizer"]["email"], calendar.id) and not event.get("privateCopy")


def check_guest_change(before: Mapping[str, Any], after: Mapping[str, Any], calendar: Calendar, private: str) -> None:
    """Refuse what a guest may not change: 403 forbiddenForNonOrganizer."""
    if not is_guest_copy(before, calendar) or before.get("guestsCanModify"):
        return
    shared = [(event.get("extendedProperties", {}).get("shared")) for event in (before, after)]
    others = [
        [row for row in event.get("attendees", ()) if not same(row["email"], calendar.id)] for event in (before, after)
    ]
    own = [event.get("extendedProperties", {}).get("private") for event in (before, after)]
    if (
        any(before.get(name) != after.get(name) for name in _SHARED)
        or shared[0] != shared[1]
        or others[0] != others[1]
        or (private == "forbidden" and own[0] != own[1])
    ):
        raise RefusedError(
            403,
            "forbiddenForNonOrganizer",
            "Shared properties can only be changed by the organizer of the event.",
            domain="calendar",
        )


def mails(
    calendar: Calendar, events: Sequence[Mapping[str, Any] | None], how: str, word: str
) -> Iterator[dict[str, str]]:
    """The mails a change sends by `sendUpdates`: to each guest before or after it, or from a guest to the organizer."""
    home = calendar.owner.partition("@")[2]
    told = set()
    for event in [event for event in events if event is not None and how in ("all", "externalOnly")]:
        people = [event["organizer"]] if is_guest_copy(event, calendar) else event.get("attendees", ())
        for email in [person["email"] for person in people]:
            external = not same(email.partition("@")[2], home)
            if same(email, calendar.id) or email.casefold() in told or (how == "externalOnly" and not external):
                continue
            told.add(email.casefold())
            yield {"to": email, "from": calendar.id, "event": str(event["id"]), "about": word}
