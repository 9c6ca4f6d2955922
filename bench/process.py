"""CPU and peak memory of the command itself: `calpair sync` as a process, the simulators on ports beside it."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.ground import CALENDAR, FIRST_DAY, MAILBOX, Ground
from simulators.wire import mounted

_CHILD = """
import json, resource, sys
from calpair.cli import main
code = main(["--config", sys.argv[1], "--json", "sync", "ana"])
used = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss: it remembers the size of the process this one was forked from.
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"code": code, "cpu": used.ru_utime + used.ru_stime, "peak": peak}))
"""
_FILE = """
[service]
store = "sqlite:calpair.db"
digest_key = "env:KEY"
[domains."a.test"]
exchange.url = "{exchange}/EWS/Exchange.asmx"
exchange.auth = "basic"
exchange.username = "svc@a.test"
exchange.secret = "env:PASSWORD"
google.auth = "token"
google.secret = "env:TOKEN"
google.url = "{google}/"
limits.hosts = ["127.0.0.1"]
[pairs.ana]
domain = "a.test"
mailbox = "{mailbox}"
calendar = "{calendar}"
direction = "two_way"
history_days = 36500
"""


@dataclass(frozen=True, slots=True)
class Used:
    """What a process used: CPU seconds, peak resident memory in MiB."""

    cpu: float
    peak: float


def measure(events: int) -> tuple[Used, Used]:
    """Give what a first sync of a mailbox with so many events uses, and an idle run after it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ground = Ground(folder)
        ground.fill_exchange(events)
        ground.clock.advance(FIRST_DAY - ground.clock.now() + timedelta(days=1))
        with mounted(ground.exchange) as exchange, mounted(ground.google) as google:
            text = _FILE.format(exchange=exchange, google=google, mailbox=MAILBOX, calendar=CALENDAR)
            (folder / "calpair.toml").write_text(text, encoding="utf-8")
            return _sync(folder), _sync(folder)


def _sync(folder: Path) -> Used:
    environment = {**os.environ, "PASSWORD": "secret", "TOKEN": "TOKEN", "KEY": "6b" * 32, "PYTHONPATH": "functions"}
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", _CHILD, str(folder / "calpair.toml")],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    if told["code"]:
        raise RuntimeError(f"calpair sync ended with {told['code']}: {done.stdout}")
    return Used(told["cpu"], told["peak"] / 1024)
