"""What the environment of a deployed function says: everything that is missing at once, and nothing it has no use for."""

import pytest

from calpair.app.deployment import Deployment
from calpair.app.looking_up import looking_up
from calpair.errors import CallerError, UsageError
from calpair.settings import FirestoreAt

STORE = {"CALPAIR_STORE": "firestore:p/calpair"}


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(UsageError) as refusal:
        Deployment.from_env({"CALPAIR_QUEUE": " "}, "project", "queue", "digest_key")
    assert str(refusal.value) == (
        "the environment: CALPAIR_STORE is not set (Where calpair remembers: `sqlite:PATH` (relative to the file) or "
        "`firestore:PROJECT/DATABASE`.); "
        "CALPAIR_DIGEST_KEY is not set (Where the digest key is: `file:PATH`, `env:NAME` or `secret-manager:NAME`.); "
        "CALPAIR_PROJECT is not set (The Google Cloud project the functions run in.); "
        "CALPAIR_QUEUE is not set (The task queue: `projects/P/locations/L/queues/Q`.)"
    )


def test_a_function_that_digests_nothing_needs_no_digest_key() -> None:
    deployment = Deployment.from_env({**STORE, "CALPAIR_PROJECT": "p"}, "project")
    assert (deployment.store, deployment.project) == (FirestoreAt("p", "calpair"), "p")
    assert (deployment.digest_key, deployment.callers, deployment.timeout.total_seconds()) == ("", (), 540)


def test_what_has_a_default_may_be_left_out() -> None:
    assert Deployment.from_env(STORE).certificates == "https://www.googleapis.com/oauth2/v1/certs"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("CALPAIR_STORE", "sqlite:x.db", "CALPAIR_STORE names a file; write firestore:PROJECT/DATABASE"),
        ("CALPAIR_TIMEOUT_SECONDS", "10m", 'CALPAIR_TIMEOUT_SECONDS = "10m"; write 360 to 3600'),
    ],
)
def test_what_is_wrong_is_named_with_its_cure(variable: str, value: str, said: str) -> None:
    with pytest.raises(UsageError) as refusal:
        Deployment.from_env({**STORE, variable: value})
    assert str(refusal.value) == f"the environment: {said}"


def test_look_ups_are_built_where_nobody_calls_with_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calendar Interop, the form and the add-on need no `look_up_callers`; Terraform gives an empty variable then."""
    given = {**STORE, "CALPAIR_PROJECT": "p", "CALPAIR_AUDIENCE": "https://x.test", "CALPAIR_CALLERS": ""}
    nowhere = {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:9", "CALPAIR_SECRETS_ENDPOINT": "127.0.0.1:9"}
    for variable, value in {**given, **nowhere}.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr("calpair.log.configure", lambda *_, **__: None)
    built = looking_up.__wrapped__()  # type: ignore[attr-defined] # anew, and for this test alone
    assert built.door("/EWS/Exchange.asmx")
    query = built.door("/")
    assert query
    with pytest.raises(CallerError):
        query.prove("Bearer anything")
