"""What Google would hold of an event, and the words for what it would not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from calpair.google.mapping.holding import hold
from calpair.model.body import Body
from calpair.model.event import Event, Privacy, ShowAs
from calpair.model.when import AllDay, Timed

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
EVENT = Event("Lunch", Timed(NOON, NOON + timedelta(hours=1), "Europe/Berlin"))
TABLE = {"Red": "11", "Urgent": "11", "Blue": "9"}


def held(table: dict[str, str] | None = None, /, **changes: object) -> tuple[Event, tuple[str, ...]]:
    found = hold(replace(EVENT, **changes), table or {})  # type: ignore[arg-type]  # fields by name
    return found.event, found.losses


def test_an_ordinary_event_is_held_as_it_is() -> None:
    assert held() == (EVENT, ())
    days = AllDay(date(2026, 12, 24), date(2026, 12, 27))
    assert held(when=days) == (replace(EVENT, when=days), ())


@pytest.mark.parametrize("show_as", [ShowAs.TENTATIVE, ShowAs.AWAY, ShowAs.ELSEWHERE])
def test_there_is_only_free_and_busy(show_as: ShowAs) -> None:
    assert held(show_as=show_as) == (replace(EVENT, show_as=ShowAs.BUSY), ("show_as",))
    assert held(show_as=ShowAs.FREE) == (replace(EVENT, show_as=ShowAs.FREE), ())


def test_personal_becomes_private() -> None:
    assert held(privacy=Privacy.PERSONAL) == (replace(EVENT, privacy=Privacy.PRIVATE), ("privacy",))
    for privacy in (Privacy.NORMAL, Privacy.PUBLIC, Privacy.PRIVATE, Privacy.CONFIDENTIAL):
        assert held(privacy=privacy) == (replace(EVENT, privacy=privacy), ())


def test_an_instant_without_a_zone_is_planned_in_utc() -> None:
    event, losses = held(when=Timed(NOON, NOON + timedelta(hours=1)))
    assert (event.when, losses) == (Timed(NOON, NOON + timedelta(hours=1), "UTC"), ())


def test_an_event_without_duration_lasts_a_minute() -> None:
    event, losses = held(when=Timed(NOON, NOON, "Europe/Berlin"))
    assert event.when == Timed(NOON, NOON + timedelta(minutes=1), "Europe/Berlin")
    assert losses == ("when:stretched",)


@pytest.mark.parametrize(("minutes", "kept"), [(40321, 40320), (10**6, 40320), (-5, 0)])
def test_a_reminder_out_of_range_is_moved_to_the_edge(minutes: int, kept: int) -> None:
    assert held(reminder=minutes) == (replace(EVENT, reminder=kept), ("reminder:shortened",))


@pytest.mark.parametrize("minutes", [None, 0, 15, 40320])
def test_a_reminder_in_range_is_held(minutes: int | None) -> None:
    assert held(reminder=minutes) == (replace(EVENT, reminder=minutes), ())


class TestCategories:
    def test_without_a_table_none_is_carried(self) -> None:
        assert held(categories=("Red",)) == (replace(EVENT, categories=None), ("categories",))
        assert held(categories=()) == (replace(EVENT, categories=None), ())
        assert held(categories=None) == (replace(EVENT, categories=None), ())

    def test_one_that_has_a_colour_of_its_own_is_held(self) -> None:
        assert held(TABLE, categories=("Blue",)) == (replace(EVENT, categories=("Blue",)), ())
        assert held(TABLE, categories=()) == (replace(EVENT, categories=()), ())

    def test_the_first_one_known_is_held_and_the_rest_lost(self) -> None:
        event, losses = held(TABLE, categories=("Green", "Blue", "Red"))
        assert (event.categories, losses) == (("Blue",), ("categories",))
        assert held(TABLE, categories=("Green",)) == (replace(EVENT, categories=()), ("categories",))

    def test_of_several_with_one_colour_the_first_in_the_table_is_read_back(self) -> None:
        event, losses = held(TABLE, categories=("Urgent",))
        assert (event.categories, losses) == (("Red",), ("categories",))

    def test_an_event_of_a_side_without_categories_says_nothing_of_them(self) -> None:
        assert held(TABLE, categories=None) == (replace(EVENT, categories=None), ())


def test_a_long_title_is_cut_at_a_word() -> None:
    event, losses = held(title="word " * 300)
    assert event.title == "word " * 203 + "word…"
    assert losses == ("title:shortened",)
    assert held(title="t" * 1024) == (replace(EVENT, title="t" * 1024), ())


def test_a_long_place_of_one_word_is_cut_anywhere() -> None:
    event, losses = held(place="p" * 2000)
    assert event.place == "p" * 1023 + "…"
    assert losses == ("place:shortened",)


def test_a_long_body_is_cut_and_says_so() -> None:
    event, losses = held(body=Body("word " * 3000))
    assert len(event.body.content) <= 8192
    assert event.body.content.endswith("word\n[shortened: the whole text stands in Outlook]")
    assert losses == ("body:shortened",)


def test_all_losses_are_told_in_order() -> None:
    _, losses = held(show_as=ShowAs.AWAY, privacy=Privacy.PERSONAL, title="t" * 2000, categories=("Red",))
    assert losses == ("categories", "privacy", "show_as", "title:shortened")


def test_what_is_held_is_held_again_without_loss() -> None:
    event, _ = held(
        TABLE,
        show_as=ShowAs.AWAY,
        privacy=Privacy.PERSONAL,
        title="t" * 2000,
        body=Body("<p>" + "word " * 3000 + "</p>", html=True),
        reminder=99999,
        when=Timed(NOON, NOON),
        categories=("Urgent",),
    )
    again = hold(event, TABLE)
    assert (again.event, again.losses) == (event, ())
