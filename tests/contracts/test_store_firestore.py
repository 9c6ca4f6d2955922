"""The Firestore store keeps the contract of stores, on Google's own emulator."""

from uuid import uuid4

import pytest

from calpair.gcp.firestore import connect
from calpair.gcp.store import FirestoreStore
from calpair.ports import Store
from contracts.store_contract import StoreContract
from contracts.store_look_alikes import LookAlikes
from contracts.store_peoples import Peoples
from contracts.store_races import Races


@pytest.mark.needs("firestore")
class TestOnTheEmulator(StoreContract, LookAlikes, Races, Peoples):
    @pytest.fixture
    def store(self, firestore_host: str) -> Store:
        return FirestoreStore(connect(firestore_host), f"demo-{uuid4().hex}")
