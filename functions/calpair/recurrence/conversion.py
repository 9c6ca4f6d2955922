"""What a series becomes on Exchange, as values. Pure. Used through `recurrence/ladder.py`."""

from dataclasses import dataclass
from enum import StrEnum

from calpair.model.rule import Original
from calpair.model.when import When
from calpair.recurrence.shapes import Series


class Rung(StrEnum):
    """How far down the ladder a rule had to go."""

    EQUAL = "equal"
    """One series with the same occurrences."""
    SUPERSET = "superset"
    """One series with more of them, of which those are deleted."""
    SPLIT = "split"
    """Several items that have them between them."""
    SINGLES = "singles"
    """An appointment for each occurrence."""
    IMPOSSIBLE = "impossible"
    """Nothing: there is no occurrence, or there are too many."""


@dataclass(frozen=True, slots=True)
class Part:
    """One item on Exchange: a series whose first occurrence is at `when`, or a single appointment.

    `cancelled`: occurrences of the series to be deleted, ascending; the first of them may be the series' first.
    """

    when: When
    series: Series | None = None
    cancelled: tuple[Original, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversion:
    """The parts a series becomes, what is lost by it (`rule:horizon`), and in a short word why it is this rung."""

    rung: Rung
    parts: tuple[Part, ...] = ()
    losses: tuple[str, ...] = ()
    why: str = ""
