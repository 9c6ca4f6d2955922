"""HTML of a card as a person reads it: its lines. Anything but line breaks in it fails."""

from html.parser import HTMLParser


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert (tag, attrs) == ("br", [])
        self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        raise AssertionError(tag)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_data(self, data: str) -> None:
        self.lines[-1] += data


def plain(text: str) -> list[str]:
    """Read a text as HTML."""
    lines = _Lines()
    lines.feed(text)
    lines.close()
    return lines.lines
