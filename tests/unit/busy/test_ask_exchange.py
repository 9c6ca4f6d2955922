"""Whom to ask about whom: each address at its own domain, and nobody is free because a server failed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from calpair.busy.ask_exchange import ask, may_ask
from calpair.errors import BackOffError, CalpairError
from calpair.model.busy import Answer, Block, Busy, Question, Unknown
from calpair.model.pair import Domain, ExchangeAuth, ExchangeServer, GoogleAuth, GoogleService, Limits

START, END = datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)
BUSY = [Block(START, END, Busy.BUSY)]


def domain(name: str, *mailboxes: str) -> Domain:
    server = ExchangeServer(f"https://{name}/EWS/Exchange.asmx", ExchangeAuth.BASIC, "svc", "env:P")
    return Domain(name, server, GoogleService(GoogleAuth.TOKEN), Limits(mailbox_domains=mailboxes))


class Servers:
    def __init__(self, *down: str) -> None:
        self.asked: list[Any] = []
        self.waited: list[tuple[str, int]] = []
        self.failed: list[str] = []
        self._down = down

    def begin(self, one: Domain, addresses: Sequence[str], start: datetime, end: datetime) -> Callable[[], Answer]:
        self.asked.append((one.name, list(addresses), start, end))

        def wait() -> Answer:
            self.waited.append((one.name, len(self.asked)))
            if one.name in self._down:
                raise BackOffError("ErrorServerBusy")
            return dict.fromkeys(addresses, BUSY)

        return wait

    def note(self, name: str, error: CalpairError) -> None:
        self.failed.append(f"{name}: {error}")


def test_each_address_is_asked_about_at_its_own_domain_in_one_call() -> None:
    servers = Servers()
    question = Question(("ana@a.test", "cora@b.test", "BEN@A.TEST"), START, END)
    answer = ask(question, [domain("a.test"), domain("b.test"), domain("c.test")], servers.begin, servers.note)
    assert servers.asked == [
        ("a.test", ["ana@a.test", "BEN@A.TEST"], START, END),
        ("b.test", ["cora@b.test"], START, END),
    ]
    assert list(answer.items()) == [("ana@a.test", BUSY), ("cora@b.test", BUSY), ("BEN@A.TEST", BUSY)]


def test_the_operators_limits_say_whose_mailboxes_are_whose() -> None:
    servers = Servers()
    question = Question(("ana@mail.test", "ben@hq"), START, END)
    ask(question, [domain("hq", "mail.test", "old.test")], servers.begin, servers.note)
    assert servers.asked == [("hq", ["ana@mail.test"], START, END)]


def test_who_belongs_to_no_domain_is_not_found_and_nobody_is_asked() -> None:
    servers = Servers()
    strange = ("@a.test", "ana@@a.test", " ana@a.test", "ana a@a.test", "a.test")
    question = Question(("x@elsewhere.test", "no address", "ana@sub.a.test", *strange), START, END)
    answer = ask(question, [domain("a.test")], servers.begin, servers.note)
    assert set(map(repr, answer.values())) == {repr(Unknown("not_found"))}
    assert servers.asked == []


def test_a_server_that_fails_leaves_its_own_unknown_and_the_others_answered() -> None:
    servers = Servers("a.test")
    question = Question(("ana@a.test", "cora@b.test"), START, END)
    answer = ask(question, [domain("a.test"), domain("b.test")], servers.begin, servers.note)
    assert answer == {"ana@a.test": Unknown("unavailable"), "cora@b.test": BUSY}
    assert servers.failed == ["a.test: the server answered ErrorServerBusy"]


def test_every_server_is_asked_before_one_is_waited_for() -> None:
    servers = Servers()
    ask(
        Question(("ana@a.test", "cora@b.test"), START, END),
        [domain("a.test"), domain("b.test")],
        servers.begin,
        servers.note,
    )
    assert servers.waited == [("a.test", 2), ("b.test", 2)]


def test_who_may_call_may_ask_about_every_domain_that_names_nobody() -> None:
    narrow = replace(domain("a.test"), callers=("planner@p.test",))
    assert may_ask(domain("a.test"), "anybody@p.test")
    assert may_ask(narrow, "Planner@P.test")
    assert not may_ask(narrow, "anybody@p.test")
    assert not may_ask(replace(narrow, callers=()), "planner@p.test")
