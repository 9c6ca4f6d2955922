"""What a GetUserAvailability request asks, checked: about whom, of what time, by which clocks, in which form. Pure.

    asked = parse(body, content_type)
    asked.question                  # for whoever looks it up; None where there is nothing to ask
    asked.window, asked.mailboxes   # for whoever writes the answer

Held to the schemas, except that order counts for nothing, nor does a spelling that can mean one thing only: what does not
belong, stands twice or is missing refuses the request. Limits are those of Exchange: a hundred mailboxes, less than 63
days (by the clock on the wall: a week in which the clocks change is no longer than others, nor a day shorter), an
interval of 5 to 1440 minutes and no longer than the window. Times without an offset are in the request's zone; where
every time has one, no zone is needed. A window that could be read in two ways is the longer one: whoever asks wants to
know all of it. Source: "GetUserAvailabilityRequest", "FreeBusyViewOptions", "MailboxData", "TimeWindow" (EWS reference),
XML Schema part 2 for how values are spelled, ISO 8601 for how times are spelled more shortly.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from calpair.errors import RefusedRequestError
from calpair.exchange import availability_zone, posted
from calpair.exchange.availability_views import View, Window
from calpair.exchange.availability_zone import BAD_FORM, Clocks
from calpair.exchange.posted import named, parts, word
from calpair.exchange.soap import MESSAGES, SOAP, TYPES, Element, local_name
from calpair.model.address import possible
from calpair.model.busy import YEARS, Question, whole_seconds

MAILBOXES = 100
TOO_LONG = timedelta(days=63)
"""Exchange's limit is 62 days, and it counts whole ones."""
INTERVALS = range(5, 1441)
USUAL = timedelta(minutes=30)
"""The interval of whoever names none; a shorter window has one digit."""
ANY_VIEW = View(events=True, merged=True)
"""The view of whoever names none, which no page tells: in this one is what anybody may look for."""

_ROLES = ("Organizer", "Required", "Optional", "Room", "Resource")
_TRUTHS = ("true", "false", "1", "0")
_ADDRESSING = ("http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing")
_HAS_TO_BE_UNDERSTOOD = ("1", "true")
_BEFORE_2013 = ("Exchange2007", "Exchange2009", "Exchange2010")
_PREFIX = re.compile("^smtp:", re.IGNORECASE)
"""Stands before an address in the directory, and comes along from there; Exchange takes it off."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T(?:(24):00(?::00)?|([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)"
    r"(?:(?<=:..:..)\.([0-9]{1,12}))?(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))?"
)
_FARTHEST = timedelta(hours=14)
_MINUTES = range(60)
_SLACK = timedelta(days=2)
"""No two clocks in the world differ by as much."""

Times = tuple[datetime, datetime]
"""Start and end as they are spelled, but for parts of a second: naive, or in UTC."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. `mailboxes`: in its order, each as often as it stands there; empty for an address that is none.

    `window`: None where nobody knows the request's zone. `suggestions`: meeting times were asked for too.
    """

    mailboxes: tuple[str, ...]
    window: Window | None
    view: View
    suggestions: bool = False

    @property
    def question(self) -> Question | None:
        """What is to be looked up, each address once; None: nothing."""
        addresses = tuple(dict.fromkeys(filter(None, self.mailboxes)))
        if self.window is None or not addresses:
            return None
        return Question(addresses, self.window.start, self.window.end)


def parse(body: bytes, content_type: str = "") -> Asked:
    """Read a request. RefusedRequestError, with one of EWS's codes or one of SOAP's faults."""
    header, request = _opened(posted.read(body, content_type, reason=BAD_FORM))
    inside = parts(
        request,
        named(MESSAGES, "MailboxDataArray") + named(TYPES, "TimeZone", "FreeBusyViewOptions", "SuggestionsViewOptions"),
        reason=BAD_FORM,
    )
    mailboxes = _mailboxes(inside)
    if "FreeBusyViewOptions" not in inside:
        if "SuggestionsViewOptions" in inside:
            raise RefusedRequestError(
                "ErrorMeetingSuggestionGenerationFailed",
                "no meeting times are suggested here; ask for free/busy with FreeBusyViewOptions",
            )
        raise RefusedRequestError("ErrorInvalidFreeBusyViewType", "FreeBusyViewOptions is to say what is asked for")
    options = parts(
        inside["FreeBusyViewOptions"],
        named(TYPES, "TimeWindow", "MergedFreeBusyIntervalInMinutes", "RequestedView"),
        reason=BAD_FORM,
    )
    view, step = _view(options.get("RequestedView")), _step(options.get("MergedFreeBusyIntervalInMinutes"))
    window = _window(options, step, inside.get("TimeZone"), header)
    return Asked(mailboxes, window, view, "SuggestionsViewOptions" in inside)


def _opened(root: Element) -> tuple[dict[str, Element], Element]:
    """Take the envelope off: what of the head is read, and the operation."""
    if root.tag != named(SOAP, "Envelope")[0]:
        version = local_name(root) == "Envelope"
        raise RefusedRequestError(
            "VersionMismatch" if version else BAD_FORM, "a SOAP 1.1 envelope is expected: GetUserAvailability"
        )
    inside = parts(root, named(SOAP, "Header", "Body"), reason=BAD_FORM)
    header = _head(inside.get("Header"))
    content = list(inside["Body"]) if "Body" in inside else []
    if len(content) != 1:
        raise RefusedRequestError(BAD_FORM, "the body of the envelope is to hold one request")
    if content[0].tag != named(MESSAGES, "GetUserAvailabilityRequest")[0]:
        raise RefusedRequestError("ErrorInvalidOperation", "GetUserAvailability is all that is answered here")
    return header, content[0]


def _head(header: Element | None) -> dict[str, Element]:
    """Read the head: what is the availability service's own. Who is impersonated changes nothing in what is shown."""
    found: dict[str, Element] = {}
    for entry in () if header is None else header:
        namespace, _, name = str(entry.tag).rpartition("}")
        if namespace[1:] == TYPES:
            if name in found:
                raise RefusedRequestError(BAD_FORM, "the head of the envelope is to hold nothing twice")
            found[name] = entry
        elif entry.get(f"{{{SOAP}}}mustUnderstand", "") in _HAS_TO_BE_UNDERSTOOD and namespace[1:] not in _ADDRESSING:
            raise RefusedRequestError("MustUnderstand", "the head of the envelope asks for something nobody here knows")
    return found


def _mailboxes(inside: dict[str, Element]) -> tuple[str, ...]:
    array = inside.get("MailboxDataArray")
    if array is None:
        raise RefusedRequestError(BAD_FORM, "MailboxDataArray is to say who is asked about")
    if any(part.tag != named(TYPES, "MailboxData")[0] for part in array):
        raise RefusedRequestError(BAD_FORM, "MailboxDataArray is to hold nothing but MailboxData, in its namespace")
    if not len(array):
        raise RefusedRequestError("ErrorMailboxDataArrayEmpty", "MailboxDataArray is to name at least one mailbox")
    if len(array) > MAILBOXES:
        raise RefusedRequestError("ErrorMailboxDataArrayTooBig", f"at most {MAILBOXES} mailboxes are looked up at once")
    return tuple(map(_mailbox, array))


def _mailbox(element: Element) -> str:
    """Give the address of a mailbox; empty for what cannot be one."""
    inside = parts(element, named(TYPES, "Email", "AttendeeType", "ExcludeConflicts"), reason=BAD_FORM)
    role, conflicts = word(inside.get("AttendeeType")), inside.get("ExcludeConflicts")
    truth = conflicts is None or (word(conflicts) or "").lower() in _TRUTHS
    if "Email" not in inside or role not in _ROLES or not truth:
        raise RefusedRequestError(BAD_FORM, "MailboxData is to hold Email and AttendeeType, and what they may say")
    email = parts(inside["Email"], named(TYPES, "Name", "Address", "RoutingType"), reason=BAD_FORM)
    texts = {name: word(part) for name, part in email.items()}
    if "Address" not in texts or None in texts.values():
        raise RefusedRequestError(BAD_FORM, "Email is to hold Address, and texts")
    address, routing = _PREFIX.sub("", texts["Address"] or "", count=1), texts.get("RoutingType") or ""
    return address if possible(address) and routing.upper() in ("", "SMTP") else ""


def _view(element: Element | None) -> View:
    if element is None:
        return ANY_VIEW
    try:
        view = View.asked(word(element) or "")
    except LookupError:
        raise RefusedRequestError(BAD_FORM, "RequestedView is to name a view there is") from None
    if view is None:
        raise RefusedRequestError("ErrorInvalidFreeBusyViewType", "RequestedView is to name a view other than None")
    return view


def _step(element: Element | None) -> timedelta | None:
    if element is None:
        return None
    text = word(element) or ""
    if not _NUMBER.fullmatch(text):
        raise RefusedRequestError(BAD_FORM, "MergedFreeBusyIntervalInMinutes is to be a number")
    if int(text) not in INTERVALS:
        raise _bad_interval()
    return timedelta(minutes=int(text))


def _window(
    options: dict[str, Element], step: timedelta | None, zone: Element | None, header: dict[str, Element]
) -> Window | None:
    """Read the window with the clocks it is told by; None: nobody knows such clocks."""
    spelled = _times(options.get("TimeWindow"))
    try:
        clocks = _clocks(spelled, zone, header.get("TimeZoneContext"))
    except LookupError:
        return None
    first, last, length = _measured(spelled, clocks)
    _within(first, last, length)
    # On a day on which the clocks go on, an interval of a day is no longer than the day.
    if step is not None and step > max(length, last - first):
        raise _bad_interval()
    version = header["RequestServerVersion"].get("Version", "") if "RequestServerVersion" in header else ""
    elsewhere = bool(version) and not version.startswith(_BEFORE_2013)
    return Window(first, last, step or USUAL, clocks, elsewhere)


def _clocks(spelled: Times, zone: Element | None, context: Element | None) -> Clocks | None:
    """Find the clocks the window is told by; None: it needs none. LookupError: it needs some, and nobody knows them."""
    start, end = (one.replace(tzinfo=UTC) if one.tzinfo is None else one for one in spelled)
    # Whatever the clocks are: nothing is reckoned of a window that no clocks can bring within the limits.
    _within(start - _SLACK, end, end - start - _SLACK)
    try:
        clocks = availability_zone.read(zone, context, min(start, end), max(start, end))
    except ValueError:
        clocks = None
    if clocks is None and any(one.tzinfo is None for one in spelled):
        raise LookupError("a time by unknown clocks")
    return clocks


def _measured(spelled: Times, clocks: Clocks | None) -> tuple[datetime, datetime, timedelta]:
    """Give the window's two instants, and how long it is by the clock on the wall."""
    start, end = spelled
    if clocks is None:
        return start, end, end - start
    first = clocks.instants(start)[0] if start.tzinfo is None else start
    last = clocks.instants(end)[1] if end.tzinfo is None else end
    walls = [one if one.tzinfo is None else clocks.wall(one) for one in spelled]
    return first, last, walls[1] - walls[0]


def _within(first: datetime, last: datetime, length: timedelta) -> None:
    if not first < last:
        raise RefusedRequestError("ErrorInvalidTimeInterval", "StartTime is to be before EndTime")
    if length >= TOO_LONG:
        raise RefusedRequestError("ErrorTimeIntervalTooBig", f"less than {TOO_LONG.days} days are looked up at once")


def _times(element: Element | None) -> Times:
    if element is None:
        raise RefusedRequestError(BAD_FORM, "FreeBusyViewOptions is to hold TimeWindow")
    inside = parts(element, named(TYPES, "StartTime", "EndTime"), reason=BAD_FORM)
    return whole_seconds(_time(word(inside.get("StartTime"))), _time(word(inside.get("EndTime"))))


def _time(text: str | None) -> datetime:
    """Read an xs:dateTime; naive where it has no offset, else in UTC."""
    found = _TIME.fullmatch(text or "")
    if found is None:
        raise RefusedRequestError(BAD_FORM, "StartTime and EndTime are to be times as in 2026-11-02T08:00:00")
    year, month, day, midnight, hour, minute, second, fraction, utc, sign, hours, minutes = found.groups()
    if int(year) not in YEARS:
        raise RefusedRequestError("ErrorInvalidTimeInterval", f"times are to be in the years {YEARS[0]} to {YEARS[-1]}")
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        read = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001 - which offset it has is read below
    except ValueError:
        read = None
    if read is None or offset > _FARTHEST or int(minutes or 0) not in _MINUTES:
        raise RefusedRequestError(BAD_FORM, "StartTime and EndTime are to be times that there are")
    read += timedelta(days=1) if midnight else timedelta(microseconds=int((fraction or "").ljust(6, "0")[:6]))
    if not (utc or sign):
        return read
    return (read - offset if sign != "-" else read + offset).replace(tzinfo=UTC)


def _bad_interval() -> RefusedRequestError:
    return RefusedRequestError(
        "ErrorInvalidMergedFreeBusyInterval",
        f"MergedFreeBusyIntervalInMinutes is to be {INTERVALS[0]} to {INTERVALS[-1]}, and no longer than the window",
    )
