"""Secrets on Google Cloud: what `secret-manager:NAME` stands for.

    manager = SecretManager(connect(), "my-project", now)
    password = manager.resolve("secret-manager:exchange-password")
    manager.forget("secret-manager:exchange-password")          # the sign-in was refused: it may have been changed

NAME is a secret's name, or the full `projects/PROJECT/secrets/NAME` inside the own project; `/versions/3` after it asks
for that version, else it is the latest. A secret is kept for five minutes, and for some seconds that there is none: strangers at
a door may make us look at secrets, and are not to make us ask for them. Errors name the reference and the cure,
never a letter of the secret. Threads may share a manager.

Source: google/cloud/secretmanager/v1/service.proto and resources.proto (names, CRC32C, 64 KiB), RFC 3720 B.4 (CRC32C).
"""

import re
from copy import copy
from datetime import datetime, timedelta
from typing import Any

import grpc
from google.api_core import exceptions, retry
from google.auth.exceptions import GoogleAuthError
from google.cloud.secretmanager_v1 import SecretManagerServiceClient
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import SecretManagerServiceGrpcTransport
from google.cloud.secretmanager_v1.types import AccessSecretVersionRequest, SecretPayload

from calpair.errors import BackOffError, CalpairError, UsageError
from calpair.ports import Now

KEPT = timedelta(minutes=5)
"""How old a secret may be; a changed one is used after so long at the latest."""
MISSED = timedelta(seconds=10)
"""How long one that could not be had is not asked for again."""
LARGEST = 64 * 1024
"""Bytes; Secret Manager's own limit."""
SECONDS = 10.0

_WAY = "secret-manager:"
_REFERENCE = re.compile(
    r"(?:projects/(?P<project>[\w:.-]+)/secrets/)?(?P<name>[A-Za-z0-9_-]{1,255})(?:/versions/(?P<version>\d+|latest))?",
    re.ASCII,
)
_PATIENCE: dict[str, Any] = {
    "timeout": SECONDS,
    "retry": retry.Retry(
        predicate=retry.if_exception_type(exceptions.ServiceUnavailable),
        initial=0.1,
        maximum=1.0,
        multiplier=2.0,
        timeout=SECONDS,
    ),
}
# Without it a connection that died while the instance was frozen would be noticed after minutes.
_CHANNEL = (("grpc.keepalive_time_ms", 30_000),)
_WAITING = (
    exceptions.ServiceUnavailable,
    exceptions.DeadlineExceeded,
    exceptions.ResourceExhausted,
    exceptions.InternalServerError,
    exceptions.RetryError,
)
_POLYNOMIAL = 0x82F63B78


def connect(endpoint: str = "") -> SecretManagerServiceClient:
    """Open the line; one a process. `endpoint`: host and port of a simulator, which asks for no sign-in.

    UsageError: this machine has no Google Cloud account to act as.
    """
    if endpoint:
        channel = grpc.insecure_channel(endpoint)
    else:
        try:
            channel = SecretManagerServiceGrpcTransport.create_channel(options=_CHANNEL)
        except GoogleAuthError as error:
            raise UsageError(
                "Secret Manager: no account to act as; on one machine run `gcloud auth application-default login` "
                f"({type(error).__name__})"
            ) from None
    return SecretManagerServiceClient(transport=SecretManagerServiceGrpcTransport(channel=channel))


class SecretManager:
    """The secrets of one project, each kept for a while."""

    def __init__(self, client: SecretManagerServiceClient, project: str, now: Now) -> None:
        """Nothing is asked yet."""
        self._client = client
        self._project = project
        self._now = now
        self._kept: dict[str, tuple[datetime, str]] = {}
        self._missed: dict[str, tuple[datetime, CalpairError]] = {}

    def resolve(self, reference: str) -> str:
        """Give the secret a reference names, without the line end an editor puts after it.

        UsageError: the reference, the secret or the right to read it has to be mended. BackOffError: ask again later.
        """
        now = self._now()
        kept = self._kept.get(reference)
        if kept is None or not now - KEPT < kept[0] <= now:
            # Two threads may both ask; no harm in that.
            kept = self._kept[reference] = now, self._asked(reference, now)
            for other, (read, _) in list(self._kept.items()):
                if now - read >= KEPT:
                    self._kept.pop(other, None)
        return kept[1]

    def forget(self, reference: str) -> None:
        """Ask anew next time."""
        self._kept.pop(reference, None)

    def _asked(self, reference: str, now: datetime) -> str:
        missed = self._missed.get(reference)
        if missed and now - MISSED < missed[0] <= now:
            raise copy(missed[1])
        try:
            return self._read(reference)
        except CalpairError as error:
            # References come from documents alone, so there are few. A copy has no trace, in which the secret may stand.
            self._missed[reference] = now, copy(error)
            raise

    def _read(self, reference: str) -> str:
        request = AccessSecretVersionRequest(name=self._name(reference))
        try:
            payload = self._client.access_secret_version(request=request, **_PATIENCE).payload
        except (exceptions.GoogleAPIError, GoogleAuthError) as error:
            raise self._refusal(reference, error) from None
        return _text(reference, payload)

    def _name(self, reference: str) -> str:
        named = _REFERENCE.fullmatch(reference.removeprefix(_WAY)) if reference.startswith(_WAY) else None
        if named is None:
            # Not repeated: it may be the secret itself.
            raise UsageError("on Google Cloud a secret is named by secret-manager:NAME; what is written instead is not")
        if named["project"] not in (None, self._project):
            raise UsageError(f"{reference} is another project's; write {_WAY}NAME for a secret of {self._project}")
        return f"projects/{self._project}/secrets/{named['name']}/versions/{named['version'] or 'latest'}"

    def _refusal(self, reference: str, error: Exception) -> CalpairError:
        code = getattr(getattr(error, "grpc_status_code", None), "name", type(error).__name__)
        if isinstance(error, _WAITING):
            return BackOffError(code, f"{reference}: Secret Manager did not answer; it is asked again", scope="user")
        if isinstance(error, exceptions.NotFound):
            said = f"there is no such secret or version in {self._project}; add one with `gcloud secrets versions add`"
        elif isinstance(error, exceptions.PermissionDenied):
            said = "this account may not read it; give it the role roles/secretmanager.secretAccessor on the secret"
        elif isinstance(error, exceptions.FailedPrecondition):
            said = "this version is disabled or destroyed; enable it, or add another"
        else:
            said = "Secret Manager did not give it; look at this account's sign-in and at the secret in the console"
        return UsageError(f"{reference}: {said} ({code})")


def _text(reference: str, payload: SecretPayload) -> str:
    data = payload.data
    if len(data) > LARGEST:
        raise UsageError(f"{reference} is too large for a secret; add a version that is only the secret")
    # Without a checksum there is nothing to compare: the service states one with every answer, TLS guards the rest.
    if "data_crc32c" in payload and payload.data_crc32c != crc32c(data):
        raise BackOffError("checksum", f"{reference} arrived damaged; it is asked for again", scope="user")
    secret = _decoded(data)
    if secret is None:
        raise UsageError(f"{reference} is not text; add a version that is the secret as UTF-8 text")
    if not secret.strip():
        raise UsageError(f"{reference} is empty; add a version that is the secret")
    return secret.removesuffix("\n").removesuffix("\r")


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Answered and not raised on: that error carries the secret.
        return None


def crc32c(data: bytes) -> int:
    """Give the Castagnoli checksum; bit by bit, for a secret is short and read every few minutes."""
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder ^= byte
        for _ in range(8):
            remainder = remainder >> 1 ^ (_POLYNOMIAL if remainder & 1 else 0)
    return remainder ^ 0xFFFFFFFF
