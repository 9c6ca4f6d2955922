"""Look up when Exchange users are not free: each address at its own domain's server, whoever else fails.

    answer = ask(question, entries, paired, [one for one in domains if may_ask(one, caller)], begin, failed)

Whose an address is, `registered.py` says. Of an address nobody answers for, or whose server does not answer, nothing is
known, which is never the same as free. All servers are asked before the first is waited for, so that a slow one takes
nothing of the others' time.
"""

from collections.abc import Mapping, Sequence

from calpair.busy.asking import Begin, Failed, ask_each
from calpair.busy.registered import Paired, registered
from calpair.model.busy import Answer, Question
from calpair.model.directory import Entry
from calpair.model.pair import Domain
from calpair.model.side import Side


def ask(
    question: Question,
    entries: Mapping[str, Entry],
    paired: Paired,
    domains: Sequence[Domain],
    begin: Begin,
    failed: Failed,
) -> Answer:
    """Answer for every address asked about, in that order. `failed(domain, error)` is told of servers that did not.

    `entries`: what the directory has on them, by the address as it was asked.
    """
    return ask_each(
        question,
        lambda address: registered(address, Side.EXCHANGE, entries.get(address), paired, domains),
        begin,
        failed,
    )


def may_ask(domain: Domain, caller: str) -> bool:
    """Tell whether an account that may call the function may ask about this domain."""
    return domain.callers is None or caller.lower() in domain.callers
