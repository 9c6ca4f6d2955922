"""The links of one pair, as far as a run has looked: read on demand, written after each act, looked up by item or UID."""

from collections.abc import Iterable, Sequence
from itertools import islice

from calpair.model.link import Link, State
from calpair.model.side import Side
from calpair.ports import Doc, Store, every
from calpair.sync.records import LINKS, from_doc, id_key, keys, to_doc

_FIND = 30
"""Values a store looks up at once."""


class Ledger:
    """One run's view of a pair's links. Under the pair's lease nobody else writes them."""

    def __init__(self, store: Store, pair: str, key_name: str) -> None:
        self._store = store
        self._pair = pair
        self._key_name = key_name
        self._versions: dict[str, str] = {}
        self._links: dict[str, Link] = {}
        self._by_key: dict[str, set[str]] = {}
        self._asked: set[str] = set()
        self.complete = False
        self.grown = 0
        """How many more links that count (not merely noted) there are than when the run began."""

    def load_all(self) -> Sequence[Link]:
        """Read every link of the pair, once; in key order."""
        if not self.complete:
            for doc in every(self._store, LINKS, self._pair):
                self._keep(from_doc(doc, self._key_name), doc)
            self.complete = True
        return [self._links[key] for key in sorted(self._links)]

    def find(self, names: Iterable[str]) -> list[Link]:
        """Give the links that have any of these keys (see `records`), each once, in key order."""
        wanted = sorted(set(names))
        unknown = iter(key for key in wanted if key not in self._asked)
        while not self.complete and (values := list(islice(unknown, _FIND))):
            for doc in self._store.find(LINKS, self._pair, values):
                self._keep(from_doc(doc, self._key_name), doc)
            self._asked.update(values)
        found = {name for key in wanted for name in self._by_key.get(key, ())}
        return [self._links[name] for name in sorted(found)]

    def get(self, key: str) -> Link | None:
        """Give the pair's link of that key; another pair's is none of its business."""
        if key not in self._links and not self.complete and f"={key}" not in self._asked:
            doc = self._store.get(LINKS, key)
            if doc and doc.pair == self._pair:
                self._keep(from_doc(doc, self._key_name), doc)
            self._asked.add(f"={key}")
        return self._links.get(key)

    def of(self, side: Side, item: str) -> list[Link]:
        """Give the links that have this item on this side: one, or of a series that is shown as several items, each."""
        return self.find([id_key(side, item)])

    def save(self, link: Link) -> None:
        """Store a link, if it is not stored just so already."""
        old = self._links.get(link.key)
        if old != link:
            doc = self._store.put(to_doc(link, self._key_name, self._versions.get(link.key, "")))
            self.grown += _counts(link) - _counts(old)
            self._keep(link, doc)

    def forget(self, link: Link) -> None:
        """Delete a link."""
        old = self._links.get(link.key)
        if old:
            self._store.delete(to_doc(old, self._key_name, self._versions[link.key]))
            self.grown -= _counts(old)
            self._drop(link.key)

    def _keep(self, link: Link, doc: Doc) -> None:
        # The link, not the document: a large mailbox has to fit in memory.
        self._drop(link.key)
        self._versions[link.key], self._links[link.key] = doc.version, link
        for key in doc.data["keys"]:
            self._by_key.setdefault(key, set()).add(link.key)

    def _drop(self, name: str) -> None:
        old = self._links.pop(name, None)
        if old:
            del self._versions[name]
            for key in keys(old):
                self._by_key[key].discard(name)


def _counts(link: Link | None) -> bool:
    return link is not None and link.state is not State.LEFT
