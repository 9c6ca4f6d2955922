"""What a server would hold of an event if it were written today: what is cut, folded together or left out. Pure.

    held = hold(event, build)

A series is held as the ladder (`recurrence/ladder.py`) says: as one item whose pattern gives the same occurrences, or
more than these with the others deleted, or as several items. Every loss is a short word. Sources: the limits stand in
Outlook's pages and the schema; for what a series cannot be, MS-OXOCAL 2.2.1.44.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import islice

from calpair.exchange import zones
from calpair.exchange.crossing import crossings, day_of
from calpair.exchange.likeness import same
from calpair.exchange.mapping import PRIVACY
from calpair.exchange.recurrence import FIRST_DAY
from calpair.exchange.soap import clean
from calpair.exchange.versions import EXCHANGE_2010_SP1, EXCHANGE_2013, Build
from calpair.model.body import MAX_CHARACTERS, Body
from calpair.model.event import Event, Privacy, ShowAs
from calpair.model.rule import Original, Recurrence
from calpair.model.when import AllDay, Timed, When
from calpair.ports import Held
from calpair.recurrence import expand, ladder
from calpair.recurrence.pattern import EndDate, NoEnd, Numbered, Series, Weekly, to_recurrence
from calpair.recurrence.series import at, occurrence
from calpair.recurrence.shapes import LAST_END, MOST

MAX_LINE = 255
"""Characters of a subject, and of a location: Outlook's limit."""

MAX_REMINDER = 2_629_800
"""Minutes; the schema's limit."""

RULE = "rule"
"""The loss where the way an event repeats cannot be held."""

CROSSING = "occurrence:crossing"
"""The loss where an occurrence cannot be moved to or past another one: it stays at the series' time."""


def hold(event: Event, build: Build) -> Held:
    """Tell what a server of that build would hold of an event, and what it would not."""
    return _single(event, build) if event.repeats is None else _series(event, event.repeats, build)


def pattern(event: Event, build: Build) -> Series | None:
    """Give the one pattern a series is held by; None where one item cannot carry it, or it is none."""
    if event.repeats is None:
        return None
    conversion = _converted(event.when, event.repeats)
    series = conversion.parts[0].series if len(conversion.parts) == 1 else None
    return series if series is not None and _tellable(series, build) else None


def respelled(series: Series, event: Event) -> Series:
    """Say where a series ends in another way, with the same occurrences: by a date, or by their number."""
    if event.repeats is None:
        return series
    if isinstance(series.range, NoEnd):
        return replace(series, range=EndDate(LAST_END))
    starts = list(islice(expand.originals(event.when, event.repeats), MOST + 1))
    if isinstance(series.range, Numbered) and starts:
        zone = event.when.zone if isinstance(event.when, Timed) else ""
        return replace(series, range=EndDate(day_of(at(event.when, starts[-1]), zone)))
    if isinstance(series.range, EndDate) and series.range.date >= LAST_END:
        return replace(series, range=NoEnd())
    return replace(series, range=Numbered(len(starts))) if 0 < len(starts) <= MOST else series


def line(words: str) -> str:
    """Make one line of at most `MAX_LINE` characters."""
    return " ".join(clean(words).splitlines())[:MAX_LINE]


def _single(event: Event, build: Build) -> Held:
    losses: list[str] = []
    title, place = line(event.title), line(event.place)
    if len(event.title) > MAX_LINE:
        losses.append("title:shortened")
    if len(event.place) > MAX_LINE:
        losses.append("place:shortened")
    if event.body.html and len(event.body.content) > MAX_CHARACTERS:
        losses.append("body:shortened")
    shown = event.show_as
    if shown is ShowAs.ELSEWHERE and build < EXCHANGE_2013:
        shown = ShowAs.BUSY
        losses.append("show_as")
    privacy = event.privacy
    if privacy not in PRIVACY:
        privacy = Privacy.NORMAL
        losses.append("privacy")
    reminder = event.reminder
    if reminder is not None and not 0 <= reminder <= MAX_REMINDER:
        reminder = min(max(reminder, 0), MAX_REMINDER)
        losses.append("reminder")
    if isinstance(event.when, Timed) and event.when.zone and not zones.windows(event.when.zone):
        losses.append("zone")
    held = Event(
        title=title,
        when=_when(event.when),
        body=Body(clean(event.body.markup()), html=True),
        place=place,
        show_as=shown,
        privacy=privacy,
        reminder=reminder,
        categories=None if event.categories is None else tuple(map(clean, event.categories)),
    )
    return Held(held, tuple(losses))


def _when(when: When) -> When:
    if isinstance(when, AllDay):
        return when
    # A zone comes back under the best-known name of its rules; one that Exchange has no name for is written as UTC.
    zone = zones.iana(zones.windows(when.zone)) or zones.UTC_NAME
    return Timed(when.start.replace(microsecond=0), when.end.replace(microsecond=0), zone)


def _series(event: Event, repeats: Recurrence, build: Build) -> Held:
    whole = _single(event, build)
    when = whole.event.when
    if event.when != when and not expand.same(event.when, repeats, when, repeats):
        # Exchange keeps another clock there: half of the occurrences would be an hour off.
        return Held(event, _union(whole.losses, (RULE,)))
    conversion = _converted(when, repeats)
    losses = _union(whole.losses, conversion.losses)
    parts = conversion.parts
    if not parts or not all(part.series is None or _tellable(part.series, build) for part in parts):
        return Held(event, _union(losses, (RULE,)))
    said = {original: override for original, override in event.overrides.items() if _among(when, repeats, original)}
    held: list[Event] = []
    for part in parts:
        if part.series is None:
            # An occurrence by itself, unless it was cancelled.
            alone = said.get(part.when.start, replace(event, when=part.when, repeats=None, overrides={}))
            told = [] if alone is None else [_single(alone, build)]
        else:
            series = replace(whole.event, when=part.when, repeats=to_recurrence(part.series, part.when))
            told = [overridden(series, said | dict.fromkeys(part.cancelled), build)]
        held += [one.event for one in told]
        losses = _union(losses, *(one.losses for one in told))
    if len(parts) == 1 and parts[0].series is not None:
        return Held(held[0], losses)
    return Held(event, losses, tuple(held))


def overridden(series: Event, overrides: Mapping[Original, Event | None], build: Build) -> Held:
    """Give a series that Exchange holds with what it would hold of overrides; those of no occurrence are dropped."""
    losses: tuple[str, ...] = ()
    held = dict[Original, Event | None]()
    for original in sorted(original for original in overrides if _among(series.when, series.repeats, original)):
        said = overrides[original]
        told = None if said is None else _single(said, build)
        losses = losses if told is None else _union(losses, told.losses)
        held[original] = None if told is None else told.event
    asked = _telling(series, held)
    settled = _settled(asked)
    return Held(settled, losses if settled is asked else _union(losses, (CROSSING,)))


def _telling(series: Event, overrides: Mapping[Original, Event | None]) -> Event:
    """Give a series with those overrides that say anything else than the series."""
    told = {
        original: said
        for original, said in overrides.items()
        if said is None or not same(said, occurrence(series, original))
    }
    return replace(series, overrides=told)


def _settled(series: Event) -> Event:
    """Put what Exchange would not move back to its own time, until nothing crosses anything."""
    while found := crossings(series):
        still = {
            original: replace(said, when=at(series.when, original)) if said and original in found else said
            for original, said in series.overrides.items()
        }
        series = _telling(series, still)
    return series


def _tellable(series: Series, build: Build) -> bool:
    """Tell whether a server of that build can be told the pattern: an old one, no first day of the week."""
    weekly = series.pattern
    if build >= EXCHANGE_2010_SP1 or not isinstance(weekly, Weekly) or weekly.interval == 1:
        return True
    return weekly.first_day == FIRST_DAY


def _among(when: When, repeats: Recurrence | None, original: Original) -> bool:
    """Tell whether an original start is one of a series'."""
    if repeats is None or isinstance(original, datetime) is not isinstance(when, Timed):
        return False
    return expand.index(when, repeats, original) is not None


@lru_cache(maxsize=512)
def _converted(when: When, repeats: Recurrence) -> ladder.Conversion:
    # Proven by expanding, which takes some hundredths of a second; the same series is asked about several times a run.
    return ladder.convert(when, repeats)


def _union(*losses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for words in losses for word in words))
