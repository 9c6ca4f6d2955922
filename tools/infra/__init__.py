"""Judges `infra/` without a network: `python -m tools.infra`, or `make infra-check`.

Five layers, the cheapest first: style (`terraform fmt`), table (`functions.yaml` and what it names), schema (`terraform
validate`), plan (what Terraform would make, looked at one by one), behaviour (`terraform test`). Terraform needs the
google provider for the last three; `provider.py` stands in for it with the real one's schema and nothing behind it.
"""
