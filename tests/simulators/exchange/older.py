"""What Exchange 2007 does not know yet: `check()` refuses it as its schema does, `known()` has a code it knows instead.

The tables name what the schema of 2007 has where later ones have more, as far as the simulator reads it; fields are in
`fields.py` and `foreign.py`. Source: types.xsd and messages.xsd of 2007 SP1, beside those of 2010 SP2 and SE.
"""

from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.soap import TYPES, Element, child, children, local

_SHAPE = frozenset(("BaseShape", "IncludeMimeContent", "BodyType", "AdditionalProperties"))
_HEADERS = frozenset(
    (
        *("MailboxCulture", "SerializedSecurityContext", "ExchangeImpersonation", "ProxySecurityContext"),
        *("ProxySuggesterSid", "RequestServerVersion", "TimeZoneContext", "ProxyRequestTypeHeader"),
    )
)
_NOT_YET = {
    "Body": frozenset(("GetServerTimeZones",)),
    "CopyItem": frozenset(("ReturnNewItemIds",)),
    "MoveItem": frozenset(("ReturnNewItemIds",)),
    "ConnectingSID": frozenset(("SmtpAddress",)),
    "TimeZoneDefinition": frozenset(("Periods", "TransitionsGroups", "Transitions", "@Name")),
    "FindItem": frozenset(("SeekToConditionPageItemView", "QueryString")),
    "SyncFolderItems": frozenset(("SyncScope",)),
    "AlternateId": frozenset(("@IsArchive",)),
    "Mailbox": frozenset(("OriginalDisplayName",)),
}
_FOLDERS = frozenset(
    (
        *(
            "calendar",
            "contacts",
            "deleteditems",
            "drafts",
            "inbox",
            "journal",
            "notes",
            "outbox",
            "sentitems",
            "tasks",
        ),
        *("msgfolderroot", "publicfoldersroot", "root", "junkemail", "searchfolders", "voicemail"),
    )
)
_FOLDER_FIELDS = frozenset(
    f"folder:{name}"
    for name in (
        *("FolderId", "ParentFolderId", "DisplayName", "UnreadCount", "TotalCount", "ChildFolderCount", "FolderClass"),
        *("SearchParameters", "ManagedFolderInformation", "PermissionSet", "EffectiveRights"),
    )
)
_MAILBOX_TYPES = frozenset(("Mailbox", "PublicDL", "PrivateDL", "Contact", "PublicFolder"))
_INSTEAD = {
    "ErrorNoPublicFolderServerAvailable": "ErrorNoPublicFolderReplicaAvailable",
    "ErrorContainsFilterWrongType": "",
}


def check(envelope: Element) -> None:
    """Refuse a request that holds anything newer than Exchange 2007 SP1."""
    for element in envelope.iter("{*}*"):
        wrong = _wrong(element)
        if wrong:
            raise EwsError("ErrorSchemaValidation", f"The request failed schema validation: {wrong}", fault=True)


def known(refused: EwsError) -> EwsError:
    """The refusal in a code that Exchange 2007 has; where no page tells which that is, of the simulator."""
    instead = _INSTEAD.get(refused.code)
    if instead is None:
        return refused
    if not instead:
        return not_modelled(f"what Exchange 2007 answers for want of {refused.code}")
    return EwsError(instead, refused.text, fault=refused.fault)


def _wrong(element: Element) -> str:
    name = local(element)
    inside = {local(each) for each in children(element)}
    newer = (inside | {f"@{each!s}" for each in element.attrib}) & _NOT_YET.get(name, frozenset())
    if name == "Header":
        newer = {local(each) for each in children(element) if each.tag.startswith(f"{{{TYPES}}}")} - _HEADERS
    elif name == "ItemShape":
        newer = inside - _SHAPE
    if newer:
        return f"{name} has no {min(newer)}"
    if name == "GetUserAvailabilityRequest" and child(element, "TimeZone") is None:
        return "TimeZone is missing"
    if name in ("And", "Or") and len(list(children(element))) == 1:
        return f"{name} has one expression, not two or more"
    return _wrong_word(element, name)


def _wrong_word(element: Element, name: str) -> str:
    uri = element.get("FieldURI") or ""
    if name == "FieldURI" and uri.startswith("folder:") and uri not in _FOLDER_FIELDS:
        return f"there is no field {uri}"
    if name == "DistinguishedFolderId" and element.get("Id") not in _FOLDERS:
        return f"there is no folder {element.get('Id')}"
    if name == "MailboxType" and (element.text or "") not in _MAILBOX_TYPES:
        return f"there is no mailbox type {element.text}"
    if name == "FindItem" and element.get("Traversal") == "Associated":
        return "there is no traversal Associated"
    return ""
