"""Events of add-ons, and bodies of freeBusy.query, in shapes this project did not make up.

Sources: "Event objects" of Google's reference of Workspace add-ons, googleworkspace/add-ons-samples, and an event that
somebody logged for Google's own birthdays; for freeBusy.query, the public programs named with each case.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calpair.errors import RefusedRequestError
from calpair.google import addon, free_busy_query
from calpair.model.busy import Block, Busy

SCOPE = "https://www.googleapis.com/auth/calendar.addons.execute"


def event(calendar: dict[str, Any] | None = None, /, **more: Any) -> bytes:
    told: dict[str, Any] = {"commonEventObject": {"hostApp": "CALENDAR"} | more.pop("common", {})} | more
    return json.dumps(told if calendar is None else told | {"calendar": calendar}).encode()


BIRTHDAYS = "addressbook#contacts@group.v.calendar.google.com"


def test_the_least_of_a_homepage() -> None:
    assert addon.parse(event()).home


def test_a_homepage_with_what_both_runtimes_tell() -> None:
    """The names of before 2020 beside those of today; parameters and inputs that a button leaves."""
    opened = addon.parse(
        event(
            common={
                "platform": "WEB",
                "parameters": {"do": "again"},
                "formInputs": {"days": {"stringInputs": {"value": ["7"]}}},
                "timeZone": {"id": "Europe/Rome", "offset": "3600000"},
                "userLocale": "it",
            },
            clientPlatform="web",
            hostApp="calendar",
            userLocale="it",
            userCountry="IT",
            userTimezone={"id": "Europe/Rome", "offSet": "3600000"},
            authorizationEventObject={"userOAuthToken": "ya29.T", "authorizedScopes": [SCOPE]},
        )
    )
    assert opened.home
    assert (str(opened.zone), opened.locale, opened.token) == ("Europe/Rome", "it", "ya29.T")


def test_a_birthday_that_somebody_opens() -> None:
    """Its calendar's id has a #, and there are capabilities and no guests."""
    capabilities = {"canSeeConferenceData": True, "canSeeAttendees": True}
    told = {
        "id": "2022_BIRTHDAY_6",
        "calendarId": BIRTHDAYS,
        "capabilities": capabilities,
        "organizer": {"email": BIRTHDAYS},
    }
    opened = addon.parse(event(told, clientPlatform="web", hostApp="calendar"))
    assert not opened.home
    assert (opened.calendar, opened.event, opened.guests) == (BIRTHDAYS, "2022_BIRTHDAY_6", ())


@pytest.mark.parametrize(
    "identifier",
    [
        "abc123def456ghi789jkl012mn",
        "_60q30c1g60o30e1i60o4ac1g60rj8gpl88rj2c1h84s34h9g60s30c1g60o30c1g",
        "7a2b3c4d5e6f7a2b3c4d5e6f7a_20261105T120000Z",
        "7a2b3c4d5e6f7a2b3c4d5e6f7a_20261105",
        "7a2b3c4d5e6f7a2b3c4d5e6f7a_R20261105T120000",
    ],
    ids=["Google's", "imported", "an occurrence", "an occurrence of days", "the rest of a series that was split"],
)
@pytest.mark.parametrize(
    "calendar",
    [
        "ana@example.org",
        "c_18880000@group.calendar.google.com",
        "c_18880000@resource.calendar.google.com",
        "en.usa#holiday@group.v.calendar.google.com",
        "abc123@import.calendar.google.com",
        "primary",
    ],
)
def test_every_kind_of_id_is_taken(calendar: str, identifier: str) -> None:
    opened = addon.parse(event({"id": identifier, "calendarId": calendar}))
    assert (opened.calendar, opened.event) == (calendar, identifier)


def test_an_event_being_made_has_no_id() -> None:
    """A room is among its guests, and Google says so with a field of its own."""
    room = "c_18880000@resource.calendar.google.com"
    guests = [{"email": room, "resource": True, "responseStatus": "accepted"}, {"email": "ben@example.org"}]
    opened = addon.parse(event({"calendarId": "ana@example.org", "attendees": guests}))
    assert (opened.home, opened.event, opened.guests) == (False, "", (room, "ben@example.org"))


def test_what_is_not_known_of_an_event_may_be_null() -> None:
    """As JSON of most languages' own objects has it; `primary` is the API's word for the own calendar."""
    opened = addon.parse(event({"id": None, "calendarId": "primary", "attendees": None}))
    assert (opened.home, opened.calendar, opened.event, opened.guests, opened.left) == (False, "primary", "", (), 0)
    assert addon.parse(event({"id": None, "calendarId": None, "attendees": None})).calendar == ""


@pytest.mark.parametrize("host", ["GMAIL", "DRIVE", "DOCS", "SHEETS", "SLIDES"])
def test_another_hosts_event_is_refused(host: str) -> None:
    with pytest.raises(RefusedRequestError):
        addon.parse(event(common={"hostApp": host}))


def question(first: str, last: str, **more: Any) -> bytes:
    return json.dumps({"timeMin": first, "timeMax": last, "items": [{"id": "ana@example.org"}]} | more).encode()


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


EXPANSIONS = {"groupExpansionMax": 1, "calendarExpansionMax": 1}
QUESTIONS = {
    "raymondzeng/Available.toString static/script.js: sixty days, an offset of none": (
        question("2014-10-01T00:00:00+00:00", "2014-11-30T00:00:00+00:00"),
        at(2014, 10, 1),
        at(2014, 11, 30),
    ),
    "vgsecretary quickstart.2.rb: an offset that is not known": (
        question("2019-04-28T00:00:00-00:00", "2019-05-04T00:00:00-00:00"),
        at(2019, 4, 28),
        at(2019, 5, 4),
    ),
    "serg-rsv/zorallabs rest_api/getBusyIntervals.js: JavaScript's dates": (
        question("2023-04-03T00:00:00.000Z", "2023-04-07T00:00:00.000Z"),
        at(2023, 4, 3),
        at(2023, 4, 7),
    ),
    "a sample of an hour, answered in Madrid's time": (
        question("2017-08-28T09:00:00-07:00", "2017-08-28T10:00:00-07:00", timeZone="Europe/Madrid", **EXPANSIONS),
        at(2017, 8, 28, 16),
        at(2017, 8, 28, 17),
    ),
    "a Meteor program: its own offset, and thousandths of UTC": (
        question("2015-03-02T10:00:00+08:00", "2015-03-09T02:00:00.000Z", **EXPANSIONS),
        at(2015, 3, 2, 2),
        at(2015, 3, 9, 2),
    ),
    "a script with the most that may be expanded": (
        question("2021-01-01T00:00:00Z", "2021-01-08T00:00:00Z", calendarExpansionMax=50, groupExpansionMax=100),
        at(2021, 1, 1),
        at(2021, 1, 8),
    ),
    "a room's display: a quarter of an hour": (
        question("2016-09-21T13:45:00Z", "2016-09-21T14:00:00Z", **EXPANSIONS),
        at(2016, 9, 21, 13, 45),
        at(2016, 9, 21, 14),
    ),
    "Python's microseconds and Go's nanoseconds": (
        question("2026-11-02T08:00:00.000000Z", "2026-11-02T09:00:00.000000000Z"),
        at(2026, 11, 2, 8),
        at(2026, 11, 2, 9),
    ),
    "a file with a mark of its order of bytes": (
        b"\xef\xbb\xbf" + question("2026-11-02T08:00:00Z", "2026-11-03T08:00:00Z"),
        at(2026, 11, 2, 8),
        at(2026, 11, 3, 8),
    ),
}


@pytest.mark.parametrize(("body", "start", "end"), QUESTIONS.values(), ids=QUESTIONS)
def test_a_strangers_question_is_read(body: bytes, start: datetime, end: datetime) -> None:
    asked = free_busy_query.parse(body).question
    assert (asked.start, asked.end) == (start, end)
    assert asked.addresses == ("ana@example.org",)


@pytest.mark.parametrize(
    ("zone", "east"),
    [("GMT", 0), ("Asia/Calcutta", 5.5), ("US/Pacific", -8), ("Etc/GMT+5", -5), ("Europe/Madrid", 1)],
)
def test_an_answer_is_in_a_zone_by_any_of_its_names(zone: str, east: float) -> None:
    """The offsets of November, of the tz database."""
    start = at(2026, 11, 2, 12)
    asked = free_busy_query.parse(question("2026-11-02T08:00:00Z", "2026-11-03T08:00:00Z", timeZone=zone))
    answer = {"ana@example.org": [Block(start, start + timedelta(hours=1), Busy.BUSY)]}
    (busy,) = free_busy_query.render(asked, answer)["calendars"]["ana@example.org"]["busy"]
    told = datetime.fromisoformat(busy["start"])
    assert told == start
    assert told.utcoffset() == timedelta(hours=east)
