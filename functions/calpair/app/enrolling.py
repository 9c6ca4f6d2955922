"""Bring the batches of what is published to what the directory says, on every ground."""

from collections.abc import Iterable
from datetime import datetime

from calpair.busy import batches
from calpair.care import apply as people
from calpair.documents.directory import read_entries
from calpair.model.pair import Domain
from calpair.ports import Store


def enrol(store: Store, domains: Iterable[Domain], now: datetime) -> int:
    """Enrol whoever is to be published, domain by domain; gives how many batches changed.

    The directory is read only where a domain publishes, or has: one read an entry.
    """
    known = {domain.name: domain for domain in domains}
    publishing = {name for name, domain in known.items() if domain.public_folder}
    standing = {batch.domain for batch in batches.batches(store)}
    if not publishing | (standing & known.keys()):
        return 0
    entries, _ = read_entries(people.directory(store), known)
    # Of a domain that is there no more, or cannot be used now, everything stays as it is.
    return sum(
        batches.enrol(store, known[name], entries.values(), now)
        for name in sorted(publishing | (standing & known.keys()))
    )
