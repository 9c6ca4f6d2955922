"""Names of time zones: Exchange speaks Windows names, calpair and Google speak IANA names.

The tables are CLDR's `windowsZones`, as exchangelib and tzlocal carry them; tzlocal's copy is the newer one and wins.
What a server says that is no Windows id is for `zone_resolver.py`; zones it defines itself for `zone_told.py`.

Windows -> IANA -> Windows gives the same name back; IANA -> Windows -> IANA gives the best-known zone of the same rules
(Europe/Amsterdam becomes Europe/Berlin), so whoever asks what Exchange would hold must take the way through Windows.
"""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from exchangelib.winzone import IANA_TO_MS_TIMEZONE_MAP, MS_TIMEZONE_TO_IANA_MAP
from tzlocal.windows_tz import tz_win, win_tz

from calpair.model.iana import UTC_NAME, canonical
from calpair.model.iana import rules as zone

__all__ = ["STRAYED", "UTC_NAME", "canonical", "common", "iana", "windows", "zone"]

STRAYED = frozenset({"America/Scoresbysund", "Antarctica/Casey", "Antarctica/Troll", "Antarctica/Vostok"})
"""Zones the tables give a Windows id whose clocks are others by now: an event in it would be at other hours."""

_UTC_SPELLINGS = frozenset({"utc", "tzone://microsoft/utc"})


def iana(windows_id: str) -> str:
    """Give the IANA zone of a Windows id as a server spells it; empty for none, custom or unknown ones."""
    wanted = windows_id.strip().casefold()
    if wanted in _UTC_SPELLINGS:
        return UTC_NAME
    return _to_iana().get(wanted, "")


def windows(iana_name: str) -> str:
    """Give the Windows id that keeps a zone's clocks; empty where there is none."""
    own = canonical(iana_name)
    # One of the tables really maps the empty name, to Mexico's zone.
    if not iana_name or own in STRAYED:
        return ""
    known = _to_windows()
    return known.get(iana_name) or known.get(own, "")


@lru_cache(maxsize=1)
def common() -> tuple[str, ...]:
    """Give the IANA zones that stand for a Windows id, those that stand for most zones first, UTC before all."""
    size = Counter(_to_windows().values())
    ranked = sorted(set(_to_iana().values()), key=lambda name: (-size[windows(name)], name))
    return (UTC_NAME, *(name for name in ranked if name != UTC_NAME))


@lru_cache(maxsize=1)
def _to_iana() -> Mapping[str, str]:
    return {name.casefold(): canonical(zone_name) for name, zone_name in (MS_TIMEZONE_TO_IANA_MAP | win_tz).items()}


@lru_cache(maxsize=1)
def _to_windows() -> Mapping[str, str]:
    older = {name: windows_id for name, (windows_id, _) in IANA_TO_MS_TIMEZONE_MAP.items()}
    return older | tz_win | {UTC_NAME: "UTC"}
