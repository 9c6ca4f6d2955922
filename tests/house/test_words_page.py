"""docs/glossary.md explains every word by which the status tells of a loss, and of an event left alone or parked."""

from pathlib import Path

import pytest

from calpair.care import words as meanings

PAGE = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
LOSSES = (
    "guests attachments conference categories colour reminder reminders reminder:shortened show_as privacy zone end_zone "
    "title:shortened place:shortened body:shortened when:stretched :hidden :altered rule rule:horizon rule:zone part occurrence:kept occurrence:refused occurrence:altered occurrence:crossing occurrence:unreadable"
)
LEFT = (
    "history one_way frozen other_pair cancelled other_deleted people birthday focusTime outOfOffice workingLocation "
    "fromGmail occurrence exception"
)
PARKED = "rule nameless_zone part uid zone people missing awaiting_answer back_and_forth id_taken unreadable times text"


def section(heading: str) -> str:
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    ("heading", "words"),
    [("Words of a loss", LOSSES), ("Why an event is left alone", LEFT), ("Why an event is parked", PARKED)],
)
def test_every_word_of_the_status_is_explained(heading: str, words: str) -> None:
    assert [word for word in words.split() if f"`{word}`" not in section(heading)] == []


def test_every_loss_of_the_page_has_a_sentence_of_its_own() -> None:
    said = [meanings.meaning(word if word[0] != ":" else f"title{word}") for word in LOSSES.split()]
    assert "not carried to the other side" not in said
    # What is cut short is told alike whatever it is; so is what another server altered.
    assert len(set(said)) >= len(said) - 4


def test_every_word_of_an_event_that_is_left_or_parked_has_a_sentence_of_its_own() -> None:
    left, parked = [meanings.left(word) for word in LEFT.split()], [meanings.reason(word) for word in PARKED.split()]
    # An occurrence and an exception are two servers' words for one thing.
    assert len(set(left)) == len(left) - 1
    assert len(set(parked)) == len(parked)
    assert meanings.left("nobody") not in left
    assert meanings.reason("ErrorItemCorrupt") == "the server will not take it as it is"


def test_a_zone_that_nobody_knows_is_named() -> None:
    assert "`Planet Zorg`" in meanings.meaning("zone=Planet Zorg")
