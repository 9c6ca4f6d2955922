"""The hand's words for what is in an item, as fields of `Item`: people by address, patterns, named properties."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from simulators.exchange import recurrence
from simulators.exchange.items import Attendee, Item, named
from simulators.exchange.pattern import Pattern

_SERVERS = {"id", "change_key", "folder_id", "former_ids", "modified", "overrides", "deleted", "master_id", "exception"}


def values_of(fields: dict[str, Any], before: Item | None) -> dict[str, Any]:
    """The hand's words as fields of `Item`; ValueError for a word it does not have."""
    known = set(Item.__dataclass_fields__) - _SERVERS | {"extended"}
    unknown = sorted(set(fields) - known)
    if unknown:
        raise ValueError(f"an item has no field {unknown[0]!r}; it has: {', '.join(sorted(known))}")
    values = dict(fields)
    for name in ("start", "end"):
        if name in values:
            values[name] = _instant(values[name])
    for name in ("required", "optional", "resources"):
        if name in values:
            values[name] = tuple(_people(values[name]))
    if "categories" in values:
        values["categories"] = tuple(values["categories"])
    if values.get("reminder_minutes") is not None:
        values["reminder_kept"] = values["reminder_minutes"]
    if isinstance(values.get("recurrence"), Pattern):
        values["recurrence"] = recurrence.text(values["recurrence"])
    if "extended" in values:
        old = dict(before.properties) if before else {}
        values["properties"] = {**old, **named(values.pop("extended"))}
    return values


def _instant(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC)


def _people(people: Iterable[str | Attendee]) -> Iterable[Attendee]:
    return (Attendee(each, each) if isinstance(each, str) else each for each in people)
