"""Events as the demo plans them and as a person sees them, and the working weeks a story starts from.

`Plan` is what a hand writes, `Event` what anybody reads afterwards on either side: `Plan.event` is the one the other
follows from. Times are aware; an all-day event has dates, its `end` the day after its last.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE, WINDOWS_ZONE = "Europe/Berlin", "W. Europe Standard Time"
Moment = datetime | date

_TOPICS = ("Budget", "Hiring", "Roadmap", "Release", "Customer visit", "Design", "Security", "Support", "Payroll")
_DOINGS = ("review", "planning", "call", "workshop", "retrospective", "sign-off", "interview")
_PLACES = ("Room 1.04", "Room 2.17 (glass)", "", "Caf\u00e9 Müller", "Online", "Room <A> & B")
_CATEGORIES = ("Red category", "Project X", "Travel")
_FIRST_HOUR, _SLOTS, _SLOT = 8, 18, timedelta(minutes=30)
_ALL_DAY_EACH, _PRIVATE_EACH, _FREE_EACH = 9, 11, 7


@dataclass(frozen=True, slots=True)
class Event:
    """An event as a person sees it. `text` is the body without its looks, `busy` what a colleague is shown."""

    title: str
    start: Moment
    end: Moment
    place: str = ""
    busy: bool = True
    private: bool = False
    text: str = ""

    @property
    def all_day(self) -> bool:
        """Whether it has days and no hours."""
        return not isinstance(self.start, datetime)

    @property
    def key(self) -> tuple[str, Moment, Moment]:
        """What makes two events of one side look like the same one twice: title and times."""
        return self.title, self.start, self.end


@dataclass(frozen=True, slots=True)
class Plan:
    """What a hand writes: the event, and what only one side has words for. `reminder` is in minutes; None is off."""

    event: Event
    html: str = ""
    category: str = ""
    reminder: int | None = 15


def plain(text: str) -> str:
    """The text of a body as one reads it: no tags, one space between words."""
    broken = re.sub(
        r"(?i)<br\s*/?>|</(p|div|li|h\d|tr)>", " ", re.sub(r"(?is)<(head|style|script)\b.*?</\1>", "", text)
    )
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", broken)).replace("\u200b", "").split())


def written(event: Event, body: str = "", category: str = "", reminder: int | None = 15) -> Plan:
    """Plan an event with an HTML body; the text one will read follows from it."""
    return Plan(replace(event, text=plain(body)), body, category, reminder)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by the wall clock of the demo's zone, in UTC."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)


def workdays(after: date, count: int) -> list[date]:
    """The next days that are no Saturday or Sunday."""
    days: list[date] = []
    day = after
    while len(days) < count:
        day += timedelta(days=1)
        if day.isoweekday() <= 5:  # noqa: PLR2004 - Friday
            days.append(day)
    return days


def weeks(count: int, today: date, name: str, mark: str = "") -> Sequence[Plan]:
    """Give `count` events of the weeks to come, every one with a title of its own that ends in `mark`."""
    days = workdays(today, max(5, count // 6 + 1))
    return [_plan(number, days[number % len(days)], name, mark) for number in range(count)]


def _plan(number: int, day: date, name: str, mark: str) -> Plan:
    topic, doing = _TOPICS[number % len(_TOPICS)], _DOINGS[number % len(_DOINGS)]
    begin = at(day, _FIRST_HOUR) + number * 7 % _SLOTS * _SLOT
    whole = number % _ALL_DAY_EACH == 0
    event = Event(
        title=f"{topic} {doing} {name}-{number:03d}{mark}",
        start=day if whole else begin,
        end=day + timedelta(days=1 + number % 2) if whole else begin + _SLOT * (1 + number % 3),
        place=_PLACES[number % len(_PLACES)],
        busy=number % _FREE_EACH != 0,
        private=number % _PRIVATE_EACH == 0,
    )
    body = (
        f"<p>Agenda for <b>{topic.lower()}</b>:</p><p>point {number}, costs &lt; 5 &amp; more</p>" if number % 3 else ""
    )
    category = _CATEGORIES[number % len(_CATEGORIES)] if number % 4 == 0 else ""
    return written(event, body, category, (15, 5, None, 60)[number % 4])
