"""Google's own Firestore emulator, for tests and to look at by hand.

    python -m tools.emulator                    # prints host and port, runs until it is interrupted

    with running() as host:                     # "127.0.0.1:40123"; tests have it as the fixture `firestore_host`
        connect(host)

It is found where its makers put it; Java is started directly, so that the process we end is the server itself. It keeps
everything in memory. Projects share nothing in it: a test takes one of its own instead of clearing up.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Event, Timer

OLDEST_JAVA = 11
_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
# One compiler and one collector: it is up in a second, and lives for a minute.
_OPTIONS = ("-Duser.language=en", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_READY = "is now running"
_SECONDS = 60.0
_TRIES = 3
_PLATFORM = Path("platform", "cloud-firestore-emulator", "cloud-firestore-emulator.jar")
_SDKS = ("/usr/lib/google-cloud-sdk", "/usr/lib64/google-cloud-sdk", "~/google-cloud-sdk", "/opt/google-cloud-sdk")


def jar() -> Path | None:
    """Find the emulator: FIRESTORE_EMULATOR_JAR, else gcloud's component, else what the Firebase command fetched."""
    named = os.environ.get("FIRESTORE_EMULATOR_JAR")
    if named:
        return Path(named) if Path(named).is_file() else None
    command = shutil.which("gcloud")
    beside = [Path(command).resolve().parent.parent] if command else []
    components = [folder.expanduser() / _PLATFORM for folder in [*beside, *map(Path, _SDKS)]]
    fetched = sorted(
        Path("~/.cache/firebase/emulators").expanduser().glob("cloud-firestore-emulator*.jar"), reverse=True
    )
    return next((path for path in [*components, *fetched] if path.is_file()), None)


@cache
def java() -> str | None:
    """Find a Java that is new enough: JAVA_HOME's, else the one on the path."""
    home = Path(os.environ.get("JAVA_HOME", "nowhere"), "bin")
    command = shutil.which("java", path=str(home)) or shutil.which("java")
    if command is None:
        return None
    told = subprocess.run([command, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(?:1\.)?(\d+)', told)
    return command if version and int(version[1]) >= OLDEST_JAVA else None


@contextmanager
def running(memory: str = "512m") -> Iterator[str]:
    """Start an emulator on a free port of this machine and end it with the block; gives host and port.

    It forgets nothing it was told, and ends when its `memory` (as Java takes it) is full.
    """
    with tempfile.TemporaryFile() as errors:
        for _ in range(_TRIES):
            host = f"127.0.0.1:{_free_port()}"
            process = _start(host, errors.fileno(), memory)
            try:
                if _is_up(process):
                    yield host
                    return
            finally:
                process.terminate()
                process.wait()
        errors.seek(0)
        raise RuntimeError(f"the Firestore emulator did not start: {errors.read().decode(errors='replace')[-2000:]}")


def _start(host: str, errors: int, memory: str) -> subprocess.Popen[str]:
    command, where = java(), jar()
    if command is None or where is None:
        raise RuntimeError("the Firestore emulator is not on this machine; tools/parts.py says how to get it")
    address, _, port = host.partition(":")
    return subprocess.Popen(
        [command, *_OPTIONS, f"-Xmx{memory}", "-cp", str(where), _MAIN, f"--host={address}", f"--port={port}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )


def _is_up(process: subprocess.Popen[str]) -> bool:
    """Read what it says until it is ready; false: it ended, as when somebody else was given the port meanwhile."""
    if process.stdout is None:
        return False
    guard = Timer(_SECONDS, process.kill)
    guard.start()
    with process.stdout:
        # Closed afterwards: nobody reads on, and Java does not mind.
        up = any(_READY in line for line in process.stdout)
    guard.cancel()
    return up


def _free_port() -> int:
    # The emulator, given port 0, does not tell which one it took.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    with running() as place, suppress(KeyboardInterrupt):
        print(place, flush=True)
        Event().wait()
