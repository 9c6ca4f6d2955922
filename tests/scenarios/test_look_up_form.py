"""Exchange users' free/busy, asked for in the form of Google's calendar connectors, which proves nobody (story 59)."""

import logging
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from calpair.care import apply as people
from calpair.ports import Doc
from scenarios.knocking import Heard
from scenarios.looking import Desk, at
from unit.google.form_pages import form, read

ANA, BEN, CORA = "ana@a.test", "ben@a.test", "ana@b.test"
MAILSLOT = "https://www.google.com/calendar/hosted/{}/mailslot"
BERLIN, UTC = "Europe/Berlin", "UTC"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    ready(desk, "a.test", "ga.test")
    desk.mailbox(ANA).create(subject="A secret lunch", location="A secret place", start=at(5, 12), end=at(5, 13))
    return desk


def ready(desk: Desk, domain: str, *mails: str, on: bool = True) -> None:
    """Open a domain's form, or shut it, at once."""
    desk.documents[domain]["availability"] = {"connector_form": on}
    desk.documents[domain]["limits"]["calendar_domains"] = list(mails)
    desk.write()
    desk.start()


def post(desk: Desk, *addresses: str, domain: str = "a.test", zone: str = UTC, **more: Any) -> Heard:
    text = f"[1,q-7,[{','.join(addresses)}],20261105/20261107,20261101T000000,{zone}]"
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Referer": "http://evil.test/mailslot"}
    return desk.knock(f"/connector/{domain}", form(text), kind, **more)


def ask(desk: Desk, *addresses: str, domain: str = "a.test", mail: str = "ga.test", zone: str = UTC) -> dict[str, Any]:
    """What the page hands on to Google: everybody's blocks."""
    heard = post(desk, *addresses, domain=domain, zone=zone)
    assert (heard.status, heard.headers["Cache-Control"]) == (200, "no-store")
    assert heard.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    page = read(heard.body)
    assert page.actions == [MAILSLOT.format(mail)]
    assert "secret" not in page.inputs["text"]
    version, message, (method, window, since, users) = page.payload
    assert (version, message, method) == ("1", "q-7", "_ME_AddData")
    assert (window, since) == ("20261105/20261107", "20261101T000000")
    assert users[::4] == users[1::4]
    assert set(users[2::4]) <= {"10"}
    return dict(zip(users[::4], users[3::4], strict=True))


def refused(heard: Heard, fault: str, mail: str = "ga.test") -> str:
    """Why there is no answer; the protocol knows no other status than 200."""
    page = read(heard.body)
    assert (heard.status, page.actions) == (200, [MAILSLOT.format(mail)])
    assert page.payload[2] == fault
    return str(page.payload[3])


def test_everybody_who_can_be_read_is_told_about_once_and_in_order(desk: Desk) -> None:
    found = ask(desk, BEN, ANA, "nobody@a.test", ANA, BEN)
    assert list(found) == [BEN, ANA]
    assert found == {BEN: [], ANA: [["", "20261105T120000", "20261105T130000", "", ANA, 1]]}


def test_it_is_told_by_the_clock_of_who_asks_and_how_busy_it_is(desk: Desk) -> None:
    desk.mailbox(ANA).create(subject="Perhaps", show_as="Tentative", start=at(5, 22), end=at(6, 2))
    desk.mailbox(ANA).create(subject="Fair", show_as="OOF", start=at(6, 22), end=at(7, 5))
    assert ask(desk, ANA, zone=BERLIN)[ANA] == [
        ["", "20261105T130000", "20261105T140000", "", ANA, 1],
        ["", "20261105T230000", "20261106T030000", "", ANA, 3],
        ["", "20261106T230000", "20261107T000000", "", ANA, 1],
    ]


def test_who_does_not_exist_and_who_may_not_be_seen_are_both_left_out(desk: Desk) -> None:
    desk.mailbox(BEN).share_free_busy("None")
    assert list(ask(desk, BEN, "nobody@a.test", ANA, "ana@elsewhere.test")) == [ANA]


def test_a_door_tells_of_its_own_domain_alone(desk: Desk) -> None:
    ready(desk, "b.test", "gb.test")
    assert list(ask(desk, ANA, CORA)) == [ANA]
    assert list(ask(desk, ANA, CORA, domain="b.test", mail="gb.test")) == [CORA]
    assert (desk.asked(), desk.asked("b.test")) == ({"GetUserAvailability": 1}, {"GetUserAvailability": 1})


def test_a_domain_whose_form_is_not_open_has_no_door(desk: Desk) -> None:
    for domain in ("b.test", "nowhere.test", ""):
        assert post(desk, CORA, domain=domain).status == 404
    ready(desk, "a.test", "ga.test", on=False)
    heard = post(desk, ANA)
    assert (heard.status, heard.json) == (404, {"error": "there is nothing at this address"})
    assert (desk.asked(), desk.asked("b.test")) == ({}, {})


def test_a_domain_that_names_no_google_domain_has_no_door(desk: Desk) -> None:
    ready(desk, "a.test")
    assert post(desk, ANA).status == 404
    # The account whose eyes see free/busy says it too.
    desk.documents["a.test"]["google"]["free_busy_account"] = "eyes@GA.test"
    ready(desk, "a.test")
    assert list(ask(desk, ANA)) == [ANA]


def test_answers_go_to_the_first_google_domain_and_nowhere_a_request_says(desk: Desk) -> None:
    ready(desk, "a.test", "first.test", "second.test")
    assert list(ask(desk, ANA, mail="first.test")) == [ANA]


def test_the_directory_and_pairs_say_who_an_address_is(desk: Desk) -> None:
    desk.store.put(Doc("directory", "ana@contoso.test", {"schema": 1, "domain": "a.test", "exchange": ANA}))
    assert list(ask(desk, "ana@contoso.test")) == ["ana@contoso.test"]
    desk.store.put(Doc("directory", BEN, {"schema": 1, "domain": "a.test", "google": "ben@ga.test"}))
    assert list(ask(desk, BEN, "1@a.test")) == ["1@a.test"]
    # A mail domain that two organisations have; a pair says which of them somebody is in.
    for name in ("a.test", "b.test"):
        desk.documents[name]["limits"]["mailbox_domains"] = ["a.test", "b.test"]
    people.apply(
        desk.store, desk.documents, {"cora": {"domain": "b.test", "mailbox": CORA, "calendar": "c@gb.test"}}, ""
    )
    ready_b = {"availability": {"connector_form": True}}
    desk.documents["b.test"] |= ready_b
    ready(desk, "b.test", "gb.test")
    desk.later(minutes=10)
    assert list(ask(desk, CORA, domain="b.test", mail="gb.test")) == [CORA]
    assert list(ask(desk, CORA)) == []


def test_half_of_the_mailboxes_fail_and_are_left_out(desk: Desk) -> None:
    for nth in (2, 4):
        desk.plant("a.test", "item_error", operation="GetUserAvailability", nth=nth, detail="ErrorServerBusy")
    desk.plant("a.test", "item_error", operation="GetUserAvailability", nth=3, detail="ErrorFreeBusyGenerationFailed")
    assert list(ask(desk, ANA, BEN, "1@a.test", "2@a.test", "3@a.test")) == [ANA, "3@a.test"]


@pytest.mark.parametrize("trouble", ["timeout_before", "unavailable", "torn", "unauthorized", "too_many_requests"])
def test_where_exchange_does_not_answer_that_is_told(desk: Desk, trouble: str) -> None:
    desk.plant("a.test", trouble, operation="GetUserAvailability", times=5)
    assert refused(post(desk, ANA, "nobody@elsewhere.test"), "1") == "Exchange does not answer; ask again later"


def test_where_exchange_is_slow_that_is_told_when_time_is_up(desk: Desk) -> None:
    over = Event()
    desk.hosts.before["exchange.a.test"] = lambda: over.wait(10)
    desk.parts.patience -= desk.parts.patience
    try:
        assert refused(post(desk, ANA), "1") == "Exchange does not answer; ask again later"
    finally:
        over.set()


def test_a_sign_in_that_is_refused_is_tried_once_and_rests(desk: Desk) -> None:
    desk.set_password("a.test", "changed")
    for _ in range(5):
        assert refused(post(desk, ANA), "1")
        desk.later(seconds=61)
    assert desk.asked() == {"unauthorized": 1}


def test_sixty_questions_a_minute_are_answered_and_then_a_minute_brings_sixty_more(desk: Desk) -> None:
    def answered() -> int:
        heard = [post(desk, ANA) for _ in range(70)]
        said = [read(one.body).payload for one in heard]
        refusals = [one for one in said if one[2] == "0"]
        assert all(one == ["0", "0", "0", "too many questions; ask again in a minute"] for one in refusals)
        return len(said) - len(refusals)

    assert answered() == 60
    assert answered() == 0
    desk.later(seconds=30)
    assert answered() in (29, 30)
    desk.later(hours=3)
    assert answered() == 60


def test_who_asks_too_often_in_this_way_does_not_stop_who_is_proven(desk: Desk) -> None:
    for _ in range(70):
        post(desk, ANA)
    assert list(desk.ask(ANA)) == [ANA]


def test_questions_that_are_none_count_too(desk: Desk) -> None:
    kinds = [read(desk.knock("/connector/a.test", b"x").body).payload[2] for _ in range(61)]
    assert kinds == ["3"] * 60 + ["0"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[2,q-7,[ana@a.test],20261105/20261107,20261101T000000,UTC]", "2"),
        ("[1,q-7,[ana@a.test],20261105/20261107,20261101T000000,Mars]", "5"),
        ("[1,q-7,[ana@a.test],20261107/20261105,20261101T000000,UTC]", "3"),
        ("[1,q-7,[ana@a.test],20260105/20261107,20261101T000000,UTC]", "0"),
        ("[1,q-7,[],20261105/20261107,20261101T000000,UTC]", "3"),
        ("", "3"),
    ],
)
def test_a_question_that_cannot_be_answered_has_the_protocols_number(desk: Desk, text: str, fault: str) -> None:
    page = read(desk.knock("/connector/a.test", form(text)).body)
    assert page.payload[1:3] == ["q-7" if text else "0", fault]
    assert desk.asked() == {}


def test_nothing_a_browser_could_run_comes_from_a_request(desk: Desk) -> None:
    evil = '"><script>alert(1)</script>@a.test'
    desk.store.put(Doc("directory", "x@a.test", {"schema": 1}))
    heard = post(desk, ANA, evil.replace(",", ""))
    assert b"alert" not in heard.body
    heard = desk.knock("/connector/a.test", form("[1,</script><b>,[a],1/2,3,UTC]"))
    assert refused(heard, "3")
    assert b"</b>" not in heard.body


def test_no_address_is_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(desk, ANA, "nobody@a.test")
        post(desk, "x" * 400)
    ours = [record for record in caplog.records if record.name == "calpair"]
    assert [(record.getMessage(), record.__dict__["fields"]) for record in ours] == [
        ("looked up", {"asked": 2, "unknown": 1, "failed": 0})
    ]
    assert "ana@" not in caplog.text
    assert "nobody@" not in caplog.text


@pytest.mark.parametrize(
    ("listed", "slot"), [("m\u00fcnchen.test", "xn--mnchen-3ya.test"), ("a_b.test", ""), ("\u00fc" * 60 + ".test", "")]
)
def test_a_domain_of_any_letters_has_its_mailslot_or_no_door(
    desk: Desk, listed: str, slot: str, caplog: pytest.LogCaptureFixture
) -> None:
    ready(desk, "a.test", listed)
    if slot:
        assert set(ask(desk, ANA, mail=slot)) == {ANA}
    else:
        assert post(desk, ANA).status == 404
        assert "a.test: availability.connector_form: Google can have no domain" in caplog.text
