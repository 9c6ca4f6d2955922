# What is kept, what is never lost, and what is never in the state.
mock_provider "google" {}

variables {
  package      = "./versions.tf" # any file stands in for the zip
  project      = "altostrat-calendars"
  region       = "europe-west1"
  alert_emails = ["calendars@altostrat.com"]
  secrets = {
    altostrat-exchange = "exchange"
    altostrat-google   = "google"
    altostrat-look-up  = "look_up"
  }

}

run "what_people_wrote_is_protected_and_each_right_is_one_that_a_row_asks_for" {
  command = plan

  assert {
    condition = (
      google_firestore_database.main.name == "calpair"
      && google_firestore_database.main.type == "FIRESTORE_NATIVE"
      && google_firestore_database.main.delete_protection_state == "DELETE_PROTECTION_ENABLED"
      && google_firestore_database.main.deletion_policy == "ABANDON"
      && google_firestore_backup_schedule.daily.retention == "604800s"
    )
    error_message = "The database: named, native, protected, saved for a week."
  }

  assert {
    condition     = toset([for one in google_firestore_field.unindexed : one.field]) == toset(["data", "head", "replaces"])
    error_message = "What nobody asks about is not indexed."
  }

  assert {
    condition = alltrue([
      for one in google_project_iam_member.database :
      one.condition[0].expression == "resource.name == \"projects/altostrat-calendars/databases/calpair\""
    ])
    error_message = "A right on the database is a right on this database."
  }

  assert {
    condition     = keys(google_secret_manager_secret_iam_member.digest_key) == ["publish_free_busy", "sync_pair"]
    error_message = "Who computes no digest has no business with its key."
  }

  assert {
    condition = keys(google_secret_manager_secret_iam_member.domain) == [
      "exchange_free_busy altostrat-exchange",
      "exchange_free_busy altostrat-look-up",
      "google_free_busy altostrat-google",
      "google_free_busy altostrat-look-up",
      "publish_free_busy altostrat-exchange",
      "publish_free_busy altostrat-google",
      "sync_pair altostrat-exchange",
      "sync_pair altostrat-google",
    ]
    error_message = "A server's secret is for those who speak to it, and what servers are let in with for those who let them in."
  }

  assert {
    condition     = google_secret_manager_secret.domain["altostrat-exchange"].version_destroy_ttl == "604800s"
    error_message = "A destroyed version can be brought back for a week."
  }

  assert {
    condition = { for name, one in output.delegations : name => one.scopes } == {
      sync      = "https://www.googleapis.com/auth/calendar.events"
      free_busy = "https://www.googleapis.com/auth/calendar.freebusy"
    }
    error_message = "The scopes are as narrow as the work."
  }

  assert {
    condition = { for key, one in google_service_account_iam_member.identity : key => one.role } == {
      "google_free_busy free_busy"  = "roles/iam.serviceAccountTokenCreator"
      "publish_free_busy free_busy" = "roles/iam.serviceAccountTokenCreator"
      "sync_pair sync"              = "roles/iam.serviceAccountTokenCreator"
    }
    error_message = "Only sync_pair signs as the account that writes calendars, and look-ups and publishing as the one that asks."
  }
}

run "events_are_read_only_where_a_domain_publishes_more_than_busy" {
  command = plan

  variables {
    publish_status = true
  }

  assert {
    condition = { for name, one in output.delegations : name => one.scopes } == {
      sync      = "https://www.googleapis.com/auth/calendar.events"
      free_busy = "https://www.googleapis.com/auth/calendar.freebusy,https://www.googleapis.com/auth/calendar.events.readonly"
    }
    error_message = "The account that looks up free/busy reads events then, and still writes none."
  }
}

run "a_changed_zip_is_a_new_object" {
  command = plan

  variables {
    package = "./outputs.tf"
  }

  assert {
    condition     = google_storage_bucket_object.package.name == "calpair-${filesha256("./outputs.tf")}.zip"
    error_message = "The object's name follows from its content."
  }
}

run "without_the_zip_the_plan_says_what_to_do" {
  command = plan

  variables {
    package = "../build/nothing.zip"
  }

  expect_failures = [google_storage_bucket_object.package]
}
