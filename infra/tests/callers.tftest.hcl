# What starts the work, how often, and when it is given up.
mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
}

variables {
  package      = "./versions.tf" # any file stands in for the zip
  project      = "altostrat-calendars"
  region       = "europe-west1"
  alert_emails = ["calendars@altostrat.com"]
}

run "dispatch_runs_every_minute_and_a_failing_task_is_given_up_after_ten" {
  command = plan

  assert {
    condition = (
      google_cloud_scheduler_job.main["dispatch"].schedule == "* * * * *"
      && google_cloud_scheduler_job.main["dispatch"].time_zone == "Etc/UTC"
      && google_cloud_scheduler_job.main["dispatch"].attempt_deadline == "120s"
      && google_cloud_scheduler_job.main["dispatch"].retry_config[0].retry_count == 0
      && google_cloud_scheduler_job.main["dispatch"].http_target[0].http_method == "POST"
      && google_cloud_scheduler_job.main["dispatch"].http_target[0].uri == "https://calpair-dispatch-123456789012.europe-west1.run.app"
      && google_cloud_scheduler_job.main["dispatch"].http_target[0].oidc_token[0].audience == "https://calpair-dispatch-123456789012.europe-west1.run.app"
    )
    error_message = "dispatch: every minute, in UTC, signed, without retries of its own."
  }

  assert {
    condition     = keys(google_cloud_scheduler_job.main) == ["dispatch", "renew"]
    error_message = "Nothing else runs by the clock."
  }

  assert {
    condition = (
      google_cloud_tasks_queue.main["sync"].retry_config[0].max_attempts == 5
      && google_cloud_tasks_queue.main["sync"].retry_config[0].max_retry_duration == "600s"
      && google_cloud_tasks_queue.main["sync"].retry_config[0].min_backoff == "5s"
      && google_cloud_tasks_queue.main["sync"].retry_config[0].max_backoff == "120s"
    )
    error_message = "Tasks are not tried for ever, and not in a rush."
  }

  assert {
    condition = (
      google_cloud_tasks_queue.main["sync"].rate_limits[0].max_dispatches_per_second == 100
      && google_cloud_tasks_queue.main["sync"].rate_limits[0].max_concurrent_dispatches == 320
    )
    error_message = "No more tasks at once than the instances take: 20 x 16."
  }

  assert {
    condition = (
      google_cloud_tasks_queue.main["publish"].rate_limits[0].max_concurrent_dispatches == 8
      && google_cloud_tasks_queue.main["publish"].retry_config[0].max_retry_duration == "600s"
    )
    error_message = "No more rounds of publishing at once than the instances take: 2 x 4."
  }

  assert {
    condition     = keys(google_cloud_tasks_queue_iam_member.function) == ["dispatch publish", "dispatch sync", "domain_written sync", "pair_written sync", "renew sync", "sync_pair sync"]
    error_message = "dispatch alone asks for what is published."
  }
}
