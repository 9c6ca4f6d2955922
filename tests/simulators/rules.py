"""The grammar of recurrence lines: RRULE, EXRULE, RDATE, EXDATE as text, turned into values; `expand.py` walks them.

    rule = parse_rule("FREQ=MONTHLY;BYDAY=1FR,-1FR;COUNT=10")
    lines = parse_lines(["RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Berlin:20261106T090000"], start)

Everything RFC 5545 forbids is a ValueError that quotes the part: what a server refuses beyond that is the server's
affair. Source: RFC 5545 3.3.10 (RECUR), 3.8.5.1 (EXDATE), 3.8.5.2 (RDATE); RFC 2445 4.8.5.2 (EXRULE); RFC 7529 4
(RSCALE and SKIP, for the Gregorian calendar alone).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

Moment = date | datetime
"""An original start: a date for all-day series, an aware datetime in the series' zone for timed ones."""

FREQUENCIES = ("SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LINE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)((?:;[A-Z-]+=[^:;]+)*):(.+)", re.IGNORECASE)
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_RANGES = {  # the part, its field, the least and the most; with a least of -n no 0 between
    "BYSECOND": ("second", 0, 60),
    "BYMINUTE": ("minute", 0, 59),
    "BYHOUR": ("hour", 0, 23),
    "BYMONTHDAY": ("monthday", -31, 31),
    "BYYEARDAY": ("yearday", -366, 366),
    "BYWEEKNO": ("weekno", -53, 53),
    "BYMONTH": ("month", 1, 12),
    "BYSETPOS": ("setpos", -366, 366),
}


@dataclass(frozen=True)
class Rule:
    """One RRULE or EXRULE. `day` holds (ordinal or 0, weekday from Monday 0); `until` is naive when floating."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: Moment | None = None
    second: tuple[int, ...] = ()
    minute: tuple[int, ...] = ()
    hour: tuple[int, ...] = ()
    day: tuple[tuple[int, int], ...] = ()
    monthday: tuple[int, ...] = ()
    yearday: tuple[int, ...] = ()
    weekno: tuple[int, ...] = ()
    month: tuple[int, ...] = ()
    setpos: tuple[int, ...] = ()
    wkst: int = 0
    rscale: str = ""
    skip: str = "OMIT"


@dataclass(frozen=True)
class Lines:
    """What the lines of one series say."""

    rules: tuple[Rule, ...] = ()
    exrules: tuple[Rule, ...] = ()
    rdates: tuple[Moment, ...] = ()
    exdates: tuple[Moment, ...] = ()


def parse_lines(lines: Sequence[str], start: Moment) -> Lines:
    """Read lines; dates must be of the start's kind. A time without zone is in the start's; ValueError for nonsense."""
    found: dict[str, list[Moment]] = {"RDATE": [], "EXDATE": []}
    rules: dict[str, list[Rule]] = {"RRULE": [], "EXRULE": []}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"{line!r} is no recurrence line")
        name = match[1].upper()
        if name in found:
            found[name].extend(_dates(line, match[2].upper(), match[3], start))
        elif match[2]:
            raise ValueError(f"{line!r}: a rule has no parameters")
        else:
            rules[name].append(parse_rule(match[3]))
    return Lines(tuple(rules["RRULE"]), tuple(rules["EXRULE"]), tuple(found["RDATE"]), tuple(found["EXDATE"]))


def parse_rule(text: str) -> Rule:
    """Read the value of an RRULE or EXRULE."""
    parts: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise ValueError(f"{part!r} in rule {text!r}: no part, or given twice")
        parts[name] = value
    freq = parts.pop("FREQ", "")
    if freq not in FREQUENCIES:
        raise ValueError(f"FREQ {freq!r} is none")
    fields: dict[str, object] = {"freq": freq}
    for name, value in parts.items():
        if name in _RANGES:
            field, least, most = _RANGES[name]
            fields[field] = tuple(sorted({_number(name, word, least, most) for word in value.split(",")}))
        elif name in _SINGLES:
            field, read = _SINGLES[name]
            fields[field] = read(value)
        else:
            raise ValueError(f"part {name!r} is none")
    rule = Rule(**fields)  # type: ignore[arg-type]  # each reader gives its field's type
    for wrong, why in _faults(rule, parts):
        if wrong:
            raise ValueError(f"rule {text!r}: {why}")
    return rule


def _faults(rule: Rule, parts: dict[str, str]) -> Iterator[tuple[bool, str]]:
    ordinal = any(number for number, _ in rule.day)
    by = [name for name in parts if name.startswith("BY") and name != "BYSETPOS"]
    yield rule.count is not None and rule.until is not None, "COUNT and UNTIL exclude each other"
    yield ordinal and rule.freq not in {"MONTHLY", "YEARLY"}, "numbered weekdays are for MONTHLY and YEARLY"
    yield ordinal and bool(rule.weekno), "numbered weekdays exclude BYWEEKNO"
    yield bool(rule.weekno) and rule.freq != "YEARLY", "BYWEEKNO is for YEARLY"
    yield bool(rule.yearday) and rule.freq in {"DAILY", "WEEKLY", "MONTHLY"}, "BYYEARDAY is not for this FREQ"
    yield bool(rule.monthday) and rule.freq == "WEEKLY", "BYMONTHDAY is not for WEEKLY"
    yield bool(rule.setpos) and not by, "BYSETPOS needs another BY part"
    yield "SKIP" in parts and not rule.rscale, "SKIP needs RSCALE"


def _number(name: str, word: str, least: int, most: int) -> int:
    if re.fullmatch(r"[+-]?\d{1,6}", word) and least <= int(word) <= most and (least >= 0 or int(word)):
        return int(word)
    raise ValueError(f"{name}={word}: out of range")


def _positive(text: str) -> int:
    if re.fullmatch(r"\d{1,9}", text) and int(text):
        return int(text)
    raise ValueError(f"{text!r} is no whole number above 0")


def _days(text: str) -> tuple[tuple[int, int], ...]:
    found = []
    for word in text.split(","):
        match = _DAY.fullmatch(word)
        if match is None or (match[1] is not None and not 1 <= abs(int(match[1])) <= 53):
            raise ValueError(f"BYDAY={word}: no day")
        found.append((int(match[1] or 0), WEEKDAYS.index(match[2])))
    return tuple(sorted(set(found)))


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text in choices:
            return text
        raise ValueError(f"{text!r} is none of {', '.join(choices)}")

    return read


def read_moment(text: str) -> Moment:
    """Read `19971224`, `19971224T083000` (naive) or `19971224T083000Z` (in UTC)."""
    if re.fullmatch(r"\d{8}", text):
        return date.fromisoformat(text)
    if re.fullmatch(r"\d{8}T\d{6}Z?", text):
        seconds = int(text[13:15])  # a leap second is read as the one before: RFC 5545 3.3.12
        naive = datetime.strptime(text[:13], "%Y%m%dT%H%M")  # noqa: DTZ007 - the zone, if any, follows
        if seconds <= 60:
            moment = naive + timedelta(seconds=min(seconds, 59))
            return moment.replace(tzinfo=UTC) if text.endswith("Z") else moment
    raise ValueError(f"{text!r} is neither date nor time")


_SINGLES: dict[str, tuple[str, Callable[[str], object]]] = {
    "INTERVAL": ("interval", _positive),
    "COUNT": ("count", _positive),
    "UNTIL": ("until", read_moment),
    "BYDAY": ("day", _days),
    "WKST": ("wkst", lambda text: WEEKDAYS.index(_one_of(WEEKDAYS)(text))),
    "RSCALE": ("rscale", _one_of(("GREGORIAN",))),
    "SKIP": ("skip", _one_of(("OMIT", "BACKWARD", "FORWARD"))),
}


def _dates(line: str, parameters: str, text: str, start: Moment) -> Iterator[Moment]:
    given = dict(part.split("=") for part in parameters.split(";")[1:])
    all_day = not isinstance(start, datetime)
    if set(given) - {"VALUE", "TZID"} or given.get("VALUE", "DATE-TIME") != ("DATE" if all_day else "DATE-TIME"):
        raise ValueError(f"{line!r}: not of the start's kind")
    for word in text.upper().split(","):
        moment = read_moment(word)
        if isinstance(moment, datetime) == all_day:
            raise ValueError(f"{line!r}: not of the start's kind")
        yield moment if all_day or not isinstance(start, datetime) else _placed(line, moment, given.get("TZID"), start)


def _placed(line: str, moment: Moment, name: str | None, start: datetime) -> datetime:
    assert isinstance(moment, datetime)
    if moment.tzinfo is None:
        zones = {each.upper(): each for each in available_timezones()} if name else {}
        if name and name not in zones:
            raise ValueError(f"{line!r}: no such zone")
        moment = moment.replace(tzinfo=ZoneInfo(zones[name]) if name else start.tzinfo)
    elif name:
        raise ValueError(f"{line!r}: a time in UTC has no TZID")
    try:
        return moment.astimezone(UTC).astimezone(start.tzinfo)
    except OverflowError:
        raise ValueError(f"{line!r}: at the end of the calendar") from None
