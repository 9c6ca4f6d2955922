"""The machine itself: the database, the digest key, the secrets, rights, and what is not available yet.

Each is one line with the thing and the cure; no calendar is touched, and no file changed or left half made.
"""

import functools
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

import calpair.app.machine
from calpair.local.store import SqliteStore
from scenarios.office import Office, office

COMMANDS = (("sync", "ana"), ("pairs",), ("doctor",), ("run",), ("pause", "ana"), ("export",))
NOBODY = 65534


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    # Nobody waits here for a lock to be given back.
    monkeypatch.setattr(calpair.app.machine, "SqliteStore", functools.partial(SqliteStore, patience=0.0))
    with office(tmp_path, monkeypatch) as ground:
        ground.ready()
        ground.outlook("Lunch")
        yield ground


def fails(company: Office, code: int, *words: str) -> str:
    """Say a command that must fail with that code, ask no server and change nothing at all; its one line."""
    requests = company.requests()
    with company.nothing_changes():
        said = company.calpair(*words)
    assert said.code == code
    assert company.requests() == requests
    return said.complaint


# --- the database


def somebody_elses(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE diary (day TEXT)")
        db.commit()


def a_letter(path: Path) -> None:
    path.write_text("Dear Ana,\n")


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("make", [somebody_elses, a_letter])
def test_a_foreign_file_is_left_as_it_is(company: Office, make: Callable[[Path], None], words: tuple[str, ...]) -> None:
    make(company.database)
    assert fails(company, 1, *words) == (
        f"{company.database} is not calpair's; nothing was changed in it. Name another file for the store"
    )


def test_a_database_of_a_later_calpair_is_left_as_it_is(company: Office) -> None:
    company.calpair("pairs")
    with closing(sqlite3.connect(company.database)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA user_version = 2")
    assert fails(company, 1, "sync", "ana") == (
        f"{company.database} was written by a later calpair; use that one, or name another file for the store"
    )


def test_a_damaged_database_is_named(company: Office) -> None:
    company.calpair("pairs")
    whole = company.database.read_bytes()
    company.database.write_bytes(whole[:100] + b"\x55" * (len(whole) - 100))
    with company.servers_unchanged():
        said = company.calpair("sync", "ana")
    assert said.code == 1
    assert said.complaint.startswith(f"{company.database} is damaged; move it away, and the next run builds it anew")


def test_a_locked_database_is_named_and_nothing_is_written_on_either_side(company: Office) -> None:
    company.calpair("pairs")
    before = company.titles()
    with closing(sqlite3.connect(company.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = [company.calpair(*words) for words in (("sync", "ana"), ("pause", "ana"))]
        # What only reads goes on.
        assert company.calpair("pairs").out.endswith("waiting  Not looked at yet.\n")
        other.execute("ROLLBACK")
    line = f"{company.database} is locked by another program; end that program, then try again (SQLITE_BUSY)"
    assert [(one.code, one.complaint) for one in said] == [(1, line), (1, line)]
    assert company.titles() == before
    assert company.calpair("sync", "ana").out == "ana: 1 created\n"


@pytest.mark.parametrize("words", COMMANDS)
def test_a_store_in_a_folder_that_is_not_there_makes_nothing(company: Office, words: tuple[str, ...]) -> None:
    company.service["store"] = "sqlite:nowhere/calpair.db"
    company.write()
    path = company.folder / "nowhere" / "calpair.db"
    assert fails(company, 1, *words) == (
        f"{path}: the folder is not there; make it, or name another file for the store"
    )


def test_a_folder_is_no_store(company: Office) -> None:
    company.service["store"] = "sqlite:."
    company.write()
    assert fails(company, 1, "sync", "ana").startswith(f"{company.folder} cannot be opened")


@contextmanager
def without_rights(folder: Path, *own: Path) -> Iterator[None]:
    """Nobody may write in the folder. The all-powerful is nobody for as long; `own` is given to him."""
    mighty = os.geteuid() == 0
    folder.chmod(0o555)
    try:
        if mighty:
            for path in own:
                os.chown(path, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        yield
    finally:
        if mighty:
            os.seteuid(0)
        folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_half_made(company: Office) -> None:
    with without_rights(company.folder, company.config, company.key()):
        assert fails(company, 1, "sync", "ana") == (
            f"{company.database} cannot be opened (PermissionError); look at its rights"
        )
    assert sorted(company.files()) == ["calpair.key", "calpair.toml"]


@pytest.mark.parametrize("own", [True, False])
def test_a_database_in_a_folder_that_cannot_be_written_is_named(company: Office, own: bool) -> None:
    company.calpair("sync", "ana")
    given = [company.config, company.key(), *([company.database] if own else [])]
    with company.nothing_changes(), without_rights(company.folder, *given):
        said = company.calpair("sync", "ana")
    assert said.code == 1
    assert said.complaint.startswith(f"{company.database} cannot be ")
    assert "look at its rights" in said.complaint


def test_init_in_a_folder_that_cannot_be_written_makes_nothing(company: Office) -> None:
    company.config.unlink()
    (company.folder / "calpair.key").unlink()
    with without_rights(company.folder):
        assert fails(company, 2, "init") == (
            f"{company.config} cannot be written (PermissionError); choose another folder"
        )
    assert company.files() == {}


# --- the digest key


def missing(key: Path) -> None:
    key.unlink()


def open_to_others(key: Path) -> None:
    key.chmod(0o640)


def no_key(key: Path) -> None:
    key.write_text("abc")


def empty(key: Path) -> None:
    key.write_text("")


@pytest.mark.parametrize("words", [("sync", "ana"), ("sync", "ana", "--dry-run"), ("run",)])
@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (missing, "is not there"),
        (open_to_others, "can be read by other users of this machine; chmod 600 {key}"),
        (no_key, "is not a key; move it away"),
        (empty, "is not a key; move it away"),
    ],
)
def test_a_digest_key_that_cannot_be_used_is_named_and_no_server_is_asked(
    company: Office, spoil: Callable[[Path], None], line: str, words: tuple[str, ...]
) -> None:
    company.calpair("pairs")
    key = company.folder / "calpair.key"
    spoil(key)
    requests = company.requests()
    with company.servers_unchanged():
        said = company.calpair(*words)
    assert (said.code, company.requests()) == (2, requests)
    assert said.complaint.startswith(f"digest key {key}")
    assert line.format(key=key) in said.complaint


def test_a_digest_key_in_a_variable_that_is_not_set_is_named(company: Office) -> None:
    company.service["digest_key"] = "env:CALPAIR_TEST_KEY"
    company.write()
    company.calpair("pairs")
    with company.servers_unchanged():
        said = company.calpair("sync", "ana")
    assert (said.code, said.complaint) == (
        2,
        "env:CALPAIR_TEST_KEY: the variable CALPAIR_TEST_KEY is not set; set it where calpair is started",
    )


# --- secrets, and what is not available yet


def exchange(**fields: Any) -> Callable[[Office], None]:
    def change(company: Office) -> None:
        company.domains["a.test"] = company.domain(**fields)

    return change


def found_by_itself(company: Office) -> None:
    domain = company.domain(autodiscover=True)
    del domain["exchange"]["url"]
    company.domains["a.test"] = domain


def google(**fields: Any) -> Callable[[Office], None]:
    def change(company: Office) -> None:
        company.domains["a.test"]["google"] = {"url": company.google_url, **fields}

    return change


UNUSABLE: list[tuple[str, Callable[[Office], None], str]] = [
    (
        "variable",
        exchange(secret="env:CALPAIR_TEST_NONE"),
        "env:CALPAIR_TEST_NONE: the variable CALPAIR_TEST_NONE is not set; set it where calpair is started",
    ),
    (
        "empty variable",
        exchange(secret="env:CALPAIR_TEST_EMPTY"),
        "env:CALPAIR_TEST_EMPTY: the variable CALPAIR_TEST_EMPTY is empty; set it where calpair is started",
    ),
    (
        "file",
        exchange(secret="file:password"),
        "file:password: {folder}/password is not there; make it, or name another file",
    ),
    (
        "empty file",
        exchange(secret="file:empty"),
        "file:empty: {folder}/empty is empty; write the secret into it",
    ),
    (
        "cloud",
        exchange(secret="secret-manager:exchange"),
        "secret-manager:exchange stands for a secret on Google Cloud; on one machine write env:NAME or file:PATH",
    ),
    (
        "autodiscover",
        found_by_itself,
        "domains/a.test: exchange.autodiscover is not available yet; write exchange.url",
    ),
    (
        "version",
        exchange(version="8.0.685.24"),
        "exchange.version: 8.0.685.24: Exchange before 2007 SP1 is not supported",
    ),
    (
        "version of nothing",
        exchange(version="2019"),
        "exchange.version: '2019' is neither a build such as 15.2.2562.17 nor a schema such as Exchange2016",
    ),
    (
        "google file",
        google(auth="key", secret="file:key.json"),
        "file:key.json: {folder}/key.json is not there; make it, or name another file",
    ),
    (
        "google key",
        google(auth="key", secret="file:letter.json"),
        "google.secret does not hold a service account's key (JSON with client_email, private_key): name another file",
    ),
    (
        "google user",
        google(auth="adc", secret="file:letter.json"),
        "google.secret does not hold an authorised user's file (JSON with client_id, client_secret, refresh_token): name another file",
    ),
    (
        "delegated",
        google(auth="delegated"),
        'google.auth "delegated" has no service account to act through: set sync_identity (CALPAIR_SYNC_IDENTITY on Google Cloud), or use "key"',
    ),
]


@pytest.mark.parametrize(("change", "line"), [case[1:] for case in UNUSABLE], ids=[case[0] for case in UNUSABLE])
def test_a_secret_or_a_way_in_that_cannot_be_used_is_named_and_nothing_is_written(
    company: Office, monkeypatch: pytest.MonkeyPatch, change: Callable[[Office], None], line: str
) -> None:
    monkeypatch.setenv("CALPAIR_TEST_EMPTY", "")
    (company.folder / "empty").write_text("\n")
    (company.folder / "letter.json").write_text(json.dumps({"dear": "Ana"}))
    change(company)
    company.write()
    with company.servers_unchanged():
        said = company.calpair("sync", "ana")
    assert (said.code, said.complaint) == (2, line.format(folder=company.folder))
    assert not company.exchange.accounts.failed


def test_a_google_key_that_cannot_be_read_is_never_repeated(company: Office) -> None:
    content = {"client_email": "robot@a.test", "private_key": "hunter2"}
    (company.folder / "key.json").write_text(json.dumps(content))
    google(auth="key", secret="file:key.json")(company)
    company.write()
    with company.servers_unchanged():
        said = company.calpair("sync", "ana")
    assert (said.code, said.complaint) == (2, "google.secret: its private_key cannot be read; make a new key")
