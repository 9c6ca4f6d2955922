"""No word of a calendar, and no word of a server about one, is in the store, the status, an answer or a log (G9)."""

import base64
import json
import logging
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scenarios.office import ANA, ANAS, BEN, NEVER_IN_OUTLOOK, WEEKLY, Office, noon, office
from scenarios.processes import started
from simulators.wire import Handler, LostReplyError, Request, Response, mounted
from unit.exchange.zone_definitions import own

MARKER = "XanthippeLamprocles"
GUEST = f"{MARKER.lower()}@guests.test"
HTML = f"<html><body>The event '{MARKER}' is at fault.</body></html>".encode()
SOAP = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
    f"<faultcode>{MARKER}</faultcode><faultstring>{MARKER}</faultstring><detail>"
    '<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">ErrorCorruptData'
    "</e:ResponseCode>"
    f'<e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">{MARKER}</e:Message>'
    "</detail></s:Fault></s:Body></s:Envelope>"
).encode()
JSON = (("Content-Type", "application/json"),)


def google_says(status: int, reason: str) -> Response:
    """A refusal of Google's that quotes the event, in every field that holds free text."""
    row = {"domain": MARKER, "reason": reason, "message": f"{MARKER} is wrong", "location": MARKER}
    error = {"code": status, "message": f"Invalid: {MARKER}", "errors": [row], "status": MARKER}
    return Response(status, json.dumps({"error": error}).encode(), JSON)


EXCHANGE_SAYS: Mapping[str, Response] = {
    "a page": Response(500, HTML, (("Content-Type", "text/html"),)),
    "a page with success": Response(200, HTML, (("Content-Type", "text/html"),)),
    "a fault": Response(500, SOAP, (("Content-Type", "text/xml"),)),
    "torn XML": Response(200, SOAP[:200], (("Content-Type", "text/xml"),)),
    "a place to go": Response(302, b"", (("Location", f"https://{MARKER}.test/{MARKER}"),)),
    "a wait that is none": Response(503, HTML, (("Retry-After", MARKER),)),
    "a forbidding": Response(403, HTML, (("Content-Type", "text/html"),)),
    "a status line of its own": Response(418, HTML, (("WWW-Authenticate", MARKER),)),
}
GOOGLE_SAYS: Mapping[str, Response] = {
    "a refusal": google_says(400, "invalid"),
    "a reason of many words": google_says(400, f"the event {MARKER} is wrong"),
    "a forbidding": google_says(403, "forbidden"),
    "an outage": google_says(500, "backendError"),
    "a page": Response(502, HTML, (("Content-Type", "text/html"),)),
    "a page with success": Response(200, HTML, (("Content-Type", "text/html"),)),
    "half an answer": Response(200, json.dumps({"summary": MARKER}).encode()[:-3], JSON),
    "another thing": Response(200, json.dumps({"kind": MARKER, "items": [MARKER]}).encode(), JSON),
    "a conflict": google_says(409, "duplicate"),
}


@dataclass
class Quoting:
    """Stands before a server and, `after` so many requests, says one thing of its own; `lost`: the effect happens first."""

    simulator: Handler
    says: list[Response] = field(default_factory=list)
    after: int = 0
    lost: bool = False

    def handle(self, request: Request) -> Response:
        if self.says and self.after <= 0:
            answer = self.says.pop(0)
            if self.lost:
                self.simulator.handle(request)
            return answer
        self.after -= 1
        return self.simulator.handle(request)


@dataclass
class Ground:
    company: Office
    exchange: Quoting
    google: Quoting
    said: list[str] = field(default_factory=list)

    def calpair(self, *words: str) -> int:
        said = self.company.calpair(*words)
        self.said += [said.out, said.err]
        return said.code

    def look_round(self) -> None:
        """Every command that shows something."""
        for words in (("pairs",), ("doctor",), ("sync", "ana", "--dry-run"), ("sync", "ana"), ("export",)):
            self.calpair(*words)
            self.calpair("--json", *words)


@contextmanager
def quoting(company: Office) -> Iterator[Ground]:
    """The office, each server behind a door that may quote."""
    exchange, google = Quoting(company.exchange), Quoting(company.google)
    with mounted(exchange) as exchange_url, mounted(google) as google_url:
        company.exchange_url, company.google_url = exchange_url, google_url
        company.domains["a.test"] = company.domain()
        company.ready()
        yield Ground(company, exchange, google)


@pytest.fixture
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    with office(tmp_path, monkeypatch) as company, quoting(company) as made:
        yield made


def rich(company: Office) -> None:
    """Events with the marker wherever people write, on both sides, of every kind there is."""
    ours: dict[str, Any] = {"location": MARKER, "body": f"<p>{MARKER}</p>", "body_type": "HTML", "categories": [MARKER]}
    company.outlook(f"{MARKER} 1", **ours)
    company.outlook(f"{MARKER} 2", days=5, sensitivity="Private", **ours)
    company.outlook(f"{MARKER} with guests", days=6, required=[GUEST], **ours)
    company.outlook(f"{MARKER} as a guest", days=7, organizer=GUEST, required=[ANA], my_response="Accept", **ours)
    company.outlook(f"{MARKER} weekly", days=8, recurrence=WEEKLY.format(day=noon(8).date()), **ours)
    far = {"start_zone": own("Nowhere"), "recurrence": WEEKLY.format(day=noon(10).date())}
    company.outlook(f"{MARKER} far away", days=10, **far, **ours)
    company.outlook(MARKER * 300, days=9, location=MARKER * 300, body=f"{MARKER} " * 2000, body_type="Text")
    theirs: dict[str, Any] = {"location": MARKER, "description": f"<b>{MARKER}</b>"}
    company.web(f"{MARKER} A", **theirs)
    company.web(f"{MARKER} B", 5, visibility="private", **theirs)
    company.web(f"{MARKER} often", 7, recurrence=["RRULE:FREQ=MINUTELY;INTERVAL=7"], **theirs)
    company.web(f"{MARKER} C", 6, attendees=[{"email": GUEST, "displayName": MARKER}], **theirs)
    company.web(f"{MARKER} D", 7, recurrence=["RRULE:FREQ=WEEKLY"], **theirs)
    company.web(f"{MARKER} F", 9, recurrence=NEVER_IN_OUTLOOK, **theirs)
    company.web(f"{MARKER} E", 8, extendedProperties={"private": {MARKER: MARKER}}, **theirs)
    company.web(f"{MARKER} 1", 3, **theirs)


def edited(company: Office) -> None:
    """Edits on both sides, some against each other."""
    for item in company.exchange.mailbox(ANA).items():
        company.exchange.mailbox(ANA).update(item.id, location=f"{MARKER}, edited here")
    for event in company.google.calendar(ANAS).events():
        company.google.calendar(ANAS).update(event["id"], location=f"{MARKER}, edited there")


def spellings() -> list[bytes]:
    """The marker as it may be hidden: in any case, in base64 at any offset, in UTF-16, as hexadecimal digits."""
    raw = MARKER.encode()
    hidden = [base64.b64encode(b"x" * shift + raw)[4:-4].lower() for shift in range(3)]
    return [raw.lower(), MARKER.encode("utf-16-le").lower(), raw.hex().encode(), *hidden]


def nowhere(ground: Ground, log: str = "") -> None:
    """The marker is in no file of calpair's, and nothing it said or logged."""
    for name, content in ground.company.files().items():
        for spelling in spellings():
            assert spelling not in content.lower(), name
    told = "\n".join([*ground.said, log])
    assert told.strip()
    at = re.search(MARKER, told, re.IGNORECASE)
    assert not at, told[max(0, at.start() - 200) : at.end() + 50]


def test_the_marker_would_be_found(ground: Ground) -> None:
    """What the tests below look for is found where it is."""
    (ground.company.folder / "note").write_text(f"xx{MARKER}xx")
    ground.said.append("quiet")
    with pytest.raises(AssertionError):
        nowhere(ground)
    (ground.company.folder / "note").write_bytes(base64.b64encode(b"1" + MARKER.encode() + b"23456"))
    with pytest.raises(AssertionError):
        nowhere(ground)
    (ground.company.folder / "note").unlink()
    nowhere(ground)
    ground.said.append(MARKER.upper())
    with pytest.raises(AssertionError):
        nowhere(ground)


def test_a_rich_story_leaves_no_word_of_it(ground: Ground, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="calpair")
    company = ground.company
    rich(company)
    ground.look_round()
    (row,) = company.calpair("--json", "pairs").json["pairs"]
    assert row["parked_count"] >= 2
    assert row["losses"]
    edited(company)
    ground.look_round()
    for item in company.exchange.mailbox(ANA).items()[:8]:
        company.exchange.mailbox(ANA).delete(item.id)
    ground.look_round()
    ground.calpair("approve", "ana")
    ground.look_round()
    company.pairs["ana"] = company.pair(direction="exchange_to_google")
    company.write()
    edited(company)
    ground.look_round()
    nowhere(ground, caplog.text)


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("answer", list(EXCHANGE_SAYS.values()), ids=list(EXCHANGE_SAYS))
def test_what_exchange_says_of_an_event_is_not_repeated(
    ground: Ground, caplog: pytest.LogCaptureFixture, answer: Response, lost: bool
) -> None:
    caplog.set_level(logging.DEBUG, logger="calpair")
    rich(ground.company)
    for after in (0, 1, 3):
        ground.exchange.says, ground.exchange.after, ground.exchange.lost = [answer], after, lost
        ground.calpair("sync", "ana")
        ground.calpair("--json", "pairs")
    ground.exchange.says, ground.exchange.after = [answer], 0
    ground.calpair("doctor")
    nowhere(ground, caplog.text)


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("answer", list(GOOGLE_SAYS.values()), ids=list(GOOGLE_SAYS))
def test_what_google_says_of_an_event_is_not_repeated(
    ground: Ground, caplog: pytest.LogCaptureFixture, answer: Response, lost: bool
) -> None:
    caplog.set_level(logging.DEBUG, logger="calpair")
    rich(ground.company)
    for after in (0, 1, 3):
        ground.google.says, ground.google.after, ground.google.lost = [answer], after, lost
        ground.calpair("sync", "ana")
        ground.calpair("--json", "pairs")
    ground.google.says, ground.google.after = [answer], 0
    ground.calpair("doctor")
    nowhere(ground, caplog.text)


@pytest.mark.parametrize("answer", list(GOOGLE_SAYS.values()), ids=list(GOOGLE_SAYS))
def test_what_google_says_of_a_lone_series_is_not_repeated(
    ground: Ground, caplog: pytest.LogCaptureFixture, answer: Response
) -> None:
    """One event is asked for by itself, where many are asked for together."""
    caplog.set_level(logging.DEBUG, logger="calpair")
    series = ground.company.web(MARKER, recurrence=["RRULE:FREQ=WEEKLY"])
    for after in range(4):
        ground.company.google.calendar(ANAS).update(series, location=f"{MARKER} {after}")
        ground.google.says, ground.google.after = [answer], after
        assert ground.calpair("sync", "ana") in (0, 1)
    nowhere(ground, caplog.text)


@pytest.mark.parametrize("words", [("run",), ("--json", "run")])
def test_a_running_process_logs_no_word_either(ground: Ground, words: tuple[str, ...]) -> None:
    company = ground.company
    rich(company)
    company.pairs["ben"] = company.ben()
    company.outlook(MARKER, mailbox=BEN)
    company.write()
    for exchange, google, waited_for in (
        ([EXCHANGE_SAYS["a fault"]], [], "ana"),
        ([], [GOOGLE_SAYS["half an answer"]], "ana"),
        ([], [], "created"),
    ):
        ground.exchange.says, ground.google.says, ground.google.after = exchange, google, 1
        company.outlook(MARKER, days=12)
        with started(company, *words) as run:
            run.until(waited_for)
            assert run.ends(signal.SIGTERM) == 0
        ground.said += run.lines
    nowhere(ground)


def test_a_lost_connection_in_mid_answer_is_told_without_a_word(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="calpair")
    rich(ground.company)

    @dataclass
    class Cutting:
        simulator: Handler
        left: int

        def handle(self, request: Request) -> Response:
            self.left -= 1
            answer = self.simulator.handle(request)
            if self.left < 0:
                raise LostReplyError(MARKER)
            return answer

    for left in range(4):
        with mounted(Cutting(ground.company.exchange, left)) as url:
            ground.company.domains["a.test"] = ground.company.domain(url=f"{url}/EWS/Exchange.asmx")
            ground.company.write()
            ground.calpair("sync", "ana")
            ground.calpair("--json", "doctor")
    nowhere(ground, caplog.text)
