"""The package as the platform has it: the zip, unpacked, beside an environment that holds its own libraries alone.

    package = unpacked(folder)      # package.folder, package.python
    beside(folder, python)          # the same, served by a Python that has the libraries already

As Google's buildpack does it: the locked libraries, the code compiled. The libraries are installed once for a lock, from
`build/wheels` and no index, and kept under `build/`; nothing else is ever put beside them.
"""

import fcntl
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tools import package
from tools.environment import PYTHON
from tools.parts import ROOT, WHEELS

_LIBRARIES = ROOT / "build" / "served"


@dataclass(frozen=True)
class Package:
    """Where the unpacked zip is, and the Python that has its libraries."""

    folder: Path
    python: Path


def unpacked(folder: Path) -> Package:
    """Pack what is deployed, and unpack it into this folder."""
    place = _place(folder)
    return _compiled(place, _libraries(place / "requirements.txt"))


def beside(folder: Path, python: Path) -> Package:
    """Do the same for a Python that has what the lock names, and more."""
    return _compiled(_place(folder), python)


def _place(folder: Path) -> Path:
    place = folder / "package"
    archive = folder / "calpair.zip"
    package.pack(ROOT / package.SOURCE, package.tracked(ROOT), archive)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(place)
    return place


def _compiled(place: Path, python: Path) -> Package:
    _do(python, "-m", "compileall", "-q", place)
    return Package(place, python)


def _libraries(lock: Path) -> Path:
    """Give the Python that has what the lock names, and nothing more; several processes of pytest may ask at once."""
    wanted = f"{sys.version}\n{lock.read_text()}"
    python, stamp = _LIBRARIES / "bin" / "python", _LIBRARIES / "lock"
    with (_LIBRARIES.parent / "served.turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not stamp.is_file() or stamp.read_text() != wanted:
            shutil.rmtree(_LIBRARIES, ignore_errors=True)
            _do(sys.executable, "-m", "venv", "--without-pip", _LIBRARIES)
            options = [
                "--no-index",
                "--find-links",
                WHEELS,
                "--no-deps",
                "--require-hashes",
                "--disable-pip-version-check",
            ]
            _do(PYTHON, "-m", "pip", "--python", python, "install", "-qq", *options, "-r", lock)
            stamp.write_text(wanted)
    return python


def _do(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)  # noqa: S603 - Python, with words of our own
