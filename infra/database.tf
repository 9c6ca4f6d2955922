resource "google_firestore_database" "main" {
  name        = var.name
  location_id = var.database_location == "" ? var.region : var.database_location
  type        = "FIRESTORE_NATIVE"

  # What people wrote is in it: neither a plan nor a hand on the console takes it away.
  delete_protection_state = "DELETE_PROTECTION_ENABLED"
  deletion_policy         = "ABANDON"

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.main]
}

resource "google_firestore_backup_schedule" "daily" {
  database  = google_firestore_database.main.name
  retention = "604800s"

  daily_recurrence {}
}

# Each query shape of the store that Firestore's automatic indexes of single fields do not serve.
locals {
  indexes = {
    list_of_pair = {
      collections = ["links"]
      fields      = [{ path = "pair" }, { path = "key" }]
    }
    find_by_keys = {
      collections = ["links"]
      fields      = [{ path = "pair" }, { path = "keys", array = true }, { path = "key" }]
    }
  }

  # Collections whose documents name in `expire_at` when they are of no more use. Firestore deletes them within about a
  # day after; the code looks at the field itself.
  expiring = ["nudges"]
}

resource "google_firestore_index" "main" {
  for_each = merge([
    for shape, index in local.indexes : {
      for collection in index.collections : "${collection} ${shape}" => { collection = collection, fields = index.fields }
    }
  ]...)

  database   = google_firestore_database.main.name
  collection = each.value.collection

  dynamic "fields" {
    for_each = each.value.fields

    content {
      field_path   = fields.value.path
      order        = can(fields.value.array) ? null : "ASCENDING"
      array_config = can(fields.value.array) ? "CONTAINS" : null
    }
  }
}

resource "google_firestore_field" "expiring" {
  for_each = toset(local.expiring)

  database   = google_firestore_database.main.name
  collection = each.key
  field      = "expire_at"

  ttl_config {}
}

resource "google_project_iam_member" "database" {
  for_each = { for name, row in local.functions : name => row.rights.database if can(row.rights.database) }

  project = var.project
  role    = each.value
  member  = google_service_account.function[each.key].member

  # The role is on the project; the condition keeps it to this database.
  condition {
    title      = "${var.name} database only"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.main.name}\""
  }
}
