"""Why an event stands as it stands: all that is known of it, told from its links and from what both sides have just now.

    answers = read(calendars, links)                   # by link and side: the item, or why there is none
    told = account(Seen((One(link, items),)), hold, now)

An event is one account, however many items it is on Exchange. Titles and times are read from the servers for whoever
asks, and kept nowhere. `account` is pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from calpair.care import instead
from calpair.care.lost import losses
from calpair.care.occurrences import DELETED, NO_OCCURRENCE, at, changes, said
from calpair.care.rule_words import in_words
from calpair.care.starts import told
from calpair.care.words import left, reason
from calpair.errors import CANCELLED, AbsentError, SideError
from calpair.model.event import Event, Item
from calpair.model.link import PORTION, Link, Parking, Part, State
from calpair.model.rule import Original, original_text
from calpair.model.side import Home, Side
from calpair.ports import NAMELESS, RULE, Calendar, Held
from calpair.recurrence import expand
from calpair.recurrence.series import effective

_AT_ONCE = 50

Hold = Mapping[Side, Callable[[Event], Held]]
"""Tells what each side would hold of an event."""


@dataclass(frozen=True, slots=True)
class One:
    """One link of an event and its items, as they were read just now.

    `trouble`: of a side whose item is not at hand, why: `deleted`, `not found`, or a server's word. `edited`: by side,
    what was changed since both were last in step, as named in `recurrence/spelling.py`; a side is missing where nobody
    can tell. `next`: what a sync would do.
    """

    link: Link
    items: Mapping[Side, Item] = field(default_factory=dict)
    trouble: Mapping[Side, str] = field(default_factory=dict)
    edited: Mapping[Side, frozenset[str]] = field(default_factory=dict)
    next: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """An event: its links, one for each item it is.

    `side`: where it is one item, though it may be several on the other; `whole`: that one, where it is several. `asked`: links that were asked for by a name of their own,
    `occurrence`: an occurrence that was; `matches`: why it was found by a start.
    """

    ones: tuple[One, ...]
    whole: Item | None = None
    side: Side = Side.GOOGLE
    asked: frozenset[str] = frozenset()
    occurrence: Original | None = None
    matches: tuple[str, ...] = ()


def read(
    calendars: Mapping[Side, Calendar], links: Mapping[str, Link]
) -> Mapping[str, Mapping[Side, Item | SideError]]:
    """Read the items of links, by link key: each item, or why it is not there. Raises SideError."""
    found: dict[str, dict[Side, Item | SideError]] = {key: {} for key in links}
    for side, calendar in calendars.items():
        ids = {key: part.id for key, link in links.items() if (part := link.part(side))}
        # What belongs to one series is asked for together.
        wanted = sorted(dict.fromkeys(ids.values()))
        answers: dict[str, Item | SideError] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            answers |= calendar.read(wanted[start : start + _AT_ONCE])
        for key, item_id in ids.items():
            if item_id in answers:
                found[key][side] = answers[item_id]
    return found


def absence(error: SideError) -> str:
    """Say why there is no item."""
    if isinstance(error, AbsentError):
        return "deleted" if error.code == CANCELLED else "not found"
    return error.code


def account(seen: Seen, hold: Hold, now: datetime) -> dict[str, Any]:
    """Tell all that is known of an event, in words and identifiers; its titles and times are those read just now."""
    ones = sorted(seen.ones, key=_begins)
    main = next((one for one in ones if one.link.state is State.PARKED), ones[0])
    first = next((one for one in ones if one.link.key == seen.ones[0].link.key), ones[0])
    sides = {side.value: _side(ones[0], side, ones[0].items.get(side)) for side in Side}
    several = seen.whole is not None or len(ones) > 1
    if several:
        sides[seen.side.value] = _side(first, seen.side, seen.whole)
    return {
        "link": first.link.key,
        "state": main.link.state.value,
        "home": first.link.home.value,
        "uid": first.link.uid,
        "matches": list(seen.matches),
        "occurrence": _occurrence(seen, ones),
        "sides": sides,
        "items": [_item(one, seen, hold, now) for one in ones if one.link.parts(seen.side.other)] if several else [],
        "items_on": seen.side.other.value,
        "instead": list(_shape(ones, seen, hold)),
        "why": first.link.why,
        "meaning": left(first.link.why) if first.link.why else "",
        "parked": _parked(main, hold, now),
        "stale": _stale(main),
        "losses": losses([(one.link, one.items) for one in ones], seen.whole, hold),
        "next": "; ".join(dict.fromkeys(one.next for one in ones if one.next)),
    }


def holding(seen: Seen, original: Original) -> One | None:
    """Give the one that has an occurrence, of an event in several items; or had it, where it was deleted."""
    alone = next((one for one in seen.ones if _names(one.link.part(seen.side), original)), None)
    if alone:
        return alone
    events = [(one, _event(one.items.get(seen.side))) for one in seen.ones]
    # A part may have a date deleted because it is another one's.
    having = [(one, event) for one, event in events if event and _gives(event, original)]
    live = (one for one, event in having if effective(event, original) is not None)
    return next(live, having[0][0] if having else None)


def _names(part: Part | None, original: Original) -> bool:
    return part is not None and part.id.partition(PORTION)[2] == original_text(original)


def _gives(event: Event, original: Original) -> bool:
    return event.repeats is not None and expand.index(event.when, event.repeats, original) is not None


def _begins(one: One) -> tuple[bool, str, str]:
    """Give what items are told in the order of: when they begin, those that nobody can tell it of last."""
    for item in (one.items.get(Side.EXCHANGE), one.items.get(Side.GOOGLE)):
        when = item and (item.event.when if item.event else item.starts)
        if when:
            return False, original_text(when.start), one.link.key
    return True, "", one.link.key


def _event(item: Item | None) -> Event | None:
    return item.event if item else None


def _side(one: One, side: Side, item: Item | None) -> dict[str, Any] | None:
    part = one.link.part(side)
    if part is None:
        return None
    event = _event(item)
    overrides = list(event.overrides.values()) if event else []
    deleted = sum(said is None for said in overrides)
    return {
        "id": item.id if item else part.id,
        "there": item is not None,
        "trouble": "" if item else one.trouble.get(side, "not found"),
        "title": event.title if event else "",
        "starts": told(event.when) if event else told(item.starts if item else None),
        "repeats": event is not None and event.repeats is not None,
        "rule": in_words(event.when, event.repeats) if event and event.repeats else "",
        "overrides": len(overrides),
        "deleted": deleted,
        "changed": len(overrides) - deleted,
        "losses": list(item.losses) if item else [],
    }


def _item(one: One, seen: Seen, hold: Hold, now: datetime) -> dict[str, Any]:
    """Tell of one of several items on Exchange."""
    return {
        "link": one.link.key,
        "asked": one.link.key in seen.asked,
        "state": one.link.state.value,
        "exchange": _side(one, Side.EXCHANGE, one.items.get(Side.EXCHANGE)),
        "google": _side(one, Side.GOOGLE, one.items.get(Side.GOOGLE)),
        "why": one.link.why,
        "parked": _parked(one, hold, now),
        "stale": _stale(one),
        "next": one.next,
    }


def _shape(ones: Sequence[One], seen: Seen, hold: Hold) -> Sequence[str]:
    """Say why a series is several items on the side it is not at home on, or one with deletions of its own."""
    event, other = _event(seen.whole or ones[0].items.get(seen.side)), seen.side.other
    if event is None or ones[0].link.home.value != seen.side.value or not any(one.link.parts(other) for one in ones):
        return ()
    return instead.shape(event, hold[other](event))


def _parked(one: One, hold: Hold, now: datetime) -> dict[str, Any] | None:
    parking = one.link.parking if one.link.state is State.PARKED else None
    if parking is None:
        return None
    return {
        "reason": parking.reason,
        "meaning": _cause(one, parking, hold) or reason(parking.reason),
        "since": parking.since.isoformat(),
        "tries": parking.tries,
        "retry": parking.retry.isoformat() if parking.retry else None,
        "due": parking.retry is not None and parking.retry <= now,
    }


def _cause(one: One, parking: Parking, hold: Hold) -> str:
    """Say more of why a rule cannot be carried, where the event as it is tells it."""
    for side, item in one.items.items() if parking.reason in (RULE, NAMELESS) else ():
        event = item.event
        held = hold[side.other](event) if event else None
        if event and held and RULE in held.losses:
            return instead.unheld(event, held)
    return ""


def _stale(one: One) -> dict[str, Any] | None:
    """Tell which side keeps what it had when an event was set aside, and what was changed on the other since."""
    parking = one.link.parking
    if one.link.state is not State.PARKED or parking is None or len(one.items) < len(Side):
        return None
    changed = {side: names for side, names in one.edited.items() if names}
    keeping = [side.other for side in Side if side in changed and side.other not in changed]
    if not changed and not one.edited and one.link.home is not Home.ADOPTED:
        # Nobody can tell what was agreed any more.
        keeping = [Side(one.link.home.value).other]
    if not changed and not keeping:
        return None
    return {
        "sides": [side.value for side in keeping or Side],
        "since": parking.since.isoformat(),
        "changed": {side.value: changes(names) for side, names in changed.items()},
    }


def _occurrence(seen: Seen, ones: Sequence[One]) -> dict[str, Any] | None:
    """Tell of one occurrence what each side has of it."""
    original = seen.occurrence
    if original is None:
        return None
    one = holding(seen, original) if seen.whole is not None or len(ones) > 1 else ones[0]
    events = {side: _event(one.items.get(side)) if one else None for side in Side}
    events[seen.side] = _event(seen.whole) or events[seen.side]
    series = events[seen.side] or events[seen.side.other]
    sides = {side.value: said(event, original) for side, event in events.items() if event}
    if series and one is None:
        # None of its items there is of this occurrence.
        words = sides[seen.side.value]
        sides[seen.side.other.value] = words if words in (DELETED, NO_OCCURRENCE) else "not there"
    return {
        "original": original_text(original),
        "starts": at(series.when, original) if series else original_text(original),
        "sides": {side.value: sides[side.value] for side in Side if side.value in sides},
    }
