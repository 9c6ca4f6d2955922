"""Pairs that exclude each other, and what the operator's limits keep out."""

from datetime import timedelta
from typing import Any

import pytest

from calpair.documents import Problem, read_all
from unit.documents_written import ABSENT, domain_problems, pair, pair_problems, read


def two(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    documents = read(pairs={"ana": pair(**first), "bob": pair(**second)})
    assert "ana" in documents.pairs
    return [str(problem) for problem in documents.problems]


TWO_WAY = {"direction": "two_way"}


def test_a_mailboxs_calendar_is_in_one_two_way_pair_only() -> None:
    assert two(TWO_WAY, {**TWO_WAY, "mailbox": "ANA@altostrat.com", "calendar": "bob@g.altostrat.com"}) == [
        (
            "pairs/bob: mailbox: the calendar of ANA@altostrat.com, two-way, is already in pair `ana`; "
            "change one of them, or set enabled = false in one"
        )
    ]


def test_a_folder_is_in_one_two_way_pair_only_and_another_folder_is_another() -> None:
    travel = {**TWO_WAY, "folder": "Travel"}
    assert two(travel, {**travel, "folder": "/travel", "calendar": "bob@g.altostrat.com"}) == [
        (
            "pairs/bob: mailbox: folder travel of ana@altostrat.com, two-way, is already in pair `ana`; "
            "change one of them, or set enabled = false in one"
        )
    ]
    assert two(travel, {**travel, "folder": "Team", "calendar": "bob@g.altostrat.com"}) == []


def test_a_google_calendar_is_in_one_two_way_pair_only_also_as_primary() -> None:
    second = {"mailbox": "bob@altostrat.com", "calendar": "primary", "google_user": "Ana@g.altostrat.com"}
    assert two(TWO_WAY, {**TWO_WAY, **second}) == [
        (
            "pairs/bob: calendar: Ana@g.altostrat.com, two-way, is already in pair `ana`; "
            "change one of them, or set enabled = false in one"
        )
    ]


def test_one_mailbox_and_calendar_are_one_pair_whatever_the_direction() -> None:
    assert two({}, TWO_WAY) == [
        (
            "pairs/bob: calendar: ana@altostrat.com with ana@g.altostrat.com is already in pair `ana`; "
            "change one of them, or set enabled = false in one"
        )
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (TWO_WAY, {"mailbox": "bob@altostrat.com"}),
        ({}, {"calendar": "bob@g.altostrat.com"}),
        ({**TWO_WAY, "enabled": False}, TWO_WAY),
        (TWO_WAY, {**TWO_WAY, "enabled": False}),
        (TWO_WAY, {**TWO_WAY, "mailbox": "bob@altostrat.com", "calendar": "bob@g.altostrat.com"}),
    ],
)
def test_one_way_and_disabled_pairs_may_share(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert two(first, second) == []


def test_a_refused_pair_keeps_nothing_from_others() -> None:
    documents = read(pairs={"ana": pair(**TWO_WAY, kind="x"), "bob": pair(**TWO_WAY)})
    assert list(documents.pairs) == ["bob"]


def test_addresses_outside_the_operators_limits_are_refused() -> None:
    limits = {"limits": {"mailbox_domains": ["@Altostrat.com"], "calendar_domains": ["g.altostrat.com"]}}
    assert pair_problems(under=limits) == []
    assert pair_problems(under=limits, mailbox="ana@evil.example", calendar="ana@gmail.example") == [
        (
            'pairs/ana: mailbox: "ana@evil.example" is outside what the operator allows; '
            "take altostrat.com or ask for limits.mailbox_domains"
        ),
        (
            'pairs/ana: google_user: "ana@gmail.example" is outside what the operator allows; '
            "take g.altostrat.com or ask for limits.calendar_domains"
        ),
    ]


def test_somebody_elses_calendar_is_refused_even_when_the_account_is_allowed() -> None:
    limits = {"limits": {"calendar_domains": ["g.altostrat.com"]}}
    mine = {"google_user": "ana@g.altostrat.com"}
    assert pair_problems(under=limits, calendar="x@group.calendar.google.com", **mine) == []
    assert pair_problems(under=limits, calendar="x@gmail.example", **mine) == [
        (
            'pairs/ana: calendar: "x@gmail.example" is outside what the operator allows; '
            "take g.altostrat.com or ask for limits.calendar_domains"
        )
    ]


def test_the_free_busy_account_is_held_to_the_same_limit() -> None:
    assert domain_problems(
        google__free_busy_account="x@gmail.example", limits={"calendar_domains": ["g.altostrat.com"]}
    ) == [
        (
            'domains/altostrat.com: google.free_busy_account: "x@gmail.example" is outside what the operator allows; '
            "take g.altostrat.com or ask for limits.calendar_domains"
        )
    ]


def test_secrets_outside_the_operators_limits_are_refused() -> None:
    listed = ["env:CALPAIR_EXCHANGE_PASSWORD"]
    assert domain_problems(limits={"secrets": listed}) == [
        (
            "domains/altostrat.com: google.secret: file:service-account.json is not among the secrets the operator allows; "
            "ask for it in limits.secrets"
        )
    ]
    assert domain_problems(limits={"secrets": [*listed, "file:service-account.json"]}) == []


def test_a_bare_name_in_the_limits_allows_that_name_in_secret_manager() -> None:
    ours = {"exchange__secret": "secret-manager:ews", "google__auth": "delegated", "google__secret": ABSENT}
    assert domain_problems(**ours, limits={"secrets": ["ews"]}) == []
    assert domain_problems(**ours, limits={"secrets": ["other"]}) == [
        (
            "domains/altostrat.com: exchange.secret: secret-manager:ews is not among the secrets the operator allows; "
            "ask for it in limits.secrets"
        )
    ]


def test_what_another_document_stands_in_the_way_of_is_told_apart_from_a_mistake() -> None:
    pairs = {"ana": pair(**TWO_WAY), "bob": pair(**TWO_WAY), "eve": pair(domain="nowhere"), "ida": pair(interval="1s")}
    told = {problem.document: problem.elsewhere for problem in read(pairs=pairs).problems}
    assert told == {"pairs/bob": True, "pairs/eve": True, "pairs/ida": False}


def test_what_was_refused_before_is_told_and_its_pairs_wait_for_their_domain() -> None:
    refused = [Problem("domains/altostrat.com", "exchange.url", "wrong"), Problem("pairs/bob", "mailbox", "wrong")]
    documents = read_all(
        {},
        {"ana": pair()},
        minimum_interval=timedelta(seconds=5),
        default_interval=timedelta(minutes=1),
        refused=refused,
    )
    assert [str(problem) for problem in documents.problems] == [
        "domains/altostrat.com: exchange.url: wrong",
        'pairs/ana: domain: domain "altostrat.com" has mistakes itself; mend domains/altostrat.com',
        "pairs/bob: mailbox: wrong",
    ]
    assert (documents.domains, documents.pairs) == ({}, {})
