"""XML as EWS speaks it: namespaces, building elements, and reading what strangers send without trusting it.

`t()` and `m()` build elements of the types and messages namespaces; `read()` parses a request and refuses document
types, entities and anything unparsable; `child()` and `children()` look one level down by local name. Without schemas, what these functions refuse is all the judgement there is.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

from lxml import etree

from simulators.exchange.errors import EwsError

Element: TypeAlias = etree._Element

TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PREFIXES = {"t": TYPES, "m": MESSAGES}


def _build(
    space: str, name: str, children: tuple[Element | None, ...], text: str | None, attrs: dict[str, str]
) -> Element:
    element = etree.Element(f"{{{space}}}{name}", attrs, nsmap=_PREFIXES)
    if text is not None:
        element.text = xml_text(text)
    for each in children:
        if each is not None:
            element.append(each)
    return element


def t(name: str, /, *children: Element | None, text: str | None = None, **attrs: str) -> Element:
    """Build an element of the types namespace; children that are None are left out."""
    return _build(TYPES, name, children, text, attrs)


def m(name: str, /, *children: Element | None, text: str | None = None, **attrs: str) -> Element:
    """Build an element of the messages namespace; children that are None are left out."""
    return _build(MESSAGES, name, children, text, attrs)


def xml_text(text: str) -> str:
    """Drop the characters XML 1.0 cannot carry, as a server's writer has to."""
    return _UNSPEAKABLE.sub("", text)


def read(body: bytes) -> Element:
    """Parse a request. Hostile or broken XML is an `EwsError` to be answered as a fault."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as broken:
        raise EwsError("ErrorSchemaValidation", f"the request is not well-formed XML: {broken}", fault=True) from broken
    document: Any = root.getroottree().docinfo
    if document.doctype or document.internalDTD is not None:
        raise EwsError("ErrorSchemaValidation", "a document type declaration is not allowed", fault=True)
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element | None) -> Iterator[Element]:
    """Iterate over the child elements, skipping comments and processing instructions."""
    if element is not None:
        yield from (each for each in element if isinstance(each.tag, str))


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that local name, or None."""
    return next((each for each in children(element) if local(each) == name), None)


def only(element: Element) -> Element:
    """The first child element; a refusal when there is none."""
    return listed(element)[0]


def listed(element: Element) -> list[Element]:
    """The elements of a list; a refusal when it is empty, for no list of a request may be."""
    found = list(children(element))
    if not found:
        raise EwsError("ErrorSchemaValidation", f"{local(element)} is empty", fault=True)
    return found


def need(element: Element | None, name: str) -> Element:
    """The first child of that name; a refusal when it is missing."""
    found = child(element, name)
    if found is None:
        where = "the request" if element is None else local(element)
        raise EwsError("ErrorSchemaValidation", f"{where} lacks the element {name}", fault=True)
    return found


def text_of(element: Element | None) -> str:
    """The text of an element, empty when there is none; a refusal when elements are inside, as the schema has it."""
    if element is None:
        return ""
    if next(children(element), None) is not None:
        raise EwsError("ErrorSchemaValidation", f"{local(element)} holds a text and no elements", fault=True)
    return element.text or ""


def raw(element: Element) -> bytes:
    """Serialize without an XML declaration."""
    return etree.tostring(element, encoding="utf-8")


def number(text: str | None, what: str) -> int:
    """Read an xs:int; a refusal naming what it was for."""
    try:
        return int(text or "")
    except ValueError:
        raise EwsError("ErrorSchemaValidation", f"{what} is no number: {text!r}", fault=True) from None


def choice(text: str | None, what: str, allowed: Collection[str]) -> str:
    """Read a value of an enumeration; a refusal naming what it was for."""
    if text is None or text not in allowed:
        raise EwsError("ErrorSchemaValidation", f"{what} is not {text!r} but one of {', '.join(allowed)}", fault=True)
    return text


def bool_text(value: bool) -> str:
    """A boolean as xs:boolean."""
    return "true" if value else "false"


def truth(element: Element | None, text: str | None = None) -> bool:
    """Read an xs:boolean; a refusal when it is neither."""
    value = (text_of(element) if text is None else text).strip()
    if value in ("true", "1"):
        return True
    if value in ("false", "0"):
        return False
    raise EwsError("ErrorSchemaValidation", f"{value!r} is no boolean", fault=True)
