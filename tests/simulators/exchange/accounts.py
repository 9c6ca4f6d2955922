"""The accounts of a simulated server: addresses with passwords, under what names they sign in, and what failed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Caller:
    """Who signed in: an account's address, or the client id of an app, which may only impersonate."""

    name: str
    app: bool = False


@dataclass
class Accounts:
    """Addresses (lower case) and passwords; `failed` counts failed sign-ins for each user name, which lock accounts."""

    mailboxes: Mapping[str, str]
    services: Mapping[str, str]
    failed: Counter[str] = field(default_factory=Counter)

    def password(self, account: str) -> str | None:
        """The password of an address; None when there is no such account."""
        return self.mailboxes.get(account, self.services.get(account))

    def named(self, name: str, domain: str = "") -> str:
        r"""The address a name signs in as, in lower case: a UPN, or `DOMAIN\name`; other names come back as they are.

        The NetBIOS name of a domain is the first label of its DNS name, which is what Active Directory proposes; the
        DNS name itself is taken too.
        """
        typed = name.lower()
        if not domain:
            domain, backslash, rest = typed.partition("\\")
            if not backslash:
                return typed
            typed = rest
        for address in (*self.mailboxes, *self.services):
            user, _, dns = address.partition("@")
            if user == typed and domain.lower() in (dns, dns.partition(".")[0]):
                return address
        return f"{domain.lower()}\\{typed}"

    def may_impersonate(self, caller: Caller) -> bool:
        """Tell whether a caller may act for mailboxes at all."""
        return caller.app or caller.name in self.services
