# Each alert is named like its runbook in docs/runbooks/, and the message that is sent holds the runbook whole.
locals {
  requests = "run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\",service_name=~\"%s\"%s}"

  depth = "cloudtasks_googleapis_com:queue_depth{monitored_resource=\"cloud_tasks_queue\",queue_id=~\"%s\"}"

  # Functions that share an entry point share its alert.
  watched = {
    for entry_point in distinct([for row in local.functions : row.entry_point]) : entry_point => {
      services = join("|", [for row in local.functions : row.service if row.entry_point == entry_point])
      rows     = [for row in local.functions : row if row.entry_point == entry_point]
    }
  }

  # No success for so long. Without any request there is nothing to add up: that counts as none. Where a queue calls, an
  # empty one asks for nothing, so it has to have held tasks all the while: it is paused, or who takes them does not.
  stopped = {
    for entry_point, it in local.watched : "${replace(entry_point, "_", "-")}-stopped" => {
      says    = "${entry_point} has not succeeded for ${it.rows[0].alert.stopped_after_minutes} minutes"
      wait    = "0s"
      urgency = "CRITICAL"
      query = join(" and ", concat(
        [format(
          "(sum(increase(%s[${it.rows[0].alert.stopped_after_minutes}m])) or vector(0)) < 1",
          format(local.requests, it.services, ",response_code_class=\"2xx\""),
        )],
        [for row in it.rows : format(
          "max(min_over_time(%s[${row.alert.stopped_after_minutes}m])) > 0",
          format(local.depth, google_cloud_tasks_queue.main[row.trigger.queue].name),
        ) if row.kind == "queue"],
      ))
    } if can(it.rows[0].alert.stopped_after_minutes)
  }

  # Share of failed requests. Where our own services call, any answer but a good one is a failure (a right that is
  # missing shows as 403); strangers may ask wrongly, and are told so.
  failing = {
    for entry_point, it in local.watched : "${replace(entry_point, "_", "-")}-failing" => {
      says    = "more than ${it.rows[0].alert.failing_percent} % of the requests to ${entry_point} fail"
      wait    = "300s"
      urgency = "WARNING"
      query = format(
        "100 * sum(increase(%s[10m])) / sum(increase(%s[10m])) > ${it.rows[0].alert.failing_percent}",
        format(local.requests, it.services, it.rows[0].kind == "https" ? ",response_code_class=\"5xx\"" : ",response_code_class!=\"2xx\""),
        format(local.requests, it.services, ""),
      )
    } if can(it.rows[0].alert.failing_percent)
  }

  queue_names = join("|", [for queue in google_cloud_tasks_queue.main : queue.name])

  queueing = {
    queue-late = {
      says    = "one task in twenty starts more than 5 minutes late"
      wait    = "300s"
      urgency = "WARNING"
      query = join("", [
        "histogram_quantile(0.95, sum by (le) (rate(cloudtasks_googleapis_com:queue_task_attempt_delays_bucket",
        "{monitored_resource=\"cloud_tasks_queue\",queue_id=~\"${local.queue_names}\"}[10m]))) > 300000",
      ])
    }
    queue-deep = {
      says    = "a queue has held more than 1,000 tasks throughout 15 minutes"
      wait    = "0s"
      urgency = "WARNING"
      query   = format("max(min_over_time(%s[15m])) > 1000", format(local.depth, local.queue_names))
    }
  }

  alerts = merge(local.stopped, local.failing, local.queueing)
}

resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_emails

  display_name = "calpair: ${each.key}"
  type         = "email"
  labels       = { email_address = each.key }

  depends_on = [google_project_service.main]
}

resource "google_monitoring_alert_policy" "main" {
  for_each = local.alerts

  display_name          = "${var.name} ${each.key}"
  combiner              = "OR"
  severity              = each.value.urgency
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.name]

  conditions {
    display_name = each.value.says

    condition_prometheus_query_language {
      query               = each.value.query
      duration            = each.value.wait
      evaluation_interval = "60s"
      # A metric that was never written has no descriptor yet.
      disable_metric_validation = true
    }
  }

  documentation {
    subject   = "${var.name}: ${each.value.says}"
    mime_type = "text/markdown"
    content   = file("${path.module}/../docs/runbooks/${each.key}.md")
  }

  alert_strategy {
    auto_close = "3600s"
  }
}
