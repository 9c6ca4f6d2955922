"""Long runs have an emulator of their own each: it keeps everything it was ever told, and would end over several."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tools import emulator


@pytest.fixture
def firestore_host(request: pytest.FixtureRequest) -> Iterator[str]:
    """The emulator of this process of pytest; in the long run one for each test, with room for all of it."""
    if os.environ.get("CALPAIR_TORTURE") == "1":
        with emulator.running(memory="4g") as host:
            yield host
    else:
        shared: Any = request.getfixturevalue("shared_firestore_host")
        yield shared
