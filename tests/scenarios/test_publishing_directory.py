"""Who is published: joiners, leavers and whoever gets another legacyExchangeDN; an administrator's list, end to end."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calpair.app.machine import App
from calpair.errors import CalpairError
from scenarios.office import ACCOUNT, ANA, ANAS, BENS, Office, _as_a_process, noon, office
from scenarios.publishing import GROUP, Board, at, dn
from scenarios.publishing_machine import GROUNDS
from simulators.exchange import Switches

TEN = "0" * 10 + "2" + "0" * 13


@pytest.fixture(params=GROUNDS, ids=lambda ground: ground.ground)
def board(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return request.param(tmp_path)


def people(board: Board) -> set[str]:
    return {post.subject for post in board.public.posts(GROUP)}


def test_who_joins_is_published_within_minutes_whatever_the_interval(tmp_path: Path) -> None:
    for number, ground in enumerate(GROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        board = ground(folder, names=("ana", "ben"), public_folder={"interval": "4h"})
        board.remove("ben")
        board.later(minutes=10)
        board.meets("ben", at(5, 10), at(5, 11))
        board.register("ben")
        board.later(minutes=3)
        assert board.day("ben", 5) == TEN, ground
        assert board.status()["people"] == 2


def test_who_leaves_is_asked_about_and_written_no_more(board: Board) -> None:
    board.meets("ana", at(5, 10), at(5, 11))
    board.publish()
    board.remove("ana")
    board.later(minutes=3)
    board.meets("ana", at(6, 10), at(6, 11))
    with board.as_it_was("ana"):
        board.later(minutes=40)
    assert board.batches() == {"a.test:0": ["ben@g.test", "cid@g.test"]}
    assert board.status()["people"] == 2
    board.silent()


def test_when_who_was_in_trouble_leaves_nobody_is_said_to_be(board: Board) -> None:
    board.fault("google", "internal_error", "freebusy.query", times=1000, detail="ana@g.test")
    board.later(minutes=20)
    assert board.troubled() == {"ana": "unavailable"}
    board.remove("ana")
    board.later(minutes=3)
    assert (board.status()["state"], board.troubled()) == ("ok", {})


def test_when_the_last_one_leaves_there_is_nothing_to_say(board: Board) -> None:
    board.publish()
    for name in ("ana", "ben", "cid"):
        board.remove(name)
    board.later(minutes=3)
    assert (board.batches(), board.status()) == ({}, {})


def test_with_another_legacy_dn_another_message_is_written(board: Board) -> None:
    board.meets("ana", at(5, 10), at(5, 11))
    board.publish()
    board.register("ana", dn("ana.married"))
    board.later(minutes=3)
    assert board.seen("ana", legacy_dn=dn("ana.married")).busy == ((at(5, 10), at(5, 11)),)
    with board.as_it_was("ana"):
        board.meets("ana", at(6, 10), at(6, 11))
        board.later(minutes=16)
    board.silent()


def test_who_has_no_legacy_dn_is_named_by_the_template(tmp_path: Path) -> None:
    board = Board(tmp_path, public_folder={"legacy_dn_template": f"{GROUP}/cn=Recipients/cn=g-{{local}}"})
    board.register("ana", "")
    board.publish()
    assert people(board) >= {"USER-/CN=RECIPIENTS/CN=G-ANA", "USER-/CN=RECIPIENTS/CN=BEN"}


def test_names_of_three_parts_and_in_any_case_are_found_by_outlook(board: Board) -> None:
    deep = f"{GROUP}/cn=Configuration/cn=Servers/CN=Zoë O'Hara"
    board.register("ana", deep.replace("/o=First", "/O=FIRST"))
    board.publish()
    assert "USER-/CN=CONFIGURATION/CN=SERVERS/CN=ZOË O'HARA" in people(board)
    assert board.seen("ana", legacy_dn=deep).busy == ()


@pytest.mark.parametrize("together", [True, False])
def test_two_with_one_legacy_dn_do_not_write_over_each_other(tmp_path: Path, together: bool) -> None:
    names = ["ana", "zoe"] if together else ["ana", *(f"p{number:02}" for number in range(50)), "zoe"]
    board = Board(tmp_path, names=names)
    board.meets("ana", at(5, 10), at(5, 11))
    board.meets("zoe", at(5, 12), at(5, 13))
    board.later(minutes=3)
    board.register("zoe", dn("ANA"))
    board.later(days=1, hours=2)
    assert board.day("ana", 5) == TEN
    assert board.troubled() == {"zoe": "twin"}
    assert "give each person their own" in board.status()["troubled"][0]["meaning"]
    board.register("zoe")
    board.later(minutes=17)
    assert board.day("zoe", 5) == "0" * 12 + "2" + "0" * 11
    assert (board.status()["state"], board.troubled()) == ("ok", {})
    board.silent()


# --- an administrator's list, by the command


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A company on a 2010 that publishes, and the command."""
    with office(tmp_path, monkeypatch) as ground:
        ground.exchange.switches = Switches(version="Exchange2010_SP2")
        ground.exchange.accounts.mailboxes = {**ground.exchange.accounts.mailboxes, ACCOUNT: "secret"}
        ground.exchange.mailboxes[ACCOUNT] = ground.exchange.mailboxes[ANA]
        ground.exchange.public_folders.add_administrative_group(GROUP)
        ground.exchange.public_folders.grant(ACCOUNT, "Owner", GROUP)
        ground.domains["a.test"]["public_folder"] = {"enabled": True}
        ground.pairs.clear()
        ground.ready()
        yield ground


def test_an_imported_list_is_published_and_told_of(company: Office) -> None:
    start = noon(3)
    company.google.calendar(ANAS).create(
        summary="Lunch",
        start={"dateTime": start.isoformat()},
        end={"dateTime": (start + timedelta(hours=1)).isoformat()},
    )
    wise = f"{GROUP}/cn=Recipients/cn=Michael, Wise"
    lost = "/o=First Organization/ou=Nowhere/cn=Recipients/cn=ben"
    path = company.folder / "contacts.csv"
    path.write_text(f'email,type,dn\n{ANAS},GOOGLE,"{wise}"\n{BENS},GOOGLE,{lost}\nzoe@g.test,GOOGLE,\n', "utf-8")
    assert company.calpair("directory", "import", str(path)).out == "3 written, 0 as they were\n"
    assert (
        company.calpair("directory", "list", ANAS).out == f"{ANAS} (a.test): Google {ANAS}, {wise}; not published yet\n"
    )
    before = datetime.now(UTC).replace(microsecond=0)
    published(company)
    found = company.exchange.public_folders.read(wise)
    assert found
    assert (found.busy, found.faults) == (((start, start + timedelta(hours=1)),), ())
    (post,) = company.exchange.public_folders.posts(GROUP)
    assert post.subject == "USER-/CN=RECIPIENTS/CN=MICHAEL, WISE"

    told = {one["address"]: one["published"] for one in company.calpair("--json", "directory", "list").json["entries"]}
    when = datetime.fromisoformat(told[ANAS]["at"])
    assert before <= when <= datetime.now(UTC)
    assert told[ANAS] == {"at": told[ANAS]["at"], "since": "", "code": "", "meaning": ""}
    assert told[BENS]["code"] == "NoFreeBusyFolder"
    assert "EX:/o=First Organization/ou=Nowhere" in told[BENS]["meaning"]
    said = company.calpair("directory", "list").out.splitlines()
    assert said[0].endswith(f"{wise}; published {told[ANAS]['at'][:16].replace('T', ' ')}Z")
    tried = told[BENS]["since"][:16].replace("T", " ")
    assert f"; not published, tried since {tried}Z: there is no folder '\\NON_IPM_SUBTREE" in said[1]
    assert said[2] == (
        "zoe@g.test (a.test): Google zoe@g.test; not published: it has no legacy_dn, and "
        "public_folder.legacy_dn_template makes none: write one of them"
    )


def test_the_list_tells_of_a_server_that_keeps_everybody_from_being_published(company: Office) -> None:
    path = company.folder / "contacts.csv"
    path.write_text(f"{ANAS},GOOGLE,{dn('ana')}\n", "utf-8")
    company.calpair("directory", "import", str(path))
    company.exchange.public_folders.drop_database()
    published(company)
    (line,) = company.calpair("directory", "list").out.splitlines()
    assert "; not published, tried since 20" in line
    assert "Set-MailboxDatabase DATABASE -PublicFolderDatabase PUBLIC" in line


def published(company: Office) -> None:
    """One round of every batch, by the application alone; its connections end with it."""
    with _as_a_process():
        _round(App.from_file(company.config, {"PASSWORD": "secret", "TOKEN": "TOKEN"}))


def _round(app: App) -> None:
    for key in app.publishing():
        with suppress(CalpairError):
            app.publish(key)
