"""Look up when Google users are not free: each address at the Google of its own domain, whoever else fails.

    answer = ask(question, entries, paired, [one for one in domains if may_ask(one, caller)], begin, failed)

The other direction of `ask_exchange.py`, which has `may_ask`, and alike in all but whose an address is (`registered.py`):
a domain answers for the mail domains that the operator lists in `limits.calendar_domains`, and its name, which is that of
an Exchange organisation, says nothing of Google. Whoever goes by another address there is asked about by that one, and
answered for by the one that was asked.
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
    """Answer for every address asked about, in that order; see `ask_exchange.ask`."""
    return ask_each(
        question,
        lambda address: registered(address, Side.GOOGLE, entries.get(address), paired, domains),
        begin,
        failed,
    )
