"""Restrictions on public folders and their posts: comparisons, Contains, And, Or, Not, Exists.

`holds(test, value_of, ...)` asks `value_of` for what a path names: a text, a number, a time, a truth value, or None for a
property that is not there. Source: the pages Restriction, Contains, Exists; ResponseCode (ErrorContainsFilterWrongType,
ErrorInvalidValueForProperty).
"""

import unicodedata
from collections.abc import Callable
from datetime import datetime

from simulators.exchange import extended, mapi_values
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.public_store import Post
from simulators.exchange.render_post import computed
from simulators.exchange.soap import Element, children, choice, local, need, only
from simulators.exchange.times import read_time

Value = str | int | bool | datetime
ValueOf = Callable[[Element], Value | None]
_COMPARE: dict[str, Callable[[int], bool]] = {
    "IsEqualTo": lambda order: order == 0,
    "IsNotEqualTo": lambda order: order != 0,
    "IsGreaterThan": lambda order: order > 0,
    "IsGreaterThanOrEqualTo": lambda order: order >= 0,
    "IsLessThan": lambda order: order < 0,
    "IsLessThanOrEqualTo": lambda order: order <= 0,
}
_MODES: dict[str, Callable[[str, str], bool]] = {
    "FullString": lambda text, wanted: text == wanted,
    "Prefixed": lambda text, wanted: text.startswith(wanted),
    "Substring": lambda text, wanted: wanted in text,
}
_ALL_MODES = (*_MODES, "PrefixOnWords", "ExactPhrase")
_COMPARISONS = ("Exact", "IgnoreCase", "IgnoreNonSpacingCharacters", "IgnoreCaseAndNonSpacingCharacters")
_LOOSE = ("Loose", "LooseAndIgnoreCase", "LooseAndIgnoreNonSpace", "LooseAndIgnoreCaseAndIgnoreNonSpace")
_FIELDS: dict[str, Callable[[Post], Value]] = {
    "item:Subject": lambda post: post.subject,
    "item:ItemClass": lambda post: post.item_class,
    "item:DateTimeCreated": lambda post: post.created.replace(microsecond=0),
    "item:LastModifiedTime": lambda post: post.modified.replace(microsecond=0),
}
_SINGLE = ("String", "Integer", "Short", "Long", "Boolean", "SystemTime")


def holds(test: Element, value_of: ValueOf, zone: str | None, *, ignore_case: bool) -> bool:
    """Tell whether a search expression is met. Refuses expressions that are not modelled."""

    def within(inner: Element) -> bool:
        return holds(inner, value_of, zone, ignore_case=ignore_case)

    # All are looked at, so that what is not modelled is refused wherever it stands.
    every = [within(each) for each in children(test)] if local(test) in ("And", "Or") else []
    match local(test):
        case "And":
            return all(every)
        case "Or":
            return any(every)
        case "Not":
            return not within(only(test))
        case "Exists":
            return value_of(only(test)) is not None
        case "Contains":
            return _contains(test, value_of)
        case name if name in _COMPARE:
            return _compare(test, value_of, zone, ignore_case=ignore_case)
        case name:
            raise not_modelled(f"the restriction {name}")


def _compare(test: Element, value_of: ValueOf, zone: str | None, *, ignore_case: bool) -> bool:
    constant = only(need(test, "FieldURIOrConstant"))
    if local(constant) != "Constant":
        raise not_modelled("comparing two fields")
    value, text = value_of(only(test)), constant.get("Value") or ""
    if value is None:
        return local(test) == "IsNotEqualTo"
    if isinstance(value, str):
        if ignore_case:
            value, text = value.casefold(), text.casefold()
        return _COMPARE[local(test)]((value > text) - (value < text))
    wanted = _constant(value, text, zone)
    return _COMPARE[local(test)]((value > wanted) - (value < wanted))  # type: ignore[operator]


def _constant(value: Value, text: str, zone: str | None) -> Value:
    try:
        if isinstance(value, datetime):
            return read_time(text, zone)
        if isinstance(value, bool):
            return mapi_values.normal("Boolean", text) == "true"
        return int(text)
    except (ValueError, EwsError) as wrong:
        raise EwsError("ErrorInvalidValueForProperty", f"{text!r} cannot be compared with that property") from wrong


def _contains(test: Element, value_of: ValueOf) -> bool:
    mode, comparison = test.get("ContainmentMode"), test.get("ContainmentComparison")
    if mode is None or comparison is None:
        raise not_modelled("Contains without ContainmentMode and ContainmentComparison: no page tells the defaults")
    choice(mode, "ContainmentMode", _ALL_MODES)
    choice(comparison, "ContainmentComparison", (*_COMPARISONS, *_LOOSE))
    if mode not in _MODES or comparison in _LOOSE:
        raise not_modelled(f"Contains with {mode}, {comparison}")
    value = value_of(only(test))
    if value is None:
        return False
    if not isinstance(value, str):
        raise EwsError("ErrorContainsFilterWrongType", "Contains looks into texts only")
    wanted = need(test, "Constant").get("Value") or ""
    return _MODES[mode](_folded(value, comparison), _folded(wanted, comparison))


def _folded(text: str, comparison: str) -> str:
    if "NonSpacing" in comparison:
        apart = unicodedata.normalize("NFD", text)
        text = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    return text.casefold() if "IgnoreCase" in comparison else text


def post_value(path: Element, post: Post) -> Value | None:
    """What a post has under a path; refuses paths that are not modelled."""
    if not extended.is_path(path):
        uri = path.get("FieldURI") or ""
        if uri not in _FIELDS:
            raise not_modelled(f"searching posts by {uri}")
        return _FIELDS[uri](post)
    key = extended.read_key(path)
    if key.type not in _SINGLE:
        raise not_modelled(f"searching by {key.label} of type {key.type}")
    values = computed(key, post)
    if not values:
        return None
    if key.type == "String":
        return values[0]
    if key.type == "SystemTime":
        return read_time(values[0], None)
    return values[0] == "true" if key.type == "Boolean" else int(values[0])


def sort_key(path: Element) -> Callable[[Post], tuple[bool, Value]]:
    """The key to sort posts by; those without the property come first."""

    def key(post: Post) -> tuple[bool, Value]:
        value = post_value(path, post)
        return value is not None, "" if value is None else value

    return key
