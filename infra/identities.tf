# The two accounts that act for people in Google Workspace, both without a key: a function signs as the account (IAM
# Credentials), and Workspace's administrator allows the account's client id what stands here and nothing else.
locals {
  scopes = {
    sync = ["https://www.googleapis.com/auth/calendar.events"]
    # Google tells busy and nothing finer but to who reads the events: tentative and out of office are in them.
    free_busy = concat(
      ["https://www.googleapis.com/auth/calendar.freebusy"],
      var.publish_status ? ["https://www.googleapis.com/auth/calendar.events.readonly"] : [],
    )
  }
}

resource "google_service_account" "identity" {
  for_each = local.scopes

  account_id   = "${var.name}-${replace(each.key, "_", "-")}-identity"
  display_name = "calpair: acts for people (${each.key})"
  description  = "To be allowed ${join(" and ", each.value)} in Google Workspace, nothing else. Never has a key."

  depends_on = [google_project_service.main]
}

resource "google_service_account_iam_member" "identity" {
  for_each = merge([
    for identity in keys(local.scopes) : {
      for name, row in local.functions : "${name} ${identity}" => {
        function = name, identity = identity, role = row.rights["${identity}_identity"]
      } if can(row.rights["${identity}_identity"])
    }
  ]...)

  service_account_id = google_service_account.identity[each.value.identity].name
  role               = each.value.role
  member             = google_service_account.function[each.value.function].member
}
