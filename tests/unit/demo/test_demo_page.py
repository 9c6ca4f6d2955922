"""The page: it answers itself alone, escapes everything, and tells when an edit arrived."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from http.client import HTTPConnection
from typing import Any

import pytest

from demo.acts import ActError, Desk
from demo.company import ONE_WAY, TWO_WAY, Ground
from demo.events import Event, Plan, at
from demo.ews import Ews
from demo.exchange_hand import ExchangeHand
from demo.google_hand import Google, GoogleHand
from demo.page import PAGE, Page
from demo.reader import Reader
from demo.views import ExchangeView, GoogleView
from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator
from simulators.google import GoogleSimulator
from simulators.wire import mounted

DAY = date(2026, 11, 24)
EVIL = "</script><script>alert(1)</script>"
TEA = {
    "pair": "ana",
    "side": "exchange",
    "do": "add",
    "title": "Tea",
    "start": "2026-11-24T15:00",
    "end": "2026-11-24T16:00",
}


@pytest.fixture
def pairs() -> Iterator[dict[str, Ground]]:
    exchange = ExchangeSimulator(clock=ManualClock(), mailboxes={"ana@a.test": "pw", "ben@a.test": "pw"})
    google = GoogleSimulator(clock=ManualClock(), users={"ana@g.test": "ANA", "ben@g.test": "BEN"})
    with mounted(exchange) as at_exchange, mounted(google) as at_google:
        made = {}
        for name, direction in (("ana", TWO_WAY), ("ben", ONE_WAY)):
            ews = Ews(f"{at_exchange}/EWS/Exchange.asmx", f"{name}@a.test", "pw")
            api = Google(at_google, f"{name}@g.test", {"ana": lambda: "ANA", "ben": lambda: "BEN"}[name])
            reader = Reader(ExchangeView(ews), GoogleView(api))
            made[name] = Ground(name, direction, f"{name}@a.test", ExchangeHand(ews), GoogleHand(api), reader)
        yield made
        for pair in made.values():
            pair.exchange.ews.wire.close()
            pair.google.google.wire.close()


@pytest.fixture
def page(pairs: dict[str, Ground]) -> Iterator[Page]:
    running = Page(pairs)
    running.open()
    yield running
    running.close()


def ask(page: Page, method: str, path: str, body: Any = None, /, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = HTTPConnection(page.host, timeout=10)
    sent = {"Host": page.host} | {name.replace("_", "-"): value for name, value in headers.items()}
    content = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, path, content, sent)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, dict(answer.headers), text


def token(page: Page) -> str:
    found = re.search(r'<meta name="demo-token" content="([\w-]{32})">', ask(page, "GET", "/")[2])
    assert found is not None
    return found[1]


def test_the_page_may_load_nothing_and_be_framed_by_nobody(page: Page) -> None:
    status, headers, text = ask(page, "GET", "/")
    found = re.search(r'<script nonce="([\w-]+)">', text)
    assert found is not None
    nonce = found[1]
    assert status == 200
    assert headers["Content-Security-Policy"] == (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert nonce not in ask(page, "GET", "/")[2]


def test_the_page_brings_everything_along_and_never_writes_markup() -> None:
    text = PAGE.read_text()
    assert not re.findall(r"https?://|@import|url\(|<link rel=\"stylesheet", text)
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|\son\w+=", text)


def test_every_field_of_the_page_has_a_label() -> None:
    text = PAGE.read_text()
    labelled = "".join(re.findall(r"<label.*?</label>", text, re.DOTALL))
    assert re.findall(r"<input id=\"(\w+)\"", labelled) == re.findall(r"<input id=\"(\w+)\"", text)
    assert 'lang="en"' in text
    assert 'aria-live="polite"' in text


def test_texts_of_events_travel_as_json_only(page: Page, pairs: dict[str, Ground]) -> None:
    pairs["ana"].exchange.create([Plan(Event(EVIL, at(DAY, 9), at(DAY, 10), EVIL))])
    page.desk.look()
    status, headers, text = ask(page, "GET", "/state")
    assert (status, headers["Content-Type"], headers["Content-Security-Policy"]) == (
        200,
        "application/json",
        "default-src 'none'",
    )
    assert json.loads(text)["pairs"][0]["exchange"][0]["title"] == EVIL
    assert EVIL not in ask(page, "GET", "/")[2]


@pytest.mark.parametrize("host", ["evil.test", "localhost", "127.0.0.1", "127.0.0.1:1", ""])
@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/state"), ("POST", "/act")])
def test_under_another_name_it_does_not_answer(page: Page, host: str, method: str, path: str) -> None:
    status, _, text = ask(page, method, path, Host=host, X_Demo_Token=page.token)
    assert status == 421
    assert page.token not in text


def test_an_edit_needs_the_pages_token(page: Page, pairs: dict[str, Ground]) -> None:
    assert ask(page, "POST", "/act", TEA)[0] == 403
    assert ask(page, "POST", "/act", TEA, X_Demo_Token="guessed")[0] == 403
    assert ask(page, "POST", "/act", TEA, X_Demo_Token=token(page), Origin="http://evil.test")[0] == 421
    assert pairs["ana"].reader.look().events("Exchange") == []
    assert ask(page, "POST", "/act", TEA, X_Demo_Token=token(page), Origin=f"http://{page.host}")[0] == 200
    assert [event.title for event in pairs["ana"].reader.look().events("Exchange")] == ["Tea"]


def test_what_is_no_edit_is_refused_in_one_sentence(page: Page) -> None:
    mine = {"X_Demo_Token": page.token}
    assert ask(page, "POST", "/act", b"{", **mine)[::2] == (400, '{"error": "an edit is written in JSON"}')
    assert ask(page, "POST", "/act", TEA | {"do": "burn"}, **mine)[::2] == (
        400,
        '{"error": "an edit is one of add, edit and delete"}',
    )
    assert ask(page, "POST", "/act", b"x" * 20_000, **mine)[0] == 400
    assert ask(page, "POST", "/elsewhere", TEA, **mine)[0] == 400
    assert ask(page, "GET", "/elsewhere")[0] == 404


def test_while_the_story_is_played_nobody_edits(page: Page) -> None:
    page.desk.taking = False
    status, _, text = ask(page, "POST", "/act", TEA, X_Demo_Token=page.token)
    assert (status, "the story is still being played" in text) == (400, True)


class Watch:
    now = 100.0


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(pairs: dict[str, Ground], watch: Watch) -> Desk:
    made = Desk(pairs, lambda: watch.now)
    made.taking = True
    return made


def test_an_event_arrives_when_the_other_side_holds_it(desk: Desk, pairs: dict[str, Ground], watch: Watch) -> None:
    desk.act(TEA)
    desk.look()
    assert desk.state()["notes"] == [{"text": "Tea: added on Exchange", "verb": "arrived on Google", "took": None}]
    pairs["ana"].google.create([Plan(Event("Tea", at(DAY, 15), at(DAY, 16)))])
    watch.now = 103.24
    desk.look()
    assert desk.state()["notes"][0]["took"] == 3.2
    assert not desk.waiting


def waiting(desk: Desk) -> int:
    return sum(note["took"] is None for note in desk.state()["notes"])


def test_an_edit_and_a_deletion_arrive_too(desk: Desk, pairs: dict[str, Ground]) -> None:
    tea = Event("Tea", at(DAY, 15), at(DAY, 16))
    pairs["ana"].exchange.create([Plan(tea)])
    (copy,) = pairs["ana"].google.create([Plan(tea)])
    here = next(iter(pairs["ana"].reader.look().exchange))
    desk.act(
        TEA | {"do": "edit", "id": here, "title": "Late tea", "start": "2026-11-24T16:00", "end": "2026-11-24T17:00"}
    )
    desk.look()
    assert waiting(desk) == 1
    pairs["ana"].google.edit(copy, title="Late tea", times=(at(DAY, 16), at(DAY, 17)))
    desk.look()
    assert waiting(desk) == 0
    desk.act({"pair": "ana", "side": "google", "do": "delete", "id": copy})
    desk.look()
    assert waiting(desk) == 1
    pairs["ana"].exchange.delete([here])
    desk.look()
    assert [note["text"] for note in desk.state()["notes"]] == [
        "Late tea: deleted on Google",
        "Late tea: edited on Exchange",
    ]
    assert waiting(desk) == 0


def test_in_a_one_way_pair_an_edit_of_a_copy_is_put_back(desk: Desk, pairs: dict[str, Ground]) -> None:
    tea = Event("Tea", at(DAY, 15), at(DAY, 16))
    pairs["ben"].exchange.create([Plan(tea)])
    (copy,) = pairs["ben"].google.create([Plan(tea)])
    edit = TEA | {"pair": "ben", "side": "google", "do": "edit", "id": copy, "title": "Mine"}
    desk.act(edit)
    desk.look()
    assert desk.waiting
    pairs["ben"].google.edit(copy, title="Tea")
    desk.look()
    assert [(note["verb"], note["took"]) for note in desk.state()["notes"]] == [("put back", 0.0)]


def test_in_a_one_way_pair_googles_own_stays(desk: Desk) -> None:
    desk.act(TEA | {"pair": "ben", "side": "google"})
    desk.look()
    assert desk.state()["notes"][0]["text"] == "Tea: added on Google; a one-way pair leaves Google's own alone"
    assert not desk.waiting


def test_days_are_said_as_people_say_them(desk: Desk, pairs: dict[str, Ground]) -> None:
    desk.act(TEA | {"title": "Fair", "start": "2026-11-24", "end": "2026-11-25"})
    (fair,) = pairs["ana"].reader.look().events("Exchange")
    assert fair == replace(fair, title="Fair", start=DAY, end=DAY + timedelta(days=2))
    desk.look()
    shown = desk.state()["pairs"][0]["exchange"][0]
    assert (shown["start"], shown["end"]) == ("2026-11-24", "2026-11-25")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "an event has a title"),
        ({"title": "x" * 201}, "at most 200 letters"),
        ({"start": "tomorrow"}, "a time is written"),
        ({"start": "2026-11-24"}, "both days or both times"),
        ({"start": "2026-11-24T17:00"}, "ends after it starts"),
        ({"side": "outlook"}, "names a pair and a side"),
        ({"pair": "eve"}, "names a pair and a side"),
        ({"do": "edit", "id": "nothing"}, "that event is gone"),
        ({"title": 7}, "an object of texts"),
    ],
)
def test_a_wrong_edit_is_told_and_changes_nothing(
    desk: Desk, pairs: dict[str, Ground], wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(ActError, match=said):
        desk.act(TEA | wrong)
    assert pairs["ana"].reader.look().events("Exchange") == []


def test_a_list_is_no_edit(desk: Desk) -> None:
    with pytest.raises(ActError):
        desk.act([TEA])


def test_a_title_goes_below_its_time_where_the_column_is_narrow() -> None:
    style = PAGE.read_text(encoding="utf-8").partition("<style")[2].partition("</style>")[0]
    (event,) = re.findall(r"^\.event \{(.*)\}$", style, re.MULTILINE)
    (title,) = re.findall(r"^\.event span \{(.*)\}$", style, re.MULTILINE)
    assert "flex-wrap: wrap;" in event
    assert "flex: 1 1 7rem;" in title
