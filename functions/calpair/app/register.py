"""What is stored about whose an address is, for look-ups: the directory, and the addresses pairs have.

    register = Register(store, documents, now)
    entries = register.entries(["ana@a.test"], domains)     # what the directory has on each
    register.paired(Side.EXCHANGE, "ana@a.test")            # the domain of the pair that has it, or None

The directory is read entry by entry, so what is imported counts at once: one read for each address asked about, and one
more for each that has an entry. An entry with a mistake counts as none. Pairs are listed whole, and only once somebody is
asked about who has no entry: at most once in ten minutes.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock

from calpair.app.documents import OneByOne
from calpair.busy.registered import by_address
from calpair.care import apply as people
from calpair.documents.directory import read_entries
from calpair.model import plain
from calpair.model.address import possible
from calpair.model.directory import Entry
from calpair.model.pair import Domain
from calpair.model.side import Side
from calpair.ports import Now, Store

LISTED = timedelta(minutes=10)
"""How long the list of pairs is not read anew."""


class Register:
    """The directory, and the addresses of all pairs. Threads may share it."""

    def __init__(self, store: Store, documents: OneByOne, now: Now) -> None:
        """Nothing is read yet."""
        self._store = store
        self._documents = documents
        self._now = now
        self._listed = datetime.min.replace(tzinfo=UTC)
        self._pairs: Mapping[tuple[Side, str], str] = {}
        self._lock = Lock()

    def entries(self, addresses: Iterable[str], domains: Iterable[Domain]) -> Mapping[str, Entry]:
        """Give the entries there are, by the address as it was asked. `domains`: those that can be used."""
        keys = {one: one.lower() for one in addresses if possible(one) and plain.possible(one.lower())}
        found = {key: people.counting(self._store, people.DIRECTORY, key) for key in dict.fromkeys(keys.values())}
        documents = {key: data for key, data in found.items() if data is not None}
        entries, _ = read_entries(documents, {domain.name: domain for domain in domains})
        return {one: entries[key] for one, key in keys.items() if key in entries}

    def paired(self, side: Side, address: str) -> str | None:
        """Give the domain of the enabled pair that has this address, in lower case, on this side."""
        # All pairs are too many for each of those who come at once to read: they wait for what the first of them gets.
        with self._lock:
            now = self._now()
            if not now - LISTED < self._listed <= now:
                self._pairs = by_address(self._documents.every_pair())
                self._listed = now
            return self._pairs.get((side, address))
