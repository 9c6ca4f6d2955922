"""The examination of a pair: everything a sync needs, looked at in order, each with what was found and the cure."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from calpair.errors import CalpairError, UsageError
from calpair.model.pair import Domain, Pair
from calpair.model.side import Side
from calpair.ports import Calendar, Finding


@dataclass(frozen=True, slots=True)
class Examined:
    """A finding, and what it is about: `pairs/ana`, and the side (empty for the document itself)."""

    document: str
    side: str
    finding: Finding


def examine(pair: Pair, calendars: Mapping[Side, Calendar]) -> Iterator[Examined]:
    """Examine both sides of a pair; a side that fails does not hide the other."""
    for side, calendar in calendars.items():
        writing = side is Side.GOOGLE or pair.two_way
        try:
            for finding in calendar.examine(writing=writing):
                yield Examined(f"pairs/{pair.name}", side.value, finding)
        except CalpairError as error:
            cure = "correct it in the domain's document and run `calpair doctor` again"
            yield Examined(f"pairs/{pair.name}", side.value, Finding("settings", False, str(error), cure))


def wrong_document(document: str, sentence: str) -> Examined:
    """Put a mistake in a document among the findings."""
    return Examined(document, "", Finding("document", ok=False, found=sentence, cure="correct the document"))


def chosen(name: str, pairs: Mapping[str, Pair], domains: Mapping[str, Domain]) -> Sequence[Pair]:
    """Give the pairs a name stands for: a pair, a domain's pairs, or all. UsageError: it stands for nothing."""
    if not name:
        return list(pairs.values())
    if name in pairs:
        return [pairs[name]]
    if name in domains:
        return [pair for pair in pairs.values() if pair.domain == name]
    raise UsageError(unknown(name, [*pairs, *domains]))


def unknown(name: str, known: Sequence[str]) -> str:
    """Say that there is nothing of that name, and what may have been meant."""
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return f"there is no pair `{name}`; did you mean `{close[0]}`?"
    names = ", ".join(sorted(known)[:10])
    return f"there is no pair `{name}`; " + (f"there are: {names}" if names else "write one into calpair.toml")
