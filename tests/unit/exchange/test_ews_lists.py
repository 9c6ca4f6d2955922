"""Change lists as servers really send them."""

import pytest

from calpair.errors import AccessLostError, BackOffError, CursorLostError
from calpair.exchange.calendar import ExchangeCalendar
from calpair.ports import Change
from simulators.exchange.switches import Switches
from unit.exchange.ground import NINE, OK, TEN, MakeWorld, Script, answer, draft, fault, written


def test_a_page_that_says_last_too_early_is_asked_on(make_world: MakeWorld) -> None:
    world = make_world(Switches(early_last=True))
    items = [world.ana.create(subject="x", start=NINE, end=TEN) for _ in range(700)]
    cursor = ""
    while (page := world.calendar.changes(cursor)).more:
        cursor = page.cursor
    for item in items:
        world.ana.delete(item)
    gone: list[Change] = []
    cursor = page.cursor
    while True:
        page = world.calendar.changes(cursor)
        gone += page.changes
        cursor = page.cursor
        if not page.more:
            break
    assert {change.id for change in gone} == set(items)
    assert all(change.gone for change in gone)


def test_a_silent_resync_is_a_list_like_any_other(make_world: MakeWorld) -> None:
    world = make_world(Switches(silent_resync=True))
    item = written(world.calendar.create([draft()])[0])
    page = world.calendar.changes("bm90IG91cnM=")
    assert [change.id for change in page.changes] == [item.id]
    assert not page.whole


def test_a_place_that_does_not_move_is_not_asked_for_ever(scripted: ExchangeCalendar, script: Script) -> None:
    stuck = OK.format(
        "<m:SyncState>s1</m:SyncState><m:IncludesLastItemInRange>false</m:IncludesLastItemInRange><m:Changes/>"
    )
    script.say(answer(stuck))
    script.say(answer(stuck))
    assert scripted.changes("").more
    assert not scripted.changes("s1").more


def test_a_list_without_a_place_is_no_list(scripted: ExchangeCalendar, script: Script) -> None:
    script.say(answer(OK.format("<m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes/>")))
    with pytest.raises(BackOffError):
        scripted.changes("")


def test_a_list_error_without_a_place_is_that_error(scripted: ExchangeCalendar, script: Script) -> None:
    script.say(answer('<m:X ResponseClass="Error"><m:ResponseCode>ErrorInvalidSyncStateData</m:ResponseCode></m:X>'))
    with pytest.raises(CursorLostError):
        scripted.changes("old")


def test_every_sort_of_entry_in_a_list_is_understood_or_passed_over(scripted: ExchangeCalendar, script: Script) -> None:
    def named(number: int) -> str:
        return f'<t:ItemId Id="A{number}" ChangeKey="K{number}"/>'

    entries = (
        f"<t:Create><t:CalendarItem>{named(1)}</t:CalendarItem></t:Create>"
        f"<t:Update><t:AbchPerson>{named(2)}</t:AbchPerson></t:Update>"
        f"<t:Create><t:Network/></t:Create>"
        f"<t:Delete>{named(3)}</t:Delete><t:Delete/>"
        f"<t:ReadFlagChange>{named(4)}<t:IsRead>true</t:IsRead></t:ReadFlagChange><!-- end -->"
    )
    state = "<m:SyncState>s</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>"
    script.say(answer(OK.format(f"{state}<m:Changes>{entries}</m:Changes>")))
    page = scripted.changes("")
    assert [(change.id, change.version, change.gone) for change in page.changes] == [
        ("A1", "K1", False),
        ("A2", "K2", False),
        ("A3", "", True),
    ]
    script.say(answer(OK.format(state)))
    assert scripted.changes("old").changes == ()


@pytest.mark.parametrize("code", ["ErrorItemNotFound", "ErrorNobodyHasEverHeardOf", "ErrorStaleObject"])
def test_a_list_that_is_refused_is_a_folder_we_cannot_use(
    scripted: ExchangeCalendar, script: Script, code: str
) -> None:
    script.say(fault(code), 500)
    with pytest.raises(AccessLostError, match=code):
        scripted.changes("")


def test_a_folder_that_vanished_is_looked_for_again_the_next_time(make_world: MakeWorld) -> None:
    world = make_world(folder="Team")
    world.ana.add_folder("Team")
    world.calendar.changes("")
    world.plant("error_answer", "SyncFolderItems", detail="ErrorSyncFolderNotFound")
    with pytest.raises(AccessLostError):
        world.calendar.changes("")
    world.requests()
    assert world.calendar.changes("").whole
    assert world.requests() == {"FindFolder": 1, "SyncFolderItems": 1}
