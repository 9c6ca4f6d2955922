"""Series among what must stand on both calendars, kept by hand while people edit them; singles as in `whole_model.py`.

    people = SeriesPeople(stage)
    call = people.repeat("exchange", Shape("Weekly", datetime(2027, 6, 1, 9, tzinfo=UTC), 4))
    people.retitle_one("google", call, call.sides["google"].originals[1])
    people.agree()
    assert people.seen("exchange") == people.seen("google") == people.faces()

A series has a title, a shape (when it takes place) and what is said of single occurrences, by their original start. The
rules of agreement are those people are promised: what one side changed is carried, field by field; where both did,
Exchange wins; an occurrence one side cancelled and the other edited stays, as edited; with another shape goes what was
said of occurrences under the old one; a series deleted on one side goes, unless the other edited it meanwhile.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scenarios.agenda import Row
from scenarios.stage import span
from simulators.exchange.pattern import WEEK, Pattern
from torture.whole_model import EXCHANGE, GOOGLE, SIDES, People

HOUR = timedelta(hours=1)
FAR = timedelta(days=10)
"""Moved so far, an occurrence of a weekly series has overtaken its neighbour, wherever that was moved by hand."""

FROM, TO = datetime(2027, 5, 1, tzinfo=UTC), datetime(2027, 9, 1, tzinfo=UTC)
ZONES = {"Europe/Berlin": "W. Europe Standard Time", "Asia/Tokyo": "Tokyo Standard Time"}


@dataclass(frozen=True)
class Shape:
    """When a series takes place: from an instant on, daily or weekly, so often, on the clock of a zone.

    In summer 2027, at hours at which the day is the same in all zones, and in none of them does the clock change.
    """

    kind: str
    start: datetime
    number: int
    zone: str = "Europe/Berlin"

    @property
    def originals(self) -> list[datetime]:
        """The original starts."""
        days = 7 if self.kind == "Weekly" else 1
        return [self.start + timedelta(days=days * number) for number in range(self.number)]

    @property
    def pattern(self) -> Pattern:
        """As Outlook keeps it."""
        day = self.start.date()
        days = (WEEK[day.weekday()],) if self.kind == "Weekly" else ()
        return Pattern(self.kind, day, days=days, number=self.number)

    @property
    def clock(self) -> time:
        """The hour in its zone."""
        return self.start.astimezone(ZoneInfo(self.zone)).time()

    @property
    def web(self) -> dict[str, Any]:
        """As the Calendar API writes it."""
        rule = f"RRULE:FREQ={self.kind.upper()};COUNT={self.number}"
        return {**span(self.start, self.start + HOUR, self.zone), "recurrence": [rule]}


@dataclass(frozen=True)
class Said:
    """What is said of an occurrence otherwise than of its series."""

    title: str | None = None
    start: datetime | None = None
    gone: bool = False


@dataclass(frozen=True)
class Series:
    """A series as a person sees it."""

    title: str
    shape: Shape
    said: Mapping[datetime, Said] = field(default_factory=dict)

    def of(self, original: datetime) -> Said:
        """What is said of an occurrence."""
        return self.said.get(original, Said())

    def saying(self, original: datetime, said: Said) -> "Series":
        """The same with that said of an occurrence."""
        others = {one: other for one, other in self.said.items() if one != original}
        return replace(self, said=others if said == Said() else {**others, original: said})

    @property
    def live(self) -> list[datetime]:
        """The original starts of what was not cancelled."""
        return [original for original in self.shape.originals if not self.of(original).gone]

    @property
    def binned(self) -> list[datetime]:
        """The original starts of what was cancelled as the series had it, and would come back so."""
        return [original for original in self.shape.originals if self.of(original) == Said(gone=True)]

    def shown(self, original: datetime) -> tuple[str, datetime]:
        """Title and start of an occurrence."""
        said = self.of(original)
        return said.title or self.title, said.start or original

    @property
    def apart(self) -> list[datetime]:
        """The original starts of what was moved far."""
        return [one for one in self.live if abs(self.shown(one)[1] - one) >= FAR]

    @property
    def whole(self) -> bool:
        """Outlook has a series of it, whatever stands apart."""
        return not self.apart or len(self.live) - len(self.apart) > 1

    @property
    def rows(self) -> list[Row]:
        """What an agenda has of it."""
        return [_row(*self.shown(original)) for original in self.live]


@dataclass
class Repeating:
    """One series on both sides, None where it is not; and what both last agreed on.

    `locked`: sides on which nobody may touch it before the next agreement, since what became of that is not promised.
    """

    sides: dict[str, Series | None]
    agreed: Series | None = None
    locked: frozenset[str] = frozenset()

    @property
    def pristine(self) -> bool:
        """Nothing happened to it since the last agreement."""
        return self.agreed is not None and all(self.sides[side] == self.agreed for side in SIDES)

    @property
    def reshaped(self) -> bool:
        """Some side changed when it takes place since the last agreement."""
        return self.agreed is not None and any(one and one.shape != self.agreed.shape for one in self.sides.values())

    @property
    def named(self) -> list[datetime]:
        """What got a title of its own on Google since the last agreement.

        Google keeps for good that it has one: if Outlook's edit outlives it, there it does not follow its series again.
        """
        series, agreed = self.seen(GOOGLE), self.agreed
        return [one for one in series.said if agreed and series.of(one).title != agreed.of(one).title]

    def untouched(self, side: str) -> bool:
        """That side did nothing to it since the last agreement, or does not know it yet."""
        return self.sides[side] == self.agreed

    def seen(self, side: str) -> Series:
        """The series as that side has it, where it has it."""
        series = self.sides[side]
        assert series
        return series

    def left(self, side: str) -> list[datetime]:
        """The occurrences on that side that are cancelled on neither, and may be touched there.

        What stands beside its series in Outlook follows that to a new title with the next agreement only.
        """
        series = self.seen(side)
        other = self.sides[_other(side)] or series
        renamed = side == EXCHANGE and self.agreed is not None and series.title != self.agreed.title
        behind = series.apart if renamed else []
        return [one for one in series.live if one not in behind and not other.of(one).gone]

    def cancellable(self, side: str) -> list[datetime]:
        """Those of them that may be cancelled, so that some are left.

        What stands beside its series in Outlook is an item of its own: if its series is edited meanwhile, it stays.
        """
        left = self.left(side)
        kept = self.named if side == GOOGLE else [] if self.untouched(GOOGLE) else self.seen(side).apart
        return [one for one in left if one not in kept] if len(left) > 2 else []


@dataclass
class SeriesPeople(People):
    """Everybody's hands on singles and series."""

    repeating: list[Repeating] = field(default_factory=list)

    # --- what they do

    def repeat(self, side: str, shape: Shape) -> Repeating:
        """Make a series."""
        series = Series(f"series {self._next()}", shape)
        if side == EXCHANGE:
            zone = ZONES[shape.zone]
            self.stage.ana.create_series(shape.pattern, shape.clock, zone=zone, subject=series.title)
        else:
            self.stage.calendar.create(summary=series.title, **shape.web)
        event = Repeating({each: series if each == side else None for each in SIDES})
        self.repeating.append(event)
        return event

    def retitle_all(self, side: str, event: Repeating) -> None:
        """Give the series another title."""
        series, title = event.seen(side), f"series {self._next()}"
        if side == EXCHANGE:
            self.stage.ana.update(self._item(series), subject=title)
        else:
            self.stage.calendar.update(self._event(series), summary=title)
        event.sides[side] = replace(series, title=title)

    def reshape(self, side: str, event: Repeating, shape: Shape) -> None:
        """Let it take place at another time, in another zone, or more or less often."""
        series = event.seen(side)
        if side == EXCHANGE:
            self.stage.ana.change_series(
                self._item(series), pattern=shape.pattern, at=shape.clock, zone=ZONES[shape.zone]
            )
        else:
            self.stage.calendar.update(self._event(series), **shape.web)
        event.sides[side] = Series(series.title, shape)

    def retitle_one(self, side: str, event: Repeating, original: datetime) -> None:
        """Give one occurrence a title of its own."""
        title = f"one {self._next()}"
        if side == EXCHANGE:
            self.stage.ana.update(self._occurrence(event.seen(side), original).item_id, subject=title)
        else:
            self.stage.calendar.edit_instance(self._event(event.seen(side)), original.isoformat(), summary=title)
        self._say(side, event, original, title=title)

    def move_one(self, side: str, event: Repeating, original: datetime, start: datetime) -> None:
        """Move one occurrence, or back to where it was meant to be."""
        series = event.seen(side)
        if side == EXCHANGE:
            self.stage.ana.update(self._occurrence(series, original).item_id, start=start, end=start + HOUR)
        else:
            name = self._event(series)
            self.stage.calendar.move_instance(name, original.isoformat(), start=start, end=start + HOUR)
        self._say(side, event, original, start=None if start == original else start)

    def move_far(self, event: Repeating, original: datetime) -> None:
        """Move one occurrence in Google Calendar across its neighbour, which Outlook cannot."""
        self.move_one(GOOGLE, event, original, original + FAR)
        event.locked |= {EXCHANGE}

    def cancel_one(self, side: str, event: Repeating, original: datetime) -> None:
        """Cancel one occurrence."""
        series = event.seen(side)
        if side == GOOGLE:
            self.stage.calendar.cancel_instance(self._event(series), original.isoformat())
        elif original in series.apart and self._occurrence(series, original).original is None:
            self.stage.ana.delete(self._occurrence(series, original).item_id)
        else:
            self.stage.ana.cancel_occurrence(self._item(series), original)
        if side == EXCHANGE and original in series.apart:
            event.locked |= {GOOGLE}
        self._say(side, event, original, gone=True)

    def bring_back_one(self, event: Repeating, original: datetime) -> None:
        """Take one occurrence back out of Google's bin; Outlook has none for them."""
        series = event.seen(GOOGLE)
        self.stage.calendar.restore_instance(self._event(series), original.isoformat())
        event.sides[GOOGLE] = series.saying(original, Said())
        event.locked |= {EXCHANGE}

    def delete_all(self, side: str, event: Repeating) -> None:
        """Throw the series away."""
        if side == EXCHANGE:
            self.stage.ana.delete(self._item(event.seen(side)))
        else:
            self.stage.calendar.delete(self._event(event.seen(side)))
        event.sides[side] = None

    def split(self, event: Repeating, original: datetime) -> Repeating:
        """Change an occurrence "and following" in Google Calendar: two series from then on."""
        series, title = event.seen(GOOGLE), f"series {self._next()}"
        self.stage.calendar.split(self._event(series), original.isoformat(), summary=title)
        number, shape = series.shape.originals.index(original), series.shape
        early = {one: said for one, said in series.said.items() if one < original}
        event.sides[GOOGLE] = Series(series.title, replace(shape, number=number), early)
        later = replace(shape, start=original, number=shape.number - number)
        following = Repeating({EXCHANGE: None, GOOGLE: Series(title, later)})
        event.locked = following.locked = frozenset(SIDES)
        self.repeating.append(following)
        return following

    # --- what may be done

    def touchable(self, side: str) -> list[Repeating]:
        """Series on that side whose fate is clear whatever is done to them."""
        found = [event for event in self.repeating if event.sides[side] and side not in event.locked]
        # Of one that stands apart in Outlook, wholly or but for one occurrence, no series may be there.
        return [event for event in found if side == GOOGLE or event.seen(side).whole]

    def anything(self) -> bool:
        return bool(self.planned or self.repeating)

    def quiet(self) -> bool:
        return super().quiet() and all(event.pristine for event in self.repeating)

    def forgettable(self) -> bool:
        return super().forgettable() and all(event.pristine for event in self.repeating)

    def forget(self) -> None:
        super().forget()
        for event in self.repeating if self.forgotten else ():
            event.locked = frozenset(SIDES)

    def trouble(self) -> None:
        super().trouble()
        for event in self.repeating:
            event.locked = event.locked if event.pristine else frozenset(SIDES)

    # --- what must be

    def agree(self) -> None:
        super().agree()
        for event in self.repeating:
            event.agreed = _agreed(event)
            event.sides = dict.fromkeys(SIDES, event.agreed)
            event.locked = frozenset()
        self.repeating = [event for event in self.repeating if event.agreed]

    def faces(self) -> Counter[Row]:
        return super().faces() + Counter(row for event in self.repeating if event.agreed for row in event.agreed.rows)

    def seen(self, side: str) -> Counter[Row]:
        singles = Counter({row: count for row, count in super().seen(side).items() if row.title.startswith("event ")})
        agenda = self.stage.ana.agenda if side == EXCHANGE else self.stage.calendar.agenda
        return singles + Counter(
            _row(one.title, one.start) for one in agenda(FROM, TO) if not one.title.startswith("event ")
        )

    # --- how

    @staticmethod
    def _say(side: str, event: Repeating, original: datetime, **fields: Any) -> None:
        series = event.seen(side)
        event.sides[side] = series.saying(original, replace(series.of(original), **fields))

    def _item(self, series: Series) -> str:
        (found,) = (item.id for item in self.stage.ana.items() if item.recurrence and item.subject == series.title)
        return str(found)

    def _event(self, series: Series) -> str:
        (found,) = (
            event["id"]
            for event in self.stage.calendar.events()
            if event.get("recurrence") and event.get("summary") == series.title
        )
        return str(found)

    def _occurrence(self, series: Series, original: datetime) -> Any:
        title, start = series.shown(original)
        (found,) = (one for one in self.stage.ana.agenda(FROM, TO) if (one.title, one.start) == (title, start))
        return found


def _other(side: str) -> str:
    return GOOGLE if side == EXCHANGE else EXCHANGE


def _row(title: str, start: datetime | date) -> Row:
    return Row(title, start.isoformat(), "")


def _agreed(event: Repeating) -> Series | None:
    old, ours, theirs = event.agreed, event.sides[EXCHANGE], event.sides[GOOGLE]
    if old is None:
        return ours or theirs
    if ours is None or theirs is None:
        left = ours or theirs
        return left if left != old else None
    title = theirs.title if ours.title == old.title else ours.title
    for one in (ours, theirs):
        if one.shape != old.shape:
            return Series(title, one.shape, one.said)
    said = {original: _said(*(one.of(original) for one in (old, ours, theirs))) for original in old.shape.originals}
    return Series(title, old.shape, {original: one for original, one in said.items() if one != Said()})


def _said(old: Said, ours: Said, theirs: Said) -> Said:
    if old in (ours, theirs):
        return theirs if ours == old else ours
    if ours.gone or theirs.gone:
        return theirs if ours.gone else ours
    return Said(
        title=theirs.title if ours.title == old.title else ours.title,
        start=theirs.start if ours.start == old.start else ours.start,
    )
