"""Writes of which nobody looked at what became of them: the next list has to name them, or they were not made."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from calpair.errors import SideError
from calpair.ports import Edit, Written
from unit.sync.bench import Bench
from unit.sync.weekly import monday, override, seen, weekly


class Teller:
    """Exchange, which is not looked at after a write; the first `lies` writes are not made at all."""

    def __init__(self, bench: Bench, lies: int = 0) -> None:
        self.bench, self.lies, self.asked = bench, lies, 0
        self._update = bench.exchange.update
        bench.exchange.update = self.update  # type: ignore[method-assign]

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        self.asked += 1
        if self.lies:
            self.lies -= 1
            return [
                Written(one.item.id, replace(one.item, version="v0", event=one.event), sure=True, told=True)
                for one in edits
            ]
        return [replace(answer, told=True) if isinstance(answer, Written) else answer for answer in self._update(edits)]


def begun(lies: int = 0) -> tuple[Bench, Teller]:
    bench = Bench()
    bench.google.put(weekly("one"))
    bench.settle()
    override(bench.google, bench.google.only(), monday(2), title="else")
    return bench, Teller(bench, lies)


def test_what_the_list_names_is_not_read_again() -> None:
    bench, teller = begun()
    reads = bench.exchange.reads
    bench.settle()
    assert (teller.asked, bench.exchange.reads) == (1, reads + 1)
    assert seen(bench.exchange) == seen(bench.google)


def test_what_it_does_not_name_is_done_again() -> None:
    bench, teller = begun(lies=1)
    bench.settle()
    assert teller.asked == 2
    assert ("else", "09 10", "") in seen(bench.exchange)
    assert seen(bench.exchange) == seen(bench.google)


def test_what_somebody_edited_right_afterwards_is_an_edit() -> None:
    bench, teller = begun()
    home = bench.exchange.only()

    def meddling(edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        answers = teller.update(edits)
        bench.exchange.update = teller.update  # type: ignore[method-assign]
        override(bench.exchange, home, monday(2), title="mine")
        return answers

    bench.exchange.update = meddling  # type: ignore[method-assign]
    bench.settle()
    assert ("mine", "09 10", "") in seen(bench.google)
    assert seen(bench.exchange) == seen(bench.google)


def test_a_server_that_never_writes_ends_the_run_all_the_same() -> None:
    bench, teller = begun(lies=99)
    bench.run()
    assert teller.asked <= 5
    assert ("else", "09 10", "") in seen(bench.google)
    teller.lies = 0
    bench.clock.advance(timedelta(days=1))
    bench.settle()
    assert seen(bench.exchange) == seen(bench.google)
    assert ("else", "09 10", "") in seen(bench.google)
