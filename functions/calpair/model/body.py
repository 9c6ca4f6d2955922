"""The body of an event: text or HTML, and the three ways of reading it.

HTML is reduced with ammonia (nh3) to the few elements both sides show; text is what a person would read. Two bodies
are *alike* when a person would read the same words, however each server spells its HTML.
"""

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3

MAX_CHARACTERS = 256 * 1024
"""A longer body is cut before anything parses it."""

_TAGS = {"a", "b", "br", "div", "em", "i", "li", "ol", "p", "span", "strong", "u", "ul"}
_BREAKS = {"br", "div", "p", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote"}
_SILENT = {"head", "script", "style", "title"}
_LOOKS_LIKE_HTML = re.compile(
    r"</?(?:a|b|br|div|em|i|li|ol|p|span|strong|u|ul|html|body)\b[^>]*>|&(?:#\d+|\w+);", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Body:
    """What stands below the title. `html` says how to read `content`."""

    content: str = ""
    html: bool = False

    @staticmethod
    def guess(content: str) -> "Body":
        """Read a field that may hold either (Google's description)."""
        return Body(content, bool(_LOOKS_LIKE_HTML.search(content)))

    def text(self) -> str:
        """Give what a person reads, one line a paragraph."""
        if not self.html:
            return self.content.replace("\r\n", "\n").strip()
        reader = _Reader()
        reader.feed(self.content[:MAX_CHARACTERS])
        reader.close()
        lines = (" ".join(line.split()) for line in "".join(reader.words).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def markup(self) -> str:
        """Give harmless HTML of few elements; text is escaped and keeps its lines."""
        if not self.html:
            return html.escape(self.text(), quote=False).replace("\n", "<br>")
        return nh3.clean(
            self.content[:MAX_CHARACTERS],
            tags=_TAGS,
            clean_content_tags={"script", "style", "title"},
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel=None,
        ).strip()

    def alike(self) -> str:
        """Give a form in which two spellings of the same words are equal."""
        return " ".join(self.text().split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the library's shape
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self.words.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # `<br/>` is one break, not an opening and a closing one.
        self.handle_starttag(tag, attrs)
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # Inside HTML a line break in the source is only white space.
            self.words.append(data.replace("\n", " "))
