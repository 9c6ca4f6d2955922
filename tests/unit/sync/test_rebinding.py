"""Items that are the same under new names, and stores that forgot: found again without a write, never twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calpair.errors import StaleError
from calpair.model.link import Stamp, State
from calpair.model.pair import OnConflict
from calpair.model.side import Home, Side
from calpair.sync.book import approve
from calpair.sync.digest import Digester
from unit.sync.bench import Bench, meeting


def of_all_homes() -> Bench:
    """Give a pair in step with an event of Exchange, one of Google, and an adopted one."""
    bench = Bench()
    bench.exchange.put(meeting("of Exchange"))
    bench.google.put(meeting("of Google", day=6))
    bench.exchange.put(meeting("of both", day=7))
    bench.google.put(meeting("of both", day=7))
    bench.settle()
    assert sorted(link.home for link in bench.links()) == [Home.ADOPTED, Home.EXCHANGE, Home.GOOGLE]
    return bench


def move_mailbox(bench: Bench) -> None:
    """Give every item of Exchange a new id; UIDs, stamps and content are kept."""
    calendar = bench.exchange
    calendar.items = {f"moved-{id_}": replace(item, id=f"moved-{id_}") for id_, item in calendar.items.items()}
    calendar.log.clear()
    calendar.forget_places()


@pytest.mark.parametrize("moves", [1, 2])
def test_a_moved_mailbox_is_rebound_without_a_write(moves: int) -> None:
    bench = of_all_homes()
    before = bench.written()
    for _ in range(moves):
        move_mailbox(bench)
        bench.settle()
    assert bench.written() == before
    bench.exchange.edit(bench.exchange.named("of Google"), title="of Google, edited")
    bench.google.edit(bench.google.named("of Exchange"), title="of Exchange, edited")
    bench.google.remove(bench.google.named("of both"))
    bench.settle()
    assert bench.both() == ["of Exchange, edited", "of Google, edited"]


def test_a_moved_mailbox_carries_what_was_edited_meanwhile() -> None:
    bench = of_all_homes()
    move_mailbox(bench)
    bench.exchange.edit(bench.exchange.named("of Exchange"), title="edited on Exchange")
    bench.google.edit(bench.google.named("of Google"), title="edited on Google")
    bench.settle()
    assert bench.both() == ["edited on Exchange", "edited on Google", "of both"]


def test_a_moved_mailbox_and_a_lost_store_at_once_cost_no_write() -> None:
    bench = of_all_homes()
    before = bench.written()
    bench.lose_store()
    bench.exchange.items = {
        f"moved-{id_}": replace(item, id=f"moved-{id_}") for id_, item in bench.exchange.items.items()
    }
    bench.exchange.log.clear()
    bench.settle()
    assert bench.written() == before
    assert bench.both() == ["of Exchange", "of Google", "of both"]


@pytest.mark.parametrize("uid", ["of-exchange@x", "another@uid"])
def test_an_item_saved_anew_is_rebound_and_its_edit_carried(uid: str) -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"), uid="of-exchange@x")
    bench.settle()
    copy = bench.google.only()
    bench.exchange.remove(here)
    bench.exchange.put(meeting("one", reminder=10), uid=uid)
    bench.settle()
    assert bench.google.event(copy) == meeting("one", reminder=10)
    assert bench.google.only() == copy
    bench.lose_store()
    bench.settle()
    assert bench.both() == ["one"]
    assert bench.orphans() == []


def test_an_item_saved_anew_and_not_edited_is_found_after_a_lost_store() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"), uid="of-exchange@x")
    bench.settle()
    bench.exchange.remove(here)
    bench.exchange.put(meeting("one"), uid="another@uid")
    bench.settle()
    before = bench.written()
    bench.lose_store()
    bench.settle()
    assert bench.both() == ["one"]
    assert bench.written() == before
    assert bench.orphans() == []


def test_one_of_two_items_that_look_the_same_is_not_taken_for_one_saved_anew() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("lesson"))
    bench.settle()
    bench.exchange.remove(here)
    for number in (1, 2):
        bench.exchange.put(meeting("lesson"), uid=f"new-{number}")
    bench.settle()
    assert bench.both() == ["lesson", "lesson"]


def test_a_lost_store_is_rebuilt_and_edits_made_meanwhile_are_carried() -> None:
    bench = of_all_homes()
    bench.lose_store()
    bench.exchange.edit(bench.exchange.named("of Exchange"), title="edited on Exchange")
    bench.google.edit(bench.google.named("of Google"), place="Google's room")
    bench.settle()
    assert bench.both() == ["edited on Exchange", "of Google", "of both"]
    assert bench.exchange.event(bench.exchange.named("of Google")).place == "Google's room"


@pytest.mark.parametrize("policy", [OnConflict.EXCHANGE, OnConflict.GOOGLE])
@pytest.mark.parametrize("home", list(Side))
@pytest.mark.parametrize("edited", list(Side))
def test_after_a_lost_store_the_side_that_still_says_what_the_stamp_says_is_unchanged(
    home: Side, edited: Side, policy: OnConflict
) -> None:
    bench = Bench(on_conflict=policy)
    bench.calendar(home).put(meeting("one"))
    bench.settle()
    bench.lose_store()
    bench.calendar(edited).edit(bench.calendar(edited).only(), title="edited")
    bench.settle()
    assert bench.both() == ["edited"]


@pytest.mark.parametrize(("policy", "title"), [(OnConflict.EXCHANGE, "ours"), (OnConflict.GOOGLE, "theirs")])
def test_after_a_lost_store_edits_on_both_sides_are_settled_by_on_conflict(policy: OnConflict, title: str) -> None:
    bench = Bench(on_conflict=policy)
    bench.exchange.put(meeting("one"))
    bench.settle()
    bench.lose_store()
    bench.exchange.edit(bench.exchange.only(), title="ours")
    bench.google.edit(bench.google.only(), title="theirs")
    bench.settle()
    assert bench.both() == [title]


def test_an_adopted_event_edited_while_the_store_was_lost_is_found_by_its_times() -> None:
    bench = of_all_homes()
    bench.lose_store()
    bench.exchange.edit(bench.exchange.named("of both"), title="of both, edited")
    bench.settle()
    assert bench.both() == ["of Exchange", "of Google", "of both, edited"]


def test_equal_times_are_not_enough_where_there_are_several() -> None:
    bench = of_all_homes()
    bench.lose_store()
    bench.exchange.edit(bench.exchange.named("of both"), title="of both, edited")
    bench.exchange.put(meeting("at the same time", day=7))
    bench.settle()
    assert bench.both() == ["at the same time", "of Exchange", "of Google", "of both", "of both, edited"]


def test_a_rebuild_that_crashes_is_a_rebuild_begun_again() -> None:
    for number in range(1, 9):
        bench = of_all_homes()
        before = bench.written()
        bench.lose_store()
        bench.crash(number, "after")
        bench.settle()
        assert bench.written() == before
        assert bench.both() == ["of Exchange", "of Google", "of both"]


def test_a_lost_key_costs_a_list_and_no_write() -> None:
    bench = of_all_homes()
    before = bench.written()
    bench.digester = Digester(b"another key" * 3)
    bench.settle()
    assert bench.written() == before
    bench.google.edit(bench.google.named("of Exchange"), title="edited")
    bench.settle()
    assert bench.both() == ["edited", "of Google", "of both"]


def test_an_original_of_google_created_again_is_found_after_a_lost_store() -> None:
    bench = Bench()
    there = bench.google.put(meeting("one"))
    bench.settle()
    bench.exchange.edit(bench.exchange.only(), title="edited")
    bench.google.remove(there)
    bench.settle()
    before = bench.written()
    bench.lose_store()
    bench.settle()
    assert bench.orphans() == []
    assert bench.written() == before
    assert bench.both() == ["edited"]


def an_orphan_of_google() -> Bench:
    bench = Bench()
    here = bench.exchange.put(meeting("one"), uid="one@x")
    bench.exchange.put(meeting("beside", day=9))
    bench.settle()
    bench.lose_store()
    bench.exchange.remove(here)
    for _ in range(2):
        bench.run()
        bench.clock.advance(timedelta(minutes=11))
    return bench


def test_an_orphan_whose_partner_comes_back_is_a_link_again() -> None:
    bench = an_orphan_of_google()
    bench.exchange.put(meeting("one"), uid="one@x")
    bench.settle()
    assert len(bench.links()) == 2
    approve(bench.store, bench.pair, bench.orphans(), bench.clock())
    bench.settle()
    assert bench.both() == ["beside", "one"]


def test_an_orphan_survives_a_change_of_settings() -> None:
    bench = an_orphan_of_google()
    bench.set(history_days=60)
    bench.settle()
    assert bench.titles(Side.EXCHANGE) == ["beside"]
    assert len(bench.orphans()) == 1


@pytest.mark.parametrize("side", list(Side))
def test_a_partner_not_listed_yet_when_the_store_is_rebuilt_is_no_orphan(side: Side) -> None:
    bench = Bench()
    here = bench.calendar(side).put(meeting("one"))
    bench.exchange.put(meeting("beside", day=9))
    bench.settle()
    before = bench.written()
    bench.lose_store()
    bench.calendar(side).unseen.add(here)
    bench.run()
    bench.calendar(side).unseen.clear()
    bench.calendar(side).log.append((here, False))
    bench.settle()
    assert bench.orphans() == []
    assert [link.state for link in bench.links()] == [State.LINKED, State.LINKED]
    assert bench.written() == before


def test_a_users_own_event_never_gets_a_stamp_that_names_it() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.settle()
    (copy,) = bench.google.items.values()
    own = bench.google.put(meeting("mine", day=9), stamp=copy.stamp)
    bench.settle()
    bench.exchange.edit(bench.exchange.named("mine"), title="mine, edited")
    bench.settle()
    stamp = bench.google.items[own].stamp
    assert stamp is None or stamp.self_name != own
    bench.lose_store()
    bench.settle()
    assert bench.both() == ["mine, edited", "one"]


def test_another_live_pairs_copy_is_not_copied_on_when_it_is_edited() -> None:
    bench = Bench()
    bench.other_pairs["other"] = frozenset(Side)
    there = bench.google.put(meeting("theirs"), "g1", stamp=Stamp("other", "l", "g1", "u@x"))
    bench.settle()
    bench.google.edit(there, title="theirs, edited")
    bench.settle()
    bench.set(history_days=60)
    bench.settle()
    assert bench.written() == (0, 0)


def test_an_edit_survives_a_deletion_although_the_key_was_lost() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.exchange.put(meeting("beside", day=9))
    bench.settle()
    bench.google.edit(bench.google.named("one"), title="edited")
    bench.exchange.remove(here)
    bench.digester = Digester(b"z" * 32)
    bench.run()
    bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() == ["beside", "edited"]


def test_a_rebound_item_is_remembered_although_an_answer_was_lost() -> None:
    bench = of_all_homes()
    bench.exchange.edit(bench.exchange.named("of both"), title="of both, edited")
    move_mailbox(bench)
    bench.google.answer_lost = True
    bench.run()
    bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() == ["of Exchange", "of Google", "of both, edited"]


@pytest.mark.parametrize("stale", [False, True])
def test_a_rebuilt_link_is_remembered_although_its_write_came_to_nothing(stale: bool) -> None:
    bench = of_all_homes()
    bench.lose_store()
    bench.exchange.edit(bench.exchange.named("of Exchange"), title="of Exchange, edited")
    bench.google.answer_lost = not stale
    bench.google.answers = [StaleError("conflict")] if stale else []
    bench.run()
    bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() == ["of Exchange, edited", "of Google", "of both"]


@pytest.mark.parametrize("lost", ["places", "store", "key"])
def test_a_cloned_copy_is_an_event_of_its_own_when_everything_is_listed_anew(lost: str) -> None:
    bench = Bench()
    bench.google.put(meeting("one"))
    bench.settle()
    (copy,) = bench.exchange.items.values()
    bench.exchange.put(meeting("one, copied", day=9), uid=copy.uid, stamp=copy.stamp)
    if lost == "places":
        bench.forget_places()
    elif lost == "store":
        bench.lose_store()
    else:
        bench.digester = Digester(b"another key" * 3)
    bench.run()
    assert bench.both() == ["one", "one, copied"]
    bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() == ["one", "one, copied"]
    assert bench.orphans() == []
