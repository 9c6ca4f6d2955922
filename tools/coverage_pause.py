"""Takes no coverage where it would tell nothing new, for on this Python it makes everything run at half the speed.

The simulators know nothing of the package, the house's rules read files, and what tortures the package, meets it with
strangers' clients or deploys it goes ways that other tests go too.
"""

from typing import Any

import pytest
from coverage import Coverage

UNMEASURED = ("tests/unit/simulators/", "tests/house/", "tests/torture/", "tests/strangers/", "tests/deployed/")


class Pause:
    """A plugin: stops the coverage that is being taken before such a test, and goes on with it before another."""

    def __init__(self) -> None:
        self._paused: Any = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """See which sort comes next."""
        if not item.nodeid.startswith(UNMEASURED):
            self._go_on()
        elif self._paused is None and (running := Coverage.current()):
            running.stop()
            self._paused = running

    def pytest_sessionfinish(self) -> None:
        """Leave it as it was found."""
        self._go_on()

    def _go_on(self) -> None:
        if self._paused is not None:
            self._paused.start()
            self._paused = None
