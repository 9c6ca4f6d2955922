"""Look up when Exchange users are not free: each address at its own domain's server, whoever else fails.

    answer = ask(question, domains, look_up, failed)

An address belongs to the domain whose mailboxes it may be among. Of an address nobody answers for, or whose server does
not answer, nothing is known, which is never the same as free.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from calpair.errors import CalpairError
from calpair.model.busy import Answer, Question, Told, Unknown
from calpair.model.pair import Domain

LookUp = Callable[[Domain, Sequence[str], datetime, datetime], Answer]
"""Ask one domain's server. CalpairError: it cannot be asked now, or not by us."""


def ask(
    question: Question, domains: Iterable[Domain], look_up: LookUp, failed: Callable[[str, CalpairError], None]
) -> Answer:
    """Answer for every address asked about, in that order. `failed(domain, error)` is told of servers that did not."""
    known = list(domains)
    of: dict[str, list[str]] = {}
    told: dict[str, Told] = dict.fromkeys(question.addresses, Unknown("not_found"))
    for address in told:
        domain = next((one for one in known if serves(one, address)), None)
        if domain:
            of.setdefault(domain.name, []).append(address)
    for domain in known:
        addresses = of.get(domain.name, [])
        if not addresses:
            continue
        try:
            told |= look_up(domain, addresses, question.start, question.end)
        except CalpairError as error:
            failed(domain.name, error)
            told |= dict.fromkeys(addresses, Unknown("unavailable"))
    return told


def serves(domain: Domain, address: str) -> bool:
    """Tell whether an address may be a mailbox of the domain: by the operator's limits, else by the domain's name."""
    part = address.rpartition("@")[2].lower()
    return part in (domain.limits.mailbox_domains or (domain.name.lower(),))
