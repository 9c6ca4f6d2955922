"""What people write, between the files, the store and its reading: refused as a whole where it is wrong in itself.

    applied = apply(store, configuration, "calpair.toml")
    documents = read(store)

`cloud`: the store is the functions', and the verdict theirs. Joins `documents`, which knows what is right, and `care.apply`, which knows what is stored.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from calpair.app import documents as deployed
from calpair.care import apply as people
from calpair.documents import Documents, Problem, read_all
from calpair.documents.directory import read_entries
from calpair.errors import UsageError
from calpair.model.directory import Entry
from calpair.ports import Store
from calpair.settings import Configuration, FirestoreAt

MINIMUM_INTERVAL = timedelta(seconds=5)
DEFAULT_INTERVAL = timedelta(minutes=1)
_SHOWN = 3
NO_FILE = "name a file of documents, or what `calpair export` has printed"


def check_place(configuration: Configuration, name: str) -> None:
    """Make sure that a `calpair.toml` holds no document that would have to be applied to a shared store at every start.

    UsageError: it does. Another's file would lose what it holds whenever somebody only looks.
    """
    names = [f"[{document.replace('/', '.', 1)}]" for document in named(configuration)]
    if names and isinstance(configuration.settings.store, FirestoreAt):
        shown = ", ".join(names[:_SHOWN]) + (" and more" if len(names) > _SHOWN else "")
        raise UsageError(
            f"{name}: beside a store on Google Cloud it holds [service] alone; move {shown} into a file of their own, "
            "and `calpair apply FILE`"
        )


def apply(store: Store, configuration: Configuration, source: str, *, cloud: bool = False) -> people.Applied:
    """Write a file's documents into the store, but for those that are wrong in themselves, and pause what it lists.

    UsageError: it pauses a pair that neither it nor the store holds.
    """
    names = named(configuration)
    domains, pairs, _ = people.written(store)
    after = {**domains, **configuration.domains}, {**pairs, **configuration.pairs}
    found = _read(*after, gone=_gone(store, *after), cloud=cloud)
    _, misplaced = read_entries(configuration.directory, found.domains)
    wrong: dict[str, list[tuple[str, str]]] = {}
    for problem in (*found.problems, *misplaced):
        if problem.document in names and not problem.elsewhere:
            wrong.setdefault(problem.document, []).append((problem.field, problem.text))
    strangers = [name for name in configuration.paused if name not in pairs and name not in configuration.pairs]
    if strangers:
        raise UsageError(f"{Path(source).name}: `paused` names {', '.join(strangers)}, and there is no such pair")
    return people.apply(
        store, configuration.domains, configuration.pairs, source, wrong, configuration.paused, configuration.directory
    )


def read(store: Store, *, cloud: bool = False) -> Documents:
    """Read what people wrote, as it is now, with what is wrong."""
    domains, pairs, refused = people.written(store)
    said = [Problem(document, field, text) for document, wrong in refused.items() for field, text in wrong]
    return _read(domains, pairs, said, gone=_gone(store, domains, pairs), cloud=cloud)


def named(configuration: Configuration) -> Sequence[str]:
    """Name a file's documents, as in `pairs/ana`."""
    return [
        *(f"domains/{name}" for name in configuration.domains),
        *(f"pairs/{name}" for name in configuration.pairs),
        *(f"directory/{name}" for name in configuration.directory),
    ]


def entries(store: Store, documents: Documents) -> tuple[Mapping[str, Entry], tuple[Problem, ...]]:
    """Read the directory as it is now, with what is wrong; `documents`: as `read` gives them."""
    return read_entries(people.directory(store), documents.domains)


def _read(
    domains: Mapping[str, Any],
    pairs: Mapping[str, Any],
    refused: Sequence[Problem] = (),
    *,
    gone: Mapping[str, Any],
    cloud: bool,
) -> Documents:
    return read_all(
        {**domains, **gone},
        pairs,
        minimum_interval=MINIMUM_INTERVAL,
        default_interval=deployed.DEFAULT_INTERVAL if cloud else DEFAULT_INTERVAL,
        refused=refused,
        cloud=cloud,
        dropped=gone.keys(),
    )


def _gone(store: Store, domains: Mapping[str, Any], pairs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the domains that were dropped from their file and that pairs still name."""
    named = {str(fields.get("domain")) for fields in pairs.values()} - domains.keys()
    return people.dropped(store, sorted(named))
