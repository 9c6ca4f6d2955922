"""GetUserAvailability about a contact: the Availability service asks the free/busy public folder on the caller's behalf.

Source: RequestedView and FreeBusyViewType (public folders have MergedOnly, whatever was asked for); ResponseCode
(ErrorAddressSpaceNotFound, ErrorPublicFolderServerNotFound, ErrorPublicFolderRequestProcessingFailed); the connectors'
SyncServiceGuide (`-AccessMethod PublicFolder`); Troubleshooting and issue 68 there for what a missing space comes to.
"""

from simulators.exchange.availability import Asked
from simulators.exchange.directory import split
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.published import read
from simulators.exchange.soap import Element, m, t
from simulators.exchange.turn import Turn


def answer(turn: Turn, asked: Asked, address: str) -> Element:
    """The FreeBusyView of an address that has no mailbox here."""
    legacy_dn = turn.directory.contacts.get(address)
    if legacy_dn is None:
        raise EwsError("ErrorMailRecipientNotFound", f"The directory has no mailbox {address}.")
    domain = address.partition("@")[2]
    method = turn.directory.address_spaces.get(domain)
    if method is None:
        raise EwsError("ErrorAddressSpaceNotFound", f"There is no availability address space for {domain}.")
    if method != "PublicFolder":
        raise not_modelled(f"the availability of contacts by {method}")
    return _view(_stream(turn, asked, legacy_dn))


def _stream(turn: Turn, asked: Asked, legacy_dn: str) -> str:
    name, subject = split(legacy_dn)
    folder = turn.public.group(name) if turn.public.exists else None
    if folder is None or not turn.public.is_there(folder, turn.switches):
        raise EwsError("ErrorPublicFolderServerNotFound", f"No public folder server has free/busy of {name}.")
    found = turn.public.messages(name, subject)
    missing = not found and turn.switches.public_free_busy_missing == "refused"
    if not folder.has_replica or missing:
        raise _failed(f"{subject} cannot be read")
    if not found:
        return "4" * -((asked.start - asked.end) // asked.step)
    published = read(found[0].values)
    if published.broken:
        raise _failed("; ".join(published.faults))
    return published.stream(asked.start, asked.end, asked.step)


def _failed(why: str) -> EwsError:
    return EwsError(
        "ErrorPublicFolderRequestProcessingFailed", f"The request to the public folder server failed: {why}."
    )


def _view(stream: str) -> Element:
    return m("FreeBusyView", t("FreeBusyViewType", text="MergedOnly"), t("MergedFreeBusy", text=stream))
