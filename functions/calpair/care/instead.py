"""What was done instead of what cannot be carried, told from the event as it is just now. Pure.

    shape(event, held)               # why a series is several items on Exchange, or one with deletions
    value("show_as", said, held)     # "out of office is busy there"
    unheld(event, held)              # why no series, and no number of single events, would do

The words why a rule is held otherwise are the ladder's (`recurrence/ladder.py`).
"""

from collections.abc import Mapping

from calpair.model.clocks import is_own
from calpair.model.event import Event, ShowAs
from calpair.model.rule import original_text
from calpair.model.when import Timed
from calpair.ports import Held
from calpair.recurrence import ladder
from calpair.recurrence.conversion import Conversion, Rung
from calpair.recurrence.shapes import AbsoluteMonthly, AbsoluteYearly, RelativeMonthly, RelativeYearly, Weekly
from calpair.recurrence.singles import MOST_WITHIN

_SPLITS: Mapping[str, str] = {
    "rules": "each of its rules is a series of its own there",
    "times": "a series there has one time of the day",
    "turns": "they take turns in several series there",
    "dates": "dates that no rule gives stand singly there",
    "bounded": "no pattern there gives these dates, so each stands singly",
    "horizon": "no pattern there repeats like this for ever, so those of the next two years stand singly, and more are added",
}
_OFTEN: Mapping[str, tuple[type, ...]] = {
    "weekly": (Weekly,),
    "monthly": (AbsoluteMonthly, RelativeMonthly),
    "yearly": (AbsoluteYearly, RelativeYearly),
}
_CLAMPED = "a day that a month does not have is the month's last day there, so each month is a yearly series of its own"
_MOVED = "an occurrence that was moved to or past its neighbour cannot stay in a series there, so it stands beside it"
_MORE = (
    "no pattern there gives just these dates, so there it has one that gives more of them, and the others are deleted"
)
_CLOCKS = "it repeats by clocks that are no zone's there, so each occurrence stands singly, as far as two years ahead"
_SHORTEST = 28
_SHADES = {ShowAs.AWAY: "out of office", ShowAs.ELSEWHERE: "working elsewhere"}


def shape(event: Event, held: Held) -> tuple[str, ...]:
    """Say why a series is held on the other side otherwise than as one series with the same occurrences; empty: it is."""
    if event.repeats is None or "rule" in held.losses:
        return ()
    if isinstance(event.when, Timed) and is_own(event.when.zone):
        return (_CLOCKS,) if held.parts else ()
    made = ladder.convert(event.when, event.repeats)
    alone = {original_text(part.when.start) for part in made.parts if part.series is None}
    told = []
    if made.rung is Rung.SPLIT or made.rung is Rung.SINGLES:
        told.append(_split(event, made))
    if any(part.cancelled for part in made.parts) and made.rung is not Rung.EQUAL:
        told.append(_MORE)
    # Singles of an endless rule go by another horizon here.
    singles = {original_text(one.original) for one in held.parts if one.original is not None}
    if made.rung in (Rung.EQUAL, Rung.SUPERSET, Rung.SPLIT) and singles - alone:
        told.append(_MOVED)
    return tuple(filter(None, told))


def _split(event: Event, made: Conversion) -> str:
    told = _SPLITS.get(made.why)
    if told is not None or event.repeats is None:
        return told or ""
    patterns = [part.series.pattern for part in made.parts if part.series]
    often = next((word for word, kinds in _OFTEN.items() if all(isinstance(one, kinds) for one in patterns)), "")
    days = {day for rule in event.repeats.rules for day in rule.by_month_day or (event.when.start.day,)}
    if often == "yearly" and max(days) > _SHORTEST:
        return _CLAMPED
    return " ".join(filter(None, ("each of these is a", often, "series of its own there")))


def unheld(event: Event, held: Held) -> str:
    """Say why a side can hold a series in no way; empty: nothing more than that is known."""
    if event.repeats is None:
        return ""
    made = ladder.convert(event.when, event.repeats)
    if made.rung is not Rung.IMPOSSIBLE:
        zone = event.when.zone if isinstance(event.when, Timed) else ""
        if "zone" not in held.losses or not zone:
            return ""
        return f"it repeats by the clock of {zone}, a time zone that Exchange has no name for"
    if made.why == "many":
        return f"it would take more than {MOST_WITHIN:,} single events, which is the most that are made of a series"
    return "it has no occurrence" if made.why == "empty" else ""


def value(loss: str, said: Event, held: Event) -> str:
    """Say what became of the value a loss is about; empty: the word says it all."""
    if loss == "show_as":
        return f"{_shade(said)} is {_shade(held)} there"
    if loss == "privacy":
        return f"{said.privacy} is {held.privacy} there"
    if loss.partition(":")[0] == "reminder" and said.reminder is not None and held.reminder is not None:
        return f"{said.reminder} minutes before are {held.reminder} there"
    if loss == "zone" and isinstance(said.when, Timed) and isinstance(held.when, Timed) and said.when.zone:
        return f"{said.when.zone} is told in {held.when.zone or 'UTC'} there"
    if loss == "categories":
        return ", ".join(name for name in said.categories or () if name not in (held.categories or ()))
    return ""


def _shade(event: Event) -> str:
    return _SHADES.get(event.show_as, event.show_as.value)
