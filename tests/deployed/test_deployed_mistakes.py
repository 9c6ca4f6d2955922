"""A document with a mistake: its status names field, value and cure, and everybody else goes on."""

from datetime import timedelta
from typing import Any

import pytest

from deployed.company import Company

pytestmark = pytest.mark.needs("firestore", "wheels")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"exchange.url": "x"}, ["exchange.url"]),
        ({"history_days": "many"}, ["history_days", '"many"', "number"]),
        ({"mailbox": 7}, ["mailbox", "7", "text"]),
        ({"mailbx": "hal@a.test"}, ["mailbx", "did you mean `mailbox`?"]),
        ({"domain": None}, ["domain", "missing"]),
        ({"interval": "3s"}, ["interval", '"3s"', "5s"]),
    ],
    ids=["a dot in a name", "a text for a number", "a number for a text", "an unknown field", "no domain", "too often"],
)
def test_a_mistake_is_named_with_its_cure_and_nothing_is_asked(
    office: Company, changes: dict[str, Any], said: list[str]
) -> None:
    office.outlook("hal", "Lunch")
    office.pair("wrong", **{"mailbox": "hal@a.test", "calendar": "hal@g.test", **changes})
    office.pair("ida")
    assert office.written("pairs/wrong").said == {"asked": 0}
    office.follow("pairs/ida")
    status = office.status("wrong")
    assert status["state"] == "failing"
    for word in ["pairs/wrong", *said]:
        assert word in status["sentence"], status["sentence"]
    assert office.status("ida")["state"] == "ok"
    assert office.titles("hal")[1] == []
    office.delete("pairs", "wrong")
    office.written("pairs/wrong")
    assert office.status("wrong") == {}


def test_a_pair_that_was_in_step_says_so_again_once_its_mistake_is_mended(office: Company) -> None:
    office.pair("jan")
    office.follow("pairs/jan")
    for mistake, state in (
        ({"interval": "3s"}, "failing"),
        ({"paused": True}, "paused"),
        ({"enabled": False}, "paused"),
    ):
        office.pair("jan", **mistake)
        office.follow("pairs/jan")
        assert office.status("jan")["state"] == state
        office.pair("jan")
        office.follow("pairs/jan")
        assert office.status("jan")["state"] == "ok"
    office.delete("pairs", "jan")
    office.follow("pairs/jan")
    assert office.status("jan") == {}
    office.pair("jan")
    office.follow("pairs/jan")
    assert office.status("jan")["state"] == "ok"


def test_a_refused_pair_never_stops_the_one_whose_place_it_wants(office: Company) -> None:
    office.pair("mia", interval="10s")
    office.follow("pairs/mia")
    office.pair("mia-again", mailbox="mia@a.test", calendar="mia@g.test", interval="10s")
    office.follow("pairs/mia-again", "domains/a.test")
    office.outlook("mia", "Lunch")
    assert office.task({"pair": "mia-again"}).said == {"outcome": "refused"}
    office.tick()
    assert not [task for task in office.queue.waiting() if '"mia-again"' in task]
    office.queue.deliver(timedelta(seconds=15))
    assert office.titles("mia") == (["Lunch"], ["Lunch"])
    assert (office.status("mia")["state"], office.status("mia-again")["state"]) == ("ok", "failing")


def test_a_second_pair_for_the_same_calendar_is_refused_until_the_first_is_gone(office: Company) -> None:
    office.pair("kim")
    office.follow("pairs/kim")
    office.pair("kim-again", mailbox="kim@a.test", calendar="kim@g.test")
    office.follow("pairs/kim-again")
    assert "is already in pair `kim`" in office.status("kim-again")["sentence"]
    office.delete("pairs", "kim")
    office.follow("pairs/kim")
    assert office.status("kim") == {}
    assert office.status("kim-again")["state"] == "ok"


def test_a_mistake_in_a_domain_is_told_in_the_status_of_its_pairs_and_mended_there(office: Company) -> None:
    office.domain("wrong.test", exchange={"url": "http://mail.a.test/"})
    office.pair("leo", domain="wrong.test")
    office.follow("domains/wrong.test")
    sentence = office.status("leo")["sentence"]
    assert "domains/wrong.test: exchange.url" in sentence
    assert "exchange.secret: missing" in sentence
    office.domain("wrong.test")
    office.follow("domains/wrong.test")
    assert office.status("leo")["state"] == "ok"
