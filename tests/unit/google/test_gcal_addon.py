"""The add-on's door: what of an opened event is read, what is refused, and which days are asked about."""

import copy
import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calpair.errors import RefusedRequestError
from calpair.google.addon import LARGEST, parse, today, window
from calpair.model.when import AllDay, Timed, When
from unit.google.addon_events import EVENT, body, home

BERLIN = ZoneInfo("Europe/Berlin")


def zoned(**zone: Any) -> bytes:
    told = copy.deepcopy(EVENT)
    told["commonEventObject"]["timeZone"] = zone
    return body(told)


def at(start: str, end: str) -> Timed:
    return Timed(datetime.fromisoformat(start), datetime.fromisoformat(end))


class TestOpened:
    def test_an_event_is_read(self) -> None:
        opened = parse(body())
        assert not opened.home
        assert (opened.calendar, opened.event) == ("ana@g.test", "lunch123")
        assert opened.guests == ("ana@g.test", "ben@x.test", "cy@x.test")
        assert opened.left == 0
        assert (opened.zone, opened.locale) == (BERLIN, "de-DE")
        assert opened.token == "ya29.TOKEN"

    def test_a_token_is_not_shown(self) -> None:
        assert "ya29" not in repr(parse(body()))

    def test_one_never_saved_has_no_id(self) -> None:
        for one in (parse(body(id=None)), parse(body(id=""))):
            assert (one.home, one.calendar, one.event) == (False, "ana@g.test", "")
            assert one.guests == ("ana@g.test", "ben@x.test", "cy@x.test")

    def test_on_the_homepage_none_is_open(self) -> None:
        opened = parse(home())
        assert opened.home
        assert (opened.calendar, opened.event, opened.guests) == ("", "", ())

    def test_guests_may_be_hidden(self) -> None:
        assert parse(body(attendees=None)).guests == ()
        assert parse(body(attendees=[])).guests == ()

    def test_somebody_named_twice_is_looked_at_once(self) -> None:
        opened = parse(body(attendees=[{"email": "ben@x.test"}, {"email": "cy@x.test"}, {"email": "ben@x.test"}]))
        assert opened.guests == ("ben@x.test", "cy@x.test")
        assert opened.left == 0

    def test_the_first_two_hundred_guests_are_looked_at(self) -> None:
        opened = parse(body(attendees=[{"email": f"{number}@x.test"} for number in range(251)]))
        assert len(opened.guests) == 200
        assert opened.guests[-1] == "199@x.test"
        assert opened.left == 51

    @pytest.mark.parametrize(
        "guest",
        [
            {},
            {"email": ""},
            {"email": 5},
            {"email": "a\nb@x.test"},
            {"email": "a" * 321},
            {"email": "ben"},
            "ben@x.test",
            None,
        ],
    )
    def test_a_guest_without_an_address_is_counted_and_not_looked_at(self, guest: object) -> None:
        opened = parse(body(attendees=[guest, {"email": "cy@x.test"}]))
        assert (opened.guests, opened.left) == (("cy@x.test",), 1)

    @pytest.mark.parametrize("event", ["abc_20261102T090000Z", "_60q30c1g60o30e1i60o4ac1g60rj8gpl", "a" * 1024])
    def test_ids_of_every_kind_are_taken(self, event: str) -> None:
        assert parse(body(id=event)).event == event

    def test_a_zone_that_has_no_name_here_is_as_far_from_utc_as_told(self) -> None:
        assert parse(zoned(id="Mars/Olympus", offset=-12600000)).zone == timezone(-timedelta(hours=3, minutes=30))
        assert parse(zoned(offset=0)).zone == UTC

    @pytest.mark.parametrize(
        "zone",
        [
            {},
            {"id": "../../etc/passwd"},
            {"id": 5},
            {"id": "localtime"},
            {"offset": "3600000"},
            {"offset": True},
            {"offset": 86400000},
            {"offset": -86400000},
            {"offset": 10**30},
            {"offset": 3.6e6},
        ],
    )
    def test_without_a_zone_times_are_utc(self, zone: dict[str, Any]) -> None:
        assert parse(zoned(**zone)).zone == UTC

    @pytest.mark.parametrize("locale", [5, None, "", "de\r\nX: y", "d" * 36, "<b>"])
    def test_a_locale_that_is_none_is_let_be(self, locale: object) -> None:
        told = copy.deepcopy(EVENT)
        told["commonEventObject"]["userLocale"] = locale
        assert parse(body(told)).locale == ""


def with_token(token: object) -> bytes:
    told = copy.deepcopy(EVENT)
    told["authorizationEventObject"]["userOAuthToken"] = token
    return body(told)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (b"", "parseError"),
        (b"no JSON", "parseError"),
        (b"\xff\xfe", "parseError"),
        (b"[]", "parseError"),
        (b"[" * 100_000, "parseError"),
        (b'{"a":' * 100_000, "parseError"),
        (b'{"commonEventObject":' + b"9" * 10_000 + b"}", "parseError"),
        (b"{}", "required"),
        (b'{"calendar": {}}', "required"),
        (b'{"commonEventObject": []}', "invalid"),
        (b'{"commonEventObject": {"hostApp": "GMAIL"}}', "invalid"),
        (b'{"commonEventObject": {"hostApp": 5}}', "invalid"),
        (b'{"commonEventObject": {"hostApp": "CALENDAR"}, "calendar": []}', "invalid"),
        (body(calendarId=5), "invalid"),
        (body(calendarId="no address"), "invalid"),
        (body(calendarId=".."), "invalid"),
        (body(calendarId="a\n@g.test"), "invalid"),
        (body(calendarId="a" * 1024 + "@g.test"), "invalid"),
        (body(calendarId=None), "invalid"),
        (body(id=5), "invalid"),
        (body(id=".."), "invalid"),
        (body(id="../events"), "invalid"),
        (body(id="a?b"), "invalid"),
        (body(id="a" * 1025), "invalid"),
        (body(attendees={}), "invalid"),
        (body(attendees="ben@x.test"), "invalid"),
        (with_token(5), "invalid"),
        (with_token("a\r\nX-Evil: b"), "invalid"),
        (with_token("tök"), "invalid"),
        (with_token("a" * 4097), "invalid"),
        (body() + b" " * LARGEST, "uploadTooLarge"),
    ],
)
def test_what_is_no_event_of_the_calendar_is_refused_in_one_line(told: bytes, reason: str) -> None:
    with pytest.raises(RefusedRequestError) as refused:
        parse(told)
    assert refused.value.reason == reason
    assert "\n" not in str(refused.value)


class TestWindow:
    @pytest.mark.parametrize(
        ("when", "start", "end"),
        [
            (at("2026-11-05T11:00Z", "2026-11-05T12:00Z"), "2026-11-04T23:00Z", "2026-11-05T23:00Z"),
            # Late in the evening in UTC, and tomorrow already in Berlin.
            (at("2026-11-05T23:30Z", "2026-11-06T00:30Z"), "2026-11-05T23:00Z", "2026-11-06T23:00Z"),
            # Over midnight.
            (at("2026-11-05T22:30Z", "2026-11-05T23:30Z"), "2026-11-04T23:00Z", "2026-11-06T23:00Z"),
            # Up to midnight.
            (at("2026-11-05T22:30Z", "2026-11-05T23:00Z"), "2026-11-04T23:00Z", "2026-11-05T23:00Z"),
            # No time at all.
            (at("2026-11-05T23:00Z", "2026-11-05T23:00Z"), "2026-11-05T23:00Z", "2026-11-06T23:00Z"),
            # The day on which the clock goes back lasts 25 hours.
            (at("2026-10-25T11:00Z", "2026-10-25T12:00Z"), "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
            (AllDay(date(2026, 11, 5), date(2026, 11, 6)), "2026-11-04T23:00Z", "2026-11-05T23:00Z"),
            (AllDay(date(2026, 11, 5), date(2026, 11, 8)), "2026-11-04T23:00Z", "2026-11-07T23:00Z"),
            # Of what is longer, a week.
            (AllDay(date(2026, 11, 2), date(2026, 12, 1)), "2026-11-01T23:00Z", "2026-11-08T23:00Z"),
            (at("2026-11-02T11:00Z", "9999-12-31T23:59Z"), "2026-11-01T23:00Z", "2026-11-08T23:00Z"),
            (AllDay(date(2999, 12, 30), date.max), "2999-12-29T23:00Z", "3000-01-05T23:00Z"),
        ],
    )
    def test_it_is_the_days_of_the_event_on_the_clock_of_who_opened_it(self, when: When, start: str, end: str) -> None:
        question = window(parse(body()), when)
        assert question is not None
        assert question.addresses == ("ana@g.test", "ben@x.test", "cy@x.test")
        assert question.start == datetime.fromisoformat(start)
        assert question.end == datetime.fromisoformat(end)

    def test_a_day_that_a_zone_left_out_is_no_window_without_time(self) -> None:
        # Apia went from 29 to 31 December 2011.
        question = window(parse(zoned(id="Pacific/Apia")), AllDay(date(2011, 12, 30), date(2011, 12, 31)))
        assert question is not None
        assert question.start < question.end

    def test_without_guests_there_is_nobody_to_ask_about(self) -> None:
        assert window(parse(body(attendees=[])), AllDay(date(2026, 11, 5), date(2026, 11, 6))) is None

    @pytest.mark.parametrize(
        "when",
        [
            at("0001-01-01T00:00Z", "0001-01-01T00:00Z"),
            at("9999-12-31T23:00Z", "9999-12-31T23:59Z"),
            AllDay(date.min, date(1, 1, 2)),
            AllDay(date(9999, 12, 30), date.max),
        ],
    )
    def test_an_event_at_the_ends_of_the_calendar_is_refused(self, when: When) -> None:
        with pytest.raises(RefusedRequestError, match="1980 to 2999"):
            window(parse(body()), when)

    def test_today_is_the_day_it_is_for_who_opened_it(self) -> None:
        now = datetime(2026, 11, 5, 23, 30, tzinfo=UTC)
        assert today(parse(body()), now) == AllDay(date(2026, 11, 6), date(2026, 11, 7))
        assert today(parse(zoned(offset=0)), now) == AllDay(date(2026, 11, 5), date(2026, 11, 6))


def test_what_is_posted_is_json_of_the_reference() -> None:
    # The names of the fields, spelled once more, so that a slip above would not go unseen.
    told = json.loads(body())
    assert list(told) == ["commonEventObject", "authorizationEventObject", "calendar"]
    assert {"id", "calendarId", "recurringEventId", "organizer", "attendees", "capabilities"} <= set(told["calendar"])
