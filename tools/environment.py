"""Brings `.venv` to what a lock file says, and puts the `calpair` command into it.

    python3 tools/environment.py functions/requirements.txt     # what runs: enough for `make demo`
    python3 tools/environment.py requirements-dev.txt           # that and the tools: `make check`, `make test`
    python3 tools/environment.py --wheels build/wheels functions/requirements.txt   # `make wheels`: fetched, not installed

Uses the standard library alone, since it runs before anything is installed; the Makefile has looked at Python's version
before it calls this. A copy of each installed lock lies in `.venv`: where it equals the lock nothing is done; where it
differs the environment is made anew, so that nothing stays that no lock names; where there is none the lock is laid
over what is there. The copy is written last: an interrupted installation starts again.

Wheels are for the Python of `.venv`. A stamp beside them says which Python, which lock and which files; where all of it is
still so nothing is fetched.

calpair itself is not installed by a build but by a path file, an entry point and the name and version pip would write:
no build tool has to be fetched, and `functions/` stays exactly what is deployed.
"""

import argparse
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
_STAMP = "lock"

# the shell finds a Python whose path is long or holds a space, which the first line of a script could not name
_COMMAND = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from {module} import {function}

sys.exit({function}())
"""


def main() -> int:
    """Bring the environment to one lock, or fetch what it names; the exit code is pip's when it fails."""
    parser = argparse.ArgumentParser(description="Bring .venv to a lock file.")
    parser.add_argument("lock", type=Path, help="a requirements file with hashes")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="fetch into this folder instead of installing")
    asked = parser.parse_args()
    return _fetched(asked.lock, ROOT / asked.wheels) if asked.wheels else _brought(asked.lock)


def _brought(lock: Path) -> int:
    text = (ROOT / lock).read_text(encoding="utf-8")
    copy = VENV / f"{str(lock).replace('/', '-')}.lock"
    known = copy.read_text(encoding="utf-8") if copy.exists() else ""
    works = _works()
    if known != text or not works:
        if known or not works:
            venv.create(VENV, clear=True, with_pip=True)
        print(f"installing what {lock} names into .venv", flush=True)
        failed = _pip("install", lock)
        if failed:
            return failed
        copy.write_text(text, encoding="utf-8")
    _link()
    return 0


def wheels_are_there(folder: Path, lock: Path) -> bool:
    """Say whether a folder holds exactly the wheels that a lock names for the Python of `.venv`."""
    stamp = folder / _STAMP
    return stamp.is_file() and _works() and stamp.read_text(encoding="utf-8") == _stamp(folder, lock)


def _fetched(lock: Path, folder: Path) -> int:
    if wheels_are_there(folder, lock):
        return 0
    if not _works():
        venv.create(VENV, clear=True, with_pip=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print(f"fetching what {lock} names into {folder.relative_to(ROOT)}", flush=True)
    # a source package would have to be built, here and at each installation
    failed = _pip("download", lock, "--only-binary", ":all:", "--dest", str(folder))
    if not failed:
        (folder / _STAMP).write_text(_stamp(folder, lock), encoding="utf-8")
    return failed


def _stamp(folder: Path, lock: Path) -> str:
    told = [str(PYTHON), "-c", "import sys; print(sys.implementation.cache_tag)"]
    tag: str = subprocess.run(told, check=True, capture_output=True, text=True).stdout
    names = sorted(path.name for path in folder.iterdir() if path.name != _STAMP)
    return tag + "\n".join(names) + "\n" + (ROOT / lock).read_text(encoding="utf-8")


def _works() -> bool:
    """Say whether there is a Python in the environment that starts (its base may have been upgraded away)."""
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0


def _pip(verb: str, lock: Path, *more: str) -> int:
    # a lock is whole, so nothing is left to resolve; pip's resolver would look at the newest release of a library
    # that another asks for with an extra before the locked one, and fail on its hash from the day it is out
    options = ["--require-hashes", "--no-deps", "--disable-pip-version-check", "-qq", "--requirement"]
    return subprocess.run([PYTHON, "-m", "pip", verb, *more, *options, lock], cwd=ROOT, check=False).returncode


def _link() -> None:
    """Make `import calpair`, its version and the `calpair` command work in the environment."""
    libraries = next((VENV / "lib").glob("python*/site-packages"))
    if any(libraries.glob("__editable__.calpair-*")):
        return  # someone installed it with pip, which then answers for it
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for stale in libraries.glob("calpair-*.dist-info/METADATA"):
        if stale.parent.name != f"calpair-{project['version']}.dist-info":
            stale.unlink()
            stale.parent.rmdir()
    _write(libraries / "calpair.pth", f"{ROOT / 'functions'}\n")
    metadata = f"Metadata-Version: 2.1\nName: calpair\nVersion: {project['version']}\n"
    _write(libraries / f"calpair-{project['version']}.dist-info" / "METADATA", metadata)
    for name, target in project["scripts"].items():
        module, function = target.split(":")
        _write(VENV / "bin" / name, _COMMAND.format(python=PYTHON, module=module, function=function))
        (VENV / "bin" / name).chmod(0o755)


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
