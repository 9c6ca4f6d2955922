"""The demo's scheduler: when it calls, and when it has no reason to."""

from dataclasses import dataclass, field

from demo.scheduler import Scheduler


@dataclass
class Around:
    """What the scheduler sees: a clock, a queue, a function."""

    seconds: float = 0.0
    tasks: int = 0
    deaf: bool = False
    calls: list[float] = field(default_factory=list)

    def scheduler(self) -> Scheduler:
        return Scheduler(self.call, lambda: self.tasks == 0, lambda: self.seconds)

    def call(self) -> None:
        if self.deaf:
            raise ConnectionRefusedError
        self.calls.append(self.seconds)
        self.tasks = 12


def test_it_calls_when_nothing_is_left_in_the_queue() -> None:
    around = Around()
    scheduler = around.scheduler()
    for around.seconds, around.tasks in ((1, 0), (2, 12), (3, 1), (4, 0)):
        scheduler.look()
    assert around.calls == [1, 4]


def test_a_queue_that_stays_full_is_added_to_once_a_minute() -> None:
    around = Around()
    scheduler = around.scheduler()
    for around.seconds in (1, 30, 60, 61, 90, 121):
        around.tasks = 3
        scheduler.look()
    assert around.calls == [1, 61, 121]


def test_a_call_that_nobody_answers_is_made_again() -> None:
    around = Around(deaf=True)
    scheduler = around.scheduler()
    scheduler.look()
    around.seconds, around.deaf = 1, False
    scheduler.look()
    assert around.calls == [1]
