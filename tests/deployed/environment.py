"""What a deployed function gets of the environment: as `infra/settings.tf` has it, from the rows of `infra/functions.yaml`.

Beside these a test's functions get other addresses alone, each by a variable that exists for that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deployed.tasks import PUBLISH_QUEUE, QUEUE
from tools.infra import table
from tools.parts import ROOT

PROJECT_ACCOUNTS = "demo.iam.gserviceaccount.com"
SCHEDULER, TASKS, EVENTS = (f"calpair-{name}@{PROJECT_ACCOUNTS}" for name in ("scheduler", "tasks", "events"))
LOOK_UP = "rooms@tools.iam.gserviceaccount.com"
SYNC_IDENTITY, FREE_BUSY_IDENTITY = (f"calpair-{name}-identity@{PROJECT_ACCOUNTS}" for name in ("sync", "free-busy"))
RUNTIME = f"calpair-sync-pair@{PROJECT_ACCOUNTS}"
"""The account that the metadata server names to every function; where they are deployed, each has its own."""
DELEGATED = "https://www.googleapis.com/auth/calendar.events"
"""What the administrator of a Workspace delegates to SYNC_IDENTITY."""
FREE_BUSY = "https://www.googleapis.com/auth/calendar.freebusy"
"""The same to FREE_BUSY_IDENTITY."""
DIGEST_KEY = "calpair-digest-key"
DATABASE = "calpair"
ROWS: Mapping[str, Mapping[str, Any]] = table.read(ROOT)


@dataclass(frozen=True)
class Places:
    """Where things are: the addresses of functions by row, and of what stands in for Google."""

    functions: Mapping[str, str]
    firestore: str
    tasks: str
    secrets: str
    certificates: str
    google: str


def environment(name: str, project: str, places: Places) -> dict[str, str]:
    """Give the environment of a row's function."""
    row = ROWS[name]
    callers = {"schedule": SCHEDULER, "queue": TASKS, "documents": EVENTS, "https": LOOK_UP}
    [kind] = row["trigger"]
    values = {
        "CALPAIR_QUEUE": QUEUE,
        "CALPAIR_SYNC_URL": places.functions["sync_pair"],
        "CALPAIR_PUBLISH_QUEUE": PUBLISH_QUEUE,
        "CALPAIR_PUBLISH_URL": places.functions.get("publish_free_busy", ""),
        "CALPAIR_TASKS_ACCOUNT": TASKS,
        "CALPAIR_SYNC_IDENTITY": SYNC_IDENTITY,
        "CALPAIR_FREE_BUSY_IDENTITY": FREE_BUSY_IDENTITY,
        "CALPAIR_WORKSPACE_ACCOUNT": "",
        "CALPAIR_DIGEST_KEY": f"secret-manager:{DIGEST_KEY}/versions/1",
        "CALPAIR_TIMEOUT_SECONDS": str(ROWS["sync_pair"]["timeout_seconds"]),
    }
    signature = {"FUNCTION_SIGNATURE_TYPE": "cloudevent"} if kind == "documents" else {}
    return {
        "CALPAIR_STORE": f"firestore:{project}/{DATABASE}",
        "CALPAIR_PROJECT": project,
        "CALPAIR_AUDIENCE": "" if kind == "documents" else places.functions[name],
        "CALPAIR_CALLERS": callers[kind],
        "LOG_EXECUTION_ID": "true",
        "THREADS": str(row["concurrency"]),
        **{setting: values[setting] for setting in row["settings"]},
        # The platform says so of a function that events call.
        **signature,
        "FIRESTORE_EMULATOR_HOST": places.firestore,
        "CALPAIR_TASKS_ENDPOINT": places.tasks,
        "CALPAIR_SECRETS_ENDPOINT": places.secrets,
        "CALPAIR_CERTIFICATES": places.certificates,
        "CALPAIR_SIGN_IN_ENDPOINT": places.google,
        "GCE_METADATA_HOST": places.google.removeprefix("http://"),
    }
