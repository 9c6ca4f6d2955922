"""The requests we make, as the bodies of SOAP envelopes: one function an operation, each one request.

Pure. Every write says that nobody is to be mailed (`SendToNone`), every update names the version it expects
(`NeverOverwrite`), but for occurrences written after their series. Source: the pages of these operations in "EWS reference for Exchange".
"""

from collections.abc import Iterable

from calpair.exchange.fields import field_uri, stamp_uri
from calpair.exchange.soap import Element, m, t
from calpair.exchange.versions import EXCHANGE_2013_SP1, Build

MAX_CHANGES = 512
"""Entries of a page of changes: the server's own maximum."""

_MAX_FOLDERS = "1000"

_CONTENT = (
    "item:Subject",
    "item:Sensitivity",
    "item:Body",
    "item:Categories",
    "item:ReminderIsSet",
    "item:ReminderMinutesBeforeStart",
    "item:HasAttachments",
    "item:DateTimeCreated",
    "item:LastModifiedTime",
    "calendar:UID",
    "calendar:Start",
    "calendar:End",
    "calendar:IsAllDayEvent",
    "calendar:LegacyFreeBusyStatus",
    "calendar:Location",
    "calendar:IsCancelled",
    "calendar:CalendarItemType",
    "calendar:StartTimeZone",
    "calendar:EndTimeZone",
    "calendar:Recurrence",
    "calendar:ModifiedOccurrences",
    "calendar:DeletedOccurrences",
    "calendar:OriginalStart",
    "calendar:RecurrenceId",
)
_PEOPLE = (
    "calendar:IsMeeting",
    "calendar:AppointmentState",
    "calendar:Organizer",
    "calendar:RequiredAttendees",
    "calendar:OptionalAttendees",
    "calendar:Resources",
)


def calendar_folder(mailbox: str) -> Element:
    """Name a mailbox's own calendar.

    The mailbox is named even where it is impersonated: an account that reads `own` mail must never sync its own
    calendar because the pair names another mailbox.
    """
    return t("DistinguishedFolderId", t("Mailbox", t("EmailAddress", mailbox)), Id="calendar")


def folder_id(identifier: str) -> Element:
    """Name a folder by its id."""
    return t("FolderId", Id=identifier)


def get_folder(folder: Element) -> Element:
    """Ask for a folder and for what we may do in it."""
    shape = m("FolderShape", t("BaseShape", "IdOnly"), _also("folder:EffectiveRights"))
    return m("GetFolder", shape, m("FolderIds", folder))


def find_folders(above: Element) -> Element:
    """Ask for all folders below one, with their names and parents."""
    return m(
        "FindFolder",
        m("FolderShape", t("BaseShape", "IdOnly"), _also("folder:DisplayName", "folder:ParentFolderId")),
        m("IndexedPageFolderView", MaxEntriesReturned=_MAX_FOLDERS, Offset="0", BasePoint="Beginning"),
        m("ParentFolderIds", above),
        Traversal="Deep",
    )


def sync(folder: Element, cursor: str) -> Element:
    """Ask for one page of what changed since `cursor`: ids and versions only."""
    return m(
        "SyncFolderItems",
        m("ItemShape", t("BaseShape", "IdOnly")),
        m("SyncFolderId", folder),
        *([m("SyncState", cursor)] if cursor else []),
        m("MaxChangesReturned", str(MAX_CHANGES)),
    )


def get_items(ids: Iterable[str], *, content: bool = True) -> Element:
    """Ask for items: all the mapping reads, or (`content` false) only their versions and who has to do with them."""
    properties = _also(*_PEOPLE)
    if content:
        properties = _also(*_CONTENT, *_PEOPLE)
        properties.append(stamp_uri())
    shape = m("ItemShape", t("BaseShape", "IdOnly"), properties)
    return m("GetItem", shape, m("ItemIds", *(item_id(identifier) for identifier in ids)))


def create_items(folder: Element, items: Iterable[Element]) -> Element:
    """Ask for new items in a folder."""
    return m(
        "CreateItem",
        m("SavedItemFolderId", folder),
        m("Items", *items),
        MessageDisposition="SaveOnly",
        SendMeetingInvitations="SendToNone",
    )


def update_items(changes: Iterable[tuple[Element, Element]], build: Build, *, overwriting: bool = False) -> Element:
    """Ask for changes of items: the item in the version expected, and Updates.

    `overwriting`: in whatever version. Only for occurrences, which have one version with their series, so that each of
    them changes the next one's.
    """
    listed = (t("ItemChange", named, updates) for named, updates in changes)
    return m(
        "UpdateItem",
        m("ItemChanges", *listed),
        ConflictResolution="AlwaysOverwrite" if overwriting else "NeverOverwrite",
        MessageDisposition="SaveOnly",
        SendMeetingInvitationsOrCancellations="SendToNone",
        **_quietly(build),
    )


def delete_items(items: Iterable[Element], build: Build, *, permanent: bool) -> Element:
    """Ask for items to be deleted, for good or into Deleted Items."""
    return m(
        "DeleteItem",
        m("ItemIds", *items),
        DeleteType="HardDelete" if permanent else "MoveToDeletedItems",
        SendMeetingCancellations="SendToNone",
        **_quietly(build),
    )


def occurrence_id(series: str, version: str, index: int) -> Element:
    """Name an occurrence by its series (in that version) and its number in the pattern, from 1."""
    return t("OccurrenceItemId", RecurringMasterId=series, ChangeKey=version, InstanceIndex=str(index))


def item_id(identifier: str, version: str = "") -> Element:
    """Name an item, in a version if one is given."""
    return t("ItemId", Id=identifier, ChangeKey=version) if version else t("ItemId", Id=identifier)


def _quietly(build: Build) -> dict[str, str]:
    return {"SuppressReadReceipts": "true"} if build >= EXCHANGE_2013_SP1 else {}


def _also(*properties: str) -> Element:
    return t("AdditionalProperties", *map(field_uri, properties))
