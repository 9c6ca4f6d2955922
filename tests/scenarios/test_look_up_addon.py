"""Exchange guests of an event that somebody opens in Google Calendar, shown by the Workspace add-on (story 59)."""

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from scenarios.doorways import opened
from scenarios.knocking import ADDON, Heard
from scenarios.looking import AUDIENCE, WORKSPACE, Desk, at, token
from simulators.google import GoogleSimulator, InProcessHttp
from simulators.record import Fault
from unit.google.addon_events import home
from unit.google.cards import conforms, texts

ANA, BEN, CORA = "ana@a.test", "ben@a.test", "ana@b.test"
USER, OAUTH = "ana@g.test", "ya29.OF-THE-USER"
LEGEND = "█ busy, ▒ tentative, · free; one sign an hour, from midnight to midnight"
FREE = ["······|······|······|······", "free all day"]
# Of Thursday 5 November by Berlin's clock, an hour ahead of UTC.
LUNCH = ["······|······|·█····|······", "13:00-14:00"]
UNSAVED = "This event is not saved yet, or no longer there: what is shown is today."
NOT_ALLOWED = "Google does not let this add-on read the event: ask your administrator to allow it to see events."
SILENT = "Google does not answer at the moment. Open the event again in a minute."
NOT_READ = "Not known: the Exchange server does not answer. Open the event again in a minute."


class Panel:
    """The add-on's panel beside a calendar: Exchange behind it, and Google for the event that is open."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.google = GoogleSimulator(clock=self.desk.clock, users={USER: OAUTH, "eve@g.test": "EVES"})
        self.desk.parts.calendar_http = InProcessHttp(self.google)
        self.desk.mailbox(ANA).create(subject="A secret lunch", start=at(5, 12), end=at(5, 13))
        self.event = self.google.calendar(USER).create(
            summary="A secret plan",
            start={"dateTime": "2026-11-05T10:00:00+01:00"},
            end={"dateTime": "2026-11-05T11:00:00+01:00"},
        )

    def open(self, *guests: str, event: str | None = None, bearer: str = OAUTH) -> Heard:
        """Open an event, by default the one that there is; an empty one was never saved."""
        told = opened(self.event if event is None else event, bearer, *guests)
        told["calendar"]["calendarId"] = USER
        return self.post(told)

    def post(self, told: object) -> Heard:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        proof = {"Authorization": f"Bearer {token(WORKSPACE, audience=AUDIENCE + ADDON)}"}
        return self.desk.knock(ADDON, body, proof)

    def lines(self, *guests: str, **more: Any) -> list[str]:
        """What a person reads on the card."""
        heard = self.open(*guests, **more)
        assert (heard.status, heard.headers["Content-Type"]) == (200, "application/json")
        assert heard.headers["Cache-Control"] == "no-store"
        assert "secret" not in heard.body.decode()
        return texts(conforms(heard.json))


@dataclass
class Slow:
    """A Google that answers when all of the time is up."""

    panel: Panel
    inner: Any

    def request(self, *args: Any, **more: Any) -> Any:
        self.panel.desk.later(seconds=20)
        return self.inner.request(*args, **more)

    def close(self) -> None:
        self.inner.close()


@pytest.fixture
def panel(tmp_path: Path) -> Panel:
    return Panel(tmp_path)


def test_the_day_of_the_event_is_drawn_for_each_guest_that_is_known(panel: Panel) -> None:
    assert panel.lines(BEN, "nobody@a.test", ANA, BEN) == [
        BEN,
        *FREE,
        ANA,
        *LUNCH,
        LEGEND,
        "Not shown: 1 of the guests. They are no Exchange users, or may not be seen; they may be busy.",
    ]
    title = panel.open(ANA).json["action"]["navigations"][0]["pushCard"]["header"]
    assert title == {"title": "Exchange guests", "subtitle": "2026-11-05, Europe/Berlin"}
    assert panel.desk.asked() == {"GetUserAvailability": 1}


def test_who_may_not_be_seen_is_told_as_who_does_not_exist(panel: Panel) -> None:
    panel.desk.mailbox(BEN).share_free_busy("None")
    assert panel.lines(BEN, ANA) == panel.lines("nobody@a.test", ANA)


def test_the_event_is_asked_for_once_as_its_user_and_for_its_times_alone(panel: Panel) -> None:
    panel.lines(ANA)
    (call,) = panel.google.record.calls
    assert (call.operation, call.user, call.changed) == ("events.get", USER, False)


def test_an_all_day_event_shows_its_days(panel: Panel) -> None:
    days = panel.google.calendar(USER).create(start={"date": "2026-11-05"}, end={"date": "2026-11-07"})
    assert panel.lines(ANA, event=days) == [ANA, "2026-11-05", *LUNCH, "2026-11-06", *FREE, LEGEND]


def test_an_event_that_was_never_saved_shows_today_and_says_so(panel: Panel) -> None:
    panel.desk.mailbox(ANA).create(subject="Today", start=at(2, 8), end=at(2, 9))
    today = [UNSAVED, ANA, "······|···█··|······|······", "09:00-10:00", LEGEND]
    assert panel.lines(ANA, event="") == today
    assert panel.google.record.calls == []
    assert panel.lines(ANA, event="gone1234567") == today


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("forbidden_403", "Google did not tell when this event is, so nobody's times can be shown."),
        ("auth_401", NOT_ALLOWED),
        ("backend_503", SILENT),
        ("rate_limit_429", SILENT),
        ("timeout_before", SILENT),
        ("torn", SILENT),
        ("not_found_404", UNSAVED),
    ],
)
def test_what_google_will_not_tell_is_a_card_of_its_own(panel: Panel, kind: str, said: str) -> None:
    panel.google.record.plant(Fault(kind, "events.get"))
    lines = panel.lines(ANA)
    assert lines[0] == said
    # Of nobody it is told that they are free on a day that nobody knows.
    assert lines[1:] == ([ANA, *FREE, LEGEND] if said == UNSAVED else [])


def test_another_users_token_shows_another_users_event_to_nobody(panel: Panel) -> None:
    lines = panel.lines(ANA, bearer="EVES")
    assert (lines[0], "13:00-14:00" in lines) == (UNSAVED, False)


def test_half_of_the_guests_cannot_be_read_and_are_not_drawn_free(panel: Panel) -> None:
    panel.desk.plant("a.test", "item_error", operation="GetUserAvailability", nth=2, detail="ErrorServerBusy")
    unread = "ErrorFreeBusyGenerationFailed"
    panel.desk.plant("a.test", "item_error", operation="GetUserAvailability", nth=3, detail=unread)
    assert panel.lines(ANA, BEN, "1@a.test", "2@a.test") == [
        ANA,
        *LUNCH,
        BEN,
        NOT_READ,
        "1@a.test",
        "Not known: the Exchange server could not read this calendar.",
        "2@a.test",
        *FREE,
        LEGEND,
    ]


@pytest.mark.parametrize("trouble", ["timeout_before", "unavailable", "torn", "unauthorized", "too_many_requests"])
def test_a_server_that_is_down_is_told_and_the_other_domains_guests_are_drawn(panel: Panel, trouble: str) -> None:
    panel.desk.plant("a.test", trouble, operation="GetUserAvailability", times=5)
    assert panel.lines(ANA, CORA) == [ANA, NOT_READ, CORA, *FREE, LEGEND]


def test_a_server_that_is_slow_is_told_when_time_is_up(panel: Panel) -> None:
    over = Event()
    panel.desk.hosts.before["exchange.a.test"] = lambda: over.wait(10)
    panel.desk.parts.patience = timedelta()
    try:
        assert panel.lines(ANA) == [ANA, NOT_READ]
    finally:
        over.set()


def test_what_google_took_is_not_there_for_exchange(panel: Panel) -> None:
    over = Event()
    panel.desk.parts.calendar_http = Slow(panel, panel.desk.parts.calendar_http)
    panel.desk.hosts.before["exchange.a.test"] = lambda: over.wait(10)
    try:
        assert panel.lines(ANA) == [ANA, NOT_READ]
    finally:
        over.set()


def test_a_domain_whose_callers_leave_workspace_out_has_nobody_to_show(panel: Panel) -> None:
    panel.desk.documents["a.test"]["availability"] = {"callers": ["planner@p.iam.gserviceaccount.com"]}
    panel.desk.write()
    panel.desk.later(seconds=61)
    assert panel.lines(ANA) == panel.lines("nobody@a.test")
    assert panel.desk.asked() == {}
    panel.desk.documents["a.test"]["availability"]["callers"].append(WORKSPACE)
    panel.desk.write()
    panel.desk.later(seconds=61)
    assert panel.lines(ANA) == [ANA, *LUNCH, LEGEND]


def test_the_homepage_says_what_to_do_and_asks_nobody(panel: Panel) -> None:
    lines = texts(conforms(panel.post(home()).json))
    assert lines == ["Open an event to see when its guests on Exchange are free."]
    assert (panel.desk.asked(), panel.google.record.calls) == ({}, [])


def test_an_event_without_guests_asks_exchange_nothing(panel: Panel) -> None:
    told = opened(panel.event, OAUTH)
    told["calendar"] |= {"attendees": [], "calendarId": USER}
    nobody = ["No guest of this event is known as an Exchange user whose times may be seen."]
    assert texts(conforms(panel.post(told).json)) == nobody
    assert panel.desk.asked() == {}


def test_names_of_guests_are_text_on_the_card(panel: Panel) -> None:
    evil = "<img/src=x>@a.test"
    panel.desk.plant("a.test", "unavailable", operation="GetUserAvailability")
    assert panel.lines(evil) == [evil, NOT_READ]


def test_where_no_workspace_account_is_set_there_is_no_door(panel: Panel) -> None:
    panel.desk.parts.workspace = None
    assert panel.open(ANA).status == 404


def test_what_is_no_event_is_told_as_a_card(panel: Panel) -> None:
    for body, said in (
        (b"no JSON", "the body is to be the JSON of an event of a Workspace add-on"),
        (b'{"commonEventObject": {"hostApp": "GMAIL"}}', "this add-on is for Google Calendar alone"),
    ):
        heard = panel.post(body)
        assert (heard.status, texts(conforms(heard.json))) == (200, [said])


def test_the_users_token_and_the_guests_are_in_no_log(panel: Panel, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        panel.lines(ANA, "nobody@a.test")
        for kind in ("auth_401", "forbidden_403", "timeout_before", "torn"):
            panel.google.record.plant(Fault(kind, "events.get"))
            panel.lines(ANA)
        panel.lines(ANA, bearer="not ours")
    ours = [record.getMessage() for record in caplog.records if record.name == "calpair"]
    assert ours[0] == "looked up"
    for secret in (OAUTH, "not ours", "ana@", "nobody@", "secret plan", panel.event):
        assert secret not in caplog.text
