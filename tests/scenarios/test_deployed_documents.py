"""What people write while the deployed functions are at work: a look writes only what its documents let it, as they are."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from calpair.app import dispatching, syncing
from calpair.care import apply as people
from calpair.sync.book import leave_alone
from calpair.sync.cursors import CURSORS
from scenarios.deployed import Deployed, Lay
from scenarios.grounds import AFTERWARDS, edited_all_round, prepared
from scenarios.stage import BEN, BENS
from simulators.wire import Request


def edit(**fields: Any) -> Callable[[Deployed], None]:
    def written(ground: Deployed) -> None:
        ground.pairs["ana"] = {**ground.pairs["ana"], **fields}
        ground.write("pairs", "ana", ground.pairs["ana"])

    return written


def of_domain(part: str, **fields: Any) -> Callable[[Deployed], None]:
    def written(ground: Deployed) -> None:
        ground.domains["a.test"] = {**ground.domains["a.test"], part: {**ground.domains["a.test"][part], **fields}}
        ground.write("domains", "a.test", ground.domains["a.test"])

    return written


def delete(ground: Deployed) -> None:
    people.remove(ground.store, ["pairs/ana"])


def pause_by_hand(ground: Deployed) -> None:
    people.switch(ground.store, "ana", ground.clock.now(), paused=True)


FORBIDDEN = {
    "paused": (edit(paused=True), "refused"),
    "paused by hand": (pause_by_hand, "refused"),
    "disabled": (edit(enabled=False), "refused"),
    "deleted": (delete, "unknown"),
    "a mistake in it": (edit(direction="sideways"), "refused"),
    "another mailbox": (edit(mailbox=BEN), "later"),
    "one way": (edit(direction="exchange_to_google"), "later"),
    "the operator's limits": (of_domain("limits", mailbox_domains=["b.test"]), "refused"),
    "a secret no more allowed": (of_domain("limits", secrets=["google"]), "refused"),
    "another server": (of_domain("exchange", url="https://new.a.test/EWS/Exchange.asmx"), "later"),
}


def with_work(lay: Lay) -> Deployed:
    ground = lay()
    prepared(ground)
    ground.settle()
    edited_all_round(ground)
    return ground


def while_looking(ground: Deployed, act: Callable[[Deployed], None]) -> None:
    """Have something happen when both sides have been read, before anything is written."""

    def listed(request: Request) -> None:
        if request.path.endswith("/events"):
            ground.calm()
            act(ground)

    ground.google_door.after = listed


@pytest.mark.parametrize("what", list(FORBIDDEN))
def test_a_look_writes_nothing_that_its_documents_no_longer_let_it(lay: Lay, what: str) -> None:
    act, outcome = FORBIDDEN[what]
    ground = with_work(lay)
    while_looking(ground, act)
    with ground.unchanged():
        assert ground.first.look("ana")["outcome"] == outcome
        assert not ground.exchange_door.waits
        assert not ground.google_door.waits
    key = next(iter(ground.store.list(CURSORS)[0])).key
    assert ground.cursors(key).lease is None
    assert (ground.cursors(key).due is None) == (outcome != "later")


@pytest.mark.parametrize("what", ["paused", "paused by hand", "disabled", "a mistake in it", "deleted"])
def test_what_was_forbidden_goes_on_when_it_is_allowed_again(lay: Lay, what: str) -> None:
    ground = with_work(lay)
    fields = ground.pairs["ana"]
    while_looking(ground, FORBIDDEN[what][0])
    ground.first.look("ana")
    with ground.unchanged():
        for _ in range(10):
            ground.tick()
    assert ground.looks == []
    people.switch(ground.store, "ana", ground.clock.now(), paused=False)
    ground.pairs["ana"] = fields
    ground.write("pairs", "ana", fields)
    ground.written("pairs/ana")
    ground.tick()
    assert ground.looks == [("ana", "ok")]
    ground.silent()
    assert ground.titles() == AFTERWARDS


def test_a_task_that_comes_after_its_pair_was_deleted_asks_nobody_and_is_the_last(lay: Lay) -> None:
    ground = with_work(lay)
    ground.written("pairs/ana")
    assert ground.waiting() == 1
    delete(ground)
    ground.written("pairs/ana")
    with ground.untouched():
        for _ in range(10):
            ground.tick()
    assert ground.looks == [("ana", "unknown")]
    assert ground.store.get("status", "ana") is None


def test_a_task_of_the_mailbox_a_pair_had_before_looks_at_the_one_it_has(lay: Lay) -> None:
    ground = with_work(lay)
    old = ground.app.pair("ana")[0].key
    ground.written("pairs/ana")
    edit(mailbox=BEN)(ground)
    before = ground.exchange_titles()
    ground.deliver(seconds=6)
    assert ground.looks == [("ana", "ok")]
    assert ground.cursors(old).due is None
    # Ana's mailbox stays as it was; Ben's is what the calendar is kept in step with from now on.
    assert ground.exchange_titles() == before
    ground.silent()


def test_a_pair_paused_by_hand_is_told_as_paused_and_looked_at_no_more(lay: Lay) -> None:
    ground = with_work(lay)
    ground.first.look("ana")
    pause_by_hand(ground)
    ground.written("switches/ana")
    for _ in range(4):
        ground.first, ground.second = ground.instance(), ground.instance()
        ground.tick(minutes=6)
    assert ground.status()["state"] == "paused"
    with ground.untouched():
        for _ in range(10):
            ground.tick(minutes=6)


def test_a_late_task_does_not_stop_the_pair_that_has_its_mailbox_now(lay: Lay) -> None:
    ground = with_work(lay)
    ground.written("pairs/ana")
    edit(enabled=False)(ground)
    ground.written("pairs/ana")
    ground.write("pairs", "successor", {**ground.pairs["ana"], "enabled": True})
    ground.written("pairs/successor")
    edit(mailbox=BEN, calendar=BENS, enabled=True)(ground)
    assert ground.first.look("successor")["outcome"] == "ok"
    ground.deliver(seconds=10)
    assert ("ana", "ok") in ground.looks
    ground.looks.clear()
    for _ in range(6):
        ground.tick()
    assert ("successor", "ok") in ground.looks
    ground.silent("successor")
    assert ground.titles() == AFTERWARDS


def test_a_pair_looked_at_under_anothers_name_is_given_back_to_the_one_that_may(lay: Lay) -> None:
    ground = lay()
    prepared(ground)
    ground.written("pairs/ana")
    ground.tick()
    ground.silent()
    ground.write("pairs", "second", ground.pairs["ana"])
    ground.written("pairs/second")
    with ground.unchanged():
        # A task of the time when the second had the mailbox, which finds nothing to do.
        assert ground.first.look("second")["outcome"] == "refused"
    edited_all_round(ground)
    ground.looks.clear()
    for _ in range(12):
        ground.tick()
    assert set(ground.looks) == {("ana", "ok")}
    ground.silent()
    assert ground.titles() == AFTERWARDS


@pytest.mark.parametrize("function", [syncing, dispatching])
def test_a_pair_that_goes_on_while_somebody_sets_it_aside_stays_due(
    lay: Lay, monkeypatch: pytest.MonkeyPatch, function: ModuleType
) -> None:
    """Whoever saw it paused says so late: after it was resumed, asked for and looked at."""
    ground = with_work(lay)
    ground.first.look("ana")
    edit(paused=True)(ground)

    def late(*words: Any) -> None:
        monkeypatch.undo()
        edit(paused=False)(ground)
        ground.written("pairs/ana")
        ground.tick()
        leave_alone(*words)

    monkeypatch.setattr(function, "leave_alone", late)
    if function is syncing:
        ground.first.look("ana")
    else:
        ground.written("pairs/ana")
    assert ground.looks == [("ana", "ok")]
    for _ in range(7):
        ground.tick()
    assert len(ground.looks) > 2


def test_a_pair_that_was_refused_and_is_good_again_by_then_is_asked_for(
    lay: Lay, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = with_work(lay)
    while_looking(ground, pause_by_hand)

    def late(*words: Any) -> None:
        monkeypatch.undo()
        people.switch(ground.store, "ana", ground.clock.now(), paused=False)
        leave_alone(*words)

    monkeypatch.setattr(syncing, "leave_alone", late)
    assert ground.first.look("ana")["outcome"] == "later"
    ground.tick()
    assert ground.looks == [("ana", "ok")]
