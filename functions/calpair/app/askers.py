"""Who asks a domain's servers, as the gate before them knows it."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256

from calpair.model.pair import Domain
from calpair.sync.digest import Digester
from calpair.sync.gate import Asker

Secret = Callable[[str], str]


def asker(domain: Domain, secret: Secret, digester: Callable[[], Digester]) -> Asker:
    """Say whose servers are to be asked, and how calpair signs in there. `secret` gives what a reference names."""
    servers = sha256(repr((domain.exchange, domain.google)).encode()).hexdigest()[:16]
    return Asker(domain.name, servers, partial(account, domain, secret, digester))


def account(domain: Domain, secret: Secret, digester: Callable[[], Digester]) -> str:
    """Digest how calpair signs in to a domain's servers, the secrets included. UsageError: one cannot be had."""
    secrets = [secret(one.secret) if one.secret else "" for one in (domain.exchange, domain.google)]
    return digester().secret(repr((domain.exchange, domain.google, secrets)))
