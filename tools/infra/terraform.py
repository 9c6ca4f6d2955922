"""Terraform, in a copy of the tree where nothing is left behind and no registry is asked.

    with workshop(ROOT) as place:
        ran = place.run("validate", "-json")
        plan = place.plan()

The copy holds `infra/` (without its backend: the state of a real installation is not touched), the runbooks and a
stand-in for the zip. The google provider is the one of `provider.py`, by Terraform's own `dev_overrides`, which writes
no lock file: a lock with the stand-in's hash must never be committed.
"""

import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

EXAMPLE = "terraform.tfvars.example"
"""The values that are planned with: those people begin with, which gives every loop something to go over."""

_LAUNCHER = """#!/bin/sh
PYTHONPATH={root} exec {python} -m tools.infra.provider
"""
_OVERRIDES = """provider_installation {{
  dev_overrides {{
    "hashicorp/google" = "{folder}"
  }}
  direct {{}}
}}
disable_checkpoint = true
"""
_SECONDS = 120
_THEIRS = (".terraform*", "*.tfstate*", "*.tfvars", "*.tfvars.json", "*.plan")
"""What a real installation leaves in the folder: not for a check."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """A copy of the tree's infrastructure, and Terraform set up to look at it. `infra` is its folder."""

    infra: Path
    configuration: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one Terraform command in the copy."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
        environment |= {"TF_CLI_CONFIG_FILE": str(self.configuration), "TF_IN_AUTOMATION": "1"}
        command = ["terraform", *arguments]
        return subprocess.run(
            command, cwd=self.infra, env=environment, capture_output=True, text=True, check=False, timeout=_SECONDS
        )

    def plan(self) -> tuple[dict[str, Any], str]:
        """Give the plan of a first installation, as `terraform show -json` has it; or nothing, and what was said."""
        made = self.run("plan", "-no-color", "-input=false", "-lock=false", f"-var-file={EXAMPLE}", "-out=check.plan")
        if made.returncode:
            return {}, made.stderr
        shown = self.run("show", "-json", "check.plan")
        return (json.loads(shown.stdout), "") if not shown.returncode else ({}, shown.stderr)


@contextlib.contextmanager
def workshop(tree: Path) -> Iterator[Workshop]:
    """Copy what Terraform reads and set it up; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="calpair-infra-") as name:
        place = Path(name)
        infra = place / "infra"
        shutil.copytree(tree / "infra", infra, ignore=shutil.ignore_patterns(*_THEIRS))
        (infra / "backend.tf").unlink(missing_ok=True)
        shutil.copytree(tree / "docs" / "runbooks", place / "docs" / "runbooks")
        (place / "build").mkdir()
        (place / "build" / "calpair.zip").write_bytes(b"stands in for the package")
        provider = place / "provider"
        provider.mkdir()
        launcher = provider / "terraform-provider-google"
        launcher.write_text(
            _LAUNCHER.format(root=shlex.quote(str(ROOT)), python=shlex.quote(sys.executable)), encoding="utf-8"
        )
        launcher.chmod(0o755)
        configuration = place / "terraform.rc"
        configuration.write_text(_OVERRIDES.format(folder=provider), encoding="utf-8")
        yield Workshop(infra, configuration)
