"""What is not kept in step now: twins, events left alone, parked ones, orphans, second copies. Pure.

Each gives the decision that remembers it, or None where it is remembered just so already.
"""

from dataclasses import replace
from datetime import timedelta

from calpair.model.event import Item
from calpair.model.link import Link, Parking, State
from calpair.model.side import Side
from calpair.ports import Removal
from calpair.sync import guard
from calpair.sync.decision import Decision, Remove, Rules
from calpair.sync.desk import Case, Fate
from calpair.sync.undivided import TROUBLE as ZONE


def twin(case: Case) -> Decision | None:
    """Both sides received the same invitation: remember them as one, write nothing, ever."""
    items = [item for item in (case.item(side) for side in Side) if item]
    if not items:
        return Decision(case.link, "forget", forget=True)
    link = replace(case.link, state=State.TWIN, people=True, parking=None)
    for side in gone_sides(case):
        link = link.with_part(side, None)
    for item in items:
        link = link.with_part(item.side, item.part)
    return None if case.known and link == case.link else Decision(link, "twin")


def leave(case: Case, why: str) -> Decision | None:
    """Note an event that is not carried on purpose, so that a partner is recognised later."""
    link = replace(case.link, state=State.LEFT, why=why, parking=None, gone=(), missing={}, agreed={})
    for side in Side:
        item = case.item(side)
        if item:
            link = link.with_part(side, item.part)
    return None if case.known and link == case.link else Decision(link, "leave")


def frozen(case: Case) -> Decision | None:
    """Leave an event of Google's alone in a pair that is one-way now, and list it; its agreement waits.

    What is gone or not to be found meanwhile is nobody's concern here; a pair that runs both ways again looks anew.
    """
    link = replace(case.link, state=State.LINKED, why="frozen", parking=None, gone=(), missing={})
    for side in Side:
        item = case.item(side)
        if item and link.part(side) is None:
            # Joined by its stamp after the store was lost; unknown, it would be carried once more one day.
            link = named(link.with_part(side, item.part), item)
    return None if link == case.link else Decision(link, "leave")


def park(case: Case, reason: str, rules: Rules, rest: timedelta | None) -> Decision:
    """Set the event aside with its evidence: ids, tombstones and the old agreement stay as they are."""
    before = case.link.parking if case.link.state is State.PARKED else None
    since = before.since if before and before.reason == reason else rules.now
    parking = Parking(reason, since, tries(case.link), rules.now + rest if rest is not None else None)
    link = replace(case.link, state=State.PARKED, parking=parking, gone=gone_sides(case))
    for side in Side:
        item = case.item(side)
        if item:
            old = link.part(side)
            if old is None or old.id != item.id:
                # A part known before keeps its old version, so that the retry still sees the change.
                link = link.with_part(side, item.part)
            link = named(link, item)
            if reason == item.trouble == ZONE:
                # Nothing is carried that could be lost; but the zone is to be named for the administrator.
                link = replace(link, losses=tuple(sorted({*link.losses, *item.losses})))
    return Decision(link, "park")


def orphan(case: Case, rules: Rules) -> Decision | None:
    """List a copy whose partner is nowhere; remove it once a person agrees and a second complete list says the same."""
    item = next((found for found in (case.item(side) for side in Side) if found), None)
    if item is None:
        return Decision(case.link, "forget", forget=True)
    lost = item.side.other
    since = case.link.missing.get(lost, rules.now)
    if case.link.key in rules.orphans_approved and case.whole and rules.now - since >= guard.CONFIRM_AFTER:
        if item.people:
            return park(case, "people", rules, None)
        removal = Removal(item.id, item.version, item=item)
        return Decision(case.link, "delete", (Remove(item.side, removal, asked=False),), forget=True)
    link = replace(case.link, state=State.ORPHAN, why="partner_gone", missing={lost: since})
    link = link.with_part(item.side, item.part)
    return None if case.known and link == case.link else Decision(link, "orphan")


def drop_extra(case: Case, extra: Item) -> Decision | None:
    """Remove a second copy of ours; its link is nobody's, and nothing is stored. One with guests of its own stays."""
    if extra.people:
        return leave(case, "people")
    removal = Removal(extra.id, extra.version, item=extra)
    return Decision(case.link, "delete", (Remove(extra.side, removal, asked=False),), forget=True)


def named(link: Link, item: Item) -> Link:
    """The link with the UID by which that side knows the event."""
    return replace(link, google_uid=item.uid) if item.side is Side.GOOGLE else replace(link, uid=item.uid)


def gone_sides(case: Case) -> tuple[Side, ...]:
    """Give the sides on which a tombstone was seen."""
    return tuple(side for side in Side if case.sights[side] is Fate.GONE)


def tries(link: Link) -> int:
    """Count this try among those since the link was parked."""
    return link.parking.tries + 1 if link.parking else 1
