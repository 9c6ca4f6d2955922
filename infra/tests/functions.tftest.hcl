# What is deployed: who may call it, how large it is, what it is told.
mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
}

override_resource {
  target          = google_service_account.scheduler
  override_during = plan
  values          = { member = "serviceAccount:the-scheduler" }
}

override_resource {
  target          = google_service_account.tasks
  override_during = plan
  values          = { member = "serviceAccount:the-tasks", email = "the-tasks" }
}

override_resource {
  target          = google_service_account.events
  override_during = plan
  values          = { member = "serviceAccount:the-events", email = "the-events" }
}

variables {
  package         = "./versions.tf" # any file stands in for the zip
  project         = "altostrat-calendars"
  region          = "europe-west1"
  alert_emails    = ["calendars@altostrat.com"]
  look_up_callers = ["user:ana@altostrat.com", "serviceAccount:rooms@tools.iam.gserviceaccount.com"]
}

run "each_function_is_called_by_those_it_is_for_and_told_what_its_row_names" {
  command = plan

  assert {
    condition = { for key, one in google_cloud_run_v2_service_iam_member.caller : key => one.member } == {
      "dispatch scheduler"                                                    = "serviceAccount:the-scheduler"
      "renew scheduler"                                                       = "serviceAccount:the-scheduler"
      "sync_pair tasks"                                                       = "serviceAccount:the-tasks"
      "publish_free_busy tasks"                                               = "serviceAccount:the-tasks"
      "domain_written events"                                                 = "serviceAccount:the-events"
      "entry_written events"                                                  = "serviceAccount:the-events"
      "pair_written events"                                                   = "serviceAccount:the-events"
      "exchange_free_busy user:ana@altostrat.com"                             = "user:ana@altostrat.com"
      "exchange_free_busy serviceAccount:rooms@tools.iam.gserviceaccount.com" = "serviceAccount:rooms@tools.iam.gserviceaccount.com"
    }
    error_message = "Somebody else may call a function, or somebody may not."
  }

  assert {
    condition     = alltrue([for one in google_cloud_run_v2_service_iam_member.caller : one.role == "roles/run.invoker"])
    error_message = "Callers may call, and nothing more."
  }

  assert {
    condition = { for name, one in google_cloudfunctions2_function.main : name => one.service_config[0].ingress_settings } == {
      dispatch           = "ALLOW_INTERNAL_ONLY"
      renew              = "ALLOW_INTERNAL_ONLY"
      sync_pair          = "ALLOW_INTERNAL_ONLY"
      publish_free_busy  = "ALLOW_INTERNAL_ONLY"
      domain_written     = "ALLOW_INTERNAL_ONLY"
      entry_written      = "ALLOW_INTERNAL_ONLY"
      pair_written       = "ALLOW_INTERNAL_ONLY"
      exchange_free_busy = "ALLOW_ALL"
      google_free_busy   = "ALLOW_ALL"
    }
    error_message = "Only look-ups are reached from outside."
  }

  assert {
    condition = (
      google_cloudfunctions2_function.main["sync_pair"].service_config[0].available_cpu == "1"
      && google_cloudfunctions2_function.main["sync_pair"].service_config[0].available_memory == "1Gi"
      && google_cloudfunctions2_function.main["sync_pair"].service_config[0].max_instance_request_concurrency == 16
      && google_cloudfunctions2_function.main["sync_pair"].service_config[0].environment_variables["THREADS"] == "16"
      && google_cloudfunctions2_function.main["sync_pair"].service_config[0].timeout_seconds == 540
    )
    error_message = "sync_pair: 1 cpu, 1 GiB, 16 requests, 16 threads, 540 seconds."
  }

  assert {
    condition     = alltrue([for one in google_cloudfunctions2_function.main : one.build_config[0].runtime == "python313"])
    error_message = "Functions run on Python 3.13."
  }

  assert {
    condition = google_cloudfunctions2_function.main["dispatch"].service_config[0].environment_variables == tomap({
      CALPAIR_STORE           = "firestore:altostrat-calendars/calpair"
      CALPAIR_PROJECT         = "altostrat-calendars"
      CALPAIR_QUEUE           = "projects/altostrat-calendars/locations/europe-west1/queues/calpair-sync"
      CALPAIR_SYNC_URL        = "https://calpair-sync-pair-123456789012.europe-west1.run.app"
      CALPAIR_PUBLISH_QUEUE   = "projects/altostrat-calendars/locations/europe-west1/queues/calpair-publish"
      CALPAIR_PUBLISH_URL     = "https://calpair-publish-free-busy-123456789012.europe-west1.run.app"
      CALPAIR_TASKS_ACCOUNT   = "the-tasks"
      CALPAIR_TIMEOUT_SECONDS = "540"
      CALPAIR_AUDIENCE        = "https://calpair-dispatch-123456789012.europe-west1.run.app"
      CALPAIR_CALLERS         = "the-scheduler"
      LOG_EXECUTION_ID        = "true"
      THREADS                 = "1"
    })
    error_message = "dispatch is told something else."
  }

  assert {
    condition = google_cloudfunctions2_function.main["exchange_free_busy"].service_config[0].environment_variables == tomap({
      CALPAIR_STORE             = "firestore:altostrat-calendars/calpair"
      CALPAIR_PROJECT           = "altostrat-calendars"
      CALPAIR_CALLERS           = "rooms@tools.iam.gserviceaccount.com,ana@altostrat.com"
      CALPAIR_AUDIENCE          = "https://calpair-exchange-free-busy-123456789012.europe-west1.run.app"
      CALPAIR_WORKSPACE_ACCOUNT = ""
      LOG_EXECUTION_ID          = "true"
      THREADS                   = "16"
    })
    error_message = "exchange_free_busy is told something else."
  }

  assert {
    condition = {
      for name, one in google_cloudfunctions2_function.main :
      name => one.service_config[0].environment_variables["CALPAIR_DIGEST_KEY"]
      if can(one.service_config[0].environment_variables["CALPAIR_DIGEST_KEY"])
      } == {
      publish_free_busy = "secret-manager:calpair-digest-key/versions/1"
      sync_pair         = "secret-manager:calpair-digest-key/versions/1"
    }
    error_message = "The digest key is named to those alone that may read it."
  }

  assert {
    condition = alltrue([
      for setting in ["CALPAIR_SYNC_IDENTITY", "CALPAIR_DIGEST_KEY", "CALPAIR_QUEUE", "CALPAIR_WORKSPACE_ACCOUNT"] :
      !contains(keys(google_cloudfunctions2_function.main["google_free_busy"].service_config[0].environment_variables), setting)
    ])
    error_message = "google_free_busy knows of nothing that it has no right on."
  }

  assert {
    condition     = !contains(keys(google_cloudfunctions2_function.main["publish_free_busy"].service_config[0].environment_variables), "CALPAIR_SYNC_IDENTITY")
    error_message = "Publishing writes no calendar."
  }

  assert {
    condition     = google_cloudfunctions2_function.main["publish_free_busy"].service_config[0].timeout_seconds == 300
    error_message = "A task of publishing waits for five minutes."
  }

  assert {
    condition = [
      for name in ["sync_pair", "pair_written"] :
      google_cloudfunctions2_function.main[name].service_config[0].environment_variables["CALPAIR_CALLERS"]
    ] == ["the-tasks", "the-events"]
    error_message = "A function asks for the token of the one account that may call it."
  }

  assert {
    condition = toset(flatten([
      for name in ["domain_written", "entry_written", "pair_written"] : [
        for filter in google_cloudfunctions2_function.main[name].event_trigger[0].event_filters : filter.value
      ]
    ])) == toset(["calpair", "directory/{address}", "domains/{name}", "pairs/{name}"])
    error_message = "The events are those of domains, pairs and entries of our database."
  }

  assert {
    condition = alltrue([
      for name in ["domain_written", "entry_written", "pair_written"] : (
        google_cloudfunctions2_function.main[name].build_config[0].entry_point == "document_written"
        && google_cloudfunctions2_function.main[name].event_trigger[0].event_type == "google.cloud.firestore.document.v1.written"
        && google_cloudfunctions2_function.main[name].event_trigger[0].retry_policy == "RETRY_POLICY_RETRY"
        && google_cloudfunctions2_function.main[name].event_trigger[0].trigger_region == "europe-west1"
        && google_cloudfunctions2_function.main[name].event_trigger[0].service_account_email == "the-events"
      )
    ])
    error_message = "All call document_written, are told where the database is, and are tried again."
  }
}

run "instances_the_way_to_exchange_and_the_place_of_the_database_can_be_set" {
  command = plan

  variables {
    database_location = "eur3"
    instances         = { exchange_free_busy = { fewest = 1 }, sync_pair = { most = 50 } }
    vpc_connector     = "projects/net/locations/europe-west1/connectors/exchange"
  }

  assert {
    condition     = google_cloudfunctions2_function.main["pair_written"].event_trigger[0].trigger_region == "eur3"
    error_message = "Eventarc has to listen at the database's own location."
  }

  assert {
    condition = (
      google_cloudfunctions2_function.main["exchange_free_busy"].service_config[0].min_instance_count == 1
      && google_cloudfunctions2_function.main["exchange_free_busy"].service_config[0].max_instance_count == 3
      && google_cloudfunctions2_function.main["sync_pair"].service_config[0].min_instance_count == 0
      && google_cloudfunctions2_function.main["sync_pair"].service_config[0].max_instance_count == 50
    )
    error_message = "What the variable says counts, and what it leaves out is the table's."
  }

  assert {
    condition     = google_cloud_tasks_queue.main["sync"].rate_limits[0].max_concurrent_dispatches == 800
    error_message = "The queue sends as many tasks as the instances take: 50 x 16."
  }

  assert {
    condition = alltrue([
      for name in ["exchange_free_busy", "publish_free_busy", "sync_pair"] :
      google_cloudfunctions2_function.main[name].service_config[0].vpc_connector_egress_settings == "ALL_TRAFFIC"
    ])
    error_message = "Those that speak to Exchange go by the connector."
  }
}

run "look_ups_are_open_where_the_operator_says_so_and_the_add_on_comes_in_by_its_account" {
  command = plan

  variables {
    look_up_callers   = ["user:ana@altostrat.com"]
    open_look_ups     = ["exchange_free_busy", "google_free_busy"]
    workspace_account = "service-123456789012@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
  }

  assert {
    condition = {
      for key, one in google_cloud_run_v2_service_iam_member.caller : key => one.member if strcontains(key, "free_busy ") && !startswith(key, "publish")
      } == {
      "exchange_free_busy anyone"                 = "allUsers"
      "exchange_free_busy user:ana@altostrat.com" = "user:ana@altostrat.com"
      "exchange_free_busy workspace"              = "serviceAccount:service-123456789012@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
      "google_free_busy anyone"                   = "allUsers"
    }
    error_message = "Somebody else gets as far as a look-up, or somebody does not."
  }

  assert {
    condition = (
      google_cloudfunctions2_function.main["exchange_free_busy"].service_config[0].environment_variables["CALPAIR_CALLERS"] == "ana@altostrat.com"
      && google_cloudfunctions2_function.main["exchange_free_busy"].service_config[0].environment_variables["CALPAIR_WORKSPACE_ACCOUNT"] == "service-123456789012@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
      && google_cloudfunctions2_function.main["google_free_busy"].service_config[0].environment_variables["CALPAIR_CALLERS"] == ""
    )
    error_message = "Whoever Cloud Run lets in, the function asks of a question's caller what it asked before."
  }

  assert {
    condition = output.addresses == {
      addon                 = "https://calpair-exchange-free-busy-123456789012.europe-west1.run.app/addon"
      exchange_autodiscover = "https://calpair-google-free-busy-123456789012.europe-west1.run.app/autodiscover/autodiscover.xml"
      google_connector      = "https://calpair-exchange-free-busy-123456789012.europe-west1.run.app/connector/DOMAIN"
      google_interop        = "https://calpair-exchange-free-busy-123456789012.europe-west1.run.app/EWS/Exchange.asmx"
    }
    error_message = "An address to enter is another one."
  }
}
