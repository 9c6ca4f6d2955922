"""GetServerTimeZones of the Exchange simulator. Source: Microsoft's pages of the operation and of TimeZoneDefinition."""

import pytest

from simulators.exchange.raw_client import RawClient, Reply, judged


@pytest.fixture
def ana() -> RawClient:
    return RawClient(judged())


def _zones(client: RawClient, *ids: str, full: str = "") -> Reply:
    listed = "".join(f"<t:Id>{each}</t:Id>" for each in ids)
    attribute = f" ReturnFullTimeZoneData='{full}'" if full else ""
    inner = f"<m:Ids>{listed}</m:Ids>" if ids else ""
    return client.send(f"<m:GetServerTimeZones{attribute}>{inner}</m:GetServerTimeZones>")


def test_the_server_tells_the_rules_of_its_zones(ana: RawClient) -> None:
    """The operation's example: Eastern time since 2007, with -1 for a last Sunday; the full data is the default."""
    reply = _zones(ana, "eastern standard time", "W. Europe Standard Time")
    assert [each.get("Id") for each in reply.find("//t:TimeZoneDefinition")] == [
        "Eastern Standard Time",
        "W. Europe Standard Time",
    ]
    assert [(each.get("Name"), each.get("Bias")) for each in reply.find("//t:Period")] == [
        ("Standard", "PT5H"),
        ("Daylight", "PT4H"),
        ("Standard", "-PT1H"),
        ("Daylight", "-PT2H"),
    ]
    turnings = zip(*(reply.texts(name) for name in ("TimeOffset", "Month", "Occurrence")), strict=True)
    assert list(turnings) == [("PT2H", "3", "2"), ("PT2H", "11", "1"), ("PT2H", "3", "-1"), ("PT3H", "10", "-1")]


def test_a_zone_without_summer_time_has_one_period(ana: RawClient) -> None:
    reply = _zones(ana, "India Standard Time", full="true")
    assert [(each.get("Name"), each.get("Bias")) for each in reply.find("//t:Period")] == [("Standard", "-PT5H30M")]
    assert reply.texts("To") == [reply.find("//t:Period")[0].get("Id"), "0"]


def test_names_alone_are_told_when_nobody_wants_more_and_all_zones_when_none_is_named(ana: RawClient) -> None:
    """GetServerTimeZones, ReturnFullTimeZoneData and Ids."""
    reply = _zones(ana, full="false")
    assert (len(reply.find("//t:TimeZoneDefinition")) > 100, reply.find("//t:Periods")) == (True, [])


def test_an_unknown_zone_is_refused(ana: RawClient) -> None:
    assert _zones(ana, "Atlantis Standard Time").codes == ["ErrorTimeZone"]


def test_the_service_account_may_ask_for_zones_without_a_mailbox() -> None:
    """Facts 1.2."""
    assert _zones(RawClient(judged(), "svc@a.test"), "UTC").codes == ["NoError"]
