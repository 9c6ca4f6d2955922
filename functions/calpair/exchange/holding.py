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
from calpair.model.rule import Original, Recurrence, original_text
from calpair.model.when import AllDay, Timed, When
from calpair.ports import NAMELESS, RULE, Held, Portion
from calpair.recurrence import expand, ladder
from calpair.recurrence.pattern import EndDate, NoEnd, Numbered, Series, Weekly, to_recurrence
from calpair.recurrence.series import at, occurrence
from calpair.recurrence.shapes import LAST_END, MOST

MAX_LINE = 255
"""Characters of a subject, and of a location: Outlook's limit."""

MAX_REMINDER = 2_629_800
"""Minutes; the schema's limit."""

CROSSING = "occurrence:crossing"
"""The loss where an occurrence cannot be moved to or past another one, and stays at the series' time."""


def hold(event: Event, build: Build, until: datetime | None = None, *, detach: bool = True) -> Held:
    """Tell what a server of that build would hold of an event, and what it would not.

    `until`: how far a series without end is held where its occurrences have to stand alone. `detach`: an occurrence
    that cannot be moved to where it is stands beside its series; otherwise it stays at the series' time.
    """
    if event.repeats is None:
        return _single(event, build)
    return _series(event, event.repeats, build, until, detach=detach)


def pattern(event: Event, build: Build) -> Series | None:
    """Give the one pattern a series is held by; None where one item cannot carry it, or it is none."""
    if event.repeats is None:
        return None
    conversion = _converted(event.when, event.repeats, None)
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


def _series(event: Event, repeats: Recurrence, build: Build, until: datetime | None, *, detach: bool) -> Held:
    whole = _single(event, build)
    when = whole.event.when
    if event.when != when and not expand.same(event.when, repeats, when, repeats):
        # Exchange keeps another clock there: half of the occurrences would be an hour off.
        return Held(event, _union(whole.losses, (RULE, NAMELESS)))
    conversion = _converted(when, repeats, until)
    losses = _union(whole.losses, conversion.losses)
    parts = conversion.parts
    if not parts or not all(part.series is None or _tellable(part.series, build) for part in parts):
        return Held(event, _union(losses, (RULE,)))
    said = {original: override for original, override in event.overrides.items() if _among(when, repeats, original)}
    portions: list[Portion] = []
    for number, part in enumerate(parts):
        told, portion = _portion(event, whole.event, part, said, build)
        losses = _union(losses, told)
        # What stands alone goes by its original start, however many more come to stand beside it.
        key = original_text(part.when.start) if part.series is None else str(number or "")
        portions += [replace(portion, key=key)] if portion else []
    singles = [] if not detach else [one for portion in portions for one in _detached(portion.event)]
    if len(parts) == 1 and parts[0].series is not None and not singles:
        settled = _settled(portions[0].event)
        return Held(settled, losses if settled is portions[0].event else _union(losses, (CROSSING,)))
    kept = [replace(portion, event=_without(portion.event, singles)) for portion in portions]
    apart = [Portion(original_text(original), said, original) for original, said in singles]
    return Held(event, losses, (*kept, *apart))


def _portion(
    event: Event, whole: Event, part: ladder.Part, said: Mapping[Original, Event | None], build: Build
) -> tuple[tuple[str, ...], Portion | None]:
    """Give the losses of a part, and what it holds; None for a single occurrence that was cancelled."""
    if part.series is None:
        original = part.when.start
        alone = said.get(original, replace(event, when=part.when, repeats=None, overrides={}))
        held = None if alone is None else _single(alone, build)
        return (held.losses, Portion("", held.event, original)) if held else ((), None)
    series = replace(whole, when=part.when, repeats=to_recurrence(part.series, part.when))
    held = _overridden(series, {**said, **dict.fromkeys(part.cancelled)}, build)
    return held.losses, Portion("", held.event)


def _detached(series: Event) -> list[tuple[Original, Event]]:
    """Give the occurrences that Exchange would not move to where they are: they stand beside their series."""
    found: list[tuple[Original, Event]] = []
    while crossing := crossings(series):
        found += [(original, said) for original in sorted(crossing) if (said := series.overrides[original])]
        series = _without(series, found)
    return found


def _without(series: Event, singles: Iterable[tuple[Original, Event]]) -> Event:
    """Give a series without occurrences that stand beside it."""
    apart = {original: None for original, _ in singles if original in series.overrides}
    return replace(series, overrides={**series.overrides, **apart}) if apart else series


def overridden(series: Event, overrides: Mapping[Original, Event | None], build: Build) -> Held:
    """Give a series that Exchange holds with what it would hold of overrides; those of no occurrence are dropped."""
    held = _overridden(series, overrides, build)
    settled = _settled(held.event)
    return held if settled is held.event else Held(settled, _union(held.losses, (CROSSING,)))


def _overridden(series: Event, overrides: Mapping[Original, Event | None], build: Build) -> Held:
    losses: tuple[str, ...] = ()
    held = dict[Original, Event | None]()
    for original in sorted(original for original in overrides if _among(series.when, series.repeats, original)):
        said = overrides[original]
        told = None if said is None else _single(said, build)
        losses = losses if told is None else _union(losses, told.losses)
        held[original] = None if told is None else told.event
    return Held(_telling(series, held), losses)


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
def _converted(when: When, repeats: Recurrence, until: datetime | None) -> ladder.Conversion:
    # Proven by expanding, which takes some hundredths of a second; the same series is asked about several times a run.
    horizon: Original | None = until if isinstance(when, Timed) or until is None else until.date()
    return ladder.convert(when, repeats, horizon=horizon)


def _union(*losses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for words in losses for word in words))
