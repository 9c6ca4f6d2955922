"""Events seen for the first time: carried, recognised on the other side, left alone, or told apart."""

from datetime import UTC, date, datetime, timedelta

import pytest

from calpair.model.event import Event, Kind
from calpair.model.link import Stamp, State, chosen_uid
from calpair.model.pair import Direction, OnConflict
from calpair.model.side import Home, Side
from calpair.model.when import AllDay, Timed
from unit.sync.bench import Bench, meeting

ONE_WAY = Direction.EXCHANGE_TO_GOOGLE


@pytest.mark.parametrize("direction", list(Direction))
def test_new_on_exchange_is_created_on_google(direction: Direction) -> None:
    bench = Bench(direction=direction)
    bench.exchange.put(meeting("one", place="room"))
    bench.settle()
    assert list(bench.google.events().values()) == [meeting("one", place="room")]
    assert bench.link().home is Home.EXCHANGE


def test_new_on_google_is_created_on_exchange_under_a_uid_of_our_choosing() -> None:
    bench = Bench()
    bench.google.put(meeting("one"), "g0001")
    bench.settle()
    (copy,) = bench.exchange.items.values()
    assert copy.uid == chosen_uid("g0001")
    assert copy.event == meeting("one", categories=())
    assert bench.link().home is Home.GOOGLE


def test_new_on_google_is_left_alone_one_way() -> None:
    bench = Bench(direction=ONE_WAY)
    bench.google.put(meeting("Google's own"))
    bench.settle()
    assert bench.exchange.items == {}
    assert (bench.link().state, bench.link().why) == (State.LEFT, "one_way")


def test_the_stamp_on_a_copy_names_itself_and_its_partner() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"), uid="One@Exchange")
    bench.google.put(meeting("two", day=6), "g77")
    bench.settle()
    on_google = bench.google.items[bench.google.named("one")]
    on_exchange = bench.exchange.items[bench.exchange.named("two")]
    assert on_google.stamp
    assert (on_google.stamp.self_name, on_google.stamp.partner) == (on_google.id, "one@exchange")
    assert on_exchange.stamp
    assert (on_exchange.stamp.self_name, on_exchange.stamp.partner) == (on_exchange.uid, "g77")
    assert on_google.stamp.pair == on_exchange.stamp.pair == bench.pair.key


def test_a_long_uid_stands_in_the_stamp_as_its_hash() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"), uid="u" * 3000)
    bench.settle()
    (copy,) = bench.google.items.values()
    assert copy.stamp
    assert len(copy.stamp.partner) < 100
    bench.lose_store()
    bench.settle()
    assert bench.written() == (0, 1)


@pytest.mark.parametrize("direction", list(Direction))
def test_the_same_event_on_both_sides_is_linked_without_a_write(direction: Direction) -> None:
    bench = Bench(direction=direction)
    bench.exchange.put(meeting("known by its UID"), uid="SAME@everywhere")
    bench.google.put(meeting("known by its UID"), uid="same@everywhere")
    bench.exchange.put(meeting("known  by its looks", day=6))
    bench.google.put(meeting("known by its looks", day=6))
    bench.settle()
    assert bench.written() == (0, 0)
    assert [link.home for link in bench.links()] == [Home.ADOPTED, Home.ADOPTED]


@pytest.mark.parametrize(
    ("policy", "title"), [(OnConflict.EXCHANGE, "ours"), (OnConflict.GOOGLE, "theirs"), (OnConflict.NEWEST, "theirs")]
)
def test_one_uid_with_different_content_merges_on_an_empty_base(policy: OnConflict, title: str) -> None:
    bench = Bench(on_conflict=policy)
    bench.exchange.put(meeting("ours"), uid="same@everywhere")
    bench.google.put(meeting("theirs"), uid="same@everywhere")
    bench.settle()
    assert bench.both() == [title]


def test_one_uid_with_different_content_is_linked_without_a_write_one_way() -> None:
    bench = Bench(direction=ONE_WAY)
    bench.exchange.put(meeting("ours"), uid="same@everywhere")
    bench.google.put(meeting("theirs"), uid="same@everywhere")
    bench.settle()
    assert bench.written() == (0, 0)
    assert bench.link().home is Home.ADOPTED


@pytest.mark.parametrize("difference", [{"title": "another"}, {"hour": 11}, {"place": "elsewhere"}])
def test_events_that_do_not_look_the_same_are_two_events(difference: dict[str, object]) -> None:
    bench = Bench()
    bench.exchange.put(meeting("one", place="room"))
    bench.google.put(meeting(**{"title": "one", "place": "room", **difference}))  # type: ignore[arg-type]
    bench.settle()
    assert len(bench.both()) == 2


@pytest.mark.parametrize(("ours", "theirs"), [(2, 3), (3, 2), (3, 3)])
def test_of_indistinguishable_events_the_lesser_number_is_paired(ours: int, theirs: int) -> None:
    bench = Bench()
    for _ in range(ours):
        bench.exchange.put(meeting("lesson"))
    for _ in range(theirs):
        bench.google.put(meeting("lesson"))
    bench.settle()
    assert bench.both() == ["lesson"] * 3
    assert sum(bench.written()) == abs(ours - theirs)
    assert sum(link.home is Home.ADOPTED for link in bench.links()) == min(ours, theirs)


def test_an_event_with_guests_is_never_recognised_by_its_looks() -> None:
    bench = Bench()
    bench.exchange.put(meeting("review"), people=True)
    bench.google.put(meeting("review"))
    bench.settle()
    assert bench.both() == ["review", "review"]


def test_an_event_left_alone_is_recognised_by_its_uid_later() -> None:
    bench = Bench(direction=ONE_WAY)
    bench.google.put(meeting("invited twice"), uid="M@somewhere")
    bench.settle()
    bench.exchange.put(meeting("invited twice"), uid="m@SOMEWHERE")
    bench.settle()
    assert bench.written() == (0, 0)
    assert bench.link().home is Home.ADOPTED


def test_an_invitation_both_sides_received_is_a_twin() -> None:
    bench = Bench()
    bench.exchange.put(meeting("all hands"), uid="M@boss", people=True)
    bench.google.put(meeting("all hands (moved)"), uid="m@boss", people=True)
    bench.settle()
    assert bench.written() == (0, 0)
    assert bench.link().state is State.TWIN


def test_a_twin_is_forgotten_when_it_is_gone_from_both() -> None:
    bench = Bench()
    ours = bench.exchange.put(meeting("all hands"), uid="M@boss", people=True)
    theirs = bench.google.put(meeting("all hands"), uid="m@boss", people=True)
    bench.settle()
    bench.exchange.remove(ours)
    bench.google.remove(theirs)
    bench.settle()
    assert bench.links() == []


def test_another_live_pairs_copy_is_not_copied_on() -> None:
    bench = Bench()
    bench.other_pairs["other"] = frozenset(Side)
    bench.google.put(meeting("theirs"), "g1", stamp=Stamp("other", "l", "g1", "u@x"))
    bench.exchange.put(meeting("also theirs", day=6), uid="u7", stamp=Stamp("other", "l", "u7", "g9"))
    bench.settle()
    assert bench.written() == (0, 0)
    assert [link.why for link in bench.links()] == ["other_pair", "other_pair"]


def test_a_dead_pairs_copy_with_its_partner_becomes_a_link_without_a_write() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.google.put(meeting("two", day=6))
    bench.settle()
    before = bench.written()
    bench.lose_store()
    bench.set(mailbox="ana.married@a.test")
    bench.settle()
    assert bench.written() == before
    assert sorted(link.home for link in bench.links()) == [Home.EXCHANGE, Home.GOOGLE]


def test_a_dead_pairs_copy_without_its_partner_is_an_event_like_any_other() -> None:
    bench = Bench()
    bench.google.put(meeting("left over"), "g1", stamp=Stamp("dead", "l", "g1", "u@x"))
    bench.settle()
    assert bench.both() == ["left over"]


def test_a_copied_item_of_exchange_is_an_event_of_its_own() -> None:
    bench = Bench()
    original = bench.exchange.items[bench.exchange.put(meeting("one"))]
    bench.settle()
    bench.exchange.put(meeting("one", day=9), uid=original.uid)
    bench.settle()
    assert bench.both() == ["one", "one"]
    assert bench.exchange.event(original.id) == meeting("one")


def test_a_copied_copy_on_exchange_is_an_event_of_its_own() -> None:
    bench = Bench()
    bench.google.put(meeting("one"))
    bench.settle()
    (copy,) = bench.exchange.items.values()
    again = bench.exchange.put(meeting("one again", day=9), uid=copy.uid, stamp=copy.stamp)
    bench.settle()
    assert bench.both() == ["one", "one again"]
    bench.exchange.remove(again)
    bench.settle()
    assert bench.both() == ["one"]


def test_a_copied_copy_on_google_is_an_event_of_its_own() -> None:
    bench = Bench()
    original = bench.exchange.put(meeting("one"))
    bench.settle()
    (copy,) = bench.google.items.values()
    again = bench.google.put(meeting("one again", day=9), stamp=copy.stamp)
    bench.settle()
    assert bench.both() == ["one", "one again"]
    bench.google.remove(again)
    bench.settle()
    assert bench.both() == ["one"]
    assert original in bench.exchange.items


def test_what_cannot_be_carried_is_named_and_the_rest_goes_on() -> None:
    bench = Bench()
    bench.exchange.put(None, kind=Kind.BROKEN, trouble="rule")
    bench.exchange.put(None, kind=Kind.BROKEN, trouble="ErrorItemCorrupt")
    bench.google.put(None, kind=Kind.OTHER, trouble="birthday")
    bench.exchange.put(meeting("ordinary"))
    bench.settle()
    assert bench.titles(Side.GOOGLE) == ["ordinary"]
    assert sorted(link.why or (link.parking.reason if link.parking else "") for link in bench.links()) == [
        "",
        "ErrorItemCorrupt",
        "birthday",
        "rule",
    ]


def test_a_cancelled_meeting_is_not_copied_and_its_copy_goes() -> None:
    bench = Bench()
    bench.exchange.put(meeting("called off before"), cancelled=True, people=True)
    running = bench.exchange.put(meeting("called off later", day=6), people=True)
    bench.settle()
    assert bench.titles(Side.GOOGLE) == ["called off later"]
    bench.exchange.put(meeting("called off later", day=6), running, cancelled=True)
    bench.settle()
    assert bench.titles(Side.GOOGLE) == []
    assert len(bench.exchange.items) == 2
    bench.exchange.remove(running)
    bench.settle()
    assert len(bench.exchange.items) == 1


def test_an_event_whose_copy_cannot_hold_everything_says_so() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one", categories=("red",)), losses=("attachments",))
    bench.settle()
    assert bench.link().losses == ("attachments", "categories")


def test_decisions_come_nearest_dates_first_and_can_be_read() -> None:
    bench = Bench()
    for day in (20, 3, 9):
        bench.exchange.put(meeting(f"on day {day}", day=day))
    assert bench.plan() == ["create on google"] * 3
    assert bench.written() == (0, 0)
    bench.run()
    created = [name.removeprefix("create ") for name in bench.google.writes]
    assert [bench.google.event(id_).title for id_ in created] == ["on day 3", "on day 9", "on day 20"]


def test_a_renamed_pair_stays_in_step() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.settle()
    bench.set(name="ana, renamed")
    bench.silent()


def test_a_pair_removed_and_added_again_finds_its_copies() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.google.put(meeting("two", day=6))
    bench.settle()
    bench.store.drop(bench.pair.key)
    bench.set(name="added again")
    bench.settle()
    assert bench.written() == (1, 1)
    bench.exchange.edit(here, title="one edited")
    bench.settle()
    assert bench.both() == ["one edited", "two"]


def test_an_item_that_comes_back_is_new() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"), uid="one@x")
    bench.settle()
    bench.exchange.remove(here)
    bench.settle()
    bench.clock.advance(timedelta(days=1))
    bench.exchange.put(meeting("one"), uid="one@x")
    bench.settle()
    assert bench.both() == ["one"]


def test_all_day_and_timed_are_never_the_same_event() -> None:
    bench = Bench()
    midnight = datetime(2026, 11, 5, tzinfo=UTC)
    bench.exchange.put(Event("holiday", Timed(midnight, midnight + timedelta(days=1), "UTC")))
    bench.google.put(Event("holiday", AllDay(date(2026, 11, 5), date(2026, 11, 6))))
    bench.settle()
    assert bench.both() == ["holiday", "holiday"]


def test_a_birthday_survives_a_change_of_settings() -> None:
    bench = Bench()
    bench.google.put(None, kind=Kind.OTHER, trouble="birthday")
    bench.settle()
    bench.set(history_days=60)
    bench.settle()
