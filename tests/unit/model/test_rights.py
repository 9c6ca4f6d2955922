"""Who may do what, as a table written out by hand."""

import pytest

from calpair.model.pair import Domain, ExchangeAuth, ExchangeServer, GoogleAuth, GoogleService, Pair
from calpair.model.rights import Action, Person, may

_SERVER = ExchangeServer("https://mail.a.test/", ExchangeAuth.BASIC, "svc", "env:X")
A = Domain("a.test", _SERVER, GoogleService(GoogleAuth.KEY), kept={"admins": ("Admin@A.test",)})
B = Domain("b.test", _SERVER, GoogleService(GoogleAuth.KEY), kept={"admins": ("admin@b.test",)})
ANAS = Pair("ana", "a.test", "ana@a.test", "ana@g.test", "ana@g.test", kept={"owners": ("ana@a.test",)})

OPERATOR = Person("root@ops.test", operator=True)
ADMIN = Person("admin@a.test")
OTHER_ADMIN = Person("admin@b.test")
OWNER = Person("ANA@a.test")
STRANGER = Person("eve@a.test")
NOBODY = Person("")
ALL = frozenset(Action)


@pytest.mark.parametrize(
    ("person", "with_the_pair", "without"),
    [
        (OPERATOR, ALL, ALL),
        (ADMIN, {"read", "pause", "edit_pairs", "edit_directory"}, {"read", "pause", "edit_pairs", "edit_directory"}),
        (OTHER_ADMIN, set(), set()),
        (OWNER, {"read", "pause"}, set()),
        (STRANGER, set(), set()),
        (NOBODY, set(), set()),
    ],
)
def test_each_may_what_is_theirs_in_a_domain_and_nothing_else(
    person: Person, with_the_pair: set[str], without: set[str]
) -> None:
    assert {action for action in Action if may(person, action, A, ANAS)} == with_the_pair
    assert {action for action in Action if may(person, action, A)} == without


def test_the_actions_are_these() -> None:
    assert {action.value for action in Action} == {
        "read",
        "pause",
        "edit_pairs",
        "edit_directory",
        "edit_domain",
        "edit_limits",
    }


@pytest.mark.parametrize("person", [ADMIN, OTHER_ADMIN, OWNER])
def test_a_pair_of_one_domain_is_never_judged_by_anothers(person: Person) -> None:
    assert not [action for action in Action if may(person, action, B, ANAS)]


def test_where_the_domain_cannot_be_used_only_operators_may_anything() -> None:
    for person in (ADMIN, OWNER, STRANGER):
        assert not [action for action in Action if may(person, action, None, ANAS)]
    assert all(may(OPERATOR, action, None) for action in Action)


def test_an_empty_address_is_nobodys_even_where_a_list_holds_one() -> None:
    domain = Domain("a.test", _SERVER, GoogleService(GoogleAuth.KEY), kept={"admins": ("",)})
    assert not may(NOBODY, Action.READ, domain)


def test_a_domain_without_administrators_has_none() -> None:
    domain = Domain("a.test", _SERVER, GoogleService(GoogleAuth.KEY))
    assert not [action for action in Action if may(ADMIN, action, domain)]
