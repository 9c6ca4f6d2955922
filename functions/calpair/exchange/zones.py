"""Names of time zones: Exchange speaks Windows names, calpair and Google speak IANA names.

The tables are CLDR's `windowsZones`, as exchangelib and tzlocal carry them; tzlocal's copy is the newer one and wins.
IANA aliases are resolved with the links of the `tzdata` package, but only aliases: a name that stands in `zone.tab`
is some country's own and stays (Europe/Amsterdam links to Europe/Brussels in the data, and is no alias of it).

Windows -> IANA -> Windows gives the same name back; IANA -> Windows -> IANA gives the best-known zone of the same rules
(Europe/Amsterdam becomes Europe/Berlin), so whoever asks what Exchange would hold must take the way through Windows.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from exchangelib.winzone import IANA_TO_MS_TIMEZONE_MAP, MS_TIMEZONE_TO_IANA_MAP
from tzlocal.windows_tz import tz_win, win_tz

UTC_NAME = "UTC"
_UTC_SPELLINGS = frozenset({"utc", "tzone://microsoft/utc"})


def iana(windows_id: str) -> str:
    """Give the IANA zone of a Windows id as a server spells it; empty for none, custom or unknown ones."""
    wanted = windows_id.strip().casefold()
    if wanted in _UTC_SPELLINGS:
        return UTC_NAME
    return _to_iana().get(wanted, "")


def windows(iana_name: str) -> str:
    """Give the Windows id of an IANA zone; empty where CLDR knows none."""
    if not iana_name:
        # One of the tables really maps the empty name, to Mexico's zone.
        return ""
    known = _to_windows()
    return known.get(iana_name) or known.get(canonical(iana_name), "")


def canonical(iana_name: str) -> str:
    """Resolve an old or alternative name (Asia/Calcutta, US/Pacific) to the zone's own; others come back unchanged."""
    own = _countries()
    links = _links()
    name = iana_name
    while name not in own and name in links:
        name = links[name]
    return UTC_NAME if name == "Etc/UTC" else name


def zone(iana_name: str) -> ZoneInfo | None:
    """Give the rules of a zone, or None where the name is empty or unknown."""
    try:
        return ZoneInfo(iana_name) if iana_name else None
    except (LookupError, ValueError, OSError):
        # A name from a server may be anything: a path, a folder of the database, a word with a NUL in it.
        return None


@lru_cache(maxsize=1)
def _to_iana() -> Mapping[str, str]:
    return {name.casefold(): canonical(zone_name) for name, zone_name in (MS_TIMEZONE_TO_IANA_MAP | win_tz).items()}


@lru_cache(maxsize=1)
def _to_windows() -> Mapping[str, str]:
    older = {name: windows_id for name, (windows_id, _) in IANA_TO_MS_TIMEZONE_MAP.items()}
    return older | tz_win | {UTC_NAME: "UTC"}


@lru_cache(maxsize=1)
def _links() -> Mapping[str, str]:
    # The compact form of the data has one line `L target alias` a link.
    lines = _data("tzdata.zi").splitlines()
    return {alias: target for _, target, alias in (line.split() for line in lines if line.startswith("L "))}


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    lines = _data("zone.tab").splitlines()
    return frozenset(line.split("\t")[2] for line in lines if line and not line.startswith("#"))


def _data(name: str) -> str:
    return files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
