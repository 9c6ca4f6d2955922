"""What the door of GetUserAvailability refuses, and with which code; and every limit, at it and one beyond."""

import pytest

from calpair.errors import RefusedRequestError
from calpair.exchange.availability_service import LARGEST, parse, refusal, render
from calpair.model.busy import Block, Busy
from unit.exchange.availability_ground import (
    FAULT,
    NAMES,
    SUGGESTIONS,
    at,
    context,
    envelope,
    fault,
    mailbox,
    options,
    request,
    told,
    version,
)

BAD_FORM = "ErrorSchemaValidation"
ANA = "ana@a.test"
OPERATION = "<m:GetUserAvailabilityRequest>"
DEEP = 10_000


def refused(body: bytes, content_type: str = "") -> str:
    with pytest.raises(RefusedRequestError) as found:
        parse(body, content_type)
    sentence = str(found.value)
    assert sentence
    assert "\n" not in sentence
    assert fault(refusal(FAULT, sentence, found.value.reason))[2] == sentence
    return found.value.reason


def window(start: str, end: str, interval: int | None = 30) -> bytes:
    return request(asked=options(f"2026-{start}", f"2026-{end}", interval))


def replaced(old: str, new: str) -> bytes:
    body = request()
    assert body.count(old.encode()) == 1
    return body.replace(old.encode(), new.encode())


def about(start: str = "", *, body: bytes | None = None) -> bytes:
    return start.encode() + (request() if body is None else body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (request(asked=options(view="None")), "ErrorInvalidFreeBusyViewType"),
        (request(asked=options(view="None None")), "ErrorInvalidFreeBusyViewType"),
        (request(asked=options(view="")), "ErrorInvalidFreeBusyViewType"),
        (request(asked=options(view="Everything")), BAD_FORM),
        (request(asked=options(view="detailed")), BAD_FORM),
        (request(asked=""), "ErrorInvalidFreeBusyViewType"),
        (request(asked="", more=SUGGESTIONS), "ErrorMeetingSuggestionGenerationFailed"),
        (replaced(mailbox(), ""), "ErrorMailboxDataArrayEmpty"),
        (request(*[mailbox()] * 101), "ErrorMailboxDataArrayTooBig"),
        (request(*[mailbox("x")] * 1000), "ErrorMailboxDataArrayTooBig"),
        (request(asked=options(interval=4)), "ErrorInvalidMergedFreeBusyInterval"),
        (request(asked=options(interval=0)), "ErrorInvalidMergedFreeBusyInterval"),
        (request(asked=options(interval=-30)), "ErrorInvalidMergedFreeBusyInterval"),
        (request(asked=options(interval=1441)), "ErrorInvalidMergedFreeBusyInterval"),
        (request(asked=options(interval="")), BAD_FORM),
        (request(asked=options(interval="half an hour")), BAD_FORM),
        (request(asked=options(interval="30.0")), BAD_FORM),
        (request(asked=options(interval="٣٠")), BAD_FORM),
        (request(asked=options(interval="9" * 5000)), BAD_FORM),
        (window("11-02T09:00:00", "11-02T09:20:00"), "ErrorInvalidMergedFreeBusyInterval"),
        (window("11-02T09:00:00", "11-02T09:00:00"), "ErrorInvalidTimeInterval"),
        (window("11-02T09:00:00", "11-02T09:00:00.5"), "ErrorInvalidMergedFreeBusyInterval"),
        (window("11-02T09:00:01.0", "11-02T09:00:00.5"), "ErrorInvalidTimeInterval"),
        (window("11-02T09:00:00", "11-02T08:59:59"), "ErrorInvalidTimeInterval"),
        (window("11-02T09:00:00", "01-02T09:00:00"), "ErrorInvalidTimeInterval"),
        (request(asked=options("2999-01-01T00:00:00", "1980-01-01T00:00:00")), "ErrorInvalidTimeInterval"),
        (request(asked=options("1979-12-31T23:00:00", "1980-01-01T00:00:00")), "ErrorInvalidTimeInterval"),
        (request(asked=options("2999-12-31T00:00:00", "3000-01-01T00:00:00")), "ErrorInvalidTimeInterval"),
        (request(asked=options("0001-01-01T00:00:00", "0001-01-02T00:00:00")), "ErrorInvalidTimeInterval"),
        (request(asked=options("0000-01-01T00:00:00", "9999-12-31T23:59:59")), "ErrorInvalidTimeInterval"),
        (window("02-28T00:00:00", "02-30T00:00:00"), BAD_FORM),
        (request(asked=options("2026-11-02T00:00:00", "2036-11-02T00:00:00")), "ErrorTimeIntervalTooBig"),
        (request(asked=options("1980-01-01T00:00:00", "2999-12-31T23:59:59")), "ErrorTimeIntervalTooBig"),
        (request(asked=options("1980-01-01T00:00:00Z", "2999-12-31T23:59:59Z"), zone=""), "ErrorTimeIntervalTooBig"),
        (request(asked=options("2026-11-02T00:00:00Z", "2027-01-04T00:00:00Z"), zone=""), "ErrorTimeIntervalTooBig"),
        (request(asked=options("2026-11-02", "2026-11-03")), BAD_FORM),
        (request(asked=options("2026-11-02T09", "2026-11-03T09")), BAD_FORM),
        (request(asked=options("2026-11-02T9:00", "2026-11-03T9:00")), BAD_FORM),
        (request(asked=options("2026-11-02T09:00.5", "2026-11-03T09:00.5")), BAD_FORM),
        (request(asked=options("2026-11-02t09:00:00z")), BAD_FORM),
        (request(asked=options("2026-11-02T09:60:00")), BAD_FORM),
        (request(asked=options("2026-11-02T25:00:00")), BAD_FORM),
        (request(asked=options("2026-11-02T09:00:00+1")), BAD_FORM),
        (request(asked=options("2026-11-02T09:00:00+01")), BAD_FORM),
        (request(asked=options("2026-11-02T09:00:00+14:01")), BAD_FORM),
        (request(asked=options("2026-11-02T09:00:00+01:60")), BAD_FORM),
        (request(asked=options("-2026-11-02T09:00:00")), BAD_FORM),
        (request(asked=options("20261-11-02T09:00:00")), BAD_FORM),
        (request(asked=options("\uff12\uff10\uff12\uff16-11-02T09:00:00")), BAD_FORM),
        (request(asked=options("")), BAD_FORM),
        (request(mailbox(role="Guest")), BAD_FORM),
        (request(mailbox(role="")), BAD_FORM),
        (request(mailbox(more="<t:ExcludeConflicts>perhaps</t:ExcludeConflicts>")), BAD_FORM),
        (request("<t:MailboxData/>"), BAD_FORM),
        (request(mailbox().replace("<t:AttendeeType>Required</t:AttendeeType>", "")), BAD_FORM),
        (request(mailbox().replace("<t:Address>ana@a.test</t:Address>", "")), BAD_FORM),
        (request(mailbox("<t:b>ana@a.test</t:b>")), BAD_FORM),
        (request(mailbox().replace("<t:Email>", "<t:Email><t:Name><t:b>Ana</t:b></t:Name>")), BAD_FORM),
        (request(mailbox().replace("MailboxData>", "MailboxDatum>")), BAD_FORM),
        (request(mailbox(), mailbox().replace("t:MailboxData>", "m:MailboxData>")), BAD_FORM),
        (envelope(f"{OPERATION}{options()}</m:GetUserAvailabilityRequest>"), BAD_FORM),
        (envelope(OPERATION + "</m:GetUserAvailabilityRequest>"), BAD_FORM),
    ],
)
def test_a_request_that_cannot_be_answered_is_refused_with_its_code(body: bytes, reason: str) -> None:
    assert refused(body) == reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (envelope("<m:GetServerTimeZones/>"), "ErrorInvalidOperation"),
        (envelope("<m:GetItem><m:ItemIds/></m:GetItem>"), "ErrorInvalidOperation"),
        (envelope("<t:GetUserAvailabilityRequest/>"), "ErrorInvalidOperation"),
        (envelope("<GetUserAvailabilityRequest/>"), "ErrorInvalidOperation"),
        (envelope("<m:getuseravailabilityrequest/>"), "ErrorInvalidOperation"),
        (envelope(""), BAD_FORM),
        (envelope("when is Ana free?"), BAD_FORM),
        (envelope(f"{OPERATION}</m:GetUserAvailabilityRequest>" * 2), BAD_FORM),
        (f"<s:Envelope {NAMES}/>".encode(), BAD_FORM),
        (f"<s:Envelope {NAMES}><s:Header/></s:Envelope>".encode(), BAD_FORM),
        (request().replace(b"s:Header", b"s:Head"), BAD_FORM),
        (request().replace(b"<s:Header>", b"<s:Header/><s:Header>"), BAD_FORM),
        (request().replace(b"<s:Header>", b"<s:Body/><s:Header>"), BAD_FORM),
        (request(head=version() * 2), BAD_FORM),
        (request(head=context(identifier="UTC") * 2), BAD_FORM),
        (
            request(
                zone="",
                head=context(identifier="UTC").replace("<t:TimeZoneDef", "<t:TimeZoneDefinition/><t:TimeZoneDef"),
            ),
            BAD_FORM,
        ),
        (b"<x/>", BAD_FORM),
        (b"<Envelope/>", "VersionMismatch"),
        (
            request().replace(b"schemas.xmlsoap.org/soap/envelope/", b"www.w3.org/2003/05/soap-envelope"),
            "VersionMismatch",
        ),
        (request(head='<x:Secret xmlns:x="urn:x" s:mustUnderstand="1"/>'), "MustUnderstand"),
        (request(head='<Secret s:mustUnderstand="true"/>'), "MustUnderstand"),
    ],
)
def test_an_envelope_with_something_else_in_it_is_refused(body: bytes, reason: str) -> None:
    assert refused(body) == reason


@pytest.mark.parametrize(
    "head",
    [
        '<x:Secret xmlns:x="urn:x"/>',
        '<x:Secret xmlns:x="urn:x" s:mustUnderstand="0"/>',
        '<x:To xmlns:x="http://www.w3.org/2005/08/addressing" s:mustUnderstand="1">http://calpair.test/</x:To>',
        '<t:RequestServerVersion Version="Exchange2013" s:mustUnderstand="1"/>',
        "<t:MailboxCulture>de-DE</t:MailboxCulture>",
    ],
)
def test_a_head_nobody_has_to_understand_is_passed_over(head: str) -> None:
    assert parse(request(head=head)).question == parse(request()).question


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", ""),
        (b" \n", ""),
        (b"\0" * 100, ""),
        (b'{"items": []}', "application/json"),
        (request()[:-40], ""),
        (request() + request(), ""),
        (request() + b"\0", ""),
        (about("<!DOCTYPE x>"), ""),
        (about("<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>"), ""),
        (about("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>", body=request(mailbox("&e;"))), ""),
        (about("<!DOCTYPE x [<!ENTITY % e SYSTEM 'http://127.0.0.1:9/'> %e;]>"), ""),
        (about("<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>", body=request(mailbox("&b;"))), ""),
        (request(mailbox("a&nbsp;b@a.test")), ""),
        (request(mailbox("a&#0;b@a.test")), ""),
        (request(mailbox("a&#xD800;b@a.test")), ""),
        (about("<!DOCTYPE x>").decode().encode("utf-16"), "text/xml; charset=utf-16"),
        (request().replace(b"ana@", b"\xe4na@"), ""),
        (request(more="<t:x>" * DEEP + "</t:x>" * DEEP), ""),
        (b"<a>" * DEEP, ""),
        (request(more="<t:x/>" * 9_999), ""),
        (request().replace(b"<s:Header>", b"<s:Header>" + b"<x/>" * 20_000), ""),
    ],
)
def test_what_is_no_xml_or_more_than_is_read_is_refused(body: bytes, content_type: str) -> None:
    assert refused(body, content_type) == BAD_FORM


def test_elements_may_stand_as_deep_as_thirty_two() -> None:
    """The envelope and its head are two of them."""
    for depth in (30, 31):
        body = request(head="<x>" * depth + "</x>" * depth)
        assert (parse(body).question is not None) if depth == 30 else refused(body) == BAD_FORM


@pytest.mark.parametrize("filler", [b" ", b"\n", b"<!-- %s -->"])
def test_a_request_may_be_as_large_as_is_read_and_no_byte_larger(filler: bytes) -> None:
    room = LARGEST - len(request())
    fitting = filler * room if len(filler) == 1 else filler % (b"x" * (room - 9))
    for body in (request().replace(b"<m:GetUser", fitting + b"<m:GetUser"), request() + fitting, fitting + request()):
        assert len(body) == LARGEST
        assert parse(body).question == parse(request()).question
        assert refused(body + b" ") == BAD_FORM


def test_a_hundred_mailboxes_are_taken() -> None:
    read = parse(request(*(mailbox(f"{n}@a.test") for n in range(100))))
    assert read.question is not None
    assert len(read.question.addresses) == 100
    assert len(told(render(read, {}))) == 100


def test_sixty_two_whole_days_are_taken_and_a_part_of_one_more() -> None:
    """Exchange's own words, in a pull request (19703) of microsoft-graph-docs: 62 days are allowed, and 63 are too many."""
    for end, digits in (("2027-01-03T00:00:00", 62), ("2027-01-03T23:59:59", 63)):
        read = parse(request(asked=options("2026-11-02T00:00:00", end, 1440)))
        (found,) = told(render(read, {ANA: [Block(at(0), at(1), Busy.BUSY)]}))
        assert found.merged == "2" + "0" * (digits - 1)
    assert refused(request(asked=options("2026-11-02T00:00:00", "2027-01-04T00:00:00"))) == "ErrorTimeIntervalTooBig"


@pytest.mark.parametrize(
    ("interval", "end", "length"), [(5, "03T00:00:00", 288), (1440, "03T00:00:00", 1), (1440, "04T00:00:00", 2)]
)
def test_the_shortest_and_the_longest_interval_are_taken(interval: int, end: str, length: int) -> None:
    (found,) = told(render(parse(window("11-02T00:00:00", f"11-{end}", interval)), {ANA: []}))
    assert found.merged == "0" * length


def test_an_interval_may_be_the_whole_window_and_no_minute_more() -> None:
    (found,) = told(render(parse(window("11-02T09:00:00", "11-02T10:00:00", 60)), {ANA: []}))
    assert found.merged == "0"
    assert refused(window("11-02T09:00:00", "11-02T10:00:00", 61)) == "ErrorInvalidMergedFreeBusyInterval"


@pytest.mark.parametrize(("end", "length"), [("10:00:00", 2), ("09:20:00", 1), ("09:30:01", 2), ("09:00:01", 1)])
def test_who_names_no_interval_gets_half_hours_or_one_for_a_shorter_window(end: str, length: int) -> None:
    (found,) = told(render(parse(window("11-02T09:00:00", f"11-02T{end}", None)), {ANA: []}))
    assert found.merged == "0" * length


def test_twenty_four_oclock_is_the_next_midnight() -> None:
    assert parse(window("11-02T00:00:00", "11-02T24:00:00")).question == parse(request()).question
    assert refused(window("11-02T00:00:00", "11-02T24:00:01")) == BAD_FORM
