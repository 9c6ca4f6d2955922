"""A stage for series: what is done to them by hand on either side in the same words, and what both sides then show.

    stage = SeriesStage(tmp_path)
    stage.series("exchange", weekly(3))                        # or "google": Thursdays at 10:00 UTC, from 5 November
    stage.settle()
    stage.move("google", "Call", at(12), at(13, 8))            # the occurrence that was to begin on the 12th
    stage.settle()
    assert stage.agenda() == ["2026-11-05 10:00-11:00 Call", "2026-11-13 08:00-09:00 Call", ...]

An occurrence is named by when it was to begin: an instant, or a date where the series is of whole days. Lines of an
agenda are in UTC; of whole days they name the first, and the last where there are more.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scenarios.agenda import ZONES
from scenarios.stage import BERLIN, Json, Stage, at
from simulators.exchange import Switches as ExchangeSwitches
from simulators.exchange.pattern import Pattern
from simulators.google import Switches as GoogleSwitches
from simulators.google import expansion, series
from simulators.google.store import Entry

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIDES = ["exchange", "google"]
FIRST, LAST = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
"""The span of an agenda, unless a story has its own."""
FOUR = [
    "2026-11-05 10:00-11:00 Call",
    "2026-11-12 10:00-11:00 Call",
    "2026-11-19 10:00-11:00 Call",
    "2026-11-26 10:00-11:00 Call",
]
"""What `weekly(4)` shows."""
VERSIONS = ["Exchange2010_SP2", "Exchange2013_SP1", "Exchange2016", "Exchange2019", "ExchangeSE"]

Moment = datetime | date


@dataclass(frozen=True)
class Rule:
    """One rule in the words of both sides."""

    pattern: Pattern
    lines: tuple[str, ...]


def weekly(number: int | None = 4, start: date = date(2026, 11, 5)) -> Rule:
    """Once a week, so many times; without a number, for ever."""
    day = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[start.weekday()]
    count = f";COUNT={number}" if number else ""
    return Rule(
        Pattern("Weekly", start, days=(day,), number=number), (f"RRULE:FREQ=WEEKLY;BYDAY={day[:2].upper()}{count}",)
    )


def daily(number: int | None = 5, start: date = date(2026, 11, 3)) -> Rule:
    """Every day, so many times; without a number, for ever."""
    count = f";COUNT={number}" if number else ""
    return Rule(Pattern("Daily", start, number=number), (f"RRULE:FREQ=DAILY{count}",))


def other(side: str) -> str:
    """The other side."""
    return {"exchange": "google", "google": "exchange"}[side]


class SeriesStage(Stage):
    """A stage with hands for series; sides are named "exchange" and "google"."""

    # --- people

    def series(
        self,
        side: str,
        rule: Rule,
        title: str = "Call",
        *,
        start: datetime | None = None,
        length: timedelta = HOUR,
        zone: str = BERLIN,
        place: str = "",
    ) -> str:
        """Make a series by hand; `start` is its first start, 10:00 UTC on the rule's first day unless told otherwise."""
        begins = start or datetime.combine(rule.pattern.start, time(10), UTC)
        local = begins.astimezone(ZoneInfo(ZONES[zone]))
        if side == "exchange":
            return self.ana.create_series(rule.pattern, local.time(), length, zone=zone, subject=title, location=place)
        return self.calendar.create(
            summary=title,
            recurrence=list(rule.lines),
            start={"dateTime": local.isoformat(), "timeZone": ZONES[zone]},
            end={"dateTime": (local + length).isoformat(), "timeZone": ZONES[zone]},
            **({"location": place} if place else {}),
        )

    def whole_days(self, side: str, rule: Rule, title: str = "Fair", *, days: int = 1, zone: str = BERLIN) -> str:
        """Make a series of whole days by hand."""
        if side == "exchange":
            return self.ana.create_series(
                rule.pattern, time(), timedelta(days=days), zone=zone, subject=title, all_day=True
            )
        first = rule.pattern.start
        return self.calendar.create(
            summary=title,
            recurrence=list(rule.lines),
            start={"date": first.isoformat()},
            end={"date": (first + timedelta(days=days)).isoformat()},
        )

    def move(self, side: str, title: str, original: Moment, start: Moment, end: Moment | None = None) -> None:
        """Move one occurrence, by default without changing how long it lasts (an hour, or a day)."""
        if side == "exchange":
            if not isinstance(start, datetime):
                zone = ZoneInfo(ZONES[self.master(title).start_zone])
                start = datetime.combine(start, time(), zone)
                end = datetime.combine(end, time(), zone) if end is not None else start + DAY
            self.ana.move_occurrence(self.master(title).id, original, start, _instant(end))
        else:
            length = HOUR if isinstance(start, datetime) else DAY
            self.calendar.move_instance(self.recurring(title)["id"], original, start=start, end=end or start + length)

    def edit(self, side: str, title: str, original: Moment, /, **what: Any) -> None:
        """Change one occurrence: `title`, `place`, `text`, `free`."""
        if side == "exchange":
            self.ana.edit_occurrence(self.master(title).id, original, **_exchange(what))
        else:
            self.calendar.edit_instance(self.recurring(title)["id"], original, **_google(what))

    def cancel(self, side: str, title: str, original: Moment) -> None:
        """Delete one occurrence."""
        if side == "exchange":
            self.ana.cancel_occurrence(self.master(title).id, original)
        else:
            self.calendar.cancel_instance(self.recurring(title)["id"], original)

    def edit_all(self, side: str, title: str, /, **what: Any) -> None:
        """Change the whole series, or a single event: `title`, `place`, `text`, `free`."""
        if side == "exchange":
            self.ana.update(self.master(title).id, **_exchange(what))
        else:
            self.calendar.update(self.recurring(title)["id"], **_google(what))

    def move_all(self, side: str, title: str, start: datetime, length: timedelta = HOUR) -> None:
        """Begin the whole series at another time of the same day."""
        if side == "exchange":
            zone = ZoneInfo(ZONES[self.master(title).start_zone])
            self.ana.change_series(self.master(title).id, at=start.astimezone(zone).time(), length=length)
        else:
            self.calendar.move_series(self.recurring(title)["id"], start=start, end=start + length)

    def repeat(self, side: str, title: str, rule: Rule) -> None:
        """Give a series another rule."""
        if side == "exchange":
            self.ana.change_series(self.master(title).id, pattern=rule.pattern)
        else:
            self.calendar.change_rule(self.recurring(title)["id"], *rule.lines)

    def delete_all(self, side: str, title: str = "Call") -> None:
        """Delete the whole series, or a single event."""
        if side == "exchange":
            self.ana.delete(self.master(title).id)
        else:
            self.calendar.delete(self.recurring(title)["id"])

    # --- what is seen

    def master(self, title: str) -> Any:
        """The one item of that title in the mailbox."""
        return self.item(title)

    def recurring(self, title: str) -> Json:
        """The one event of that title in the Google calendar, its changed instances not counted."""
        (found,) = (
            event
            for event in self.calendar.events()
            if event.get("summary", "") == title and "recurringEventId" not in event
        )
        return found

    def exchange_agenda(self, first: Moment = FIRST, last: Moment = LAST) -> list[str]:
        """What ana sees in Outlook."""
        seen = []
        for each in self.ana.agenda(_edge(first), _edge(last)):
            item = self.ana.item(each.item_id)
            seen.append(line(each.start, each.end, each.title, each.location, free=item.show_as == "Free"))
        return sorted(seen)

    def google_agenda(self, first: Moment = FIRST, last: Moment = LAST) -> list[str]:
        """What ana sees in Google Calendar."""
        return sorted(
            line(
                *_ends(entry),
                entry.body.get("summary", ""),
                entry.body.get("location", ""),
                free=entry.body.get("transparency") == "transparent",
            )
            for entry in self._instances(_edge(first), _edge(last))
        )

    def agenda(self, first: Moment = FIRST, last: Moment = LAST) -> list[str]:
        """The lines both sides show; they must be the same, and nobody got a mail."""
        google, exchange = self.google_agenda(first, last), self.exchange_agenda(first, last)
        apart = [f"Google: {seen}" for seen in (Counter(google) - Counter(exchange)).elements()]
        apart += [f"Exchange: {seen}" for seen in (Counter(exchange) - Counter(google)).elements()]
        assert google == exchange, "\n".join(apart)
        assert self.mails() == 0
        return google

    def stays(self, expected: Sequence[str]) -> None:
        """Nothing is written though every place is lost and every list is read anew; and nothing changes."""
        with self.unchanged():
            self.calendar.expire_tokens()
            self.ana.drop_sync_states()
            self.run()
            self.silent()
        assert self.agenda() == list(expected)

    def _instances(self, first: datetime, last: datetime) -> Iterator[Entry]:
        with self.calendar._lock:
            ground, calendar = self.calendar._ground, self.calendar._calendar
            for entry in expansion.within(ground, calendar, (first, last)):
                if not calendar.dead(entry) and series.reaches(calendar, entry, (first, last)):
                    yield entry


def line(start: Moment, end: Moment, title: str, place: str = "", *, free: bool = False) -> str:
    """One line of an agenda."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        start, end = start.astimezone(UTC), max(end, start + timedelta(minutes=1)).astimezone(UTC)
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%m-%d %H:%M}"
        when = f"{start:%Y-%m-%d %H:%M}-{until}"
    else:
        last = end - DAY
        when = f"{start}" if last == start else f"{start} to {last}"
    return f"{when} {title}" + (f" @{place}" if place else "") + (" (free)" if free else "")


def winter(*which: str, title: str = "Call") -> list[str]:
    """Lines of an hour that begins at 11 o'clock in Berlin, on days of winter."""
    return [f"{day} 10:00-11:00 {title}" for day in which]


def summer(*which: str, title: str = "Call") -> list[str]:
    """The same on days of summer."""
    return [f"{day} 09:00-10:00 {title}" for day in which]


def exchange(**switches: Any) -> Json:
    """The Exchange simulator with these switches, for a stage."""
    return {"switches": ExchangeSwitches(**switches)}


def google(**switches: Any) -> Json:
    """The Google simulator with these switches, for a stage."""
    return {"switches": GoogleSwitches(**switches)}


GROUNDS: list[Json] = [
    {},
    {"google": google(instance_ids="classic", exceptions_on_master_change="keep", exceptions_first=True)},
    {
        "google": google(
            exception_tombstones=True, exception_touches_master=True, tombstones="bare", date_time_offset="utc"
        ),
        "exchange": exchange(master_reaches_exceptions=False, uid_case="lower", same_rule_wipes=True),
    },
    {"exchange": exchange(version="Exchange2010_SP2", range_start_snaps=False, recurrence_date_suffix="")},
]
"""Servers that differ in what a series' stories may meet; the fixture `stage` has one of each."""


def _exchange(what: Json) -> Json:
    words = {"title": "subject", "place": "location", "text": "body"}
    free = {"show_as": "Free" if what["free"] else "Busy"} if "free" in what else {}
    return {words[name]: value for name, value in what.items() if name != "free"} | free


def _google(what: Json) -> Json:
    words = {"title": "summary", "place": "location", "text": "description"}
    free = {"transparency": "transparent" if what["free"] else "opaque"} if "free" in what else {}
    return {words[name]: value for name, value in what.items() if name != "free"} | free


def _ends(entry: Entry) -> tuple[Moment, Moment]:
    start = series.start_of(entry.body)
    if isinstance(start, datetime):
        start = start.astimezone(UTC)
    return start, start + series.length_of(entry.body)


def _edge(moment: Moment) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)


def _instant(moment: Moment | None) -> datetime | None:
    assert moment is None or isinstance(moment, datetime)
    return moment


__all__ = [
    "BERLIN",
    "DAY",
    "FIRST",
    "FOUR",
    "GROUNDS",
    "HOUR",
    "LAST",
    "SIDES",
    "VERSIONS",
    "Pattern",
    "Rule",
    "SeriesStage",
    "at",
    "daily",
    "exchange",
    "google",
    "line",
    "other",
    "summer",
    "weekly",
    "winter",
]
