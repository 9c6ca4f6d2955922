output "delegations" {
  description = "What Google Workspace's administrator enters under domain-wide delegation: client id, and scopes as they are typed."
  value = {
    for name, scopes in local.scopes : name => {
      account   = google_service_account.identity[name].email
      client_id = google_service_account.identity[name].unique_id
      scopes    = join(",", scopes)
    }
  }
}

output "addresses" {
  description = "What is entered elsewhere, so that free/busy is asked for here: in Exchange, in Google's Admin console, in an add-on."
  value = {
    exchange_autodiscover = "${local.urls["google_free_busy"]}/autodiscover/autodiscover.xml"
    google_interop        = "${local.urls["exchange_free_busy"]}/EWS/Exchange.asmx"
    google_connector      = "${local.urls["exchange_free_busy"]}/connector/DOMAIN"
    addon                 = "${local.urls["exchange_free_busy"]}/addon"
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
