"""What a decision depends on, and what it is: frozen values one can print. `plan.py` makes them, `act.py` does them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from calpair.model.event import Event
from calpair.model.link import Link
from calpair.model.pair import Pair
from calpair.model.side import Side
from calpair.ports import Draft, Edit, Held, Removal
from calpair.recurrence.spelling import occurrence_of
from calpair.sync.cursors import Intent
from calpair.sync.digest import Digester

ALTERED = ":altered"
"""Ends the word for a field that a server stored otherwise than it was told."""

REFUSED = ":refused"
"""Ends the word for occurrences that a server would not take."""

OCCURRENCE = "occurrence"


def loss_word(name: str) -> str:
    """Give the word under which a loss of a name is told: its field, or that it is an occurrence's."""
    return OCCURRENCE if occurrence_of(name) else name


@dataclass(frozen=True, slots=True)
class Rules:
    """What a decision depends on beside the case. `hold[side]` tells what that side would hold of an event."""

    pair: Pair
    hold: Mapping[Side, Callable[[Event], Held]]
    digester: Digester
    now: datetime
    zone: str = ""
    intents: Mapping[str, Intent] = field(default_factory=dict)
    orphans_approved: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Create:
    """Make a copy on `side`."""

    side: Side
    draft: Draft


@dataclass(frozen=True, slots=True)
class Update:
    """Change an item on `side`; `names` as in `recurrence/spelling.py`."""

    side: Side
    edit: Edit
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete an item on `side`. `asked`: a person deleted its partner (counted by the breaker)."""

    side: Side
    removal: Removal
    asked: bool


Write = Create | Update | Remove


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about one event, and the link to store when it is done (`forget`: none).

    `said` is one short word for people: create, update, put_back, delete, link, note, twin, leave, park, orphan,
    forget. `clashes` names fields both sides had changed.
    """

    link: Link
    said: str
    writes: tuple[Write, ...] = ()
    forget: bool = False
    clashes: frozenset[str] = frozenset()
    nearest: timedelta = timedelta(0)
    gone: tuple[Side, ...] = ()
    """Sides whose tombstone this was decided from; kept as evidence if it cannot be carried out."""

    def __str__(self) -> str:
        """Say it with identifiers only, and why an event is left alone or parked."""
        sides = ",".join(write.side.value for write in self.writes)
        parking = self.link.parking
        why = {"leave": self.link.why, "park": parking.reason if parking else ""}.get(self.said, "")
        return f"{self.said}{f' on {sides}' if sides else ''}: {self.link.key}{f' ({why})' if why else ''}"
