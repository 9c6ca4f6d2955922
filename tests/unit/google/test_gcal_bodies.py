"""Request bodies, as they go over the wire."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from calpair.google.mapping.reading import Rest
from calpair.google.mapping.reminders import Reminders, written
from calpair.google.mapping.writing import fields, whole
from calpair.model.body import Body
from calpair.model.event import Event, Field, Privacy, ShowAs
from calpair.model.when import AllDay, Timed

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
EVENT = Event(
    "Lunch",
    Timed(NOON, NOON + timedelta(hours=1), "Europe/Berlin"),
    Body("<b>Now</b>", html=True),
    "Canteen",
    ShowAs.FREE,
    Privacy.CONFIDENTIAL,
    15,
    ("Red",),
)
TABLE = {"Red": "11"}


def patch(event: Event, *names: Field, was: Any = None, table: dict[str, str] | None = None) -> dict[str, Any]:
    return fields(event, names, was, TABLE if table is None else table)


def test_an_insert_says_everything_once() -> None:
    assert whole(EVENT, TABLE) == {
        "summary": "Lunch",
        "description": "<b>Now</b>",
        "location": "Canteen",
        "start": {"dateTime": "2026-11-05T12:00:00Z", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-11-05T13:00:00Z", "timeZone": "Europe/Berlin"},
        "transparency": "transparent",
        "visibility": "confidential",
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 15}]},
        "colorId": "11",
    }


def test_an_insert_leaves_out_what_is_empty() -> None:
    days = AllDay(date(2026, 12, 24), date(2026, 12, 27))
    assert whole(Event("", days), {}) == {
        "start": {"date": "2026-12-24"},
        "end": {"date": "2026-12-27"},
        "transparency": "opaque",
        "visibility": "default",
        "reminders": {"useDefault": False, "overrides": []},
    }


@pytest.mark.parametrize(
    ("field", "body"),
    [
        (Field.TITLE, {"summary": "Lunch"}),
        (Field.BODY, {"description": "<b>Now</b>"}),
        (Field.PLACE, {"location": "Canteen"}),
        (Field.SHOW_AS, {"transparency": "transparent"}),
        (Field.PRIVACY, {"visibility": "confidential"}),
        (Field.REMINDER, {"reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 15}]}}),
        (Field.CATEGORIES, {"colorId": "11"}),
        (
            Field.WHEN,
            {
                "start": {"date": None, "dateTime": "2026-11-05T12:00:00Z", "timeZone": "Europe/Berlin"},
                "end": {"date": None, "dateTime": "2026-11-05T13:00:00Z", "timeZone": "Europe/Berlin"},
            },
        ),
    ],
)
def test_a_patch_says_the_field_asked_for_and_no_other(field: Field, body: dict[str, Any]) -> None:
    assert patch(EVENT, field) == body


def test_a_patch_of_nothing_is_empty() -> None:
    assert patch(EVENT) == {}


def test_a_patch_to_whole_days_clears_the_times() -> None:
    days = replace(EVENT, when=AllDay(date(2026, 12, 24), date(2026, 12, 27)))
    assert patch(days, Field.WHEN) == {
        "start": {"date": "2026-12-24", "dateTime": None, "timeZone": None},
        "end": {"date": "2026-12-27", "dateTime": None, "timeZone": None},
    }


def test_a_patch_clears_a_text_with_an_empty_one_and_a_colour_with_null() -> None:
    empty = replace(EVENT, title="", body=Body(), place="", categories=())
    assert patch(empty, Field.TITLE, Field.BODY, Field.PLACE, Field.CATEGORIES) == {
        "summary": "",
        "description": "",
        "location": "",
        "colorId": None,
    }


def test_colours_are_left_alone_where_they_are_not_carried() -> None:
    assert patch(EVENT, Field.CATEGORIES, table={}) == {}
    assert patch(replace(EVENT, categories=None), Field.CATEGORIES) == {}


@pytest.mark.parametrize(
    ("privacy", "word"),
    [
        (Privacy.NORMAL, "default"),
        (Privacy.PUBLIC, "public"),
        (Privacy.PERSONAL, "private"),
        (Privacy.PRIVATE, "private"),
    ],
)
def test_privacy_is_visibility(privacy: Privacy, word: str) -> None:
    assert patch(replace(EVENT, privacy=privacy), Field.PRIVACY) == {"visibility": word}


@pytest.mark.parametrize("show_as", [ShowAs.BUSY, ShowAs.TENTATIVE, ShowAs.AWAY, ShowAs.ELSEWHERE])
def test_all_but_free_is_opaque(show_as: ShowAs) -> None:
    assert patch(replace(EVENT, show_as=show_as), Field.SHOW_AS) == {"transparency": "opaque"}


def test_an_unplanned_zone_is_utc() -> None:
    event = replace(EVENT, when=Timed(NOON, NOON + timedelta(hours=1)))
    assert patch(event, Field.WHEN)["start"]["timeZone"] == "UTC"


def test_the_items_other_reminders_stay() -> None:
    was = Rest(Reminders((("popup", 10), ("popup", 60), ("email", 5))))
    assert patch(EVENT, Field.REMINDER, was=was) == {
        "reminders": {
            "useDefault": False,
            "overrides": [
                {"method": "popup", "minutes": 15},
                {"method": "popup", "minutes": 60},
                {"method": "email", "minutes": 5},
            ],
        }
    }


class TestReminders:
    @staticmethod
    def rows(minutes: int | None, *was: tuple[str, int], default: bool = False) -> list[tuple[str, int]]:
        sent = written(minutes, Reminders(was, default=default))
        assert sent["useDefault"] is False
        return [(row["method"], row["minutes"]) for row in sent["overrides"]]

    def test_a_popup_nearer_than_the_new_one_goes(self) -> None:
        assert self.rows(45, ("popup", 10), ("popup", 30), ("popup", 60)) == [("popup", 45), ("popup", 60)]

    def test_the_one_that_changed_is_replaced(self) -> None:
        assert self.rows(5, ("popup", 10), ("popup", 30)) == [("popup", 5), ("popup", 30)]

    def test_without_a_reminder_no_popup_is_left(self) -> None:
        assert self.rows(None, ("popup", 10), ("popup", 30)) == []
        assert self.rows(None, ("popup", 10), ("email", 30)) == [("email", 30)]

    def test_an_email_that_only_the_calendar_sends_is_not_made_the_events_own(self) -> None:
        assert self.rows(15, ("popup", 10), ("popup", 30), ("email", 60), default=True) == [
            ("popup", 15),
            ("popup", 30),
        ]
        assert self.rows(None, ("popup", 10), ("email", 60), default=True) == []

    def test_there_are_five_at_most(self) -> None:
        was = [("popup", 10), *(("popup", minutes) for minutes in (20, 30, 40)), ("email", 1), ("email", 2)]
        assert self.rows(15, *was) == [("popup", 15), ("popup", 20), ("popup", 30), ("popup", 40), ("email", 1)]
