"""What an access token opens: whose it is, and what its scopes allow. Source: facts/google.md 3.0, 3.10."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulators.google.discovery import Method
from simulators.google.errors import RefusedError, not_modelled
from simulators.wire import Request

AUTH = "https://www.googleapis.com/auth/"
# Scopes that show a part of what is there; which part is not modelled.
_NARROW = frozenset(
    AUTH + name
    for name in (
        "calendar.app.created",
        "calendar.events.freebusy",
        "calendar.events.owned",
        "calendar.events.owned.readonly",
        "calendar.events.public.readonly",
    )
)
_CONTENT = ("events", "calendars", "calendarList")


@dataclass(frozen=True)
class Access:
    """A user, or a service account, and the scopes of its token; None for all of them."""

    user: str
    scopes: frozenset[str] | None = None


Tokens = Mapping[str, Access]


def signed_in(request: Request, tokens: Tokens) -> Access:
    """The access a bearer token gives; 401 authError for no token and for an unknown one."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or token.strip() not in tokens:
        raise RefusedError(401, "authError", "Invalid Credentials", place=("header", "Authorization"))
    return tokens[token.strip()]


def allow(access: Access, method: Method) -> None:
    """403 insufficientPermissions for a token none of whose scopes is one of the method's in the discovery document."""
    if access.scopes is None:
        return
    granted = access.scopes & method.scopes
    if not granted:
        raise RefusedError(403, "insufficientPermissions", "Insufficient Permission")
    if granted <= _NARROW and method.name.partition(".")[0] in _CONTENT:
        raise not_modelled(f"what {', '.join(sorted(granted))} shows of {method.name}")
