"""Pages of what a search found: which part is shown, where the next one starts, and the faults that cut it short."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.soap import Element, bool_text, number
from simulators.exchange.turn import Turn

Row = TypeVar("Row")


@dataclass(frozen=True)
class Rows(Generic[Row]):
    """One page: its rows, how many there are in all, where the next page starts, whether this is the last."""

    shown: list[Row]
    total: int
    next: int
    last: bool


def page(view: Element | None, found: list[Row], limit: int) -> Rows[Row]:
    """The part of what was found that an IndexedPageItemView or IndexedPageFolderView asks for."""
    if view is not None and view.get("BasePoint") != "Beginning":
        raise not_modelled("paging from the end")
    offset = number(view.get("Offset") or "0", "Offset") if view is not None else 0
    asked = most(view, limit)
    if offset < 0 or asked < 1:
        raise EwsError("ErrorInvalidIndexedPagingParameters", "the offset or the page size is too small")
    end = min(offset + min(asked, limit), len(found))
    return Rows(found[offset:end], len(found), end, last=end >= len(found))


def most(view: Element | None, limit: int) -> int:
    """How many rows a view asks for at most."""
    asked = view.get("MaxEntriesReturned") if view is not None else None
    return limit if asked is None else number(asked, "MaxEntriesReturned")


def struck(turn: Turn, rows: Rows[Row]) -> Rows[Row]:
    """The page under the faults `empty_page` and `truncated_list`."""
    if turn.fault_kind == "empty_page":
        return Rows([], 0, 0, last=True)
    if turn.fault_kind == "truncated_list":
        half = len(rows.shown) // 2 if rows.last else len(rows.shown)
        return Rows(rows.shown[:half], half, half, last=True)
    return rows


def tell(root: Element, rows: Rows[Row], *, indexed: bool = True) -> Element:
    """Put a page's numbers on its RootFolder."""
    if indexed:
        root.set("IndexedPagingOffset", str(rows.next))
    root.set("TotalItemsInView", str(rows.total))
    root.set("IncludesLastItemInRange", bool_text(rows.last))
    return root
