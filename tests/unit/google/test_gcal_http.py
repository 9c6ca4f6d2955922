"""Addresses, and the wire over real sockets on loopback."""

import gzip
import inspect
import socket
import zlib
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPException
from pathlib import Path

import httplib2
import pytest

from calpair.errors import BackOffError, RefusedError, UnknownOutcomeError, UsageError
from calpair.google.calendar import GoogleCalendar
from calpair.google.http import Addresses, NotSentError, TooLongError, Wire, safe, service
from calpair.model.event import Field
from calpair.model.pair import GoogleAuth, GoogleService
from simulators.clock import ManualClock
from simulators.google import GoogleSimulator
from simulators.record import Fault
from simulators.wire import mounted
from unit.google.ground import ANA, draft, edit, item_of, scripted
from unit.google.sockets import ok, self_signed, speaking
from unit.resolving import HERE


@pytest.fixture
def wire() -> Iterator[Wire]:
    with closing(Wire(timeout=5, most_bytes=1000, names=HERE)) as one:
        yield one


def at(url: str) -> GoogleCalendar:
    return GoogleCalendar(
        GoogleService(GoogleAuth.TOKEN, "env:NOTHING", url), ANA, ANA, lambda: "TOKEN", ManualClock().now, names=HERE
    )


class TestAddresses:
    @pytest.mark.parametrize(
        "base",
        [
            "https://www.googleapis.com",
            "https://www.googleapis.com/",
            "https://www.googleapis.com/calendar/v3",
            "https://www.googleapis.com/calendar/v3/",
        ],
    )
    def test_both_follow_from_one(self, base: str) -> None:
        assert Addresses.of(base) == Addresses(
            api="https://www.googleapis.com/calendar/v3/", batch="https://www.googleapis.com/batch/calendar/v3"
        )

    def test_a_path_before_them_stays(self) -> None:
        assert Addresses.of("http://127.0.0.1:8090/google/").batch == "http://127.0.0.1:8090/google/batch/calendar/v3"

    @pytest.mark.parametrize("base", ["http://g.test/", "ftp://g.test/", "g.test", "", "https://", "http://10.0.0.1/"])
    def test_a_secret_goes_nowhere_in_the_clear(self, base: str) -> None:
        assert not safe(base)
        with pytest.raises(UsageError, match=r"google\.url"):
            Addresses.of(base)

    @pytest.mark.parametrize("base", ["https://g.test/", "http://127.0.0.1:1/", "http://[::1]:1/", "http://localhost/"])
    def test_on_this_machine_it_may(self, base: str) -> None:
        assert safe(base)


def test_a_batch_goes_to_the_address_of_the_settings_and_not_to_googles() -> None:
    calendar, script = scripted((503, ""), (503, ""))
    with pytest.raises(BackOffError):
        calendar.read(["one", "two"])
    with pytest.raises(BackOffError):
        calendar.read(["one"])
    assert [(method, uri.partition("?")[0]) for method, uri, *_ in script.asked] == [
        ("POST", "https://google.test/batch/calendar/v3"),
        ("GET", "https://google.test/calendar/v3/calendars/ana%40g.test/events/one"),
    ]


def test_the_libraries_requests_go_nowhere_by_themselves() -> None:
    events = service("https://google.test/calendar/v3/").events()
    with pytest.raises(NotImplementedError):
        events.get(calendarId=ANA, eventId="one").execute()


def test_the_whole_way_over_a_port() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    with mounted(simulator) as url, closing(at(f"{url}/")) as calendar:
        made = calendar.create([draft(1), draft(2)])
        cursor = calendar.changes("").cursor
        (late,) = calendar.update([edit(item_of(made[0]), Field.TITLE, title="Späte Brotzeit 🥨")])
        assert item_of(calendar.read(["dupe0001"])["dupe0001"]) == item_of(late)
        assert [change.id for change in calendar.changes(cursor).changes] == ["dupe0001"]
    assert simulator.calendar(ANA).event("dupe0001")["summary"] == "Späte Brotzeit 🥨"
    assert dict(simulator.record.requests) == {"batch": 1, "events.list": 2, "events.patch": 1, "events.get": 1}


@pytest.mark.parametrize("kind", ["lost_reply", "timeout_before"])
def test_a_request_cut_off_is_not_sent_again(kind: str) -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    with mounted(simulator) as url, closing(at(f"{url}/")) as calendar:
        calendar.changes("")
        simulator.record.plant(Fault(kind, "events.insert"))
        (answer,) = calendar.create([draft(1)])
        assert isinstance(answer, UnknownOutcomeError)
        assert simulator.record.requests["events.insert"] == 1
        simulator.record.plant(Fault(kind, "batch"))
        assert [type(one) for one in calendar.create([draft(2), draft(3)])] == [UnknownOutcomeError] * 2
        assert simulator.record.requests["batch"] == 1


def test_a_connection_is_kept() -> None:
    with speaking([ok(b"one"), ok(b"two")]) as server, closing(Wire(names=HERE)) as wire:
        assert [wire.request(server.url)[1], wire.request(server.url)[1]] == [b"one", b"two"]
    assert len(server.requests) == 1


def test_a_kept_connection_the_server_hung_up_is_opened_again() -> None:
    with speaking([ok(b"one")], [ok(b"two")]) as server, closing(Wire(names=HERE)) as wire:
        assert wire.request(server.url)[1] == b"one"
        (line,) = wire.connections.values()
        # The end of the first connection may be a moment on its way: wait until it can be read.
        assert line.sock.recv(1, socket.MSG_PEEK) == b""
        assert wire.request(server.url, method="POST", body=b"body")[1] == b"two"
    assert [len(requests) for requests in server.requests] == [1, 1]


def test_a_redirect_is_not_followed(wire: Wire) -> None:
    for status in (301, 302, 303, 307, 308):
        answer = f"HTTP/1.1 {status} Elsewhere\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n".encode()
        with speaking([answer]) as server:
            response, _ = wire.request(server.url, headers={"authorization": "Bearer TOKEN"})
        assert response.status == status


def test_nobody_there_means_nothing_sent(wire: Wire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NotSentError, match="unreachable"):
        wire.request(f"http://127.0.0.1:{port}/")
    with (
        closing(at(f"http://127.0.0.1:{port}/")) as calendar,
        pytest.raises(BackOffError, match="unreachable") as caught,
    ):
        calendar.create([draft(1), draft(2)])
    assert caught.value.scope == "server"


def test_a_certificate_nobody_vouches_for_means_nothing_sent(wire: Wire, tmp_path: Path) -> None:
    with (
        speaking([b""], tls=self_signed(tmp_path)) as server,
        pytest.raises(NotSentError, match="certificate"),
    ):
        wire.request(f"https://127.0.0.1:{server.port}/", headers={"authorization": "Bearer TOKEN"})
    assert server.requests == [[]]


class TestAnswers:
    def test_one_without_a_length_ends_with_the_connection(self, wire: Wire) -> None:
        with speaking([b"HTTP/1.0 200 OK\r\n\r\nall of it"]) as server:
            assert wire.request(server.url)[1] == b"all of it"

    def test_one_in_chunks_is_put_together(self, wire: Wire) -> None:
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        with speaking([head + b"3\r\nall\r\n6\r\n of it\r\n0\r\n\r\n"]) as server:
            assert wire.request(server.url)[1] == b"all of it"

    def test_one_without_content_is_empty(self, wire: Wire) -> None:
        with speaking([b"HTTP/1.1 204 No Content\r\n\r\n", ok(b"next")]) as server:
            assert wire.request(server.url)[1] == b""
            assert wire.request(server.url)[1] == b"next"

    @pytest.mark.parametrize(
        ("name", "packed"), [("gzip", gzip.compress(b"plain", mtime=0)), ("deflate", zlib.compress(b"plain"))]
    )
    def test_a_packed_one_is_unpacked(self, wire: Wire, name: str, packed: bytes) -> None:
        with speaking([ok(packed, f"Content-Encoding: {name}")]) as server:
            assert wire.request(server.url)[1] == b"plain"

    def test_one_packed_badly_is_none(self, wire: Wire) -> None:
        with (
            speaking([ok(b"not packed", "Content-Encoding: gzip")]) as server,
            pytest.raises(OSError, match="unpacked"),
        ):
            wire.request(server.url)

    def test_one_without_end_is_given_up(self, wire: Wire) -> None:
        with speaking([ok(b"x" * 1001)], [ok(b"next")]) as server:
            with pytest.raises(TooLongError):
                wire.request(server.url)
            assert wire.request(server.url)[1] == b"next"

    def test_one_that_swells_is_given_up(self, wire: Wire) -> None:
        with (
            speaking([ok(gzip.compress(b"x" * 1001), "Content-Encoding: gzip")]) as server,
            pytest.raises(TooLongError),
        ):
            wire.request(server.url)

    @pytest.mark.parametrize(
        "torn",
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
            b"HTTP/1.1 200 OK\r\n",
            b"Lunch with Bo\r\n\r\n",
            b"",
        ],
    )
    def test_a_torn_one_is_none(self, wire: Wire, torn: bytes) -> None:
        with speaking([torn], [ok(b"next")]) as server:
            if torn == b"HTTP/1.1 200 OK\r\n":
                # The head may end with the connection; nothing can be told from that but an empty answer.
                assert wire.request(server.url)[1] == b""
            else:
                with pytest.raises((OSError, HTTPException)):
                    wire.request(server.url)
            assert wire.request(server.url)[1] == b"next"


def test_an_answer_without_end_is_refused_for_a_list_and_unknown_for_a_write() -> None:
    calendar, _ = scripted(TooLongError(), TooLongError())
    with pytest.raises(RefusedError, match="answerTooLong"):
        calendar.changes("")
    (answer,) = calendar.create([draft(1)])
    assert isinstance(answer, UnknownOutcomeError)


def test_the_library_step_that_is_replaced_is_still_there() -> None:
    assert httplib2.__version__ == "0.32.1"
    library = inspect.signature(httplib2.Http._conn_request)  # type: ignore[attr-defined]  # a private step
    assert [*library.parameters] == [*inspect.signature(Wire._conn_request).parameters]
