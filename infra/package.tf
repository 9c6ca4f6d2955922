# The zip all functions share, and the account that builds them from it.
resource "google_storage_bucket" "source" {
  name                        = "${var.project}-${var.name}-source"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  # It holds nothing that `make package` could not write again.
  force_destroy = true

  depends_on = [google_project_service.main]
}

resource "google_storage_bucket_object" "package" {
  # A name made from the content: a changed zip is a new object, and every function is deployed anew.
  name   = "calpair-${filesha256(var.package)}.zip"
  bucket = google_storage_bucket.source.name
  source = var.package

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = fileexists(var.package)
      error_message = "${var.package} is not there; run make package first."
    }
  }
}

resource "google_service_account" "builder" {
  account_id   = "${var.name}-builder"
  display_name = "calpair: builds the functions"

  depends_on = [google_project_service.main]
}

# Cloud Build copies the zip into a bucket of its own before it reads it, so the right to read is on the project.
resource "google_project_iam_member" "builder" {
  for_each = toset([
    "roles/artifactregistry.writer",
    "roles/logging.logWriter",
    "roles/storage.objectViewer",
  ])

  project = var.project
  role    = each.key
  member  = google_service_account.builder.member
}
