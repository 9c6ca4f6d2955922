"""What links and lists know of series that are about to be read, so that reading them takes fewer requests. Pure.

    known = hints(side, ids, links, others, uids)       # `others`: items in hand of the other side, by id
    calendar.read(ids, known)

A hint may be outdated, and is never more than a hint: what is read is what the server says.
"""

from collections.abc import Iterable, Mapping, Sequence

from calpair.model.event import Item
from calpair.model.link import Link, series_of
from calpair.model.rule import Original
from calpair.model.side import Side
from calpair.ports import Hint
from calpair.recurrence.spelling import occurrence_of


def hints(
    side: Side, ids: Sequence[str], links: Iterable[Link], others: Mapping[str, Item], uids: Mapping[str, str]
) -> Mapping[str, Hint]:
    """Give what is known of the series among these ids; `uids`: of those that a list told of."""
    found: dict[str, Hint] = {one: Hint(uids[one]) for one in ids if one in uids}
    wanted = frozenset(ids)
    for link in links:
        partner = link.part(side.other)
        other = others.get(partner.id) if partner else None
        series = other is not None and other.event is not None and other.event.repeats is not None
        for part in link.parts(side):
            for one in wanted.intersection((part.id, series_of(part.id))):
                before = found.get(one, Hint())
                if series or before.uid or part.overrides:
                    found[one] = Hint(
                        before.uid or _uid(link, side),
                        (*before.overrides, *part.overrides),
                        before.originals | _unknown(link, side, other),
                    )
    return found


def _uid(link: Link, side: Side) -> str:
    return link.uid if side is Side.EXCHANGE else link.google_uid


def _unknown(link: Link, side: Side, other: Item | None) -> frozenset[Original]:
    """Give the overrides of a partner of which nothing was agreed on this side."""
    agreed = link.agreed.get(side)
    if agreed is None or other is None or other.event is None:
        return frozenset()
    return frozenset(other.event.overrides).difference(found[0] for name in agreed if (found := occurrence_of(name)))
