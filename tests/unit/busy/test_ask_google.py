"""Whom to ask about Google users: each address at its own domain's Google, and nobody is free because that failed."""

from calpair.model.busy import Question, Unknown
from calpair.model.directory import Entry
from calpair.model.side import Side
from unit.busy.ground import BUSY, END, START, Servers, asking, domain, nowhere

ask = asking(Side.GOOGLE)

A = domain("a.test", "a.test", calendars=["g.test", "rooms.test"])
B = domain("b.test", calendars=["gb.test"])


def test_each_address_is_asked_about_at_its_own_domain_in_one_call() -> None:
    servers = Servers()
    question = Question(("ana@g.test", "cora@gb.test", "ROOM@Rooms.test"), START, END)
    answer = ask(question, {}, nowhere, [A, B], servers.begin, servers.note)
    assert servers.asked == [
        ("a.test", ["ana@g.test", "ROOM@Rooms.test"], START, END),
        ("b.test", ["cora@gb.test"], START, END),
    ]
    assert list(answer.items()) == [("ana@g.test", BUSY), ("cora@gb.test", BUSY), ("ROOM@Rooms.test", BUSY)]
    assert servers.waited == [("a.test", 2), ("b.test", 2)]


def test_the_name_of_a_domain_says_nothing_of_its_google_users() -> None:
    servers = Servers()
    question = Question(("ana@a.test", "ana@b.test", "ana@c.test", "primary"), START, END)
    answer = ask(question, {}, nowhere, [A, B, domain("c.test")], servers.begin, servers.note)
    assert (set(map(repr, answer.values())), servers.asked) == ({repr(Unknown("not_found"))}, [])


def test_a_contact_is_asked_about_at_google_by_the_name_it_has_there() -> None:
    servers = Servers()
    entries = {
        "ana@a.test": Entry("ana@a.test", "a.test", exchange="ana@a.test", google="ana@g.test"),
        "ben@g.test": Entry("ben@g.test", "a.test", exchange="ben@a.test"),
    }
    answer = ask(Question(tuple(entries), START, END), entries, nowhere, [A], servers.begin, servers.note)
    assert servers.asked == [("a.test", ["ana@g.test"], START, END)]
    assert answer == {"ana@a.test": BUSY, "ben@g.test": Unknown("not_found")}


def test_who_is_in_a_pair_is_asked_about_at_its_domain() -> None:
    servers = Servers()
    of = {(Side.GOOGLE, "shared@gb.test"): "a.test"}
    free = domain("a.test")
    question = Question(("Shared@gb.test",), START, END)
    ask(question, {}, lambda side, one: of.get((side, one)), [B, free], servers.begin, servers.note)
    assert servers.asked == [("a.test", ["Shared@gb.test"], START, END)]


def test_a_google_that_fails_leaves_its_own_unknown_and_the_others_answered() -> None:
    servers = Servers("a.test")
    question = Question(("ana@g.test", "cora@gb.test"), START, END)
    answer = ask(question, {}, nowhere, [A, B], servers.begin, servers.note)
    assert answer == {"ana@g.test": Unknown("unavailable"), "cora@gb.test": BUSY}
    assert servers.failed == ["a.test: the server answered ErrorServerBusy"]
