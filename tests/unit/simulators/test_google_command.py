"""The Google simulator as a command on a port, with service accounts that have no key."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from simulators.__main__ import main

RUN, SYNC = "run@p.iam.gserviceaccount.com", "sync@p.iam.gserviceaccount.com"
EVENTS = "https://www.googleapis.com/auth/calendar.events"
ROBOTS = ["--robot", RUN, "--robot", SYNC]
FLAVOR = {"Metadata-Flavor": "Google"}


def test_it_serves_the_metadata_server_and_signs_for_its_runtime() -> None:
    words = [*ROBOTS, "--delegate", f"{SYNC}:{EVENTS}", "--creator", f"{SYNC}:{RUN}", "--runtime", RUN]
    command = [sys.executable, "-m", "simulators", "google", "--port", "0", *words]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:  # noqa: S603 - our own
        assert child.stdout is not None
        base = child.stdout.readline().split()[-1]
        try:
            path = "computeMetadata/v1/instance/service-accounts/default/token"
            token = requests.get(base + path, headers=FLAVOR, timeout=10).json()["access_token"]
            signed = requests.post(
                f"{base}v1/projects/-/serviceAccounts/{SYNC}:signBlob",
                json={"payload": "AAAA"},
                headers={"Authorization": f"Bearer {token}"},
                timeout=10,
            )
            assert (signed.status_code, set(signed.json())) == (200, {"keyId", "signedBlob"})
            (kid,) = requests.get(base + "oauth2/v1/certs", timeout=10).json()
            assert len(kid) == 40
        finally:
            child.terminate()


@pytest.mark.parametrize(
    "words",
    [
        ["--runtime", RUN],
        [*ROBOTS, "--delegate", SYNC],
        [*ROBOTS, "--delegate", f"other@p.test:{EVENTS}"],
        [*ROBOTS, "--creator", f"{SYNC}:"],
    ],
)
def test_a_wrong_robot_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["google", *words])
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err
