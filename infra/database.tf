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

# Every query of the store asks about one field, for which Firestore keeps an index by itself
# (functions/calpair/gcp/queries.py); none needs a composite one.
locals {
  # The collections calpair writes, and in them the document as text, its summary and the version it was made on. Nobody
  # asks about these, and an index of them would cost more than all the others.
  unindexed = {
    for pair in setproduct(
      ["changed", "claims", "cursors", "gates", "links", "published", "renewals", "servers", "wanted"],
      ["data", "head", "replaces"],
    ) : join(" ", pair) => { collection = pair[0], field = pair[1] }
  }
}

resource "google_firestore_field" "unindexed" {
  for_each = local.unindexed

  database   = google_firestore_database.main.name
  collection = each.value.collection
  field      = each.value.field

  index_config {}
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
