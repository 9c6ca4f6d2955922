"""`calpair why` asked of Ana's pair in an office, after a sync.

sync(company)
lines = why(company, "2027-05-31")
event = told(company, series_id)           # the one event of the answer in JSON
"""

from typing import Any

from scenarios.office import Office


def sync(company: Office) -> None:
    assert company.calpair("sync", "ana").code == 0


def why(company: Office, text: str) -> list[str]:
    said = company.calpair("why", "ana", text)
    assert said.code == 0, said.err
    return said.out.splitlines()


def told(company: Office, text: str) -> dict[str, Any]:
    (event,) = company.calpair("--json", "why", "ana", text).json["events"]
    return dict(event)
