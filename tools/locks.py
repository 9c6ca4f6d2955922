"""Says whether the two lock files still are what pyproject.toml asks for, without asking any index.

    python -m tools.locks           # part of `make check`; `make lock` writes the files anew

Held: every requirement has a pin it accepts; nothing is pinned for pyproject.toml that it no longer asks for; both files
pin the same release of a package; every pin has hashes; no address of an index or a host stands in a file.
"""

import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
RUN = "functions/requirements.txt"
DEV = "requirements-dev.txt"

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[a-z0-9,._-]+\])?==(?P<version>[^ ;\\]+)")
_DIRECT = re.compile(r"#.*\bcalpair \(pyproject\.toml(:dev)?\)")


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock file: release by package, the packages pinned on pyproject.toml's own behalf, and lines gone wrong."""

    pins: dict[str, str]
    direct: frozenset[str]
    faults: tuple[str, ...]


def read(text: str) -> Lock:
    """Read a requirements file as `make lock` writes it."""
    pins: dict[str, str] = {}
    direct: set[str] = set()
    unhashed: set[str] = set()
    faults: list[str] = []
    name = ""
    for line in text.splitlines():
        pin = _PIN.match(line)
        if pin:
            name = canonicalize_name(pin["name"])
            pins[name] = pin["version"]
            unhashed.add(name)
        elif line.strip().startswith("--hash="):
            unhashed.discard(name)
        elif line.lstrip().startswith("#"):
            if _DIRECT.search(line):
                direct.add(name)
        elif line.strip():
            faults.append(f"a line that is neither a pin nor a hash: {line.strip()}")
        if "://" in line:
            faults.append(f"an address: {line.strip()}")
    faults += [f"{name} has no hash" for name in sorted(unhashed)]
    return Lock(pins, frozenset(direct), tuple(faults))


def compare(lock: Lock, requirements: list[str]) -> list[str]:
    """Name what the requirements ask and the lock does not give, and the reverse."""
    asked = {canonicalize_name(one.name): one for one in map(Requirement, requirements)}
    found = list(lock.faults)
    for name, requirement in asked.items():
        if name not in lock.pins:
            found.append(f"{name} is asked for and not locked")
        elif not requirement.specifier.contains(lock.pins[name], prereleases=True):
            found.append(f"{requirement} is asked for, {lock.pins[name]} is locked")
    return found + [f"{name} is locked and no longer asked for" for name in sorted(lock.direct - asked.keys())]


def problems(root: Path = ROOT) -> list[str]:
    """Give a line for each disagreement between pyproject.toml and the two lock files; none when all is well."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    runs: list[str] = project["project"]["dependencies"]
    tools: list[str] = project["dependency-groups"]["dev"]
    run, dev = (read((root / name).read_text(encoding="utf-8")) for name in (RUN, DEV))
    found = [f"{RUN}: {line}" for line in compare(run, runs)] + [
        f"{DEV}: {line}" for line in compare(dev, runs + tools)
    ]
    for name, version in run.pins.items():
        if dev.pins.get(name) != version:
            found.append(f"{name} is {version} in {RUN} and {dev.pins.get(name, 'absent')} in {DEV}")
    return found


def main() -> int:
    """Print the disagreements; 1 when there are any."""
    found = problems()
    for line in found:
        print(f"{line} (`make lock` writes the files anew)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
