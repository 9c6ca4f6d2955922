"""How the demo speaks: a line as each thing happens, a mark before what was measured, progress in place on a terminal.

tell = Teller(sys.stdout)
tell.line("ana writes ...")
tell.progress("first sync", 120, 500)
tell.measured("it is on Google", 3.2, "")        # "  ok    3.2 s  it is on Google"
"""

from dataclasses import dataclass
from typing import TextIO

_QUARTERS = 4


@dataclass(slots=True)
class Teller:
    """Where the words go."""

    out: TextIO
    _quarter: int = 0
    _open: bool = False

    def line(self, text: str) -> None:
        """Tell something."""
        self._break()
        print(text, file=self.out, flush=True)

    def measured(self, text: str, took: float, wrong: str) -> None:
        """Tell what a look at the servers found: it is so, after so long; or what is wrong."""
        self.line(f"  ok  {took:6.1f} s  {text}" if not wrong else f"  BAD {took:6.1f} s  {text}: {wrong}")

    def progress(self, what: str, done: int, total: int) -> None:
        """Tell how far something is: in place on a terminal, every quarter elsewhere."""
        if self.out.isatty():
            print(f"\r          {what}: {done} of {total} ", end="", file=self.out, flush=True)
            self._open = True
            return
        quarter = done * _QUARTERS // total if total else 0
        if quarter > self._quarter:
            self.line(f"          {what}: {done} of {total}")
        self._quarter = quarter

    def _break(self) -> None:
        if self._open:
            print(file=self.out)
            self._open = False
