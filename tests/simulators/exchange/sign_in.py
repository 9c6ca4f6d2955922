"""Who knocks: Basic, NTLM and bearer sign-in, before anything of a request's body is read.

NTLM signs in a connection, not a request: what comes later over the same connection needs no header, and what comes over
another one is nobody's. A raw NTLM message under the name Negotiate is NTLM. Source: RFC 7617 (Basic), MS-NTHT and RFC
4559 (NTLM and Negotiate over HTTP), RFC 6750 (Bearer), facts 1.1 F, 1.2, 6 item 3.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from simulators.exchange import answers, ntlm
from simulators.exchange.accounts import Accounts, Caller
from simulators.exchange.switches import Switches
from simulators.exchange.tokens import TokenEndpoint
from simulators.wire import Connection, Request, Response

HANDSHAKE = "ntlm_handshake"
UNAUTHORIZED = "unauthorized"


@dataclass(frozen=True)
class Stopped:
    """A request that does not get in: what it is counted as, and the answer."""

    counted: str
    response: Response


@dataclass(frozen=True)
class _Asked:
    """A handshake half done: the first two messages and the server's nonce."""

    before: tuple[bytes, bytes]
    nonce: bytes


class SignIn:
    """What the server knows of its connections, and of tokens through the endpoint that issued them."""

    def __init__(self, accounts: Accounts, tokens: TokenEndpoint, now: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._now = now
        self._asked: WeakKeyDictionary[Connection, _Asked] = WeakKeyDictionary()
        self._known: WeakKeyDictionary[Connection, Caller] = WeakKeyDictionary()
        self._handshakes = 0

    def caller(self, request: Request, switches: Switches) -> Caller | Stopped:
        """Who a request is from. No credentials are no failure; wrong ones are counted for the name they were for."""
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            return self._known.get(request.connection) or _refused(switches)
        if scheme.lower() not in [each.lower() for each in switches.schemes]:
            return _refused(switches)
        match scheme.lower():
            case "bearer":
                return self._bearer(credentials.strip(), switches)
            case "basic":
                return self._basic(credentials, switches)
            case _:
                return self._ntlm(scheme, credentials, request.connection, switches)

    def _basic(self, credentials: str, switches: Switches) -> Caller | Stopped:
        try:
            name, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
        except ValueError:  # no base64, or no text inside
            name, password = "", ""
        account = self._accounts.named(name)
        right = self._accounts.password(account)
        if right is None or right != password:
            self._accounts.failed[account] += 1
            return _refused(switches)
        return Caller(account)

    def _bearer(self, token: str, switches: Switches) -> Caller | Stopped:
        app, wrong = self._tokens.app_of(token)
        if not wrong:
            return Caller(app, app=True)
        return Stopped(UNAUTHORIZED, answers.unauthorized(switches.challenge_headers, token=wrong))

    def _ntlm(self, scheme: str, credentials: str, peer: Connection, switches: Switches) -> Caller | Stopped:
        self._known.pop(peer, None)  # a new handshake ends what the connection was
        asked = self._asked.pop(peer, None)
        try:
            message = base64.b64decode(credentials, validate=True)
            if ntlm.kind(message) == ntlm.NEGOTIATE:
                return self._challenged(scheme, message, peer)
            claim = ntlm.read(message)
        except ValueError:
            return _refused(switches)
        if asked is None:  # the connection was closed in between, or never asked: nobody's password was wrong
            return _refused(switches)
        account = self._accounts.named(claim.user, claim.domain)
        password = self._accounts.password(account)
        if password is None or not ntlm.proves(claim, password, asked.nonce, asked.before):
            self._accounts.failed[account] += 1
            return _refused(switches)
        if switches.ntlm_persists:
            self._known[peer] = Caller(account)
        return Caller(account)

    def _challenged(self, scheme: str, message: bytes, peer: Connection) -> Stopped:
        self._handshakes += 1
        nonce = hashlib.sha256(b"NTLM %d" % self._handshakes).digest()[:8]  # as good as chance, and the same each run
        dns = next(iter((*self._accounts.mailboxes, *self._accounts.services)), "@exchange.test").partition("@")[2]
        reply = ntlm.challenge(message, nonce, dns.partition(".")[0].upper(), dns, self._now())
        self._asked[peer] = _Asked((message, reply), nonce)
        return Stopped(HANDSHAKE, answers.unauthorized((f"{scheme} {base64.b64encode(reply).decode()}",)))


def _refused(switches: Switches) -> Stopped:
    return Stopped(UNAUTHORIZED, answers.unauthorized(switches.challenge_headers))
