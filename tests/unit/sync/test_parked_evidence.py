"""What a refused or unanswered write must not forget: which items belong together, and what is not agreed upon yet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calpair.errors import AbsentError, BackOffError, IdTakenError, RefusedError, SideError, UnknownOutcomeError
from calpair.model.side import Side
from unit.sync.bench import Bench, meeting


def move_mailbox(bench: Bench) -> None:
    calendar = bench.exchange
    calendar.items = {f"moved-{id_}": replace(item, id=f"moved-{id_}") for id_, item in calendar.items.items()}
    calendar.log.clear()
    calendar.forget_places()


@pytest.mark.parametrize("deleted", [False, True])
@pytest.mark.parametrize(
    "error",
    [
        RefusedError("invalid"),
        BackOffError("quota", scope="item"),
        IdTakenError("duplicate"),
        UnknownOutcomeError("timeout"),
    ],
)
def test_a_rebound_item_is_remembered_although_its_write_is_parked(deleted: bool, error: SideError) -> None:
    bench = Bench()
    for calendar in (bench.exchange, bench.google):
        calendar.put(meeting("one"))
        calendar.put(meeting("beside", day=9))
    bench.settle()
    bench.exchange.edit(bench.exchange.named("one"), title="one, edited")
    if deleted:
        bench.google.remove(bench.google.named("one"))
    move_mailbox(bench)
    bench.google.answers = [error]
    for _ in range(3):
        bench.run()
        bench.clock.advance(timedelta(minutes=40))
    bench.settle()
    assert bench.titles(Side.EXCHANGE) == ["beside", "one, edited"]
    assert bench.both() == ["beside", "one, edited"]


def test_an_edit_refused_while_the_store_is_rebuilt_is_carried_later() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    bench.lose_store()
    bench.exchange.edit(here, title="one, edited")
    bench.google.answers = [RefusedError("invalid")]
    bench.run()
    bench.clock.advance(timedelta(hours=1))
    bench.settle()
    assert bench.both() == ["one, edited"]


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("number", range(1, 8))
def test_a_create_that_came_to_nothing_in_a_run_that_died_is_not_forgotten(side: Side, number: int) -> None:
    bench = Bench()
    bench.exchange.put(meeting("beside", day=9))
    bench.settle()
    bench.calendar(side.other).put(meeting("one"))
    bench.calendar(side).answers = [AbsentError("ErrorItemNotFound")]
    bench.crash(number, "after")
    for _ in range(2):
        bench.clock.advance(timedelta(minutes=11))
        bench.run()
    bench.silent()
    assert bench.both() == ["beside", "one"]
