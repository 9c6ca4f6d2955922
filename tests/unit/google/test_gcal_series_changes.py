"""Series and exceptions in change lists and in lists of one series, by hand-written answers."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from calpair.errors import AbsentError, BackOffError, RefusedError
from calpair.google.exceptions import MOST_PAGES
from calpair.model.event import Item, Kind
from calpair.ports import Change
from unit.google.ground import Script, scripted
from unit.google.test_gcal_series_reading import BARE, MASTER, MOVED, SECOND, THIRD

SINGLE = {name: value for name, value in MASTER.items() if name != "recurrence"} | {"id": "single", "etag": '"7"'}


def changes(*events: dict[str, Any]) -> list[Change]:
    calendar, _ = scripted((200, json.dumps({"items": events, "nextSyncToken": "t"})))
    return list(calendar.changes("").changes)


def test_a_series_is_named_in_its_version_and_read_apart() -> None:
    assert changes(MASTER) == [Change("abc123", MASTER["etag"], uid="abc123@google.com")]


def test_an_exception_tells_of_its_series() -> None:
    assert changes(MOVED) == [Change("abc123", MOVED["etag"], override="eeopaque77", uid="abc123@google.com")]


def test_a_cancelled_one_is_not_gone() -> None:
    assert changes(BARE) == [Change("abc123", "cancelled", override="abc123_20261019T070000Z")]
    assert changes({**BARE, "etag": '"9"'}) == [Change("abc123", '"9"', override="abc123_20261019T070000Z")]


def test_exceptions_come_in_the_order_of_the_list() -> None:
    single, *rest = changes(SINGLE, MOVED, MASTER, BARE)
    assert (single.id, single.item is not None) == ("single", True)
    assert [(change.id, change.override) for change in rest] == [
        ("abc123", "eeopaque77"),
        ("abc123", ""),
        ("abc123", "abc123_20261019T070000Z"),
    ]


def test_of_a_series_that_is_gone_its_exceptions_say_nothing() -> None:
    gone = {"id": "abc123", "status": "cancelled"}
    other = {**BARE, "id": "other_1", "recurringEventId": "other"}
    assert changes(BARE, gone, MOVED, other) == [
        Change("abc123", gone=True),
        Change("other", "cancelled", override="other_1"),
    ]


def test_a_series_of_another_type_is_listed_as_it_is() -> None:
    (change,) = changes({**MASTER, "eventType": "birthday"})
    assert change.item is not None
    assert change.item.kind is Kind.OTHER


def read(*answers: tuple[int, dict[str, Any]], id_: str = "abc123") -> tuple[Any, Script]:
    calendar, script = scripted(*((status, json.dumps(said)) for status, said in answers))
    return calendar.read([id_])[id_], script


def test_a_series_is_read_with_its_exceptions_by_its_uid() -> None:
    found, script = read((200, MASTER), (200, {"items": [MASTER, BARE, MOVED]}))
    assert isinstance(found, Item)
    assert list(found.marks) == [SECOND, THIRD]
    get, listing = (urlsplit(uri) for _, uri, _, _ in script.asked)
    assert get.path.endswith("/events/abc123")
    assert listing.path.endswith("/events")
    assert parse_qs(listing.query) == {
        "iCalUID": ["abc123@google.com"],
        "singleEvents": ["false"],
        "showDeleted": ["true"],
        "maxResults": ["2500"],
        "alt": ["json"],
    }


def test_a_list_goes_on_to_its_last_page() -> None:
    page = {"items": [BARE], "nextPageToken": "two"}
    found, script = read((200, MASTER), (200, page), (200, {"nextPageToken": "three"}), (200, {"items": [MOVED]}))
    assert list(found.marks) == [SECOND, THIRD]
    tokens = [parse_qs(urlsplit(uri).query).get("pageToken") for _, uri, _, _ in script.asked]
    assert tokens == [None, None, ["two"], ["three"]]


def test_a_list_without_end_is_none() -> None:
    found, _ = read((200, MASTER), *[(200, {"items": [], "nextPageToken": "on"})] * MOST_PAGES)
    assert (type(found), found.code) == (BackOffError, "garbled")


@pytest.mark.parametrize("answer", [{"items": {}}, {"items": [7]}, {"items": [{"etag": "1"}]}])
def test_a_list_that_is_torn_is_none(answer: dict[str, Any]) -> None:
    found, _ = read((200, MASTER), (200, answer))
    assert (type(found), found.code, found.scope) == (BackOffError, "garbled", "item")


def test_a_list_that_is_refused_is_the_answer() -> None:
    found, _ = read((200, MASTER), (400, {}))
    assert (type(found), found.code) == (RefusedError, "http400")
    found, _ = read((200, MASTER), (200, {"items": [], "nextPageToken": "two"}), (400, {}))
    assert isinstance(found, RefusedError)


def test_a_series_without_a_uid_is_not_known_whole() -> None:
    found, script = read((200, {**MASTER, "iCalUID": None}))
    assert (found.kind, found.trouble, found.event) == (Kind.BROKEN, "uid", None)
    assert len(script.asked) == 1


def test_a_series_that_is_gone_is_absent() -> None:
    found, script = read((200, {**MASTER, "status": "cancelled"}))
    assert (type(found), found.code) == (AbsentError, "cancelled")
    assert len(script.asked) == 1


def test_a_series_that_went_between_two_requests_is_gone() -> None:
    found, _ = read((200, MASTER), (200, {"items": [{"id": "abc123", "status": "cancelled"}]}))
    assert (type(found), found.code) == (AbsentError, "cancelled")


def test_an_occurrence_by_itself_takes_one_request() -> None:
    found, script = read((200, MOVED), id_="eeopaque77")
    assert (found.kind, found.alone) == (Kind.SINGLE, THIRD)
    assert len(script.asked) == 1


def test_a_calendars_own_reminders_are_asked_for_where_only_an_exception_rests_on_them() -> None:
    own = {**MOVED, "reminders": {"useDefault": True}}
    around = {"defaultReminders": [{"method": "popup", "minutes": 20}]}
    found, _ = read((200, MASTER), (200, {"items": [own]}), (200, around))
    assert found.event.overrides[THIRD].reminder == 20


def test_reminders_that_are_none_are_none() -> None:
    found, _ = read((200, MASTER), (200, {"items": [{**MOVED, "reminders": ["useDefault"]}]}))
    assert found.event.overrides[THIRD].reminder is None
