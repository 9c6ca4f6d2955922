# Containers only. Their values are added by hand or by a pipeline of yours and never pass through Terraform's state.
locals {
  # A destroyed version can be brought back for a week.
  secret_regret = "604800s"
}

# Keys the digests in the store; its loss costs one relist and no write.
resource "google_secret_manager_secret" "digest_key" {
  secret_id           = "${var.name}-digest-key"
  version_destroy_ttl = local.secret_regret

  replication {
    auto {}
  }

  depends_on = [google_project_service.main]
}

resource "google_secret_manager_secret_iam_member" "digest_key" {
  for_each = { for name, row in local.functions : name => row.rights.digest_key if can(row.rights.digest_key) }

  secret_id = google_secret_manager_secret.digest_key.secret_id
  role      = each.value
  member    = google_service_account.function[each.key].member
}

resource "google_secret_manager_secret" "domain" {
  for_each = var.secrets

  secret_id           = each.key
  version_destroy_ttl = local.secret_regret

  replication {
    auto {}
  }

  depends_on = [google_project_service.main]
}

resource "google_secret_manager_secret_iam_member" "domain" {
  for_each = merge([
    for name, row in local.functions : {
      for secret, use in var.secrets : "${name} ${secret}" => {
        function = name, secret = secret, role = row.rights["${use}_secrets"]
      } if can(row.rights["${use}_secrets"])
    }
  ]...)

  secret_id = google_secret_manager_secret.domain[each.value.secret].secret_id
  role      = each.value.role
  member    = google_service_account.function[each.value.function].member
}
