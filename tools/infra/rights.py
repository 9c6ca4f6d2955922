"""Which roles may be given on what, and who may be called by anyone: the whole list, so that a new one is a decision.

`THINGS` and `HOLDERS` speak of rows of `functions.yaml`, `GRANTS` of the resources that Terraform makes.
"""

from fnmatch import fnmatch

THINGS = {
    "database": {"roles/datastore.user", "roles/datastore.viewer"},
    "*_queue": {"roles/cloudtasks.enqueuer"},
    "tasks_account": {"roles/iam.serviceAccountUser"},
    "*_identity": {"roles/iam.serviceAccountTokenCreator"},
    "digest_key": {"roles/secretmanager.secretAccessor"},
    "*_secrets": {"roles/secretmanager.secretAccessor"},
}

GRANTS = {
    "google_cloud_run_v2_service_iam_member": {"roles/run.invoker"},
    "google_cloud_tasks_queue_iam_member": THINGS["*_queue"],
    "google_project_iam_member": {
        *THINGS["database"],
        "roles/artifactregistry.writer",
        "roles/eventarc.eventReceiver",
        "roles/eventarc.serviceAgent",
        "roles/logging.logWriter",
        "roles/storage.objectViewer",
    },
    "google_secret_manager_secret_iam_member": THINGS["*_secrets"],
    "google_service_account_iam_member": THINGS["tasks_account"] | THINGS["*_identity"],
}

HOLDERS = {
    "sync_identity": {"sync_pair"},
    "free_busy_identity": {"google_free_busy", "publish_free_busy"},
    "digest_key": {"publish_free_busy", "sync_pair"},
    "exchange_secrets": {"exchange_free_busy", "publish_free_busy", "sync_pair"},
    "google_secrets": {"google_free_busy", "publish_free_busy", "sync_pair"},
    "look_up_secrets": {"exchange_free_busy", "google_free_busy"},
    "reaches_exchange": {"exchange_free_busy", "publish_free_busy", "sync_pair"},
}
"""What only these functions have: who acts for people, and with what; the key of what is remembered; the way to Exchange."""

PUBLIC = frozenset({"exchange_free_busy", "google_free_busy"})
"""Functions that an operator may open to anyone on the internet, because those who call have no account at Google."""

EVERYONE = {"allUsers", "allAuthenticatedUsers"}


def roles_on(thing: str) -> set[str]:
    """Give the roles that a row may ask for on a thing; none for a thing nobody knows."""
    return next((roles for pattern, roles in THINGS.items() if fnmatch(thing, pattern)), set())
