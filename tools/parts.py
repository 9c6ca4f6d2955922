"""The parts of the test suite that need something of the machine: what, how to see it is there, how to get it.

One entry a part. A test says `@pytest.mark.needs("schemas")`; where the thing is missing `tests/conftest.py` skips the
test with the cure as its reason, or fails it when CALPAIR_REQUIRE=all. `make test` prints a line for every entry and one
for all tests that need nothing. A later part is one more entry here.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools import emulator, environment

ROOT = Path(__file__).resolve().parent.parent
WHEELS = ROOT / "build" / "wheels"
"""The libraries of what is deployed, as `make wheels` fetches them."""
REQUIRE = os.environ.get("CALPAIR_REQUIRE") == "all"
"""A part left out is a failure: set where everything is meant to run."""


@dataclass(frozen=True, slots=True)
class Part:
    """A group of tests: the word they say, what they show, what they need, how to get it, and whether it is there."""

    name: str
    shows: str
    needs: str
    cure: str
    there: Callable[[], bool]


def _schemas() -> bool:
    folder = Path(os.environ.get("CALPAIR_EWS_SCHEMAS", "nowhere"))
    return all((folder / name / "messages.xsd").is_file() for name in ("SE", "2010_SP2", "2007_SP1"))


def _node() -> bool:
    return shutil.which("node") is not None and (ROOT / "node_modules" / "ews-javascript-api").is_dir()


def _firestore() -> bool:
    return emulator.jar() is not None and emulator.java() is not None


@cache
def _wheels() -> bool:
    return environment.wheels_are_there(WHEELS, Path("functions", "requirements.txt"))


def _demo() -> bool:
    return (ROOT / "demo" / "__main__.py").is_file()


PARTS = (
    Part(
        "schemas",
        "EWS as Microsoft's schemas have it",
        "a folder with SE, 2010_SP2 and 2007_SP1, each with messages.xsd",
        "take messages.xsd and types.xsd from the /EWS folder of servers of these versions; set CALPAIR_EWS_SCHEMAS to the folder above",
        _schemas,
    ),
    Part(
        "node",
        "a JavaScript client meets the Exchange simulator",
        "Node.js 20 and node_modules",
        "install Node.js, then `npm ci`",
        _node,
    ),
    Part(
        "firestore",
        "the store on Google's Firestore emulator",
        f"Java {emulator.OLDEST_JAVA} and the emulator",
        "install a Java runtime, then `gcloud components install cloud-firestore-emulator` (as a package: "
        "google-cloud-cli-firestore-emulator), or set FIRESTORE_EMULATOR_JAR to its .jar file",
        _firestore,
    ),
    Part(
        "wheels",
        "the package, served as it is deployed",
        "build/wheels (42 MB)",
        "`make wheels`; no network is needed afterwards",
        _wheels,
    ),
    Part(
        "terraform",
        "what is deployed, planned and held to rules",
        "Terraform 1.11",
        "install Terraform, 1.11 or a later 1.x; no network is needed afterwards",
        lambda: shutil.which("terraform") is not None,
    ),
    Part("demo", "the demo, whole", "the folder demo/", "take the whole tree", _demo),
)


def missing(name: str) -> str:
    """Say in one line what the part lacks and how to get it; empty when it can run. KeyError for an unknown part."""
    part = {one.name: one for one in PARTS}[name]
    return "" if part.there() else f"{part.name}: needs {part.needs} ({part.cure})"
