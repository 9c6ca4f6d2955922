"""Google users' free/busy, asked for as Exchange asks another organisation: Autodiscover, then GetUserAvailability (story 60)."""

import logging
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from lxml import etree

from calpair.care import apply as people
from calpair.ports import Doc
from scenarios.doorways import DISCOVER
from scenarios.knocking import EWS, XML, Heard, basic, waiting
from scenarios.looking import SECRET, at
from scenarios.looking_google import ADDRESS, GoogleDesk
from simulators.record import Fault
from unit.exchange.availability_ground import BERLIN, Told, fault, mailbox, options, request, told

ANA, BEN, SHY, CORA = "ana@ga.test", "ben@ga.test", "shy@ga.test", "ana@gb.test"
WEEK = options("2026-11-02T00:00:00", "2026-11-09T00:00:00", 1440)
FREE, NOBODY = Told("NoError", "FreeBusyMerged", "0" * 7, []), Told("ErrorMailRecipientNotFound", "None", None, None)
LATER = Told("ErrorInternalServerTransientError", "None", None, None)
LUNCH = Told("NoError", "FreeBusyMerged", "0002000", [("2026-11-05T12:00:00", "2026-11-05T13:00:00", "Busy")])


@pytest.fixture
def desk(tmp_path: Path) -> GoogleDesk:
    desk = GoogleDesk(tmp_path)
    desk.event(ANA, at(5, 12), at(5, 13))
    return desk


def ask(desk: GoogleDesk, *addresses: str, domain: str = "a.test", asked: str = WEEK, zone: str = "") -> list[Told]:
    """What is told of each address, in the order of the answer, which has to be one."""
    heard = desk.ews(request(*map(mailbox, addresses), asked=asked, **({"zone": zone} if zone else {})), domain)
    assert (heard.status, heard.headers["Content-Type"], heard.headers["Cache-Control"]) == (200, XML, "no-store")
    assert b"secret" not in heard.body
    return told(heard.body)


def found(heard: Heard) -> str:
    """Where Autodiscover says that free/busy is; or the code of its error."""
    root = etree.fromstring(heard.body)
    assert (heard.status, heard.headers["Content-Type"], heard.headers["Cache-Control"]) == (200, XML, "no-store")
    urls = {one.text for name in ("ASUrl", "EwsUrl") for one in root.iterfind(f".//{{*}}{name}")}
    codes = {one.text for one in root.iterfind(".//{*}ErrorCode")}
    (said,) = urls | codes
    return str(said)


def test_autodiscover_leads_to_the_door_that_answers(desk: GoogleDesk) -> None:
    address = found(desk.discover(DISCOVER.format(ANA).encode()))
    assert address == ADDRESS + EWS
    assert ask(desk, ANA) == [LUNCH]


def test_autodiscover_tells_of_a_whole_mail_domain_alike_and_asks_nobody(desk: GoogleDesk) -> None:
    heard = [desk.discover(DISCOVER.format(one).encode()) for one in (ANA, "nobody@ga.test", SHY)]
    assert {found(one) for one in heard} == {ADDRESS + EWS}
    plain = {
        one.body.replace(name.encode(), b"") for one, name in zip(heard, (ANA, "nobody@ga.test", SHY), strict=True)
    }
    assert len(plain) == 1
    assert desk.asked() == 0


def test_autodiscover_knows_nobody_of_another_domains_caller_or_of_none(desk: GoogleDesk) -> None:
    for address, domain in (
        (ANA, "b.test"),
        (CORA, "a.test"),
        ("ana@a.test", "a.test"),
        ("ana@elsewhere.test", "a.test"),
    ):
        assert found(desk.discover(DISCOVER.format(address).encode(), domain)) == "500"
    assert found(desk.discover(DISCOVER.format(CORA).encode(), "b.test")) == ADDRESS + EWS


def test_autodiscover_follows_the_directory(desk: GoogleDesk) -> None:
    desk.store.put(Doc("directory", "ana@contoso.test", {"schema": 1, "domain": "a.test", "google": ANA}))
    assert found(desk.discover(DISCOVER.format("ana@contoso.test").encode())) == ADDRESS + EWS
    assert found(desk.discover(DISCOVER.format("ana@contoso.test").encode(), "b.test")) == "500"
    assert found(desk.discover(b"<x/>")) == "600"


def test_everybody_is_told_about_in_their_place_as_often_as_asked(desk: GoogleDesk) -> None:
    assert ask(desk, BEN, ANA, "nobody@ga.test", ANA, BEN, "Ana@GA.test") == [FREE, LUNCH, NOBODY, LUNCH, FREE, LUNCH]
    assert desk.asked() == 1


def test_what_is_told_is_busy_and_nothing_finer_by_the_callers_clock(desk: GoogleDesk) -> None:
    desk.event(ANA, at(6, 9), at(6, 10), transparency="transparent")
    desk.event(ANA, at(6, 22, 30), at(7, 1))
    desk.google.calendar(ANA).create(start={"date": "2026-11-08"}, end={"date": "2026-11-09"}, transparency="opaque")
    (told_,) = ask(desk, ANA, asked=options("2026-11-06T00:00:00", "2026-11-07T00:00:00", 120), zone=BERLIN)
    assert told_ == Told(
        "NoError", "FreeBusyMerged", "0" * 11 + "2", [("2026-11-06T23:30:00", "2026-11-07T00:00:00", "Busy")]
    )
    (told_,) = ask(desk, ANA, asked=options("2026-11-08T00:00:00", "2026-11-09T00:00:00", 720), zone=BERLIN)
    assert told_.merged == "22"


def test_who_does_not_exist_and_who_does_not_share_are_told_alike(desk: GoogleDesk) -> None:
    addresses = (SHY, "nobody@ga.test", "ana@elsewhere.test", CORA)
    heard = desk.ews(request(*map(mailbox, addresses), asked=WEEK))
    assert told(heard.body) == [NOBODY] * 4
    parts = heard.body.split(b"<m:FreeBusyResponse>")[1:]
    assert len({part.partition(b"</m:FreeBusyResponse>")[0] for part in parts}) == 1


def test_another_domains_caller_finds_nobody_and_google_is_not_asked(desk: GoogleDesk) -> None:
    assert ask(desk, ANA, domain="b.test") == [NOBODY]
    assert desk.asked() == 0
    assert ask(desk, ANA, CORA, domain="b.test") == [NOBODY, FREE]


def test_one_name_in_two_domains_opens_the_one_whose_password_it_shows(desk: GoogleDesk) -> None:
    desk.secrets.add(SECRET.format("door-b"), b"svc-a:other")
    both = request(mailbox(ANA), mailbox(CORA), asked=WEEK)
    heard = [desk.knock(EWS, both, {"Authorization": basic("svc-a", one)}) for one in ("knock-a", "other")]
    assert [told(one.body) for one in heard] == [[LUNCH, NOBODY], [NOBODY, FREE]]


def test_a_password_is_changed_within_five_minutes(desk: GoogleDesk) -> None:
    assert ask(desk, ANA) == [LUNCH]
    desk.secrets.add(SECRET.format("door-a"), b"svc-a:new")
    assert ask(desk, ANA) == [LUNCH]
    desk.later(minutes=5)
    heard = desk.ews(request(mailbox(ANA)))
    assert (heard.status, fault(heard.body)[1]) == (401, "ErrorAccessDenied")
    heard = desk.knock(EWS, request(mailbox(ANA), asked=WEEK), {"Authorization": basic("svc-a", "new")})
    assert told(heard.body) == [LUNCH]


def test_a_secret_that_cannot_be_read_lets_nobody_in_and_shuts_no_other_domain(
    desk: GoogleDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.secrets.deny(SECRET.format("door-a"))
    with caplog.at_level(logging.WARNING):
        assert desk.ews(request(mailbox(ANA))).status == 401
    assert "a.test: availability.credentials: secret-manager:door-a: this account may not read it" in caplog.text
    assert ask(desk, CORA, domain="b.test") == [FREE]


def test_who_an_address_is_the_directory_says_and_then_a_pair(desk: GoogleDesk) -> None:
    desk.store.put(Doc("directory", "boss@a.test", {"schema": 1, "domain": "a.test", "google": ANA}))
    assert ask(desk, "boss@a.test", "ana@a.test") == [LUNCH, NOBODY]
    desk.store.put(Doc("directory", BEN, {"schema": 1, "domain": "a.test", "exchange": "ben@a.test"}))
    assert ask(desk, BEN, ANA) == [NOBODY, LUNCH]
    # A mail domain that two organisations have; a pair says which of them somebody is in.
    for name in ("a.test", "b.test"):
        desk.documents[name]["limits"]["calendar_domains"] = ["ga.test", "gb.test"]
    pair = {"domain": "b.test", "mailbox": "ana@b.test", "calendar": CORA}
    people.apply(desk.store, desk.documents, {"cora": pair}, "hand")
    desk.later(minutes=10)
    assert ask(desk, CORA, domain="b.test") == [FREE]
    assert ask(desk, CORA) == [NOBODY]


def test_half_of_the_calendars_fail_and_the_others_are_told(desk: GoogleDesk) -> None:
    desk.plant("a.test", "internal_error", detail=BEN)
    assert ask(desk, ANA, BEN, SHY, "cy@ga.test") == [LUNCH, LATER, NOBODY, FREE]
    # What could not be had is asked for again at once, and nothing else is.
    assert ask(desk, ANA, BEN) == [LUNCH, FREE]
    assert desk.asked() == 2


@pytest.mark.parametrize(
    "kind",
    [
        *("rate_limit_403", "user_rate_limit_403", "quota_403", "rate_limit_429", "backend_500", "backend_503"),
        *("timeout_before", "torn", "lost_reply", "redirect_302"),
    ],
)
def test_where_google_does_not_answer_that_is_told_and_the_other_domain_as_ever(desk: GoogleDesk, kind: str) -> None:
    desk.secrets.add(SECRET.format("door-b"), b"svc-a:knock-a")
    desk.plant("a.test", kind, times=20)
    assert [one.code for one in ask(desk, ANA, CORA, "nobody@ga.test")] == [
        "ErrorInternalServerTransientError",
        "NoError",
        "ErrorInternalServerTransientError",
    ]
    assert desk.asked() <= 3


@pytest.mark.parametrize("kind", ["forbidden_403", "invalid_400", "not_found_404"])
def test_what_google_refuses_is_an_error_and_never_free(desk: GoogleDesk, kind: str) -> None:
    desk.plant("a.test", kind, times=20)
    assert {one.merged for one in ask(desk, ANA, BEN)} == {None}
    assert {one.code for one in ask(desk, ANA, BEN)} <= {
        "ErrorInternalServerTransientError",
        "ErrorFreeBusyGenerationFailed",
    }


def test_google_that_is_slow_is_waited_for_until_the_clock_says_so(
    desk: GoogleDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.secrets.add(SECRET.format("door-b"), b"svc-a:knock-a")
    reached, over = Event(), Event()
    waited = waiting(monkeypatch)

    def slow() -> None:
        waited.wait(10)
        desk.later(seconds=21)
        reached.set()
        over.wait(10)

    desk.before = {"a.test": slow, "b.test": lambda: reached.wait(10)}
    assert desk.parts.patience == timedelta(seconds=20)
    try:
        assert ask(desk, CORA, ANA) == [FREE, LATER]
    finally:
        over.set()


def test_a_sign_in_that_is_refused_rests_for_a_minute(desk: GoogleDesk, caplog: pytest.LogCaptureFixture) -> None:
    desk.google.record.plant(Fault("forbidden_403", "iam.signBlob"))
    with caplog.at_level(logging.WARNING):
        assert ask(desk, ANA) == [LATER]
    before = len(desk.google.record.calls)
    desk.later(seconds=50)
    assert ask(desk, ANA) == [LATER]
    assert len(desk.google.record.calls) == before
    desk.later(seconds=11)
    assert ask(desk, ANA) == [LUNCH]


def test_a_hundred_people_are_two_questions_and_one_more_is_refused(desk: GoogleDesk) -> None:
    crowd = [ANA, BEN, *(f"x{number}@ga.test" for number in range(98))]
    assert ask(desk, *crowd) == [LUNCH, FREE, *[NOBODY] * 98]
    assert desk.asked() == 2
    heard = desk.ews(request(*map(mailbox, [*crowd, "more@ga.test"])))
    assert (heard.status, fault(heard.body)[1]) == (400, "ErrorMailboxDataArrayTooBig")
    assert desk.asked() == 0


def test_a_hundred_servers_that_ask_within_half_a_minute_are_one_question(desk: GoogleDesk) -> None:
    for _ in range(100):
        assert ask(desk, ANA) == [LUNCH]
        desk.later(seconds=0.29)
    assert desk.asked() == 1


def test_a_look_up_leaves_one_line_without_a_name_and_writes_nothing(
    desk: GoogleDesk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []
    for name in ("put", "delete", "drop"):
        monkeypatch.setattr(desk.store, name, written.append)
    with caplog.at_level(logging.INFO):
        ask(desk, ANA, "nobody@ga.test", "nobody@elsewhere.test")
        desk.discover(DISCOVER.format(ANA).encode())
        desk.discover(b"<x>A secret lunch")
    [line] = [record for record in caplog.records if record.name == "calpair"]
    assert line.__dict__["fields"] == {"asked": 3, "unknown": 2, "failed": 0}
    assert line.getMessage() == (
        "looked up; 1 in no domain: the directory, a pair, or limits.calendar_domains says what is in one"
    )
    assert not any(word in caplog.text for word in ("ana@", "nobody@", "A secret", "knock-a"))
    assert not written


def test_a_domain_without_credentials_has_no_door(desk: GoogleDesk) -> None:
    del desk.documents["a.test"]["availability"]
    desk.write()
    assert desk.ews(request(mailbox(ANA))).status == 401
    assert ask(desk, ANA, CORA, domain="b.test") == [NOBODY, FREE]


def test_what_the_function_asks_of_google_is_times_alone(desk: GoogleDesk) -> None:
    ask(desk, ANA)
    assert {call.operation for call in desk.google.record.calls if call.user} >= {"freebusy.query"}
    assert not any(call.operation.startswith(("events.", "calendars.")) for call in desk.google.record.calls)
    assert not any(call.changed for call in desk.google.record.calls)
