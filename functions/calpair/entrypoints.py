"""HTTP in, one call, HTTP out: a function here for each that is deployed, named as in `infra/functions.yaml`.

How a caller is proven, read, answered and refused, `app/doors.py` says, the same for all. The parts behind a function are imported when it is first called: each function is a process of its own, and pays for
what it uses alone.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import flask
import functions_framework

from calpair.errors import RefusedRequestError

SMALL = 4 * 1024
"""Bytes of a body that names one pair."""

Answer = tuple[str | bytes, int, dict[str, str]]


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

    def opened() -> Callable[[str], Any]:
        from calpair.app.doors import in_json  # noqa: PLC0415 - see the head

        built = parts()
        return lambda _: in_json(built.callers, lambda body, _: act(built, body), most)

    return _served(request, opened)


def _served(request: flask.Request, rooms: Callable[[], Any]) -> Answer:
    """Lead a call through the door that its address names."""
    from calpair.app.doors import served  # noqa: PLC0415 - see the head

    return served(request, rooms)


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
