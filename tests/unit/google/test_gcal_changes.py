"""events.list as a change list, over the simulator."""

import json

import pytest

from calpair.errors import AccessLostError, BackOffError, CursorLostError, SignInError
from calpair.model.event import Kind
from calpair.ports import Change, Page
from simulators.google import Switches
from unit.google.ground import ANA, LUNCH_BODY, event_of, scripted, world


def shape(page: Page) -> list[tuple[str, bool]]:
    return [(change.id, change.gone) for change in page.changes]


def test_a_listing_from_nothing_is_whole_and_a_delta_is_not() -> None:
    here = world()
    one = here.ana.create(**LUNCH_BODY)
    first = here.calendar.changes("")
    assert shape(first) == [(one, False)]
    assert (first.more, first.whole, first.zone) == (False, True, "Europe/Berlin")
    quiet = here.calendar.changes(first.cursor)
    assert (quiet.changes, quiet.more, quiet.whole, quiet.zone) == ((), False, False, "Europe/Berlin")
    here.ana.update(one, summary="Late lunch")
    delta = here.calendar.changes(quiet.cursor)
    assert shape(delta) == [(one, False)]
    assert event_of(delta.changes[0].item).title == "Late lunch"
    assert here.requests() == {"events.list": 3}


def test_a_change_carries_the_item_in_its_version() -> None:
    here = world()
    here.ana.create(**LUNCH_BODY)
    (change,) = here.calendar.changes("").changes
    assert change.item is not None
    assert change.version == change.item.version == here.ana.events()[0]["etag"]


@pytest.mark.parametrize("tombstones", ["full", "bare"])
def test_deletions_are_tombstones_in_deltas_and_in_whole_listings(tombstones: str) -> None:
    here = world(switches=Switches(tombstones=tombstones))  # type: ignore[arg-type]  # one of its words
    one = here.ana.create(**LUNCH_BODY)
    cursor = here.calendar.changes("").cursor
    here.ana.delete(one)
    assert here.calendar.changes(cursor).changes == (Change(one, gone=True),)
    assert here.calendar.changes("").changes == (Change(one, gone=True),)


def test_pages_go_on_until_the_last_and_each_says_it_is_whole() -> None:
    here = world(switches=Switches(page_cap=2))
    made = [here.ana.create(**LUNCH_BODY) for _ in range(5)]
    seen, cursor, more = [], "", True
    while more:
        page = here.calendar.changes(cursor)
        assert page.whole
        seen += [change.id for change in page.changes]
        cursor, more = page.cursor, page.more
    assert seen == made
    assert here.requests() == {"events.list": 3}
    assert here.calendar.changes(cursor).changes == ()


def test_pages_of_a_delta_are_not_whole() -> None:
    here = world(switches=Switches(page_cap=2))
    cursor = here.calendar.changes("").cursor
    made = [here.ana.create(**LUNCH_BODY) for _ in range(3)]
    page = here.calendar.changes(cursor)
    rest = here.calendar.changes(page.cursor)
    assert (page.whole, page.more, rest.whole, rest.more) == (False, True, False, False)
    assert [change.id for change in (*page.changes, *rest.changes)] == made


def test_an_empty_page_may_have_a_next_one() -> None:
    here = world(switches=Switches(empty_first_page=True))
    one = here.ana.create(**LUNCH_BODY)
    page = here.calendar.changes("")
    assert (page.changes, page.more, page.whole) == ((), True, True)
    assert shape(here.calendar.changes(page.cursor)) == [(one, False)]


def test_an_outdated_token_is_a_lost_cursor() -> None:
    here = world()
    cursor = here.calendar.changes("").cursor
    here.ana.expire_tokens()
    with pytest.raises(CursorLostError, match="fullSyncRequired"):
        here.calendar.changes(cursor)


def test_an_outdated_page_is_a_lost_cursor() -> None:
    here = world(switches=Switches(page_cap=1))
    for _ in range(3):
        here.ana.create(**LUNCH_BODY)
    cursor = here.calendar.changes("").cursor
    here.ana.expire_tokens()
    with pytest.raises(CursorLostError):
        here.calendar.changes(cursor)


@pytest.mark.parametrize("cursor", ["H4sIAAAA", "{}", "[]", '{"sync": "x"}'])
def test_a_cursor_that_is_none_is_a_lost_one(cursor: str) -> None:
    here = world()
    with pytest.raises(CursorLostError, match="unreadableCursor"):
        here.calendar.changes(cursor)
    assert here.requests() == {}


def test_every_list_is_asked_with_the_same_parameters() -> None:
    here = world(switches=Switches(page_cap=1))
    for _ in range(2):
        here.ana.create(**LUNCH_BODY)
    page = here.calendar.changes("")
    page = here.calendar.changes(page.cursor)
    here.calendar.changes(page.cursor)
    asked = [dict(request.query) for request in here.tap.seen]
    assert [sorted(query.keys() & {"syncToken", "pageToken"}) for query in asked] == [[], ["pageToken"], ["syncToken"]]
    for query in asked:
        assert {name: query[name] for name in query.keys() - {"syncToken", "pageToken"}} == {
            "singleEvents": "false",
            "showDeleted": "true",
            "maxResults": "2500",
            "alt": "json",
        }


def test_a_very_long_token_goes_as_a_form() -> None:
    calendar, script = scripted((200, json.dumps({"items": [], "nextSyncToken": "next"})))
    token = "t" * 3000
    assert calendar.changes(json.dumps({"sync": token, "page": ""})).cursor == '{"sync": "next", "page": ""}'
    ((method, uri, body, headers),) = script.asked
    assert (method, uri) == ("POST", f"https://google.test/calendar/v3/calendars/{ANA.replace('@', '%40')}/events")
    assert f"syncToken={token}" in body
    assert headers["x-http-method-override"] == "GET"
    assert headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"items": []',
        '{"items": []}',
        '{"items": {}, "nextSyncToken": "t"}',
        '{"items": ["event"], "nextSyncToken": "t"}',
        '{"items": [{"etag": "1"}], "nextSyncToken": "t"}',
        '{"items": [{"id": "abc"}], "nextSyncToken": "t"}',
    ],
)
def test_a_list_that_is_not_whole_is_no_list(answer: str) -> None:
    calendar, _ = scripted((200, answer))
    with pytest.raises(BackOffError, match="garbled") as caught:
        calendar.changes("")
    assert caught.value.scope == "user"


def test_a_list_without_items_is_empty() -> None:
    calendar, _ = scripted((200, '{"nextSyncToken": "t"}'))
    assert calendar.changes("") == Page((), '{"sync": "t", "page": ""}', more=False, whole=True)


def test_an_event_that_cannot_be_read_is_listed_as_broken() -> None:
    calendar, _ = scripted((200, '{"items": [{"id": "abc", "etag": "1"}], "nextSyncToken": "t"}'))
    (change,) = calendar.changes("").changes
    assert change.item is not None
    assert (change.item.kind, change.item.trouble) == (Kind.BROKEN, "times")


def test_a_lost_calendar_is_told_from_a_refused_sign_in() -> None:
    here = world(calendar_id="nobody@g.test")
    with pytest.raises(AccessLostError, match="notFound"):
        here.calendar.changes("")
    here = world(secret="WRONG")
    with pytest.raises(SignInError, match="authError"):
        here.calendar.changes("")
    assert here.requests() == {"events.list": 1}


def test_the_calendars_own_reminders_are_those_of_the_last_list_that_told_them() -> None:
    here = world()
    here.ana.create(**LUNCH_BODY)
    usual = here.calendar.changes("").changes[0].item
    assert usual is not None
    minutes = event_of(usual).reminder
    assert minutes is not None
    here.plant("empty_page", "events.list")
    page = here.calendar.changes("")
    assert (page.changes, page.zone) == ((), "")
    assert event_of(here.calendar.read([usual.id])[usual.id]).reminder == minutes
    assert here.requests() == {"events.list": 2, "events.get": 1}


def test_items_that_rest_on_the_calendars_own_reminders_ask_for_them_once() -> None:
    here = world()
    made = [here.ana.create(**LUNCH_BODY) for _ in range(2)]
    found = here.calendar.read(made)
    assert here.requests() == {"batch": 1, "events.list": 1}
    listed = world()
    listed.ana.create(**LUNCH_BODY)
    (change,) = listed.calendar.changes("").changes
    assert {event_of(one).reminder for one in found.values()} == {event_of(change.item).reminder}
