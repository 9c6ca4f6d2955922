"""Asks Exchange when people are not free: GetUserAvailability, for many mailboxes at once.

    availability = ExchangeAvailability(connection)
    availability.look_up(["ana@a.test"], start, end)        # {"ana@a.test": [Block(...)]}

The server says of each mailbox what the asking account may see; an application, which has no eyes of its own, asks as
the first mailbox of a request. Asked for in UTC, in whole days and at most six weeks at
a time, since servers differ in the longest window and the shortest; a mailbox that fails never spoils the others, and
what cannot be read is `Unknown`. Source: "GetUserAvailability operation" (EWS reference for Exchange), MS-OXWAVLS.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

from calpair.errors import AccessLostError, RefusedError, SideError
from calpair.exchange.batch import each
from calpair.exchange.errors import MAILBOX_CODES
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import MESSAGES, TYPES, Element, child, m, t, text
from calpair.model.busy import Block, Busy, Told, Unknown, together, trimmed
from calpair.model.pair import Access

MAILBOXES = 100
"""Most mailboxes of one request (ErrorMailboxDataArrayTooBig beyond)."""
WINDOW = timedelta(days=42)
"""Longest window every server takes (ErrorTimeIntervalTooBig beyond)."""
DIGIT = timedelta(minutes=15)
"""What one digit of a merged view stands for."""
EYES = 5
"""As how many mailboxes an application tries to ask, one after another, when the first ones do not open."""

_BUSY = {"Tentative": Busy.TENTATIVE, "Busy": Busy.BUSY, "OOF": Busy.AWAY, "WorkingElsewhere": Busy.ELSEWHERE}
_FREE = "Free"
_DIGITS = {"1": Busy.TENTATIVE, "2": Busy.BUSY, "3": Busy.AWAY}
_NO_DATA_OR_ELSEWHERE = ("4", "5")
"""One and the other, in an order in which Microsoft's own pages differ."""
_WITH_EVENTS = {"FreeBusy", "FreeBusyMerged", "Detailed", "DetailedMerged"}
_WITH_DIGITS = {"MergedOnly", "FreeBusyMerged", "DetailedMerged"}
"""Views, by what is in them. A server tells which one it gives: there may be less in it than was asked for."""
_NOT_FOUND = {"ErrorMailRecipientNotFound", "ErrorInvalidSmtpAddress", "ErrorNonExistentMailbox", "ErrorCannotFindUser"}
_NO_ACCESS = {"ErrorNoFreeBusyAccess", "ErrorMailboxLogonFailed", "ErrorAccessDenied"}


class ExchangeAvailability:
    """Free/busy of one server's mailboxes, as its account sees it."""

    def __init__(self, connection: ExchangeConnection) -> None:
        self._connection = connection

    def look_up(self, addresses: Sequence[str], start: datetime, end: datetime) -> dict[str, Told]:
        """Tell of every address when it is not free between two instants. Raises what concerns all of them."""
        found: dict[str, Told] = {address: [] for address in addresses}
        wanted = list(found)
        for since, until in _windows(start, end):
            for first in range(0, len(wanted), MAILBOXES):
                some = wanted[first : first + MAILBOXES]
                for address, told in zip(some, self._ask(some, since, until), strict=True):
                    found[address] = together(found[address], told)
        return {
            address: told if isinstance(told, Unknown) else trimmed(told, start, end) for address, told in found.items()
        }

    def _ask(self, addresses: Sequence[str], start: datetime, end: datetime) -> Sequence[Told]:
        """Ask about some. A mailbox that cannot be asked as is told so, and the next one lends its eyes."""
        shut: list[Told] = []
        while len(shut) < min(len(addresses), EYES):
            some = addresses[len(shut) :]
            try:
                answers = each(self._connection, some[0], lambda part: request(part, start, end), some, writing=False)
            except AccessLostError as error:
                if error.code not in MAILBOX_CODES:
                    raise
                if self._connection.settings.access is not Access.IMPERSONATION:
                    # What all mailboxes of a request are told alike may still be about each of them.
                    return [_unknown(error)] * len(addresses)
                shut.append(_unknown(error))
            else:
                return shut + [
                    _unknown(one) if isinstance(one, SideError) else read(one, start, end) for one in answers
                ]
        return shut + [Unknown("unavailable")] * (len(addresses) - len(shut))


def request(addresses: Sequence[str], start: datetime, end: datetime) -> Element:
    """Build the question. Times have no offset and are in the zone named at its head, which is UTC."""
    return m(
        "GetUserAvailabilityRequest",
        t("TimeZone", t("Bias", "0"), _turn("StandardTime", month=10), _turn("DaylightTime", month=3)),
        m("MailboxDataArray", *map(_mailbox, addresses)),
        t(
            "FreeBusyViewOptions",
            t("TimeWindow", t("StartTime", _naive(start)), t("EndTime", _naive(end))),
            t("MergedFreeBusyIntervalInMinutes", str(int(DIGIT.total_seconds() // 60))),
            t("RequestedView", "FreeBusyMerged"),
        ),
    )


def read(response: Element, start: datetime, end: datetime) -> Told:
    """Read one mailbox's part of the answer about a window: what its view is to hold it must hold, of all the window."""
    view = child(response, "FreeBusyView", namespace=MESSAGES)
    # By the schema a list: so .NET spells a value of several bits.
    kinds = set(text(view, "FreeBusyViewType").split())
    digits = text(view, "MergedFreeBusy").strip()
    if not kinds & (_WITH_EVENTS | _WITH_DIGITS) or (kinds & _WITH_DIGITS and start + len(digits) * DIGIT < end):
        return Unknown("no_data")
    listed = child(view, "CalendarEventArray") if kinds & _WITH_EVENTS else None
    if listed is None or (not len(listed) and digits.strip("0")):
        # A calendar the server cannot read has no events either; only its digits say so.
        return _merged(digits, start, end)
    told = _events(listed)
    return Unknown("no_data") if isinstance(told, Unknown) or _unread(digits, told, start) else told


def _events(listed: Element) -> Told:
    blocks: list[Block] = []
    for event in listed.iterfind(f"{{{TYPES}}}CalendarEvent"):
        busy = text(event, "BusyType")
        if busy == _FREE:
            continue
        try:
            since, until = _instant(text(event, "StartTime")), _instant(text(event, "EndTime"))
        except (ValueError, OverflowError):
            return Unknown("no_data")
        if busy not in _BUSY or since > until:
            return Unknown("no_data")
        if since < until:
            blocks.append(Block(since, until, _BUSY[busy]))
    return blocks


def _unread(digits: str, blocks: Sequence[Block], start: datetime) -> bool:
    """Tell whether the digits say that the server could not read some of the time it lists events of."""
    elsewhere = [block for block in blocks if block.busy is Busy.ELSEWHERE]
    for number, digit in enumerate(digits):
        if digit == "0" or digit in _DIGITS:
            continue
        since, until = start + number * DIGIT, start + (number + 1) * DIGIT
        met = digit in _NO_DATA_OR_ELSEWHERE and any(one.start < until and one.end > since for one in elsewhere)
        if not met:
            return True
    return False


def _merged(digits: str, start: datetime, end: datetime) -> Told:
    blocks = []
    if start + len(digits) * DIGIT < end or set(digits) - {"0", *_DIGITS}:
        return Unknown("no_data")
    for number, digit in enumerate(digits):
        if digit != "0":
            blocks.append(Block(start + number * DIGIT, start + (number + 1) * DIGIT, _DIGITS[digit]))
    return blocks


def _unknown(error: SideError) -> Unknown:
    if error.code in _NOT_FOUND:
        return Unknown("not_found")
    if error.code in _NO_ACCESS or isinstance(error, AccessLostError):
        return Unknown("no_access")
    return Unknown("no_data" if isinstance(error, RefusedError) else "unavailable")


def _windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Cut a span into windows of whole days."""
    first = datetime.combine(start.astimezone(UTC).date(), time(), UTC)
    while first < end:
        last = min(first + WINDOW, _midnight_after(end))
        yield first, last
        first = last


def _midnight_after(instant: datetime) -> datetime:
    midnight = datetime.combine(instant.astimezone(UTC).date(), time(), UTC)
    return midnight if midnight == instant else midnight + timedelta(days=1)


def _turn(name: str, month: int) -> Element:
    """Build a change of the clock that changes nothing: the request's form has no zone without one."""
    return t(
        name,
        t("Bias", "0"),
        t("Time", "00:00:00"),
        t("DayOrder", "5"),
        t("Month", str(month)),
        t("DayOfWeek", "Sunday"),
    )


def _mailbox(address: str) -> Element:
    return t(
        "MailboxData",
        t("Email", t("Address", address)),
        t("AttendeeType", "Required"),
        t("ExcludeConflicts", "false"),
    )


def _naive(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def _instant(text: str) -> datetime:
    """Read a time of the answer: in the request's zone, or with an offset. ValueError."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
