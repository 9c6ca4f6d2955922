"""The request a worker gets: what the task says, and what Cloud Tasks says of it."""

from datetime import UTC, datetime

from simulators.wire import Response
from unit.simulators.tasks_world import SECOND, URL, World

TEN = (10 * SECOND, 300 * SECOND)


def test_the_worker_gets_method_address_and_body() -> None:
    """Types: HttpRequest."""
    world = World()
    world.create("a", http={"body": b'{"pair": "ana"}', "headers": {"Content-Type": "application/json"}})
    world.stepper.due()
    [delivery] = world.seen
    assert (delivery.method, delivery.url, delivery.body) == ("POST", URL, b'{"pair": "ana"}')
    request = delivery.request()
    assert (request.method, request.path, request.query) == ("POST", "/run", (("pair", "ana"),))
    assert request.headers["host"] == "worker.test"
    assert request.headers["content-type"] == "application/json"


def test_headers_tell_of_the_queue_the_task_and_its_time() -> None:
    """Google's page "Create HTTP target tasks"; facts 2.2. Names are the short ones."""
    world = World()
    world.create("a", schedule_time=datetime(2026, 11, 2, 9, 0, 0, 250000, tzinfo=UTC))
    world.stepper.until(datetime(2026, 11, 2, 10, 0, tzinfo=UTC))
    assert world.seen[0].headers == {
        "User-Agent": "Google-Cloud-Tasks",
        "X-CloudTasks-QueueName": "sync",
        "X-CloudTasks-TaskName": "a",
        "X-CloudTasks-TaskRetryCount": "0",
        "X-CloudTasks-TaskExecutionCount": "0",
        "X-CloudTasks-TaskETA": "1793610000.250000",
    }


def test_headers_count_retries_and_answers_other_than_5xx() -> None:
    """Google's page "Create HTTP target tasks": an execution count "does not include failures due to 5XX"."""
    world = World(backoff=TEN)
    answers = iter([404, 500, None, 200])

    def work(_: object) -> Response:
        status = next(answers)
        if status is None:
            raise TimeoutError
        return Response(status)

    world.answer = work
    world.create()
    world.stepper.by(300 * SECOND)
    names = ("TaskRetryCount", "TaskExecutionCount", "TaskPreviousResponse")
    said = [tuple(delivery.headers.get(f"X-CloudTasks-{name}") for name in names) for delivery in world.seen]
    assert said == [("0", "0", None), ("1", "1", "404"), ("2", "1", "500"), ("3", "1", None)]


def test_the_eta_of_a_retry_is_its_own() -> None:
    """Types: Task.schedule_time, "scheduled to be attempted or retried"."""
    world = World(backoff=TEN)
    world.says(500, 200)
    world.create()
    first, second = world.stepper.by(60 * SECOND)
    assert first.again
    assert second.delivery.headers["X-CloudTasks-TaskETA"] == f"{first.again.timestamp():.6f}"


def test_headers_google_keeps_to_itself_are_not_the_tasks_to_set() -> None:
    """Types: HttpRequest.headers, those "ignored or replaced"."""
    theirs = {
        "Host": "evil.test",
        "content-length": "3",
        "user-agent": "mine",
        "X-Google-Thing": "1",
        "x-appengine-queuename": "other",
        "X-CLOUDTASKS-TASKRETRYCOUNT": "9",
        "X-Pair": "ana",
    }
    world = World()
    world.create(http={"headers": theirs})
    world.stepper.due()
    sent = world.seen[0].headers
    assert sent["X-Pair"] == "ana"
    assert sent["User-Agent"] == "Google-Cloud-Tasks"
    assert sent["X-CloudTasks-TaskRetryCount"] == "0"
    assert not {"Host", "content-length", "user-agent", "X-Google-Thing", "x-appengine-queuename"} & set(sent)
    assert "X-CLOUDTASKS-TASKRETRYCOUNT" not in sent
    assert world.seen[0].request().headers["host"] == "worker.test"


def test_an_address_is_sent_encoded() -> None:
    """Types: HttpRequest.url, "Cloud Tasks will encode some characters"."""
    world = World()
    world.create(http={"url": "https://worker.test/a b/ü?x=%20&y=ä"})
    world.stepper.due()
    assert world.seen[0].url == "https://worker.test/a%20b/%C3%BC?x=%20&y=%C3%A4"
