"""Removing parts: what a part has is cancelled at home; the series itself goes when nothing of it would be left."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from calpair.errors import RefusedError, SideError, StaleError
from calpair.model.event import Event, Item
from calpair.model.rule import Original
from calpair.ports import Edit, Removal
from calpair.sync.parted import Parted
from unit.sync.parted_home import MONDAYS, WEDNESDAYS, Home, at, biennial, board, hold, once, span, weekly

MONDAY_PART, WEDNESDAY_PART = Removal("e1", "v1"), Removal("e1#third-wednesday", "v1")
APART = Removal("e1#2026-11-09T09:00:00Z", "v1")
PLAIN = Event("Lunch", span(at(11, 3)))


def delete(home: Home, *removals: Removal) -> Sequence[SideError | None]:
    """Read what is to go, as a run does, and remove it."""
    google = Parted(home, hold)
    found = google.read([removal.id for removal in removals])
    home.reads.clear()
    items = [found[removal.id] for removal in removals]
    there = [
        replace(one, item=item if isinstance(item, Item) else None) for one, item in zip(removals, items, strict=True)
    ]
    return google.delete(there)


def cancelled(home: Home) -> set[Original]:
    """The occurrences cancelled by the one edit there was."""
    (edit,) = home.edits
    assert edit.event.overrides == home.event("e1").overrides
    assert all(edit.event.overrides[one] is None for one in edit.overrides)
    return set(edit.overrides)


def of(event: Event) -> Home:
    home = Home()
    home.put("e1", event)
    return home


def moved(count: int | None) -> Event:
    return weekly(count, overrides={at(11, 9): once(weekly(), span(at(11, 20))), at(11, 16): None})


def test_what_is_no_part_is_deleted_as_it_is() -> None:
    home = Home()
    home.put("e1", PLAIN)
    home.put("e2", weekly())
    removals = [Removal("e1", "v1", permanent=True), Removal("e2", "v0")]
    done, stale = delete(home, *removals)
    assert done is None
    assert isinstance(stale, StaleError)
    assert stale.code == "conditionNotMet"
    assert home.removals == removals
    assert home.reads == []
    assert Parted(home, hold).delete([]) == []


@pytest.mark.parametrize(
    ("removal", "expected"), [(MONDAY_PART, set(MONDAYS)), (WEDNESDAY_PART, set(WEDNESDAYS))], ids=["first", "other"]
)
def test_a_part_that_ends_is_cancelled_occurrence_by_occurrence(removal: Removal, expected: set[Original]) -> None:
    home = of(board())
    assert delete(home, removal) == [None]
    assert cancelled(home) == expected
    assert home.removals == []


def test_a_single_event_is_cancelled_at_home() -> None:
    home = of(biennial())
    assert delete(home, Removal("e1#2028-11-02T09:00:00Z", "v1")) == [None]
    assert cancelled(home) == {at(11, 2, year=2028)}


def test_a_part_without_end_is_not_taken_out_of_its_series() -> None:
    home = of(board(until=None))
    (refused,) = delete(home, WEDNESDAY_PART)
    assert isinstance(refused, RefusedError)
    assert refused.code == "part"
    assert (home.edits, home.removals) == ([], [])


@pytest.mark.parametrize("until", [None, at(1, 31, year=2027)])
def test_a_series_goes_with_all_its_parts(until: Original | None) -> None:
    home = of(board(until=until))  # type: ignore[arg-type]
    assert delete(home, MONDAY_PART, Removal("e1#third-wednesday", "v1", permanent=True)) == [None, None]
    assert home.removals == [Removal("e1", "v1", permanent=True)]
    assert home.edits == []


def test_a_series_goes_with_the_last_of_its_parts() -> None:
    home = of(board())
    assert delete(home, WEDNESDAY_PART) == [None]
    assert delete(home, Removal("e1", "v2")) == [None]
    assert home.removals == [Removal("e1", "v2")]


def test_a_series_does_not_go_with_parts_that_do_not_reach_to_its_end() -> None:
    home = of(biennial())
    assert delete(home, MONDAY_PART, Removal("e1#2028-11-02T09:00:00Z", "v1")) == [None, None]
    assert home.removals == []
    assert cancelled(home) == {at(11, 2), at(11, 2, year=2028)}


def test_what_stands_apart_stays_when_the_rest_goes() -> None:
    home = of(moved(4))
    assert delete(home, MONDAY_PART) == [None]
    assert cancelled(home) == {at(11, 2), at(11, 23)}
    assert home.event("e1").overrides[at(11, 9)]


def test_what_stands_apart_goes_while_the_rest_stays() -> None:
    home = of(board(until=None, overrides={WEDNESDAYS[0]: once(board(), span(at(11, 27)))}))
    refused, done = delete(home, MONDAY_PART, Removal("e1#2026-11-18T09:00:00Z", "v1"))
    assert isinstance(refused, RefusedError)
    assert done is None
    assert cancelled(home) == {WEDNESDAYS[0]}


def test_a_series_without_end_goes_with_what_stands_apart() -> None:
    home = of(moved(None))
    assert delete(home, APART, MONDAY_PART) == [None, None]
    assert home.removals == [Removal("e1", "v1")]


def test_several_series_are_each_one_edit() -> None:
    home = of(board())
    home.put("e2", board())
    home.put("e3", PLAIN)
    others = [Removal("e2#third-wednesday", "v1"), Removal("e3", "v1")]
    assert delete(home, MONDAY_PART, *others) == [None, None, None]
    assert [edit.item.id for edit in home.edits] == ["e1", "e2"]
    assert [removal.id for removal in home.removals] == ["e3"]


def test_a_refused_cancellation_is_the_parts_answer() -> None:
    no = RefusedError("no")
    home = of(biennial())
    home.will_not[at(11, 2, year=2028)] = no
    assert delete(home, MONDAY_PART, Removal("e1#2028-11-02T09:00:00Z", "v1")) == [None, no]


def test_what_the_calendar_answers_to_the_edit_is_every_parts_answer() -> None:
    class Changed(Home):
        def update(self, edits: Sequence[Edit]) -> Sequence[SideError]:
            return [StaleError("conditionNotMet") for _ in edits]

    home = Changed()
    home.put("e1", board())
    (stale,) = delete(home, MONDAY_PART)
    assert isinstance(stale, StaleError)


def test_a_part_read_in_another_version_is_looked_at_again() -> None:
    home = of(board())
    (stale,) = delete(home, Removal("e1#third-wednesday", "v0"))
    assert isinstance(stale, StaleError)
    assert stale.code == "part"
    assert (home.edits, home.removals) == ([], [])
