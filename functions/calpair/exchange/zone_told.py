"""The time zone of an item: what its StartTimeZone says, by name or by rules, and what is lost where it says nothing. Pure.

    found = told(definition, start, start, own_zone)      # a single event: the year it happens in
    found.zone, found.losses                              # "Europe/Berlin", ()   or   "", ("zone", "zone=Ana's own")

A series is asked for the years it repeats in (`last`: its last start, or None for one without an end). Where no zone is
known `zone` is empty and the instants, which are UTC in every answer, are all there is; a series has its rules beside
(`zone_series.py`), or nobody knows when it is.

The name counts where it is one of the server's or IANA's own; else the rules, if the item brings them and they agree
with what the name may mean; then the rules alone. A zone is named in the status by the word `zone=NAME`: short, of
letters, digits and few signs, because it may be anything a person or a program wrote.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from calpair.exchange import zone_rules
from calpair.exchange.rest import Rest
from calpair.exchange.soap import Element, child
from calpair.exchange.zone_match import LAST, match
from calpair.exchange.zone_resolver import known, resolve
from calpair.exchange.zone_rules import Rules
from calpair.exchange.zones import windows
from calpair.model.when import Timed, When

LOSS = "zone"
"""The word for an event whose zone is not carried."""

END_LOSS = "end_zone"
"""The word for a zone of its own for the end."""

NAMED = "zone="
"""Begins the word that names the zone, for the administrator."""

UNNAMED = "(no name)"
MAX_SHOWN = 64
_YEARS = 5
"""Years of a series for which clocks are compared, after its first."""
_SIGNS = frozenset(" .,+-()/_&':")
_COLON = re.compile(r":(?![0-9])|(?<![0-9]):")
_ANYTHING_ELSE = "_"


@dataclass(frozen=True, slots=True)
class Told:
    """A zone, empty where none is known, and what is lost by that.

    `rules`: those the item brings with it, where it has no name that counts; None where it brings none.
    """

    zone: str = ""
    losses: tuple[str, ...] = ()
    rules: Rules | None = None


def told(definition: Element | None, start: datetime, last: datetime | None, own_zone: Callable[[], str]) -> Told:
    """Tell the zone of an item. `own_zone` gives the calendar's own, and is asked only where names do not say it.

    Never raises for what a definition says.
    """
    if definition is None:
        # A server of before 2010; it loses nothing it has.
        return Told()
    names = (definition.get("Id", ""), definition.get("Name", ""))
    zone = known(names[0])
    if zone:
        return Told(zone)
    rules = _rules(definition)
    named = resolve(names[0]) or resolve(names[1])
    if rules is None:
        return Told(named, () if named else lost(*names))
    until = min(start.year + _YEARS, LAST if last is None else max(last.year, start.year))
    try:
        # What the name may mean counts if the clocks are the same; a person's own zone may have any name.
        zone = match(rules, start.year, until, [name for name in (named, own_zone()) if name])
    except (ValueError, OverflowError):
        zone, rules = "", None
    return Told(zone, () if zone else lost(*names), rules)


def zone_losses(element: Element, when: When, own_zone: Callable[[], str], *, series: bool = False) -> tuple[str, ...]:
    """Give the words for what an item's zones say and nobody carries: its own, and another one for its end."""
    if not isinstance(when, Timed):
        # Whole days have no zone on the other side.
        return ()
    last = None if series else when.start
    definitions = (child(element, name) for name in ("StartTimeZone", "EndTimeZone"))
    start, end = (told(definition, when.start, last, own_zone) for definition in definitions)
    apart = child(element, "EndTimeZone") is not None and end.zone != start.zone
    return (*start.losses, *([END_LOSS] if apart else []))


def without_zone(losses: tuple[str, ...]) -> tuple[str, ...]:
    """Give the losses of an item whose zone is not lost after all."""
    return tuple(loss for loss in losses if loss != LOSS and not loss.startswith(NAMED))


def rest(element: Element) -> Rest:
    """Tell what the item's next write has to know of its zone."""
    definition = child(element, "StartTimeZone")
    return Rest(own_zone=definition is not None and not plainly(definition))


def plainly(definition: Element) -> bool:
    """Tell whether a zone is named by the very id that would be written for it."""
    name = definition.get("Id", "")
    zone = known(name)
    return bool(zone) and windows(zone).casefold() == name.casefold()


def lost(*names: str) -> tuple[str, ...]:
    """Give the words for a zone nobody knows: that it is lost, and which it is."""
    name = next((name for name in names if name.strip()), "")
    return LOSS, NAMED + (shown(name) or UNNAMED)


def shown(name: str) -> str:
    """Give a name as it may stand in the status: at most 64 characters, letters, digits and few signs."""
    spread = unicodedata.normalize("NFC", name[: 4 * MAX_SHOWN])
    words = "".join(letter if letter.isalnum() or letter in _SIGNS else _ANYTHING_ELSE for letter in spread.strip())
    # A colon only as in 01:00: elsewhere in the status it means something.
    return " ".join(_COLON.sub(_ANYTHING_ELSE, words).split())[:MAX_SHOWN].strip()


def _rules(definition: Element) -> Rules | None:
    try:
        return zone_rules.read(definition)
    except (ValueError, OverflowError):
        return None
