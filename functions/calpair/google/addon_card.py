"""The add-on's card: the days of an event's Exchange guests, drawn hour by hour. Pure.

    card(opened, question, answer)             # what the add-on answers with
    card(opened, question, answer, UNSAVED)    # the event has no day yet: it is today's
    error_card(trouble(error))

A guest who is free is told so only where Exchange told it. Who is not known as an Exchange user, or may not be seen, is
not drawn, and the card says how many that are: both alike, for it is no way to find out who exists. Text of a card is
HTML; all that comes from outside is escaped. Source: the reference of Google Workspace add-ons, "Card" and "Endpoint
interface": a trigger is answered with `action`, and `notification` is for what a widget set off, of which there is none.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from calpair.errors import AccessLostError, BackOffError, SideError, SignInError
from calpair.google.addon import GUESTS, Opened, midnight
from calpair.google.wall import seen
from calpair.model.busy import Answer, Block, Busy, Question, Told, Unknown, joined, trimmed

UNSAVED = "This event is not saved yet, or no longer there: what is shown is today."
DRAWN = 90
"""How many guests are drawn: a card has at most a hundred widgets, and what follows is dropped without a word."""
SPANS = 20
"""How many spans of somebody's day are written out."""

_TITLE = "Exchange guests"
_HOME = "Open an event to see when its guests on Exchange are free."
_NOBODY = "No guest of this event is known as an Exchange user whose times may be seen."
_LEGEND = "█ busy, ▒ tentative, · free; one sign an hour, from midnight to midnight"
_UNREAD = {
    "unavailable": "Not known: the Exchange server does not answer. Open the event again in a minute.",
    "no_data": "Not known: the Exchange server could not read this calendar.",
}
"""For people to read, of whom Exchange told nothing; who else is unknown is not drawn."""
_BUSY = (Busy.BUSY, Busy.AWAY)
_HOUR = timedelta(hours=1)
_QUARTER = 6
"""Signs between two strokes."""

Card = dict[str, Any]


def card(opened: Opened, question: Question | None, answer: Answer, note: str = "") -> Card:
    """Draw everybody who was asked about and is known. `note`: a sentence to begin with."""
    if opened.home or question is None:
        return _answered(_TITLE, "", [_said(_HOME if opened.home else _NOBODY)])
    told = {address: answer.get(address, Unknown("not_found")) for address in question.addresses}
    known = {address: one for address, one in told.items() if not isinstance(one, Unknown) or one.reason in _UNREAD}
    days = list(_days(question, opened))
    drawn = list(known.items())[:DRAWN]
    widgets = [_said(note)] if note else []
    widgets += [_guest(address, one, days, opened) for address, one in drawn] or [_said(_NOBODY)]
    if any(not isinstance(one, Unknown) for _, one in drawn):
        widgets.append(_said(_LEGEND))
    widgets += [_said(sentence) for sentence in _missing(len(told) - len(known), len(known) - len(drawn), opened.left)]
    names = [f"{_wall(start, opened):%Y-%m-%d}" for start, _ in (days[0], days[-1])]
    return _answered(_TITLE, f"{' to '.join(dict.fromkeys(names))}, {opened.zone}", widgets)


def error_card(sentence: str) -> Card:
    """Say that there is nothing to show, and why."""
    return _answered("Not known", "", [_said(sentence)])


def trouble(error: SideError) -> str:
    """Say, to whoever opened an event, that Google did not tell when it is."""
    if isinstance(error, SignInError | AccessLostError):
        return "Google does not let this add-on read the event: ask your administrator to allow it to see events."
    if isinstance(error, BackOffError):
        return "Google does not answer at the moment. Open the event again in a minute."
    return "Google did not tell when this event is, so nobody's times can be shown."


def _guest(address: str, told: Told, days: Sequence[tuple[datetime, datetime]], opened: Opened) -> Card:
    if isinstance(told, Unknown):
        text = escape(_UNREAD[told.reason])
    else:
        text = "<br>".join(_day(told, start, end, opened, dated=len(days) > 1) for start, end in days)
    return {"decoratedText": {"topLabel": escape(address, quote=False), "text": text, "wrapText": True}}


def _day(blocks: Sequence[Block], start: datetime, end: datetime, opened: Opened, *, dated: bool) -> str:
    """Draw a day, and write its spans beneath."""
    inside = trimmed(blocks, start, end)
    busy = joined(block for block in inside if block.busy in _BUSY)
    tentative = joined(block for block in inside if block.busy is Busy.TENTATIVE)
    spans = sorted([(*span, "") for span in busy] + [(*span, " (tentative)") for span in tentative])
    words = [f"{_times(since, until, end, opened)}{more}" for since, until, more in spans[:SPANS]]
    if len(spans) > SPANS:
        words.append(f"and {len(spans) - SPANS} more")
    if busy == [(start, end)]:
        words = ["busy all day"]
    date = f"{_wall(start, opened):%Y-%m-%d}<br>" if dated else ""
    return f"{date}{_drawn(busy, tentative, start, end)}<br>{', '.join(words) or 'free all day'}"


def _times(start: datetime, end: datetime, midnight_after: datetime, opened: Opened) -> str:
    since, until = seen(start, end, opened.zone)
    last = "24:00" if end == midnight_after else f"{until:%H:%M}"
    return f"{since:%H:%M}-{last}"


def _drawn(
    busy: Sequence[tuple[datetime, datetime]],
    tentative: Sequence[tuple[datetime, datetime]],
    start: datetime,
    end: datetime,
) -> str:
    """Draw the hours as they pass: a day on which the clock is changed has one less, or more."""
    signs = ["·"] * -(-(end - start) // _HOUR)
    for spans, sign in ((tentative, "▒"), (busy, "█")):
        for since, until in spans:
            first, last = (since - start) // _HOUR, -(-(until - start) // _HOUR)
            signs[first:last] = [sign] * (last - first)
    return "|".join("".join(signs[first : first + _QUARTER]) for first in range(0, len(signs), _QUARTER))


def _missing(hidden: int, many: int, left: int) -> Iterator[str]:
    if hidden:
        yield f"Not shown: {hidden} of the guests. They are no Exchange users, or may not be seen; they may be busy."
    if many:
        yield f"Not shown: {many} further guests. A card has no room for more than {DRAWN}."
    if left:
        yield f"Not looked at: {left} of the guests. Only the first {GUESTS} are, as far as they have an address."


def _days(question: Question, opened: Opened) -> Iterator[tuple[datetime, datetime]]:
    """Cut the window at midnights."""
    start = question.start
    while start < question.end:
        end = min(midnight(_wall(start, opened).date() + timedelta(days=1), opened.zone), question.end)
        yield start, end
        start = end


def _wall(instant: datetime, opened: Opened) -> datetime:
    return instant.astimezone(opened.zone)


def _said(sentence: str) -> Card:
    return {"textParagraph": {"text": escape(sentence, quote=False)}}


def _answered(title: str, subtitle: str, widgets: Sequence[Mapping[str, Any]]) -> Card:
    header = {"title": title} | ({"subtitle": subtitle} if subtitle else {})
    pushed = {"header": header, "sections": [{"widgets": list(widgets)}]}
    return {"action": {"navigations": [{"pushCard": pushed}]}}
