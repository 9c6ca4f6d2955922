"""IANA's names of time zones: which are one zone's, and its rules. Pure; both sides speak these names.

    canonical("Asia/Calcutta")       # "Asia/Kolkata"
    alternatives("Europe/Kyiv")      # ("Europe/Kiev", ...): what an older database knows it by
    rules("Europe/Berlin")           # ZoneInfo, or None for what is no zone
    asked("europe/berlin")           # the same, of a name that a caller sent, in whatever case

Aliases are the links of the `tzdata` package, but only aliases: a name that stands in `zone.tab` is some country's own
and stays (Europe/Amsterdam links to Europe/Brussels in the data, and is no alias of it).
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

UTC_NAME = "UTC"
_MOST_ALTERNATIVES = 3


def canonical(name: str) -> str:
    """Resolve an old or alternative name (Asia/Calcutta, US/Pacific) to the zone's own; others come back unchanged."""
    own = countries()
    links = _links()
    while name not in own and name in links:
        name = links[name]
    return UTC_NAME if name == "Etc/UTC" else name


def alternatives(name: str) -> tuple[str, ...]:
    """Give other names of the very same zone, to be tried where one is refused: its own first, then old ones.

    At most three, and of the old ones only those of the same continent; none for what has no other name.
    """
    own = canonical(name)
    area = f"{own.partition('/')[0]}/"
    old = (alias for alias in _aliases().get(own, ()) if alias != name and alias.startswith(area))
    return (*([own] if own != name else []), *old)[:_MOST_ALTERNATIVES]


def rules(name: str) -> ZoneInfo | None:
    """Give the rules of a zone, or None where the name is empty or unknown."""
    try:
        return ZoneInfo(name) if name else None
    except (LookupError, ValueError, OSError):
        # A name from a server may be anything: a path, a folder of the database, a word with a NUL in it.
        return None


def asked(name: str) -> ZoneInfo | None:
    """Give the rules of a zone that a caller names. A file of this machine's (`localtime`, `right/...`) is none."""
    return rules(spellings().get(name.casefold(), ""))


@lru_cache(maxsize=1)
def spellings() -> Mapping[str, str]:
    """Give every name there is by its small letters."""
    return {name.casefold(): name for name in _data("zones").splitlines() if name != "Factory"}


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Give the names that some country calls its own; each is a zone of its own, whatever it links to."""
    lines = _data("zoneinfo/zone.tab").splitlines()
    return frozenset(line.split("\t")[2] for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def _aliases() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for alias in sorted(_links()):
        own = canonical(alias)
        if own != alias:
            found.setdefault(own, []).append(alias)
    return {own: tuple(names) for own, names in found.items()}


@lru_cache(maxsize=1)
def _links() -> Mapping[str, str]:
    # The compact form of the data has one line `L target alias` a link.
    lines = _data("zoneinfo/tzdata.zi").splitlines()
    return {alias: target for _, target, alias in (line.split() for line in lines if line.startswith("L "))}


def _data(path: str) -> str:
    return files("tzdata").joinpath(*path.split("/")).read_text("utf-8")
