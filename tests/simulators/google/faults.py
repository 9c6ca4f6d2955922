"""What can go wrong on Google's side, and how a planted fault is matched to a call.

Kinds beside the common ones are in `KINDS`; `ANSWERS` are plain refusals. A fault's `detail` is a text that must
stand in the request (its path, query or body) for the fault to see the call: that is how one event is poisoned.
Items of a batch are calls like any other; only a fault with operation `batch` sees the batch as a whole.
Source: facts/google.md 3.10, 6 item 9; the stories of lost answers and empty pages for the rest.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from simulators.google.errors import RefusedError, full_sync
from simulators.record import COMMON, Fault, Record, check, read_fault
from simulators.wire import Request

_LIMITS = "usageLimits"
ANSWERS: Mapping[str, tuple[int, str, str, str]] = {
    "rate_limit_403": (403, "rateLimitExceeded", "Rate Limit Exceeded", _LIMITS),
    "rate_limit_429": (429, "rateLimitExceeded", "Rate Limit Exceeded", _LIMITS),
    "user_rate_limit_403": (403, "userRateLimitExceeded", "User Rate Limit Exceeded", _LIMITS),
    "quota_403": (403, "quotaExceeded", "Calendar usage limits exceeded.", _LIMITS),
    "backend_500": (500, "backendError", "Backend Error", "global"),
    "backend_503": (503, "backendError", "Backend Error", "global"),
    "forbidden_403": (403, "forbidden", "Forbidden", "global"),
    "not_found_404": (404, "notFound", "Not Found", "global"),
    "auth_401": (401, "authError", "Invalid Credentials", "global"),
    "invalid_400": (400, "invalid", "Invalid Value", "global"),
    "conflict_409": (409, "conflict", "Conflict", "global"),
    "full_sync_410": (410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.", "calendar"),
}
KINDS: Mapping[str, str] = {
    **COMMON,
    **{kind: f"refused with {status} {reason}" for kind, (status, reason, _, _) in ANSWERS.items()},
    "edited_before": "somebody edits the event just before the write",
    "truncated_list": "a list leaves items out and still gives a sync token",
    "empty_page": "a list answers 200 with no items and a sync token, and nothing else",
    "torn": "the answer's second half is missing",
    "duplicate": "an insert stores a second event with the same summary and times",
    "lost_edit": "a write answers as if done and stores nothing",
    "internal_error": "freebusy.query answers internalError for the calendar `detail` names, or for all of them",
    "mail": "guests, or the owner, get a mail whatever sendUpdates says",
}
_WRITES = ("events.patch", "events.update", "events.delete")
_ONLY: Mapping[str, tuple[str, ...]] = {
    "full_sync_410": ("events.list",),
    "truncated_list": ("events.list",),
    "empty_page": ("events.list",),
    "duplicate": ("events.insert",),
    "edited_before": _WRITES,
    "internal_error": ("freebusy.query",),
    "lost_edit": _WRITES,
    "mail": (*_WRITES, "events.insert", "events.import"),
}


def refusal(fault: Fault) -> RefusedError:
    """The refusal a fault of `ANSWERS` stands for."""
    if fault.kind == "full_sync_410":
        return full_sync()
    status, reason, message, domain = ANSWERS[fault.kind]
    return RefusedError(status, reason, message, domain=domain)


def text_of(request: Request) -> str:
    """What a fault's `detail` is looked for in: method, path, query and body."""
    query = "&".join(f"{name}={value}" for name, value in request.query)
    return f"{request.method} {unquote(request.path)}?{query}\n{request.body.decode(errors='replace')}"


def due(record: Record, operation: str, user: str, text: str) -> Fault | None:
    """Count a call against the faults that can see it, and return the first that is due."""
    seeing = [fault for fault in record.faults if _sees(fault, operation, text)]
    blind = [fault for fault in record.faults if not _sees(fault, operation, text)]
    record.faults = seeing
    found = record.due(operation, user)
    record.faults = [*record.faults, *blind]
    return found


def _sees(fault: Fault, operation: str, text: str) -> bool:
    if fault.kind not in KINDS:
        raise ValueError(f"fault kind {fault.kind!r}: the Google simulator knows {', '.join(sorted(KINDS))}")
    check(fault)
    if operation == "batch" and fault.operation != "batch":
        return False
    if fault.kind == "full_sync_410" and "syncToken=" not in text:
        return False
    return operation in _ONLY.get(fault.kind, (operation,)) and fault.detail in text


def from_json(sent: Any) -> Fault:
    """Read a fault as `POST /_sim/fault` takes it; ValueError names what is wrong."""
    return read_fault(sent, KINDS)
