"""Keyed digests of what events say, so that the store can tell a change without holding a word of it.

Two readings of every field. The *exact* one is what a side's own server holds, to the letter: if it differs from what
was agreed, that side changed. The *alike* one is what a person would read, however each server spells it: if two
events are alike in every field both hold, they are equal. Digests are HMAC-SHA-256 (RFC 2104), cut to 128 bits.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

from calpair.model.event import Event, Field
from calpair.model.when import Timed, When

_SIZE = 16


def exact(event: Event) -> Mapping[Field, str]:
    """Spell out every field the side holds, keeping all that a person could have changed."""
    body = event.body
    fields: dict[Field, object] = {
        Field.TITLE: event.title,
        Field.BODY: [body.html, body.content.replace("\r\n", "\n").strip()],
        Field.PLACE: event.place,
        Field.WHEN: _when(event.when, zone=True),
        Field.SHOW_AS: event.show_as,
        Field.PRIVACY: event.privacy,
        Field.REMINDER: event.reminder,
    }
    if event.categories is not None:
        fields[Field.CATEGORIES] = list(event.categories)
    return _spelled(fields)


def alike(event: Event) -> Mapping[Field, str]:
    """Spell out every field the side holds as a person reads it: spelling, zone names and order do not count."""
    fields: dict[Field, object] = {
        Field.TITLE: _words(event.title),
        Field.BODY: event.body.alike(),
        Field.PLACE: _words(event.place),
        Field.WHEN: _when(event.when, zone=False),
        Field.SHOW_AS: event.show_as,
        Field.PRIVACY: event.privacy,
        Field.REMINDER: event.reminder,
    }
    if event.categories is not None:
        fields[Field.CATEGORIES] = sorted(event.categories)
    return _spelled(fields)


def likeness(event: Event) -> tuple[str, str, str]:
    """Give times, title and place as read by a person: what two unlinked events are recognised by."""
    when, title, place = _when(event.when, zone=False), _words(event.title), _words(event.place)
    return json.dumps(when), title, place


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
        """Digest every field exactly; what a link remembers as agreed."""
        digests = {field.value: self._digest(field.value, text) for field, text in exact(event).items()}
        return {**digests, TABLE: self._digest(TABLE, self.table)} if self.table else digests

    def same_table(self, agreed: Mapping[str, str]) -> bool:
        """Tell whether an agreement was made under the same table of colours."""
        return agreed.get(TABLE) == (self._digest(TABLE, self.table) if self.table else None)

    def stamp(self, event: Event) -> str:
        """Digest the event as a person reads it; what a stamp remembers of the copy it stands on.

        Categories are left out: a copy on Exchange has them, empty, where its original on Google has none to speak of.
        """
        told = {field: text for field, text in alike(event).items() if field is not Field.CATEGORIES}
        return self._digest("stamp", json.dumps(sorted(told.items())))

    def secret(self, text: str) -> str:
        """Digest what signs calpair in, so that another password is told from the one that was refused."""
        return self._digest("secret", text)

    def _digest(self, what: str, text: str) -> str:
        mac = hmac.new(self._key, f"{what}\0{text}".encode(), hashlib.sha256).digest()[:_SIZE]
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def _words(text: str) -> str:
    return " ".join(text.split())


def _when(when: When, *, zone: bool) -> list[str]:
    if isinstance(when, Timed):
        return ["timed", when.start.isoformat(), when.end.isoformat(), when.zone if zone else ""]
    return ["all_day", when.start.isoformat(), when.end.isoformat()]


def _spelled(fields: Mapping[Field, object]) -> Mapping[Field, str]:
    return {field: json.dumps(value, ensure_ascii=True) for field, value in fields.items()}
