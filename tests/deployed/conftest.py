"""What the deployed functions are served in: package and company once a session, the queue once a test."""

import os
from collections.abc import Iterator

import pytest

from deployed.company import Company, company
from deployed.package import Package, unpacked


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return unpacked(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory, package: Package, firestore_host: str) -> Iterator[Company]:
    before = os.environ.get("FIRESTORE_EMULATOR_HOST")
    os.environ["FIRESTORE_EMULATOR_HOST"] = firestore_host  # Google's own client goes by it
    try:
        with company(tmp_path_factory.mktemp("company"), package, firestore_host) as made:
            made.looked_up()
            yield made
    finally:
        if before is None:
            del os.environ["FIRESTORE_EMULATOR_HOST"]
        else:
            os.environ["FIRESTORE_EMULATOR_HOST"] = before


@pytest.fixture
def office(opened: Company) -> Company:
    opened.heal()
    opened.queue.renew()
    return opened
