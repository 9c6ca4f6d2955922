"""Who may come in, and for whom: sign-in and impersonation of the Exchange simulator."""

from datetime import timedelta

import pytest

from simulators.clock import ManualClock
from simulators.exchange.raw_client import RawClient, Reply, event, judged
from simulators.wire import Request


def test_no_credentials_meet_several_challenges_and_count_as_no_failure() -> None:
    """Facts 1.2, 2.10: clients probe without credentials first."""
    simulator = judged()
    response = simulator.handle(Request("POST", "/EWS/Exchange.asmx"))
    assert response.status == 401
    assert response.headers == (("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", 'Basic realm="exchange.test"'))
    assert simulator.accounts.failed == {}


@pytest.mark.parametrize(
    ("account", "password"), [("ana@a.test", "wrong"), ("ana@a.test", ""), ("nobody@a.test", "secret")]
)
def test_wrong_credentials_are_counted_for_their_account(account: str, password: str) -> None:
    """Facts 1.5: a client that goes on with a wrong password locks the account."""
    simulator = judged()
    for _ in range(3):
        assert RawClient(simulator, account, password).sync().response.status == 401
    assert simulator.accounts.failed == {account: 3}
    assert simulator.record.requests == {"unauthorized": 3}
    assert simulator.record.calls == []


def test_other_schemes_are_refused() -> None:
    simulator = judged()
    client = RawClient(simulator)
    client.authorization = "Bearer abc"
    assert client.sync().response.status == 401
    client.authorization = "Basic %%%"
    assert client.sync().response.status == 401


def test_an_account_acts_on_its_own_mailbox_and_names_are_compared_without_case() -> None:
    simulator = judged()
    assert RawClient(simulator, "ANA@a.test").create(event()).codes == ["NoError"]
    assert len(simulator.mailbox("ana@a.test").items()) == 1
    assert simulator.mailbox("bob@a.test").items() == ()


def test_a_service_account_acts_on_the_mailbox_it_impersonates() -> None:
    """Facts 1.2, 6 item 3."""
    simulator = judged()
    assert RawClient(simulator, "svc@a.test", acts_as="Bob@A.test").create(event()).codes == ["NoError"]
    assert len(simulator.mailbox("bob@a.test").items()) == 1
    assert [call.user for call in simulator.record.calls] == ["bob@a.test"]


@pytest.mark.parametrize("kind", ["SmtpAddress", "PrincipalName"])
def test_other_names_of_a_mailbox_are_accepted(kind: str) -> None:
    """Facts 1.2."""
    client = RawClient(judged(), "svc@a.test", acts_as="bob@a.test")
    body = client.envelope("<m:Nonsense/>").replace(b"PrimarySmtpAddress", kind.encode())
    assert client.post(body).codes != ["ErrorNonExistentMailbox"]


def test_a_service_account_that_impersonates_nobody_has_no_mailbox() -> None:
    """Facts 6 item 3: the impersonation header is mandatory."""
    reply = RawClient(judged(), "svc@a.test").create(event())
    assert (reply.response.status, reply.codes) == (200, ["ErrorMissingEmailAddress"])


def _fault(reply: Reply) -> tuple[int, list[str]]:
    assert reply.is_fault
    return reply.response.status, reply.codes


def test_impersonation_is_refused_to_whom_it_is_not_given() -> None:
    """Facts 2.10."""
    simulator = judged(impersonation_denied=("bob@a.test",))
    assert _fault(RawClient(simulator, "bob@a.test", acts_as="ana@a.test").sync()) == (
        500,
        ["ErrorImpersonateUserDenied"],
    )
    assert _fault(RawClient(simulator, "ana@a.test", acts_as="bob@a.test").sync()) == (
        500,
        ["ErrorImpersonateUserDenied"],
    )
    assert _fault(RawClient(simulator, "svc@a.test", acts_as="bob@a.test").sync()) == (
        500,
        ["ErrorImpersonateUserDenied"],
    )
    assert RawClient(simulator, "svc@a.test", acts_as="ana@a.test").sync().codes == ["NoError"]


def test_a_mailbox_that_is_not_there_is_told() -> None:
    """Facts 2.10."""
    assert _fault(RawClient(judged(), "svc@a.test", acts_as="eve@a.test").sync()) == (500, ["ErrorNonExistentMailbox"])


def test_another_mailboxs_calendar_is_out_of_reach() -> None:
    simulator = judged()
    other = "<t:DistinguishedFolderId Id='calendar'><t:Mailbox><t:EmailAddress>bob@a.test</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>"
    assert RawClient(simulator).sync(folder=other).codes == ["ErrorAccessDenied"]
    theirs = RawClient(simulator, "bob@a.test").create(event())
    assert RawClient(simulator).get(theirs.refs).codes == ["ErrorItemNotFound"]


def test_a_user_beyond_the_rate_is_told_to_back_off_until_the_minute_is_over() -> None:
    """Facts 2.10: SOAP fault, HTTP 500, BackOffMilliseconds; budgets are per mailbox."""
    simulator = judged(requests_per_minute=2)
    ana, bob = RawClient(simulator), RawClient(simulator, "bob@a.test")
    assert [ana.sync().codes, ana.sync().codes] == [["NoError"], ["NoError"]]
    reply = ana.sync()
    assert _fault(reply) == (500, ["ErrorServerBusy"])
    (wait,) = reply.find("//t:Value[@Name='BackOffMilliseconds']")
    assert 59_000 < int(wait.text or "") <= 60_000
    assert bob.sync().codes == ["NoError"]
    assert isinstance(simulator.clock, ManualClock)
    simulator.clock.advance(timedelta(milliseconds=int(wait.text or "")))
    assert ana.sync().codes == ["NoError"]
