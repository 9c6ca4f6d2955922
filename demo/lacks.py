"""What this machine lacks to play the demo with `STORE=firestore`, in one line with the cure.

    python3 -m demo.lacks       # before anything is installed for it: exit code 2, and the line, where something is missing

Uses the standard library alone.
"""

import shutil
import sys

from tools.parts import ROOT, missing


def lacks() -> str:
    """Say in one line what this machine has not, and how to get it; empty: nothing."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return "needs git and a clone of this tree (what is deployed is what git tracks)"
    return missing("firestore").removeprefix("firestore: ")


def main() -> int:
    """Say it; the exit code."""
    lack = lacks()
    if lack:
        print(f"demo: STORE=firestore: {lack}", file=sys.stderr)
    return 2 if lack else 0


if __name__ == "__main__":
    sys.exit(main())
