"""What an EWS server answered, taken apart: the bytes of one HTTP answer in, one `Answer` a response message out.

Strict where a library is forgiving: a torn answer repaired by a parser would be a change list with changes missing.
No DTD, no entities, no network. Nothing a server says in prose is kept; its code words and back-off are.
"""

import re
from dataclasses import dataclass

from lxml.etree import XMLParser, XMLSyntaxError, fromstring

from calpair.exchange.errors import NotExchangeError, ServerSaidError, TornError
from calpair.exchange.soap import ERRORS, MESSAGES, SOAP, TYPES, Element, child, code_word, local_name, text

_ENVELOPE_WITHIN = 4096
_DIGITS = 9
_BAD_REFERENCES = re.compile(
    rb"&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));", re.IGNORECASE
)
_BAD_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: the server's build (`15.2.2562.17`, empty if not told) and its messages, in the order asked.

    A message that is an error stands as the error, in its place.
    """

    build: str
    messages: "tuple[Element | ServerSaidError, ...]"


def parse(data: bytes) -> Answer:
    """Take an answer apart. Raises ServerSaidError for a SOAP fault, NotExchangeError, TornError."""
    root = _root(data)
    build = _build(child(root, "Header", namespace=SOAP))
    body = child(root, "Body", namespace=SOAP)
    content = None if body is None else next(iter(body), None)
    if content is None:
        raise TornError
    if local_name(content) == "Fault":
        raise _fault(content, build)
    messages = child(content, "ResponseMessages", namespace=MESSAGES)
    if messages is None:
        # The one operation that puts its answers elsewhere: GetUserAvailability.
        messages = child(content, "FreeBusyResponseArray", namespace=MESSAGES)
    if messages is None:
        raise TornError
    return Answer(build, tuple(_message(message) for message in messages if local_name(message)))


def _root(data: bytes) -> Element:
    data = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not data:
        raise TornError
    at = data.find(b"Envelope", 0, _ENVELOPE_WITHIN)
    if not data.startswith(b"<") or at < 0 or b"<!" in data[:at]:
        # A page of a proxy or of a web mail; or a document type, which no Exchange sends and bombs are made of.
        raise NotExchangeError
    try:
        return _parsed(data)
    except XMLSyntaxError:
        # Exchange does write characters that XML forbids, when somebody pasted them into a subject.
        try:
            return _parsed(_BAD_BYTES.sub(b"", _BAD_REFERENCES.sub(b"", data)))
        except XMLSyntaxError:
            raise TornError from None


def _parsed(data: bytes) -> Element:
    parser = XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=False)
    root: Element = fromstring(data, parser)
    return root


def _build(header: Element | None) -> str:
    info = child(header, "ServerVersionInfo")
    if info is None:
        return ""
    numbers = [info.get(name, "0") for name in ("MajorVersion", "MinorVersion", "MajorBuildNumber", "MinorBuildNumber")]
    return ".".join(numbers) if all(number.isascii() and number.isdigit() for number in numbers) else ""


def _message(message: Element) -> Element | ServerSaidError:
    inner = child(message, "ResponseMessage", namespace=MESSAGES)
    outcome = message if inner is None else inner
    kind = outcome.get("ResponseClass", "")
    code = text(outcome, "ResponseCode", namespace=MESSAGES)
    if kind != "Error" and code in ("NoError", ""):
        return message
    return _said(code, child(outcome, "MessageXml", namespace=MESSAGES))


def _fault(fault: Element, build: str) -> ServerSaidError:
    detail = fault.find("detail")
    code = text(detail, "ResponseCode", namespace=ERRORS)
    if not code:
        # Some faults carry their code only as the name of the fault, with a prefix of their own.
        named = (fault.findtext("faultcode") or "").rpartition(":")[2]
        code = named if named.startswith("Error") else "SoapFault"
    said = _said(code, child(detail, "MessageXml"))
    return ServerSaidError(said.code, said.seconds, fault=True, build=build)


def _said(code: str, message_xml: Element | None) -> ServerSaidError:
    values = (
        {}
        if message_xml is None
        else {value.get("Name"): value.text or "" for value in message_xml.iter(f"{{{TYPES}}}Value")}
    )
    inner = values.get("InnerErrorResponseCode", "")
    wait = values.get("BackOffMilliseconds", "")
    seconds = int(wait[:_DIGITS]) / 1000 if wait.isascii() and wait.isdigit() else None
    return ServerSaidError(code_word(inner or code), seconds)
