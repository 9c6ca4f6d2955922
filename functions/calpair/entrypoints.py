"""HTTP in, one call, HTTP out: a function here for each that is deployed, named as in `infra/functions.yaml`.

Who calls is proven before anything else is read; then how much there is, then what it says. What went wrong is told in one
line of ours, in the form of the door; a stack trace, or a word of a server's, never leaves.

The parts behind a function are imported when it is first called: each function is a process of its own, and pays for
what it uses alone.
"""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import flask
import functions_framework
from werkzeug.exceptions import HTTPException

from calpair import log
from calpair.errors import BackOffError, CallerError, RefusedRequestError

if TYPE_CHECKING:
    from calpair.app.doors import Door

_logger = logging.getLogger("calpair")

SMALL = 4 * 1024
"""Bytes of a body that names one pair."""

Answer = tuple[str | bytes, int, dict[str, str]]
Open = Callable[[str], "Door | None"]


@functions_framework.http
def dispatch(request: flask.Request) -> Answer:
    """Ask the queues for all that is due; called once a minute."""
    from calpair.app.dispatching import dispatching  # noqa: PLC0415 - see the head

    return _ours(request, dispatching, lambda parts, _: {"asked": parts.dispatch()})


@functions_framework.http
def renew(request: flask.Request) -> Answer:
    """Ask the queue for every pair of which something has to be done anew; called once an hour."""
    from calpair.app.dispatching import dispatching  # noqa: PLC0415 - see the head

    return _ours(request, dispatching, lambda parts, _: {"asked": parts.renew()})


@functions_framework.http
def document_written(request: flask.Request) -> Answer:
    """Answer a document that somebody wrote: called by the trigger, with the document's name in the event's headers."""
    from calpair.app.dispatching import answering  # noqa: PLC0415 - see the head

    name = unquote(request.headers.get("ce-document", ""))
    return _ours(request, answering, lambda parts, _: parts.written(name), most=LARGE)


@functions_framework.http
def sync_pair(request: flask.Request) -> Answer:
    """Bring one pair in step: called by a task that names it."""
    from calpair.app.syncing import syncing  # noqa: PLC0415 - see the head

    return _ours(request, syncing, lambda parts, body: parts.look(**_pair(body)))


@functions_framework.http
def publish_free_busy(request: flask.Request) -> Answer:
    """Publish free/busy of one batch of Google users in Exchange: called by a task that names it."""
    from calpair.app.publishing import publishing  # noqa: PLC0415 - see the head

    return _ours(request, publishing, lambda parts, body: parts.look(_named(body, "batch")))


@functions_framework.http
def exchange_free_busy(request: flask.Request) -> Answer:
    """Tell when Exchange users are free, through the door that the address names."""
    from calpair.app.looking_up import looking_up  # noqa: PLC0415 - see the head

    return _served(request, lambda: looking_up().door)


@functions_framework.http
def google_free_busy(request: flask.Request) -> Answer:
    """Tell Exchange when Google users are free, through the door that the address names."""
    from calpair.app.looking_up_google import looking_up  # noqa: PLC0415 - see the head

    return _served(request, lambda: looking_up().door)


LARGE = 4 * 1024 * 1024
"""Bytes of an event that brings a document along, which is not read: Firestore's are at most 1 MiB, before and after."""


def _ours(
    request: flask.Request, parts: Callable[[], Any], act: Callable[[Any, bytes], Any], most: int = SMALL
) -> Answer:
    """Serve a call of our own platform's."""

    def opened() -> Open:
        from calpair.app.doors import in_json  # noqa: PLC0415 - see the head

        built = parts()
        return lambda _: in_json(built.callers, lambda body, _: act(built, body), most)

    return _served(request, opened)


def _served(request: flask.Request, rooms: Callable[[], Open]) -> Answer:
    """Find the door, prove the caller, read the body, act, answer. What was refused is told with its status; what broke, with 500."""
    from calpair.app.doors import JSON, Call, Door, refused_in_json  # noqa: PLC0415 - see the head

    door: Door | None = None

    def refused(status: int, sentence: str, reason: str = "") -> Answer:
        said, body = door.refuse(status, sentence, reason) if door else refused_in_json(status, sentence)
        challenge = {"WWW-Authenticate": door.challenge if door else "Bearer"}
        return (
            body,
            said,
            {**(door.headers if door else JSON), **(challenge if status == HTTPStatus.UNAUTHORIZED else {})},
        )

    with log.bound(trace=log.trace_of(request.headers.get("X-Cloud-Trace-Context"))):
        try:
            door = rooms()(request.path)
            if door is None:
                return refused(HTTPStatus.NOT_FOUND, "there is nothing at this address")
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


def _pair(body: bytes) -> Mapping[str, Any]:
    """Read which pair a task names, the key it had, and whether something has changed since."""
    name, told = _named(body, "pair"), _told(body)
    key = told.get("key", "")
    if not isinstance(key, str):
        raise _nameless("pair")
    # A task put in by hand says no more than a name.
    return {"name": name, "key": key, "changed": not key or told.get("changed") is True}


def _named(body: bytes, what: str) -> str:
    """Read what a task names."""
    name = _told(body).get(what)
    if not isinstance(name, str) or not name:
        raise _nameless(what)
    return name


def _nameless(what: str) -> RefusedRequestError:
    return RefusedRequestError("parseError", f'a task is JSON that names a {what}: {{"{what}": "NAME"}}')


def _told(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    return told if isinstance(told, Mapping) else {}
