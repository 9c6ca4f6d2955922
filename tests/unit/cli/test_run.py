"""`calpair run`, look by look in a time moved by hand, and once with its own threads and signals."""

import contextlib
import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calpair.errors import StoreBrokenError
from calpair.local.loop import Loop
from calpair.local.store import SqliteStore
from calpair.log import Discretion
from scenarios.office import Office, office
from scenarios.stage import BEN, BENS, MAILBOX, Stage, at
from unit.cli.keeping import Kept, with_ben

ACCOUNT = "svc@a.test"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="calpair")
    return caplog


def write(stage: Stage, name: str = "ana", **fields: Any) -> None:
    """Change a pair's document as another process does."""
    other = SqliteStore(stage.folder / "calpair.db", stage.clock.now)
    doc = other.get("pairs", name)
    assert doc
    other.put(type(doc)(doc.collection, doc.key, {**doc.data, **fields}, version=doc.version))
    other.close()


def test_every_pair_is_looked_at_in_its_interval(stage: Stage) -> None:
    stage.set(interval="10s")
    kept = Kept(stage)
    kept.go_on(minutes=10)
    exchange, google = stage.requests()
    assert 59 <= exchange <= 61
    assert exchange == google


def test_an_edit_arrives_at_the_next_look(stage: Stage, log: pytest.LogCaptureFixture) -> None:
    kept = Kept(stage)
    kept.go_on(minutes=1)
    stage.outlook("Lunch")
    kept.go_on(seconds=61)
    assert stage.titles() == ["Lunch"]
    assert [record.message for record in log.records] == ["1 created"]


def test_a_wrong_password_is_tried_six_times_in_the_first_hour_and_hourly_then_whatever_the_pairs(
    stage: Stage,
) -> None:
    for number in range(3):
        stage.google.add_calendar(f"more{number}@g.test", "ana@g.test")
        stage.pairs[f"more{number}"] = {
            "domain": "a.test",
            "mailbox": BEN,
            "calendar": f"more{number}@g.test",
            "google_user": "ana@g.test",
            "interval": "20m" if number else "5s",
        }
    with_ben(stage)
    stage.environment["PASSWORD"] = "wrong"
    kept = Kept(stage)
    kept.go_on(minutes=59)
    assert stage.exchange.accounts.failed == {ACCOUNT: 6}
    kept.go_on(hours=3)
    assert 8 <= stage.exchange.accounts.failed[ACCOUNT] <= 9
    stage.environment["PASSWORD"] = "secret"
    stage.outlook("Lunch")
    for _ in range(62):
        kept.go_on(minutes=0 if stage.google_titles() else 1)
    assert stage.titles() == ["Lunch"]


def test_a_closed_domain_is_told_once_a_pair_and_taken_up_within_a_minute_of_being_opened(
    stage: Stage, log: pytest.LogCaptureFixture
) -> None:
    with_ben(stage)
    stage.environment["PASSWORD"] = "wrong"
    kept = Kept(stage)
    kept.go_on(minutes=20)
    shut = [record.message for record in log.records if record.levelname == "WARNING"]
    assert len(shut) <= 2 * stage.exchange.accounts.failed[ACCOUNT]
    stage.environment["PASSWORD"] = "secret"
    stage.outlook("Lunch")
    kept.go_on(seconds=61)
    assert stage.titles() == ["Lunch"]


def test_an_ordinary_refusal_is_logged_by_its_sentence_alone(stage: Stage, log: pytest.LogCaptureFixture) -> None:
    stage.environment["PASSWORD"] = "wrong"
    Kept(stage).go_on(seconds=30)
    assert [Discretion().filter(record) and record.msg for record in log.records] == [
        "Exchange: name or password were refused: check exchange.username and exchange.secret (HTTP401)"
    ]


def test_two_pairs_that_start_together_try_a_wrong_password_once(stage: Stage) -> None:
    with_ben(stage)
    stage.environment["PASSWORD"] = "wrong"
    meanwhile: list[str] = []

    def before(_: object) -> None:
        stage.exchange_door.before = None
        meanwhile.append(stage.tries("ben"))

    stage.exchange_door.before = before
    assert (stage.tries("ana"), meanwhile) == ("SignInError", ["BackOffError"])
    assert stage.exchange.accounts.failed == {ACCOUNT: 1}


def test_a_servers_plea_to_wait_is_obeyed_by_every_pair_on_it(stage: Stage, log: pytest.LogCaptureFixture) -> None:
    with_ben(stage)
    kept = Kept(stage)
    kept.go_on(minutes=2)
    stage.fault("exchange", "unavailable", seconds=300)
    kept.go_on(minutes=1)
    asked = stage.requests()[0]
    kept.go_on(seconds=230)
    assert stage.requests()[0] == asked
    assert {record.levelname for record in log.records} == {"WARNING"}
    kept.go_on(minutes=2)
    assert stage.requests()[0] > asked


def test_a_plea_to_wait_is_nothing_to_another_domain(stage: Stage) -> None:
    stage.domains["b.test"] = dict(stage.domains["a.test"])
    with_ben(stage, domain="b.test")
    kept = Kept(stage)
    kept.go_on(minutes=2)
    stage.fault("exchange", "unavailable", user=MAILBOX, seconds=600)
    kept.go_on(minutes=1)
    stage.exchange.mailbox(BEN).create(subject="Ben's", start=at(5), end=at(5, 11))
    kept.go_on(minutes=2)
    assert [event["summary"] for event in stage.google.calendar(BENS).events()] == ["Ben's"]


def test_a_pair_without_its_mailbox_does_not_stop_the_others_and_is_told_each_time(
    stage: Stage, log: pytest.LogCaptureFixture
) -> None:
    stage.pairs = {"eve": {"domain": "a.test", "mailbox": "eve@a.test", "calendar": BENS}, **stage.pairs}
    stage.start()
    stage.outlook("Lunch")
    kept = Kept(stage)
    kept.go_on(seconds=150)
    assert stage.titles() == ["Lunch"]
    errors = [record.message for record in log.records if record.levelname == "ERROR"]
    assert 2 <= len(errors) <= 3
    assert all("check `mailbox`" in error for error in errors)


def test_a_document_that_turns_wrong_is_told_once_and_stops_only_itself(
    stage: Stage, log: pytest.LogCaptureFixture
) -> None:
    with_ben(stage)
    kept = Kept(stage)
    kept.go_on(minutes=2)
    write(stage, "ben", intervall="10s")
    stage.outlook("Lunch")
    kept.go_on(minutes=5)
    assert stage.titles() == ["Lunch"]
    sentence = "pairs/ben: intervall: unknown field, did you mean `interval`?"
    told = [record.message for record in log.records if sentence in record.message]
    assert 1 <= len(told) <= 2
    write(stage, "ben", intervall="10s", mailbx="x")
    kept.go_on(minutes=2)
    assert any("mailbx" in record.message for record in log.records)


def test_a_pair_that_is_paused_meanwhile_is_left_alone_and_taken_up_again(stage: Stage) -> None:
    kept = Kept(stage)
    kept.go_on(minutes=2)
    write(stage, paused=True)
    kept.go_on(seconds=70)
    stage.outlook("Lunch")
    requests = stage.requests()
    kept.go_on(minutes=5)
    assert stage.requests() == requests
    write(stage, paused=False)
    kept.go_on(seconds=130)
    assert stage.titles() == ["Lunch"]


def test_a_new_pair_is_taken_up_within_a_minute_or_so(stage: Stage) -> None:
    kept = Kept(stage)
    kept.go_on(minutes=1)
    other = SqliteStore(stage.folder / "calpair.db", stage.clock.now)
    doc = other.get("pairs", "ana")
    assert doc
    other.put(type(doc)("pairs", "ben", {"domain": "a.test", "mailbox": BEN, "calendar": BENS}))
    other.close()
    stage.exchange.mailbox(BEN).create(subject="Ben's", start=at(5), end=at(5, 11))
    kept.go_on(seconds=70)
    assert [event["summary"] for event in stage.google.calendar(BENS).events()] == ["Ben's"]


def test_a_pair_may_have_any_name(stage: Stage) -> None:
    stage.pairs = {"*": stage.pairs["ana"]}
    stage.start()
    stage.outlook("Lunch")
    Kept(stage).go_on(minutes=1)
    assert stage.titles() == ["Lunch"]


def test_a_parked_event_is_tried_again_before_the_pairs_own_time(stage: Stage) -> None:
    stage.set(interval="1h")
    stage.outlook("Lunch")
    stage.fault("google", "invalid_400", "events.insert")
    kept = Kept(stage)
    kept.go_on(seconds=30)
    assert stage.google_titles() == []
    kept.go_on(minutes=2)
    assert stage.titles() == ["Lunch"]


def test_long_work_is_told_tenth_by_tenth(stage: Stage, log: pytest.LogCaptureFixture) -> None:
    for day in range(3, 28):
        for hour in (8, 10, 12, 14, 16):
            stage.outlook(f"Lunch {day} {hour}", day=day, hour=hour)
    Kept(stage).go_on(seconds=30)
    assert [record.message for record in log.records] == ["50 of 125", "100 of 125", "125 of 125", "125 created"]


def test_a_store_that_fails_once_ends_no_loop(
    stage: Stage, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept(stage)
    kept.go_on(seconds=30)
    put = stage.app.store.put
    broken = [True]

    def failing(doc: Any) -> Any:
        if broken:
            broken.clear()
            raise StoreBrokenError("calpair.db is locked; end that program")
        return put(doc)

    monkeypatch.setattr(stage.app.store, "put", failing)
    stage.outlook("Lunch")
    kept.go_on(minutes=3)
    assert stage.titles() == ["Lunch"]
    assert any("calpair.db is locked" in record.message for record in log.records)


# --- with its own threads


@contextlib.contextmanager
def stopped_by(sign: signal.Signals, words: str) -> Iterator[None]:
    """Send this process a signal when its log says these words."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if words in record.getMessage():
                os.kill(os.getpid(), sign)

    ear = Ear()
    logging.getLogger("calpair").addHandler(ear)
    try:
        yield
    finally:
        logging.getLogger("calpair").removeHandler(ear)


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        yield ground.ready()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_when_all_work_is_done(company: Office, sign: signal.Signals) -> None:
    company.outlook("Lunch")
    with stopped_by(sign, "1 created"):
        said = company.calpair("run")
    assert (said.code, said.out) == (0, "keeping 1 pair in step; Ctrl-C stops\n")
    assert said.err.endswith(" ana: 1 created\n")
    assert company.titles() == (["Lunch"], ["Lunch"])


def test_work_that_does_not_end_in_time_is_a_failure(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    company.outlook("Lunch")
    finish = Loop.finish
    waited: list[float] = []

    def impatient(loop: Loop, seconds: float) -> bool:
        waited.append(seconds)
        finish(loop, seconds)
        return False

    monkeypatch.setattr(Loop, "finish", impatient)
    with stopped_by(signal.SIGTERM, "1 created"):
        assert company.calpair("run").code == 1
    assert waited == [30.0]


def test_wrong_documents_are_told_at_the_start(company: Office) -> None:
    company.pairs["ben"] = company.ben(interval="1s")
    company.write()
    company.outlook("Lunch")
    with stopped_by(signal.SIGTERM, "1 created"):
        said = company.calpair("run")
    assert said.code == 0
    assert 'warning: pairs/ben: interval: "1s" is too short; the shortest is 5s' in said.err


def test_a_run_whose_pairs_are_all_paused_waits_for_them(stage: Stage) -> None:
    stage.set(paused=True)
    stage.outlook("Lunch")
    kept = Kept(stage)
    kept.go_on(minutes=2)
    assert stage.requests() == (0, 0)
    write(stage, paused=False)
    kept.go_on(minutes=2)
    assert stage.titles() == ["Lunch"]
