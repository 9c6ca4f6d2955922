"""The line to Firestore: how it is opened, how long it is waited for, and its refusals in words of ours.

    client = connect()                      # the account the process runs as; connect("127.0.0.1:8080"): an emulator
    with translated("projects/p/databases/d"):
        client.commit(request=..., **PATIENCE)

A write is sent again only where the answer says it was not done (contention) or none came; what it is conditional on
then decides, so that at worst a write that was done is reported as lost to somebody else: a rerun finds it.
Source: google.rpc.Code, google-api-core's retries.
"""

import contextlib
from collections.abc import Iterator
from typing import Any, Protocol

import grpc
from google.api_core import exceptions, retry
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport
from google.cloud.firestore_v1.types import CommitResponse

from calpair.errors import StoreBrokenError

SECONDS = 10.0
"""How long one call may take, with all its tries."""
PATIENCE: dict[str, Any] = {
    "timeout": SECONDS,
    "retry": retry.Retry(
        predicate=retry.if_exception_type(exceptions.Aborted, exceptions.ServiceUnavailable),
        initial=0.1,
        maximum=1.0,
        multiplier=2.0,
        timeout=SECONDS,
    ),
}

# Without it a connection that died while the instance was frozen would be noticed after minutes.
_CHANNEL = (
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
)
_RIGHTS = "lets this account do nothing; give it the role Cloud Datastore User (roles/datastore.user)"
_SILENT = "did not answer in time; try again in a minute"
_REFUSALS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.PermissionDenied, _RIGHTS),
    (exceptions.Unauthenticated, _RIGHTS),
    (GoogleAuthError, "asks who this is, and this process has no account to act as; give it one"),
    (exceptions.NotFound, "is not there; make the database, or name another one for the store"),
    (exceptions.FailedPrecondition, "cannot be used as it is; it has to be in Firestore's Native mode"),
    (exceptions.ResourceExhausted, "has a quota that is used up; look at the project's quotas"),
    (exceptions.DeadlineExceeded, _SILENT),
    (exceptions.ServiceUnavailable, _SILENT),
    (exceptions.Aborted, _SILENT),
    (exceptions.RetryError, _SILENT),
)


class Line(Protocol):
    """The four calls the store makes, as the library's client has them."""

    def batch_get_documents(self, *, request: Any, timeout: Any, retry: Any) -> Any:
        """Read documents by name."""

    def run_query(self, *, request: Any, timeout: Any, retry: Any) -> Any:
        """Ask a query of the table in `queries`."""

    def list_collection_ids(self, *, request: Any, timeout: Any, retry: Any) -> Any:
        """Name the collections."""

    def commit(self, *, request: Any, timeout: Any, retry: Any) -> CommitResponse:
        """Write under conditions; all of it or nothing."""


def connect(emulator: str = "") -> FirestoreClient:
    """Open the line; one a process. `emulator`: host and port of Google's emulator, which asks for no sign-in.

    StoreBrokenError: this machine has no Google Cloud account to act as.
    """
    if emulator:
        channel = grpc.intercept_channel(grpc.insecure_channel(emulator, _CHANNEL), _Owner())
    else:
        try:
            channel = FirestoreGrpcTransport.create_channel(options=_CHANNEL)
        except GoogleAuthError as error:
            raise StoreBrokenError(
                "Firestore: no account to act as; on one machine run `gcloud auth application-default login` "
                f"({type(error).__name__})"
            ) from None
    return FirestoreClient(transport=FirestoreGrpcTransport(channel=channel))


@contextlib.contextmanager
def translated(database: str) -> Iterator[None]:
    """Turn the library's errors into StoreBrokenError: our words and the status' own name, never the server's text."""
    try:
        yield
    except (exceptions.GoogleAPIError, GoogleAuthError) as error:
        said = next(
            (said for kind, said in _REFUSALS if isinstance(error, kind)),
            "does not do what was asked; look whether this calpair is the newest",
        )
        status = getattr(error, "grpc_status_code", None)
        code = getattr(status, "name", type(error).__name__)
        raise StoreBrokenError(f"Firestore {database} {said} ({code})") from None


class _Owner(grpc.UnaryUnaryClientInterceptor):  # type: ignore[misc]  # grpc has no types
    """Tells the emulator that we may do everything."""

    def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        metadata = [*(client_call_details.metadata or ()), ("authorization", "Bearer owner")]
        return continuation(client_call_details._replace(metadata=metadata), request)
