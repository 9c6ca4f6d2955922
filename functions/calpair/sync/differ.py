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
from calpair.model.side import Home, Side
from calpair.ports import Held
from calpair.sync.desk import Case, is_copy
from calpair.sync.digest import Digester, alike, exact
from calpair.sync.merge import HIDDEN, HIDDEN_TITLE, hidden, shown, stands_in_for, unhide
from calpair.sync.zone_names import own_names

_SHORTENED = ":shortened"
_CATEGORIES = frozenset({Field.CATEGORIES})


@dataclass(frozen=True, slots=True)
class Comparison:
    """`wanted[side]`: what that side would be made to hold today, from the other one's content."""

    wanted: Mapping[Side, Event]
    differing: frozenset[Field]
    changed: Mapping[Side, frozenset[Field]]
    losses: tuple[str, ...]


def compare(case: Case, pair: Pair, hold: Mapping[Side, Callable[[Event], Held]], digester: Digester) -> Comparison:
    """Compare both items of a case."""
    events = {side: _event(case.item(side)) for side in Side}
    held = {side: hold[side](shown(events[side.other], side, pair)) for side in Side}
    wanted = own_names({side: held[side].event for side in Side}, events, hold)
    home = case.link.home
    blind = _blind(case.link, events, held, pair, digester)
    apart = _apart(wanted, events, home, blind)
    changed = {side: _changed(case, side, apart, wanted, digester) for side in Side}
    differing = apart | _respelled(changed, wanted, events)
    if home is Home.ADOPTED:
        return Comparison(wanted, differing - blind, changed, ())
    origin = Side(home.value)
    item = case.item(origin)
    masked = (f"{name}{HIDDEN}" for name in hidden(events[origin], origin.other, pair))
    told = tuple(sorted({*held[origin.other].losses, *(item.losses if item else ()), *masked}))
    return Comparison(wanted, differing, unhide(changed, origin, blind), told)


def _blind(
    link: Link, events: Mapping[Side, Event], held: Mapping[Side, Held], pair: Pair, digester: Digester
) -> frozenset[Field]:
    """Give the fields whose other side holds only a stand-in: hidden, shortened, or hidden until now.

    Of an adopted event each owner keeps what the other may not see.
    """
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
    losses = held[origin.other].losses
    return concealed | {Field(loss.removesuffix(_SHORTENED)) for loss in losses if loss.endswith(_SHORTENED)}


def _apart(
    wanted: Mapping[Side, Event], events: Mapping[Side, Event], home: Home, blind: frozenset[Field]
) -> frozenset[Field]:
    """Give the fields in which neither side is what the other would make of it.

    Where the copy is only a stand-in, it alone is asked: what it would make of the original says nothing.
    """
    are = {side: alike(events[side]) for side in Side}
    should = {side: alike(wanted[side]) for side in Side}

    def differs(name: Field) -> bool:
        asked = [Side(home.value).other] if home is not Home.ADOPTED and name in blind else list(Side)
        return all(are[side][name] != should[side][name] for side in asked)

    carried = [name for name in Field if all(name in are[side] and name in should[side] for side in Side)]
    return frozenset(name for name in carried if differs(name))


def _respelled(
    changed: Mapping[Side, frozenset[Field]], wanted: Mapping[Side, Event], events: Mapping[Side, Event]
) -> frozenset[Field]:
    """Give the fields that one side alone respelled (bold print, another zone for the same instants): they flow too.

    When both did, the two are alike and each keeps its own spelling.
    """
    found: set[Field] = set()
    for side in Side:
        only = changed[side] - changed[side.other]
        should, are = exact(wanted[side.other]), exact(events[side.other])
        found |= {field for field in only if field in should and field in are and should[field] != are[field]}
    return frozenset(found)


def _changed(
    case: Case, side: Side, apart: frozenset[Field], wanted: Mapping[Side, Event], digester: Digester
) -> frozenset[Field]:
    item, agreed = case.item(side), case.link.agreed.get(side)
    if agreed is not None and not case.joined:
        now = digester.fields(_event(item))
        edited = frozenset(field for field in Field if now.get(field) != agreed.get(field))
        if digester.same_table(agreed):
            return edited
        # Only the table of colours changed: the categories are the home's to say, an adopted event's Exchange's.
        speaks = Side.GOOGLE if case.link.home is Home.GOOGLE else Side.EXCHANGE
        return edited | _CATEGORIES if side is speaks else edited - _CATEGORIES
    if case.link.state is State.LINKED and not case.joined and all(_unwritten(case, one) for one in Side):
        # What was agreed is lost with its key, but nothing has been written since.
        return frozenset()
    copy = next((one for one in (case.item(one) for one in Side) if one and is_copy(case.link, one)), None)
    if copy and copy.stamp and copy.stamp.digest:
        content = _event(copy) if copy.side is side else wanted[copy.side]
        if digester.stamp(content) == copy.stamp.digest:
            return frozenset()
    return apart


def _unwritten(case: Case, side: Side) -> bool:
    item, part = case.item(side), case.link.part(side)
    return item is not None and part is not None and bool(part.version) and part.version == item.version


def _event(item: Item | None) -> Event:
    if item is None or item.event is None:
        raise ValueError("both sides are needed, with content")
    return item.event
