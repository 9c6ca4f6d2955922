"""Look up when people are not free on one side: each at the server of their own domain, whoever else fails.

    answer = ask(question, Side.EXCHANGE, Books(domains, entries, paired), begin, failed)

Whose an address is, `registered.py` says. Of an address nobody answers for, or whose server does not answer, nothing is
known, which is never the same as free. All servers are asked before the first is waited for, so that a slow one takes
nothing of the others' time.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from calpair.busy.registered import Books, Place
from calpair.errors import CalpairError
from calpair.model.busy import Answer, Question, Told, Unknown
from calpair.model.pair import Domain
from calpair.model.side import Side

Begin = Callable[[Domain, Sequence[str], datetime, datetime], Callable[[], Answer]]
"""Begin to ask one domain's server; what this gives waits for the answer. CalpairError, then: there is none."""

Failed = Callable[[str, CalpairError], None]
"""Is told of a domain whose server did not answer."""


def ask(question: Question, side: Side, books: Books, begin: Begin, failed: Failed) -> Answer:
    """Answer for every address asked about, in that order. `failed(domain, error)` is told of servers that did not."""
    told: dict[str, Told] = dict.fromkeys(question.addresses, Unknown("not_found"))
    places = {address: place for address in told if (place := books.place(address, side))}
    domains = {place.domain.name: place.domain for place in places.values()}
    waiting = {
        name: begin(domain, _names(places, name), question.start, question.end) for name, domain in domains.items()
    }
    for domain, wait in waiting.items():
        theirs = {address: place.name for address, place in places.items() if place.domain.name == domain}
        try:
            answer = wait()
        except CalpairError as error:
            failed(domain, error)
            told |= dict.fromkeys(theirs, Unknown("unavailable"))
        else:
            told |= {address: answer.get(name, Unknown("no_data")) for address, name in theirs.items()}
    return told


def may_ask(domain: Domain, caller: str, *, unlisted: bool) -> bool:
    """Tell whether an account that may call may ask about this domain. `unlisted`: so it may where the domain lists nobody."""
    return unlisted if domain.callers is None else caller.lower() in domain.callers


def _names(places: dict[str, Place], domain: str) -> list[str]:
    """Give the names to ask a domain about, each once."""
    return list(dict.fromkeys(place.name for place in places.values() if place.domain.name == domain))
