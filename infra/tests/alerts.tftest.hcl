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
      "google-free-busy-failing",
      "publish-free-busy-failing",
      "publish-free-busy-stopped",
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
    condition = google_monitoring_alert_policy.main["publish-free-busy-stopped"].conditions[0].condition_prometheus_query_language[0].query == join("", [
      "(sum(increase(run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\",",
      "service_name=~\"calpair-publish-free-busy\",response_code_class=\"2xx\"}[60m])) or vector(0)) < 1",
      " and max(min_over_time(cloudtasks_googleapis_com:queue_depth{monitored_resource=\"cloud_tasks_queue\",",
      "queue_id=~\"calpair-publish\"}[60m])) > 0",
    ])
    error_message = "Where nothing is published nobody is woken: tasks have to wait."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.main["queue-deep"].conditions[0].condition_prometheus_query_language[0].query, "queue_id=~\"calpair-publish|calpair-sync\"}[15m])) > 1000")
    error_message = "Every queue is watched."
  }

  assert {
    condition = (
      strcontains(google_monitoring_alert_policy.main["sync-pair-failing"].conditions[0].condition_prometheus_query_language[0].query, "response_code_class!=\"2xx\"")
      && strcontains(google_monitoring_alert_policy.main["exchange-free-busy-failing"].conditions[0].condition_prometheus_query_language[0].query, "response_code_class=\"5xx\"")
      && strcontains(google_monitoring_alert_policy.main["google-free-busy-failing"].conditions[0].condition_prometheus_query_language[0].query, "response_code_class=\"5xx\"")
    )
    error_message = "Our own calls are to end well; strangers may be refused."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.main["document-written-failing"].conditions[0].condition_prometheus_query_language[0].query, "service_name=~\"calpair-domain-written|calpair-entry-written|calpair-pair-written\"")
    error_message = "All functions of the entry point are watched."
  }

  assert {
    condition = alltrue([
      for name, one in google_monitoring_alert_policy.main : startswith(one.documentation[0].content, "# ${name}\n")
    ])
    error_message = "The message is the runbook."
  }
}
