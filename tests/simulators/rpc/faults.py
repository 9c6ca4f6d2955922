"""What can go wrong at a gRPC door, and how a planted fault is matched to a call.

A fault's operation is the method's short name (`CreateTask`); its `detail` is a text that must stand in the request.
"""

from collections.abc import Mapping

import grpc

from simulators.record import COMMON, Fault, Record

REFUSALS: Mapping[str, grpc.StatusCode] = {
    "unavailable": grpc.StatusCode.UNAVAILABLE,
    "deadline_exceeded": grpc.StatusCode.DEADLINE_EXCEEDED,
    "resource_exhausted": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "permission_denied": grpc.StatusCode.PERMISSION_DENIED,
    "unauthenticated": grpc.StatusCode.UNAUTHENTICATED,
    "internal": grpc.StatusCode.INTERNAL,
}
KINDS: Mapping[str, str] = {**COMMON, **{kind: f"refused with {code.name}" for kind, code in REFUSALS.items()}}


def due(record: Record, kinds: Mapping[str, str], operation: str, text: bytes) -> Fault | None:
    """Count a call against the faults of these kinds whose detail stands in `text`; the first that is due, if any."""
    # Text fields stand in a serialized message as their UTF-8.
    seeing: list[Fault] = []
    blind: list[Fault] = []
    for fault in record.faults:
        (seeing if fault.kind in kinds and fault.detail.encode() in text else blind).append(fault)
    record.faults = seeing
    found = record.due(operation, "")
    record.faults = [*record.faults, *blind]
    return found
