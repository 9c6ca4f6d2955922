"""What threads of one function share: parts built once, and turns."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from calpair.app.ground import once
from calpair.app.turns import Turns


def test_parts_are_built_once_however_many_ask_for_them_first() -> None:
    built: list[int] = []
    together = Barrier(8)

    @once
    def parts() -> list[int]:
        built.append(len(built))
        return built

    def ask(_: int) -> list[int]:
        together.wait(10)
        return parts()

    with ThreadPoolExecutor(8) as many:
        assert list(many.map(ask, range(8))) == [[0]] * 8


def test_what_could_not_be_built_is_built_the_next_time() -> None:
    troubles = [OSError("no")]

    @once
    def parts() -> str:
        if troubles:
            raise troubles.pop()
        return "built"

    with pytest.raises(OSError, match="no"):
        parts()
    assert parts() == "built"


def test_one_has_a_turn_at_a_time_and_nobody_waits() -> None:
    turns = Turns()
    with turns.take("ana") as first, turns.take("ana") as second, turns.take("ben") as other:
        assert (first, second, other) == (True, False, True)
        with turns.take("ana") as third:
            assert not third
    with pytest.raises(OSError, match="no"), turns.take("ana"):
        raise OSError("no")
    with turns.take("ana") as again:
        assert again
