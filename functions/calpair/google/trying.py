"""Writes that can be said in several ways: the next way is tried where Google does not accept the one before.

answers = in_turn(line, Act.INSERT, [[first, second], [only]])
"""

from collections.abc import Sequence

from googleapiclient.http import HttpRequest

from calpair.errors import RefusedError, SideError
from calpair.google.errors import Act
from calpair.google.line import Answer, Line

_SAYING = frozenset({"invalid", "badRequest", "http400"})
"""Reasons that find fault with what was said; everything else would be said again in vain."""


def in_turn(line: Line, act: Act, tries: Sequence[Sequence[HttpRequest]], *, later: bool = False) -> list[Answer]:
    """Send of each its first request, then further ones; the answer to the last that was sent.

    Raises as `Line.many` what concerns everybody at the first turn, unless this is done `later` than other things.
    """
    first = [ways[0] for ways in tries]
    answers = [*(afterwards(line, act, first) if later else line.many(act, first))]
    for turn in range(1, max(map(len, tries), default=0)):
        numbers = [number for number, ways in enumerate(tries) if turn < len(ways) and _refused(answers[number])]
        further = afterwards(line, act, [tries[number][turn] for number in numbers])
        for number, answer in zip(numbers, further, strict=True):
            answers[number] = answer
    return answers


def afterwards(line: Line, act: Act, requests: Sequence[HttpRequest]) -> Sequence[Answer]:
    """Ask on when something was done already: what concerns everybody is each one's answer, and what was done stands."""
    try:
        return line.many(act, requests)
    except SideError as error:
        return [error] * len(requests)


def _refused(answer: Answer) -> bool:
    return isinstance(answer, RefusedError) and answer.code in _SAYING
