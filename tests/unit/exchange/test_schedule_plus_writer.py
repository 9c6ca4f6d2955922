"""Free/busy in public folders as others read it: written, written again, and found after others had their hands in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calpair.ports import BusyFolder, Posted
from simulators.exchange.published import Published
from simulators.exchange.switches import Switches
from unit.exchange.public_ground import (
    ACCOUNT,
    GROUP,
    HOUR,
    MORNING,
    NAME,
    NOON,
    NOVEMBER,
    NOW,
    PublicWorld,
    dn,
    entry,
    notice,
    posted,
    public_world,
)

LATER = NOW + timedelta(minutes=15)


@pytest.fixture
def world() -> PublicWorld:
    """A friendly server."""
    return public_world()


def seen(world: PublicWorld, name: str) -> Published:
    """What others make of somebody's one message, in which nothing may be wrong."""
    (post,) = world.hand.messages(dn(name))
    assert post.item_class == "IPM.Post"
    found = world.hand.read(dn(name))
    assert found is not None
    assert not found.faults
    return found


def test_a_first_write_makes_a_message_for_each(world: PublicWorld) -> None:
    answers = world.store.write(
        [entry("ana", MORNING, tentative=(NOON,)), entry("ben", away=(MORNING,)), entry("cem")], NOW
    )
    ana, ben, cem = (seen(world, name) for name in ("ana", "ben", "cem"))
    assert (ana.busy, ana.tentative, ana.away, ana.merged) == ((MORNING,), (NOON,), (), (MORNING,))
    assert (ben.busy, ben.away, ben.merged) == ((), (MORNING,), (MORNING,))
    assert (cem.busy, cem.tentative, cem.away, cem.merged) == ((), (), (), ())
    for one in (ana, ben, cem):
        assert (one.start, one.end, one.written) == (NOVEMBER, datetime(2027, 2, 1, tzinfo=UTC), NOW)
    assert {posted(one).id for one in answers} == {post.id for post in world.hand.posts(GROUP)}
    assert {posted(one).version for one in answers} == {post.change_key for post in world.hand.posts(GROUP)}
    assert world.requests() == {"GetFolder": 1, "FindFolder": 3, "FindItem": 1, "CreateItem": 1}


def test_every_property_that_a_reader_may_want_is_there(world: PublicWorld) -> None:
    world.store.write([entry("ana", MORNING)], NOW)
    (post,) = world.hand.messages(dn("ana"))
    # Nine and ten o'clock of the 23rd are 32220 and 32280 minutes, 0x7ddc and 0x7e18.
    assert {(f"0x{key.tag or 0:04x}", key.type): values for key, values in post.properties.items()} == {
        ("0x10f2", "Boolean"): ("true",),
        ("0x3ff1", "Integer"): ("1033",),
        ("0x66a1", "Integer"): ("1033",),
        ("0x6841", "Integer"): ("0",),
        ("0x6847", "Integer"): ("223966080",),
        ("0x6848", "Integer"): ("224098560",),
        ("0x6849", "String"): (dn("ana"),),
        ("0x684f", "IntegerArray"): ("32427",),
        ("0x6850", "BinaryArray"): ("3H0Yfg==",),
        ("0x6853", "IntegerArray"): ("32427",),
        ("0x6854", "BinaryArray"): ("3H0Yfg==",),
        ("0x6868", "SystemTime"): ("2026-11-20T12:00:07Z",),
        ("0x6869", "Integer"): ("3",),
    }
    assert post.subject == "USER-/CN=RECIPIENTS/CN=ANA"


def test_nothing_asks_nothing(world: PublicWorld) -> None:
    folder: BusyFolder = world.store
    assert folder.write([], NOW) == []
    assert folder.look([]) == {}
    assert folder.remembered() == {}
    assert world.requests() == {}


def test_the_daily_look_tells_what_is_there(world: PublicWorld) -> None:
    ana, ben, _, dee = map(posted, world.store.write([entry(name) for name in ("ana", "ben", "cem", "dee")], NOW))
    world.pass_time(HOUR)
    world.hand.overwrite(dn("ben"), busy=[NOON])
    world.hand.remove(dn("cem"))
    world.hand.duplicate(dn("dee"))
    world.again()
    world.requests()
    seen_ = world.store.look([dn("Ana"), dn("ben"), dn("cem"), dn("dee")])
    assert world.requests() == {"FindItem": 1}
    assert seen_[dn("Ana")] == ana
    overwritten = posted(seen_[dn("ben")])
    assert overwritten.id == ben.id
    assert overwritten.at > ben.at
    assert seen_[dn("cem")] is None
    # Written to without an id, they become one.
    assert seen_[dn("dee")] == Posted("", "", dee.at, 1)


def test_a_message_that_does_not_say_when_it_was_written_was_not_written_by_us(world: PublicWorld) -> None:
    identifier = world.hand.put(dn("ana"), {})
    found = posted(world.store.look([dn("ana")])[dn("ana")])
    assert found.id == identifier
    assert found.at.year == 1


def test_a_look_at_many_lists_the_folder(world: PublicWorld) -> None:
    names = [f"user{number}" for number in range(60)]
    world.store.write([entry(name) for name in names], NOW)
    world.requests()
    found = world.store.look([dn(name) for name in (*names, "nobody")])
    assert [name for name, one in found.items() if one is None] == [dn("nobody")]
    assert world.requests() == {"FindItem": 1}


def test_the_list_of_a_folder_tells_who_was_written_when(world: PublicWorld) -> None:
    ana, ben = map(posted, world.store.write([entry("ana", MORNING), entry("ben")], NOW))
    world.requests()
    listed = {one.subject: one for one in world.store.messages(NAME)}
    assert {one.subject: (one.id, one.version, one.written) for one in listed.values()} == {
        "USER-/CN=RECIPIENTS/CN=ANA": (ana.id, ana.version, ana.at),
        "USER-/CN=RECIPIENTS/CN=BEN": (ben.id, ben.version, ben.at),
    }
    assert ana.at == NOW
    assert world.requests() == {"FindItem": 1}


def test_a_folder_is_listed_page_by_page() -> None:
    world = public_world(Switches(version="Exchange2010_SP2", find_limit=2))
    world.store.write([entry(name) for name in ("a", "b", "c", "d", "e")], NOW)
    world.requests()
    assert len(world.store.messages(NAME)) == 5
    assert world.requests() == {"FindItem": 3}


def test_one_that_changed_is_one_request(world: PublicWorld) -> None:
    ana, _ = map(posted, world.store.write([entry("ana", MORNING), entry("ben")], NOW))
    world.again()
    world.requests()
    (again,) = world.store.write([entry("ana", MORNING, NOON, posted=ana)], LATER)
    assert world.requests() == {"UpdateItem": 1}
    assert posted(again).id == ana.id
    assert posted(again).version != ana.version
    assert (seen(world, "ana").busy, seen(world, "ana").written) == ((MORNING, NOON), LATER)
    assert seen(world, "ben").written == NOW


def test_many_go_in_few_requests(world: PublicWorld) -> None:
    names = [f"user{number}" for number in range(120)]
    first = world.store.write([entry(name, MORNING) for name in names], NOW)
    assert world.requests() == {"GetFolder": 1, "FindFolder": 3, "FindItem": 1, "CreateItem": 3}
    again = world.store.write(
        [entry(name, NOON, posted=posted(one)) for name, one in zip(names, first, strict=True)], LATER
    )
    assert world.requests() == {"UpdateItem": 3}
    assert [posted(one).id for one in again] == [posted(one).id for one in first]
    assert all(seen(world, name).busy == (NOON,) for name in names)


def test_a_pair_that_became_empty_is_deleted(world: PublicWorld) -> None:
    (ana,) = map(posted, world.store.write([entry("ana", MORNING, tentative=(NOON,), away=(NOON,))], NOW))
    world.store.write([entry("ana", posted=ana)], LATER)
    (post,) = world.hand.messages(dn("ana"))
    assert not {key.tag for key in post.properties} & set(range(0x684F, 0x6857))
    found = seen(world, "ana")
    assert (found.busy, found.tentative, found.away, found.merged) == ((), (), (), ())


def test_a_new_month_moves_the_range(world: PublicWorld) -> None:
    over = (datetime(2026, 11, 30, 22, tzinfo=UTC), datetime(2026, 12, 1, 2, tzinfo=UTC))
    (ana,) = map(posted, world.store.write([entry("ana", MORNING, over)], NOW))
    assert seen(world, "ana").busy == (MORNING, over)
    december = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)
    moved = replace(entry("ana", MORNING, over, posted=ana), start=datetime(2026, 12, 1, tzinfo=UTC))
    world.store.write([moved], december)
    found = seen(world, "ana")
    assert (found.start, found.end) == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))
    assert found.busy == ((datetime(2026, 12, 1, tzinfo=UTC), over[1]),)


@pytest.mark.parametrize("style", ["month_length", "last_minute"])
def test_what_somebody_else_wrote_is_overwritten(world: PublicWorld, style: str) -> None:
    (ana,) = map(posted, world.store.write([entry("ana", MORNING)], NOW))
    world.pass_time(HOUR)
    world.hand.overwrite(dn("ana"), busy=[NOON], tentative=[NOON], away=[NOON], months=2, style=style, every_month=True)
    (listed,) = world.store.messages(NAME)
    assert listed.id == ana.id
    assert listed.written not in (None, ana.at)
    (again,) = map(posted, world.store.write([entry("ana", MORNING, posted=ana)], LATER))
    assert again.id == ana.id
    found = seen(world, "ana")
    assert (found.busy, found.tentative, found.away, found.merged) == ((MORNING,), (), (), (MORNING,))
    assert (found.end, found.written) == (datetime(2027, 2, 1, tzinfo=UTC), LATER)


def test_a_write_between_two_of_ours_changes_nothing(world: PublicWorld) -> None:
    (ana,) = map(posted, world.store.write([entry("ana", MORNING)], NOW))
    world.plant("conflict", "UpdateItem")
    world.store.write([entry("ana", NOON, posted=ana)], LATER)
    assert (seen(world, "ana").busy, seen(world, "ana").written) == ((NOON,), LATER)


def test_a_message_that_was_there_before_is_taken_over(world: PublicWorld) -> None:
    identifier = world.hand.overwrite(dn("ana"), busy=[NOON], by="outlook")
    (ana,) = map(posted, world.store.write([entry("ana", MORNING)], NOW))
    assert ana.id == identifier
    assert seen(world, "ana").busy == (MORNING,)
    assert "CreateItem" not in world.requests()


def test_a_message_that_was_deleted_is_made_again(world: PublicWorld) -> None:
    ana, ben = map(posted, world.store.write([entry("ana", MORNING), entry("ben")], NOW))
    world.hand.remove(dn("ana"))
    world.requests()
    answers = world.store.write([entry("ana", MORNING, posted=ana), entry("ben", NOON, posted=ben)], LATER)
    assert posted(answers[0]).id != ana.id
    assert posted(answers[1]).id == ben.id
    assert seen(world, "ana").busy == (MORNING,)
    assert world.requests() == {"UpdateItem": 1, "FindItem": 1, "CreateItem": 1}


def test_a_message_that_was_replaced_is_found_by_its_subject(world: PublicWorld) -> None:
    (ana,) = map(posted, world.store.write([entry("ana", MORNING)], NOW))
    other = world.hand.overwrite(dn("ana"), busy=[NOON], new_item=True)
    (again,) = map(posted, world.store.write([entry("ana", MORNING, posted=ana)], LATER))
    assert again.id == other
    assert seen(world, "ana").busy == (MORNING,)


def test_a_version_that_is_none_is_looked_up(world: PublicWorld) -> None:
    (ana,) = map(posted, world.store.write([entry("ana", MORNING)], NOW))
    (again,) = world.store.write([entry("ana", NOON, posted=replace(ana, version="no key"))], LATER)
    assert posted(again).id == ana.id
    assert seen(world, "ana").busy == (NOON,)


def test_of_several_messages_the_newest_is_written_and_the_others_go(world: PublicWorld) -> None:
    older = world.hand.overwrite(dn("ana"), busy=[NOON])
    world.store.write([entry("ben")], NOW)
    twin = world.hand.duplicate(dn("ana"))
    third = world.hand.duplicate(dn("ana"))
    newest = world.store.write([entry("ana", MORNING)], NOW + HOUR)[0]
    assert posted(newest).others == 2
    assert posted(newest).id in (older, twin, third)
    assert seen(world, "ana").busy == (MORNING,)
    assert len(world.hand.posts(GROUP)) == 2


def test_the_newest_is_the_one_whose_range_was_written_last(world: PublicWorld) -> None:
    (first,) = map(posted, world.store.write([entry("ana", MORNING)], NOW))
    second = world.hand.duplicate(dn("ana"))
    world.store.write([entry("ana", MORNING, posted=first)], LATER)
    found = world.store.find(NAME, ["USER-/CN=RECIPIENTS/CN=ANA"])
    assert [one.id for one in found["USER-/CN=RECIPIENTS/CN=ANA"]] == [first.id, second]


@pytest.mark.parametrize("kind", ["access_denied", "busy_fault", "unavailable"])
def test_others_that_cannot_be_deleted_are_met_again(world: PublicWorld, kind: str) -> None:
    world.hand.overwrite(dn("ana"), busy=[NOON])
    world.hand.duplicate(dn("ana"))
    world.plant(kind, "DeleteItem")
    (ana,) = map(posted, world.store.write([entry("ana", MORNING)], NOW))
    assert ana.others == 1
    assert len(world.hand.messages(dn("ana"))) == 2
    assert world.store.look([dn("ana")]) == {dn("ana"): Posted("", "", NOW, 1)}
    (ana,) = map(posted, world.store.write([entry("ana", NOON)], LATER))
    assert seen(world, "ana").busy == (NOON,)


def test_a_message_made_twice_is_one_again_after_the_next_look(world: PublicWorld) -> None:
    world.plant("duplicate", "CreateItem")
    world.store.write([entry("ana", MORNING)], NOW)
    assert len(world.hand.messages(dn("ana"))) == 2
    (ana,) = map(posted, world.store.write([entry("ana", MORNING)], LATER))
    assert ana.others == 1
    assert (seen(world, "ana").busy, seen(world, "ana").written) == ((MORNING,), LATER)


def test_a_folder_is_found_however_it_is_spelled() -> None:
    world = public_world(name=f"EX:{GROUP.lower()}")
    world.store.write([entry("ana", MORNING)], NOW)
    assert len(world.hand.posts(f"EX:{GROUP.lower()}")) == 1


def test_people_of_two_groups_go_to_two_folders(world: PublicWorld) -> None:
    other = "/o=First Organization/ou=Exchange Administrative Group"
    world.hand.add_administrative_group(other)
    world.hand.grant(ACCOUNT, "Owner", other)
    there = notice(dn("ben", other), NOON)
    world.store.write([entry("ana", MORNING), there, entry("cem")], NOW)
    assert [post.subject[-3:] for post in world.hand.posts(GROUP)] == ["ANA", "CEM"]
    assert [post.subject[-3:] for post in world.hand.posts(other)] == ["BEN"]


def test_what_is_remembered_is_not_asked_for_again(world: PublicWorld) -> None:
    identifier = world.store.folder(NAME)
    world.again()
    world.requests()
    assert world.store.folder(NAME) == identifier
    assert world.requests() == {}


def test_a_folder_that_was_made_anew_is_found_anew(world: PublicWorld) -> None:
    (ana,) = map(posted, world.store.write([entry("ana", MORNING)], NOW))
    world.hand.remove_folder(GROUP)
    world.hand.add_administrative_group(GROUP)
    world.hand.grant(ACCOUNT, "Owner", GROUP)
    world.requests()
    (again,) = map(posted, world.store.write([entry("ana", MORNING, posted=ana)], LATER))
    assert again.id != ana.id
    assert seen(world, "ana").busy == (MORNING,)
    assert world.requests() == {"UpdateItem": 1, "FindItem": 2, "FindFolder": 1, "CreateItem": 1}
    assert world.store.messages(NAME)[0].id == again.id
