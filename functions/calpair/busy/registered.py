"""Whose an address is: the domain to ask about it, and the name it goes by on that side. Pure.

    place = registered("ana@altostrat.com", Side.GOOGLE, entry, paired, domains)     # None: nobody's here
    place.domain, place.name

    the directory's entry   says it alone, where there is one: who has no address on a side is not there, though the mail
                            domain would fit
    an enabled pair         of the mailbox, or of the calendar or its user
    the mail domain         Exchange: `limits.mailbox_domains`, where they are not written the domain's own name;
                            Google: `limits.calendar_domains`

What the operator's limits leave out does not count, whoever wrote it: an administrator of one domain answers for no
address of another's, nor hides it. So all domains are looked at, and then whether the asker may hear of the one found.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from calpair.model.address import possible
from calpair.model.directory import Entry
from calpair.model.pair import GOOGLES_OWN, Domain, Pair
from calpair.model.side import Side

Paired = Callable[[Side, str], str | None]
"""The name of the domain in which an enabled pair has this address on this side; asked only where no entry says it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is asked about: at which domain, and by which name there."""

    domain: Domain
    name: str


@dataclass(frozen=True, slots=True)
class Books:
    """What says whose addresses are: all domains there are, the directory's entries by the address asked, and pairs.

    `open_to`: the names of those domains that the asker may ask about; None: all.
    """

    domains: Sequence[Domain]
    entries: Mapping[str, Entry]
    paired: Paired
    open_to: Collection[str] | None = None

    def place(self, address: str, side: Side) -> Place | None:
        """Tell where an address is asked about on a side, or None."""
        return registered(address, side, self.entries.get(address), self.paired, self.domains, self.open_to)


def registered(
    address: str,
    side: Side,
    entry: Entry | None,
    paired: Paired,
    domains: Sequence[Domain],
    open_to: Collection[str] | None = None,
) -> Place | None:
    """Tell where an address is asked about, or None. `entry`: what the directory says of it; `open_to` as in `Books`.

    Whose domain is not among these is nobody's here.
    """
    if not possible(address):
        return None
    open_ = [one for one in domains if open_to is None or one.name in open_to]
    if entry is not None and _counts(entry, domains):
        return _at(entry.domain, entry.on(side), side, open_)
    name = paired(side, address.lower())
    if name is not None:
        return _at(name, address, side, open_)
    return next((Place(one, address) for one in open_ if _serves(one, side, address)), None)


def by_address(pairs: Iterable[Pair]) -> Mapping[tuple[Side, str], str]:
    """Give the domain of each address that an enabled pair has on a side, in lower case; of several, the first one's."""
    found: dict[tuple[Side, str], str] = {}
    for pair in pairs:
        if pair.enabled:
            found.setdefault((Side.EXCHANGE, pair.mailbox.lower()), pair.domain)
            for address in (pair.calendar, pair.google_user):
                found.setdefault((Side.GOOGLE, address.lower()), pair.domain)
    return found


def _counts(entry: Entry, domains: Sequence[Domain]) -> bool:
    """Tell whether the entry's domain may speak of its address at all, by either side's limits."""
    return all(
        _within(one, Side.EXCHANGE, entry.address) or _within(one, Side.GOOGLE, entry.address)
        for one in domains
        if one.name == entry.domain
    )


def _at(domain: str, name: str, side: Side, domains: Sequence[Domain]) -> Place | None:
    theirs = (one for one in domains if one.name == domain and possible(name) and _within(one, side, name))
    return next((Place(one, name) for one in theirs), None)


def _within(domain: Domain, side: Side, address: str) -> bool:
    """Tell whether the operator lets the domain have this address on this side."""
    allowed = _listed(domain, side)
    own = side is Side.GOOGLE and address.lower().endswith(GOOGLES_OWN)
    return not allowed or own or _mail(address) in allowed


def _serves(domain: Domain, side: Side, address: str) -> bool:
    """Tell whether an address of nobody in particular is the domain's."""
    listed = _listed(domain, side)
    if side is Side.EXCHANGE and not listed:
        return _mail(address) == domain.name.lower()
    return _mail(address) in listed


def _listed(domain: Domain, side: Side) -> tuple[str, ...]:
    return domain.limits.mailbox_domains if side is Side.EXCHANGE else domain.limits.calendar_domains


def _mail(address: str) -> str:
    return address.rpartition("@")[2].lower()
