"""A door: free/busy asked for as EWS's GetUserAvailability asks, and answered in its form. Pure.

    asked = parse(body, content_type)       # RefusedRequestError: say it, with its reason
    render(asked, answer)                   # the answer to `asked.question`; where that is None, to nothing: {}
    refusal(400, str(error), error.reason)  # whatever stands in the way, said as a SOAP fault

Who asks are other Exchange servers, which an availability address space leads here, and Google's Interop. SOAP 1.1 wants
HTTP status 500 for a fault, and exchangelib reads one in no other answer; the entry point has 400 all the same
for what a caller got wrong, so that a 5xx is always ours. What is wrong with one mailbox is told in
its place and spoils nothing for the others; what is not known is an error, and never free. Events are told as far as
they lie in the window. Source: "GetUserAvailability operation", "ResponseCode", "ServerVersionInfo" (EWS reference for
Exchange), its schemas, and SOAP 1.1.
"""

from lxml import etree
from lxml.etree import QName, SubElement, tostring

from calpair.exchange.availability_request import Asked, parse
from calpair.exchange.availability_views import element, events_of, nothing
from calpair.exchange.posted import LARGEST
from calpair.exchange.soap import ERRORS, MESSAGES, SOAP, TYPES, Element, clean, m, t
from calpair.model.busy import Answer, Told, Unknown

__all__ = ["CONTENT_TYPE", "LARGEST", "Asked", "parse", "refusal", "render"]

CONTENT_TYPE = "text/xml; charset=utf-8"
MOST_EVENTS_IN_ALL = 10_000
"""Events of a whole answer: there are a thousand a mailbox, and a hundred mailboxes, or one asked about as often."""

_SERVER = {
    # Answers are in the form of Exchange 2016; clients choose by this what they write next.
    "MajorVersion": "15",
    "MinorVersion": "1",
    "MajorBuildNumber": "2507",
    "MinorBuildNumber": "6",
    "Version": "V2017_07_11",
}
_NOBODY = "nobody of this address is known here, or it may not be looked up"
_CODES = {
    # Who may not be seen and who is not there are told alike: a door is no way to find out who exists.
    "not_found": ("ErrorMailRecipientNotFound", _NOBODY),
    "no_access": ("ErrorMailRecipientNotFound", _NOBODY),
    "no_data": ("ErrorFreeBusyGenerationFailed", "this calendar cannot be read"),
    "unavailable": ("ErrorInternalServerTransientError", "this calendar cannot be read now; ask again later"),
}
_NO_ADDRESS = ("ErrorInvalidSmtpAddress", "this is no SMTP address; RoutingType, if it stands there, is to be SMTP")
_NO_ZONE = (
    "ErrorTimeZone",
    "nobody here knows the request's time zone; define it in TimeZone, or send times with offsets",
)
_TOO_MUCH = ("ErrorResultSetTooBig", "too many events; ask for less time, or for FreeBusyMerged")
_NO_SUGGESTIONS = ("ErrorMeetingSuggestionGenerationFailed", "no meeting times are suggested here")

_STATUSES = {
    400: "ErrorInvalidRequest",
    401: "ErrorAccessDenied",
    403: "ErrorAccessDenied",
    405: "ErrorInvalidRequest",
    413: "ErrorInvalidRequest",
    503: "ErrorServerBusy",
}
"""EWS's codes for what is wrong before a request is read; any other status is ErrorInternalServerError."""

_OF_SOAP = ("VersionMismatch", "MustUnderstand")


def render(asked: Asked, answer: Answer) -> bytes:
    """Write the answer: one part a mailbox, in the order asked, each as often as it was.

    Where there is no room for more events, the mailboxes after that are told by digits alone, as one is that has too many.
    """
    array = m("FreeBusyResponseArray")
    room = MOST_EVENTS_IN_ALL
    for address in asked.mailboxes:
        response = _response(asked, address, answer.get(address, Unknown("not_found")), room)
        room -= events_of(response)
        array.append(response)
    response = m("GetUserAvailabilityResponse", array)
    if asked.suggestions:
        response.append(m("SuggestionsResponse", _failed(*_NO_SUGGESTIONS)))
    return _envelope(response, t("ServerVersionInfo", **_SERVER))


def refusal(status: int, sentence: str, reason: str = "") -> bytes:
    """Say why there is no answer, as a SOAP fault; without a `reason`, by the status."""
    code = reason or _STATUSES.get(status, "ErrorInternalServerError")
    fault = etree.Element(QName(SOAP, "Fault"), nsmap={"s": SOAP, "t": TYPES})
    named = SubElement(fault, "faultcode")
    named.text = f"s:{code}" if code in _OF_SOAP else f"t:{clean(code)}"
    said = SubElement(fault, "faultstring")
    said.text = clean(sentence)
    said.set("{http://www.w3.org/XML/1998/namespace}lang", "en-US")
    if code not in _OF_SOAP:
        # A fault about the envelope has no detail: that is about the body.
        detail = SubElement(fault, "detail")
        for name, text in (("ResponseCode", code), ("Message", sentence)):
            SubElement(detail, QName(ERRORS, name), nsmap={"e": ERRORS}).text = clean(text)
    return _envelope(fault)


def _response(asked: Asked, address: str, told: Told, room: int) -> Element:
    view = None
    trouble = _CODES.get(told.reason, _CODES["no_data"]) if isinstance(told, Unknown) else _TOO_MUCH
    if asked.window is None:
        trouble = _NO_ZONE
    elif not address:
        trouble = _NO_ADDRESS
    elif not isinstance(told, Unknown):
        view = element(asked.view, told, asked.window, room)
    if view is None:
        return m("FreeBusyResponse", _failed(*trouble), nothing())
    done = m("ResponseMessage", m("ResponseCode", "NoError"), ResponseClass="Success")
    return m("FreeBusyResponse", done, view)


def _failed(code: str, sentence: str) -> Element:
    return m(
        "ResponseMessage",
        m("MessageText", sentence),
        m("ResponseCode", code),
        m("DescriptiveLinkKey", "0"),
        ResponseClass="Error",
    )


def _envelope(content: Element, *heads: Element) -> bytes:
    root = etree.Element(QName(SOAP, "Envelope"), nsmap={"s": SOAP, "m": MESSAGES, "t": TYPES})
    header = SubElement(root, QName(SOAP, "Header"))
    header.extend(heads)
    SubElement(root, QName(SOAP, "Body")).append(content)
    return tostring(root, encoding="utf-8", xml_declaration=True)
