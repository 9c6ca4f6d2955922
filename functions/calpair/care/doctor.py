"""The examination of a pair: everything a sync needs, looked at in order, each with what was found and the cure."""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
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


SIGN_IN = "sign-in"
"""The check that may lock an account when it is repeated."""


DISABLED = "disabled"
"""The check that tells of a pair that does not count."""

REFUSED = "HTTP401"
IN_THE_FILE = "write one into calpair.toml"
BY_APPLYING = "write one into a file, and `calpair apply FILE`"
_NAMED = 10


def examine(
    pair: Pair, lent: Callable[[], AbstractContextManager[Mapping[Side, Calendar]]], refused: set[tuple[str, Side]]
) -> Iterator[Examined]:
    """Examine both sides of a pair; a side that fails does not hide the other.

    `lent()` lends both for as long. `refused` holds domains and sides whose account was refused; it is not tried again, and grows.
    """
    document = f"pairs/{pair.name}"
    with ExitStack() as stack:
        try:
            calendars = stack.enter_context(lent())
        except CalpairError as error:
            cure = "correct it in the domain's document and run `calpair doctor` again"
            yield Examined(document, "", Finding("settings", ok=False, found=str(error), cure=cure))
            return
        yield from _examine(pair, calendars, refused)


def _examine(pair: Pair, calendars: Mapping[Side, Calendar], refused: set[tuple[str, Side]]) -> Iterator[Examined]:
    document = f"pairs/{pair.name}"
    for side, calendar in calendars.items():
        if side is Side.EXCHANGE and (pair.domain, side) in refused:
            found = Finding(SIGN_IN, ok=False, found="not tried again: the account was refused", cure="as above")
            yield Examined(document, side.value, found)
            continue
        for finding in calendar.examine(writing=side is Side.GOOGLE or pair.two_way):
            if finding.check == SIGN_IN and not finding.ok and finding.found == REFUSED:
                refused.add((pair.domain, side))
            yield Examined(document, side.value, finding)


def signed_in(found: Sequence[Finding]) -> bool | None:
    """Tell from a pair's findings whether both servers took the account; False: Exchange refused it, None: not known."""
    sign_ins = [finding for finding in found if finding.check.endswith(SIGN_IN)]
    if any(finding.found == REFUSED for finding in sign_ins):
        return False
    return True if len(sign_ins) == len(Side) and all(finding.ok for finding in sign_ins) else None


def digest_key(read: Callable[[], object]) -> Examined:
    """Examine the digest key, without which nothing can be remembered."""
    try:
        read()
    except CalpairError as error:
        found, _, cure = str(error).partition("; ")
        wrong = Finding("digest key", ok=False, found=found, cure=cure or "correct [service] digest_key")
        return Examined("service", "", wrong)
    return Examined("service", "", Finding("digest key", ok=True, found="is there and private"))


def disabled(pair: str, file: str) -> Examined:
    """Say that a pair does not count, so that nobody takes it for one that was looked at."""
    found = f"{file or 'its document'} no longer names or enables it"
    return Examined(f"pairs/{pair}", "", Finding(DISABLED, ok=True, found=found))


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
    raise UsageError(unknown(name, list(pairs), list(domains)))


def unknown(name: str, pairs: Sequence[str], domains: Sequence[str] | None = None, cure: str = IN_THE_FILE) -> str:
    """Say that there is nothing of that name, and what may have been meant; `domains`: one of these would do too.

    `cure`: what to do where there is nothing at all.
    """
    nothing = f"there is no pair {'or domain ' if domains is not None else ''}`{name}`; "
    close = difflib.get_close_matches(name, [*pairs, *(domains or ())], n=1)
    if close:
        return f"{nothing}did you mean `{close[0]}`?"
    there = [f"{what} {_some(names)}" for what, names in (("pairs", pairs), ("domains", domains)) if names]
    return nothing + (f"there are: {'; '.join(there)}" if there else cure)


def _some(names: Sequence[str]) -> str:
    known = sorted(set(names))
    return ", ".join(known[:_NAMED]) + (" and more" if len(known) > _NAMED else "")
