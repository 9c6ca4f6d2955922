"""Whatever happens to a request for free/busy, the door refuses it or answers what it says; nothing else ever comes out.

What it says is read here by other means: the elements by their names, the zone as the simulated Exchange reads one, the
digits minute by minute.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from calpair.errors import RefusedRequestError
from calpair.exchange.availability_service import Asked, parse, refusal, render
from calpair.model.busy import Block, Busy, Told, Unknown
from simulators.exchange import rule
from simulators.exchange.soap import MESSAGES, SOAP, TYPES
from unit.exchange.availability_ground import FAULT, at, fault, told
from unit.exchange.availability_mutants import KINDS, SOUND

LEAST = {
    # Mutants of the kind; those of them that must be refused, and those that must be answered.
    "dropped": (120, 85, 10),
    "doubled": (240, 200, 10),
    "retyped": (900, 800, 10),
    "reordered": (300, 100, 50),
    "nested": (240, 240, 0),
    "refilled": (1000, 500, 100),
    "attributed": (500, 0, 490),
    "cut": (150, 150, 0),
    "flipped": (600, 500, 4),
    "declared": (440, 290, 140),
    "filled up": (150, 75, 75),
    "typed": (100, 100, 0),
}
MINUTE = timedelta(minutes=1)
DIGITS = {Busy.TENTATIVE: 1, Busy.BUSY: 2, Busy.AWAY: 3}
ANSWER: dict[str, Told] = {
    "ana@a.test": [
        Block(at(7, 0, 24, 10), at(9, 30, 24, 10), Busy.BUSY),
        Block(at(9, 0, 25, 10), at(10, 0, 25, 10), Busy.TENTATIVE),
        Block(at(12, 15, 26, 10), at(20, 0, 26, 10), Busy.AWAY),
    ],
    "ben@a.test": [],
    "cy@a.test": Unknown("unavailable"),
}
ERRORS = {"cy@a.test": "ErrorInternalServerTransientError"}
ZONES = {"W. Europe Standard Time": ZoneInfo("Europe/Berlin"), "Mine": ZoneInfo("America/New_York"), "UTC": UTC}
MERGED, LISTED = ("MergedOnly", "FreeBusyMerged", "DetailedMerged"), ("FreeBusy", "Detailed", "FreeBusyMerged")


@dataclass(frozen=True)
class Meant:
    """A request as another reader understands it."""

    addresses: Sequence[str]
    start: datetime
    end: datetime
    step: int
    view: str
    zone: tzinfo | None

    def digits(self, blocks: Sequence[Block]) -> str:
        """The digits, as somebody with a watch would write them."""
        return _digits(tuple(blocks), self.start, self.end, self.step)

    def events(self, blocks: Sequence[Block]) -> list[tuple[str, str]]:
        """The times of the events that lie in the window; none of them is in the hour that comes twice."""
        cut = [(max(one.start, self.start), min(one.end, self.end)) for one in blocks]
        return [(self._wall(start), self._wall(end)) for start, end in cut if start < end]

    def _wall(self, instant: datetime) -> str:
        if self.zone is None:
            return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
        return instant.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M:%S")


@cache
def _digits(blocks: Sequence[Block], start: datetime, end: datetime, step: int) -> str:
    each = [
        max([0, *(DIGITS[one.busy] for one in blocks if one.start <= start + n * MINUTE < one.end)])
        for n in range(-(-(end - start) // MINUTE))
    ]
    return "".join(str(max(each[n : n + step])) for n in range(0, len(each), step))


def text_of(root: Any, name: str) -> str:
    found = root.find(f".//{{{TYPES}}}FreeBusyViewOptions//{{{TYPES}}}{name}")
    return "" if found is None else (found.text or "").strip()


def readings(wall: datetime) -> list[datetime]:
    """The two instants that a time on the wall may be, the earlier one first; they are one on most days."""
    return sorted(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def meant(body: bytes) -> Meant:
    """Read what the door took."""
    root = etree.fromstring(body, etree.XMLParser(remove_comments=True, remove_pis=True))
    zone: tzinfo | None = None
    element = root.find(f"{{{SOAP}}}Body//{{{TYPES}}}TimeZone")
    definition = root.find(f"{{{SOAP}}}Header/{{{TYPES}}}TimeZoneContext/{{{TYPES}}}TimeZoneDefinition")
    if element is not None:
        zone = rule.read(element)
    elif definition is not None:
        zone = ZONES[str(definition.get("Id"))]
    texts = [text_of(root, name).replace("25T24:", "26T00:") for name in ("StartTime", "EndTime")]
    walls = [datetime.fromisoformat(text) for text in texts]
    (start, _), (_, end) = (readings(one.replace(tzinfo=one.tzinfo or zone)) for one in walls)
    start, end = start.replace(microsecond=0), (end + timedelta(microseconds=999_999)).replace(microsecond=0)
    mailboxes = root.find(f".//{{{MESSAGES}}}MailboxDataArray")
    assert mailboxes is not None
    addresses = [(one.text or "").strip() for one in mailboxes.iter(f"{{{TYPES}}}Address")]
    minutes = int(text_of(root, "MergedFreeBusyIntervalInMinutes") or 30)
    return Meant(addresses, start, end, minutes, text_of(root, "RequestedView") or "FreeBusyMerged", zone)


def rules_were_touched(body: bytes) -> bool:
    """Whether the zone of the head is defined otherwise than it was: then it may be any zone."""
    return b">Mine" not in body and b'Id="Mine"' in body and NEW_YORK not in body


NEW_YORK = SOUND["rules"].split(b"My clocks")[1].split(b"</s:Header>")[0]


def taken(body: bytes, content_type: str) -> Asked | None:
    """Have the door read a request; None where it refused it, which it then could say."""
    try:
        return parse(body, content_type)
    except RefusedRequestError as error:
        refused = error
    assert refused.reason in fault(refusal(FAULT, str(refused), refused.reason))[0]
    return None


def judge(body: bytes, content_type: str) -> str:
    """Tell what became of a request, having looked at all of it."""
    asked = taken(body, content_type)
    if asked is None:
        return "refused"
    answers = told(render(asked, ANSWER))
    if asked.window is None:
        assert {(one.code, one.merged, one.events) for one in answers} == {("ErrorTimeZone", None, None)}
        return "refused"
    if rules_were_touched(body):
        return "answered"
    read = meant(body)
    assert (asked.window.start, asked.window.end) == (read.start, read.end)
    assert len(answers) == len(read.addresses)
    for address, one in zip(read.addresses, answers, strict=True):
        blocks = ANSWER.get(address, Unknown("not_found"))
        if isinstance(blocks, Unknown):
            expected = {ERRORS.get(address, "ErrorMailRecipientNotFound"), "ErrorInvalidSmtpAddress"}
            assert one.code in expected
            assert (one.view, one.merged, one.events) == ("None", None, None)
        elif one.code != "ErrorInvalidSmtpAddress":
            assert one.merged == (read.digits(blocks) if read.view in MERGED else None)
            events = None if one.events is None else [event[:2] for event in one.events]
            assert events == (read.events(blocks) if read.view in ("Detailed", *LISTED, "DetailedMerged") else None)
    return "answered"


def test_what_nothing_happened_to_is_answered() -> None:
    assert [judge(body, "text/xml; charset=utf-8") for body in SOUND.values()] == ["answered"] * len(SOUND)


@pytest.mark.parametrize("kind", list(KINDS))
def test_whatever_happens_to_a_request_it_is_refused_or_answered_as_it_says(kind: str) -> None:
    if kind == "declared":
        found = Counter(_judge_declared())
    else:
        found = Counter(judge(body, content_type) for body, content_type in KINDS[kind]())
    total, refused, answered = LEAST[kind]
    row = f"{kind}: {found.total()} mutants, {found['refused']} refused, {found['answered']} answered"
    assert found.total() >= max(100, total), row
    assert found["refused"] >= refused, row
    assert found["answered"] >= answered, row


def _judge_declared() -> list[str]:
    """In whatever charset it was taken, it says the same."""
    read = [taken(*mutant) for mutant in KINDS["declared"]()]
    assert {asked for asked in read if asked is not None} == {parse(SOUND["body"])}
    return ["refused" if asked is None else "answered" for asked in read]
