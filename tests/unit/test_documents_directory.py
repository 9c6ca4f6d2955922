"""Entries of the directory: what they become, and what is said of those that are wrong."""

from typing import Any

import pytest

from calpair.documents.directory import read_entries
from calpair.model.directory import Entry
from calpair.model.side import Side
from unit.documents_written import domain, read

DN = "/o=Altostrat/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=Michael, Wise"


def entries(documents: dict[str, Any], **limits: list[str]) -> tuple[dict[str, Entry], list[str]]:
    domains = read({"altostrat.com": domain(**({"limits": limits} if limits else {}))}).domains
    found, problems = read_entries(documents, domains)
    return dict(found), [str(problem) for problem in problems]


def test_an_entry_says_where_an_address_lives() -> None:
    found, problems = entries(
        {
            "zoe@altostrat.com": {
                "schema": 1,
                "domain": "altostrat.com",
                "google": "zoe@g.altostrat.com",
                "legacy_dn": DN,
            },
            "ana@altostrat.com": {"domain": "altostrat.com", "exchange": "ana@altostrat.com"},
        }
    )
    assert problems == []
    assert found == {
        "zoe@altostrat.com": Entry("zoe@altostrat.com", "altostrat.com", "", "zoe@g.altostrat.com", DN),
        "ana@altostrat.com": Entry("ana@altostrat.com", "altostrat.com", "ana@altostrat.com"),
    }
    assert (found["zoe@altostrat.com"].on(Side.GOOGLE), found["zoe@altostrat.com"].on(Side.EXCHANGE)) == (
        "zoe@g.altostrat.com",
        "",
    )


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        (
            "zoe",
            {"domain": "altostrat.com", "google": "z@g.test"},
            'directory/zoe: "zoe" is not an address; write name@example.com',
        ),
        (
            "Zoe@g.test",
            {"domain": "altostrat.com", "google": "z@g.test"},
            "directory/Zoe@g.test: an address is registered in lower case; call it zoe@g.test",
        ),
        (
            "z@g.test",
            {"domain": "altostrat.com"},
            "directory/z@g.test: it is nowhere; write its address in exchange, in google, or both",
        ),
        (
            "z@g.test",
            {"google": "z@g.test"},
            "directory/z@g.test: domain: missing; write the name of the domain document it belongs to",
        ),
        (
            "z@g.test",
            {"domain": "alto.com", "google": "z@g.test"},
            'directory/z@g.test: domain: there is no domain "alto.com"; write one of those there are (altostrat.com)',
        ),
        (
            "z@g.test",
            {"domain": "altostrat.com", "google": "z@g.test", "legacy_dn": "cn=zoe"},
            (
                'directory/z@g.test: legacy_dn: "cn=zoe" is no legacyExchangeDN; '
                "write it as in /o=Org/ou=Unit/cn=Recipients/cn=ana"
            ),
        ),
        (
            "z@g.test",
            {"domain": "altostrat.com", "google": "z@g.test", "legacy_dn": f"/o={'x' * 314}/cn=z"},
            (
                f'directory/z@g.test: legacy_dn: "/o={"x" * 55}…" has 322 characters; '
                "a legacyExchangeDN has at most 320: compare it with Exchange's"
            ),
        ),
        (
            "z@g.test",
            {"domain": "altostrat.com", "gogle": "z@g.test"},
            "directory/z@g.test: gogle: unknown field, did you mean `google`?",
        ),
    ],
)
def test_a_mistake_is_named_and_stops_no_other(name: str, fields: dict[str, Any], said: str) -> None:
    right = {"ana@altostrat.com": {"domain": "altostrat.com", "exchange": "ana@altostrat.com"}}
    found, problems = entries({name: fields} | right)
    assert said in problems
    assert list(found) == ["ana@altostrat.com"]


def test_what_the_operator_does_not_allow_is_refused() -> None:
    found, problems = entries(
        {
            "zoe@evil.test": {"domain": "altostrat.com", "google": "zoe@evil.test"},
            "ana@evil.test": {"domain": "altostrat.com", "exchange": "ana@evil.test"},
            "ben@g.altostrat.com": {"domain": "altostrat.com", "google": "ben@g.altostrat.com"},
            "room@g.altostrat.com": {"domain": "altostrat.com", "google": "c_1@resource.calendar.google.com"},
        },
        mailbox_domains=["altostrat.com"],
        calendar_domains=["g.altostrat.com"],
    )
    # Ids of rooms and groups say nothing of whose they are.
    assert list(found) == ["ben@g.altostrat.com", "room@g.altostrat.com"]
    assert problems == [
        (
            'directory/zoe@evil.test: google: "zoe@evil.test" is outside what the operator allows; '
            "take g.altostrat.com or ask for limits.calendar_domains"
        ),
        (
            'directory/ana@evil.test: exchange: "ana@evil.test" is outside what the operator allows; '
            "take altostrat.com or ask for limits.mailbox_domains"
        ),
    ]
