"""Restrictions of FindItem: a small evaluator for comparisons of texts and times (facts 1.3).

Texts are compared exactly, as IsEqualTo does; UIDs without regard to case when the server answers them in lower case.
"""

from collections.abc import Callable
from datetime import datetime

from simulators.exchange import extended
from simulators.exchange.errors import not_modelled
from simulators.exchange.fields import path_name
from simulators.exchange.items import Item
from simulators.exchange.soap import Element, children, local, need, only
from simulators.exchange.switches import Switches
from simulators.exchange.times import read_time

Value = str | datetime
_FIELDS: dict[str, Callable[[Item], Value]] = {
    "UID": lambda item: item.uid,
    "Subject": lambda item: item.subject,
    "Location": lambda item: item.location,
    "ItemClass": lambda item: item.item_class,
    "Start": lambda item: item.start,
    "End": lambda item: item.end,
    "DateTimeCreated": lambda item: item.created.replace(microsecond=0),
    "LastModifiedTime": lambda item: item.modified.replace(microsecond=0),
}
_COMPARE: dict[str, Callable[[int], bool]] = {
    "IsEqualTo": lambda order: order == 0,
    "IsNotEqualTo": lambda order: order != 0,
    "IsGreaterThan": lambda order: order > 0,
    "IsGreaterThanOrEqualTo": lambda order: order >= 0,
    "IsLessThan": lambda order: order < 0,
    "IsLessThanOrEqualTo": lambda order: order <= 0,
}


def holds(test: Element, item: Item, switches: Switches, rank: int, zone: str | None) -> bool:
    """Tell whether an item meets one search expression. Refuses expressions that are not modelled."""
    name = local(test)
    match name:
        case "And":
            return all(holds(each, item, switches, rank, zone) for each in children(test))
        case "Or":
            return any(holds(each, item, switches, rank, zone) for each in children(test))
        case "Not":
            return not holds(only(test), item, switches, rank, zone)
        case "Exists":
            return _value(only(test), item, rank) not in (None, "")
        case _ if name in _COMPARE:
            return _compare(test, item, switches, rank, zone)
        case _:
            raise not_modelled(f"the restriction {name}")


def _compare(test: Element, item: Item, switches: Switches, rank: int, zone: str | None) -> bool:
    path = only(test)
    constant = only(need(test, "FieldURIOrConstant"))
    if local(constant) != "Constant":
        raise not_modelled("comparing two fields")
    text = constant.get("Value") or ""
    value = _value(path, item, rank)
    if value is None:
        return local(test) == "IsNotEqualTo"
    if isinstance(value, datetime):
        wanted = read_time(text, zone)
        return _COMPARE[local(test)]((value > wanted) - (value < wanted))
    if path.get("FieldURI") == "calendar:UID" and switches.uid_case == "lower":
        value, text = value.casefold(), text.casefold()
    return _COMPARE[local(test)]((value > text) - (value < text))


def _value(path: Element, item: Item, rank: int) -> Value | None:
    if extended.is_path(path):
        key = extended.read_key(path)
        if key.type != "String" or not key.name:
            raise not_modelled(f"searching by the extended property {key.label} of type {key.type}")
        values = item.properties.get(key)
        return None if values is None else values[0]
    name = path_name(path.get("FieldURI") or "", rank)
    if name not in _FIELDS:
        raise not_modelled(f"searching by {name}")
    return _FIELDS[name](item)


def sort_key(path: Element, rank: int) -> Callable[[Item], Value]:
    """The key to sort by for a field; refuses fields that are not modelled."""
    name = "" if extended.is_path(path) else path_name(path.get("FieldURI") or "", rank)
    if name not in _FIELDS:
        raise not_modelled("sorting by that field")
    return _FIELDS[name]
