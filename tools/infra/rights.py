"""Which roles may be given on what, and who may be called by anyone: the whole list, so that a new one is a decision.

`THINGS` speaks of rows of `functions.yaml`, `GRANTS` of the resources that Terraform makes.
"""

from fnmatch import fnmatch

THINGS = {
    "database": {"roles/datastore.user", "roles/datastore.viewer"},
    "*_queue": {"roles/cloudtasks.enqueuer"},
    "tasks_account": {"roles/iam.serviceAccountUser"},
    "*_identity": {"roles/iam.serviceAccountTokenCreator"},
    "digest_key": {"roles/secretmanager.secretAccessor"},
    "domain_secrets": {"roles/secretmanager.secretAccessor"},
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
    "google_secret_manager_secret_iam_member": THINGS["domain_secrets"],
    "google_service_account_iam_member": THINGS["tasks_account"] | THINGS["*_identity"],
}

PUBLIC: frozenset[str] = frozenset()
"""Functions that anyone on the internet may call, because those who call have no account at Google."""

EVERYONE = {"allUsers", "allAuthenticatedUsers"}


def roles_on(thing: str) -> set[str]:
    """Give the roles that a row may ask for on a thing; none for a thing nobody knows."""
    return next((roles for pattern, roles in THINGS.items() if fnmatch(thing, pattern)), set())
