"""What keeps users busy, read out of their lists of events: pages, series, days in the calendar's zone, and failures.

Source: the reference page of events.list.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from calpair.errors import AccessLostError, BackOffError, RefusedError, SideError, SignInError
from calpair.google.busy_events import GoogleBusyEvents
from calpair.google.identity import EVENTS_READONLY
from calpair.model.busy import Block, Busy, Told, Unknown
from calpair.model.pair import GoogleAuth, GoogleService, Limits
from calpair.names import Names
from simulators.clock import ManualClock
from simulators.google import Hand
from simulators.record import Fault
from unit.google.free_busy_ground import keyless
from unit.google.ground import ANA, BASE, TOKEN, Script

BEN, CORA, DORA = "ben@g.test", "cora@g.test", "dora@g.test"
FROM, TO = datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC)
NO_DATA, NO_ACCESS, UNAVAILABLE = Unknown("no_data"), Unknown("no_access"), Unknown("unavailable")


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def timed(start: datetime, end: datetime, **more: Any) -> dict[str, Any]:
    return {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}, **more}


def days(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"start": {"date": start}, "end": {"date": end}, **more}


def me(answer: str) -> list[dict[str, Any]]:
    return [{"self": True, "responseStatus": answer}]


LUNCH = timed(at(3, 12), at(3, 13))


class Google:
    """A simulated Google, and calpair acting as its users, by a service account without a key."""

    def __init__(self, *users: str, scope: str = EVENTS_READONLY, **switches: Any) -> None:
        world = keyless(scope, *users, **switches)
        self.simulator, self.http = world.simulator, world.http
        self.heard: list[SideError] = []
        settings = GoogleService(GoogleAuth.DELEGATED, "", BASE)
        self.events = GoogleBusyEvents(settings, lambda: "", world.clock.now, self.http, delegation=world.delegation)

    def hand(self, user: str) -> Hand:
        return self.simulator.calendar(user)

    def plant(self, kind: str, operation: str = "events.list", **more: Any) -> None:
        self.simulator.record.plant(Fault(kind, operation, **more))

    def look_up(self, *users: str, start: datetime = FROM, end: datetime = TO) -> Mapping[str, Told]:
        return self.events.look_up(users, start, end, self.heard.append)

    def lists(self) -> Sequence[str]:
        """As whom lists were asked for."""
        return [call.user for call in self.simulator.record.calls if call.operation == "events.list"]


def page(*items: Any, zone: Any = "Europe/Berlin", **more: Any) -> tuple[int, str]:
    return 200, json.dumps({"timeZone": zone, "items": list(items), **more})


def scripted(*answers: tuple[int, str] | Exception) -> tuple[GoogleBusyEvents, Script]:
    script = Script(list(answers))
    return GoogleBusyEvents(TOKEN, lambda: "TOKEN", ManualClock().now, script), script


def said(*answers: tuple[int, str]) -> Told:
    return scripted(*answers)[0].look_up([ANA], FROM, TO)[ANA]


class TestTheQuestion:
    def test_times_and_what_makes_busy_are_asked_for_and_nothing_else(self) -> None:
        events, script = scripted(page())
        events.look_up(["Ana@g.test"], FROM, TO)
        [(method, uri, _, _)] = script.asked
        assert (method, urlsplit(uri).path) == ("GET", "/calendar/v3/calendars/ana%40g.test/events")
        assert parse_qs(urlsplit(uri).query) == {
            "singleEvents": ["true"],
            "timeMin": ["2026-11-02T00:00:00Z"],
            "timeMax": ["2026-11-09T00:00:00Z"],
            "maxResults": ["2500"],
            "maxAttendees": ["1"],
            "fields": [
                "timeZone,nextPageToken,items(status,transparency,eventType,start,end,attendees(self,responseStatus))"
            ],
            "alt": ["json"],
        }

    def test_each_user_is_asked_as_that_user_by_a_list_of_its_own_that_may_only_read(self) -> None:
        google = Google(ANA, BEN)
        google.hand(BEN).create(summary="A secret lunch", location="A secret place", **LUNCH)
        assert google.look_up(ANA, BEN, "BEN@g.test") == {
            ANA: [],
            BEN: [Block(at(3, 12), at(3, 13), Busy.BUSY)],
            "BEN@g.test": [Block(at(3, 12), at(3, 13), Busy.BUSY)],
        }
        assert google.lists() == [ANA, BEN]

    def test_nothing_that_people_wrote_comes_with_it(self) -> None:
        google = Google(ANA)
        guests = [{"email": ANA, "responseStatus": "accepted"}, {"email": "boss@other.test", "displayName": "Boss"}]
        google.hand(ANA).create(summary="Secret", location="Secret", description="Secret", attendees=guests, **LUNCH)
        seen: list[bytes] = []
        request = google.http.request

        def watched(*args: Any, **more: Any) -> Any:
            response, content = request(*args, **more)
            seen.append(content)
            return response, content

        google.http.request = watched  # type: ignore[method-assign]
        google.look_up(ANA)
        assert b"2026-11-03T13:00:00+01:00" in seen[-1]
        assert not [content for content in seen if b"Secret" in content or b"boss" in content or b"ana@" in content]

    def test_all_pages_are_read(self) -> None:
        google = Google(ANA, page_cap=2, empty_first_page=True)
        for day in range(2, 7):
            google.hand(ANA).create(**timed(at(day, 9), at(day, 10)))
        assert google.look_up(ANA)[ANA] == [Block(at(day, 9), at(day, 10), Busy.BUSY) for day in range(2, 7)]
        assert len(google.lists()) == 4

    def test_a_list_without_an_end_is_given_up(self) -> None:
        events, script = scripted(*[page(LUNCH, nextPageToken="more")] * 99)
        with pytest.raises(RefusedError, match="endlessList"):
            events.look_up([ANA], FROM, TO)
        assert len(script.asked) == 40

    def test_nobody_is_free_in_a_window_that_is_none(self) -> None:
        with pytest.raises(ValueError, match="a window"):
            scripted()[0].look_up([ANA], TO, TO)


class TestWhatCounts:
    def test_a_day_as_a_person_has_it(self) -> None:
        google = Google(ANA)
        hand = google.hand(ANA)
        hand.create(summary="Focus", eventType="focusTime", **timed(at(3, 8), at(3, 10)))
        hand.create(summary="Perhaps", status="tentative", **timed(at(3, 9), at(3, 11)))
        hand.create(summary="Away", eventType="outOfOffice", **timed(at(3, 14), at(3, 18)))
        hand.create(summary="At home", eventType="workingLocation", **days("2026-11-03", "2026-11-04"))
        yearly = {"recurrence": ["RRULE:FREQ=YEARLY"], "visibility": "private", "transparency": "transparent"}
        hand.create(summary="Ben's", eventType="birthday", **days("2026-11-03", "2026-11-04", **yearly))
        invited = {"organizer": {"email": "boss@other.test"}, "iCalUID": "meeting@other.test"}
        guests = [{"email": ANA, "responseStatus": "needsAction"}, {"email": "boss@other.test"}]
        hand.import_event(attendees=guests, **invited, **timed(at(4, 9), at(4, 10)))
        assert google.look_up(ANA)[ANA] == [
            Block(at(3, 8), at(3, 10), Busy.BUSY),
            Block(at(3, 9), at(3, 11), Busy.TENTATIVE),
            Block(at(3, 14), at(3, 18), Busy.AWAY),
            Block(at(4, 9), at(4, 10), Busy.TENTATIVE),
        ]

    def test_a_series_counts_at_each_of_its_occurrences_as_they_are(self) -> None:
        google = Google(ANA)
        hand = google.hand(ANA)
        ends = {
            name: {"dateTime": f"2026-11-02T{hour}:00:00Z", "timeZone": "UTC"}
            for name, hour in (("start", "09"), ("end", "10"))
        }
        series = hand.create(**ends, recurrence=["RRULE:FREQ=DAILY"])
        hand.cancel_instance(series, "2026-11-03T09:00:00Z")
        hand.move_instance(series, "2026-11-04T09:00:00Z", start="2026-11-04T20:00:00Z", end="2026-11-04T21:00:00Z")
        hand.edit_instance(series, "2026-11-05T09:00:00Z", status="tentative")
        assert google.look_up(ANA, end=at(6))[ANA] == [
            Block(at(2, 9), at(2, 10), Busy.BUSY),
            Block(at(4, 20), at(4, 21), Busy.BUSY),
            Block(at(5, 9), at(5, 10), Busy.TENTATIVE),
        ]

    def test_events_are_cut_to_the_window(self) -> None:
        google = Google(ANA)
        google.hand(ANA).create(**timed(at(1, 12), at(2, 12)))
        google.hand(ANA).create(**timed(at(8, 12), at(9, 12)))
        google.hand(ANA).create(**timed(at(9), at(10)))
        assert google.look_up(ANA)[ANA] == [Block(at(2), at(2, 12), Busy.BUSY), Block(at(8, 12), at(9), Busy.BUSY)]


class TestDays:
    @pytest.mark.parametrize(
        ("zone", "start", "end"),
        [
            ("UTC", at(5), at(7)),
            ("Europe/Berlin", at(4, 23), at(6, 23)),
            ("America/New_York", at(5, 5), at(7, 5)),
            ("Asia/Kolkata", at(4, 18, 30), at(6, 18, 30)),
        ],
    )
    def test_an_all_day_event_is_busy_from_midnight_to_midnight_of_its_calendar(
        self, zone: str, start: datetime, end: datetime
    ) -> None:
        google = Google(ANA)
        google.hand(ANA).set_zone(zone)
        google.hand(ANA).create(eventType="outOfOffice", **days("2026-11-05", "2026-11-07"))
        assert google.look_up(ANA)[ANA] == [Block(start, end, Busy.AWAY)]

    def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(self) -> None:
        # Berlin's 25 October 2026 has 25 hours.
        start = datetime(2026, 10, 24, 22, tzinfo=UTC)
        events, _ = scripted(page(days("2026-10-25", "2026-10-26")))
        found = events.look_up([ANA], start - timedelta(days=2), start + timedelta(days=3))
        assert found == {ANA: [Block(start, start + timedelta(hours=25), Busy.BUSY)]}

    @pytest.mark.parametrize("zone", ["", "Europe/Nowhere", "../etc/passwd", "W. Europe Standard Time"])
    def test_a_day_of_no_zone_is_not_known_and_a_day_that_is_free_does_not_matter(self, zone: str) -> None:
        free = days("2026-11-05", "2026-11-06", transparency="transparent")
        assert said(page(days("2026-11-05", "2026-11-06"), zone=zone)) == NO_DATA
        assert said(page(free, LUNCH, zone=zone)) == [Block(at(3, 12), at(3, 13), Busy.BUSY)]


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        "event",
        [
            None,
            "lunch",
            [],
            {},
            {"start": LUNCH["start"]},
            {"start": "2026-11-03T12:00:00Z", "end": "2026-11-03T13:00:00Z"},
            LUNCH | {"start": {}},
            LUNCH | {"start": {"dateTime": "2026-11-03T12:00:00"}},
            LUNCH | {"start": {"dateTime": "soon"}},
            LUNCH | {"start": {"dateTime": 1793606400}},
            LUNCH | {"end": {"dateTime": "2026-11-03T11:00:00Z"}},
            LUNCH | {"end": {"dateTime": "9999-12-31T23:59:59-01:00"}},
            days("2026-11-05", "someday"),
            days("2026-11-06", "2026-11-05"),
            days("0001-01-01", "2026-11-05"),
        ],
    )
    def test_an_event_that_cannot_be_read_makes_its_user_unknown(self, event: Any) -> None:
        assert said(page(LUNCH, event)) == NO_DATA

    @pytest.mark.parametrize("items", [None, {}, "", 5])
    def test_a_list_that_is_none_makes_its_user_unknown(self, items: Any) -> None:
        assert said((200, json.dumps({"timeZone": "UTC", "items": items}))) == NO_DATA

    @pytest.mark.parametrize("content", ["{}", '{"items": []}', '{"timeZone": null}', "[]", "<html>", ""])
    def test_an_answer_that_is_no_list_is_no_answer(self, content: str) -> None:
        with pytest.raises(BackOffError, match="garbled"):
            said((200, content))

    def test_an_event_without_length_keeps_nobody(self) -> None:
        assert said(page(timed(at(3, 12), at(3, 12)))) == []

    def test_a_calendar_without_events_may_leave_them_out(self) -> None:
        assert said((200, '{"timeZone": "UTC"}')) == []


class TestFailures:
    def test_what_is_wrong_with_a_user_is_that_users(self) -> None:
        google = Google(ANA, BEN, CORA)
        google.plant("not_found_404", user=ANA)
        google.plant("forbidden_403", user=BEN)
        google.hand(CORA).create(**LUNCH)
        found = google.look_up(ANA, BEN, "gone@g.test", CORA)
        assert found == {
            ANA: Unknown("not_found"),
            BEN: NO_ACCESS,
            "gone@g.test": NO_ACCESS,
            CORA: [Block(at(3, 12), at(3, 13), Busy.BUSY)],
        }
        assert google.heard == []

    def test_any_number_of_users_that_are_gone_are_no_reason_to_stop(self) -> None:
        google = Google(ANA)
        gone = [f"{number}@g.test" for number in range(10)]
        assert google.look_up(*gone, ANA) == {**dict.fromkeys(gone, NO_ACCESS), ANA: []}

    @pytest.mark.parametrize(
        ("kind", "left"), [("backend_503", UNAVAILABLE), ("timeout_before", UNAVAILABLE), ("torn", UNAVAILABLE)]
    )
    def test_a_list_that_fails_leaves_its_user_unknown_and_the_others_answered(self, kind: str, left: Unknown) -> None:
        google = Google(ANA, BEN, CORA)
        google.plant(kind, user=BEN)
        assert google.look_up(ANA, BEN, CORA) == {ANA: [], BEN: left, CORA: []}
        assert len(google.heard) == 1

    def test_a_page_that_is_refused_leaves_its_user_unknown(self) -> None:
        google = Google(ANA, BEN, page_cap=1)
        for hour in (9, 11):
            google.hand(ANA).create(**timed(at(3, hour), at(3, hour + 1)))
        google.plant("invalid_400", nth=2)
        assert google.look_up(ANA, BEN) == {ANA: UNAVAILABLE, BEN: []}
        assert [error.code for error in google.heard] == ["invalid"]

    def test_after_a_plea_to_wait_nobody_is_asked_any_more_and_the_plea_is_heard(self) -> None:
        google = Google(ANA, BEN, CORA, DORA)
        google.plant("rate_limit_429", user=BEN, times=9)
        assert google.look_up(ANA, BEN, CORA, DORA) == {
            ANA: [],
            BEN: UNAVAILABLE,
            CORA: UNAVAILABLE,
            DORA: UNAVAILABLE,
        }
        assert (google.lists(), [error.code for error in google.heard]) == ([ANA, BEN], ["rateLimitExceeded"])

    def test_where_nothing_got_through_the_failure_is_raised(self) -> None:
        google = Google(ANA, BEN, CORA, DORA)
        google.plant("backend_503", times=99)
        with pytest.raises(BackOffError, match="backendError"):
            google.look_up(ANA, BEN, CORA, DORA)
        assert (google.lists(), google.heard) == ([ANA, BEN, CORA], [])

    def test_a_user_that_is_gone_is_no_failure_though_nobody_else_is_asked_about(self) -> None:
        assert Google(ANA).look_up("gone@g.test") == {"gone@g.test": NO_ACCESS}

    @pytest.mark.parametrize(
        ("reason", "error"),
        [
            ("accessNotConfigured", AccessLostError),
            ("insufficientPermissions", AccessLostError),
            ("authError", SignInError),
        ],
    )
    def test_what_concerns_everybody_is_raised_at_once(self, reason: str, error: type[SideError]) -> None:
        status = 401 if error is SignInError else 403
        told = json.dumps({"error": {"errors": [{"reason": reason, "message": "lunch with Ben"}]}})
        events, script = scripted(page(), (status, told), page())
        with pytest.raises(error) as caught:
            events.look_up([ANA, BEN, CORA], FROM, TO)
        assert (len(script.asked), "lunch" in str(caught.value)) == (2, False)

    @pytest.mark.parametrize("reason", ["somethingNew", ""])
    def test_a_refusal_for_a_reason_nobody_knows_is_the_users_while_others_get_through(self, reason: str) -> None:
        refused = 403, json.dumps({"error": {"errors": [{"reason": reason}]}})
        events, _ = scripted(page(), refused, page())
        heard: list[SideError] = []
        assert events.look_up([ANA, BEN, CORA], FROM, TO, heard.append) == {ANA: [], BEN: NO_ACCESS, CORA: []}
        assert [error.code for error in heard] == [reason or "http403"]
        with pytest.raises(AccessLostError, match=reason or "http403"):
            scripted(refused, refused)[0].look_up([ANA, BEN], FROM, TO)

    def test_a_scope_that_was_not_delegated_is_said(self) -> None:
        google = Google(ANA, BEN, scope="https://www.googleapis.com/auth/calendar.events")
        with pytest.raises(SignInError, match=r"auth/calendar\.events\.readonly"):
            google.look_up(ANA, BEN)

    def test_where_no_transport_is_given_the_wire_leads_where_the_names_allow_and_nowhere_else(self) -> None:
        near = replace(TOKEN, url="http://127.0.0.1:1/")
        with pytest.raises(AccessLostError, match=r"127\.0\.0\.1"):
            GoogleBusyEvents(near, lambda: "TOKEN", ManualClock().now).look_up([ANA], FROM, TO)
        names = Names(Limits(hosts=("127.0.0.1",)))
        with pytest.raises(BackOffError, match="no connection"):
            GoogleBusyEvents(near, lambda: "TOKEN", ManualClock().now, names=names).look_up([ANA], FROM, TO)
