"""The Cloud Tasks simulator on a port: gRPC over loopback, deliveries over HTTP by the machine's clock, SIGTERM."""

import json
import queue
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any

import grpc
import pytest
from google.api_core.exceptions import AlreadyExists, MethodNotImplemented, ServiceUnavailable
from google.cloud.tasks_v2 import CloudTasksClient

from house.tree import ROOT
from simulators.clock import SystemClock
from simulators.record import Fault
from simulators.rpc import InProcessChannel, mounted, serve
from simulators.rpc.clients import tasks_client
from simulators.tasks import Runner, TasksSimulator, over_http
from simulators.tasks.cli import main
from simulators.wire import Request, Response
from simulators.wire import mounted as mounted_http
from unit.simulators.tasks_world import PLACE, QUEUE, SECOND

PATIENCE = 20


class Worker:
    """Answers over HTTP and hands what it got to the test."""

    def __init__(self) -> None:
        self.got: queue.Queue[Request] = queue.Queue()
        self.says: list[int] = []

    def handle(self, request: Request) -> Response:
        self.got.put(request)
        return Response(self.says.pop(0) if self.says else 200)

    def next(self) -> Request:
        return self.got.get(timeout=PATIENCE)


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def address(worker: Worker) -> Iterator[str]:
    with mounted_http(worker) as found:
        yield found


@pytest.fixture
def simulator() -> TasksSimulator:
    made = TasksSimulator(clock=SystemClock())
    made.add_queue(QUEUE, backoff=(timedelta(0), SECOND), attempts=3)
    return made


@pytest.fixture
def client(simulator: TasksSimulator) -> Iterator[CloudTasksClient]:
    with mounted(simulator.door) as port, grpc.insecure_channel(port) as channel:
        yield tasks_client(channel)


def create(client: CloudTasksClient, url: str, headers: Mapping[str, str] | None = None, **fields: Any) -> Any:
    return client.create_task(
        request={
            "parent": QUEUE,
            "task": {"http_request": {"url": url, "body": b"{}", "headers": headers or {}}, **fields},
        }
    )


def test_a_socket_and_a_process_see_the_same_service(client: CloudTasksClient) -> None:
    name = f"{QUEUE}/tasks/a"
    create(client, "https://worker.test/", name=name)
    with pytest.raises(AlreadyExists, match="existed too recently"):
        create(client, "https://worker.test/", name=name)
    with pytest.raises(MethodNotImplemented):
        client.run_task(name=name)
    assert client.get_task(name=name).name == name


def test_faults_strike_over_a_socket_too(client: CloudTasksClient, simulator: TasksSimulator) -> None:
    simulator.plant(Fault("crash_after", "CreateTask"))
    with pytest.raises(ServiceUnavailable):
        create(client, "https://worker.test/")
    assert len(simulator.tasks(QUEUE)) == 1


def test_a_taken_port_is_an_error() -> None:
    simulator = TasksSimulator(clock=SystemClock())
    with mounted(simulator.door) as found, pytest.raises(OSError, match="is taken: name another"):
        serve(simulator.door, int(found.rpartition(":")[2]))


def test_tasks_are_posted_to_their_address(
    client: CloudTasksClient, simulator: TasksSimulator, worker: Worker, address: str
) -> None:
    with Runner(simulator, over_http()):
        create(client, f"{address}/rün?pair=änä", headers={"X-Pair": "änä 安"})
        got = worker.next()
    assert (got.method, got.path, got.query, got.body) == ("POST", "/r%C3%BCn", (("pair", "änä"),), b"{}")
    assert got.headers["x-pair"].encode("latin-1").decode() == "änä 安"
    assert got.headers["user-agent"] == "Google-Cloud-Tasks"
    assert got.headers["host"] == address.removeprefix("http://")
    assert [(one.status, one.end) for one in simulator.journal] == [(200, "done")]


def test_failed_tasks_are_posted_again_until_given_up(
    client: CloudTasksClient, simulator: TasksSimulator, worker: Worker, address: str
) -> None:
    worker.says = [500, 500, 500]
    with Runner(simulator, over_http()):
        create(client, address)
        counts = [worker.next().headers["x-cloudtasks-taskretrycount"] for _ in range(3)]
    assert counts == ["0", "1", "2"]
    assert [one.end for one in simulator.journal] == ["again", "again", "given up"]


def test_a_task_waits_for_its_time(
    client: CloudTasksClient, simulator: TasksSimulator, worker: Worker, address: str
) -> None:
    due = datetime.now(UTC) + timedelta(milliseconds=200)
    with Runner(simulator, over_http()):
        create(client, address, schedule_time=due)
        worker.next()
    assert simulator.journal[0].at >= due


def test_a_task_that_has_to_wait_for_another_is_posted_after_it(worker: Worker, address: str) -> None:
    simulator = TasksSimulator(clock=SystemClock())
    simulator.add_queue(QUEUE, concurrent=1)
    client = tasks_client(InProcessChannel(simulator.door))
    names = [create(client, address, name=f"{QUEUE}/tasks/{word}").name for word in "ab"]
    with Runner(simulator, over_http()):
        got = [worker.next().headers["x-cloudtasks-taskname"] for _ in names]
    assert got == ["a", "b"]


def test_a_resumed_queue_is_served_at_once(
    client: CloudTasksClient, simulator: TasksSimulator, worker: Worker, address: str
) -> None:
    client.pause_queue(name=QUEUE)
    create(client, address)
    with Runner(simulator, over_http()):
        client.resume_queue(name=QUEUE)
        assert worker.next().method == "POST"


def test_two_at_the_same_time_are_two_requests(
    client: CloudTasksClient, simulator: TasksSimulator, worker: Worker, address: str
) -> None:
    simulator.plant(Fault("duplicate_concurrent", "deliver"))
    with Runner(simulator, over_http()):
        create(client, address)
        names = [worker.next().headers["x-cloudtasks-taskname"] for _ in range(2)]
    assert names[0] == names[1]
    assert sorted(one.end for one in simulator.journal) == ["done", "extra"]


def test_a_worker_may_stand_in_for_every_address(
    client: CloudTasksClient, simulator: TasksSimulator, worker: Worker, address: str
) -> None:
    with Runner(simulator, over_http(address)):
        create(client, "https://sync-pair.example.test/run?pair=ana")
        got = worker.next()
    assert (got.path, got.query) == ("/run", (("pair", "ana"),))


@pytest.mark.parametrize("url", ["http://example.test/", "http://192.0.2.1/", "https://127.0.0.1/"])
def test_nothing_but_plain_loopback_is_reached(simulator: TasksSimulator, client: CloudTasksClient, url: str) -> None:
    create(client, url)
    dispatch = simulator.take(datetime.now(UTC))
    assert dispatch is not None
    with pytest.raises(ConnectionRefusedError, match=r"reaches http://127\.0\.0\.1 alone"):
        over_http()(dispatch.delivery)


def test_the_command_serves_delivers_and_ends_on_sigterm(worker: Worker, address: str) -> None:
    words = [sys.executable, "-m", "simulators", "tasks", "--queue", QUEUE, "--worker", address]
    with subprocess.Popen(words, cwd=ROOT / "tests", stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - written out above
        assert process.stdout is not None
        line = process.stdout.readline().split()
        try:
            assert line[:3] == ["tasks", "simulator", "at"]
            with grpc.insecure_channel(line[3]) as channel:
                client = tasks_client(channel)
                create(client, "https://worker.test/run")
                assert worker.next().path == "/run"
                client.create_queue(request={"parent": PLACE, "queue": {"name": f"{PLACE}/queues/other"}})
            http = HTTPConnection(line[-1].split("/")[2], timeout=PATIENCE)
            http.request("GET", "/oauth2/v1/certs")
            assert list(json.loads(http.getresponse().read())) == ["simulated-1"]
            http.close()
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("words", [["--queue", "sync"], ["--worker", "https://a.test"], ["--port", "x"]])
def test_a_wrong_word_ends_the_command_with_a_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert "error:" in capsys.readouterr().err


def test_a_taken_port_ends_the_command_with_a_sentence(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--http-port", address.rpartition(":")[2]])
    assert "Address already in use" in capsys.readouterr().err
