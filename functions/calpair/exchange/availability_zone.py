"""The clocks a request for free/busy is written in: from its times to instants, and from instants to its times. Pure.

    clocks = read(zone, context, first, last)     # t:TimeZone of the body, t:TimeZoneContext of the head, either or both
    clocks.instants(datetime(2026, 3, 29, 8))     # the first and the last instant that the clock shows so, in UTC
    clocks.spans(start, end)                      # the span by this clock, naive

Source: "TimeZone (Availability)", "StandardTime", "DayOrder", "Year" and "TimeZoneContext" (EWS reference), and Windows'
TIME_ZONE_INFORMATION, whose rules the first of them spells: with a year a change has a day of the month and no weekday,
and nothing says that it is another one in other years. A month 0 says that there is no summer time ("Month").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from calpair.errors import RefusedRequestError
from calpair.exchange import zone_rules
from calpair.exchange.posted import named, parts, word
from calpair.exchange.soap import TYPES, Element, local_name
from calpair.model import iana
from calpair.model.clocks import EVER, Change, Group, Rules

BAD_FORM = "ErrorSchemaValidation"

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TIME = re.compile(
    r"(?:([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?|(24):00(?::00)?)(?:(?<=:..:..)\.([0-9]{1,7}))?"
)
"""To the schema it is a text, so hours may have one digit, and seconds be left out."""
_LEAP_YEAR = 2024
_INT = re.compile(r"[+-]?[0-9]{1,9}")
_FIRST, _LAST = 1, 5
_MONTHS = range(1, 13)
_DAY = timedelta(days=1)
_MARGIN = timedelta(days=2)
"""Around a window as it is spelled, in which its instants are whatever the zone is."""
_MOST_CHANGES = 8
"""Within such a window; Morocco's, the most restless ones, had four in a year."""
_STEP = timedelta(hours=6)
"""Between two looks at a named zone: none changes its clocks twice in a day."""
_SECOND = timedelta(seconds=1)
_LISTS = ("Periods", "TransitionsGroups", "TransitionsGroup", "Transitions")
_WHOLE = ("Bias", "StandardTime", "DaylightTime")
_HALF = ("Bias", "Time", "DayOrder", "Month", "DayOfWeek", "Year")

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Clocks:
    """When the clocks changed, and by how much they are ahead of UTC from then on; the first counts from `EVER`."""

    changes: tuple[tuple[datetime, timedelta], ...]

    def offset(self, instant: datetime) -> timedelta:
        """Tell by how much the clock is ahead of UTC."""
        return next(offset for since, offset in reversed(self.changes) if since <= instant)

    def instants(self, wall: datetime) -> tuple[datetime, datetime]:
        """Give the first and the last instant of a naive time, which are one unless the clocks change.

        A time that comes twice has two. One that does not come is read by the clock after the gap, then by that before.
        """
        plain = wall.replace(tzinfo=UTC)
        offsets = {offset for _, offset in self.changes if self.offset(plain - offset) == offset}
        if not offsets:
            offsets = next(
                {before, after}
                for (_, before), (since, after) in zip(self.changes, self.changes[1:], strict=False)
                if since + before <= plain < since + after
            )
        return plain - max(offsets), plain - min(offsets)

    def wall(self, instant: datetime) -> datetime:
        """Give the naive time that the clock shows."""
        return (instant + self.offset(instant)).replace(tzinfo=None)

    def spans(self, start: datetime, end: datetime) -> list[Span]:
        """Give a span by this clock: two, where the clock goes back and one of the ends is in the hour that comes twice.

        A naive time says nothing of which of two it is. Written as one, such a span might end before it starts, or
        leave out what is taken of the second hour; cut where the clock goes back it is told whole.
        """
        found: list[Span] = []
        for (_, before), (fall, after) in zip(self.changes, self.changes[1:], strict=False):
            # Where the clock goes on instead, this never holds.
            twice = start + before >= fall + after or end + after < fall + before
            if start < fall <= end and twice:
                found.append(((start + before).replace(tzinfo=None), (fall + before).replace(tzinfo=None)))
                start = fall
        if start < end:
            found.append((self.wall(start), self.wall(end)))
        return found


def read(zone: Element | None, context: Element | None, first: datetime, last: datetime) -> Clocks | None:
    """Give the clocks of a request whose window is `first` to `last`, whatever its zone; None where it names no zone.

    What stands in the body counts before what stands in the head. ValueError: nobody knows such a zone.
    RefusedRequestError: it is not even spelled as one.
    """
    try:
        if zone is not None:
            found: Rules | ZoneInfo = _serializable(zone)
        elif context is not None:
            found = _definition(context)
        else:
            return None
        first, last = first - _MARGIN, last + _MARGIN
        changes = (
            tuple(_of_named(found, first, last))
            if isinstance(found, ZoneInfo)
            else found.changes(first.year, last.year)
        )
    except OverflowError:
        raise ValueError("clocks that change beyond the ends of time") from None
    before = max(number for number, (since, _) in enumerate(changes) if since <= first)
    inside = [change for change in changes[before + 1 :] if change[0] <= last]
    if len(inside) > _MOST_CHANGES:
        raise ValueError("no clocks change so often")
    return Clocks(((EVER, changes[before][1]), *inside))


def _definition(context: Element) -> Rules | ZoneInfo:
    """Read the definition of the head: by its id where that is a name, else by its rules, else by its other names."""
    definition = parts(context, named(TYPES, "TimeZoneDefinition"), reason=BAD_FORM).get("TimeZoneDefinition")
    if definition is None:
        raise ValueError("a context without a zone")
    # The tables of names are large, and come with a library that most requests get along without.
    from calpair.exchange.zone_resolver import known, resolve  # noqa: PLC0415 - the same

    name, shown = definition.get("Id", ""), definition.get("Name", "")
    own = iana.rules(known(name))
    if own is not None:
        return own
    _once(definition)
    found = zone_rules.read(definition) or iana.rules(resolve(name) or resolve(shown))
    if found is None:
        raise ValueError("nobody knows this name")
    return found


def _once(definition: Element) -> None:
    """Make sure that nothing of a definition is said twice: whoever reads one of two may read the other one."""
    for element in definition.iter():
        listed = local_name(element) in _LISTS
        said = [part.get("Id") if listed else str(part.tag) for part in element]
        said = [one for one in said if one is not None]
        if len(set(said)) < len(said):
            raise ValueError("a part of a zone that stands there twice")


def _serializable(zone: Element) -> Rules:
    told = parts(zone, named(TYPES, *_WHOLE), reason=BAD_FORM)
    if len(told) < len(_WHOLE):
        raise RefusedRequestError(BAD_FORM, "TimeZone is to hold Bias, StandardTime and DaylightTime")
    bias = _number(told["Bias"])
    halves = [parts(told[name], named(TYPES, *_HALF), reason=BAD_FORM) for name in _WHOLE[1:]]
    # The schema wants a weekday of every change, .NET's own client writes none where there is a year.
    if any(set(_HALF) - {"Year"} - set(half) - ({"DayOfWeek"} if "Year" in half else set()) for half in halves):
        raise RefusedRequestError(BAD_FORM, "a half of TimeZone is to hold Bias, Time, DayOrder, Month and DayOfWeek")
    offsets = [-timedelta(minutes=bias + _number(half["Bias"])) for half in halves]
    if offsets[0] != offsets[1] and any(_number(half["Month"]) == 0 for half in halves):
        # Windows then looks at nothing that stands in the halves, and has an hour of summer time there that never comes.
        offsets = [-timedelta(minutes=bias)] * 2
    if max(map(abs, (*offsets, offsets[0] - offsets[1]))) >= _DAY:
        raise ValueError("clocks are not so far apart")
    if offsets[0] == offsets[1]:
        # There is no summer time; what is said of the changes is there because the form wants it, and may be anything.
        return Rules((Group(offset=offsets[0]),), (EVER,))
    changes = [_change(half, offset) for half, offset in zip(halves, offsets, strict=True)]
    # In a leap year, which every day of a month is in.
    changes.sort(key=lambda change: change.wall(_LEAP_YEAR))
    return Rules((Group(tuple(changes)),), (EVER,))


def _change(half: dict[str, Element], offset: timedelta) -> Change:
    month, order = _number(half["Month"]), _number(half["DayOrder"])
    year = word(half["Year"]) if "Year" in half else ""
    if year and not re.fullmatch("[0-9]{1,4}", year):
        raise ValueError("a year has four digits")
    if month not in _MONTHS:
        raise ValueError("a year has no such month")
    if year and int(year):
        change = Change(offset, month, _time(half["Time"]), day=order)
    elif _FIRST <= order <= _LAST:
        weekday = _DAYS.index(word(half["DayOfWeek"]) or "")
        change = Change(offset, month, _time(half["Time"]), weekday=weekday, week=-1 if order == _LAST else order)
    else:
        raise ValueError("a month has no such week")
    # Raises for a day that no year has.
    change.wall(_LEAP_YEAR)
    return change


def _time(element: Element) -> timedelta:
    found = _TIME.fullmatch(word(element) or "")
    if found is None:
        raise ValueError("a time of day is expected")
    hours, minutes, seconds, midnight, fraction = found.groups()
    # Windows cannot say 24:00 and says a part of a second before it.
    beyond = round(float(f"0.{fraction or 0}"))
    return timedelta(hours=int(hours or midnight), minutes=int(minutes or 0), seconds=int(seconds or 0) + beyond)


def _number(element: Element) -> int:
    text = word(element) or ""
    if not _INT.fullmatch(text):
        raise ValueError("a number is expected")
    return int(text)


def _of_named(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """Look for the changes of a named zone, which only tells what its clocks show."""

    def offset(instant: datetime) -> timedelta:
        return instant.astimezone(zone).utcoffset() or timedelta()

    yield EVER, offset(first)
    while first < last:
        then = first + _STEP
        if offset(then) != offset(first):
            low, high = first, then
            while high - low > _SECOND:
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if offset(middle) == offset(first) else (low, middle)
            yield high, offset(then)
        first = then
