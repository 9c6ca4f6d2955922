"""GetUserAvailability of the Exchange simulator as Exchange 2007, for mailboxes and for contacts in the public folder.

Sources: messages.xsd of 2007 SP1 (TimeZone is an element of every request); the pages TimeZone (Availability), TimeWindow
(aa580740), MergedFreeBusyIntervalInMinutes (aa580719, for 2007 and 2010), MergedFreeBusy; facts on free/busy 2.7, 4.1, 4.2.
"""

from datetime import timedelta
from typing import Any

import pytest

from simulators.exchange.raw_client import zone
from simulators.exchange.simulator import ExchangeSimulator
from unit.simulators.public_world import GUS, at, client_of, world
from unit.simulators.world_2007 import client_2007, world_2007

ADDRESS = "gus@g.test"
DAY = {"start": "2026-11-20T08:00:00", "end": "2026-11-20T16:00:00"}
BERLIN = "W. Europe Standard Time"
judges = pytest.mark.parametrize("with_schemas", [True, False], ids=["schema", "tables"])


def _world(**switches: Any) -> ExchangeSimulator:
    simulator = world_2007(**switches)
    simulator.directory.add_contact(ADDRESS, GUS)
    simulator.directory.add_address_space("g.test", "PublicFolder")
    simulator.public_folders.overwrite(GUS, busy=[(at(2026, 11, 20, 9), at(2026, 11, 20, 11))])
    hand = simulator.mailbox("bob@a.test")
    hand.create(subject="Lunch", start=at(2026, 11, 20, 12), end=at(2026, 11, 20, 13))
    return simulator


@judges
def test_mailboxes_and_contacts_are_answered_side_by_side(*, with_schemas: bool) -> None:
    """RequestedView: MergedOnly is all a public folder has; FreeBusyResponseArray: in the order asked."""
    client = client_2007(_world(with_schemas=with_schemas))
    reply = client.free_busy("bob@a.test", ADDRESS, "nobody@a.test", **DAY, view="FreeBusyMerged")
    assert reply.codes == ["NoError", "NoError", "ErrorMailRecipientNotFound"]
    assert reply.texts("FreeBusyViewType") == ["FreeBusyMerged", "MergedOnly", "None"]
    assert reply.texts("MergedFreeBusy") == ["00002000", "02200000"]
    assert (reply.texts("BusyType"), reply.texts("StartTime")[0]) == (["Busy"], "2026-11-20T12:00:00")


@pytest.mark.parametrize("view", ["MergedOnly", "FreeBusy", "FreeBusyMerged", "Detailed", "DetailedMerged"])
def test_every_view_is_told_in_its_schema(view: str) -> None:
    """Types.xsd of 2007 SP1, FreeBusyView: the owner sees all of it, and check_answers judges it."""
    reply = client_2007(_world(), "bob@a.test").free_busy("bob@a.test", **DAY, view=view)
    assert (reply.codes, reply.texts("FreeBusyViewType")) == (["NoError"], [view])


@judges
@pytest.mark.parametrize("header", ["", BERLIN])
def test_the_zone_stands_in_the_body(header: str, *, with_schemas: bool) -> None:
    """Messages.xsd, GetUserAvailabilityRequestType: TimeZone is required, whatever TimeZoneContext says."""
    client = client_2007(_world(with_schemas=with_schemas), zone=header)
    assert client.free_busy(ADDRESS, **DAY, zone="").codes == ["ErrorSchemaValidation"]
    assert client.free_busy(ADDRESS, **DAY, zone=zone(-60)).texts("MergedFreeBusy") == ["00220000"]


def test_a_zone_that_turns_its_clocks_is_read() -> None:
    """TimeZone (Availability), StandardTime, DaylightTime: on 20 November Europe's local time is an hour ahead."""
    berlin = zone(-60, "10/5 03:00:00", "3/5 02:00:00")
    assert client_2007(_world()).free_busy(ADDRESS, **DAY, zone=berlin).texts("MergedFreeBusy") == ["00220000"]


@judges
@pytest.mark.parametrize(
    ("minutes", "codes"),
    [
        ("5", ["ErrorInvalidMergedFreeBusyInterval"]),
        ("6", ["NoError"]),
        ("1440", ["NoError"]),
        ("1441", ["ErrorInvalidMergedFreeBusyInterval"]),
    ],
)
def test_intervals_are_six_minutes_to_a_day(minutes: str, codes: list[str], *, with_schemas: bool) -> None:
    """MergedFreeBusyIntervalInMinutes (aa580719): six minutes is the minimum."""
    client = client_2007(_world(with_schemas=with_schemas))
    reply = client.free_busy(ADDRESS, start="2026-11-20T00:00:00", end="2026-11-22T00:00:00", minutes=minutes)
    assert reply.codes == codes


@pytest.mark.parametrize(
    ("version", "switch", "shortest"),
    [("Exchange2010_SP2", 0, 6), ("Exchange2013_SP1", 0, 5), ("Exchange2010_SP2", 5, 5), ("ExchangeSE", 15, 15)],
)
def test_the_shortest_interval_is_that_of_the_versions_page(version: str, switch: int, shortest: int) -> None:
    """Aa580719 says six for 2007 and 2010, the page of later versions five: a switch."""
    client = client_of(world(version=version, availability_minutes=switch))
    answers = {
        minutes: client.free_busy("ana@a.test", **DAY, minutes=str(minutes)).codes
        for minutes in (shortest - 1, shortest)
    }
    assert answers == {shortest - 1: ["ErrorInvalidMergedFreeBusyInterval"], shortest: ["NoError"]}


@pytest.mark.parametrize(("days", "codes"), [(42, ["NoError"]), (43, ["ErrorTimeIntervalTooBig"])])
def test_a_window_is_42_days_at_most(days: int, codes: list[str]) -> None:
    """TimeWindow (aa580740)."""
    end = at(2026, 11, 1) + timedelta(days=days)
    reply = client_2007(_world()).free_busy("bob@a.test", start="2026-11-01T00:00:00", end=f"{end:%Y-%m-%dT00:00:00}")
    assert reply.codes == codes


def test_no_data_is_the_digit_four() -> None:
    """MergedFreeBusy: 4 is no data; WorkingElsewhere is of 2013."""
    simulator = _world()
    simulator.directory.add_contact("eva@g.test", GUS.replace("gus", "eva"))
    assert client_2007(simulator).free_busy("eva@g.test", **DAY).texts("MergedFreeBusy") == ["4" * 8]


def test_without_the_folder_a_contact_has_no_server() -> None:
    """ResponseCode: ErrorPublicFolderServerNotFound, ErrorPublicFolderRequestProcessingFailed, which 2007 has."""
    simulator = _world()
    client = client_2007(simulator)
    simulator.public_folders.set_replica(GUS.partition("/cn=")[0], within_reach=False)
    assert client.free_busy(ADDRESS, **DAY).codes == ["ErrorPublicFolderRequestProcessingFailed"]
    simulator.public_folders.drop_database()
    assert client.free_busy(ADDRESS, **DAY).codes == ["ErrorPublicFolderServerNotFound"]
