"""What holds for every test: loopback only, repeatable chance, and parts that say what they need.

Sockets: pytest-socket (options in pyproject.toml) lets connections reach loopback only; here names are held to it too,
since a look-up of a host's name is a packet that leaves the machine.
Chance: Hypothesis keeps no database and no deadline; under CI it draws the same examples every time.
Firestore: `firestore_host` is host and port of an emulator, one a process of pytest, started when first asked for.
Parts: `tools/parts.py`. CALPAIR_TABLE=1 (`make test`) prints what ran and what was left out, before pytest's last line.
"""

import ipaddress
import os
import socket
from collections import Counter
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tools import emulator
from tools.coverage_pause import Pause
from tools.parts import PARTS, REQUIRE, missing

TABLE = os.environ.get("CALPAIR_TABLE") == "1"
_REST = "rest"
_PARTS = "parts"
_WIDTHS = (58, 20, 30, 0)
_names = {part.name for part in PARTS}
_outcomes: Counter[tuple[str, str]] = Counter()

for name, same in (("calpair", False), ("ci", True)):
    settings.register_profile(
        name, deadline=None, database=None, derandomize=same, suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile("ci" if os.environ.get("CI") else "calpair")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(part, ...): runs only where these parts of tools/parts.py are there")
    config.pluginmanager.register(Pause(), "coverage-pause")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        unknown = set(_parts(item)) - _names
        if unknown:
            raise pytest.UsageError(f"{item.nodeid} needs {', '.join(sorted(unknown))}: no such part in tools/parts.py")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for lack in filter(None, map(missing, _parts(item))):
        pytest.skip(lack)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    report.user_properties.append((_PARTS, " ".join(_parts(item)) or _REST))
    if report.skipped and not hasattr(report, "wasxfail"):
        _left_out(report)
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    # Counted where reports arrive: with several processes, in the one that prints the table.
    if report.when == "call" or not report.passed:
        for name in str(dict(report.user_properties)[_PARTS]).split():
            _outcomes[name, "passed" if hasattr(report, "wasxfail") else report.outcome] += 1


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TABLE:
        terminalreporter.section("parts")
        for cells in _rows():
            terminalreporter.line("  ".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True)))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    worker = hasattr(session.config, "workerinput")
    if TABLE and REQUIRE and not worker and exitstatus == pytest.ExitCode.OK and any(not _ran(name) for name in _names):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _names_of_loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo

    def held(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _loopback(host):
            raise RuntimeError(f"a test looked up the name {host!r}; tests stay on this machine")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", held)


@pytest.fixture(scope="session")
def shared_firestore_host() -> Iterator[str]:
    with emulator.running() as host:
        yield host


@pytest.fixture(scope="session")
def firestore_host(shared_firestore_host: str) -> str:
    return shared_firestore_host


def _left_out(report: pytest.TestReport) -> None:
    """Make a skipped test a failed one where everything is meant to run, whatever its way of skipping."""
    if REQUIRE:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"left out, and CALPAIR_REQUIRE=all: {reason}"


def _parts(item: pytest.Item) -> list[str]:
    return [name for mark in item.iter_markers("needs") for name in mark.args]


def _ran(name: str) -> int:
    return _outcomes[name, "passed"] + _outcomes[name, "failed"]


def _rows() -> list[tuple[str, str, str, str]]:
    """Give a line for every part: what it is, what ran, what it needs and, where it is left out, the cure."""
    rows = [
        ("part", "ran", "needs", "how to get it"),
        ("all else", f"{_ran(_REST)} tests, {_outcomes[_REST, 'skipped']} skipped", "Python alone", ""),
    ]
    for part in PARTS:
        lacks = bool(missing(part.name))
        ran = f"{_ran(part.name)} tests" if _ran(part.name) else "LEFT OUT" if lacks else "LEFT OUT: no test"
        rows.append((f"{part.name}: {part.shows}", ran, part.needs, part.cure if lacks else ""))
    return rows


def _loopback(host: object) -> bool:
    if host in {None, "", "localhost", b"localhost", socket.gethostname()}:
        return True
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return True  # an address needs no look-up; whether it may be reached is pytest-socket's to say
