"""XML that a caller sends us: the bytes of a body in, the root of a small tree out; and its parts, each where it may be. Pure.

    root = read(body, "text/xml; charset=utf-8", reason="ErrorSchemaValidation")       # RefusedRequestError, with that reason
    parts(root, named(SOAP, "Header", "Body"), reason="ErrorSchemaValidation")         # {"Body": element}

A stranger wrote it. Its bytes become text here, by the rule of RFC 7303 (byte order mark, Content-Type, declaration),
and the parser sees nothing but that text: what would be read otherwise in another charset cannot hide. There is no
document type, so no entities; nothing is fetched; size, number and depth of elements are bounded. Comments are as if
they were not there, so that an address is not cut short at one.
"""

import re
from collections.abc import Iterable

from lxml.etree import XMLParser, XMLSyntaxError, fromstring, iterwalk

from calpair.errors import RefusedRequestError
from calpair.exchange.soap import Element, local_name

LARGEST = 256 * 1024
"""Bytes of a body that are read: a hundred mailboxes with long names and a zone of many rules need a quarter of it."""
MOST_TAGS = 20_000
DEEPEST = 32

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_LITTLE, _BIG = b"<\x00", b"\x00<"
_CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_PARAMETER = re.compile(r""";\s*charset\s*=\s*["']?([^\s;"']{1,40})""", re.IGNORECASE)
_DECLARED = re.compile(rb"""\s*<\?xml\s[^<>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"\s*<\?xml\s[^<>]{0,200}\?>")
_BANNED = ("<!DOCTYPE", "<!ENTITY")


def read(body: bytes, content_type: str = "", *, reason: str) -> Element:
    """Give the root of what was sent. RefusedRequestError with `reason`: it is no XML, or more of it than is read."""
    if len(body) > LARGEST:
        raise RefusedRequestError(reason, f"at most {LARGEST} bytes are read")
    try:
        text = body.decode(_charset(body, content_type)).removeprefix("\ufeff")
    except (ValueError, LookupError):
        raise RefusedRequestError(reason, "the body is to be XML in utf-8 or utf-16, and in the one it says") from None
    if any(word in text for word in _BANNED):
        raise RefusedRequestError(reason, "a document type or an entity is not read; leave it out")
    if text.count("<") > MOST_TAGS:
        raise RefusedRequestError(reason, f"at most {MOST_TAGS} tags are read")
    # What the declaration says of the charset has been looked at and is about other bytes than these.
    text = (_DECLARATION.sub("", text, count=1) if _DECLARATION.match(text) else text).strip()
    if text.startswith("<?xml"):
        raise RefusedRequestError(reason, "an XML declaration of more than 200 characters is not read")
    try:
        root: Element = fromstring(text.encode(), _parser())
    except (XMLSyntaxError, ValueError):
        raise RefusedRequestError(reason, "the body is to be well-formed XML") from None
    if _depth(root) > DEEPEST:
        raise RefusedRequestError(reason, f"at most {DEEPEST} elements stand within each other")
    return root


def parts(element: Element, names: Iterable[str], *, reason: str) -> dict[str, Element]:
    """Give what stands in an element, by local name: some of `names` (see `named`), in any order and each once.

    RefusedRequestError: another one stands there, or one twice. So nothing is passed over that somebody meant.
    """
    known = {name: name.rpartition("}")[2] for name in names}
    found: dict[str, Element] = {}
    for part in element:
        name = known.get(str(part.tag))
        if name is None:
            holds = ", ".join(known.values())
            raise RefusedRequestError(reason, f"{local_name(element)} is to hold nothing but {holds}, in its namespace")
        if name in found:
            raise RefusedRequestError(reason, f"{local_name(element)} is to hold {name} once")
        found[name] = part
    return found


def named(namespace: str, *names: str) -> tuple[str, ...]:
    """Give names of a namespace in full."""
    return tuple(f"{{{namespace}}}{name}" for name in names)


def word(element: Element | None) -> str | None:
    """Give an element's text without the blanks around it; None where there is no element, or it holds others."""
    return None if element is None or len(element) else (element.text or "").strip()


def _parser() -> XMLParser:
    # Built anew each time: threads share nothing.
    return XMLParser(
        # A second lock: of a text that named its charset the parser would decode the bytes anew, past all that was looked at.
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _charset(body: bytes, content_type: str) -> str:
    """Tell the charset; LookupError for one that is not read."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name
    told = _PARAMETER.search(content_type)
    declared = _DECLARED.match(body)
    wide = {_LITTLE: "utf-16-le", _BIG: "utf-16-be"}.get(body[:2], "")
    said = told[1] if told else wide or (declared[1].decode() if declared else "utf-8")
    charset = wide if said == wide else _CHARSETS[said.lower()]
    # Without a mark the first character tells the order; the standard's own is the big end first.
    return (wide or "utf-16-be") if charset == "utf-16" else charset


def _depth(root: Element) -> int:
    depth = deepest = 0
    for event, _ in iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest
