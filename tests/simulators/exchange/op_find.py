"""FindItem: paging over a folder with a restriction, and the calendar view, which expands series (facts 2.9)."""

from datetime import timedelta

from simulators.exchange import foreign, op_posts
from simulators.exchange.addresses import check_items, folder_at
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.items import Item
from simulators.exchange.public_address import is_public
from simulators.exchange.render import render
from simulators.exchange.restrict import holds, sort_key
from simulators.exchange.rows import Rows, most, page, struck, tell
from simulators.exchange.series import expanded
from simulators.exchange.shapes import NOT_IN_FIND, Shape, read_shape
from simulators.exchange.soap import Element, child, children, listed, m, need, only, t
from simulators.exchange.times import read_time
from simulators.exchange.turn import Job, Outcome, Turn

_WIDEST = timedelta(days=2 * 366)


def find_item(turn: Turn, request: Element) -> Element:
    """Answer a FindItem request."""
    shape = read_shape(request, turn.rank).without(NOT_IN_FIND)

    def job(address: Element) -> Job:
        return lambda _: _find(turn, request, shape, address)

    return turn.batch([job(each) for each in listed(need(request, "ParentFolderIds"))])


def _find(turn: Turn, request: Element, shape: Shape, address: Element) -> Outcome:
    for name in (
        "FractionalPageItemView",
        "SeekToConditionPageItemView",
        "GroupBy",
        "DistinguishedGroupBy",
        "QueryString",
    ):
        if child(request, name) is not None:
            raise not_modelled(f"FindItem with {name}")
    if request.get("Traversal") != "Shallow":
        raise not_modelled(f"the traversal {request.get('Traversal')}")
    if is_public(turn, address):
        return op_posts.find(turn, request, shape, address)
    folder = folder_at(turn, address)
    items = list(folder.items.values())
    check_items(turn, items)
    foreign.check(shape.foreign, turn.switches.refuses_foreign_fields)
    view = child(request, "CalendarView")
    if view is not None and not folder.folder_class.startswith("IPF.Appointment"):
        raise EwsError("ErrorCalendarFolderIsInvalidForCalendarView", "a calendar view is of a calendar folder")
    rows = _paged(turn, request, items) if view is None else _viewed(turn, request, view, items)
    rows = struck(turn, rows)
    root = m("RootFolder", t("Items", *(render(item, shape, turn.mailbox, turn.switches) for item in rows.shown)))
    return Outcome((tell(root, rows, indexed=view is None),))


def _paged(turn: Turn, request: Element, items: list[Item]) -> Rows[Item]:
    restriction = child(request, "Restriction")
    if restriction is not None:
        test = only(restriction)
        items = [item for item in items if holds(test, item, turn.switches, turn.rank, turn.zone)]
    for order in reversed(list(children(child(request, "SortOrder")))):
        items.sort(key=sort_key(only(order), turn.rank), reverse=order.get("Order") == "Descending")
    return page(child(request, "IndexedPageItemView"), items, turn.switches.find_limit)


def _viewed(turn: Turn, request: Element, view: Element, items: list[Item]) -> Rows[Item]:
    if child(request, "Restriction") is not None or child(request, "SortOrder") is not None:
        raise EwsError("ErrorInvalidRestriction", "a calendar view allows neither restriction nor sort order")
    start = read_time(view.get("StartDate") or "", turn.zone)
    end = read_time(view.get("EndDate") or "", turn.zone)
    if end < start:
        raise EwsError("ErrorCalendarEndDateIsEarlierThanStartDate", "the end of the view precedes its start")
    if end - start > _WIDEST:
        raise EwsError("ErrorCalendarViewRangeTooBig", "a calendar view may not be wider than two years")
    inside = expanded(items, start, end, turn.mailbox.mint)
    limit = min(most(view, turn.switches.find_limit), turn.switches.find_limit)
    shown = inside[:limit]
    return Rows(shown, len(inside), len(shown), last=len(shown) == len(inside))
