"""Who holds a lease on one machine, and whether that process still lives: a lease whose process is gone is void.

    holder = this_process()                 # "boot 4026531836 4711 88123", kept in the lease
    alive(holder)

A number alone proves nothing, for numbers are given again; so an identity is boot, process namespace, number and start
time, read from Linux's /proc (proc(5): field 22 of `stat`). Where there is no /proc a word drawn at start stands for
the boot. What cannot be told from here (another container, another system) is taken for alive: the lease then ends by
its deadline, while a lease voided wrongly would let two runs write at once.
"""

import os
import secrets
from pathlib import Path

_PROC = Path("/proc")
_STATE, _START = 0, 19
"""Places in `stat` after the command's name: fields 3 and 22."""
_DEAD = ("Z", "X")
_WORDS = 4
_WORD = secrets.token_hex(8)
"""Drawn once a process; a forked child shares it and is told apart by its number."""


def this_process(proc: Path = _PROC, number: int | None = None) -> str:
    """Give this process's identity: four words, the same as long as it lives."""
    own = os.getpid() if number is None else number
    started = _started(proc, own)
    if started is None:
        return f"word {_WORD} {own} -"
    return f"{_boot(proc)} {_namespace(proc)} {own} {started}"


def alive(identity: str, proc: Path = _PROC, word: str = _WORD) -> bool:
    """Tell whether the process of that identity still lives; what cannot be told counts as alive."""
    parts = identity.split()
    if len(parts) != _WORDS or not parts[2].isdecimal():
        return True
    boot, space, number, started = parts[0], parts[1], int(parts[2]), parts[3]
    if boot == "word":
        return space == word or (number != os.getpid() and _exists(number))
    if not (proc / "self").exists():
        return True
    if boot != _boot(proc):
        # The machine was started anew; a database file is not shared between machines.
        return False
    return space != _namespace(proc) or _started(proc, number) == started


def _boot(proc: Path) -> str:
    return _text(proc / "sys/kernel/random/boot_id") or "-"


def _namespace(proc: Path) -> str:
    try:
        return str((proc / "self/ns/pid").readlink()).removeprefix("pid:[").removesuffix("]")
    except OSError:
        return "-"


def _started(proc: Path, number: int) -> str | None:
    # The command's name stands in brackets and may hold anything, brackets too.
    fields = _text(proc / str(number) / "stat").rpartition(")")[2].split()
    if len(fields) <= _START or fields[_STATE] in _DEAD:
        return None
    return fields[_START]


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def _exists(number: int) -> bool:
    if os.name != "posix":
        # Elsewhere os.kill does not ask, it kills.
        return True
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
