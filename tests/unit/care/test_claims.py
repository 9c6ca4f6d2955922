"""What only one pair may have: the first that asks has it, for as long as its document asks for it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calpair.care.claims import CLAIMS, Taken, claim, holder, release
from calpair.errors import VersionError
from calpair.local.store import SqliteStore
from calpair.model.pair import Claim, Direction, Pair
from calpair.ports import Doc

ANA = Pair("ana", "a.test", "ana@a.test", "ana@g.test", "ana@g.test", direction=Direction.TWO_WAY)
SAME_CALENDAR = replace(ANA, name="ben", mailbox="ben@a.test", calendar="ANA@g.test")
SAME_MAILBOX = replace(ANA, name="cora", mailbox="Ana@A.test", calendar="cora@g.test")
ELSEWHERE = replace(ANA, name="dora", mailbox="dora@a.test", calendar="dora@g.test")


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    opened = SqliteStore(":memory:", lambda: datetime(2026, 11, 2, tzinfo=UTC))
    yield opened
    opened.close()


class Documents:
    """What people have written, by the pair's name."""

    def __init__(self, *pairs: Pair) -> None:
        self.pairs = {pair.name: pair for pair in pairs}

    def still(self, name: str, wanted: Claim) -> bool:
        return name in self.pairs and wanted in self.pairs[name].claims()


def test_the_first_has_it_and_the_second_is_told_by_whom(store: SqliteStore) -> None:
    documents = Documents(ANA, SAME_CALENDAR, SAME_MAILBOX, ELSEWHERE)
    assert claim(store, ANA, documents.still) == ()
    assert claim(store, SAME_CALENDAR, documents.still) == (Taken("calendar", "ANA@g.test, two-way,", "ana"),)
    assert claim(store, SAME_MAILBOX, documents.still) == (
        Taken("mailbox", "the calendar of Ana@A.test, two-way,", "ana"),
    )
    assert claim(store, ELSEWHERE, documents.still) == ()


def test_claiming_again_changes_nothing(store: SqliteStore) -> None:
    documents = Documents(ANA)
    claim(store, ANA, documents.still)
    before = store.list(CLAIMS)
    assert claim(store, ANA, documents.still) == ()
    assert store.list(CLAIMS) == before


def test_whoever_is_refused_keeps_nothing_from_others(store: SqliteStore) -> None:
    documents = Documents(ANA, SAME_CALENDAR)
    claim(store, ANA, documents.still)
    claim(store, SAME_CALENDAR, documents.still)
    third = replace(ANA, name="third", mailbox="ben@a.test", calendar="third@g.test")
    assert claim(store, third, documents.still) == ()


def test_one_way_pairs_may_share_a_mailbox_and_no_pair_is_there_twice(store: SqliteStore) -> None:
    one_way = replace(ANA, direction=Direction.EXCHANGE_TO_GOOGLE)
    other = replace(one_way, name="ben", calendar="ben@g.test")
    twice = replace(one_way, name="again")
    documents = Documents(one_way, other, twice)
    assert claim(store, one_way, documents.still) == ()
    assert claim(store, other, documents.still) == ()
    assert claim(store, twice, documents.still) == (Taken("calendar", "ana@a.test with ana@g.test", "ana"),)


@pytest.mark.parametrize(
    "changed",
    [None, replace(ANA, enabled=False), replace(ANA, direction=Direction.EXCHANGE_TO_GOOGLE)],
    ids=["gone", "disabled", "one-way"],
)
def test_what_a_document_no_longer_asks_for_goes_to_the_next_who_wants_it(
    store: SqliteStore, changed: Pair | None
) -> None:
    claim(store, ANA, Documents(ANA).still)
    documents = Documents(SAME_CALENDAR, *([changed] if changed else []))
    assert claim(store, SAME_CALENDAR, documents.still) == ()


def test_who_waited_is_told_when_it_is_released(store: SqliteStore) -> None:
    documents = Documents(ANA, SAME_CALENDAR, SAME_MAILBOX)
    for pair in (ANA, SAME_CALENDAR, SAME_MAILBOX):
        claim(store, pair, documents.still)
    assert release(store, "ana", ANA.claims()) == frozenset()
    assert release(store, "ana") == {"ben", "cora"}
    assert claim(store, SAME_CALENDAR, documents.still) == ()
    assert release(store, "nobody") == frozenset()


def test_a_pair_that_turns_one_way_gives_up_its_folder_and_calendar_alone(store: SqliteStore) -> None:
    claim(store, ANA, Documents(ANA).still)
    one_way = replace(ANA, direction=Direction.EXCHANGE_TO_GOOGLE)
    release(store, "ana", one_way.claims())
    assert [doc.data["pair"] for doc in store.list(CLAIMS)[0]] == ["ana"]


def test_whoever_is_refused_takes_nobodys_place_in_the_queue(store: SqliteStore) -> None:
    """Ana's calendar is free, and Ben waits for it; Cora wants it too, and a folder that is taken."""
    documents = Documents(ANA, SAME_CALENDAR)
    claim(store, ANA, documents.still)
    claim(store, SAME_CALENDAR, documents.still)
    moved = replace(ANA, calendar="elsewhere@g.test")
    cora = replace(SAME_MAILBOX, calendar=ANA.calendar)
    assert {one.holder for one in claim(store, cora, Documents(moved, SAME_CALENDAR, cora).still)} == {"ana"}
    assert release(store, "ana", moved.claims()) == {"ben"}


def test_two_who_ask_at_once_do_not_both_get_it(store: SqliteStore) -> None:
    class Overtaken(SqliteStore):
        """Another process claims between the look and the write."""

        def put(self, doc: Doc) -> Doc:
            if doc.data["pair"] == "ben":
                store.put(Doc(CLAIMS, doc.key, {**doc.data, "pair": "ana", "keys": ["ana"]}))
            return store.put(doc)

        def get(self, collection: str, key: str) -> Doc | None:
            return store.get(collection, key)

    other = Overtaken(":memory:", lambda: datetime(2026, 11, 2, tzinfo=UTC))
    with pytest.raises(VersionError):
        claim(other, SAME_CALENDAR, Documents(ANA, SAME_CALENDAR).still)
    other.close()


def test_a_pair_is_enabled_under_its_key_while_it_is_claimed(store: SqliteStore) -> None:
    claim(store, ANA, Documents(ANA).still)
    assert holder(store, ANA.key) == "ana"
    assert holder(store, ELSEWHERE.key) == ""
    release(store, "ana")
    assert holder(store, ANA.key) == ""
