"""ews-javascript-api, unmodified and in Node, takes the Exchange simulator for an Exchange 2007 that keeps free/busy.

`ews_2007.js` asks as a client of Exchange2007_SP1 and prints what it understood. Expectations are by hand.
"""

from typing import Any

import pytest

from simulators.exchange.simulator import ExchangeSimulator
from strangers.node import run
from unit.simulators.public_world import GUS, SUBJECT, at
from unit.simulators.world_2007 import world_2007

pytestmark = pytest.mark.needs("node")


def _server() -> ExchangeSimulator:
    simulator = world_2007()
    simulator.directory.add_contact("gus@g.test", GUS)
    simulator.directory.add_address_space("g.test", "PublicFolder")
    simulator.public_folders.overwrite(GUS, busy=[(at(2026, 11, 20, 9), at(2026, 11, 20, 11))])
    simulator.public_folders.overwrite(GUS.replace("gus", "eva"))
    ana = simulator.mailbox("ana@a.test")
    ana.create(subject="Lunch", start=at(2026, 11, 20, 12), end=at(2026, 11, 20, 13))
    return simulator


@pytest.fixture(scope="module")
def told() -> Any:
    return run("ews_2007.js", _server())


def test_it_learns_the_version(told: Any) -> None:
    assert told["info"] == [8, 3, "Exchange2007_SP1"]


def test_asking_for_a_later_version_it_is_refused(told: Any) -> None:
    """Types.xsd of 2007 SP1, ExchangeVersionType."""
    assert told["later"] == ["SoapFaultDetails", "ErrorSchemaValidation"]


def test_without_a_zone_in_the_body_its_question_breaks_the_schema(told: Any) -> None:
    """Messages.xsd of 2007 SP1, GetUserAvailabilityRequestType; the library leaves it out of requests for 2007."""
    assert told["incomplete"] == ["SoapFaultDetails", "ErrorSchemaValidation"]


def test_it_reads_mailboxes_and_contacts(told: Any) -> None:
    """Facts on free/busy 2.7, 4.3: MergedOnly is all a public folder has."""
    own, contact, nobody = told["availability"]
    assert own == {
        "code": "NoError",
        "view": "FreeBusyMerged",
        "merged": "0" * 12 + "2" + "0" * 11,
        "events": [["2026-11-20T12:00:00.000Z", "Busy"]],
    }
    assert contact == {"code": "NoError", "view": "MergedOnly", "merged": "0" * 9 + "22" + "0" * 13, "events": []}
    assert nobody["code"] == "ErrorMailRecipientNotFound"


def test_it_walks_to_the_message_of_a_person_and_reads_it(told: Any) -> None:
    """Facts on free/busy 2.6; a month is sixteen times its year and its number: 2026 * 16 + 11."""
    assert told["messages"] == {"subjects": [SUBJECT], "classes": ["PostItem"], "months": [[32427]]}


def test_calendars_are_not_modelled(told: Any) -> None:
    """README.md of the Exchange simulator."""
    assert told["calendar"] == ["ServiceResponseException", "ErrorInvalidOperation"]
