"""Extended properties: which property an ExtendedFieldURI names, and what may be written to it (facts 1.3, 2.3).

Named properties of any set can be written and read; numbered ones of the sets Exchange itself uses mirror real fields on
a server, so writing them is refused rather than half modelled. The global object ids are computed from the UID.
"""

from collections.abc import Callable

from simulators.exchange import mapi_values
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.ids import global_object_id
from simulators.exchange.items import PUBLIC_STRINGS, Item, PropertyKey
from simulators.exchange.series import original_day
from simulators.exchange.soap import Element, child, listed, local, t, text_of
from simulators.exchange.soap import number as whole

MEETING = "6ed8da90-450b-101b-98da-00aa003f1305"
_SETS = {
    "Meeting": MEETING,
    "Appointment": "00062002-0000-0000-c000-000000000046",
    "Common": "00062008-0000-0000-c000-000000000046",
    "PublicStrings": PUBLIC_STRINGS,
    "Address": "00062004-0000-0000-c000-000000000046",
    "InternetHeaders": "00020386-0000-0000-c000-000000000046",
    "CalendarAssistant": "11000e07-b51b-40d6-af21-caa85edab1d0",
    "UnifiedMessaging": "4442858e-a9e3-4e80-b900-317a210cc15b",
    "Task": "00062003-0000-0000-c000-000000000046",
    "Sharing": "00062040-0000-0000-c000-000000000046",
}
_OWN = frozenset(_SETS.values()) - {PUBLIC_STRINGS}
_GLOBAL_ID, _CLEAN_GLOBAL_ID = 0x03, 0x23


def read_key(path: Element) -> PropertyKey:
    """The property an ExtendedFieldURI names; ErrorInvalidExtendedProperty for a name that is none."""
    tag, name, number = path.get("PropertyTag"), path.get("PropertyName"), path.get("PropertyId")
    set_id = (path.get("PropertySetId") or "").lower()
    distinguished = path.get("DistinguishedPropertySetId")
    if distinguished is not None:
        set_id = _SETS.get(distinguished, "")
    kind = path.get("PropertyType") or ""
    right = (tag is not None and not set_id) or (set_id and (name is None) != (number is None) and tag is None)
    if not right or not kind:
        raise EwsError("ErrorInvalidExtendedProperty", "a property is named by set and name, set and id, or tag")
    numbered = None if tag is None else mapi_values.read_tag(tag)
    mapi_values.check_path(numbered, kind)
    return PropertyKey(
        set_id=set_id,
        name=name or "",
        number=None if number is None else whole(number, "PropertyId"),
        tag=numbered,
        type=kind,
    )


def read_value(
    element: Element, check: Callable[[PropertyKey], None] | None = None
) -> tuple[PropertyKey, tuple[str, ...]]:
    """What an ExtendedProperty element sets, in the words of the client; `check` says which may be set."""
    path = child(element, "ExtendedFieldURI")
    if path is None:
        raise EwsError("ErrorInvalidExtendedProperty", "ExtendedProperty lacks its ExtendedFieldURI")
    key = read_key(path)
    (check or check_writable)(key)
    single, several = child(element, "Value"), child(element, "Values")
    is_array = key.type.endswith("Array")
    if is_array != (several is not None):
        raise EwsError(
            "ErrorInvalidExtendedPropertyValue", f"{key.label} of type {key.type} has the wrong kind of value"
        )
    # The schema has no empty array: such a property is deleted, not set.
    values = tuple(text_of(each) for each in listed(several)) if several is not None else (text_of(single),)
    for value in values:
        mapi_values.normal(key.type.removesuffix("Array"), value)
    return key, values


def check_writable(key: PropertyKey) -> None:
    """Refuse to write properties that mirror fields of a real server."""
    if key.tag is not None or (key.number is not None and key.set_id in _OWN):
        raise not_modelled(f"writing the extended property {key.label}")


def render(path: Element, item: Item) -> Element | None:
    """The ExtendedProperty an item has under that path, the path echoed as asked; None when it has none."""
    key = read_key(path)
    values = item.properties.get(key)
    if values is None and key.set_id == MEETING and key.type == "Binary":
        values = _global_ids(key.number, item)
    return element(path, key, values)


def element(path: Element, key: PropertyKey, values: tuple[str, ...] | None) -> Element | None:
    """The ExtendedProperty of those values, the path echoed as asked; None for none, which no element could tell."""
    if not values:
        return None
    uri = t("ExtendedFieldURI", **{str(name): str(value) for name, value in path.attrib.items()})
    if key.type.endswith("Array"):
        return t("ExtendedProperty", uri, t("Values", *(t("Value", text=value) for value in values)))
    return t("ExtendedProperty", uri, t("Value", text=values[0]))


def _global_ids(number: int | None, item: Item) -> tuple[str, ...] | None:
    if number not in (_GLOBAL_ID, _CLEAN_GLOBAL_ID):
        return None
    dated = number == _GLOBAL_ID and item.original_start is not None
    return (global_object_id(item.uid, item.created, original_day(item) if dated else None),)


def is_path(element: Element) -> bool:
    """Tell whether a path element names an extended property."""
    return local(element) == "ExtendedFieldURI"
