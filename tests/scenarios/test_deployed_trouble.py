"""Stories 55, 57 and 61 of the trackers on the deployed ground: what servers refuse is an answer, and a death is mended."""

from datetime import timedelta
from itertools import count

import pytest

from calpair.exchange.calendar import ExchangeCalendar
from scenarios.deployed import OUT, Deployed, Lay
from scenarios.grounds import AFTERWARDS, edited_all_round, prepared
from scenarios.stage import BEN, BENS

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def two_pairs(lay: Lay) -> Deployed:
    ground = lay()
    ground.pairs["ben"] = {**ground.pairs["ana"], "mailbox": BEN, "calendar": BENS}
    ground.write("pairs", "ben", ground.pairs["ben"])
    prepared(ground)
    ground.settle("ben")
    ground.settle("ana")
    edited_all_round(ground)
    return ground


# --- 55: Google's limits


@pytest.mark.parametrize("where", ["events.list", "events.insert", "batch"])
@pytest.mark.parametrize(
    ("kind", "rest"),
    [
        ("rate_limit_403", MINUTE),
        ("user_rate_limit_403", MINUTE),
        ("rate_limit_429", MINUTE),
        ("quota_403", HOUR),
    ],
)
def test_a_limit_of_googles_rests_that_pair_alone_moves_no_place_and_fails_no_task(
    lay: Lay, kind: str, rest: timedelta, where: str
) -> None:
    """Story 55: an hour for a used-up quota, a minute for a rate; the other pair goes on, and all is made up for."""
    ground = two_pairs(lay)
    key = ground.app.pair("ana")[0].key
    at = ground.cursors(key).at
    ground.fault("google", kind, where, user="ana@g.test" if where != "batch" else "", times=1)
    outcome = ground.first.look("ana")["outcome"]
    assert outcome == "later"
    cursors = ground.cursors(key)
    assert cursors.at == at
    assert cursors.lease is None
    assert cursors.due
    # Up to half as long again: a time of each pair's own, lest all come back at one moment.
    assert rest - timedelta(seconds=1) < cursors.due - ground.clock.now() < rest * 1.5
    assert ground.second.look("ben")["outcome"] == "ok"
    ground.calm()
    for _ in range(int(rest.total_seconds() // 40) + 2):
        ground.tick()
    assert {found for _, found in ground.looks} == {"ok"}
    ground.patient(hours=1)
    assert ground.titles() == AFTERWARDS
    assert len(ground.both()) == 6


def test_pairs_told_to_wait_at_one_moment_come_back_at_their_own(lay: Lay) -> None:
    """Story 55: back-off with jitter."""
    ground = two_pairs(lay)
    ground.fault("google", "rate_limit_429", "events.list", times=2)
    assert [ground.first.look(name)["outcome"] for name in ("ana", "ben")] == ["later", "later"]
    ana, ben = (ground.cursors(ground.app.pair(name)[0].key).due for name in ("ana", "ben"))
    assert ana
    assert ben
    assert abs(ana - ben) > timedelta(seconds=1)


@pytest.mark.parametrize(("interval", "rest"), [("1m", 1), ("24h", 5)])
def test_a_pair_looked_at_seldom_does_not_rest_as_long_for_a_server_that_did_not_answer(
    lay: Lay, interval: str, rest: int
) -> None:
    ground = lay(pair={"interval": interval})
    ground.fault("exchange", "bad_gateway", "SyncFolderItems")
    assert ground.first.look("ana")["outcome"] == "later"
    due = ground.cursors(ground.app.pair("ana")[0].key).due
    assert due
    assert timedelta(minutes=rest, seconds=-1) < due - ground.clock.now() < timedelta(minutes=1.5 * rest)


# --- 57: refused for a moment


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        ("ErrorImpersonateUserDenied", "let the account impersonate this mailbox"),
        ("ErrorNonExistentMailbox", "check `mailbox`"),
        ("ErrorAccessDenied", "check its rights"),
    ],
)
@pytest.mark.parametrize("times", [1, 2, 5])
def test_an_access_lost_for_a_moment_concludes_nothing_and_comes_back_by_itself(
    lay: Lay, code: str, cure: str, times: int
) -> None:
    """Story 57."""
    ground = two_pairs(lay)
    key = ground.app.pair("ana")[0].key
    at = ground.cursors(key).at
    ground.fault("exchange", "error_answer", "SyncFolderItems", user="ana@a.test", times=times, detail=code)
    with ground.unchanged():
        assert ground.first.look("ana")["outcome"] == "later"
        assert ground.cursors(key).at == at
        assert ground.status("ana")["state"] == "failing"
        assert cure in ground.status("ana")["sentence"]
        # It cannot look from where nobody has the functions' secrets.
        assert "calpair doctor" not in ground.status("ana")["sentence"]
        assert ground.second.look("ben")["outcome"] == "ok"
        assert ground.status("ben")["state"] == "ok"
    for _ in range(9 * times):
        ground.tick()
    told = [found for pair, found in ground.looks if pair == "ana"]
    assert told[: times - 1] == ["later"] * (times - 1)
    assert set(told[times - 1 :]) == {"ok"}
    assert ground.status("ana")["state"] == "ok"
    ground.silent("ana")
    assert ground.titles() == AFTERWARDS


# --- 61: an instance that dies


@pytest.mark.parametrize("kind", ["crash_before", "crash_after"])
@pytest.mark.parametrize("side", ["exchange", "google"])
def test_an_instance_that_dies_at_any_request_is_made_up_for_by_the_tasks_that_come(
    lay: Lay, side: str, kind: str
) -> None:
    """Story 61: the queue tries the task again; the pair is taken until its lease has run out; then all is done once."""
    for nth in count(1, lay.step):
        ground = lay()
        prepared(ground)
        ground.settle()
        edited_all_round(ground)
        ground.written("pairs/ana")
        ground.fault(side, kind, nth=nth)
        ground.deliver(seconds=6)
        if ground.looks[0] == ("ana", "ok"):
            assert nth > 5
            return
        ground.first, ground.second = ground.instance(), ground.instance()
        for _ in range(int(OUT.total_seconds() // 60) + 3):
            ground.tick()
        assert ground.looks[0] == ("ana", "died")
        assert {found for _, found in ground.looks[1:]} <= {"busy", "ok"}
        assert ground.looks[-1] == ("ana", "ok")
        ground.patient(hours=1)
        assert ground.titles() == AFTERWARDS
        assert len(ground.both()) == 6


# --- what is told of it, by whichever instance


def test_the_status_says_how_the_pair_stands_whichever_instance_looked_last(lay: Lay) -> None:
    ground = lay()
    prepared(ground)
    ground.settle()
    assert ground.second.look("ana")["outcome"] == "ok"
    for _ in range(2):
        ground.fault("exchange", "error_answer", "SyncFolderItems", detail="ErrorAccessDenied")
        assert ground.first.look("ana")["outcome"] == "later"
        assert ground.status()["state"] == "failing"
        assert ground.second.look("ana")["outcome"] == "ok"
        assert ground.status()["state"] == "ok"


def test_a_pair_held_by_one_instance_and_let_go_is_told_as_well_by_another(lay: Lay) -> None:
    ground = lay()
    prepared(ground)
    ground.settle()
    ground.second.look("ana")
    thrown = [item.id for item in ground.ana.items()]
    for item in thrown:
        ground.ana.delete(item)
    assert ground.first.look("ana")["outcome"] == "held"
    assert ground.status()["state"] == "paused"
    for item in thrown:
        ground.ana.restore(item)
    ground.app.approve("ana")
    ground.second.look("ana")
    ground.second.look("ana")
    assert ground.status()["state"] == "ok"


# --- never lost


def test_a_plea_to_wait_for_a_year_is_heard_for_an_hour(lay: Lay) -> None:
    ground = two_pairs(lay)
    ground.fault("exchange", "unavailable", seconds=30_000_000)
    assert ground.first.look("ana")["outcome"] == "later"
    ground.calm()
    with ground.untouched():
        for _ in range(59):
            ground.tick()
    looked = len(ground.looks)
    # Each pair comes a little later, so that not all come at once.
    for _ in range(45):
        ground.tick()
    assert {pair for pair, outcome in ground.looks[looked:] if outcome == "ok"} == {"ana", "ben"}
    ground.patient(hours=1)
    assert ground.titles() == AFTERWARDS


def test_a_pair_that_a_fault_of_ours_stops_stays_due(lay: Lay, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its task is a failure, which is tried again and then given up; the pair is not."""
    ground = lay()
    prepared(ground)

    def broken(*_: object) -> None:
        raise KeyError("a mistake in the code")

    monkeypatch.setattr(ExchangeCalendar, "changes", broken)
    with pytest.raises(KeyError):
        ground.first.look("ana")
    monkeypatch.undo()
    for _ in range(6):
        ground.tick()
    assert ground.looks == [("ana", "ok")]
