"""Publishing dies at every call it makes, or is done twice at once: one message a person in the end, and the right one (G5, G7).

A plain loop: the nth call of a round, to Google, Exchange or the store, before and after its effect. Then time goes by,
and what readers see is written out by hand; then a second act, in which everybody's times change, shows what was
remembered wrongly. A table tells what was tried.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from calpair.ports import Doc, Store
from scenarios.publishing import GROUP, Board, at, dn
from scenarios.publishing_machine import GROUNDS
from simulators.wire import Crash, Request

TEN, TWELVE, FREE = "0" * 10 + "2" + "0" * 13, "0" * 12 + "2" + "0" * 11, "0" * 24
FLOOR = {"google": 2, "exchange": 4, "store": 3}
"""At least so many calls of each kind are in a round, and each is met before and after its effect."""


@dataclass
class Moment:
    """The nth call from now on, before or after its effect: there `act` is done, once."""

    nth: int
    when: str
    act: Callable[[], object]
    seen: int = 0
    kind: str = ""

    def passes(self, kind: str, when: str) -> None:
        if when != self.when or self.kind or self.nth == 0:
            return
        self.seen += 1
        if self.seen == self.nth:
            self.kind = kind
            self.act()


NEVER = Moment(0, "", lambda: None)


@dataclass
class Watched:
    """A store whose writes are moments; to die at a read is to die after the write before it."""

    inner: Store
    board: "Crashing"

    def put(self, doc: Doc) -> Doc:
        stored: Doc = self._passed(lambda: self.inner.put(doc))
        return stored

    def delete(self, doc: Doc) -> None:
        self._passed(lambda: self.inner.delete(doc))

    def drop(self, pair: str) -> None:
        self._passed(lambda: self.inner.drop(pair))

    def get(self, collection: str, key: str) -> Doc | None:
        return self.inner.get(collection, key)

    def due(self, collection: str, now: datetime, limit: int) -> Sequence[Doc]:
        return self.inner.due(collection, now, limit)

    def find(self, collection: str, pair: str, values: Sequence[str]) -> Sequence[Doc]:
        return self.inner.find(collection, pair, values)

    def list(self, collection: str, pair: str | None = None, page: str = "") -> tuple[Sequence[Doc], str]:
        return self.inner.list(collection, pair, page)

    def _passed(self, call: Callable[[], Any]) -> Any:
        self.board.moment.passes("store", "before")
        answer = call()
        self.board.moment.passes("store", "after")
        return answer


@dataclass
class Crashing:
    """A board on whose every call something may happen."""

    board: Board
    moment: Moment = field(default_factory=lambda: NEVER)

    def __post_init__(self) -> None:
        self.board.wrap = lambda store: Watched(store, self)
        self.board.start()
        for name, door in (("google", self.board.google_door), ("exchange", self.board.exchange_door)):
            door.before = self._at(name, "before")
            door.after = self._at(name, "after")

    def _at(self, kind: str, when: str) -> Callable[[Request], None]:
        return lambda _: self.moment.passes(kind, when)


def with_work(ground: type[Board], folder: Path, nth: int, when: str) -> Crashing:
    """Ana and Ben are published; Ana gets another meeting, Ben loses his, Cid comes in, whose message is an old tool's twice."""
    place = folder / f"{when} {nth}"
    place.mkdir()
    board = ground(place)
    board.remove("cid")
    for name in ("ana", "ben", "cid"):
        board.meets(name, at(5, 10), at(5, 11))
    ground_ = Crashing(board)
    if board.store.get("directory", "cid@g.test"):
        board.remove("cid")
    board.later(minutes=17)
    board.meets("ana", at(5, 12), at(5, 13))
    clear(board, "ben")
    board.public.overwrite(dn("cid"), busy=[(at(5, 20), at(5, 21))])
    board.public.duplicate(dn("cid"))
    board.later(minutes=12)
    return ground_


def clear(board: Board, name: str) -> None:
    for event in board.calendar(name).events():
        board.calendar(name).delete(event["id"])


def first_act(board: Board) -> None:
    assert board.day("ana", 5) == "000000000020200000000000"
    assert board.day("ben", 5) == FREE
    assert board.day("cid", 5) == TEN
    assert len(board.public.posts(GROUP)) == 3


def second_act(board: Board) -> None:
    """Everybody's times change."""
    clear(board, "ana")
    board.meets("ben", at(5, 12), at(5, 13))
    clear(board, "cid")
    board.meets("cid", at(5, 12), at(5, 13))
    board.later(minutes=17)
    assert (board.day("ana", 5), board.day("ben", 5), board.day("cid", 5)) == (FREE, TWELVE, TWELVE)
    assert len(board.public.posts(GROUP)) == 3
    assert (board.status()["state"], board.troubled()) == ("ok", {})
    board.silent()


def died() -> None:
    raise Crash


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.ground)
def test_wherever_publishing_dies_one_message_a_person_is_left_and_the_right_one(
    ground: type[Board], tmp_path: Path, when: str
) -> None:
    tried: Counter[str] = Counter()
    for nth in count(1):
        crashing = with_work(ground, tmp_path, nth, when)
        board = crashing.board
        board.register("cid")
        crashing.moment = Moment(nth, when, died)
        board.later(minutes=8)
        moment, crashing.moment = crashing.moment, NEVER
        board.later(minutes=40)
        first_act(board)
        second_act(board)
        if not moment.kind:
            break
        tried[moment.kind] += 1
    print(f"{ground.ground:12} {when:7} {dict(tried)}")  # noqa: T201 - the table is the point
    assert all(tried[kind] >= least for kind, least in FLOOR.items()), tried


@pytest.mark.parametrize("when", ["before", "after"])
def test_two_tasks_for_one_batch_at_once_write_it_once(tmp_path: Path, when: str) -> None:
    """Story 4 of the trackers: the second comes at every moment of the first."""
    outcomes: Counter[str] = Counter()
    for nth in count(1):
        crashing = with_work(Board, tmp_path, nth, when)
        board = crashing.board
        board.register("cid")
        board.dispatching.dispatch()

        def second(board: Board = board) -> None:
            outcomes[board.second.look("a.test:0")["outcome"]] += 1

        crashing.moment = Moment(nth, when, second)
        board.first.look("a.test:0")
        moment, crashing.moment = crashing.moment, NEVER
        assert len({post.subject for post in board.public.posts(GROUP)}) == 3
        board.later(minutes=17)
        first_act(board)
        second_act(board)
        if not moment.kind:
            break
    print(f"{when:7} {dict(outcomes)}")  # noqa: T201 - the table is the point
    assert outcomes["busy"] >= 5
    assert outcomes.total() >= 8


def test_however_the_second_comes_nobody_who_is_new_has_two_messages(tmp_path: Path) -> None:
    """At the very first publishing nobody's message has an id that could tell."""
    for when in ("before", "after"):
        for nth in count(1):
            folder = tmp_path / f"{when} {nth}"
            folder.mkdir()
            crashing = Crashing(Board(folder))
            board = crashing.board
            board.dispatching.dispatch()
            crashing.moment = Moment(nth, when, lambda board=board: board.second.look("a.test:0"))  # type: ignore[misc]
            board.first.look("a.test:0")
            moment, crashing.moment = crashing.moment, NEVER
            board.later(minutes=3)
            assert len(board.public.posts(GROUP)) == 3, (when, nth)
            if not moment.kind:
                break
        assert nth > 10
