"""Our mark on an Exchange item: one named string property, written inside CreateItem and read with every item.

A string, because one server family answered HTTP 500 to a binary one; a property set of our own, so that no other
program's property is ever taken for it. What cannot be parsed is no stamp: anybody may write such a property. The lines
of the partner's rule, where there are any, are its last pieces.
"""

from urllib.parse import quote, unquote

from calpair.model.link import Stamp

PROPERTY_SET = "c0a1fa12-5d6e-4b7c-9a53-2f1f0c4b8d90"
"""The GUID of calpair's property set; it never changes."""

PROPERTY_NAME = "calpair"

MAX_LENGTH = 16_384
_FORM = "1"
_PIECES = 9
_MAX_NUMBER = 9


def spell(stamp: Stamp) -> str:
    """Write a stamp as one line of text."""
    pieces = (
        _FORM,
        stamp.pair,
        stamp.link,
        stamp.self_name,
        stamp.partner,
        str(stamp.part),
        str(stamp.generation),
        str(stamp.mapping),
        stamp.digest,
        *stamp.rule,
    )
    return ";".join(quote(piece, safe="@") for piece in pieces)


def parse(text: str) -> Stamp | None:
    """Read a stamp; None for anything that `spell` did not write."""
    if len(text) > MAX_LENGTH:
        return None
    pieces = [unquote(piece) for piece in text.split(";")]
    if len(pieces) < _PIECES or pieces[0] != _FORM:
        return None
    _, pair, link, self_name, partner, part, generation, mapping, digest, *rule = pieces
    if not (pair and link and self_name and all(rule) and all(map(_number, (part, generation, mapping)))):
        return None
    return Stamp(pair, link, self_name, partner, int(part), int(generation), int(mapping), digest, tuple(rule))


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MAX_NUMBER
