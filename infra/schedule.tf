resource "google_service_account" "scheduler" {
  account_id   = "${var.name}-scheduler"
  display_name = "calpair: Cloud Scheduler calls functions"

  depends_on = [google_project_service.main]
}

resource "google_cloud_scheduler_job" "main" {
  for_each = { for name, row in local.functions : name => row if row.kind == "schedule" }

  name             = each.value.service
  region           = var.region
  description      = each.value.does
  schedule         = each.value.trigger.schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = "${each.value.timeout_seconds}s"

  # The next time is the retry: what a run left undone is found again.
  retry_config {
    retry_count = 0
  }

  http_target {
    uri         = local.urls[each.key]
    http_method = "POST"

    oidc_token {
      service_account_email = google_service_account.scheduler.email
      audience              = local.urls[each.key]
    }
  }

  depends_on = [google_cloudfunctions2_function.main]
}
