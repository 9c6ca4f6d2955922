r"""What a server calls a time zone, as an IANA name. Pure; a table after another, the surest first.

    resolve("W. Europe Standard Time")                     # a Windows id            Europe/Berlin
    resolve("europe/paris")                                # an IANA name            Europe/Paris
    resolve("GMT Standard Time 1\n")                        # an id that was numbered Europe/London
    resolve("GMT-5")                                       # so far from Greenwich   Etc/GMT+5
    resolve("(UTC+01:00) Amsterdam, Berlin, Bern, Rom")    # as Windows shows it     Europe/Berlin
    resolve("Mitteleuropäische Zeit")                      # in another language     Europe/Berlin

Empty for what says nothing, or what nobody knows. Seen in the wild: exchangelib's issues 541 and 1197, GAS-ICS-Sync's
219 and 305, DavMail's and OutlookGoogleCalendarSync's trackers.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from calpair.exchange import zones
from calpair.exchange.zone_displays import DISPLAYS
from calpair.exchange.zone_languages import NAMES
from calpair.model import iana

MAX_NAME = 256
"""Characters of a name that is looked at; no zone has a longer one."""

UNSAID = frozenset({"", "customized time zone", "tzone://microsoft/custom"})
"""Names that say only that the zone is none of the server's own."""

_NUMBERED = re.compile(r"(\S+ .*\S) [0-9]{1,2}")
_FIXED = re.compile(r"\(?(?:gmt|utc|etc/gmt)? ?([+-\u2212])([0-9]{1,2})(?::?([0-9]{2}))?\)?")
_PREFIX = re.compile(r"\((?:gmt|utc)(?: ?([+-\u2212])([0-9]{1,2}):?([0-9]{2}))?\) *(.*)")
_RENEWED = re.compile(r" *[-(] *(?:new|old)\)?$")
_FARTHEST_WEST, _FARTHEST_EAST = -12, 14
_HOUR = 60


def resolve(words: str) -> str:
    """Name the zone; empty for none known."""
    words = " ".join(words[:MAX_NAME].split())
    if plain(words):
        return ""
    return known(words) or _fixed(words) or _iana(words) or _shown(words) or _translated(words)


def plain(words: str) -> bool:
    """Tell whether the words are none."""
    return words.strip().casefold() in UNSAID


def known(words: str) -> str:
    """Name the zone of a Windows id or an IANA name, both possibly numbered by a program that met two of them."""
    words = " ".join(words[:MAX_NAME].split())
    numbered = _NUMBERED.fullmatch(words)
    for name in (words, numbered[1]) if numbered else (words,):
        found = zones.iana(name) or (_iana(name) if "/" in name else "")
        if found:
            return found
    return ""


def _iana(name: str) -> str:
    return iana.canonical(iana.spellings().get(name.removeprefix("/").casefold(), ""))


def _fixed(words: str) -> str:
    found = _FIXED.fullmatch(words.casefold())
    return "" if found is None else _etc(_minutes(found[1], found[2], found[3]))


def _etc(minutes: int) -> str:
    """Name a whole number of hours from Greenwich: IANA's signs are those of POSIX, the other way round."""
    hours, rest = divmod(minutes, _HOUR)
    return "" if rest else hours_from_greenwich(hours)


def hours_from_greenwich(hours: int) -> str:
    """Name the zone that always is so many hours east of Greenwich; empty where there is none."""
    if not _FARTHEST_WEST <= hours <= _FARTHEST_EAST:
        return ""
    return zones.UTC_NAME if not hours else f"Etc/GMT{'-' if hours > 0 else '+'}{abs(hours)}"


def _minutes(sign: str, hours: str, minutes: str | None) -> int:
    size = int(hours) * _HOUR + int(minutes or 0)
    return size if sign == "+" else -size


def _shown(words: str) -> str:
    """Find the zone whose places, as Windows lists them, are most of these; the offset decides among equals."""
    offset, places = _taken_apart(words)
    best = max(_displays(), key=lambda row: (len(row[2] & places), row[1] == offset))
    alike = [
        row
        for row in _displays()
        if (len(row[2] & places), row[1] == offset) == (len(best[2] & places), best[1] == offset)
    ]
    if not best[2] & places or len(alike) > 1:
        return ""
    return zones.iana(best[0])


@lru_cache(maxsize=1)
def _displays() -> tuple[tuple[str, int | None, frozenset[str]], ...]:
    return tuple((windows_id, *_taken_apart(shown)) for windows_id, shown in DISPLAYS.items())


def _taken_apart(words: str) -> tuple[int | None, frozenset[str]]:
    found = _PREFIX.fullmatch(_folded(words))
    offset = None
    rest = _folded(words)
    if found:
        offset = _minutes(found[1], found[2], found[3]) if found[1] else 0
        rest = found[4]
    places = (place.strip() for place in re.split("[,;]", _RENEWED.sub("", rest)))
    return offset, frozenset(place for place in places if place)


def _translated(words: str) -> str:
    return _translations().get(_folded(words), "")


@lru_cache(maxsize=1)
def _translations() -> Mapping[str, str]:
    return {_folded(name): iana.canonical(zone) for zone, names in NAMES for name in names.split(" | ")}


def _folded(words: str) -> str:
    """Make accents, case and kinds of apostrophe count for nothing."""
    spread = unicodedata.normalize("NFKD", words.replace("\u2019", "'").replace("\u0142", "l").replace("\u0141", "L"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter)).casefold()
