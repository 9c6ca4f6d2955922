"""Tokens in hand: good for a while, renewed shortly before their end, for as many users as a process deals with.

    tokens = Tokens(now)
    token = tokens.get(user, fetch)            # `fetch` is called when there is none that is good for long enough
    tokens.drop(user, token)                   # it was refused

They live in the process's memory and nowhere else. No two threads ever fetch for one user at once: the second waits for
what the first gets. Beyond `most` users the one longest unused is forgotten.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from calpair.ports import Now

EARLY = timedelta(minutes=4)
"""A token is renewed this long before it ends, so that none ends on its way."""

MOST = 500


@dataclass(frozen=True, slots=True)
class Token:
    """A token, out of sight: its repr says nothing. `until` is None for one whose end nobody knows."""

    text: str = field(repr=False)
    until: datetime | None = None

    def good(self, now: datetime) -> bool:
        """Tell whether it will last for a request and its answer."""
        return self.until is None or now < self.until - EARLY


@dataclass(slots=True, eq=False)
class _Place:
    lock: Lock = field(default_factory=Lock)
    token: Token | None = None


class Tokens:
    """One process's tokens, each under the name it is fetched for. Threads may share it."""

    def __init__(self, now: Now, most: int = MOST) -> None:
        self._now = now
        self._most = most
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._lock = Lock()

    def get(self, name: str, fetch: Callable[[], Token]) -> Token:
        """Give a good token for a name. Whatever `fetch` raises leaves things as they were."""
        place = self._place(name)
        with place.lock:
            if place.token is None or not place.token.good(self._now()):
                place.token = fetch()
            return place.token

    def drop(self, name: str, token: Token) -> None:
        """Forget a token that was refused, unless it has been replaced meanwhile."""
        place = self._place(name)
        with place.lock:
            if place.token is token:
                place.token = None

    def _place(self, name: str) -> _Place:
        with self._lock:
            place = self._places.setdefault(name, _Place())
            self._places.move_to_end(name)
            over = len(self._places) - self._most
            if over > 0:
                # One that is being fetched for stays, or a second fetch could begin beside it.
                idle = [one for one, other in self._places.items() if not other.lock.locked() and one != name]
                for one in idle[:over]:
                    del self._places[one]
            return place
