"""Packs what is deployed: `functions/` as one zip whose bytes depend on its files alone.

    python -m tools.package build/calpair.zip       # `make package`; prints the digest infra/ names the object by

Files in the order of their names, one date, one mode, and stored, so that no release of zlib has a say in the bytes;
the platform unpacks it once. What git does not track is no part of it: a stray file must not be deployed.
"""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = "functions"
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_ENTRY = "main.py"
_NEEDED = (_ENTRY, "requirements.txt")


def tracked(root: Path) -> list[str]:
    """Give the files below `functions/` that git knows, as they will be named in the package. SystemExit: it knows none."""
    git = shutil.which("git")
    if git is None:
        raise SystemExit("git is not there; install it: what is packed is what git tracks")
    # A tree without one of its own may lie in somebody else's.
    if not (root / ".git").exists():
        raise SystemExit(f"{root} is no clone (it has no .git); `git clone` it: what is packed is what git tracks")
    ran = subprocess.run(
        [git, "ls-files", "-z", "--cached", SOURCE], cwd=root, check=False, capture_output=True, text=True
    )
    if ran.returncode:
        raise SystemExit(f"git does not list the files of {root}: {' '.join(ran.stderr.split())}")
    listed = ran.stdout
    names = [name.removeprefix(f"{SOURCE}/") for name in listed.split("\0") if name]
    return sorted(name for name in names if (root / SOURCE / name).is_file())


def pack(folder: Path, names: Iterable[str], target: Path) -> str:
    """Write the package; gives the SHA-256 of its bytes. SystemExit: what the platform starts from is missing."""
    chosen = sorted(names)
    for needed in _NEEDED:
        if needed not in chosen:
            raise SystemExit(f"{SOURCE}/{needed} is not there, or not added to git; nothing was packed")
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in chosen:
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = _MODE
            entry.create_system = 3
            archive.writestr(entry, (folder / name).read_bytes())
    return hashlib.sha256(target.read_bytes()).hexdigest()


def main() -> int:
    """Pack, and print where and what."""
    target = Path(sys.argv[1])
    digest = pack(ROOT / SOURCE, tracked(ROOT), target)
    print(f"{target} sha256:{digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
