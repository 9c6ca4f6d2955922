"""Mistakes in `infra/` that somebody will make one day, each with the layer of `tools/infra` that must see it and how.

A mistake is a text replaced once in a copy of the tree. `layer` is the cheapest that can see it: a later one would be
a slower answer to the same question.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, where (`old` becomes `new` in `file`), and which layer says what about it.

    `only`: for the layer `behaviour`, the one file of tests that has to notice.
    """

    name: str
    layer: str
    file: str
    old: str
    new: str
    said: str
    only: str = ""


TABLE = "infra/functions.yaml"
MISTAKES = (
    Mistake("layout", "style", "infra/queue.tf", "  max_attempts ", "max_attempts ", "queue.tf"),
    Mistake(
        "an entry point nobody wrote",
        "table",
        TABLE,
        "entry_point: sync_pair",
        "entry_point: sync_pairs",
        "sync_pairs is no entry point",
    ),
    Mistake(
        "a cron text of four fields", "table", TABLE, '"* * * * *"', '"* * * *"', "dispatch: '* * * *' has 4 fields"
    ),
    Mistake(
        "a role that does not exist",
        "table",
        TABLE,
        "sync_queue: roles/cloudtasks.enqueuer",
        "sync_queue: roles/cloudtasks.enqueue",
        "dispatch: roles/cloudtasks.enqueue may not be given on sync_queue",
    ),
    Mistake(
        "a setting nobody provides",
        "table",
        TABLE,
        "settings: [CALPAIR_WORKSPACE_ACCOUNT]",
        "settings: [CALPAIR_COLOUR]",
        "exchange_free_busy: CALPAIR_COLOUR has no value in settings.tf",
    ),
    Mistake(
        "a right without the setting it needs",
        "table",
        TABLE,
        "    - CALPAIR_SYNC_IDENTITY\n",
        "",
        "sync_pair: sync_identity is of no use without CALPAIR_SYNC_IDENTITY",
    ),
    Mistake(
        "a digest key for whoever may not read it",
        "table",
        TABLE,
        "settings: [CALPAIR_WORKSPACE_ACCOUNT]",
        "settings: [CALPAIR_DIGEST_KEY]",
        "exchange_free_busy: CALPAIR_DIGEST_KEY is of no use without digest_key",
    ),
    Mistake(
        "a look-up that may act as those who write",
        "table",
        TABLE,
        "  settings: [CALPAIR_FREE_BUSY_IDENTITY]\n  rights:\n",
        "  settings: [CALPAIR_FREE_BUSY_IDENTITY, CALPAIR_SYNC_IDENTITY]\n  rights:\n"
        "    sync_identity: roles/iam.serviceAccountTokenCreator\n",
        "google_free_busy: sync_identity is for sync_pair alone",
    ),
    Mistake(
        "publishing that may act as those who write",
        "table",
        TABLE,
        "  settings: [CALPAIR_FREE_BUSY_IDENTITY, CALPAIR_DIGEST_KEY]\n  rights:\n",
        "  settings: [CALPAIR_FREE_BUSY_IDENTITY, CALPAIR_DIGEST_KEY, CALPAIR_SYNC_IDENTITY]\n  rights:\n"
        "    sync_identity: roles/iam.serviceAccountTokenCreator\n",
        "publish_free_busy: sync_identity is for sync_pair alone",
    ),
    Mistake(
        "a key for who remembers nothing",
        "table",
        TABLE,
        "  settings: [CALPAIR_FREE_BUSY_IDENTITY]\n  rights:\n",
        "  settings: [CALPAIR_FREE_BUSY_IDENTITY, CALPAIR_DIGEST_KEY]\n  rights:\n"
        "    digest_key: roles/secretmanager.secretAccessor\n",
        "google_free_busy: digest_key is for publish_free_busy, sync_pair alone",
    ),
    Mistake(
        "the way to Exchange for who asks Google",
        "table",
        TABLE,
        "  settings: [CALPAIR_FREE_BUSY_IDENTITY]\n",
        "  reaches_exchange: true\n  settings: [CALPAIR_FREE_BUSY_IDENTITY]\n",
        "google_free_busy: reaches_exchange is for exchange_free_busy, publish_free_busy, sync_pair alone",
    ),
    Mistake(
        "a queue for who may put nothing into it",
        "table",
        TABLE,
        "    publish_queue: roles/cloudtasks.enqueuer\n",
        "",
        "dispatch: CALPAIR_PUBLISH_QUEUE, CALPAIR_PUBLISH_URL is of no use without publish_queue",
    ),
    Mistake(
        "an inner function with an outer door",
        "table",
        TABLE,
        '{documents: "directory/{address}"}',
        "{https: look_up_callers}",
        "entry_written: may not be reached from outside",
    ),
    Mistake("memory without a unit", "table", TABLE, "memory: 512Mi", 'memory: "512"', "dispatch: memory is '512'"),
    Mistake(
        "two triggers",
        "table",
        TABLE,
        "{queue: sync}",
        "{queue: sync, https: passwords}",
        "sync_pair: a trigger is exactly one of",
    ),
    Mistake(
        "a run longer than a task lives",
        "table",
        TABLE,
        "timeout_seconds: 540",
        "timeout_seconds: 900",
        "sync_pair: timeout_seconds is 900",
    ),
    Mistake(
        "a door for everyone",
        "table",
        TABLE,
        "https: look_up_callers",
        "https: anyone",
        "exchange_free_busy: https is look_up_callers or passwords, not 'anyone'",
    ),
    Mistake(
        "an argument misspelt",
        "schema",
        "infra/schedule.tf",
        "attempt_deadline =",
        "attempts_deadline =",
        'An argument named "attempts_deadline" is not expected here',
    ),
    Mistake(
        "an argument missing",
        "schema",
        "infra/secrets.tf",
        "  role      = each.value\n",
        "",
        'The argument "role" is required',
    ),
    Mistake("a block missing", "schema", "infra/secrets.tf", "  replication {\n    auto {}\n  }\n", "", "replication"),
    Mistake(
        "a block twice", "schema", "infra/schedule.tf", "oidc_token {", "oidc_token {}\n    oidc_token {", "oidc_token"
    ),
    Mistake(
        "a word for a number",
        "schema",
        "infra/queue.tf",
        "max_attempts       = 5",
        'max_attempts       = "five"',
        "a number is required",
    ),
    Mistake(
        "a value outside its list",
        "schema",
        "infra/database.tf",
        '"FIRESTORE_NATIVE"',
        '"FIRESTORE"',
        "type is one of FIRESTORE_NATIVE, DATASTORE_MODE, not FIRESTORE",
    ),
    Mistake(
        "a value that Google alone sets",
        "schema",
        "infra/queue.tf",
        "max_dispatches_per_second = 100",
        "max_dispatches_per_second = 100\n    max_burst_size = 100",
        "max_burst_size is set by Google alone",
    ),
    Mistake(
        "a reference to nothing",
        "schema",
        "infra/settings.tf",
        "google_service_account.tasks.email",
        "google_service_account.task.email",
        "Reference to undeclared resource",
    ),
    Mistake(
        "an account's id too long",
        "plan",
        "infra/package.tf",
        '"${var.name}-builder"',
        '"${var.name}-builder-of-all-the-functions"',
        "'calpair-builder-of-all-the-functions' is no account id",
    ),
    Mistake("a duration without its unit", "plan", "infra/queue.tf", '"600s"', '"600"', "'600' is no duration"),
    Mistake(
        "two ways to sign",
        "plan",
        "infra/schedule.tf",
        "    oidc_token {",
        '    oauth_token {\n      service_account_email = "somebody"\n    }\n    oidc_token {',
        "exactly one of oauth_token, oidc_token is to be written",
    ),
    Mistake(
        "a runtime nobody tests", "plan", "infra/functions.tf", '"python313"', '"python312"', "runtime is python312"
    ),
    Mistake(
        "threads apart from concurrency",
        "plan",
        "infra/settings.tf",
        "tostring(row.concurrency)",
        '"8"',
        'main["sync_pair"]: THREADS is not the concurrency, 16',
    ),
    Mistake(
        "a role over the whole project",
        "plan",
        "infra/package.tf",
        '"roles/storage.objectViewer"',
        '"roles/editor"',
        "roles/editor is not among the roles",
    ),
    Mistake(
        "a right on every database",
        "plan",
        "infra/database.tf",
        "  condition {\n",
        '  dynamic "condition" {\n    for_each = []\n    content {}\n  }\n}\nlocals {\n  unused = {\n',
        "a condition keeps it to ours",
    ),
    Mistake(
        "a door left open in Terraform",
        "plan",
        "infra/functions.tf",
        "{ tasks = google_service_account.tasks.member }",
        '{ tasks = "allUsers" }',
        'caller["sync_pair tasks"]: anyone may call it',
    ),
    Mistake(
        "an alert without runbook",
        "plan",
        "infra/monitoring.tf",
        "    queue-deep = {",
        "    queue-full = {",
        "runbooks/queue-full.md",
    ),
    Mistake(
        "a runbook of another alert",
        "plan",
        "docs/runbooks/queue-deep.md",
        "# queue-deep",
        "# queue-late",
        "alert queue-deep: its message is not its runbook",
    ),
    Mistake(
        "a database anybody may delete",
        "plan",
        "infra/database.tf",
        '"DELETE_PROTECTION_ENABLED"',
        '"DELETE_PROTECTION_DISABLED"',
        "delete_protection_state",
    ),
    Mistake(
        "a page that is behind",
        "plan",
        "infra/variables.tf",
        "Who is told by e-mail when an alert fires.",
        "Who is woken.",
        "its tables are old",
    ),
    Mistake(
        "retries for an hour",
        "behaviour",
        "infra/queue.tf",
        '"600s"',
        '"3600s"',
        "Tasks are not tried for ever",
        "callers",
    ),
    Mistake(
        "an inner door opened to the internet",
        "behaviour",
        "infra/functions.tf",
        'queue     = "ALLOW_INTERNAL_ONLY"',
        'queue     = "ALLOW_ALL"',
        "Only look-ups are reached from outside",
        "functions",
    ),
    Mistake(
        "look-ups open to the internet before anybody says so",
        "behaviour",
        "infra/functions.tf",
        "contains(var.open_look_ups, name)",
        'row.kind == "https"',
        "Somebody else may call a function",
        "functions",
    ),
    Mistake(
        "an alert about publishing where nothing is published",
        "behaviour",
        "infra/monitoring.tf",
        'if row.kind == "queue"],',
        'if row.kind == "none"],',
        "Where nothing is published nobody is woken",
        "alerts",
    ),
    Mistake(
        "events read where only busy is published",
        "behaviour",
        "infra/identities.tf",
        "var.publish_status ?",
        "!var.publish_status ?",
        "The scopes are as narrow as the work",
        "keeping",
    ),
    Mistake(
        "a validation that opens an inner function",
        "behaviour",
        "infra/variables.tf",
        "can(local.rows[name].trigger.https)",
        "can(local.rows[name].trigger)",
        "var.open_look_ups, was expected to report an error",
        "variables",
    ),
    Mistake(
        "an alert that sees only what was there",
        "behaviour",
        "infra/monitoring.tf",
        " or vector(0)",
        "",
        "nothing counts as none",
        "alerts",
    ),
    Mistake(
        "a validation that lets groups in",
        "behaviour",
        "infra/variables.tf",
        "(serviceAccount|user)",
        "(serviceAccount|user|group)",
        "var.look_up_callers, was expected to report an error",
        "variables",
    ),
)
