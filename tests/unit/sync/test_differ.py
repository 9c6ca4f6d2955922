"""How the two sides of one event compare: what differs now, and who changed what since they last agreed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calpair.model.body import Body
from calpair.model.event import Event, Field, Item, Privacy, ShowAs
from calpair.model.link import Link, Part, Stamp
from calpair.model.pair import Pair, Show
from calpair.model.side import Home, Side
from calpair.model.when import Timed
from calpair.ports import Held
from calpair.sync.desk import Case, Fate
from calpair.sync.differ import Comparison, compare
from calpair.sync.digest import Digester
from unit.sync.bench import meeting

E, G = Side.EXCHANGE, Side.GOOGLE
AT = datetime(2026, 1, 1, tzinfo=UTC)
KEY = Digester(b"k" * 32)
PAIR = Pair("p", "d", "m@a.test", "c@g.test", "c@g.test")
BASE = meeting("one", body=Body("words"), place="room", categories=())
COPY = replace(BASE, categories=None)
LIMIT = 20


def exchange(event: Event) -> Held:
    return Held(replace(event, categories=event.categories or ()))


def google(event: Event) -> Held:
    """Google holds no categories, no shades of busy, and in this test no more than twenty letters of a body."""
    losses = ["categories"] if event.categories else []
    if len(event.body.content) > LIMIT:
        losses.append("body:shortened")
        event = replace(event, body=Body(event.body.content[:LIMIT]))
    show_as = ShowAs.FREE if event.show_as is ShowAs.FREE else ShowAs.BUSY
    return Held(replace(event, categories=None, show_as=show_as), tuple(losses))


def told(
    ours: Event,
    theirs: Event,
    *,
    agreed: tuple[Event, Event] | None = (BASE, COPY),
    home: Home = Home.EXCHANGE,
    stamp: Event | None = None,
    pair: Pair = PAIR,
    joined: bool = False,
    losses: tuple[str, ...] = (),
) -> Comparison:
    link = Link("k", "p", home)
    for side, event in zip(Side, agreed or (), strict=False):
        link = link.agreeing(side, KEY.fields(event))
    mark = Stamp("p", "k", "g1", "u", digest=KEY.stamp(stamp)) if stamp else None
    items = {
        E: Item(E, "e1", "v", "u", AT, AT, ours, losses=losses),
        G: Item(G, "g1", "v", "gu", AT, AT, theirs, stamp=mark),
    }
    case = Case(link, items, joined=joined)
    return compare(case, pair, {E: exchange, G: google}, KEY)


def fields(*names: Field) -> frozenset[Field]:
    return frozenset(names)


NONE = fields()


def test_two_sides_in_step_differ_in_nothing() -> None:
    found = told(BASE, COPY)
    assert (found.differing, found.changed, found.losses) == (NONE, {E: NONE, G: NONE}, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (Field.TITLE, "two"),
        (Field.BODY, Body("other words")),
        (Field.PLACE, "hall"),
        (Field.WHEN, meeting("", hour=15).when),
        (Field.SHOW_AS, ShowAs.FREE),
        (Field.PRIVACY, Privacy.PRIVATE),
        (Field.REMINDER, 5),
    ],
)
def test_a_field_changed_on_one_side_differs_and_is_that_sides(name: Field, value: object) -> None:
    ours, theirs = replace(BASE, **{name.value: value}), replace(COPY, **{name.value: value})  # type: ignore[arg-type]
    found = told(ours, COPY)
    assert (found.differing, found.changed) == (fields(name), {E: fields(name), G: NONE})
    found = told(BASE, theirs)
    assert (found.differing, found.changed) == (fields(name), {E: NONE, G: fields(name)})
    found = told(ours, theirs)
    assert (found.differing, found.changed) == (NONE, {E: fields(name), G: fields(name)})


def test_what_the_other_side_cannot_hold_makes_no_difference_and_is_a_loss() -> None:
    found = told(replace(BASE, show_as=ShowAs.TENTATIVE, categories=("red",)), COPY)
    assert found.differing == NONE
    assert found.changed[E] == fields(Field.SHOW_AS, Field.CATEGORIES)
    assert found.losses == ("categories",)


def test_what_the_item_itself_cannot_give_is_a_loss_too() -> None:
    assert told(BASE, COPY, losses=("attachments",)).losses == ("attachments",)


def test_a_shade_of_busy_is_kept_while_the_other_side_says_busy() -> None:
    tentative = replace(BASE, show_as=ShowAs.TENTATIVE)
    found = told(tentative, replace(COPY, show_as=ShowAs.FREE), agreed=(tentative, COPY))
    assert found.differing == fields(Field.SHOW_AS)
    assert found.wanted[E].show_as is ShowAs.FREE
    assert told(tentative, COPY, agreed=(tentative, COPY)).differing == NONE


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        (Field.BODY, Body("<b>words</b>", html=True)),
        (Field.TITLE, "one "),
        (Field.WHEN, Timed(BASE.when.start, BASE.when.end, "Europe/Paris")),  # type: ignore[arg-type]
    ],
)
def test_what_one_side_alone_respelled_flows(name: Field, spelling: object) -> None:
    ours, theirs = replace(BASE, **{name.value: spelling}), replace(COPY, **{name.value: spelling})  # type: ignore[arg-type]
    assert told(ours, COPY).differing == fields(name)
    assert told(BASE, theirs).differing == fields(name)


def test_when_both_respelled_each_keeps_its_own() -> None:
    ours = replace(BASE, body=Body("<b>words</b>", html=True))
    theirs = replace(COPY, body=Body("<i>words</i>", html=True))
    assert told(ours, theirs).differing == NONE


def test_a_servers_own_spelling_agreed_upon_is_no_change() -> None:
    theirs = replace(COPY, body=Body("<p>words</p>", html=True))
    assert told(BASE, theirs, agreed=(BASE, theirs)).changed == {E: NONE, G: NONE}


@pytest.mark.parametrize("side", list(Side))
def test_without_an_agreement_the_side_that_says_what_the_stamp_says_is_unchanged(side: Side) -> None:
    edited = {E: (replace(BASE, title="two"), COPY), G: (BASE, replace(COPY, title="two"))}[side]
    found = told(*edited, agreed=None, stamp=COPY)
    assert found.changed == {side: fields(Field.TITLE), side.other: NONE}


def test_without_an_agreement_or_a_true_stamp_both_have_changed() -> None:
    edited = replace(BASE, title="two"), replace(COPY, title="three")
    for stamp in (COPY, None):
        found = told(*edited, agreed=None, stamp=stamp)
        assert found.changed == {E: fields(Field.TITLE), G: fields(Field.TITLE)}


def test_items_joined_just_now_have_no_agreement() -> None:
    found = told(replace(BASE, title="two"), COPY, agreed=(replace(BASE, title="two"), COPY), joined=True)
    assert found.changed == {E: fields(Field.TITLE), G: fields(Field.TITLE)}


def test_a_stamp_on_a_clone_says_nothing() -> None:
    link = Link("k", "p", Home.GOOGLE)
    stamp = Stamp("p", "k", "another item", "u", digest=KEY.stamp(COPY))
    items = {
        E: Item(E, "e1", "v", "u", AT, AT, replace(BASE, title="two")),
        G: Item(G, "g1", "v", "gu", AT, AT, COPY, stamp=stamp),
    }
    found = compare(Case(link, items, joined=True), PAIR, {E: exchange, G: google}, KEY)
    assert found.changed == {E: fields(Field.TITLE), G: fields(Field.TITLE)}


def under(table: dict[str, str], home: Home, theirs: tuple[str, ...]) -> Comparison:
    """Compare an event that both sides agreed upon under a table of colours with itself under another one."""
    old, new = KEY.under({"red": "11"}), KEY.under(table)
    ours, copy = replace(BASE, categories=("red",)), replace(COPY, categories=("red",))
    link = Link("k", "p", home).agreeing(E, old.fields(ours)).agreeing(G, old.fields(copy))
    items = {
        E: Item(E, "e1", "v", "u", AT, AT, ours),
        G: Item(G, "g1", "v", "gu", AT, AT, replace(copy, categories=theirs)),
    }
    held = dict.fromkeys(Side, Held)
    return compare(Case(link, items), PAIR, held, new)


@pytest.mark.parametrize(("home", "speaks"), [(Home.EXCHANGE, E), (Home.GOOGLE, G), (Home.ADOPTED, E)])
def test_when_the_table_of_colours_changes_the_categories_are_the_homes_to_say(home: Home, speaks: Side) -> None:
    found = under({"red": "11", "blue": "9"}, home, ("blue",))
    assert found.differing == fields(Field.CATEGORIES)
    assert found.changed == {speaks: fields(Field.CATEGORIES), speaks.other: NONE}
    same = under({"red": "11"}, home, ("blue",))
    assert same.changed == {E: NONE, G: fields(Field.CATEGORIES)}


def test_with_its_key_lost_a_pair_of_items_nobody_wrote_since_is_unchanged() -> None:
    link = Link("k", "p", Home.EXCHANGE, exchange=(Part("e1", "v"),), google=(Part("g1", "v"),))
    ours = replace(BASE, title="as it was agreed to differ")
    for versions, changed in (("vv", NONE), ("vw", fields(Field.TITLE)), ("wv", fields(Field.TITLE))):
        items = {
            E: Item(E, "e1", versions[0], "u", AT, AT, ours),
            G: Item(G, "g1", versions[1], "gu", AT, AT, COPY),
        }
        found = compare(Case(link, items), PAIR, {E: exchange, G: google}, KEY)
        assert found.changed == {E: changed, G: changed}


CONTENT = fields(Field.TITLE, Field.BODY, Field.PLACE)
STAND_IN = meeting("Busy")
MASKED = replace(PAIR, show_to_google=Show.BUSY_ONLY)
HIDES = replace(PAIR, show_to_google=Show.PRIVATE_AS_BUSY)


def test_behind_a_mask_the_stand_in_is_right() -> None:
    found = told(BASE, STAND_IN, agreed=(BASE, STAND_IN), pair=MASKED)
    assert found.differing == NONE
    assert found.wanted[G] == STAND_IN


def test_behind_a_mask_whatever_differs_is_the_homes_to_say() -> None:
    found = told(BASE, replace(STAND_IN, title="x", reminder=5), agreed=(BASE, STAND_IN), pair=MASKED)
    assert found.differing == fields(Field.TITLE, Field.REMINDER)
    assert Field.TITLE in found.changed[E]
    assert found.changed[G] == fields(Field.REMINDER)


def test_what_becomes_private_differs_at_once() -> None:
    found = told(replace(BASE, privacy=Privacy.PRIVATE), COPY, pair=HIDES)
    assert found.differing == CONTENT | fields(Field.PRIVACY)
    assert found.changed[E] >= CONTENT
    assert not CONTENT & found.changed[G]
    assert found.wanted[G] == replace(STAND_IN, privacy=Privacy.PRIVATE)


def test_what_is_private_no_more_differs_at_once() -> None:
    private = replace(BASE, privacy=Privacy.PRIVATE)
    hidden = replace(STAND_IN, privacy=Privacy.PRIVATE)
    found = told(BASE, hidden, agreed=(private, hidden), pair=HIDES)
    assert found.differing == CONTENT | fields(Field.PRIVACY)
    assert found.changed[E] >= CONTENT
    assert found.wanted[G] == COPY


def test_of_an_adopted_event_each_owner_keeps_what_the_other_may_not_see() -> None:
    theirs = replace(COPY, title="Google's own", reminder=5)
    found = told(BASE, theirs, agreed=(BASE, COPY), home=Home.ADOPTED, pair=MASKED)
    assert found.differing == fields(Field.REMINDER)
    assert found.losses == ()


def test_a_shortened_body_is_the_homes_to_say() -> None:
    long = replace(BASE, body=Body("w" * (LIMIT + 5)))
    short = replace(COPY, body=Body("w" * LIMIT))
    assert told(long, short, agreed=(long, short)).differing == NONE
    assert told(long, short, agreed=(long, short)).losses == ("body:shortened",)
    found = told(long, replace(short, body=Body("edited")), agreed=(long, short))
    assert found.differing == fields(Field.BODY)
    assert Field.BODY in found.changed[E]
    assert Field.BODY not in found.changed[G]


def test_a_case_with_one_side_alone_is_not_compared() -> None:
    link = Link("k", "p", Home.EXCHANGE)
    lone = Case(link, {E: Item(E, "e1", "v", "u", AT, AT, BASE), G: Fate.NONE})
    with pytest.raises(ValueError, match="both sides"):
        compare(lone, PAIR, {E: exchange, G: google}, KEY)
