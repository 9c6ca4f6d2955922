"""The `calpair` command: reads the line, calls one thing, says what came of it.

Exit code 0: done; 1: it failed; 2: wrong usage. An error is one line that names the thing and the cure.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from calpair.cli.line import parser
from calpair.cli.say import Say
from calpair.errors import CalpairError, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    line = parser().parse_args(arguments)
    say = Say(sys.stdout, sys.stderr, as_json=line.json)
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
