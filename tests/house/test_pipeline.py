"""The pipeline in Cloud Build goes the way people go: the same words in the same order, and nothing applied unasked."""

import re
from typing import Any

import yaml

from house.tree import ROOT

BUILD: dict[str, Any] = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in BUILD["steps"]}


def test_it_checks_tests_packages_plans_and_applies() -> None:
    assert list(STEPS) == ["check", "test", "package", "plan", "apply"]


def test_the_first_steps_are_the_words_people_use() -> None:
    words = ["check", "test", "package"]
    assert [(STEPS[word]["entrypoint"], STEPS[word]["args"]) for word in words] == [("make", [word]) for word in words]


def test_what_is_applied_is_the_plan_that_was_made() -> None:
    [_, plan], [_, apply] = STEPS["plan"]["args"], STEPS["apply"]["args"]
    assert plan.splitlines()[-1] == "terraform plan -input=false -out=calpair.plan"
    assert "terraform apply -input=false calpair.plan" in apply
    assert plan.index("terraform test") < plan.index("terraform plan")


def test_nothing_is_applied_unasked() -> None:
    assert BUILD["substitutions"]["_APPLY"] == "no"
    assert STEPS["apply"]["args"][1].startswith('if [ "$_APPLY" = yes ]')


def test_each_value_the_trigger_gives_reaches_terraform() -> None:
    given = set(BUILD["substitutions"]) - {"_STATE_BUCKET", "_APPLY"}
    assert sorted(BUILD["options"]["env"]) == sorted(
        ["TF_IN_AUTOMATION=1", "TF_VAR_project=$PROJECT_ID"] + [f"TF_VAR{name.lower()}=${name}" for name in given]
    )


def test_a_build_takes_every_variable_and_what_terraform_would_take_where_nothing_is_given() -> None:
    written = (ROOT / "infra" / "variables.tf").read_text(encoding="utf-8")
    blocks = {block.split('"')[1]: block for block in re.split(r"^variable ", written, flags=re.MULTILINE)[1:]}
    given = {name.removeprefix("_").lower(): value for name, value in BUILD["substitutions"].items()}
    assert blocks.keys() - {"project", "package"} == given.keys() - {"state_bucket", "apply"}
    for name in blocks.keys() - {"project", "package"}:
        default = re.search(r"^  default +=(.*)$", blocks[name], re.MULTILINE)
        assert not default or default[1].strip().strip('"') == given[name]
