"""Resources read as items: what is to be known of the calendar for it is asked once, when it is first needed.

reader = Reader(line, calendar_id, table)
item = reader.item(event)
item = reader.series(found)
"""

from collections.abc import Mapping
from typing import Any

from calpair.google.line import Line
from calpair.google.listing import envelope
from calpair.google.mapping import colours, reading, reminders
from calpair.google.mapping.reading import Known
from calpair.google.mapping.series import Series, whole
from calpair.model.event import Item


class Reader:
    """One calendar, the line to it, and what is known of it. Not for several threads at once."""

    def __init__(self, line: Line, calendar_id: str, table: colours.Table) -> None:
        self.line = line
        self.calendar_id = calendar_id
        self.table = table
        self._defaults: tuple[reminders.Row, ...] | None = None

    def item(self, event: Mapping[str, Any]) -> Item:
        """Read an event that is not a tombstone; of a series, itself alone. Raises what a list raises."""
        return reading.item(event, self.known(event))

    def series(self, found: Series) -> Item:
        """Read a series with its exceptions. Raises what a list raises."""
        return whole(found, self.known(found.master, *found.exceptions.values()))

    def known(self, *events: Mapping[str, Any]) -> Known:
        """Give what is to be known to read these. Raises what a list raises."""
        if self._defaults is None and any(map(_by_default, events)):
            # Only a list tells the calendar's own reminders, and none came before.
            self.remember(envelope(self.line, self.calendar_id))
        return Known(self.calendar_id, self._defaults or (), self.table)

    def remember(self, around: Mapping[str, Any]) -> None:
        """Learn from what stands around a list."""
        if "defaultReminders" in around or self._defaults is None:
            self._defaults = reminders.rows(around.get("defaultReminders"))


def _by_default(event: Mapping[str, Any]) -> bool:
    said = event.get("reminders")
    return isinstance(said, Mapping) and bool(said.get("useDefault"))
