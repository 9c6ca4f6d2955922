"""Names of things: event ids, iCalUIDs, etags, links. Source: facts/google.md 3.1."""

import base64
import hashlib
import re

from simulators.google.errors import invalid

_CLIENT_ID = re.compile(r"[a-v0-9]{5,1024}")
_HEX32 = "0123456789abcdefghijklmnopqrstuv"


def check_client_id(text: str) -> None:
    """Refuse an id a client may not choose; ids beginning with `_` are the server's own."""
    if not _CLIENT_ID.fullmatch(text):
        raise invalid("Invalid resource id value.", "id")


def base32hex(data: bytes) -> str:
    """RFC 4648 base32hex in lower case without padding."""
    return base64.b32hexencode(data).decode().rstrip("=").lower()


def imported_id(ical_uid: str) -> str:
    """The id of an event that came from elsewhere: `_` and its iCalUID."""
    return "_" + base32hex(ical_uid.encode())


def fresh_id(calendar_id: str, count: int) -> str:
    """An id the server chooses: looks random, and is the same in every run of a test."""
    return base32hex(hashlib.sha256(f"{calendar_id} {count}".encode()).digest())[:26]


def instance_id(calendar_id: str, series_id: str, key: str) -> str:
    """An id for an instance that tells nothing, and is the same whenever it is asked for: facts 3.2, opaque."""
    return base32hex(hashlib.sha256(f"{calendar_id} {series_id} {key}".encode()).digest())[:32]


def default_uid(event_id: str) -> str:
    """The iCalUID of an event made without one."""
    return f"{event_id}@google.com"


def etag(updated: int) -> str:
    """An event's etag: twice `updated` in microseconds, quoted."""
    return f'"{2 * updated}"'


def short_etag(*parts: object) -> str:
    """A collection's etag: short and opaque."""
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return '"p' + "".join(_HEX32[byte % 32] for byte in digest[:15]) + '"'


def html_link(event_id: str, calendar_id: str) -> str:
    """Where a browser shows the event: unpadded base64 of both ids, the calendar's shortened."""
    short = re.sub(r"@group\.calendar\.google\.com$", "@g", re.sub(r"@gmail\.com$", "@m", calendar_id))
    eid = base64.b64encode(f"{event_id} {short}".encode()).decode().rstrip("=")
    return f"https://www.google.com/calendar/event?eid={eid}"
