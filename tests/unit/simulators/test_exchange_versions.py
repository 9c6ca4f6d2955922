"""The Exchange simulator is the version it is told to be, and refuses what is newer."""

import pytest

from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator, Switches
from simulators.exchange.raw_client import RawClient, Reply, event, judged, paths, shape

ELSEWHERE = "<t:LegacyFreeBusyStatus>WorkingElsewhere</t:LegacyFreeBusyStatus>"
BUILDS = {
    "Exchange2010_SP2": ("14", "2"),
    "Exchange2013_SP1": ("15", "0"),
    "Exchange2016": ("15", "1"),
    "Exchange2019": ("15", "2"),
    "ExchangeSE": ("15", "2"),
}


@pytest.mark.parametrize("version", BUILDS)
def test_every_answer_tells_the_version(version: str) -> None:
    """Facts 6 item 2."""
    simulator = judged(version=version)
    for reply in (RawClient(simulator, version="Exchange2010_SP2").sync(), RawClient(simulator).send("<m:Nonsense/>")):
        (info,) = reply.find("//t:ServerVersionInfo")
        assert (info.get("MajorVersion"), info.get("MinorVersion")) == BUILDS[version]


@pytest.mark.parametrize(
    ("server", "asked"), [("Exchange2010_SP2", "Exchange2013"), ("Exchange2013_SP1", "Exchange2016")]
)
def test_a_version_newer_than_the_server_is_refused(server: str, asked: str) -> None:
    """Facts 6 item 2."""
    assert RawClient(judged(version=server), version=asked).sync().codes == ["ErrorInvalidServerVersion"]


@pytest.mark.parametrize("asked", ["Exchange2007_SP1", "Exchange2099", ""])
def test_versions_nobody_models_are_refused_and_none_means_the_servers(asked: str) -> None:
    """Facts 1.9: 2010 SP2 is the floor."""
    reply = RawClient(judged(), version=asked).sync()
    assert reply.codes in (["ErrorInvalidServerVersion"], ["ErrorSchemaValidation"]) if asked else ["NoError"]


def _update_with_receipts(client: RawClient) -> Reply:
    made = client.create(event())
    change = f"<t:ItemChange>{made.refs[0].xml}<t:Updates><t:DeleteItemField>{paths('calendar:Location')}"
    return client.send(
        "<m:UpdateItem ConflictResolution='AlwaysOverwrite' SendMeetingInvitationsOrCancellations='SendToNone' "
        f"SuppressReadReceipts='true'><m:ItemChanges>{change}</t:DeleteItemField></t:Updates></t:ItemChange>"
        "</m:ItemChanges></m:UpdateItem>"
    )


@pytest.mark.parametrize("with_schemas", [True, False])
@pytest.mark.parametrize(
    ("asked", "code"), [("Exchange2010_SP2", "ErrorSchemaValidation"), ("Exchange2016", "NoError")]
)
def test_what_2013_brought_is_refused_to_a_request_of_2010(asked: str, code: str, *, with_schemas: bool) -> None:
    """Facts 2.4, 2.11: WorkingElsewhere and TextBody came with 2013, SuppressReadReceipts with 2013 SP1."""
    simulator = judged()
    if not with_schemas:
        simulator.schemas, simulator.switches = None, Switches()
    client = RawClient(simulator, version=asked)
    assert client.create(event(extra=ELSEWHERE)).codes == [code]
    assert client.get(client.create(event()).refs, paths("item:TextBody")).codes == [code]
    assert _update_with_receipts(client).codes == [code]


def test_suppressing_receipts_is_newer_than_2013_itself() -> None:
    """Facts 2.11."""
    assert _update_with_receipts(RawClient(judged(), version="Exchange2013")).codes == ["ErrorSchemaValidation"]


def test_a_field_no_version_knows_is_refused() -> None:
    simulator = judged()
    simulator.schemas, simulator.switches = None, Switches()
    client = RawClient(simulator)
    assert client.sync(fields=paths("calendar:Mood")).codes == ["ErrorInvalidPropertyRequest"]
    mime = shape().replace("</t:BaseShape>", "</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>")
    reply = client.send(f"<m:GetItem>{mime}<m:ItemIds><t:ItemId Id='AAAA'/></m:ItemIds></m:GetItem>")
    assert reply.codes == ["ErrorInvalidOperation"]


def test_an_unknown_server_version_is_a_mistake_of_the_test() -> None:
    with pytest.raises(ValueError, match="Exchange2013_SP1"):
        ExchangeSimulator(clock=ManualClock(), switches=Switches(version="Exchange5.5"))
