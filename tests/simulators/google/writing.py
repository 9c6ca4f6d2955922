"""Every change to events: insert, import, patch, update, delete. The API's methods and the person's hand both end here.

Source: facts/google.md 3.1 (ids), 3.5 (update, patch, sequence, If-Match), 3.6 (import), 3.7 (mails).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulators.google import fields, ids, kinds, people, series
from simulators.google.errors import (
    RefusedError,
    deleted,
    duplicate,
    forbidden,
    invalid,
    not_modelled,
    precondition,
    required,
)
from simulators.google.recurrence import check_exceptions
from simulators.google.store import Calendar, Entry, Ground

Json = dict[str, Any]


@dataclass(frozen=True)
class How:
    """The manner of a write: who, told by `sendUpdates`, what the query opened, and whether a person's hand did it."""

    user: str
    send: str = "none"
    if_match: str = ""
    conference: int = 0
    attachments: bool = False
    by_hand: bool = False


def insert(ground: Ground, calendar: Calendar, body: Mapping[str, Any], how: How) -> Entry:
    """Create an event; 409 for an id or iCalUID the calendar knows, even a deleted event's."""
    sent = _incoming(body, how)
    event_id, uid = sent.get("id"), sent.get("iCalUID")
    if event_id and uid:
        raise invalid("id and iCalUID may not both be specified.", "iCalUID")
    if event_id:
        ids.check_client_id(event_id)
    if sent.get("status") == "cancelled":
        raise invalid("An event cannot be created cancelled.", "status")
    event_id = event_id or ids.fresh_id(calendar.id, calendar.births)
    event = _born(ground, calendar, sent | {"id": event_id, "iCalUID": uid or ids.default_uid(event_id)}, how)
    if calendar.taken(event_id) or calendar.of_uid(event["iCalUID"]) is not None:
        raise duplicate()
    return _keep(ground, calendar, None, event, how, word="invitation")


def bring_in(ground: Ground, calendar: Calendar, body: Mapping[str, Any], how: How) -> Entry:
    """Import an event that exists elsewhere (by hand: an invitation that arrived, which is no private copy)."""
    sent = _incoming(body, how)
    uid = sent.get("iCalUID") or ""
    if not uid:
        raise required("Missing iCalUID.", "iCalUID")
    if not how.by_hand:
        sent |= {"privateCopy": True, "guestsCanInviteOthers": False, "eventType": "default"}
    organizer = (body.get("organizer") or {"email": calendar.id}) | {}
    if not organizer.get("email"):
        raise required("Missing organizer email.", "organizer.email")
    guests = [row.get("email") or "" for row in sent.get("attendees") or ()]
    if not any(people.same(address, calendar.id) for address in (organizer["email"], *guests)):
        raise RefusedError(
            400,
            "participantIsNeitherOrganizerNorAttendee",
            "The owner of the calendar must either be the organizer or an attendee of an event that is imported.",
            domain="calendar",
        )
    old = calendar.of_uid(uid)
    if old is not None and not how.by_hand and ground.switches.import_existing == "duplicate":
        raise duplicate()
    event_id = ids.imported_id(uid) if old is None else old.id
    if old is None and calendar.taken(event_id):
        raise duplicate()
    event = _born(ground, calendar, sent | {"id": event_id, "organizer": _person(organizer)}, how)
    return _keep(ground, calendar, old, event, how, word="invitation")


def change(
    ground: Ground, calendar: Calendar, event_id: str, body: Mapping[str, Any], how: How, *, whole: bool
) -> Entry:
    """Patch an event, or (whole) replace it; a cancelled one is revived by status confirmed, if the switch allows.

    An instance of a series becomes an exception by it.
    """
    old = series.find(ground, calendar, event_id)
    _check_match(old, how)
    sent = fields.incoming(
        _of_instance(body, old) if old.instance_of else body, conference=how.conference, attachments=how.attachments
    )
    for name in ("id", "iCalUID"):
        if sent.get(name, old.body[name]) != old.body[name]:
            raise invalid(f"Invalid value for: {name}: it cannot be changed.", name)
    if calendar.dead(old) and not old.cancelled:
        raise forbidden()
    if old.cancelled:
        _check_revival(ground, calendar, old, sent, how)
    elif sent.get("status") == "cancelled":
        return remove(ground, calendar, event_id, how)
    before = old.copy()
    if sent.get("attendeesOmitted"):
        sent["attendees"] = people.own_row_only(sent.get("attendees") or (), before.get("attendees", ()))
    if whole:
        stays = ["id", "iCalUID", "created", "creator", "organizer", "privateCopy", "eventType"]
        stays += ["recurringEventId", "originalStartTime"] if old.instance_of else []
        stays += [] if how.conference else ["conferenceData"]
        stays += [] if how.attachments else ["attachments"]
        event = {name: before[name] for name in stays if name in before} | fields.merge({}, sent)
    else:
        event = fields.merge(before, _plain_reminders(sent))
    event = _settled(ground, calendar, event, before["organizer"])
    _check_strays(ground, event, sent, how)
    event["sequence"] = _sequence(before, event, sent, whole=whole)
    kinds.check_change(before, event, by_hand=how.by_hand)
    if not how.by_hand:
        people.check_guest_change(before, event, calendar, ground.switches.private_on_guest_copy)
    return _keep(ground, calendar, old, event, how, word="change")


def remove(ground: Ground, calendar: Calendar, event_id: str, how: How) -> Entry:
    """Delete an event: it stays as a tombstone, its id taken; 410 if it is deleted already."""
    old = series.find(ground, calendar, event_id)
    if calendar.dead(old):
        raise deleted()
    _check_match(old, how)
    return _keep(ground, calendar, old, old.copy() | {"status": "cancelled"}, how, word="cancellation")


def merged(event: Json, changes: Mapping[str, Any]) -> Json:
    """An event with a patch laid over it, before anything is checked."""
    found: Json = fields.merge(event, _plain_reminders(dict(changes)))
    return found


def place(ground: Ground, calendar: Calendar, event: Json, how: How, key: str = "") -> Entry:
    """Put an event there as it is, its id and iCalUID chosen; with a key, as an instance of a series that is elsewhere."""
    born = _born(ground, calendar, event, how) | {"created": _created(ground)}
    if born["id"] in calendar.entries or born["id"] in calendar.burned:
        raise duplicate()
    if key:
        own = {name: value for name, value in born.items() if name not in ("id", "recurringEventId")}
        return calendar.put_part(key, born, ground.clock.now(), own)
    return calendar.put(born, ground.clock.now())


def _incoming(body: Mapping[str, Any], how: How) -> Json:
    for name in ("recurringEventId", "originalStartTime"):
        if body.get(name):
            raise not_modelled(f"making an instance by itself ({name})")
    return fields.incoming(body, conference=how.conference, attachments=how.attachments)


def _of_instance(body: Mapping[str, Any], old: Entry) -> Json:
    """What is sent for an instance, without the names it is known by, which may be said but not changed."""
    if body.get("recurringEventId", old.instance_of) != old.instance_of:
        raise invalid("Invalid value for: recurringEventId: it cannot be changed.", "recurringEventId")
    if body.get("recurrence"):
        raise invalid("An instance of a recurring event has no recurrence.", "recurrence")
    return {name: value for name, value in body.items() if name not in ("recurringEventId", "originalStartTime")}


def _check_strays(ground: Ground, event: Json, sent: Json, how: How) -> None:
    if sent.get("recurrence") and event.get("recurrence") and not how.by_hand:
        check_exceptions(event["recurrence"], event["start"], ground.switches)


def _check_match(old: Entry, how: How) -> None:
    if how.if_match not in ("", "*", ids.etag(old.updated)):
        raise precondition()


def _check_revival(ground: Ground, calendar: Calendar, old: Entry, sent: Json, how: How) -> None:
    if how.by_hand and sent.get("status") == "confirmed":
        return
    own = not people.is_guest_copy(old.body, calendar)
    if sent.get("status") != "confirmed" or not own or ground.switches.undelete_allowed == "forbidden":
        raise forbidden()


def _plain_reminders(sent: Json) -> Json:
    # Going back to the defaults drops what was set instead of them, else the merge would hold both.
    if (sent.get("reminders") or {}).get("useDefault"):
        return sent | {"reminders": {"useDefault": True, "overrides": None}}
    return sent


def _person(person: Mapping[str, Any]) -> Json:
    return {name: value for name, value in person.items() if name in ("email", "displayName") and value}


def _born(ground: Ground, calendar: Calendar, sent: Json, how: How) -> Json:
    organizer = sent.pop("organizer", {"email": calendar.id})
    event = _settled(ground, calendar, fields.merge({}, sent), organizer)
    _check_strays(ground, event, event, how)
    kinds.check_new(event, calendar, by_hand=how.by_hand)
    return event | {"creator": {"email": how.user}}


def _settled(ground: Ground, calendar: Calendar, event: Json, organizer: Json) -> Json:
    event.pop("attendeesOmitted", None)
    event = event | {"attendees": people.rows(event.get("attendees") or (), organizer["email"]), "organizer": organizer}
    return fields.settle(event, calendar, ground.switches)


def _sequence(before: Json, after: Json, sent: Json, *, whole: bool) -> int:
    old = int(before["sequence"])
    asked = sent.get("sequence")
    if (asked or 0) < old and (whole or asked is not None):
        raise invalid("Invalid sequence value. The specified sequence number is below the current one.", "sequence")
    moved = any(before.get(name) != after.get(name) for name in ("start", "end", "recurrence"))
    return max(asked or 0, old + 1 if moved else old)


def _created(ground: Ground) -> str:
    return ground.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _keep(ground: Ground, calendar: Calendar, old: Entry | None, event: Json, how: How, *, word: str) -> Entry:
    before = None if old is None else old.copy()
    now = ground.clock.now()
    event["created"] = before["created"] if before else now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if old is not None and event == before and (how.by_hand or ground.switches.noop_patch == "same"):
        return old
    # Reminders are the reader's own affair: they touch neither `updated` nor the etag.
    quiet = before is not None and event != before and event | {"reminders": before["reminders"]} == before
    in_delta = not quiet or ground.switches.reminders_in_delta
    if old is not None and old.instance_of:
        entry = _keep_part(ground, calendar, old, event, seen=not quiet, in_delta=in_delta)
    else:
        entry = calendar.put(event, now, seen=not quiet, in_delta=in_delta)
        if before is not None:
            _follow(ground, calendar, before, entry)
    ground.record.mails.extend(people.mails(calendar, (before, event), how.send, word))
    return entry


def _keep_part(ground: Ground, calendar: Calendar, old: Entry, event: Json, *, seen: bool, in_delta: bool) -> Entry:
    """An instance keeps what it says otherwise than its series, now or earlier."""
    before, master = old.body, calendar.entries.get(old.instance_of)
    own = {name: event.get(name) for name in {**before, **event} if event.get(name) != before.get(name)}
    key = series.key_in(calendar, old)
    entry = calendar.put_part(key, event, ground.clock.now(), {**(old.own or {}), **own}, seen=seen, in_delta=in_delta)
    if ground.switches.exception_touches_master and master is not None:
        calendar.put(master.body, ground.clock.now())
    return entry


def _follow(ground: Ground, calendar: Calendar, before: Json, master: Entry) -> None:
    """What a change of a series means to its exceptions."""
    if master.cancelled and ground.switches.exception_tombstones:
        for entry in series.exceptions(calendar, master.id):
            gone = {"status": "cancelled"}
            key = series.key_in(calendar, entry)
            calendar.put_part(key, {**entry.body, **gone}, ground.clock.now(), {**(entry.own or {}), **gone})
    elif not master.cancelled:
        series.reform(ground, calendar, before, master)
