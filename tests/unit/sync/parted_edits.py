"""Edits of parts, as the engine makes them, and what comes of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from calpair.errors import SideError
from calpair.model.event import Event, Field, Item
from calpair.model.rule import Original
from calpair.ports import Edit, Written
from calpair.recurrence import series
from calpair.sync.parted import Parted
from calpair.sync.project import content
from unit.sync.parted_home import Home, at, hold, once, span


def parts(home: Home) -> list[Item]:
    return [item for item in Parted(home, hold).read(["e1"]).values() if isinstance(item, Item)]


def of(event: Event, *, home: Home | None = None) -> tuple[Home, list[Item]]:
    home = home or Home()
    home.put("e1", event)
    return home, parts(home)


def whole(part: Item, **fields: Any) -> Edit:
    """An edit of a part as a whole: its fields, and its overrides with it where it moves."""
    event = replace(content(part), **fields)
    names = frozenset(field for field in Field if field.value in fields)
    return Edit(part, event, names, overrides=frozenset(event.overrides) if Field.WHEN in names else frozenset())


def single(part: Item, original: Original, **fields: Any) -> Edit:
    """An edit of one occurrence of a part; without fields it is as the series again."""
    overrides = dict(content(part).overrides)
    overrides.pop(original, None)
    if fields:
        overrides[original] = replace(
            series.effective(content(part), original) or once(content(part), span(at(1, 1))), **fields
        )
    return Edit(part, replace(content(part), overrides=overrides), frozenset(), overrides=frozenset({original}))


def gone(part: Item, *originals: Original) -> Edit:
    event = content(part)
    overrides = {**event.overrides, **dict.fromkeys(originals)}
    return Edit(part, replace(event, overrides=overrides), frozenset(), overrides=frozenset(originals))


def write(home: Home, *edits: Edit) -> list[Written]:
    answers = Parted(home, hold).update(edits)
    written = [answer for answer in answers if isinstance(answer, Written)]
    assert len(written) == len(edits)
    return written


def failing(home: Home, *edits: Edit) -> Sequence[Written | SideError]:
    return Parted(home, hold).update(edits)


def said(home: Home, name: str = "title") -> dict[Original, Any]:
    return {one: override and getattr(override, name) for one, override in home.event("e1").overrides.items()}
