"""What a fault due for a whole request does to its answer; without one, the answer as it is."""

from collections.abc import Callable
from dataclasses import replace

from simulators import pointing
from simulators.exchange import answers
from simulators.record import Fault
from simulators.wire import Crash, LostReplyError, Response, TimedOutError

Answer = Callable[[], Response]


def planted(fault: Fault, challenges: tuple[str, ...]) -> Response | None:
    """The answer a fault gives in the server's stead; None when it leaves the answering to the server."""
    after = int(fault.seconds) or 10
    match fault.kind:
        case "unavailable":
            return answers.page(503, "Service Unavailable", after)
        case "too_many_requests":
            return answers.page(429, "Too Many Requests", after)
        case "bad_gateway":
            return answers.page(502, "Bad Gateway")
        case "unauthorized":
            return answers.unauthorized(challenges)
        case _:
            return pointing.redirect(fault)


def play(fault: Fault, operation: str, answer: Answer, postpone: Callable[[float, Answer], None]) -> Response:
    """Answer under a fault that cuts off, delays or mangles; raises `Crash`, `LostReplyError` or `TimedOutError`.

    A client that is cut off before the effect has not been answered: `answer` is not called.
    """
    match fault.kind:
        case "crash_before":
            raise Crash(operation)
        case "timeout_before":
            raise TimedOutError(operation)
        case "late_effect":
            postpone(fault.seconds, answer)
            raise TimedOutError(operation)
    response = answer()
    match fault.kind:
        case "crash_after":
            raise Crash(operation)
        case "lost_reply":
            raise LostReplyError(operation)
        case "torn":
            return replace(response, body=response.body[: len(response.body) * int(fault.detail or 50) // 100])
        case _:
            return pointing.stray(fault, response)
