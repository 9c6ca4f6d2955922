"""Whose an address is: the directory says it, else a pair, else the mail domain; and never what the limits leave out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from calpair.busy.registered import Place, by_address, registered
from calpair.model.directory import Entry
from calpair.model.pair import Domain
from calpair.model.side import Side
from unit.busy.ground import domain, nowhere, pair

EXCHANGE, GOOGLE = Side.EXCHANGE, Side.GOOGLE
FREE = domain("free.test")
"""A domain whose operator limits nothing."""
A = domain("a.test", "a.test", "old.test", calendars=["g.test"])
ROOM = "c_188@resource.calendar.google.com"


def place(
    address: str,
    side: Side,
    entry: Entry | None = None,
    paired: Mapping[tuple[Side, str], str] | None = None,
    domains: Sequence[Domain] = (A, FREE),
    open_to: frozenset[str] | None = None,
) -> tuple[str, str] | None:
    """The name of the domain, and the name to ask it about."""
    found = registered(address, side, entry, lambda *at: (paired or {}).get(at), domains, open_to)
    return None if found is None else (found.domain.name, found.name)


def both(address: str, entry: Entry, **more: Any) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """Where it is asked about on Exchange, and where on Google."""
    return place(address, EXCHANGE, entry, **more), place(address, GOOGLE, entry, **more)


class TestTheDirectory:
    @pytest.mark.parametrize("address", ["ana@a.test", "ana@g.test", "ANA@old.test"])
    def test_an_entry_gives_the_name_on_each_side(self, address: str) -> None:
        entry = Entry(address.lower(), "a.test", exchange="ana@a.test", google="ana@g.test")
        assert both(address, entry) == (("a.test", "ana@a.test"), ("a.test", "ana@g.test"))

    def test_who_has_no_address_on_a_side_is_not_there_though_the_mail_domain_fits(self) -> None:
        google = Entry("ana@a.test", "a.test", google="ana@g.test")
        assert both("ana@a.test", google) == (None, ("a.test", "ana@g.test"))
        exchange = Entry("ana@g.test", "a.test", exchange="ana@a.test")
        assert both("ana@g.test", exchange) == (("a.test", "ana@a.test"), None)

    def test_an_entry_is_asked_before_pairs_and_mail_domains(self) -> None:
        entry = Entry("ana@a.test", "free.test", exchange="ana@mail.test")
        paired = {(EXCHANGE, "ana@a.test"): "a.test", (GOOGLE, "ana@a.test"): "a.test"}
        assert both("ana@a.test", entry, paired=paired) == (("free.test", "ana@mail.test"), None)

    def test_whose_domain_is_not_among_these_is_nobodys_here(self) -> None:
        entry = Entry("ana@a.test", "gone.test", exchange="ana@a.test", google="ana@g.test")
        assert both("ana@a.test", entry) == (None, None)

    def test_a_calendar_that_is_nobodys_own_may_be_anybodys(self) -> None:
        assert place("room@a.test", GOOGLE, Entry("room@a.test", "a.test", google=ROOM)) == ("a.test", ROOM)
        assert place(ROOM, GOOGLE, Entry(ROOM, "a.test", google=ROOM)) == ("a.test", ROOM)
        assert place(ROOM, GOOGLE) is None


class TestTheLimits:
    @pytest.mark.parametrize(
        ("side", "name"),
        [(EXCHANGE, "boss@other.test"), (GOOGLE, "boss@other.test"), (EXCHANGE, ROOM), (GOOGLE, "ana@a.test")],
    )
    def test_no_entry_names_anybody_beyond_them(self, side: Side, name: str) -> None:
        assert place("boss@a.test", side, Entry("boss@a.test", "a.test", **{side.value: name})) is None

    def test_an_entry_for_an_address_beyond_them_neither_answers_for_it_nor_hides_it(self) -> None:
        other = domain("other.test", "other.test", calendars=["other.test"])
        entry = Entry("boss@other.test", "a.test", exchange="ana@a.test", google="ana@g.test")
        assert both("boss@other.test", entry) == (None, None)
        found = both("boss@other.test", entry, domains=(A, other))
        assert found == (("other.test", "boss@other.test"), ("other.test", "boss@other.test"))

    def test_where_the_operator_wrote_none_an_entry_may_name_anybody(self) -> None:
        entry = Entry("boss@other.test", "free.test", exchange="boss@mail.test", google="boss@g.test")
        assert both("boss@other.test", entry) == (("free.test", "boss@mail.test"), ("free.test", "boss@g.test"))

    def test_no_pair_has_anybody_beyond_them(self) -> None:
        paired = {(EXCHANGE, "boss@other.test"): "a.test", (GOOGLE, "boss@other.test"): "a.test"}
        assert [place("boss@other.test", side, None, paired) for side in Side] == [None, None]


class TestPairs:
    def test_a_pair_says_whose_an_address_is_before_the_mail_domain_does(self) -> None:
        both = domain("one.test", "mail.test"), domain("two.test", "mail.test")
        paired = {(EXCHANGE, "ana@mail.test"): "two.test"}
        assert place("Ana@mail.test", EXCHANGE, None, paired, both) == ("two.test", "Ana@mail.test")
        assert place("ben@mail.test", EXCHANGE, None, paired, both) == ("one.test", "ben@mail.test")

    def test_who_is_in_a_pair_of_a_domain_that_is_not_among_these_is_nobodys_here(self) -> None:
        assert place("ana@a.test", EXCHANGE, None, {(EXCHANGE, "ana@a.test"): "gone.test"}) is None

    def test_an_enabled_pair_has_its_mailbox_its_calendar_and_its_user(self) -> None:
        found = by_address(
            [
                pair("ana", "a.test", "Ana@a.test", "ANA@g.test"),
                pair("room", "a.test", "room@a.test", ROOM, "robot@g.test"),
                pair("off", "a.test", "off@a.test", "off@g.test", enabled=False),
                pair("again", "b.test", "ana@a.test", "ana@gb.test"),
            ]
        )
        assert found == {
            (EXCHANGE, "ana@a.test"): "a.test",
            (GOOGLE, "ana@g.test"): "a.test",
            (EXCHANGE, "room@a.test"): "a.test",
            (GOOGLE, ROOM): "a.test",
            (GOOGLE, "robot@g.test"): "a.test",
            (GOOGLE, "ana@gb.test"): "b.test",
        }

    def test_pairs_are_looked_through_only_where_no_entry_says_it(self) -> None:
        asked: list[Any] = []

        def paired(side: Side, address: str) -> None:
            asked.append((side, address))

        registered("ana@a.test", EXCHANGE, Entry("ana@a.test", "a.test"), paired, [A])
        registered("no address", EXCHANGE, None, paired, [A])
        assert asked == []
        registered("Ana@a.test", EXCHANGE, None, paired, [A])
        assert asked == [(EXCHANGE, "ana@a.test")]


class TestMailDomains:
    @pytest.mark.parametrize(
        ("address", "side", "where"),
        [
            ("ana@a.test", EXCHANGE, "a.test"),
            ("ana@OLD.test", EXCHANGE, "a.test"),
            ("ana@g.test", EXCHANGE, None),
            ("ana@g.test", GOOGLE, "a.test"),
            ("ana@a.test", GOOGLE, None),
            ("ana@Free.test", EXCHANGE, "free.test"),
            ("ana@free.test", GOOGLE, None),
            ("ana@sub.a.test", EXCHANGE, None),
        ],
    )
    def test_without_anything_else_the_mail_domain_says_it(self, address: str, side: Side, where: str | None) -> None:
        assert place(address, side) == (where and (where, address))

    @pytest.mark.parametrize("address", ["@a.test", "ana@@a.test", " ana@a.test", "ana a@a.test", "a.test", "primary"])
    def test_what_is_no_address_is_nobodys(self, address: str) -> None:
        assert place(address, EXCHANGE, Entry(address, "a.test", exchange="ana@a.test")) is None
        assert registered(address, GOOGLE, None, nowhere, [A]) is None

    def test_a_place_is_the_domain_itself_and_the_name(self) -> None:
        assert registered("ana@a.test", EXCHANGE, None, nowhere, [A]) == Place(A, "ana@a.test")


class TestWhoMayHear:
    B = domain("b.test", "b.test", calendars=["gb.test"])

    def test_whose_domain_is_not_open_is_nobody(self) -> None:
        entry = Entry("ana@a.test", "a.test", exchange="ana@a.test")
        for more in ({"entry": entry}, {"paired": {(EXCHANGE, "ana@a.test"): "a.test"}}, {}):
            assert place("ana@a.test", EXCHANGE, domains=(A, self.B), open_to=frozenset({"b.test"}), **more) is None
            assert place("ana@a.test", EXCHANGE, domains=(A, self.B), open_to=frozenset({"a.test"}), **more) == (
                "a.test",
                "ana@a.test",
            )

    def test_an_entry_beyond_its_domains_limits_hides_nobody_from_who_may_not_ask_about_that_domain(self) -> None:
        entry = Entry("ana@a.test", "b.test", google="ana@gb.test")
        for open_to in (None, frozenset({"a.test"}), frozenset({"a.test", "b.test"})):
            assert place("ana@a.test", EXCHANGE, entry, domains=(A, self.B), open_to=open_to) == (
                "a.test",
                "ana@a.test",
            )

    def test_of_a_mail_domain_that_several_have_the_open_one_answers(self) -> None:
        other = domain("c.test", "a.test")
        assert place("ana@a.test", EXCHANGE, domains=(A, other), open_to=frozenset({"c.test"})) == (
            "c.test",
            "ana@a.test",
        )
