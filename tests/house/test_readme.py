"""What the README gives to be pasted works on the simulators as it stands there."""

import base64
import json
import re
import shlex
from urllib.parse import urlsplit

import pytest

from house.tree import ROOT
from simulators.clock import SystemClock
from simulators.exchange import ExchangeSimulator
from simulators.google import GoogleSimulator
from simulators.wire import Handler, Request, Response

CURLS = re.findall(r"^    (curl .*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture
def servers() -> dict[int, Handler]:
    clock = SystemClock()
    return {
        8025: ExchangeSimulator(clock=clock, mailboxes={"ana@a.test": "secret"}),
        8026: GoogleSimulator(clock=clock, users={"ana@g.test": "TOKEN"}),
    }


def said(servers: dict[int, Handler], line: str) -> Response:
    """Do what curl does: these options alone."""
    words = iter(shlex.split(line)[1:])
    headers, body, url = {}, b"", ""
    for word in words:
        match word:
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name.lower()] = value
            case "-u":
                headers["authorization"] = f"Basic {base64.b64encode(next(words).encode()).decode()}"
            case "-d":
                body = next(words).encode()
            case _:
                url = word
    parts = urlsplit(url)
    assert parts.hostname == "127.0.0.1"
    assert parts.port
    headers["host"] = parts.netloc
    return servers[parts.port].handle(Request("POST" if body else "GET", parts.path, headers=headers, body=body))


def test_an_event_is_made_on_either_side_by_a_line_of_the_readme(servers: dict[int, Handler]) -> None:
    assert len(CURLS) == 2
    answers = [said(servers, line) for line in CURLS]
    assert [answer.status for answer in answers] == [200, 200]
    assert b"NoError" in answers[0].body
    exchange, google = (said(servers, f"curl http://127.0.0.1:{port}/_sim/state").body.decode() for port in servers)
    assert ("Lunch" in exchange, "Dinner" in google) == (True, True)
    assert json.loads(google)
