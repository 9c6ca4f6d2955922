"""When somebody is busy, asked as one mail server asks another: Autodiscover, then EWS GetUserAvailability, by a password.

    asker = Asker("http://127.0.0.1:8080/google_free_busy", "svc-free-busy", "secret")
    asker.discover("ana@g.test")                            # asked from now on where Autodiscover says
    answer = asker.ask(["ana@g.test", "nobody@g.test"], start, end)
    answer.told[0].digits, answer.told[1].code              # "002200", "ErrorMailRecipientNotFound"
    answer.beyond                                           # what it tells besides when: names of elements

All there is is asked for, titles too. An answer that contradicts itself, leaves something out, or tells a time of somebody
it does not know is no answer: BusyError. Source: "POX Autodiscover XML elements for Exchange", "GetUserAvailability
operation", "RequestedView", "TimeZone (Availability)" (EWS reference).
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from demo.events import ZONE
from demo.ews import Element, escape
from demo.wire import Wire

STEP = timedelta(minutes=30)
SUCCESS = "NoError"
MOST = 1024 * 1024
"""Bytes of an answer that are read as XML."""

_TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
_MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ASKED = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"
_ANSWERED = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
_SPACES = {"s": _SOAP, "m": _MESSAGES, "t": _TYPES, "a": _ANSWERED}
_OK, _FAULT = 200, 500
_XML = "text/xml; charset=utf-8"
_FREE = "0"
_DIGITS = {"Free": _FREE, "Tentative": "1", "Busy": "2", "OOF": "3"}
"""A digit an interval; those that stand for no data are not here: nobody may take them for free."""
_WHEN = {
    *("Envelope", "Header", "ServerVersionInfo", "Body", "GetUserAvailabilityResponse", "FreeBusyResponseArray"),
    *("FreeBusyResponse", "ResponseMessage", "ResponseCode", "MessageText", "DescriptiveLinkKey", "FreeBusyView"),
    *("FreeBusyViewType", "MergedFreeBusy", "CalendarEventArray", "CalendarEvent", "StartTime", "EndTime", "BusyType"),
}
# Central Europe's, since the demo lives in ZONE: on the last Sundays of March and October, at two and at three
_CLOCKS = (
    "<t:TimeZone><t:Bias>-60</t:Bias>"
    "<t:StandardTime><t:Bias>0</t:Bias><t:Time>03:00:00</t:Time><t:DayOrder>5</t:DayOrder><t:Month>10</t:Month>"
    "<t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime>"
    "<t:DaylightTime><t:Bias>-60</t:Bias><t:Time>02:00:00</t:Time><t:DayOrder>5</t:DayOrder><t:Month>3</t:Month>"
    "<t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone>"
)


class BusyError(Exception):
    """Nothing was told, or what cannot be believed; the text says what."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one address: `SUCCESS` and a digit each half hour, or an error's code and no digit."""

    code: str
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: what is told of each address in the order asked, what else it holds, and its bytes."""

    told: Sequence[Told]
    beyond: Sequence[str]
    raw: bytes


class Asker:
    """A server that may ask at one door."""

    def __init__(self, door: str, username: str, password: str) -> None:
        parts = urlsplit(door)
        token = base64.b64encode(f"{username}:{password}".encode()).decode()
        self.wire = Wire(f"{parts.scheme}://{parts.netloc}", lambda: {"Authorization": f"Basic {token}"})
        self._door = parts.path.rstrip("/")
        self._place = f"{self._door}/EWS/Exchange.asmx"

    def discover(self, address: str) -> None:
        """Ask Autodiscover where free/busy of an address is told. BusyError, UnreachableError."""
        schema = f"<AcceptableResponseSchema>{_ANSWERED}</AcceptableResponseSchema>"
        asked = f"<Request><EMailAddress>{escape(address)}</EMailAddress>{schema}</Request>"
        body = f"<Autodiscover xmlns='{_ASKED}'>{asked}</Autodiscover>".encode()
        status, answer = self.wire.ask("POST", f"{self._door}/autodiscover/autodiscover.xml", body, Content_Type=_XML)
        if status != _OK:
            raise BusyError(f"Autodiscover: HTTP {status}")
        self._place = _path(place(answer), self.wire.base)

    def ask(self, addresses: Sequence[str], start: datetime, end: datetime) -> Answer:
        """Ask when these are busy between two instants, whole half hours apart. BusyError, UnreachableError."""
        body = _question(addresses, start, end)
        action = f'"{_MESSAGES}/GetUserAvailability"'
        status, answer = self.wire.ask("POST", self._place, body, Content_Type=_XML, SOAPAction=action)
        if status not in (_OK, _FAULT):
            raise BusyError(f"HTTP {status} from {self.wire.base}{self._place}")
        return read(answer, len(addresses), start, end)


def place(answer: bytes) -> str:
    """Give the address that Autodiscover's answer tells to ask at. BusyError: it names none, or several."""
    root = _xml(answer)
    refused = [each.text or "" for each in root.iter() if each.tag.endswith("}ErrorCode")]
    if refused:
        raise BusyError(f"Autodiscover: error {refused[0]}")
    # which of its blocks a server reads that asks for its users is not said anywhere: they have to agree
    named = [root.findall(f".//a:Protocol/a:{name}", _SPACES) for name in ("ASUrl", "EwsUrl")]
    places = {each.text or "" for found in named for each in found}
    if len(places) != 1:
        raise BusyError(f"Autodiscover: {len(places)} addresses to ask at, not one")
    return places.pop()


def read(answer: bytes, count: int, start: datetime, end: datetime) -> Answer:
    """Read what is told of `count` addresses. BusyError: nothing is, or it cannot be believed."""
    root = _xml(answer)
    if root.find("s:Body/s:Fault", _SPACES) is not None:
        codes = [each.text or "" for each in root.iter() if each.tag.endswith(("}ResponseCode", "faultcode"))]
        raise BusyError(f"refused: {codes[-1] if codes else 'a fault without a code'}")
    array = "s:Body/m:GetUserAvailabilityResponse/m:FreeBusyResponseArray/m:FreeBusyResponse"
    responses = root.findall(array, _SPACES)
    if len(responses) != count:
        raise BusyError(f"{count} were asked about, {len(responses)} are told of")
    beyond = sorted({_name(each) for each in root.iter()} - _WHEN)
    return Answer([_told(each, start, end) for each in responses], beyond, answer)


def _told(response: Element, start: datetime, end: datetime) -> Told:
    message = response.find("m:ResponseMessage", _SPACES)
    kind = "" if message is None else message.get("ResponseClass", "")
    code = response.findtext("m:ResponseMessage/m:ResponseCode", "", _SPACES)
    digits = response.findtext("m:FreeBusyView/t:MergedFreeBusy", "", _SPACES)
    events = response.findall("m:FreeBusyView/t:CalendarEventArray/t:CalendarEvent", _SPACES)
    if (kind, code == SUCCESS) not in (("Success", True), ("Error", False)) or not code:
        raise BusyError(f"{kind or 'no ResponseClass'} with the code {code or 'left out'}")
    if code != SUCCESS:
        if digits or events:
            raise BusyError(f"{code}, and yet times are told")
        return Told(code)
    length = -((start - end) // STEP)
    if len(digits) != length or not set(digits) <= set(_DIGITS.values()):
        raise BusyError(f"{length} half hours were asked about, and the digits are {digits[:60]!r}")
    if digits != _merged(events, start, length):
        raise BusyError(f"the events told are other than the digits {digits[:60]}")
    return Told(code, digits)


def _merged(events: Sequence[Element], start: datetime, length: int) -> str:
    """Reckon the digits that such events would have."""
    merged = [_FREE] * length
    for event in events:
        begin, finish = (_instant(event.findtext(f"t:{name}", "", _SPACES)) for name in ("StartTime", "EndTime"))
        digit = _DIGITS.get(event.findtext("t:BusyType", "", _SPACES))
        if digit is None or finish <= begin:
            raise BusyError("an event is told of that has no end, or that is neither busy nor free")
        for number in range(max(0, (begin - start) // STEP), min(length, -((start - finish) // STEP))):
            merged[number] = max(merged[number], digit)
    return "".join(merged)


def _instant(text: str) -> datetime:
    try:
        told = datetime.fromisoformat(text)
        # by the clocks of who asks, unless it says otherwise
        return (told if told.tzinfo else told.replace(tzinfo=ZoneInfo(ZONE))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BusyError(f"an event is told of at {text[:60]!r}") from None


def _question(addresses: Sequence[str], start: datetime, end: datetime) -> bytes:
    mailboxes = "".join(
        f"<t:MailboxData><t:Email><t:Address>{escape(each)}</t:Address></t:Email>"
        "<t:AttendeeType>Required</t:AttendeeType></t:MailboxData>"
        for each in addresses
    )
    since, until = (each.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None).isoformat() for each in (start, end))
    window = f"<t:TimeWindow><t:StartTime>{since}</t:StartTime><t:EndTime>{until}</t:EndTime></t:TimeWindow>"
    step = f"<t:MergedFreeBusyIntervalInMinutes>{STEP // timedelta(minutes=1)}</t:MergedFreeBusyIntervalInMinutes>"
    view = f"{window}{step}<t:RequestedView>DetailedMerged</t:RequestedView>"
    asked = f"{_CLOCKS}<m:MailboxDataArray>{mailboxes}</m:MailboxDataArray><t:FreeBusyViewOptions>{view}</t:FreeBusyViewOptions>"
    body = f"<s:Body><m:GetUserAvailabilityRequest>{asked}</m:GetUserAvailabilityRequest></s:Body>"
    return f"<s:Envelope xmlns:s='{_SOAP}' xmlns:m='{_MESSAGES}' xmlns:t='{_TYPES}'>{body}</s:Envelope>".encode()


def _path(url: str, base: str) -> str:
    """Give the path of an address on this server; the password goes to no other. BusyError."""
    if not url.startswith(f"{base}/"):
        raise BusyError(f"Autodiscover: leads away from {base}, to {url[:100]!r}")
    return url.removeprefix(base)


def _xml(answer: bytes) -> Element:
    if len(answer) > MOST:
        raise BusyError("an answer of more than a megabyte")
    try:
        text = answer.decode()
        if "<!DOCTYPE" in text:
            raise BusyError("an answer with a document type")
        return ET.fromstring(text)  # noqa: S314 - without a document type there are no entities
    except (ET.ParseError, ValueError):
        raise BusyError("an answer that is no XML in UTF-8") from None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
