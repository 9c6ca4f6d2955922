locals {
  # Internal lets in Cloud Scheduler, Cloud Tasks and Eventarc of this project, and nobody from the internet.
  ingress = {
    schedule  = "ALLOW_INTERNAL_ONLY"
    queue     = "ALLOW_INTERNAL_ONLY"
    documents = "ALLOW_INTERNAL_ONLY"
    https     = "ALLOW_ALL"
  }

  # Who shows a token, by the trigger's kind; a row with an https trigger says which of the last two. The function looks at
  # the token again.
  callers = {
    schedule        = { scheduler = google_service_account.scheduler.member }
    queue           = { tasks = google_service_account.tasks.member }
    documents       = { events = google_service_account.events.member }
    look_up_callers = { for caller in var.look_up_callers : caller => caller }
    passwords       = {}
  }

  # Whom Cloud Run lets in besides, to be proven by the function alone.
  proven_there = {
    for name, row in local.functions : name => merge(
      contains(row.settings, "CALPAIR_WORKSPACE_ACCOUNT") && var.workspace_account != "" ? { workspace = "serviceAccount:${var.workspace_account}" } : {},
      contains(var.open_look_ups, name) ? { anyone = "allUsers" } : {},
    )
  }
}

# One account a function, so that each holds its own rights alone.
resource "google_service_account" "function" {
  for_each = local.functions

  account_id   = each.value.service
  display_name = "calpair: ${each.key}"
  description  = each.value.does

  depends_on = [google_project_service.main]
}

resource "google_cloudfunctions2_function" "main" {
  for_each = local.functions

  name        = each.value.service
  location    = var.region
  description = each.value.does

  build_config {
    runtime         = "python313"
    entry_point     = each.value.entry_point
    service_account = google_service_account.builder.id

    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.package.name
      }
    }
  }

  service_config {
    service_account_email            = google_service_account.function[each.key].email
    available_cpu                    = tostring(each.value.cpu)
    available_memory                 = each.value.memory
    max_instance_request_concurrency = each.value.concurrency
    timeout_seconds                  = each.value.timeout_seconds
    min_instance_count               = each.value.fewest
    max_instance_count               = each.value.most
    environment_variables            = local.environment[each.key]
    ingress_settings                 = local.ingress[each.value.kind]
    all_traffic_on_latest_revision   = true

    vpc_connector                 = try(each.value.reaches_exchange, false) && var.vpc_connector != "" ? var.vpc_connector : null
    vpc_connector_egress_settings = try(each.value.reaches_exchange, false) && var.vpc_connector != "" ? "ALL_TRAFFIC" : null
  }

  dynamic "event_trigger" {
    for_each = each.value.kind == "documents" ? [each.value.trigger.documents] : []

    content {
      event_type            = "google.cloud.firestore.document.v1.written"
      trigger_region        = google_firestore_database.main.location_id
      retry_policy          = "RETRY_POLICY_RETRY"
      service_account_email = google_service_account.events.email

      event_filters {
        attribute = "database"
        value     = google_firestore_database.main.name
      }

      event_filters {
        attribute = "document"
        value     = event_trigger.value
        operator  = "match-path-pattern"
      }
    }
  }

  lifecycle {
    precondition {
      condition     = each.value.fewest <= each.value.most
      error_message = "${each.key}: fewest instances (${each.value.fewest}) are more than most (${each.value.most})."
    }
  }

  depends_on = [
    google_project_iam_member.builder,
    google_project_iam_member.events,
    google_project_service.main,
  ]
}

# Who may call. A function's service in Cloud Run bears its name.
resource "google_cloud_run_v2_service_iam_member" "caller" {
  for_each = merge([
    for name, row in local.functions : {
      for caller, member in merge(local.callers[row.called_by], local.proven_there[name]) :
      "${name} ${caller}" => { function = name, member = member }
    }
  ]...)

  name     = google_cloudfunctions2_function.main[each.value.function].name
  location = var.region
  role     = "roles/run.invoker"
  member   = each.value.member
}
