"""MAPI properties by tag, and what a value of each type may look like in an ExtendedProperty.

Source: the pages ExtendedFieldURI and ResponseCode (ErrorNoPropertyTagForCustomProperties,
ErrorUnsupportedMapiPropertyType, ErrorInvalidExtendedPropertyValue); MapiPropertyTypeType in types.xsd.
"""

import base64
import binascii
import re
import uuid

from simulators.exchange.errors import EwsError
from simulators.exchange.times import read_time, utc_text

_CUSTOM, _LAST_CUSTOM = 0x8000, 0xFFFE
_NOT_FOR_VALUES = ("Object", "ObjectArray", "Error", "Null")
_BITS = {"Short": 16, "Integer": 32, "Long": 64, "Currency": 64}
_FLOATS = ("Double", "Float", "ApplicationTime")
_WHOLE = re.compile(r"[+-]?\d+")


def check_path(tag: int | None, kind: str) -> None:
    """Refuse a tag of the custom range, and a type that neither values nor restrictions can have."""
    if kind in _NOT_FOR_VALUES:
        raise EwsError("ErrorUnsupportedMapiPropertyType", f"properties of type {kind} can neither be read nor written")
    if tag is not None and _CUSTOM <= tag <= _LAST_CUSTOM:
        raise EwsError(
            "ErrorNoPropertyTagForCustomProperties",
            f"0x{tag:04x} is in the custom range: name such a property by its set, not by a tag",
        )


def read_tag(text: str) -> int:
    """A PropertyTag, which is written in decimal or, with 0x, in hexadecimal; 16 bits, without the type."""
    try:
        tag = int(text, 16 if text[:2].lower() == "0x" else 10)
    except ValueError:
        tag = -1
    if not 0 <= tag <= 0xFFFF:
        raise EwsError("ErrorInvalidExtendedProperty", f"{text!r} is no property tag")
    return tag


def normal(kind: str, text: str) -> str:
    """How a server tells a value that was written; ErrorInvalidExtendedPropertyValue when it is none of the type.

    `kind` is the type of a single value: that of an array's elements, for an array.
    """
    try:
        return _read(kind, text)
    except (ValueError, binascii.Error, EwsError) as wrong:
        raise EwsError("ErrorInvalidExtendedPropertyValue", f"{text!r} is no {kind}") from wrong


def _read(kind: str, text: str) -> str:
    if kind in _BITS:
        if not _WHOLE.fullmatch(text.strip()):
            raise ValueError(text)
        value, beyond = int(text), 1 << (_BITS[kind] - 1)
        # The page has Long "signed or unsigned".
        if not -beyond <= value < (2 * beyond if kind == "Long" else beyond):
            raise ValueError(text)
        return str(value)
    if kind == "Binary":
        return base64.b64encode(base64.b64decode(text, validate=True)).decode()
    if kind == "Boolean":
        return {"true": "true", "1": "true", "false": "false", "0": "false"}.get(text.strip().lower(), "") or _none(
            text
        )
    if kind == "SystemTime":
        return utc_text(read_time(text, None))
    if kind in _FLOATS:
        float(text)
    if kind == "CLSID":
        return str(uuid.UUID(text))
    return text


def _none(text: str) -> str:
    raise ValueError(text)
