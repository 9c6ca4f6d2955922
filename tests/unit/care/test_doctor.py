"""The examination: its order, what does not hide what, and which pairs a name stands for."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import pytest

from calpair.care.doctor import Examined, chosen, digest_key, examine, signed_in, unknown, wrong_document
from calpair.errors import UsageError
from calpair.model.pair import Direction, Domain, ExchangeAuth, ExchangeServer, GoogleAuth, GoogleService, Pair
from calpair.model.side import Side
from calpair.ports import Calendar, Finding
from unit.sync.fakes import Clock, FakeCalendar

ANA = Pair("ana", "a.test", "ana@a.test", "ana@g.test", "ana@g.test", direction=Direction.TWO_WAY)
BEN = Pair("ben", "a.test", "ben@a.test", "ben@g.test", "ben@g.test")
EVE = Pair("eve", "b.test", "eve@b.test", "eve@g.test", "eve@g.test")
PAIRS = {"ana": ANA, "ben": BEN, "eve": EVE}


def domain(name: str) -> Domain:
    server = ExchangeServer("https://mail.test/EWS/Exchange.asmx", ExchangeAuth.BASIC, "svc", "env:X")
    return Domain(name, server, GoogleService(GoogleAuth.ADC))


DOMAINS = {"a.test": domain("a.test"), "b.test": domain("b.test")}


@dataclass
class Examining(FakeCalendar):
    """A calendar with findings of its own."""

    finds: list[Finding] = field(default_factory=list)
    writing: list[bool] = field(default_factory=list)

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        self.writing.append(writing)
        yield from self.finds


GOOD = Finding("address", ok=True, found="it answers")
BAD = Finding("sign-in", ok=False, found="HTTP401", cure="check exchange.secret")


def sides(exchange: list[Finding], google: list[Finding]) -> Mapping[Side, Calendar]:
    clock = Clock()
    return {
        Side.EXCHANGE: Examining(Side.EXCHANGE, clock, finds=exchange),
        Side.GOOGLE: Examining(Side.GOOGLE, clock, finds=google),
    }


def found(pair: Pair, both: Mapping[Side, Calendar], refused: set[tuple[str, Side]] | None = None) -> list[Examined]:
    return list(examine(pair, lambda: nullcontext(both), set() if refused is None else refused))


def test_both_sides_are_examined_in_order_and_one_that_fails_does_not_hide_the_other() -> None:
    assert found(ANA, sides([GOOD, BAD], [GOOD])) == [
        Examined("pairs/ana", "exchange", GOOD),
        Examined("pairs/ana", "exchange", BAD),
        Examined("pairs/ana", "google", GOOD),
    ]


def test_a_pair_whose_sides_cannot_be_made_is_one_finding_with_a_cure() -> None:
    def unusable() -> AbstractContextManager[Mapping[Side, Calendar]]:
        raise UsageError("exchange.auth: ntlm is not available yet; use basic")

    (wrong,) = examine(ANA, unusable, set())
    assert (wrong.document, wrong.side, wrong.finding.check, wrong.finding.ok) == ("pairs/ana", "", "settings", False)
    assert wrong.finding.found == "exchange.auth: ntlm is not available yet; use basic"
    assert "`calpair doctor`" in wrong.finding.cure


def test_an_account_that_was_refused_is_not_tried_again_for_another_pair_of_its_domain() -> None:
    refused: set[tuple[str, Side]] = set()
    found(ANA, sides([GOOD, BAD], [GOOD]), refused)
    second = sides([GOOD], [GOOD])
    exchange, google = found(BEN, second, refused)
    assert (exchange.side, exchange.finding.check, exchange.finding.ok) == ("exchange", "sign-in", False)
    assert "not tried again" in exchange.finding.found
    assert (google.side, google.finding) == ("google", GOOD)
    asked = second[Side.EXCHANGE]
    assert isinstance(asked, Examining)
    assert asked.writing == []


def test_a_refused_account_is_nothing_to_another_domain() -> None:
    refused: set[tuple[str, Side]] = set()
    found(ANA, sides([BAD], [GOOD]), refused)
    assert [one.finding for one in found(EVE, sides([GOOD], [GOOD]), refused)] == [GOOD, GOOD]


@pytest.mark.parametrize(("check", "said"), [("mailbox", "ErrorX"), ("sign-in", "HTTP403")])
def test_a_pair_refused_for_another_reason_is_nothing_to_the_next(check: str, said: str) -> None:
    """A mailbox may be forbidden to the web service by itself."""
    refused: set[tuple[str, Side]] = set()
    found(ANA, sides([GOOD, Finding(check, ok=False, found=said, cure="check")], [GOOD]), refused)
    assert [one.finding for one in found(BEN, sides([GOOD], [GOOD]), refused)] == [GOOD, GOOD]


@pytest.mark.parametrize(("pair", "exchange"), [(ANA, True), (BEN, False)])
def test_the_right_to_write_is_needed_where_the_pair_writes(pair: Pair, exchange: bool) -> None:
    both = sides([GOOD], [GOOD])
    found(pair, both)
    asked = [calendar.writing for calendar in both.values() if isinstance(calendar, Examining)]
    assert asked == [[exchange], [True]]


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([("sign-in", True, "svc"), ("google sign-in", True, "ana")], True),
        ([("sign-in", True, "svc"), ("mailbox", False, "ErrorX"), ("google sign-in", True, "ana")], True),
        ([("sign-in", False, "HTTP401"), ("google sign-in", True, "ana")], False),
        ([("sign-in", False, "cannot be used"), ("google sign-in", True, "ana")], None),
        ([("sign-in", True, "svc"), ("google sign-in", False, "authError")], None),
        ([("address", False, "Unreachable"), ("google sign-in", True, "ana")], None),
        ([], None),
    ],
)
def test_an_account_is_taken_or_refused_or_neither_is_known(
    found: list[tuple[str, bool, str]], verdict: bool | None
) -> None:
    assert signed_in([Finding(check, ok=ok, found=said) for check, ok, said in found]) is verdict


def test_a_digest_key_that_is_there_and_private_is_good() -> None:
    assert digest_key(lambda: b"k").finding == Finding("digest key", ok=True, found="is there and private")


def test_a_digest_key_that_cannot_be_used_is_a_finding_with_a_cure() -> None:
    def missing() -> bytes:
        raise UsageError("digest key calpair.key is not there; `calpair init` makes one")

    one = digest_key(missing)
    assert (one.document, one.side) == ("service", "")
    assert one.finding == Finding(
        "digest key",
        ok=False,
        found="digest key calpair.key is not there",
        cure="`calpair init` makes one",
    )


def test_a_mistake_in_a_document_is_a_finding_of_that_document() -> None:
    assert wrong_document("pairs/ana", "pairs/ana: interval: too short") == Examined(
        "pairs/ana",
        "",
        Finding("document", ok=False, found="pairs/ana: interval: too short", cure="correct the document"),
    )


@pytest.mark.parametrize(
    ("name", "pairs"), [("", [ANA, BEN, EVE]), ("ben", [BEN]), ("a.test", [ANA, BEN]), ("b.test", [EVE])]
)
def test_a_name_stands_for_a_pair_or_a_domains_pairs_or_none_for_all(name: str, pairs: list[Pair]) -> None:
    assert list(chosen(name, PAIRS, DOMAINS)) == pairs


def test_a_pair_named_like_a_domain_comes_first() -> None:
    assert list(chosen("a.test", {"a.test": EVE, **PAIRS}, DOMAINS)) == [EVE]


def test_a_name_for_nothing_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match=r"^there is no pair or domain `b\.tst`; did you mean `b\.test`\?$"):
        chosen("b.tst", PAIRS, DOMAINS)


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("anna", ["ben", "ana"], "there is no pair `anna`; did you mean `ana`?"),
        ("x", ["ben", "ana", "ben"], "there is no pair `x`; there are: pairs ana, ben"),
        ("x", [], "there is no pair `x`; write one into calpair.toml"),
    ],
)
def test_an_unknown_name_is_told_with_what_there_is(name: str, known: list[str], said: str) -> None:
    assert unknown(name, known) == said


def test_of_many_names_ten_are_told() -> None:
    said = unknown("x", [f"pair{number:02}" for number in range(12)])
    assert said.endswith("pair08, pair09 and more")


@pytest.mark.parametrize(
    ("pairs", "domains", "said"),
    [
        (["ben", "ana"], ["a.test"], "there is no pair or domain `x`; there are: pairs ana, ben; domains a.test"),
        ([], ["a.test"], "there is no pair or domain `x`; there are: domains a.test"),
        ([], [], "there is no pair or domain `x`; write one into calpair.toml"),
    ],
)
def test_where_a_domain_would_do_both_are_told_apart(pairs: list[str], domains: list[str], said: str) -> None:
    assert unknown("x", pairs, domains) == said
