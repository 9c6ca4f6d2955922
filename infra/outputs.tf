output "delegations" {
  description = "What Google Workspace's administrator enters under domain-wide delegation: client id and the one scope."
  value = {
    for name, scope in local.scopes : name => {
      account   = google_service_account.identity[name].email
      client_id = google_service_account.identity[name].unique_id
      scope     = scope
    }
  }
}

output "urls" {
  description = "Address of each function, which is also the audience of a token that calls it."
  value       = local.urls
}

output "secrets_to_fill" {
  description = "Secrets that need a version before anything runs."
  value       = concat([google_secret_manager_secret.digest_key.secret_id], keys(google_secret_manager_secret.domain))
}
