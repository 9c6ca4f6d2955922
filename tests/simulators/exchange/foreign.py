"""Fields of other items than calendar items: a shape may name them, and what that comes to is disputed.

`is_foreign(uri, rank)` tells whether the name in a FieldURI or IndexedFieldURI is one; the switch `foreign_fields` says
what becomes of it. README.md has the reports on both sides. Source: UnindexedFieldURIType and DictionaryURIType in
types.xsd (2007 SP1, 2010 SP2 and SE).
"""

from collections.abc import Mapping

from simulators.exchange.errors import EwsError
from simulators.exchange.versions import R2007_SP1, R2010, R2013

_OF_2007: Mapping[str, str] = {
    "message": """
        ConversationIndex ConversationTopic InternetMessageId IsRead IsResponseRequested IsReadReceiptRequested
        IsDeliveryReceiptRequested ReceivedBy ReceivedRepresenting References ReplyTo From Sender ToRecipients
        CcRecipients BccRecipients
    """,
    "meeting": "AssociatedCalendarItemId IsDelegated IsOutOfDate HasBeenProcessed ResponseType",
    "meetingRequest": "MeetingRequestType IntendedFreeBusyStatus",
    "task": """
        ActualWork AssignedTime BillingInformation ChangeCount Companies CompleteDate Contacts DelegationState
        Delegator DueDate IsAssignmentEditable IsComplete IsRecurring IsTeamTask Mileage Owner PercentComplete
        Recurrence StartDate Status StatusDescription TotalWork
    """,
    "contacts": """
        AssistantName Birthday BusinessHomePage Children Companies CompanyName CompleteName ContactSource Culture
        Department DisplayName EmailAddresses FileAs FileAsMapping Generation GivenName ImAddresses Initials JobTitle
        Manager MiddleName Mileage Nickname OfficeLocation PhoneNumbers PhysicalAddresses PostalAddressIndex Profession
        SpouseName Surname WeddingAnniversary
    """,
    "postitem": "PostedTime",
}
_OF_2010: Mapping[str, str] = {
    "contacts": """
        Alias DirectoryId DirectReports HasPicture ManagerMailbox MSExchangeCertificate Notes PhoneticFirstName
        PhoneticFullName PhoneticLastName Photo UserSMIMECertificate
    """,
    "distributionlist": "Members Members:Member",
}
_LATER: Mapping[str, str] = {
    "message": """
        ApprovalRequestData VotingInformation ReminderMessageData PublishedCalendarItemIcs PublishedCalendarItemName
        MessageSafety
    """,
    "meeting": "ProposedStart ProposedEnd DoNotForwardMeeting",
    "meetingRequest": "ChangeHighlights",
}

_INDEXED = """
    contacts:ImAddress contacts:PhysicalAddress:Street contacts:PhysicalAddress:City contacts:PhysicalAddress:State
    contacts:PhysicalAddress:CountryOrRegion contacts:PhysicalAddress:PostalCode contacts:PhoneNumber
    contacts:EmailAddress
"""


def _uris(words: Mapping[str, str]) -> frozenset[str]:
    return frozenset(f"{prefix}:{name}" for prefix, names in words.items() for name in names.split())


_SINCE = {
    **dict.fromkeys(_INDEXED.split(), R2007_SP1),
    **dict.fromkeys(_uris(_OF_2007), R2007_SP1),
    **dict.fromkeys(_uris(_LATER), R2013),
    **dict.fromkeys(_uris(_OF_2010), R2010),
}


def is_foreign(uri: str, rank: int) -> bool:
    """Tell whether a FieldURI is of another item. Refuses one newer than a request of that rank."""
    first = _SINCE.get(uri, 0)
    if first > rank:
        raise EwsError("ErrorSchemaValidation", f"{uri} is not part of the requested version", fault=True)
    return first > 0


def check(uris: tuple[str, ...], refuses: bool) -> None:
    """Refuse an item asked for such fields, where the switch `foreign_fields` says so."""
    if uris and refuses:
        raise EwsError("ErrorInvalidPropertyRequest", f"Property is not valid for this object type: {uris[0]}")
