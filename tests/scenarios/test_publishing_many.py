"""Many people and several domains: one that is bad or slow stops no other; what it costs; and what nothing tells (G9, G11)."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.ground import CountedStore
from calpair import log
from calpair.ports import every
from scenarios.publishing import ACCOUNT, EYES, GROUP, Board, at, dn
from scenarios.publishing_machine import GROUNDS
from simulators.wire import TimedOutError

TEN = "0" * 10 + "2" + "0" * 13
OTHER = "/o=First Organization/ou=Branch"


def names(count: int) -> list[str]:
    return [f"p{number:04}" for number in range(count)]


@pytest.fixture
def everything_said(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """All that any logger says, however little it matters."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    caplog.set_level(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield said
    logging.getLogger().removeHandler(handler)


# --- others go on


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.ground)
def test_while_half_of_the_people_fail_the_other_half_is_published(ground: type[Board], tmp_path: Path) -> None:
    people = names(60)
    board = ground(tmp_path, names=people)
    lost, unseen, well = people[0::4], people[1::4], [*people[2::4], *people[3::4]]
    for name in lost:
        board.register(name, dn(name, OTHER))
    for name in unseen:
        board.calendar(name).set_access(EYES, "none")
    for name in people:
        board.meets(name, at(5, 10), at(5, 11))
    board.later(minutes=18)
    assert all(board.day(name, 5) == TEN for name in well)
    assert len(board.public.posts(GROUP)) == len(well)
    assert board.troubled() == dict.fromkeys(lost, "NoFreeBusyFolder") | dict.fromkeys(unseen, "not_found")
    assert board.status()["sentence"].startswith("30 of 60 people are not published")
    board.public.add_administrative_group(OTHER)
    board.public.grant(ACCOUNT, "Owner", OTHER)
    for name in unseen:
        board.share(name)
    board.later(minutes=17)
    assert (board.status()["state"], board.troubled()) == ("ok", {})
    assert all(board.day(name, 5) == TEN for name in unseen)
    assert all(board.seen(name, legacy_dn=dn(name, OTHER)).busy == ((at(5, 10), at(5, 11)),) for name in lost)
    board.silent()


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.ground)
@pytest.mark.parametrize("kind", ["unavailable", "unauthorized", "bad_gateway", "timeout_before", "access_denied"])
def test_a_bad_domain_never_stops_another(ground: type[Board], tmp_path: Path, kind: str) -> None:
    board = ground(tmp_path)
    board.write("domains", "b.test", board.domain("b.test"))
    board.register("ben", domain="b.test")
    board.fault("b.test", kind, times=10_000, seconds=300)
    board.meets("ana", at(5, 10), at(5, 11))
    board.meets("ben", at(5, 10), at(5, 11))
    board.later(minutes=20)
    assert board.day("ana", 5) == TEN
    assert board.status()["state"] == "ok"
    assert board.status("b.test")["state"] in ("behind", "failing")
    board.meets("ana", at(6, 10), at(6, 11))
    board.later(minutes=16)
    assert board.day("ana", 6) == TEN
    board.calm()
    board.later(hours=1, minutes=2)
    assert board.day("ben", 5, server="b.test") == TEN
    assert board.status("b.test")["state"] == "ok"
    board.silent()


def test_a_domain_with_a_wrong_document_never_stops_another(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.write("domains", "b.test", {**board.domain("b.test"), "public_folder": {"enabled": True, "months": 99}})
    board.register("ben", domain="b.test")
    board.meets("ana", at(5, 10), at(5, 11))
    board.publish()
    assert board.day("ana", 5) == TEN
    board.write("domains", "b.test", board.domain("b.test"))
    board.later(minutes=5)
    assert len(board.servers["b.test"].public_folders.messages(dn("ben"))) == 1


def test_a_slow_domain_never_holds_up_another(tmp_path: Path) -> None:
    """Each call of b.test takes the whole of its time and comes to nothing; a.test's batch is published in between."""
    board = Board(tmp_path)
    board.write("domains", "b.test", board.domain("b.test"))
    board.register("ben", domain="b.test")
    board.later(minutes=5)

    def slow(_: Any) -> None:
        board.wait(seconds=60)
        raise TimedOutError

    board.doors["b.test"].before = slow
    board.meets("ben", at(5, 10), at(5, 11))
    board.meets("ana", at(5, 10), at(5, 11))
    began = board.clock.now()
    while board.seen("ana").busy == ():
        board.later(minutes=1)
    assert board.clock.now() - began < timedelta(minutes=18)
    board.calm()
    board.later(minutes=20)
    assert board.day("ben", 5, server="b.test") == TEN


# --- what it costs


def test_people_of_whom_nobody_changes_cost_a_question_for_each_fifty_and_window(tmp_path: Path) -> None:
    """Budget: for fifty people two requests to Google and none to Exchange; a read and a write of the store."""
    board = Board(tmp_path, names=names(200))
    counted: list[CountedStore] = []

    def wrap(store: Any) -> Any:
        counted.append(CountedStore(store))
        return counted[-1]

    board.later(minutes=5)
    assert len(board.public.posts(GROUP)) == 200
    assert len(board.batches()) == 4
    # Four steps to the folder, and for each batch a look whether somebody has a message, and one request with fifty.
    asked = board.asked()
    assert asked["CreateItem"] == 4
    assert asked["FindItem"] == 4
    board.later(minutes=20)
    board.wrap = wrap
    board.first = board.instance()
    board.asked()
    board.asked_google()
    board.later(minutes=15)
    assert board.asked() == {}
    assert board.asked_google() == {"freebusy.query": 8}
    (store,) = counted
    # The domain's document (two), its gate and what is known of its server are read once, by a new instance.
    assert store.reads <= 4 + 4
    assert store.writes == 4


def test_a_first_publication_reads_as_much_of_each_batch_however_many_there_are(tmp_path: Path) -> None:
    """Two reads a batch, itself and the word that it has news; three writes: taken, the word, what was published."""
    took = []
    for count in (100, 200):
        folder = tmp_path / str(count)
        folder.mkdir()
        board = Board(folder, names=names(count), switches={"check_answers": False})
        store = CountedStore(board.store)
        board.first = board.instance(store)
        board.later(minutes=5)
        assert len(board.public.posts(GROUP)) == count
        took.append((store.reads, store.writes))
    (few_reads, few_writes), (many_reads, many_writes) = took
    assert (many_reads - few_reads, many_writes - few_writes) == (2 * 2, 2 * 3)


def test_one_of_many_who_changes_costs_one_request_more(tmp_path: Path) -> None:
    board = Board(tmp_path, names=names(150))
    board.later(minutes=20)
    board.meets("p0077", at(5, 10), at(5, 11))
    board.asked()
    board.later(minutes=16)
    assert board.asked() == {"UpdateItem": 1}
    assert board.day("p0077", 5) == TEN


# --- what nothing tells


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.ground)
def test_no_word_and_no_time_of_a_calendar_is_in_the_store_or_the_log(
    ground: type[Board], tmp_path: Path, everything_said: io.StringIO
) -> None:
    told = io.StringIO()
    log.configure(told, cloud=True)
    board = ground(tmp_path, public_folder={"detail": "status"})
    board.meets("ana", at(5, 10), at(5, 11), location="Timbuktu", description="Marzipan", summary="Zebrafinch")
    board.meets("ben", at(5, 12), at(5, 13), summary="Quokka", attendees=[{"email": "wolpertinger@x.test"}])
    board.later(minutes=18)
    board.meets("ana", at(6, 10), at(6, 11), summary="Zebrafinch II")
    board.fault("a.test", "item_error", "UpdateItem", detail="ErrorItemCorrupt")
    board.later(minutes=16)
    board.fault("a.test", "soap_fault", "UpdateItem", detail="ErrorInternalServerError")
    board.fault("google", "torn", "events.list")
    board.meets("cid", at(6, 10), at(6, 11), summary="Zebrafinch III")
    board.later(minutes=32)
    board.fault("google", "auth_401", "events.list", times=3)
    board.later(hours=2)
    board.later(days=1)
    stored = json.dumps(
        [
            doc.data
            for name in ("published", "status", "gates", "servers", "changed")
            for doc in every(board.store, name)
        ]
    )
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("calpair.db"))
    said = told.getvalue() + everything_said.getvalue()
    assert "published" in said
    places = {"store": stored, "file": files.decode(errors="replace"), "log": said}
    words = ("Zebrafinch", "Quokka", "Marzipan", "Timbuktu", "wolpertinger", "a planted fault")
    for place, text in places.items():
        assert [word for word in words if word.lower() in text.lower()] == [], place
        # When they are busy is nobody's business either.
        assert "2026-11-05T10:00" not in text, place
        assert "2026-11-06T10:00" not in text, place
    for secret in ("6b" * 32, '"secret"', "TOKEN "):
        assert secret not in said
        assert secret not in stored


def test_the_same_times_of_two_people_do_not_look_alike_in_the_store(tmp_path: Path) -> None:
    board = Board(tmp_path)
    for name in ("ana", "ben"):
        board.meets(name, at(5, 10), at(5, 11))
    board.publish()
    (doc,) = every(board.store, "published")
    digests = [person["digest"] for person in doc.data["people"].values()]
    assert len(set(digests)) == 3
    board.wipe()
    board.secrets["key"] = "7c" * 32
    board.first = board.instance()
    board.renew()
    board.publish()
    (doc,) = every(board.store, "published")
    assert not set(digests) & {person["digest"] for person in doc.data["people"].values()}
