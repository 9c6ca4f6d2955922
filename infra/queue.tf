locals {
  # Each queue with the requests that the functions it feeds can take at once.
  queues = {
    for queue in distinct([for row in local.functions : row.trigger.queue if row.kind == "queue"]) : queue =>
    sum([for row in local.functions : row.most * row.concurrency if try(row.trigger.queue, "") == queue])
  }
}

resource "google_cloud_tasks_queue" "main" {
  for_each = local.queues

  # A deleted queue's name is free again only after seven days.
  name     = "${var.name}-${each.key}"
  location = var.region

  rate_limits {
    max_dispatches_per_second = 100
    # More would be answered 429, and that slows the whole queue.
    max_concurrent_dispatches = each.value
  }

  # A task only says "look at this", and a later dispatch says it again: a failing one is given up after ten
  # minutes. Cloud Tasks stops when both limits are reached.
  retry_config {
    max_attempts       = 5
    max_retry_duration = "600s"
    min_backoff        = "5s"
    max_backoff        = "120s"
    max_doublings      = 4
  }

  depends_on = [google_project_service.main]
}

resource "google_cloud_tasks_queue_iam_member" "function" {
  for_each = merge([
    for queue in keys(local.queues) : {
      for name, row in local.functions : "${name} ${queue}" => {
        function = name, queue = queue, role = row.rights["${queue}_queue"]
      } if can(row.rights["${queue}_queue"])
    }
  ]...)

  name     = google_cloud_tasks_queue.main[each.value.queue].name
  location = var.region
  role     = each.value.role
  member   = google_service_account.function[each.value.function].member
}

# The account whose token every task carries.
resource "google_service_account" "tasks" {
  account_id   = "${var.name}-tasks"
  display_name = "calpair: Cloud Tasks calls functions"

  depends_on = [google_project_service.main]
}

# Who puts a task into a queue names that account in it, and must be allowed to.
resource "google_service_account_iam_member" "tasks" {
  for_each = { for name, row in local.functions : name => row.rights.tasks_account if can(row.rights.tasks_account) }

  service_account_id = google_service_account.tasks.name
  role               = each.value
  member             = google_service_account.function[each.key].member
}
