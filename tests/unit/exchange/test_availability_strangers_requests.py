"""Requests in the shapes that other programs send; each case names the program and the file or thread its shape is known from.

The words are this file's own; prefixes, namespaces, heads, zones, times, steps and views are the strangers'. Expected
instants are reckoned by hand from each request's own zone.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from calpair.exchange.availability_service import parse, render
from calpair.model.busy import Block, Busy
from simulators.exchange.soap import MESSAGES, TYPES
from unit.exchange.availability_ground import (
    BERLIN,
    NEW_YORK,
    SUGGESTIONS,
    context,
    half,
    mailbox,
    options,
    request,
    told,
    version,
    zone,
)

ADDRESSING = 'xmlns:wsa="http://www.w3.org/2005/08/addressing"'
EXCLUDES = "<t:ExcludeConflicts>false</t:ExcludeConflicts>"
KEPT = mailbox(more=EXCLUDES)
NAMED = mailbox().replace("<t:Address>", "<t:Name>Ana</t:Name><t:Address>")
ROOM = mailbox("room@a.test", "SMTP", "Room", EXCLUDES)


def never(month: int, order: int, bias: int = 0) -> str:
    """Both halves of a zone without summer time, as programs spell it that know only the field's type."""
    return zone(bias, half(0, "00:00:00", order, month), half(0, "00:00:00", order, month))


def proxied(mailboxes: str, where: str, asked: str, more: str = "") -> bytes:
    """As .NET's and Java's generated code writes: every namespace is the default where it begins."""
    body = request(mailboxes, zone=where, asked=asked, more=more).decode()
    body = body.replace("<m:GetUserAvailabilityRequest>", f'<GetUserAvailabilityRequest xmlns="{MESSAGES}">')
    body = re.sub(
        "<t:(TimeZone|MailboxData|FreeBusyViewOptions|SuggestionsViewOptions)>", rf'<\1 xmlns="{TYPES}">', body
    )
    return re.sub("<(/?)[mt]:", r"<\1", body).encode()


def prefixed(body: bytes, soap: str, messages: str, types: str) -> bytes:
    """With prefixes of another's choice; an empty one makes the namespace the default of the whole."""
    text = body.decode()
    for ours, theirs in (("s", soap), ("m", messages), ("t", types)):
        text = text.replace(f"xmlns:{ours}=", f"xmlns:{theirs}=".replace(":=", "="))
        text = re.sub(f"<(/?){ours}:", rf"<\1{theirs}:" if theirs else r"<\1", text)
    return text.encode()


def outlook(where: str, start: str, end: str) -> bytes:
    """Outlook: a step of 30 minutes, Detailed, a message's id in the head, and no word of conflicts."""
    head = f"<wsa:MessageID {ADDRESSING}>urn:uuid:0</wsa:MessageID>"
    return prefixed(
        request(NAMED, zone=where, head=head, asked=options(start, end, 30, "Detailed")), "q", "ex12m", "ex12t"
    )


def pacific() -> str:
    """The zone of Microsoft's guide: two rules, the second from 2007, with periods told to a tenth of a second."""
    day = (
        "<t:RecurringDayTransition><t:To Kind='Period'>{}</t:To><t:TimeOffset>PT2H</t:TimeOffset><t:Month>{}</t:Month>"
    )
    day += "<t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>{}</t:Occurrence></t:RecurringDayTransition>"
    groups = [[("d", 4, 1), ("s", 10, -1)], [("d", 3, 2), ("s", 11, 1)]]
    written = "".join(
        f"<t:TransitionsGroup Id='{number}'>{''.join(day.format(*turn) for turn in group)}</t:TransitionsGroup>"
        for number, group in enumerate(groups)
    )
    return (
        "<t:Periods><t:Period Bias='P0DT8H0M0.0S' Name='Standard' Id='s'/>"
        "<t:Period Bias='P0DT7H0M0.0S' Name='Daylight' Id='d'/></t:Periods>"
        f"<t:TransitionsGroups>{written}</t:TransitionsGroups>"
        "<t:Transitions><t:Transition><t:To Kind='Group'>0</t:To></t:Transition>"
        "<t:AbsoluteDateTransition><t:To Kind='Group'>1</t:To><t:DateTime>2007-01-01T08:00:00.000Z</t:DateTime>"
        "</t:AbsoluteDateTransition></t:Transitions>"
    )


def one_group(identifier: str) -> str:
    """A zone of one period, reached over one group."""
    return context(
        "<t:Periods><t:Period Bias='-PT1H' Name='Standard' Id='p'/></t:Periods><t:TransitionsGroups>"
        "<t:TransitionsGroup Id='0'><t:Transition><t:To Kind='Period'>p</t:To></t:Transition></t:TransitionsGroup>"
        "</t:TransitionsGroups><t:Transitions><t:Transition><t:To Kind='Group'>0</t:To></t:Transition></t:Transitions>",
        identifier,
        "any",
    )


@dataclass(frozen=True)
class Shape:
    """A request; the instants its window has, by hand; and the wall's time of its start, where that is not as it asks."""

    body: bytes
    start: str
    end: str
    wall: str = ""
    steps: int | None = None
    people: Sequence[str] = ("ana@a.test",)


DAY = ("2026-11-02T00:00:00", "2026-11-03T00:00:00")
EUROPE = context(identifier="W. Europe Standard Time")
GREENWICH = context(identifier="Greenwich Standard Time")
LOS_ANGELES = zone(480, half(0, "02:00:00", 1, 11), half(-60, "02:00:00", 2, 3))
IMPERSONATED = (
    "<t:ExchangeImpersonation><t:ConnectingSID><t:SmtpAddress>cy@a.test</t:SmtpAddress></t:ConnectingSID>"
    "</t:ExchangeImpersonation>"
)
CROSS_FOREST = "<t:RequestTypeHeader><t:RequestType>CrossForest</t:RequestType></t:RequestTypeHeader>"
DUMMY = zone(0, half(0, "02:00:00", 1, 10), half(0, "02:00:00", 1, 3))

SHAPES = {
    "office-developer-exchange-docs: how to get free/busy, in a zone of two rules": Shape(
        request(
            KEPT,
            mailbox("ben@a.test"),
            zone="",
            head=version("Exchange2010") + context(pacific(), "Pacific Standard Time", "(UTC-08:00) Pacific"),
            asked=options("2014-02-13T00:00:00", "2014-02-14T00:00:00", 30, "FreeBusy"),
            more=SUGGESTIONS.replace("2026-11-02", "2014-02-13").replace("2026-11-03", "2014-02-14"),
        ),
        "2014-02-13T08",
        "2014-02-14T08",
        people=("ana@a.test", "ben@a.test"),
    ),
    "openchange README: Outlook over the change of New York's clocks": Shape(
        outlook(NEW_YORK, "2013-02-24T11:00:00", "2013-03-26T11:00:00"), "2013-02-24T16", "2013-03-26T15"
    ),
    "openchange ocsmanager as.py: Outlook in April": Shape(
        outlook(NEW_YORK, "2012-04-18T09:00:00", "2012-05-18T09:00:00"), "2012-04-18T13", "2012-05-18T13"
    ),
    "a weblog's trace of Outlook 2010 in Western Europe": Shape(
        outlook(BERLIN, "2013-09-09T18:00:00", "2013-10-09T18:00:00"), "2013-09-09T16", "2013-10-09T16"
    ),
    "Outlook 2310 in Kiritimati, Month 0 (office-developer-exchange-docs, pull request 368)": Shape(
        outlook(never(0, 0, -840), *DAY), "2026-11-01T10", "2026-11-02T10"
    ),
    "SIPE sipe-cal.c: a zone that never changes, on a day 0 of a month 0": Shape(
        proxied(mailbox(), never(0, 0), options("2009-12-06T00:00:00", "2009-12-09T23:59:59", 15, "DetailedMerged")),
        "2009-12-06T00",
        "2009-12-09T23:59:59",
    ),
    "exchangecalendar issue 96: the head names another zone, the body's counts": Shape(
        prefixed(
            request(zone=never(0, 1), head=version("Exchange2013") + EUROPE, asked=options(*DAY, 15, "DetailedMerged")),
            "nsSoap",
            "nsMessages",
            "nsTypes",
        ),
        "2026-11-02T00",
        "2026-11-03T00",
        steps=96,
    ),
    "ews-java-api issues 416 and 637: impersonating, in a zone without a difference": Shape(
        request(
            KEPT,
            mailbox("ben@a.test", role="Optional", more=EXCLUDES),
            zone=DUMMY,
            head=version("Exchange2010_SP2") + IMPERSONATED,
            asked=options(*DAY, 30, "FreeBusy"),
        ),
        "2026-11-02T00",
        "2026-11-03T00",
        people=("ana@a.test", "ben@a.test"),
    ),
    "ews-managed-api GetUserAvailabilityRequest: 2007 SP1, the zone in the body": Shape(
        request(KEPT, zone=BERLIN, head=version("Exchange2007_SP1"), asked=options(*DAY, 30, "DetailedMerged")),
        "2026-11-01T23",
        "2026-11-02T23",
        steps=48,
    ),
    "Zimbra ExchangeEWSFreeBusyProvider: thousandths of UTC, an id of a zone alone": Shape(
        proxied(
            mailbox(more=EXCLUDES),
            never(0, 1),
            options("2026-11-02T00:00:00.000Z", "2026-11-03T00:00:00.000Z", 15, "DetailedMerged"),
        ).replace(b"<s:Header>", f"<s:Header>{GREENWICH}{version('Exchange2010_SP1')}".encode()),
        "2026-11-02T00",
        "2026-11-03T00",
        "2026-11-02T00:00:00",
        96,
    ),
    "evolution-ews e-ews-connection: the types' namespace is the default": Shape(
        prefixed(request(KEPT, zone=never(0, 1), asked=options(*DAY, 60, "DetailedMerged")), "soap", "messages", ""),
        "2026-11-02T00",
        "2026-11-03T00",
        steps=24,
    ),
    "DavMail GetUserAvailabilityMethod: only the string": Shape(
        request(asked=options("2026-11-02T00:00:00Z", "2026-11-09T00:00:00Z", 15, "MergedOnly")),
        "2026-11-02T00",
        "2026-11-09T00",
        "2026-11-02T00:00:00",
        7 * 96,
    ),
    "Viewpoint (Ruby): an offset of the time's own, and a zone": Shape(
        request(
            KEPT,
            zone=LOS_ANGELES,
            asked=options("2026-11-02T08:00:00+00:00", "2026-11-03T08:00:00+00:00", 30, "DetailedMerged"),
        ),
        "2026-11-02T08",
        "2026-11-03T08",
        "2026-11-02T00:00:00",
        48,
    ),
    "a JavaScript sample for rooms: no zone at all, thousandths of UTC": Shape(
        request(ROOM, zone="", asked=options("2026-11-02T00:00:00.000Z", "2026-11-03T00:00:00.000Z", 30, "Detailed")),
        "2026-11-02T00",
        "2026-11-03T00",
        "2026-11-02T00:00:00",
        people=("room@a.test",),
    ),
    "a Perl client: one period over one group": Shape(
        request(zone="", head=one_group("W. Europe Standard Time"), asked=options(*DAY, 30, "MergedOnly")),
        "2026-11-01T23",
        "2026-11-02T23",
        steps=48,
    ),
    "a Go client: three hours east, both changes on January's first Sunday": Shape(
        request(zone=never(1, 1, -180), asked=options(*DAY, 60, "FreeBusy")), "2026-11-01T21", "2026-11-02T21"
    ),
    "php-ews: Pacific time by its numbers": Shape(
        prefixed(request(KEPT, zone=LOS_ANGELES, asked=options(*DAY, 30, "FreeBusyMerged")), "SOAP-ENV", "ns2", "ns1"),
        "2026-11-02T08",
        "2026-11-03T08",
        steps=48,
    ),
    "a server of another forest: its kind, a zone and no version in the head, the zone again in the body": Shape(
        proxied(KEPT, BERLIN, options(*DAY, 30, "DetailedMerged")).replace(
            b"<s:Header>", f"<s:Header>{CROSS_FOREST}{one_group('tzone://Microsoft/Custom')}".encode()
        ),
        "2026-11-01T23",
        "2026-11-02T23",
        steps=48,
    ),
    "a managed client in UTC: the zone by .NET's name of it": Shape(
        request(KEPT, zone="", head=context("", "tzone://Microsoft/Utc", "UTC"), asked=options(*DAY, 30, "Detailed")),
        "2026-11-02T00",
        "2026-11-03T00",
    ),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_strangers_request_is_answered(shape: Shape) -> None:
    asked = parse(shape.body, "text/xml; charset=utf-8")
    assert asked.question is not None
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (shape.start, shape.end))
    assert (asked.question.start, asked.question.end) == (start, end)
    assert asked.mailboxes == tuple(shape.people)
    half_hour = Block(start, start + timedelta(minutes=30), Busy.BUSY)
    answers = told(render(asked, {person: [half_hour] for person in shape.people}))
    assert [answer.code for answer in answers] == ["NoError"] * len(shape.people)
    written = re.search(rb"StartTime>([^<.Z+]+)", shape.body)
    assert written is not None
    for answer in answers:
        if answer.view == "MergedOnly":
            assert answer.events is None
        else:
            assert [event[0].removesuffix("Z") for event in answer.events or ()] == [shape.wall or written[1].decode()]
        if shape.steps is not None:
            assert answer.merged is not None
            assert len(answer.merged) == shape.steps
            assert answer.merged.startswith("2")
            assert answer.merged.endswith("0")


ENCODINGS: dict[str, tuple[Callable[[str], bytes], str]] = {
    "plain": (str.encode, "text/xml; charset=utf-8"),
    "quoted": (str.encode, 'text/xml; charset="utf-8"'),
    "upper case, no blank": (str.encode, "text/xml;charset=UTF-8"),
    "no charset": (str.encode, "text/xml"),
    "SOAP 1.2's type, with an action": (str.encode, 'application/soap+xml; charset=utf-8; action="x"'),
    "ASCII": (str.encode, "text/xml; charset=us-ascii"),
    "no type": (str.encode, ""),
    "UTF-8 with its mark": (lambda text: f"\ufeff<?xml version='1.0' encoding='utf-8'?>{text}".encode(), "text/xml"),
    "UTF-16 with its mark": (lambda text: text.encode("utf-16"), "text/xml; charset=utf-16"),
}


@pytest.mark.parametrize(("encode", "content_type"), ENCODINGS.values(), ids=ENCODINGS)
def test_a_request_is_read_in_what_it_is_written_in(encode: Callable[[str], bytes], content_type: str) -> None:
    asked = parse(encode(request().decode()), content_type)
    assert asked.mailboxes == ("ana@a.test",)
