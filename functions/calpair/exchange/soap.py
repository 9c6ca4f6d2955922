"""The envelope around every EWS request, and the small words for building and reading its XML.

`t("Subject", "Lunch")` builds an element of EWS's types, `m(...)` one of its messages; content is text or elements.
Source: the SOAP pages of "EWS reference for Exchange" (RequestServerVersion, ExchangeImpersonation).
"""

import re

from lxml import etree
from lxml.etree import QName, SubElement, tostring

Element = etree._Element  # noqa: SLF001 - lxml names the type of its elements only so

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
_NAMES = {"s": SOAP, "t": TYPES, "m": MESSAGES}

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,79}")


def clean(text: str) -> str:
    """Leave out the characters XML cannot carry at all (control characters, half surrogates)."""
    return _ILLEGAL.sub("", text)


def t(tag: str, *content: "str | Element", **attributes: str) -> Element:
    """Build an element in the namespace of EWS's types."""
    return _build(TYPES, tag, content, attributes)


def m(tag: str, *content: "str | Element", **attributes: str) -> Element:
    """Build an element in the namespace of EWS's messages."""
    return _build(MESSAGES, tag, content, attributes)


def envelope(body: Element, schema: str, impersonate: str) -> bytes:
    """Wrap a request: as which schema version it is written, and as whom (empty: as the account itself)."""
    root = etree.Element(QName(SOAP, "Envelope"), nsmap=_NAMES)
    header = SubElement(root, QName(SOAP, "Header"))
    header.append(t("RequestServerVersion", Version=schema))
    if impersonate:
        header.append(t("ExchangeImpersonation", t("ConnectingSID", t("PrimarySmtpAddress", impersonate))))
    SubElement(root, QName(SOAP, "Body")).append(body)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def child(element: Element | None, *path: str, namespace: str = TYPES) -> Element | None:
    """Find a descendant by the names on the way to it; None if any of them is missing."""
    for name in path:
        element = None if element is None else element.find(f"{{{namespace}}}{name}")
    return element


def text(element: Element | None, *path: str, namespace: str = TYPES) -> str:
    """Give a descendant's text, empty if there is none."""
    found = child(element, *path, namespace=namespace)
    return "" if found is None else found.text or ""


def local_name(element: Element) -> str:
    """Give an element's name without its namespace; empty for comments and the like."""
    return QName(element).localname if isinstance(element.tag, str) else ""


def code_word(word: str) -> str:
    """Take a server's code only if it is one short word: anything else might be somebody's calendar."""
    word = word.strip()
    return word if _CODE.fullmatch(word) else "UnknownCode"


def _build(namespace: str, tag: str, content: "tuple[str | Element, ...]", attributes: dict[str, str]) -> Element:
    element = etree.Element(QName(namespace, tag), nsmap=_NAMES)
    for name, value in attributes.items():
        element.set(name, clean(value))
    for part in content:
        if isinstance(part, str):
            element.text = clean(part)
        else:
            element.append(part)
    return element
