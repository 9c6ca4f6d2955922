"""The hand, the `_sim` paths, the command line and the mounts of the Exchange simulator."""

import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests

from simulators.__main__ import main
from simulators.exchange import Switches
from simulators.exchange.mount import SimulatorAdapter, adapter_for
from simulators.exchange.raw_client import ItemRef, RawClient, event, judged
from simulators.exchange.simulator import PATH, ExchangeSimulator
from simulators.exchange.switches import parse
from simulators.record import Fault
from simulators.wire import Crash, Request, mounted

NOON, ONE = datetime(2026, 11, 3, 12, tzinfo=UTC), datetime(2026, 11, 3, 13, tzinfo=UTC)


def _ask(simulator: ExchangeSimulator, method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
    response = simulator.handle(Request(method, path, body=body))
    return response.status, json.loads(response.body)


def test_the_state_shows_every_mailbox_in_plain_fields() -> None:
    simulator = judged()
    hand = simulator.mailbox("ana@a.test")
    made = hand.create(
        subject="Lunch",
        start=datetime(2026, 11, 3, 13, tzinfo=timezone(timedelta(hours=1))),
        end=ONE,
        start_zone="W. Europe Standard Time",
        reminder_minutes=None,
        categories=["Red"],
        extended={"mark": "x"},
        required=["bob@a.test"],
    )
    team = hand.add_folder("Team")
    status, state = _ask(simulator, "GET", "/_sim/state")
    assert status == 200
    assert set(state["mailboxes"]) == {"ana@a.test", "bob@a.test"}
    (item,) = state["mailboxes"]["ana@a.test"]["items"]
    assert (item["id"], item["change_key"], item["uid"]) == (made, hand.item(made).change_key, hand.item(made).uid)
    assert (item["start"], item["end"]) == ("2026-11-03T12:00:00+00:00", "2026-11-03T13:00:00+00:00")
    assert (item["start_zone"], item["end_zone"]) == ("W. Europe Standard Time", "W. Europe Standard Time")
    assert (item["reminder_minutes"], item["categories"], item["all_day"]) == (None, ["Red"], False)
    assert item["extended"] == {"00020329-0000-0000-c000-000000000046/mark": "x"}
    assert item["attendees"] == [
        {"kind": "required", "email": "bob@a.test", "name": "bob@a.test", "response": "Unknown"}
    ]
    hand.share_free_busy("None", "Bob@a.test")
    assert _ask(simulator, "GET", "/_sim/state")[1]["mailboxes"]["ana@a.test"]["free_busy"] == {"bob@a.test": "None"}
    hand.set_read_only()
    assert _ask(simulator, "GET", "/_sim/state")[1]["mailboxes"]["ana@a.test"]["read_only"] is True
    plain = {"subject", "body", "body_type", "location", "show_as", "sensitivity", "created", "modified", "recurrence"}
    assert plain <= set(item)
    assert state["mailboxes"]["ana@a.test"]["folders"] == {team: {"name": "Team", "items": []}}


def test_the_counters_count_requests_but_not_the_back_door() -> None:
    simulator = judged()
    client = RawClient(simulator)
    client.create(event("a"), event("b"))
    RawClient(simulator, password="wrong").sync()
    _ask(simulator, "GET", "/_sim/state")
    status, counters = _ask(simulator, "GET", "/_sim/counters")
    assert status == 200
    assert counters["requests"] == {"CreateItem": 1, "unauthorized": 1}
    assert (counters["requests_total"], counters["mails"]) == (2, 0)
    assert counters["failed_sign_ins"] == {"ana@a.test": 1}


def test_a_fault_is_planted_from_outside() -> None:
    simulator = judged()
    assert (
        _ask(simulator, "POST", "/_sim/fault", b'{"kind": "busy_fault", "operation": "GetItem", "seconds": 2}')[0]
        == 200
    )
    assert simulator.record.faults == [Fault("busy_fault", "GetItem", seconds=2)]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'{"kind": "typo"}', "typo"),
        (b'{"kind": "torn", "when": 1}', "when"),
        (b'{"kind": "torn", "nth": "1"}', "nth"),
        (b'{"kind": "torn", "times": true}', "times"),
        (b'{"operation": "GetItem"}', "kind"),
        (b'{"kind": "item_error"}', "detail"),
        (b"[]", "object"),
        (b"nonsense", "Expecting value"),
    ],
)
def test_a_wrong_fault_is_refused_with_a_line_that_names_it(body: bytes, named: str) -> None:
    simulator = judged()
    status, answer = _ask(simulator, "POST", "/_sim/fault", body)
    assert (status, named in answer["error"], simulator.record.faults) == (400, True, [])
    assert _ask(simulator, "POST", "/_sim/nothing")[0] == 404


def test_the_hand_refuses_words_it_does_not_know() -> None:
    hand = judged().mailbox("ANA@a.test")
    with pytest.raises(ValueError, match="colour"):
        hand.create(start=NOON, end=ONE, colour="red")
    with pytest.raises(ValueError, match="end"):
        hand.create(start=NOON)
    with pytest.raises(ValueError, match="time zone"):
        hand.create(start=datetime(2026, 11, 3), end=ONE)  # noqa: DTZ001 - the naive time is what is refused
    with pytest.raises(KeyError):
        hand.update("nothing", subject="x")
    with pytest.raises(KeyError):
        judged().mailbox("nobody@a.test")


def test_the_hand_changes_only_what_it_names() -> None:
    hand = judged().mailbox("ana@a.test")
    made = hand.create(subject="Lunch", start=NOON, end=ONE, extended={"a": "1"}, reminder_minutes=5)
    before = hand.item(made)
    key = hand.update(made, location="Canteen", extended={"b": "2"}, reminder_minutes=None)
    after = hand.item(made)
    assert (after.location, after.subject, after.change_key, after.created) == ("Canteen", "Lunch", key, before.created)
    assert (len(after.extended), after.reminder_minutes, after.reminder_kept) == (2, None, 5)
    assert after.modified > before.modified


def test_two_runs_are_alike() -> None:
    def run() -> tuple[Any, ...]:
        simulator = judged()
        made = RawClient(simulator).create(event()).refs[0]
        simulator.mailbox("ana@a.test").update(made.id, subject="x")
        return simulator.mailbox("ana@a.test").items()

    assert run() == run()


def test_switches_are_read_from_words() -> None:
    words = ["version=Exchange2016", "silent_resync=true", "requests_per_minute=5", "impersonation_denied=a@x,b@x"]
    expected = Switches("Exchange2016", silent_resync=True, requests_per_minute=5, impersonation_denied=("a@x", "b@x"))
    assert parse(words) == expected
    words = ["availability_days=62", "free_busy_access=None", "free_busy_denied=a@x", "service_free_busy=false"]
    assert parse(words) == Switches(
        availability_days=62, free_busy_access="None", free_busy_denied=("a@x",), service_free_busy=False
    )


def test_the_state_shows_the_free_busy_messages_read() -> None:
    simulator = judged(version="Exchange2010_SP2")
    group, nine, ten = "/o=O/ou=U", "2026-11-20T09:00:00+00:00", "2026-11-20T10:00:00+00:00"
    simulator.public_folders.add_administrative_group(group)
    span = (datetime.fromisoformat(nine), datetime.fromisoformat(ten))
    made = simulator.public_folders.overwrite(f"{group}/cn=R/cn=gus", busy=[span])
    (post,) = _ask(simulator, "GET", "/_sim/state")[1]["public_folders"][f"EX:{group}"]
    assert (post["id"], post["subject"], post["modifier"]) == (made, "USER-/CN=R/CN=GUS", "outlook")
    assert post["properties"]["tag/0x6853"] == ["32427"]
    assert (post["busy"], post["merged"], post["away"], post["faults"]) == ([[nine, ten]], [[nine, ten]], [], [])
    assert (post["start"], post["end"]) == ("2026-11-01T00:00:00+00:00", "2027-02-01T00:00:00+00:00")


@pytest.mark.parametrize(
    "word",
    [
        "nonsense=1",
        "version",
        "early_last=yes",
        "find_limit=many",
        "uid_case=upper",
        "free_busy_access=All",
        "permission_cache_minutes=-1",
        "public_create_code=ErrorServerBusy",
    ],
)
def test_wrong_switches_are_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r"switch|invalid literal"):
        parse([word])


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["elsewhere"],
        ["exchange", "--mailbox", "ana"],
        ["exchange", "--switch", "x=1"],
        ["exchange", "--switch", "version=1"],
        ["exchange", "--switch", "schemes=Kerberos"],
        ["exchange", "--switch", "token_seconds=0"],
        ["exchange", "--app", "app-1"],
        ["exchange", "--public-group", "First Organization"],
        ["exchange", "--contact", "gus@g.test:gus"],
        ["exchange", "--contact", "gus:/o=O/ou=U/cn=R/cn=gus"],
        ["exchange", "--switch", "public_free_busy_rights=All"],
    ],
)
def test_a_wrong_command_line_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code: object = main(words)
    except SystemExit as left:
        code = left.code
    assert code == 2
    assert "usage" in capsys.readouterr().err


def test_the_command_serves_on_a_port_and_says_where() -> None:
    command = [sys.executable, "-m", "simulators", "exchange", "--port", "0", "--mailbox", "eve@a.test:pw"]
    tests = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(tests)}
    group = "/o=O/ou=U"
    public = ["--public-group", group, "--public-owner", "eve@a.test", "--address-space", "g.test"]
    public += ["--contact", f"gus@g.test:{group}/cn=R/cn=gus"]
    command += ["--service", "s@a.test:pw", "--app", "app-1:s3", "--tenant", "t", "--switch", "schemes=NTLM,Bearer"]
    with subprocess.Popen(  # noqa: S603 - our own command, on loopback
        [*command, *public],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        try:
            assert line.startswith("exchange simulator at http://127.0.0.1:")
            assert line.endswith(f"{PATH}\n")
            base = line.split()[-1].removesuffix(PATH)
            state = requests.get(base + "/_sim/state", timeout=10).json()
            assert set(state["mailboxes"]) == {"eve@a.test"}
            assert state["public_folders"] == {f"EX:{group}": []}
            form = {"grant_type": "client_credentials", "scope": "https://outlook.office365.com/.default"}
            app = {"client_id": "app-1", "client_secret": "s3"}
            assert requests.post(base + "/t/oauth2/v2.0/token", data=form | app, timeout=10).status_code == 200
            offered = requests.post(base + PATH, timeout=10).headers["WWW-Authenticate"]
            assert offered == 'NTLM, Bearer realm="exchange.test"'
        finally:
            child.terminate()


def test_in_process_an_adapter_of_requests_carries_everything() -> None:
    simulator = judged()
    client = RawClient(simulator)
    session = requests.Session()
    session.mount("https://exchange.test/", SimulatorAdapter(simulator))
    url, headers = "https://exchange.test" + PATH, {"Authorization": client.authorization}
    refused = session.post(url, data=b"x")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Negotiate, Basic realm="exchange.test"')
    body = client.envelope("<m:Nonsense/>")
    for kind, error in (
        ("lost_reply", requests.exceptions.ConnectionError),
        ("timeout_before", requests.exceptions.ReadTimeout),
        ("crash_after", Crash),
    ):
        simulator.record.plant(Fault(kind))
        with pytest.raises(error):
            session.post(url, data=_sync(client), headers=headers)
    assert session.post(url, data=_sync(client).decode(), headers=headers).status_code == 200
    assert session.post(url, data=body, headers=headers).status_code == 500
    assert isinstance(adapter_for(simulator)(pool_maxsize=1), SimulatorAdapter)


def _sync(client: RawClient) -> bytes:
    shape = "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>"
    folder = "<m:SyncFolderId><t:DistinguishedFolderId Id='calendar'/></m:SyncFolderId>"
    most = "<m:MaxChangesReturned>9</m:MaxChangesReturned>"
    return client.envelope(f"<m:SyncFolderItems>{shape}{folder}{most}</m:SyncFolderItems>")


def test_many_threads_on_a_port_lose_nothing() -> None:
    simulator = judged()
    client = RawClient(simulator)
    data = client.envelope(
        f"<m:CreateItem SendMeetingInvitations='SendToNone'><m:Items>{event()}</m:Items></m:CreateItem>"
    )
    headers = {"Authorization": client.authorization}
    with mounted(simulator) as base:

        def work() -> None:
            for _ in range(5):
                requests.post(base + PATH, data=data, headers=headers, timeout=10)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    items = simulator.mailbox("ana@a.test").items()
    assert (len(items), len({item.id for item in items})) == (20, 20)
    assert len({item.change_key for item in items}) == 20


def test_a_fault_on_a_port_cuts_the_connection() -> None:
    simulator = judged()
    client = RawClient(simulator)
    simulator.record.plant(Fault("lost_reply"))
    with mounted(simulator) as base, pytest.raises(requests.exceptions.ConnectionError):
        requests.post(base + PATH, data=_sync(client), headers={"Authorization": client.authorization}, timeout=10)


def test_ids_of_another_mailbox_do_not_open_ones_own() -> None:
    simulator = judged()
    made = simulator.mailbox("bob@a.test").create(start=NOON, end=ONE)
    assert RawClient(simulator).get(ItemRef(made, "")).codes == ["ErrorItemNotFound"]
