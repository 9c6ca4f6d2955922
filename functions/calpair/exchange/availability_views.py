"""How much an answer about free/busy says, and the element it says it in: events, one digit an interval, or both. Pure.

    view = View.asked("DetailedMerged")               # None: no view at all
    view.name                                         # "FreeBusyMerged": nobody's subjects are shown
    element(view, blocks, window, room=1000)          # m:FreeBusyView; None: more events than there is room for
    events_of(element)                                # how many it has taken

A digit is that of the highest status that touches its interval: 0 free, 1 tentative, 2 busy, 3 away. Higher ones do not
stand here, for Microsoft's own pages differ in which of them means "no data" and which "working elsewhere"; who works
elsewhere can be met. Source: "RequestedView", "MergedFreeBusy", "BusyType" (EWS reference), and the schemas, which have
`WorkingElsewhere` since Exchange 2013.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from lxml.etree import QName, SubElement

from calpair.exchange.availability_zone import Clocks
from calpair.exchange.soap import TYPES, Element, m, t
from calpair.model.busy import Block, Busy, joined, trimmed

MOST_EVENTS = 1000
"""Events told of one mailbox, as on Exchange (ErrorResultSetTooBig); who has more is told by digits alone."""

_MERGED = {"MergedOnly", "FreeBusyMerged", "DetailedMerged"}
_EVENTS = {"FreeBusy", "FreeBusyMerged", "Detailed", "DetailedMerged"}
_NONE = "None"
_DIGITS = ((Busy.TENTATIVE, b"1"), (Busy.BUSY, b"2"), (Busy.AWAY, b"3"))
_WORDS = {Busy.TENTATIVE: "Tentative", Busy.BUSY: "Busy", Busy.AWAY: "OOF", Busy.ELSEWHERE: "WorkingElsewhere"}


@dataclass(frozen=True, slots=True)
class View:
    """What is told: events, digits, or both."""

    events: bool
    merged: bool

    @property
    def name(self) -> str:
        """What the answer calls it."""
        if not self.events:
            return "MergedOnly"
        if not self.merged:
            return "FreeBusy"
        return "FreeBusyMerged"

    @staticmethod
    def asked(words: str) -> "View | None":
        """Read what is asked for. None: no view, or one that is none. LookupError: there is no such.

        By the schema it is a list: so .NET spells a value of several bits, and DetailedMerged has all there are.
        """
        names = words.split()
        if any(name not in _MERGED | _EVENTS | {_NONE} for name in names):
            raise LookupError(words)
        view = View(not _EVENTS.isdisjoint(names), not _MERGED.isdisjoint(names))
        return view if view.events or view.merged else None


@dataclass(frozen=True, slots=True)
class Window:
    """Of what time an answer tells, in which intervals, by which clocks (None: in UTC, and says so).

    `elsewhere`: who asks knows the word for working elsewhere.
    """

    start: datetime
    end: datetime
    step: timedelta
    clocks: Clocks | None
    elsewhere: bool = False


def element(view: View, blocks: Sequence[Block], window: Window, room: int = MOST_EVENTS) -> Element | None:
    """Build the part of an answer that is about one mailbox, of at most `room` events: where there are more, by digits alone.

    What lies outside the window is not told. None: there are more, and digits are not asked for.
    """
    inside = trimmed(blocks, window.start, window.end)
    room = min(room, MOST_EVENTS)
    events = list(islice(_events(inside, window), room + 1)) if view.events else []
    if len(events) > room:
        if not view.merged:
            return None
        view = View(events=False, merged=True)
    told = m("FreeBusyView", t("FreeBusyViewType", view.name))
    if view.merged:
        told.append(t("MergedFreeBusy", _digits(inside, window)))
    if view.events:
        listed = SubElement(told, QName(TYPES, "CalendarEventArray"))
        for start, end, word in events:
            event = SubElement(listed, QName(TYPES, "CalendarEvent"))
            for name, text in (("StartTime", start), ("EndTime", end), ("BusyType", word)):
                SubElement(event, QName(TYPES, name)).text = text
    return told


def events_of(told: Element) -> int:
    """Count the events of a part of an answer."""
    return sum(1 for _ in told.iter(f"{{{TYPES}}}CalendarEvent"))


def nothing() -> Element:
    """Build the part of an answer about a mailbox of which nothing is known."""
    return m("FreeBusyView", t("FreeBusyViewType", _NONE))


def _digits(inside: Sequence[Block], window: Window) -> str:
    """Tell one digit an interval, the last of which may be a shorter one."""
    stream = bytearray(b"0" * _intervals(window.end - window.start, window.step))
    for busy, digit in _DIGITS:
        for start, end in joined(block for block in inside if block.busy is busy):
            first = (start - window.start) // window.step
            last = _intervals(end - window.start, window.step)
            stream[first:last] = digit * (last - first)
    return stream.decode()


def _intervals(span: timedelta, step: timedelta) -> int:
    return -(-span // step)


def _events(inside: Sequence[Block], window: Window) -> Iterator[tuple[str, str, str]]:
    for block in inside:
        if block.busy is Busy.ELSEWHERE and not window.elsewhere:
            # Its client has no such word and would read none of the answer.
            continue
        for start, end in _spans(block.start, block.end, window.clocks):
            yield start, end, _WORDS[block.busy]


def _spans(start: datetime, end: datetime, clocks: Clocks | None) -> list[tuple[str, str]]:
    if clocks is None:
        return [(f"{start.replace(tzinfo=None).isoformat()}Z", f"{end.replace(tzinfo=None).isoformat()}Z")]
    return [(since.isoformat(), until.isoformat()) for since, until in clocks.spans(start, end)]
