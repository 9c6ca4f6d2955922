"""What people wrote, one document at a time: for functions, where all of it is too much to be read at once.

documents = OneByOne(store, now)
documents.pair("ana")           # as its own document says, for a look that may find nothing to do
documents.counting("ana")       # with every hand and file that has a say in it, before anything is written
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from calpair.care import apply as people
from calpair.care.answer import Read
from calpair.documents import Documents, Problem, read_all
from calpair.model.pair import Domain, Pair
from calpair.ports import Doc, Now, Store, every

MINIMUM_INTERVAL = timedelta(seconds=5)
DEFAULT_INTERVAL = timedelta(minutes=5)
CACHED = timedelta(minutes=1)
"""How long a domain's document is not read anew."""


@dataclass(frozen=True, slots=True)
class Found:
    """A pair with its domain, if both can be used; else what is wrong; else there is none of that name."""

    pair: Pair | None = None
    domain: Domain | None = None
    problems: tuple[str, ...] = ()

    def read(self) -> Read:
        """Give it as `care` takes it."""
        return Read(self.pair, self.problems)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A domain that cannot be used: what is wrong with its document, and the mail domains it speaks of, in lower case."""

    said: str
    mails: frozenset[str]


@dataclass(frozen=True, slots=True)
class All:
    """All domains there are: those that can be used, and the others."""

    usable: Sequence[Domain] = ()
    wrong: Sequence[Wrong] = ()


def _mails(name: str, data: Mapping[str, Any]) -> frozenset[str]:
    limits = data.get("limits")
    listed = limits.get("mailbox_domains") if isinstance(limits, Mapping) else None
    return frozenset(str(one).lower() for one in (listed if isinstance(listed, list) and listed else [name]))


class OneByOne:
    """Reads documents as they are needed, and domains at most once a minute. Threads may share it.

    `cloud`: this is Google Cloud, where fewer secrets may be named.
    """

    def __init__(self, store: Store, now: Now, *, cloud: bool = True) -> None:
        self._store = store
        self._now = now
        self._cloud = cloud
        self._domains: dict[str, tuple[datetime, Mapping[str, Any] | None]] = {}
        self._all = datetime.min.replace(tzinfo=UTC), All()

    def domain(self, name: str) -> Domain | None:
        """Give a domain, read at most once a minute; None: it is not there, or cannot be used."""
        held = self._domain(name, anew=False)
        return self._read({name: held}, {}).domains.get(name) if held is not None else None

    def pair(self, name: str) -> Found:
        """Read a pair by its own document alone."""
        doc = self._store.get(people.PAIRS, name)
        return Found() if doc is None else self.read(doc)

    def read(self, doc: Doc) -> Found:
        """Read a pair's document that is at hand."""
        return self._found(doc.key, doc.data)

    def counting(self, name: str) -> Found:
        """Read a pair as it counts, its domain anew."""
        data = people.counting(self._store, people.PAIRS, name)
        if data is None:
            return Found()
        return self._found(name, data, anew=True)

    def judged(self, name: str) -> Read:
        """Read a pair as it counts, as `care` takes it."""
        return self.counting(name).read()

    def forget(self, domain: str) -> None:
        """Read a domain anew the next time."""
        self._domains.pop(domain, None)

    def pairs_of(self, domain: str) -> Iterator[tuple[str, Found]]:
        """Read every pair of a domain."""
        docs = every(self._store, people.PAIRS)
        return ((doc.key, self._found(doc.key, doc.data)) for doc in docs if doc.data.get("domain") == domain)

    def every_pair(self) -> Collection[Pair]:
        """Read all pairs that can be used, as they count. That is everything people wrote: to be asked for seldom."""
        domains, pairs, _ = people.written(self._store)
        return self._read(domains, pairs).pairs.values()

    def domains(self, *, anew: bool = False) -> All:
        """Give all domains, read at most once a minute; `anew`: as they are at this moment."""
        now, (read, found) = self._now(), self._all
        if anew or not now - CACHED < read <= now:
            # Threads that come at the same moment all read: behind a lock, they would wait for each other's failures.
            written = {doc.key: doc.data for doc in every(self._store, people.DOMAINS)}
            counting = {name: people.counting(self._store, people.DOMAINS, name) for name in written}
            documents = self._read({name: data for name, data in counting.items() if data is not None}, {})
            told = {name: [str(one) for one in documents.of(f"domains/{name}")] for name in written}
            for name in (name for name, data in counting.items() if data is None):
                refused = people.refusal(self._store, f"{people.DOMAINS}/{name}")
                told[name] = [str(Problem(f"domains/{name}", field, text)) for field, text in refused]
            wrong = tuple(Wrong("; ".join(said), _mails(name, written[name])) for name, said in told.items() if said)
            found = All(tuple(documents.domains.values()), wrong)
            self._all = now, found
        return found

    def _found(self, name: str, data: Mapping[str, Any], *, anew: bool = False) -> Found:
        domain = str(data.get("domain"))
        held = self._domain(domain, anew=anew)
        # A domain that its file dropped together with the pair: that pair is disabled, and not wrong.
        gone = people.dropped(self._store, [domain]) if held is None and data.get("enabled") is False else {}
        documents = self._read(gone if held is None else {domain: held}, {name: data}, dropped=gone.keys())
        pair = documents.pairs.get(name)
        if pair:
            return Found(pair, documents.domains[pair.domain])
        told = [*documents.of(f"pairs/{name}"), *documents.of(f"domains/{domain}")]
        return Found(problems=tuple(str(problem) for problem in told))

    def _domain(self, name: str, *, anew: bool) -> Mapping[str, Any] | None:
        now = self._now()
        read, data = self._domains.get(name, (None, None))
        if anew or read is None or not now - CACHED < read <= now:
            data = people.counting(self._store, people.DOMAINS, name)
            self._domains[name] = now, data
            # Pairs may name what is no domain, and as many as there are pairs.
            for other, (since, _) in list(self._domains.items()):
                if now - since >= CACHED:
                    self._domains.pop(other, None)
        return data

    def _read(self, domains: Mapping[str, Any], pairs: Mapping[str, Any], dropped: Collection[str] = ()) -> Documents:
        return read_all(
            domains,
            pairs,
            minimum_interval=MINIMUM_INTERVAL,
            default_interval=DEFAULT_INTERVAL,
            cloud=self._cloud,
            dropped=dropped,
        )
