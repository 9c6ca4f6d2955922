"""What the environment of a deployed function says: read once, into one frozen value.

    deployment = Deployment.from_env(os.environ, "project", "callers", "queue")

The variables are set by `infra/`, in one place for all functions; each function is given those it needs, and names all
that are missing at once. Some beside these belong to the process: see `settings.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from calpair.errors import UsageError
from calpair.settings import FirestoreAt, Setting, Settings

CERTIFICATES = "https://www.googleapis.com/oauth2/v1/certs"

DEPLOYED: Sequence[Setting] = (
    Setting("project", "CALPAIR_PROJECT", "", "The Google Cloud project the functions run in."),
    Setting("queue", "CALPAIR_QUEUE", "", "The task queue: `projects/P/locations/L/queues/Q`."),
    Setting("sync_url", "CALPAIR_SYNC_URL", "", "The https address of the function `sync_pair`, which tasks call."),
    Setting(
        "publish_queue",
        "CALPAIR_PUBLISH_QUEUE",
        "",
        "The queue of what is published: `projects/P/locations/L/queues/Q`.",
    ),
    Setting("publish_url", "CALPAIR_PUBLISH_URL", "", "The https address of the function `publish_free_busy`."),
    Setting("tasks_account", "CALPAIR_TASKS_ACCOUNT", "", "The service account as which tasks call it."),
    Setting(
        "free_busy_identity",
        "CALPAIR_FREE_BUSY_IDENTITY",
        "",
        "The service account that looks up users' free/busy.",
    ),
    Setting("audience", "CALPAIR_AUDIENCE", "", "The function's own https address: what its callers' tokens are for."),
    Setting("callers", "CALPAIR_CALLERS", "", "The accounts that may call the function, separated by commas."),
    Setting(
        "workspace_account",
        "CALPAIR_WORKSPACE_ACCOUNT",
        "",
        "The account as which Google Workspace calls the add-on: `service-NUMBER@gcp-sa-gsuiteaddons.iam.gserviceaccount.com`.",
    ),
    Setting("timeout", "CALPAIR_TIMEOUT_SECONDS", "540", "How long `sync_pair` may take, as it is deployed."),
    Setting(
        "certificates",
        "CALPAIR_CERTIFICATES",
        CERTIFICATES,
        "Where the certificates are that callers' tokens are checked with.",
    ),
    Setting("firestore_endpoint", "FIRESTORE_EMULATOR_HOST", "", "Google's emulator of Firestore; for tests."),
    Setting(
        "sign_in_endpoint",
        "CALPAIR_SIGN_IN_ENDPOINT",
        "",
        "Another Google to sign in with, as http://127.0.0.1:PORT; for tests.",
    ),
    Setting("tasks_endpoint", "CALPAIR_TASKS_ENDPOINT", "", "Another Cloud Tasks, as 127.0.0.1:PORT; for tests."),
    Setting(
        "secrets_endpoint", "CALPAIR_SECRETS_ENDPOINT", "", "Another Secret Manager, as 127.0.0.1:PORT; for tests."
    ),
)
"""Every variable of a deployed function, beside those of `settings.SERVICE`."""

_SECONDS = range(360, 3601)
"""The longest call a document may allow (`exchange.timeout_seconds`) has to leave a look time for others."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """The environment of a function. What is empty was not given to it."""

    store: FirestoreAt
    digest_key: str
    project: str
    queue: str
    sync_url: str
    publish_queue: str
    publish_url: str
    tasks_account: str
    sync_identity: str
    free_busy_identity: str
    audience: str
    workspace_account: str
    callers: tuple[str, ...]
    timeout: timedelta
    certificates: str
    firestore_endpoint: str
    sign_in_endpoint: str
    tasks_endpoint: str
    secrets_endpoint: str

    @staticmethod
    def from_env(environment: Mapping[str, str], *needed: str) -> "Deployment":
        """Read the variables. UsageError names what is wrong, and all that is `needed` (beside the store) and missing."""
        values = {one.name: environment.get(one.variable, "").strip() or one.default for one in DEPLOYED}
        others = [one for one in DEPLOYED if one.name in needed]
        settings = Settings.from_env(environment, ("store", *needed), others)
        if not isinstance(settings.store, FirestoreAt):
            raise UsageError("the environment: CALPAIR_STORE names a file; write firestore:PROJECT/DATABASE")
        seconds = values.pop("timeout")
        if not seconds.isdecimal() or int(seconds) not in _SECONDS:
            raise UsageError(f'the environment: CALPAIR_TIMEOUT_SECONDS = "{seconds}"; write 360 to 3600')
        callers = tuple(account.strip() for account in values.pop("callers").split(",") if account.strip())
        return Deployment(
            store=settings.store,
            digest_key=settings.digest_key if "digest_key" in needed else "",
            sync_identity=settings.sync_identity,
            timeout=timedelta(seconds=int(seconds)),
            callers=callers,
            **values,
        )
