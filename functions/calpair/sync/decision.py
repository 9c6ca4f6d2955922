"""What a decision depends on, and what it is: frozen values one can print. `plan.py` makes them, `act.py` does them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from calpair.model.event import Event
from calpair.model.link import Link
from calpair.model.pair import Pair
from calpair.model.side import Side
from calpair.model.when import When
from calpair.ports import Draft, Edit, Held, Removal
from calpair.recurrence.spelling import GONE, occurrence_of, of_occurrence
from calpair.sync.cursors import Intent
from calpair.sync.digest import Digester
from calpair.sync.notice import WHOLE, Notice, in_words

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
    forget. `clashes` names fields both sides had changed, `undone` those that one side changed and has to take back.
    """

    link: Link
    said: str
    writes: tuple[Write, ...] = ()
    forget: bool = False
    clashes: frozenset[str] = frozenset()
    undone: frozenset[str] = frozenset()
    nearest: timedelta = timedelta(0)
    gone: tuple[Side, ...] = ()
    """Sides whose tombstone this was decided from; kept as evidence if it cannot be carried out."""

    @property
    def when(self) -> When | None:
        """When the event it writes happens; None: it writes none, or one of which nothing could be read."""
        for write in self.writes:
            if isinstance(write, Remove):
                item = write.removal.item
                return item.event.when if item and item.event else item.starts if item else None
            return write.draft.event.when if isinstance(write, Create) else write.edit.event.when
        return None

    @property
    def fields(self) -> frozenset[str]:
        """The names it writes; none of an event that is made or goes as a whole."""
        return frozenset[str]().union(*(write.names for write in self.writes if isinstance(write, Update)))

    def __str__(self) -> str:
        """Say it with identifiers and short words only: the fields, what is undone or clashes, why an event is left alone or parked."""
        sides = ",".join(write.side.value for write in self.writes)
        parking = self.link.parking
        why = {"leave": self.link.why, "park": parking.reason if parking else ""}.get(self.said, "")
        told = [why, in_words(self.fields - self.undone - self.clashes)]
        if self.undone:
            told.append(f"{'' if self.said == 'put_back' else 'put back '}{in_words(self.undone)}")
        if self.clashes:
            told.append(f"clash: {in_words(self.clashes)}")
        said, words = self.said.replace("_", " "), "; ".join(filter(None, told))
        return f"{said}{f' on {sides}' if sides else ''}: {self.link.key}{f' ({words})' if words else ''}"

    @property
    def notices(self) -> Iterator[Notice]:
        """What its people are to be told beside the counts: what was taken back, and what both sides had changed."""
        for write in self.writes:
            if isinstance(write, Remove) or (isinstance(write, Update) and not write.names):
                continue
            names = write.names if isinstance(write, Update) else WHOLE
            # That an occurrence was deleted is undone by writing any of its fields.
            reached = names | {of_occurrence(found[0], GONE) for found in map(occurrence_of, names) if found}
            if clashes := reached & self.clashes:
                yield Notice(self.link.key, write.side, clashes, clash=True, when=self.when)
            if undone := names & self.undone:
                yield Notice(self.link.key, write.side, undone, when=self.when)


def words(decision: Decision) -> Iterator[str]:
    """Give the words under which a decision is counted: its own, and what it has to tell of beside."""
    yield decision.said
    if decision.clashes:
        yield "clash"
    if decision.undone and decision.said != "put_back":
        yield "put_back"
