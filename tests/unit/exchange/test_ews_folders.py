"""Paths below the calendar."""

from datetime import UTC, datetime

import pytest

from calpair.errors import AccessLostError, BackOffError
from calpair.exchange.calendar import ExchangeCalendar
from unit.exchange.ground import MakeWorld, Script, draft, written

NINE = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("path", ["Team/Travel", "team/TRAVEL", "/Team/Travel/", "Team / Travel"])
def test_a_path_leads_to_its_folder_with_one_more_request_once(make_world: MakeWorld, path: str) -> None:
    world = make_world(folder=path)
    other = world.ana.add_folder("Travel")
    team = world.ana.add_folder("Team")
    travel = world.ana.add_folder("Travel", team)
    world.ana.create(subject="Not here", start=NINE, end=NINE, folder=other)
    there = world.ana.create(subject="Here", start=NINE, end=NINE, folder=travel)
    assert [change.id for change in world.calendar.changes("").changes] == [there]
    assert world.requests() == {"FindFolder": 1, "SyncFolderItems": 1}
    made = written(world.calendar.create([draft()])[0])
    assert world.requests() == {"CreateItem": 1, "GetItem": 1}
    assert {item.id for item in world.ana.items(travel)} == {there, made.id}
    assert world.ana.items() == ()


@pytest.mark.parametrize("path", ["Travel", "Team/Nowhere", "Team/Travel/More"])
def test_a_path_that_leads_nowhere_is_lost_access_and_named(make_world: MakeWorld, path: str) -> None:
    world = make_world(folder=path)
    world.ana.add_folder("Travel", world.ana.add_folder("Team"))
    with pytest.raises(AccessLostError, match=path):
        world.calendar.changes("")
    assert world.requests() == {"FindFolder": 1}


def test_a_failed_look_for_a_folder_is_repeated(make_world: MakeWorld) -> None:
    world = make_world(folder="Team")
    world.ana.add_folder("Team")
    world.plant("busy_fault", "FindFolder")
    with pytest.raises(BackOffError):
        world.calendar.create([draft()])
    assert written(world.calendar.create([draft()])[0])


def test_a_list_without_folders_has_none(script: Script, scripted: ExchangeCalendar) -> None:
    script.say(
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Body><m:R><m:ResponseMessages>'
        '<m:X ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:RootFolder/></m:X>'
        "</m:ResponseMessages></m:R></s:Body></s:Envelope>"
    )
    calendar = ExchangeCalendar(scripted._connection, "ana@a.test", "Team", zone=lambda: "")
    with pytest.raises(AccessLostError, match="Team"):
        calendar.changes("")
