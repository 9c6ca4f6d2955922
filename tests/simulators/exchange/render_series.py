"""What GetItem tells of a series' master alone: its rule, its first and last occurrence, who was changed, who is gone.

Lists that would be empty are left out, and so is the last occurrence of a series without end. First and last are the
ones that are left, as they are now. Sources: facts 2.6; the pages FirstOccurrence, LastOccurrence, Occurrence.
"""

from collections.abc import Callable, Mapping

from simulators.exchange import recurrence, series
from simulators.exchange.ids import Mint
from simulators.exchange.items import Item
from simulators.exchange.soap import Element, t
from simulators.exchange.switches import Switches
from simulators.exchange.times import utc_text


def field(name: str, master: Item, mint: Mint, switches: Switches) -> Element | None:
    """One field of a master; None when it has none such."""
    if name == "Recurrence":
        return recurrence.element(series.pattern_of(master), switches.recurrence_date_suffix)
    return _BUILT[name](master, mint)


def _first(master: Item, mint: Mint) -> Element | None:
    return _told("FirstOccurrence", next(series.occurrences(master, mint), None))


def _last(master: Item, mint: Mint) -> Element | None:
    return _told("LastOccurrence", series.last(master, mint))


def _modified(master: Item, mint: Mint) -> Element | None:
    days = sorted(master.overrides)
    found = [_told("Occurrence", series.occurrence(master, day, mint)) for day in days]
    return t("ModifiedOccurrences", *found) if found else None


def _deleted(master: Item, mint: Mint) -> Element | None:
    gone = (series.occurrence(master, day, mint).start for day in master.deleted)
    found = [t("DeletedOccurrence", t("Start", text=utc_text(start))) for start in gone]
    return t("DeletedOccurrences", *found) if found else None


def _told(name: str, shown: Item | None) -> Element | None:
    if shown is None:
        return None
    return t(
        name,
        t("ItemId", Id=shown.id, ChangeKey=shown.change_key),
        t("Start", text=utc_text(shown.start)),
        t("End", text=utc_text(shown.end)),
        t("OriginalStart", text=utc_text(shown.original_start or shown.start)),
    )


_BUILT: Mapping[str, Callable[[Item, Mint], Element | None]] = {
    "FirstOccurrence": _first,
    "LastOccurrence": _last,
    "ModifiedOccurrences": _modified,
    "DeletedOccurrences": _deleted,
}
FIELDS = frozenset((*_BUILT, "Recurrence"))
