"""What this machine is to Google by itself: the metadata server's token, or that of default credentials."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import google.auth
import httplib2
import pytest

from calpair.errors import BackOffError, SignInError, UsageError
from calpair.google import machine
from calpair.google.http import NotSentError
from calpair.google.machine import IAM_SCOPE, by_default, own_identity
from simulators.clock import ManualClock
from unit.google.ground import Script
from unit.google.sockets import ok, speaking


def granted(text: str = "ya29.user", seconds: int = 3600) -> tuple[int, str]:
    return 200, json.dumps({"access_token": text, "expires_in": seconds, "token_type": "Bearer"})


class TestItsOwnIdentity:
    METADATA = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"

    def script(self, *answers: tuple[int, str] | Exception, flavor: str = "Google") -> Script:
        return Script(list(answers), head={"metadata-flavor": flavor})

    def test_it_is_the_metadata_servers(self) -> None:
        clock = ManualClock()
        script = self.script(granted("ya29.own"))
        token = own_identity({}, clock.now, script)
        assert token.text == "ya29.own"
        assert token.until is not None
        assert timedelta(minutes=59) < token.until - clock.now() <= timedelta(hours=1)
        ((method, url, _, headers),) = script.asked
        assert (method, url.partition("?")[0]) == ("GET", self.METADATA)
        assert parse_qs(urlsplit(url).query) == {"scopes": ["https://www.googleapis.com/auth/iam"]}
        assert headers["metadata-flavor"] == "Google"

    def test_another_place_of_it_is_the_environments(self) -> None:
        script = self.script(granted())
        own_identity({"GCE_METADATA_HOST": "127.0.0.1:8099"}, ManualClock().now, script)
        assert script.asked[0][1].startswith("http://127.0.0.1:8099/computeMetadata/")

    def test_over_a_real_connection_no_proxy_comes_in_between(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with speaking() as proxy, speaking([ok(granted()[1].encode(), "Metadata-Flavor: Google")]) as server:
            monkeypatch.setenv("http_proxy", proxy.url)
            place = {"GCE_METADATA_HOST": f"127.0.0.1:{server.port}"}
            assert own_identity(place, ManualClock().now).text == "ya29.user"

    def test_a_server_that_is_none_of_googles_gives_no_token(self) -> None:
        with pytest.raises(UsageError, match="GCE_METADATA_HOST"):
            own_identity({"GCE_METADATA_HOST": "other.test"}, ManualClock().now, self.script(granted(), flavor="Other"))

    def test_a_machine_without_an_account_says_so(self) -> None:
        with pytest.raises(SignInError, match="give it a service account"):
            own_identity({}, ManualClock().now, self.script((404, "not found")))

    @pytest.mark.parametrize("answer", [NotSentError("unreachable"), TimeoutError(), (503, "")])
    def test_where_none_answers_both_cures_are_named(self, answer: Any) -> None:
        with pytest.raises(BackOffError, match="GOOGLE_APPLICATION_CREDENTIALS"):
            own_identity({}, ManualClock().now, self.script(answer))

    def test_a_credentials_file_of_the_environment_counts_before_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Found:
            token = ""
            quota_project_id = None
            expiry = datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001 - the library keeps naive UTC

            def refresh(self, request: Any) -> None:
                self.token = json.loads(request("https://oauth2.googleapis.com/token").data)["access_token"]

        def default(scopes: list[str]) -> tuple[Found, str]:
            assert scopes == [IAM_SCOPE]
            return Found(), "project"

        monkeypatch.setattr(google.auth, "default", default)
        script = self.script(granted("ya29.file"))
        token = own_identity({"GOOGLE_APPLICATION_CREDENTIALS": "/key.json"}, ManualClock().now, script)
        assert token.text == "ya29.file"
        assert len(script.asked) == 1


def test_default_credentials_that_are_the_metadata_servers_are_asked_there_and_not_over_a_documents_wire(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No document's limits let anybody there; the library may, for what it asks is this machine's own."""
    asked: list[str] = []

    class Wire:
        def __init__(self, timeout: float, names: Any) -> None:
            assert timeout == 5.0
            asked.append(names.limits.hosts[0])

        def request(
            self, uri: str, method: str, body: Any, headers: Mapping[str, str]
        ) -> tuple[httplib2.Response[str], bytes]:
            asked.append(f"{method} {uri}")
            del body, headers
            return httplib2.Response({"status": "200"}), granted("ya29.machine")[1].encode()

        def close(self) -> None:
            asked.append("closed")

    class Found:
        token = ""
        quota_project_id = None
        expiry = None

        def refresh(self, request: Any) -> None:
            self.token = json.loads(request("http://metadata.google.internal/token", method="GET").data)["access_token"]

    monkeypatch.setattr(machine, "Wire", Wire)
    monkeypatch.setattr(google.auth, "default", lambda scopes: (Found(), scopes))
    script = Script()
    token, project = by_default(["scope"], script)
    assert (token.text, project, script.asked) == ("ya29.machine", "", [])
    assert asked == ["metadata.google.internal", "GET http://metadata.google.internal/token", "closed"]
