"""Who is where, checked: `directory/{address}` maps into `model.directory.Entry`. Pure.

    entries, problems = read_entries(documents, domains)

An entry outside what the operator allows its domain is refused, as a pair is; a wrong one never stops the others.
"""

from collections.abc import Mapping
from typing import Any

from calpair.documents.build import check_domain_of, domain_of
from calpair.documents.fields import ENTRY
from calpair.documents.reading import Form, Problem, read
from calpair.documents.values import Wrong, address
from calpair.model.directory import Entry
from calpair.model.pair import GOOGLES_OWN, Domain


def read_entries(
    documents: Mapping[str, Any], domains: Mapping[str, Domain]
) -> tuple[Mapping[str, Entry], tuple[Problem, ...]]:
    """Read every entry, by address; `domains`: those that can be used, by name."""
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    known = {name: (domain, Form(f"domains/{name}")) for name, domain in domains.items()}
    for name, data in documents.items():
        entry, form = _read_entry(name, data, known)
        if entry:
            entries[name] = entry
        problems += form.problems
    return entries, tuple(problems)


def _read_entry(name: str, data: Any, domains: Mapping[str, tuple[Domain | None, Form]]) -> tuple[Entry | None, Form]:
    form = read(f"directory/{name}", data, ENTRY)
    _check_address(name, form)
    domain = domain_of(form, domains)
    if not form.get("exchange") and not form.get("google") and not form.problems:
        form.complain("", "it is nowhere; write its address in exchange, in google, or both")
    if domain:
        check_domain_of(form, "exchange", domain.limits.mailbox_domains, "mailbox_domains")
        if not form.get("google").lower().endswith(GOOGLES_OWN):
            check_domain_of(form, "google", domain.limits.calendar_domains, "calendar_domains")
    if form.problems or not domain:
        return None, form
    return Entry(name, domain.name, form.get("exchange"), form.get("google"), form.get("legacy_dn")), form


def _check_address(name: str, form: Form) -> None:
    try:
        address(name)
    except Wrong as wrong:
        form.complain("", str(wrong))
        return
    if name != name.lower():
        form.complain("", f"an address is registered in lower case; call it {name.lower()}")
