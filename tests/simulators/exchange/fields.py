"""What is known of each field of a calendar item: which version brought it, whether it can be set or deleted.

Names in wire order, from Microsoft's types.xsd (2007 SP1, 2010 SP2 and SE); settable and deletable fields from the flags of the
EWS Managed API's schemas (facts 2.4). Fields that are settable on a server but absent from `MODELLED` are refused.
"""

from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.versions import R2007_SP1, R2010, R2013


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ITEM_2010 = _words(
    """
    MimeContent ItemId ParentFolderId ItemClass Subject Sensitivity Body Attachments DateTimeReceived Size
    Categories Importance InReplyTo IsSubmitted IsDraft IsFromMe IsResend IsUnmodified InternetMessageHeaders
    DateTimeSent DateTimeCreated ResponseObjects ReminderDueBy ReminderIsSet ReminderMinutesBeforeStart
    DisplayCc DisplayTo HasAttachments ExtendedProperty Culture EffectiveRights LastModifiedName
    LastModifiedTime IsAssociated WebClientReadFormQueryString WebClientEditFormQueryString ConversationId
    UniqueBody StoreEntryId
    """
)
ITEM_LATER = _words(
    """
    ReminderNextTime DisplayBcc Flag InstanceKey NormalizedBody EntityExtractionResult PolicyTag ArchiveTag
    RetentionDate Preview RightsManagementLicenseData PredictedActionReasons IsClutter BlockStatus
    HasBlockedImages TextBody IconIndex SearchKey SortKey Hashtags Mentions MentionedMe MentionsPreview
    MentionsEx AppliedHashtags AppliedHashtagsPreview Likes LikesPreview PendingSocialActivityTagIds
    AtAllMention CanDelete InferenceClassification MimeContentUTF8 FirstBody
    """
)
CALENDAR_2010 = _words(
    """
    UID RecurrenceId DateTimeStamp Start End OriginalStart IsAllDayEvent LegacyFreeBusyStatus Location When
    IsMeeting IsCancelled IsRecurring MeetingRequestWasSent IsResponseRequested CalendarItemType MyResponseType
    Organizer RequiredAttendees OptionalAttendees Resources ConflictingMeetingCount AdjacentMeetingCount
    ConflictingMeetings AdjacentMeetings Duration TimeZone AppointmentReplyTime AppointmentSequenceNumber
    AppointmentState Recurrence FirstOccurrence LastOccurrence ModifiedOccurrences DeletedOccurrences
    MeetingTimeZone StartTimeZone EndTimeZone ConferenceType AllowNewTimeProposal IsOnlineMeeting
    MeetingWorkspaceUrl NetShowUrl
    """
)
CALENDAR_LATER = _words(
    """
    EnhancedLocation StartWallClock EndWallClock StartTimeZoneId EndTimeZoneId IntendedFreeBusyStatus
    JoinOnlineMeetingUrl OnlineMeetingSettings IsOrganizer CalendarActivityData DoNotForwardMeeting
    InboxReminders
    """
)
_NEW_IN_2010 = frozenset(
    _words(
        """
        IsAssociated WebClientReadFormQueryString WebClientEditFormQueryString ConversationId UniqueBody StoreEntryId
        StartTimeZone EndTimeZone
        """
    )
)

READ_ONLY = frozenset(
    _words(
        """
        ItemId ParentFolderId DateTimeReceived Size IsSubmitted IsDraft IsFromMe IsResend IsUnmodified DateTimeSent
        DateTimeCreated ResponseObjects DisplayCc DisplayTo DisplayBcc HasAttachments EffectiveRights
        LastModifiedName LastModifiedTime IsAssociated WebClientReadFormQueryString WebClientEditFormQueryString
        ConversationId UniqueBody StoreEntryId InstanceKey NormalizedBody Preview TextBody ReminderNextTime
        RecurrenceId DateTimeStamp OriginalStart When IsMeeting IsCancelled IsRecurring MeetingRequestWasSent
        CalendarItemType MyResponseType Organizer ConflictingMeetingCount AdjacentMeetingCount ConflictingMeetings
        AdjacentMeetings Duration TimeZone AppointmentReplyTime AppointmentSequenceNumber AppointmentState
        FirstOccurrence LastOccurrence ModifiedOccurrences DeletedOccurrences IsOnlineMeeting JoinOnlineMeetingUrl
        OnlineMeetingSettings IsOrganizer StartWallClock EndWallClock StartTimeZoneId EndTimeZoneId
        """
    )
)
MODELLED = frozenset(
    _words(
        """
        ItemClass Subject Sensitivity Body Categories Importance ReminderIsSet ReminderMinutesBeforeStart
        ExtendedProperty Culture UID Start End IsAllDayEvent LegacyFreeBusyStatus Location IsResponseRequested
        RequiredAttendees OptionalAttendees Resources Recurrence StartTimeZone EndTimeZone AllowNewTimeProposal
        """
    )
)
DELETABLE = frozenset(
    _words(
        """
        Subject Body Categories Location RequiredAttendees OptionalAttendees Resources Recurrence Culture
        """
    )
)


def since(name: str) -> int:
    """The rank of the version that brought a field; 0 when no version knows it."""
    if name in ITEM_2010 or name in CALENDAR_2010:
        return R2010 if name in _NEW_IN_2010 else R2007_SP1
    return R2013 if name in ITEM_LATER or name in CALENDAR_LATER else 0


def path_name(uri: str, rank: int) -> str:
    """The field a FieldURI names, for a request of that rank. Refuses fields the version does not have."""
    prefix, _, name = uri.partition(":")
    of_item = prefix == "item" and (name in ITEM_2010 or name in ITEM_LATER)
    if not of_item and not (prefix == "calendar" and (name in CALENDAR_2010 or name in CALENDAR_LATER)):
        raise EwsError("ErrorInvalidPropertyRequest", f"{uri!r} is no field of a calendar item")
    check_version(name, rank)
    return name


def check_version(name: str, rank: int) -> None:
    """Refuse a field newer than the request's version, as the schema of that version does."""
    first = since(name)
    if first > rank:
        raise EwsError("ErrorSchemaValidation", f"{name} is not part of the requested version", fault=True)


def check_settable(name: str) -> None:
    """Refuse to set what is read-only, unknown or not modelled."""
    if name in READ_ONLY:
        raise EwsError("ErrorInvalidPropertySet", f"{name} is read-only")
    if name not in MODELLED:
        raise not_modelled(f"writing {name}")


def check_deletable(name: str) -> None:
    """Refuse to delete what a server would not let go."""
    if name not in DELETABLE:
        raise EwsError("ErrorInvalidPropertyDelete", f"{name} cannot be deleted")
