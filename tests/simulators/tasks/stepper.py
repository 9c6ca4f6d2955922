"""Time moved by hand: everything due until an instant is delivered in the caller's thread, in order, at its own time.

    stepper = Stepper(simulator, clock, post=lambda delivery: worker.handle(delivery.request()))
    stepper.until(clock.now() + timedelta(minutes=5))      the attempts that left meanwhile

The same tasks, faults and answers give the same journal every time; only the two of a concurrent duplicate run side by
side, as they must. An answer comes before anything else is delivered, unless `latency` says how long each takes on the
clock: with it `max_concurrent_dispatches` shows. A task that a delivery creates is delivered in the same call if it is due
by the instant named.
"""

import heapq
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from simulators.clock import ManualClock
from simulators.tasks.delivery import Answer, Post, carry
from simulators.tasks.dispatch import Attempt, Dispatch
from simulators.tasks.simulator import TasksSimulator

_AT_ONCE = timedelta(0)


class Stepper:
    """Delivers by hand. The clock must be the simulator's own."""

    def __init__(
        self, simulator: TasksSimulator, clock: ManualClock, post: Post, latency: timedelta = _AT_ONCE
    ) -> None:
        """Deliver by `post`; what it raises but an OSError reaches the caller, after counting as no answer."""
        self._simulator = simulator
        self._clock = clock
        self._post = post
        self._latency = latency
        self._ends: list[tuple[datetime, int, Dispatch, Answer]] = []

    def due(self) -> list[Attempt]:
        """Deliver what is due by now."""
        return self.until(self._clock.now())

    def by(self, span: timedelta) -> list[Attempt]:
        """Deliver what falls due within this time from now, and move the clock to its end."""
        return self.until(self._clock.now() + span)

    def until(self, moment: datetime) -> list[Attempt]:
        """Deliver what falls due until this instant, and move the clock there; the attempts that left."""
        before = len(self._simulator.journal)
        while (event := self._next()) is not None and event <= moment:
            self._step(self._at(event))
        self._at(moment)
        return self._simulator.journal[before:]

    def _next(self) -> datetime | None:
        ready = self._simulator.ready()
        times = [self._ends[0][0]] if self._ends else []
        return min(times + ([ready] if ready is not None else []), default=None)

    def _at(self, event: datetime) -> datetime:
        """Move the clock to an event, unless it is past it; the time it is then."""
        now = self._clock.now()
        self._clock.advance(max(_AT_ONCE, event - now))
        return max(event, now)

    def _step(self, now: datetime) -> None:
        if self._ends and self._ends[0][0] <= now:
            end, _, dispatch, answer = heapq.heappop(self._ends)
            self._simulator.settle(dispatch, answer, end)
        elif (dispatched := self._simulator.take(now)) is not None:
            self._send(dispatched, now)

    def _send(self, dispatch: Dispatch, now: datetime) -> None:
        sent = [dispatch, *([self._simulator.twin(dispatch, now)] if dispatch.twin else [])]
        answers = [Answer()] * len(sent)

        def carry_one(index: int) -> None:
            answers[index] = carry(sent[index].delivery, sent[index].fault, self._post, now)

        try:
            _side_by_side([partial(carry_one, index) for index in range(len(sent))])
        finally:
            took = max(self._latency + dispatch.slow, self._clock.now() - now)
            for one, answer in zip(sent, answers, strict=True):
                deadline = one.delivery.deadline
                self._answered(one, answer if took <= deadline else Answer(), now + min(took, deadline))

    def _answered(self, dispatch: Dispatch, answer: Answer, end: datetime) -> None:
        if end <= self._clock.now():
            self._simulator.settle(dispatch, answer, end)
        else:
            heapq.heappush(self._ends, (end, dispatch.delivery.number, dispatch, answer))


def _side_by_side(works: list[Callable[[], None]]) -> None:
    """Do one work here, several at the same time; the first error of any is raised when all are through."""
    if len(works) == 1:
        works[0]()
        return
    errors: list[BaseException] = []

    def through(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - a crash is one too, and is raised below
            errors.append(error)

    threads = [threading.Thread(target=through, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
