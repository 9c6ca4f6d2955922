"""What servers said in the last half minute, so that a hundred readers do not have them asked a hundred times.

    memory = Memory()
    begin = memory.before(begin, now)           # asks only what is not known; of the shape `ask` takes

One for each side; an answer is found again by domain, name and window, exactly. An answer that is to be asked for again
(`unavailable`) is not kept, nor is a failure. Who may ask is decided before: an answer is the same whoever asks.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from calpair.busy.ask import Begin
from calpair.model.busy import Answer, Block, Told, Unknown
from calpair.model.pair import Domain
from calpair.ports import Now

KEPT = timedelta(seconds=30)
"""How long an answer counts."""
MOST = 100_000
"""How much is kept, in all: an answer weighs one, and one for each of its blocks."""

_Key = tuple[str, str, datetime, datetime]


@dataclass(frozen=True, slots=True)
class _Kept:
    at: datetime
    told: tuple[Block, ...] | Unknown

    @property
    def weight(self) -> int:
        return 1 if isinstance(self.told, Unknown) else 1 + len(self.told)


class Memory:
    """Answers of a moment ago. Threads may share it."""

    def __init__(self, most: int = MOST) -> None:
        """Nothing is known yet."""
        self._most = most
        # In the order in which they came, which is the one in which they go.
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def before(self, begin: Begin, now: Now) -> Begin:
        """Give a way to ask that asks `begin` about those of whom nothing is known."""

        def first_here(domain: Domain, names: Sequence[str], start: datetime, end: datetime) -> Callable[[], Answer]:
            known = self.known(now(), domain.name, names, start, end)
            rest = [name for name in names if name not in known]
            wait = begin(domain, rest, start, end) if rest else None

            def both() -> Answer:
                if wait is None:
                    return known
                answer = wait()
                self.keep(now(), domain.name, answer, start, end)
                return {**known, **answer}

            return both

        return first_here

    def known(
        self, now: datetime, domain: str, names: Sequence[str], start: datetime, end: datetime
    ) -> dict[str, Told]:
        """Give what is known of these, by name."""
        found: dict[str, Told] = {}
        with self._lock:
            for name in names:
                kept = self._kept.get((domain, name.lower(), start, end))
                if kept and now - KEPT < kept.at <= now:
                    found[name] = kept.told if isinstance(kept.told, Unknown) else list(kept.told)
        return found

    def keep(self, now: datetime, domain: str, answer: Answer, start: datetime, end: datetime) -> None:
        """Remember an answer, and forget what is too old or too much."""
        with self._lock:
            for name, told in answer.items():
                if told != Unknown("unavailable"):
                    self._put((domain, name.lower(), start, end), _kept(now, told))
            while self._kept and (self._weight > self._most or self._oldest().at <= now - KEPT):
                self._drop(next(iter(self._kept)))

    def _put(self, key: _Key, kept: _Kept) -> None:
        self._drop(key)
        self._kept[key] = kept
        self._weight += kept.weight

    def _drop(self, key: _Key) -> None:
        gone = self._kept.pop(key, None)
        self._weight -= gone.weight if gone else 0

    def _oldest(self) -> _Kept:
        return next(iter(self._kept.values()))


def _kept(now: datetime, told: Told) -> _Kept:
    return _Kept(now, told if isinstance(told, Unknown) else tuple(told))
