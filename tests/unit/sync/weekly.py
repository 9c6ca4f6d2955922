"""A weekly series for tests of the engine: four Mondays in November 2026 from the 2nd, ten to eleven o'clock in UTC."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from calpair.model.event import Event
from calpair.model.rule import Frequency, Original, Recurrence, Rule
from calpair.model.when import Timed
from calpair.recurrence import series
from calpair.recurrence.spelling import rebased
from unit.sync.bench import meeting
from unit.sync.fakes import FakeCalendar

FOUR = Recurrence((Rule(Frequency.WEEKLY, count=4),))


def weekly(title: str, hour: int = 10, day: int = 2, repeats: Recurrence = FOUR, **more: Any) -> Event:
    return replace(meeting(title, hour=hour, day=day, **more), repeats=repeats)


def monday(number: int, hour: int = 10) -> datetime:
    """The original start of an occurrence, counted from one."""
    when = meeting("", hour=hour, day=2).when
    assert isinstance(when, Timed)
    return when.start + timedelta(weeks=number - 1)


def override(calendar: FakeCalendar, id_: str, original: Original, **fields: Any) -> None:
    """A person changes one occurrence."""
    event = calendar.event(id_)
    now = series.effective(event, original) or series.occurrence(event, original)
    calendar.edit(id_, overrides={**event.overrides, original: replace(now, **fields)})


def cancel(calendar: FakeCalendar, id_: str, original: Original) -> None:
    """A person cancels one occurrence."""
    calendar.edit(id_, overrides={**calendar.event(id_).overrides, original: None})


def rename(calendar: FakeCalendar, id_: str, title: str) -> None:
    """A person renames a series: an occurrence that has a title of its own keeps it."""
    event = calendar.event(id_)
    renamed = replace(event, title=title)
    calendar.edit(id_, title=title, overrides=rebased(event, renamed))


def later(event: Event, original: Original, hours: int) -> Timed:
    """When an occurrence takes place that was moved by so many hours."""
    when = series.at(event.when, original)
    assert isinstance(when, Timed)
    return Timed(when.start + timedelta(hours=hours), when.end + timedelta(hours=hours), when.zone)


def seen(calendar: FakeCalendar) -> list[tuple[str, str, str]]:
    """What a person sees of the four weeks: title, day and hour, place of every occurrence, in order."""
    rows = []
    for event in calendar.events().values():
        for number in range(4):
            if event.repeats is None and number:
                continue
            assert isinstance(event.when, Timed)
            now = series.effective(event, event.when.start + timedelta(weeks=number)) if event.repeats else event
            if now:
                assert isinstance(now.when, Timed)
                rows.append((now.title, f"{now.when.start:%d %H}", now.place))
    return sorted(rows)
