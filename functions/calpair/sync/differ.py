"""How the two sides of one event compare: what differs now, and who changed what since the last agreement. Pure.

Two sides are equal in a field when what one would be made to hold, losses included, is alike to what it holds. A side
whose agreement is unknown (a rebuilt store, an unread answer) is judged by the stamp on the copy: the side whose
content still has the stamp's digest is unchanged; where neither has, both count as changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from calpair.model.event import Event, Field, Item
from calpair.model.link import Link, State
from calpair.model.pair import Pair
from calpair.model.rule import Original
from calpair.model.side import Home, Side
from calpair.ports import Held
from calpair.recurrence import series
from calpair.recurrence.spelling import GONE, alike, exact, field_of, occurrence_of
from calpair.sync.desk import Case, is_copy
from calpair.sync.digest import TABLE, Digester
from calpair.sync.merge import HIDDEN, HIDDEN_TITLE, MASKED, hidden, shown, stands_in_for, unhide
from calpair.sync.zone_names import own_names

UNREADABLE = "occurrence:unreadable"
_OF_OCCURRENCES = "occurrence:"
_SHORTENED = ":shortened"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`wanted[side]`: what that side would be made to hold today, from the other one's content.

    `barred[side]`: what people changed there although it is the other side's alone to say; it is not among `changed`.
    """

    wanted: Mapping[Side, Event]
    differing: frozenset[str]
    changed: Mapping[Side, frozenset[str]]
    losses: tuple[str, ...]
    barred: Mapping[Side, frozenset[str]]


def compare(case: Case, pair: Pair, hold: Mapping[Side, Callable[[Event], Held]], digester: Digester) -> Comparison:
    """Compare both items of a case."""
    events = {side: _event(case.item(side)) for side in Side}
    held = {side: hold[side](shown(events[side.other], side, pair)) for side in Side}
    wanted = own_names({side: held[side].event for side in Side}, events, hold)
    home = case.link.home
    blind = _blind(case.link, events, held, pair, digester)
    apart = _apart(wanted, events, home, blind)
    changed = {side: _changed(case, side, apart, wanted, digester) for side in Side}
    edited = _unmade(case, events, apart, changed, digester)
    changed = _locked(case, apart, edited)
    unread = {original for side in Side for original in _unreadable(case.item(side))}
    differing = frozenset(
        name
        for name in apart | _respelled(changed, wanted, events)
        if (occurrence := occurrence_of(name)) is None or occurrence[0] not in unread
    )
    if home is Home.ADOPTED:
        shown_to_both = frozenset(name for name in differing if not blind(name))
        return Comparison(wanted, shown_to_both, changed, (), _barred(case, edited, changed))
    origin = Side(home.value)
    item = case.item(origin)
    masked = (f"{name}{HIDDEN}" for name in hidden(events[origin], origin.other, pair))
    told = tuple(sorted({*held[origin.other].losses, *(item.losses if item else ()), *masked, *occurrence_words(case)}))
    names = frozenset({*apart, *changed[Side.EXCHANGE], *changed[Side.GOOGLE], *Field})
    changed = unhide(changed, origin, frozenset(filter(blind, names)))
    return Comparison(wanted, differing, changed, told, _barred(case, edited, changed))


def _blind(
    link: Link, events: Mapping[Side, Event], held: Mapping[Side, Held], pair: Pair, digester: Digester
) -> Callable[[str], bool]:
    """Tell the names of which the other side holds only a stand-in: hidden, shortened, or hidden until now.

    Of an adopted event each owner keeps what the other may not see.
    """
    concealed = _concealed(link, events, pair, digester)
    losses = held[Side(link.home.value).other].losses if link.home is not Home.ADOPTED else ()
    shortened = {Field(loss.removesuffix(_SHORTENED)) for loss in losses if loss.endswith(_SHORTENED)}
    owners = [side for side in Side if link.home.owns(side)]

    def blind(name: str) -> bool:
        occurrence = occurrence_of(name)
        if field_of(name) in shortened:
            return True
        if occurrence is None:
            return name in concealed
        return any(_hides(events, side, occurrence, pair) for side in owners)

    return blind


def _hides(events: Mapping[Side, Event], owner: Side, occurrence: tuple[Original, str], pair: Pair) -> bool:
    """Tell whether the other side holds only a stand-in of an occurrence's field, or has until now."""
    original, field = occurrence
    said, shown_there = (series.effective(events[side], original) for side in (owner, owner.other))
    if said is None or field not in MASKED:
        return False
    if hidden(said, owner.other, pair):
        return True
    # What was hidden before still looks like a stand-in there.
    return shown_there is not None and shown_there.title == HIDDEN_TITLE != said.title


def _concealed(link: Link, events: Mapping[Side, Event], pair: Pair, digester: Digester) -> frozenset[Field]:
    home = link.home
    if home is Home.ADOPTED:
        return hidden(events[Side.EXCHANGE], Side.GOOGLE, pair) | hidden(events[Side.GOOGLE], Side.EXCHANGE, pair)
    origin = Side(home.value)
    concealed = hidden(events[origin], origin.other, pair)
    if not concealed and events[origin].title != HIDDEN_TITLE:
        # What was hidden when the copy was agreed upon: it still holds the stand-in (a server may respell its body).
        # Where the agreement is lost, what looks like one counts as one.
        stand_in = digester.fields(stands_in_for(events[origin.other]))
        agreed = link.agreed.get(origin.other) or digester.fields(events[origin.other])
        if all(agreed.get(field) == stand_in[field] for field in (Field.TITLE, Field.PLACE)):
            concealed = frozenset({Field.TITLE, Field.BODY, Field.PLACE})
    return concealed


def _apart(
    wanted: Mapping[Side, Event], events: Mapping[Side, Event], home: Home, blind: Callable[[str], bool]
) -> frozenset[str]:
    """Give the names in which neither side is what the other would make of it.

    Where the copy is only a stand-in, it alone is asked: what it would make of the original says nothing.
    """
    are = {side: alike(events[side]) for side in Side}
    should = {side: alike(wanted[side]) for side in Side}
    spelled = [*are.values(), *should.values()]
    carried = frozenset(field for field in Field if all(field in words for words in spelled))

    def differs(name: str) -> bool:
        asked = [Side(home.value).other] if home is not Home.ADOPTED and blind(name) else list(Side)
        return all(are[side].get(name) != should[side].get(name) for side in asked)

    names = {name for words in spelled for name in words if field_of(name) in {*carried, GONE}}
    return frozenset(name for name in names if differs(name))


def _respelled(
    changed: Mapping[Side, frozenset[str]], wanted: Mapping[Side, Event], events: Mapping[Side, Event]
) -> frozenset[str]:
    """Give the names that one side alone respelled (bold print, another zone for the same instants): they flow too.

    When both did, the two are alike and each keeps its own spelling.
    """
    found: set[str] = set()
    for side in Side:
        only = changed[side] - changed[side.other]
        should, are = exact(wanted[side.other]), exact(events[side.other])
        found |= {name for name in only if name in should and name in are and should[name] != are[name]}
    return frozenset(found)


def _changed(
    case: Case, side: Side, apart: frozenset[str], wanted: Mapping[Side, Event], digester: Digester
) -> frozenset[str]:
    item, agreed = case.item(side), case.link.agreed.get(side)
    if agreed is not None and not case.joined:
        now = digester.fields(_event(item))
        edited = frozenset(name for name in {*now, *agreed} - {TABLE} if now.get(name) != agreed.get(name))
        if digester.same_table(agreed):
            return edited
        # Only the table of colours changed: the categories are the home's to say, an adopted event's Exchange's.
        speaks = Side.GOOGLE if case.link.home is Home.GOOGLE else Side.EXCHANGE
        if side is speaks:
            return edited | {Field.CATEGORIES} | {name for name in apart if field_of(name) == Field.CATEGORIES}
        return frozenset(name for name in edited if field_of(name) != Field.CATEGORIES)
    if case.link.state is State.LINKED and not case.joined and all(_unwritten(case, one) for one in Side):
        # What was agreed is lost with its key, but nothing has been written since.
        return frozenset()
    copy = next((one for one in (case.item(one) for one in Side) if one and is_copy(case.link, one)), None)
    if copy and copy.stamp and copy.stamp.digest:
        content = _event(copy) if copy.side is side else wanted[copy.side]
        if digester.stamp(content) == copy.stamp.digest:
            # The stamp says nothing of overrides.
            return frozenset(name for name in apart if occurrence_of(name))
    return apart


def _unmade(
    case: Case,
    events: Mapping[Side, Event],
    apart: frozenset[str],
    changed: Mapping[Side, frozenset[str]],
    digester: Digester,
) -> dict[Side, frozenset[str]]:
    """Take a missing override for unwritten, not for undone, where nothing tells that it was ever there.

    That is so where a write of ours may have ended half-way, and where nothing was agreed upon: a copy may be
    half-made, and of two that were found to be one, or lost their agreement, an override says more than none.
    Where a write ended half-way, an occurrence that still says what the event did is unwritten as well.
    """
    found = dict(changed)
    for side in Side:
        if side in case.link.half_made or case.joined or side not in case.link.agreed:
            missing = {name for name in apart | found[side] if _says_nothing(events[side], name)}
            agreed = case.link.agreed.get(side)
            if side is Side.GOOGLE and agreed is not None and not case.joined and Field.WHEN not in found[side]:
                # Google drops an override with its rule alone: one that was agreed upon was undone by somebody.
                missing -= set(agreed)
            if side in case.link.half_made and agreed is not None and not case.joined:
                missing |= found[side] & digester.unwritten(events[side], agreed)
            found[side] -= missing
            found[side.other] |= missing & apart
    return found


def _says_nothing(event: Event, name: str) -> bool:
    """Tell whether an event has no word on an occurrence, or none on its being cancelled."""
    occurrence = occurrence_of(name)
    if occurrence is None:
        return False
    original, field = occurrence
    return original not in event.overrides or (field == GONE and event.overrides[original] is not None)


def _locked(case: Case, apart: frozenset[str], changed: Mapping[Side, frozenset[str]]) -> dict[Side, frozenset[str]]:
    """Take what one side alone may change for changed there: what the other made of it is put back."""
    found = dict(changed)
    for side in Side:
        item = case.item(side)
        if item is None:
            continue
        locked = item.locked | {name for name in apart | found[side.other] if _stands_apart(item, name)}
        found[side] |= locked & apart
        found[side.other] -= locked
    return found


def _barred(
    case: Case, edited: Mapping[Side, frozenset[str]], changed: Mapping[Side, frozenset[str]]
) -> Mapping[Side, frozenset[str]]:
    """Give what was edited on a side and does not count there; where nothing was agreed upon, nobody knows of an edit."""
    return {
        side: edited[side] - changed[side] if side in case.link.agreed and not case.joined else frozenset()
        for side in Side
    }


def _stands_apart(item: Item, name: str) -> bool:
    occurrence = occurrence_of(name)
    return occurrence is not None and occurrence[0] in item.apart


def occurrence_words(case: Case) -> tuple[str, ...]:
    """Give the losses of single occurrences, whichever side they are of: what a server could not give, or keeps alone."""
    items = [item for item in (case.item(side) for side in Side) if item]
    unread = {UNREADABLE for item in items if _unreadable(item)}
    return tuple(sorted(unread | {loss for item in items for loss in item.losses if loss.startswith(_OF_OCCURRENCES)}))


def _unreadable(item: Item | None) -> list[Original]:
    return [original for original, mark in item.marks.items() if mark.trouble] if item else []


def _unwritten(case: Case, side: Side) -> bool:
    item, part = case.item(side), case.link.part(side)
    return item is not None and part is not None and bool(part.version) and part.version == item.version


def _event(item: Item | None) -> Event:
    if item is None or item.event is None:
        raise ValueError("both sides are needed, with content")
    return item.event
