"""Time zones defined in full: Periods, TransitionsGroups and Transitions, read from a request and told in answers.

`read()` checks an element that holds them and gives their text, which is stored with the item; `zone()` makes a tzinfo
of the text; `content()` spells the rule of a named zone. A bias is what has to be added to the wall clock to get UTC.
Without TransitionsGroups there has to be one period alone.

Source: the pages TimeZoneDefinition, Period, TransitionsGroup, Transition, AbsoluteDateTransition, RecurringDayTransition,
RecurringDateTransition; exchangelib's issues 255, 310, 314, 846 and 1197, which show what servers answer.
"""

import re
from calendar import monthrange
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from lxml import etree

from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.rule import LAST, WEEKDAYS, Half, RuleZone
from simulators.exchange.soap import Element, child, children, local, need, number, t, text_of

_DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?")
_PARTS = ("Periods", "TransitionsGroups", "Transitions")
_DAY = timedelta(days=1)
_YEARS_AROUND = (-1, 0, 1)
_EVER = datetime.combine(date.min, time())


@dataclass(frozen=True)
class Turning:
    """A change of the clocks every year: to an offset, on a day of a month, so long after its midnight on the clock.

    The day is the `order`th (-1: the last) `weekday`, or `day` where that is not 0.
    """

    offset: timedelta
    after: timedelta
    month: int
    weekday: int = 0
    order: int = 0
    day: int = 0

    def wall(self, year: int) -> datetime:
        """When it happens in a year, on the clock as it was before."""
        first = date(year, self.month, 1)
        length = monthrange(year, self.month)[1]
        day = min(self.day, length)
        if not self.day:
            day = 1 + (self.weekday - first.weekday()) % 7
            day += 7 * (self.order - 1 if self.order > 0 else (length - day) // 7)
            day -= 7 * (day > length)
        return datetime.combine(first.replace(day=day), time()) + self.after


@dataclass(frozen=True)
class Section:
    """What holds from a wall clock on: an offset without turnings, or turnings every year."""

    begins: datetime
    offset: timedelta
    turnings: tuple[Turning, ...] = ()

    def at(self, instant: datetime) -> timedelta:
        """The offset at an instant, naive and in UTC."""
        if not self.turnings:
            return self.offset
        found = [turn for year in _YEARS_AROUND for turn in _instants(self.turnings, instant.year + year)]
        return [offset for moment, offset in found if moment <= instant][-1]


@lru_cache(maxsize=4096)
def _instants(turnings: tuple[Turning, ...], year: int) -> list[tuple[datetime, timedelta]]:
    """The turnings of a year in order, each as the instant it happens at and the offset from then on."""
    ordered = sorted(turnings, key=lambda turning: turning.wall(year))
    before = ordered[-1].offset
    found = []
    for turning in ordered:
        found.append((turning.wall(year) - before, turning.offset))
        before = turning.offset
    return found


class DefinedZone(tzinfo):
    """A zone by its definition."""

    def __init__(self, sections: tuple[Section, ...]) -> None:
        self.sections = sections
        self.offsets = {offset for section in sections for offset in _offsets(section)}

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """What the wall clock is ahead of UTC: of a repeated hour `fold` tells; in a gap it runs on as before."""
        if moment is None:
            return self.sections[-1].offset
        wall = moment.replace(tzinfo=None, fold=0)
        both = sorted(self.offsets, reverse=not moment.fold)
        fitting = (offset for offset in both if self._at(wall - offset) == offset)
        return next(fitting, self._at(wall - max(both)))

    def dst(self, moment: datetime | None) -> timedelta:
        """A definition does not tell summer from winter; how far the clock is from the period with the least offset."""
        return self.utcoffset(moment) - min(self.offsets)

    def tzname(self, _: datetime | None) -> str:
        """Such a zone has no name."""
        return "defined"

    def fromutc(self, moment: datetime) -> datetime:
        """The wall clock at an instant."""
        plain = moment.replace(tzinfo=None)
        offset = self._at(plain)
        wall = (plain + offset).replace(tzinfo=self)
        return wall if self.utcoffset(wall) == offset else wall.replace(fold=1)

    def _at(self, instant: datetime) -> timedelta:
        begun = [each for each in self.sections if each.begins == _EVER or each.begins - each.offset <= instant]
        return begun[-1].at(instant)


def read(element: Element) -> str:
    """The text of what an element defines; ErrorCalendarInvalidTimeZone and others for what makes no zone."""
    kept = t("TimeZoneDefinition", *(deepcopy(each) for each in children(element) if local(each) in _PARTS))
    text = etree.tostring(kept, encoding="unicode")
    zone(text)
    return text


@lru_cache(maxsize=256)
def zone(text: str) -> tzinfo:
    """The zone a definition's text defines."""
    element = etree.fromstring(text.encode())
    periods = {each.get("Id") or "": -_duration(each.get("Bias")) for each in children(need(element, "Periods"))}
    groups = {
        each.get("Id") or "": [_turning(one, periods) for one in children(each)]
        for each in children(child(element, "TransitionsGroups"))
    }
    transitions = list(children(child(element, "Transitions")))
    if not transitions:
        if len(periods) != 1 or groups:
            raise _wrong("several periods and no transition")
        return DefinedZone((Section(_EVER, next(iter(periods.values()))),))
    sections = sorted((_section(each, periods, groups) for each in transitions), key=lambda section: section.begins)
    if sections[0].begins != _EVER:
        raise _wrong("no transition says what holds at first")
    return DefinedZone(tuple(sections))


def parts(text: str) -> list[Element]:
    """The elements of a definition's text."""
    return list(children(etree.fromstring(text.encode())))


def content(name: str, zone: RuleZone) -> list[Element]:
    """The elements that spell the yearly rule of a named zone."""
    halves = {"Standard": zone.standard, "Daylight": zone.daylight} if zone.turns else {"Standard": zone.standard}
    ids = {kind: f"trule:Microsoft/Registry/{name}/1-{kind}" for kind in halves}
    return _whole(
        [t("Period", Bias=_text(half.bias), Name=kind, Id=ids[kind]) for kind, half in halves.items()],
        [_transition(ids[kind], halves[kind]) for kind in sorted(halves)],
    )


def utc() -> list[Element]:
    """The elements that spell `tzone://Microsoft/Utc`."""
    rule = "tzrule://Microsoft/UtcRule"
    return _whole([t("Period", Bias="PT0H", Name="UTC rule", Id=rule)], [_transition(rule, Half(0))])


def _whole(periods: list[Element], group: list[Element]) -> list[Element]:
    return [
        t("Periods", *periods),
        t("TransitionsGroups", t("TransitionsGroup", *group, Id="0")),
        t("Transitions", t("Transition", t("To", text="0", Kind="Group"))),
    ]


def _transition(to: str, half: Half) -> Element:
    target = t("To", text=to, Kind="Period")
    if not half.month:
        return t("Transition", target)
    minutes = half.at.hour * 60 + half.at.minute
    return t(
        "RecurringDayTransition",
        target,
        t("TimeOffset", text=_text(minutes)),
        t("Month", text=str(half.month)),
        t("DayOfWeek", text=WEEKDAYS[half.weekday]),
        # A rule says -1 for the last one, where the TimeZone of a request says 5.
        t("Occurrence", text="-1" if half.order == LAST else str(half.order)),
    )


def _offsets(section: Section) -> set[timedelta]:
    return {turning.offset for turning in section.turnings} or {section.offset}


def _section(
    transition: Element, periods: dict[str, timedelta], groups: dict[str, list[Turning | timedelta]]
) -> Section:
    how, to = local(transition), need(transition, "To")
    if how not in ("Transition", "AbsoluteDateTransition"):
        raise not_modelled(f"{how} outside a TransitionsGroup")
    begins = _EVER if how == "Transition" else _moment(text_of(need(transition, "DateTime")))
    if to.get("Kind") == "Period":
        return Section(begins, _known(periods, to))
    name = text_of(to)
    if not groups.get(name):
        raise _wrong(f"no group {name!r}")
    turnings = tuple(each for each in groups[name] if isinstance(each, Turning))
    fixed = [each for each in groups[name] if isinstance(each, timedelta)]
    if (turnings and fixed) or len(fixed) > 1:
        raise not_modelled("a TransitionsGroup of fixed and yearly transitions")
    return Section(begins, fixed[0] if fixed else turnings[0].offset, turnings)


def _turning(transition: Element, periods: dict[str, timedelta]) -> Turning | timedelta:
    how, to = local(transition), need(transition, "To")
    if to.get("Kind") != "Period":
        raise _wrong("a transition of a group leads to a period")
    offset = _known(periods, to)
    if how == "Transition":
        return offset
    if how not in ("RecurringDayTransition", "RecurringDateTransition"):
        raise not_modelled(f"{how} inside a TransitionsGroup")
    after = _duration(text_of(need(transition, "TimeOffset")))
    month = number(text_of(need(transition, "Month")), "Month")
    if not 1 <= month <= 12 or not timedelta() <= after < _DAY:
        raise _wrong(f"month {month}, {after} after midnight")
    if how == "RecurringDateTransition":
        day = number(text_of(need(transition, "Day")), "Day")
        if not 1 <= day <= 31:
            raise _wrong(f"day {day}")
        return Turning(offset, after, month, day=day)
    weekday = text_of(need(transition, "DayOfWeek"))
    order = number(text_of(need(transition, "Occurrence")), "Occurrence")
    if weekday not in WEEKDAYS:
        raise EwsError("ErrorCalendarInvalidDayForTimeChangePattern", f"{weekday} is no day to turn clocks on")
    if order not in (1, 2, 3, 4, -1):
        raise _wrong(f"occurrence {order}")
    return Turning(offset, after, month, WEEKDAYS.index(weekday), order)


def _known(periods: dict[str, timedelta], to: Element) -> timedelta:
    if text_of(to) not in periods:
        raise _wrong(f"no period {text_of(to)!r}")
    return periods[text_of(to)]


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        raise _wrong(f"{text!r} is no date and time") from None


def _duration(text: str | None) -> timedelta:
    match = _DURATION.fullmatch(text or "")
    if match is None:
        raise _wrong(f"{text!r} is no duration of days and less")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if match[1] else length


def _text(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return "-" * (minutes < 0) + "PT" + (f"{hours}H" * bool(hours) + f"{rest}M" * bool(rest) or "0S")


def _wrong(text: str) -> EwsError:
    return EwsError("ErrorCalendarInvalidTimeZone", f"the time zone makes no sense: {text}")
