"""The directory on one machine: an administrator's list imported, and who is registered.

imported, problems = import_list(app, Path("contacts.csv"), "altostrat.com", replace=False)
published(app, entries(app)[0])["ana@g.altostrat.com"].at
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from calpair.app import papers
from calpair.app.machine import App
from calpair.app.standing import whereabouts
from calpair.care import directory
from calpair.care.directory import Imported, Row
from calpair.care.publishing import NAMELESS, Whereabouts
from calpair.documents import Documents, Problem
from calpair.documents.directory import read_entries
from calpair.documents.values import did_you_mean
from calpair.errors import UsageError
from calpair.model.directory import Entry
from calpair.model.pair import Domain
from calpair.ports import Doc

_FEW = 5
"""To remove fewer is never a list that was cut off."""
DOMAINS = "domains/"


def import_list(
    app: App, path: Path, domain: str, *, replace: bool, most: bool = False
) -> tuple[Imported, Sequence[str]]:
    """Register whom a list names; gives what changed, and what is wrong with its lines.

    UsageError: it cannot be read; or it is to replace the directory, and has mistakes, or names less than half of whom is
    registered (a list that was cut off looks so), and `most` does not say that this is meant.
    """
    chosen = _chosen(domain, app.documents())
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({type(error).__name__}); name a CSV file") from None
    found = directory.read(raw)
    before = directory.registered(app.store, found.rows)
    right, told = _judged(app, found.rows, before, chosen)
    problems = sorted([*found.problems, *told], key=directory.line_number)
    if replace and problems:
        raise UsageError(f"{problems[0]}; nothing was changed, since --replace needs a list without mistakes")
    kept = app.configuration.directory
    gone, there = directory.unnamed(app.store, right, chosen, kept) if replace else ((), 0)
    if len(gone) >= _FEW and 2 * len(gone) > there and not most:
        raise UsageError(
            f"that would remove {len(gone)} of {there}; nothing was changed: add --remove-most if it is meant"
        )
    imported = directory.register(app.store, right, chosen, before, gone)
    if imported.written or imported.removed:
        app.tell_directory()
    return imported, problems


def entries(app: App) -> tuple[Mapping[str, Entry], Sequence[Problem]]:
    """Give who is registered, and what is wrong with entries that do not count."""
    return papers.entries(app.store, app.documents())


def published(app: App, known: Mapping[str, Entry]) -> Mapping[str, Whereabouts]:
    """Tell of whom a domain publishes, or would if it could, how that stands; by address."""
    domains = app.documents().domains
    told = whereabouts(app.store, domains.values())
    return {
        address: told.get(address, Whereabouts() if _named(entry, domains[entry.domain]) else NAMELESS)
        for address, entry in known.items()
        if entry.google and domains[entry.domain].public_folder
    }


def _named(entry: Entry, domain: Domain) -> bool:
    return bool(entry.legacy_dn or (domain.public_folder and domain.public_folder.legacy_dn_template))


def _chosen(domain: str, documents: Documents) -> str:
    """Give the domain whose list it is. One that rests because of a mistake is there all the same."""
    domains = documents.domains
    resting = {one.document for one in documents.problems if one.document.startswith(DOMAINS)}
    names = {*domains, *(document.removeprefix(DOMAINS) for document in resting)}
    chosen = domain or (next(iter(names)) if len(names) == 1 else "")
    if not chosen:
        known = ", ".join(sorted(names))
        raise UsageError(f"say whose list this is: --domain NAME ({known})" if known else "there is no domain yet")
    if chosen not in names:
        raise UsageError(f"there is no domain `{chosen}`{did_you_mean(chosen, names)}")
    if chosen not in domains:
        raise UsageError(f"{documents.of(f'{DOMAINS}{chosen}')[0]}; mend it first, until then the domain rests")
    return chosen


def _judged(
    app: App, rows: Sequence[Row], before: Mapping[str, Doc], domain: str
) -> tuple[Sequence[Row], Sequence[str]]:
    """Give the rows that may be written over what there was before, and say of the others why not."""
    others = {row.address: said for row in rows if (said := _others(app, row, before.get(row.address), domain))}
    ours = [row for row in rows if row.address not in others]
    then = {row.address: _written(row, before.get(row.address), domain) for row in ours}
    fit, wrong = read_entries(then, app.documents().domains)
    lines = {row.address: row.number for row in rows}
    problems = [*others.items(), *dict.fromkeys((_address(problem), problem.text) for problem in wrong)]
    told = [f"line {lines[address]}: {address}: {text}" for address, text in problems]
    return [row for row in ours if row.address in fit], told


def _others(app: App, row: Row, before: Doc | None, domain: str) -> str:
    """Say whose an entry is that a list of this domain may not change; empty: it may."""
    named = row.address in app.configuration.directory
    if named and (before is None or _written(row, before, domain) != before.data):
        return f"it stands in {app.source}, which is applied at every start; change it there"
    owner = before.data.get("domain") if before else domain
    if owner != domain and owner in app.documents().domains:
        return f"it is registered for {owner}; take it out there first, or leave it out here"
    return ""


def _written(row: Row, before: Doc | None, domain: str) -> Mapping[str, Any]:
    return directory.entry(row, domain, before.data if before else {})


def _address(problem: Problem) -> str:
    return problem.document.removeprefix("directory/")
