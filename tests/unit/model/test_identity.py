"""Identities: fixed for good. A value here that changes orphans every copy ever made.

The values were computed apart from the code, with SHA-256 over each part led by its length and a colon, cut to 20 bytes,
in base32hex, small letters.
"""

import re

import pytest

from calpair.model.link import (
    Link,
    Part,
    Role,
    chosen_uid,
    google_id,
    link_key,
    pair_key,
    partner_name,
)
from calpair.model.side import Home, Side

PAIR = "PAIR-KEY-HERE"


def test_identities_are_what_they_have_always_been() -> None:
    assert pair_key("ana@altostrat.com", "", "ana@g.altostrat.com") == "udm63lds74audb27gbeua2epgt4o52om"
    assert link_key("p" * 32, "040000008200E00074C5B7101A82E008") == "fso0ut6csnj7ae8ivntq2mkfft56gh1u"
    assert (
        link_key("p" * 32, "040000008200E00074C5B7101A82E008", "2026-11-02T08:00:00+00:00")
        == "sepaee80dq5bflvik772qet65qj51h8s"
    )
    assert chosen_uid("g0001") == "calpair-j9bave6pvvsidq72ukumkbdq2o3c9qaa"
    assert google_id("l" * 32, 0, 0) == "ra24nc5o7mp6c3qaamicji5vtpbcfvvk"
    assert google_id("l" * 32, 1, 2) == "looeudnpuhiqv44l823qfgud4pj63e3l"


def test_case_does_not_count_where_servers_change_it() -> None:
    assert pair_key("Ana@A.test", "Team/Travel", "C@G.test") == pair_key("ana@a.test", "team/travel", "c@g.test")
    assert link_key(PAIR, "UID@X") == link_key(PAIR, "uid@x")
    assert chosen_uid("Abc") != chosen_uid("abc")


def test_parts_cannot_be_shifted_into_one_another() -> None:
    assert pair_key("ab", "c", "d") != pair_key("a", "bc", "d")
    assert link_key(PAIR, "ab", "c") != link_key(PAIR, "a", "bc")
    assert google_id("l1", 2, 3) != google_id("l", 12, 3)
    assert google_id("l", 1, 23) != google_id("l", 12, 3)


@pytest.mark.parametrize(("link", "part", "generation"), [("", 0, 0), ("x" * 500, 99, 1000), ("ü🎉", 1, 1)])
def test_a_google_id_is_in_googles_alphabet_and_length(link: str, part: int, generation: int) -> None:
    assert re.fullmatch("[a-v0-9]{5,1024}", google_id(link, part, generation))


def test_a_chosen_uid_says_whose_it_is_and_fits_everywhere() -> None:
    assert re.fullmatch("calpair-[a-v0-9]{32}", chosen_uid("g" * 1000))


def test_every_generation_has_an_id_of_its_own() -> None:
    assert len({google_id(PAIR, part, generation) for part in range(5) for generation in range(5)}) == 25


@pytest.mark.parametrize(("length", "stands"), [(1, True), (200, True), (201, False), (5000, False)])
def test_a_long_uid_is_called_by_its_hash(length: int, stands: bool) -> None:
    uid = "U" * length
    assert (partner_name(uid) == uid.lower()) is stands
    assert len(partner_name(uid)) <= 200
    assert partner_name(uid) == partner_name(uid.lower())


def test_a_side_has_an_other_and_a_home_has_owners() -> None:
    assert (Side.EXCHANGE.other, Side.GOOGLE.other) == (Side.GOOGLE, Side.EXCHANGE)
    owners = {home: [side for side in Side if home.owns(side)] for home in Home}
    assert owners == {Home.EXCHANGE: [Side.EXCHANGE], Home.GOOGLE: [Side.GOOGLE], Home.ADOPTED: list(Side)}


LINK = Link("k", "p", Home.EXCHANGE)


def test_a_link_has_parts_by_side_and_the_first_carries_the_event() -> None:
    link = Link("k", "p", Home.EXCHANGE, google=(Part("a"), Part("b", role=Role.DETACHED)))
    assert [part.id for part in link.parts(Side.GOOGLE)] == ["a", "b"]
    assert link.part(Side.GOOGLE) == Part("a")
    assert link.part(Side.EXCHANGE) is None
    assert LINK.with_part(Side.EXCHANGE, Part("x")).exchange == (Part("x"),)
    assert LINK.with_part(Side.GOOGLE, Part("x")).with_part(Side.GOOGLE, None) == LINK


def test_an_agreement_is_remembered_and_forgotten_by_side() -> None:
    both = LINK.agreeing(Side.EXCHANGE, {"title": "a"}).agreeing(Side.GOOGLE, {"title": "b"})
    assert both.agreed == {Side.EXCHANGE: {"title": "a"}, Side.GOOGLE: {"title": "b"}}
    assert both.agreeing(Side.EXCHANGE, None).agreed == {Side.GOOGLE: {"title": "b"}}
    assert LINK.agreed == {}
