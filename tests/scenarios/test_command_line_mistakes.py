"""What people write wrongly, in a file or on the line: one line with the thing and the cure, and nothing is written.

A mistake in `[service]` or in the file itself stops the command before anything is opened. A mistake in a document stops
that document alone.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scenarios.office import ANA, ANAS, BEN, Office, calpair, office, refused

COMMANDS = (
    ("doctor",),
    ("sync", "ana"),
    ("sync", "ana", "--dry-run"),
    ("run",),
    ("pairs",),
    ("approve", "ana"),
    ("pause", "ana"),
    ("resume", "ana"),
)


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        ground.ready()
        ground.outlook("Lunch")
        yield ground


@pytest.mark.parametrize("words", COMMANDS)
def test_a_broken_file_is_named_with_its_line_by_every_command(company: Office, words: tuple[str, ...]) -> None:
    company.config.write_text('[service]\nstore = "sqlite:calpair.db"\n[domains."a.test"\n')
    assert refused(company, *words) == "calpair.toml line 3: Expected ']' at the end of a table declaration"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            b"[service]\nstore = sqlite\n",
            "calpair.toml line 2: Invalid value; write text in quotes, else a number, true, false or a list",
        ),
        (b"[service]\n\nlisten = '\xe9'\n", "calpair.toml line 3: not UTF-8; save the file as UTF-8"),
        (b"[pair.ana]\n", "calpair.toml: unknown section [pair], did you mean `[pairs]`?"),
        (b"service = 1\n", "calpair.toml: service is no section; write [service] on a line of its own"),
        (b"[pairs]\nana = 1\n", "calpair.toml: [pairs] holds `ana`, which is no section; write [pairs.NAME] above it"),
        (b"[service]\nstor = 'x'\n", "calpair.toml: [service] stor is unknown, did you mean `store`?"),
        (b"[service]\nstore = 1\n", "calpair.toml: [service] store = 1 is not text; put it in quotes"),
        (
            b"[service]\nstore = 'calpair.db'\n",
            'calpair.toml: [service] store = "calpair.db"; write sqlite:PATH or firestore:PROJECT/DATABASE',
        ),
        (
            b"[service]\nlisten = 'here'\n",
            'calpair.toml: [service] listen = "here"; write ADDRESS:PORT, as in 127.0.0.1:8080',
        ),
        (
            b"[service]\ndigest_key = 'hunter2'\n",
            "calpair.toml: [service] digest_key is no reference; write file:PATH, env:NAME or secret-manager:NAME",
        ),
        (b'[service]\nstore = "sqlite:a\\u0000b"\n', "calpair.toml: [service] store"),
        (b'[service]\ndigest_key = "file:a\\u0000b"\n', "calpair.toml: [service] digest_key"),
    ],
)
def test_what_is_wrong_in_the_file_itself_stops_before_anything_is_opened(
    company: Office, text: bytes, line: str
) -> None:
    company.config.write_bytes(text)
    said = refused(company, "sync", "ana")
    assert said.startswith(line) if b"\\u0000" in text else said == line


def test_several_mistakes_are_told_in_one_line(company: Office) -> None:
    company.config.write_text("[service]\nstor = 'x'\nlisten = 'here'\n")
    said = refused(company, "run")
    assert "stor is unknown" in said
    assert "ADDRESS:PORT" in said


def test_a_file_that_is_not_there_is_named_with_the_two_cures(tmp_path: Path) -> None:
    config = tmp_path / "calpair.toml"
    said = calpair("--config", str(config), "pairs")
    assert (said.code, list(tmp_path.iterdir())) == (2, [])
    assert said.complaint == f"{config} is not there; make one with `calpair init`, or name one with --config"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    said = calpair("--config", str(tmp_path), "pairs")
    assert (said.code, list(tmp_path.iterdir())) == (2, [])
    assert said.complaint.startswith(f"{tmp_path} cannot be read")


def test_a_file_to_apply_that_is_broken_changes_nothing(company: Office) -> None:
    company.calpair("pairs")
    other = company.folder / "more.toml"
    other.write_text("[pairs.ben\n")
    assert refused(company, "apply", str(other)) == "more.toml line 1: Expected ']' at the end of a table declaration"
    other.unlink()
    assert refused(company, "apply", str(other)) == (
        f"{other} is not there; name a file of documents, or what `calpair export` has printed"
    )


def test_init_overwrites_nothing(company: Office) -> None:
    assert refused(company, "init") == (
        f"{company.config} exists already; nothing was written. Move it away, or use --config FILE"
    )


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--mailbox", "ana"), '--mailbox: "ana" is not an address; write name@example.com'),
        (
            ("--calendar", "work"),
            '--calendar: "work" is not a calendar\'s id; write name@example.com, ID@group.calendar.google.com or "primary"',
        ),
        (("--calendar", "primary"), "--google-user: missing; write whose primary calendar is meant"),
        (
            ("--exchange-url", "mail.a.test"),
            '--exchange-url: "mail.a.test": this is not an address of a server; write https://HOST/PATH',
        ),
        (
            ("--exchange-url", "http://mail.a.test/EWS/Exchange.asmx"),
            '--exchange-url: "http://mail.a.test/EWS/Exchange.asmx": http sends the password in the clear; write https://mail.a.test/EWS/Exchange.asmx',
        ),
        (("--username", "a\x7fb"), '--username: "a\x7fb" holds a control character; write it on one line'),
        (("--username", "a\udcffb"), "a word of the line is not UTF-8; write it anew"),
        (("--free-busy", "--mailbox", "svc"), '--mailbox: "svc" is not an address; write name@example.com'),
        (("--free-busy", "--google-user", "eyes"), '--google-user: "eyes" is not an address; write name@example.com'),
        (
            ("--free-busy", "--exchange-url", "mail.a.test"),
            '--exchange-url: "mail.a.test": this is not an address of a server; write https://HOST/PATH',
        ),
        (
            ("--free-busy", "--calendar", "eva@g.test"),
            "--calendar: with --free-busy no calendar is paired; --google-user says whose eyes see Google's free/busy",
        ),
        (("--username", "a\nb"), '--username: "a\\nb" holds a control character; write it on one line'),
    ],
)
def test_init_takes_only_what_a_document_may_hold(tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    said = calpair("--config", str(tmp_path / "calpair.toml"), "init", *words)
    assert (said.code, said.complaint) == (2, line)
    assert list(tmp_path.iterdir()) == []


def test_a_loopback_address_is_told_with_the_line_that_lets_it_be_used(company: Office) -> None:
    del company.domains["a.test"]["limits"]
    company.write()
    said = company.calpair("pairs")
    trouble = '127.0.0.1 is a loopback address; the operator may list it in limits.hosts: limits.hosts = ["127.0.0.1"]'
    assert trouble in said.out
    company.domains["a.test"]["limits"] = {"hosts": ["mail.a.test"]}
    company.write()
    said = company.calpair("pairs")
    assert 'limits.hosts: limits.hosts = ["mail.a.test", "127.0.0.1"]' in said.out


def test_init_into_a_folder_that_is_not_there_makes_nothing(tmp_path: Path) -> None:
    config = tmp_path / "nowhere" / "calpair.toml"
    said = calpair("--config", str(config), "init")
    assert (said.code, list(tmp_path.iterdir())) == (2, [])
    assert said.complaint == f"{config} cannot be written (FileNotFoundError); choose another folder"


@pytest.mark.parametrize("words", [("sync", "anna"), ("approve", "anna"), ("pause", "anna"), ("resume", "anna")])
def test_an_unknown_pair_is_told_with_what_may_have_been_meant(company: Office, words: tuple[str, ...]) -> None:
    company.calpair("pairs")
    assert refused(company, *words) == "there is no pair `anna`; did you mean `ana`?"


def test_a_name_like_no_other_is_told_with_those_there_are(company: Office) -> None:
    company.pairs["ben"] = company.ben()
    company.write()
    company.calpair("pairs")
    assert refused(company, "sync", "zoe") == "there is no pair `zoe`; there are: pairs ana, ben"
    assert refused(company, "doctor", "zoe") == (
        "there is no pair or domain `zoe`; there are: pairs ana, ben; domains a.test"
    )
    assert refused(company, "doctor", "anna") == "there is no pair or domain `anna`; did you mean `ana`?"


WRONG_PAIRS: list[tuple[dict[str, Any], str]] = [
    ({"interval": 0}, 'interval: 0 is a number; write text with a unit, as in "30s"'),
    ({"interval": "0s"}, 'interval: "0s" would never rest; write 5s or more, or paused = true to stop'),
    ({"interval": "2s"}, 'interval: "2s" is too short; the shortest is 5s'),
    ({"interval": "10"}, 'interval: "10" is not an interval; write a whole number with a unit, as in "10s"'),
    ({"interval": "1"}, 'interval: "1" is not an interval; write a whole number with a unit, as in "5s"'),
    ({"interval": 2}, 'interval: 2 is a number; write text with a unit, as in "5s"'),
    ({"interval": "86401"}, 'interval: "86401" is not an interval; write a whole number with a unit, as in "24h"'),
    ({"mailbx": ANA}, "mailbx: unknown field, did you mean `mailbox`?"),
    ({"mailbox": "ana"}, 'mailbox: "ana" is not an address; write name@example.com'),
    ({"direction": "both"}, 'direction: "both" is none of `exchange_to_google`, `two_way`'),
    (
        {"domain": "b.test"},
        'domain: there is no domain "b.test"; write one of those there are (a.test)',
    ),
    ({"paused": "yes"}, 'paused: "yes" is text; write true or false, without quotes'),
]


@pytest.mark.parametrize(("fields", "line"), WRONG_PAIRS, ids=[line.partition(";")[0] for _, line in WRONG_PAIRS])
def test_a_wrong_pair_is_told_by_sync_pairs_and_doctor(company: Office, fields: dict[str, Any], line: str) -> None:
    company.pairs["ana"] = company.pair(**fields)
    company.write()
    company.calpair("pairs")
    told = f"pairs/ana: {line}"
    assert refused(company, "sync", "ana") == told
    with company.nothing_changes():
        pairs = company.calpair("pairs")
        doctor = company.calpair("--json", "doctor")
    rests = "ana: refused  Its document has a mistake; the pair rests until that is mended."
    assert (pairs.code, pairs.out, pairs.err) == (1, f"{rests}\n{told}\n", "")
    assert (doctor.code, doctor.err) == (1, "")
    wrong = [(row["document"], row["found"]) for row in doctor.json if not row["ok"]]
    assert wrong == [("pairs/ana", told)]
    assert {row["document"] for row in doctor.json} == {"pairs/ana", "service"}


def test_a_wrong_domain_is_told_at_itself_and_at_its_pairs(company: Office) -> None:
    company.domains["a.test"] = company.domain(url="http://mail.a.test/EWS/Exchange.asmx")
    company.write()
    company.calpair("pairs")
    assert (
        refused(company, "sync", "ana") == 'pairs/ana: domain: domain "a.test" has mistakes itself; mend domains/a.test'
    )
    said = company.calpair("pairs")
    assert "http sends the password in the clear; write https://mail.a.test" in said.out


def test_a_secret_written_where_its_name_belongs_is_never_repeated(company: Office) -> None:
    company.domains["a.test"] = company.domain(secret="hunter2")
    company.write()
    told = [
        company.calpair(*words) for words in (("pairs",), ("sync", "ana"), ("doctor",), ("--json", "doctor"), ("run",))
    ]
    assert all("hunter2" not in said.out + said.err for said in told)
    assert "exchange.secret: not a reference to a secret; write where the secret is: env:NAME" in told[0].out


def test_two_two_way_pairs_on_one_calendar_leave_the_first_and_refuse_the_second(company: Office) -> None:
    company.pairs["ben"] = company.ben(calendar=ANAS, direction="two_way")
    company.write()
    company.calpair("pairs")
    line = (
        "pairs/ben: calendar: ana@g.test, two-way, is already in pair `ana`; "
        "change one of them, or set enabled = false in one"
    )
    assert refused(company, "sync", "ben") == line
    assert company.calpair("sync", "ana").code == 0
    assert company.titles() == (["Lunch"], ["Lunch"])
    assert company.exchange.mailbox(BEN).items() == ()


def test_two_pairs_on_one_mailbox_likewise(company: Office) -> None:
    company.pairs["ben"] = company.ben(mailbox=ANA, direction="two_way")
    company.write()
    company.calpair("pairs")
    assert refused(company, "sync", "ben").startswith(
        "pairs/ben: mailbox: the calendar of ana@a.test, two-way, is already in pair `ana`"
    )


def test_a_file_of_wrong_pairs_alone_cannot_be_run(company: Office) -> None:
    company.pairs["ana"] = company.pair(interval="0s")
    company.write()
    company.calpair("pairs")
    with company.nothing_changes():
        said = company.calpair("run")
    assert (said.code, said.out) == (2, "")
    *_, last = said.err.splitlines()
    assert last.startswith(f"calpair: {company.config} has no pair that can be used, and no domain publishes ")
    assert "; pairs/ana: interval: " in last


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "[" * 100_000, '{"domains": ' + "[" * 100_000])
def test_a_file_that_is_nested_without_end_is_told_in_a_line(company: Office, text: str) -> None:
    path = company.folder / ("deep.toml" if text.startswith("a") else "deep.json")
    path.write_text(text)
    assert "nested too deeply" in refused(company, "apply", str(path))
