"""The doctor of one machine: every pair, and the free/busy of every domain, examined in turn.

    for one in examine(app, "ana"): ...         # `care.doctor.Examined`; an empty name: all of them

What a person asks to be examined is asked whether the gate is open or not, and the gate learns from it.
"""

from collections.abc import Iterator
from functools import partial

from calpair.app import examining, papers
from calpair.app.machine import App
from calpair.care import doctor
from calpair.errors import SignInError
from calpair.model.pair import Domain
from calpair.model.side import Side
from calpair.sync.gate import Passage


def examine(app: App, name: str) -> Iterator[doctor.Examined]:
    """Examine a pair, or every pair and the free/busy of a domain, or (empty) all of them."""
    documents = app.documents()
    telling = [] if name in documents.pairs else list(filter(examining.concerns, documents.domains.values()))
    entries, wrong = papers.entries(app.store, documents) if telling else ({}, ())
    for problem in (*documents.problems, *wrong):
        yield doctor.wrong_document(problem.document, str(problem))
    if name and name not in {*documents.pairs, *documents.domains} and _is_wrong(app, name):
        return
    chosen = doctor.chosen(name, documents.pairs, documents.domains)
    yield doctor.digest_key(lambda: app.digester)
    refused: set[tuple[str, Side]] = set()
    for pair in chosen:
        domain = documents.domains[pair.domain]
        if not pair.enabled:
            yield doctor.disabled(pair.name, app.origin(f"pairs/{pair.name}"))
            if pair.name != name:
                continue
        found = []
        for one in doctor.examine(pair, partial(app.sides.lent, pair, domain), refused):
            found.append(one.finding)
            yield one
        _tell_gate(app, domain, doctor.signed_in(found))
    for domain in telling:
        if name in ("", domain.name):
            theirs = [one for one in entries.values() if one.domain == domain.name]
            yield from examining.examine(app, domain, theirs, refused)


def _is_wrong(app: App, name: str) -> bool:
    return any(problem.document in (f"pairs/{name}", f"domains/{name}") for problem in app.problems())


def _tell_gate(app: App, domain: Domain, signed_in: bool | None) -> None:
    now = app.now()
    if signed_in:
        app.runner.gate.reopen(domain.name, now)
    elif signed_in is False:
        error = SignInError(doctor.REFUSED)
        # Google's refusals have other words.
        error.side = Side.EXCHANGE.value
        app.runner.gate.note(Passage(app.runner.asker(domain), now), error, now)
