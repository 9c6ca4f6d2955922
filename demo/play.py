"""The ground a story is played on: who is there, what was expected, and how one waits for it.

    play = Play(stage, company, tell, today)
    play.expect("it is on Google", lambda: "" if ... else "what is missing")
    play.results

Nothing is believed because calpair said it: an expectation is a look at the servers, repeated until it holds or until
patience ends.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from demo.company import Company, Ground
from demo.events import Event, Plan, at, workdays, written
from demo.reader import Patience, both_hold
from demo.stage import Stage, StageError
from demo.telling import Teller
from demo.views import Seen

_A_LINE = 3


class MissingError(Exception):
    """An event a step wants to work on is not there, or not once."""


@dataclass(frozen=True, slots=True)
class Result:
    """An expectation after the fact: how long it took, and what was wrong (empty: nothing)."""

    text: str
    took: float
    wrong: str


@dataclass(slots=True)
class Play:
    """The ground, and what came of the story so far."""

    stage: Stage
    company: Company
    tell: Teller
    today: date
    patience: Patience = field(default_factory=Patience)
    results: list[Result] = field(default_factory=list)
    _acted: float = 0.0

    def act(self, text: str) -> None:
        """Tell what was just done; what is expected of it is timed from here."""
        self._acted = self.patience.now()
        self.tell.line(text)

    def expect(self, text: str, wrong: Callable[[], str], patience: Patience | None = None) -> None:
        """Look until nothing is wrong, timed from the last act. StageError: calpair is gone, nothing more will come."""

        def looked() -> str:
            gone = self.stage.alive()
            if gone:
                raise StageError(gone)
            return wrong()

        self.note(text, (patience or self.patience).until(looked))

    def note(self, text: str, wrong: str) -> None:
        """Remember and tell what came of an expectation: what is wrong, or nothing."""
        took = self.patience.now() - self._acted
        self.results.append(Result(text, took, wrong))
        self.tell.measured(text, took, wrong)

    def expect_both(self, pair: Ground, text: str, event: Event) -> None:
        """Expect an event to stand on both sides, once on each, and so."""
        self.expect(text, lambda: both_hold(pair.reader.look(), event))

    def one(self, pair: Ground, title: str, side: str) -> Seen:
        """The one event of that title. MissingError: there is none, or several."""
        seen = pair.reader.look().titled(title)[side]
        if len(seen) != 1:
            raise MissingError(f"{title!r} is {len(seen)} times on {side}")
        return seen[0]

    def title(self, text: str) -> str:
        """A title as this run writes it."""
        return f"{text}{self.company.mark}"

    def plan(self, text: str, day: int, hour: int, place: str = "", body: str = "") -> Plan:
        """Plan an hour on one of the next working days."""
        start = at(workdays(self.today, day)[-1], hour)
        return written(Event(self.title(text), start, start + timedelta(hours=1), place), body)


def few(said: Iterable[str]) -> str:
    """The first sentences of many, and how many more there are."""
    lines: Sequence[str] = list(said)
    rest = f"; and {len(lines) - _A_LINE} more" if len(lines) > _A_LINE else ""
    return "; ".join(lines[:_A_LINE]) + rest
