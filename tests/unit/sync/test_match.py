"""Which items are one event: each rule alone, the stronger before the weaker, and never the order of the input."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from calpair.model.event import Event, Item, Kind
from calpair.model.link import Link, Part, Stamp, State, chosen_uid, link_key
from calpair.model.side import Home, Side
from calpair.sync.desk import Fate
from unit.sync.bench import meeting
from unit.sync.items import BORN, CALM, DEAD, ONE, OTHER, PAIR, E, G, ids, item, link, matched, ours, stamped


def test_nothing_seen_is_nothing_matched() -> None:
    assert matched([]) == []


def test_an_item_is_its_links_by_id() -> None:
    (case,) = matched([item(E, "e1", uid="changed")], [link("u1", "e1", "g1")])
    assert ids(case) == ("e1", "absent")
    assert case.known
    assert not case.joined


@pytest.mark.parametrize(
    ("gone", "noted", "fate"), [((), (), "absent"), (((G, "g1"),), (), "gone"), ((), (G,), "gone")]
)
def test_an_item_that_is_not_there_is_gone_only_by_a_tombstone(
    gone: tuple[tuple[Side, str], ...], noted: tuple[Side, ...], fate: str
) -> None:
    (case,) = matched([item(E, "e1")], [link("u1", "e1", "g1", gone=noted)], gone=gone)
    assert ids(case) == ("e1", fate)


def test_an_item_seen_again_is_not_gone_although_a_tombstone_was_noted() -> None:
    (case,) = matched([item(E, "e1"), item(G, "g1")], [link("u1", "e1", "g1", gone=(G,))])
    assert ids(case) == ("e1", "g1")


def test_a_side_that_never_had_one_is_none() -> None:
    (case,) = matched([item(E, "e1")], [link("u1", "e1")])
    assert ids(case) == ("e1", "none")


def test_a_stamp_finds_its_link() -> None:
    known = link("u1", "e1")
    (case,) = matched([item(E, "e1"), stamped(G, "g1", known.key, "u1")], [known])
    assert ids(case) == ("e1", "g1")
    assert case.joined


def test_a_stamp_that_names_another_item_is_a_clones() -> None:
    known = link("u1", "e1", "g1")
    clone = replace(item(G, "g2"), stamp=Stamp(PAIR, known.key, "g1", "u1"))
    cases = matched([item(E, "e1"), item(G, "g1"), clone], [known])
    assert [ids(case) for case in cases] == [("e1", "g1"), ("none", "g2")]
    assert cases[1].link.home is Home.GOOGLE


def test_a_uid_rebinds_an_item_whose_id_is_gone() -> None:
    known = link("U1", "e1", "g1", agreed={E: {"title": "d"}})
    for gone in ([], [(E, "e1")]):
        (case,) = matched([item(E, "e9", uid="u1"), item(G, "g1")], [known], gone=gone)
        assert ids(case) == ("e9", "g1")
        assert not case.joined
        assert case.link.agreed


def test_a_second_living_item_with_a_linked_uid_is_an_event_of_its_own() -> None:
    known = link("u1", "e1", "g1")
    cases = matched([item(E, "e1", uid="u1"), item(E, "e2", uid="U1", made=5), item(G, "g1")], [known])
    assert [ids(case) for case in cases] == [("e1", "g1"), ("e2", "none")]
    assert cases[1].link.key == link_key(PAIR, "u1", (BORN + timedelta(seconds=5)).isoformat())


def test_items_with_one_uid_made_within_a_second_are_told_apart() -> None:
    cases = matched([item(E, f"e{number}", uid="u1", made=5) for number in range(5)])
    assert len({case.link.key for case in cases}) == 5


def test_one_uid_on_both_sides_joins_them_whatever_they_say() -> None:
    (case,) = matched([item(E, "e1", uid="U@x"), item(G, "g1", meeting("other", hour=3), uid="u@X")])
    assert ids(case) == ("e1", "g1")
    assert (case.known, case.joined, case.link.home) == (False, True, Home.ADOPTED)


def test_a_uid_beats_looks() -> None:
    cases = matched([item(E, "e1", uid="u"), item(G, "g1"), item(G, "g2", meeting("other"), uid="u")])
    assert [ids(case) for case in cases] == [("e1", "g2"), ("none", "g1")]


def test_an_item_without_a_uid_is_matched_by_its_looks_alone() -> None:
    left, right = replace(item(E, "e1"), uid=""), replace(item(G, "g1"), uid="")
    (case,) = matched([left, right])
    assert ids(case) == ("e1", "g1")


@pytest.mark.parametrize(
    "other",
    [meeting("two"), meeting("one", hour=11), meeting("one", day=6), meeting("one", place="room")],
)
def test_other_times_title_or_place_are_another_event(other: Event) -> None:
    assert len(matched([item(E, "e1"), item(G, "g1", other)])) == 2


def test_looks_join_what_a_person_reads_the_same() -> None:
    (case,) = matched([item(E, "e1", meeting("one  ")), item(G, "g1", meeting("one", reminder=5))])
    assert (case.joined, case.guessed) == (True, False)


@pytest.mark.parametrize("more", [{"people": True}, {"kind": Kind.SERIES, "event": None}])
def test_guests_and_series_are_not_matched_by_looks(more: dict[str, object]) -> None:
    event = more.pop("event", ONE) if "event" in more else ONE
    assert len(matched([item(E, "e1", event, **more), item(G, "g1")])) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(("ours", "theirs"), list(itertools.product([1, 2, 3], repeat=2)))
def test_in_a_group_the_lesser_number_is_paired_in_id_order(ours: int, theirs: int) -> None:
    cases = matched(
        [item(E, f"e{number}", made=9 - number) for number in range(ours)]
        + [item(G, f"g{number}", made=number) for number in range(theirs)]
    )
    joined = [ids(case) for case in cases if case.joined]
    assert joined == [(f"e{number}", f"g{number}") for number in range(min(ours, theirs))]
    assert len(cases) == max(ours, theirs)
    assert all(case.guessed == (max(ours, theirs) > 1) for case in cases if case.joined)


def test_after_a_lost_store_a_stamp_finds_its_partner_on_either_side() -> None:
    theirs = stamped(E, "e2", link_key(PAIR, chosen_uid("g2")), "g2", uid=chosen_uid("g2"))
    first, second = matched([*ours("u1"), item(G, "g2", meeting("x")), theirs], lost=True)
    homes = {case.link.key: case.link.home for case in (first, second)}
    assert homes == {link_key(PAIR, "u1"): Home.EXCHANGE, link_key(PAIR, chosen_uid("g2")): Home.GOOGLE}
    assert first.joined
    assert second.joined


def test_after_a_lost_store_equal_times_join_one_to_one() -> None:
    pair = [item(E, "e8", meeting("edited", day=8), uid="a"), item(G, "g8", meeting("not edited", day=8), uid="b")]
    cases = matched([*ours("u1"), *pair], lost=True)
    assert ("e8", "g8") in [ids(case) for case in cases]
    third = item(G, "g9", meeting("a third", day=8))
    assert len([case for case in matched([*ours("u1"), *pair, third], lost=True) if case.joined]) == 1


def test_equal_times_join_nothing_on_a_first_sync_or_while_the_store_is_whole() -> None:
    pair = [item(E, "e8", meeting("a", day=8)), item(G, "g8", meeting("b", day=8))]
    assert len(matched(pair, lost=True)) == 2
    assert len(matched([*ours("u1"), *pair], whole=True)) == 3
    assert len(matched([*ours("u1"), *pair])) == 3


def test_a_rebuild_begun_before_goes_on_with_equal_times() -> None:
    pair = [item(E, "e8", meeting("a", day=8)), item(G, "g8", meeting("b", day=8))]
    known, copy = ours("u1")
    done = link("u1", known.id, copy.id)
    assert ("e8", "g8") in [ids(case) for case in matched([known, copy, *pair, *ours("u2")[1:]], [done], lost=True)]


def test_after_a_lost_store_a_copy_without_its_partner_is_an_orphan_that_keeps_its_key() -> None:
    _, copy = ours("u1")
    (case,) = matched([copy], lost=True)
    assert case.orphan
    assert case.link.key == link_key(PAIR, "u1")
    theirs = stamped(E, "e2", link_key(PAIR, chosen_uid("g2")), "g2", uid=chosen_uid("g2"))
    (case,) = matched([theirs], lost=True)
    assert case.orphan
    assert case.link.home is Home.GOOGLE


def test_a_copy_without_its_partner_is_new_while_the_store_is_whole() -> None:
    _, copy = ours("u1")
    for whole in (False, True):
        (case,) = matched([copy], whole=whole)
        assert not case.orphan
        assert ids(case) == ("none", copy.id)


def test_another_live_pairs_copy_is_foreign_and_matches_nothing() -> None:
    foreign = stamped(G, "g1", "l", "u1", pair=OTHER)
    cases = matched([item(E, "e1", uid="u1"), foreign], whole=True)
    assert sorted((ids(case), case.foreign) for case in cases) == [(("e1", "none"), False), (("none", "g1"), True)]


@pytest.mark.parametrize("lost", [False, True])
def test_what_was_brought_here_from_another_live_pairs_folder_is_an_event_of_its_own(lost: bool) -> None:
    """That pair keeps the same calendar and another folder: the partner its stamp names is that pair's."""
    brought = stamped(E, "e1", "l", "g1", pair=OTHER, uid=chosen_uid("g1"))
    cases = matched([brought, item(G, "g1", made=5)], lost=lost)
    assert [(ids(case), case.foreign) for case in cases] == [(("e1", "none"), False), (("none", "g1"), False)]
    assert [case.link.home for case in cases] == [Home.EXCHANGE, Home.GOOGLE]


@pytest.mark.parametrize("home", list(Home))
def test_what_was_brought_here_is_not_taken_for_a_copy_of_the_event_its_uid_was_chosen_for(home: Home) -> None:
    uid = chosen_uid("g1")
    known = link(uid, "", "g1", home=home, state=State.LEFT)
    brought = stamped(E, "e1", "l", "g1", pair=OTHER, uid=uid)
    cases = matched([brought, item(G, "g1")], [known])
    assert len(cases) == (2 if home is Home.GOOGLE else 1)
    plain = replace(brought, stamp=None)
    assert len(matched([plain, item(G, "g1")], [known])) == 1


def test_creation_time_beats_a_stamp_and_a_stamp_beats_a_uid() -> None:
    plain, timed = link("u1"), replace(link("u1"), key=link_key(PAIR, "u1", BORN.isoformat()))
    named = replace(link("u9"), key="k")
    clone = stamped(E, "e1", "k", "g", uid="u1")
    for links, taken in (([plain, timed, named], timed), ([plain, named], named), ([plain], plain)):
        cases = matched([clone], links)
        assert [case.link.key for case in cases if case.item(E)] == [taken.key]


@pytest.mark.parametrize("whole", [False, True])
def test_a_dead_pairs_copy_is_joined_to_its_partner(whole: bool) -> None:
    copy = stamped(G, "g1", "l", "u1", pair=DEAD)
    (case,) = matched([item(E, "e1", uid="U1"), copy], whole=whole)
    assert ids(case) == ("e1", "g1")
    assert (case.link.home, case.link.key) == (Home.EXCHANGE, link_key(PAIR, "u1"))
    theirs = stamped(E, "e2", "l", "g2", pair=DEAD)
    (case,) = matched([item(G, "g2"), theirs], whole=whole)
    assert (ids(case), case.link.home) == (("e2", "g2"), Home.GOOGLE)


def with_second(first: int, second: int, **more: object) -> list[Item]:
    known = link_key(PAIR, chosen_uid("g1"))
    uid = chosen_uid("g1")
    stamp = Stamp(PAIR, known, uid, "g1")
    return [
        replace(item(E, "e1", uid=uid, made=1), stamp=replace(stamp, generation=first)),
        replace(item(E, "e2", uid=uid, made=2, **more), stamp=replace(stamp, generation=second)),  # type: ignore[arg-type]
        item(G, "g1"),
    ]


LATE = link(chosen_uid("g1"), "e1", "g1", home=Home.GOOGLE)


def test_of_two_generations_the_later_item_is_extra() -> None:
    for links in ([LATE], [LATE.with_part(E, None)]):
        main, extra = matched(with_second(0, 1), links)
        assert ids(main) == ("e1", "g1")
        assert extra.extra
        assert extra.extra.id == "e2"
        assert extra.link.key != main.link.key


@pytest.mark.parametrize(
    ("touched", "stays", "goes"), [({"e2"}, "e2", ["e1"]), ({"e1"}, "e1", ["e2"]), ({"e1", "e2"}, "e1", [])]
)
def test_the_copy_that_nobody_edited_goes(touched: set[str], stays: str, goes: list[str]) -> None:
    memory = replace(CALM, untouched=lambda one: one.id not in touched)
    cases = matched(with_second(0, 1), [LATE], memory=memory)
    assert ids(cases[0])[0] == stays
    assert [case.extra.id for case in cases if case.extra] == goes


def test_of_one_generation_the_later_item_is_new() -> None:
    cases = matched(with_second(0, 0), [LATE])
    assert [ids(case) for case in cases] == [("e1", "g1"), ("e2", "none")]


def test_a_create_that_came_through_after_its_event_was_forgotten_is_extra() -> None:
    late = with_second(0, 0)[0]
    memory = replace(CALM, intents=frozenset({LATE.key}))
    (case,) = matched([late], memory=memory)
    assert case.extra
    (case,) = matched([late], memory=replace(memory, untouched=lambda _item: False))
    assert case.extra is None


@pytest.mark.parametrize(("untouched", "ids_then"), [(True, ("gone", "g1")), (False, ("e1", "g1"))])
def test_a_create_that_came_through_after_its_successor_was_deleted_goes(
    untouched: bool, ids_then: tuple[str, str]
) -> None:
    late = with_second(0, 0)[0]
    known = replace(LATE.with_part(E, Part("e2", "v1")), generation=1)
    memory = replace(CALM, untouched=lambda _item: untouched)
    cases = matched([late, item(G, "g1")], [known], gone=[(E, "e2")], memory=memory)
    assert ids(cases[0]) == ids_then
    assert [case.extra.id for case in cases if case.extra] == (["e1"] if untouched else [])


def test_a_clone_with_a_link_of_its_own_is_no_late_create() -> None:
    """Its original was made anew since, and is deleted as the mailbox moves."""
    clone = with_second(0, 0)[0]
    original = replace(LATE.with_part(E, Part("e2", "v1")), generation=1)
    own = replace(link(clone.uid, "e0", "g2"), key=link_key(PAIR, clone.uid, clone.created.isoformat()))
    cases = matched([clone, item(G, "g1"), item(G, "g2")], [original, own], gone=[(E, "e2")])
    assert sorted(ids(case) for case in cases) == [("e1", "g2"), ("gone", "g1")]


def test_an_item_saved_anew_is_rebound_if_it_alone_agrees() -> None:
    known = link("u1", "e1", "g1")
    memory = replace(
        CALM, agreeing=lambda one, _: frozenset({"when", "title", "place"} if one.key == known.key else ())
    )
    gone = [(E, "e1")]
    (case,) = matched([item(E, "e2"), item(G, "g1")], [known], gone=gone, memory=memory)
    assert ids(case) == ("e2", "g1")
    cases = matched([item(E, "e2"), item(E, "e3"), item(G, "g1")], [known], gone=gone, memory=memory)
    assert [ids(case) for case in cases] == [("gone", "g1"), ("e2", "none"), ("e3", "none")]
    cases = matched([item(E, "e2"), item(G, "g1")], [known], memory=memory)
    assert [ids(case) for case in cases] == [("absent", "g1"), ("e2", "none")]


@pytest.mark.parametrize("state", [State.LEFT, State.PARKED])
def test_a_lone_item_noted_before_is_joined_by_the_uid_of_one_that_comes_later(state: State) -> None:
    left = Link("k", PAIR, Home.GOOGLE, state, uid="c", google_uid="M@x", google=(Part("g1", "v1"),))
    (case,) = matched([item(G, "g1", uid="M@x"), item(E, "e1", uid="m@X")], [left])
    assert ids(case) == ("e1", "g1")
    assert (case.joined, case.link.home) == (True, Home.ADOPTED)


def test_a_real_meeting_supplants_our_copy() -> None:
    known = link("m@boss", "e1", "g1")
    copy = stamped(G, "g1", known.key, "m@boss")
    items = [item(E, "e1", uid="M@boss", people=True), copy, item(G, "_real", uid="m@BOSS", people=True)]
    main, extra = matched(items, [known])
    assert ids(main) == ("e1", "_real")
    assert (main.joined, main.link.home) == (True, Home.ADOPTED)
    assert extra.extra is copy


def test_a_third_item_with_a_twins_uid_is_an_event_of_its_own() -> None:
    twin = link("m@boss", "e1", "g1", home=Home.ADOPTED)
    items = [item(E, "e1", uid="m@boss"), item(G, "g1", uid="m@boss"), item(G, "g2", uid="m@boss")]
    assert [ids(case) for case in matched(items, [twin])] == [("e1", "g1"), ("none", "g2")]


def test_a_stamped_item_beside_the_original_it_was_made_from_is_an_event_of_its_own() -> None:
    known = link("u1", "e1", "g1")
    strange = stamped(E, "e2", known.key, "g1", uid="u2")
    cases = matched([item(E, "e1", uid="u1"), item(G, "g1"), strange], [known])
    assert [ids(case) for case in cases] == [("e1", "g1"), ("e2", "none")]


def test_a_case_knows_what_is_not_there() -> None:
    (case,) = matched([item(E, "e1")])
    assert case.item(E)
    assert case.item(G) is None
    assert case.sights[G] is Fate.NONE
