"""`calpair doctor` on free/busy, which needs no pair: what the doors and publishing need, and what is wrong with it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from calpair.app.doctoring import examine
from scenarios.office import ANA, ANAS, PASSWORD, Office, office
from scenarios.publishing import EYES, GROUP
from scenarios.publishing_machine import OneMachine

Found = list[tuple[str, str, bool, str]]
"""Side, check, whether it is well, and what was found."""


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("CALLER", "svc-exchange@g.test:secret")
    with office(tmp_path, monkeypatch) as ground, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        ground.service["listen"] = f"127.0.0.1:{probe.getsockname()[1]}"
        ground.domains["a.test"]["google"]["free_busy_account"] = ANAS
        ground.domains["a.test"]["availability"] = {"credentials": "env:CALLER"}
        ground.pairs.clear()
        ground.ready()
        yield ground


def found(company: Office) -> Found:
    rows = company.calpair("--json", "doctor", "a.test").json
    return [(row["side"], row["check"], row["ok"], row["found"]) for row in rows if row["document"] == "domains/a.test"]


def test_what_a_door_needs_is_examined_without_a_pair(company: Office) -> None:
    said = company.calpair("doctor")
    assert (said.code, said.out.splitlines()) == (
        0,
        [
            "ok  service: digest key: is there and private",
            "ok  domains/a.test: availability.credentials: can be read; 1 may ask",
            "ok  domains/a.test exchange: sign-in: svc@a.test is accepted",
            f"ok  domains/a.test google: google free/busy: {ANAS} is told",
        ],
    )


def test_who_looks_up_google_users_alone_is_examined_for_that(company: Office) -> None:
    del company.domains["a.test"]["availability"]
    company.write()
    said = company.calpair("doctor", "a.test")
    assert (said.code, [line for line in said.out.splitlines() if "domains/a.test" in line]) == (
        0,
        [f"ok  domains/a.test google: google free/busy: {ANAS} is told"],
    )


def test_an_entry_that_names_no_domain_there_is_is_bad(company: Office) -> None:
    wrong = '\n[directory."gus@g.test"]\ndomain = "aa.test"\ngoogle = "gus@g.test"\n'
    company.config.write_text(company.config.read_text() + wrong)
    said = company.calpair("doctor")
    assert said.code == 1
    assert 'BAD directory/gus@g.test: document: directory/gus@g.test: domain: there is no domain "aa.test"' in said.out


def test_what_keeps_every_way_from_being_looked_at_is_told_once(company: Office) -> None:
    company.domains["a.test"]["public_folder"] = {"enabled": True, "legacy_dn_template": "/o=Org/ou=U/cn=R/cn={local}"}
    company.domains["a.test"]["exchange"]["secret"] = "env:NOT_SET"
    company.write()
    path = company.folder / "contacts.csv"
    path.write_text("gus@g.test,GOOGLE,\n")
    company.calpair("directory", "import", str(path))
    lines = [line for line in company.calpair("doctor").out.splitlines() if "domains/a.test exchange" in line]
    assert len(lines) == len(set(lines)) == 1


def test_a_domain_that_tells_nobody_is_not_examined(company: Office) -> None:
    del company.domains["a.test"]["availability"]
    del company.domains["a.test"]["google"]["free_busy_account"]
    company.write()
    said = company.calpair("doctor", "a.test")
    assert (said.code, "domains/a.test" in said.out) == (1, False)


def test_somebody_who_is_known_is_asked_about(company: Office) -> None:
    company.pairs["ana"] = company.pair()
    company.write()
    assert ("exchange", "free/busy", True, f"{ANA} is told") in found(company)


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("svc-exchange", "lines without a name or a password: 1"),
        ("svc:one\nsvc:two", "a name that Exchange never asks with"),
        ("svc:one\nsvc:\n:two", "lines without a name or a password: 2"),
    ],
)
def test_credentials_nobody_could_show_are_bad_and_not_told(company: Office, secret: str, said: str) -> None:
    path = company.folder / "callers"
    path.touch(mode=0o600)
    path.write_text(secret + "\n", encoding="ascii")
    company.domains["a.test"]["availability"]["credentials"] = "file:callers"
    company.write()
    side, check, ok, text = found(company)[0]
    assert (side, check, ok) == ("", "availability.credentials", False)
    assert said in text
    assert "svc" not in text


def test_a_refused_password_is_bad_shuts_the_gate_and_opens_it_when_it_is_right(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.domains["a.test"]["limits"]["mailbox_domains"] = ["a.test"]
    company.write()
    monkeypatch.setenv("PASSWORD", "wrong")
    assert ("exchange", "sign-in", False, "HTTP401") in found(company)
    company.exchange.record.requests.clear()
    assert "was refused" in company.calpair("free-busy", ANA).out
    assert not company.exchange.record.requests
    monkeypatch.setenv("PASSWORD", PASSWORD)
    assert ("exchange", "sign-in", True, "svc@a.test is accepted") in found(company)
    # What was refused before is forgotten: the same password is tried anew.
    monkeypatch.setenv("PASSWORD", "wrong")
    company.exchange.record.requests.clear()
    assert company.calpair("free-busy", ANA).code == 1
    assert sum(company.exchange.record.requests.values()) == 1


def test_a_google_account_that_is_refused_is_bad(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "wrong")
    (row,) = [row for row in found(company) if row[0] == "google"]
    assert row[1:3] == ("google free/busy", False)


def examined(board: OneMachine) -> Found:
    rows = examine(board.app, "")
    return [
        (one.side, one.finding.check, one.finding.ok, one.finding.found)
        for one in rows
        if one.document == "domains/a.test"
    ]


def test_what_publishing_needs_is_looked_at_and_nothing_is_written(tmp_path: Path) -> None:
    board = OneMachine(tmp_path)
    looked = "is there and can be read; whether calpair may write there shows when it publishes"
    assert examined(board) == [
        ("exchange", "sign-in", True, "svc@a.test is accepted"),
        ("exchange", "public folder", True, f"EX:{GROUP} {looked}"),
        ("google", "google free/busy", True, "ana@g.test is told"),
    ]
    assert not board.public.messages(f"{GROUP}/cn=Recipients/cn=ana")


def test_a_folder_that_is_not_there_is_bad_beside_one_that_is(tmp_path: Path) -> None:
    board = OneMachine(tmp_path)
    board.register("ben", "/o=First Organization/ou=Nowhere/cn=Recipients/cn=ben")
    board.process()
    wrong = [row for row in examined(board) if not row[2]]
    assert wrong == [
        ("exchange", "public folder", False, "EX:/o=First Organization/ou=Nowhere: NoFreeBusyFolder"),
    ]


def test_a_user_who_is_not_shared_with_the_account_is_bad(tmp_path: Path) -> None:
    board = OneMachine(tmp_path)
    board.calendar("ana").set_access(EYES, "none")
    assert ("google", "google free/busy", False, "ana@g.test: not_found") in examined(board)


def test_publishing_for_nobody_is_bad(tmp_path: Path) -> None:
    board = OneMachine(tmp_path, names=())
    assert ("exchange", "directory", False, "nobody is registered who could be published") in examined(board)
