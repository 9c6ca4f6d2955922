"""The operator's limits as documents are read against them: secrets, on one machine and on Google Cloud."""

from datetime import timedelta
from typing import Any

import pytest

from calpair.documents import read_all
from unit.documents_written import domain


def problems(secret: str, allowed: list[str] | None, *, cloud: bool) -> list[str]:
    """What is said of `exchange.secret`; the other secret is right on either ground."""
    written: dict[str, Any] = domain(exchange__secret=secret, google={"auth": "delegated"})
    if allowed is not None:
        written["limits"] = {"secrets": allowed}
    found = read_all(
        {"altostrat.com": written},
        {},
        minimum_interval=timedelta(seconds=5),
        default_interval=timedelta(minutes=1),
        cloud=cloud,
    )
    return [problem.text for problem in found.problems]


NOT_LISTED = "{} is not among the secrets the operator allows; ask for it in limits.secrets"
NOT_THERE = "{} is not for Google Cloud; write secret-manager:NAME"


@pytest.mark.parametrize(
    ("secret", "allowed", "here", "cloud"),
    [
        ("env:EWS", None, "", NOT_THERE),
        ("env:EWS", ["env:EWS"], "", NOT_THERE),
        ("file:ews", ["file:ews"], "", NOT_THERE),
        ("env:EWS", ["env:OTHER"], NOT_LISTED, NOT_THERE),
        ("secret-manager:ews", None, "", NOT_LISTED),
        ("secret-manager:ews", [], "", NOT_LISTED),
        ("secret-manager:ews", ["ews"], "", ""),
        ("secret-manager:ews", ["secret-manager:ews"], "", ""),
        ("secret-manager:ews", ["other"], NOT_LISTED, NOT_LISTED),
        ("secret-manager:ews", ["env:ews"], NOT_LISTED, NOT_LISTED),
        ("secret-manager:projects/p/secrets/ews", ["ews"], NOT_LISTED, NOT_LISTED),
    ],
)
def test_a_secret_counts_where_the_operator_lets_it(
    secret: str, allowed: list[str] | None, here: str, cloud: str
) -> None:
    assert problems(secret, allowed, cloud=False) == ([here.format(secret)] if here else [])
    assert problems(secret, allowed, cloud=True) == ([cloud.format(secret)] if cloud else [])
