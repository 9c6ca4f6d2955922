"""The door of GetUserAvailability: what it reads, and what it answers. Expected is what EWS's reference and schemas say."""

from datetime import timedelta, timezone

import pytest
from lxml import etree

from calpair.exchange.availability_service import CONTENT_TYPE, parse, refusal, render
from calpair.model.busy import Answer, Block, Busy, Question, Unknown
from unit.exchange.availability_ground import (
    BERLIN,
    DAY_END,
    DAY_START,
    FAULT,
    SUGGESTIONS,
    Told,
    at,
    envelope,
    fault,
    judged,
    mailbox,
    options,
    request,
    schemas,
    told,
    version,
)

ANA = "ana@a.test"
DAY = [
    Block(at(9), at(10), Busy.BUSY),
    Block(at(11), at(11, 30), Busy.TENTATIVE),
    Block(at(13), at(15), Busy.AWAY),
    Block(at(16), at(17), Busy.ELSEWHERE),
]
STREAM = "0" * 9 + "2010330" + "0" * 8
EVENTS = [
    ("2026-11-02T09:00:00", "2026-11-02T10:00:00", "Busy"),
    ("2026-11-02T11:00:00", "2026-11-02T11:30:00", "Tentative"),
    ("2026-11-02T13:00:00", "2026-11-02T15:00:00", "OOF"),
]


def answered(body: bytes, answer: Answer) -> list[Told]:
    return told(render(parse(body), answer))


def test_a_request_is_read_as_it_stands() -> None:
    asked = parse(request(mailbox(" ben@a.test "), mailbox(), mailbox("ben@a.test", "smtp", "Room")))
    assert asked.question == Question(("ben@a.test", ANA), at(0), at(0, day=3))
    assert asked.mailboxes == ("ben@a.test", ANA, "ben@a.test")


def test_a_request_in_microsofts_own_form_is_read() -> None:
    """The example of the operation's page, with what a page leaves to the reader filled in."""
    body = (
        b'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        b' xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
        b' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><soap:Body>'
        b'<GetUserAvailabilityRequest xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"'
        b' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">'
        b'<t:TimeZone xmlns="http://schemas.microsoft.com/exchange/services/2006/types"><Bias>480</Bias>'
        b"<StandardTime><Bias>0</Bias><Time>02:00:00</Time><DayOrder>5</DayOrder><Month>10</Month>"
        b"<DayOfWeek>Sunday</DayOfWeek></StandardTime><DaylightTime><Bias>-60</Bias><Time>02:00:00</Time>"
        b"<DayOrder>1</DayOrder><Month>4</Month><DayOfWeek>Sunday</DayOfWeek></DaylightTime></t:TimeZone>"
        b"<MailboxDataArray><t:MailboxData><t:Email><t:Address>kim@a.test</t:Address></t:Email>"
        b"<t:AttendeeType>Required</t:AttendeeType><t:ExcludeConflicts>false</t:ExcludeConflicts></t:MailboxData>"
        b"</MailboxDataArray><t:FreeBusyViewOptions><t:TimeWindow><t:StartTime>2006-02-06T00:00:00</t:StartTime>"
        b"<t:EndTime>2006-02-25T23:59:59</t:EndTime></t:TimeWindow><t:MergedFreeBusyIntervalInMinutes>60"
        b"</t:MergedFreeBusyIntervalInMinutes><t:RequestedView>DetailedMerged</t:RequestedView>"
        b"</t:FreeBusyViewOptions></GetUserAvailabilityRequest></soap:Body></soap:Envelope>"
    )
    question = parse(body, "text/xml; charset=utf-8").question
    start, end = at(8, 0, 6, 2, 2006), at(8, 0, 26, 2, 2006) - timedelta(seconds=1)
    assert question == Question(("kim@a.test",), start, end)


@pytest.mark.parametrize(
    ("view", "given", "merged", "events"),
    [
        ("MergedOnly", "MergedOnly", STREAM, None),
        ("FreeBusy", "FreeBusy", None, EVENTS),
        ("FreeBusyMerged", "FreeBusyMerged", STREAM, EVENTS),
        ("Detailed", "FreeBusy", None, EVENTS),
        ("DetailedMerged", "FreeBusyMerged", STREAM, EVENTS),
        ("FreeBusy MergedOnly", "FreeBusyMerged", STREAM, EVENTS),
        ("None Detailed", "FreeBusy", None, EVENTS),
        # As .NET spells its values of several bits.
        ("FreeBusy Detailed", "FreeBusy", None, EVENTS),
        ("MergedOnly FreeBusy FreeBusyMerged Detailed DetailedMerged", "FreeBusyMerged", STREAM, EVENTS),
    ],
)
def test_every_view_is_answered_as_far_as_anything_is_shown(
    view: str, given: str, merged: str | None, events: list[tuple[str, str, str]] | None
) -> None:
    assert answered(request(asked=options(view=view)), {ANA: DAY}) == [Told("NoError", given, merged, events)]


def test_who_names_no_view_gets_events_and_digits() -> None:
    """MS-OXWAVLS 3.1.4.1.3.13: RequestedView can be left out; what is told then it does not say, nor do the pages."""
    assert answered(request(asked=options(view=None)), {ANA: DAY}) == [
        Told("NoError", "FreeBusyMerged", STREAM, EVENTS)
    ]


@pytest.mark.parametrize("truth", ["True", "False", "TRUE", "1", "0"])
def test_a_truth_is_one_with_a_capital_letter_too(truth: str) -> None:
    """As .NET's and Python's own words for them are."""
    spelled = mailbox(more=f"<t:ExcludeConflicts>{truth}</t:ExcludeConflicts>")
    assert parse(request(spelled)) == parse(request())


def test_a_calendar_with_nothing_in_it_has_an_empty_list_and_a_stream_of_noughts() -> None:
    assert answered(request(), {ANA: []}) == [Told("NoError", "FreeBusyMerged", "0" * 24, [])]


def test_who_works_elsewhere_can_be_met_and_is_told_to_those_who_have_the_word() -> None:
    elsewhere = ("2026-11-02T16:00:00", "2026-11-02T17:00:00", "WorkingElsewhere")
    for name, events in (
        ("Exchange2007_SP1", EVENTS),
        # The name of 2010 before it had that one: Exchange SE's schema lists it still.
        ("Exchange2009", EVENTS),
        ("Exchange2010_SP2", EVENTS),
        ("Exchange2013", [*EVENTS, elsewhere]),
        ("Exchange2016", [*EVENTS, elsewhere]),
        ("V2018_01_08", [*EVENTS, elsewhere]),
    ):
        (found,) = answered(request(head=version(name)), {ANA: DAY})
        assert (found.events, found.merged) == (events, STREAM), name


@pytest.mark.parametrize("generation", ["2007_SP1", "2010_SP2", "SE"])
def test_every_answer_is_one_by_the_schema_of_every_server(generation: str) -> None:
    if schemas(generation) is None:
        pytest.skip("CALPAIR_EWS_SCHEMAS names no folder with Microsoft's schemas")
    everybody = [mailbox(f"{n}@a.test") for n in range(4)]
    old = version("Exchange2007_SP1")
    answer: Answer = {"0@a.test": DAY, "1@a.test": [], "2@a.test": Unknown("unavailable")}
    for view in ("MergedOnly", "FreeBusy", "FreeBusyMerged", "Detailed", "DetailedMerged"):
        body = request(*everybody, head=old, asked=options(view=view), more=SUGGESTIONS)
        assert judged(etree.fromstring(render(parse(body), answer)), generation)


def test_the_answer_says_which_servers_form_it_has() -> None:
    root = etree.fromstring(render(parse(request()), {ANA: []}))
    (info,) = root[0]
    assert etree.QName(info).localname == "ServerVersionInfo"
    assert (info.get("MajorVersion"), info.get("MinorVersion"), info.get("Version")) == ("15", "1", "V2017_07_11")


def test_answers_stand_in_the_order_of_the_request_each_as_often_as_asked() -> None:
    body = request(mailbox("ben@a.test"), mailbox(), mailbox("BEN@a.test"), mailbox("ben@a.test"), mailbox("x"))
    answer: Answer = {ANA: DAY, "ben@a.test": [], "BEN@a.test": Unknown("unavailable")}
    assert [(one.code, len(one.events or [])) for one in answered(body, answer)] == [
        ("NoError", 0),
        ("NoError", 3),
        ("ErrorInternalServerTransientError", 0),
        ("NoError", 0),
        ("ErrorInvalidSmtpAddress", 0),
    ]


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("not_found", "ErrorMailRecipientNotFound"),
        ("no_access", "ErrorMailRecipientNotFound"),
        ("no_data", "ErrorFreeBusyGenerationFailed"),
        ("unavailable", "ErrorInternalServerTransientError"),
        ("something new", "ErrorFreeBusyGenerationFailed"),
    ],
)
def test_what_is_not_known_is_an_error_in_its_place_and_never_free(reason: str, code: str) -> None:
    body = request(mailbox(), mailbox("ben@a.test"))
    found = answered(body, {ANA: Unknown(reason), "ben@a.test": []})
    assert found == [Told(code, "None", None, None), Told("NoError", "FreeBusyMerged", "0" * 24, [])]


def test_who_is_not_there_and_who_may_not_be_seen_are_told_alike_to_the_byte() -> None:
    asked = parse(request())
    alike = {render(asked, {ANA: Unknown("not_found")}), render(asked, {ANA: Unknown("no_access")}), render(asked, {})}
    assert len(alike) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        mailbox(""),
        mailbox("ana"),
        mailbox("@a.test"),
        mailbox("ana@"),
        mailbox("ana@a@test"),
        mailbox("ana b@a.test"),
        mailbox("ana\u200b@a.test"),
        mailbox("a" * 314 + "@a.test"),
        mailbox("/o=Org/ou=Unit/cn=Recipients/cn=ana", "EX"),
        mailbox(ANA, "EX"),
        mailbox(ANA, "MAPIPDL"),
    ],
)
def test_an_address_that_is_none_is_an_error_in_its_place_and_nobody_hears_of_it(wrong: str) -> None:
    asked = parse(request(wrong, mailbox("ben@a.test")))
    assert asked.question == Question(("ben@a.test",), at(0), at(0, day=3))
    found = told(render(asked, {"ben@a.test": []}))
    assert [one.code for one in found] == ["ErrorInvalidSmtpAddress", "NoError"]
    assert parse(request(wrong)).question is None


@pytest.mark.parametrize("spelled", ["SMTP:ana@a.test", "smtp:ana@a.test", " SMTP:ana@a.test "])
@pytest.mark.parametrize("routing", [None, "SMTP"])
def test_what_stands_before_an_address_in_the_directory_is_taken_off(spelled: str, routing: str | None) -> None:
    """As proxyAddresses has them; it is once, and nobody is called so."""
    assert parse(request(mailbox(spelled, routing))).mailboxes == (ANA,)
    assert parse(request(mailbox("SMTP:", routing))).mailboxes == ("",)


@pytest.mark.parametrize("routing", [None, "", "SMTP", "smtp", " SMTP "])
def test_an_address_of_mail_is_one_whether_or_not_it_says_so(routing: str | None) -> None:
    assert parse(request(mailbox("a" * 313 + "@a.test", routing))).mailboxes[0].endswith("a@a.test")


def test_an_address_is_whole_whatever_stands_in_between() -> None:
    """A parser that stops at a comment would ask about somebody else."""
    for spelled in ("ana<!-- x -->@a.test", "ana<?x y?>@a.test", "<![CDATA[ana@]]>a.test", "an&#x61;@a.test"):
        assert parse(request(mailbox(spelled))).mailboxes == (ANA,)


def test_letters_beyond_ascii_are_letters() -> None:
    asked = parse(request(mailbox("名前@a.test")))
    assert [one.code for one in told(render(asked, {"名前@a.test": []}))] == ["NoError"]


def test_events_are_told_as_far_as_they_lie_in_the_window() -> None:
    blocks = [
        Block(at(20, day=1), at(2), Busy.BUSY),
        Block(at(23), at(9, day=5), Busy.AWAY),
        Block(at(0, day=1), at(0), Busy.BUSY),
        Block(at(0, day=3), at(1, day=3), Busy.BUSY),
    ]
    (found,) = answered(request(), {ANA: blocks})
    assert found.events == [
        ("2026-11-02T00:00:00", "2026-11-02T02:00:00", "Busy"),
        ("2026-11-02T23:00:00", "2026-11-03T00:00:00", "OOF"),
    ]
    assert found.merged == "22" + "0" * 21 + "3"


def test_blocks_are_instants_whatever_offset_they_are_written_with() -> None:
    tokyo = timezone(timedelta(hours=9))
    (found,) = answered(request(), {ANA: [Block(at(9).astimezone(tokyo), at(10).astimezone(tokyo), Busy.BUSY)]})
    assert (found.events, found.merged) == (EVENTS[:1], "0" * 9 + "2" + "0" * 14)


def test_more_events_than_an_answer_holds_are_told_by_digits_or_not_at_all() -> None:
    thousand = [
        Block(at(0) + n * timedelta(minutes=1), at(1) + n * timedelta(minutes=1), Busy.BUSY) for n in range(1001)
    ]
    merged, alone = options(), options(view="Detailed")
    assert len(answered(request(asked=merged), {ANA: thousand[:1000]})[0].events or []) == 1000
    (digits,) = answered(request(asked=merged), {ANA: thousand})
    assert digits == Told("NoError", "MergedOnly", "2" * 18 + "0" * 6, None)
    (none,) = answered(request(asked=alone), {ANA: thousand})
    assert none == Told("ErrorResultSetTooBig", "None", None, None)


def test_an_answer_holds_ten_thousand_events_in_all_whoever_they_are_of() -> None:
    """A busy day of 150, asked about a hundred times: the last 34 by digits, but who has few events has room for them."""
    many = [Block(at(0) + n * timedelta(minutes=9), at(0, 9) + n * timedelta(minutes=9), Busy.BUSY) for n in range(150)]
    few = [Block(at(9), at(10), Busy.AWAY)]
    mailboxes = [mailbox()] * 98 + [mailbox("ben@a.test"), mailbox()]
    calendars = {ANA: many, "ben@a.test": few}
    found = answered(request(*mailboxes), calendars)
    assert [None if one.events is None else len(one.events) for one in found] == [150] * 66 + [None] * 32 + [1, None]
    assert {one.code for one in found} == {"NoError"}
    assert found[70] == Told("NoError", "MergedOnly", "2" * 23 + "0", None)
    alone = answered(request(*mailboxes, asked=options(view="FreeBusy")), calendars)
    assert [one.code for one in alone] == (
        ["NoError"] * 66 + ["ErrorResultSetTooBig"] * 32 + ["NoError", "ErrorResultSetTooBig"]
    )
    nobody = answered(request(*[mailbox()] * 100), {ANA: []})
    assert [one.events for one in nobody] == [[]] * 100


def test_suggestions_beside_free_busy_are_told_to_be_missing() -> None:
    root = etree.fromstring(render(parse(request(more=SUGGESTIONS)), {ANA: []}))
    judged(root)
    first, second = root[1][0]
    assert etree.QName(first).localname == "FreeBusyResponseArray"
    assert [part.text for part in second[0]][1] == "ErrorMeetingSuggestionGenerationFailed"


def test_what_is_said_of_impersonation_changes_nothing() -> None:
    acting = "<t:ExchangeImpersonation><t:ConnectingSID><t:SID>S-1</t:SID></t:ConnectingSID></t:ExchangeImpersonation>"
    assert parse(request(head=version() + acting)) == parse(request(head=version()))


def test_an_envelope_needs_no_head() -> None:
    body = request().replace(b"<s:Header></s:Header>", b"")
    assert parse(body) == parse(request())


def test_order_counts_for_nothing() -> None:
    window = f"<t:TimeWindow><t:EndTime>{DAY_END}</t:EndTime><t:StartTime>{DAY_START}</t:StartTime></t:TimeWindow>"
    turned = envelope(
        "<m:GetUserAvailabilityRequest><t:FreeBusyViewOptions><t:RequestedView>DetailedMerged</t:RequestedView>"
        f"{window}</t:FreeBusyViewOptions><m:MailboxDataArray>{mailbox()}</m:MailboxDataArray>{BERLIN}"
        "</m:GetUserAvailabilityRequest>"
    )
    assert parse(turned).question == Question((ANA,), at(23, day=1), at(23))


def test_a_refusal_is_a_fault_of_soap_1_1_with_ewss_code() -> None:
    said = refusal(FAULT, "at most 62 days are looked up at once", "ErrorTimeIntervalTooBig")
    assert fault(said) == (
        "t:ErrorTimeIntervalTooBig",
        "ErrorTimeIntervalTooBig",
        "at most 62 days are looked up at once",
    )
    root = etree.fromstring(said)
    assert root.nsmap["t"] == "http://schemas.microsoft.com/exchange/services/2006/types"
    assert said.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert CONTENT_TYPE == "text/xml; charset=utf-8"


def test_what_stands_in_the_way_before_is_told_by_the_status() -> None:
    codes = [fault(refusal(status, "no"))[1] for status in (400, 401, 403, 405, 413, 500, 503, 418)]
    assert codes == [
        "ErrorInvalidRequest",
        "ErrorAccessDenied",
        "ErrorAccessDenied",
        "ErrorInvalidRequest",
        "ErrorInvalidRequest",
        "ErrorInternalServerError",
        "ErrorServerBusy",
        "ErrorInternalServerError",
    ]


def test_a_fault_about_the_envelope_has_no_detail() -> None:
    assert fault(refusal(FAULT, "no", "MustUnderstand")) == ("s:MustUnderstand", "", "no")
    assert b"detail" not in refusal(FAULT, "no", "VersionMismatch")


def test_nothing_a_sentence_holds_is_markup() -> None:
    assert fault(refusal(400, "<b>&amp;</b>\x00", "ErrorInvalidRequest"))[2] == "<b>&amp;</b>"
