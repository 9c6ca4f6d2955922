# Firestore tells Eventarc of written documents, and Eventarc calls the function as this account.
resource "google_service_account" "events" {
  account_id   = "${var.name}-events"
  display_name = "calpair: Eventarc calls functions"

  depends_on = [google_project_service.main]
}

resource "google_project_iam_member" "events" {
  for_each = {
    "roles/eventarc.eventReceiver" = google_service_account.events.member
    # Google grants this to its own agent when the API is first used; said here, it is not lost when somebody tidies up.
    "roles/eventarc.serviceAgent" = "serviceAccount:service-${data.google_project.main.number}@gcp-sa-eventarc.iam.gserviceaccount.com"
  }

  project = var.project
  role    = each.key
  member  = each.value

  depends_on = [google_project_service.main]
}
