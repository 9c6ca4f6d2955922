"""Who is where: a person or a room as the directory knows it, for free/busy."""

from dataclasses import dataclass

from calpair.model.side import Side


@dataclass(frozen=True, slots=True)
class Entry:
    """One registered address, and what it is called on the sides it lives on (empty: it does not live there).

    `address`: what people ask by, in lower case. `legacy_dn`: the legacyExchangeDN of the contact that stands for it in
    Exchange's address list; empty: the domain's template makes one.
    """

    address: str
    domain: str
    exchange: str = ""
    google: str = ""
    legacy_dn: str = ""

    def on(self, side: Side) -> str:
        """Give its address there."""
        return self.exchange if side is Side.EXCHANGE else self.google
