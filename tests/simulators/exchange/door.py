"""Who knocks: sign-in, the SOAP envelope, and whose mailbox is meant (facts 1.2, 2.10).

A mailbox's own account acts on that mailbox. A service account has none; it names one in the ExchangeImpersonation
header. Everything wrong with the envelope or the person is a SOAP fault; a wrong password is HTTP 401.
"""

import base64
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from simulators.exchange import zones
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.schemas import Schemas
from simulators.exchange.soap import MESSAGES, SOAP, Element, child, children, local, only, read, text_of
from simulators.exchange.switches import Switches
from simulators.exchange.versions import Version, rank_of
from simulators.wire import Request


@dataclass
class Accounts:
    """Addresses (lower case) and passwords; `failed` counts failed sign-ins for each user name, which lock accounts."""

    mailboxes: Mapping[str, str]
    services: Mapping[str, str]
    failed: Counter[str]

    def sign_in(self, request: Request) -> str | None:
        """The account a request signs in as; None for no or wrong credentials. Asking without any is no failure."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "basic":
            self.failed[scheme] += 1
            return None
        try:
            name, _, password = base64.b64decode(token, validate=True).decode().partition(":")
        except ValueError:  # no base64, or no text inside
            name, password = "", ""
        account = name.lower()
        right = self.mailboxes.get(account, self.services.get(account))
        if right is None or right != password:
            self.failed[account] += 1
            return None
        return account


@dataclass(frozen=True)
class Letter:
    """A request taken apart: its operation, the mailbox it is for (empty for none), its zone and version rank."""

    operation: str
    request: Element
    address: str
    zone: str | None
    rank: int


def operation_of(body: bytes) -> tuple[Element, Element]:
    """The envelope and the one element of its body."""
    envelope = read(body)
    if envelope.tag != f"{{{SOAP}}}Envelope":
        raise EwsError("ErrorSchemaValidation", "the request is no SOAP 1.1 envelope", fault=True)
    inner = child(envelope, "Body")
    if inner is None:
        raise EwsError("ErrorSchemaValidation", "the envelope has no body", fault=True)
    request = only(inner)
    if request.tag != f"{{{MESSAGES}}}{local(request)}":
        raise EwsError("ErrorSchemaValidation", f"{request.tag} is no message of EWS", fault=True)
    return envelope, request


def open_letter(
    envelope: Element,
    request: Element,
    account: str,
    accounts: Accounts,
    switches: Switches,
    running: Version,
    schemas: Schemas | None,
) -> Letter:
    """Check a request against version and schema, and find out whose mailbox it is for."""
    header = child(envelope, "Header")
    asked = child(header, "RequestServerVersion")
    rank = rank_of(None if asked is None else asked.get("Version") or "", running)
    if request.get("SuppressReadReceipts") is not None and rank < 1501:
        raise EwsError("ErrorSchemaValidation", "SuppressReadReceipts needs Exchange 2013 SP1", fault=True)
    wrong = schemas.fault_in_request(envelope, rank) if schemas else ""
    if wrong:
        raise EwsError("ErrorSchemaValidation", f"The request failed schema validation: {wrong}", fault=True)
    address = _address(child(header, "ExchangeImpersonation"), account, accounts, switches)
    return Letter(local(request), request, address, _zone(child(header, "TimeZoneContext")), rank)


def _address(impersonation: Element | None, account: str, accounts: Accounts, switches: Switches) -> str:
    if impersonation is None:
        return account if account in accounts.mailboxes else ""
    identity = only(only(impersonation))
    if local(identity) not in ("PrimarySmtpAddress", "SmtpAddress", "PrincipalName"):
        raise not_modelled(f"impersonation by {local(identity)}", fault=True)
    address = text_of(identity).strip().lower()
    if address not in accounts.mailboxes:
        raise EwsError("ErrorNonExistentMailbox", f"no mailbox with the address {address!r}", fault=True)
    if account not in accounts.services or address in switches.impersonation_denied:
        raise EwsError("ErrorImpersonateUserDenied", f"{account} may not impersonate {address}", fault=True)
    return address


def _zone(context: Element | None) -> str | None:
    definition = next(children(context), None)
    if definition is None:
        return None
    zone = definition.get("Id")
    if zone is None:
        raise not_modelled("time zones defined in a request", fault=True)
    return zones.canonical(zone)
