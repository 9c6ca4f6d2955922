"""The parts joined: documents read seldom and applied at start, sides kept and made anew, what a run leaves behind."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from calpair.app.clock import clock
from calpair.app.machine import App
from calpair.app.papers import DEFAULT_INTERVAL
from calpair.app.runner import quiet
from calpair.app.sides import Sides
from calpair.errors import AccessLostError, SignInError, StaleError, StoreError, UsageError
from calpair.google.calendar import GoogleCalendar
from calpair.model.side import Side
from calpair.ports import Calendar
from calpair.sync.cursors import CURSORS, Lease, from_doc, to_doc
from scenarios.stage import BEN, BENS, MAILBOX, Stage
from simulators.exchange import Switches


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def with_ben(stage: Stage, **fields: Any) -> App:
    stage.pairs["ben"] = {"domain": "a.test", "mailbox": BEN, "calendar": BENS, **fields}
    return stage.start()


def edit(stage: Stage, name: str = "ana", **fields: Any) -> None:
    """Change a pair's document in the store, as another process does; the present one goes on."""
    doc = stage.app.store.get("pairs", name)
    assert doc
    stage.app.store.put(replace(doc, data={**doc.data, **fields}))


def statuses(stage: Stage) -> int:
    """How often the status was written."""
    doc = stage.app.store.get("status", "ana")
    return int(doc.version.rpartition(".")[2]) if doc else 0


# --- documents


def test_an_app_is_made_from_a_file_and_opens_nothing_yet(tmp_path: Path) -> None:
    file = tmp_path / "calpair.toml"
    file.write_text('[service]\nstore = "sqlite:x.db"\n[pairs.ana]\ndomain = "a.test"\n')
    app = App.from_file(file, {"A": "B"})
    assert app.environment == {"A": "B"}
    assert app.configuration.pairs == {"ana": {"domain": "a.test"}}
    assert list(tmp_path.iterdir()) == [file]


def test_the_clock_is_the_machines_and_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert clock() <= clock()
    assert clock().utcoffset() == timedelta(0)
    quiet(1, 2)
    assert capsys.readouterr() == ("", "")


def test_the_files_documents_are_in_the_store_when_it_is_first_asked_for(stage: Stage) -> None:
    doc = stage.app.store.get("pairs", "ana")
    assert doc
    assert doc.data["mailbox"] == MAILBOX
    assert stage.app.origin("pairs/ana").endswith("calpair.toml")
    assert stage.app.store is stage.app.store


def test_documents_are_read_anew_after_five_seconds(stage: Stage) -> None:
    assert stage.app.interval("ana") == DEFAULT_INTERVAL == timedelta(minutes=1)
    edit(stage, interval="10s")
    stage.later(seconds=4)
    assert stage.app.interval("ana") == timedelta(minutes=1)
    stage.later(seconds=2)
    assert stage.app.interval("ana") == timedelta(seconds=10)


def test_documents_are_read_anew_when_the_clock_was_put_back(stage: Stage) -> None:
    stage.app.interval("ana")
    edit(stage, interval="10s")
    before = stage.clock.now() - timedelta(hours=1)
    stage.app.now = lambda: before
    assert stage.app.interval("ana") == timedelta(seconds=10)


def test_what_this_process_switches_or_applies_counts_at_once(stage: Stage, tmp_path: Path) -> None:
    stage.app.names()
    stage.app.switch("ana", paused=True)
    assert stage.app.names() == {}
    stage.app.switch("ana", paused=False)
    assert stage.app.names() == {"ana": "a.test"}
    more = tmp_path / "more.toml"
    more.write_text(f'[pairs.ben]\ndomain = "a.test"\nmailbox = "{BEN}"\ncalendar = "{BENS}"\n')
    applied, problems, _ = stage.app.apply(more)
    assert (applied.written, problems) == (("pairs/ben",), [])
    assert stage.app.names() == {"ana": "a.test", "ben": "a.test"}


def test_only_pairs_that_are_enabled_and_not_paused_are_kept_in_step(stage: Stage) -> None:
    app = with_ben(stage, enabled=False)
    assert app.names() == {"ana": "a.test"}
    stage.set("ben", enabled=True, paused=True)
    assert stage.app.names() == {"ana": "a.test"}


def test_a_pair_that_cannot_be_used_is_told_with_everything_that_is_wrong_with_it(stage: Stage) -> None:
    app = with_ben(stage, interval="1s", direction="both")
    with pytest.raises(UsageError) as refused:
        app.pair("ben")
    assert "pairs/ben: interval: " in str(refused.value)
    assert "pairs/ben: direction: " in str(refused.value)
    assert [problem.field for problem in app.problems()] == ["direction", "interval"]
    assert app.pair("ana")[0].mailbox == MAILBOX


def test_a_pair_of_no_name_that_is_known_is_told_with_what_may_be_meant(stage: Stage) -> None:
    with pytest.raises(UsageError, match="did you mean `ana`"):
        stage.app.pair("anna")


def test_everything_written_is_exported(stage: Stage) -> None:
    assert stage.app.export() == {"domains": stage.domains, "pairs": stage.pairs}


def test_a_disabled_pair_shows_nothing_of_the_one_that_took_its_place(stage: Stage) -> None:
    stage.outlook("Lunch")
    stage.settle()
    stage.set(enabled=False)
    assert stage.status()["state"] == "ok"
    stage.pairs["anna"] = {**stage.pairs["ana"], "enabled": True}
    stage.start()
    assert (stage.status("ana")["state"], stage.status("ana")["last_success"]) == ("waiting", None)
    stage.settle("anna")
    assert stage.status("anna")["state"] == "ok"


def test_the_longest_call_a_document_may_allow_leaves_a_run_time(stage: Stage) -> None:
    stage.domains["a.test"]["exchange"]["timeout_seconds"] = 301
    assert "exchange.timeout_seconds" in [problem.field for problem in stage.start().problems()]
    stage.domains["a.test"]["exchange"]["timeout_seconds"] = 300
    stage.start()
    stage.outlook("Lunch")
    assert stage.run().outcome == "ok"
    assert stage.google_titles() == ["Lunch"]


# --- sides


def lent(stage: Stage, name: str = "ana") -> Mapping[Side, Calendar]:
    with stage.app.sides.lent(*stage.app.pair(name)) as calendars:
        return calendars


def test_sides_are_kept_between_runs(stage: Stage) -> None:
    assert lent(stage) == lent(stage)


def test_sides_are_never_lent_twice_at_once(stage: Stage) -> None:
    """A line to Google is for one thread; whoever comes while another looks at the pair asks over one of their own."""
    with stage.app.sides.lent(*stage.app.pair("ana")) as first:
        second = lent(stage)
        assert all(first[side] is not second[side] for side in Side)


def test_no_more_sides_are_kept_at_rest_than_were_said_and_of_those_the_ones_used_last(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung_up: list[GoogleCalendar] = []

    def close(google: GoogleCalendar) -> None:
        hung_up.append(google)

    monkeypatch.setattr(GoogleCalendar, "close", close)
    app = with_ben(stage)
    sides = app.sides = Sides(app.store, app.now, lambda _: "TOKEN", None, app.transports, most=1)
    with sides.lent(*app.pair("ana")) as anas, sides.lent(*app.pair("ben")) as bens:
        pass
    assert hung_up == [bens[Side.GOOGLE]]
    assert lent(stage) == anas
    assert lent(stage, "ben") != bens
    assert hung_up == [bens[Side.GOOGLE], anas[Side.GOOGLE]]


@pytest.mark.parametrize("fields", [{"folder": "Team"}, {"colours": {"Travel": "5"}}, {"calendar": BENS}])
def test_sides_are_made_anew_when_the_pairs_document_changes(stage: Stage, fields: dict[str, Any]) -> None:
    before = lent(stage)
    edit(stage, **fields)
    stage.later(seconds=6)
    after = lent(stage)
    assert all(before[side] is not after[side] for side in Side)


def test_a_pairs_sides_and_the_connection_are_made_anew_when_its_domain_changes(stage: Stage) -> None:
    stage.environment["OTHER"] = "wrong"
    stage.outlook("Lunch")
    stage.settle()
    doc = stage.app.store.get("domains", "a.test")
    assert doc
    exchange = {**doc.data["exchange"], "secret": "env:OTHER"}
    stage.app.store.put(replace(doc, data={**doc.data, "exchange": exchange}))
    stage.later(seconds=6)
    assert stage.tries() == "SignInError"


def test_pairs_of_one_domain_share_a_connection(stage: Stage) -> None:
    """So a password is read once, and one refusal is known to all."""
    app = with_ben(stage)
    stage.run("ana")
    stage.environment["PASSWORD"] = "changed meanwhile"
    assert app.sync("ben").outcome == "ok"


def test_the_servers_version_is_remembered_for_the_next_process(stage: Stage) -> None:
    stage.run()
    doc = stage.app.store.get("servers", "a.test")
    assert doc
    assert doc.data == {"schema": 1, "version": "15.2.2562.17"}
    stage.run()
    stage.start()
    stage.run()
    again = stage.app.store.get("servers", "a.test")
    assert again
    assert again.version == doc.version
    stage.exchange.switches = Switches(version="Exchange2016")
    stage.later(minutes=1)
    stage.run()
    newer = stage.app.store.get("servers", "a.test")
    assert newer
    assert newer.data["version"].startswith("15.1.")


# --- runs


def test_a_paused_or_disabled_pair_asks_nobody(stage: Stage) -> None:
    stage.app.switch("ana", paused=True)
    assert stage.run().outcome == "paused"
    stage.set(enabled=False)
    assert stage.run().outcome in ("disabled", "paused")
    stage.app.switch("ana", paused=False)
    assert stage.run().outcome == "disabled"
    assert stage.requests() == (0, 0)


def test_a_known_state_is_not_written_again(stage: Stage) -> None:
    stage.run()
    written = statuses(stage)
    stage.run()
    stage.run()
    assert statuses(stage) == written
    stage.outlook("Lunch")
    stage.run()
    assert statuses(stage) == written + 1


def test_a_run_that_finds_another_at_work_leaves_the_status_as_it_is(stage: Stage) -> None:
    stage.run()
    written = statuses(stage)
    key = stage.app.pair("ana")[0].key
    doc = stage.app.store.get(CURSORS, key)
    assert doc
    lease = Lease("process 1", stage.clock.now() + timedelta(minutes=5))
    stage.app.store.put(to_doc(replace(from_doc(doc), lease=lease), doc.version))
    assert stage.run().outcome == "busy"
    assert statuses(stage) == written


def test_a_dry_run_leaves_no_status_whether_it_fails_or_not(stage: Stage) -> None:
    stage.outlook("Lunch")
    assert stage.app.sync("ana", dry_run=True).said == {"create": 1}
    stage.environment["PASSWORD"] = "wrong"
    stage.start()
    with pytest.raises(SignInError):
        stage.app.sync("ana", dry_run=True)
    assert stage.status()["state"] == "waiting"


def test_what_stood_in_the_way_is_in_the_status_and_gone_when_it_is_mended(stage: Stage) -> None:
    stage.exchange.switches = Switches(impersonation_denied=(MAILBOX,))
    with pytest.raises(AccessLostError):
        stage.run()
    assert (stage.status()["state"], "impersonate" in stage.status()["sentence"]) == ("failing", True)
    stage.exchange.switches = Switches()
    stage.later(minutes=2)
    stage.run()
    assert (stage.status()["state"], stage.status()["sentence"]) == ("ok", "")


def test_progress_is_told_to_whoever_asks_and_in_the_status_of_a_first_sync(stage: Stage) -> None:
    for day in range(3, 28):
        stage.outlook(f"Lunch {day}", day=day)
        for hour in (8, 12, 14, 16):
            stage.outlook(f"More {day} {hour}", day=day, hour=hour)
    seen: list[tuple[int, int]] = []
    told: list[str] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        status = stage.status()
        told.append(f"{status['state']}: {status['sentence']}")

    stage.app.sync("ana", progress=progress)
    assert seen == [(50, 125), (100, 125), (125, 125)]
    assert told[1] == "first_sync: 50 of about 125 carried so far; nearest dates first."
    assert stage.status()["state"] == "ok"
    stage.outlook("Dinner", day=28)
    told.clear()
    stage.app.sync("ana", progress=progress)
    assert told == ["ok: "]


def test_errors_that_are_nobodys_end_a_run_as_they_are(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise StaleError("conflict")

    monkeypatch.setattr("calpair.app.runner.sync", broken)
    with pytest.raises(StaleError):
        stage.run()
    assert (stage.status()["state"], stage.status()["sentence"]) == ("failing", "the server answered conflict.")

    def lost(*_: object, **__: object) -> None:
        raise StoreError("the disk is full; make room")

    monkeypatch.setattr("calpair.app.runner.sync", lost)
    stage.start()
    with pytest.raises(StoreError):
        stage.run()
    assert stage.status()["sentence"] == "the disk is full; make room"
