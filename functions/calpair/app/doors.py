"""What a door is: how whoever calls proves who they are, how much is read, how an answer is written, and a refusal.

    door = Door(prove, most, act, refuse, {"Content-Type": "application/json"})

    served(request, lambda: rooms.door)     # what every function does with a call

The rooms behind doors, a function's parts, say which doors they have. Who calls is proven before anything else is read;
then how much there is, then what it says. What went wrong is told in one line of ours, in the form of the door; a stack
trace, or a word of a server's, never leaves.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any

import flask
from werkzeug.exceptions import HTTPException, NotFound

from calpair import log
from calpair.errors import BackOffError, CallerError, RefusedRequestError
from calpair.gcp.callers import Callers

_logger = logging.getLogger("calpair")


JSON = {"Content-Type": "application/json", "Cache-Control": "no-store"}
BEARER = 'Bearer realm="calpair"'
"""What a caller without a token is asked for. Google's Python client falls over a challenge without a parameter."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is told of a call beside its body: who was proven to make it, and what it says its body is."""

    caller: Any
    content_type: str


Body = str | bytes
Answer = tuple[Body, int, dict[str, str]]
Open = Callable[[str], "Door | None"]
"""Finds the door at an address, below the function's own; None: there is none."""
Words = Callable[[int, str, str], Mapping[str, Any]]
"""How a door says in JSON that there is no answer: by status, a sentence, and a word for programs (empty: the status says it)."""


@dataclass(frozen=True, slots=True)
class Door:
    """One way of being called.

    `prove` gives who calls, by the `Authorization` header alone, or raises CallerError; `most`: bytes of a body that are
    read; `act` answers, or raises; `refuse` says by status, sentence and reason that there is no answer, and with which
    status that is said here. `challenge`: what a caller without proof is asked for.
    """

    prove: Callable[[str | None], Any]
    most: int
    act: Callable[[bytes, Call], Body]
    refuse: Callable[[int, str, str], tuple[int, Body]]
    headers: Mapping[str, str]
    challenge: str = BEARER


def plain(status: int, sentence: str, reason: str) -> Mapping[str, Any]:
    """Say why there is no answer, to a caller of our own."""
    del status, reason
    return {"error": sentence}


def in_json(callers: Callers, act: Callable[[bytes, Call], Any], most: int, words: Words = plain) -> Door:
    """Make a door for who shows Google's token, that answers in JSON."""
    return Door(
        prove=callers.prove,
        most=most,
        act=lambda body, call: json.dumps(act(body, call)),
        refuse=lambda status, sentence, reason: (status, json.dumps(words(status, sentence, reason))),
        headers=JSON,
    )


def _nothing(_: str | None) -> Any:
    raise NotFound


_NOWHERE = Door(
    prove=_nothing,
    most=0,
    act=lambda body, _: body,
    refuse=lambda status, sentence, reason: (status, json.dumps(plain(status, sentence, reason))),
    headers=JSON,
)
"""Where a call is that has found no door, or not yet."""


def served(request: flask.Request, rooms: Callable[[], Open]) -> Answer:
    """Find the door, prove the caller, read the body, act, answer. What was refused is told with its status; what broke, with 500."""
    door = _NOWHERE

    def refused(status: int, sentence: str, reason: str = "") -> Answer:
        said, body = door.refuse(status, sentence, reason)
        challenge = {"WWW-Authenticate": door.challenge} if status == HTTPStatus.UNAUTHORIZED else {}
        return body, said, {**door.headers, **challenge}

    with log.bound(trace=log.trace_of(request.headers.get("X-Cloud-Trace-Context"))):
        try:
            door = rooms()(request.path) or _NOWHERE
            caller = door.prove(request.headers.get("Authorization"))
            if request.method != "POST":
                return refused(HTTPStatus.METHOD_NOT_ALLOWED, "POST is the only way to call this")
            body = _body(request, door.most)
            if body is None:
                return refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {door.most} bytes are read")
            return (
                door.act(body, Call(caller, request.headers.get("Content-Type", ""))),
                HTTPStatus.OK,
                {**door.headers},
            )
        except CallerError as error:
            return refused(HTTPStatus.FORBIDDEN if error.known else HTTPStatus.UNAUTHORIZED, str(error))
        except RefusedRequestError as error:
            return refused(HTTPStatus.BAD_REQUEST, str(error), error.reason)
        except NotFound:
            return refused(HTTPStatus.NOT_FOUND, "there is nothing at this address")
        except HTTPException as error:
            return refused(error.code or HTTPStatus.BAD_REQUEST, "the request broke off, or is none")
        except BackOffError as error:
            _logger.warning("%s", error)
            return refused(HTTPStatus.SERVICE_UNAVAILABLE, "not now; ask again later")
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told nothing of it, and the log its kind
            _logger.error("%s", error)  # noqa: TRY400 - `log` tells what may be told of it
            return refused(HTTPStatus.INTERNAL_SERVER_ERROR, "this did not work; the log of the function says why")
        finally:
            # The framework would read into memory, and whole, whatever of a body is left, a stranger's too.
            request.stream = BytesIO()


def _body(request: flask.Request, most: int) -> bytes | None:
    """Read a body, and of one that is too long (None) at most a byte more than there may be."""
    if (request.content_length or 0) > most:
        return None
    body = b""
    while len(body) <= most and (piece := request.stream.read(most + 1 - len(body))):
        body += piece
    return body if len(body) <= most else None
