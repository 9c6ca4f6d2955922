"""What holds at every door of both look-ups: who calls is proven first, little is read, and a no is said in its own form."""

import html
import json
import re
from pathlib import Path

import pytest
from lxml import etree

from calpair.errors import BackOffError
from calpair.log import Discretion
from scenarios.doorways import NAMES, Doorway, House
from scenarios.knocking import ADDON, Heard, Stream, basic
from scenarios.looking import AUDIENCE, PLANNER, WORKSPACE, token
from unit.exchange.availability_ground import fault
from unit.google.cards import conforms, texts
from unit.google.form_pages import read

PROVEN = [name for name in NAMES if name != "connector"]
XMLS = ("ews", "google ews", "autodiscover")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def sentence(doorway: Doorway, heard: Heard) -> str:
    """Why there is no answer, in the form of the door and no other."""
    assert heard.headers["Cache-Control"] == "no-store"
    if doorway.name == "query":
        said = heard.json["error"]["message"]
        assert heard.json["error"]["code"] == heard.status
    elif doorway.name == "connector":
        said = html.unescape(read(heard.body).payload[3])
    elif doorway.name == "addon":
        (said,) = texts(conforms(heard.json))
    elif doorway.name == "autodiscover":
        said = etree.fromstring(heard.body).findtext(".//{*}Message")
    else:
        said = fault(heard.body)[2]
    assert said
    assert said.isprintable()
    return str(said)


def untouched(house: House) -> None:
    """Nobody was asked for anything."""
    assert (house.desk.asked(), house.desk.asked("b.test"), house.google.asked()) == ({}, {}, 0)


def refused_unread(doorway: Doorway, proof: dict[str, str], statuses: tuple[int, ...] = (401,)) -> None:
    """Refused, with a challenge where the proof is not good; and of a body that would blow up nothing was read."""
    bomb = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>" + b"<x>&b;" * 40_000
    for length in (len(bomb), 0):
        body = Stream(bomb)
        heard = doorway.knock(body, proof, length=length)
        assert heard.status in statuses
        assert body.taken == 0
        assert sentence(doorway, heard)
        if heard.status == 401:
            expected = 'Basic realm="calpair", charset="UTF-8"' if doorway.name in XMLS else 'Bearer realm="calpair"'
            assert heard.headers["WWW-Authenticate"] == expected


@pytest.mark.parametrize("name", PROVEN)
def test_without_proof_nothing_is_read(house: House, name: str) -> None:
    doorway = house.doorway(name)
    ours = token() if name != "addon" else token(WORKSPACE, audience=AUDIENCE + ADDON)
    for said in ("", "rubbish", "Bearer ", f"Bearer {ours}x", "Basic !", "Basic Og==", f"Digest {ours}"):
        refused_unread(doorway, {"Authorization": said} if said else {})
    other = f"Bearer {ours}" if name in XMLS else basic("svc-a", "knock-a")
    refused_unread(doorway, {"Authorization": other})
    untouched(house)


@pytest.mark.parametrize("name", XMLS)
def test_another_name_or_password_opens_no_door(house: House, name: str) -> None:
    doorway = house.doorway(name)
    for user, password in (
        ("svc-a", "knock-b"),
        ("svc-b", "knock-a"),
        ("svc-a", ""),
        ("svc-a", "knock-a "),
        ("svc-a", "KNOCK-A"),
        ("svc", "a:knock-a"),
        ("", "knock-a"),
        ("x" * 3000, "knock-a"),
    ):
        refused_unread(doorway, {"Authorization": basic(user, password)})
    assert doorway.knock(proof={"Authorization": basic("SVC-A", "knock-a")}).status == 200


def test_the_add_on_is_called_by_workspace_for_the_add_on_and_by_nobody_else(house: House) -> None:
    doorway = house.doorway("addon")
    refused_unread(doorway, {"Authorization": f"Bearer {token(WORKSPACE)}"})
    refused_unread(doorway, {"Authorization": f"Bearer {token(PLANNER)}"})
    refused_unread(doorway, {"Authorization": f"Bearer {token(PLANNER, audience=AUDIENCE + ADDON)}"}, (403,))
    query = house.doorway("query")
    refused_unread(query, {"Authorization": f"Bearer {token(WORKSPACE, audience=AUDIENCE + ADDON)}"})
    refused_unread(query, {"Authorization": f"Bearer {token(WORKSPACE)}"}, (403,))


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_question_is_answered(house: House, name: str) -> None:
    assert house.doorway(name).knock().status == 200


@pytest.mark.parametrize("name", NAMES)
def test_a_body_that_says_it_is_too_long_is_not_read_and_another_only_to_the_limit(house: House, name: str) -> None:
    doorway = house.doorway(name)
    said = f"at most {doorway.most} bytes are read"
    # To who gets no other than 200 from a door it is said in its own words.
    status = 200 if name in ("connector", "addon") else 413
    for length, taken in ((doorway.most + 1, 0), (0, doorway.most + 1)):
        body = Stream(b" " * (doorway.most * 4))
        heard = doorway.knock(body, length=length)
        assert (heard.status, sentence(doorway, heard), body.taken) == (status, said, taken)
    untouched(house)


@pytest.mark.parametrize("name", NAMES)
def test_a_body_as_long_as_may_be_is_read(house: House, name: str) -> None:
    doorway = house.doorway(name)
    filler = b"&b=" if name == "connector" else b""
    body = doorway.sound + filler + b" " * (doorway.most - len(doorway.sound) - len(filler))
    assert len(body) == doorway.most
    heard, plain = doorway.knock(body), doorway.knock()
    assert (heard.status, heard.body) == (200, plain.body)


@pytest.mark.parametrize("name", NAMES)
def test_a_body_that_breaks_off_is_no_question(house: House, name: str) -> None:
    doorway = house.doorway(name)
    heard = doorway.knock(Stream(doorway.sound), length=len(doorway.sound) + 10)
    assert heard.status == (200 if name in ("connector", "addon") else 400)
    assert sentence(doorway, heard)
    untouched(house)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_post_is_all_that_is_answered_and_only_to_who_is_proven(house: House, name: str, method: str) -> None:
    doorway = house.doorway(name)
    heard = doorway.knock(method=method)
    assert heard.status == (200 if name in ("connector", "addon") else 405)
    assert sentence(doorway, heard) == "POST is the only way to call this"
    if name != "connector":
        assert doorway.knock(proof={}, method=method).status == 401
    untouched(house)


@pytest.mark.parametrize(
    "path",
    [
        "/autodiscover",
        "/autodiscover/autodiscover.svc",
        "/EWS",
        "/EWS/Exchange.asmx/x",
        "/EWS/../EWS/Services.wsdl",
        "/",
        "/connector/a.test",
        "/addon",
        "/x/EWS/Exchange.asmx",
        "/%2e%2e/etc/passwd",
    ],
)
def test_there_is_nothing_at_any_other_address_of_googles_function(house: House, path: str) -> None:
    body = Stream(b"x" * 1000)
    heard = house.google.knock(path, body, house.proof, length=1000)
    assert (heard.status, heard.json, body.taken) == (404, {"error": "there is nothing at this address"}, 0)


@pytest.mark.parametrize(
    "path", ["/autodiscover/autodiscover.xml", "/EWS", "/addon/x", "/connector", "/x", "/freeBusy"]
)
def test_there_is_nothing_at_any_other_address_of_exchanges_function(house: House, path: str) -> None:
    body = Stream(json.dumps({}).encode())
    heard = house.desk.knock(path, body, {"Authorization": f"Bearer {token()}"})
    assert (heard.status, heard.json, body.taken) == (404, {"error": "there is nothing at this address"}, 0)


def test_case_and_a_slash_at_the_end_of_an_address_do_not_matter(house: House) -> None:
    for path in ("/ews/exchange.asmx", "/EWS/EXCHANGE.ASMX/"):
        assert house.desk.knock(path, house.doorway("ews").sound, house.proof).status == 200
        assert house.google.knock(path, house.doorway("ews").sound, house.proof).status == 200
    assert (
        house.google.knock("/Autodiscover/Autodiscover.xml", house.doorway("autodiscover").sound, house.proof).status
        == 200
    )
    assert house.desk.knock("/Connector/A.test", house.doorway("connector").sound).status == 200
    query = house.doorway("query")
    for path in ("/calendar/v3/freeBusy", "/Calendar/v3/FreeBusy/", "/"):
        assert house.desk.knock(path, query.sound, query.proof).body == query.knock().body
    assert house.desk.knock("/AddOn/", house.doorway("addon").sound, house.doorway("addon").proof).status == 200


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "error", [ZeroDivisionError("ana@a.test has a secret lunch"), BackOffError("x", "secret lunch", scope="user")]
)
def test_what_breaks_inside_is_told_and_logged_without_a_word_of_it(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, name: str, error: Exception
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    doorway = house.doorway(name)
    keeping = Discretion()
    caplog.handler.addFilter(keeping)
    monkeypatch.setattr(doorway.desk.parts, "_serves" if name == "autodiscover" else "look", broken)
    heard = doorway.knock()
    caplog.handler.removeFilter(keeping)
    later = isinstance(error, BackOffError)
    assert heard.status == (200 if name in ("connector", "addon") else 503 if later else 500)
    assert sentence(doorway, heard) == (
        "not now; ask again later" if later else "this did not work; the log of the function says why"
    )
    assert not re.search(rb"secret lunch|Traceback|File \"", heard.body)
    # A sentence of ours may be kept; a library's may have anything in it.
    assert ("secret lunch" in caplog.text) == later
    assert ("ZeroDivisionError at " in caplog.text) == (not later)
    assert "ana@" not in caplog.text
