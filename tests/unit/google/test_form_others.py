"""Form posts in shapes this project did not make up.

Sources: googlearchive/calendar-connectors (GCC): GCalRequestTest.cs, and the spellings its parser takes; the names of
zones that Google's calendars have had are those of the tz database, with its old ones.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, quote_plus

import pytest

from calpair.google.connector_form import Mailslot, parse, render
from calpair.model.busy import Block, Busy
from unit.google.form_pages import form, read

PEOPLE = tuple(f"user{number}@example.org" for number in range(1, 5))
TEXT = f"[ 1, test-id, [{','.join(PEOPLE)}], 20080101/20080131, 20080101T000000, America/Los_Angeles]"
TIGHT = TEXT.replace(" ", "")

BODIES = {
    "GCC GCalRequestTest.TestParse, as a browser posts it": form(TEXT),
    "the same, every reserved letter escaped": f"text={quote(TEXT, safe='')}".encode(),
    "the same, nothing escaped": f"text={TEXT}".encode(),
    "the same, no blanks": form(TIGHT),
    "the same, a line's end after the body": form(TEXT) + b"\r\n",
    "the same, a line's end in the field, as a text area sends": form(TEXT + "\r\n"),
    "the same, small letters in the escapes": f"text={quote_plus(TEXT)}".replace("%2C", "%2c")
    .replace("%5B", "%5b")
    .encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_the_connectors_own_request_is_read(body: bytes) -> None:
    asked = parse(body)
    assert (asked.heading.version, asked.heading.message) == ("1", "test-id")
    assert asked.question.addresses == PEOPLE
    assert asked.question.start == datetime(2008, 1, 1, 8, tzinfo=UTC)
    assert asked.question.end == datetime(2008, 1, 31, 8, tzinfo=UTC)


STATUSES = [(Busy.BUSY, 1), (Busy.AWAY, 1), (Busy.TENTATIVE, 3)]


@pytest.mark.parametrize(("busy", "status"), STATUSES, ids=[busy.name for busy, _ in STATUSES])
def test_the_connectors_own_request_is_answered_as_theirs_did(busy: Busy, status: int) -> None:
    """GCalFreeBusyResponse.cs: in the zone's wall time; ConversionTest.cs: out of office counts as accepted, as busy does."""
    start = datetime(2008, 1, 2, 17, 30, tzinfo=UTC)
    answer = {person: [Block(start, start + timedelta(minutes=30), busy)] for person in PEOPLE}
    version, message, (command, window, since, users) = read(
        render(parse(form(TEXT)), answer, Mailslot("example.org"))
    ).payload
    assert (version, message) == ("1", "test-id")
    assert (command, window, since) == ("_ME_AddData", "20080101/20080131", "20080101T000000")
    assert tuple(users[1::4]) == PEOPLE
    for times in users[3::4]:
        assert [(time[1], time[2], time[5]) for time in times] == [("20080102T093000", "20080102T100000", status)]


@pytest.mark.parametrize(
    ("zone", "east"),
    [
        ("US/Pacific", -8),
        ("PST8PDT", -8),
        ("Etc/GMT+8", -8),
        ("America/Ciudad_Juarez", -7),
        ("EST", -5),
        ("EST5EDT", -5),
        ("America/Indianapolis", -5),
        ("America/Coral_Harbour", -5),
        ("America/Buenos_Aires", -3),
        ("America/Argentina/Buenos_Aires", -3),
        ("Pacific/Samoa", -11),
        ("GMT", 0),
        ("Greenwich", 0),
        ("Universal", 0),
        ("WET", 0),
        ("Atlantic/Faeroe", 0),
        ("Europe/Kiev", 2),
        ("Africa/Asmera", 3),
        ("Asia/Calcutta", 5.5),
        ("Asia/Katmandu", 5.75),
        ("Asia/Rangoon", 6.5),
        ("Asia/Saigon", 7),
        ("Antarctica/South_Pole", 13),
    ],
)
def test_a_zone_has_every_name_it_ever_had(zone: str, east: float) -> None:
    """In November 2026, when it is winter in the north; the offsets are the tz database's, in hours."""
    text = TEXT.replace("America/Los_Angeles", zone).replace("20080101/20080131", "20261102/20261109")
    assert parse(form(text)).question.start == datetime(2026, 11, 2, tzinfo=UTC) - timedelta(hours=east)


@pytest.mark.parametrize("since", ["", "0", "20080101", "20080101T000000", "20380119T031407", "never"])
def test_since_narrows_nothing(since: str) -> None:
    """GCC asks Exchange for the whole window, and goes on where it is no date, which its authors have seen."""
    asked = parse(form(TEXT.replace("20080101T000000", since)))
    assert asked.question == parse(form(TEXT)).question


IDS = [
    "1",
    "test-id",
    "abc123",
    "12345678901234567890",
    "0.123456789",
    "{4D5}",
    "a*b",
    "1|2",
    "a b",
    "(1)",
    "a;b",
    "'1'",
]


@pytest.mark.parametrize("message", IDS)
def test_an_id_is_repeated(message: str) -> None:
    """GCalFreeBusyRequest.cs takes for one whatever stands between two commas."""
    asked = parse(form(TEXT.replace("test-id", message)))
    payload = read(render(asked, {person: [] for person in PEOPLE}, Mailslot("example.org"))).payload
    assert payload[1] == message
