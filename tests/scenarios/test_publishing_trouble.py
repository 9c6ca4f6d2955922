"""Servers that refuse, rest, answer late or not at all: what was published stays, nobody is free by mistake, and status tells."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.publishing import ACCOUNT, GROUP, Board, at, dn
from scenarios.publishing_machine import GROUNDS

TEN = "0" * 10 + "2" + "0" * 13
OTHER = "/o=First Organization/ou=Branch"


@pytest.fixture(params=GROUNDS, ids=lambda ground: ground.ground)
def board(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return request.param(tmp_path)


def busy(board: Board) -> Board:
    """Everybody has a meeting on the 5th, and it is published."""
    for name in ("ana", "ben", "cid"):
        board.meets(name, at(5, 10), at(5, 11))
    board.publish()
    return board


def well(board: Board) -> None:
    """Status says that all is well, and another round is still."""
    board.silent()
    assert (board.status()["state"], board.status()["sentence"], board.troubled()) == ("ok", "", {})


# --- Google


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        ("rate_limit_429", "behind", "Google: the server answered rateLimitExceeded"),
        ("rate_limit_403", "behind", "Google: the server answered rateLimitExceeded"),
        ("quota_403", "behind", "Google: the server answered quotaExceeded"),
        ("backend_500", "behind", "Google: the server answered backendError"),
        ("backend_503", "behind", "Google: the server answered backendError"),
        ("torn", "behind", "Google: "),
        ("timeout_before", "behind", "Google: "),
        ("forbidden_403", "failing", "allow the scope calendar.freebusy for google.free_busy_account"),
        ("auth_401", "failing", "Google: the domain's account was refused: check google.secret"),
        ("invalid_400", "failing", "Google: the server answered invalid"),
    ],
)
def test_while_google_says_nothing_every_message_stays(board: Board, kind: str, state: str, said: str) -> None:
    busy(board)
    board.fault("google", kind, "freebusy.query", times=1000)
    with board.as_it_was("ana", "ben", "cid"):
        board.later(hours=3)
    assert board.asked() == {}
    assert board.status()["state"] == state
    assert said in board.status()["sentence"]
    board.calm()
    board.later(hours=1, minutes=5)
    assert board.day("ana", 5) == TEN
    well(board)


def test_of_whom_google_says_nothing_the_message_stays_and_the_others_go_on(board: Board) -> None:
    busy(board)
    board.fault("google", "internal_error", "freebusy.query", times=3, detail="ana@g.test")
    board.calendar("ben").delete(board.calendar("ben").events()[0]["id"])
    with board.as_it_was("ana"):
        board.later(minutes=16)
    assert board.day("ana", 5) == TEN
    assert board.day("ben", 5) == "0" * 24
    assert board.troubled() == {"ana": "unavailable"}
    (trouble,) = board.status()["troubled"]
    assert trouble["meaning"] == "Google did not answer about it; it is asked again"
    assert board.status()["sentence"] == (
        "1 of 3 people are not published as they are now; `calpair directory list` names them."
    )
    board.calm()
    board.later(minutes=16)
    well(board)


def test_who_was_never_told_of_has_no_message_and_is_nobody_free(board: Board) -> None:
    board.fault("google", "internal_error", "freebusy.query", times=1000, detail="ana@g.test")
    board.later(minutes=20)
    assert board.public.messages(dn("ana")) == ()
    assert len(board.public.messages(dn("ben"))) == 1
    board.calm()
    board.publish()
    assert board.day("ana", 5) == "0" * 24


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.ground)
@pytest.mark.parametrize(
    ("kind", "code"), [("not_found_404", "not_found"), ("forbidden_403", "no_access"), ("backend_500", "unavailable")]
)
def test_one_calendar_that_may_not_be_listed_is_that_users(
    ground: type[Board], tmp_path: Path, kind: str, code: str
) -> None:
    board = busy(ground(tmp_path, public_folder={"detail": "status"}))
    board.fault("google", kind, "events.list", times=1000, detail="ana@g.test")
    board.meets("ben", at(6, 10), at(6, 11))
    with board.as_it_was("ana", "cid"):
        board.later(minutes=16)
    assert board.troubled() == {"ana": code}
    assert board.day("ben", 6) == TEN
    board.calm()
    board.later(minutes=16)
    well(board)


# --- Exchange as a whole


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        ("unavailable", "behind", "Exchange: "),
        ("busy_fault", "behind", "Exchange: the server answered ErrorServerBusy"),
        ("busy_answer", "behind", "Exchange: the server answered ErrorServerBusy"),
        ("too_many_requests", "behind", "Exchange: "),
        # Nobody knows what became of a write.
        ("bad_gateway", "behind", "1 of 3 people are not published"),
        ("mailbox_moving", "behind", "Exchange: "),
    ],
)
def test_while_exchange_rests_nothing_is_lost(board: Board, kind: str, state: str, said: str) -> None:
    busy(board)
    board.meets("ana", at(6, 10), at(6, 11))
    board.fault("a.test", kind, times=1000, seconds=120)
    board.later(hours=1)
    assert board.status()["state"] == state
    assert said in board.status()["sentence"]
    board.calm()
    board.later(minutes=40)
    assert board.day("ana", 6) == TEN
    well(board)


@pytest.mark.parametrize("kind", ["lost_reply", "timeout_before", "torn", "late_effect"])
@pytest.mark.parametrize("operation", ["CreateItem", "UpdateItem"])
def test_an_answer_that_is_lost_leaves_one_message_a_person(board: Board, kind: str, operation: str) -> None:
    if operation == "UpdateItem":
        busy(board)
    board.meets("ana", at(6, 10), at(6, 11))
    board.fault("a.test", kind, operation, seconds=90)
    board.later(minutes=40)
    assert board.day("ana", 6) == TEN
    assert len(board.public.posts(GROUP)) == 3
    well(board)


def test_an_answer_that_is_lost_is_told_as_what_it_is(board: Board) -> None:
    busy(board)
    board.meets("ana", at(6, 10), at(6, 11))
    board.fault("a.test", "timeout_before", "UpdateItem")
    board.later(minutes=16)
    (trouble,) = board.status()["troubled"]
    assert trouble["address"] == "ana@g.test"
    assert "legacy_dn" not in trouble["meaning"]
    assert "it is tried again" in trouble["meaning"]


def test_a_plea_in_the_middle_of_a_round_is_heeded_by_every_batch(board: Board) -> None:
    """The folder of the first group is written, the second one's server pleads: all of the domain waits."""
    board.public.add_administrative_group(OTHER)
    board.public.grant(ACCOUNT, "Owner", OTHER)
    board.register("ben", dn("ben", OTHER))
    board.later(minutes=2)
    board.meets("ana", at(6, 10), at(6, 11))
    board.meets("ben", at(6, 10), at(6, 11))
    board.fault("a.test", "unavailable", "UpdateItem", nth=2, seconds=1500)
    board.later(minutes=16)
    assert board.asked()["UpdateItem"] == 2
    assert board.troubled() == {"ben": "HTTP503"}
    assert "legacy_dn" not in board.status()["troubled"][0]["meaning"]
    board.later(minutes=20)
    assert board.asked() == {}
    board.later(minutes=20)
    assert board.seen("ben", legacy_dn=dn("ben", OTHER)).busy == ((at(6, 10), at(6, 11)),)
    well(board)


def test_after_a_refused_sign_in_one_try_is_made_and_the_next_at_growing_distances(tmp_path: Path) -> None:
    names = [f"p{number}" for number in range(120)]
    board = Board(tmp_path, names=names)
    board.later(minutes=20)
    for name in names:
        board.meets(name, at(6, 10), at(6, 11))
    accounts = board.exchange.accounts
    accounts.mailboxes, accounts.services = {**accounts.mailboxes, ACCOUNT: "another"}, {ACCOUNT: "another"}
    tries = []
    for _ in range(5):
        before = accounts.failed[ACCOUNT]
        board.later(hours=1)
        tries.append(accounts.failed[ACCOUNT] - before)
    # Three batches wait for one of them; a minute, two, four ... and never more than an hour between two tries.
    assert tries[0] <= 7
    assert max(tries[1:]) <= 2
    assert board.status()["state"] == "failing"
    assert "check exchange.username and exchange.secret" in board.status()["sentence"]
    accounts.mailboxes, accounts.services = {**accounts.mailboxes, ACCOUNT: "secret"}, {ACCOUNT: "secret"}
    board.later(hours=1, minutes=5)
    assert all(board.day(name, 6) == TEN for name in names)
    well(board)


# --- what is wrong with a folder, each named with its cure


def taken_away(board: Board) -> None:
    board.public.remove_folder(GROUP)


def no_replica(board: Board) -> None:
    board.public.set_replica(GROUP, within_reach=False)


def no_right(board: Board) -> None:
    board.public.grant(ACCOUNT, "Reviewer", GROUP)


def no_home(board: Board) -> None:
    board.public.set_home(ACCOUNT, has_one=False)


def no_database(board: Board) -> None:
    board.public.drop_database()


@pytest.mark.parametrize(
    ("wrong", "cure"),
    [
        (taken_away, "there is no folder '\\NON_IPM_SUBTREE\\SCHEDULE+ FREE BUSY\\EX:"),
        (no_replica, "Set-PublicFolder -Identity '\\NON_IPM_SUBTREE\\SCHEDULE+ FREE BUSY\\EX:"),
        (no_right, "-User 'svc@a.test' -AccessRights Owner"),
        (no_home, "Set-MailboxDatabase DATABASE -PublicFolderDatabase PUBLIC"),
        (no_database, "Set-MailboxDatabase DATABASE -PublicFolderDatabase PUBLIC"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
@pytest.mark.parametrize("published", [True, False])
def test_what_is_wrong_with_the_folder_is_named_with_its_cure_within_the_round(
    board: Board, wrong: Any, cure: str, published: bool
) -> None:
    if published:
        busy(board)
        board.meets("ana", at(6, 10), at(6, 11))
    wrong(board)
    board.later(minutes=17)
    status = board.status()
    assert status["state"] in ("behind", "failing")
    assert cure in status["sentence"] + "".join(one["meaning"] for one in status["troubled"])


def test_an_exchange_without_such_folders_is_told_another_way(tmp_path: Path) -> None:
    board = Board(tmp_path, switches={"version": "Exchange2016"})
    board.later(minutes=3)
    assert board.status()["state"] == "failing"
    assert "Set public_folder.enabled to false" in board.status()["sentence"]
    assert "OrgWideFB" in board.status()["sentence"]


def test_what_was_mended_is_published_and_told(board: Board) -> None:
    busy(board)
    board.meets("ana", at(6, 10), at(6, 11))
    no_right(board)
    board.later(minutes=17)
    assert board.troubled() == {"ana": "ErrorAccessDenied"}
    board.public.grant(ACCOUNT, "Owner", GROUP)
    board.later(minutes=17)
    assert board.day("ana", 6) == TEN
    well(board)


def test_a_right_that_takes_hours_to_count_is_waited_for(tmp_path: Path) -> None:
    board = Board(tmp_path, switches={"permission_cache_minutes": 120})
    board.meets("ana", at(5, 10), at(5, 11))
    board.later(minutes=20)
    assert set(board.troubled().values()) == {"ErrorAccessDenied"}
    assert "the server may take hours to believe it" in board.status()["troubled"][0]["meaning"]
    board.later(hours=2)
    assert board.day("ana", 5) == TEN
    well(board)


# --- one that is bad stops no other


@pytest.mark.parametrize("code", ["ErrorInternalServerError", "ErrorItemCorrupt", "ErrorMessageSizeExceeded"])
def test_one_message_that_is_refused_stops_no_other(board: Board, code: str) -> None:
    busy(board)
    for name in ("ana", "ben", "cid"):
        board.meets(name, at(6, 10), at(6, 11))
    board.fault("a.test", "item_error", "UpdateItem", nth=2, detail=code)
    board.later(minutes=16)
    assert board.troubled() == {"ben": code}
    assert "legacy_dn" not in board.status()["troubled"][0]["meaning"]
    assert (board.day("ana", 6), board.day("cid", 6)) == (TEN, TEN)
    board.later(minutes=16)
    assert board.day("ben", 6) == TEN
    well(board)


def test_who_belongs_to_a_group_that_is_not_there_stops_no_other(board: Board) -> None:
    board.register("ben", dn("ben", OTHER))
    board.later(minutes=17)
    assert board.troubled() == {"ben": "NoFreeBusyFolder"}
    assert "EX:/o=First Organization/ou=Branch" in board.status()["troubled"][0]["meaning"]
    assert (board.day("ana", 5), board.day("cid", 5)) == ("0" * 24, "0" * 24)
    board.public.add_administrative_group(OTHER)
    board.public.grant(ACCOUNT, "Owner", OTHER)
    board.later(minutes=17)
    assert len(board.public.messages(dn("ben", OTHER))) == 1
    well(board)
