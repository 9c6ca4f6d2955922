"""Keyed digests of what events say, so that the store can tell a change without holding a word of it.

What is said is spelled out name by name in `recurrence/spelling.py`, in two readings. If the exact one differs from what
was agreed, that side changed; if two events are alike under every name both have, they are equal. Digests are
HMAC-SHA-256 (RFC 2104), cut to 128 bits.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

from calpair.model.event import Event, Field
from calpair.recurrence.spelling import alike, exact, field_of, occurrence_of

_SIZE = 16


TABLE = "table"
"""Names, among a side's digests, the table of colours under which its categories were read."""


class Digester:
    """Turns spelled-out fields into keyed digests. `name` tells one key from another without telling the key."""

    def __init__(self, key: bytes, table: str = "") -> None:
        self._key = key
        self.table = table
        self.name = self._digest("name", "")

    def under(self, colours: Mapping[str, str]) -> "Digester":
        """Give the same under a pair's table of colours."""
        return Digester(self._key, json.dumps(sorted(colours.items())) if colours else "")

    def fields(self, event: Event) -> Mapping[str, str]:
        """Digest everything exactly, by name; what a link remembers as agreed."""
        digests = {name: self._digest(name, text) for name, text in exact(event).items()}
        return {**digests, TABLE: self._digest(TABLE, self.table)} if self.table else digests

    def same_table(self, agreed: Mapping[str, str]) -> bool:
        """Tell whether an agreement was made under the same table of colours."""
        return agreed.get(TABLE) == (self._digest(TABLE, self.table) if self.table else None)

    def unsaid(self, event: Event, agreed: Mapping[str, str]) -> frozenset[str]:
        """Give the fields in which an event says what was agreed neither of it nor of any of its occurrences.

        What most occurrences of a part say is said of the part: with some of them gone, that is what others said before.
        """
        said = exact(event)
        told = {field_of(name) for name in agreed if agreed[name] == self._digest(name, said.get(field_of(name), ""))}
        return frozenset(name for name in {*said, *agreed} - {TABLE} - told if occurrence_of(name) is None)

    def unwritten(self, event: Event, agreed: Mapping[str, str]) -> frozenset[str]:
        """Give the names of occurrences that say, where nothing was agreed of them, what was agreed of the event.

        So says one that an edit of the event has not reached yet, once the event itself says something new.
        """
        said = {name: text for name, text in exact(event).items() if occurrence_of(name) and name not in agreed}
        return frozenset(
            name for name, text in said.items() if agreed.get(field_of(name)) == self._digest(field_of(name), text)
        )

    def stamp(self, event: Event) -> str:
        """Digest the event as a person reads it; what a stamp remembers of the copy it stands on.

        Categories are left out: a copy on Exchange has them, empty, where its original on Google has none to speak of. Of
        a series, its overrides: a copy is stamped before it has them.
        """
        said = alike(event)
        told = {field: said[field] for field in Field if field in said and field is not Field.CATEGORIES}
        return self._digest("stamp", json.dumps(sorted(told.items())))

    def secret(self, text: str) -> str:
        """Digest what signs calpair in, so that another password is told from the one that was refused."""
        return self._digest("secret", text)

    def free_busy(self, text: str) -> str:
        """Digest when somebody is not free, so that it is published only when it has changed."""
        return self._digest("free_busy", text)

    def _digest(self, what: str, text: str) -> str:
        mac = hmac.new(self._key, f"{what}\0{text}".encode(), hashlib.sha256).digest()[:_SIZE]
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")
