"""Look up when Exchange users are not free: each address at its own domain's server, whoever else fails.

    answer = ask(question, [one for one in domains if may_ask(one, caller)], begin, failed)

An address belongs to the domain whose mailboxes it may be among. Of an address nobody answers for, or whose server does
not answer, nothing is known, which is never the same as free. All servers are asked before the first is waited for, so
that a slow one takes nothing of the others' time.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from calpair.errors import CalpairError
from calpair.model.busy import Answer, Question, Told, Unknown
from calpair.model.pair import Domain

Begin = Callable[[Domain, Sequence[str], datetime, datetime], Callable[[], Answer]]
"""Begin to ask one domain's server; what this gives waits for the answer. CalpairError, then: there is none."""

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
"""What could be a mailbox's address; anything else is nobody's, and no server hears of it."""


def ask(
    question: Question, domains: Iterable[Domain], begin: Begin, failed: Callable[[str, CalpairError], None]
) -> Answer:
    """Answer for every address asked about, in that order. `failed(domain, error)` is told of servers that did not."""
    known = list(domains)
    of: dict[str, list[str]] = {}
    told: dict[str, Told] = dict.fromkeys(question.addresses, Unknown("not_found"))
    for address in told:
        domain = next((one for one in known if serves(one, address)), None)
        if domain:
            of.setdefault(domain.name, []).append(address)
    waiting = {
        domain.name: begin(domain, of[domain.name], question.start, question.end)
        for domain in known
        if domain.name in of
    }
    for name, wait in waiting.items():
        try:
            told |= wait()
        except CalpairError as error:
            failed(name, error)
            told |= dict.fromkeys(of[name], Unknown("unavailable"))
    return told


def may_ask(domain: Domain, caller: str) -> bool:
    """Tell whether an account that may call the function may ask about this domain."""
    return domain.callers is None or caller.lower() in domain.callers


def serves(domain: Domain, address: str) -> bool:
    """Tell whether an address may be a mailbox of the domain: by the operator's limits, else by the domain's name."""
    if not _ADDRESS.fullmatch(address):
        return False
    part = address.rpartition("@")[2].lower()
    return part in (domain.limits.mailbox_domains or (domain.name.lower(),))
