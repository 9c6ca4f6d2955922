"""What others do to the messages and their folder, the turn of the month, a lost store: what was published comes back."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scenarios.publishing import ACCOUNT, GROUP, Board, at, dn
from scenarios.publishing_machine import GROUNDS, OneMachine

TEN = "0" * 10 + "2" + "0" * 13
NAMES = ("ana", "ben", "cid")


@pytest.fixture(params=GROUNDS, ids=lambda ground: ground.ground)
def board(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    board = request.param(tmp_path)
    for name in NAMES:
        board.meets(name, at(5, 10), at(5, 11))
    board.publish()
    return board


def right(board: Board) -> bool:
    """Whether everybody's one message says what their calendar does."""
    return all(board.day(name, 5) == TEN for name in NAMES) and len(board.public.posts(GROUP)) == len(NAMES)


# --- others


def by_outlook(board: Board) -> None:
    board.public.overwrite(dn("ana"), busy=[(at(9, 9), at(9, 12))], tentative=[(at(5, 10), at(5, 11))], months=2)


def by_an_old_tool(board: Board) -> None:
    board.public.overwrite(dn("ana"), busy=[(at(5, 12), at(5, 13))], style="last_minute", every_month=True, by="gcc")


def as_another_message(board: Board) -> None:
    board.public.overwrite(dn("ana"), new_item=True)


def in_the_times_alone(board: Board) -> None:
    """As a tool that does not say when it wrote."""
    (post,) = board.public.messages(dn("ana"))
    months = {key: values for key, values in post.properties.items() if key.tag not in range(0x684F, 0x6857)}
    board.exchange._public.save(replace(post, properties=months), "somebody@a.test")


def deleted(board: Board) -> None:
    board.public.remove(dn("ana"))


def doubled(board: Board) -> None:
    board.public.duplicate(dn("ana"))
    board.public.duplicate(dn("ana"))


def all_gone(board: Board) -> None:
    board.public.remove_folder(GROUP)
    board.public.add_administrative_group(GROUP)
    board.public.grant(ACCOUNT, "Owner", GROUP)


def in_another_case(board: Board) -> None:
    """The folder is made anew, and spelled otherwise."""
    board.public.remove_folder(GROUP)
    board.public.add_administrative_group(GROUP, name=f"EX:{GROUP.upper()}")
    board.public.grant(ACCOUNT, "Owner", GROUP)


@pytest.mark.parametrize(
    "change",
    [
        by_outlook,
        by_an_old_tool,
        as_another_message,
        in_the_times_alone,
        deleted,
        doubled,
        all_gone,
        in_another_case,
    ],
    ids=lambda change: change.__name__,
)
def test_what_others_did_is_set_right_within_a_day(board: Board, change: Any) -> None:
    board.later(hours=5)
    change(board)
    board.later(hours=1)
    # Nobody looks every quarter of an hour: that would be a request for each batch.
    board.later(hours=20)
    assert right(board)
    assert board.status()["state"] == "ok"
    board.asked()
    board.silent()


def test_a_person_that_changes_is_set_right_at_once(board: Board) -> None:
    by_outlook(board)
    board.calendar("ana").delete(board.calendar("ana").events()[0]["id"])
    board.meets("ana", at(5, 10), at(5, 11))
    board.meets("ana", at(6, 10), at(6, 11))
    board.publish()
    assert board.seen("ana").busy == ((at(5, 10), at(5, 11)), (at(6, 10), at(6, 11)))
    assert board.seen("ana").tentative == ()


def test_the_daily_look_is_one_request_a_batch_and_writes_nothing_that_is_right(board: Board) -> None:
    board.asked()
    with board.as_it_was(*NAMES):
        board.later(days=2, hours=1)
    assert board.asked() == {"FindItem": 2}


# --- the month


@pytest.mark.parametrize(("ground", "count"), [(Board, 220), (OneMachine, 60)])
def test_the_month_turns_within_twelve_hours_batch_by_batch_and_nobody_is_without_data(
    ground: type[Board], count: int, tmp_path: Path
) -> None:
    names = [f"p{number:03}" for number in range(count)]
    # The first and the last of each batch are looked at; all of them in the end.
    some = [name for first in range(0, count, 50) for name in (names[first], names[min(first + 49, count - 1)])]
    board = ground(tmp_path, names=names, start=at(30, 22))
    for name in names:
        board.meets(name, at(2, 10, month=12), at(2, 11, month=12))
        board.meets(name, at(27, 10, month=2, year=2027), at(27, 11, month=2, year=2027))
    board.later(minutes=25)
    expected = {220: 5, 60: 2}[count]
    assert len(board.batches()) == expected
    old, new = (at(1), at(1, month=2, year=2027)), (at(1, month=12), at(1, month=3, year=2027))
    turned: dict[str, int] = {}
    board.asked()
    for half in range(30):
        board.later(minutes=30)
        for name in some:
            seen = board.seen(name)
            assert (seen.start, seen.end) in (old, new)
            assert (at(2, 10, month=12), at(2, 11, month=12)) in seen.busy
            if (seen.start, seen.end) == new:
                turned.setdefault(name, half)
                assert seen.busy[-1] == (at(27, 10, month=2, year=2027), at(27, 11, month=2, year=2027))
    assert len(turned) == len(some)
    # From half past ten in the evening on: not before midnight, and by a quarter past noon at the latest.
    assert min(turned.values()) > 2
    assert max(turned.values()) <= 2 + 2 * 12 + 1
    batches = {
        key: {turned[name] for name in some if f"{name}@g.test" in all_} for key, all_ in board.batches().items()
    }
    assert all(len(halves) == 1 for halves in batches.values())
    assert len(set(turned.values())) >= expected - 1
    assert {board.seen(name).start for name in names} == {new[0]}
    assert board.asked() == {"UpdateItem": expected}
    board.silent()


def test_a_year_of_months_is_published_where_that_is_asked_for(tmp_path: Path) -> None:
    board = Board(tmp_path, public_folder={"months": 12})
    board.meets("ana", at(30, 10, month=10, year=2027), at(30, 11, month=10, year=2027))
    board.later(minutes=20)
    assert board.seen("ana").end == at(1, month=11, year=2027)
    assert board.day("ana", 30, month=10, year=2027) == TEN
    board.silent()


# --- a lost store


def test_after_a_lost_store_everything_is_published_again_and_nobody_has_two_messages(board: Board) -> None:
    """G8: what calpair keeps is a cache; what people wrote is theirs."""
    before = {post.id for post in board.public.posts(GROUP)}
    board.wipe()
    board.meets("ana", at(6, 10), at(6, 11))
    board.renew()
    board.later(minutes=5)
    assert right(board)
    assert board.day("ana", 6) == TEN
    assert {post.id for post in board.public.posts(GROUP)} == before
    board.publish()


def test_while_nobody_was_there_nothing_was_lost(board: Board) -> None:
    board.wait(days=40)
    board.meets("ana", at(20, 10, month=12), at(20, 11, month=12))
    board.later(minutes=20)
    assert board.seen("ana").start == at(1, month=12)
    assert board.day("ana", 20, month=12) == TEN
    assert len(board.public.posts(GROUP)) == 3
    board.silent()


def test_a_process_that_starts_anew_writes_nothing(tmp_path: Path) -> None:
    board = OneMachine(tmp_path)
    board.publish()
    board.asked()
    board.process()
    board.later(minutes=40)
    assert board.asked() == {}


def test_another_digest_key_costs_one_write_and_no_message(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.meets("ana", at(5, 10), at(5, 11))
    board.publish()
    before = [post.id for post in board.public.posts(GROUP)]
    board.secrets["key"] = "7c" * 32
    board.first = board.instance()
    board.asked()
    board.later(minutes=16)
    assert board.asked() == {"UpdateItem": 1}
    assert [post.id for post in board.public.posts(GROUP)] == before
    board.silent()
