"""Look up when people are not free on one side: each at the server of their own domain, whoever else fails.

What `ask_exchange.py` and `ask_google.py` have in common.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from calpair.busy.registered import Place
from calpair.errors import CalpairError
from calpair.model.busy import Answer, Question, Told, Unknown
from calpair.model.pair import Domain

Begin = Callable[[Domain, Sequence[str], datetime, datetime], Callable[[], Answer]]
"""Begin to ask one domain's server; what this gives waits for the answer. CalpairError, then: there is none."""

Find = Callable[[str], Place | None]
"""Where an address is asked about."""

Failed = Callable[[str, CalpairError], None]
"""Is told of a domain whose server did not answer."""


def ask_each(question: Question, find: Find, begin: Begin, failed: Failed) -> Answer:
    """Answer for every address asked about, in that order."""
    told: dict[str, Told] = dict.fromkeys(question.addresses, Unknown("not_found"))
    places = {address: place for address in told if (place := find(address))}
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


def _names(places: dict[str, Place], domain: str) -> list[str]:
    """Give the names to ask a domain about, each once."""
    return list(dict.fromkeys(place.name for place in places.values() if place.domain.name == domain))
