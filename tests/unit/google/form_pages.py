"""A page of the form protocol, taken apart as a browser does; and the same protocol's question, written by hand."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_plus


@dataclass
class Page(HTMLParser):
    """What a browser finds on it: the forms' addresses and fields, the scripts, and every other element's name."""

    actions: list[str] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    elements: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.elements.append(tag)
        if tag == "form":
            assert told["method"] == "POST"
            self.actions.append(told["action"])
        if tag == "input":
            self.inputs[told["name"]] = told["value"]

    def handle_data(self, data: str) -> None:
        if self.elements[-1:] == ["script"] and data.strip():
            self.scripts.append(data)

    @property
    def payload(self) -> Any:
        """The answer, as JSON reads it."""
        return json.loads(self.inputs["text"])


def read(page: bytes) -> Page:
    """Take a page apart, which is to be one form and one script and nothing that could be more."""
    found = Page()
    found.feed(page.decode("ascii"))
    assert found.elements == ["html", "head", "title", "meta", "body", "form", "input", "script"]
    assert list(found.inputs) == ["text"]
    assert len(found.scripts) == 1
    return found


def form(text: str) -> bytes:
    """The body a browser posts."""
    return f"text={quote_plus(text)}".encode()
