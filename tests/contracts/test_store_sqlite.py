"""The SQLite store keeps the contract of stores, in a file and in memory."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calpair.local.store import SqliteStore
from calpair.ports import Store
from contracts.store_contract import StoreContract
from contracts.store_look_alikes import LookAlikes
from contracts.store_peoples import Peoples
from contracts.store_races import Races


def now() -> datetime:
    return datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class TestInAFile(StoreContract, LookAlikes, Races, Peoples):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        store = SqliteStore(tmp_path / "calpair.db", now)
        yield store
        store.close()


class TestInMemory(StoreContract, LookAlikes, Races, Peoples):
    @pytest.fixture
    def store(self) -> Iterator[Store]:
        store = SqliteStore(":memory:", now)
        yield store
        store.close()
