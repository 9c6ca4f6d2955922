# What is watched, and who is told.
mock_provider "google" {}

variables {
  package      = "./versions.tf" # any file stands in for the zip
  project      = "altostrat-calendars"
  region       = "europe-west1"
  alert_emails = ["calendars@altostrat.com", "night@altostrat.com"]
}

run "every_job_is_watched_and_whoever_is_woken_has_the_runbook_at_hand" {
  command = plan

  assert {
    condition = keys(google_monitoring_alert_policy.main) == [
      "dispatch-stopped",
      "document-written-failing",
      "exchange-free-busy-failing",
      "queue-deep",
      "queue-late",
      "renew-stopped",
      "sync-pair-failing",
    ]
    error_message = "An alert is missing, or nobody knows of it."
  }

  assert {
    condition     = alltrue([for one in google_monitoring_alert_policy.main : length(one.notification_channels) == 2])
    error_message = "Everybody named is told."
  }

  assert {
    condition = google_monitoring_alert_policy.main["dispatch-stopped"].conditions[0].condition_prometheus_query_language[0].query == join("", [
      "(sum(increase(run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\",",
      "service_name=~\"calpair-dispatch\",response_code_class=\"2xx\"}[10m])) or vector(0)) < 1",
    ])
    error_message = "The absence of success is what is watched, and nothing counts as none."
  }

  assert {
    condition = (
      strcontains(google_monitoring_alert_policy.main["sync-pair-failing"].conditions[0].condition_prometheus_query_language[0].query, "response_code_class!=\"2xx\"")
      && strcontains(google_monitoring_alert_policy.main["exchange-free-busy-failing"].conditions[0].condition_prometheus_query_language[0].query, "response_code_class=\"5xx\"")
    )
    error_message = "Our own calls are to end well; strangers may be refused."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.main["document-written-failing"].conditions[0].condition_prometheus_query_language[0].query, "service_name=~\"calpair-domain-written|calpair-pair-written\"")
    error_message = "Both functions of the entry point are watched."
  }

  assert {
    condition = alltrue([
      for name, one in google_monitoring_alert_policy.main : startswith(one.documentation[0].content, "# ${name}\n")
    ])
    error_message = "The message is the runbook."
  }
}
