"""What to do about each event: the table of the design, a situation a function. Pure; a decision can be printed.

In: the cases `match.py` put together and the rules of the pair. Out: one frozen `Decision` for every case that needs
anything, nearest dates first. A decision holds the link as it is to be stored once its writes are done; `act.py` fills
in what the servers answer. Nothing here asks, waits or stores.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from calpair.model.event import Event, Field, Item, Kind
from calpair.model.link import PORTION, Link, Stamp, State, google_id, partner_name
from calpair.model.pair import OnDelete
from calpair.model.side import Home, Side
from calpair.ports import NAMELESS, RULE, Draft, Edit, Held, Removal
from calpair.recurrence.reach import nearness, over
from calpair.recurrence.spelling import likeness, occurrence_of
from calpair.recurrence.text import lines
from calpair.sync import guard
from calpair.sync.aside import drop_extra, frozen, gone_sides, leave, named, orphan, park, tries, twin
from calpair.sync.decision import ALTERED, REFUSED, Create, Decision, Remove, Rules, Update, loss_word
from calpair.sync.desk import Case, Fate, is_about, is_copy, together
from calpair.sync.differ import Comparison, compare, occurrence_words
from calpair.sync.digest import TABLE
from calpair.sync.merge import HIDDEN, carry, flows, hidden, merge, shown, undone, winning
from calpair.sync.notice import WHOLE


def plan(cases: Iterable[Case], rules: Rules) -> list[Decision]:
    """Decide all cases, nearest dates first; those that need nothing are left out."""
    cases = together(cases)
    decisions = [replace(decision, nearest=_nearness(case, rules.now)) for case, decision in _decided(cases, rules)]
    return sorted(decisions, key=lambda decision: (decision.nearest, decision.link.key))


def _decided(cases: Iterable[Case], rules: Rules) -> Iterable[tuple[Case, Decision]]:
    for case in cases:
        decision = decide(case, rules)
        if decision:
            yield case, replace(decision, gone=gone_sides(case))


def decide(case: Case, rules: Rules) -> Decision | None:
    """Decide one case; None: nothing to do, not even to note."""
    if case.extra:
        return drop_extra(case, case.extra)
    set_aside, special = _special(case, rules)
    if set_aside:
        return special
    here = [side for side in Side if case.item(side)]
    if len(here) == len(Side):
        return _both(case, rules)
    if not here:
        return _neither(case, rules)
    side = here[0]
    if not rules.pair.two_way and case.link.home is Home.GOOGLE and case.link.state is not State.LEFT:
        return frozen(case)
    match case.sights[side.other]:
        case Fate.NONE:
            return _first(case, side, rules)
        case Fate.GONE:
            return _deleted(case, side, rules)
        case _:
            return _missing(case, side.other, rules) or _deleted(case, side, rules)


def _special(case: Case, rules: Rules) -> tuple[bool, Decision | None]:
    """Tell whether it is no event to be kept in step (another pair's, orphaned, unreadable), and what to do then."""
    link = case.link
    items = [item for item in (case.item(side) for side in Side) if item]
    if case.foreign:
        return True, leave(case, "other_pair")
    if case.orphan or (link.state is State.ORPHAN and len(items) < len(Side)):
        return True, orphan(case, rules)
    if link.state is State.TWIN or (case.joined and _is_twin(case)):
        return True, twin(case)
    if link.home is Home.GOOGLE and not rules.pair.two_way and [item.side for item in items] == [Side.GOOGLE]:
        return True, leave(case, "one_way")
    for kind in (Kind.BROKEN, Kind.OTHER):
        item = next((item for item in items if item.kind is kind), None)
        if item and kind is Kind.OTHER:
            return True, leave(case, item.trouble)
        if item:
            return True, park(case, item.trouble, rules, guard.rest(tries(link)))
    inexpressible = next(filter(None, (_inexpressible(item, rules) for item in items)), "")
    if inexpressible:
        return True, park(case, inexpressible, rules, None)
    return False, None


def _inexpressible(item: Item, rules: Rules) -> str:
    """Say why the other side, where it would be carried, cannot hold the way it repeats; empty: it can."""
    carried = rules.pair.two_way or item.side is Side.EXCHANGE
    if item.event is None or item.event.repeats is None or not carried:
        return ""
    held = rules.hold[item.side.other](item.event)
    if NAMELESS in held.losses:
        return NAMELESS
    return RULE if held.parts or RULE in held.losses else ""


# --- one side only ------------------------------------------------------------------------------------------------


def _first(case: Case, side: Side, rules: Rules) -> Decision | None:
    """Carry an event that only one side has, unless there is a reason to leave it."""
    item, link = _item(case, side), case.link
    if item.cancelled:
        return leave(case, "cancelled")
    oldest = rules.now - timedelta(days=rules.pair.history_days)
    # What was once to be carried is carried whenever that becomes possible: nothing slides out.
    end = over(_event(item))
    if side not in link.agreed and end is not None and end < oldest:
        return leave(case, "history")
    return _create(case, side, rules)


def _create(case: Case, source: Side, rules: Rules) -> Decision:
    """Make the copy on the other side, named so that making it twice makes one."""
    item, side = _item(case, source), source.other
    link = _noted(case.link, item, rules)
    if side is Side.EXCHANGE and link.key in rules.intents:
        intent = rules.intents[link.key]
        if rules.now <= intent.deadline:
            # The server may still be at it; creating now could make a second one.
            return park(case, "awaiting_answer", rules, intent.deadline - rules.now + timedelta(seconds=1))
        link = replace(link, generation=intent.generation + 1)
    held = rules.hold[side](shown(_event(item), side, rules.pair))
    own = google_id(link.key, 0, link.generation) if side is Side.GOOGLE else link.uid
    draft = Draft(
        event=held.event,
        stamp=_stamp(link, side, own, item, held.event, rules),
        id=own if side is Side.GOOGLE else "",
        uid=own if side is Side.EXCHANGE else "",
        zone=rules.zone,
    )
    link = _settled(
        replace(
            link.with_part(side, None).agreeing(side, None),
            losses=tuple(sorted({*_losses(item, held, rules), *occurrence_words(case)})),
            gone=(),
        )
    )
    create = Create(side, draft)
    if not case.known or not is_copy(link, item):
        return Decision(link, "create", (create,))
    # A copy that outlived its original: its stamp has to name the new partner.
    partner = own if side is Side.GOOGLE else partner_name(own)
    return Decision(link, "create", (Update(source, _restamped(item, link, partner, rules)), create))


def _restamped(item: Item, link: Link, partner: str, rules: Rules) -> Edit:
    """Write nothing but the stamp, naming the partner anew."""
    event = _event(item)
    own = item.id if item.side is Side.GOOGLE else partner_name(item.uid)
    stamp = Stamp(link.pair, link.key, own, partner, generation=link.generation, digest=rules.digester.stamp(event))
    return Edit(item, event, frozenset(), stamp, rules.zone)


def _deleted(case: Case, left: Side, rules: Rules) -> Decision | None:
    """The other side's item is confirmed gone; `left` still has its own."""
    link, item, lost = case.link, _item(case, left), left.other
    if link.state is State.LEFT:
        return _first(_alone_again(case, lost), left, rules)
    home = link.home
    if not rules.pair.two_way:
        if home is Home.EXCHANGE:
            return _again(case, left, rules) if left is Side.EXCHANGE else _remove(case, left, rules)
        if left is Side.EXCHANGE and _edited(link, item, rules):
            return _survivor(case, left, rules)
        return leave(_alone_again(case, lost), "other_deleted")
    if item.people or link.people:
        # A meeting lives and dies on its home side only; elsewhere its guests would not be told.
        return _remove(case, left, rules) if home.owns(lost) and not home.owns(left) else _again(case, left, rules)
    if PORTION in (link.part(lost) or item.part).id:
        # Its series has it again, or has it no more: whatever stood here would stand twice.
        return _remove(case, left, rules)
    if item.locked >= set(Field) and not case.altogether:
        return _again(case, left, rules)
    return _survivor(case, left, rules) if _edited(link, item, rules) else _remove(case, left, rules)


def _again(case: Case, left: Side, rules: Rules) -> Decision:
    """Make anew what was deleted where that may not be: the deletion is put back."""
    decision = _create(case, left, rules)
    return replace(decision, said="put_back", undone=WHOLE) if decision.said == "create" else decision


def _survivor(case: Case, left: Side, rules: Rules) -> Decision:
    """Make anew what one side deleted while the other edited it: the edit survives."""
    decision = _create(case, left, rules)
    return replace(decision, clashes=WHOLE) if decision.said == "create" else decision


def _remove(case: Case, side: Side, rules: Rules) -> Decision:
    item = _item(case, side)
    if item.people:
        # Its guests would not be told, or be told by us.
        return park(case, "people", rules, None)
    permanent = side is Side.EXCHANGE and rules.pair.on_delete is OnDelete.PERMANENT
    removal = Removal(item.id, item.version, permanent=permanent, item=item)
    link = replace(case.link.with_part(side, item.part), gone=gone_sides(case))
    return Decision(link, "delete", (Remove(side, removal, asked=True),), forget=True)


def _missing(case: Case, side: Side, rules: Rules) -> Decision | None:
    """An item was not found, without a tombstone: note it, look again; None once that has been done (G4)."""
    since = case.link.missing.get(side)
    if since is not None and rules.now - since >= guard.CONFIRM_AFTER:
        return None
    first = since or rules.now
    parked = park(case, "missing", rules, first + guard.CONFIRM_AFTER - rules.now)
    return replace(parked, link=replace(parked.link, missing={**case.link.missing, side: first}))


def _neither(case: Case, rules: Rules) -> Decision | None:
    for side in Side:
        if case.sights[side] is Fate.ABSENT:
            waiting = _missing(case, side, rules)
            if waiting:
                return waiting
    return Decision(case.link, "forget", forget=True)


# --- both sides ---------------------------------------------------------------------------------------------------


def _both(case: Case, rules: Rules) -> Decision | None:
    items = {side: _item(case, side) for side in Side}
    link = replace(case.link, people=False)
    for item in items.values():
        link = _noted(link, item, rules)
    if items[Side.EXCHANGE].cancelled and link.home is Home.EXCHANGE:
        return _remove(case, Side.GOOGLE, rules)
    people = frozenset(side for side in Side if items[side].people)
    if any(not link.home.owns(side) for side in people):
        return park(case, "people", rules, None)
    if not rules.pair.two_way and link.home is Home.GOOGLE:
        return frozen(case)
    told = compare(case, rules.pair, rules.hold, rules.digester)
    if case.joined and link.home is Home.ADOPTED and (not rules.pair.two_way or _same_event(case)):
        return Decision(_settled(link), "link")
    flow = flows(rules.pair, link.home, people)
    winner = winning(rules.pair, flow, {side: items[side].modified for side in Side})
    merged = merge(told.changed, told.differing, flow, winner)
    writes = tuple(_update(case, link, side, merged.write[side], told, rules) for side in Side if merged.write[side])
    rewritten = frozenset[str]().union(*merged.write.values())
    link = replace(link, losses=_still_lost(link, told, rewritten))
    if not writes:
        # An edit that this pair leaves standing is kept apart, so that a two-way pair finds it later.
        apart = told.differing & frozenset[str]().union(*told.changed.values())
        return None if apart else _noting(case, _settled(link), rules)
    flips = link.flips
    for write in writes:
        digests = rules.digester.fields(write.edit.event)
        # The overrides of a series that goes with its time are nobody's to and fro.
        names = write.names & {Field.WHEN} or write.names
        flips = guard.flip(flips, write.side, {name: digests.get(name, "") for name in names}, rules.now)
    if guard.oscillates(flips, rules.now):
        return park(case, "back_and_forth", rules, guard.rest(4))
    back = undone(merged, told.changed, told.barred)
    said = "put_back" if rewritten <= back else "update"
    return Decision(_settled(replace(link, flips=flips)), said, writes, clashes=merged.clashes, undone=back)


def _still_lost(link: Link, told: Comparison, rewritten: frozenset[str]) -> tuple[str, ...]:
    """Give today's losses; what a server altered or refused stays said until it is written again."""
    words = {loss_word(name) for name in rewritten}
    altered = {
        loss for loss in link.losses if loss.endswith((ALTERED, REFUSED)) and loss.partition(":")[0] not in words
    }
    return tuple(sorted({*told.losses, *altered}))


def _update(case: Case, link: Link, side: Side, names: frozenset[str], told: Comparison, rules: Rules) -> Update:
    item, source = _item(case, side), _item(case, side.other)
    event = carry(told.wanted[side], _event(item), names, rules.pair.colours)
    own = item.id if side is Side.GOOGLE else partner_name(item.uid)
    stamp = _stamp(link, side, own, source, event, rules) if is_copy(link, item) else None
    fields = frozenset(field for field in Field if field in names)
    touched = {occurrence[0] for occurrence in map(occurrence_of, names) if occurrence}
    if Field.WHEN in fields:
        touched |= set(event.overrides)
    return Update(side, Edit(item, event, fields, stamp, rules.zone, frozenset(touched)), names)


def _noting(case: Case, link: Link, rules: Rules) -> Decision | None:
    """Store what was seen if it is more than what is stored; a copy that names a former partner is stamped anew."""
    stale = []
    # Two that were found without it need not name each other.
    for side in Side if case.known and not case.joined else ():
        item, partner = _item(case, side), _item(case, side.other)
        name = partner.id if side is Side.EXCHANGE else partner_name(partner.uid)
        if is_about(link, item) and item.stamp and item.stamp.partner != name:
            stale.append(Update(side, _restamped(item, link, name, rules)))
    if case.known and link == case.link and not stale:
        return None
    return Decision(link, "note" if case.known and not case.joined else "link", tuple(stale))


def _same_event(case: Case) -> bool:
    """Tell whether two adopted items say the same thing at the same time without sharing a UID: then each is kept."""
    exchange, google = _item(case, Side.EXCHANGE), _item(case, Side.GOOGLE)
    return not _same_uid(case) and likeness(_event(exchange)) == likeness(_event(google))


def _same_uid(case: Case) -> bool:
    return _item(case, Side.EXCHANGE).uid.lower() == _item(case, Side.GOOGLE).uid.lower()


def _is_twin(case: Case) -> bool:
    items = [case.item(side) for side in Side]
    if None in items or case.link.home is not Home.ADOPTED or not _same_uid(case):
        return False
    return any(item.people for item in items if item)


# --- small parts --------------------------------------------------------------------------------------------------


def _settled(link: Link) -> Link:
    """The link with nothing left open."""
    return replace(link, state=State.LINKED, why="", parking=None, gone=(), missing={}, half_made=())


def _noted(link: Link, item: Item, rules: Rules) -> Link:
    """The link with this item as it is now, as its side's agreement."""
    link = link.with_part(item.side, item.part)
    link = link.agreeing(item.side, rules.digester.fields(_event(item)))
    return replace(named(link, item), people=link.people or item.people)


def _alone_again(case: Case, lost: Side) -> Case:
    return replace(case, link=case.link.with_part(lost, None))


def _edited(link: Link, item: Item, rules: Rules) -> bool:
    """Tell whether the item was changed since the agreement; without one to go by, a new version counts as a change."""
    agreed, part = link.agreed.get(item.side), link.part(item.side)
    if agreed is None:
        return part is None or part.version != item.version
    masked = {loss.removesuffix(HIDDEN) for loss in link.losses if loss.endswith(HIDDEN)}
    now = rules.digester.fields(_event(item))
    # An edit of a stand-in is no edit of the event, nor is a cancellation of ours that came half-way.
    if item.side in link.half_made:
        return bool(rules.digester.unsaid(_event(item), agreed) - masked)
    return any(agreed.get(name) != now.get(name) for name in {*agreed, *now} - masked - {TABLE})


def _stamp(link: Link, side: Side, own: str, partner: Item, event: Event, rules: Rules) -> Stamp:
    return Stamp(
        pair=link.pair,
        link=link.key,
        self_name=own if side is Side.GOOGLE else partner_name(own),
        partner=partner.id if side is Side.EXCHANGE else partner_name(partner.uid),
        generation=link.generation,
        digest=rules.digester.stamp(event),
        rule=_rule(_event(partner)),
    )


def _rule(event: Event) -> tuple[str, ...]:
    """Give the lines by which an event repeats: a copy keeps its original's, which it may hold in other words."""
    return tuple(lines(event.repeats, event.when)) if event.repeats else ()


def _losses(item: Item, held: Held, rules: Rules) -> tuple[str, ...]:
    masked = hidden(_event(item), item.side.other, rules.pair)
    return tuple(sorted({*item.losses, *held.losses, *(f"{name}{HIDDEN}" for name in masked)}))


def _item(case: Case, side: Side) -> Item:
    item = case.item(side)
    if item is None:
        raise ValueError(f"no item on {side}")
    return item


def _event(item: Item) -> Event:
    if item.event is None:
        raise ValueError(f"an item of kind {item.kind} has no content")
    return item.event


def _nearness(case: Case, now: datetime) -> timedelta:
    for side in Side:
        item = case.item(side)
        if item and item.event:
            return nearness(item.event, now)
    return timedelta.max
