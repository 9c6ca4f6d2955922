# Values that are refused, each by the variable they were given to.
mock_provider "google" {}

variables {
  package      = "./versions.tf" # any file stands in for the zip
  project      = "altostrat-calendars"
  region       = "europe-west1"
  alert_emails = ["calendars@altostrat.com"]
}

run "wrong_values_are_refused_by_their_variables" {
  command = plan

  variables {
    project            = "123456789012"                                       # a number is no id
    region             = "europe-west1-b"                                     # a zone is no region
    database_location  = "EU"                                                 # a continent is no location of Firestore's
    secrets            = { "secret-manager:altostrat-exchange" = "exchange" } # a reference is no name
    look_up_callers    = ["allUsers"]                                         # everybody may not ask
    digest_key_version = 0
    alert_emails       = []                                                    # somebody has to hear
    instances          = { dispach = { fewest = 1 } }                          # no such function
    vpc_connector      = "exchange"                                            # not a full name
    open_look_ups      = ["dispatch"]                                          # no look-up
    workspace_account  = "room-finder@altostrat-tools.iam.gserviceaccount.com" # not Workspace's
  }

  expect_failures = [
    var.project,
    var.region,
    var.database_location,
    var.secrets,
    var.look_up_callers,
    var.digest_key_version,
    var.alert_emails,
    var.instances,
    var.vpc_connector,
    var.open_look_ups,
    var.workspace_account,
  ]
}

run "a_group_cannot_be_told_from_a_token_and_the_digest_key_is_ours" {
  command = plan

  variables {
    secrets         = { calpair-digest-key = "exchange" }
    look_up_callers = ["group:everybody@altostrat.com"]
  }

  expect_failures = [var.secrets, var.look_up_callers]
}

run "a_secret_is_for_something" {
  command = plan

  variables {
    secrets = { altostrat-exchange = "everything" }
  }

  expect_failures = [var.secrets]
}

run "fewest_instances_are_not_more_than_most" {
  command = plan

  variables {
    instances = { dispatch = { fewest = 2 } }
  }

  expect_failures = [google_cloudfunctions2_function.main]
}

run "a_long_name_would_make_accounts_too_long" {
  command = plan

  variables {
    name = "calendarpairs"
  }

  expect_failures = [var.name]
}
