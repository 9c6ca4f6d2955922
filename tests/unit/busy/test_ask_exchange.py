"""Whom to ask about whom: each address at its own domain, and nobody is free because a server failed."""

from dataclasses import replace

from calpair.busy.ask import may_ask
from calpair.model.busy import Question, Unknown
from calpair.model.directory import Entry
from calpair.model.side import Side
from unit.busy.ground import BUSY, END, START, Servers, asking, domain, nowhere

ask = asking(Side.EXCHANGE)


def test_each_address_is_asked_about_at_its_own_domain_in_one_call() -> None:
    servers = Servers()
    question = Question(("ana@a.test", "cora@b.test", "BEN@A.TEST"), START, END)
    answer = ask(
        question, {}, nowhere, [domain("a.test"), domain("b.test"), domain("c.test")], servers.begin, servers.note
    )
    assert servers.asked == [
        ("a.test", ["ana@a.test", "BEN@A.TEST"], START, END),
        ("b.test", ["cora@b.test"], START, END),
    ]
    assert list(answer.items()) == [("ana@a.test", BUSY), ("cora@b.test", BUSY), ("BEN@A.TEST", BUSY)]


def test_the_operators_limits_say_whose_mailboxes_are_whose() -> None:
    servers = Servers()
    question = Question(("ana@mail.test", "ben@hq"), START, END)
    ask(question, {}, nowhere, [domain("hq", "mail.test", "old.test")], servers.begin, servers.note)
    assert servers.asked == [("hq", ["ana@mail.test"], START, END)]


def test_who_belongs_to_no_domain_is_not_found_and_nobody_is_asked() -> None:
    servers = Servers()
    strange = ("@a.test", "ana@@a.test", " ana@a.test", "ana a@a.test", "a.test")
    question = Question(("x@elsewhere.test", "no address", "ana@sub.a.test", *strange), START, END)
    answer = ask(question, {}, nowhere, [domain("a.test")], servers.begin, servers.note)
    assert set(map(repr, answer.values())) == {repr(Unknown("not_found"))}
    assert servers.asked == []


def test_a_server_that_fails_leaves_its_own_unknown_and_the_others_answered() -> None:
    servers = Servers("a.test")
    question = Question(("ana@a.test", "cora@b.test"), START, END)
    answer = ask(question, {}, nowhere, [domain("a.test"), domain("b.test")], servers.begin, servers.note)
    assert answer == {"ana@a.test": Unknown("unavailable"), "cora@b.test": BUSY}
    assert servers.failed == ["a.test: the server answered ErrorServerBusy"]


def test_every_server_is_asked_before_one_is_waited_for() -> None:
    servers = Servers()
    ask(
        Question(("ana@a.test", "cora@b.test"), START, END),
        {},
        nowhere,
        [domain("a.test"), domain("b.test")],
        servers.begin,
        servers.note,
    )
    assert servers.waited == [("a.test", 2), ("b.test", 2)]


def test_who_has_another_name_in_the_directory_is_asked_about_by_that_and_answered_for_by_this() -> None:
    servers = Servers()
    entries = {
        "Ana@a.test": Entry("ana@a.test", "a.test", exchange="ana.b@a.test"),
        "ana.b@a.test": Entry("ana.b@a.test", "a.test", exchange="ana.b@a.test", google="ana@g.test"),
        "guest@a.test": Entry("guest@a.test", "a.test", google="guest@g.test"),
    }
    question = Question((*entries, "ben@a.test"), START, END)
    answer = ask(question, entries, nowhere, [domain("a.test")], servers.begin, servers.note)
    assert servers.asked == [("a.test", ["ana.b@a.test", "ben@a.test"], START, END)]
    assert list(answer.items()) == [
        ("Ana@a.test", BUSY),
        ("ana.b@a.test", BUSY),
        ("guest@a.test", Unknown("not_found")),
        ("ben@a.test", BUSY),
    ]


def test_whom_an_answer_leaves_out_is_not_free() -> None:
    question = Question(("ana@a.test", "ben@a.test"), START, END)
    answer = ask(question, {}, nowhere, [domain("a.test")], lambda *_: lambda: {"ana@a.test": []}, Servers().note)
    assert answer == {"ana@a.test": [], "ben@a.test": Unknown("no_data")}


def test_who_may_call_may_ask_about_every_domain_that_names_nobody() -> None:
    narrow = replace(domain("a.test"), callers=("planner@p.test",))
    for unlisted in (True, False):
        assert may_ask(domain("a.test"), "anybody@p.test", unlisted=unlisted) is unlisted
        assert may_ask(narrow, "Planner@P.test", unlisted=unlisted)
        assert not may_ask(narrow, "anybody@p.test", unlisted=unlisted)
        assert not may_ask(replace(narrow, callers=()), "planner@p.test", unlisted=unlisted)
