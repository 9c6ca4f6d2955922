"""What `secret-manager:NAME` stands for: found by name, kept for a while, and never told."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.cloud.secretmanager_v1.types import (
    AccessSecretVersionRequest,
    AccessSecretVersionResponse,
    SecretPayload,
)

import calpair
from calpair.errors import BackOffError, UsageError
from calpair.gcp.secrets import SecretManager, connect, crc32c

PASSWORD = "p@ss wörd"
LATEST = "projects/own/secrets/mail/versions/latest"
NAME = "secret-manager:mail"


@dataclass
class Vault:
    """A few lines of Secret Manager: what it holds by full name, what it refuses, and what it was asked."""

    held: dict[str, bytes] = field(default_factory=dict)
    checksums: dict[str, int | None] = field(default_factory=dict)
    refusals: list[grpc.StatusCode] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def access(self, request: Any, context: Any) -> Any:
        """Answer as AccessSecretVersion does."""
        self.asked.append(request.name)
        if self.refusals:
            context.abort(self.refusals.pop(0), f"the server's own words about {PASSWORD}")
        if request.name not in self.held:
            context.abort(grpc.StatusCode.NOT_FOUND, f"the server's own words about {PASSWORD}")
        data = self.held[request.name]
        payload = SecretPayload(data=data)
        checksum = self.checksums.get(request.name, crc32c(data))
        if checksum is not None:
            payload.data_crc32c = checksum
        return AccessSecretVersionResponse(name=request.name, payload=payload)


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def vault() -> Vault:
    return Vault({LATEST: PASSWORD.encode()})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def manager(vault: Vault, clock: Clock) -> Iterator[SecretManager]:
    handler = grpc.unary_unary_rpc_method_handler(
        vault.access, AccessSecretVersionRequest.deserialize, AccessSecretVersionResponse.serialize
    )
    service = "google.cloud.secretmanager.v1.SecretManagerService"
    with ThreadPoolExecutor(2) as threads:
        server = grpc.server(threads)
        server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(service, {"AccessSecretVersion": handler}),)
        )
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield SecretManager(connect(f"127.0.0.1:{port}"), "own", clock)
        server.stop(None).wait()


def said(manager: SecretManager, reference: str, kind: type[Exception] = UsageError) -> str:
    with pytest.raises(kind) as refusal:
        manager.resolve(reference)
    line = str(refusal.value)
    assert "\n" not in line
    assert "server's own words" not in line
    assert PASSWORD not in line
    return line


def test_a_secret_is_found_by_its_name_in_the_own_project(manager: SecretManager, vault: Vault) -> None:
    vault.held["projects/own/secrets/mail/versions/3"] = b"third"
    assert manager.resolve(NAME) == PASSWORD
    assert manager.resolve("secret-manager:mail/versions/latest") == PASSWORD
    assert manager.resolve("secret-manager:projects/own/secrets/mail") == PASSWORD
    assert manager.resolve("secret-manager:projects/own/secrets/mail/versions/3") == "third"
    assert vault.asked == [LATEST, LATEST, LATEST, "projects/own/secrets/mail/versions/3"]


def test_another_projects_secret_is_not_asked_for(manager: SecretManager, vault: Vault) -> None:
    assert said(manager, "secret-manager:projects/other/secrets/mail") == (
        "secret-manager:projects/other/secrets/mail is another project's; write secret-manager:NAME for a secret of own"
    )
    assert vault.asked == []


@pytest.mark.parametrize(
    "written",
    [
        "hunter2",
        "env:PASSWORD",
        "file:/etc/passwd",
        "mail",
        "secret-manager:",
        "secret-manager:a b",
        "secret-manager:../mail",
        "secret-manager:mail/versions/",
        "secret-manager:mail/versions/-1",
        "secret-manager:projects/own/secrets/",
        "secret-manager:projects/own/locations/x/secrets/mail",
        "secret-manager:projects/own/secrets/a/secrets/mail",
        "secret-manager:mail\n",
        f"secret-manager:{'x' * 256}",
        "SECRET-MANAGER:mail",
    ],
)
def test_what_is_no_reference_is_refused_and_not_repeated(manager: SecretManager, vault: Vault, written: str) -> None:
    assert said(manager, written) == (
        "on Google Cloud a secret is named by secret-manager:NAME; what is written instead is not"
    )
    assert vault.asked == []


def test_a_secret_is_kept_for_five_minutes(manager: SecretManager, vault: Vault, clock: Clock) -> None:
    assert manager.resolve(NAME) == PASSWORD
    vault.held[LATEST] = b"new"
    clock.now += timedelta(minutes=4, seconds=59)
    assert manager.resolve(NAME) == PASSWORD
    assert len(vault.asked) == 1
    clock.now += timedelta(seconds=1)
    assert manager.resolve(NAME) == "new"
    assert manager.resolve(NAME) == "new"
    assert len(vault.asked) == 2
    clock.now -= timedelta(hours=1)
    vault.held[LATEST] = b"newer"
    assert manager.resolve(NAME) == "newer"


def test_a_secret_whose_sign_in_was_refused_is_asked_for_anew(manager: SecretManager, vault: Vault) -> None:
    assert manager.resolve(NAME) == PASSWORD
    vault.held[LATEST] = b"new"
    manager.forget(NAME)
    manager.forget("secret-manager:never-asked")
    assert manager.resolve(NAME) == "new"


@pytest.mark.parametrize(
    ("held", "text"),
    [(b"word\n", "word"), (b"word\r\n", "word"), (b" word \n\n", " word \n"), (b"\xef\xbb\xbfword", "word")],
)
def test_the_line_end_an_editor_puts_is_no_part_of_it(
    manager: SecretManager, vault: Vault, held: bytes, text: str
) -> None:
    vault.held[LATEST] = held
    assert manager.resolve(NAME) == text


@pytest.mark.parametrize(
    ("held", "line"),
    [
        (b"", f"{NAME} is empty; add a version that is the secret"),
        (b" \n", f"{NAME} is empty; add a version that is the secret"),
        (b"word\xff", f"{NAME} is not text; add a version that is the secret as UTF-8 text"),
        (b"x" * 65_537, f"{NAME} is too large for a secret; add a version that is only the secret"),
    ],
    ids=["empty", "blank", "bytes", "large"],
)
def test_what_can_be_no_secret_is_refused(
    manager: SecretManager, vault: Vault, clock: Clock, held: bytes, line: str
) -> None:
    vault.held[LATEST] = held
    with pytest.raises(UsageError) as refusal:
        manager.resolve(NAME)
    assert str(refusal.value) == line
    assert refusal.value.__context__ is None
    vault.held[LATEST] = b"x" * 65_536
    clock.now += timedelta(seconds=10)
    assert len(manager.resolve(NAME)) == 65_536


@pytest.mark.parametrize(
    ("status", "kind", "line"),
    [
        (
            grpc.StatusCode.NOT_FOUND,
            UsageError,
            f"{NAME}: there is no such secret or version in own; add one with `gcloud secrets versions add` (NOT_FOUND)",
        ),
        (
            grpc.StatusCode.PERMISSION_DENIED,
            UsageError,
            (
                f"{NAME}: this account may not read it; give it the role roles/secretmanager.secretAccessor on the secret "
                "(PERMISSION_DENIED)"
            ),
        ),
        (
            grpc.StatusCode.FAILED_PRECONDITION,
            UsageError,
            f"{NAME}: this version is disabled or destroyed; enable it, or add another (FAILED_PRECONDITION)",
        ),
        (
            grpc.StatusCode.UNAUTHENTICATED,
            UsageError,
            (
                f"{NAME}: Secret Manager did not give it; look at this account's sign-in and at the secret in the console "
                "(UNAUTHENTICATED)"
            ),
        ),
        (
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            BackOffError,
            f"{NAME}: Secret Manager did not answer; it is asked again (RESOURCE_EXHAUSTED)",
        ),
        (
            grpc.StatusCode.DEADLINE_EXCEEDED,
            BackOffError,
            f"{NAME}: Secret Manager did not answer; it is asked again (DEADLINE_EXCEEDED)",
        ),
    ],
    ids=lambda value: value.name if isinstance(value, grpc.StatusCode) else "",
)
def test_a_refusal_is_one_line_with_the_cure(
    manager: SecretManager, vault: Vault, clock: Clock, status: grpc.StatusCode, kind: type[Exception], line: str
) -> None:
    vault.refusals = [status]
    assert said(manager, NAME, kind) == line
    asked = len(vault.asked)
    clock.now += timedelta(seconds=9)
    assert said(manager, NAME, kind) == line
    assert len(vault.asked) == asked
    clock.now += timedelta(seconds=1)
    assert manager.resolve(NAME) == PASSWORD


@pytest.mark.parametrize("status", [grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.INTERNAL])
def test_its_silence_is_no_word_of_a_calendar_server(
    manager: SecretManager, vault: Vault, status: grpc.StatusCode
) -> None:
    """So no gate shuts before a server that said nothing."""
    vault.refusals = [status]
    with pytest.raises(BackOffError) as waiting:
        manager.resolve(NAME)
    assert waiting.value.scope == "user"


def test_no_secret_is_kept_that_is_no_longer_used(manager: SecretManager, vault: Vault, clock: Clock) -> None:
    vault.held["projects/own/secrets/other/versions/latest"] = b"another"
    manager.resolve(NAME)
    clock.now += timedelta(minutes=6)
    manager.resolve("secret-manager:other")
    assert PASSWORD not in repr(vars(manager))


def test_a_moments_absence_is_waited_for(manager: SecretManager, vault: Vault) -> None:
    vault.refusals = [grpc.StatusCode.UNAVAILABLE]
    assert manager.resolve(NAME) == PASSWORD
    assert len(vault.asked) == 2


def test_nothing_is_waited_for_longer_than_ten_seconds() -> None:
    waited: dict[str, Any] = {}

    class Client:
        def access_secret_version(self, **given: Any) -> Any:
            waited.update(given)
            return AccessSecretVersionResponse(payload=SecretPayload(data=b"word"))

    client: Any = Client()
    assert SecretManager(client, "own", Clock()).resolve(NAME) == "word"
    assert (waited["timeout"], waited["retry"].timeout) == (10, 10)


def test_a_secret_that_arrives_damaged_is_not_used(manager: SecretManager, vault: Vault, clock: Clock) -> None:
    vault.checksums[LATEST] = crc32c(b"another")
    assert said(manager, NAME, BackOffError) == f"{NAME} arrived damaged; it is asked for again (checksum)"
    vault.checksums[LATEST] = None
    clock.now += timedelta(seconds=10)
    assert manager.resolve(NAME) == PASSWORD


@pytest.mark.parametrize(
    ("data", "checksum"),
    [
        (b"", 0x00000000),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
    ],
    ids=["nothing", "digits", "zeros", "ones", "rising"],
)
def test_the_checksum_is_castagnolis_as_rfc_3720_has_it(data: bytes, checksum: int) -> None:
    assert crc32c(data) == checksum


def test_a_machine_without_an_account_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    kind: Any = GoogleAuthError
    without_account: Exception = kind("the library's own words")

    def nobody(**_: Any) -> Any:
        raise without_account

    monkeypatch.setattr("google.auth.default", nobody)
    with pytest.raises(UsageError) as refusal:
        connect()
    assert str(refusal.value) == (
        "Secret Manager: no account to act as; on one machine run `gcloud auth application-default login` "
        "(GoogleAuthError)"
    )


def test_the_line_goes_to_secret_manager_and_notices_when_it_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    account: Any = AnonymousCredentials

    def open_channel(target: str, _: Any, **given: Any) -> Any:
        opened.append((target, dict(given["options"])))
        return grpc.insecure_channel("127.0.0.1:1")

    monkeypatch.setattr("google.auth.default", lambda **_: (account(), "own"))
    monkeypatch.setattr(grpc, "secure_channel", open_channel)
    connect()
    [(target, options)] = opened
    assert target == "secretmanager.googleapis.com"
    assert options["grpc.keepalive_time_ms"] == 30_000


@pytest.mark.parametrize(("module", "stranger"), [("secrets", "firestore"), ("store", "secretmanager")])
def test_one_library_does_not_wait_for_the_other(module: str, stranger: str) -> None:
    code = f"import sys, calpair.gcp.{module}; print([name for name in sys.modules if {stranger!r} in name])"
    functions = Path(calpair.__file__).parents[1]
    told = subprocess.run(  # noqa: S603 - our own line
        [sys.executable, "-W", "ignore", "-c", code], cwd=functions, capture_output=True, text=True, check=True
    )
    assert told.stdout == "[]\n"
