"""What is asked, and for whom: the SOAP envelope, and whose mailbox is meant (facts 1.2, 2.10).

A mailbox's own account acts on that mailbox. A service account has none; it names one in the ExchangeImpersonation
header, and an app has to. Everything wrong with the envelope or the person is a SOAP fault; who the caller is was found
out before (`sign_in.py`).
"""

from dataclasses import dataclass

from simulators.exchange import older, zones
from simulators.exchange.accounts import Accounts, Caller
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.schemas import Schemas
from simulators.exchange.soap import MESSAGES, SOAP, Element, child, children, local, only, read, text_of
from simulators.exchange.switches import Switches
from simulators.exchange.versions import R2010, Version, rank_of


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
    caller: Caller,
    accounts: Accounts,
    switches: Switches,
    running: Version,
    schemas: Schemas | None,
) -> Letter:
    """Check a request against version and schema, and find out whose mailbox it is for."""
    header = child(envelope, "Header")
    asked = child(header, "RequestServerVersion")
    rank = rank_of(None if asked is None else asked.get("Version") or "", running, switches.unknown_version)
    if request.get("SuppressReadReceipts") is not None and rank < 1501:
        raise EwsError("ErrorSchemaValidation", "SuppressReadReceipts needs Exchange 2013 SP1", fault=True)
    wrong = schemas.fault_in_request(envelope, rank) if schemas else ""
    if wrong:
        raise EwsError("ErrorSchemaValidation", f"The request failed schema validation: {wrong}", fault=True)
    if rank < R2010:
        older.check(envelope)
    address = _address(child(header, "ExchangeImpersonation"), caller, accounts, switches)
    zone = _zone(child(header, "TimeZoneContext"))
    # To Exchange 2007 it says how tasks are meant, and nothing else ("Updating Exchange Web Services Clients for SP2").
    return Letter(local(request), request, address, zone if rank >= R2010 else None, rank)


def _address(impersonation: Element | None, caller: Caller, accounts: Accounts, switches: Switches) -> str:
    if impersonation is None and caller.app:
        raise EwsError(
            "ErrorInvalidExchangeImpersonationHeaderData",
            "ExchangeImpersonation SOAP header must be present for this type of OAuth token.",
            fault=True,
        )
    if impersonation is None:
        return caller.name if caller.name in accounts.mailboxes else ""
    identity = only(only(impersonation))
    if local(identity) not in ("PrimarySmtpAddress", "SmtpAddress", "PrincipalName"):
        raise not_modelled(f"impersonation by {local(identity)}", fault=True)
    address = text_of(identity).strip().lower()
    if address not in accounts.mailboxes:
        raise EwsError("ErrorNonExistentMailbox", f"no mailbox with the address {address!r}", fault=True)
    if not accounts.may_impersonate(caller) or address in switches.impersonation_denied:
        raise EwsError("ErrorImpersonateUserDenied", f"{caller.name} may not impersonate {address}", fault=True)
    return address


def _zone(context: Element | None) -> str | None:
    definition = next(children(context), None)
    if definition is None:
        return None
    try:
        return zones.read(definition)
    except EwsError as wrong:
        raise EwsError(wrong.code, wrong.text, fault=True) from wrong
