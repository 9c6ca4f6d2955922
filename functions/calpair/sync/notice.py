"""What a person is told of one event beside the counts: an edit that was taken back, and one that both sides made. Pure.

    str(Notice("k1", Side.GOOGLE, frozenset({"title"})))                   # put back on google: k1 (title)
    str(Notice("k1", Side.GOOGLE, frozenset({"title"}), clash=True))       # clash: k1 (title): exchange's stands

Identifiers, names of fields and times are all there is (G9).
"""

from collections.abc import Collection
from dataclasses import dataclass

from calpair.model.side import Side
from calpair.model.when import When
from calpair.recurrence.spelling import GONE

WHOLE = frozenset({GONE})
"""The name of the event as a whole: one side had deleted it."""

_NAMED = 3
"""Fields that are named one by one."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`side`: where something was written over what people did there. `clash`: the other side's people had a hand in it, too."""

    link: str
    side: Side
    names: frozenset[str]
    clash: bool = False
    when: When | None = None
    """The event's start."""

    def __str__(self) -> str:
        """Say it, but for the start."""
        if self.clash:
            return f"clash: {self.link} ({in_words(self.names)}): {self.side.other.value}'s stands"
        return f"put back on {self.side.value}: {self.link} ({in_words(self.names)})"


def in_words(names: Collection[str]) -> str:
    """Say names of fields: `title, place of 2026-11-12T10:00:00Z`; that something was deleted is said as `deletion`."""
    told = [_in_words(name) for name in sorted(names, key=lambda name: ("/" in name, name))]
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return f"{', '.join(told[:_NAMED])}{more}"


def _in_words(name: str) -> str:
    original, _, field = name.rpartition("/")
    field = "deletion" if field == GONE else field
    return f"{field} of {original}" if original else field
