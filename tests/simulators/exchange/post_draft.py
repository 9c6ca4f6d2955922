"""What a client writes to a post: the fields of a PostItem, or the updates of one, read before anything is stored.

Tags may be written that a free/busy message has, with the type they have there (MS-OXOPFFB, MS-OXPROPS; 0x6846 after
zm-mailbox, 0x10F2, 0x3FF1 and 0x66A1 after googlearchive's calendar-connectors), and named properties. What the store
computes of other fields is refused, and so is every other tag: no page tells what a store would do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulators.exchange import extended, mapi_values
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.items import PropertyKey
from simulators.exchange.public_store import Post
from simulators.exchange.render_post import COMPUTED_TAGS
from simulators.exchange.soap import Element, children, choice, listed, local, need, number, only, text_of, truth

_WRITABLE: Mapping[int, str] = {
    0x10F2: "Boolean",
    0x3FF1: "Integer",
    0x6841: "Integer",
    0x6842: "Boolean",
    0x6843: "Boolean",
    0x6844: "StringArray",
    0x6845: "BinaryArray",
    0x6846: "Boolean",
    0x6847: "Integer",
    0x6848: "Integer",
    0x6849: "String",
    0x684B: "Boolean",
    0x684F: "IntegerArray",
    0x6850: "BinaryArray",
    0x6851: "IntegerArray",
    0x6852: "BinaryArray",
    0x6853: "IntegerArray",
    0x6854: "BinaryArray",
    0x6855: "IntegerArray",
    0x6856: "BinaryArray",
    0x66A1: "Integer",
    0x6868: "SystemTime",
    0x6869: "Integer",
    0x686A: "Binary",
    0x686C: "Binary",
    0x686D: "Boolean",
    0x686E: "Boolean",
    0x686F: "Boolean",
}
_CHOICES = {
    "Sensitivity": ("Normal", "Personal", "Private", "Confidential"),
    "Importance": ("Low", "Normal", "High"),
}
_TEXTS = {
    "ItemClass": "item_class",
    "Subject": "subject",
    "Sensitivity": "sensitivity",
    "Importance": "importance",
    "Culture": "culture",
}
_LONGEST_SUBJECT = 255


@dataclass
class PostDraft:
    """Fields and properties as written so far; a property that is None is deleted."""

    values: dict[str, Any] = field(default_factory=dict)
    properties: dict[PropertyKey, tuple[str, ...] | None] = field(default_factory=dict)

    def set(self, element: Element) -> None:
        """Take one field of a PostItem element. Refuses what cannot be set."""
        name = local(element)
        if name == "ExtendedProperty":
            key, values = extended.read_value(element, check_writable)
            kind = key.type.removesuffix("Array")
            self.properties[key] = tuple(mapi_values.normal(kind, value) for value in values)
        elif name == "ReminderIsSet":
            if truth(element):
                raise not_modelled("reminders of posts")
        elif name == "ReminderMinutesBeforeStart":
            number(text_of(element), name)  # of a reminder that is off
        elif name == "IsRead":
            self.values["is_read"] = truth(element)
        elif name in _TEXTS:
            self._set_text(name, text_of(element))
        else:
            raise not_modelled(f"writing {name} of a post")

    def _set_text(self, name: str, text: str) -> None:
        if name in _CHOICES:
            choice(text, name, _CHOICES[name])
        if name == "ItemClass" and text.casefold() != "ipm.post" and not text.casefold().startswith("ipm.post."):
            raise not_modelled(f"a post of the class {text!r}")
        if name == "Subject" and len(text) > _LONGEST_SUBJECT:
            raise not_modelled(f"a subject of more than {_LONGEST_SUBJECT} characters")
        self.values[_TEXTS[name]] = text

    def applied(self, post: Post) -> Post:
        """The post with what was written."""
        properties = {**post.properties, **self.properties}
        kept = {key: values for key, values in properties.items() if values is not None}
        return replace(post, **self.values, properties=kept)


def read_item(element: Element) -> PostDraft:
    """What a PostItem of CreateItem says."""
    draft = PostDraft()
    for each in children(element):
        draft.set(each)
    return draft


def read_updates(change: Element) -> PostDraft:
    """What an ItemChange says, its updates in order."""
    draft = PostDraft()
    for update in listed(need(change, "Updates")):
        _take(draft, update)
    return draft


def check_writable(key: PropertyKey) -> None:
    """Refuse to write properties whose fate in a store no page tells."""
    if key.tag is None:
        return extended.check_writable(key)
    if key.tag in COMPUTED_TAGS:
        raise not_modelled(f"writing {key.label}, which the store computes from other fields")
    if key.tag not in _WRITABLE:
        raise not_modelled(f"writing {key.label}, which no free/busy message has")
    if _WRITABLE[key.tag] != key.type:
        raise not_modelled(f"writing {key.label} as {key.type}: its type is {_WRITABLE[key.tag]}")
    return None


def _take(draft: PostDraft, update: Element) -> None:
    path = only(update)
    kind = choice(local(update), "an update", ("SetItemField", "DeleteItemField", "AppendToItemField"))
    if kind == "AppendToItemField":
        raise EwsError("ErrorInvalidPropertyAppend", "this property cannot be appended to")
    named = extended.read_key(path) if extended.is_path(path) else None
    if kind == "DeleteItemField":
        if named is None:
            raise EwsError("ErrorInvalidPropertyDelete", f"{path.get('FieldURI')} of a post cannot be deleted")
        check_writable(named)
        draft.properties[named] = None
        return
    holder = list(children(update))[-1]
    if local(holder) != "PostItem":
        raise not_modelled(f"updating a post by a {local(holder)}")
    fields = list(children(holder))
    if len(fields) != 1:
        raise EwsError("ErrorIncorrectUpdatePropertyCount", "a SetItemField sets exactly one property")
    wanted = "ExtendedProperty" if named else (path.get("FieldURI") or "").partition(":")[2]
    same = local(fields[0]) == wanted
    if same and named:
        same = extended.read_key(need(fields[0], "ExtendedFieldURI")) == named
    if not same:
        raise EwsError("ErrorUpdatePropertyMismatch", f"the path names {wanted}, the value is another property")
    draft.set(fields[0])
