"""Several pairs and several files: what is one pair's stays its own, what is the domain's is told to all."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calpair.local.processes import this_process
from calpair.local.store import SqliteStore
from calpair.model.link import pair_key
from scenarios.office import ACCOUNT, ANA, ANAS, BEN, NEVER_IN_OUTLOOK, Office, noon, office
from simulators.record import Fault
from unit.exchange.zone_definitions import own


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        ground.pairs["ben"] = ground.ben()
        ground.outlook("Lunch")
        ground.outlook("Ben's lunch", mailbox=BEN)
        yield ground.ready()


def wrong(company: Office, *words: str) -> list[tuple[str, str, str]]:
    """What doctor finds wrong: document, side, check."""
    said = company.calpair("--json", "doctor", *words)
    assert said.code == 1
    return [(row["document"], row["side"], row["check"]) for row in said.json if not row["ok"]]


def bens(company: Office) -> list[str]:
    return [event["summary"] for event in company.google.calendar("ben@g.test").events()]


def test_doctor_tries_a_wrong_password_once_whatever_the_pairs(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        company.google.add_calendar(f"more{number}@g.test", ANAS)
        company.pairs[f"more{number}"] = company.ben(calendar=f"more{number}@g.test")
    company.write()
    monkeypatch.setenv("PASSWORD", "wrong")
    found = wrong(company)
    assert company.exchange.accounts.failed == {ACCOUNT: 1}
    assert found == [(f"pairs/{name}", "exchange", "sign-in") for name in company.pairs]


def test_doctor_goes_on_after_a_pair_that_cannot_be_examined_at_all(company: Office) -> None:
    company.domains["b.test"] = company.domain(version="8.0.685.24")
    company.pairs = {"eve": company.ben(domain="b.test", calendar="eve@g.test"), **company.pairs}
    company.write()
    said = company.calpair("doctor")
    assert said.code == 1
    lines = said.out.splitlines()
    cure = "correct it in the domain's document and run `calpair doctor` again"
    assert [line for line in lines if line.startswith("BAD")] == [
        f"BAD pairs/eve: settings: exchange.version: 8.0.685.24: Exchange before 2007 SP1 is not supported -- {cure}"
    ]
    assert "ok  pairs/ben google: google rights: the right is owner" in lines


def test_what_keeps_a_pair_from_being_looked_at_is_in_its_status(company: Office) -> None:
    company.domains["b.test"] = company.domain(version="8.0.685.24")
    company.pairs["ben"]["domain"] = "b.test"
    company.write()
    company.calpair("sync", "ben")
    row = company.calpair("--json", "pairs").json["pairs"][1]
    assert (row["state"], row["sentence"]) == (
        "failing",
        "exchange.version: 8.0.685.24: Exchange before 2007 SP1 is not supported.",
    )


def test_a_mailbox_that_does_not_open_is_its_pairs_own_affair(company: Office) -> None:
    company.pairs = {"eve": company.ben(mailbox="eve@a.test", calendar="eve@g.test"), **company.pairs}
    company.google.add_calendar("eve@g.test", ANAS)
    company.write()
    assert company.calpair("sync", "eve").code == 1
    assert (company.calpair("sync", "ana").code, company.calpair("sync", "ben").code) == (0, 0)
    assert wrong(company) == [("pairs/eve", "exchange", "mailbox")]


def test_a_mailbox_without_the_web_service_is_its_pairs_own_affair_too(company: Office) -> None:
    company.exchange.record.plant(Fault("soap_fault", user=ANA, detail="ErrorAccessDenied", times=2))
    assert company.calpair("sync", "ana").code == 1
    assert company.calpair("sync", "ben").code == 0
    assert bens(company) == ["Ben's lunch"]


def test_a_digest_key_that_is_missing_is_found_by_doctor_and_made_by_init(company: Office) -> None:
    key = company.folder / "calpair.key"
    key.unlink()
    assert wrong(company) == [("service", "", "digest key")]
    text = company.config.read_bytes()
    said = company.calpair("init")
    assert (said.code, said.out) == (
        0,
        f"{company.config} is there and stays as it is; wrote calpair.key, keep it private\n",
    )
    assert company.config.read_bytes() == text
    assert key.stat().st_mode & 0o777 == 0o600
    assert company.calpair("doctor").code == 0
    assert company.calpair("sync", "ana").code == 0
    key.unlink()
    assert company.calpair("--json", "init").json == {"wrote": [str(key)]}


def test_init_makes_the_key_that_the_file_names(company: Office) -> None:
    company.service["digest_key"] = "file:keys/secret.key"
    company.write()
    (company.folder / "keys").mkdir()
    cure = f"digest key {company.folder}/keys/secret.key is not there; `calpair init` makes one"
    assert company.calpair("sync", "ana").complaint == cure
    assert company.calpair("init").code == 0
    assert company.calpair("sync", "ana").code == 0


def test_a_renamed_pairs_old_name_is_shown_as_disabled_and_without_a_life(company: Office) -> None:
    company.web("Ever so often", days=5, recurrence=NEVER_IN_OUTLOOK)
    company.calpair("sync", "ana")
    company.pairs["anna"] = company.pairs.pop("ana")
    company.write()
    lines = company.calpair("pairs").out.splitlines()
    old = lines.index(f"ana: {ANA} <-> {ANAS}: disabled  calpair.toml no longer names or enables it.")
    assert not lines[old + 1].startswith(" ")
    doctor = company.calpair("doctor").out.splitlines()
    assert [line for line in doctor if " pairs/ana" in line] == [
        "--  pairs/ana: disabled: calpair.toml no longer names or enables it"
    ]


def test_another_digest_key_costs_a_look_and_no_write(company: Office) -> None:
    company.calpair("sync", "ana")
    (company.folder / "calpair.key").unlink()
    company.calpair("init")
    with company.servers_unchanged():
        assert company.calpair("sync", "ana").code == 0


@pytest.mark.parametrize("spoil", ["open", "empty"])
def test_a_digest_key_that_cannot_be_used_is_found_by_doctor(company: Office, spoil: str) -> None:
    key = company.folder / "calpair.key"
    if spoil == "open":
        key.chmod(0o644)
    else:
        key.write_text("")
    assert wrong(company, "ana") == [("service", "", "digest key")]


def test_a_file_of_the_same_name_elsewhere_takes_nothing_away(company: Office) -> None:
    company.calpair("pairs")
    elsewhere = company.folder / "elsewhere"
    elsewhere.mkdir()
    other = elsewhere / "calpair.toml"
    other.write_text(f'[pairs.eve]\ndomain = "a.test"\nmailbox = "{BEN}"\ncalendar = "eve@g.test"\n')
    said = company.calpair("apply", str(other))
    assert (said.code, said.out) == (0, "pairs/eve: written\n")
    for _ in range(2):
        states = {row["pair"]: row["state"] for row in company.calpair("--json", "pairs").json["pairs"]}
        assert states == {"ana": "waiting", "ben": "waiting", "eve": "waiting"}


def test_applying_the_own_file_is_what_every_start_does(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert company.calpair("apply", str(company.config)).out == "nothing to change\n"
    monkeypatch.chdir(company.folder)
    assert company.calpair("apply", "calpair.toml").out == "nothing to change\n"
    assert company.calpair("apply", "./calpair.toml").out == "nothing to change\n"


def test_what_is_exported_can_be_applied_elsewhere(company: Office, tmp_path: Path) -> None:
    company.calpair("pause", "ben")
    exported = company.calpair("export")
    file = tmp_path / "all.json"
    file.write_text(exported.out)
    assert exported.out != company.calpair("--json", "export").out
    assert exported.json == company.calpair("--json", "export").json
    there = company.folder / "there"
    there.mkdir()
    bare = there / "calpair.toml"
    bare.write_text('[service]\nstore = "sqlite:other.db"\n')
    company.calpair("pairs")
    moved = Office(there, company.exchange, company.google, company.exchange_url, company.google_url)
    assert moved.calpair("apply", str(file)).out == (
        "domains/a.test: written\npairs/ana: written\npairs/ben: written\n"
        f"pairs/ben: paused, as it was when {file} was exported\n"
    )
    assert moved.calpair("export").json == exported.json
    assert exported.json["paused"] == ["ben"]


@pytest.mark.parametrize("text", ["{", "[]", '{"pairs": 1}', '{"pairs": {"ana": 1}}', '{"pears": {}}', "\xff"])
def test_a_wrong_json_file_to_apply_is_named_and_changes_nothing(company: Office, text: str) -> None:
    company.calpair("pairs")
    file = company.folder / "all.json"
    file.write_bytes(text.encode("latin-1"))
    with company.nothing_changes():
        said = company.calpair("apply", str(file))
    assert said.code == 2
    assert said.complaint.startswith("all.json")


def test_a_pair_may_be_called_anything_that_fits_a_line(company: Office) -> None:
    company.pairs = {"*": company.pairs["ana"], "Ana's own": company.pairs["ben"]}
    company.write()
    assert company.calpair("sync", "*").code == 0
    assert company.calpair("sync", "Ana's own").out == "Ana's own: 1 created\n"
    assert [row["pair"] for row in company.calpair("--json", "pairs").json["pairs"]] == ["*", "Ana's own"]


def _lost(lines: list[str]) -> list[str]:
    """What is told of losses; each line says in a sentence what its word means."""
    found = [re.fullmatch(r"  lost: (\S+), (\d+) events? \(.+\)", line) for line in lines if "lost:" in line]
    return [f"{each[1]} on {each[2]}" if each else "?" for each in found]


def test_what_is_parked_lost_and_left_alone_is_told_in_lines(company: Office) -> None:
    company.web("Ever so often", days=5, recurrence=NEVER_IN_OUTLOOK)
    company.outlook("Coloured", days=6, categories=["Travel"])
    company.outlook("Long ago", days=-90)
    company.calpair("sync", "ana")
    first, *lines = company.calpair("pairs").out.splitlines()
    assert first.startswith("ana: ")
    assert first.endswith("Z, 1 parked")
    (never,) = (one["id"] for one in company.google.calendar(ANAS).events() if one["summary"] == "Ever so often")
    told = "rule (no event of the other side can repeat like this)"
    at = lines.index("  parked: rule 1")
    assert lines[at + 1] == f"    {never}: {noon(5).date()} 10:00 UTC: {told}"
    company.google.record.plant(Fault("unavailable", times=100))
    assert f"    {never}: {told}" in company.calpair("pairs").out.splitlines()
    assert _lost(lines) == ["categories on 1"]
    assert (
        "  left alone: history, 1 event (it had ended before the pair's `history_days` when it was first seen)" in lines
    )


def test_a_pair_told_of_alone_names_each_event_that_lost_something_with_its_start(company: Office) -> None:
    company.outlook("Coloured", days=6, categories=["Travel"], uid="UID-1")
    company.outlook("Guests", days=5, categories=["Travel", "Home"], uid="UID-2")
    company.calpair("sync", "ana")
    ids = {event["summary"]: event["id"] for event in company.google.calendar(ANAS).events()}
    lines = company.calpair("pairs", "ana").out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  lost: categories, 2 events ("))
    assert lines[at + 1 : at + 3] == [
        f"    {ids['Guests']}: {noon(5).date()} 10:00 UTC",
        f"    {ids['Coloured']}: {noon(6).date()} 10:00 UTC",
    ]
    named = company.calpair("--json", "pairs", "ana").json["pairs"][0]["lossy"]
    assert sorted((event["google_id"], event["starts"], event["losses"]) for event in named) == sorted(
        (ids[title], f"{noon(days).date()} 10:00 UTC", ["categories"])
        for title, days in (("Coloured", 6), ("Guests", 5))
    )
    # In the list they are counted: nobody waits for two servers to see how the pairs stand.
    listed = company.calpair("pairs").out
    assert ids["Guests"] not in listed
    assert "  `calpair pairs ana` names what lost something; " in listed


def test_zones_nobody_knows_are_told_in_a_line(company: Office) -> None:
    company.outlook("Abroad", days=7, start_zone=own("Ana's own"), end_zone=own("Ana's own"))
    company.calpair("sync", "ana")
    lines = company.calpair("pairs").out.splitlines()
    assert _lost(lines) == ["zone on 1"]
    assert "  zones nobody knows: Ana's own 1" in lines


def test_of_very_many_parked_events_the_reasons_are_counted_and_ten_are_named(company: Office) -> None:
    for day in range(2, 14):
        company.web("Ever so often", days=day, recurrence=NEVER_IN_OUTLOOK)
    company.calpair("sync", "ana")
    lines = company.calpair("pairs").out.splitlines()
    at = lines.index("  parked: rule 12")
    assert all(line.startswith("    ") and ": rule (" in line for line in lines[at + 1 : at + 11])
    assert lines[at + 11] == "    and 2 more"


def test_where_very_many_pairs_have_parked_events_only_the_first_are_looked_up(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.web("Ever so often", days=5, recurrence=NEVER_IN_OUTLOOK)
    company.calpair("sync", "ana")
    monkeypatch.setattr("calpair.cli.pairs._LIVE", 0)
    requests = company.requests()
    (parked,) = company.calpair("--json", "pairs").json["pairs"][0]["parked"]
    assert (parked["reason"], parked["starts"], company.requests()) == ("rule", "", requests)


def in_store(company: Office, collection: str, **fields: object) -> None:
    """Change what the store holds of Ana's pair."""
    store = SqliteStore(company.database, lambda: datetime.now(UTC))
    doc = store.get(collection, "ana" if collection == "status" else pair_key(ANA, "", ANAS))
    assert doc
    store.put(replace(doc, data={**doc.data, **fields}))
    store.close()


def test_orphans_are_told_with_what_to_do(company: Office) -> None:
    company.calpair("sync", "ana")
    in_store(company, "status", orphans=2)
    assert company.calpair("pairs").out.splitlines()[2] == (
        "  orphans: 2 copies whose original is gone; `calpair approve ana` removes them"
    )


def test_a_pair_another_process_is_at_is_left_to_it(company: Office) -> None:
    company.calpair("sync", "ana")
    until = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    in_store(company, "cursors", lease={"holder": this_process(), "until": until})
    requests = company.requests()
    said = company.calpair("sync", "ana")
    assert (said.code, said.out) == (0, "ana: another process is at it; nothing done\n")
    assert company.calpair("--json", "sync", "ana").json["outcome"] == "busy"
    assert company.requests() == requests


def test_a_process_that_is_gone_holds_nothing(company: Office) -> None:
    company.calpair("sync", "ana")
    boot, space, _, started = this_process().split()
    until = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    in_store(company, "cursors", lease={"holder": f"{boot} {space} 4194303 {started}", "until": until})
    assert company.calpair("sync", "ana").out == "ana: in step\n"


def test_an_interrupted_command_says_that_it_stopped(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("calpair.app.runner.sync", interrupted)
    said = company.calpair("sync", "ana")
    assert (said.code, said.complaint) == (1, "stopped")


def test_a_folder_that_cannot_take_the_key_is_named(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    (company.folder / "calpair.key").unlink()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with company.nothing_changes(), monkeypatch.context() as patch:
        patch.setattr("calpair.local.secrets.os.open", full)
        said = company.calpair("init")
    assert said.code == 2
    assert "calpair.key cannot be made (OSError); look at its folder's rights" in said.complaint


@pytest.mark.parametrize("words", [("doctor",), ("--json", "doctor")])
def test_a_file_without_a_pair_is_nothing_to_be_content_with(company: Office, words: tuple[str, ...]) -> None:
    company.pairs.clear()
    company.write()
    said = company.calpair(*words)
    assert said.code == 1
    assert ("there is no pair to examine, and no domain" in said.out) == (words == ("doctor",))


def test_doctor_says_of_a_pair_that_is_refused_only_why(company: Office) -> None:
    company.pairs["ben"] = company.pair(mailbox=BEN)
    company.write()
    said = company.calpair("doctor", "ben")
    assert (said.code, said.err) == (1, "")
    (line,) = said.out.splitlines()
    assert line.startswith("BAD pairs/ben: document: pairs/ben: calendar: ")
    assert line.endswith(" -- correct the document")
