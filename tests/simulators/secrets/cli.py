"""`python -m simulators secrets --secret projects/P/secrets/S=VALUE`: Secret Manager on a port, until it is ended."""

import argparse
from collections.abc import Sequence

from simulators.clock import SystemClock
from simulators.rpc import RefusedError
from simulators.rpc.ending import until_ended
from simulators.secrets.simulator import SecretsSimulator


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT, after one line saying where; a wrong word ends with a usage message."""
    parser = argparse.ArgumentParser(prog="python -m simulators secrets", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of gRPC on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--secret", action="append", default=[], metavar="NAME=VALUE", help="a version to begin with")
    given = parser.parse_args(argv)
    simulator = SecretsSimulator(clock=SystemClock())
    for word in given.secret:
        name, equals, value = word.partition("=")
        try:
            if not equals:
                parser.error("--secret: write projects/PROJECT/secrets/NAME=VALUE")
            simulator.add(name, value.encode())
        except RefusedError as refused:
            parser.error(str(refused))
    try:
        return until_ended(simulator.door, given.port, lambda port: f"secrets simulator at 127.0.0.1:{port} (gRPC)")
    except OSError as taken:
        parser.error(str(taken))
