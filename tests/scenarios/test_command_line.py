"""Every command, plain and as JSON, against both servers on a port (design 4.3)."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.office import ANA, ANAS, BEN, NEVER_IN_OUTLOOK, Office, calpair, noon, office


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        yield ground.ready()


def test_doctor_says_of_everything_how_it_is(company: Office) -> None:
    with company.servers_unchanged():
        said = company.calpair("doctor")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert all(line.startswith("ok  ") for line in lines)
    assert "ok  pairs/ana exchange: sign-in: svc@a.test is accepted" in lines
    assert "ok  pairs/ana google: google rights: the right is owner" in lines


def test_doctor_answers_in_json_by_document_and_side(company: Office) -> None:
    said = company.calpair("--json", "doctor", "ana")
    assert (said.code, said.err) == (0, "")
    assert {
        "document": "pairs/ana",
        "side": "exchange",
        "check": "mailbox",
        "ok": True,
        "found": f"{ANA} opens",
        "cure": "",
    } in said.json


def test_doctor_takes_a_domain_for_all_its_pairs(company: Office) -> None:
    company.pairs["ben"] = company.ben()
    company.write()
    of_pairs = {row["document"] for row in company.calpair("--json", "doctor", "a.test").json}
    assert {"pairs/ana", "pairs/ben"} <= of_pairs
    of_ben = {row["document"] for row in company.calpair("--json", "doctor", "ben").json}
    assert "pairs/ana" not in of_ben


def test_a_sync_brings_both_sides_in_step_and_tells_its_progress_in_plain_lines(company: Office) -> None:
    company.outlook("Lunch")
    company.web("Dinner")
    said = company.calpair("sync", "ana")
    assert (said.code, said.out, said.err) == (0, "ana: 2 created\n", "1 of 2\n2 of 2\n")
    assert company.titles() == (["Dinner", "Lunch"], ["Dinner", "Lunch"])


def test_a_sync_of_what_is_in_step_says_so(company: Office) -> None:
    company.calpair("sync", "ana")
    said = company.calpair("sync", "ana")
    assert (said.code, said.out, said.err) == (0, "ana: in step\n", "")


def test_a_sync_in_json_is_one_value_and_no_progress(company: Office) -> None:
    company.outlook("Lunch")
    said = company.calpair("--json", "sync", "ana")
    assert (said.code, said.err) == (0, "")
    assert said.json == {
        "pair": "ana",
        "outcome": "ok",
        "said": {"create": 1},
        "writes": 1,
        "clashes": 0,
        "retry": None,
        "held": None,
        "notices": [],
        "decisions": [],
    }


def test_a_dry_run_says_what_would_be_done_and_does_nothing(company: Office) -> None:
    company.outlook("Lunch")
    company.web("Dinner")
    company.calpair("pairs")
    with company.nothing_changes():
        said = company.calpair("sync", "ana", "--dry-run")
    assert (said.code, said.err) == (0, "")
    first, second, last = said.out.splitlines()
    assert first.startswith("create on google: ")
    assert first.endswith(f": {noon(3).date()} 10:00 UTC")
    assert second.startswith("create on exchange: ")
    assert second.endswith(f": {noon(4).date()} 10:00 UTC")
    assert last == "ana: 2 would be created; nothing was written"
    assert "Lunch" not in said.out


def test_a_dry_run_says_why_it_would_leave_an_event_alone_or_park_it(company: Office) -> None:
    company.outlook("Long ago", days=-90)
    company.web("Ever so often", days=5, recurrence=NEVER_IN_OUTLOOK)
    said = company.calpair("sync", "ana", "--dry-run")
    *decisions, last = said.out.splitlines()
    leave, park = sorted(decisions)
    assert leave.startswith("leave: ")
    assert "(history)" in leave
    assert park.startswith("park: ")
    assert "(rule)" in park
    assert last == "ana: 1 would be parked, 1 would be left alone; nothing was written"


def test_a_dry_run_tells_when_what_it_would_delete_starts_and_never_its_title(company: Office) -> None:
    lunch = company.outlook("Lunch")
    company.calpair("sync", "ana")
    company.exchange.mailbox(ANA).delete(lunch)
    said = company.calpair("sync", "ana", "--dry-run")
    first, _ = said.out.splitlines()
    assert first.startswith("delete on google: ")
    assert first.endswith(f": {noon(3).date()} 10:00 UTC")
    assert "Lunch" not in said.out


def test_the_version_is_told(company: Office) -> None:
    pyproject = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    said = company.calpair("--version")
    assert (said.code, said.out) == (0, f"calpair {pyproject['project']['version']}\n")


def test_a_dry_run_in_json_lists_its_decisions(company: Office) -> None:
    company.outlook("Lunch")
    said = company.calpair("--json", "sync", "ana", "--dry-run")
    assert (said.json["outcome"], said.json["said"], len(said.json["decisions"])) == ("planned", {"create": 1}, 1)


def test_pairs_shows_how_each_stands(company: Office) -> None:
    company.pairs["ben"] = company.ben()
    company.write()
    company.calpair("sync", "ana")
    said = company.calpair("pairs")
    assert (said.code, said.err) == (0, "")
    ana, since, ben = said.out.splitlines()
    assert ana.startswith(f"ana: {ANA} <-> {ANAS}: ok, in step at 2")
    assert since.startswith("  ok since 2")
    assert ben == f"ben: {BEN} --> ben@g.test: waiting  Not looked at yet."


def test_pairs_tells_how_long_changes_take_and_what_was_done(company: Office) -> None:
    company.outlook("Lunch")
    company.calpair("sync", "ana")
    company.outlook("Tea", days=5)
    company.calpair("sync", "ana")
    figures = company.calpair("pairs").out.splitlines()[1]
    assert re.fullmatch(r"  ok since .*Z; visible after \d s, typically \d s; so far 2 created", figures)
    visible = company.calpair("--json", "pairs").json["pairs"][0]["time_to_visible"]
    assert visible["measured"] == 1
    assert 0 <= visible["last"] < 10


def test_pairs_in_json_is_one_value_with_the_whole_status(company: Office) -> None:
    company.outlook("Lunch")
    company.calpair("sync", "ana")
    said = company.calpair("--json", "pairs")
    assert (said.code, said.err, said.json["problems"]) == (0, "", [])
    (row,) = said.json["pairs"]
    assert (row["pair"], row["mailbox"], row["calendar"], row["from"]) == ("ana", ANA, ANAS, "calpair.toml")
    assert (row["state"], row["totals"], row["parked"], row["parked_count"]) == ("ok", {"create": 1}, [], 0)
    assert row["last_success"]


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_while_events_are_missing_sync_says_so_and_not_only_that_it_is_in_step(
    company: Office, dry: tuple[str, ...]
) -> None:
    for day in (5, 6):
        company.outlook(f"Lunch {day}", days=day)
    company.calpair("sync", "ana")
    mailbox = company.exchange.mailboxes[ANA].calendar
    mailbox.items.popitem()
    company.exchange.mailbox(ANA).drop_sync_states()
    company.calpair("sync", "ana")
    in_step, missing = company.calpair("sync", "ana", *dry).out.splitlines()
    assert in_step.startswith("ana: in step")
    assert missing.startswith("ana: 1 events are not found on Exchange since 2")
    assert ": behind, in step at 2" in company.calpair("pairs").out


def test_a_paused_pair_is_left_alone_until_it_is_resumed(company: Office) -> None:
    company.outlook("Lunch")
    assert company.calpair("pause", "ana").out == "ana: paused\n"
    requests = company.requests()
    with company.servers_unchanged():
        said = company.calpair("sync", "ana")
    assert (said.code, said.complaint) == (2, "pair `ana` is paused; `calpair resume ana` lets it go on")
    assert company.requests() == requests
    assert "paused  Paused by a person: `calpair resume ana` lets it go on." in company.calpair("pairs").out
    assert company.calpair("resume", "ana").out == "ana: resumed\n"
    assert company.calpair("sync", "ana").code == 0
    assert company.titles() == (["Lunch"], ["Lunch"])


def test_a_paused_pair_is_so_since_it_was_paused_and_not_since_it_was_last_well(company: Office) -> None:
    def since() -> str | None:
        row = company.calpair("--json", "pairs").json["pairs"][0]
        return row["since"] and str(row["since"])

    company.calpair("sync", "ana")
    well = since()
    assert well
    company.calpair("pause", "ana")
    paused = since()
    assert paused
    assert paused > well
    assert f"  paused since {paused[:19]}Z" in company.calpair("pairs").out
    company.calpair("resume", "ana")
    assert since() == well
    company.pairs["ana"] = company.pair(paused=True)
    company.write()
    assert since() is None


def test_pause_and_resume_answer_in_json(company: Office) -> None:
    assert company.calpair("--json", "pause", "ana").json == {"pair": "ana", "paused": True, "changed": True}
    assert company.calpair("--json", "resume", "ana").json == {
        "pair": "ana",
        "paused": False,
        "changed": True,
        "held": False,
    }


def test_what_the_breaker_holds_is_shown_and_approve_lets_it_through(company: Office) -> None:
    made = [company.outlook(f"Lunch {day}", days=day) for day in range(1, 8)]
    company.calpair("sync", "ana")
    for item in made[:5]:
        company.exchange.mailbox(ANA).delete(item)
    with company.servers_unchanged():
        held = company.calpair("sync", "ana")
    assert (held.code, held.err) == (1, "")
    assert held.out.startswith("ana: 5 deletions wait: ")
    assert "`calpair approve ana`" in held.out
    as_json = company.calpair("--json", "sync", "ana")
    assert (as_json.code, as_json.json["outcome"], as_json.json["held"]) == (
        1,
        "held",
        {"kind": "deletions", "events": 5},
    )
    assert "5 deletions wait" in company.calpair("pairs").out
    said = company.calpair("approve", "ana")
    assert (said.code, said.out) == (0, "ana: approved (deletions); the next sync carries it out\n")
    assert company.calpair("sync", "ana").out == "ana: 5 deleted\n"
    assert company.titles() == (["Lunch 6", "Lunch 7"], ["Lunch 6", "Lunch 7"])


def test_approve_answers_in_json_and_of_nothing_to_approve(company: Office) -> None:
    company.calpair("sync", "ana")
    said = company.calpair("--json", "approve", "ana")
    assert (said.code, said.json) == (2, {"error": "pair `ana` holds nothing back; there is nothing to approve"})
    company.pairs["ana"]["direction"] = "exchange_to_google"
    company.write()
    company.calpair("sync", "ana")
    company.web("Dinner")
    company.calpair("sync", "ana")
    company.pairs["ana"]["direction"] = "two_way"
    company.write()
    assert company.calpair("sync", "ana").code == 1
    assert company.calpair("--json", "approve", "ana").json == {"pair": "ana", "approved": "two_way"}


def test_apply_writes_another_files_documents_and_says_which(company: Office, tmp_path: Path) -> None:
    company.calpair("pairs")
    other = tmp_path / "more.toml"
    text = f'[pairs.ben]\ndomain = "a.test"\nmailbox = "{BEN}"\ncalendar = "ben@g.test"\ngoogle_user = "{ANAS}"\n'
    other.write_text(text)
    said = company.calpair("apply", str(other))
    assert (said.code, said.out, said.err) == (0, "pairs/ben: written\n", "")
    assert company.calpair("apply", str(other)).out == "nothing to change\n"
    assert [row["from"] for row in company.calpair("--json", "pairs").json["pairs"]] == ["calpair.toml", "more.toml"]
    other.write_text("")
    said = company.calpair("apply", str(other))
    assert (said.code, said.out) == (0, f"pairs/ben: disabled ({other} no longer names it)\n")
    assert company.calpair("--json", "pairs").json["pairs"][1]["state"] == "disabled"


def test_apply_answers_in_json_and_fails_for_a_wrong_document(company: Office, tmp_path: Path) -> None:
    other = tmp_path / "more.toml"
    other.write_text(f'[pairs.ben]\ndomain = "a.test"\nmailbox = "{BEN}"\ncalender = "ben@g.test"\n')
    said = company.calpair("--json", "apply", str(other))
    assert said.code == 1
    assert (said.json["written"], said.json["disabled"], said.json["refused"]) == ([], [], ["pairs/ben"])
    assert "pairs/ben: calender: unknown field, did you mean `calendar`?" in said.json["problems"]


@pytest.mark.parametrize(
    "order", ["--config FILE --json pairs", "--json pairs --config FILE", "pairs --json --config FILE"]
)
def test_the_file_and_json_are_named_before_the_command_or_after_it(company: Office, order: str) -> None:
    said = calpair(*order.replace("FILE", str(company.config)).split(" "))
    assert (said.code, said.json["pairs"][0]["pair"]) == (0, "ana")


@pytest.mark.parametrize("words", [("export",), ("--json", "export")])
def test_export_prints_every_document_as_it_was_written(company: Office, words: tuple[str, ...]) -> None:
    said = company.calpair(*words)
    assert (said.code, said.err) == (0, "")
    assert said.json == {"domains": company.domains, "pairs": company.pairs}


def test_a_document_the_file_no_longer_names_is_disabled_and_nothing_is_undone(company: Office) -> None:
    company.outlook("Lunch")
    company.calpair("sync", "ana")
    pair = company.pairs.pop("ana")
    company.pairs["ben"] = company.ben()
    company.write()
    with company.servers_unchanged():
        assert company.calpair("sync", "ana").code == 2
    company.pairs["ana"] = pair
    company.write()
    assert company.calpair("sync", "ana").out == "ana: in step\n"


@pytest.mark.parametrize(
    "words", [(), ("synch", "ana"), ("sync",), ("sync", "ana", "ben"), ("run", "ana"), ("--jason", "run")]
)
def test_a_line_that_means_nothing_is_wrong_usage_and_does_nothing(company: Office, words: tuple[str, ...]) -> None:
    with company.nothing_changes():
        said = company.calpair(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith("calpair")


def test_errors_in_json_are_one_value_too(company: Office) -> None:
    said = company.calpair("--json", "sync", "anna")
    assert (said.code, said.err) == (2, "")
    assert json.loads(said.out) == {"error": "there is no pair `anna`; did you mean `ana`?"}


def test_a_paused_pair_is_one_value_in_json_too(company: Office) -> None:
    company.calpair("pause", "ana")
    said = company.calpair("--json", "sync", "ana")
    assert (said.code, said.err) == (2, "")
    assert "paused" in str(said.json)
