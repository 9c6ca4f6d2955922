"""The tracked files, as the house's tests look at them."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def tracked(*patterns: str) -> list[Path]:
    """Give the tracked files that match any of git's patterns, and are still there."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--", *patterns]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")  # noqa: S603 - git
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Give every module a file imports, wherever in it, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def short(path: Path) -> str:
    """Name a file from the top of the tree."""
    return path.relative_to(ROOT).as_posix()
