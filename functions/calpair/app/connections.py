"""Connections to the domains' Exchange servers, one a domain, built when they are needed and kept.

connections = Connections(store, now, secret, transports)
connections.of(domain)              # made anew when the domain's document has changed
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from calpair.errors import VersionError
from calpair.exchange.server import ExchangeConnection, server_of
from calpair.model.pair import Domain
from calpair.names import Names, Resolve, system
from calpair.ports import Doc, Now, Store

SERVERS = "servers"
"""What was learnt of each domain's Exchange."""


@dataclass(frozen=True, slots=True)
class Transports:
    """What replaces the network, in tests: a transport for Exchange, and one a Google user."""

    exchange: Any = None
    google: Callable[[str], Any] | None = None
    resolve: Resolve = system
    """Gives the addresses of a name, where connections are real."""
    instance: Any = None
    """Answers for the machine's metadata server."""


class Connections:
    """One process's connections. Threads may share it. `secret` gives what a reference names."""

    def __init__(self, store: Store, now: Now, secret: Callable[[str], str], transports: Transports) -> None:
        self._store = store
        self._now = now
        self._secret = secret
        self._transports = transports
        self._made: dict[str, tuple[Domain, ExchangeConnection]] = {}
        self._versions: dict[str, str] = {}
        self._lock = Lock()

    def of(self, domain: Domain) -> ExchangeConnection:
        """Give the domain's one connection, made anew when its document has changed."""
        with self._lock:
            return self._of(domain)

    def names(self, domain: Domain) -> Names:
        """Give what a domain's connections are held to, Exchange's and Google's."""
        return Names(domain.limits, self._transports.resolve)

    def remember_version(self, domain: Domain) -> None:
        """Store which Exchange answered, so that the next process need not guess."""
        with self._lock:
            version = self._of(domain).version
        if version and version != self._versions.get(domain.name):
            old = self._store.get(SERVERS, domain.name)
            if old is None or old.data["version"] != version:
                data = {"schema": 1, "version": version}
                with suppress(VersionError):
                    self._store.put(Doc(SERVERS, domain.name, data, version=old.version if old else ""))
            self._versions[domain.name] = version

    def _of(self, domain: Domain) -> ExchangeConnection:
        known = self._made.get(domain.name)
        if known is None or known[0] != domain:
            server, secret = server_of(domain), domain.exchange.secret
            remembered = self._store.get(SERVERS, domain.name)
            if remembered and not server.version:
                server = replace(server, version=remembered.data["version"])
            made = ExchangeConnection(
                server, lambda: self._secret(secret), self._now, self._transports.exchange, self.names(domain)
            )
            known = self._made[domain.name] = (domain, made)
        return known[1]
