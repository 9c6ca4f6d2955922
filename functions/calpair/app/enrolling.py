"""Bring the batches of what is published to what the directory says, on every ground."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache

from calpair.busy import batches
from calpair.busy.batches import Batch
from calpair.care import apply as people
from calpair.care import publishing
from calpair.documents.directory import read_entries
from calpair.model.directory import Entry
from calpair.model.pair import Domain
from calpair.ports import Store


def enrol(store: Store, domains: Iterable[Domain], now: datetime) -> int:
    """Enrol whoever is to be published, domain by domain; gives how many batches changed.

    The directory is read only where a domain publishes, or has: one read an entry. Of a domain that is there no more, or
    cannot be used now, everything stays as it is. What goes wrong with one domain stops no other, and is raised at the end.
    """
    known = {domain.name: domain for domain in domains}

    @cache
    def entries() -> Collection[Entry]:
        return read_entries(people.directory(store), known)[0].values()

    changed = 0
    failed: list[Exception] = []
    for _, domain in sorted(known.items()):
        try:
            there = batches.batches(store, domain.name)
            if domain.public_folder or there:
                news = batches.enrol(store, domain, entries(), now, there)
                # Whether it changed or not: who did it before may have died over it.
                _tell(store, domain, batches.batches(store, domain.name) if news else there, now)
                changed += news
        except Exception as error:  # noqa: BLE001 - whatever it is, it is one domain's
            failed.append(error)
    if failed:
        raise failed[0]
    return changed


def tell(store: Store, domain: Domain, now: datetime) -> None:
    """Have the status tell how a domain's publishing stands at this moment."""
    _tell(store, domain, batches.batches(store, domain.name), now)


def _tell(store: Store, domain: Domain, there: Sequence[Batch], now: datetime) -> None:
    """Have the status tell of those who are enrolled, and of nobody else."""
    # It knows what Exchange says, and most ticks of `dispatch` enrol nobody.
    from calpair.app.standing import standing  # noqa: PLC0415 - see above

    how = standing(domain, there)
    if how.people:
        publishing.record(store, domain.name, how, now)
    else:
        publishing.forget(store, domain.name)
