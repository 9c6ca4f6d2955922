"""What Google would hold of a series, the bodies that write it, and those that change one occurrence."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from calpair.google.mapping.holding import hold
from calpair.google.mapping.overrides import bringing, edited, rank, told
from calpair.google.mapping.reading import Known, Rest, UnreadableError
from calpair.google.mapping.writing import fields, spelled, whole
from calpair.model.event import Event, Field, Privacy, ShowAs
from calpair.model.rule import Day, Frequency, Recurrence, Rule, Skip
from calpair.model.when import AllDay, Timed

BERLIN = "Europe/Berlin"
FIRST = datetime(2026, 10, 12, 7, tzinfo=UTC)
SECOND = datetime(2026, 10, 19, 7, tzinfo=UTC)
THIRD = datetime(2026, 10, 26, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEKLY = Recurrence((Rule(Frequency.WEEKLY, by_day=(Day(0),)),))
SERIES = Event("Stand-up", Timed(FIRST, FIRST + HOUR, BERLIN), repeats=WEEKLY)
OTHER = Event("Long stand-up", Timed(THIRD, THIRD + 2 * HOUR, BERLIN))
KNOWN = Known("ana@g.test")
LINES = ["RRULE:FREQ=WEEKLY;BYDAY=MO"]


class TestHolding:
    def test_a_series_is_held_as_it_repeats_with_its_overrides(self) -> None:
        event = replace(SERIES, overrides={SECOND: None, THIRD: OTHER})
        assert (hold(event, {}).event, hold(event, {}).losses, hold(event, {}).parts) == (event, (), ())

    def test_whatever_can_be_said_of_a_rule_is_held(self) -> None:
        rule = Rule(Frequency.MONTHLY, by_month_day=(31,), skip=Skip.BACKWARD)
        repeats = Recurrence((rule,), (Rule(Frequency.YEARLY),), dates=(SECOND,))
        assert hold(replace(SERIES, repeats=repeats), {}).event.repeats == repeats

    def test_an_override_is_held_like_an_event_in_the_zone_of_its_series(self) -> None:
        away = replace(OTHER, when=Timed(THIRD, THIRD, "Asia/Tokyo"), show_as=ShowAs.AWAY, reminder=99_999)
        found = hold(replace(SERIES, overrides={THIRD: away}), {})
        when = Timed(THIRD, THIRD + timedelta(minutes=1), BERLIN)
        assert found.event.overrides == {THIRD: replace(OTHER, when=when, reminder=40320)}
        assert found.losses == ("reminder:shortened", "show_as", "when:stretched")

    def test_losses_are_those_of_the_series_and_of_its_overrides(self) -> None:
        event = replace(SERIES, privacy=Privacy.PERSONAL, overrides={THIRD: replace(OTHER, show_as=ShowAs.AWAY)})
        assert hold(event, {}).losses == ("privacy", "show_as")

    def test_an_override_of_which_nothing_is_left_is_none(self) -> None:
        away = replace(SERIES, show_as=ShowAs.AWAY, when=Timed(THIRD, THIRD + HOUR), repeats=None)
        assert hold(replace(SERIES, overrides={THIRD: away}), {}).event == SERIES

    def test_a_series_is_planned_in_some_zone(self) -> None:
        event = replace(SERIES, when=Timed(FIRST, FIRST + HOUR), overrides={SECOND: None, THIRD: OTHER})
        found = hold(event, {}).event
        assert found.when == Timed(FIRST, FIRST + HOUR, "UTC")
        assert found.overrides == {SECOND: None, THIRD: replace(OTHER, when=Timed(THIRD, THIRD + 2 * HOUR, "UTC"))}

    def test_a_cancelled_occurrence_that_the_series_has_not_got_is_nothing(self) -> None:
        assert hold(replace(SERIES, overrides={SECOND + HOUR: None}), {}).event == SERIES

    def test_a_date_taken_out_is_a_cancelled_occurrence(self) -> None:
        event = replace(SERIES, repeats=replace(WEEKLY, except_dates=(SECOND, SECOND + HOUR)))
        assert hold(event, {}).event == replace(SERIES, overrides={SECOND: None})
        assert whole(event, {})["recurrence"] == LINES


class TestBodies:
    def test_an_insert_says_how_it_repeats_in_the_zone_of_both_ends(self) -> None:
        body = whole(replace(SERIES, overrides={SECOND: None}), {})
        assert (body["recurrence"], body["start"], body["end"]) == (
            LINES,
            {"dateTime": "2026-10-12T07:00:00Z", "timeZone": BERLIN},
            {"dateTime": "2026-10-12T08:00:00Z", "timeZone": BERLIN},
        )
        unzoned = whole(replace(SERIES, when=Timed(FIRST, FIRST + HOUR)), {})
        assert (unzoned["start"]["timeZone"], unzoned["end"]["timeZone"]) == ("UTC", "UTC")

    def test_whole_days(self) -> None:
        rule = Rule(Frequency.DAILY, until=date(2026, 10, 31))
        event = Event("Days", AllDay(date(2026, 10, 12), date(2026, 10, 13)), repeats=Recurrence((rule,)))
        assert whole(event, {}) == {
            "summary": "Days",
            "start": {"date": "2026-10-12"},
            "end": {"date": "2026-10-13"},
            "recurrence": ["RRULE:FREQ=DAILY;UNTIL=20261031"],
            "transparency": "opaque",
            "visibility": "default",
            "reminders": {"useDefault": False, "overrides": []},
        }

    def test_when_and_how_it_repeats_go_together(self) -> None:
        start = {"date": None, "dateTime": "2026-10-12T07:00:00Z", "timeZone": BERLIN}
        end = {"date": None, "dateTime": "2026-10-12T08:00:00Z", "timeZone": BERLIN}
        assert fields(SERIES, {Field.WHEN}, None, {}) == {"start": start, "end": end, "recurrence": LINES}
        single = replace(SERIES, repeats=None)
        assert fields(single, {Field.WHEN}, Rest(), {}) == {"start": start, "end": end}
        was = Rest(master={"id": "abc"})
        assert fields(single, {Field.WHEN}, was, {}) == {"start": start, "end": end, "recurrence": None}
        assert fields(SERIES, {Field.TITLE}, was, {}) == {"summary": "Stand-up"}

    def test_what_says_nothing_of_repeating_has_one_spelling(self) -> None:
        assert spelled({"summary": "x"}, SERIES) == [{"summary": "x"}]
        assert spelled({"recurrence": None}, replace(SERIES, repeats=None)) == [{"recurrence": None}]
        assert spelled({"summary": "x", "recurrence": LINES}, SERIES)[0] == {"summary": "x", "recurrence": LINES}


THERE: dict[str, Any] = {
    "id": "abc_1",
    "etag": '"1"',
    "status": "confirmed",
    "recurringEventId": "abc",
    "originalStartTime": {"dateTime": "2026-10-26T09:00:00+01:00", "timeZone": BERLIN},
    "start": {"dateTime": "2026-10-26T09:00:00+01:00", "timeZone": BERLIN},
    "end": {"dateTime": "2026-10-26T10:00:00+01:00", "timeZone": BERLIN},
    "summary": "Stand-up",
    "reminders": {"useDefault": False, "overrides": [{"method": "email", "minutes": 60}]},
}
"""The third occurrence, as the series has it."""

GONE = {"id": "abc_1", "etag": '"2"', "status": "cancelled", "recurringEventId": "abc"}
THIRD_ONE = replace(SERIES, when=Timed(THIRD, THIRD + HOUR, BERLIN), repeats=None)


class TestOneOccurrence:
    def test_what_is_as_wanted_needs_nothing(self) -> None:
        assert bringing(THERE, THIRD_ONE, KNOWN) is None
        assert bringing({**THERE, "start": {"dateTime": "2026-10-26T08:00:00Z"}}, THIRD_ONE, KNOWN) is None
        assert bringing(GONE, None, KNOWN) is None

    def test_only_what_differs_is_written(self) -> None:
        assert bringing(THERE, replace(THIRD_ONE, title="Long"), KNOWN) == {"summary": "Long"}
        assert bringing(THERE, OTHER, KNOWN) == {
            "summary": "Long stand-up",
            "start": {"date": None, "dateTime": "2026-10-26T08:00:00Z", "timeZone": BERLIN},
            "end": {"date": None, "dateTime": "2026-10-26T10:00:00Z", "timeZone": BERLIN},
        }

    def test_its_other_reminders_stay(self) -> None:
        rows = [{"method": "popup", "minutes": 5}, {"method": "email", "minutes": 60}]
        assert bringing(THERE, replace(THIRD_ONE, reminder=5), KNOWN) == {
            "reminders": {"useDefault": False, "overrides": rows}
        }

    def test_categories_count_where_there_is_a_table(self) -> None:
        red = replace(THIRD_ONE, categories=("Red",))
        assert bringing(THERE, red, Known("ana@g.test", table={"Red": "11"})) == {"colorId": "11"}
        assert bringing({**THERE, "colorId": "11"}, THIRD_ONE, KNOWN) is None

    def test_it_is_cancelled_by_its_status(self) -> None:
        assert bringing(THERE, None, KNOWN) == {"status": "cancelled"}

    def test_it_is_brought_back_with_all_it_says(self) -> None:
        assert bringing(GONE, THIRD_ONE, KNOWN) == {
            "status": "confirmed",
            "summary": "Stand-up",
            "description": "",
            "location": "",
            "start": {"date": None, "dateTime": "2026-10-26T08:00:00Z", "timeZone": BERLIN},
            "end": {"date": None, "dateTime": "2026-10-26T09:00:00Z", "timeZone": BERLIN},
            "transparency": "opaque",
            "visibility": "default",
            "reminders": {"useDefault": False, "overrides": []},
        }

    def test_it_may_be_limited_to_some_fields(self) -> None:
        assert bringing(THERE, OTHER, KNOWN, frozenset({Field.TITLE})) == {"summary": "Long stand-up"}
        assert bringing(THERE, OTHER, KNOWN, frozenset({Field.PLACE})) is None

    def test_nothing_is_written_over_what_nobody_understands(self) -> None:
        for broken in ({**THERE, "start": {}}, {**THERE, "summary": 7}):
            with pytest.raises(UnreadableError):
                bringing(broken, OTHER, KNOWN)

    def test_cancellations_go_first_then_moves(self) -> None:
        bodies: list[dict[str, Any]] = [
            {"summary": "x"},
            {"status": "confirmed", "start": {}},
            {"status": "cancelled"},
            {"start": {}},
        ]
        assert [rank(body) for body in bodies] == [2, 1, 0, 1]


class TestEdited:
    def test_what_says_the_same_was_not(self) -> None:
        assert not edited(THIRD_ONE, THERE, frozenset(), KNOWN)
        assert not edited(None, GONE, frozenset(), KNOWN)

    def test_what_says_something_else_was(self) -> None:
        assert edited(replace(THIRD_ONE, title="Before"), THERE, frozenset(), KNOWN)
        assert edited(THIRD_ONE, GONE, frozenset(), KNOWN)
        assert edited(None, THERE, frozenset(), KNOWN)

    def test_what_was_just_written_does_not_count(self) -> None:
        before = replace(THIRD_ONE, title="Before")
        assert not edited(before, THERE, frozenset({Field.TITLE}), KNOWN)
        assert edited(replace(before, place="Room 2"), THERE, frozenset({Field.TITLE}), KNOWN)


def test_a_series_says_of_each_occurrence_what_it_is_or_that_there_is_none() -> None:
    event = replace(SERIES, overrides={SECOND: None, THIRD: OTHER})
    assert told(event, (THIRD, SECOND, FIRST, FIRST + HOUR, date(2026, 10, 12))) == {
        date(2026, 10, 12): None,
        FIRST: replace(SERIES, repeats=None),
        FIRST + HOUR: None,
        SECOND: None,
        THIRD: OTHER,
    }
    assert told(replace(SERIES, repeats=None), (FIRST,)) == {FIRST: None}
