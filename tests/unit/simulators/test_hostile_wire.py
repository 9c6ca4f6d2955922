"""HTTP that is broken or meant to break: both simulators on a port refuse it, change nothing and go on serving.

Bytes go down a socket as they are. Every refusal is a 4xx or 5xx, the server prints no traceback, and the next request
is served. Source: RFC 9110 and RFC 9112.
"""

import base64
import json
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from simulators.clock import ManualClock
from simulators.exchange.raw_client import RawClient, event
from simulators.exchange.simulator import PATH, ExchangeSimulator
from simulators.google import GoogleSimulator
from simulators.google.asking import Asking
from simulators.wire import Handler, mounted

DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}


@dataclass(frozen=True)
class Side:
    """A simulator on a port, and a request that writes to it: its target, its sign-in and its body."""

    simulator: Handler
    base: str
    target: str
    signed: str
    body: bytes
    names: Callable[[], list[str]]

    def head(self, *lines: str, method: str = "POST", target: str = "", version: str = "HTTP/1.1") -> bytes:
        """The head of a request, signed in; more header lines as given."""
        first = f"{method} {target or self.target} {version}"
        return "\r\n".join([first, "Host: x", self.signed, *lines, "", ""]).encode("latin-1")

    def write(self, *lines: str) -> bytes:
        """A whole request that stores an event, and asks for the connection to be closed unless told otherwise."""
        return self.head(f"Content-Length: {len(self.body)}", *(lines or ("Connection: close",))) + self.body

    def send(self, data: bytes) -> bytes:
        """Send bytes and no more; everything that comes back until the server closes."""
        address = urlsplit(self.base)
        with socket.create_connection((address.hostname, address.port or 0), timeout=10) as line:
            got = b""
            try:
                line.sendall(data)
                line.shutdown(socket.SHUT_WR)
                while more := line.recv(65536):
                    got += more
            except ConnectionError:
                pass  # the server had refused and gone before it read everything
            return got


def _statuses(answer: bytes) -> list[int]:
    """The statuses in an answer; http.server answers what has no HTTP version with a page alone."""
    found = re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)
    return [int(code) for code in found or re.findall(rb"Error code: (\d{3})<", answer)]


@pytest.fixture(params=["exchange", "google"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    if request.param == "exchange":
        server = ExchangeSimulator(clock=ManualClock())
        client = RawClient(server)
        body = client.envelope(
            f"<m:CreateItem SendMeetingInvitations='SendToNone'><m:Items>{event('New')}</m:Items></m:CreateItem>"
        )
        client.create(event("Kept"))
        with mounted(server) as base:
            sign = f"Authorization: {client.authorization}"
            hand = server.mailbox("ana@a.test")
            yield Side(server, base, PATH, sign, body, lambda: [item.subject for item in hand.items()])
        return
    google = GoogleSimulator(clock=ManualClock())
    calendar = google.calendar("ana@g.test")
    calendar.create(summary="Kept", **DAY)
    with mounted(google) as base:
        target, sign = "/calendar/v3/calendars/primary/events", "Authorization: Bearer TOKEN"
        body = json.dumps({"summary": "New", **DAY}).encode()
        yield Side(google, base, target, sign, body, lambda: [found["summary"] for found in calendar.events()])


Make = Callable[[Side], bytes]
REFUSED: Mapping[str, Make] = {
    "no length": lambda side: side.head("Connection: close") + side.body,
    "a length too short": (
        lambda side: side.head(f"Content-Length: {len(side.body) - 20}", "Connection: close") + side.body
    ),
    "a length of words": lambda side: side.head("Content-Length: many") + side.body,
    "a length below zero": lambda side: side.head("Content-Length: -5") + side.body,
    "a length of 5000 digits": lambda side: side.head("Content-Length: " + "9" * 5000),
    "a length of other digits": lambda side: side.head("Content-Length: \xb2\xb3"),
    "a length of terabytes": lambda side: side.head("Content-Length: 9999999999999") + side.body,
    "a body above 64 MiB": lambda side: side.head(f"Content-Length: {64 * 1024 * 1024 + 1}"),
    "a length not met": lambda side: side.head(f"Content-Length: {len(side.body) + 9}") + side.body,
    "half a body": lambda side: side.head(f"Content-Length: {len(side.body)}") + side.body[: len(side.body) // 2],
    "two lengths": lambda side: side.write("Content-Length: 3", "Connection: close"),
    "chunks": (
        lambda side: side.head("Transfer-Encoding: chunked") + b"%x\r\n%s\r\n0\r\n\r\n" % (len(side.body), side.body)
    ),
    "a request inside chunks": lambda side: side.head("Transfer-Encoding: chunked") + side.write(),
    "a method nobody has": lambda side: side.head(method="BREW"),
    "a method of signs": lambda side: side.head(method="<b>\x01"),
    "TRACE": lambda side: side.head(method="TRACE"),
    "CONNECT": lambda side: side.head(method="CONNECT", target="evil.test:443"),
    "another version": lambda side: side.head(version="HTTP/9.9"),
    "HTTP/2": lambda _: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": lambda _: bytes.fromhex("160301020001000001fc0303") + bytes(50) + b"\r\n\r\n",
    "half a line": lambda side: side.head()[:9],
    "an endless target": lambda side: side.head(target="/" + "a" * 70_000),
    "an endless header": lambda side: side.head("X: " + "a" * 70_000),
    "very many headers": lambda side: side.head(*(f"X{n}: x" for n in range(300))),
    "a header without a name": lambda side: side.head("nonsense", "Connection: close"),
    "a bracket for a host": lambda side: side.head("Content-Length: 0", "Connection: close", target="http://[/x"),
    "brackets in the path": lambda side: side.head("Content-Length: 0", "Connection: close", target="//[::/x]"),
    "a path of zeros": lambda side: side.head("Content-Length: 0", "Connection: close", target="/%00/\x00"),
    "a sign-in of other letters": (
        lambda side: side.head().replace(side.signed.encode(), b"Authorization: Basic \xfc\xfc\r\nConnection: close")
    ),
    "bytes that are no text": (
        lambda side: side.head("Content-Length: 300", "Connection: close") + b"\xff\xfe\x00" * 100
    ),
    "10,000 elements, each in the one before": (
        lambda side: side.head("Content-Length: 30000", "Connection: close") + b"<a>" * 10_000
    ),
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_without_a_trace(side: Side, make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    statuses = _statuses(side.send(make(side)))
    assert statuses
    assert all(400 <= status < 600 for status in statuses)
    assert "Traceback" not in capsys.readouterr().err
    assert side.names() == ["Kept"]
    assert _statuses(side.send(side.write())) == [200]
    assert side.names() == ["Kept", "New"]


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["Content-Length: 5x"], 400),
        (["Content-Length: +5"], 400),
        (["Content-Length:"], 400),
        (["Content-Length: 5, 6"], 400),
        (["Content-Length: 5", "Content-Length: 6"], 400),
        (["Content-Length: 99999"], 400),
        (["Content-Length: 67108865"], 413),
        (["Content-Length: " + "9" * 5000], 413),
        (["Transfer-Encoding: chunked"], 411),
        (["Transfer-Encoding: gzip, chunked", "Content-Length: 5"], 411),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_body_whose_end_nobody_knows_is_the_last_of_its_connection(side: Side, lines: list[str], status: int) -> None:
    """RFC 9112 6.3: what follows may not be taken for another request."""
    answer = side.send(side.head(*lines) + side.write())
    assert _statuses(answer) == [status]
    assert b"connection: close" in answer.lower()
    assert side.names() == ["Kept"]


@pytest.mark.parametrize("zeros", ["", "000000000000"])
def test_a_length_said_twice_or_in_many_digits_is_a_length(side: Side, zeros: str) -> None:
    """RFC 9110 8.6."""
    length = f"Content-Length: {zeros}{len(side.body)}"
    assert _statuses(side.send(side.head(length, length, "Connection: close") + side.body)) == [200]
    assert side.names() == ["Kept", "New"]


@pytest.mark.parametrize(
    "data",
    [b"", b"\r\n", b"\r\n\r\n"],
    ids=["nothing", "an empty line", "two empty lines"],
)
def test_who_says_nothing_is_no_matter(side: Side, data: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    side.send(data)
    assert "Traceback" not in capsys.readouterr().err
    assert side.names() == ["Kept"]


def test_requests_sent_in_one_breath_are_answered_in_turn(side: Side) -> None:
    assert _statuses(side.send(side.write("X: y") + side.write())) == [200, 200]
    assert side.names() == ["Kept", "New", "New"]


def test_what_follows_a_refused_request_on_its_line_is_served_or_cut_off_but_never_mixed_up(side: Side) -> None:
    """A body that was not read may not be taken for a request."""
    unknown = side.head("Content-Length: 20", target="/nowhere") + b"x" * 20
    assert _statuses(side.send(unknown + side.write())) == [404, 200]
    oversized = side.head(f"Content-Length: {65 * 1024 * 1024}") + side.write()
    assert _statuses(side.send(oversized)) == [413]
    assert side.names() == ["Kept", "New"]


def test_a_head_has_no_body(side: Side) -> None:
    answer = side.send(side.head("Connection: close", method="HEAD"))
    assert int(re.findall(rb"Content-Length: (\d+)", answer)[0]) > 0
    assert answer.partition(b"\r\n\r\n")[2] == b""


@pytest.mark.parametrize(
    "target",
    [
        "/%0d%0aX-Evil:%201",
        "/x?y=%0d%0aX-Evil:%201",
        "/x%0aX-Evil:%201",
        "/calendar/v3/calendars/%0d%0aX-Evil:%201/events",
    ],
)
@pytest.mark.parametrize(
    "line", ["", "If-Match: a\rX-Evil: 1", "If-Match: a%0d%0aX-Evil: 1", "Content-Type: x\r\n X-Evil: 1"]
)
def test_nothing_a_client_says_becomes_a_header(side: Side, target: str, line: str) -> None:
    lines = [each for each in (line, "Content-Length: 2", "Connection: close") if each]
    answer = side.send(side.head(*lines, target=target) + b"{}")
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert _statuses(answer) == [404]
    assert not re.search(rb"[\r\n]\s*x-evil", head)
    assert side.names() == ["Kept"]


def test_the_answer_to_a_sign_in_with_line_breaks_has_none_of_them(side: Side) -> None:
    text = base64.b64encode(b"ana\r\nX-Evil: 1:secret").decode()
    plain = side.head("Content-Length: 0", "Connection: close")
    for sign in (f"Basic {text}", f"Bearer {text}", "Basic\r\n X-Evil: 1"):
        answer = side.send(plain.replace(side.signed.encode(), f"Authorization: {sign}".encode()))
        assert _statuses(answer) == [401]
        assert b"evil" not in answer.partition(b"\r\n\r\n")[0].lower()


def test_headers_inside_a_batch_stay_inside_their_part() -> None:
    """Facts/google 3.12: Content-ID comes back in the answer, one line of it."""
    google = GoogleSimulator(clock=ManualClock())
    part = (
        "--cut\r\nContent-Type: application/http\r\nContent-ID: {}\r\n\r\nGET /calendar/v3/colors HTTP/1.1\r\n\r\n\r\n"
    )
    with mounted(google) as base:
        side = Side(google, base, "/batch/calendar/v3", "Authorization: Bearer TOKEN", b"", list)
        body = (part.format("<1>\rX-Evil: 1") + part.format("=?utf-8?q?a=0D=0AX-Evil:_1?=") + "--cut--").encode()
        head = side.head(
            "Content-Type: multipart/mixed; boundary=cut", f"Content-Length: {len(body)}", "Connection: close"
        )
        answer = side.send(head + body)
    assert _statuses(answer)[0] == 200
    assert not re.search(rb"^x-evil", answer.lower(), re.MULTILINE)
    assert Asking(google).list().status == 200
