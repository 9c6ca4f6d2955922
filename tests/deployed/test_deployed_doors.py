"""Who may call a function, and what is done with what nobody sends: one clear line, and no work."""

import json
from collections.abc import Iterator

import pytest

from deployed.company import Company
from deployed.environment import EVENTS, LOOK_UP, SCHEDULER, TASKS

pytestmark = pytest.mark.needs("firestore", "wheels")


@pytest.fixture(autouse=True)
def untouched(office: Company) -> Iterator[None]:
    before = office.calls(), office.stored()
    yield
    assert (office.calls(), office.stored()) == before
    assert office.queue.waiting() == []


@pytest.mark.parametrize(
    "row",
    ["dispatch", "renew", "sync_pair", "publish_free_busy", "pair_written", "domain_written", "entry_written"],
)
def test_nobody_without_a_token_is_let_in(office: Company, row: str) -> None:
    answer = office.functions[row].call(body=b'{"pair": "ana"}')
    assert answer.status == 401
    assert answer.said == {"error": "an ID token is needed: Authorization: Bearer TOKEN"}
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="calpair"'


@pytest.mark.parametrize(
    ("row", "account"),
    [
        ("dispatch", TASKS),
        ("dispatch", EVENTS),
        ("renew", TASKS),
        ("sync_pair", SCHEDULER),
        ("publish_free_busy", SCHEDULER),
        ("pair_written", TASKS),
        ("entry_written", SCHEDULER),
    ],
)
def test_a_function_is_called_by_its_own_caller_alone(office: Company, row: str, account: str) -> None:
    function = office.functions[row]
    answer = function.call(office.queue.token(account, function.url), b'{"pair": "ana"}')
    assert (answer.status, answer.said) == (403, {"error": "this account may not call this function"})


@pytest.mark.parametrize(
    ("row", "account"), [("dispatch", SCHEDULER), ("sync_pair", TASKS), ("exchange_free_busy", LOOK_UP)]
)
def test_a_token_for_another_function_opens_nothing(office: Company, row: str, account: str) -> None:
    answer = office.functions[row].call(office.queue.token(account, "https://elsewhere.test"), b'{"pair": "ana"}')
    assert answer.status == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"no JSON", b"[" * 2000, b"[]", b"{}", b'{"pair": 7}', b'{"pair": ""}', b'{"pair": "ana", "key": 1}'],
    ids=["nothing", "no JSON", "deep", "a list", "no pair", "a number", "no name", "an odd key"],
)
def test_a_task_that_says_nothing_is_refused_in_a_line(office: Company, body: bytes) -> None:
    answer = office.task(body)
    assert (answer.status, answer.said) == (
        400,
        {"error": 'a task is JSON that names a pair: {"pair": "NAME"}'},
    )


def test_a_task_that_says_too_much_is_refused_unread(office: Company) -> None:
    answer = office.task(json.dumps({"pair": "a" * 5000}).encode())
    assert (answer.status, answer.said) == (413, {"error": "at most 4096 bytes are read"})


@pytest.mark.parametrize("name", ["nobody", "no/body", "..", "__odd__", "\u2028", "x" * 2000])
def test_a_task_for_a_pair_nobody_knows_is_done(office: Company, name: str) -> None:
    assert office.task({"pair": name, "key": "f" * 40}).said == {"outcome": "unknown"}


def test_nothing_is_done_for_who_only_looks(office: Company) -> None:
    function = office.functions["dispatch"]
    answer = function.call(office.queue.token(SCHEDULER, function.url), method="GET")
    assert (answer.status, answer.said) == (405, {"error": "POST is the only way to call this"})


@pytest.mark.parametrize(
    "document", ["", "pairs", "pairs/", "links/k", "pairs/..", "pairs/a/b", "pairs/%2F", "status/ana"]
)
def test_an_event_of_a_document_that_is_nobodys_is_answered(office: Company, document: str) -> None:
    assert office.written(document).said == {"asked": 0}
