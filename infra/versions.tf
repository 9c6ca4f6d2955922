terraform {
  # 1.9: a variable's validation may look at other values; 1.11: a test may say what is known while planning.
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    google = {
      source = "hashicorp/google"
      # 6.50.0 is the schema `make infra-check` holds us to; nothing used here changes its shape up to 7.x.
      version = ">= 6.50.0, < 8.0.0"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region

  # What an installation costs can be told from the bill.
  default_labels = { application = var.name }
}
