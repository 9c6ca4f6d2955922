"""One Exchange series that has the times of a strand, or has them among others. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

from calpair.model.rule import Original
from calpair.recurrence import clock, fit
from calpair.recurrence.laid_out import dates
from calpair.recurrence.settle import MOST_DELETED, Piece
from calpair.recurrence.shapes import LAST_END, MOST, EndDate, NoEnd, Numbered, Range, Series
from calpair.recurrence.strand import Strand


def equal(strand: Strand) -> Iterator[Piece]:
    """Give the series with exactly these times: by what the rule is without its end, or else by what there is of it."""
    for times in (strand.open, strand.ended or ()):
        days = once_a_day(times)
        for pattern in fit.equal(days, strand.hint) if days else ():
            end = _range(strand, Series(pattern, days[0]), times[0])
            if end is not None:
                yield Piece(Series(pattern, days[0], end), times[0].time())


def covers(strand: Strand) -> list[tuple[int, Piece]]:
    """Give series with these times among others, with how many others: of what ends, the fewest first."""
    days = once_a_day(strand.ended or ())
    if not days:
        return []
    found = []
    for number, pattern in enumerate(fit.guesses(days, strand.hint)):
        series = Series(pattern, days[0])
        there = list(takewhile(lambda day: day <= days[-1], islice(dates(series), MOST + 1)))
        beside = len(there) - len(days)
        if len(there) <= MOST and beside <= MOST_DELETED and set(days) <= set(there):
            found.append(
                (
                    beside,
                    number,
                    Piece(Series(pattern, days[0], _ending(strand, series, days[-1])), strand.shown[0].time()),
                )
            )
    return [(beside, piece) for beside, _, piece in sorted(found, key=lambda each: each[:2])]


def once_a_day(times: Sequence[datetime]) -> list[date]:
    """Give the days of times that are all at one time of the day; none where they are not."""
    if any(moment.time() != times[0].time() for moment in times):
        return []
    return [moment.date() for moment in times]


def _range(strand: Strand, series: Series, first: datetime) -> Range | None:
    if not strand.ends:
        return NoEnd()
    if strand.ended is not None:
        return _ending(strand, series, strand.ended[-1].date())
    if strand.far is None:
        return None
    if strand.far.until is not None:
        return _end(_last_day(strand, strand.far.until, first))
    return _end(next(islice(dates(series), (strand.far.count or 1) - 1, None), date.max))


def _ending(strand: Strand, series: Series, last: date) -> Range:
    """Give the range up to a last day: a number where the rule has one."""
    if strand.hint is None or strand.hint.count is not None:
        number = sum(1 for _ in takewhile(lambda day: day <= last, islice(dates(series), MOST + 1)))
        if number <= MOST:
            return Numbered(number)
    return _end(last)


def _end(last: date) -> Range:
    return EndDate(last) if last <= LAST_END else NoEnd()


def _last_day(strand: Strand, until: Original, first: datetime) -> date:
    """Give the last day on which an occurrence would not be after UNTIL."""
    day = clock.on_wall(strand.when, until).date()
    if isinstance(until, datetime) and clock.original(strand.when, datetime.combine(day, first.time())) > until:
        return day - timedelta(days=1)
    return day
