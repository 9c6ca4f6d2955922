# The environment of the functions, each value once. What all of them get stands below; the rest goes to the rows of
# functions.yaml that name it.
locals {
  settings = {
    CALPAIR_QUEUE              = "projects/${var.project}/locations/${var.region}/queues/${google_cloud_tasks_queue.main["sync"].name}"
    CALPAIR_SYNC_URL           = local.urls["sync_pair"]
    CALPAIR_PUBLISH_QUEUE      = "projects/${var.project}/locations/${var.region}/queues/${google_cloud_tasks_queue.main["publish"].name}"
    CALPAIR_PUBLISH_URL        = local.urls["publish_free_busy"]
    CALPAIR_TASKS_ACCOUNT      = google_service_account.tasks.email
    CALPAIR_TIMEOUT_SECONDS    = tostring(local.functions["sync_pair"].timeout_seconds)
    CALPAIR_SYNC_IDENTITY      = google_service_account.identity["sync"].email
    CALPAIR_FREE_BUSY_IDENTITY = google_service_account.identity["free_busy"].email
    CALPAIR_WORKSPACE_ACCOUNT  = var.workspace_account
    # A version by number: an instance keeps the key it began with, so all change with a deployment, at once.
    CALPAIR_DIGEST_KEY = "secret-manager:${google_secret_manager_secret.digest_key.secret_id}/versions/${var.digest_key_version}"
  }

  environment = {
    for name, row in local.functions : name => merge(
      {
        CALPAIR_STORE   = "firestore:${var.project}/${google_firestore_database.main.name}"
        CALPAIR_PROJECT = var.project
        # Who may call is asked twice: by Cloud Run before the function starts, and by the function of the same token. Of
        # who shows a password or comes for an add-on the function alone is asked.
        # What Eventarc's tokens say they are for is not documented: there the account alone is looked at.
        CALPAIR_AUDIENCE = row.kind == "documents" ? "" : local.urls[name]
        CALPAIR_CALLERS  = join(",", [for member in values(local.callers[row.called_by]) : try(split(":", member)[1], "")])
        # Each log line carries the id of the execution it belongs to.
        LOG_EXECUTION_ID = "true"
        # The framework would start four threads a processor, whatever the concurrency.
        THREADS = tostring(row.concurrency)
      },
      { for setting in row.settings : setting => local.settings[setting] },
    )
  }
}
