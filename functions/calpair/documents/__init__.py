"""What people write, checked: `domains/{name}` and `pairs/{name}` maps into `model.pair.Domain` and `Pair`. Pure.

    documents = read_all(domains, pairs, minimum_interval=timedelta(seconds=5), default_interval=timedelta(minutes=1))
    documents.pairs["ana"]; [str(problem) for problem in documents.problems]

The same for Firestore, `calpair.toml` and the console: maps of JSON values, dots of the documentation being maps. A
document with a mistake is refused as a whole and never stops the others; every mistake is told at once, each in one
line that names document, field, value and cure. A secret is never repeated.

`fields.py` is the table of all fields.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from calpair.documents.build import read_domain, read_pair
from calpair.documents.fields import DOMAIN, PAIR, Field
from calpair.documents.reading import Form, Problem
from calpair.model.pair import Claim, Domain, Pair

__all__ = ["DOMAIN", "PAIR", "Documents", "Field", "Problem", "read_all"]


@dataclass(frozen=True, slots=True)
class Documents:
    """The domains and pairs that can be used, by name, in the order they were given; and what is wrong with others."""

    domains: Mapping[str, Domain] = field(default_factory=dict)
    pairs: Mapping[str, Pair] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def of(self, document: str) -> tuple[Problem, ...]:
        """The problems of one document, as in `pairs/ana`."""
        return tuple(problem for problem in self.problems if problem.document == document)


def read_all(
    domains: Mapping[str, Any],
    pairs: Mapping[str, Any],
    *,
    minimum_interval: timedelta,
    default_interval: timedelta,
    refused: Sequence[Problem] = (),
    cloud: bool = False,
    dropped: Collection[str] = (),
) -> Documents:
    """Read every document. Where two exclude each other, the one that comes first in `pairs` stands.

    `minimum_interval` is the shortest this ground allows, `default_interval` what stands where nobody wrote one.
    `refused`: mistakes of documents that were refused before and are not among these. `cloud`: this is Google Cloud,
    where only secrets of Secret Manager count, and of them only those the limits list. `dropped`: of the domains, those
    that no file names any more: only disabled pairs still have them, and what is wrong with them is nobody's business.
    """
    read_domains = {name: read_domain(name, data, minimum_interval, cloud=cloud) for name, data in domains.items()}
    for problem in refused:
        collection, _, name = problem.document.partition("/")
        if collection == "domains":
            read_domains.setdefault(name, (None, Form(problem.document)))[1].problems.append(problem)
    problems = [problem for name, (_, form) in read_domains.items() if name not in dropped for problem in form.problems]
    standing: dict[str, Pair] = {}
    taken: dict[Claim, str] = {}
    for name, data in pairs.items():
        pair, form = read_pair(name, data, read_domains, minimum_interval, default_interval, dropped)
        if pair:
            claims = pair.claims()
            for claim in [claim for claim in claims if claim in taken]:
                field_name, said = claims[claim]
                form.complain(field_name, f"{said} is already in pair `{taken[claim]}`; {_CURE}", elsewhere=True)
            if not form.problems:
                taken |= dict.fromkeys(claims, name)
                standing[name] = pair
        problems += form.problems
    problems += [problem for problem in refused if not problem.document.startswith("domains/")]
    usable = {name: domain for name, (domain, _) in read_domains.items() if domain}
    return Documents(usable, standing, tuple(problems))


_CURE = "change one of them, or set enabled = false in one"
