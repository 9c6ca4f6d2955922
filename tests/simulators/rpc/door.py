"""A simulated gRPC service: bytes of one request in, bytes of one answer out, or a refusal with a status.

    door = Door(clock, record, {"/google.cloud.tasks.v2.CloudTasks/GetTask": Method(get_task, read, write)}, lock)
    door.call("/google.cloud.tasks.v2.CloudTasks/GetTask", request.SerializeToString())

Every call is recorded under its short name (`GetTask`) and meets the faults of `faults.py`.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from simulators.clock import Clock
from simulators.record import Call, Fault, Record
from simulators.rpc import faults
from simulators.wire import Crash, LostReplyError, TimedOutError


class RefusedError(Exception):
    """A gRPC status other than OK, with its message."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Method:
    """One method: from message to message, with the reading of one and the writing of the other.

    `changes` tells whether it leaves anything behind when it succeeds.
    """

    answer: Callable[[Any], Any]
    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes]
    changes: bool = False


class Door:
    """The methods of a service, the record of calls, and effects that wait for their time."""

    def __init__(self, clock: Clock, record: Record, methods: Mapping[str, Method], lock: threading.RLock) -> None:
        """Serve these methods by their full names; the lock is the simulator's."""
        self._clock = clock
        self._record = record
        self._methods = methods
        self._lock = lock
        self._late: list[tuple[datetime, Callable[[], bytes]]] = []

    def call(self, path: str, data: bytes) -> bytes:
        """Answer one call, or raise `RefusedError`, `Crash`, `LostReplyError` or `TimedOutError`."""
        name = path.rpartition("/")[2]
        with self._lock:
            self.settle()
            self._record.requests[name] += 1
            fault = faults.due(self._record, faults.KINDS, name, data)
            done, status = False, grpc.StatusCode.OK
            try:
                answer = self._under(fault, path, data)
                done = True
            except RefusedError as refused:
                status = refused.code
                raise
            except (Crash, LostReplyError, TimedOutError):
                status = grpc.StatusCode.UNKNOWN
                done = fault is not None and fault.kind in ("crash_after", "lost_reply")
                raise
            finally:
                number = len(self._record.calls) + 1
                changed = done and self._methods[path].changes
                self._record.calls.append(Call(number, number, name, "", changed, status.value[0]))
        return answer

    def settle(self) -> datetime | None:
        """Let late effects happen whose time has come; the time of the next one, if any."""
        with self._lock:
            if not self._late:
                return None
            now = self._clock.now()
            come = [act for when, act in self._late if when <= now]
            self._late = [(when, act) for when, act in self._late if when > now]
            for act in come:
                with suppress(RefusedError):  # nobody waits for the answer any more
                    act()
            return min((when for when, _ in self._late), default=None)

    def _under(self, fault: Fault | None, path: str, data: bytes) -> bytes:
        kind = "" if fault is None else fault.kind
        if kind == "crash_before":
            raise Crash
        if kind == "timeout_before":
            raise TimedOutError("timed out")
        if fault is not None and kind == "late_effect":
            self._late.append((self._clock.now() + timedelta(seconds=fault.seconds), lambda: self._act(path, data)))
            raise TimedOutError("timed out")
        if kind in faults.REFUSALS:
            raise RefusedError(faults.REFUSALS[kind], f"planted: {kind}")
        answer = self._act(path, data)
        if kind == "crash_after":
            raise Crash
        if kind == "lost_reply":
            raise LostReplyError("connection reset by peer")
        return answer

    def _act(self, path: str, data: bytes) -> bytes:
        method = self._methods.get(path)
        if method is None:
            raise RefusedError(grpc.StatusCode.UNIMPLEMENTED, f"not modelled: {path[:200]}")
        try:
            request = method.read(data)
        except DecodeError:
            raise RefusedError(grpc.StatusCode.INTERNAL, "the request cannot be read") from None
        return method.write(method.answer(request))
