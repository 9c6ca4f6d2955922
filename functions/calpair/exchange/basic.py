r"""Basic authentication, from the side that is called: what a header gives, and whose name and password it is. Pure.

    given = parse(request.headers.get("Authorization"))      # CallerError: none, or none that can be read
    prove(given, [("svc-freebusy", "secret"), ...])          # the name, as it stands in the list; CallerError
    challenge()                                              # what WWW-Authenticate says where there was nothing

Clients differ in how they write letters beyond ASCII: in UTF-8, as they are asked to, or in Latin-1; a header is read
both ways, and either may fit. All of the list is compared, whatever fitted, and by digests, so that the time it takes
says nothing. Names are compared without case, as Windows does it; and Windows writes a domain before a name that has
none in the list (`ALTOSTRAT\svc`, `altostrat.com\svc@altostrat.com`). Source: RFC 7617.
"""

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from calpair.errors import CallerError

LONGEST = 2 * 1024
"""Characters of a header that are read."""

_DELETE = 0x7F
_DOMAIN = "\\"
"""Ends the domain before a name."""
_SPACE = 0x20


@dataclass(frozen=True, slots=True)
class Given:
    """A name and a password, in each way in which they can be read."""

    readings: tuple[tuple[str, str], ...] = field(repr=False)


def parse(authorization: str | None) -> Given:
    """Read a header. CallerError."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "basic" or not token:
        raise CallerError("a name and a password are needed: Authorization: Basic", known=False)
    given = _decoded(token.strip(" ")) if len(token) <= LONGEST else b""
    name, colon, _ = given.partition(b":")
    if not name or not colon or any(byte < _SPACE or byte == _DELETE for byte in given):
        raise CallerError("the header is to be NAME:PASSWORD in base64, without control characters", known=False)
    readings = []
    for charset in ("utf-8", "latin-1"):
        try:
            text = given.decode(charset)
        except UnicodeDecodeError:
            continue
        user, _, password = text.partition(":")
        readings.append((user, password))
    return Given(tuple(dict.fromkeys(readings)))


def prove(given: Given, credentials: Iterable[tuple[str, str]]) -> str:
    """Tell whose name and password were given: the name. CallerError: nobody's; which of the two is wrong is not told."""
    found = ""
    for name, password in credentials:
        for user, secret in given.readings:
            shown = user if _DOMAIN in name else user.rpartition(_DOMAIN)[2]
            named = hmac.compare_digest(_digest(shown.casefold()), _digest(name.casefold()))
            proven = hmac.compare_digest(_digest(secret), _digest(password))
            # Who has no password has not been given one yet; nobody is that.
            if named & proven & bool(password):
                found = name
    if not found:
        raise CallerError("the name or the password is wrong", known=False)
    return found


def challenge(realm: str = "calpair") -> str:
    """Give what WWW-Authenticate is to say."""
    return f'Basic realm="{realm}", charset="UTF-8"'


def _decoded(token: str) -> bytes:
    """Decode base64 as it is to be written; nothing for any other spelling."""
    try:
        given = base64.b64decode(token, validate=True)
    except ValueError:
        return b""
    return given if base64.b64encode(given).decode() == token else b""


def _digest(text: str) -> bytes:
    # One letter may be spelled in two ways, and the keyboard of whoever wrote it decides in which.
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")).digest()
