"""Pages tell the truth about files and words: what they name is there."""

import re
from pathlib import Path

import pytest

from house.tree import ROOT, short, tracked

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NAMED = re.compile(r"(?<![\w./-])docs/[\w./-]+\.md\b")
WORD = re.compile(r"`make ([a-z][a-z-]*)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
PAGES = tracked("*.md")
TALKERS = tracked("*.md", "*.py", "Makefile", ".ci/run", "pyproject.toml")


def words() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def anchors(page: Path) -> set[str]:
    headings = HEADING.findall(page.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for target in LINK.findall(page.read_text()):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            dead.append(target)
    assert not dead


def test_pages_named_in_code_and_text_are_there() -> None:
    missing = [
        f"{short(path)}: {name}"
        for path in TALKERS
        for name in NAMED.findall(path.read_text())
        if not (ROOT / name).is_file()
    ]
    assert not missing


def test_words_of_the_makefile_named_anywhere_exist() -> None:
    known = words()
    unknown = [
        f"{short(path)}: make {word}"
        for path in TALKERS
        for word in WORD.findall(path.read_text())
        if word not in known
    ]
    assert not unknown


def test_every_word_is_a_chore_and_not_a_file() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert words() <= set(phony[1].split())


def test_every_page_under_docs_can_be_reached_from_the_way_in() -> None:
    seen: set[Path] = set()
    ahead = [ROOT / "docs" / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        targets = (target.partition("#")[0] for target in LINK.findall(page.read_text()))
        ahead += [(page.parent / target).resolve() for target in targets if target and "://" not in target]
    assert not [short(page) for page in PAGES if (ROOT / "docs") in page.parents and page not in seen]
