"""Reminders: Exchange knows one, Google up to five of two methods, or "the calendar's own". Pure.

The reminder that is carried is the pop-up shown latest, that is the one of fewest minutes. When it changes, the others
stay as they are; e-mail is never asked for where the event did not ask for it itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_MINUTES = 40320
MOST_ROWS = 5
LOSS = "reminders"
_POPUP = "popup"

Row = tuple[str, int]
"""A method (`popup`, `email`) and minutes before the start."""


@dataclass(frozen=True, slots=True)
class Reminders:
    """What goes off before an event; `default`: it is the calendar's own rule that says so, not the event."""

    rows: tuple[Row, ...] = ()
    default: bool = False

    @property
    def carried(self) -> int | None:
        """Minutes of the reminder that the other side is told of; None for no pop-up at all."""
        return min((minutes for method, minutes in self.rows if method == _POPUP), default=None)

    @property
    def losses(self) -> tuple[str, ...]:
        """A word when there is more than the other side is told of."""
        told = 0 if self.carried is None else 1
        return (LOSS,) if len(self.rows) > told else ()


def rows(sent: Any) -> tuple[Row, ...]:
    """Read rows as Google gives them; what is not a row is passed over."""
    found = sent if isinstance(sent, Sequence) and not isinstance(sent, str) else ()
    pairs = [(row.get("method"), row.get("minutes")) for row in found if isinstance(row, Mapping)]
    return tuple((str(method), minutes) for method, minutes in pairs if method and isinstance(minutes, int))


def read(sent: Any, defaults: Sequence[Row]) -> Reminders:
    """Read an event's `reminders`; `defaults` are the calendar's own, from the list's envelope."""
    if not isinstance(sent, Mapping):
        return Reminders()
    if sent.get("useDefault"):
        return Reminders(tuple(defaults), default=True)
    return Reminders(rows(sent.get("overrides")))


def written(minutes: int | None, was: Reminders) -> dict[str, Any]:
    """Give `reminders` for an event whose carried reminder becomes `minutes` (None: none).

    A further pop-up nearer to the start would be read as the reminder, so it goes; and without a reminder none stays.
    """
    kept = [row for row in was.rows if row[0] != _POPUP and not was.default]
    if minutes is not None:
        further = [row for row in was.rows if row[0] == _POPUP and row[1] > minutes and row[1] != was.carried]
        kept = [(_POPUP, minutes), *further, *kept][:MOST_ROWS]
    return {"useDefault": False, "overrides": [{"method": method, "minutes": left} for method, left in kept]}
