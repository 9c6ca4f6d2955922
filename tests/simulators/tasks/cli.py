"""`python -m simulators tasks --queue projects/P/locations/L/queues/Q`: Cloud Tasks on a port, until it is ended.

It delivers to plain HTTP on this machine alone; with --worker every task goes to that address, whatever its own.
"""

import argparse
from collections.abc import Sequence
from urllib.parse import urlsplit

from simulators.clock import SystemClock
from simulators.rpc import RefusedError
from simulators.rpc.ending import until_ended
from simulators.tasks.runner import Runner, over_http
from simulators.tasks.simulator import TasksSimulator
from simulators.wire import mounted


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT, after one line saying where; a wrong word ends with a usage message."""
    parser = argparse.ArgumentParser(prog="python -m simulators tasks", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of gRPC on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--http-port", type=int, default=0, help="of certificates and the back door; 0 takes a free one"
    )
    parser.add_argument("--queue", action="append", default=[], metavar="NAME", help="a queue to begin with")
    parser.add_argument("--worker", default="", metavar="URL", help="http://127.0.0.1:PORT that gets every task")
    given = parser.parse_args(argv)
    if given.worker and urlsplit(given.worker).scheme != "http":
        parser.error(f"--worker {given.worker!r}: write http://127.0.0.1:PORT")
    simulator = TasksSimulator(clock=SystemClock())
    try:
        for name in given.queue:
            simulator.add_queue(name)
    except RefusedError as refused:
        parser.error(str(refused))
    try:
        with mounted(simulator, given.http_port) as http, Runner(simulator, over_http(given.worker)):
            return until_ended(
                simulator.door, given.port, lambda port: f"tasks simulator at 127.0.0.1:{port} (gRPC) and {http}/"
            )
    except OSError as taken:
        parser.error(str(taken))
