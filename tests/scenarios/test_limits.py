"""The operator's limits hold on every use: a document changed in the store between two runs is refused at the next."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from calpair.errors import AccessLostError, UsageError
from calpair.model.side import Side
from scenarios.stage import Stage

LIMITS = {
    "mailbox_domains": ["a.test"],
    "calendar_domains": ["g.test"],
    "hosts": ["exchange.a.test"],
    "secrets": ["env:PASSWORD", "env:TOKEN"],
}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A pair within the limits, in step."""
    one = Stage(tmp_path)
    one.domains["a.test"]["limits"] = LIMITS
    one.start()
    one.outlook("Lunch")
    one.settle()
    return one


def write(stage: Stage, collection: str, key: str, field: str, value: Any) -> None:
    """Change a document in the store, as somebody else does: another process, a console, whoever gets at it."""
    doc = stage.app.store.get(collection, key)
    assert doc
    first, _, second = field.partition(".")
    changed = {**doc.data, first: {**doc.data.get(first, {}), second: value} if second else value}
    stage.app.store.put(replace(doc, data=changed))
    stage.later(seconds=6)


@pytest.mark.parametrize(
    ("collection", "field", "value", "limit"),
    [
        ("domains", "exchange.url", "https://mail.evil.example/EWS/Exchange.asmx", "limits.hosts"),
        ("domains", "exchange.url", "https://169.254.169.254/", "limits.hosts"),
        ("domains", "exchange.token_url", "https://login.evil.example/token", "limits.hosts"),
        ("domains", "google.url", "https://calendar.evil.example/", "limits.hosts"),
        ("domains", "exchange.secret", "env:KEY", "limits.secrets"),
        ("domains", "google.secret", "file:calpair.db", "limits.secrets"),
        ("domains", "limits.mailbox_domains", ["b.test"], "limits.mailbox_domains"),
        ("domains", "limits.hosts", ["other.a.test"], "limits.hosts"),
        ("domains", "limits.secrets", ["env:TOKEN"], "limits.secrets"),
        ("domains", "google_user", "boss@other.test", "limits.calendar_domains"),
        ("pairs", "mailbox", "boss@b.test", "limits.mailbox_domains"),
        ("pairs", "calendar", "boss@other.test", "limits.calendar_domains"),
        ("pairs", "google_user", "boss@other.test", "limits.calendar_domains"),
    ],
)
def test_what_leaves_the_limits_is_refused_before_anybody_is_asked(
    stage: Stage, collection: str, field: str, value: Any, limit: str
) -> None:
    stage.outlook("Dinner", day=6)
    asked = stage.requests()
    write(stage, collection, "a.test" if collection == "domains" else "ana", field, value)
    with pytest.raises(UsageError):
        stage.run()
    assert any(limit in str(problem) for problem in stage.app.problems())
    assert stage.requests() == asked
    stage.start()


def test_what_comes_back_within_them_goes_on(stage: Stage) -> None:
    write(stage, "pairs", "ana", "mailbox", "boss@b.test")
    assert stage.tries() == "UsageError"
    write(stage, "pairs", "ana", "mailbox", "ana@a.test")
    stage.outlook("Dinner", day=6)
    stage.settle()
    assert stage.titles() == ["Dinner", "Lunch"]


def test_a_secret_is_read_as_its_document_names_it_now(stage: Stage) -> None:
    """A connection that was made under the old document is not used under the new one."""
    stage.environment["PASSWORD"] = "changed on the server, not yet here"
    write(stage, "domains", "a.test", "exchange.timeout_seconds", 30)
    assert stage.tries() == "SignInError"


class TestRealConnections:
    """The same pair without transports of its own: nothing is connected to, for the name is not what it says."""

    @pytest.fixture
    def stage(self, tmp_path: Path) -> Stage:
        one = Stage(tmp_path)
        one.start()
        return one

    @pytest.mark.parametrize("side", list(Side))
    @pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254"])
    def test_a_name_made_to_stand_for_this_machine_is_refused(self, stage: Stage, side: Side, address: str) -> None:
        transports = stage.app.transports
        asked: list[str] = []

        def resolve(host: str, _port: int) -> list[str]:
            asked.append(host)
            return [address]

        stage.app.transports = replace(transports, resolve=resolve, **{side.value: None})
        with pytest.raises(AccessLostError, match=r"limits\.hosts") as caught:
            stage.run()
        assert caught.value.code == "AddressRefused"
        assert set(asked) == {"exchange.a.test" if side is Side.EXCHANGE else "www.googleapis.com"}
        assert stage.status()["state"] == "failing"
        assert "limits.hosts" in stage.status()["sentence"]
