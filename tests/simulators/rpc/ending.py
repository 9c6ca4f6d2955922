"""A gRPC simulator as a process: serves a door until it is told to end, and then ends at once."""

import signal
import threading
from collections.abc import Callable
from typing import TextIO

from simulators.rpc.door import Door
from simulators.rpc.server import serve


def until_ended(door: Door, port: int, line: Callable[[int], str], out: TextIO) -> int:
    """Serve on a port of loopback, say so in one line made of the port taken, wait for SIGTERM or SIGINT; returns 0."""
    ended = threading.Event()
    for word in (signal.SIGTERM, signal.SIGINT):
        signal.signal(word, lambda *_: ended.set())
    server, taken = serve(door, port)
    out.write(f"{line(taken)}\n")
    out.flush()
    try:
        ended.wait()
    finally:
        server.stop(grace=None).wait()
    return 0
