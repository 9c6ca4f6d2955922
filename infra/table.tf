# functions.yaml as the other files read it.
locals {
  rows = yamldecode(file("${path.module}/functions.yaml"))

  functions = {
    for name, row in local.rows : name => merge(row, {
      service   = "${var.name}-${replace(name, "_", "-")}"
      kind      = one(keys(row.trigger))
      called_by = try(row.trigger.https, one(keys(row.trigger)))
      fewest    = try(coalesce(var.instances[name].fewest), row.instances.fewest)
      most      = try(coalesce(var.instances[name].most), row.instances.most)
    })
  }

  # Cloud Run's address of a service can be told before there is one, so functions may know one another without a circle.
  urls = {
    for name, row in local.functions : name =>
    "https://${row.service}-${data.google_project.main.number}.${var.region}.run.app"
  }
}

data "google_project" "main" {
  project_id = var.project
}
