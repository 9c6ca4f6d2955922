"""A series and its overrides, kept in step by the engine alone: keyed by original start, both ways, field by field."""

from dataclasses import replace

from calpair.model.pair import Direction, OnConflict
from calpair.model.rule import Frequency, Recurrence, Rule
from calpair.model.side import Side
from unit.sync.bench import Bench, meeting
from unit.sync.weekly import FOUR, cancel, later, monday, override, seen, weekly


def in_step(bench: Bench) -> list[tuple[str, str, str]]:
    """Settle, and give what both sides show."""
    bench.settle()
    assert seen(bench.exchange) == seen(bench.google)
    return seen(bench.exchange)


def test_a_series_is_carried_with_what_was_moved_edited_and_cancelled_before() -> None:
    for source in ("exchange", "google"):
        bench = Bench()
        ours = getattr(bench, source)
        id_ = ours.put(weekly("one"))
        cancel(ours, id_, monday(2))
        override(ours, id_, monday(3), when=later(weekly("one"), monday(3), 2), title="later")
        assert in_step(bench) == [("later", "16 12", ""), ("one", "02 10", ""), ("one", "23 10", "")]


def test_an_occurrence_edited_on_the_copy_is_edited_at_home() -> None:
    bench = Bench()
    home = bench.exchange.put(weekly("one"))
    bench.settle()
    copy = bench.google.only()
    override(bench.google, copy, monday(1), title="first")
    cancel(bench.google, copy, monday(4))
    assert in_step(bench) == [("first", "02 10", ""), ("one", "09 10", ""), ("one", "16 10", "")]
    assert bench.exchange.event(home).overrides[monday(4)] is None


def test_one_occurrence_edited_on_both_sides_is_merged_field_by_field() -> None:
    bench = Bench()
    home = bench.exchange.put(weekly("one"))
    bench.settle()
    override(bench.exchange, home, monday(2), title="ours")
    override(bench.google, bench.google.only(), monday(2), place="there")
    assert ("ours", "09 10", "there") in in_step(bench)


def test_the_same_field_of_one_occurrence_goes_by_on_conflict() -> None:
    for rule, title in ((OnConflict.EXCHANGE, "ours"), (OnConflict.GOOGLE, "theirs")):
        bench = Bench(on_conflict=rule)
        home = bench.exchange.put(weekly("one"))
        bench.settle()
        override(bench.exchange, home, monday(2), title="ours")
        override(bench.google, bench.google.only(), monday(2), title="theirs")
        assert (title, "09 10", "") in in_step(bench)


def test_an_occurrence_cancelled_here_and_edited_there_survives_as_edited() -> None:
    bench = Bench()
    home = bench.exchange.put(weekly("one"))
    bench.settle()
    cancel(bench.exchange, home, monday(2))
    override(bench.google, bench.google.only(), monday(2), title="needed")
    assert ("needed", "09 10", "") in in_step(bench)


def test_a_moved_occurrence_that_is_cancelled_is_gone_on_both_sides() -> None:
    bench = Bench()
    home = bench.exchange.put(weekly("one"))
    override(bench.exchange, home, monday(2), when=later(weekly("one"), monday(2), 24))
    assert ("one", "10 10", "") in in_step(bench)
    cancel(bench.exchange, home, monday(2))
    assert in_step(bench) == [("one", "02 10", ""), ("one", "16 10", ""), ("one", "23 10", "")]


def test_a_cancelled_occurrence_that_comes_back_comes_back() -> None:
    bench = Bench()
    home = bench.exchange.put(weekly("one", place="here"))
    cancel(bench.exchange, home, monday(2))
    bench.settle()
    bench.exchange.edit(home, overrides={})
    assert ("one", "09 10", "here") in in_step(bench)
    assert bench.google.event(bench.google.only()).overrides == {}


def test_an_edit_of_the_series_leaves_its_overrides_as_they_are_and_reaches_what_they_do_not_say() -> None:
    bench = Bench()
    home = bench.exchange.put(weekly("one", place="here"))
    override(bench.exchange, home, monday(2), title="special")
    bench.settle()
    writes = len(bench.google.writes)
    event = bench.exchange.event(home)
    special = event.overrides[monday(2)]
    assert special
    bench.exchange.edit(home, place="there", overrides={monday(2): replace(special, place="there")})
    assert ("special", "09 10", "there") in in_step(bench)
    assert len(bench.google.writes) == writes + 1, "one write of the series, none of the override"


def test_a_changed_start_takes_the_overrides_from_the_side_that_changed() -> None:
    bench = Bench()
    home = bench.exchange.put(weekly("one"))
    override(bench.exchange, home, monday(2), title="special")
    cancel(bench.exchange, home, monday(3))
    bench.settle()
    # Outlook drops every exception when the series is moved.
    bench.exchange.edit(home, when=weekly("one", hour=11).when, overrides={})
    assert in_step(bench) == [("one", f"{day} 11", "") for day in ("02", "09", "16", "23")]


def test_overrides_of_before_a_changed_start_do_not_come_back_from_the_copy() -> None:
    bench = Bench()
    bench.exchange.put(weekly("one"))
    bench.settle()
    copy = bench.google.only()
    override(bench.google, copy, monday(2), title="special")
    bench.settle()
    bench.google.edit(copy, when=weekly("one", hour=9).when, overrides={monday(3, hour=9): None})
    assert in_step(bench) == [("one", f"{day} 09", "") for day in ("02", "09", "23")]


def test_a_single_event_becomes_a_series_and_a_single_event_again() -> None:
    bench = Bench()
    home = bench.exchange.put(meeting("one", day=2))
    bench.settle()
    bench.exchange.edit(home, repeats=FOUR)
    assert len(in_step(bench)) == 4
    copy = bench.google.only()
    bench.google.edit(copy, repeats=None, overrides={})
    assert in_step(bench) == [("one", "02 10", "")]


def test_a_series_told_in_other_words_is_the_same_series() -> None:
    bench = Bench()
    bench.exchange.put(weekly("one"))
    bench.google.put(weekly("one", repeats=Recurrence((Rule(Frequency.DAILY, interval=7, count=4),))))
    bench.settle()
    assert bench.written() == (0, 0)
    assert len(bench.links()) == 1


def test_a_one_way_pair_puts_an_edited_occurrence_back() -> None:
    bench = Bench(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.exchange.put(weekly("one"))
    bench.settle()
    copy = bench.google.only()
    override(bench.google, copy, monday(2), title="defaced")
    cancel(bench.google, copy, monday(3))
    assert in_step(bench) == [("one", f"{day} 10", "") for day in ("02", "09", "16", "23")]
    assert bench.exchange.writes == []


def test_an_occurrence_that_a_server_does_not_take_is_declared_and_the_rest_is_carried() -> None:
    bench = Bench()
    home = bench.google.put(weekly("one"))
    bench.settle()
    bench.exchange.refuses = {monday(2)}
    override(bench.google, home, monday(2), when=later(weekly("one"), monday(2), 24 * 8))
    cancel(bench.google, home, monday(4))
    bench.settle()
    assert bench.link().losses == ("occurrence:refused",)
    assert seen(bench.exchange) == [("one", f"{day} 10", "") for day in ("02", "09", "16")]


def test_a_lost_store_is_found_again_without_a_write() -> None:
    bench = Bench()
    for side in Side:
        calendar = bench.calendar(side)
        id_ = calendar.put(weekly(f"of {side}", hour=9 + len(side)))
        cancel(calendar, id_, monday(2, hour=9 + len(side)))
        override(calendar, id_, monday(3, hour=9 + len(side)), title="special")
    bench.settle()
    bench.lose_store()
    bench.forget_places()
    before = bench.written()
    bench.settle()
    assert bench.written() == before
    assert len(bench.links()) == 2


def test_overrides_edited_while_the_store_was_lost_are_carried() -> None:
    bench = Bench()
    home = bench.exchange.put(weekly("one"))
    bench.settle()
    bench.lose_store()
    bench.forget_places()
    override(bench.google, bench.google.only(), monday(2), title="edited there")
    cancel(bench.exchange, home, monday(4))
    assert in_step(bench) == [("edited there", "09 10", ""), ("one", "02 10", ""), ("one", "16 10", "")]
