"""Requests for free/busy in EWS's own words, answers read back, and the schemas that judge them. No code of the product's."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from simulators.exchange.schemas import VARIABLE
from simulators.exchange.soap import ERRORS, MESSAGES, SOAP, TYPES

NAMES = f'xmlns:s="{SOAP}" xmlns:m="{MESSAGES}" xmlns:t="{TYPES}"'
_WHERE = {"s": SOAP, "m": MESSAGES, "t": TYPES, "e": ERRORS}

FAULT = 500
"""The HTTP status SOAP 1.1 has a fault go out with."""

DAY_START, DAY_END = "2026-11-02T00:00:00", "2026-11-03T00:00:00"


def half(bias: int, time: str, order: int, month: int, day: str = "Sunday", year: str = "") -> str:
    """What stands in StandardTime or DaylightTime."""
    told = f"<t:Bias>{bias}</t:Bias><t:Time>{time}</t:Time><t:DayOrder>{order}</t:DayOrder>"
    told += f"<t:Month>{month}</t:Month><t:DayOfWeek>{day}</t:DayOfWeek>"
    return told + (f"<t:Year>{year}</t:Year>" if year else "")


def zone(bias: int, standard: str, daylight: str) -> str:
    """A TimeZone of the body."""
    return (
        f"<t:TimeZone><t:Bias>{bias}</t:Bias><t:StandardTime>{standard}</t:StandardTime>"
        f"<t:DaylightTime>{daylight}</t:DaylightTime></t:TimeZone>"
    )


def steady(bias: int) -> str:
    """A zone without summer time, with the two changes that change nothing."""
    return zone(bias, half(0, "00:00:00", 1, 1), half(0, "00:00:00", 1, 5))


UTC_ZONE = steady(0)
INDIA_TIME = steady(-330)
HAWAII = steady(600)
BERLIN = zone(-60, half(0, "03:00:00", 5, 10), half(-60, "02:00:00", 5, 3))
SYDNEY = zone(-600, half(0, "03:00:00", 1, 4), half(-60, "02:00:00", 1, 10))
NEW_YORK = zone(300, half(0, "02:00:00", 1, 11), half(-60, "02:00:00", 2, 3))


def context(inner: str = "", identifier: str = "", name: str = "") -> str:
    """A TimeZoneContext of the head."""
    names = f'Id="{identifier}"' + (f' Name="{name}"' if name else "")
    return f"<t:TimeZoneContext><t:TimeZoneDefinition {names}>{inner}</t:TimeZoneDefinition></t:TimeZoneContext>"


def mailbox(address: str = "ana@a.test", routing: str | None = None, role: str = "Required", more: str = "") -> str:
    """One MailboxData."""
    route = "" if routing is None else f"<t:RoutingType>{routing}</t:RoutingType>"
    email = f"<t:Email><t:Address>{address}</t:Address>{route}</t:Email>"
    return f"<t:MailboxData>{email}<t:AttendeeType>{role}</t:AttendeeType>{more}</t:MailboxData>"


def options(
    start: str = DAY_START, end: str = DAY_END, interval: int | str | None = 60, view: str | None = "FreeBusyMerged"
) -> str:
    """FreeBusyViewOptions."""
    told = f"<t:TimeWindow><t:StartTime>{start}</t:StartTime><t:EndTime>{end}</t:EndTime></t:TimeWindow>"
    if interval is not None:
        told += f"<t:MergedFreeBusyIntervalInMinutes>{interval}</t:MergedFreeBusyIntervalInMinutes>"
    if view is not None:
        told += f"<t:RequestedView>{view}</t:RequestedView>"
    return f"<t:FreeBusyViewOptions>{told}</t:FreeBusyViewOptions>"


SUGGESTIONS = (
    f"<t:SuggestionsViewOptions><t:DetailedSuggestionsWindow><t:StartTime>{DAY_START}</t:StartTime>"
    f"<t:EndTime>{DAY_END}</t:EndTime></t:DetailedSuggestionsWindow></t:SuggestionsViewOptions>"
)


def version(name: str = "Exchange2013_SP1") -> str:
    """The head's RequestServerVersion."""
    return f'<t:RequestServerVersion Version="{name}"/>'


def envelope(body: str, head: str = "") -> bytes:
    """The whole of a request."""
    return f"<s:Envelope {NAMES}><s:Header>{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()


def request(*mailboxes: str, zone: str = UTC_ZONE, head: str = "", asked: str | None = None, more: str = "") -> bytes:
    """A GetUserAvailability request, by default about one mailbox on a Monday, hour by hour, in UTC."""
    array = "".join(mailboxes) or mailbox()
    body = f"{zone}<m:MailboxDataArray>{array}</m:MailboxDataArray>{options() if asked is None else asked}{more}"
    return envelope(f"<m:GetUserAvailabilityRequest>{body}</m:GetUserAvailabilityRequest>", head)


@dataclass(frozen=True)
class Told:
    """What an answer says of one mailbox."""

    code: str
    view: str
    merged: str | None
    events: list[tuple[str, str, str]] | None


def told(answer: bytes) -> list[Told]:
    """Read an answer, having had the schemas judge it."""
    root = etree.fromstring(answer)
    judged(root)
    return [_told(response) for response in root.iterfind(".//m:FreeBusyResponse", _WHERE)]


def _told(response: Any) -> Told:
    message = response.find("m:ResponseMessage", _WHERE)
    view = response.find("m:FreeBusyView", _WHERE)
    listed = view.find("t:CalendarEventArray", _WHERE)
    code = message.findtext("m:ResponseCode", None, _WHERE)
    assert message.get("ResponseClass") == ("Success" if code == "NoError" else "Error")
    return Told(
        code,
        view.findtext("t:FreeBusyViewType", None, _WHERE),
        view.findtext("t:MergedFreeBusy", None, _WHERE),
        None if listed is None else [tuple(part.text for part in event) for event in listed],
    )


def fault(answer: bytes) -> tuple[str, str, str]:
    """Give a SOAP fault's code, the code of its detail, and its sentence."""
    root = etree.fromstring(answer)
    found = root.find("s:Body/s:Fault", _WHERE)
    assert found is not None
    texts = [found.findtext(path, "", _WHERE) for path in ("faultcode", "detail/e:ResponseCode", "faultstring")]
    return texts[0], texts[1], texts[2]


def judged(root: Any, generation: str = "SE") -> bool:
    """Have Microsoft's schema judge an answer; False where there is none to do it."""
    schema = schemas(generation)
    if schema is None:
        return False
    for part in (*root.find("s:Body", _WHERE), *root.find("s:Header", _WHERE)):
        assert schema.validate(part), schema.error_log
    return True


@cache
def schemas(generation: str) -> Any:
    """The schema of a generation of Exchange, where the environment names a folder that has it."""
    path = Path(os.environ.get(VARIABLE, "nowhere")) / generation / "messages.xsd"
    return etree.XMLSchema(etree.parse(path)) if path.is_file() else None


def at(hour: int, minute: int = 0, day: int = 2, month: int = 11, year: int = 2026) -> datetime:
    """An instant, by default on that Monday, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
