"""The reader: asks both servers of a pair what a person would see there, compares, and waits for what should come.

    reader = Reader(ExchangeView(ews), GoogleView(google))
    reader.look()                                    # what both hold now, as Sides
    reader.fresh()                                   # the same, with nothing remembered from earlier looks
    differences(sides, own)                          # what is not in step, a sentence each
    wrong = patience.until(lambda: "" if ... else "what is missing")

calpair is never asked: a look sees what was stored, whoever stored it. A series is seen as its occurrences, so that a rule
of one side may be several on the other.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from demo.events import Event, Moment
from demo.views import Seen, View

EXCHANGE, GOOGLE = "Exchange", "Google"


@dataclass(frozen=True, slots=True)
class Sides:
    """What both sides of a pair hold, by the server's id."""

    exchange: Mapping[str, Seen]
    google: Mapping[str, Seen]

    def events(self, side: str) -> list[Event]:
        """The events of `EXCHANGE` or `GOOGLE`."""
        return [seen.event for seen in self._side(side).values()]

    def titled(self, title: str) -> dict[str, list[Seen]]:
        """The events of that title, by side."""
        return {
            side: [seen for seen in self._side(side).values() if seen.event.title == title]
            for side in (EXCHANGE, GOOGLE)
        }

    def versions(self) -> set[tuple[str, str, str]]:
        """Every event's version: equal sets, nothing written in between."""
        return {(side, seen.id, seen.version) for side in (EXCHANGE, GOOGLE) for seen in self._side(side).values()}

    def _side(self, side: str) -> Mapping[str, Seen]:
        return self.exchange if side == EXCHANGE else self.google


def anything(_: Event) -> bool:
    """Every event counts."""
    return True


class Reader:
    """Both sides of one pair; `counts` says which events are looked at. Threads may share it."""

    def __init__(self, exchange: View, google: View, counts: Callable[[Event], bool] = anything) -> None:
        self._views = (exchange, google)
        self._counts = counts
        self._lock = threading.Lock()

    def look(self) -> Sides:
        """Ask both sides for what changed since the last look."""
        with self._lock:
            return Sides(*(self._held(view) for view in self._views))

    def strangers(self) -> int:
        """How many events of both sides do not count."""
        with self._lock:
            return sum(not self._counts(seen.event) for view in self._views for seen in view.look().values())

    def fresh(self) -> Sides:
        """Ask both sides for everything."""
        with self._lock:
            for view in self._views:
                view.forget()
        return self.look()

    def _held(self, view: View) -> Mapping[str, Seen]:
        counting = [seen for seen in view.look().values() if self._counts(seen.event)]
        return {one.id: one for seen in counting for one in (view.occurrences(seen) if seen.repeats else (seen,))}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what should come: `polls` looks, `pause` seconds apart."""

    polls: int = 150
    pause: float = 0.2
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def until(self, wrong: Callable[[], str]) -> str:
        """Look until nothing is wrong; what still was wrong at the last look."""
        said = wrong()
        for _ in range(self.polls):
            if not said:
                break
            self.sleep(self.pause)
            said = wrong()
        return said


def differences(sides: Sides, own: Iterable[Event] = ()) -> list[str]:
    """Say what is not in step: field by field where two events are meant to be one; `own` are Google's own."""
    mine = Counter(own)
    exchange, google = Counter(sides.events(EXCHANGE)), Counter(sides.events(GOOGLE))
    said = [f"{_name(event)}: Google's own, and it is gone or changed" for event in (mine - google).elements()]
    google -= mine
    left, right = list((exchange - google).elements()), list((google - exchange).elements())
    for alike in (_same_times, _same_title, _same_start):
        for one in list(left):
            other = next((each for each in right if alike(one, each)), None)
            if other is not None:
                left.remove(one)
                right.remove(other)
                said.append(_apart(one, other))
    said += [f"{_name(event)}: only on {EXCHANGE}" for event in left]
    return said + [f"{_name(event)}: only on {GOOGLE}" for event in right]


def duplicates(events: Iterable[Event], put: Mapping[tuple[str, Moment, Moment], int]) -> list[str]:
    """Name the events one side holds more often than they were put there (once, where `put` does not say)."""
    counted = Counter(event.key for event in events)
    return [f"{_named(*key)}" for key, count in counted.items() for _ in range(count - max(1, put.get(key, 1)))]


def both_hold(sides: Sides, event: Event) -> str:
    """Say what keeps an event from standing exactly once, and so, on both sides; empty when it does."""
    said = []
    for side, seen in sides.titled(event.title).items():
        if not seen:
            said.append(f"not on {side}")
        elif len(seen) > 1:
            said.append(f"{len(seen)} times on {side} (duplicate)")
        elif seen[0].event != event:
            said.append(f"on {side} {_fields(event, seen[0].event)}")
    return f"{event.title!r} {', '.join(said)}" if said else ""


def side_holds(sides: Sides, side: str, wanted: Sequence[Event]) -> str:
    """Say what keeps one side from holding just these events of all that have a title of theirs; empty: nothing."""
    titles = {event.title for event in wanted}
    needed, held = Counter(wanted), Counter(event for event in sides.events(side) if event.title in titles)
    said = [f"{_name(event)} is not so on {side}" for event in (needed - held).elements()]
    said += [f"{_name(event)} should not be on {side}" for event in (held - needed).elements()]
    return "; ".join(said)


def none_holds(sides: Sides, titles: Sequence[str]) -> str:
    """Say which of these titles still stand somewhere; empty when none does."""
    still = [f"{title!r} is still on {side}" for title in titles for side, seen in sides.titled(title).items() if seen]
    return "; ".join(still[:3]) + (f" and {len(still) - 3} more" if len(still) > 3 else "")  # noqa: PLR2004 - a line's worth


def _same_times(one: Event, other: Event) -> bool:
    return one.key == other.key


def _same_title(one: Event, other: Event) -> bool:
    return one.title == other.title


def _same_start(one: Event, other: Event) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _apart(one: Event, other: Event) -> str:
    return f"{_name(one)}: {_fields(one, other, EXCHANGE, GOOGLE)}"


def _fields(one: Event, other: Event, first: str = "wanted", second: str = "found") -> str:
    names = {"title": "title", "start": "start", "end": "end", "place": "place", "busy": "busy", "private": "private"}
    return ", ".join(
        f"{word} {getattr(one, field)!s:.60} ({first}), {getattr(other, field)!s:.60} ({second})"
        for field, word in {**names, "text": "text"}.items()
        if getattr(one, field) != getattr(other, field)
    )


def _name(event: Event) -> str:
    return _named(*event.key)


def _named(title: str, start: Moment, end: Moment) -> str:
    del end
    return f"{title!r} of {start:%d %b}"
