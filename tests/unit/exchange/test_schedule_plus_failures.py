"""What an administrator and the next run are told when free/busy cannot be written, and what is written all the same."""

from dataclasses import replace
from typing import Any

import pytest

from calpair.errors import (
    AccessLostError,
    BackOffError,
    RefusedError,
    SideError,
    SignInError,
    UnknownOutcomeError,
)
from calpair.exchange.schedule_plus_writer import PublicFolderStore
from calpair.exchange.server import ExchangeConnection
from calpair.ports import Posted
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.switches import Switches
from unit.exchange.ground import OK, SERVER, Script, answer
from unit.exchange.public_ground import (
    ACCOUNT,
    GROUP,
    HOUR,
    MORNING,
    NAME,
    NOON,
    NOW,
    PublicWorld,
    dn,
    entry,
    notice,
    posted,
    public_world,
)

LATER = NOW + HOUR
OTHER = "/o=First Organization/ou=Other"
OLD = "Exchange2010_SP2"


@pytest.fixture
def world() -> PublicWorld:
    """A friendly server."""
    return public_world()


def error(answer: object) -> SideError:
    """The answer, which must be an error."""
    assert isinstance(answer, SideError), answer
    return answer


@pytest.mark.parametrize("code", ["ErrorCreateItemAccessDenied", "ErrorAccessDenied"])
def test_without_the_right_to_create_the_command_that_gives_it_is_said(code: str) -> None:
    world = public_world(Switches(version=OLD, public_create_code=code))
    world.hand.grant(ACCOUNT, "Reviewer", GROUP)
    told_ = error(world.store.write([entry("ana", MORNING)], NOW)[0])
    assert isinstance(told_, AccessLostError)
    assert told_.code == "ErrorAccessDenied"
    assert (
        rf"Add-PublicFolderClientPermission -Identity '\NON_IPM_SUBTREE\SCHEDULE+ FREE BUSY\EX:{GROUP}' -User 'svc@a.test' "
        "-AccessRights Owner"
    ) in told_.sentence


def test_a_right_that_was_taken_away_is_noticed_by_every_way(world: PublicWorld) -> None:
    (ana,) = map(posted, world.store.write([entry("ana", MORNING)], NOW))
    world.hand.grant(ACCOUNT, "None", GROUP)
    answers = world.store.write([entry("ana", NOON, posted=ana), entry("ben")], LATER)
    assert [error(one).code for one in answers] == ["ErrorAccessDenied"] * 2
    with pytest.raises(AccessLostError, match="AccessRights Owner"):
        world.store.messages(NAME)
    assert error(world.store.look([dn("ana")])[dn("ana")]).code == "ErrorAccessDenied"


def test_a_folder_that_cannot_be_seen_is_named_with_both_reasons(world: PublicWorld) -> None:
    world.hand.grant(ACCOUNT, "None", GROUP)
    told_ = error(world.store.write([entry("ana")], NOW)[0])
    assert told_.code == "NoFreeBusyFolder"
    assert "or the account may not see it" in told_.sentence


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        ("ErrorNoPublicFolderReplicaAvailable", "a replica of the folder: Set-PublicFolder -Identity"),
        ("ErrorNoPublicFolderServerAvailable", "the folder a replica within reach (Set-PublicFolder -Identity"),
    ],
)
def test_a_folder_without_a_replica_says_so_and_others_are_written(code: str, cure: str) -> None:
    world = public_world(Switches(version=OLD, public_replica_code=code))
    world.hand.add_administrative_group(OTHER)
    world.hand.grant(ACCOUNT, "Owner", OTHER)
    entries = [entry("ana", MORNING), notice(dn("ben", OTHER), NOON), entry("cem")]
    first = [posted(one) for one in world.store.write(entries, NOW)]
    world.hand.set_replica(GROUP, within_reach=False)
    known = [replace(one, id=was.id) for one, was in zip(entries, first, strict=True)]
    for again in (entries, known):
        ana, ben, cem = world.store.write(again, LATER)
        assert isinstance(ben, Posted)
        for one in (ana, cem):
            assert error(one).code == code
            assert cure in error(one).sentence


def test_a_group_without_a_folder_is_named_and_others_are_written(world: PublicWorld) -> None:
    ben, ana = world.store.write([notice(dn("ben", OTHER), NOON), entry("ana", MORNING)], NOW)
    assert error(ben).code == "NoFreeBusyFolder"
    assert "create the contact in an administrative group that is there" in error(ben).sentence
    assert isinstance(ana, Posted)


def test_an_account_without_a_home_among_public_folders_is_told_to_get_one(world: PublicWorld) -> None:
    world.hand.set_home(ACCOUNT, has_one=False)
    told_ = error(world.store.write([entry("ana")], NOW)[0])
    assert told_.code == "ErrorNoPublicFolderServerAvailable"
    assert "Set-MailboxDatabase DATABASE -PublicFolderDatabase PUBLIC" in told_.sentence


def test_a_server_without_a_database_of_public_folders_is_told_to_get_one(world: PublicWorld) -> None:
    world.hand.drop_database()
    assert "Set-MailboxDatabase" in error(world.store.write([entry("ana")], NOW)[0]).sentence


@pytest.mark.parametrize("version", ["Exchange2013_SP1", "ExchangeSE"])
def test_a_server_that_has_no_such_store_says_what_to_do_instead(version: str) -> None:
    world = public_world(Switches(version=version))
    with pytest.raises(AccessLostError) as lost:
        world.store.write([entry("ana"), notice(dn("ben", OTHER))], NOW)
    assert lost.value.code == "NoFreeBusyStore"
    assert "2013 and later do not. Set public_folder.enabled to false" in lost.value.sentence


def test_one_that_the_server_refuses_spoils_nothing_for_the_other_forty_nine(world: PublicWorld) -> None:
    names = [f"user{number}" for number in range(50)]
    world.plant("item_error", "CreateItem", nth=20, detail="ErrorInvalidExtendedPropertyValue")
    answers = world.store.write([entry(name, MORNING) for name in names], NOW)
    assert [number for number, one in enumerate(answers) if isinstance(one, SideError)] == [19]
    assert isinstance(answers[19], RefusedError)
    world.plant("item_error", "UpdateItem", nth=20, detail="ErrorItemCorrupt")
    known = [
        entry(name, NOON, posted=one if isinstance(one, Posted) else None)
        for name, one in zip(names, answers, strict=True)
    ]
    again = world.store.write(known, LATER)
    # The twentieth of those that were known, which is the twenty-first of all.
    assert [number for number, one in enumerate(again) if isinstance(one, SideError)] == [20]
    assert len(world.hand.posts(GROUP)) == 50


@pytest.mark.parametrize("bad", ["ana@a.test", "/o=First Organization/ou=Unit", "", "/o=x/cn=a\nb"])
def test_somebody_without_a_legacy_dn_spoils_nothing_for_the_others(world: PublicWorld, bad: str) -> None:
    ana, wrong, ben = world.store.write([entry("ana"), notice(bad, MORNING), entry("ben")], NOW)
    assert isinstance(ana, Posted)
    assert isinstance(ben, Posted)
    assert isinstance(wrong, RefusedError)
    assert wrong.code == "legacyExchangeDN"
    assert "copy it from Exchange" in wrong.sentence


def test_a_look_says_of_each_what_is_wrong(world: PublicWorld) -> None:
    (ana,) = map(posted, world.store.write([entry("ana")], NOW))
    found = world.store.look(["nobody", dn("ben", OTHER), dn("ana")])
    assert [error(found[name]).code for name in ("nobody", dn("ben", OTHER))] == [
        "legacyExchangeDN",
        "NoFreeBusyFolder",
    ]
    assert found[dn("ana")] == ana
    world.plant("busy_fault", "FindItem")
    with pytest.raises(BackOffError):
        world.store.look([dn("ana")])


@pytest.mark.parametrize("wrong", [{"months": 0}, {"months": 37}, {"start": NOW}])
def test_a_range_that_is_none_spoils_nothing_for_the_others(world: PublicWorld, wrong: dict[str, Any]) -> None:
    ana, ben = world.store.write([replace(entry("ana"), **wrong), entry("ben")], NOW)
    assert isinstance(ana, RefusedError)
    assert isinstance(ben, Posted)


def test_two_people_with_one_legacy_dn_are_not_made_one(world: PublicWorld) -> None:
    first, second = world.store.write([entry("ana", MORNING), notice(dn("ANA"), NOON)], NOW)
    assert isinstance(first, Posted)
    assert "whose message it would overwrite" in error(second).sentence
    found = world.hand.read(dn("ana"))
    assert found is not None
    assert found.busy == (MORNING,)


@pytest.mark.parametrize("kind", ["busy_fault", "busy_answer", "unavailable", "too_many_requests"])
def test_a_busy_server_is_left_alone_before_anything_is_done(world: PublicWorld, kind: str) -> None:
    world.plant(kind, seconds=30)
    with pytest.raises(BackOffError) as wait:
        world.store.write([entry("ana")], NOW)
    assert wait.value.seconds == 30
    assert sum(world.requests().values()) == 1


def test_a_server_that_gets_busy_is_left_alone_and_what_was_done_is_told(world: PublicWorld) -> None:
    names = [f"user{number}" for number in range(120)]
    world.plant("busy_fault", "CreateItem", nth=2, seconds=30)
    answers = world.store.write([entry(name, MORNING) for name in names], NOW)
    assert [isinstance(one, Posted) for one in answers] == [True] * 50 + [False] * 70
    assert all(isinstance(one, BackOffError) for one in answers[50:])
    assert world.requests()["CreateItem"] == 2
    known = [
        entry(name, MORNING, posted=one if isinstance(one, Posted) else None)
        for name, one in zip(names, answers, strict=True)
    ]
    assert all(isinstance(one, Posted) for one in world.store.write(known, LATER))
    assert len(world.hand.posts(GROUP)) == 120


def test_a_server_that_gets_busy_between_two_folders_loses_nothing(world: PublicWorld) -> None:
    world.hand.add_administrative_group(OTHER)
    world.hand.grant(ACCOUNT, "Owner", OTHER)
    world.plant("busy_fault", "FindItem", nth=2)
    ana, ben = world.store.write([entry("ana"), notice(dn("ben", OTHER))], NOW)
    assert isinstance(ana, Posted)
    assert isinstance(ben, BackOffError)


def test_a_busy_server_during_a_look_for_lost_messages_leaves_the_rest_for_later(world: PublicWorld) -> None:
    ana, ben = map(posted, world.store.write([entry("ana"), entry("ben")], NOW))
    world.hand.remove(dn("ana"))
    world.plant("busy_fault", "FindItem")
    answers = world.store.write([entry("ana", posted=ana), entry("ben", NOON, posted=ben)], LATER)
    assert isinstance(answers[0], BackOffError)
    assert isinstance(answers[1], Posted)


def test_a_folder_that_was_removed_is_what_is_wrong_with_its_messages(world: PublicWorld) -> None:
    (ana,) = map(posted, world.store.write([entry("ana")], NOW))
    world.hand.remove_folder(GROUP)
    assert error(world.store.write([entry("ana", posted=ana)], LATER)[0]).code == "NoFreeBusyFolder"
    with pytest.raises(AccessLostError, match="or the account may not see it"):
        world.store.messages(NAME)


def test_a_folder_whose_remembered_id_leads_to_nothing_says_why(world: PublicWorld) -> None:
    world.store.folder(NAME)
    world.hand.remove_folder(GROUP)
    with pytest.raises(AccessLostError, match="or the account may not see it"):
        world.store.messages(NAME)


def test_a_folder_that_vanishes_before_the_write_is_looked_for_the_next_time(world: PublicWorld) -> None:
    world.plant("item_error", "CreateItem", detail="ErrorSavedItemFolderNotFound")
    assert error(world.store.write([entry("ana")], NOW)[0]).code == "NoFreeBusyFolder"
    assert isinstance(world.store.write([entry("ana")], NOW)[0], Posted)


def test_what_a_second_look_at_a_folder_meets_is_said(world: PublicWorld) -> None:
    world.store.folder(NAME)
    world.plant("error_answer", "FindItem", detail="ErrorFolderNotFound")
    world.plant("access_denied", "FindItem", nth=2)
    with pytest.raises(AccessLostError, match="AccessRights Owner"):
        world.store.messages(NAME)


def test_a_message_that_could_not_be_written_costs_its_twin_nothing(world: PublicWorld) -> None:
    world.hand.overwrite(dn("ana"), busy=[NOON])
    world.hand.duplicate(dn("ana"))
    world.plant("item_error", "UpdateItem", detail="ErrorItemCorrupt")
    assert isinstance(world.store.write([entry("ana", MORNING)], NOW)[0], RefusedError)
    assert len(world.hand.messages(dn("ana"))) == 2


def test_an_answer_that_names_no_message_is_none(script: Script) -> None:
    script.say(answer(OK.format("<m:Items/>")))
    connection = ExchangeConnection(SERVER, lambda: "secret", ManualClock().now, SimulatorAdapter(script))
    known = replace(entry("ana"), id="A")
    (lost,) = PublicFolderStore(connection, {NAME: "F"}).write([known], NOW)
    assert isinstance(lost, UnknownOutcomeError)


@pytest.mark.parametrize("kind", ["lost_reply", "torn"])
def test_an_answer_that_is_lost_makes_no_second_message(world: PublicWorld, kind: str) -> None:
    world.plant(kind, "CreateItem")
    (lost,) = world.store.write([entry("ana", MORNING)], NOW)
    assert isinstance(lost, UnknownOutcomeError)
    (ana,) = map(posted, world.store.write([entry("ana", NOON)], LATER))
    assert [post.id for post in world.hand.messages(dn("ana"))] == [ana.id]


def test_a_message_that_was_stored_too_late_is_written_and_its_twin_goes(world: PublicWorld) -> None:
    world.plant("late_effect", "CreateItem", seconds=60)
    (lost,) = world.store.write([entry("ana", MORNING)], NOW)
    assert isinstance(lost, UnknownOutcomeError)
    world.store.write([entry("ana", NOON)], LATER)
    world.pass_time(2 * HOUR)
    listed = world.store.messages(NAME)
    assert len(listed) == 2
    (ana,) = map(posted, world.store.write([entry("ana", NOON)], LATER + HOUR))
    assert ana.others == 1
    assert [post.id for post in world.hand.messages(dn("ana"))] == [ana.id]


def test_a_refused_password_is_tried_once() -> None:
    world = public_world(username="svc@a.test")
    world.plant("unauthorized")
    with pytest.raises(SignInError):
        world.store.write([entry("ana"), notice(dn("ben", OTHER))], NOW)
    assert sum(world.simulator.record.requests.values()) == 1


def test_a_list_that_breaks_off_is_no_list(world: PublicWorld) -> None:
    world.store.write([entry("ana")], NOW)
    world.plant("torn", "FindItem")
    with pytest.raises(BackOffError):
        world.store.messages(NAME)


def test_nothing_that_is_told_quotes_the_server(world: PublicWorld) -> None:
    world.plant("error_answer", "FindItem", detail="ErrorInternalServerError")
    with pytest.raises(SideError) as wrong:
        world.store.messages(NAME)
    assert "planted" not in str(wrong.value)
