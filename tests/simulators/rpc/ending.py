"""A gRPC simulator as a process: serves a door until it is told to end, and then ends at once."""

import signal
import sys
import threading
from collections.abc import Callable

from simulators.rpc.door import Door
from simulators.rpc.server import serve


def until_ended(door: Door, port: int, line: Callable[[int], str]) -> int:
    """Serve on a port of loopback, print one line made of the port taken, wait for SIGTERM or SIGINT; returns 0.

    OSError where the port is taken.
    """
    ended = threading.Event()
    for word in (signal.SIGTERM, signal.SIGINT):
        signal.signal(word, lambda *_: ended.set())
    server, taken = serve(door, port)
    sys.stdout.write(f"{line(taken)}\n")
    sys.stdout.flush()
    try:
        ended.wait()
    finally:
        server.stop(grace=None).wait()
    return 0
