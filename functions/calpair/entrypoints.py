"""HTTP in, one call, HTTP out: a function here for each that is deployed, named as in `infra/functions.yaml`.

Who calls is proven before anything else is read; then how much there is, then what it says. Every answer is JSON. What
went wrong is told in one line of ours, in the form of the door; a stack trace, or a word of a server's, never leaves.

The parts behind a function are imported when it is first called: each function is a process of its own, and pays for
what it uses alone.
"""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import flask
import functions_framework
from werkzeug.exceptions import HTTPException

from calpair import log
from calpair.errors import BackOffError, CallerError, RefusedRequestError

_logger = logging.getLogger("calpair")

SMALL = 4 * 1024
"""Bytes of a body that names one pair."""

Answer = tuple[str, int, dict[str, str]]
_JSON = {"Content-Type": "application/json", "Cache-Control": "no-store"}


@functions_framework.http
def dispatch(request: flask.Request) -> Answer:
    """Ask the queue for every pair that is due; called once a minute."""
    from calpair.app.dispatching import dispatching  # noqa: PLC0415 - see the head

    return _served(request, dispatching, lambda parts, *_: {"asked": parts.dispatch()}, most=SMALL)


@functions_framework.http
def renew(request: flask.Request) -> Answer:
    """Ask the queue for every pair of which something has to be done anew; called once an hour."""
    from calpair.app.dispatching import dispatching  # noqa: PLC0415 - see the head

    return _served(request, dispatching, lambda parts, *_: {"asked": parts.renew()}, most=SMALL)


@functions_framework.http
def document_written(request: flask.Request) -> Answer:
    """Answer a document that somebody wrote: called by the trigger, with the document's name in the event's headers."""
    from calpair.app.dispatching import answering  # noqa: PLC0415 - see the head

    name = unquote(request.headers.get("ce-document", ""))
    return _served(request, answering, lambda parts, *_: parts.written(name), most=LARGE)


@functions_framework.http
def sync_pair(request: flask.Request) -> Answer:
    """Bring one pair in step: called by a task that names it."""
    from calpair.app.syncing import syncing  # noqa: PLC0415 - see the head

    return _served(request, syncing, lambda parts, body, _: parts.look(**_task(body)), most=SMALL)


@functions_framework.http
def exchange_free_busy(request: flask.Request) -> Answer:
    """Tell when Exchange users are free: asked and answered as the Calendar API's freeBusy.query."""
    from calpair.app.looking_up import looking_up  # noqa: PLC0415 - see the head
    from calpair.google.free_busy_query import LARGEST, refusal  # noqa: PLC0415 - the same

    return _served(
        request, looking_up, lambda parts, body, caller: parts.answer(body, caller), most=LARGEST, words=refusal
    )


LARGE = 4 * 1024 * 1024
"""Bytes of an event that brings a document along, which is not read: Firestore's are at most 1 MiB, before and after."""


Words = Callable[[int, str, str], Mapping[str, Any]]
"""How a door says that there is no answer: by status, a sentence, and a word for programs (empty: the status says it)."""


def _plain(status: int, sentence: str, reason: str) -> Mapping[str, Any]:
    del status, reason
    return {"error": sentence}


def _served(
    request: flask.Request,
    parts: Callable[[], Any],
    act: Callable[[Any, bytes, str], Any],
    *,
    most: int,
    words: Words = _plain,
) -> Answer:
    """Prove the caller, read the body, act, answer. What was refused is told with its status; what broke, with 500."""

    def refused(status: int, sentence: str, reason: str = "") -> Answer:
        challenge = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
        return json.dumps(words(status, sentence, reason)), status, _JSON | challenge

    with log.bound(trace=log.trace_of(request.headers.get("X-Cloud-Trace-Context"))):
        try:
            built = parts()
            caller = built.callers.prove(request.headers.get("Authorization"))
            if request.method != "POST":
                return refused(HTTPStatus.METHOD_NOT_ALLOWED, "POST is the only way to call this")
            body = _body(request, most)
            if body is None:
                return refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {most} bytes are read")
            return json.dumps(act(built, body, caller)), HTTPStatus.OK, _JSON
        except CallerError as error:
            return refused(HTTPStatus.FORBIDDEN if error.known else HTTPStatus.UNAUTHORIZED, str(error))
        except RefusedRequestError as error:
            return refused(HTTPStatus.BAD_REQUEST, str(error), error.reason)
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


def _task(body: bytes) -> Mapping[str, Any]:
    """Read which pair a task names, the key it had, and whether something has changed since."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    told = told if isinstance(told, Mapping) else {}
    name, key = told.get("pair"), told.get("key", "")
    if not isinstance(name, str) or not name or not isinstance(key, str):
        raise RefusedRequestError("parseError", 'a task is JSON that names a pair: {"pair": "NAME"}')
    # A task put in by hand says no more than a name.
    return {"name": name, "key": key, "changed": not key or told.get("changed") is True}
