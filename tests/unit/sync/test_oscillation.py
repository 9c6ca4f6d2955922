"""Two programs at odds over one event: parked, said, and let alone; people who change their minds are not."""

from datetime import timedelta

from calpair.model.link import State
from calpair.model.pair import Direction
from calpair.model.side import Side
from unit.sync.bench import Bench, meeting


def tug(bench: Bench, times: int) -> int:
    """Let a program on each side insist on its title; give how many writes we made."""
    before = sum(bench.written())
    for _ in range(times):
        for side, title in ((Side.GOOGLE, "theirs"), (Side.EXCHANGE, "ours")):
            bench.calendar(side).edit(bench.calendar(side).only(), title=title)
            bench.run()
    return sum(bench.written()) - before


def in_step(**settings: object) -> Bench:
    bench = Bench(**settings)
    bench.exchange.put(meeting("one"))
    bench.settle()
    return bench


def test_a_field_changed_back_and_forth_is_parked_with_both_contents_left() -> None:
    bench = in_step()
    assert tug(bench, 10) == 3
    assert bench.link().state is State.PARKED
    assert bench.link().parking
    assert bench.link().parking.reason == "back_and_forth"  # type: ignore[union-attr]


def test_one_event_at_odds_holds_up_no_other() -> None:
    bench = in_step()
    tug(bench, 5)
    bench.exchange.put(meeting("beside", day=9))
    bench.run()
    assert "beside" in bench.titles(Side.GOOGLE)


def test_peace_made_later_is_carried() -> None:
    bench = in_step()
    tug(bench, 5)
    bench.clock.advance(timedelta(hours=6))
    bench.google.edit(bench.google.only(), title="peace")
    bench.settle()
    bench.exchange.edit(bench.exchange.only(), title="peace indeed")
    bench.settle()
    assert bench.both() == ["peace indeed"]


def test_people_who_bring_new_words_may_go_on_all_day() -> None:
    bench = in_step()
    for number in range(12):
        side = list(Side)[number % 2]
        bench.calendar(side).edit(bench.calendar(side).only(), title=f"draft {number}")
        bench.settle()
    assert bench.both() == ["draft 11"]


def test_a_slow_tug_is_nobodys_business() -> None:
    bench = in_step()
    for number in range(12):
        side = list(Side)[number % 2]
        bench.clock.advance(timedelta(minutes=25))
        bench.calendar(side).edit(bench.calendar(side).only(), title=side.value)
        bench.settle()
    assert bench.both() == ["google"]


def test_what_is_put_back_against_a_program_is_parked_too() -> None:
    bench = in_step(direction=Direction.EXCHANGE_TO_GOOGLE)
    before = sum(bench.written())
    for _ in range(10):
        bench.google.edit(bench.google.only(), title="defaced")
        bench.run()
    assert sum(bench.written()) - before == 3
    assert bench.link().state is State.PARKED
    bench.clock.advance(timedelta(hours=4))
    bench.settle()
    assert bench.both() == ["one"]
