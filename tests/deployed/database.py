"""The database from outside: opened as a person's tools open it, and what no person can do to it in a moment.

database = opened("demo-1", "127.0.0.1:8080")   # FIRESTORE_EMULATOR_HOST is to be set: Google's client goes by it
lease_is_up(database, "ana")                    # as if time had passed
forget(database)                                # everything but what people wrote
"""

import json
from datetime import UTC, datetime, timedelta

from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from deployed.environment import DATABASE

_WRITTEN_BY_PEOPLE = ("domains", "pairs", "directory")


def opened(project: str, host: str) -> firestore.Client:
    """Open a project's database."""
    return firestore.Client(
        project,
        AnonymousCredentials(),  # type: ignore[no-untyped-call]
        database=DATABASE,
        client_options={"api_endpoint": host},
    )


def lease_is_up(database: firestore.Client, name: str = "") -> None:
    """Let time pass until whoever had this pair, or any, has it no more."""
    for document in database.collection("cursors").stream():
        cursors = json.loads(document.get("data"))
        if cursors["lease"] and (not name or (cursors["head"] or {}).get("pair") == name):
            past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
            cursors |= {"lease": {**cursors["lease"], "until": past}, "due": past}
            document.reference.update({"data": json.dumps(cursors), "due": past})


def month_is_over(database: firestore.Client) -> None:
    """Let time pass until every renewal is due."""
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    for document in database.collection("renewals").stream():
        document.reference.update({"data": json.dumps({**json.loads(document.get("data")), "due": past}), "due": past})


def forget(database: firestore.Client) -> None:
    """Delete everything that calpair keeps: links, cursors, claims, status."""
    for collection in database.collections():
        if collection.id not in _WRITTEN_BY_PEOPLE:
            for document in collection.list_documents():
                document.delete()
