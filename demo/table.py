"""The table at the end, and the same numbers as JSON.

    measured = measure(play)
    print(rows(measured)); measured.json()

Everything in it is asked of the servers anew. Requests and quota units are calpair's: all the servers counted, less
what the demo asked itself. None is "not measurable": a server that does not count for others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from demo.company import ONE_WAY, TWO_WAY, Counts
from demo.play import Play
from demo.reader import EXCHANGE, GOOGLE

_WIDTHS = (34, 16, 16, 0)
_UNKNOWN = "not measurable"


@dataclass(frozen=True, slots=True)
class Line:
    """One pair: events on each side, how many differ, those Google has of its own, and what stands twice a side."""

    name: str
    direction: str
    exchange: int
    google: int
    apart: int
    own: int
    twice_exchange: int
    twice_google: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The whole table."""

    lines: Sequence[Line]
    counts: Counts
    met: int
    expected: int

    @property
    def well(self) -> bool:
        """Whether all is as it must be."""
        return (
            self.met == self.expected
            and not any((line.apart, line.twice_exchange, line.twice_google) != (0, 0, 0) for line in self.lines)
            and not self.counts.mails
        )

    def json(self) -> dict[str, int | bool | None]:
        """The numbers for a program, over all pairs."""
        return {
            "events_exchange": sum(line.exchange for line in self.lines),
            "events_google": sum(line.google for line in self.lines),
            "equal": all(line.apart == 0 for line in self.lines),
            "duplicates": sum(line.twice_exchange + line.twice_google for line in self.lines),
            "mails": self.counts.mails,
            "requests_exchange": self.counts.requests_exchange,
            "requests_google": self.counts.requests_google,
            "quota_units": self.counts.quota_units,
        }


def measure(play: Play) -> Measured:
    """Ask both servers for everything and count."""
    lines = []
    for pair in play.company.pairs.values():
        sides = pair.reader.fresh()
        twice = {side: len(names) for side, names in pair.twice(sides).items()}
        lines.append(
            Line(
                pair.name,
                pair.direction,
                len(sides.exchange),
                len(sides.google),
                len(pair.apart(sides)),
                len(pair.own),
                twice[EXCHANGE],
                twice[GOOGLE],
            )
        )
    met = sum(not result.wrong for result in play.results)
    return Measured(lines, play.company.counts(), met, len(play.results))


def rows(measured: Measured) -> list[str]:
    """The table as lines."""
    arrows = {TWO_WAY: "both ways", ONE_WAY: "Exchange to Google"}
    table = [("", EXCHANGE, GOOGLE, "")]
    for line in measured.lines:
        own = f" ({line.own} are Google's own)" if line.own else ""
        verdict = f"{line.apart} DIFFER" if line.apart else f"in step{own}"
        table.append((f"{line.name}, {arrows[line.direction]}: events", str(line.exchange), str(line.google), verdict))
    twice = [sum(line.twice_exchange for line in measured.lines), sum(line.twice_google for line in measured.lines)]
    table.append(("duplicates", str(twice[0]), str(twice[1]), ""))
    table.append(
        ("requests by calpair", _told(measured.counts.requests_exchange), _told(measured.counts.requests_google), "")
    )
    table.append(("quota units", "", _told(measured.counts.quota_units), ""))
    table.append(("mails sent", _told(measured.counts.mails), "", ""))
    table.append(("expectations met", f"{measured.met} of {measured.expected}", "", ""))
    return ["".join(cell.ljust(width) for cell, width in zip(row, _WIDTHS, strict=True)).rstrip() for row in table]


def _told(number: int | None) -> str:
    return _UNKNOWN if number is None else str(number)
