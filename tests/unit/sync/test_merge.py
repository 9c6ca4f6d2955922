"""The field merge: every cell of changed, differing, allowed and put back, and what is hidden of an event."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calpair.model.body import Body
from calpair.model.event import Field, Privacy
from calpair.model.pair import Direction, OnConflict, Pair, Show
from calpair.model.side import Home, Side
from calpair.sync.merge import (
    HIDDEN_TITLE,
    Flow,
    carry,
    flows,
    hidden,
    merge,
    shown,
    stands_in_for,
    unhide,
    winning,
)
from unit.sync.bench import meeting

E, G = Side.EXCHANGE, Side.GOOGLE
NONE: frozenset[Field] = frozenset()
NOBODY: frozenset[Side] = frozenset()
TITLE, PLACE = frozenset({Field.TITLE}), frozenset({Field.PLACE})
BOTH_WAYS = Flow({E: True, G: True}, put_back=True)
OURS = Flow({E: True, G: False}, put_back=True)
OURS_LEAVING = Flow({E: True, G: False}, put_back=False)
FROZEN = Flow({E: False, G: False}, put_back=False)


def pair(**settings: object) -> Pair:
    return replace(Pair("p", "d", "m@a.test", "c@g.test", "c@g.test"), **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ours", "theirs", "differing", "flow", "on_exchange", "on_google", "clashes"),
    [
        # nobody changed anything
        (NONE, NONE, NONE, BOTH_WAYS, NONE, NONE, NONE),
        # a difference neither made was agreed upon
        (NONE, NONE, TITLE, BOTH_WAYS, NONE, NONE, NONE),
        # one side changed
        (TITLE, NONE, TITLE, BOTH_WAYS, NONE, TITLE, NONE),
        (NONE, TITLE, TITLE, BOTH_WAYS, TITLE, NONE, NONE),
        # changed, but alike again
        (TITLE, NONE, NONE, BOTH_WAYS, NONE, NONE, NONE),
        (TITLE, TITLE, NONE, BOTH_WAYS, NONE, NONE, NONE),
        # each side another field
        (TITLE, PLACE, TITLE | PLACE, BOTH_WAYS, PLACE, TITLE, NONE),
        # both the same field: the winner's
        (TITLE, TITLE, TITLE, BOTH_WAYS, NONE, TITLE, TITLE),
        (TITLE | PLACE, TITLE, TITLE | PLACE, BOTH_WAYS, NONE, TITLE | PLACE, TITLE),
        # only Exchange's may flow; the rest is put back
        (NONE, TITLE, TITLE, OURS, NONE, TITLE, NONE),
        (PLACE, TITLE, TITLE | PLACE, OURS, NONE, TITLE | PLACE, NONE),
        # only Exchange's may flow; the rest stays
        (NONE, TITLE, TITLE, OURS_LEAVING, NONE, NONE, NONE),
        (PLACE, TITLE, TITLE | PLACE, OURS_LEAVING, NONE, PLACE, NONE),
        (TITLE, TITLE, TITLE, OURS_LEAVING, NONE, TITLE, TITLE),
        # nothing may
        (TITLE, PLACE, TITLE | PLACE, FROZEN, NONE, NONE, NONE),
    ],
)
def test_each_differing_field_is_written_where_it_has_to_be(
    ours: frozenset[Field],
    theirs: frozenset[Field],
    differing: frozenset[Field],
    flow: Flow,
    on_exchange: frozenset[Field],
    on_google: frozenset[Field],
    clashes: frozenset[Field],
) -> None:
    merged = merge({E: ours, G: theirs}, differing, flow, E)
    assert merged.write == {E: on_exchange, G: on_google}
    assert merged.clashes == clashes


def test_a_clash_won_by_google_is_written_on_exchange() -> None:
    merged = merge({E: TITLE, G: TITLE}, TITLE, BOTH_WAYS, G)
    assert merged.write == {E: TITLE, G: NONE}
    assert merged.clashes == TITLE


@pytest.mark.parametrize(
    ("direction", "home", "people", "ours", "theirs", "put_back"),
    [
        (Direction.TWO_WAY, Home.EXCHANGE, NOBODY, True, True, True),
        (Direction.TWO_WAY, Home.GOOGLE, NOBODY, True, True, True),
        (Direction.TWO_WAY, Home.ADOPTED, NOBODY, True, True, True),
        (Direction.TWO_WAY, Home.EXCHANGE, frozenset({E}), True, False, True),
        (Direction.TWO_WAY, Home.GOOGLE, frozenset({G}), False, True, True),
        (Direction.TWO_WAY, Home.ADOPTED, frozenset({E}), True, False, True),
        (Direction.TWO_WAY, Home.ADOPTED, frozenset({G}), False, True, True),
        (Direction.TWO_WAY, Home.ADOPTED, frozenset({E, G}), False, False, True),
        (Direction.EXCHANGE_TO_GOOGLE, Home.EXCHANGE, NOBODY, True, False, True),
        (Direction.EXCHANGE_TO_GOOGLE, Home.EXCHANGE, frozenset({E}), True, False, True),
        (Direction.EXCHANGE_TO_GOOGLE, Home.GOOGLE, NOBODY, False, False, False),
        (Direction.EXCHANGE_TO_GOOGLE, Home.ADOPTED, NOBODY, True, False, False),
    ],
)
def test_what_may_flow(
    direction: Direction, home: Home, people: frozenset[Side], ours: bool, theirs: bool, put_back: bool
) -> None:
    flow = flows(pair(direction=direction), home, people)
    assert flow.to_other == {E: ours, G: theirs}
    if ours != theirs or not ours:
        assert flow.put_back is put_back


EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("policy", "flow", "ours", "theirs", "winner"),
    [
        (OnConflict.EXCHANGE, BOTH_WAYS, EARLY, LATE, E),
        (OnConflict.GOOGLE, BOTH_WAYS, LATE, EARLY, G),
        (OnConflict.NEWEST, BOTH_WAYS, EARLY, LATE, G),
        (OnConflict.NEWEST, BOTH_WAYS, LATE, EARLY, E),
        (OnConflict.NEWEST, BOTH_WAYS, EARLY, EARLY, E),
        (OnConflict.GOOGLE, OURS, EARLY, LATE, E),
        (OnConflict.EXCHANGE, Flow({E: False, G: True}, put_back=True), LATE, EARLY, G),
        (OnConflict.GOOGLE, FROZEN, EARLY, LATE, G),
    ],
)
def test_who_wins(policy: OnConflict, flow: Flow, ours: datetime, theirs: datetime, winner: Side) -> None:
    assert winning(pair(on_conflict=policy), flow, {E: ours, G: theirs}) is winner


CONTENT = frozenset({Field.TITLE, Field.BODY, Field.PLACE, Field.CATEGORIES})


@pytest.mark.parametrize(
    ("show", "privacy", "fields"),
    [
        (Show.EVERYTHING, Privacy.CONFIDENTIAL, NONE),
        (Show.PRIVATE_AS_BUSY, Privacy.NORMAL, NONE),
        (Show.PRIVATE_AS_BUSY, Privacy.PUBLIC, NONE),
        (Show.PRIVATE_AS_BUSY, Privacy.PERSONAL, CONTENT),
        (Show.PRIVATE_AS_BUSY, Privacy.PRIVATE, CONTENT),
        (Show.PRIVATE_AS_BUSY, Privacy.CONFIDENTIAL, CONTENT),
        (Show.BUSY_ONLY, Privacy.NORMAL, CONTENT),
    ],
)
def test_what_is_hidden(show: Show, privacy: Privacy, fields: frozenset[Field]) -> None:
    event = meeting("title", privacy=privacy)
    assert hidden(event, G, pair(show_to_google=show)) == fields
    assert hidden(event, E, pair(show_to_exchange=show)) == fields
    assert hidden(event, E, pair(show_to_google=show)) == NONE


@pytest.mark.parametrize(("categories", "left"), [(None, None), (("red",), ()), ((), ())])
def test_a_hidden_event_is_a_stand_in_with_its_times(
    categories: tuple[str, ...] | None, left: tuple[str, ...] | None
) -> None:
    event = meeting("title", body=Body("words"), place="room", reminder=5, categories=categories)
    seen = shown(event, G, pair(show_to_google=Show.BUSY_ONLY))
    assert seen == meeting(HIDDEN_TITLE, reminder=5, categories=left)
    assert seen == stands_in_for(event) == stands_in_for(seen)
    assert shown(event, E, pair(show_to_google=Show.BUSY_ONLY)) is event


def test_what_differs_under_a_stand_in_is_the_homes_to_say() -> None:
    changed = {E: NONE, G: TITLE | PLACE}
    assert unhide(changed, E, TITLE) == {E: TITLE, G: PLACE}
    assert unhide(changed, G, TITLE) == {E: NONE, G: TITLE | PLACE}
    assert unhide(changed, E, NONE) == changed


ALL = frozenset(Field)


def test_only_the_named_fields_are_carried() -> None:
    source, onto = meeting("new", place="there", reminder=9), meeting("old", place="here", hour=12)
    assert carry(source, onto, NONE, {}) == onto
    assert carry(source, onto, TITLE, {}) == replace(onto, title="new")
    assert carry(source, onto, ALL, {}) == source


@pytest.mark.parametrize(
    ("source", "onto", "then"),
    [
        (("red",), ("blue", "mine"), ("red", "mine")),  # blue has a colour and goes, mine has none and stays
        ((), ("red", "mine"), ("mine",)),
        (("red", "mine"), ("mine",), ("red", "mine")),
        (None, ("red",), ("red",)),
        (("red",), None, None),
    ],
)
def test_categories_without_a_colour_stay_where_they_are(
    source: tuple[str, ...] | None, onto: tuple[str, ...] | None, then: tuple[str, ...] | None
) -> None:
    colours = {"red": "11", "blue": "9"}
    fields = frozenset({Field.CATEGORIES})
    carried = carry(meeting("a", categories=source), meeting("b", categories=onto), fields, colours)
    assert carried == meeting("b", categories=then)
