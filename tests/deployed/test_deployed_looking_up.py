"""The look-ups as they are deployed: who is busy on either side, for whoever proves to be let ask, in their own words."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from deployed.company import LOOK_UP_NAME, LOOK_UP_PASSWORD, Company
from deployed.environment import LOOK_UP
from deployed.function import Answer, Function
from unit.exchange.availability_ground import mailbox, options, request, told

pytestmark = pytest.mark.needs("firestore", "wheels")

EWS, AUTODISCOVER = "/EWS/Exchange.asmx", "/autodiscover/autodiscover.xml"
DISCOVER = (
    '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>'
    "<EMailAddress>vera@g.test</EMailAddress><AcceptableResponseSchema>"
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
    "</AcceptableResponseSchema></Request></Autodiscover>"
)


def day_of(days: int) -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)


def posted(function: Function, path: str, body: bytes, password: str = LOOK_UP_PASSWORD) -> Answer:
    proof = base64.b64encode(f"{LOOK_UP_NAME}:{password}".encode()).decode()
    return function.post(path, body, {"Authorization": f"Basic {proof}", "Content-Type": "text/xml; charset=utf-8"})


def question(address: str, day: datetime) -> bytes:
    """EWS GetUserAvailability about somebody's day, in UTC and hour by hour."""
    start, end = (f"{one:%Y-%m-%dT%H:%M:%S}" for one in (day, day + timedelta(days=1)))
    return request(mailbox(address), asked=options(start, end))


def hours(function: Function, address: str, day: datetime) -> str:
    """How a server reads the answer: a digit an hour."""
    answer = posted(function, EWS, question(address, day))
    assert answer.status == 200, answer
    [one] = told(answer.said)
    assert one.code == "NoError"
    assert one.merged is not None
    return one.merged


BUSY_AT_TEN = "0" * 10 + "2" + "0" * 13


def test_a_program_that_the_domain_names_is_told_when_people_are_busy(office: Company) -> None:
    office.domain("looked.test", availability={"callers": [LOOK_UP]})
    office.outlook("tom", "Nobody's business")
    function, day = office.functions["exchange_free_busy"], day_of(3)
    query = {
        "timeMin": day.isoformat(),
        "timeMax": (day + timedelta(days=1)).isoformat(),
        "items": [{"id": "tom@a.test"}, {"id": "tom@elsewhere.test"}],
    }
    answer = function.call(office.queue.token(LOOK_UP, function.url), json.dumps(query).encode())
    assert answer.status == 200, answer
    busy = answer.said["calendars"]["tom@a.test"]["busy"]
    assert [datetime.fromisoformat(one[name]) for one in busy for name in ("start", "end")] == [
        day + timedelta(hours=10),
        day + timedelta(hours=11),
    ]
    assert answer.said["calendars"]["tom@elsewhere.test"]["errors"]
    assert "business" not in json.dumps(answer.said)


def test_exchange_finds_its_way_and_is_told_when_google_users_are_busy(office: Company) -> None:
    office.web("vera", "Nobody's business", days=3)
    function, day = office.functions["google_free_busy"], day_of(3)
    found = posted(function, AUTODISCOVER, DISCOVER.encode())
    assert found.status == 200, found
    told_there = [one.text for one in etree.fromstring(found.said).iter("{*}ASUrl")]
    assert set(told_there) == {function.url + EWS}
    assert hours(function, "vera@g.test", day) == BUSY_AT_TEN
    assert hours(function, "vera@g.test", day + timedelta(days=1)) == "0" * 24


def test_a_server_is_told_when_exchange_users_are_busy(office: Company) -> None:
    office.outlook("vera", "Nobody's business", days=5)
    assert hours(office.functions["exchange_free_busy"], "vera@a.test", day_of(5)) == BUSY_AT_TEN


@pytest.mark.parametrize(
    ("row", "path"),
    [("exchange_free_busy", EWS), ("google_free_busy", EWS), ("google_free_busy", AUTODISCOVER)],
    ids=["of Exchange", "of Google", "Autodiscover"],
)
def test_a_wrong_password_opens_no_look_up(office: Company, row: str, path: str) -> None:
    before = office.calls()
    answer = posted(office.functions[row], path, question("vera@a.test", day_of(3)), password="guessed")
    assert (answer.status, answer.headers["WWW-Authenticate"].partition(" ")[0]) == (401, "Basic")
    assert office.calls() == before


def test_the_look_up_of_google_users_has_no_door_for_tokens(office: Company) -> None:
    function = office.functions["google_free_busy"]
    answer = function.call(office.queue.token(LOOK_UP, function.url), b"{}")
    assert (answer.status, answer.said) == (404, {"error": "there is nothing at this address"})
