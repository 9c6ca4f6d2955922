# The environment of the functions. A row of functions.yaml names what it reads; the values stand here, once.
locals {
  settings = {
    CALPAIR_QUEUE              = "projects/${var.project}/locations/${var.region}/queues/${google_cloud_tasks_queue.main["sync"].name}"
    CALPAIR_SYNC_URL           = local.urls["sync_pair"]
    CALPAIR_TASKS_ACCOUNT      = google_service_account.tasks.email
    CALPAIR_SYNC_IDENTITY      = google_service_account.identity["sync"].email
    CALPAIR_FREE_BUSY_IDENTITY = google_service_account.identity["free_busy"].email
    CALPAIR_TIMEOUT_SECONDS    = tostring(local.functions["sync_pair"].timeout_seconds)
  }

  # Whose ID tokens a function takes, by its trigger's kind. What for these are depends on the function as well; of
  # Eventarc's we do not know it, so functions that events call are told no audience.
  accounts = {
    schedule  = [google_service_account.scheduler.email]
    queue     = [google_service_account.tasks.email]
    documents = [google_service_account.events.email]
    https     = [for caller in sort(var.look_up_callers) : split(":", caller)[1]]
  }

  own_settings = {
    for name, row in local.functions : name => {
      CALPAIR_AUDIENCE = local.urls[name]
      CALPAIR_CALLERS  = join(",", local.accounts[row.kind])
    }
  }

  environment = {
    for name, row in local.functions : name => merge(
      {
        CALPAIR_STORE      = "firestore:${var.project}/${google_firestore_database.main.name}"
        CALPAIR_DIGEST_KEY = "secret-manager:${google_secret_manager_secret.digest_key.secret_id}"
        CALPAIR_PROJECT    = var.project
        # Each log line carries the id of the execution it belongs to.
        LOG_EXECUTION_ID = "true"
        # The framework would start four threads a processor, whatever the concurrency.
        THREADS = tostring(row.concurrency)
      },
      { for setting in row.settings : setting => merge(local.settings, local.own_settings[name])[setting] },
    )
  }
}
