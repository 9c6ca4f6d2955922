"""What people write and switch: documents refused, rested and taken out again; pairs paused, resumed and approved."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.office import ANA, BEN, Office, office, refused


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        ground.ready()
        ground.outlook("Lunch")
        yield ground


@pytest.mark.parametrize("exchange", [{"secret": "hunter2"}, {"password": "hunter2"}])
def test_a_document_that_may_hold_a_secret_in_clear_is_not_stored(company: Office, exchange: dict[str, str]) -> None:
    company.domains["a.test"] = company.domain(**exchange)
    company.write()
    told = [company.calpair(*words) for words in (("pairs",), ("doctor",), ("apply", str(company.config)), ("export",))]
    assert [said.code for said in told] == [1, 1, 1, 0]
    company.config.unlink()
    assert b"hunter2" not in b"".join(company.files().values())
    assert all("hunter2" not in said.out + said.err for said in told)


def test_apply_tells_at_once_which_document_has_which_mistake_and_stops_no_other(company: Office) -> None:
    company.calpair("pairs")
    other = company.folder / "more.toml"
    other.write_text(
        f'[pairs.ben]\ndomain = "a.test"\nmailbox = "{BEN}"\ncalendar = "ben@g.test"\n'
        f'[pairs.eve]\ndomain = "a.test"\nmailbox = "eve"\ncalendar = "eve@g.test"\ninterval = "1s"\n'
        f'[pairs.ida]\ndomain = "b.test"\nmailbox = "ida@a.test"\ncalendar = "ida@g.test"\n'
    )
    said = company.calpair("apply", str(other))
    lines = [
        "pairs/ben: written",
        "pairs/ida: written",
        "pairs/eve: refused; nothing of it was stored, and it rests until its mistakes are mended:",
        '  pairs/eve: mailbox: "eve" is not an address; write name@example.com',
        '  pairs/eve: interval: "1s" is too short; the shortest is 5s',
        'pairs/ida: domain: there is no domain "b.test"; write one of those there are (a.test)',
    ]
    assert (said.code, said.out.splitlines()) == (1, lines)
    assert company.calpair("export").json["pairs"].keys() == {"ana", "ben", "ida"}
    assert '"1s" is too short; the shortest is 5s' in company.calpair("pairs").out
    assert refused(company, "sync", "eve").startswith("pairs/eve: mailbox: ")
    company.calpair("pairs")
    assert company.calpair("sync", "ana").code == 0


def test_a_pair_with_a_mistake_rests_as_it_was_until_it_is_mended(company: Office) -> None:
    company.calpair("sync", "ana")
    right = company.pairs["ana"]
    company.pairs["ana"] = company.pair(direction="exchange_to_googel")
    company.write()
    company.calpair("pairs")
    company.web("Dinner")
    assert "direction" in refused(company, "sync", "ana")
    assert company.calpair("export").json["pairs"]["ana"] == right
    company.pairs["ana"] = right
    company.write()
    assert company.calpair("sync", "ana").out == "ana: 1 created\n"


def test_what_another_file_named_is_taken_out_by_it_again(company: Office) -> None:
    other = company.folder / "more.toml"
    other.write_text(f'[pairs.ben]\ndomain = "a.test"\nmailbox = "{BEN}"\ncalendar = "ben@g.test"\n')
    company.calpair("apply", str(other))
    other.write_text("[pairs.ben]\n")
    said = company.calpair("apply", "--remove", str(other))
    assert (said.code, said.out) == (0, "pairs/ben: removed; nothing changes on either side\n")
    assert list(company.calpair("export").json["pairs"]) == ["ana"]
    assert company.calpair("apply", "--remove", str(other)).out == "nothing to remove\n"
    assert company.calpair("--json", "apply", "--remove", str(other)).json == {"removed": []}
    assert refused(company, "apply", "--remove", str(company.config)) == (
        f"{company.config} names domains/a.test, pairs/ana and is applied at every start; take them out of it"
    )


@pytest.mark.parametrize("words", [("sync", "ana"), ("resume", "ana"), ("sync", "ana", "--dry-run")])
@pytest.mark.parametrize("document", ["pairs/ana", "domains/a.test"])
def test_a_pair_a_document_pauses_is_told_with_that_document_at_once(
    company: Office, document: str, words: tuple[str, ...]
) -> None:
    if document == "pairs/ana":
        company.pairs["ana"] = company.pair(paused=True)
    else:
        company.domains["a.test"]["paused"] = True
    company.write()
    company.calpair("pairs")
    cure = f"write paused = false for {document} in calpair.toml"
    assert refused(company, *words).endswith(cure)
    assert company.calpair("pairs").out.endswith(f": paused  Paused by a person: {cure}.\n")
    assert company.calpair("pause", "ana").out == "ana: is paused already\n"


def test_a_pair_paused_by_its_document_and_by_hand_is_told_with_both(company: Office) -> None:
    company.calpair("pause", "ana")
    company.pairs["ana"] = company.pair(paused=True)
    company.write()
    company.calpair("pairs")
    assert refused(company, "sync", "ana") == (
        "pair `ana` is paused; write paused = false for pairs/ana in calpair.toml, then `calpair resume ana` lets it go on"
    )


def test_a_pair_that_is_not_paused_is_not_resumed_and_one_that_is_not_paused_again(company: Office) -> None:
    company.calpair("pairs")
    with company.nothing_changes():
        said = company.calpair("resume", "ana")
    assert (said.code, said.out) == (0, "ana: is not paused; nothing was changed\n")
    company.calpair("pause", "ana")
    with company.nothing_changes():
        said = company.calpair("pause", "ana")
    assert (said.code, said.out) == (0, "ana: is paused already\n")


def test_a_pause_by_hand_survives_a_lost_database_with_what_export_printed(company: Office) -> None:
    company.calpair("pause", "ana")
    backup = company.folder / "backup.json"
    backup.write_text(company.calpair("export").out)
    for file in company.folder.glob("calpair.db*"):
        file.unlink()
    said = company.calpair("--json", "apply", str(backup))
    assert (said.code, said.json["paused"]) == (0, ["pairs/ana"])
    company.calpair("pairs")
    assert refused(company, "sync", "ana") == "pair `ana` is paused; `calpair resume ana` lets it go on"
    assert company.calpair("apply", str(backup)).code == 0
    assert company.calpair("resume", "ana").out == "ana: resumed\n"
    assert company.calpair("sync", "ana").out == "ana: 1 created\n"


def test_a_pause_of_a_pair_that_is_not_there_is_refused_with_its_name(company: Office) -> None:
    company.calpair("pairs")
    backup = company.folder / "backup.json"
    backup.write_text('{"domains": {}, "pairs": {}, "paused": ["eve"]}')
    assert refused(company, "apply", str(backup)) == "backup.json: `paused` names eve, and there is no such pair"
    backup.write_text('{"paused": "ana"}')
    assert refused(company, "apply", str(backup)) == (
        'backup.json: `paused` is a list of names of pairs, as in ["ana"]'
    )


def test_the_own_file_lists_no_pauses_since_they_would_come_back_at_every_start(company: Office) -> None:
    company.calpair("pairs")
    company.config.write_text('paused = ["ana"]\n' + company.config.read_text())
    assert refused(company, "pairs") == (
        "calpair.toml: `paused` has no place above the sections; write it into [pairs.NAME]"
    )


def test_what_the_breaker_holds_is_approved_and_not_resumed(company: Office) -> None:
    made = [company.outlook(f"Dinner {day}", days=day) for day in range(1, 8)]
    company.calpair("sync", "ana")
    for item in made[:5]:
        company.exchange.mailbox(ANA).delete(item)
    company.calpair("sync", "ana")
    cure = "it holds something back: `calpair pairs ana` says what, `calpair approve ana` lets it through"
    assert refused(company, "resume", "ana") == f"pair `ana` is not paused by hand; {cure}"
    company.calpair("pause", "ana")
    said = company.calpair("resume", "ana")
    assert (said.code, said.out) == (0, f"ana: resumed, but {cure}\n")
    company.calpair("approve", "ana")
    assert "Approved; the next sync carries it out." in company.calpair("pairs").out
    assert company.calpair("resume", "ana").out == "ana: is not paused; nothing was changed\n"
