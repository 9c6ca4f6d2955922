"""Who may do what with a domain and its pairs: the one decision about people. Pure.

    may(Person("bo@altostrat.com"), Action.EDIT_PAIRS, domain)             -> False
    may(Person("ana@altostrat.com"), Action.PAUSE, domain, pair)           -> True, if ana is among the pair's `owners`

Whoever proves who somebody is (the console, the door of `--server`) asks here before anything is shown or written. A pair
that moves from one domain to another is edited in both. What an operator's limits allow is another question, asked of
every document on every use, whoever wrote it.
"""

from dataclasses import dataclass
from enum import StrEnum

from calpair.model.pair import Domain, Pair


class Action(StrEnum):
    """What a person may want."""

    READ = "read"
    """See a pair and its status; without a pair, all of the domain's, and its directory."""
    PAUSE = "pause"
    """Pause a pair, or let it go on."""
    EDIT_PAIRS = "edit_pairs"
    """Write, remove, approve, unpair."""
    EDIT_DIRECTORY = "edit_directory"
    EDIT_DOMAIN = "edit_domain"
    """Everything else in a domain's document: server, secret, who administers it, defaults for its pairs."""
    EDIT_LIMITS = "edit_limits"


_ADMINS = frozenset({Action.READ, Action.PAUSE, Action.EDIT_PAIRS, Action.EDIT_DIRECTORY})
_OWNERS = frozenset({Action.READ, Action.PAUSE})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has proven an address; `operator`: one of those who run this installation."""

    address: str
    operator: bool = False


def may(person: Person, action: Action, domain: Domain | None, pair: Pair | None = None) -> bool:
    """Tell whether a person may. `domain` is None where its document cannot be used: then only operators may anything."""
    if person.operator:
        return True
    if domain is None or (pair is not None and pair.domain != domain.name):
        return False
    if _among(person, domain.kept.get("admins", ())) and action in _ADMINS:
        return True
    return pair is not None and _among(person, pair.kept.get("owners", ())) and action in _OWNERS


def _among(person: Person, addresses: tuple[str, ...]) -> bool:
    # Nobody has proven an empty address, whatever a list says.
    return bool(person.address) and person.address.lower() in {address.lower() for address in addresses}
