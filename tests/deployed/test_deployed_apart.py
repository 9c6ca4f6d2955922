"""Several domains in one installation: what the operator allows one is not another's, whoever wrote it."""

from typing import Any

import pytest

from deployed.company import PASSWORD_NAME, Company

pytestmark = pytest.mark.needs("firestore", "wheels")

OTHERS = "projects/{project}/secrets/" + PASSWORD_NAME
LIMITS = {
    "hosts": ["127.0.0.1"],
    "secrets": ["b-password"],
    "mailbox_domains": ["b.test"],
    "calendar_domains": ["gb.test"],
}


def refused(office: Company, said: str, **pair: Any) -> None:
    """The pair of the other domain is refused with this sentence, and nothing is asked of anybody."""
    office.pair("b", **{"domain": "b.test", "mailbox": "rosa@b.test", "calendar": "rosa@gb.test", **pair})
    before = office.calls(), office.secrets.accesses(OTHERS.format(project=office.project))
    for document in ("domains/b.test", "pairs/b"):
        assert office.written(document).status == 200
    # Whoever puts a task into the queue by hand gets no further.
    assert office.task({"pair": "b"}).said == {"outcome": "refused"}
    assert office.status("b")["state"] == "failing"
    assert said in office.status("b")["sentence"], office.status("b")["sentence"]
    assert (office.calls(), office.secrets.accesses(OTHERS.format(project=office.project))) == before


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (
            {"mailbox": "rosa@a.test"},
            'pairs/b: mailbox: "rosa@a.test" is outside what the operator allows; take b.test',
        ),
        (
            {"calendar": "rosa@g.test", "google_user": "rosa@gb.test"},
            'pairs/b: calendar: "rosa@g.test" is outside what the operator allows; take gb.test',
        ),
        ({"google_user": "rosa@g.test"}, 'pairs/b: google_user: "rosa@g.test" is outside what the operator allows'),
    ],
    ids=["its mailbox", "its calendar", "its user"],
)
def test_a_pair_that_reaches_for_another_domains_is_refused(office: Company, pair: dict[str, Any], said: str) -> None:
    office.domain("b.test", limits=LIMITS, exchange=exchange(office, secret="secret-manager:b-password"))
    refused(office, said, **pair)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"secret": f"secret-manager:{PASSWORD_NAME}"}, "is not among the secrets the operator allows"),
        ({"secret": "env:HOME"}, "env:HOME is not for Google Cloud; write secret-manager:NAME"),
        ({"secret": "file:/etc/passwd"}, "file:/etc/passwd is not for Google Cloud; write secret-manager:NAME"),
        ({"url": "https://169.254.169.254/EWS/Exchange.asmx"}, "domains/b.test: exchange.url"),
        ({"url": "https://metadata.google.internal/EWS/Exchange.asmx"}, "domains/b.test: exchange.url"),
        ({"url": "https://[::1]/EWS/Exchange.asmx"}, "domains/b.test: exchange.url"),
    ],
    ids=["another's secret", "a variable", "a file", "the metadata address", "its name", "this machine"],
)
def test_a_domain_that_reaches_for_what_is_not_its_own_is_refused(
    office: Company, changes: dict[str, Any], said: str
) -> None:
    office.domain(
        "b.test", limits=LIMITS, exchange=exchange(office, **{"secret": "secret-manager:b-password", **changes})
    )
    refused(office, said)


def exchange(office: Company, **changes: Any) -> dict[str, Any]:
    return {
        "url": f"{office.exchange_url}/EWS/Exchange.asmx",
        "auth": "basic",
        "username": "svc@b.test",
        **changes,
    }
