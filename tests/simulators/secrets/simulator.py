"""The Secret Manager simulator: secrets with their versions, who may not read them, and how often each was read.

    simulator = SecretsSimulator(clock=clock)
    simulator.add("projects/p/secrets/exchange", b"hunter2")          version 1, made by hand
    SecretManagerServiceClient(transport=SecretManagerServiceGrpcTransport(channel=InProcessChannel(simulator.door)))

Source: google-cloud-secret-manager 2.32, its types and client; the sentences of refusals as people report them.
"""

import re
import threading
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import grpc
from google.cloud.secretmanager_v1 import (
    AccessSecretVersionRequest,
    AccessSecretVersionResponse,
    AddSecretVersionRequest,
    SecretPayload,
    SecretVersion,
)

from simulators.clock import Clock
from simulators.record import Fault, Record, check
from simulators.rpc import Door, Method, RefusedError, faults
from simulators.secrets.crc32c import crc32c

PAYLOAD_BYTES = 64 * 1024
State = SecretVersion.State
_SECRET = r"projects/(?P<project>[A-Za-z0-9:.-]+)/secrets/(?P<secret>[A-Za-z0-9_-]{1,255})"
_VERSION = _SECRET + r"/versions/(?P<version>latest|[1-9][0-9]{0,8})"
_PATH = "/google.cloud.secretmanager.v1.SecretManagerService/"


@dataclass
class _Version:
    data: bytes
    state: Any
    made: datetime


class SecretsSimulator:
    """Secret Manager, small. Thread-safe. Versions are numbered from 1; a name may give the project's id or number."""

    def __init__(self, *, clock: Clock) -> None:
        """No secret yet."""
        self._lock = threading.RLock()
        self._clock = clock
        self._secrets: dict[str, list[_Version]] = {}
        self._denied: set[str] = set()
        self._accesses: Counter[str] = Counter()
        self.record = Record()
        methods = {
            "AccessSecretVersion": Method(
                self._access, AccessSecretVersionRequest.deserialize, AccessSecretVersionResponse.serialize
            ),
            "AddSecretVersion": Method(
                self._add, AddSecretVersionRequest.deserialize, SecretVersion.serialize, changes=True
            ),
        }
        self.door = Door(clock, self.record, {_PATH + name: method for name, method in methods.items()}, self._lock)

    def create(self, secret: str) -> None:
        """Make a secret without a version, by hand; nothing happens if it is there. RefusedError for a malformed name."""
        with self._lock:
            self._secrets.setdefault(self._key(_taken_apart(_SECRET, secret)), [])

    def add(self, secret: str, data: bytes) -> str:
        """Add a version by hand, and the secret itself if need be; returns the version's number as text."""
        with self._lock:
            self.create(secret)
            versions = self._secrets[self._key(_taken_apart(_SECRET, secret))]
            versions.append(_Version(data, State.ENABLED, self._clock.now()))
            return str(len(versions))

    def enable(self, version: str) -> None:
        """Enable a version (`projects/P/secrets/S/versions/V`) again. ValueError for a destroyed one."""
        self._turn(version, State.ENABLED)

    def disable(self, version: str) -> None:
        """Disable a version. ValueError for a destroyed one."""
        self._turn(version, State.DISABLED)

    def destroy(self, version: str) -> None:
        """Destroy a version: its data is gone for good."""
        self._turn(version, State.DESTROYED)

    def deny(self, secret: str) -> None:
        """Take away the right to read and write this secret, whether it exists or not."""
        with self._lock:
            self._denied.add(self._key(_taken_apart(_SECRET, secret)))

    def allow(self, secret: str) -> None:
        """Give the right back."""
        with self._lock:
            self._denied.discard(self._key(_taken_apart(_SECRET, secret)))

    def accesses(self, secret: str) -> int:
        """How often a version of this secret was read, by whatever name."""
        with self._lock:
            return self._accesses[self._key(_taken_apart(_SECRET, secret))]

    def plant(self, fault: Fault) -> None:
        """Plant a fault of a method (`AccessSecretVersion`). ValueError for one nobody can play."""
        if fault.kind not in faults.KINDS:
            raise ValueError(f"fault kind {fault.kind!r}: write one of {', '.join(sorted(faults.KINDS))}")
        check(fault)
        with self._lock:
            self.record.plant(fault)

    def _access(self, request: Any) -> Any:
        name = _taken_apart(_VERSION, request.name)
        key = self._key(name)
        self._permitted(key, "secretmanager.versions.access", request.name)
        number, found = self._version(key, name["version"])
        if found.state != State.ENABLED:
            raise RefusedError(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"Secret Version [{key}/versions/{number}] is in {State(found.state).name} state.",
            )
        self._accesses[key] += 1
        payload = SecretPayload(data=found.data, data_crc32c=crc32c(found.data))
        return AccessSecretVersionResponse(name=f"{key}/versions/{number}", payload=payload)

    def _add(self, request: Any) -> Any:
        key = self._key(_taken_apart(_SECRET, request.parent))
        self._permitted(key, "secretmanager.versions.add", request.parent)
        if key not in self._secrets:
            raise RefusedError(grpc.StatusCode.NOT_FOUND, f"Secret [{key}] not found.")
        payload = request.payload
        if not 1 <= len(payload.data) <= PAYLOAD_BYTES:
            raise _invalid(f"The payload must have 1 to {PAYLOAD_BYTES} bytes")
        given = "data_crc32c" in payload
        if given and payload.data_crc32c != crc32c(payload.data):
            raise _invalid("The checksum in data_crc32c is not that of the data")
        number = self.add(request.parent, payload.data)
        return SecretVersion(
            name=f"{key}/versions/{number}",
            create_time=self._secrets[key][-1].made,
            state=State.ENABLED,
            client_specified_payload_checksum=given,
        )

    def _turn(self, version: str, state: Any) -> None:
        with self._lock:
            name = _taken_apart(_VERSION, version)
            found = self._version(self._key(name), name["version"])[1]
            if found.state == State.DESTROYED:
                raise ValueError(f"{version} is destroyed, and a version does not leave this state")
            found.state = state
            found.data = b"" if state == State.DESTROYED else found.data

    def _version(self, key: str, version: str) -> tuple[int, _Version]:
        versions = self._secrets.get(key, [])
        if not versions:
            raise RefusedError(grpc.StatusCode.NOT_FOUND, f"Secret [{key}] not found or has no versions.")
        number = len(versions) if version == "latest" else int(version)
        if number > len(versions):
            raise RefusedError(grpc.StatusCode.NOT_FOUND, f"Secret Version [{key}/versions/{number}] not found.")
        return number, versions[number - 1]

    def _permitted(self, key: str, permission: str, asked: str) -> None:
        if key in self._denied:
            raise RefusedError(
                grpc.StatusCode.PERMISSION_DENIED,
                f"Permission '{permission}' denied for resource '{asked}' (or it may not exist).",
            )

    def _key(self, name: re.Match[str]) -> str:
        """The secret's name with its project's number, as answers give it."""
        project = name["project"]
        number = project if project.isdigit() else str(10**11 + zlib.crc32(project.encode()))
        return f"projects/{number}/secrets/{name['secret']}"


def _taken_apart(form: str, name: str) -> re.Match[str]:
    found = re.fullmatch(form, name)
    if found is None:
        raise _invalid(f"{name[:200]!r} is no name of a secret or version: projects/*/secrets/*[/versions/*]")
    return found


def _invalid(message: str) -> RefusedError:
    return RefusedError(grpc.StatusCode.INVALID_ARGUMENT, message)
