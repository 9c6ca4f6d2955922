"""Faults that stand between the server and its client: cut off, refused, late, torn. `strike.py` has those within."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from simulators import pointing
from simulators.google.answering import refused
from simulators.google.faults import ANSWERS, refusal
from simulators.record import Fault
from simulators.wire import Crash, LostReplyError, Response, TimedOutError

Act = Callable[[], Response]


@dataclass(frozen=True)
class Outcome:
    """What a call came to: its answer, or how its client is cut off; `at_once` spares it the rest of a batch."""

    response: Response = field(default_factory=Response)
    cut: BaseException | None = None
    at_once: bool = False


def under(fault: Fault | None, act: Act, postpone: Callable[[float, Act], None]) -> Outcome:
    """Do a call, or a whole batch, under a fault; `postpone` keeps an effect for later."""
    kind = "" if fault is None else fault.kind
    if fault is None:
        return Outcome(act())
    if kind == "crash_before":
        return Outcome(cut=Crash(), at_once=True)
    if kind == "timeout_before":
        return Outcome(cut=TimedOutError("timed out"), at_once=True)
    if kind == "late_effect":
        postpone(fault.seconds, act)
        return Outcome(cut=TimedOutError("timed out"))
    if kind in ANSWERS:
        return Outcome(refused(refusal(fault)))
    elsewhere = pointing.redirect(fault)
    if elsewhere is not None:
        return Outcome(elsewhere)
    return _afterwards(kind, pointing.stray(fault, act()))


def _afterwards(kind: str, response: Response) -> Outcome:
    if kind == "crash_after":
        return Outcome(response, Crash(), at_once=True)
    if kind == "lost_reply":
        return Outcome(response, LostReplyError("connection reset by peer"))
    if kind == "torn":
        return Outcome(replace(response, body=response.body[: len(response.body) // 2]))
    return Outcome(response)
