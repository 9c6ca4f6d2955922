"""Keeps the tables in `infra/README.md` equal to the Terraform files: variables and outputs, each with what it means.

`python -m tools.infra --write` writes them; `make infra-check` says when they are old.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGE = Path("infra") / "README.md"


def written(page: str, plan: Mapping[str, Any]) -> str:
    """Give the page with its tables made anew from the configuration in a plan."""
    module = plan["configuration"]["root_module"]
    variables = [
        (f"`{name}`", one["description"], f"`{json.dumps(one['default'])}`" if "default" in one else "*required*")
        for name, one in module["variables"].items()
    ]
    outputs = [(f"`{name}`", one["description"]) for name, one in module["outputs"].items()]
    page = _with(page, "variables", [("variable", "what it is", "when left out"), *sorted(variables)])
    return _with(page, "outputs", [("output", "what it is"), *sorted(outputs)])


def _with(page: str, name: str, rows: list[tuple[str, ...]]) -> str:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    table = "\n".join([head, "|" + "---|" * len(rows[0]), *body])
    marked = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=\n<!-- end -->)", re.DOTALL)
    return marked.sub(lambda _: table, page)
