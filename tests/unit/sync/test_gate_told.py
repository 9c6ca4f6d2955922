"""Who is sent away from a gate is told why and the cure, and a changed document is tried at once."""

import pytest

from calpair.errors import BackOffError, SideError, SignInError
from calpair.ports import Doc
from calpair.sync.gate import GATES
from unit.sync.gates import BUSY, MINUTE, NOW, REFUSED, SECOND, Ground, said_by


@pytest.fixture
def ground() -> Ground:
    return Ground()


@pytest.mark.parametrize("error", [BUSY, BackOffError("Unreachable"), REFUSED])
def test_a_document_that_names_other_servers_is_tried_at_once(ground: Ground, error: SideError) -> None:
    gate = ground.process()
    ground.refused(gate, error=error)
    ground.servers, ground.password = "digest of other servers", "second"
    assert ground.wait(gate, NOW + SECOND) is None
    # One at a time, all the same.
    assert ground.wait(ground.process("two"), NOW + SECOND) == MINUTE


def test_a_plea_that_was_stored_before_servers_were_is_obeyed(ground: Ground) -> None:
    closed = {"at": NOW.isoformat(), "until": (NOW + MINUTE).isoformat(), "tries": 1, "code": "HTTP503"}
    data = {"schema": 1, "closed": {**closed, "refused": False, "account": ""}, "trial": None}
    ground.store.put(Doc(GATES, "a.test", data))
    with pytest.raises(BackOffError, match="the server is left alone for a while, after what it said; the next try"):
        ground.ask(ground.process())


@pytest.mark.parametrize(
    ("error", "scope", "sentence"),
    [
        (
            said_by("exchange", BackOffError("Unreachable", "the server cannot be reached: check exchange.url")),
            "gate",
            (
                "Exchange: the server cannot be reached: check exchange.url; the next try is at 2026-11-02T08:00:30Z, "
                "and at once by `calpair doctor` or after a change of the domain's document (Unreachable)"
            ),
        ),
        (
            said_by("google", BackOffError("HTTP503", seconds=90)),
            "gate",
            (
                "Google: the server is left alone for a while, after what it said; the next try is at "
                "2026-11-02T08:01:30Z, and at once by `calpair doctor` or after a change of the domain's document (HTTP503)"
            ),
        ),
        (
            said_by("exchange", SignInError("HTTP401")),
            "refused",
            (
                "Exchange: the domain's account was refused: check exchange.username and exchange.secret; the next try is "
                "at 2026-11-02T08:01:00Z, and at once by `calpair doctor` or after a change there (HTTP401)"
            ),
        ),
        (
            said_by("google", SignInError("invalid_grant")),
            "refused",
            (
                "Google: the domain's account was refused: check google.secret; the next try is at 2026-11-02T08:01:00Z, "
                "and at once by `calpair doctor` or after a change there (invalid_grant)"
            ),
        ),
    ],
)
def test_who_is_sent_away_is_told_by_which_side_why_until_when_and_the_cure(
    ground: Ground, error: SideError, scope: str, sentence: str
) -> None:
    ground.refused(ground.process("one"), error=error)
    with pytest.raises(BackOffError) as told:
        ground.ask(ground.process("two"), NOW + SECOND)
    assert (str(told.value), told.value.scope) == (sentence, scope)
