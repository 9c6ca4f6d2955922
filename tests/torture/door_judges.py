"""What may come out of a door, whatever went in: each answer is held to what is right, and told as answered or refused.

Everybody who is known is busy all the time, for years. So whoever is told about is to be busy from one end of the window
to the other: nobody who is not known, or could not be read, can be told free without being found here.
"""

import html
import re
from collections.abc import Callable, Mapping

from lxml import etree

from scenarios.doorways import KNOWN, Doorway
from scenarios.knocking import Heard
from unit.exchange.availability_ground import fault, told
from unit.google.cards import conforms, texts
from unit.google.form_pages import read

_BROKEN = re.compile(rb'Traceback|File "|line \d+, in |lxml|exchangelib|\.py\b|Error\(')
_STATUSES: Mapping[str, set[int]] = {"connector": {200}, "addon": {200, 401, 403}}
_USUAL = {200, 400, 401, 403, 413}
_LEGEND = "one sign an hour, from midnight to midnight"


def judge(doorway: Doorway, heard: Heard) -> str:
    """Look at all of an answer."""
    assert heard.status in _STATUSES.get(doorway.name, _USUAL), heard
    assert heard.headers["Cache-Control"] == "no-store"
    assert not _BROKEN.search(heard.body), heard.body
    assert b"secret" not in heard.body
    return "answered" if _JUDGES[doorway.name](heard) else "refused"


def _query(heard: Heard) -> bool:
    if heard.status != 200:
        error = heard.json["error"]
        assert error["code"] == heard.status
        _a_line(error["message"])
        return False
    whole = {"start": heard.json["timeMin"], "end": heard.json["timeMax"]}
    for address, calendar in heard.json["calendars"].items():
        if address.lower() in KNOWN:
            assert calendar == {"busy": [whole]}
        else:
            assert calendar == {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    return True


def _ews(heard: Heard) -> bool:
    if heard.status != 200:
        _a_line(fault(heard.body)[2])
        return False
    found = told(heard.body)
    assert found
    for one in found:
        if one.code == "NoError":
            assert one.merged is None or set(one.merged) == {"2"}
            assert one.events is None or {event[2] for event in one.events} == {"Busy"}
            assert one.merged or one.events
        else:
            assert (one.view, one.merged, one.events) == ("None", None, None)
            assert one.code in ("ErrorMailRecipientNotFound", "ErrorInvalidSmtpAddress", "ErrorTimeZone")
    return any(one.code != "ErrorTimeZone" for one in found)


def _connector(heard: Heard) -> bool:
    payload = read(heard.body).payload
    if not isinstance(payload[2], list):
        version, message, number, sentence = payload
        assert re.fullmatch(r"[0-9]{1,9}", version)
        assert re.fullmatch(r"[^\[\],\x00-\x1f\x7f-\U0010ffff]{1,128}", message)
        assert number in "0235"
        _a_line(html.unescape(sentence))
        return False
    method, window, _, users = payload[2]
    assert method == "_ME_AddData"
    start, end = (f"{edge}T000000"[:15] for edge in window.split("/"))
    for place in range(0, len(users), 4):
        address, again, level, blocks = users[place : place + 4]
        assert address.lower() in KNOWN
        assert (again, level, blocks) == (address, "10", [["", start, end, "", address, 1]])
    return True


def _addon(heard: Heard) -> bool:
    lines = texts(conforms(heard.json))
    if heard.status != 200:
        return False
    assert not any("free all" in line or ("·" in line and _LEGEND not in line) for line in lines), lines
    for place, line in enumerate(lines):
        if line.lower() in KNOWN:
            assert set(lines[place + 1]) <= {"█", "|"} or lines[place + 1].startswith("20")
    return "busy all day" in lines or len(lines) > 1


def _autodiscover(heard: Heard) -> bool:
    root = etree.fromstring(heard.body)
    codes = [one.text for one in root.iterfind(".//{*}ErrorCode")]
    if codes:
        assert codes[0] in ("500", "600", "601", "603" if heard.status == 401 else "600")
        _a_line(root.findtext(".//{*}Message") or "")
        return False
    assert heard.status == 200
    assert str(root.findtext(".//{*}DisplayName")).lower().endswith("@a.test")
    return True


def _a_line(sentence: str) -> None:
    assert sentence.isprintable()
    assert 0 < len(sentence) < 200


_JUDGES: Mapping[str, Callable[[Heard], bool]] = {
    "query": _query,
    "ews": _ews,
    "connector": _connector,
    "addon": _addon,
    "autodiscover": _autodiscover,
    "google ews": _ews,
}
