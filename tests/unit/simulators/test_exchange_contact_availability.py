"""GetUserAvailability of the Exchange simulator about contacts, whose free/busy is in a public folder.

Sources: RequestedView and FreeBusyViewType (MergedOnly is all a public folder has); MergedFreeBusy; ResponseCode;
Add-AvailabilityAddressSpace; the connectors' SyncServiceGuide and issue 68 there: no address space, nothing shown.
"""

from datetime import UTC, datetime, timedelta

import pytest

from simulators.exchange.directory import split
from simulators.exchange.items import PropertyKey
from simulators.exchange.raw_client import RawClient, zone
from simulators.exchange.simulator import ExchangeSimulator
from simulators.record import Fault
from unit.simulators.public_world import GROUP, GUS, SUBJECT, at, client_of, world

ADDRESS = "gus@g.test"
DAY = {"start": "2026-11-20T08:00:00", "end": "2026-11-20T16:00:00"}
NINE_TO_ELEVEN = (at(2026, 11, 20, 9), at(2026, 11, 20, 11))


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return _world()


def _world(**switches: str) -> ExchangeSimulator:
    simulator = world(**switches)
    simulator.directory.add_contact("Gus@g.test", GUS)
    simulator.directory.add_address_space("G.test", "PublicFolder")
    return simulator


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return client_of(simulator)


@pytest.mark.parametrize("view", ["MergedOnly", "FreeBusy", "FreeBusyMerged", "Detailed", "DetailedMerged"])
def test_a_contact_has_a_merged_stream_whatever_was_asked_for(
    simulator: ExchangeSimulator, client: RawClient, view: str
) -> None:
    """RequestedView: "MergedOnly is the only available information"."""
    simulator.public_folders.overwrite(
        GUS,
        busy=[NINE_TO_ELEVEN],
        tentative=[(at(2026, 11, 20, 10, 30), at(2026, 11, 20, 12, 30))],
        away=[(at(2026, 11, 20, 14), at(2026, 11, 20, 15))],
    )
    reply = client.free_busy("GUS@g.test", **DAY, view=view)
    assert (reply.codes, reply.texts("FreeBusyViewType")) == (["NoError"], ["MergedOnly"])
    assert reply.texts("MergedFreeBusy") == ["02211030"]
    assert reply.find("//t:CalendarEventArray") == reply.find("//t:WorkingHours") == []


def test_the_stream_is_of_the_requests_window_in_its_zone(simulator: ExchangeSimulator, client: RawClient) -> None:
    """TimeWindow and TimeZone: here local time is an hour ahead."""
    simulator.public_folders.overwrite(GUS, busy=[NINE_TO_ELEVEN])
    assert client.free_busy(ADDRESS, **DAY, zone=zone(-60)).texts("MergedFreeBusy") == ["00220000"]
    assert client.free_busy(ADDRESS, **DAY, minutes="90").texts("MergedFreeBusy") == ["220000"]


def test_where_the_published_range_does_not_reach_there_is_no_data(
    simulator: ExchangeSimulator, client: RawClient
) -> None:
    """MS-OXOPFFB 1.6: the message speaks of its range; MergedFreeBusy: 4 is no data."""
    simulator.public_folders.overwrite(GUS, months=1)
    reply = client.free_busy(ADDRESS, start="2026-11-30T22:00:00", end="2026-12-01T02:00:00")
    assert reply.texts("MergedFreeBusy") == ["0044"]


@pytest.mark.parametrize(
    ("rule", "codes", "streams"),
    [("no_data", ["NoError"], ["44444444"]), ("refused", ["ErrorPublicFolderRequestProcessingFailed"], [])],
)
def test_a_contact_nobody_published_has_no_data(rule: str, codes: list[str], streams: list[str]) -> None:
    """OWA's freebusy command answers 4 for whom it knows nothing of; ResponseCode has a code for failures: a switch."""
    reply = client_of(_world(public_free_busy_missing=rule)).free_busy(ADDRESS, **DAY)
    assert (reply.codes, reply.texts("MergedFreeBusy")) == (codes, streams)


def test_each_lack_has_a_code_of_its_own(simulator: ExchangeSimulator, client: RawClient) -> None:
    """ResponseCode: the codes of GetUserAvailability; issue 68 of the connectors."""
    simulator.directory.add_contact("eva@other.test", f"{GROUP}/cn=Recipients/cn=eva")
    simulator.directory.add_contact("far@g.test", "/o=First Organization/ou=Elsewhere/cn=Recipients/cn=far")
    reply = client.free_busy("nobody@g.test", "eva@other.test", "far@g.test", ADDRESS, **DAY)
    assert reply.codes == [
        "ErrorMailRecipientNotFound",
        "ErrorAddressSpaceNotFound",
        "ErrorPublicFolderServerNotFound",
        "NoError",
    ]
    assert reply.texts("FreeBusyViewType") == ["None", "None", "None", "MergedOnly"]


def test_without_the_store_no_server_is_found(simulator: ExchangeSimulator, client: RawClient) -> None:
    """ResponseCode: ErrorPublicFolderServerNotFound; a replica out of reach: ErrorPublicFolderRequestProcessingFailed."""
    simulator.public_folders.set_replica(GROUP, within_reach=False)
    assert client.free_busy(ADDRESS, **DAY).codes == ["ErrorPublicFolderRequestProcessingFailed"]
    simulator.public_folders.set_replica(GROUP, within_reach=True)
    simulator.public_folders.drop_database()
    assert client.free_busy(ADDRESS, **DAY).codes == ["ErrorPublicFolderServerNotFound"]


def test_from_2013_on_public_folders_are_not_asked(simulator: ExchangeSimulator) -> None:
    """MS-OXOPFFB 1.6; there is no free/busy folder to ask."""
    simulator.public_folders.overwrite(GUS)
    simulator.switches = _world(version="Exchange2016").switches
    assert client_of(simulator).free_busy(ADDRESS, **DAY).codes == ["ErrorPublicFolderServerNotFound"]


def test_a_message_that_cannot_be_read_is_an_error(simulator: ExchangeSimulator, client: RawClient) -> None:
    """ResponseCode: ErrorPublicFolderRequestProcessingFailed."""
    simulator.public_folders.put(GUS, {PropertyKey(tag=0x6853, type="IntegerArray"): ("32427",)})
    assert client.free_busy(ADDRESS, **DAY).codes == ["ErrorPublicFolderRequestProcessingFailed"]


def test_other_ways_to_ask_are_refused(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Add-AvailabilityAddressSpace: OrgWideFB asks another server, which is not modelled."""
    simulator.directory.add_address_space("g.test", "OrgWideFB")
    assert client.free_busy(ADDRESS, **DAY).codes == ["ErrorInvalidOperation"]
    simulator.directory.remove_address_space("G.test")
    assert client.free_busy(ADDRESS, **DAY).codes == ["ErrorAddressSpaceNotFound"]
    simulator.directory.remove_contact(ADDRESS)
    assert client.free_busy(ADDRESS, **DAY).codes == ["ErrorMailRecipientNotFound"]
    with pytest.raises(ValueError, match="access method"):
        simulator.directory.add_address_space("g.test", "Magic")


def test_a_mailbox_goes_before_a_contact(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Issue 44 of the connectors: somebody who has a mailbox as well is asked for there."""
    simulator.directory.add_contact("bob@a.test", GUS)
    simulator.directory.add_address_space("a.test")
    simulator.public_folders.overwrite(GUS, busy=[NINE_TO_ELEVEN])
    assert client.free_busy("bob@a.test", **DAY).texts("MergedFreeBusy") == ["0" * 8]


def test_a_contact_may_fail_among_others(simulator: ExchangeSimulator, client: RawClient) -> None:
    """One response for each mailbox, in the order asked."""
    simulator.public_folders.overwrite(GUS)
    simulator.record.plant(Fault("item_error", "GetUserAvailability", nth=2, detail="ErrorServerBusy"))
    reply = client.free_busy("bob@a.test", ADDRESS, ADDRESS, **DAY)
    assert reply.codes == ["NoError", "ErrorServerBusy", "NoError"]


@pytest.mark.parametrize(
    ("legacy_dn", "group", "subject"),
    [
        (GUS, f"EX:{GROUP}", SUBJECT),
        ("/o=Org/ou=Unit/CN=Recipients/cn=guser", "EX:/o=Org/ou=Unit", "USER-/CN=RECIPIENTS/CN=GUSER"),
        ("/o=Org/ou=Unit/cn=a/cn=b/cn=Michael, Wise", "EX:/o=Org/ou=Unit", "USER-/CN=A/CN=B/CN=MICHAEL, WISE"),
    ],
)
def test_a_dn_tells_the_folder_and_the_subject(legacy_dn: str, group: str, subject: str) -> None:
    """MS-OXOPFFB; the connectors' fix e382635: every CN, in upper case; the folder up to the first one, in any case."""
    assert split(legacy_dn) == (group, subject)


@pytest.mark.parametrize("legacy_dn", ["", "gus", "/o=Org/ou=Unit", "/ou=Unit/cn=gus"])
def test_what_is_no_persons_dn_is_a_mistake_of_the_test(simulator: ExchangeSimulator, legacy_dn: str) -> None:
    with pytest.raises(ValueError, match="legacyExchangeDN"):
        simulator.directory.add_contact(ADDRESS, legacy_dn)


def test_others_write_the_message_anew(simulator: ExchangeSimulator) -> None:
    """Technet aa997491: Outlook replaces the whole message, with a range that begins with this month."""
    public = simulator.public_folders
    assert (public.read(GUS), public.messages(GUS)) == (None, ())
    first = public.overwrite(GUS, busy=[NINE_TO_ELEVEN], months=2)
    (one,) = public.messages(GUS)
    assert (one.id, one.subject, one.creator, one.values(0x6849, "String")) == (first, SUBJECT, "outlook", (GUS,))
    again = public.overwrite(GUS, tentative=[NINE_TO_ELEVEN], by="bob@a.test")
    (two,) = public.messages(GUS)
    assert (again, two.change_key == one.change_key, two.modifier) == (first, False, "bob@a.test")
    found = public.read(GUS)
    assert found is not None
    assert (found.start, found.end, found.busy, found.tentative) == (
        at(2026, 11, 1),
        at(2027, 2, 1),
        (),
        (NINE_TO_ELEVEN,),
    )
    assert found.written is not None
    assert abs(found.written - datetime(2026, 11, 2, 8, tzinfo=UTC)) < timedelta(minutes=1)
    assert found.faults == ()


def test_others_may_delete_double_and_replace_the_message(simulator: ExchangeSimulator) -> None:
    public = simulator.public_folders
    first = public.overwrite(GUS, busy=[NINE_TO_ELEVEN], style="last_minute", every_month=True)
    assert public.overwrite(GUS, new_item=True) != first
    twin = public.duplicate(GUS)
    assert [post.id for post in public.messages(GUS)][1:] == [twin]
    odd = public.put(GUS, {}, subject="USER-/CN=GUS", by="old tool")
    assert [post.id for post in public.posts(GROUP)][2:] == [odd]
    public.remove(GUS)
    assert [post.id for post in public.posts(GROUP)] == [odd]
