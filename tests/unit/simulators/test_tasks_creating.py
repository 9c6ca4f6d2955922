"""What Cloud Tasks accepts as a task, and what it fills in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core.exceptions import InvalidArgument, MethodNotImplemented, NotFound
from google.cloud import tasks_v2
from google.protobuf.timestamp_pb2 import Timestamp

from simulators.tasks import Settings
from unit.simulators.tasks_world import QUEUE, SECOND, URL, World

FULL = tasks_v2.Task.View.FULL


def test_a_bare_task_is_posted_now_with_ten_minutes_to_answer() -> None:
    """Types: HttpRequest.http_method, Task.schedule_time, Task.create_time, Task.dispatch_deadline."""
    task = World().create()
    assert task.http_request.http_method == tasks_v2.HttpMethod.POST
    assert task.schedule_time == datetime(2026, 11, 2, 8, 0, 0, 2000, tzinfo=UTC)
    assert task.create_time == datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    assert task.dispatch_deadline == timedelta(minutes=10)


def test_a_task_without_a_name_gets_an_id_of_its_own() -> None:
    """Types: CreateTaskRequest.task, "the system will generate a random unique task id"."""
    world = World()
    ids = [world.create().name.removeprefix(f"{QUEUE}/tasks/") for _ in range(50)]
    assert len(set(ids)) == 50
    assert all(word.isdigit() for word in ids)
    assert ids != sorted(ids)


def test_a_schedule_time_in_the_past_is_now() -> None:
    """Types: CreateTaskRequest.task, "is not set or is in the past then Cloud Tasks will set it to the current time"."""
    world = World()
    task = world.create(schedule_time=datetime(2020, 1, 1, tzinfo=UTC))
    assert task.schedule_time == task.create_time.replace(microsecond=2000)


def test_output_only_fields_are_not_the_callers_to_set() -> None:
    """Types: Task.dispatch_count, response_count, create_time."""
    task = World().create(dispatch_count=7, response_count=7, create_time=datetime(2020, 1, 1, tzinfo=UTC))
    assert (task.dispatch_count, task.response_count, task.create_time.year) == (0, 0, 2026)


def test_thirty_days_ahead_is_as_far_as_it_goes() -> None:
    """Facts 2.2; the sentence as people report it (keypup-io/cloudtasker 45, bettersg/checkMate 510)."""
    world = World()
    limit = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
    assert world.create(schedule_time=limit).schedule_time == limit
    with pytest.raises(InvalidArgument) as refused:
        world.create(schedule_time=limit + timedelta(hours=1, milliseconds=690))
    assert refused.value.message == (
        "The Task.scheduleTime, 2026-12-02T01:00:00.690000-08:00, is too far in the future. "
        "Schedule time must be no more than 720h in the future."
    )


@pytest.mark.parametrize("seconds", [15, 1800])
def test_a_dispatch_deadline_of_fifteen_seconds_to_thirty_minutes_is_kept(seconds: int) -> None:
    """Types: Task.dispatch_deadline, "must be in the interval [15 seconds, 30 minutes]", to the millisecond."""
    assert World().create(dispatch_deadline=timedelta(seconds=seconds)).dispatch_deadline == timedelta(seconds=seconds)
    odd = timedelta(seconds=20, microseconds=1999)
    assert World().create(dispatch_deadline=odd).dispatch_deadline == timedelta(seconds=20, milliseconds=1)


@pytest.mark.parametrize(
    "fields",
    [
        {"dispatch_deadline": timedelta(seconds=14, milliseconds=999)},
        {"dispatch_deadline": timedelta(seconds=1801)},
        {"dispatch_deadline": timedelta(0)},
        {"schedule_time": Timestamp(seconds=1 << 60)},
        {"retry_config": {"max_attempts": -2}},
        {"retry_config": {"min_backoff": timedelta(seconds=9), "max_backoff": timedelta(seconds=8)}},
        {"http": {"url": ""}},
        {"http": {"url": "ftp://worker.test/"}},
        {"http": {"url": "https://"}},
        {"http": {"url": "worker.test"}},
        {"http": {"url": "http://[::1/"}},
        {"http": {"body": b"x", "http_method": "GET"}},
        {"http": {"body": b"x", "http_method": "DELETE"}},
        {"http": {"headers": {"X-A": "one\r\nX-B: two"}}},
        {"http": {"headers": {"X A": "one"}}},
        {"http": {"headers": {"": "one"}}},
        {"http": {"oidc_token": {"audience": "https://worker.test"}}},
    ],
    ids=str,
)
def test_what_breaks_a_rule_of_the_types_is_refused_and_not_stored(fields: dict[str, Any]) -> None:
    """Types: Task, HttpRequest ("must begin with", "allowed only if the HTTP method is POST, PUT, or PATCH"), OidcToken."""
    world = World()
    with pytest.raises(InvalidArgument):
        world.create(**fields)
    assert world.left() == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_body_goes_with_these_methods(method: str) -> None:
    """Types: HttpRequest.body."""
    world = World()
    world.create(http={"body": b"x", "http_method": method})
    world.stepper.due()
    assert [(delivery.method, delivery.body) for delivery in world.seen] == [(method, b"x")]


@pytest.mark.parametrize(("letters", "fits"), [(2083, True), (2084, False)])
def test_a_url_has_2083_characters_at_most(letters: int, fits: bool) -> None:
    """Types: HttpRequest.url, "2083 characters after encoding"; ü is six of them."""
    plain = "https://worker.test/".ljust(letters, "a")
    encoded = "https://worker.test/ü".ljust(letters - 5, "a")
    for url in (plain, encoded):
        if fits:
            assert World().create(http={"url": url})
        else:
            with pytest.raises(InvalidArgument):
                World().create(http={"url": url})


@pytest.mark.parametrize(("size", "fits"), [(80 * 1024 - 1, True), (80 * 1024, False)])
def test_headers_are_less_than_80_kb(size: int, fits: bool) -> None:
    """Types: HttpRequest.headers."""
    headers = {"X-Long": "a" * (size - len("X-Long"))}
    if fits:
        assert World().create(http={"headers": headers})
    else:
        with pytest.raises(InvalidArgument):
            World().create(http={"headers": headers})


def test_a_task_has_a_mebibyte_at_most_or_what_the_setting_says() -> None:
    """Facts 2.2, quotas page (1 MiB); the client's docstring still says 100 KB, hence a setting."""
    assert World().create(http={"body": bytes(1024 * 1024 - 500)})
    with pytest.raises(InvalidArgument):
        World().create(http={"body": bytes(1024 * 1024)})
    with pytest.raises(InvalidArgument):
        World(Settings(task_bytes=100_000)).create(http={"body": bytes(100_000)})


@pytest.mark.parametrize(
    ("queue", "task"),
    [
        ("sync", "a/b"),
        ("sync", "ümlaut"),
        ("sync", "a.b"),
        ("sync", "a" * 501),
        ("sync", "new\nline"),
        ("sync", "last\n"),
        ("under_score", "a"),
        ("a" * 101, "a"),
    ],
)
def test_a_name_of_another_form_is_refused(queue: str, task: str) -> None:
    """Types: Task.name and Queue.name."""
    with pytest.raises(InvalidArgument):
        World().create(task, queue=f"{QUEUE.rpartition('/')[0]}/{queue}")


def test_a_name_may_have_500_letters_digits_hyphens_and_underscores() -> None:
    """Types: Task.name."""
    word = ("Az09-_" * 84)[:500]
    assert World().create(word).name == f"{QUEUE}/tasks/{word}"


def test_a_task_is_named_in_its_own_queue() -> None:
    """Types: Task.name holds the queue."""
    with pytest.raises(InvalidArgument):
        World().client.create_task(
            request={"parent": QUEUE, "task": {"name": f"{QUEUE}-2/tasks/a", "http_request": {"url": URL}}}
        )


def test_a_queue_nobody_made_is_not_found() -> None:
    """Types: CreateTaskRequest.parent, "must already exist"; the sentence as people report it."""
    with pytest.raises(NotFound, match="If you just created the queue, wait at least a minute"):
        World().create(queue=f"{QUEUE}-2")


@pytest.mark.parametrize(
    "task",
    [
        {"app_engine_http_request": {"relative_uri": "/"}},
        {"http_request": {"url": URL, "oauth_token": {"service_account_email": "a@b.test"}}},
    ],
)
def test_what_is_not_modelled_is_said_to_be(task: dict[str, Any]) -> None:
    with pytest.raises(MethodNotImplemented):
        World().client.create_task(request={"parent": QUEUE, "task": task})
    with pytest.raises(InvalidArgument):
        World().client.create_task(request={"parent": QUEUE, "task": {}})


def test_a_body_is_shown_in_the_full_view_alone() -> None:
    """Types: Task.View, BASIC is the default and has no body."""
    world = World()
    world.create("a", http={"body": b"private"}, schedule_time=world.clock.now() + SECOND)
    name = f"{QUEUE}/tasks/a"
    basic = world.client.get_task(name=name)
    full = world.client.get_task(request={"name": name, "response_view": FULL})
    assert (basic.http_request.body, basic.view) == (b"", tasks_v2.Task.View.BASIC)
    assert (full.http_request.body, full.view) == (b"private", FULL)
    [listed] = world.client.list_tasks(parent=QUEUE)
    assert listed.http_request.body == b""
    assert [task.http_request.body for task in world.simulator.tasks(QUEUE)] == [b"private"]
