"""The `calpair` command: reads the line, calls one thing, says what came of it.

Exit code 0: done; 1: it failed, or what it shows is not well; 2: wrong usage, or a document it needs has a mistake, and
nothing was tried; 141: nobody read on. An error is one line that names the thing and the cure.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from calpair.cli.line import JSON, parser
from calpair.cli.say import NobodyReadsError, Say
from calpair.errors import CalpairError, UsageError

_NOBODY_READS = 141
"""What a shell tells of a program that was ended by its closed output (128 + SIGPIPE)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    said = sys.argv[1:] if arguments is None else arguments
    say = Say(sys.stdout, sys.stderr, as_json=JSON in said)
    try:
        return _run(said, say)
    except NobodyReadsError:
        # What is still buffered goes nowhere, or Python would complain of it at the end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return _NOBODY_READS


def _run(said: Sequence[str], say: Say) -> int:
    try:
        line = parser().parse_args(said)
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
