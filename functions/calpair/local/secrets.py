"""Secrets on one machine: what `env:NAME` and `file:PATH` stand for, and the digest key's file.

    password = resolve("env:CALPAIR_EXCHANGE_PASSWORD", folder, os.environ)
    make_digest_key(folder / "calpair.key")                     # `calpair init`, once
    key = digest_key("file:calpair.key", folder, os.environ)

Relative paths start from `folder`, where the configuration file is. Errors name the reference and the cure, never a
letter of the secret.
"""

import logging
import os
import re
import secrets
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from calpair.errors import UsageError

KEY_BYTES = 32

_KEY = re.compile(r"[0-9a-f]{64}")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SMALL = 1 << 20

_logger = logging.getLogger(__name__)


def resolve(reference: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Give the secret a reference names, without the line end an editor puts after it. UsageError says why not."""
    way, _, name = reference.partition(":")
    if way == "env":
        secret = environment.get(name, "")
        if not secret:
            trouble = "is empty" if name in environment else "is not set"
            raise UsageError(f"{reference}: the variable {name} {trouble}; set it where calpair is started")
        return secret
    if way == "file":
        path = folder / name
        secret = _read(reference, path).removesuffix("\n").removesuffix("\r")
        if not secret.strip():
            raise UsageError(f"{reference}: {path} is empty; write the secret into it")
        if _open_to_others(path):
            _logger.warning("%s can be read by other users of this machine; chmod 600 closes it", path)
        return secret
    if way == "secret-manager":
        raise UsageError(f"{reference} stands for a secret on Google Cloud; on one machine write env:NAME or file:PATH")
    # Not repeated: it may be the secret itself.
    raise UsageError("a secret is named by env:NAME or file:PATH; what is written instead is neither")


def make_digest_key(path: Path, chance: Callable[[int], bytes] = secrets.token_bytes) -> None:
    """Write a new digest key into a file only its owner may read. UsageError if there is one already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} is there already; it is kept, for another key costs a relist of every pair") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be made ({type(error).__name__}); look at its folder's rights") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{chance(KEY_BYTES).hex()}\n")
        file.flush()
        os.fsync(file.fileno())


def read_digest_key(path: Path) -> bytes:
    """Read the digest key. UsageError: not there, open to others, or not a key."""
    if not path.exists():
        raise UsageError(f"digest key {path} is not there; `calpair init` makes one")
    text = _read(f"digest key {path}", path)
    if _open_to_others(path):
        raise UsageError(f"digest key {path} can be read by other users of this machine; chmod 600 {path}")
    return _key(f"digest key {path}", text)


def digest_key(reference: str, folder: Path, environment: Mapping[str, str]) -> bytes:
    """Give the digest key a reference names; a file is held to `read_digest_key`'s rules."""
    way, _, name = reference.partition(":")
    if way == "file":
        return read_digest_key(folder / name)
    return _key(f"digest key {reference}", resolve(reference, folder, environment))


def _key(what: str, text: str) -> bytes:
    if not _KEY.fullmatch(text.strip().lower()):
        raise UsageError(f"{what} is not a key; move it away and let `calpair init` make one (that costs one relist)")
    return bytes.fromhex(text.strip())


def _read(what: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_SMALL + 1)
    except FileNotFoundError:
        raise UsageError(f"{what}: {path} is not there; make it, or name another file") from None
    except OSError as error:
        raise UsageError(f"{what}: {path} cannot be read ({type(error).__name__}); look at its rights") from None
    if len(raw) > _SMALL:
        raise UsageError(f"{what}: {path} is too large for a secret; name another file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{what}: {path} is not text in UTF-8; save it as UTF-8") from None


def _open_to_others(path: Path) -> bool:
    return os.name == "posix" and bool(path.stat().st_mode & _OTHERS)
