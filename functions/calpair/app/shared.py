"""The store on Google Cloud, as a command on one machine opens it: `[service] store = "firestore:PROJECT/DATABASE"`.

Apart from `machine.py`, and imported late: Google's library takes a while to load, and most commands need none of it.
"""

from collections.abc import Mapping

from calpair.ports import Store
from calpair.settings import FirestoreAt


def opened(place: FirestoreAt, environment: Mapping[str, str]) -> Store:
    """Open it, as the account this machine acts as. StoreError: there is none."""
    from calpair.gcp import firestore  # noqa: PLC0415 - see the head
    from calpair.gcp.store import FirestoreStore  # noqa: PLC0415 - the same

    emulator = environment.get("FIRESTORE_EMULATOR_HOST", "")
    named = f"{emulator} (FIRESTORE_EMULATOR_HOST)" if emulator else ""
    return FirestoreStore(firestore.connect(emulator), place.project, place.database, named)
