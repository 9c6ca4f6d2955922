"""What a server's name stands for: resolved once, held to the operator's limits, and connected to as it was checked.

    names = Names(domain.limits)
    line = names.connect("mail.altostrat.com", 443, seconds=10)          # a socket, or why not
    if names.by_proxy("mail.altostrat.com"): ...                            # a proxy of the environment may be used

Both adapters open their connections here. A name that was looked at when its document was read may mean another
machine a minute later; so every connection asks anew, every address of the answer is held to the rule, and what is
connected to is one of those addresses, never the name again (DNS rebinding). TLS is still verified against the name, by
whoever wraps the socket.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from calpair.addresses import address_refused, is_loopback, proxy_refused
from calpair.errors import AccessLostError
from calpair.model.pair import Limits

Resolve = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a name, best first; OSError when there are none."""

REFUSED = "AddressRefused"
"""The code of the AccessLostError for a server that may not be spoken to."""

_MOST = 8
"""How many addresses are tried; they share the time a connection is given, so none gets less than an eighth of it."""


def system(host: str, port: int) -> Sequence[str]:
    """Ask the machine's resolver."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("a name no resolver takes") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Names:
    """The names one domain's servers have, held to its limits."""

    limits: Limits = field(default_factory=Limits)
    resolve: Resolve = system

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Give what a name stands for. AccessLostError when one of it may not be spoken to; OSError when it is nothing."""
        found = self.resolve(host, port)
        trouble = address_refused(host, found, self.limits)
        if trouble:
            raise AccessLostError(REFUSED, trouble)
        if not found:
            raise OSError("a name without an address")
        return found

    def connect(self, host: str, port: int, seconds: float | None) -> socket.socket:
        """Connect to the first of its addresses that answers, within `seconds` for all. As `addresses`; OSError."""
        tried = self.addresses(host, port)[:_MOST]
        share = seconds / len(tried) if seconds else seconds
        trouble = OSError()
        for address in tried:
            try:
                line = socket.create_connection((address, port), share)
            except OSError as error:
                trouble = error
                continue
            line.settimeout(seconds)
            # Head and body of a request go out in two writes; the second would wait for an acknowledgement.
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return line
        raise trouble

    def by_proxy(self, host: str) -> bool:
        """Tell whether to take the environment's proxy to a host, where there is one: never to the machine itself.

        AccessLostError for a host the operator has not listed.
        """
        if is_loopback(host):
            return False
        trouble = proxy_refused(host, self.limits)
        if trouble:
            raise AccessLostError(REFUSED, trouble)
        return True


STRICT = Names()
"""For who brings no limits: what the rule allows everybody."""
