"""Looks at single events for a person, through the gate as a sync goes: when they start, and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from calpair.care.starts import starts
from calpair.errors import CalpairError, SideError
from calpair.model.side import Side
from calpair.model.when import When
from calpair.ports import Calendar
from calpair.sync.decision import Decision
from calpair.sync.gate import Asker, Gate

Places = Mapping[str, Mapping[Side, str]]
"""By any name: an event's item id on one side or both."""


def decided(decisions: Sequence[Decision]) -> tuple[Mapping[str, When], Places]:
    """Give, by link key, when the events happen that decisions are about; and where the others can be looked up."""
    known: dict[str, When] = {}
    places: dict[str, Mapping[Side, str]] = {}
    for decision in decisions:
        if decision.when:
            known[decision.link.key] = decision.when
        else:
            places[decision.link.key] = {side: part.id for side in Side if (part := decision.link.part(side))}
    return known, places


def look_up(
    gate: Gate,
    asker: Asker,
    lent: Callable[[], AbstractContextManager[Mapping[Side, Calendar]]],
    places: Places,
    now: datetime,
) -> Mapping[str, When]:
    """Read when events start. What cannot be asked or read now is left out: a look is worth no failure."""
    if not any(places.values()):
        return {}
    try:
        passage = gate.ask(asker, now, trial=False)
        try:
            with lent() as calendars:
                found = starts(calendars, places)
        except SideError as error:
            gate.note(passage, error, now)
            raise
        gate.leave(passage)
    except CalpairError:
        return {}
    return found
