"""Looks at what Terraform would make: what no schema says and only Google, or a careful reader, would refuse.

    plan, said = place.plan()
    for line in policy.problems(plan, runbooks={"dispatch-stopped"}): print(line)

`plan` is that of a first installation, as `terraform show -json` writes it; what Google would fill in is absent.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tools.infra import text
from tools.infra.rights import EVERYONE, GRANTS, PUBLIC

RUNTIME = "python313"
MESSAGE_LONGEST = 8_192
"""Characters of an alert's documentation that Cloud Monitoring takes."""

DURATIONS = re.compile(r"(\w+_)?(deadline|backoff|duration|interval|ttl|retention|period|auto_close)")
ONE_OF: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "google_cloud_scheduler_job": (("app_engine_http_target", "http_target", "pubsub_target"),),
    "google_cloud_scheduler_job.http_target": (("oauth_token", "oidc_token"),),
    "google_secret_manager_secret.replication": (("auto", "user_managed"),),
    "google_cloudfunctions2_function.build_config.source": (("repo_source", "storage_source"),),
    "google_firestore_backup_schedule": (("daily_recurrence", "weekly_recurrence"),),
    "google_monitoring_alert_policy.conditions": (
        (
            "condition_absent",
            "condition_matched_log",
            "condition_monitoring_query_language",
            "condition_prometheus_query_language",
            "condition_sql",
            "condition_threshold",
        ),
    ),
}
"""Of each group exactly one is to be written; the provider checks it in code, so no schema shows it."""

_INTERNAL = "ALLOW_INTERNAL_ONLY"
_FORBIDDEN = re.compile(r"_iam_(binding|policy)$|_service_account_key$|_secret_version$|_api_key")
_Value = Mapping[str, Any]


def problems(plan: _Value, runbooks: set[str]) -> list[str]:
    """Give a line for everything that is wrong. `runbooks`: names of the pages there are."""
    made = {one["address"]: one for one in plan["planned_values"]["root_module"]["resources"]}
    found = [f"{address}: {line}" for address, one in made.items() for line in _resource(one)]
    return found + list(_alerts(made, runbooks)) + list(_threads(made))


def _resource(one: _Value) -> Iterator[str]:
    kind, value = one["type"], one["values"]
    if _FORBIDDEN.search(kind):
        yield f"{kind} is not used here: rights are added one by one, keys and secrets stay out of the state"
    yield from _durations(value)
    yield from _one_of(kind, value)
    if kind.endswith("_iam_member"):
        yield from _grant(kind, str(one.get("index", "")), value)
    look = _LOOKS.get(kind)
    if look:
        yield from look(value)


def _durations(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from _durations(one, inner)
    elif isinstance(value, list):
        for one in value:
            yield from _durations(one, name)
    elif isinstance(value, str) and DURATIONS.fullmatch(name) and text.duration(value):
        yield f"{name}: {text.duration(value)}"


def _one_of(path: str, value: _Value) -> Iterator[str]:
    for group in ONE_OF.get(path, ()):
        written = [name for name in group if value.get(name)]
        if len(written) != 1:
            yield f"exactly one of {', '.join(group)} is to be written, not {', '.join(written) or 'none'}"
    for name, several in value.items():
        for one in several if isinstance(several, list) else ():
            if isinstance(one, dict):
                yield from _one_of(f"{path}.{name}", one)


def _grant(kind: str, index: str, value: _Value) -> Iterator[str]:
    if value["role"] not in GRANTS.get(kind, set()):
        yield f"{value['role']} is not among the roles that are given here; tools/infra/rights.py lists them"
    if value.get("member") in EVERYONE and index.partition(" ")[0] not in PUBLIC:
        yield "anyone may call it; tools/infra/rights.py lists those that anyone may"
    if value["role"].startswith("roles/datastore.") and not value.get("condition"):
        yield "the role holds for every database of the project; a condition keeps it to ours"


def _function(value: _Value) -> Iterator[str]:
    [build], [service] = value["build_config"], value["service_config"]
    if build["runtime"] != RUNTIME:
        yield f"runtime is {build['runtime']}, what is tested is {RUNTIME}"
    if service["max_instance_request_concurrency"] > 1 and float(service["available_cpu"]) < 1:
        yield "more than one request at once needs a whole cpu"
    for trigger in value["event_trigger"]:
        if trigger.get("retry_policy") != "RETRY_POLICY_RETRY":
            yield "an event that failed once would be lost; retry_policy is RETRY_POLICY_RETRY"
        if service["ingress_settings"] != _INTERNAL:
            yield f"only Eventarc calls it: ingress_settings is {_INTERNAL}"


def _job(value: _Value) -> Iterator[str]:
    if text.cron(value["schedule"]):
        yield text.cron(value["schedule"])
    if text.duration(value["attempt_deadline"]) or not 15 <= float(value["attempt_deadline"][:-1]) <= 1_800:  # noqa: PLR2004 - Cloud Scheduler's
        yield f"attempt_deadline is {value['attempt_deadline']}; Cloud Scheduler takes 15s to 1800s"


def _account(value: _Value) -> Iterator[str]:
    if text.account(value["account_id"]):
        yield text.account(value["account_id"])


def _queue(value: _Value) -> Iterator[str]:
    [rate] = value["rate_limits"] or [{}]
    if not rate.get("max_dispatches_per_second", 501) <= 500:  # noqa: PLR2004 - Cloud Tasks'
        yield "max_dispatches_per_second is to be said, and at most 500"
    if not rate.get("max_concurrent_dispatches", 5_001) <= 5_000:  # noqa: PLR2004 - Cloud Tasks'
        yield "max_concurrent_dispatches is to be said, and at most 5000"
    [retry] = value["retry_config"] or [{}]
    if not retry.get("max_attempts", -1) > 0 or "max_retry_duration" not in retry:
        yield "a task is tried for ever unless both max_attempts and max_retry_duration are said"


def _database(value: _Value) -> Iterator[str]:
    if value.get("delete_protection_state") != "DELETE_PROTECTION_ENABLED":
        yield "what people wrote is in it: delete_protection_state is DELETE_PROTECTION_ENABLED"


def _service(value: _Value) -> Iterator[str]:
    if value.get("disable_on_destroy") is not False:
        yield "others may use the service: disable_on_destroy is false"


def _bucket(value: _Value) -> Iterator[str]:
    if value.get("public_access_prevention") != "enforced" or value.get("uniform_bucket_level_access") is not True:
        yield "public_access_prevention is enforced and uniform_bucket_level_access true"


_LOOKS = {
    "google_cloudfunctions2_function": _function,
    "google_cloud_scheduler_job": _job,
    "google_service_account": _account,
    "google_cloud_tasks_queue": _queue,
    "google_firestore_database": _database,
    "google_project_service": _service,
    "google_storage_bucket": _bucket,
}


def _threads(made: Mapping[str, _Value]) -> Iterator[str]:
    for address, one in made.items():
        if one["type"] != "google_cloudfunctions2_function":
            continue
        [service] = one["values"]["service_config"]
        concurrency = service["max_instance_request_concurrency"]
        if service["environment_variables"].get("THREADS") != str(concurrency):
            yield f"{address}: THREADS is not the concurrency, {concurrency}: requests would wait for a thread"


def _alerts(made: Mapping[str, _Value], runbooks: set[str]) -> Iterator[str]:
    policies = {one["index"]: one["values"] for one in made.values() if one["type"] == "google_monitoring_alert_policy"}
    for name in sorted(runbooks - policies.keys()):
        yield f"docs/runbooks/{name}.md: there is no alert of that name"
    for name, value in policies.items():
        if name not in runbooks:
            yield f"alert {name}: docs/runbooks/{name}.md is not there"
        content = value["documentation"][0]["content"] if value["documentation"] else ""
        if not content.startswith(f"# {name}\n"):
            yield f"alert {name}: its message is not its runbook, which begins with # {name}"
        if len(content) > MESSAGE_LONGEST:
            yield f"alert {name}: its runbook is longer than the {MESSAGE_LONGEST} characters a message may have"
        if not value["notification_channels"]:
            yield f"alert {name}: nobody is told"
