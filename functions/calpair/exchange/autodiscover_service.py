"""A door: Autodiscover as Exchange asks it, plain old XML, before it asks for the free/busy of somebody elsewhere. Pure.

    address = parse(body, content_type)              # RefusedRequestError: say it, with its reason
    render(address, "https://HOST/EWS/Exchange.asmx")
    refusal(200, str(error), error.reason, now=now)  # whatever stands in the way, said in Autodiscover's form

The answer names the same address of the availability service twice, as for a client inside and for one outside, since
no page says which of them a server reads that asks on behalf of its users. Whoever serves the domain answers alike for
every address in it: who exists is not told. What is refused goes out with HTTP status 200, as on Exchange. Source: "POX
Autodiscover XML elements for Exchange", MS-OXDSCLI 2.2.4 (ErrorCode).
"""

from datetime import UTC, datetime

from lxml import etree
from lxml.etree import QName, SubElement, tostring

from calpair.errors import RefusedRequestError
from calpair.exchange import posted
from calpair.exchange.posted import LARGEST, word
from calpair.exchange.soap import Element, clean
from calpair.model.address import possible

__all__ = ["CONTENT_TYPE", "LARGEST", "NO_SUCH_ADDRESS", "REFUSED", "parse", "refusal", "render"]

CONTENT_TYPE = "text/xml; charset=utf-8"
REFUSED = 200
"""The HTTP status a refusal of what was asked goes out with."""

NO_SUCH_ADDRESS = "500"
"""The reason for an address that nobody here answers for."""

_INVALID, _NOT_THAT, _INTERNAL = "600", "601", "603"
_REASONS = {400: _INVALID, 404: NO_SUCH_ADDRESS, 405: _INVALID, 413: _INVALID}

_ASKED = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"
_ANSWERED = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
_SETTINGS = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"


def parse(body: bytes, content_type: str = "") -> str:
    """Give the address that is asked about. RefusedRequestError, with one of Autodiscover's codes."""
    root = posted.read(body, content_type, reason=_INVALID)
    if root.tag != f"{{{_ASKED}}}Autodiscover":
        raise RefusedRequestError(_INVALID, "an Autodiscover request in Outlook's schema of 2006 is expected")
    request = _only(root, "Request")
    if word(_only(request, "AcceptableResponseSchema")) != _SETTINGS:
        raise RefusedRequestError(_NOT_THAT, "answers are given in Outlook's schema 2006a alone")
    address = word(_only(request, "EMailAddress"))
    if not possible(address):
        raise RefusedRequestError(_INVALID, "EMailAddress is to be an SMTP address")
    return address


def render(address: str, url: str) -> bytes:
    """Say where free/busy is to be asked for: at `url`."""
    root, response = _answer(_SETTINGS)
    _add(_add(response, "User"), "DisplayName", address)
    account = _add(response, "Account")
    _add(account, "AccountType", "email")
    _add(account, "Action", "settings")
    for kind in ("EXCH", "EXPR"):
        protocol = _add(account, "Protocol")
        _add(protocol, "Type", kind)
        _add(protocol, "ASUrl", url)
        _add(protocol, "EwsUrl", url)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def refusal(status: int, sentence: str, reason: str = "", *, now: datetime) -> bytes:
    """Say why there is no answer; without a `reason`, by the HTTP status. `now`: every such answer tells the time."""
    root, response = _answer(_ANSWERED)
    error = _add(response, "Error")
    error.set("Time", now.astimezone(UTC).strftime("%H:%M:%S.%f0"))
    error.set("Id", "0")
    _add(error, "ErrorCode", reason or _REASONS.get(status, _INTERNAL))
    _add(error, "Message", sentence)
    _add(error, "DebugData")
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _only(element: Element, name: str) -> Element:
    """Give the one child of that name. What else stands there is not for us."""
    found = element.findall(f"{{{_ASKED}}}{name}")
    if len(found) != 1:
        raise RefusedRequestError(_INVALID, f"the request is to hold {name}, once")
    return found[0]


def _answer(schema: str) -> tuple[Element, Element]:
    root = etree.Element(QName(_ANSWERED, "Autodiscover"), nsmap={None: _ANSWERED})  # type: ignore[dict-item]  # None is the prefix that is none
    return root, SubElement(root, QName(schema, "Response"), nsmap={None: schema})  # type: ignore[dict-item]  # the same


def _add(element: Element, name: str, text: str = "") -> Element:
    added = SubElement(element, QName(QName(element).namespace, name))
    added.text = clean(text) or None
    return added
