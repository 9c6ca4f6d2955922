"""The reader of free/busy: it believes no answer that contradicts itself, is cut short, or takes the unknown for free."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from demo.busy import MOST, Asker, BusyError, Told, place, read
from demo.events import Event, at, written
from demo.ews import Ews
from demo.exchange_hand import ExchangeHand
from demo.free_busy import Seat, known, taken, told_wrong
from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator
from simulators.wire import Request, Response, mounted

# three half hours from ten o'clock in Berlin, in winter
START, END = datetime(2026, 11, 29, 9, tzinfo=UTC), datetime(2026, 11, 29, 10, 30, tzinfo=UTC)
EVENT = (
    "<t:CalendarEvent><t:StartTime>2026-11-29T10:30:00</t:StartTime><t:EndTime>2026-11-29T11:00:00</t:EndTime>"
    "<t:BusyType>Busy</t:BusyType></t:CalendarEvent>"
)
BUSY = (
    "<m:FreeBusyResponse><m:ResponseMessage ResponseClass='Success'><m:ResponseCode>NoError</m:ResponseCode>"
    "</m:ResponseMessage><m:FreeBusyView><t:FreeBusyViewType>FreeBusyMerged</t:FreeBusyViewType>"
    f"<t:MergedFreeBusy>020</t:MergedFreeBusy><t:CalendarEventArray>{EVENT}</t:CalendarEventArray>"
    "</m:FreeBusyView></m:FreeBusyResponse>"
)
NOBODY = (
    "<m:FreeBusyResponse><m:ResponseMessage ResponseClass='Error'><m:ResponseCode>ErrorMailRecipientNotFound"
    "</m:ResponseCode></m:ResponseMessage><m:FreeBusyView><t:FreeBusyViewType>None</t:FreeBusyViewType>"
    "</m:FreeBusyView></m:FreeBusyResponse>"
)


def soap(body: str) -> bytes:
    return (
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'"
        " xmlns:m='http://schemas.microsoft.com/exchange/services/2006/messages'"
        f" xmlns:t='http://schemas.microsoft.com/exchange/services/2006/types'><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def answer(*responses: str) -> bytes:
    array = f"<m:FreeBusyResponseArray>{''.join(responses)}</m:FreeBusyResponseArray>"
    return soap(f"<m:GetUserAvailabilityResponse>{array}</m:GetUserAvailabilityResponse>")


def discovered(*protocols: str) -> bytes:
    return (
        "<Autodiscover xmlns='http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006'><Response"
        " xmlns='http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'><Account>"
        f"{''.join(f'<Protocol>{each}</Protocol>' for each in protocols)}</Account></Response></Autodiscover>"
    ).encode()


def test_what_is_told_of_each_is_read_in_the_order_asked() -> None:
    found = read(answer(NOBODY, BUSY), 2, START, END)
    assert found.told == [Told("ErrorMailRecipientNotFound"), Told("NoError", "020")]
    assert found.beyond == []


def test_events_may_tell_their_times_with_an_offset_and_reach_beyond_the_window() -> None:
    told = BUSY.replace("2026-11-29T10:30:00", "2026-11-29T09:30:00Z").replace(
        "2026-11-29T11:00:00", "2026-11-30T02:00"
    )
    assert read(answer(told.replace(">020<", ">022<")), 1, START, END).told == [Told("NoError", "022")]


def test_what_is_told_besides_is_named() -> None:
    details = "<t:CalendarEventDetails><t:Subject>Hush</t:Subject></t:CalendarEventDetails></t:CalendarEvent>"
    found = read(answer(BUSY.replace("</t:CalendarEvent>", details)), 1, START, END)
    assert found.beyond == ["CalendarEventDetails", "Subject"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "no XML"),
        (b"free", "no XML"),
        (answer(BUSY)[:-5], "no XML"),
        (answer(BUSY).decode().encode("utf-16"), "no XML in UTF-8"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + answer(BUSY), "a document type"),
        (answer(BUSY) + b" " * MOST, "more than a megabyte"),
        (answer(), "1 were asked about, 0 are told of"),
        (answer(BUSY, BUSY), "1 were asked about, 2 are told of"),
        (b"<html><body>all free</body></html>", "1 were asked about, 0 are told of"),
        (soap("<s:Fault><faultcode>t:ErrorServerBusy</faultcode></s:Fault>"), "refused: t:ErrorServerBusy"),
        (soap("<s:Fault/>"), "refused: a fault without a code"),
    ],
)
def test_what_is_no_answer_is_told_as_none(sent: bytes, said: str) -> None:
    with pytest.raises(BusyError, match=said):
        read(sent, 1, START, END)


@pytest.mark.parametrize(
    ("was", "written_instead", "said"),
    [
        (">020<", "><", "3 half hours were asked about, and the digits are ''"),
        (">020<", ">02<", "the digits are '02'"),
        (">020<", ">0200<", "the digits are '0200'"),
        (">020<", ">040<", "the digits are '040'"),
        (">020<", ">050<", "the digits are '050'"),
        (">020<", ">0\u06620<", "the digits are"),
        (">020<", ">000<", "the events told are other than the digits 000"),
        (">020<", ">010<", "the events told are other than the digits 010"),
        (EVENT, "", "the events told are other than the digits 020"),
        ("2026-11-29T11:00:00", "2026-11-29T10:30:00", "an event is told of that has no end"),
        ("2026-11-29T11:00:00", "0001-01-01T00:00:00", "an event is told of at '0001-01-01T00:00:00'"),
        ("2026-11-29T11:00:00", "soon", "an event is told of at 'soon'"),
        (">Busy<", ">NoData<", "neither busy nor free"),
        ("NoError", "ErrorServerBusy", "Success with the code ErrorServerBusy"),
        ("NoError", "", "Success with the code left out"),
        ("'Success'", "'Error'", "Error with the code NoError"),
        ("'Success'", "'Warning'", "Warning with the code NoError"),
        (" ResponseClass='Success'", "", "no ResponseClass with the code NoError"),
    ],
)
def test_an_answer_that_contradicts_itself_is_not_believed(was: str, written_instead: str, said: str) -> None:
    assert was in BUSY
    with pytest.raises(BusyError, match=said):
        read(answer(BUSY.replace(was, written_instead)), 1, START, END)


@pytest.mark.parametrize(
    "told", ["<t:MergedFreeBusy>000</t:MergedFreeBusy>", f"<t:CalendarEventArray>{EVENT}</t:CalendarEventArray>"]
)
def test_an_error_that_tells_a_time_all_the_same_is_not_believed(told: str) -> None:
    with pytest.raises(BusyError, match="ErrorMailRecipientNotFound, and yet times are told"):
        read(answer(NOBODY.replace("</m:FreeBusyView>", f"{told}</m:FreeBusyView>")), 1, START, END)


def test_where_to_ask_is_what_all_of_autodiscovers_blocks_say() -> None:
    found = discovered(
        "<Type>EXCH</Type><ASUrl>http://a/E</ASUrl>", "<Type>EXPR</Type><EwsUrl>http://a/E</EwsUrl>", "<Type>WEB</Type>"
    )
    assert place(found) == "http://a/E"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "no XML"),
        (discovered(), "0 addresses to ask at, not one"),
        (discovered("<ASUrl>http://a/E</ASUrl><EwsUrl>http://b/E</EwsUrl>"), "2 addresses to ask at, not one"),
        (discovered("<ASUrl>http://a/E</ASUrl>", "<ErrorCode>500</ErrorCode>"), "error 500"),
        (discovered("<ASUrl>http://a/E</ASUrl>").replace(b"/2006a", b"/2007"), "0 addresses"),
    ],
)
def test_an_answer_of_autodiscovers_that_leads_nowhere_is_told(sent: bytes, said: str) -> None:
    with pytest.raises(BusyError, match=said):
        place(sent)


@dataclass
class Door:
    """A door that answers whatever it is told to, and remembers what it was asked."""

    status: int = 200
    body: Callable[[str], bytes] = lambda _: b""
    asked: list[Request] = field(default_factory=list)
    base: str = ""

    def handle(self, request: Request) -> Response:
        self.asked.append(request)
        return Response(self.status, self.body(self.base))


@contextmanager
def asking(door: Door) -> Iterator[Asker]:
    with mounted(door) as url:
        door.base = url.rstrip("/")
        asker = Asker(f"{door.base}/google_free_busy", "svc", "hush")
        yield asker
        asker.wire.close()


def test_one_asks_where_autodiscover_says_with_the_password() -> None:
    door = Door(body=lambda base: discovered(f"<ASUrl>{base}/elsewhere/E.asmx</ASUrl>"))
    with asking(door) as asker:
        asker.discover("ana@g.test")
        door.body = lambda _: answer(BUSY)
        assert asker.ask(["ana@g.test"], START, END).told == [Told("NoError", "020")]
    assert [each.path for each in door.asked] == [
        "/google_free_busy/autodiscover/autodiscover.xml",
        "/elsewhere/E.asmx",
    ]
    # the name svc, the password hush
    assert {each.headers["authorization"] for each in door.asked} == {"Basic c3ZjOmh1c2g="}
    assert b"<t:StartTime>2026-11-29T10:00:00</t:StartTime><t:EndTime>2026-11-29T11:30:00</t:EndTime>" in (
        door.asked[1].body
    )


@pytest.mark.parametrize(
    "to", ["https://elsewhere.test/E", "{base}1/E", "{base}@elsewhere.test/E", "//elsewhere.test/E", "/E", "{base}"]
)
def test_the_password_goes_to_no_other_server(to: str) -> None:
    door = Door(body=lambda base: discovered(f"<ASUrl>{to.format(base=base)}</ASUrl>"))
    with asking(door) as asker, pytest.raises(BusyError, match="Autodiscover: leads away from"):
        asker.discover("ana@g.test")
    assert len(door.asked) == 1


@pytest.mark.parametrize("status", [302, 401, 404, 500])
def test_another_status_is_told(status: int) -> None:
    door = Door(status, lambda base: discovered(f"<ASUrl>{base}/E</ASUrl>"))
    with asking(door) as asker, pytest.raises(BusyError, match=f"Autodiscover: HTTP {status}"):
        asker.discover("ana@g.test")


@pytest.mark.parametrize("status", [302, 401, 404, 503])
def test_an_answer_of_another_status_is_none(status: int) -> None:
    with asking(Door(status, lambda _: answer(BUSY))) as asker, pytest.raises(BusyError, match=f"HTTP {status} from"):
        asker.ask(["ana@g.test"], START, END)


PLAN = written(Event("Secret plan", at(date(2026, 11, 29), 21), at(date(2026, 11, 29), 22), "Pier 4"), "<p>Hush</p>")
TOLD = BUSY.replace("T10:30:00", "T21:00:00").replace("T11:00:00", "T22:00:00").replace(">020<", ">002200<")
FREE = TOLD.replace(EVENT.replace("T10:30:00", "T21:00:00").replace("T11:00:00", "T22:00:00"), "")


@contextmanager
def seat(told: str) -> Iterator[Seat]:
    with asking(Door(body=lambda _: answer(told))) as asker:
        yield Seat(asker, "ana@g.test", at(date(2026, 11, 29), 21), PLAN)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (TOLD, ""),
        (FREE.replace(">002200<", ">000000<"), "ana@g.test is told of as Told(code='NoError', digits='000000')"),
        (NOBODY, "ana@g.test is told of as Told(code='ErrorMailRecipientNotFound', digits='')"),
        (TOLD.replace("</t:CalendarEvent>", "<t:X/></t:CalendarEvent>"), "it is told besides: X"),
        (TOLD.replace(">NoError<", "><!-- Secret plan -->NoError<"), "it is told besides: Secret plan"),
        (TOLD.replace("<m:FreeBusyView>", "<m:FreeBusyView a='Pier 4, Hush'>"), "it is told besides: Pier 4, Hush"),
    ],
)
def test_the_story_wants_that_hour_busy_and_nothing_told_of_it(told: str, said: str) -> None:
    with seat(told) as who:
        assert told_wrong(who) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (NOBODY, ""),
        (TOLD, "nobody@g.test is told of as Told(code='NoError', digits='002200')"),
        (FREE.replace(">002200<", ">000000<"), "nobody@g.test is told of as Told(code='NoError', digits='000000')"),
        (
            NOBODY.replace("ErrorMailRecipientNotFound", "ErrorServerBusy"),
            "nobody@g.test is told of as Told(code='ErrorServerBusy', digits='')",
        ),
    ],
)
def test_the_story_wants_an_error_about_a_stranger(told: str, said: str) -> None:
    with seat(told) as who:
        assert known(who) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (FREE.replace(">002200<", ">00000000<"), ""),
        (TOLD.replace(">002200<", ">00002200<"), "ana@g.test is told of as Told(code='NoError', digits='00002200')"),
        (NOBODY, "ana@g.test is told of as Told(code='ErrorMailRecipientNotFound', digits='')"),
    ],
)
def test_the_story_wants_the_hour_free_again(told: str, said: str) -> None:
    with seat(told) as who:
        assert taken(who) == said


@pytest.mark.parametrize("day", [date(2026, 7, 5), date(2026, 10, 25), date(2026, 11, 29), date(2027, 3, 28)])
def test_a_server_of_exchanges_is_asked_by_the_clocks_of_the_demo(day: date) -> None:
    start, hour = at(day, 21), timedelta(hours=1)
    with mounted(ExchangeSimulator(clock=ManualClock())) as url:
        ews = Ews(f"{url}/EWS/Exchange.asmx", "ana@a.test", "secret")
        ExchangeHand(ews).create([written(Event("Call", start, start + hour))])
        asker = Asker(url, "ana@a.test", "secret")
        found = asker.ask(["ana@a.test", "nobody@a.test"], start - hour, start + 2 * hour)
        asker.wire.close()
        ews.wire.close()
    assert found.told == [Told("NoError", "002200"), Told("ErrorMailRecipientNotFound")]
    # who asks about her own calendar is told all of it
    assert "Subject" in found.beyond
