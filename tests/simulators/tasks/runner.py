"""Time as the machine has it: due tasks are delivered over HTTP, each in a thread of its own, until stopped.

    with Runner(simulator, over_http()): ...

Only loopback is ever reached; a task for another host has no answer, unless `over_http` is given a worker's address,
which then gets every task, path and query as they are.
"""

import http.client
import threading
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from simulators.clock import SystemClock
from simulators.record import Fault
from simulators.tasks.delivery import Answer, Delivery, Post, carry
from simulators.tasks.dispatch import Dispatch
from simulators.tasks.simulator import TasksSimulator
from simulators.wire import Response

_ANSWER_BYTES = 1024 * 1024
_STOPPING_SECONDS = 5.0


class Runner:
    """Delivers in threads. The simulator's clock must be the machine's."""

    def __init__(self, simulator: TasksSimulator, post: Post) -> None:
        """Deliver by `post`, once started."""
        self._simulator = simulator
        self._post = post
        self._clock = SystemClock()
        self._stopping = threading.Event()
        self._threads: set[threading.Thread] = set()
        self._loop = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._loop.start()

    def stop(self) -> None:
        """Take nothing more, and give what is under way a few seconds to end."""
        self._stopping.set()
        with self._simulator.changed:
            self._simulator.changed.notify_all()
        self._loop.join()
        for thread in list(self._threads):
            thread.join(_STOPPING_SECONDS)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        with self._simulator.changed:
            while not self._stopping.is_set():
                now = self._clock.now()
                dispatch = self._simulator.take(now)
                if dispatch is not None:
                    self._begin(dispatch)
                    if dispatch.twin:
                        self._begin(self._simulator.twin(dispatch, now))
                    continue
                ready = self._simulator.ready()
                self._simulator.changed.wait(None if ready is None else (ready - now).total_seconds())

    def _begin(self, dispatch: Dispatch) -> None:
        thread = threading.Thread(target=self._deliver, args=(dispatch,), daemon=True)
        self._threads.add(thread)
        thread.start()

    def _deliver(self, dispatch: Dispatch) -> None:
        answer = Answer()
        try:
            answer = self._carried(dispatch.delivery, dispatch.fault, dispatch.slow)
        finally:
            self._simulator.settle(dispatch, answer, self._clock.now())
            with self._simulator.changed:
                self._threads.discard(threading.current_thread())

    def _carried(self, delivery: Delivery, fault: Fault | None, slow: timedelta) -> Answer:
        begun = self._clock.now()
        answer = carry(delivery, fault, self._post, begun)
        left = begun + delivery.deadline - self._clock.now()
        self._stopping.wait(max(0.0, min(slow, left).total_seconds()))
        return answer if slow < left else Answer()


def over_http(worker: str = "") -> Post:
    """Send over plain HTTP to loopback. A worker's address (`http://127.0.0.1:8080`) stands in for every task's own."""
    instead = urlsplit(worker)

    def post(delivery: Delivery) -> Response:
        parts = urlsplit(delivery.url)
        scheme, host, port = (instead if worker else parts).scheme, *_place(worker or delivery.url)
        if scheme != "http" or not _is_loopback(host):
            raise ConnectionRefusedError("this simulator reaches http://127.0.0.1 alone")
        connection = http.client.HTTPConnection(host, port, timeout=delivery.deadline.total_seconds())
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(delivery.method, target, delivery.body, _bytes(delivery.headers))
            answer = connection.getresponse()
            return Response(answer.status, answer.read(_ANSWER_BYTES), tuple(answer.getheaders()))
        except http.client.HTTPException as broken:
            raise ConnectionError("the worker's answer is no HTTP") from broken
        finally:
            connection.close()

    return post


def _bytes(headers: Mapping[str, str]) -> dict[str, bytes]:
    # Left as text, a value would have to be Latin-1.
    return {name: value.encode() for name, value in headers.items()}


def _place(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    return parts.hostname or "", parts.port or 80


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
