"""Google's refusals, and its silences, as calpair's errors. Pure.

    refusal = read(403, body)                  # Refusal(403, "rateLimitExceeded")
    error = judge(refusal, Act.INSERT)         # BackOffError, to be raised or handed on as a value

The same answer means different things by what was asked: 404 on a list is a lost calendar, on an event an absent one.
Source: the Calendar API's error guide of 2026-04-23, and what is known of ids that were used before (a deleted event
keeps its id: insert answers 409, delete 410). Of what the server says only the reason word is ever kept, because its
messages may quote the event.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from calpair.errors import (
    CANCELLED,
    AbsentError,
    AccessLostError,
    BackOffError,
    CursorLostError,
    IdTakenError,
    RefusedError,
    SideError,
    SignInError,
    StaleError,
    UnknownOutcomeError,
)

QUOTA_SECONDS = 3600.0
"""How long to wait when a calendar's usage limits are exceeded; Google does not say, and they are counted by the day."""

RATE_SECONDS = 60.0
"""How long to wait when calls came too fast; Google does not say, and counts them over the last minute."""

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_RATES = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_RIGHTS = frozenset({"requiredAccessLevel", "insufficientPermissions", "accessNotConfigured"})

_SIGN_IN = "Google does not accept the credentials: check google.auth, google.secret and google_user"
_NO_RIGHT = "this calendar may not be used: share it with google_user, with the right to make changes to events"
_NO_CALENDAR = "no such calendar, or it is hidden from google_user: correct `calendar`, or share it"
_NO_LOOK = (
    "free/busy may not be asked for: allow the scope calendar.freebusy for google.free_busy_account, and enable the "
    "Calendar API"
)
_ELSEWHERE = "the address does not answer as Google Calendar does: correct google.url"


class Act(StrEnum):
    """What was asked."""

    LIST = "list"
    DELTA = "delta"
    """A list that goes on from a cursor."""
    READ = "read"
    INSERT = "insert"
    CHANGE = "change"
    DELETE = "delete"
    LOOK_UP = "look_up"
    """When calendars are busy, many of them in one question; what is wrong with one of them is no refusal."""

    @property
    def lists(self) -> bool:
        """Whether it is about the calendar as a whole."""
        return self in (Act.LIST, Act.DELTA)

    @property
    def writes(self) -> bool:
        """Whether it may have an effect that outlives a lost answer."""
        return self in (Act.INSERT, Act.CHANGE, Act.DELETE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status that is not success, the server's reason word for it, and the seconds it wants us to wait."""

    status: int
    reason: str
    seconds: float | None = None


def refused(status: int) -> bool:
    """Tell whether a status is anything but success; a redirect is none, for none is followed."""
    return status >= HTTPStatus.MULTIPLE_CHOICES


def read(status: int, body: bytes | str, headers: Mapping[str, Any] | None = None) -> Refusal:
    """Take a refusal apart; without a reason word that is one, the word is `http` and the status."""
    wish = str((headers or {}).get("retry-after", ""))
    seconds = float(wish) if wish.isascii() and wish.isdigit() else None
    return Refusal(status, _reason(body) or f"http{status}", seconds)


def _reason(body: bytes | str) -> str:
    try:
        word = json.loads(body)["error"]["errors"][0]["reason"]
    except (ValueError, LookupError, TypeError):
        return ""
    return word if isinstance(word, str) and _WORD.fullmatch(word) else ""


def judge(refusal: Refusal, act: Act) -> SideError:
    """Say what a refusal of this act means."""
    status, code = refusal.status, refusal.reason
    if status == HTTPStatus.UNAUTHORIZED:
        return SignInError(code, _SIGN_IN)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.FORBIDDEN and code in _RATES):
        return BackOffError(code, seconds=refusal.seconds or RATE_SECONDS, scope="user")
    if status == HTTPStatus.FORBIDDEN and code == "quotaExceeded":
        return BackOffError(code, seconds=refusal.seconds or QUOTA_SECONDS, scope="user")
    if status == HTTPStatus.PRECONDITION_FAILED:
        return StaleError(code)
    if status < HTTPStatus.BAD_REQUEST:
        return elsewhere(code)
    if status == HTTPStatus.REQUEST_TIMEOUT or (
        status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED
    ):
        return silent(code, act, refusal.seconds)
    if act is Act.LOOK_UP:
        return _of_question(status, code)
    return _of_calendar(status, code, act) if act.lists else _of_event(status, code, act)


def _of_calendar(status: int, code: str, act: Act) -> SideError:
    if status == HTTPStatus.GONE or (status == HTTPStatus.BAD_REQUEST and act is Act.DELTA):
        # An outdated page token is a 400: the way on is the same as for an outdated sync token.
        return CursorLostError(code)
    if status == HTTPStatus.FORBIDDEN:
        return AccessLostError(code, _NO_RIGHT)
    return AccessLostError(code, _NO_CALENDAR) if status == HTTPStatus.NOT_FOUND else elsewhere(code)


def _of_question(status: int, code: str) -> SideError:
    if status == HTTPStatus.FORBIDDEN:
        return AccessLostError(code, _NO_LOOK)
    return RefusedError(code) if status == HTTPStatus.BAD_REQUEST else elsewhere(code)


def _of_event(status: int, code: str, act: Act) -> SideError:
    if status == HTTPStatus.FORBIDDEN and code in _RIGHTS:
        return AccessLostError(code, _NO_RIGHT)
    if status == HTTPStatus.NOT_FOUND:
        return AccessLostError(code, _NO_CALENDAR) if act is Act.INSERT else AbsentError(code)
    if status == HTTPStatus.GONE and act is not Act.INSERT:
        return AbsentError(CANCELLED)
    if status == HTTPStatus.CONFLICT:
        return _conflict(code, act)
    return RefusedError(code)


def _conflict(code: str, act: Act) -> SideError:
    if act is Act.INSERT:
        return IdTakenError(code)
    return StaleError(code) if act.writes else BackOffError(code, scope="item")


def silent(code: str, act: Act, seconds: float | None = None) -> SideError:
    """Say what it means that a request was sent and no usable answer came.

    All writes here can be repeated (an insert has its own id, the rest name a version), but whether this one had its
    effect only a look can tell.
    """
    if act.writes:
        return UnknownOutcomeError(code)
    return BackOffError(code, seconds=seconds, scope="user")


def elsewhere(code: str) -> AccessLostError:
    """Say that the address is not one of Google Calendar's."""
    return AccessLostError(code, _ELSEWHERE)


def unreached(code: str = "unreachable") -> BackOffError:
    """Say that nothing was sent: the connection, or its certificate, did not come about."""
    if code == "certificate":
        return BackOffError(code, "the certificate of google.url is not trusted: check the address")
    return BackOffError(code, "no connection to google.url: check the network and the address")
