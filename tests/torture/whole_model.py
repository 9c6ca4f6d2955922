"""What must stand on both calendars, kept by hand while people edit: the state machine's memory and its people.

    people = People(stage)
    lunch = people.make("exchange", ("hour", 3, 10))
    people.retitle("google", lunch)
    people.agree()                                      # what a sync has to come to, by the rules written here
    assert people.seen("exchange") == people.seen("google") == people.faces()

An event has a face on each side (title, when, place), None where it is not, and the face both last agreed on. The rules
of agreement are those people are promised: a field one side changed is carried; where both did, Exchange wins; what is
deleted on one side goes, unless the other edited it meanwhile.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from scenarios.agenda import Row, exchange_rows, google_rows
from scenarios.stage import Stage
from torture.whole_faces import Face, When, bare, outlook, row, web

EXCHANGE, GOOGLE = SIDES = ("exchange", "google")


@dataclass
class Planned:
    """One event. `agreed` and the faces are None where it is not (yet, or any more).

    `busy`: something about it is under way that must end before anybody touches it again. `back`: it came out of a bin
    since the last agreement. `home`: the side it was born on, where that is plain. `telling`: its copy on the other
    side is as it was last written by us, so that an edit can be told without a store. `family`: those that share an
    Exchange UID.
    """

    sides: dict[str, Face | None]
    agreed: Face | None = None
    busy: bool = False
    back: bool = False
    home: str = ""
    telling: bool = False
    family: int = 0

    @property
    def pristine(self) -> bool:
        """Nothing happened to it since the last agreement."""
        return self.agreed is not None and all(self.sides[side] == self.agreed for side in SIDES)

    @property
    def faces(self) -> set[Face]:
        """Every face it has or had."""
        return {face for face in (self.agreed, *self.sides.values()) if face}


@dataclass(frozen=True)
class Binned:
    """What a person threw away and may take back."""

    side: str
    id: str
    face: Face
    event: Planned


@dataclass
class People:
    """Everybody's hands, and what must come of them."""

    stage: Stage
    planned: list[Planned] = field(default_factory=list)
    bin: list[Binned] = field(default_factory=list)
    forgotten: bool = False
    """The store was lost since the last agreement: what happened to an event has to be told from it as it is."""
    serial: int = 0

    # --- what they do

    def make(self, side: str, when: When) -> Planned:
        """Make an event on one side."""
        face = Face(f"event {self._next()}", when)
        self._create(side, face)
        return self._plan(side, face)

    def make_both(self, when: When) -> Planned:
        """Make the same event on both sides: it is one."""
        face = Face(f"event {self._next()}", when)
        for side in SIDES:
            self._create(side, face)
        event = self._plan("", face)
        # Until they are known as one, an edit would make them two.
        event.busy = True
        return event

    def retitle(self, side: str, event: Planned) -> None:
        """Give it another title."""
        self._edit(side, event, title=f"event {self._next()}")

    def replace(self, side: str, event: Planned) -> None:
        """Give it another place."""
        self._edit(side, event, place=f"room {self._next()}")

    def shift(self, side: str, event: Planned, when: When) -> None:
        """Move it in time, to a day or from one."""
        self._edit(side, event, when=when)

    def delete(self, side: str, event: Planned) -> None:
        """Throw it away."""
        face = event.sides[side]
        assert face
        id_ = self._id(side, face)
        if side == EXCHANGE:
            self.stage.ana.delete(id_)
        else:
            self.stage.calendar.delete(id_)
        self.bin.append(Binned(side, id_, face, event))
        event.sides[side] = None

    def copy(self, side: str, event: Planned, *, renamed: bool) -> Planned:
        """Duplicate it, identity and all; and give the duplicate a title of its own, or not yet."""
        face = event.sides[side]
        assert face
        id_ = self._id(side, face)
        # Nobody duplicates what is not a second old; and creation times have whole seconds.
        self.stage.later(seconds=2)
        copied = self.stage.ana.copy(id_) if side == EXCHANGE else self.stage.calendar.copy(id_)
        if renamed:
            face = replace(face, title=f"event {self._next()}")
            self._change(side, copied, face)
        event.busy = True
        twin = self._plan(side, face)
        twin.family = event.family if side == EXCHANGE else twin.family
        twin.busy = True
        return twin

    def restore(self, binned: Binned) -> None:
        """Take it out of the bin, as it was."""
        if binned.side == EXCHANGE:
            self.stage.ana.restore(binned.id)
        else:
            self.stage.calendar.restore(binned.id)
        self.bin = [other for other in self.bin if other.event is not binned.event]
        event = binned.event
        if all(event is not known for known in self.planned):
            family = event.family
            event = self._plan(binned.side, binned.face)
            event.family = family
        event.sides[binned.side] = binned.face
        event.back = True

    # --- what may be done

    def editable(self, side: str) -> list[Planned]:
        """Events on that side whose fate is clear whatever is done to them."""
        return [
            event
            for event in self.planned
            if event.sides[side]
            and not event.busy
            and self._alone(event)
            and (not self.forgotten or self._tells(event))
        ]

    def removable(self, side: str) -> list[Planned]:
        """Events on that side that may be deleted."""
        found = [] if self.forgotten else self.editable(side)
        return [event for event in found if side == GOOGLE or not any(map(_arrives, self._family(event)))]

    def copyable(self, side: str) -> list[Planned]:
        """Events on that side that may be duplicated."""
        found = [event for event in self.editable(side) if not (event.back or self.forgotten)]
        return [event for event in found if side == GOOGLE or not any(map(_leaves, self._family(event)))]

    def restorable(self) -> list[Binned]:
        """What may be taken back: not beside another that looks the same."""
        return [
            one
            for one in self.bin
            if not (one.event.busy or self.forgotten)
            and all(one.face not in other.faces for other in self.planned if other is not one.event)
            and one.event.sides[one.side] is None
            and not any(map(_leaves, self._family(one.event)))
        ]

    def anything(self) -> bool:
        """There is something to lose."""
        return bool(self.planned)

    def quiet(self) -> bool:
        """Nothing happened since the last agreement."""
        return all(event.pristine for event in self.planned)

    def forgettable(self) -> bool:
        """Whatever happened since the last agreement may be told from both calendars alone."""
        return all(event.pristine or (_tellable(event) and not self._alike(event)) for event in self.planned)

    def unsettled(self) -> bool:
        """Something was done that a list which begins anew, or leaves something out, would tell otherwise."""
        return self.forgotten or any(
            event.back or (event.agreed is None and None not in event.sides.values()) for event in self.planned
        )

    def forget(self) -> None:
        """The store is lost."""
        self.forgotten = not self.quiet()
        for event in self.planned:
            event.busy = event.busy or not event.pristine

    def trouble(self) -> None:
        """A run ended badly: what was to be carried may be, or not."""
        for event in self.planned:
            event.busy = event.busy or not event.pristine

    # --- what must be

    def agree(self) -> None:
        """What a sync has to come to."""
        for event in self.planned:
            face = _agreed(event)
            event.home, event.telling = _told_by(event, face)
            event.agreed = face
            event.sides = dict.fromkeys(SIDES, face)
            event.busy = event.back = False
        self.planned = [event for event in self.planned if event.agreed]
        # What was made again is there already: the old one out of the bin would be a second.
        self.bin = [one for one in self.bin if one.event.agreed is None]
        self.forgotten = False

    def faces(self) -> Counter[Row]:
        """Everything that must stand on either side, agreed."""
        return Counter(row(event.agreed) for event in self.planned if event.agreed)

    def seen(self, side: str) -> Counter[Row]:
        """Everything that does stand there."""
        rows = self.stage.exchange_rows() if side == EXCHANGE else self.stage.google_rows()
        return Counter(map(bare, rows))

    # --- how

    def _next(self) -> int:
        self.serial += 1
        return self.serial

    def _plan(self, home: str, face: Face) -> Planned:
        """An event new on one side, or (no home) on both."""
        sides = {side: face if home in ("", side) else None for side in SIDES}
        event = Planned(sides, home=home, family=self._next())
        self.planned.append(event)
        return event

    def _tells(self, event: Planned) -> bool:
        """An edit of it can be told without a store."""
        return not self._alike(event) and (event.agreed is None or (event.telling and event.pristine))

    def _family(self, event: Planned) -> list[Planned]:
        """Others with its UID: an item that comes as one of them goes is taken for that one."""
        return [other for other in self.planned if other is not event and other.family == event.family]

    def _alike(self, event: Planned) -> list[Planned]:
        """Others that look like it, or did."""
        return [other for other in self.planned if other is not event and other.faces & event.faces]

    def _alone(self, event: Planned) -> bool:
        """No other looks like it; or some do, and nothing happened to any of them."""
        alike = self._alike(event)
        return not alike or all(one.pristine for one in (event, *alike))

    def _edit(self, side: str, event: Planned, **fields: Any) -> None:
        face = event.sides[side]
        assert face
        edited = replace(face, **fields)
        self._change(side, self._id(side, face), edited)
        event.sides[side] = edited
        event.busy = event.busy or self.forgotten

    def _id(self, side: str, face: Face) -> str:
        """The first item that looks so."""
        if side == EXCHANGE:
            found = (item.id for item in self.stage.ana.items() if bare(*exchange_rows([item])) == row(face))
        else:
            found = (event["id"] for event in self.stage.calendar.events() if bare(*google_rows([event])) == row(face))
        return next(found)

    def _create(self, side: str, face: Face) -> None:
        if side == EXCHANGE:
            self.stage.outlook(face.title, **outlook(face.when))
        else:
            self.stage.web(face.title, **web(face.when))

    def _change(self, side: str, id_: str, face: Face) -> None:
        if side == EXCHANGE:
            self.stage.ana.update(id_, subject=face.title, location=face.place, **outlook(face.when))
        else:
            self.stage.calendar.update(id_, summary=face.title, location=face.place or None, **web(face.when))


def _other(side: str) -> str:
    return GOOGLE if side == EXCHANGE else EXCHANGE


def _arrives(event: Planned) -> bool:
    return bool(event.sides[EXCHANGE]) and (event.back or event.agreed is None)


def _leaves(event: Planned) -> bool:
    return event.agreed is not None and event.sides[EXCHANGE] is None


def _tellable(event: Planned) -> bool:
    """It is new; or one side edited it, and its copy tells which."""
    ours, theirs = (event.sides[side] for side in SIDES)
    if event.back:
        return False
    if event.agreed is None:
        return ours is None or theirs is None or ours == theirs
    return event.telling and bool(ours and theirs) and event.agreed in (ours, theirs)


def _agreed(event: Planned) -> Face | None:
    old, ours, theirs = event.agreed, event.sides[EXCHANGE], event.sides[GOOGLE]
    if old is None:
        return ours or theirs
    if ours is None or theirs is None:
        left = ours or theirs
        return left if left != old else None
    return Face(
        title=theirs.title if ours.title == old.title else ours.title,
        when=theirs.when if ours.when == old.when else ours.when,
        place=theirs.place if ours.place == old.place else ours.place,
    )


def _told_by(event: Planned, face: Face | None) -> tuple[str, bool]:
    """Where it is at home from now on, and whether its copy tells an edit."""
    if not event.home or event.back or (event.agreed and None in event.sides.values()):
        return "", False
    copy = event.sides[_other(event.home)]
    return event.home, copy != face or (event.telling and copy == event.agreed)
