"""How long a server is waited for and left alone, and that one is kept for each domain."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from calpair.app.patience import OneEach, Rests, asking
from calpair.errors import BackOffError, RefusedError
from calpair.model.busy import Answer
from simulators.clock import ManualClock
from unit.busy.ground import domain

SECOND = timedelta(seconds=1)


class TestRests:
    def test_of_several_pleas_the_longest_is_obeyed(self) -> None:
        clock = ManualClock()
        rests = Rests(clock.now, "the server")
        rests.let()
        rests.rest("ErrorServerBusy", 300 * SECOND)
        rests.rest("Timeout", 10 * SECOND)
        clock.advance(299 * SECOND)
        with pytest.raises(BackOffError, match="the server is left alone") as later:
            rests.let()
        assert (later.value.code, later.value.scope) == ("ErrorServerBusy", "gate")
        clock.advance(SECOND)
        rests.let()
        rests.rest("Timeout", 10 * SECOND)
        with pytest.raises(BackOffError) as later:
            rests.let()
        assert later.value.code == "Timeout"


class TestAsking:
    def test_what_breaks_over_an_answer_is_an_error_of_ours_without_a_word_of_it(self) -> None:
        def work(_: str) -> Answer:
            raise OverflowError("A secret lunch")

        with ThreadPoolExecutor(1) as threads:
            wait = asking(threads, ManualClock().now, "Google", ManualClock().now() + SECOND, work, "ana@a.test")
            with pytest.raises(BackOffError) as broken:
                wait()
        assert (broken.value.code, broken.value.scope) == ("OverflowError", "user")
        assert "secret" not in str(broken.value)
        assert broken.value.__cause__ is None
        assert broken.value.__suppress_context__

    def test_an_error_of_ours_is_told_as_it_is(self) -> None:
        def work() -> Answer:
            raise RefusedError("ErrorInvalidRequest")

        with ThreadPoolExecutor(1) as threads, pytest.raises(RefusedError):
            asking(threads, ManualClock().now, "Google", ManualClock().now() + SECOND, work)()

    def test_who_asks_waits_no_longer_than_told(self) -> None:
        over = Event()

        def work() -> Answer:
            over.wait(10)
            return {}

        clock = ManualClock()
        with ThreadPoolExecutor(1) as threads:
            wait = asking(threads, clock.now, "Google", clock.now(), work)
            with pytest.raises(BackOffError, match="Google did not answer in the time a look-up has"):
                wait()
            over.set()


def test_there_is_one_a_domain_and_another_when_its_document_has_changed() -> None:
    retired: list[str] = []
    made = iter(("first", "other", "second"))
    each: OneEach[str] = OneEach(lambda _: next(made), retired.append)
    a, b = domain("a.test"), domain("b.test")
    assert [each.of(a), each.of(b), each.of(a), each.of(domain("a.test"))] == ["first", "other", "first", "first"]
    assert retired == []
    assert each.of(replace(a, credentials="env:CALLER")) == "second"
    assert retired == ["first"]
