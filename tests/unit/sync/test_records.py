"""Stored documents: links and cursors come back as they went, and hold not one word a person wrote (G9)."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calpair.errors import RefusedError
from calpair.model.body import Body
from calpair.model.event import Kind
from calpair.model.link import Link, Parking, Part, Role, State
from calpair.model.pair import Direction
from calpair.model.side import Home, Side
from calpair.ports import Doc
from calpair.sync import cursors, records
from calpair.sync.cursors import Cursors, Held, Intent, Lease
from unit.sync.bench import Bench, meeting

NOW = datetime(2026, 11, 2, 8, 0, 0, 1000, tzinfo=UTC)
BARE = Link("key", "pair", Home.EXCHANGE)
FULL = Link(
    key="key",
    pair="pair",
    home=Home.ADOPTED,
    state=State.PARKED,
    uid="UID@x",
    google_uid="gUID@y",
    generation=3,
    exchange=(Part("AAMk=", "CQAA", Role.SEGMENT, 2, "2026-11-02T08:00:00+00:00"), Part("AAMl=")),
    google=(Part("g1", '"etag"', overrides={"g1_x": '"etag of x"'}),),
    agreed={Side.EXCHANGE: {"title": "d1"}, Side.GOOGLE: {"title": "d2"}},
    half_made=(Side.GOOGLE,),
    people=True,
    losses=("attachments", "categories"),
    why="history",
    parking=Parking("ErrorItemCorrupt", NOW, 4, NOW + timedelta(hours=3)),
    gone=(Side.GOOGLE,),
    missing={Side.EXCHANGE: NOW},
    flips=("2026-11-02T08:00:00+00:00|google|title|d1",),
)


def stored(doc: Doc) -> Doc:
    """What a store gives back: JSON and nothing else."""
    return replace(doc, data=json.loads(json.dumps(doc.data)))


@pytest.mark.parametrize("link", [BARE, FULL, replace(FULL, parking=Parking("series", NOW)), replace(BARE, uid="ü")])
def test_a_link_comes_back_as_it_went(link: Link) -> None:
    doc = records.to_doc(link, "key name", "7")
    assert (doc.collection, doc.key, doc.pair, doc.version) == ("links", "key", "pair", "7")
    assert doc.data["schema"] == 1
    assert records.from_doc(stored(doc), "key name") == link


def test_agreements_of_another_key_are_left_out() -> None:
    doc = stored(records.to_doc(FULL, "old key"))
    assert records.from_doc(doc, "new key") == replace(FULL, agreed={})


def test_a_link_is_found_by_its_items_its_uids_and_what_needs_an_eye() -> None:
    keys = records.to_doc(FULL, "k").data["keys"]
    wanted = [
        records.id_key(Side.EXCHANGE, "AAMk="),
        records.id_key(Side.EXCHANGE, "AAMl="),
        records.id_key(Side.GOOGLE, "g1"),
        records.uid_key("uid@X"),
        records.uid_key("guid@y"),
        "lossy",
        "parked",
    ]
    assert keys == sorted(wanted)
    assert records.to_doc(BARE, "k").data["keys"] == []


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (State.LINKED, []),
        (State.PARKED, ["parked"]),
        (State.ORPHAN, ["orphan"]),
        (State.TWIN, ["twin"]),
        (State.LEFT, ["left"]),
    ],
)
def test_a_state_that_needs_an_eye_can_be_looked_up(state: State, mark: list[str]) -> None:
    assert records.to_doc(replace(BARE, state=state), "k").data["keys"] == mark


def test_ids_keep_their_case_and_their_side_and_uids_do_not() -> None:
    assert records.id_key(Side.EXCHANGE, "AbC") != records.id_key(Side.EXCHANGE, "abc")
    assert records.id_key(Side.EXCHANGE, "a") != records.id_key(Side.GOOGLE, "a")
    assert records.uid_key("AbC") == records.uid_key("abc")
    assert len(records.uid_key("u" * 5000)) == len(records.uid_key("u")) == 34


@pytest.mark.parametrize(
    "state",
    [
        Cursors("pair"),
        Cursors(
            pair="pair",
            at={Side.EXCHANGE: "H4sI", Side.GOOGLE: "CPDA"},
            fingerprint="0123",
            direction="two_way",
            zone="Europe/Berlin",
            intents={"link": Intent(NOW, 2)},
            deletions=(NOW, NOW + timedelta(hours=1)),
            retry=NOW,
            held=Held("deletions", NOW, ("a", "b"), approved=True),
            orphans_approved=("c",),
            lease=Lease("run 1", NOW),
            listed=NOW,
        ),
    ],
)
def test_cursors_come_back_as_they_went(state: Cursors) -> None:
    doc = cursors.to_doc(state, "3")
    assert (doc.collection, doc.key, doc.pair, doc.version) == ("cursors", "pair", "pair", "3")
    assert doc.data["schema"] == 1
    assert cursors.from_doc(stored(doc)) == state


def test_places_are_forgotten_and_nothing_else() -> None:
    state = Cursors("pair", {Side.EXCHANGE: "a", Side.GOOGLE: "b"}, "print", "two_way", deletions=(NOW,))
    assert cursors.restarted(state) == replace(state, at={Side.EXCHANGE: "", Side.GOOGLE: ""})


def test_the_fingerprint_names_all_that_decides_what_is_carried() -> None:
    pair = Bench().pair
    prints = {
        cursors.fingerprint(changed, "key")
        for changed in (
            pair,
            replace(pair, history_days=31),
            replace(pair, direction=Direction.EXCHANGE_TO_GOOGLE),
            replace(pair, colours={"red": "11"}),
            replace(pair, show_to_google=pair.show_to_google.BUSY_ONLY),
            replace(pair, show_to_exchange=pair.show_to_exchange.BUSY_ONLY),
        )
    }
    assert len(prints | {cursors.fingerprint(pair, "other key")}) == 7
    assert cursors.fingerprint(replace(pair, name="renamed", interval=timedelta(hours=1)), "key") in prints


WORDS = ("Zebra", "quarterly", "Xanadu", "maroon", "Igor")


def test_no_document_holds_a_word_a_person_wrote() -> None:
    bench = Bench()
    told = {
        "title": "Zebra",
        "body": Body("<p>quarterly numbers, Igor</p>", html=True),
        "place": "Xanadu",
        "categories": ("maroon",),
    }
    bench.exchange.put(meeting(**told))  # type: ignore[arg-type]
    bench.google.put(meeting(**{**told, "categories": None}, day=6))  # type: ignore[arg-type]
    for calendar in (bench.exchange, bench.google):
        calendar.put(meeting("Zebra twin", day=7), uid="twin", people=True)
        calendar.put(meeting("Zebra adopted", day=8, place="Xanadu"))
    bench.exchange.put(meeting("Zebra refused", day=9, place="Xanadu"), losses=("attachments",))
    bench.google.answers = [RefusedError("invalid", "Zebra in Xanadu was refused")] * 2
    bench.run()
    for calendar in (bench.exchange, bench.google):
        for id_, event in list(calendar.events().items()):
            calendar.edit(id_, title=f"{event.title} Zebra", place="Xanadu 2")
    bench.run()
    for id_ in list(bench.exchange.items)[:2]:
        bench.exchange.remove(id_)
    bench.exchange.put(None, kind=Kind.BROKEN, trouble="ErrorItemCorrupt")
    bench.run()
    assert bench.links()
    for doc in bench.store.docs.values():
        text = json.dumps(doc.data)
        assert not [word for word in WORDS if word.lower() in text.lower()]
