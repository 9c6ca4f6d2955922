"""How an event repeats, in plain words, for whoever asks why. Pure.

    in_words(when, repeats)      # "every 2 weeks on Mon and Wed, 10 times"
                                 # "monthly on the last Friday until 2027-05-31"

`when` is the first occurrence: its clock is the one that dates are told by, and a rule that leaves the day open means
its day. Source of what the parts of a rule mean: RFC 5545, 3.3.10; RFC 7529 for days that a month does not have.
"""

from collections.abc import Callable, Sequence
from itertools import product

from calpair.model.rule import Day, Frequency, Original, Recurrence, Rule, Skip
from calpair.model.when import When
from calpair.recurrence import clock
from calpair.recurrence.expand import FOREVER

SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ONE = {
    Frequency.SECONDLY: "every second",
    Frequency.MINUTELY: "every minute",
    Frequency.HOURLY: "hourly",
    Frequency.DAILY: "daily",
    Frequency.WEEKLY: "weekly",
    Frequency.MONTHLY: "monthly",
    Frequency.YEARLY: "yearly",
}
_UNITS = {
    Frequency.SECONDLY: "seconds",
    Frequency.MINUTELY: "minutes",
    Frequency.HOURLY: "hours",
    Frequency.DAILY: "days",
    Frequency.WEEKLY: "weeks",
    Frequency.MONTHLY: "months",
    Frequency.YEARLY: "years",
}
_PERIODS = {Frequency.WEEKLY: "week", Frequency.MONTHLY: "month", Frequency.YEARLY: "year"}
_SKIPS = {
    Skip.BACKWARD: "; where a month has no such day, the day before",
    Skip.FORWARD: "; where a month has no such day, the day after",
}
_GROUPS = {tuple(range(5)): "weekday", (5, 6): "weekend day", tuple(range(7)): "day"}
_SHORTEST = 28
_LISTED = 3
"""Single dates that are named one by one; of more the number is told, and the first and the last."""
_TIMES = 6
"""Times of a day that are named one by one."""


def in_words(when: When, repeats: Recurrence) -> str:
    """Say how an event repeats."""
    told = "; and ".join(_rule(when, rule) for rule in repeats.rules)
    if repeats.dates:
        told = f"{told}; and on {_dates(when, repeats.dates)}" if told else f"on {_dates(when, repeats.dates)}"
    for rule in repeats.except_rules:
        told += f"; but not {_rule(when, rule)}"
    if repeats.except_dates:
        told += f"; but not on {_dates(when, repeats.except_dates)}"
    return told


def listed(words: Sequence[str]) -> str:
    """Join words as a person does: `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def ordinal(number: int) -> str:
    """Say which one: `1st`, `12th`, `last`, `2nd to last`."""
    if number < 0:
        return "last" if number == -1 else f"{ordinal(-number)} to last"
    teens = 10 < number % 100 < 14  # noqa: PLR2004 - 11th, 12th and 13th
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _rule(when: When, rule: Rule) -> str:
    often = _ONE[rule.frequency] if rule.interval == 1 else f"every {rule.interval} {_UNITS[rule.frequency]}"
    days = _clamped(rule) or _positioned(rule) or _days(when, rule)
    return " ".join(filter(None, (often, days, _clock(rule)))) + _SKIPS.get(rule.skip, "") + _end(when, rule)


def _clamped(rule: Rule) -> str:
    """Say the way in which Exchange's day of the month is a rule: the last of some days there is."""
    last = max(rule.by_month_day, default=0)
    if rule.by_position != (-1,) or rule.by_day or rule.by_month_day != tuple(range(_SHORTEST, last + 1)):
        return ""
    return f"on the {ordinal(last)}{_in_months(rule)}, or the last day of a shorter month"


def _positioned(rule: Rule) -> str:
    if not rule.by_position:
        return ""
    which = listed([ordinal(each) for each in rule.by_position])
    days = tuple(sorted(day.weekday for day in rule.by_day if not day.nth))
    group = _GROUPS.get(days) if len(days) == len(rule.by_day) and not rule.by_month_day else None
    if group:
        return f"on the {which} {group}{_in_months(rule)}"
    whole = _PERIODS.get(rule.frequency, "day")
    among = _named(rule) or "times"
    return f"on the {which} of the {whole}'s {among.removeprefix('on ').removeprefix('the ')}"


def _days(when: When, rule: Rule) -> str:
    """Say on which days, with those that a rule leaves open."""
    start = clock.wall(when)
    named = _named(rule)
    if named:
        return named
    if rule.frequency is Frequency.WEEKLY:
        return f"on {SHORT[start.weekday()]}{_in_months(rule)}"
    if rule.frequency is Frequency.MONTHLY:
        return f"on the {ordinal(start.day)}{_in_months(rule)}"
    if rule.frequency is Frequency.YEARLY:
        return f"on {start.day} {listed([MONTHS[month - 1] for month in rule.by_month or (start.month,)])}"
    return _in_months(rule).strip()


def _named(rule: Rule) -> str:
    """Say the days that a rule names; empty: none."""
    months = _in_months(rule)
    parts = []
    if rule.by_month_day:
        parts.append(f"on {_month_days(rule)}")
        months = "" if _is_date(rule) else months
    if rule.by_year_day:
        parts.append(f"on the {listed([ordinal(each) for each in rule.by_year_day])} day of the year")
    if rule.by_day:
        said = _weekdays(rule.by_day)
        parts.append(f"where that is {said.removeprefix('the ')}" if parts else f"on {said}")
    if rule.by_week:
        weeks = listed([ordinal(each) for each in rule.by_week])
        parts.append(f"in the {weeks} week of the year")
    return " ".join(parts) + months if parts else ""


def _is_date(rule: Rule) -> bool:
    return rule.frequency is Frequency.YEARLY and len(rule.by_month) == 1 and all(day > 0 for day in rule.by_month_day)


def _month_days(rule: Rule) -> str:
    if _is_date(rule):
        return f"{listed([str(day) for day in rule.by_month_day])} {MONTHS[rule.by_month[0] - 1]}"
    whole = all(day < 0 for day in rule.by_month_day)
    return f"the {listed([ordinal(day) for day in rule.by_month_day])}{' day' if whole else ''}"


def _weekdays(days: Sequence[Day]) -> str:
    if all(not day.nth for day in days):
        names = tuple(sorted(day.weekday for day in days))
        # One group alone has a name of its own that nobody can misread.
        return "weekdays" if names == tuple(range(5)) else listed([SHORT[each] for each in names])
    same = {day.weekday for day in days}
    if len(same) == 1 and all(day.nth for day in days):
        return f"the {listed([ordinal(day.nth) for day in days])} {DAYS[days[0].weekday]}"
    return listed([f"the {ordinal(day.nth)} {DAYS[day.weekday]}" if day.nth else SHORT[day.weekday] for day in days])


def _in_months(rule: Rule) -> str:
    return f" in {listed([MONTHS[month - 1] for month in rule.by_month])}" if rule.by_month else ""


def _clock(rule: Rule) -> str:
    hours, minutes, seconds = rule.by_hour, rule.by_minute, rule.by_second
    if hours and not seconds and len(hours) * max(1, len(minutes)) <= _TIMES:
        times = [f"{hour:02}:{minute:02}" for hour, minute in product(hours, minutes)] if minutes else None
        return f"at {listed(times)}" if times else f"in {_counted('hour', hours)}"
    parts = (("hour", hours), ("minute", minutes), ("second", seconds))
    return ", ".join(f"in {_counted(unit, values)}" for unit, values in parts if values)


def _counted(unit: str, values: Sequence[int]) -> str:
    return f"{unit}{'s' if len(values) > 1 else ''} {listed([str(value) for value in values])}"


def _end(when: When, rule: Rule) -> str:
    if rule.count is not None:
        return ", once" if rule.count == 1 else f", {rule.count} times"
    if rule.until is None or rule.until.year >= FOREVER:
        return ", without end"
    return f" until {_day(when)(rule.until)}"


def _dates(when: When, dates: Sequence[Original]) -> str:
    days = [_day(when)(each) for each in dates]
    return listed(days) if len(days) <= _LISTED else f"{len(days)} dates from {days[0]} to {days[-1]}"


def _day(when: When) -> Callable[[Original], str]:
    return lambda original: clock.on_wall(when, original).date().isoformat()
