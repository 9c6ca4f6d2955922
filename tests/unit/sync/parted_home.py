"""A calendar in memory with series, and another side that can hold few of them: the ground of the tests of `parted`.

What the other side is here: a series on several days of the month is one series a day; an occurrence moved by more than
three days stands apart; every other year is single events, and only the first two; by the hour is nothing at all. It
has categories, which the calendar has not, and shortens bodies.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from calpair.errors import AbsentError, SideError, StaleError
from calpair.model.body import Body
from calpair.model.event import Event, Field, Item, Kind, Mark
from calpair.model.rule import Day, Frequency, Original, Recurrence, Rule, original_text
from calpair.model.side import Side
from calpair.model.when import Timed, When
from calpair.ports import NO_HINTS, RULE, Draft, Edit, Finding, Held, Hint, Page, Portion, Removal, Written

BORN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def span(start: datetime, hours: int = 1) -> Timed:
    return Timed(start, start + hours * HOUR)


MONDAY, WEDNESDAY = Day(0, 1), Day(2, 3)
"""The first Monday and the third Wednesday of the month."""
MONDAYS = [at(11, 2), at(12, 7), at(1, 4, year=2027)]
WEDNESDAYS = [at(11, 18), at(12, 16), at(1, 20, year=2027)]
END = at(1, 31, year=2027)


def monthly(*days: Day, until: datetime | None = None) -> Recurrence:
    return Recurrence((Rule(Frequency.MONTHLY, by_day=days, until=until),))


def board(until: datetime | None = END, **more: object) -> Event:
    """A meeting on both days of each month; three times each, or without end."""
    event = Event("Board", span(MONDAYS[0]), place="Room 1", repeats=monthly(MONDAY, WEDNESDAY, until=until))
    return replace(event, **more)  # type: ignore[arg-type]


def weekly(count: int | None = None, **more: object) -> Event:
    """A meeting every Monday from 2 November 2026."""
    repeats = Recurrence((Rule(Frequency.WEEKLY, count=count),))
    return Event("Team", span(MONDAYS[0]), repeats=repeats, **more)  # type: ignore[arg-type]


def biennial() -> Event:
    return Event("Fair", span(at(11, 2)), repeats=Recurrence((Rule(Frequency.YEARLY, interval=2),)))


def once(event: Event, when: When, **more: object) -> Event:
    """An occurrence of an event, saying something else."""
    return replace(event, when=when, repeats=None, overrides={}, **more)  # type: ignore[arg-type]


def hold(event: Event) -> Held:
    rule = event.repeats.rules[0] if event.repeats else None
    held = replace(event, categories=(), body=Body(event.body.content[:20]))
    if rule and rule.frequency is Frequency.HOURLY:
        return Held(held, (RULE,))
    if rule and rule.frequency is Frequency.YEARLY:
        years = (at(11, 2), at(11, 2, year=2028))
        return Held(event, parts=tuple(_single(held, one, number) for number, one in enumerate(years)))
    far = [one for one, said in event.overrides.items() if said and abs(said.when.start - one) > timedelta(days=3)]
    days = rule.by_day if rule and len(rule.by_day) > 1 else ()
    if not far and not days:
        return Held(held)
    held = replace(held, overrides={one: None if one in far else said for one, said in held.overrides.items()})
    parts = [_of_day(held, rule, day, number) for number, day in enumerate(days)] if rule else []
    apart = [Portion(original_text(one), said, one) for one, said in event.overrides.items() if one in far and said]
    return Held(event, parts=(*(parts or [Portion("", held)]), *apart))


def _single(held: Event, original: datetime, number: int) -> Portion:
    said = held.overrides.get(original) or once(held, span(original))
    return Portion(original_text(original) if number else "", said, original)


def _of_day(held: Event, rule: Rule, day: Day, number: int) -> Portion:
    first = {MONDAY: MONDAYS[0], WEDNESDAY: WEDNESDAYS[0]}[day]
    overrides = {one: said for one, said in held.overrides.items() if one.weekday() == day.weekday}
    repeats = Recurrence((replace(rule, by_day=(day,)),))
    assert isinstance(held.when, Timed)
    event = replace(
        held, when=Timed(first, first + (held.when.end - held.when.start)), repeats=repeats, overrides=overrides
    )
    return Portion("third-wednesday" if number else "", event)


@dataclass
class Home:
    """The calendar. What it does with an edit is what the port says of one, and no more."""

    items: dict[str, Item] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    reads: list[list[str]] = field(default_factory=list)
    hints: dict[str, Hint] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    broken: dict[str, SideError] = field(default_factory=dict)
    """What is answered about an item, whatever is asked."""
    will_not: dict[Original, SideError] = field(default_factory=dict)
    """Occurrences that are refused."""
    unsure: bool = False
    count: int = 1
    side: Side = Side.GOOGLE

    def put(self, id_: str, event: Event | None, kind: Kind | None = None, **more: object) -> Item:
        kind = kind or (Kind.SERIES if event and event.repeats else Kind.SINGLE)
        marks = {one: Mark(f"{id_}_{original_text(one)}", "m1") for one in (event.overrides if event else ())}
        version = f"v{self.count}"
        item = Item(self.side, id_, version, f"{id_}@g", BORN, BORN, event, kind, marks=marks, rest="reminders", **more)  # type: ignore[arg-type]
        self.items[id_] = item
        return item

    def event(self, id_: str) -> Event:
        event = self.items[id_].event
        assert event
        return event

    def changes(self, cursor: str) -> Page:
        return Page((), f"{cursor}+", more=False)

    def read(self, ids: Sequence[str], known: Mapping[str, Hint] = NO_HINTS) -> Mapping[str, Item | SideError]:
        self.reads.append(list(ids))
        self.hints |= known
        return {one: self._found(one) for one in ids}

    def _found(self, one: str) -> Item | SideError:
        absent = AbsentError("cancelled" if one in self.gone else "notFound")
        return self.broken.get(one) or self.items.get(one) or absent

    def create(self, drafts: Sequence[Draft]) -> Sequence[Written | SideError]:
        return [Written(draft.id, None, sure=False) for draft in drafts]

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        assert edits, "nothing is asked for nothing"
        self.edits += edits
        return [self._write(edit) for edit in edits]

    def _write(self, edit: Edit) -> Written | SideError:
        found = self._found(edit.item.id)
        if isinstance(found, SideError):
            return found
        if edit.item.version != found.version:
            return StaleError("conditionNotMet")
        assert edit.item.rest == "reminders", "the adapter gets its own back"
        now = self.event(found.id)
        now = replace(now, **{name.value: getattr(edit.event, name.value) for name in edit.fields})
        overrides = dict(now.overrides)
        if Field.WHEN in edit.fields:
            now, overrides = replace(now, repeats=edit.event.repeats), {}
        for one in edit.overrides - set(self.will_not):
            overrides.pop(one, None)
            if one in edit.event.overrides:
                overrides[one] = edit.event.overrides[one]
        self.count += 1
        stamp = edit.stamp or found.stamp
        item = self.put(found.id, replace(now, overrides=overrides), stamp=stamp, people=found.people)
        refused = {one: error for one, error in self.will_not.items() if one in edit.overrides}
        return Written(item.id, None if self.unsure else item, sure=not self.unsure, refused=refused)

    def delete(self, removals: Sequence[Removal]) -> Sequence[SideError | None]:
        assert removals, "nothing is asked for nothing"
        self.removals += removals
        return [self._delete(removal) for removal in removals]

    def _delete(self, removal: Removal) -> SideError | None:
        found = self._found(removal.id)
        if isinstance(found, SideError):
            return None if found.code == "cancelled" else found
        if found.version != removal.version:
            return StaleError("conditionNotMet")
        del self.items[removal.id]
        self.gone.add(removal.id)
        return None

    def hold(self, event: Event, until: datetime | None = None) -> Held:
        del until
        return Held(event, ("of the calendar",))

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        yield Finding("calendar", ok=True, found=f"writing: {writing}")
