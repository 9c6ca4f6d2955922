"""Answer what somebody wrote: is the pair's document good, is what it asks for free, and is the pair to be looked at.

    for pair in answer(store, "ana", read, tell): nudge(...)

One document's change may set others free: a pair that was refused because of it is answered too. Where documents are
many, this is what reading them all together is on one machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calpair.care.claims import claim, release
from calpair.care.status import State
from calpair.model.pair import Claim, Pair
from calpair.ports import Store

_CURE = "change one of them, or set enabled = false in one"
_DISABLED = State("paused", "The pair is disabled: set enabled = true, or name it again in the file that dropped it.")
_PAUSED = State("paused", "The pair is paused: set paused = false, and it goes on.")


@dataclass(frozen=True, slots=True)
class Read:
    """A pair's document as it is now: the pair if it is good, and what is wrong with it. Neither: there is none."""

    pair: Pair | None = None
    problems: tuple[str, ...] = ()


Reader = Callable[[str], Read]
Tell = Callable[[str, Pair | None, State | None], None]
"""Take down how a pair of that name stands; None: there is no such pair any more."""


def answer(store: Store, name: str, read: Reader, tell: Tell) -> Sequence[Pair]:
    """Answer one pair's document, and whoever waited for what it gives up; gives the pairs to be looked at."""
    nudged: list[Pair] = []
    asked, seen = [name], set[str]()
    while asked:
        one = asked.pop(0)
        if one in seen:
            continue
        seen.add(one)
        found = read(one)
        state = standing(store, one, found, read)
        pair = found.pair
        stands = pair is not None and (state is None or state is _PAUSED)
        asked += sorted(release(store, one, pair.claims() if pair and stands else ()))
        if pair and state is None:
            nudged.append(pair)
        elif state or not found.problems:
            tell(one, pair, state)
    return nudged


def standing(store: Store, name: str, found: Read, read: Reader) -> State | None:
    """Say what keeps the pair from being looked at, having claimed what it asks for; None: nothing, or no such pair."""
    if found.problems:
        return State("failing", f"{'; '.join(found.problems)}.")
    pair = found.pair
    if pair is None:
        return None
    if not pair.enabled:
        return _DISABLED
    taken = claim(store, pair, lambda other, wanted: _asks_for(read(other), wanted))
    if taken:
        said = "; ".join(f"pairs/{name} {one.field}: {one.said} is already in pair `{one.holder}`" for one in taken)
        return State("failing", f"{said}; {_CURE}.")
    return _PAUSED if pair.paused else None


def _asks_for(found: Read, wanted: Claim) -> bool:
    return found.pair is not None and not found.problems and wanted in found.pair.claims()
