"""Clones: Exchange copies an item with UID and stamp, so several items answer to one name. Each keeps its own copy.

An event and its clones must not change places, whatever is lost, moved, listed anew or older than what.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from calpair.model.event import Item
from calpair.model.link import State
from calpair.model.side import Home, Side
from calpair.sync.digest import Digester
from unit.sync.bench import Bench, meeting
from unit.sync.fakes import START

AT_ONCE = START + timedelta(minutes=1)


def clone(bench: Bench, item: Item, title: str, day: int, created: datetime | None = None) -> str:
    """What Outlook's copy makes, with a title and a day of its own."""
    event = meeting(title, day=day, categories=())
    return bench.exchange.put(event, uid=item.uid, stamp=item.stamp, created=created or bench.clock())


def with_clone() -> Bench:
    """Give an event of Google's, our copy of it on Exchange, and a person's clone of that copy, all in step."""
    bench = Bench()
    bench.google.put(meeting("theirs"), "g1")
    bench.settle()
    (copy,) = bench.exchange.items.values()
    clone(bench, copy, "clone", 9)
    bench.settle()
    return bench


def with_older_clone() -> Bench:
    """The same, but our copy was made anew after the clone."""
    bench = with_clone()
    original = bench.google.items["g1"]
    bench.google.remove("g1")
    bench.settle()
    bench.google.put(original.event, "g1", original.uid)
    bench.settle()
    created = {item.event.title: item.created for item in bench.exchange.items.values() if item.event}
    assert created["clone"] < created["theirs"]
    return bench


def move_mailbox(bench: Bench, order: Iterable[str] = ()) -> None:
    """Give every item of Exchange another id; items with these titles sort in this order from now on."""
    place = {title: number for number, title in enumerate(order)}
    moved = {}
    for id_, item in bench.exchange.items.items():
        number = place.get(item.event.title if item.event else "", 0)
        moved[f"m{number}-{id_}"] = replace(item, id=f"m{number}-{id_}")
    bench.exchange.items = moved
    bench.exchange.log.clear()
    bench.exchange.forget_places()


def copies(bench: Bench) -> dict[str, str]:
    """The Google event by the Exchange item's title."""
    return {bench.exchange.event(link.exchange[0].id).title: link.google[0].id for link in bench.links()}


def lose_everything(bench: Bench) -> None:
    bench.lose_store()
    bench.digester = Digester(b"another key" * 3)


LOSSES = [Bench.lose_store, Bench.forget_places, move_mailbox, lose_everything]


@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("made", [with_clone, with_older_clone])
def test_a_clone_and_its_original_stay_what_they_are(made: Callable[[], Bench], lose: Callable[[Bench], None]) -> None:
    bench = made()
    before, was = bench.written(), copies(bench)
    lose(bench)
    bench.settle()
    assert bench.written() == before
    assert copies(bench) == was
    bench.google.edit("g1", title="theirs, edited")
    bench.settle()
    assert bench.both() == ["clone", "theirs, edited"]


@pytest.mark.parametrize("made", [with_clone, with_older_clone])
def test_a_clone_is_not_taken_for_its_original_that_went_while_the_mailbox_moved(made: Callable[[], Bench]) -> None:
    bench = made()
    bench.exchange.remove(bench.exchange.named("theirs"))
    move_mailbox(bench)
    bench.run()
    assert bench.titles(Side.GOOGLE) == ["clone", "theirs"]
    # Nobody told that it was deleted: it is missed twice.
    bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() == ["clone"]
    assert sum(bench.written()) == 1 + (4 if made is with_older_clone else 2)


def test_a_clone_is_not_taken_for_a_copy_of_ours_that_went_while_the_store_was_lost() -> None:
    bench = with_clone()
    bench.exchange.remove(bench.exchange.named("theirs"))
    bench.lose_store()
    bench.settle()
    assert bench.both() == ["clone", "theirs"]
    assert len(bench.google.items) == 2
    assert bench.google.event("g1").title == "theirs"


def test_of_two_that_claim_an_original_the_one_that_looks_like_it_is_our_copy() -> None:
    bench = Bench()
    bench.google.put(meeting("theirs"), "g1")
    bench.settle()
    (copy,) = bench.exchange.items.values()
    clone(bench, copy, "older clone", 9, created=START)
    bench.lose_store()
    bench.settle()
    assert bench.both() == ["older clone", "theirs"]
    assert bench.google.event("g1").title == "theirs"


def test_of_two_that_claim_an_edited_original_the_one_as_we_made_it_is_our_copy() -> None:
    bench = Bench()
    bench.google.put(meeting("theirs"), "g1")
    bench.settle()
    (copy,) = bench.exchange.items.values()
    clone(bench, copy, "older clone", 9, created=START)
    bench.lose_store()
    bench.google.edit("g1", title="theirs, edited")
    bench.settle()
    assert bench.both() == ["older clone", "theirs, edited"]
    assert bench.exchange.event(copy.id).title == "theirs, edited"


def made_at_once() -> Bench:
    """Give three clones that one program made within a second: only a number tells their links apart."""
    bench = Bench()
    here = bench.exchange.put(meeting("ours"), uid="ours@x", created=AT_ONCE)
    for number in (1, 2, 3):
        clone(bench, bench.exchange.items[here], f"clone {number}", 5 + number, created=AT_ONCE)
    bench.settle()
    return bench


TURNED = ("clone 3", "clone 2", "ours", "clone 1")


def test_clones_made_within_a_second_do_not_change_places_when_the_mailbox_moves() -> None:
    bench = made_at_once()
    before, was = bench.written(), copies(bench)
    move_mailbox(bench, TURNED)
    bench.settle()
    assert bench.written() == before
    assert copies(bench) == was


def test_one_of_them_edited_meanwhile_is_still_told_from_the_others() -> None:
    bench = made_at_once()
    was = copies(bench)
    move_mailbox(bench, TURNED)
    bench.exchange.edit(bench.exchange.named("clone 2"), title="clone 2, edited", place="room")
    bench.settle()
    assert bench.both() == ["clone 1", "clone 2, edited", "clone 3", "ours"]
    assert copies(bench)["clone 2, edited"] == was["clone 2"]
    assert copies(bench)["clone 3"] == was["clone 3"]


def test_clones_made_within_a_second_do_not_change_places_when_the_store_is_lost() -> None:
    bench = made_at_once()
    before, was = bench.written(), copies(bench)
    move_mailbox(bench, TURNED)
    bench.lose_store()
    bench.settle()
    assert bench.written() == before
    assert copies(bench) == was


def test_an_edit_of_a_clones_copy_gives_the_clone_no_stamp_of_its_own() -> None:
    """With one it would be taken for a copy of ours once the store is lost, and an orphan when its copy is gone."""
    bench = with_clone()
    here = bench.exchange.named("clone")
    stamp, there = bench.exchange.items[here].stamp, copies(bench)["clone"]
    bench.google.edit(there, title="clone, edited")
    bench.settle()
    assert bench.exchange.items[here].stamp == stamp
    bench.exchange.edit(here, place="room")
    bench.google.remove(there)
    bench.settle()
    assert bench.exchange.items[here].stamp == stamp
    bench.lose_store()
    bench.google.remove(bench.google.named("clone, edited"))
    bench.settle()
    assert bench.both() == ["clone, edited", "theirs"]
    assert {link.home for link in bench.links()} == {Home.EXCHANGE, Home.GOOGLE}
    assert {link.state for link in bench.links()} == {State.LINKED}


def test_an_edit_of_a_clones_copy_while_the_store_was_lost_is_carried() -> None:
    """The clone's stamp tells of its original; its copy's own stamp tells who was edited."""
    bench = with_clone()
    bench.lose_store()
    bench.google.edit(bench.google.named("clone"), title="edited there")
    bench.settle()
    assert bench.both() == ["edited there", "theirs"]


@pytest.mark.parametrize("lose", LOSSES)
def test_an_original_that_comes_back_beside_clones_of_its_copy_takes_nobodys_place(
    lose: Callable[[Bench], None],
) -> None:
    """A clone made while the original was gone goes by the UID that was chosen for it."""
    bench = with_clone()
    original = bench.google.items["g1"]
    bench.google.remove("g1")
    bench.settle()
    clone(bench, bench.exchange.items[bench.exchange.named("clone")], "clone of clone", 12)
    bench.settle()
    bench.google.put(original.event, "g1", original.uid)
    bench.settle()
    assert len(bench.links()) == 3
    before = bench.written()
    lose(bench)
    bench.settle()
    assert bench.written() == before
    for title in bench.titles(Side.EXCHANGE):
        bench.exchange.edit(bench.exchange.named(title), place="room")
    bench.settle()
    assert bench.both() == ["clone", "clone of clone", "theirs"]
    assert {event.place for event in bench.google.events().values()} == {"room"}


def test_a_clone_that_shares_its_uid_with_an_imported_event_is_joined_with_that_and_nothing_else() -> None:
    """Exported from Outlook and imported on Google, while the clone is new."""
    bench = Bench()
    bench.google.put(meeting("theirs"), "g1")
    bench.settle()
    (copy,) = bench.exchange.items.values()
    clone(bench, copy, "clone", 9)
    bench.google.put(meeting("clone", day=9), "imported", copy.uid)
    bench.settle()
    assert bench.both() == ["clone", "theirs"]
    assert copies(bench) == {"clone": "imported", "theirs": "g1"}
    assert {link.home for link in bench.links()} == {Home.ADOPTED, Home.GOOGLE}


def test_a_second_copy_that_a_server_finished_late_goes_although_the_store_is_lost() -> None:
    bench = Bench()
    bench.google.put(meeting("theirs"), "g1")
    bench.settle()
    (copy,) = bench.exchange.items.values()
    assert copy.stamp
    bench.exchange.put(copy.event, uid=copy.uid, stamp=replace(copy.stamp, generation=1))
    bench.lose_store()
    bench.settle()
    assert bench.both() == ["theirs"]
    assert bench.exchange.only() == copy.id
