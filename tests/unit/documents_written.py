"""Documents as people write them, for the tests of their reading: one of each that is right, to be changed at one place."""

import copy
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from calpair.documents import Documents, read_all

DOMAIN: Mapping[str, Any] = {
    "exchange": {
        "url": "https://mail.altostrat.com/EWS/Exchange.asmx",
        "auth": "basic",
        "username": "ALTOSTRAT\\svc-calpair",
        "secret": "env:CALPAIR_EXCHANGE_PASSWORD",
    },
    "google": {"auth": "key", "secret": "file:service-account.json"},
}
PAIR: Mapping[str, Any] = {
    "domain": "altostrat.com",
    "mailbox": "ana@altostrat.com",
    "calendar": "ana@g.altostrat.com",
}
ABSENT = object()


def changed(document: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a document with some fields set, by dotted name, or taken out (`ABSENT`)."""
    result = copy.deepcopy(dict(document))
    for name, value in fields.items():
        *path, last = name.split(".")
        inner = result
        for step in path:
            inner = inner.setdefault(step, {})
        if value is ABSENT:
            del inner[last]
        else:
            inner[last] = value
    return result


def domain(**fields: Any) -> dict[str, Any]:
    """The right domain document, changed; two underscores stand for a dot."""
    return changed(DOMAIN, {name.replace("__", "."): value for name, value in fields.items()})


def pair(**fields: Any) -> dict[str, Any]:
    """The right pair document, changed; two underscores stand for a dot."""
    return changed(PAIR, {name.replace("__", "."): value for name, value in fields.items()})


def read(domains: Mapping[str, Any] | None = None, pairs: Mapping[str, Any] | None = None) -> Documents:
    """Read documents as one machine does."""
    return read_all(
        {"altostrat.com": DOMAIN} if domains is None else domains,
        pairs or {},
        minimum_interval=timedelta(seconds=5),
        default_interval=timedelta(minutes=1),
    )


def domain_problems(**fields: Any) -> list[str]:
    """What is said of a domain document changed like this."""
    return [str(problem) for problem in read({"altostrat.com": domain(**fields)}).problems]


def pair_problems(*, under: Mapping[str, Any] | None = None, **fields: Any) -> list[str]:
    """What is said of a pair document changed like this, under a domain with these fields."""
    domains = {"altostrat.com": domain(**(under or {}))}
    return [str(problem) for problem in read(domains, {"ana": pair(**fields)}).problems]
