"""The description: one field for text and for HTML, and no longer than 8,192 characters. Pure.

Google does not say which of the two a description is, nor its limit; it stores what it is given. So text goes as text
unless a reader would take it for HTML, and the limit is the one commonly met.
"""

import re
from dataclasses import dataclass, replace

from calpair.model.body import Body

LIMIT = 8192
MARKER = "[shortened: the whole text stands in Outlook]"
_SPACE = re.compile(r"[ \t\r\n\f]+")
_OPEN_END = re.compile(r"(?:<[^<>]*|&[^\s;&<>]*)\Z")
_LAST_PIECE = re.compile(r"[^\s>]*\Z")


@dataclass(frozen=True, slots=True)
class Description:
    """What is sent, and whether it had to be cut."""

    content: str
    shortened: bool = False

    @property
    def body(self) -> Body:
        """What it will be read as."""
        return Body.guess(self.content)


def written(body: Body) -> Description:
    """Say a body in Google's one field."""
    whole = _spelled(body)
    if len(whole) <= LIMIT:
        return Description(whole)
    return Description(_shortened(Body.guess(whole)), shortened=True)


def _spelled(body: Body) -> str:
    text = body.text()
    if not body.html and not Body.guess(text).html:
        return text
    # Google shows the line breaks of the source, which in HTML are only white space.
    markup = _SPACE.sub(" ", body.markup())
    return markup if Body.guess(markup).html else text


def _shortened(body: Body) -> str:
    """Cut at a word, or between elements, leaving every element whole; a marker line says so."""
    line = f"<br>{MARKER}" if body.html else f"\n{MARKER}"
    room = LIMIT - len(line)
    while True:
        kept = _cut(body, room)
        if len(kept) + len(line) <= LIMIT:
            return kept + line
        # Closing what was open took more than the cut left.
        room = room * (LIMIT - len(line)) // len(kept)


def _cut(body: Body, room: int) -> str:
    kept = body.content[:room]
    if body.html:
        kept = _OPEN_END.sub("", kept)
    # A "word" longer than a line of prose (a link, a run of characters) may be cut anywhere.
    last = _LAST_PIECE.search(kept)
    if last and len(kept) < len(body.content) and len(last.group()) < room // 8:
        kept = kept[: last.start()]
    kept = kept.rstrip()
    return replace(body, content=kept).markup() if body.html else kept
