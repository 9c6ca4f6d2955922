"""Holds coverage to its floors, over coverage's own JSON report. Here stand the numbers, and nowhere else.

python -m tools.floors build/coverage.json      # after the tests, in `make test`
"""

import json
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

FLOOR = 95.0
"""Per cent of the package's statements and branches together, and of its branches alone."""

WHOLE = (
    "functions/calpair/sync/plan.py",
    "functions/calpair/sync/merge.py",
    "functions/calpair/sync/digest.py",
    "functions/calpair/recurrence/*.py",
    "functions/calpair/*/mapping.py",
    "functions/calpair/*/mapping/*.py",
)
"""Where a line or branch no test reaches is a decision nobody looked at: 100 per cent."""


def below(report: dict[str, Any]) -> list[str]:
    """Give a line for each floor the report falls short of."""
    totals = report["totals"]
    branches = 100.0 * totals.get("covered_branches", 0) / max(totals.get("num_branches", 0), 1)
    found = []
    if totals["percent_covered"] < FLOOR:
        found.append(f"coverage is {totals['percent_covered']:.1f} %, the floor is {FLOOR:.0f} %")
    if branches < FLOOR:
        found.append(f"branch coverage is {branches:.1f} %, the floor is {FLOOR:.0f} %")
    for name, file in sorted(report["files"].items()):
        whole = any(fnmatch(name, pattern) for pattern in WHOLE)
        if whole and (file["missing_lines"] or file["missing_branches"]):
            gaps = [str(line) for line in file["missing_lines"]]
            gaps += [f"{start}->{end}" for start, end in file["missing_branches"]]
            found.append(f"{name} is to be covered whole; no test reaches {', '.join(gaps)}")
    return found


def main() -> int:
    """Print what is below its floor, or one line saying that all is above; 1 when something is below."""
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = below(report)
    for line in found:
        print(line)
    if not found:
        print(f"coverage {report['totals']['percent_covered']:.1f} %, floor {FLOOR:.0f} %")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
