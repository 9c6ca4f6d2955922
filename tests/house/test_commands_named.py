"""Pages and messages name only commands and options that there are."""

import argparse
import re
from pathlib import Path

import pytest

from calpair.cli.line import parser
from house.tree import short, tracked

SAID = re.compile(r"`calpair ((?:--?[a-z]+ (?:FILE )?)*)([a-z][a-z-]*)((?: [^`\n]*)?)`")
PAGES = [path for path in (*tracked("*.md"), *tracked("functions/*.py")) if path.name != "CHANGELOG.md"]


def words() -> dict[str, argparse.ArgumentParser]:
    (commands,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(commands.choices)


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_command_named_is_one(page: Path) -> None:
    known = words()
    unknown = []
    for before, word, rest in SAID.findall(page.read_text(encoding="utf-8")):
        options = {*re.findall(r"--[a-z-]+", rest)}
        if word not in known or not options <= set(known[word]._option_string_actions):
            unknown.append(f"{before}{word}{rest}")
        if not set(before.split()) - {"FILE"} <= set(parser()._option_string_actions):
            unknown.append(f"{before}{word}")
    assert not unknown


def test_every_command_is_named_in_the_readme() -> None:
    (readme,) = (path for path in tracked("README.md") if short(path) == "README.md")
    text = readme.read_text(encoding="utf-8")
    assert [word for word in words() if f"`{word}" not in text] == []
