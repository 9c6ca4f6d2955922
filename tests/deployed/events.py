"""A written document as Eventarc tells of it: a CloudEvent in binary form, whose body nobody reads.

headers, body = event("demo-1", "pairs/ana")
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from deployed.environment import DATABASE


def event(project: str, document: str) -> tuple[Mapping[str, str], bytes]:
    """Give the headers and the body of the event."""
    headers = {
        "ce-id": uuid4().hex,
        "ce-source": f"//firestore.googleapis.com/projects/{project}/databases/{DATABASE}",
        "ce-specversion": "1.0",
        "ce-type": "google.cloud.firestore.document.v1.written",
        "ce-time": datetime.now(UTC).isoformat(),
        "ce-subject": f"documents/{document}",
        "ce-document": document,
        "ce-database": DATABASE,
        "Content-Type": "application/protobuf",
    }
    return headers, b"\x0a\x10\x00 no JSON"
