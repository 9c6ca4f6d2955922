"""How the command speaks: plain lines or JSON, progress in place on a terminal and as plain lines elsewhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TextIO


class NobodyReadsError(Exception):
    """Whoever read what is said has gone: `calpair doctor | head -2`."""


@dataclass(slots=True)
class Say:
    """Where words go. With `as_json` every answer is one JSON value on the output, and nothing else is."""

    out: TextIO
    err: TextIO
    as_json: bool = False
    _told: int = 0

    def line(self, text: str) -> None:
        """Say a line to a person."""
        if not self.as_json:
            _print(text, file=self.out)

    def value(self, value: Mapping[str, Any] | list[Any]) -> None:
        """Say a value to a program."""
        if self.as_json:
            _print(json.dumps(value, ensure_ascii=False, default=str), file=self.out)

    def document(self, value: Mapping[str, Any]) -> None:
        """Print a document that is JSON for people too."""
        _print(json.dumps(value, ensure_ascii=False, indent=None if self.as_json else 2), file=self.out)

    def error(self, text: str) -> None:
        """Say what went wrong, in one line."""
        sentence = " ".join(text.split())
        if self.as_json:
            _print(json.dumps({"error": sentence}, ensure_ascii=False), file=self.out)
        else:
            _print(f"calpair: {sentence}", file=self.err)

    def progress(self, done: int, total: int) -> None:
        """Tell how far long work has come: in place on a terminal, every tenth of the way elsewhere."""
        if self.as_json or not total:
            return
        if self.err.isatty():
            _print(f"\r{done} of {total}" + ("\n" if done == total else ""), end="", file=self.err)
        elif done == total or done * 10 // total != self._told:
            self._told = done * 10 // total
            _print(f"{done} of {total}", file=self.err)


def _print(text: str, *, file: TextIO, end: str = "\n") -> None:
    try:
        print(text, end=end, file=file, flush=True)
    except BrokenPipeError:
        raise NobodyReadsError from None
