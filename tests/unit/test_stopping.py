"""Whether the process is asked to end, read off the server that serves functions: gunicorn's own worker, its own signals."""

import os
import signal
from collections.abc import Iterator
from queue import SimpleQueue
from types import SimpleNamespace

import pytest
from gunicorn.workers.base import Worker  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from calpair.app import stopping


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker that has set up its signals, without a server around it."""
    before = {number: signal.getsignal(number) for number in Worker.SIGNALS}
    made = ThreadWorker.__new__(ThreadWorker)
    made.alive = True
    waking: SimpleQueue[object] = SimpleQueue()
    made.method_queue = SimpleNamespace(defer=waking.put)
    made.PIPE = os.pipe()
    for end in made.PIPE:
        os.set_blocking(end, False)
    try:
        made.init_signals()
        yield made
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        for end in made.PIPE:
            os.close(end)


def test_a_worker_that_was_told_to_end_is_seen_to_end(worker: Worker) -> None:
    assert stopping.asked() is False
    signal.raise_signal(signal.SIGTERM)
    assert worker.alive is False
    assert stopping.asked() is True


@pytest.mark.parametrize("handler", [signal.SIG_DFL, signal.SIG_IGN, lambda *_: None])
def test_where_nobody_serves_nobody_is_told_to_end(handler: signal.Handlers) -> None:
    before = signal.signal(signal.SIGTERM, handler)
    try:
        assert stopping.asked() is False
    finally:
        signal.signal(signal.SIGTERM, before)
