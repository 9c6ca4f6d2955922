"""The demo judges calpair from outside: it knows its command and nothing else of it."""

import ast
from pathlib import Path

import demo

FILES = sorted(Path(demo.__file__).parent.glob("*.py"))


def test_nothing_of_calpair_is_imported() -> None:
    modules = {
        name
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert not [name for name in modules if name.partition(".")[0] in ("calpair", "simulators")]


def test_what_looks_at_the_servers_knows_of_no_back_door_and_no_fault() -> None:
    for name in ("reader", "views", "ews", "google_hand", "exchange_hand", "busy", "free_busy"):
        text = next(path for path in FILES if path.stem == name).read_text()
        assert "_sim" not in text
        assert "DEMO_FAULT" not in text
        assert ".fault(" not in text
