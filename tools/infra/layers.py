"""The five looks at `infra/`, each a function from a tree to lines of what is wrong; none when nothing is.

`table` needs Python alone, the others need Terraform.
"""

import json
import re
import subprocess
from pathlib import Path

from tools.infra import pages, policy, store
from tools.infra import table as rows
from tools.infra.terraform import workshop

_SOME_PASSED = re.compile(r"[1-9]\d* passed")


def style(tree: Path) -> list[str]:
    """Name the files that `terraform fmt` would write otherwise."""
    command = ["terraform", f"-chdir={tree / 'infra'}", "fmt", "-check", "-recursive"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    names = [f"infra/{name}: not as `terraform fmt -recursive infra` writes it" for name in ran.stdout.split()]
    return names or ([_plainly(ran.stderr)] if ran.returncode else [])


def table(tree: Path) -> list[str]:
    """Look at the table of functions and what it names."""
    return rows.problems(tree)


def schema(tree: Path) -> list[str]:
    """Let Terraform hold the files to the provider's schema."""
    with workshop(tree) as place:
        ran = place.run("validate", "-json")
    try:
        said = json.loads(ran.stdout)["diagnostics"]
    except ValueError:
        return [_plainly(ran.stderr)]
    return [
        f"infra/{one.get('range', {}).get('filename', '')}:{one.get('range', {}).get('start', {}).get('line', '')}: "
        + _plainly(f"{one['summary']}: {one.get('detail', '')}".removesuffix(": "))
        for one in said
        if one["severity"] == "error"
    ]


def plan(tree: Path) -> list[str]:
    """Look at what a first installation would make, and at the page that lists variables and outputs."""
    with workshop(tree) as place:
        made, said = place.plan()
    if not made:
        return [_plainly(said)]
    page = (tree / pages.PAGE).read_text(encoding="utf-8")
    found = policy.problems(made, {path.stem for path in (tree / "docs" / "runbooks").glob("*.md")})
    found += store.problems(tree, made)
    if page != pages.written(page, made):
        found.append(f"{pages.PAGE}: its tables are old; `python -m tools.infra --write` makes them anew")
    return found


def behaviour(tree: Path, only: str = "") -> list[str]:
    """Run `infra/tests/`, or one file of them; give what failed."""
    with workshop(tree) as place:
        ran = place.run("test", "-no-color", *([f"-filter=tests/{only}.tftest.hcl"] if only else []))
    if ran.returncode:
        return [_plainly(f"{ran.stdout}\n{ran.stderr}")]
    return [] if _SOME_PASSED.search(ran.stdout) else ["infra/tests: no test ran"]


LAYERS = (style, table, schema, plan, behaviour)
"""The cheapest first."""


def _plainly(said: str) -> str:
    """Take the frames from around what Terraform says."""
    return " ".join(said.replace("╷", "").replace("│", "").replace("╵", "").split())
