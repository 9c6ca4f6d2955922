"""Several pairs of one process: what one learns of a server all obey, and what is one pair's own keeps nobody."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calpair.app.doctoring import examine
from calpair.errors import BackOffError, SignInError
from scenarios.stage import BEN, BENS, MAILBOX, Stage
from simulators.exchange import Switches

ACCOUNT = "svc@a.test"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Ana's and Ben's pairs, of one domain; Eve's of another on the same address."""
    made = Stage(tmp_path)
    made.google.add_calendar("eve@g.test", "ana@g.test")
    made.domains["b.test"] = dict(made.domains["a.test"])
    made.pairs["ben"] = {"domain": "a.test", "mailbox": BEN, "calendar": BENS, "direction": "two_way"}
    made.pairs["eve"] = {"domain": "b.test", "mailbox": BEN, "calendar": "eve@g.test", "google_user": "ana@g.test"}
    made.start()
    return made


def meanwhile(stage: Stage, name: str, side: str = "exchange") -> list[str]:
    """Let another pair run in the midst of the next one's first request; how it ended."""
    ended: list[str] = []
    door = stage.exchange_door if side == "exchange" else stage.google_door

    def before(_: object) -> None:
        door.before = None
        ended.append(stage.tries(name))

    door.before = before
    return ended


def asked(stage: Stage, name: str) -> int:
    """Run a pair; how many requests it made."""
    before = sum(stage.requests())
    stage.tries(name)
    return sum(stage.requests()) - before


def deny(stage: Stage, *mailboxes: str) -> None:
    stage.exchange.switches = Switches(impersonation_denied=mailboxes)


def test_before_a_domains_first_answer_one_pair_asks_at_a_time(stage: Stage) -> None:
    ended = meanwhile(stage, "ben")
    assert stage.tries("ana") == "ok"
    assert ended == ["BackOffError"]
    assert stage.status("ben")["state"] == "waiting"
    assert stage.tries("ben") == "ok"


def test_another_domain_is_not_waited_for(stage: Stage) -> None:
    ended = meanwhile(stage, "eve")
    assert (stage.tries("ana"), ended) == ("ok", ["ok"])


def test_once_a_domain_has_answered_pairs_run_beside_each_other(stage: Stage) -> None:
    stage.run("ana")
    ended = meanwhile(stage, "ben")
    assert (stage.tries("ana"), ended) == ("ok", ["ok"])


def test_two_pairs_that_start_together_try_a_wrong_password_once(stage: Stage) -> None:
    stage.environment["PASSWORD"] = "wrong"
    ended = meanwhile(stage, "ben")
    assert (stage.tries("ana"), ended) == ("SignInError", ["BackOffError"])
    assert stage.tries("ben") == "BackOffError"
    assert stage.exchange.accounts.failed == {ACCOUNT: 1}
    assert "check exchange.username and exchange.secret" in stage.status("ben")["sentence"]


def test_a_closed_domain_is_not_asked_by_any_of_its_pairs_until_the_time(stage: Stage) -> None:
    stage.run("ana")
    stage.run("ben")
    stage.fault("exchange", "unavailable", seconds=300)
    assert stage.tries("ana") == "BackOffError"
    stage.later(seconds=295)
    assert (asked(stage, "ana"), asked(stage, "ben")) == (0, 0)
    assert asked(stage, "eve") > 0
    with pytest.raises(BackOffError) as waiting:
        stage.run("ben")
    assert waiting.value.seconds
    assert 4 < waiting.value.seconds < 5
    stage.later(seconds=6)
    assert (stage.tries("ben"), stage.tries("ana")) == ("ok", "ok")


def test_after_a_closure_one_goes_first_and_the_rest_wait_for_it(stage: Stage) -> None:
    stage.fault("exchange", "unavailable", seconds=60)
    stage.tries("ana")
    stage.later(seconds=61)
    ended = meanwhile(stage, "ben")
    assert (stage.tries("ana"), ended) == ("ok", ["BackOffError"])
    assert stage.tries("ben") == "ok"


def test_one_who_was_answered_for_himself_alone_opens_for_the_rest(stage: Stage) -> None:
    stage.fault("exchange", "unavailable", seconds=60)
    stage.tries("ana")
    stage.later(seconds=61)
    deny(stage, MAILBOX)
    assert (stage.tries("ana"), stage.tries("ben")) == ("AccessLostError", "ok")


def test_a_pair_held_back_or_without_its_secret_shuts_nobody_out(stage: Stage) -> None:
    for hour in range(8, 15):
        stage.outlook(f"Lunch {hour}", hour=hour)
    stage.run("ana")
    for item in stage.ana.items()[:5]:
        stage.ana.delete(item.id)
    assert stage.tries("ana") == "held"
    stage.start()
    assert (stage.tries("ana"), stage.tries("ben")) == ("held", "ok")
    stage.fault("exchange", "unavailable", seconds=60)
    stage.tries("ben")
    stage.later(seconds=61)
    assert (stage.tries("ana"), stage.tries("ben")) == ("held", "ok")
    del stage.environment["PASSWORD"]
    stage.start()
    assert (stage.tries("ben"), stage.tries("ben")) == ("UsageError", "UsageError")


def test_a_run_that_began_before_the_plea_does_not_forget_it(stage: Stage) -> None:
    stage.run("ana")
    stage.run("ben")
    stage.fault("exchange", "unavailable", seconds=300, user=BEN)
    ended = meanwhile(stage, "ben")
    assert (stage.tries("ana"), ended) == ("ok", ["BackOffError"])
    assert (asked(stage, "ana"), asked(stage, "ben")) == (0, 0)


def test_nor_does_one_that_ends_with_an_error_of_its_own(stage: Stage) -> None:
    stage.run("ana")
    stage.run("ben")
    deny(stage, MAILBOX)
    stage.fault("exchange", "unavailable", seconds=300, user=BEN)
    ended = meanwhile(stage, "ben")
    assert (stage.tries("ana"), ended) == ("AccessLostError", ["BackOffError"])
    assert asked(stage, "ben") == 0


def test_a_google_users_own_limit_is_nothing_to_another_pair(stage: Stage) -> None:
    stage.run("ana")
    stage.fault("google", "rate_limit_429", "events.list")
    assert (stage.tries("ana"), stage.tries("ben")) == ("BackOffError", "ok")


def test_a_refused_token_closes_the_domain_as_a_password_does(stage: Stage) -> None:
    stage.run("ana")
    stage.environment["TOKEN"] = "wrong"
    stage.fault("google", "auth_401", "events.list")
    assert stage.tries("ana") == "SignInError"
    assert asked(stage, "ben") == 0
    assert stage.tries("eve") == "SignInError"


def test_a_wrong_password_is_tried_once_whatever_processes_come_after(stage: Stage) -> None:
    stage.environment["PASSWORD"] = "wrong"
    assert stage.tries("ana") == "SignInError"
    for _ in range(5):
        stage.start()
        assert (stage.tries("ana"), stage.tries("ben")) == ("BackOffError", "BackOffError")
        stage.later(seconds=10)
    assert stage.exchange.accounts.failed == {ACCOUNT: 1}


def test_a_dry_run_tries_a_wrong_password_no_oftener(stage: Stage) -> None:
    stage.environment["PASSWORD"] = "wrong"
    for error in (SignInError, BackOffError, BackOffError):
        with pytest.raises(error):
            stage.start().sync("ana", dry_run=True)
    assert stage.exchange.accounts.failed == {ACCOUNT: 1}


@pytest.mark.parametrize("restarted", [False, True])
def test_a_password_that_was_changed_is_tried_at_once(stage: Stage, restarted: bool) -> None:
    stage.environment["PASSWORD"] = "wrong"
    stage.tries("ana")
    stage.environment["PASSWORD"] = "secret"
    if restarted:
        stage.start()
    assert (stage.tries("ana"), stage.tries("ben")) == ("ok", "ok")


def test_so_is_one_of_a_document_that_was_changed(stage: Stage) -> None:
    stage.environment["OTHER"] = "secret"
    stage.environment["PASSWORD"] = "wrong"
    stage.tries("ana")
    stage.domains["a.test"]["exchange"]["secret"] = "env:OTHER"
    stage.start()
    assert stage.tries("ana") == "ok"


def test_an_address_that_was_mended_is_tried_at_once(stage: Stage) -> None:
    stage.fault("exchange", "unavailable", seconds=600)
    assert stage.tries("ana") == "BackOffError"
    stage.start()
    assert stage.tries("ana") == "BackOffError"
    assert stage.status("ana")["sentence"].startswith("Exchange: ")
    stage.domains["a.test"]["exchange"]["url"] = "https://mended.a.test/EWS/Exchange.asmx"
    stage.start()
    assert stage.tries("ana") == "ok"


def test_a_refused_password_leaves_every_pair_failing_with_the_side_and_the_time_of_the_next_try(stage: Stage) -> None:
    stage.environment["PASSWORD"] = "wrong"
    stage.start()
    assert stage.tries("ana") == "SignInError"
    since = stage.status("ana")["since"]
    for name in ("ana", "ben"):
        assert stage.tries(name) == "BackOffError"
        told = stage.status(name)
        assert told["state"] == "failing"
        assert told["sentence"].startswith("Exchange: the domain's account was refused: check exchange.username")
        assert "the next try is at 2026-11-02T08:01:" in told["sentence"]
    assert stage.status("ana")["since"] == since


def test_an_examination_asks_though_the_domain_is_closed_and_opens_it_when_all_is_well(stage: Stage) -> None:
    stage.fault("exchange", "unauthorized")
    assert stage.tries("ana") == "SignInError"
    stage.start()
    assert stage.tries("ana") == "BackOffError"
    assert [one.finding for one in examine(stage.app, "ana") if not one.finding.ok] == []
    assert (stage.tries("ana"), stage.tries("ben")) == ("ok", "ok")


def test_an_examination_that_is_refused_closes_the_domain(stage: Stage) -> None:
    stage.environment["PASSWORD"] = "wrong"
    assert "HTTP401" in [one.finding.found for one in examine(stage.app, "a.test")]
    assert stage.tries("ana") == "BackOffError"
    assert stage.exchange.accounts.failed == {ACCOUNT: 1}


def test_an_examination_without_a_password_closes_nothing(stage: Stage) -> None:
    del stage.environment["PASSWORD"]
    list(examine(stage.app, "ana"))
    stage.environment["PASSWORD"] = "secret"
    assert stage.tries("ana") == "ok"


def test_a_quiet_look_costs_the_store_a_read_and_a_write_and_the_gate_a_read_a_minute(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.settle("ana")
    asked: Counter[str] = Counter()
    store = stage.app.store
    for name in ("get", "put", "find", "list", "delete"):
        monkeypatch.setattr(store, name, counting(asked, name, getattr(store, name)))
    stage.run("ana")
    assert asked == {"get": 1, "put": 1}
    asked.clear()
    stage.later(seconds=61)
    stage.run("ana")
    assert asked["gates"] == 1


def counting(asked: Counter[str], name: str, does: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*words: Any) -> Any:
        asked[name] += 1
        if words[0] == "gates":
            asked["gates"] += 1
        return does(*words)

    return counted


def status_sentence(stage: Stage, name: str = "ana") -> tuple[str, str]:
    shown: dict[str, Any] = stage.status(name)
    return shown["state"], shown["sentence"]


def test_the_status_says_what_stands_in_the_way_now_and_not_what_did(stage: Stage) -> None:
    stage.environment["PASSWORD"] = "wrong"
    stage.tries("ana")
    assert "exchange.secret" in status_sentence(stage)[1]
    stage.environment["PASSWORD"] = "secret"
    deny(stage, MAILBOX)
    stage.later(minutes=2)
    stage.tries("ana")
    state, sentence = status_sentence(stage)
    assert (state, "impersonate" in sentence, "exchange.secret" in sentence) == ("failing", True, False)


def test_a_first_sync_is_told_though_the_first_tries_failed(stage: Stage) -> None:
    for day in range(3, 28):
        for hour in (8, 10, 12):
            stage.outlook(f"Lunch {day} {hour}", day=day, hour=hour)
    stage.fault("exchange", "unavailable", seconds=60)
    stage.tries("ana")
    stage.later(seconds=61)
    told: list[str] = []
    stage.app.sync("ana", progress=lambda *_: told.append(stage.status("ana")["state"]))
    assert told[-1] == "first_sync"
    assert stage.status("ana")["state"] == "ok"
