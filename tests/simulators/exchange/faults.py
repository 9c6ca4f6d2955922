"""The faults an Exchange simulator knows beside the common ones, and when each is due (facts 2.10, 6 item 11).

Faults of a whole request are matched once a request; those of an item once an item. A fault that can only mean one
operation matches no other, so planting `duplicate` without an operation waits for a CreateItem. What comes before an
operation, at the doors, is met only by a fault that names its door.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from simulators.exchange.errors import EwsError
from simulators.record import COMMON, Fault, Record
from simulators.record import check as check_common

WHOLE: Mapping[str, str] = {
    "busy_fault": "SOAP fault ErrorServerBusy with BackOffMilliseconds, HTTP 500; `seconds` is the back-off",
    "busy_answer": "HTTP 200, every response message is ErrorServerBusy with BackOffMilliseconds",
    "unavailable": "HTTP 503 with Retry-After (`seconds`) and an HTML body",
    "too_many_requests": "HTTP 429 with Retry-After (`seconds`)",
    "bad_gateway": "HTTP 502 with an HTML body",
    "unauthorized": "HTTP 401, as if the password were wrong; no failed sign-in is counted",
    "soap_fault": "SOAP fault of the response code in `detail`, HTTP 500; Code/InnerCode adds an inner one",
    "error_answer": "HTTP 200, every response message carries the response code in `detail`",
    "access_denied": "every response message is ErrorAccessDenied",
    "mailbox_moving": "every response message is ErrorMailboxMoveInProgress",
    "mailbox_moved": "the mailbox moves just before the request: ids and sync states of before are void",
    "torn": "the effect happens, the answer is cut after `detail` percent (50)",
    "truncated_list": "SyncFolderItems or FindItem says it is the last page though more remain; `detail` skip: the "
    "sync state passes over what was not shown",
    "empty_page": "SyncFolderItems or FindItem answers nothing and says that is all; the same sync state comes back",
    "invalid_sync_state": "SyncFolderItems answers ErrorInvalidSyncStateData",
}
ITEM: Mapping[str, str] = {
    "item_error": "this item fails with the response code in `detail`; the others go on",
    "batch_stopped": "this item and all after it are ErrorBatchProcessingStopped, ResponseClass Warning",
    "conflict": "somebody edits the item just before the update: its location becomes `detail`",
    "duplicate": "CreateItem stores a second item with the same content and another UID",
    "lost_edit": "UpdateItem answers success and stores nothing",
    "mail": "a mail is recorded as sent although nobody asked",
}
KINDS: Mapping[str, str] = {**COMMON, **WHOLE, **ITEM}
_LISTS = ("SyncFolderItems", "FindItem")
_ONLY: Mapping[str, Collection[str]] = {
    "truncated_list": _LISTS,
    "empty_page": _LISTS,
    "invalid_sync_state": ("SyncFolderItems",),
    "conflict": ("UpdateItem",),
    "duplicate": ("CreateItem",),
    "lost_edit": ("UpdateItem",),
}
DOORS = ("unauthorized", "ntlm_handshake", "token")
"""What a request is counted as that is no operation: one that did not get in, NTLM's first leg, one for a token."""
_AT_DOORS = ("unavailable", "too_many_requests", "bad_gateway", "torn", *COMMON)
_NEEDS_CODE = ("soap_fault", "error_answer", "item_error")


def read(body: Any) -> Fault:
    """Make a fault from JSON; ValueError tells in one line what is wrong with it."""
    if not isinstance(body, dict):
        raise ValueError(f"a fault is a JSON object, not {body!r}")  # noqa: TRY004 - one error for a caller
    known = {each.name: each.type for each in fields(Fault)}
    for name in body:
        if name not in known:
            raise ValueError(f"unknown field {name!r} of a fault; one of: {', '.join(known)}")
    wanted: Mapping[str, tuple[type, ...]] = {"nth": (int,), "times": (int,), "seconds": (int, float)}
    for name, value in body.items():
        if not isinstance(value, wanted.get(name, (str,))) or isinstance(value, bool):
            raise ValueError(f"field {name!r} of a fault has the wrong type: {value!r}")  # noqa: TRY004 - one error for a caller
    if "kind" not in body:
        raise ValueError("a fault needs the field 'kind'")
    fault = Fault(**body)
    check(fault)
    return fault


def check(fault: Fault) -> None:
    """ValueError for a fault this simulator would never play."""
    if fault.kind not in KINDS:
        raise ValueError(f"unknown fault kind {fault.kind!r}; one of: {', '.join(sorted(KINDS))}")
    if fault.kind in _NEEDS_CODE and not fault.detail.startswith("Error"):
        raise ValueError(f"fault {fault.kind!r} needs a response code in 'detail', such as ErrorServerBusy")
    if fault.kind == "torn" and not re.fullmatch(r"([0-9]{1,2}|100)?", fault.detail):
        raise ValueError("fault 'torn' wants a whole number of percent in 'detail'")
    check_common(fault)
    if fault.operation in DOORS and fault.kind not in _AT_DOORS:
        raise ValueError(f"fault {fault.kind!r} never meets {fault.operation!r}; one of: {', '.join(_AT_DOORS)}")
    if fault.operation and fault.operation not in _ONLY.get(fault.kind, (fault.operation,)):
        raise ValueError(f"fault {fault.kind!r} never meets the operation {fault.operation!r}")


def due_request(record: Record, operation: str, user: str) -> Fault | None:
    """The fault due for this request as a whole, if any."""
    return _due(record, {*COMMON, *WHOLE}, operation, user)


def due_door(record: Record, door: str) -> Fault | None:
    """The fault due for a request at one of the doors, if any names it."""
    others = [fault for fault in record.faults if fault.operation != door]
    record.faults = [fault for fault in record.faults if fault.operation == door]
    found = _due(record, _AT_DOORS, door, "")
    record.faults += others
    return found


def due_item(record: Record, operation: str, user: str) -> Fault | None:
    """The fault due for this item of a request, if any."""
    return _due(record, set(ITEM), operation, user)


def _due(record: Record, kinds: Collection[str], operation: str, user: str) -> Fault | None:
    for fault in record.faults:
        check(fault)
    meant = {kind for kind in kinds if operation in _ONLY.get(kind, (operation,))}
    others = [fault for fault in record.faults if fault.kind not in meant]
    record.faults = [fault for fault in record.faults if fault.kind in meant]
    found = record.due(operation, user)
    record.faults += others
    return found


def refusal(fault: Fault) -> EwsError | None:
    """The refusal a fault stands for, when it stands for one."""
    back_off = int((fault.seconds or 10) * 1000)
    match fault.kind:
        case "busy_fault" | "busy_answer":
            return busy(back_off, fault=fault.kind == "busy_fault")
        case "soap_fault" | "error_answer" | "item_error":
            code, _, inner = fault.detail.partition("/")
            return EwsError(
                code,
                "a planted fault",
                back_off_ms=back_off if "ErrorServerBusy" in (code, inner) else 0,
                inner=inner,
                fault=fault.kind == "soap_fault",
            )
        case "access_denied":
            return EwsError("ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        case "mailbox_moving":
            return EwsError("ErrorMailboxMoveInProgress", "The mailbox is being moved; try again later.")
        case _:
            return None


def busy(back_off_ms: int, *, fault: bool) -> EwsError:
    """ErrorServerBusy as servers say it."""
    text = "The server cannot service this request right now. Try again later."
    return EwsError("ErrorServerBusy", text, back_off_ms=back_off_ms, fault=fault)
