"""Secret Manager as its clients meet it: versions, their states, checksums, and who may read them."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.api_core.exceptions import (
    DeadlineExceeded,
    FailedPrecondition,
    InvalidArgument,
    MethodNotImplemented,
    NotFound,
    PermissionDenied,
)
from google.cloud.secretmanager import SecretManagerServiceClient, SecretVersion

from house.tree import ROOT
from simulators.clock import ManualClock
from simulators.record import Fault
from simulators.rpc import InProcessChannel, mounted
from simulators.rpc.clients import secrets_client
from simulators.secrets import SecretsSimulator
from simulators.secrets.cli import main
from simulators.secrets.crc32c import crc32c

SECRET = "projects/calpair-1/secrets/exchange-password"
LATEST = f"{SECRET}/versions/latest"


@pytest.fixture
def simulator() -> SecretsSimulator:
    made = SecretsSimulator(clock=ManualClock())
    made.add(SECRET, b"one")
    return made


@pytest.fixture(params=["in process", "on a port"])
def client(simulator: SecretsSimulator, request: pytest.FixtureRequest) -> Iterator[SecretManagerServiceClient]:
    if request.param == "in process":
        yield secrets_client(InProcessChannel(simulator.door))
    else:
        with mounted(simulator.door) as address, grpc.insecure_channel(address) as channel:
            yield secrets_client(channel)


def add(client: SecretManagerServiceClient, data: bytes, parent: str = SECRET, **payload: Any) -> SecretVersion:
    return client.add_secret_version(request={"parent": parent, "payload": {"data": data, **payload}})


def test_a_version_is_read_with_its_checksum(client: SecretManagerServiceClient) -> None:
    """Types: SecretPayload.data_crc32c, "will generate and store one for you"."""
    answer = client.access_secret_version(name=f"{SECRET}/versions/1")
    assert answer.payload.data == b"one"
    assert answer.payload.data_crc32c == bit_by_bit(b"one")


def bit_by_bit(data: bytes) -> int:
    """CRC-32C as a polynomial division, most significant bit first, from its definition (RFC 3720: 0x1EDC6F41)."""
    rest = 0xFFFFFFFF
    for byte in data:
        rest ^= int(f"{byte:08b}"[::-1], 2) << 24
        for _ in range(8):
            rest = (rest << 1 ^ (0x1EDC6F41 if rest >> 31 else 0)) & 0xFFFFFFFF
    return int(f"{rest ^ 0xFFFFFFFF:032b}"[::-1], 2)


@pytest.mark.parametrize(
    ("data", "checksum"),
    [(b"", 0), (b"123456789", 0xE3069283), (bytes(32), 0x8A9136AA), (bytes([255] * 32), 0x62A8AB43)],
)
def test_the_checksum_is_crc32c(data: bytes, checksum: int) -> None:
    """RFC 3720, B.4 (32 bytes of zeroes and of ones), and the check value every catalogue of CRCs gives for 123456789."""
    assert crc32c(data) == checksum


def test_latest_is_the_version_made_last(client: SecretManagerServiceClient) -> None:
    """Types: AccessSecretVersionRequest.name, "an alias to the most recently created"; SecretVersion.name, from 1 up."""
    assert add(client, b"two").name.endswith("/versions/2")
    answer = client.access_secret_version(name=LATEST)
    assert (answer.payload.data, answer.name.rpartition("/")[2]) == (b"two", "2")
    assert client.access_secret_version(name=f"{SECRET}/versions/1").payload.data == b"one"


def test_answers_name_the_project_by_its_number(
    client: SecretManagerServiceClient, simulator: SecretsSimulator
) -> None:
    """As people report the service's sentences: projects/153396971788/secrets/... for a project with another id."""
    name = client.access_secret_version(name=LATEST).name
    project = name.split("/")[1]
    assert project.isdigit()
    assert client.access_secret_version(name=name).payload.data == b"one"
    assert simulator.accesses(SECRET) == 2


def test_a_new_version_is_enabled_and_knows_whether_its_checksum_was_sent(client: SecretManagerServiceClient) -> None:
    """Types: SecretVersion.state, client_specified_payload_checksum."""
    plain, summed = add(client, b"two"), add(client, b"123456789", data_crc32c=0xE3069283)
    assert (plain.state, plain.client_specified_payload_checksum) == (SecretVersion.State.ENABLED, False)
    assert summed.client_specified_payload_checksum


@pytest.mark.parametrize(
    ("data", "payload"),
    [(b"x", {"data_crc32c": 1}), (b"", {}), (bytes(64 * 1024 + 1), {})],
    ids=["sum", "empty", "big"],
)
def test_a_payload_that_cannot_be_is_refused(
    client: SecretManagerServiceClient, data: bytes, payload: dict[str, Any]
) -> None:
    """Types: SecretPayload.data, "no larger than 64KiB"; data_crc32c, "will verify the integrity"."""
    with pytest.raises(InvalidArgument):
        add(client, data, **payload)
    assert client.access_secret_version(name=LATEST).payload.data == b"one"


def test_a_payload_has_64_kib_at_most(client: SecretManagerServiceClient) -> None:
    """Types: SecretPayload.data."""
    assert add(client, bytes(64 * 1024)).name.endswith("/2")


def test_a_disabled_latest_version_is_not_read_nor_passed_over(
    client: SecretManagerServiceClient, simulator: SecretsSimulator
) -> None:
    """As people report it (google-github-actions/get-secretmanager-secrets 268, external-secrets 4042)."""
    simulator.add(SECRET, b"two")
    simulator.disable(f"{SECRET}/versions/2")
    with pytest.raises(FailedPrecondition, match=r"/versions/2\] is in DISABLED state\."):
        client.access_secret_version(name=LATEST)
    simulator.enable(f"{SECRET}/versions/2")
    assert client.access_secret_version(name=LATEST).payload.data == b"two"


def test_a_destroyed_version_is_gone_for_good(client: SecretManagerServiceClient, simulator: SecretsSimulator) -> None:
    """Types: SecretVersion.State.DESTROYED, "may not leave this state once entered"."""
    simulator.destroy(LATEST)
    with pytest.raises(FailedPrecondition, match=r"/versions/1\] is in DESTROYED state\."):
        client.access_secret_version(name=LATEST)
    for turn in (simulator.enable, simulator.disable):
        with pytest.raises(ValueError, match="destroyed"):
            turn(LATEST)


def test_what_is_not_there_is_not_found(client: SecretManagerServiceClient, simulator: SecretsSimulator) -> None:
    """The first sentence as people report it."""
    other = "projects/calpair-1/secrets/other"
    with pytest.raises(
        NotFound, match=r"^404 Secret \[projects/[0-9]+/secrets/other\] not found or has no versions\.$"
    ):
        client.access_secret_version(name=f"{other}/versions/latest")
    with pytest.raises(NotFound, match=r"/versions/2\] not found"):
        client.access_secret_version(name=f"{SECRET}/versions/2")
    with pytest.raises(NotFound):
        add(client, b"x", other)
    simulator.create(other)
    with pytest.raises(NotFound, match="has no versions"):
        client.access_secret_version(name=f"{other}/versions/latest")
    assert add(client, b"x", other).name.endswith("/versions/1")


def test_a_secret_may_be_denied_by_itself(client: SecretManagerServiceClient, simulator: SecretsSimulator) -> None:
    """The sentence as people report it; it does not say whether the secret exists."""
    other = "projects/calpair-1/secrets/other"
    simulator.add(other, b"x")
    simulator.deny(SECRET)
    with pytest.raises(PermissionDenied) as refused:
        client.access_secret_version(name=LATEST)
    assert refused.value.message == (
        f"Permission 'secretmanager.versions.access' denied for resource '{LATEST}' (or it may not exist)."
    )
    with pytest.raises(PermissionDenied, match=r"secretmanager\.versions\.add"):
        add(client, b"y")
    assert client.access_secret_version(name=f"{other}/versions/1").payload.data == b"x"
    simulator.allow(SECRET)
    assert client.access_secret_version(name=LATEST).payload.data == b"one"


def test_accesses_are_counted_by_secret_and_refused_ones_are_not(
    client: SecretManagerServiceClient, simulator: SecretsSimulator
) -> None:
    """Facts 3: an access is billed; a cache is judged by their number."""
    for version in ("1", "latest", "1"):
        client.access_secret_version(name=f"{SECRET}/versions/{version}")
    simulator.disable(LATEST)
    with pytest.raises(FailedPrecondition):
        client.access_secret_version(name=LATEST)
    assert simulator.accesses(SECRET) == 3
    assert simulator.record.requests == {"AccessSecretVersion": 4}


@pytest.mark.parametrize(
    "name",
    ["exchange-password", f"{SECRET}/versions/0", f"{SECRET}/versions/newest", f"{SECRET}/versions/1\n", f"{SECRET}/1"],
)
def test_a_name_of_another_form_is_refused(client: SecretManagerServiceClient, name: str) -> None:
    """Types: AccessSecretVersionRequest.name. Secrets of one location and aliases are not modelled."""
    with pytest.raises(InvalidArgument):
        client.access_secret_version(name=name)


def test_faults_strike_what_names_them(client: SecretManagerServiceClient, simulator: SecretsSimulator) -> None:
    """tests/simulators/record.py."""
    simulator.add("projects/calpair-1/secrets/other", b"x")
    simulator.plant(Fault("timeout_before", "AccessSecretVersion", detail="secrets/other/"))
    assert client.access_secret_version(name=LATEST).payload.data == b"one"
    with pytest.raises(DeadlineExceeded):
        client.access_secret_version(name="projects/calpair-1/secrets/other/versions/latest", retry=None)
    with pytest.raises(ValueError, match="fault kind 'torn'"):
        simulator.plant(Fault("torn"))
    with pytest.raises(ValueError, match="start at 1"):
        simulator.plant(Fault("unavailable", nth=0))


def test_what_is_not_modelled_is_said_to_be(client: SecretManagerServiceClient) -> None:
    with pytest.raises(MethodNotImplemented):
        client.get_secret(name=SECRET)


def test_the_command_serves_and_ends_on_sigterm() -> None:
    words = [sys.executable, "-m", "simulators", "secrets", "--secret", f"{SECRET}=a=b"]
    with subprocess.Popen(words, cwd=ROOT / "tests", stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - written out above
        assert process.stdout is not None
        line = process.stdout.readline().split()
        try:
            assert line[:3] == ["secrets", "simulator", "at"]
            with grpc.insecure_channel(line[3]) as channel:
                assert secrets_client(channel).access_secret_version(name=LATEST).payload.data == b"a=b"
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.parametrize("word", ["projects/p/secrets/s", "s=hunter2"])
def test_a_wrong_word_ends_the_command_without_the_secret(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--secret", word])
    said = capsys.readouterr().err
    assert "error:" in said
    assert "hunter2" not in said
