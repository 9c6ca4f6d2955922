"""`python -m simulators exchange|google|tasks|secrets ...`: one simulator on a port, until interrupted."""

import sys
from errno import EADDRINUSE
from importlib import import_module

NAMES = ("exchange", "google", "tasks", "secrets")


def main(argv: list[str]) -> int:
    """Hand the rest of the words to the simulator named first."""
    if not argv or argv[0] not in NAMES:
        print(f"usage: python -m simulators {'|'.join(NAMES)} ...", file=sys.stderr)  # noqa: T201 - a command's usage
        return 2
    try:
        return int(import_module(f"simulators.{argv[0]}.cli").main(argv[1:]))
    except OSError as error:
        if error.errno != EADDRINUSE:
            raise
        print("the port is taken: end what listens there, or give another --port", file=sys.stderr)  # noqa: T201 - the same
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
