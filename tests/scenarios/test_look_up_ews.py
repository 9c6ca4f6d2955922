"""Exchange users' free/busy, asked for as EWS's GetUserAvailability asks, with a domain's name and password (story 60)."""

import logging
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from scenarios.knocking import EWS, XML, Heard, basic, waiting
from scenarios.looking import Desk, at
from simulators.record import Fault
from unit.exchange.availability_ground import BERLIN, Told, fault, mailbox, options, request, told

ANA, BEN, CORA = "ana@a.test", "ben@a.test", "ana@b.test"
NAME, PASSWORD = "svc-busy", "knock"
WEEK = options("2026-11-02T00:00:00", "2026-11-09T00:00:00", 1440)
FREE, NOBODY = Told("NoError", "FreeBusyMerged", "0" * 7, []), Told("ErrorMailRecipientNotFound", "None", None, None)
LATER = Told("ErrorInternalServerTransientError", "None", None, None)
LUNCH = Told("NoError", "FreeBusyMerged", "0002000", [("2026-11-05T12:00:00", "2026-11-05T13:00:00", "Busy")])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.open("a.test", f"{NAME}:{PASSWORD}")
    desk.mailbox(ANA).create(subject="A secret lunch", location="A secret place", start=at(5, 12), end=at(5, 13))
    return desk


def ask(
    desk: Desk, *addresses: str, name: str = NAME, password: str = PASSWORD, asked: str = WEEK, zone: str = ""
) -> list[Told]:
    """What is told of each address, in the order of the answer, which has to be one."""
    body = request(*map(mailbox, addresses), asked=asked, **({"zone": zone} if zone else {}))
    heard = desk.knock(EWS, body, {"Authorization": basic(name, password), "Content-Type": XML})
    assert (heard.status, heard.headers["Content-Type"], heard.headers["Cache-Control"]) == (200, XML, "no-store")
    assert b"secret" not in heard.body
    return told(heard.body)


def refused(heard: Heard) -> tuple[int, str]:
    """The status of a refusal and the code of its fault."""
    assert heard.headers["Content-Type"] == XML
    _, code, sentence = fault(heard.body)
    assert sentence.isprintable()
    return heard.status, code


def test_everybody_is_told_about_in_their_place_as_often_as_asked(desk: Desk) -> None:
    found = ask(desk, BEN, ANA, "nobody@a.test", ANA, BEN, "Ana@a.test")
    assert found == [FREE, LUNCH, NOBODY, LUNCH, FREE, LUNCH]


def test_how_somebody_is_busy_is_told_by_the_callers_clock(desk: Desk) -> None:
    ana = desk.mailbox(ANA)
    ana.create(subject="Perhaps", show_as="Tentative", start=at(6, 9), end=at(6, 10))
    ana.create(subject="Away", show_as="OOF", start=at(6, 22, 30), end=at(7, 1))
    (found,) = ask(desk, ANA, asked=options("2026-11-06T00:00:00", "2026-11-07T00:00:00", 120), zone=BERLIN)
    # By Berlin's clock, an hour ahead: from ten to eleven, and from half past eleven at night.
    assert found == Told(
        "NoError",
        "FreeBusyMerged",
        "000001000003",
        [
            ("2026-11-06T10:00:00", "2026-11-06T11:00:00", "Tentative"),
            ("2026-11-06T23:30:00", "2026-11-07T00:00:00", "OOF"),
        ],
    )


def test_who_does_not_exist_and_who_may_not_be_seen_are_told_alike(desk: Desk) -> None:
    desk.mailbox(BEN).share_free_busy("None")
    addresses = (BEN, "nobody@a.test", "ana@elsewhere.test", CORA)
    body = request(*map(mailbox, addresses), asked=WEEK)
    heard = desk.knock(EWS, body, {"Authorization": basic(NAME, PASSWORD)})
    assert told(heard.body) == [NOBODY] * 4
    # To the letter, and not just by its code.
    parts = heard.body.split(b"<m:FreeBusyResponse>")[1:]
    assert len({part.partition(b"</m:FreeBusyResponse>")[0] for part in parts}) == 1


def test_another_domains_caller_finds_nobody_and_nobody_is_asked(desk: Desk) -> None:
    desk.open("b.test", "svc-b:other")
    assert ask(desk, ANA, CORA, name="svc-b", password="other") == [NOBODY, FREE]
    assert (desk.asked(), desk.asked("b.test")) == ({}, {"GetUserAvailability": 1})


def test_one_name_in_two_domains_opens_the_one_whose_password_it_shows(desk: Desk) -> None:
    desk.open("b.test", f"{NAME}:other")
    assert ask(desk, ANA, CORA) == [LUNCH, NOBODY]
    assert ask(desk, ANA, CORA, password="other") == [NOBODY, FREE]


def test_who_shows_what_two_domains_have_may_ask_about_both(desk: Desk) -> None:
    desk.open("b.test", f"{NAME}:{PASSWORD}")
    assert ask(desk, ANA, CORA) == [LUNCH, FREE]


def test_each_line_of_the_secret_is_a_name_and_its_password(desk: Desk) -> None:
    desk.open("a.test", "first:one", "", "  second:two: three ", "no colon", "third:", "A\\fourth:four")
    for name, password in (("first", "one"), ("SECOND", "two: three"), ("a\\FOURTH", "four")):
        assert ask(desk, ANA, name=name, password=password) == [LUNCH]
    for name, password in (("first", "two: three"), ("third", ""), ("no colon", ""), ("", ""), (NAME, PASSWORD)):
        heard = desk.knock(EWS, request(), {"Authorization": basic(name, password)})
        assert refused(heard) == (401, "ErrorAccessDenied")


def test_a_password_is_changed_within_five_minutes_with_both_good_meanwhile(desk: Desk) -> None:
    desk.secrets.add("projects/p/secrets/door-a", f"{NAME}:{PASSWORD}\n{NAME}:new".encode())
    desk.later(minutes=5)
    assert ask(desk, ANA, password="new") == ask(desk, ANA) == [LUNCH]
    desk.secrets.add("projects/p/secrets/door-a", f"{NAME}:new".encode())
    desk.later(minutes=5)
    assert ask(desk, ANA, password="new") == [LUNCH]
    heard = desk.knock(EWS, request(), {"Authorization": basic(NAME, PASSWORD)})
    assert refused(heard) == (401, "ErrorAccessDenied")


def test_while_secrets_cannot_be_had_the_right_password_is_asked_to_come_again_and_strangers_cost_little(
    desk: Desk,
) -> None:
    desk.secrets.record.plant(Fault("internal", detail="projects/p/secrets/door-a", times=100))
    desk.start()
    proof = {"Authorization": basic(NAME, PASSWORD)}
    assert refused(desk.knock(EWS, request(), proof)) == (503, "ErrorServerBusy")
    before = desk.secrets.record.requests.total()
    for number in range(20):
        assert desk.knock(EWS, request(), {"Authorization": basic(f"stranger-{number}", "x")}).status == 503
    assert desk.secrets.record.requests.total() == before
    desk.secrets.record.faults.clear()
    desk.later(seconds=10)
    assert ask(desk, ANA) == [LUNCH]


@pytest.mark.parametrize("lost", ["absent", "empty", "no text", "forbidden"])
def test_a_secret_that_cannot_be_read_lets_nobody_in_and_shuts_no_other_domain(
    desk: Desk, caplog: pytest.LogCaptureFixture, lost: str
) -> None:
    desk.open("b.test", "svc-b:other")
    name = "projects/p/secrets/door-a"
    if lost == "absent":
        desk.documents["a.test"]["availability"]["credentials"] = "secret-manager:gone"
        desk.documents["a.test"]["limits"]["secrets"] = ["a", "gone"]
        desk.write()
    elif lost == "forbidden":
        desk.secrets.record.plant(Fault("permission_denied", detail=name))
    else:
        desk.secrets.add(name, b" \n" if lost == "empty" else b"\xff\xfe:")
    desk.start()
    with caplog.at_level(logging.WARNING):
        heard = desk.knock(EWS, request(), {"Authorization": basic(NAME, PASSWORD)})
    assert refused(heard) == (401, "ErrorAccessDenied")
    told_ = [record.getMessage() for record in caplog.records if record.name == "calpair"]
    assert [line for line in told_ if line.startswith("a.test: availability.credentials: secret-manager:")] == told_
    assert len(told_) == 1
    assert PASSWORD not in caplog.text
    assert ask(desk, CORA, name="svc-b", password="other") == [FREE]


def test_half_of_the_mailboxes_fail_and_the_others_are_told(desk: Desk) -> None:
    people = [ANA, *(f"{number}@a.test" for number in range(7))]
    for nth in (2, 3, 4, 5):
        detail = "ErrorFreeBusyGenerationFailed" if nth % 2 else "ErrorServerBusy"
        desk.plant("a.test", "item_error", operation="GetUserAvailability", nth=nth, detail=detail)
    found = ask(desk, *people)
    assert found[0] == LUNCH
    assert [one.code for one in found[1:5]] == [
        "ErrorInternalServerTransientError",
        "ErrorFreeBusyGenerationFailed",
    ] * 2
    assert found[5:] == [FREE] * 3


@pytest.mark.parametrize("trouble", ["timeout_before", "unavailable", "bad_gateway", "torn", "too_many_requests"])
def test_a_server_that_is_down_is_told_as_later_and_the_others_as_ever(desk: Desk, trouble: str) -> None:
    desk.open("b.test", f"{NAME}:{PASSWORD}")
    desk.plant("a.test", trouble, operation="GetUserAvailability", times=5)
    assert ask(desk, ANA, CORA, BEN) == [LATER, FREE, LATER]


def test_a_server_that_is_slow_is_waited_for_until_the_clock_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open("b.test", f"{NAME}:{PASSWORD}")
    reached, over = Event(), Event()
    waited = waiting(monkeypatch)

    def slow() -> None:
        waited.wait(10)
        desk.later(seconds=21)
        reached.set()
        over.wait(10)

    desk.hosts.before["exchange.a.test"] = slow
    desk.hosts.before["exchange.b.test"] = lambda: reached.wait(10)
    assert desk.parts.patience == timedelta(seconds=20)
    try:
        # The other domain's server is waited for first, and answers once the first one's time is up.
        assert ask(desk, CORA, ANA) == [FREE, LATER]
    finally:
        over.set()


def test_a_plea_to_wait_is_obeyed_and_told_as_later(desk: Desk) -> None:
    desk.plant("a.test", "busy_fault", operation="GetUserAvailability", seconds=90)
    assert [ask(desk, ANA), ask(desk, ANA)] == [[LATER], [LATER]]
    assert desk.asked() == {"GetUserAvailability": 1}
    desk.later(seconds=91)
    assert ask(desk, ANA) == [LUNCH]


def test_a_sign_in_that_is_refused_is_tried_once_and_rests(desk: Desk) -> None:
    desk.set_password("a.test", "changed")
    for _ in range(5):
        assert ask(desk, ANA, BEN) == [LATER, LATER]
        desk.later(seconds=61)
    assert desk.asked() == {"unauthorized": 1}


def test_the_two_doors_of_a_domain_share_what_is_known(desk: Desk) -> None:
    assert ask(desk, ANA, BEN) == [LUNCH, FREE]
    assert list(desk.ask(ANA, BEN)) == [ANA, BEN]
    assert desk.asked() == {"GetUserAvailability": 1}


def test_a_hundred_mailboxes_are_one_request_and_one_more_is_refused(desk: Desk) -> None:
    people = [ANA, BEN, *(f"{number}@a.test" for number in range(48)), *(f"x{number}@a.test" for number in range(50))]
    found = ask(desk, *people)
    assert found == [LUNCH, *[FREE] * 49, *[NOBODY] * 50]
    assert desk.asked() == {"GetUserAvailability": 1}
    heard = desk.knock(EWS, request(*map(mailbox, [*people, BEN])), {"Authorization": basic(NAME, PASSWORD)})
    assert refused(heard) == (400, "ErrorMailboxDataArrayTooBig")
    assert desk.asked() == {}


def test_nothing_of_a_look_up_is_in_the_log_but_numbers(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(desk, ANA, "nobody@a.test")
        desk.knock(EWS, b"<x>A secret", {"Authorization": basic(NAME, PASSWORD)})
        desk.knock(EWS, request(), {"Authorization": basic(NAME, "wrong-secret")})
    ours = [record for record in caplog.records if record.name == "calpair"]
    said = ["looked up", "refused a caller: the name or the password is wrong"]
    assert [record.getMessage() for record in ours] == said
    assert not any(word in caplog.text for word in ("ana@", "nobody@", "A secret", "wrong-secret", NAME, PASSWORD))


def test_an_answer_of_half_a_minute_ago_is_not_told_to_who_may_not_ask(desk: Desk) -> None:
    desk.open("b.test", "svc-b:other")
    assert ask(desk, ANA) == [LUNCH]
    assert ask(desk, ANA, name="svc-b", password="other") == [NOBODY]
