"""Looking up many in pieces: what becomes of the rest when the question about some fails.

    found = piecemeal(pieces, ask, left, failed)

A question that fails leaves those it was about unknown, and the others are still asked about; `failed` is told. After a
server's plea to wait, or when it could not be had three times running, nobody is asked any more. What concerns everybody
is raised at once; and where nothing got through at all, so is the first failure: it is never taken for an answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from calpair.errors import BackOffError, CursorLostError, RefusedError, SideError
from calpair.model.busy import Told, Unknown

Ask = Callable[[Sequence[str]], Mapping[str, Told]]
Left = Callable[[SideError], Unknown | None]
Failed = Callable[[SideError], None]
"""Is told of a question that failed while others got through: the server's plea to wait is in it."""

RUNNING = 3
"""After so many failures running that are nobody's own, the rest would only fail too."""


def piecemeal(pieces: Iterable[Sequence[str]], ask: Ask, left: Left, failed: Failed) -> dict[str, Told]:
    """Ask about each piece. `left` says what an error leaves of its piece; None: it concerns everybody."""
    found: dict[str, Told] = {}
    failures: list[SideError] = []
    answered, running, over = False, 0, False
    for piece in pieces:
        if over:
            found |= dict.fromkeys(piece, Unknown("unavailable"))
            continue
        try:
            found |= ask(piece)
        except SideError as error:
            unknown = left(error)
            if unknown is None:
                raise
            failures.append(error)
            found |= dict.fromkeys(piece, unknown)
            running = running + 1 if isinstance(error, BackOffError) else 0
            over = running == RUNNING or (isinstance(error, BackOffError) and error.seconds is not None)
        else:
            answered, running = True, 0
    if failures and not answered:
        raise failures[0]
    for failure in failures:
        failed(failure)
    return found


def left(error: SideError) -> Unknown | None:
    """Say what is left of a piece whose question could not be answered, or not as it is."""
    if isinstance(error, (BackOffError, CursorLostError)):
        return Unknown("unavailable")
    return Unknown("no_data") if isinstance(error, RefusedError) else None


def unheard(_: SideError) -> None:
    """Stand where nobody is to be told."""


def window(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Give a window in UTC. ValueError for one that is none: nobody is free in it."""
    if not start < end:
        raise ValueError("a window is two instants, the second after the first")
    return start.astimezone(UTC), end.astimezone(UTC)
