"""Bring the batches of what is published to what the directory says, on every ground."""

from collections.abc import Iterable
from datetime import datetime

from calpair.busy import batches
from calpair.care import apply as people
from calpair.care import publishing
from calpair.documents.directory import read_entries
from calpair.model.pair import Domain
from calpair.ports import Store


def enrol(store: Store, domains: Iterable[Domain], now: datetime) -> int:
    """Enrol whoever is to be published, domain by domain; gives how many batches changed.

    The directory is read only where a domain publishes, or has: one read an entry.
    """
    known = {domain.name: domain for domain in domains}
    wanted = {name for name, domain in known.items() if domain.public_folder}
    standing = {batch.domain for batch in batches.batches(store)}
    if not wanted | (standing & known.keys()):
        return 0
    entries, _ = read_entries(people.directory(store), known)
    # Of a domain that is there no more, or cannot be used now, everything stays as it is.
    changed = 0
    for name in sorted(wanted | (standing & known.keys())):
        changed += batches.enrol(store, known[name], entries.values(), now)
        # Whether it changed or not: who did it before may have died over it.
        _tell(store, known[name], now)
    return changed


def _tell(store: Store, domain: Domain, now: datetime) -> None:
    """Have the status tell of those who are enrolled, and of nobody else."""
    # It knows what Exchange says, and most ticks of `dispatch` enrol nobody.
    from calpair.app.standing import standing  # noqa: PLC0415 - see above

    how = standing(store, domain)
    if how.people:
        publishing.record(store, domain.name, how, now)
    else:
        publishing.forget(store, domain.name)
