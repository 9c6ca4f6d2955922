# The state's bucket is named at `terraform init -backend-config=bucket=NAME`. No secret's value is ever in the state.
terraform {
  backend "gcs" {
    prefix = "calpair"
  }
}
