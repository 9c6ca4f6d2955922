"""Removing parts: what a part has is cancelled at home; the series itself goes when nothing of it would be left."""

from collections.abc import Sequence
from dataclasses import replace

from calpair.errors import RefusedError, SideError, StaleError
from calpair.model.event import Event, Item
from calpair.model.rule import Original
from calpair.ports import Edit, Removal
from calpair.sync.parted import Parted
from unit.sync.parted_home import Home, at, biennial, board, hold, once, span, weekly

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
