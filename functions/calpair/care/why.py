"""Why an event stands as it stands: what a person has of it (an id, a link, a start), and all that is known of it.

    ids = why.names("https://www.google.com/calendar/event?eid=...")
    told = why.account(link, why.read(calendars, {link.key: link})[link.key])

Titles and times are read from the servers for whoever asks, and kept nowhere.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from calpair.care.parts import part as part_of
from calpair.care.starts import told
from calpair.care.words import meaning
from calpair.model.event import Event, Item
from calpair.model.link import Link, series_of
from calpair.model.rule import Original
from calpair.model.side import Side
from calpair.ports import Calendar
from calpair.recurrence import expand

_AT_ONCE = 50


def names(text: str) -> tuple[str, ...]:
    """Give the ids a text may stand for: itself, and of a Google Calendar link the event's."""
    text = text.strip()
    found = [text]
    for eid in parse_qs(urlsplit(text).query).get("eid", []) if "://" in text else []:
        try:
            decoded = base64.urlsafe_b64decode(eid + "=" * (-len(eid) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        found.append(decoded.partition(" ")[0])
    return tuple(dict.fromkeys(found))


def start(text: str) -> date | None:
    """Read a text as a start, `2026-11-05` or `2026-11-05T10:00` (with an offset, or as the clock of the event shows)."""
    try:
        return datetime.fromisoformat(text) if len(text) > len("2026-11-05") else date.fromisoformat(text)
    except ValueError:
        return None


def read(calendars: Mapping[Side, Calendar], links: Mapping[str, Link]) -> Mapping[str, Mapping[Side, Item]]:
    """Read the items of links, by link key; what is not there is left out. Raises SideError."""
    found: dict[str, dict[Side, Item]] = {key: {} for key in links}
    for side, calendar in calendars.items():
        ids = {key: part.id for key, link in links.items() if (part := link.part(side))}
        wanted = list(dict.fromkeys(map(series_of, ids.values())))
        answers: dict[str, Any] = {}
        for at in range(0, len(wanted), _AT_ONCE):
            answers |= calendar.read(wanted[at : at + _AT_ONCE])
        for key, item_id in ids.items():
            item = part_of(answers.get(series_of(item_id)), item_id)
            if item:
                found[key][side] = item
    return found


def starts_at(item: Item, when: date) -> bool:
    """Tell whether an event, or an occurrence of a series, starts then; a day stands for all of it."""
    event = item.event
    if event is None:
        return False
    originals: Sequence[Original] = (event.when.start,)
    if event.repeats is not None:
        originals = expand.generated(event.when, event.repeats).originals
    return any(_is_at(event, original, when) for original in originals)


def _is_at(event: Event, original: Original, when: date) -> bool:
    if not isinstance(original, datetime):
        return original == when
    zone = getattr(event.when, "zone", "")
    try:
        local = original.astimezone(ZoneInfo(zone) if zone else UTC)
    except (ValueError, OSError, LookupError):
        local = original
    if not isinstance(when, datetime):
        return local.date() == when
    return original == when if when.tzinfo else local.replace(tzinfo=None) == when


def account(link: Link, items: Mapping[Side, Item]) -> dict[str, Any]:
    """Tell all that is known of an event, in words and identifiers; its titles and times are those read just now."""
    return {
        "link": link.key,
        "state": link.state.value,
        "home": link.home.value,
        "uid": link.uid,
        "sides": {side.value: _side(link, side, items.get(side)) for side in Side},
        "why": link.why,
        "parked": None
        if link.parking is None
        else {
            "reason": link.parking.reason,
            "since": link.parking.since.isoformat(),
            "tries": link.parking.tries,
            "retry": link.parking.retry.isoformat() if link.parking.retry else None,
        },
        "losses": [{"loss": loss, "meaning": meaning(loss)} for loss in link.losses],
    }


def _side(link: Link, side: Side, item: Item | None) -> dict[str, Any] | None:
    part = link.part(side)
    if part is None:
        return None
    event = item.event if item else None
    return {
        "id": part.id,
        "there": item is not None,
        "title": event.title if event else "",
        "starts": told(event.when) if event else told(item.starts if item else None),
        "repeats": event is not None and event.repeats is not None,
        "overrides": len(event.overrides) if event else 0,
        "losses": list(item.losses) if item else [],
    }
