"""The `calpair` command: reads the line, calls one thing, says what came of it.

Exit code 0: done; 1: it failed; 2: wrong usage; 141: nobody read on. An error is one line that names the thing and the cure.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from calpair.cli.line import parser
from calpair.cli.say import NobodyReadsError, Say
from calpair.errors import CalpairError, UsageError

_NOBODY_READS = 141
"""What a shell tells of a program that was ended by its closed output (128 + SIGPIPE)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    line = parser().parse_args(arguments)
    try:
        return _run(line, Say(sys.stdout, sys.stderr, as_json=line.json))
    except NobodyReadsError:
        # What is still buffered goes nowhere, or Python would complain of it at the end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return _NOBODY_READS


def _run(line: argparse.Namespace, say: Say) -> int:
    try:
        return int(line.do(line, say, Path(line.config), os.environ))
    except UsageError as error:
        say.error(str(error))
        return 2
    except CalpairError as error:
        say.error(str(error))
        return 1
    except KeyboardInterrupt:
        say.error("stopped")
        return 1
