"""A door on a port of loopback. A cut connection is UNAVAILABLE to a gRPC client, a late answer DEADLINE_EXCEEDED."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc

from simulators.rpc.door import Door, RefusedError
from simulators.wire import Crash, LostReplyError, TimedOutError

_WORKERS = 8
# Two servers would otherwise share a taken port without a word.
_OPTIONS = (("grpc.so_reuseport", 0),)


class _Handler(grpc.GenericRpcHandler):  # type: ignore[misc]  # the library is untyped
    """Hands every method to the door, which knows what it has."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def service(self, handler_call_details: Any) -> Any:
        """The handler of any path: bytes to bytes."""
        return grpc.unary_unary_rpc_method_handler(self._of(handler_call_details.method))

    def _of(self, path: str) -> Callable[[bytes, Any], bytes]:
        def answer(data: bytes, context: Any) -> bytes:
            try:
                return self._door.call(path, data)
            except RefusedError as refused:
                context.abort(refused.code, str(refused))
            except TimedOutError:
                context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded")
            except (Crash, LostReplyError):
                context.abort(grpc.StatusCode.UNAVAILABLE, "Socket closed")
            raise AssertionError("abort raises")

        return answer


def serve(door: Door, port: int = 0) -> tuple[Any, int]:
    """Start a server on 127.0.0.1; returns it and its port (0 takes a free one). OSError where the port is taken."""
    server = grpc.server(ThreadPoolExecutor(_WORKERS), handlers=(_Handler(door),), options=_OPTIONS)
    try:
        taken = server.add_insecure_port(f"127.0.0.1:{port}")
    except RuntimeError:
        raise OSError(f"port {port} of 127.0.0.1 is taken: name another, or 0 for a free one") from None
    server.start()
    return server, int(taken)


@contextmanager
def mounted(door: Door) -> Iterator[str]:
    """Serve a door on a free port while the block runs; yields `127.0.0.1:PORT`."""
    server, port = serve(door)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()
