"""What is left of a batch when something in it, or the line it went over, fails."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calpair.errors import (
    AbsentError,
    AccessLostError,
    BackOffError,
    CursorLostError,
    RefusedError,
    SideError,
    SignInError,
    StaleError,
    UnknownOutcomeError,
)
from calpair.exchange import batch
from calpair.exchange.calendar import ExchangeCalendar
from calpair.model.event import Field, Item, Kind
from calpair.model.when import Timed
from calpair.ports import Draft, Edit, Removal, Written
from simulators.exchange.switches import Switches
from unit.exchange.ground import (
    ITEMS,
    LUNCH,
    OK,
    MakeWorld,
    Script,
    World,
    answer,
    draft,
    event_of,
    fault,
    item_of,
    written,
)


def drafts(count: int) -> list[Draft]:
    return [draft(uid=f"u{number}") for number in range(count)]


def made(world: World, count: int = 3) -> list[Item]:
    items = [written(each) for each in world.calendar.create(drafts(count))]
    world.requests()
    return items


def titles(items: Sequence[Item], title: str = "New") -> list[Edit]:
    return [Edit(item, replace(LUNCH, title=title), frozenset({Field.TITLE})) for item in items]


def removals(items: Sequence[Item]) -> list[Removal]:
    return [Removal(item.id, item.version) for item in items]


def kinds(answers: Sequence[object]) -> list[type]:
    return [type(each) for each in answers]


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ErrorIrresolvableConflict", StaleError),
        ("ErrorStaleObject", StaleError),
        ("ErrorServerBusy", BackOffError),
        ("ErrorAccessDenied", RefusedError),
        ("ErrorCalendarInvalidTimeZone", RefusedError),
        ("ErrorInternalServerError", UnknownOutcomeError),
        ("ErrorQuotaExceeded", AccessLostError),
    ],
)
def test_one_failure_leaves_the_others_done_and_known(world: World, code: str, kind: type[SideError], nth: int) -> None:
    items = made(world)
    world.plant("item_error", "UpdateItem", nth=nth, detail=code)
    answers = world.calendar.update(titles(items))
    assert kinds(answers) == ([Written, kind, Written] if nth == 2 else [kind, Written, Written])
    assert [item.subject for item in world.ana.items()].count("New") == 2
    world.plant("item_error", "CreateItem", nth=2, detail=code)
    answers = world.calendar.create([draft(uid=f"v{number}") for number in range(3)])
    assert [type(answers[0]), type(answers[2])] == [Written, Written]
    assert isinstance(answers[1], SideError)
    assert len(world.ana.items()) == 5


def test_one_deletion_that_fails_leaves_the_others_done(world: World) -> None:
    items = made(world)
    world.plant("item_error", "DeleteItem", nth=2, detail="ErrorCannotDeleteObject")
    assert kinds(world.calendar.delete(removals(items))) == [type(None), RefusedError, type(None)]
    assert [item.uid for item in world.ana.items()] == ["u1"]


def test_an_item_the_server_cannot_read_is_broken_and_the_others_are_read(world: World) -> None:
    items = made(world)
    world.plant("item_error", "GetItem", nth=2, detail="ErrorItemCorrupt")
    found = world.calendar.read([item.id for item in items])
    broken = item_of(found[items[1].id])
    assert (broken.kind, broken.trouble) == (Kind.BROKEN, "ErrorItemCorrupt")
    assert event_of(found[items[0].id]) == event_of(found[items[2].id]) == LUNCH


def test_an_item_the_server_is_too_busy_to_read_is_asked_for_again(world: World) -> None:
    items = made(world)
    world.plant("item_error", "GetItem", nth=1, detail="ErrorInternalServerError")
    found = world.calendar.read([item.id for item in items])
    error = found[items[0].id]
    assert isinstance(error, BackOffError)
    assert error.scope == "item"


def test_a_batch_that_stops_leaves_the_rest_to_be_asked_again(world: World) -> None:
    world.plant("batch_stopped", "CreateItem", nth=2)
    assert kinds(world.calendar.create(drafts(3))) == [Written, BackOffError, BackOffError]
    assert len(world.ana.items()) == 1


@pytest.mark.parametrize("fault_kind", ["busy_fault", "busy_answer", "unavailable", "too_many_requests"])
def test_a_busy_server_is_raised_with_its_own_wish_and_asked_once(world: World, fault_kind: str) -> None:
    items = made(world)
    calls: dict[str, Callable[[], object]] = {
        "SyncFolderItems": lambda: world.calendar.changes(""),
        "GetItem": lambda: world.calendar.read([item.id for item in items]),
        "CreateItem": lambda: world.calendar.create(drafts(2)),
        "UpdateItem": lambda: world.calendar.update(titles(items)),
    }
    for operation, call in calls.items():
        world.plant(fault_kind, operation, seconds=42)
        with pytest.raises(BackOffError) as caught:
            call()
        assert caught.value.seconds == 42
        assert caught.value.scope == "server"
        assert world.requests() == {operation: 1}
    assert len(world.ana.items()) == 3


@pytest.mark.parametrize("fault_kind", ["lost_reply", "timeout_before", "torn", "bad_gateway"])
def test_a_write_whose_answer_is_lost_is_unknown_for_every_item_and_not_repeated(world: World, fault_kind: str) -> None:
    items = made(world)
    world.plant(fault_kind, "UpdateItem")
    assert kinds(world.calendar.update(titles(items))) == [UnknownOutcomeError] * 3
    assert world.requests() == {"UpdateItem": 1}
    world.plant(fault_kind, "CreateItem")
    assert kinds(world.calendar.create(drafts(2))) == [UnknownOutcomeError] * 2
    assert world.requests() == {"CreateItem": 1}
    versions = [item.change_key for item in world.ana.items()][:3]
    still = [replace(item, version=version) for item, version in zip(items, versions, strict=True)]
    world.plant(fault_kind, "DeleteItem")
    assert kinds(world.calendar.delete(removals(still))) == [UnknownOutcomeError] * 3
    assert world.requests() == {"GetItem": 1, "DeleteItem": 1}


@pytest.mark.parametrize("fault_kind", ["lost_reply", "timeout_before", "torn", "bad_gateway"])
def test_a_read_whose_answer_is_lost_is_a_back_off(world: World, fault_kind: str) -> None:
    world.plant(fault_kind, "SyncFolderItems")
    with pytest.raises(BackOffError):
        world.calendar.changes("")
    world.plant(fault_kind, "GetItem")
    with pytest.raises(BackOffError):
        world.calendar.read(["AAMk1"])
    assert world.requests() == {"SyncFolderItems": 1, "GetItem": 1}


def test_a_page_cut_in_the_middle_moves_no_cursor(world: World) -> None:
    made(world)
    world.plant("torn", "SyncFolderItems")
    with pytest.raises(BackOffError):
        world.calendar.changes("")
    assert len(world.calendar.changes("").changes) == 3


def test_a_write_whose_look_back_fails_is_done_and_not_seen(world: World) -> None:
    world.plant("busy_fault", "GetItem")
    (answer,) = world.calendar.create(drafts(1))
    assert isinstance(answer, Written)
    assert (answer.item, answer.sure) == (None, False)
    assert answer.id == world.ana.items()[0].id


def test_a_look_back_that_finds_somebody_elses_edit_is_not_sure(scripted: ExchangeCalendar, script: Script) -> None:
    script.say(answer(ITEMS.format(1), ITEMS.format(2), ITEMS.format(3)))
    corrupt = '<m:X ResponseClass="Error"><m:ResponseCode>ErrorItemCorrupt</m:ResponseCode></m:X>'
    content = "<t:Start>2026-11-05T09:00:00Z</t:Start><t:End>2026-11-05T10:00:00Z</t:End>"
    touched = ITEMS.format(1).replace("K1", "K9").replace("</t:CalendarItem>", content + "</t:CalendarItem>")
    script.say(answer(touched, OK.format("<m:Items/>"), corrupt))
    one, two, three = scripted.create(drafts(3))
    assert isinstance(one, Written)
    assert one.item is not None
    assert (one.id, one.item.version, one.sure) == ("A1", "K9", False)
    assert two == Written("A2", None, sure=False)
    assert three == Written("A3", None, sure=False)


def test_a_success_that_names_no_item_is_unknown(scripted: ExchangeCalendar, script: Script) -> None:
    script.say(answer(OK.format(""), OK.format("<m:Items><t:CalendarItem/></m:Items>")))
    assert kinds(scripted.create(drafts(2))) == [UnknownOutcomeError] * 2


def test_an_answer_about_another_number_of_items_is_nobodys(scripted: ExchangeCalendar, script: Script) -> None:
    script.say(answer(ITEMS.format(1)))
    assert kinds(scripted.create(drafts(2))) == [UnknownOutcomeError] * 2
    script.say(answer(ITEMS.format(1)))
    with pytest.raises(BackOffError):
        scripted.read(["A1", "A2"])
    script.say(answer())
    with pytest.raises(BackOffError):
        scripted.changes("")


def test_a_request_the_server_cannot_read_is_halved_until_the_culprit_stands_alone(
    scripted: ExchangeCalendar, script: Script
) -> None:
    for _ in range(2):
        script.say(fault("ErrorSchemaValidation"), 500)
    script.say(answer(ITEMS.format(1)))
    script.say(fault("ErrorSchemaValidation"), 500)
    script.say(answer(ITEMS.format(3), ITEMS.format(4)))
    script.say(answer(OK.format("<m:Items/>"), OK.format("<m:Items/>"), OK.format("<m:Items/>")))
    answers = scripted.create(drafts(4))
    assert kinds(answers) == [Written, RefusedError, Written, Written]
    assert [each.id for each in answers if isinstance(each, Written)] == ["A1", "A3", "A4"]
    sent = [request.body.count(b"<t:UID>") for request in script.asked]
    assert sent == [4, 2, 1, 1, 2, 0]


def test_a_half_that_was_done_is_not_forgotten_when_the_other_finds_the_server_busy(
    scripted: ExchangeCalendar, script: Script
) -> None:
    script.say("", 413)
    script.say(answer(ITEMS.format(1)))
    script.say("", 503)
    script.say(answer(OK.format("<m:Items/>")))
    assert kinds(scripted.create(drafts(2))) == [Written, BackOffError]


def test_an_invalid_request_is_refused_for_all_and_sent_once(world: World) -> None:
    items = made(world)
    world.plant("soap_fault", "UpdateItem", detail="ErrorInvalidRequest")
    assert kinds(world.calendar.update(titles(items))) == [RefusedError] * 3
    assert world.requests() == {"UpdateItem": 1}


def test_what_the_first_batch_did_is_kept_when_the_second_finds_the_server_busy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BATCH", 2)
    world.plant("busy_fault", "CreateItem", nth=2, seconds=9)
    answers = world.calendar.create(drafts(5))
    assert kinds(answers) == [Written, Written, BackOffError, BackOffError, BackOffError]
    assert world.requests() == {"CreateItem": 2, "GetItem": 1}
    assert len(world.ana.items()) == 2


def test_after_a_batch_nobody_knows_about_no_other_is_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "BATCH", 2)
    world.plant("lost_reply", "CreateItem", nth=2)
    answers = world.calendar.create(drafts(5))
    assert kinds(answers) == [Written, Written, UnknownOutcomeError, UnknownOutcomeError, BackOffError]
    assert len(world.ana.items()) == 4


def test_deletions_of_one_sort_are_kept_when_the_other_sort_finds_the_server_busy(world: World) -> None:
    one, two = made(world, 2)
    world.plant("busy_fault", "DeleteItem", nth=2)
    asked = [Removal(one.id, one.version, permanent=True), Removal(two.id, two.version)]
    assert kinds(world.calendar.delete(asked)) == [BackOffError, type(None)]
    world.plant("busy_fault", "DeleteItem")
    with pytest.raises(BackOffError):
        world.calendar.delete(asked[:1])


def test_an_item_that_is_not_found_at_its_deletion_is_not_said_to_be_deleted(world: World) -> None:
    (item,) = made(world, 1)
    world.plant("item_error", "DeleteItem", detail="ErrorItemNotFound")
    assert kinds(world.calendar.delete(removals([item]))) == [AbsentError]


def test_a_look_before_a_deletion_that_fails_deletes_nothing(world: World) -> None:
    items = made(world, 2)
    world.plant("item_error", "GetItem", nth=1, detail="ErrorItemCorrupt")
    assert kinds(world.calendar.delete(removals(items))) == [RefusedError, type(None)]
    assert [item.id for item in world.ana.items()] == [items[0].id]


def test_an_empty_look_before_a_deletion_proves_nothing(scripted: ExchangeCalendar, script: Script) -> None:
    script.say(answer(OK.format("<m:Items/>")))
    assert kinds(scripted.delete([Removal("A1", "K1")])) == [AbsentError]
    script.say(answer(OK.format("")))
    assert isinstance(scripted.read(["A1"])["A1"], AbsentError)


def test_a_read_only_mailbox_is_lost_for_writing_and_its_items_are_refused(world: World) -> None:
    items = made(world, 2)
    world.ana.set_read_only()
    with pytest.raises(AccessLostError, match="ErrorAccessDenied"):
        world.calendar.create([draft(uid="v")])
    assert kinds(world.calendar.update(titles(items))) == [RefusedError] * 2
    assert len(world.calendar.changes("").changes) == 2


def test_a_wrong_password_is_one_request(make_world: MakeWorld) -> None:
    world = make_world(password="wrong")
    with pytest.raises(SignInError):
        world.calendar.changes("")
    assert world.requests() == {"unauthorized": 1}


def test_a_mailbox_that_may_not_be_opened_is_lost(make_world: MakeWorld) -> None:
    world = make_world(Switches(impersonation_denied=("ana@a.test",)))
    with pytest.raises(AccessLostError, match="impersonate"):
        world.calendar.changes("")


def test_after_a_mailbox_moved_the_list_starts_over_and_uids_are_the_same(world: World) -> None:
    cursor = world.calendar.changes("").cursor
    before = made(world, 2)
    world.plant("mailbox_moved", "SyncFolderItems")
    with pytest.raises(CursorLostError):
        world.calendar.changes(cursor)
    ids = [change.id for change in world.calendar.changes("").changes]
    assert not {item.id for item in before} & set(ids)
    assert {item_of(found).uid for found in world.calendar.read(ids).values()} == {"u0", "u1"}
    assert all(isinstance(found, AbsentError) for found in world.calendar.read([item.id for item in before]).values())


def test_an_edit_made_just_before_ours_is_not_written_over(world: World) -> None:
    (item,) = made(world, 1)
    world.plant("conflict", "UpdateItem", detail="Their place")
    assert kinds(world.calendar.update(titles([item]))) == [StaleError]
    assert world.ana.items()[0].location == "Their place"


def test_times_no_server_can_hold_are_refused_alone(world: World) -> None:
    last = datetime(9999, 12, 31, 23, 0, tzinfo=UTC)
    odd = draft(replace(LUNCH, when=Timed(last, last, "Pacific/Auckland")), uid="odd")
    assert kinds(world.calendar.create([draft(uid="u1"), odd])) == [Written, RefusedError]
    assert world.requests() == {"CreateItem": 1, "GetItem": 1}


def test_a_server_that_writes_uids_small_is_read_as_it_writes(make_world: MakeWorld) -> None:
    world = make_world(Switches(uid_case="lower"))
    item = written(world.calendar.create([draft(uid="CalPair-X")])[0])
    assert item.uid == "calpair-x"


@pytest.mark.parametrize("version", ["Exchange2010_SP2", "Exchange2013_SP1", "Exchange2016", "ExchangeSE"])
def test_everything_works_on_every_server_we_speak_to(make_world: MakeWorld, version: str) -> None:
    world = make_world(Switches(version=version))
    try:
        cursor = world.calendar.changes("").cursor
    except BackOffError:
        cursor = world.calendar.changes("").cursor
    (item,) = made(world, 1)
    (item,) = [written(each) for each in world.calendar.update(titles([item]))]
    assert world.calendar.changes(cursor).changes[0].version == item.version
    assert world.calendar.delete(removals([item])) == [None]
