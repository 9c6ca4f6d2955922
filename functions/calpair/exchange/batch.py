"""Many items in few requests: one request a batch, an answer an item, and nothing done ever forgotten.

`each` sends one batch. A batch refused as a whole (one item made the request unreadable to the server) did nothing, so
it is sent again in halves until the culprit stands alone; only then does one operation take more than one request.
`in_turn` walks through the batches. What concerns everybody is raised only while nothing has been done yet; later it
stands in the places of the items that were not reached, because the answers before it must not be lost.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from calpair.errors import (
    AccessLostError,
    BackOffError,
    RefusedError,
    SideError,
    SignInError,
    UnknownOutcomeError,
)
from calpair.exchange.errors import ServerSaidError, classify
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import Element

BATCH = 50
"""Items a request. Facts advise ten for slow servers; budgets ask for fifty."""

Thing = TypeVar("Thing")
Result = TypeVar("Result")

_UNREADABLE = {"ErrorSchemaValidation", "HTTP400", "HTTP413", "AnswerTooLarge"}
_DENIED = "ErrorAccessDenied"
EVERYBODY = (AccessLostError, SignInError, BackOffError)


def each(
    connection: ExchangeConnection,
    mailbox: str,
    build: Callable[[Sequence[Thing]], Element],
    things: Sequence[Thing],
    *,
    writing: bool,
    denied_by_folder: bool = False,
) -> list[Element | SideError]:
    """Send one request for the things; its messages or errors, in their order. Raises what concerns everybody.

    `denied_by_folder`: a denial is about the folder, and so about all; otherwise it is about the one item that was denied.
    """
    if not things:
        return []
    try:
        messages = connection.ask(mailbox, build(things), writing=writing)
    except RefusedError as refused:
        if len(things) == 1 or refused.code not in _UNREADABLE:
            return [refused] * len(things)
        half = len(things) // 2
        before = each(connection, mailbox, build, things[:half], writing=writing, denied_by_folder=denied_by_folder)
        try:
            return before + each(
                connection, mailbox, build, things[half:], writing=writing, denied_by_folder=denied_by_folder
            )
        except EVERYBODY as error:
            return before + [error] * (len(things) - half)
    except UnknownOutcomeError as unknown:
        return [unknown] * len(things)
    if len(messages) != len(things):
        return _torn(len(things), writing=writing)
    return _for_all([_answer(message, writing=writing, denied_by_folder=denied_by_folder) for message in messages])


def in_turn(
    things: Sequence[Thing], work: Callable[[Sequence[Thing]], Sequence[Result | SideError]]
) -> list[Result | SideError]:
    """Do the work batch by batch. Raises only what the first batch raises."""
    done = list[Result | SideError]()
    for start in range(0, len(things), BATCH):
        try:
            answers = work(things[start : start + BATCH])
        except EVERYBODY as error:
            if not done:
                raise
            return done + [error] * (len(things) - len(done))
        done += answers
        if all(isinstance(answer, UnknownOutcomeError) for answer in answers):
            # The line is dead: the next batch would only be one more nobody knows about.
            return done + [BackOffError("NotReached")] * (len(things) - len(done))
    return done


def _answer(message: Element | ServerSaidError, *, writing: bool, denied_by_folder: bool) -> Element | SideError:
    if not isinstance(message, ServerSaidError):
        return message
    error = classify(message, writing=writing)
    if isinstance(error, AccessLostError) and error.code == _DENIED and not denied_by_folder:
        return RefusedError(error.code)
    return error


def _torn(count: int, *, writing: bool) -> list[Element | SideError]:
    # Without one answer an item nobody can tell which answer is whose.
    if not writing:
        raise BackOffError("TornAnswer", "the server answered about another number of items")
    return [UnknownOutcomeError("TornAnswer", "the server answered about another number of items")] * count


def _for_all(answers: list[Element | SideError]) -> list[Element | SideError]:
    """Raise what every item was told alike and is about none of them in particular."""
    first = answers[0]
    if not isinstance(first, EVERYBODY) or (isinstance(first, BackOffError) and first.scope == "item"):
        return answers
    if all(isinstance(answer, SideError) and answer.code == first.code for answer in answers):
        raise first
    return answers
