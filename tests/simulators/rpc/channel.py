"""A door in process, where a gRPC client expects a channel: no socket, no thread, so nothing happens out of turn.

    CloudTasksClient(transport=CloudTasksGrpcTransport(channel=InProcessChannel(simulator.door)))

A crash goes through as it is; a lost reply is UNAVAILABLE and a time-out DEADLINE_EXCEEDED, as over a socket.
"""

from collections.abc import Callable
from typing import Any, Self

import grpc

from simulators.rpc.door import Door, RefusedError
from simulators.wire import LostReplyError, TimedOutError


class _Ended(grpc.Call):  # type: ignore[misc]  # the library is untyped
    """A call that is over, well or badly; the interface is the library's."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__()
        self._code = code
        self._details = details

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._details

    def initial_metadata(self) -> tuple[()]:
        return ()

    def trailing_metadata(self) -> tuple[()]:
        return ()

    def is_active(self) -> bool:
        return False

    def time_remaining(self) -> None:
        return None

    def cancel(self) -> bool:
        return False

    def add_callback(self, callback: object) -> bool:  # noqa: ARG002 - the library's signature; a call that is over
        return False


class _FailedError(_Ended, grpc.RpcError):  # type: ignore[misc]  # the library is untyped
    """A call that ended badly, as a client catches it; grpc's interceptors ask it for its result."""

    def result(self, timeout: float | None = None) -> Any:  # noqa: ARG002 - the library's signature
        raise self


class _Unary(grpc.UnaryUnaryMultiCallable):  # type: ignore[misc]  # the library is untyped
    """One method of the door."""

    def __init__(
        self, door: Door, path: str, write: Callable[[Any], bytes] | None, read: Callable[[bytes], Any] | None
    ) -> None:
        self._door = door
        self._path = path
        self._write = write or bytes
        self._read = read or bytes

    def __call__(self, request: Any, *_: object, **__: object) -> Any:
        return self.with_call(request)[0]

    def with_call(self, request: Any, *_: object, **__: object) -> tuple[Any, _Ended]:
        """Answer, with the call it came of; time limits and metadata make no difference here."""
        try:
            answer = self._door.call(self._path, self._write(request))
        except RefusedError as refused:
            raise _FailedError(refused.code, str(refused)) from None
        except TimedOutError:
            raise _FailedError(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded") from None
        except LostReplyError:
            raise _FailedError(grpc.StatusCode.UNAVAILABLE, "Socket closed") from None
        return self._read(answer), _Ended(grpc.StatusCode.OK, "")

    def future(self, request: Any, *_: object, **__: object) -> Any:
        raise NotImplementedError("the channel in process answers at once: call the method itself")


class InProcessChannel(grpc.Channel):  # type: ignore[misc]  # the library is untyped
    """A channel that ends at a door of this process."""

    def __init__(self, door: Door) -> None:
        """Send every call to this door."""
        self._door = door

    def unary_unary(
        self,
        method: str,
        request_serializer: Callable[[Any], bytes] | None = None,
        response_deserializer: Callable[[bytes], Any] | None = None,
        _registered_method: object = None,
    ) -> _Unary:
        """The callable of one method."""
        return _Unary(self._door, method, request_serializer, response_deserializer)

    def unary_stream(self, *_: object, **__: object) -> Any:
        """Nothing streams here."""
        raise NotImplementedError("the simulators' services have no streams")

    stream_unary = stream_stream = unary_stream

    def subscribe(self, callback: object, try_to_connect: bool = False) -> None:
        """Nothing is ever connected or lost."""

    def unsubscribe(self, callback: object) -> None:
        """Nobody was subscribed."""

    def close(self) -> None:
        """Nothing is held open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None
