"""What is asked of freeBusy.query and what is made of its answers, one calendar at a time. Source: its reference page."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from calpair.errors import BackOffError, RefusedError
from calpair.model.busy import Unknown
from unit.google.free_busy_ground import (
    BEN,
    CORA,
    FROM,
    NO_DATA,
    TEAM,
    TO,
    UNAVAILABLE,
    Google,
    answer,
    at,
    block,
    body,
    busy,
    failing,
    refusal,
    said,
    scripted,
)
from unit.google.ground import ANA, BASE


class TestTheQuestion:
    def test_many_are_asked_about_in_one_request_in_utc(self) -> None:
        availability, script = scripted(answer({ANA: busy(), BEN: busy()}))
        start = FROM.astimezone(tz=None).replace(microsecond=1)
        availability.look_up([ANA, BEN], start, TO - timedelta(microseconds=1))
        [(method, uri, _, headers)] = script.asked
        assert (method, uri) == ("POST", f"{BASE}calendar/v3/freeBusy?alt=json")
        assert headers["authorization"] == "Bearer TOKEN"
        assert body(script) == {
            "timeMin": "2026-11-02T08:00:00Z",
            "timeMax": "2026-11-02T18:00:00Z",
            "calendarExpansionMax": 50,
            "groupExpansionMax": 1,
            "items": [{"id": ANA}, {"id": BEN}],
        }

    def test_two_spellings_of_an_address_are_asked_about_once_and_answered_for_each(self) -> None:
        availability, script = scripted(answer({"Ana@g.test": busy(("2026-11-02T09:00:00Z", "2026-11-02T10:00:00Z"))}))
        found = availability.look_up(["ANA@g.test", "ana@G.test"], FROM, TO)
        assert body(script)["items"] == [{"id": ANA}]
        assert found == {"ANA@g.test": [block(at(9), at(10))], "ana@G.test": [block(at(9), at(10))]}

    def test_a_long_window_is_asked_for_in_pieces_of_sixty_days_and_joined_where_it_was_cut(self) -> None:
        google = Google(BEN)
        cut = FROM + timedelta(days=60)
        google.event(BEN, cut - timedelta(hours=1), cut + timedelta(hours=2))
        google.event(BEN, at(9), at(10))
        end = FROM + timedelta(days=61)
        assert google.look_up([BEN], FROM, end)[BEN] == [
            block(at(9), at(10)),
            block(cut - timedelta(hours=1), cut + timedelta(hours=2)),
        ]
        assert google.requests() == {"freebusy.query": 2}

    def test_a_thousand_users_and_three_months_are_forty_requests(self) -> None:
        # Twenty times fifty, twice: 92 days are sixty and thirty-two.
        users = [f"{number:04d}@g.test" for number in range(1000)]
        google = Google(*users)
        google.event(users[999], at(9), at(10))
        found = google.look_up(users, FROM, FROM + timedelta(days=92))
        assert google.requests() == {"freebusy.query": 40}
        assert list(found) == users
        assert [user for user, told in found.items() if told] == [users[999]]
        assert found[users[999]] == [block(at(9), at(10))]

    @pytest.mark.parametrize(("days", "requests"), [(60, 1), (59, 3), (15, 7)])
    def test_a_window_that_google_finds_too_long_is_halved(self, days: int, requests: int) -> None:
        google = Google(BEN, freebusy_days=days)
        google.event(BEN, FROM + timedelta(days=29, hours=23), FROM + timedelta(days=30, hours=1))
        [found] = google.look_up([BEN], FROM, FROM + timedelta(days=60)).values()
        assert found == [block(FROM + timedelta(days=29, hours=23), FROM + timedelta(days=30, hours=1))]
        assert google.requests() == {"freebusy.query": requests}

    def test_a_day_that_google_finds_too_long_is_refused(self) -> None:
        availability, script = scripted(*[refusal(400, "timeRangeTooLong")] * 9)
        with pytest.raises(RefusedError, match="timeRangeTooLong"):
            availability.look_up([ANA], FROM, FROM + timedelta(days=2))
        assert len(script.asked) == 2

    @pytest.mark.parametrize("end", [FROM, FROM - timedelta(seconds=1)])
    def test_nobody_is_free_in_a_window_that_is_none(self, end: datetime) -> None:
        with pytest.raises(ValueError, match="a window"):
            scripted()[0].look_up([ANA], FROM, end)


class TestTheAnswer:
    def test_busy_periods_are_joined_and_cut_to_the_window(self) -> None:
        periods = busy(
            ("2026-11-02T06:00:00Z", "2026-11-02T09:00:00Z"),
            ("2026-11-02T10:00:00+01:00", "2026-11-02T11:00:00+01:00"),
            ("2026-11-02T12:00:00Z", "2026-11-02T12:00:00Z"),
            ("2026-11-02T15:00:00.500Z", "2026-11-02T16:00:00Z"),
            ("2026-11-02T17:00:00Z", "2026-11-03T00:00:00Z"),
            ("2026-11-02T18:00:00Z", "2026-11-02T19:00:00Z"),
        )
        half = at(15).replace(microsecond=500_000)
        assert said({ANA: periods}, ANA) == [[block(at(8), at(10)), block(half, at(16)), block(at(17), at(18))]]

    @pytest.mark.parametrize("edges", ["clipped", "whole"])
    def test_what_the_server_cuts_and_what_it_does_not_come_to_the_same(self, edges: str) -> None:
        google = Google(BEN, freebusy_edges=edges, freebusy_touching="apart")
        google.event(BEN, at(7), at(9))
        google.event(BEN, at(9), at(10))
        google.event(BEN, at(17), at(20))
        assert google.look_up([BEN]) == {BEN: [block(at(8), at(10)), block(at(17), at(18))]}

    def test_each_error_of_a_calendar_is_its_own(self) -> None:
        calendars = {
            "a@g.test": failing("notFound"),
            "b@g.test": failing("internalError"),
            "c@g.test": failing("tooManyCalendarsRequested"),
            "d@g.test": failing("groupTooBig"),
            "e@g.test": failing("somethingNew"),
            "f@g.test": failing("notFound", "internalError"),
            "g@g.test": {**busy(("2026-11-02T09:00:00Z", "2026-11-02T10:00:00Z")), **failing("internalError")},
            "h@g.test": busy(),
        }
        assert said(calendars, *calendars) == [
            Unknown("not_found"),
            UNAVAILABLE,
            UNAVAILABLE,
            NO_DATA,
            NO_DATA,
            Unknown("not_found"),
            UNAVAILABLE,
            [],
        ]

    @pytest.mark.parametrize(
        "told",
        [
            None,
            [],
            "free",
            {},
            {"busy": None},
            {"busy": {}},
            {"busy": ""},
            {"busy": [None]},
            {"busy": ["2026-11-02T09:00:00Z"]},
            {"busy": [{"start": "2026-11-02T09:00:00Z"}]},
            {"busy": [], "errors": None},
            {"busy": [], "errors": ""},
            {"busy": [], "errors": {}},
            {"busy": [], "errors": [None]},
            {"busy": [], "errors": [{}]},
            {"busy": [], "errors": [{"reason": ["notFound"]}]},
            busy(("2026-11-02T09:00:00", "2026-11-02T10:00:00Z")),
            busy(("2026-11-02T09:00:00Z", "2026-11-02T10:00:00")),
            busy(("2026-11-02", "2026-11-03")),
            busy(("soon", "2026-11-02T10:00:00Z")),
            busy(("2026-11-02T11:00:00Z", "2026-11-02T10:00:00Z")),
            busy(("0001-01-01T00:00:00+01:00", "2026-11-02T10:00:00Z")),
            busy(("2026-11-02T09:00:00Z", "9999-12-31T23:59:59-01:00")),
            {"busy": [{"start": 1793606400, "end": 1793610000}]},
        ],
    )
    def test_nobody_is_free_because_nothing_could_be_read(self, told: Any) -> None:
        assert said({ANA: told, BEN: busy()}, ANA, BEN) == [NO_DATA, []]

    def test_a_calendar_that_is_left_out_is_not_free(self) -> None:
        assert said({BEN: busy()}, ANA, BEN) == [NO_DATA, []]

    @pytest.mark.parametrize(
        "window",
        [
            {"timeMin": "2026-11-02T08:00:01Z"},
            {"timeMax": "2026-11-02T17:59:59Z"},
            {"timeMax": None},
            {"timeMin": "2026-11-02T08:00:00"},
        ],
    )
    def test_an_answer_about_less_than_was_asked_says_nothing(self, window: Mapping[str, Any]) -> None:
        assert said({ANA: busy()}, ANA, **window) == [NO_DATA]

    @pytest.mark.parametrize("calendars", [None, [], "", 5])
    def test_an_answer_without_calendars_is_no_answer(self, calendars: Any) -> None:
        with pytest.raises(BackOffError, match="garbled"):
            said(calendars, ANA)

    def test_of_whom_one_piece_is_unknown_nothing_is_known(self) -> None:
        google = Google(BEN, CORA)
        google.plant("internal_error", nth=1, detail=BEN)
        google.plant("internal_error", nth=2, detail=CORA)
        found = google.look_up([ANA, BEN, CORA], FROM, FROM + timedelta(days=61))
        assert found == {ANA: [], BEN: UNAVAILABLE, CORA: UNAVAILABLE}
        assert google.heard == []

    def test_who_is_not_there_and_who_shows_nothing_are_told_alike_and_spoil_nothing(self) -> None:
        google = Google(BEN, CORA)
        google.simulator.calendar(CORA).set_access(ANA, "none")
        google.event(BEN, at(9), at(10))
        google.event(CORA, at(9), at(10))
        assert google.look_up(["nobody@g.test", BEN, CORA]) == {
            "nobody@g.test": Unknown("not_found"),
            BEN: [block(at(9), at(10))],
            CORA: Unknown("not_found"),
        }

    def test_a_group_is_not_free_and_takes_nothing_of_the_others_room(self) -> None:
        people = [f"{number}@g.test" for number in range(49)]
        google = Google(*people)
        google.simulator.add_group(TEAM, [ANA, *people[:30]])
        google.simulator.add_group("one@g.test", [ANA])
        assert google.look_up([TEAM, *people]) == {TEAM: NO_DATA, **{one: [] for one in people}}
        assert google.look_up(["one@g.test"]) == {"one@g.test": NO_DATA}

    def test_what_makes_nobody_busy_at_google_makes_nobody_busy(self) -> None:
        google = Google(BEN)
        google.event(BEN, at(9), at(10), transparency="transparent")
        google.event(BEN, at(9), at(10), eventType="workingLocation")
        google.event(BEN, at(9), at(10), attendees=[{"email": BEN, "responseStatus": "declined"}])
        google.event(BEN, at(12), at(13), status="tentative")
        assert google.look_up([BEN]) == {BEN: [block(at(12), at(13))]}
