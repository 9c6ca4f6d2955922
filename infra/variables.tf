variable "project" {
  description = "Id of the Google Cloud project calpair lives in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "project is the id of a project (6 to 30 lower-case letters, digits and dashes), not its number and not its title."
  }
}

variable "region" {
  description = "Region of everything that runs, as in `europe-west1`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region is the name of one region, as in europe-west1; a zone (europe-west1-b) or a multi-region (eur3) is none."
  }
}

variable "database_location" {
  description = "Where Firestore keeps the database, as in `eur3`; the region when empty. Cannot be changed later."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = contains(["", "eur3", "nam5", "nam7"], var.database_location) || can(regex("^[a-z]+-[a-z]+[0-9]+$", var.database_location))
    error_message = "database_location is a region (europe-west1) or a multi-region of Firestore (eur3, nam5, nam7)."
  }
}

variable "name" {
  description = "First word of every name that is made here; two installations in one project differ in it."
  type        = string
  default     = "calpair"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{3,10}$", var.name))
    error_message = "name is 4 to 11 lower-case letters and digits, letter first: a database is named so, and accounts are named NAME-exchange-free-busy and may have 30 characters."
  }
}

variable "package" {
  description = "The zip that `make package` writes, seen from this folder."
  type        = string
  default     = "../build/calpair.zip"
  nullable    = false
}

variable "secrets" {
  description = "The secrets that domain documents name as `secret-manager:NAME`, each with what it is for: `exchange` (exchange.secret), `google` (google.secret) or `look_up` (availability.credentials). Only functions that need it can read it. Their containers are made here, their values never."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for use in values(var.secrets) : contains(["exchange", "google", "look_up"], use)])
    error_message = "secrets says of each what it is for: exchange, google or look_up."
  }

  validation {
    condition     = alltrue([for name in keys(var.secrets) : can(regex("^[A-Za-z0-9_-]{1,255}$", name))])
    error_message = "secrets holds bare names (letters, digits, dashes, underscores), without secret-manager: and without a path."
  }

  validation {
    condition     = !contains(keys(var.secrets), "${var.name}-digest-key")
    error_message = "secrets must not name the digest key: it is made here in any case and is no domain's."
  }
}

variable "digest_key_version" {
  description = "Which version of the digest key is used: the first, until another was added to take its place."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.digest_key_version >= 1 && floor(var.digest_key_version) == var.digest_key_version
    error_message = "digest_key_version is the number of a version of the secret: 1, 2 and so on."
  }
}

variable "look_up_callers" {
  description = "Who may ask for free/busy of Exchange users: `serviceAccount:EMAIL` or `user:EMAIL`."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for caller in var.look_up_callers : can(regex("^(serviceAccount|user):[^@:,\\s]+@[^@:,\\s]+$", caller))])
    error_message = "look_up_callers holds serviceAccount:EMAIL and user:EMAIL only: the function compares the e-mail address in the caller's token, so a group, a domain, allUsers and allAuthenticatedUsers have no place here."
  }
}

variable "open_look_ups" {
  description = "Look-ups that Cloud Run lets anyone call, since servers show them a name and password: `google_free_busy` for Exchange, `exchange_free_busy` for Google's connectors. The function lets in who is proven."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.open_look_ups : can(local.rows[name].trigger.https)])
    error_message = "open_look_ups names look-ups of functions.yaml (a row with an https trigger): google_free_busy, exchange_free_busy. Nothing else may be called by anyone."
  }
}

variable "workspace_account" {
  description = "The account as which Google Workspace calls the add-on, `service-NUMBER@gcp-sa-gsuiteaddons.iam.gserviceaccount.com`; empty: there is no add-on."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.workspace_account == "" || can(regex("^service-[0-9]+@gcp-sa-gsuiteaddons\\.iam\\.gserviceaccount\\.com$", var.workspace_account))
    error_message = "workspace_account is what `gcloud workspace-add-ons get-authorization` names: service-NUMBER@gcp-sa-gsuiteaddons.iam.gserviceaccount.com."
  }
}

variable "publish_status" {
  description = "Whether some domain has `public_folder.detail = \"status\"`: the account that looks up free/busy is then to be allowed to read events."
  type        = bool
  default     = false
  nullable    = false
}

variable "alert_emails" {
  description = "Who is told by e-mail when an alert fires."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.alert_emails) > 0 && alltrue([for email in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+$", email))])
    error_message = "alert_emails holds one e-mail address or more: an alert nobody hears is none."
  }
}

variable "instances" {
  description = "Fewest and most instances by function, where other than functions.yaml says, as in `{ exchange_free_busy = { fewest = 1 } }`."
  type = map(object({
    fewest = optional(number)
    most   = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.instances) : contains(keys(local.rows), name)])
    error_message = "instances names a function that functions.yaml has no row for."
  }
}

variable "vpc_connector" {
  description = "Serverless VPC Access connector through which Exchange is reached, as `projects/P/locations/L/connectors/C`; empty: the open internet."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.vpc_connector == "" || can(regex("^projects/[^/]+/locations/[^/]+/connectors/[^/]+$", var.vpc_connector))
    error_message = "vpc_connector is a full name: projects/P/locations/L/connectors/C."
  }
}
