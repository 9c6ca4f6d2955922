"""The guards' own arithmetic: leases, the breaker's numbers, rests, and who goes back and forth."""

from datetime import UTC, datetime, timedelta

import pytest

from calpair.model.side import Side
from calpair.sync import guard
from calpair.sync.cursors import Lease

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def living(holder: str) -> bool:
    return holder == "living"


@pytest.mark.parametrize(
    ("lease", "held"),
    [
        (None, False),
        (Lease("living", NOW + MINUTE), True),
        (Lease("living", NOW), False),
        (Lease("living", NOW - MINUTE), False),
        (Lease("dead", NOW + MINUTE), False),
    ],
)
def test_a_lease_holds_until_it_runs_out_or_its_process_is_gone(lease: Lease | None, held: bool) -> None:
    assert guard.is_held(lease, NOW, living) is held


@pytest.mark.parametrize(
    ("earlier", "planned", "links", "trips"),
    [
        (0, 0, 0, False),
        (50, 0, 10, False),  # nothing planned, nothing to stop
        (0, 4, 4, False),
        (0, 5, 5, True),
        (0, 5, 10, False),  # not more than half
        (0, 5, 9, True),
        (3, 2, 9, True),  # over the day
        (0, 10, 1000, False),
        (0, 11, 50, True),
        (0, 11, 55, False),  # a fifth
        (0, 11, 54, True),
        (0, 200, 1000, False),
        (0, 201, 1000, True),
        (200, 1, 1000, True),
    ],
)
def test_the_breaker_trips_at_ten_or_a_fifth_or_half_of_five(
    earlier: int, planned: int, links: int, trips: bool
) -> None:
    assert guard.trips(earlier, planned, links) is trips


def test_a_deletion_counts_for_a_day() -> None:
    day = timedelta(hours=24)
    kept = guard.recent([NOW - day - MINUTE, NOW - day, NOW - day + MINUTE, NOW], NOW)
    assert kept == (NOW - day + MINUTE, NOW)


def test_rests_grow_to_half_a_day() -> None:
    assert [guard.rest(tries) / MINUTE for tries in (1, 2, 3, 4, 5, 6, 100)] == [1, 5, 30, 180, 720, 720, 720]


Step = tuple[Side, str]
E, G = Side.EXCHANGE, Side.GOOGLE


def told(*steps: Step, every: timedelta = MINUTE) -> tuple[tuple[str, ...], datetime]:
    """Carry a field's values to these sides, one after the other; give what is remembered and the time after."""
    flips: tuple[str, ...] = ()
    now = NOW
    for side, value in steps:
        now += every
        flips = guard.flip(flips, side, {"title": value}, now)
    return flips, now


@pytest.mark.parametrize(
    ("steps", "oscillates"),
    [
        ([], False),
        ([(E, "a"), (G, "b"), (E, "a")], False),
        ([(E, "a"), (G, "b"), (E, "a"), (G, "b")], True),
        ([(E, "a"), (G, "a"), (E, "a"), (G, "a")], True),
        ([(E, "a"), (G, "b"), (E, "c"), (G, "d")], False),  # people bring new values
        ([(E, "a"), (E, "b"), (E, "a"), (E, "b")], False),  # one side's owner is undecided
        ([(G, "a"), (G, "a"), (G, "a"), (G, "a")], True),  # put back against a program
        ([(G, "x"), (E, "a"), (G, "b"), (E, "a"), (G, "b")], True),
        ([(E, "a"), (G, "b"), (E, "a"), (G, "b"), (E, "new")], False),
    ],
)
def test_back_and_forth_three_times_within_an_hour(steps: list[Step], oscillates: bool) -> None:
    flips, now = told(*steps)
    assert guard.oscillates(flips, now) is oscillates


def test_what_is_older_than_an_hour_is_forgotten() -> None:
    steps = [(E, "a"), (G, "b"), (E, "a"), (G, "b")]
    flips, now = told(*steps, every=timedelta(minutes=21))
    assert len(flips) == 3
    assert not guard.oscillates(flips, now)
    flips, now = told(*steps)
    assert not guard.oscillates(flips, now + timedelta(minutes=58))


def test_two_fields_are_counted_apart() -> None:
    flips: tuple[str, ...] = ()
    for number in range(4):
        at = NOW + number * MINUTE
        flips = guard.flip(flips, E if number % 2 else G, {"title" if number < 2 else "place": "x"}, at)
    assert not guard.oscillates(flips, NOW + 4 * MINUTE)


def test_what_is_remembered_stays_short() -> None:
    flips, _ = told(*[(E, str(number)) for number in range(50)])
    assert len(flips) == 24
