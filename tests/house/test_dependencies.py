"""Every library has a reason that is written down, and the version stands in one place."""

import re
import sys
import tomllib
from importlib.metadata import version

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from house.tree import ROOT, imports, short, tracked
from tools import locks

SIX = {
    "exchangelib",
    "functions-framework",
    "google-api-python-client",
    "google-cloud-firestore",
    "google-cloud-secret-manager",
    "google-cloud-tasks",
}
DECISIONS = ROOT / "docs" / "decisions"
IMPORTED_AS = {
    "exchangelib": "exchangelib",
    "functions_framework": "functions-framework",
    "google.cloud.firestore_v1": "google-cloud-firestore",
    "google.cloud.secretmanager_v1": "google-cloud-secret-manager",
    "google.cloud.tasks_v2": "google-cloud-tasks",
    "googleapiclient": "google-api-python-client",
    "nh3": "nh3",
    "tzdata": "tzdata",
    "waitress": "waitress",
}
ROW = re.compile(r"^\| `([\w.]+)` \| ([\w-]+) \| ([\w-]+) \|", re.MULTILINE)

project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
declared = {canonicalize_name(Requirement(one).name) for one in project["dependencies"]}


def guests() -> dict[str, str]:
    """Give module and package of what comes with a declared library and is used by name."""
    page = (DECISIONS / "libraries-of-libraries.md").read_text()
    return {module: package for module, package, _ in ROW.findall(page)}


def test_each_library_beyond_the_six_has_a_page() -> None:
    assert sorted(path.stem for path in DECISIONS.glob("*.md") if path.stem in declared) == sorted(declared - SIX)


def test_what_the_package_imports_is_declared_or_comes_with_what_is() -> None:
    known = {*IMPORTED_AS, *guests()}
    strange = {
        f"{short(path)}:{line} {module}"
        for path in tracked("functions/*.py")
        for module, line in imports(path)
        if module.partition(".")[0] not in {*sys.stdlib_module_names, "calpair"}
        and not any(module == name or module.startswith(f"{name}.") for name in known)
    }
    assert not strange


def test_each_guest_is_named_by_the_package() -> None:
    named = {module for path in tracked("functions/*.py") for module, _ in imports(path)}
    assert not [one for one in guests() if not any(name == one or name.startswith(f"{one}.") for name in named)]


def test_guests_are_locked_with_their_hosts() -> None:
    page = (DECISIONS / "libraries-of-libraries.md").read_text()
    pins = locks.read((ROOT / locks.RUN).read_text()).pins
    assert not [name for _, *names in ROW.findall(page) for name in names if name not in pins]


def test_locks_are_what_the_project_asks_for() -> None:
    assert locks.problems() == []


def test_the_changelog_tells_of_the_version() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert project["version"] in headings or headings == ["Unreleased"]


def test_the_installed_version_is_the_one_of_the_project() -> None:
    assert version("calpair") == project["version"]
