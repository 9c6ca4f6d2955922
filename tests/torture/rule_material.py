"""Rules and patterns by the thousand, made by chance from a seed: the whole grammar Google takes, all of Exchange's.

    for start, lines in rules(Random(1), 100): ...      # a moment (aware, in its zone; or a date) and RFC 5545 lines
    for start, pattern in patterns(Random(1), 100): ... # the same for one of Exchange's patterns

Kinds are drawn evenly, so that rare ones (an RDATE beside two rules, week numbers, a 31st that is skipped) come as often
as plain ones. Most starts lie on a date of the rule, as both servers' own clients make them; some do not.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from simulators.exchange.pattern import INDEXES, WEEK, Pattern
from simulators.expand import occurrences
from simulators.rules import Moment

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Honolulu",
    "Pacific/Auckland",
)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HOURS = (0, 2, 9, 13, 23)
"""Midnight, the hour in which clocks change, and others."""


def rules(random: Random, count: int) -> Iterator[tuple[Moment, list[str]]]:
    """Give starts with recurrence lines."""
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        start = moment(random)
        lines = kind(random, start)
        # A start on a date of the rule, nine times in ten.
        if random.random() < 0.9:
            start = next(iter(occurrences(start, lines)), start)
        yield start, lines


def patterns(random: Random, count: int) -> Iterator[tuple[Moment, Pattern]]:
    """Give starts with Exchange patterns, whose range begins on the start's day."""
    for number in range(count):
        start = moment(random)
        yield start, pattern(random, start, number)


def moment(random: Random) -> Moment:
    """Give a start between 2020 and 2030, on a whole day or in a zone."""
    day = date(2020, 1, 1) + timedelta(days=random.randrange(3650))
    if random.random() < 0.3:
        return day
    at = time(random.choice(HOURS), random.choice((0, 30)))
    # A wall clock that never comes is read as any client would have it: an hour on.
    local = datetime.combine(day, at, ZoneInfo(random.choice(ZONES)))
    return local.astimezone(UTC).astimezone(local.tzinfo)


def _some(random: Random, choices: tuple[str, ...], least: int, most: int) -> str:
    chosen = random.sample(choices, random.randint(least, min(most, len(choices))))
    return ",".join(sorted(chosen, key=choices.index))


def _numbers(random: Random, low: int, high: int, most: int) -> str:
    return ",".join(map(str, sorted(random.sample(range(low, high + 1), random.randint(1, most)))))


def _end(random: Random, start: Moment) -> str:
    """Give COUNT, UNTIL or nothing."""
    drawn = random.random()
    if drawn < 0.3:
        return f";COUNT={random.choice((1, 2, 3, 5, 10, 24, 53, 200))}"
    if drawn < 0.6:
        until = start + timedelta(days=random.choice((6, 40, 400, 1500)), hours=random.choice((0, 0, 7)))
        if isinstance(until, datetime):
            return f";UNTIL={until.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        return f";UNTIL={until:%Y%m%d}"
    return ""


def _every(random: Random, most: int) -> str:
    interval = random.choice((1, 1, 1, 2, 3, most))
    return f";INTERVAL={interval}" if interval > 1 or random.random() < 0.2 else ""


def _week_start(random: Random) -> str:
    return f";WKST={random.choice(DAYS)}" if random.random() < 0.4 else ""


def _daily(random: Random, start: Moment) -> list[str]:
    days = f";BYDAY={_some(random, DAYS, 1, 6)}" if random.random() < 0.4 else ""
    return [f"RRULE:FREQ=DAILY{_every(random, 30)}{days}{_end(random, start)}"]


def _weekly(random: Random, start: Moment) -> list[str]:
    days = f";BYDAY={_some(random, DAYS, 1, 5)}" if random.random() < 0.8 else ""
    return [f"RRULE:FREQ=WEEKLY{_every(random, 5)}{days}{_week_start(random)}{_end(random, start)}"]


def _monthly_day(random: Random, start: Moment) -> list[str]:
    day = random.choice(("", *(f";BYMONTHDAY={day}" for day in (1, 15, 28, 29, 30, 31, -1, -2))))
    return [f"RRULE:FREQ=MONTHLY{_every(random, 12)}{day}{_end(random, start)}"]


def _monthly_days(random: Random, start: Moment) -> list[str]:
    return [f"RRULE:FREQ=MONTHLY{_every(random, 6)};BYMONTHDAY={_numbers(random, 1, 31, 3)}{_end(random, start)}"]


def _monthly_clipped(random: Random, start: Moment) -> list[str]:
    last = random.choice((29, 30, 31))
    days = ",".join(map(str, range(28, last + 1)))
    spelled = random.choice((f"BYMONTHDAY={days};BYSETPOS=-1", f"BYMONTHDAY={last};SKIP=BACKWARD;RSCALE=GREGORIAN"))
    return [f"RRULE:FREQ=MONTHLY{_every(random, 3)};{spelled}{_end(random, start)}"]


def _monthly_nth(random: Random, start: Moment) -> list[str]:
    nth = random.choice(("1", "2", "3", "4", "5", "-1", "-2"))
    more = f",{random.choice((1, 2, 3))}{random.choice(DAYS)}" if random.random() < 0.25 else ""
    return [f"RRULE:FREQ=MONTHLY{_every(random, 12)};BYDAY={nth}{random.choice(DAYS)}{more}{_end(random, start)}"]


def _monthly_nth_by_days(random: Random, start: Moment) -> list[str]:
    first = random.choice((1, 8, 15, 22))
    days = ",".join(map(str, range(first, first + 7)))
    return [f"RRULE:FREQ=MONTHLY{_every(random, 3)};BYDAY={random.choice(DAYS)};BYMONTHDAY={days}{_end(random, start)}"]


def _monthly_set(random: Random, start: Moment) -> list[str]:
    days = random.choice(("MO,TU,WE,TH,FR", "SA,SU", ",".join(DAYS), _some(random, DAYS, 2, 4)))
    position = random.choice(("1", "2", "4", "-1", "-2", "1,-1"))
    return [f"RRULE:FREQ=MONTHLY{_every(random, 4)};BYDAY={days};BYSETPOS={position}{_end(random, start)}"]


def _friday_the_13th(random: Random, start: Moment) -> list[str]:
    day = random.choice((13, 31, 1))
    return [f"RRULE:FREQ=MONTHLY;BYDAY={random.choice(DAYS)};BYMONTHDAY={day}{_end(random, start)}"]


def _yearly(random: Random, start: Moment) -> list[str]:
    month = random.choice(("", ";BYMONTH=2", f";BYMONTH={_numbers(random, 1, 12, 4)}"))
    day = random.choice(("", ";BYMONTHDAY=29", ";BYMONTHDAY=-1", ";BYMONTHDAY=31", ";BYMONTHDAY=7"))
    return [f"RRULE:FREQ=YEARLY{_every(random, 9)}{month}{day}{_end(random, start)}"]


def _yearly_nth(random: Random, start: Moment) -> list[str]:
    month = f";BYMONTH={_numbers(random, 1, 12, 2)}" if random.random() < 0.7 else ""
    nth = random.choice(("1", "-1", "2", "", "20")) if not month else random.choice(("1", "-1", "3", "", "5"))
    return [f"RRULE:FREQ=YEARLY{_every(random, 3)}{month};BYDAY={nth}{random.choice(DAYS)}{_end(random, start)}"]


def _yearly_odd(random: Random, start: Moment) -> list[str]:
    part = random.choice(("BYYEARDAY=1,100,-1", "BYYEARDAY=366", "BYWEEKNO=20", "BYWEEKNO=1,53;BYDAY=MO"))
    return [f"RRULE:FREQ=YEARLY{_every(random, 2)};{part}{_week_start(random)}{_end(random, start)}"]


def _several_a_day(random: Random, start: Moment) -> list[str]:
    if not isinstance(start, datetime):
        return _weekly(random, start)
    part = random.choice(
        (
            f"FREQ=DAILY;BYHOUR={_numbers(random, 0, 23, 3)}",
            f"FREQ=HOURLY;INTERVAL={random.choice((1, 4, 5, 6, 8, 12, 24, 36))}",
            f"FREQ=WEEKLY;BYDAY={_some(random, DAYS, 1, 3)};BYHOUR=9,14;BYMINUTE=0,30",
            "FREQ=MINUTELY;INTERVAL=720",
        )
    )
    return [f"RRULE:{part}{_end(random, start)}"]


def _several_rules(random: Random, start: Moment) -> list[str]:
    return [*random.choice(PLAIN)(random, start), *random.choice(PLAIN)(random, start)]


def _with_dates(random: Random, start: Moment) -> list[str]:
    lines = random.choice(PLAIN)(random, start) if random.random() < 0.8 else []
    extra = [start + timedelta(days=random.randrange(1, 300)) for _ in range(random.randint(1, 3))]
    return [*lines, *map(_date_line, ["RDATE"] * len(extra), extra)]


def _with_holes(random: Random, start: Moment) -> list[str]:
    lines = random.choice(PLAIN)(random, start)
    there = [found for found, _ in zip(occurrences(start, lines), range(12), strict=False)]
    holes = random.sample(there, min(len(there), random.randint(1, 3)))
    if random.random() < 0.2:
        return [*lines, f"EXRULE:FREQ=MONTHLY;BYMONTHDAY={random.choice((1, 15))}"]
    return [*lines, *map(_date_line, ["EXDATE"] * len(holes), holes)]


def _date_line(name: str, at: Moment) -> str:
    if isinstance(at, datetime):
        return f"{name}:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name};VALUE=DATE:{at:%Y%m%d}"


PLAIN = (_daily, _weekly, _monthly_day, _monthly_nth, _yearly)
KINDS: tuple[Callable[[Random, Moment], list[str]], ...] = (
    _daily,
    _weekly,
    _monthly_day,
    _monthly_days,
    _monthly_clipped,
    _monthly_nth,
    _monthly_nth_by_days,
    _monthly_set,
    _friday_the_13th,
    _yearly,
    _yearly_nth,
    _yearly_odd,
    _several_a_day,
    _several_rules,
    _with_dates,
    _with_holes,
)

_PATTERN_KINDS = ("Daily", "Weekly", "AbsoluteMonthly", "RelativeMonthly", "AbsoluteYearly", "RelativeYearly")


def pattern(random: Random, start: Moment, number: int) -> Pattern:
    """Give one of the six patterns with one of the three ranges."""
    day = start.date() if isinstance(start, datetime) else start
    kind = _PATTERN_KINDS[number % len(_PATTERN_KINDS)]
    end: dict[str, object] = {}
    match number // len(_PATTERN_KINDS) % 3:
        case 0:
            end["number"] = random.choice((1, 2, 7, 30, 999))
        case 1:
            end["until"] = day + timedelta(days=random.choice((31, 370, 2000)))
    month = {"month": random.randint(1, 12)} if kind.endswith("Yearly") else {}
    interval = 1 if kind.endswith("Yearly") else random.choice((1, 1, 2, 3, 12, 99))
    more: dict[str, object] = {}
    if kind == "Weekly":
        more = {"days": tuple(random.sample(WEEK, random.randint(1, 5))), "first_day": random.choice(WEEK)}
    elif kind.startswith("Absolute"):
        more = {"day": random.randint(1, 31)}
    elif kind.startswith("Relative"):
        more = {
            "days": (random.choice((*WEEK, "Day", "Weekday", "WeekendDay")),),
            "index": random.choice(INDEXES),
        }
    return Pattern(kind, day, interval=interval, **month, **more, **end)  # type: ignore[arg-type]
