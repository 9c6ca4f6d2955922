"""The free/busy message of public folders as EWS carries it: its properties, the requests about it, and its rows. Pure.

Most of its properties have no name in EWS and are addressed by their MAPI tags. An update sets what the message says,
deletes the pairs that it must not hold any more, and overwrites whoever wrote there last: the whole message is always
written. What belongs to delegates and to the automatic answers of a mailbox is not touched. Sources: MS-OXOPFFB 2.2.1;
"ExtendedFieldURI", "UpdateItem operation" (EWS reference for Exchange).
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from calpair.exchange.schedule_plus import Months, Published, minutes, subject_of
from calpair.exchange.soap import MESSAGES, TYPES, Element, child, local_name, m, t, text

PAGE = 1000
"""Rows of a page: the most a server gives (EWSFindCountLimit)."""

_NORMALIZED_SUBJECT = 0x0E1D
_PUBLISH_START, _PUBLISH_END, _EMAIL_ADDRESS, _RANGE_TIMESTAMP, _COUNT_MONTHS = 0x6847, 0x6848, 0x6849, 0x6868, 0x6869
_RESOURCE_TYPE, _DISABLE_FULL_FIDELITY, _MESSAGE_LOCALE, _LOCALE = 0x6841, 0x10F2, 0x3FF1, 0x66A1
_ENGLISH = 1033


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be said of one person; of their message, the id and version that were told last, if it is known."""

    legacy_dn: str
    published: Published
    id: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a list shows it. `written`: when its range was; None if it does not say."""

    subject: str
    id: str
    version: str
    written: datetime | None


@dataclass(frozen=True, slots=True)
class _Property:
    tag: int
    type: str
    value: str | Sequence[str]


def get_public_folders() -> Element:
    """Ask for the public folders that people see; the folder above is the one that holds the others, too."""
    shape = m("FolderShape", t("BaseShape", "IdOnly"), t("AdditionalProperties", _field("folder:ParentFolderId")))
    return m("GetFolder", shape, m("FolderIds", t("DistinguishedFolderId", Id="publicfoldersroot")))


def find_children(above: Element, offset: int) -> Element:
    """Ask for a page of the folders right below one, with their names. Public folders cannot be listed more deeply."""
    return m(
        "FindFolder",
        m("FolderShape", t("BaseShape", "IdOnly"), t("AdditionalProperties", _field("folder:DisplayName"))),
        m("IndexedPageFolderView", **_page(offset)),
        m("ParentFolderIds", above),
        Traversal="Shallow",
    )


def find_messages(folder: Element, offset: int, subjects: Sequence[str] = ()) -> Element:
    """Ask for a page of a folder's messages; with subjects, for theirs only."""
    subject, written = _tag(_NORMALIZED_SUBJECT, "String"), _tag(_RANGE_TIMESTAMP, "SystemTime")
    tests = [
        t("IsEqualTo", _tag(_NORMALIZED_SUBJECT, "String"), t("FieldURIOrConstant", t("Constant", Value=one)))
        for one in subjects
    ]
    return m(
        "FindItem",
        m("ItemShape", t("BaseShape", "IdOnly"), t("AdditionalProperties", _field("item:Subject"), subject, written)),
        m("IndexedPageItemView", **_page(offset)),
        *([m("Restriction", t("Or", *tests) if len(tests) > 1 else tests[0])] if tests else []),
        m("ParentFolderIds", folder),
        Traversal="Shallow",
    )


def create_messages(folder: Element, entries: Iterable[Entry], now: datetime) -> Element:
    """Ask for the messages of people who have none.

    From the subject the store itself makes what clients find a message by: the subject without a prefix, of which
    `USER-` is none.
    """
    posts = (
        t(
            "PostItem",
            t("ItemClass", "IPM.Post"),
            t("Subject", subject_of(entry.legacy_dn)),
            *(_element(one) for one in _content(entry, now)),
        )
        for entry in entries
    )
    return m("CreateItem", m("SavedItemFolderId", folder), m("Items", *posts), MessageDisposition="SaveOnly")


def update_messages(entries: Iterable[Entry], now: datetime) -> Element:
    """Ask for messages to say what the entries do, whatever they say."""
    return m(
        "UpdateItem",
        m("ItemChanges", *(_change(entry, now) for entry in entries)),
        ConflictResolution="AlwaysOverwrite",
        MessageDisposition="SaveOnly",
    )


def delete_messages(ids: Iterable[str]) -> Element:
    """Ask for messages to be deleted."""
    return m("DeleteItem", m("ItemIds", *(t("ItemId", Id=one) for one in ids)), DeleteType="HardDelete")


def read_folder(folder: Element) -> tuple[str, str]:
    """Give a folder's name and id."""
    return text(folder, "DisplayName"), identity(folder, "FolderId")[0]


def read_message(item: Element) -> Message:
    """Give a message of a list."""
    told = {
        field.get("PropertyTag", "").lower(): text(extended, "Value")
        for extended in item.iterfind(f"{{{TYPES}}}ExtendedProperty")
        if (field := child(extended, "ExtendedFieldURI")) is not None
    }
    identifier, version = identity(item)
    subject = told.get(_spelt(_NORMALIZED_SUBJECT)) or text(item, "Subject")
    return Message(subject, identifier, version, _instant(told.get(_spelt(_RANGE_TIMESTAMP), "")))


def identity(element: Element, name: str = "ItemId") -> tuple[str, str]:
    """Give an item's or a folder's id and version, empty where there is none."""
    found = child(element, name)
    return ("", "") if found is None else (found.get("Id", ""), found.get("ChangeKey", ""))


def written_item(message: Element) -> tuple[str, str]:
    """Give the id and version of the item that a response message names."""
    items = child(message, "Items", namespace=MESSAGES)
    item = None if items is None else next((item for item in items if local_name(item)), None)
    return ("", "") if item is None else identity(item)


def in_seconds(now: datetime) -> datetime:
    """Give the instant as a message tells it, in whole seconds."""
    return now.astimezone(UTC).replace(microsecond=0)


def _content(entry: Entry, now: datetime) -> Iterator[_Property]:
    told = entry.published
    yield _Property(_PUBLISH_START, "Integer", str(minutes(told.start)))
    yield _Property(_PUBLISH_END, "Integer", str(minutes(told.end)))
    yield _Property(_COUNT_MONTHS, "Integer", str(told.months))
    yield _Property(_RANGE_TIMESTAMP, "SystemTime", in_seconds(now).strftime("%Y-%m-%dT%H:%M:%SZ"))
    yield _Property(_EMAIL_ADDRESS, "String", entry.legacy_dn)
    # Required by the specification to be 0; the others are what Google's own connector wrote, and a message that
    # lacked the languages made trouble.
    yield _Property(_RESOURCE_TYPE, "Integer", "0")
    yield _Property(_DISABLE_FULL_FIDELITY, "Boolean", "true")
    yield _Property(_MESSAGE_LOCALE, "Integer", str(_ENGLISH))
    yield _Property(_LOCALE, "Integer", str(_ENGLISH))
    for (months, blocks), pair in told.pairs():
        if pair is not None:
            yield from _pair(months, blocks, pair)


def _pair(months: int, blocks: int, pair: Months) -> Iterator[_Property]:
    yield _Property(months, "IntegerArray", [str(month) for month in pair.months])
    yield _Property(blocks, "BinaryArray", [b64encode(blob).decode() for blob in pair.blobs])


def _change(entry: Entry, now: datetime) -> Element:
    set_fields = [
        t("SetItemField", _tag(one.tag, one.type), t("PostItem", _element(one))) for one in _content(entry, now)
    ]
    # Whether they are there is not asked: somebody else may have written them since.
    deleted = [
        t("DeleteItemField", _tag(tag, kind))
        for ids, pair in entry.published.pairs()
        if pair is None
        for tag, kind in zip(ids, ("IntegerArray", "BinaryArray"), strict=True)
    ]
    version = {"ChangeKey": entry.version} if entry.version else {}
    return t("ItemChange", t("ItemId", Id=entry.id, **version), t("Updates", *set_fields, *deleted))


def _element(told: _Property) -> Element:
    value = (
        t("Value", told.value) if isinstance(told.value, str) else t("Values", *(t("Value", one) for one in told.value))
    )
    return t("ExtendedProperty", _tag(told.tag, told.type), value)


def _tag(tag: int, kind: str) -> Element:
    return t("ExtendedFieldURI", PropertyTag=_spelt(tag), PropertyType=kind)


def _spelt(tag: int) -> str:
    # As servers spell it, in lower case and without leading zeros.
    return f"0x{tag:x}"


def _field(name: str) -> Element:
    return t("FieldURI", FieldURI=name)


def _page(offset: int) -> dict[str, str]:
    return {"MaxEntriesReturned": str(PAGE), "Offset": str(offset), "BasePoint": "Beginning"}


def _instant(told: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(told)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
