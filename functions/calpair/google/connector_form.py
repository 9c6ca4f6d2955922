"""A door: free/busy asked for by the page of Google Calendar itself, in the form of Google's calendar connectors. Pure.

    asked = parse(body)                                           # FormRefusedError: say it, as below
    page = render(asked, answer, Mailslot("altostrat.com"))
    page = refusal(str(error), slot, error.fault, error.heading)  # also what else went wrong: refusal("not now", slot)

The browser of whoever looks at a calendar posts a form with one field, `text`; the answer is a page, always 200 and with
`HEADERS`, whose own form posts the answer on to Google. Nothing in this protocol proves who asks.

Where a page posts to is no matter of the request. It is the mailslot of one Google domain, which the entry point takes
from what the operator set, and `Mailslot` is the only way to say it: always https, always Google's, whatever the
request or its headers hold.

Who cannot be told about is left out of the answer, as the protocol has it for who is not known: nobody is told free
without having been read. Source: "Google Calendar Web Service Protocol" of googlearchive/calendar-connectors (edited
2018-01-17; its answers are JSON), and of its Web Service how requests are taken apart and which words stand where.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from html import escape
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from calpair.errors import RefusedRequestError, UsageError
from calpair.google.wall import seen
from calpair.model import iana
from calpair.model.address import printable
from calpair.model.busy import YEARS, Answer, Block, Busy, Question, Unknown, joined, trimmed

LARGEST = 64 * 1024
"""Bytes of a form that are read."""
ADDRESSES = 100
LONGEST = timedelta(days=62)

_VERSION = "1"
_NOTHING = "0"
"""The version, and the id, of an answer to what had none that could be read."""
_FIELDS = 8
_FREE_BUSY_ONLY = "10"
"""The protocol's access level of who may see times and nothing else."""
_NEVER = "00010101T000000"
"""How the connectors' own service repeats a `since` that is none. It changes nothing: all of the window is told."""

_SHAPE = re.compile(r"\[([^\[\],]*),([^\[\],]*),\s*\[([^\[\]]*)\]\s*,([^\[\],]*),([^\[\],]*),([^\[\],]*)\]")
_NUMBER = re.compile(r"[0-9]{1,9}")
_ID = re.compile(r"[ -+\--Z\\^-~]{1,128}")
"""What of ASCII is seen, but for what the question is taken apart by: a comma and brackets."""
_DAY = re.compile(r"[0-9]{8}")
_TIME = re.compile(r"[0-9]{8}T[0-9]{6}")
_DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 @._/:+-]")
_STATUS = {Busy.BUSY: 1, Busy.AWAY: 1, Busy.TENTATIVE: 3}
"""Accepted, and tentative. Who works elsewhere can be met, and is not told busy."""

_SCRIPT = "document.getElementById('Form1').submit();"
_PAGE = """<!DOCTYPE html>
<html>
<head><title>Free/busy</title><meta charset="utf-8"></head>
<body>
<form id="Form1" method="POST" action="{url}"><input type="hidden" name="text" value="{text}"></form>
<script>{script}</script>
</body>
</html>
"""

_ONLY = b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
HEADERS: Mapping[str, str] = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    # The mailslot may pass a form on to Calendar's own host, and a form is held to this on its whole way. Which page of
    # Google's has this one in a frame is nowhere said; there is nothing on it to be clicked, so any may.
    "Content-Security-Policy": (
        f"default-src 'none'; script-src 'sha256-{_ONLY}'; base-uri 'none'; "
        "form-action https://www.google.com https://calendar.google.com"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every page is sent with."""


class Fault(IntEnum):
    """The protocol's numbers for what went wrong."""

    GENERIC = 0
    UNREACHABLE = 1
    """No Exchange server answers."""
    VERSION = 2
    MALFORMED = 3
    DIRECTORY = 4
    ZONE = 5


@dataclass(frozen=True, slots=True)
class Heading:
    """What an answer begins with: version and id of what it answers, safe to be repeated."""

    version: str = _NOTHING
    message: str = _NOTHING


UNKNOWN = Heading()


class FormRefusedError(RefusedRequestError):
    """What was asked cannot be answered; with the protocol's number for it, and what the answer begins with."""

    def __init__(self, fault: Fault, sentence: str, heading: Heading = UNKNOWN) -> None:
        super().__init__(fault.name.lower(), sentence)
        self.fault = fault
        self.heading = heading


@dataclass(frozen=True, slots=True)
class Mailslot:
    """Where a Google domain takes answers. UsageError for what is no domain."""

    domain: str

    def __post_init__(self) -> None:
        """Let nothing but a domain's name into the address."""
        if not _DOMAIN.fullmatch(self.domain):
            raise UsageError(f"{self.domain!a} is no Google Workspace domain: write it in small letters, altostrat.com")

    @property
    def url(self) -> str:
        """The address a page posts to."""
        return f"https://www.google.com/calendar/hosted/{self.domain}/mailslot"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question, the zone all its times are in, and what its answer repeats."""

    question: Question
    zone: ZoneInfo
    heading: Heading
    window: str
    since: str


def parse(body: bytes) -> Asked:
    """Read a question. FormRefusedError."""
    shape = _SHAPE.fullmatch(_text(body).strip())
    if shape is None:
        raise FormRefusedError(
            Fault.MALFORMED, "text is to be [version, id, [address, ...], start/end, since, time zone]"
        )
    version, message, addresses, window, since, name = (piece.strip() for piece in shape.groups())
    heading = Heading(
        version if _NUMBER.fullmatch(version) else _NOTHING, message if _ID.fullmatch(message) else _NOTHING
    )
    if version != _VERSION:
        raise FormRefusedError(Fault.VERSION, "the version is to be 1", heading)
    if heading.message != message:
        raise FormRefusedError(
            Fault.MALFORMED, "the id is to be 1 to 128 characters of ASCII, no comma or bracket", heading
        )
    zone = iana.asked(name)
    if zone is None:
        raise FormRefusedError(Fault.ZONE, "the time zone is to be a name as in Europe/Berlin", heading)
    since = since if _wall(since) else _NEVER
    first, _, last = (piece.strip() for piece in window.partition("/"))
    question = Question(_addresses(addresses, heading), *_window(first, last, zone, heading))
    return Asked(question, zone, heading, f"{first}/{last}", since)


def render(asked: Asked, answer: Answer, submit_to: Mailslot) -> bytes:
    """Write the page that hands the answer on: of everybody who could be read. Of nobody, for no server answered: why."""
    told = {address: answer.get(address, Unknown("not_found")) for address in asked.question.addresses}
    unread = {one.reason for one in told.values() if isinstance(one, Unknown)}
    if "unavailable" in unread and all(isinstance(one, Unknown) for one in told.values()):
        return refusal("Exchange does not answer; ask again later", submit_to, Fault.UNREACHABLE, asked.heading)
    users: list[object] = []
    for address, one in told.items():
        if not isinstance(one, Unknown):
            # Names are nobody's business here, so the address stands for them.
            users += [address, address, _FREE_BUSY_ONLY, _blocks(asked, address, one)]
    heading = asked.heading
    return _page(submit_to, [heading.version, heading.message, ["_ME_AddData", asked.window, asked.since, users]])


def refusal(sentence: str, submit_to: Mailslot, fault: Fault = Fault.GENERIC, heading: Heading = UNKNOWN) -> bytes:
    """Write the page that says why there is no answer."""
    return _page(submit_to, [heading.version, heading.message, str(int(fault)), sentence])


def _text(body: bytes) -> str:
    """Give the form's field. Others beside it are let be, as the connectors' own service does."""
    if len(body) > LARGEST:
        raise FormRefusedError(Fault.GENERIC, f"at most {LARGEST} bytes are read")
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError:
        fields = []
    found = [value for name, value in fields if name == "text"]
    if len(found) != 1:
        raise FormRefusedError(Fault.MALFORMED, "the body is to be a form with one field, text")
    return found[0]


def _addresses(text: str, heading: Heading) -> tuple[str, ...]:
    addresses = [address.strip() for address in text.split(",")]
    if not all(map(printable, addresses)):
        raise FormRefusedError(Fault.MALFORMED, "the third piece is to be a list of addresses", heading)
    if len(addresses) > ADDRESSES:
        raise FormRefusedError(Fault.GENERIC, f"at most {ADDRESSES} addresses are looked up at once", heading)
    return tuple(dict.fromkeys(addresses))


def _window(first: str, last: str, zone: ZoneInfo, heading: Heading) -> tuple[datetime, datetime]:
    begin, finish = _wall(first), _wall(last)
    if begin is None or finish is None or begin.year not in YEARS or finish.year not in YEARS:
        raise FormRefusedError(Fault.MALFORMED, "the window is to be two dates, as in 20261102/20261109", heading)
    # A time that comes twice, or not at all, can be read in two ways: whoever asks wants to know all of it.
    start = min(begin.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    end = max(finish.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if not start < end:
        raise FormRefusedError(Fault.MALFORMED, "the window is to start before it ends", heading)
    if finish - begin > LONGEST:
        raise FormRefusedError(Fault.GENERIC, f"at most {LONGEST.days} days are looked up at once", heading)
    return start, end


def _wall(text: str) -> datetime | None:
    """Read a time on the wall; a date is its midnight."""
    try:
        if _DAY.fullmatch(text):
            return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a time on the wall of the request's zone
        return datetime.strptime(text, "%Y%m%dT%H%M%S") if _TIME.fullmatch(text) else None  # noqa: DTZ007 - the same
    except ValueError:
        return None


def _blocks(asked: Asked, address: str, blocks: Sequence[Block]) -> list[object]:
    """List somebody's blocks: when they start and end and which kind they are, the rest empty."""
    found = []
    inside = trimmed(blocks, asked.question.start, asked.question.end)
    for status in sorted(set(_STATUS.values())):
        found += [(*span, status) for span in joined(one for one in inside if _STATUS.get(one.busy) == status)]
    told: list[object] = []
    for start, end, status in sorted(found):
        since, until = (f"{wall:%Y%m%dT%H%M%S}" for wall in seen(start, end, asked.zone))
        told.append(["", since, until, "", address, status])
    return told


def _page(submit_to: Mailslot, payload: list[object]) -> bytes:
    url, text = escape(submit_to.url), escape(_json(payload))
    return _PAGE.format(url=url, text=text, script=_SCRIPT).encode("ascii")


def _json(value: object) -> str:
    r"""Write JSON in which every letter that could mean anything anywhere is a \uXXXX."""
    if isinstance(value, list):
        return f"[{','.join(map(_json, value))}]"
    return f'"{_NOT_PLAIN.sub(_spelled, value)}"' if isinstance(value, str) else str(value)


def _spelled(found: re.Match[str]) -> str:
    code = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{code[place : place + 4]}" for place in range(0, len(code), 4))
