"""What people write, between the files, the store and its reading: refused as a whole where it is wrong in itself.

    applied = apply(store, configuration, "calpair.toml")
    documents = read(store)

Joins `documents`, which knows what is right, and `care.apply`, which knows what is stored.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from calpair.care import apply as people
from calpair.documents import Documents, Problem, read_all
from calpair.errors import UsageError
from calpair.ports import Store
from calpair.settings import Configuration

MINIMUM_INTERVAL = timedelta(seconds=5)
DEFAULT_INTERVAL = timedelta(minutes=1)
NO_FILE = "name a file of documents, or what `calpair export` has printed"


def apply(store: Store, configuration: Configuration, source: str) -> people.Applied:
    """Write a file's documents into the store, but for those that are wrong in themselves, and pause what it lists.

    UsageError: it pauses a pair that neither it nor the store holds.
    """
    names = named(configuration)
    domains, pairs, _ = people.written(store)
    found = _read({**domains, **configuration.domains}, {**pairs, **configuration.pairs})
    wrong: dict[str, list[tuple[str, str]]] = {}
    for problem in found.problems:
        if problem.document in names and not problem.elsewhere:
            wrong.setdefault(problem.document, []).append((problem.field, problem.text))
    strangers = [name for name in configuration.paused if name not in pairs and name not in configuration.pairs]
    if strangers:
        raise UsageError(f"{Path(source).name}: `paused` names {', '.join(strangers)}, and there is no such pair")
    return people.apply(store, configuration.domains, configuration.pairs, source, wrong, configuration.paused)


def read(store: Store) -> Documents:
    """Read what people wrote, as it is now, with what is wrong."""
    domains, pairs, refused = people.written(store)
    said = [Problem(document, field, text) for document, wrong in refused.items() for field, text in wrong]
    return _read(domains, pairs, said)


def named(configuration: Configuration) -> Sequence[str]:
    """Name a file's documents, as in `pairs/ana`."""
    return [*(f"domains/{name}" for name in configuration.domains), *(f"pairs/{name}" for name in configuration.pairs)]


def _read(domains: Mapping[str, Any], pairs: Mapping[str, Any], refused: Sequence[Problem] = ()) -> Documents:
    return read_all(
        domains,
        pairs,
        minimum_interval=MINIMUM_INTERVAL,
        default_interval=DEFAULT_INTERVAL,
        refused=refused,
    )
