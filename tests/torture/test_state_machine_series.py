"""Random walks over both simulators with series among the events: the walks of `test_state_machine_whole.py`, and more.

Series are made on either side, given other titles, times, zones and ends, deleted; single occurrences given titles of their
own, moved, cancelled, on Google brought back, moved across a neighbour, and changed together with all that follow. What
must come of it is kept by original start in `whole_series_model.py`, by hand.

A few walks run always; CALPAIR_TORTURE=1 runs three hundred long ones. The ground is SQLite, and Firestore as well.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import strategies
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from scenarios.on_firestore import OnFirestore
from scenarios.stage import Stage
from torture.test_state_machine_whole import TORTURE, Walk, numbers, sides, walks
from torture.whole_model import EXCHANGE, GOOGLE
from torture.whole_series_model import Repeating, SeriesPeople, Shape

MOST = 4
"""Series at once."""

hours = strategies.integers(1, 13)
shapes = strategies.builds(
    lambda kind, day, hour, number, zone: Shape(
        kind, datetime.fromisoformat(f"2027-06-{day:02}T{hour:02}:00:00+00:00"), number, zone
    ),
    strategies.sampled_from(("Daily", "Weekly")),
    strategies.integers(1, 20),
    hours,
    strategies.integers(2, 5),
    strategies.sampled_from(("Europe/Berlin", "Asia/Tokyo")),
)


class SeriesWalk(Walk):
    """The walk with series."""

    people: SeriesPeople

    def crowd(self, stage: Stage) -> SeriesPeople:
        return SeriesPeople(stage)

    # --- people, on series

    @precondition(lambda self: len(self.people.repeating) < MOST)
    @rule(side=sides, shape=shapes)
    def repeat(self, side: str, shape: Shape) -> None:
        self.people.repeat(side, shape)

    @precondition(lambda self: self.people.repeating)
    @rule(side=sides, number=numbers)
    def retitle_series(self, side: str, number: int) -> None:
        if event := self._series(side, number):
            self.people.retitle_all(side, event)

    @precondition(lambda self: self.people.repeating)
    @rule(side=sides, number=numbers, shape=shapes)
    def reshape_series(self, side: str, number: int, shape: Shape) -> None:
        event = self._series(side, number, lambda event: not event.seen(side).apart and not event.reshaped)
        if event and shape.originals != event.seen(side).shape.originals:
            self.people.reshape(side, event, shape)

    @precondition(lambda self: self.people.repeating)
    @rule(side=sides, number=numbers)
    def delete_series(self, side: str, number: int) -> None:
        event = self._series(
            side, number, lambda event: not (event.seen(side).apart or (side == GOOGLE and event.named))
        )
        if event:
            self.people.delete_all(side, event)

    @precondition(lambda self: self.people.repeating)
    @rule(side=sides, number=numbers, which=numbers)
    def retitle_occurrence(self, side: str, number: int, which: int) -> None:
        if event := self._series(side, number, lambda event: event.left(side)):
            self.people.retitle_one(side, event, self._any(event.left(side), which))

    @precondition(lambda self: self.people.repeating)
    @rule(side=sides, number=numbers, which=numbers, days=strategies.integers(-2, 2), hour=hours)
    def move_occurrence(self, side: str, number: int, which: int, days: int, hour: int) -> None:
        if event := self._series(side, number, lambda event: not event.seen(side).apart):
            original = self._any(event.left(side), which)
            by = timedelta(days=days if event.seen(side).shape.kind == "Weekly" else 0)
            self.people.move_one(side, event, original, original.replace(hour=hour) + by)

    @precondition(lambda self: self.people.repeating)
    @rule(side=sides, number=numbers, which=numbers)
    def cancel_occurrence(self, side: str, number: int, which: int) -> None:
        if event := self._series(side, number, lambda event: event.cancellable(side)):
            self.people.cancel_one(side, event, self._any(event.cancellable(side), which))

    # --- what only Google Calendar does

    @precondition(lambda self: self.people.repeating)
    @rule(number=numbers, which=numbers)
    def bring_back_occurrence(self, number: int, which: int) -> None:
        event = self._series(GOOGLE, number, lambda event: event.pristine and event.seen(GOOGLE).binned)
        if event:
            self.people.bring_back_one(event, self._any(event.seen(GOOGLE).binned, which))

    @precondition(lambda self: self.people.repeating)
    @rule(number=numbers, which=numbers)
    def move_across_a_neighbour(self, number: int, which: int) -> None:
        weekly = self._series(
            GOOGLE, number, lambda event: event.untouched(EXCHANGE) and event.seen(GOOGLE).shape.kind == "Weekly"
        )
        if weekly and not weekly.seen(GOOGLE).apart and len(weekly.left(GOOGLE)) > 2:
            self.people.move_far(weekly, self._any(weekly.left(GOOGLE), which))

    @precondition(lambda self: self.people.repeating)
    @rule(number=numbers, which=numbers)
    def change_this_and_following(self, number: int, which: int) -> None:
        event = self._series(
            GOOGLE,
            number,
            lambda event: event.pristine and not event.seen(GOOGLE).apart and len(event.left(GOOGLE)) > 1,
        )
        if event and len(self.people.repeating) < MOST:
            # Something is left before.
            self.people.split(event, self._any(event.left(GOOGLE)[1:], which))

    def _series(self, side: str, number: int, fit: Callable[[Repeating], object] = bool) -> Repeating | None:
        pool = [event for event in self.people.touchable(side) if fit(event)]
        return pool[number % len(pool)] if pool else None

    @staticmethod
    def _any(pool: list[datetime], number: int) -> datetime:
        return pool[number % len(pool)]


def test_walks_with_series_on_a_file() -> None:
    run_state_machine_as_test(SeriesWalk, settings=walks(300 if TORTURE else 15))


@pytest.mark.needs("firestore")
def test_walks_with_series_in_a_database(firestore_host: str) -> None:
    class InDatabase(SeriesWalk):
        def lay(self, folder: Path) -> Stage:
            return OnFirestore(folder, firestore_host)

    run_state_machine_as_test(InDatabase, settings=walks(300 if TORTURE else 4))
