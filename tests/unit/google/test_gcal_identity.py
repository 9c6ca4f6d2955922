"""Signing in: the token, the key and the user's file against the simulator's token address, and every refusal."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import google.auth
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from google.auth import exceptions

from calpair.errors import AccessLostError, BackOffError, CalpairError, SignInError, UsageError
from calpair.google.http import NotSentError
from calpair.google.identity import SCOPE, SignIn
from calpair.model.pair import GoogleAuth, GoogleService
from simulators.clock import ManualClock
from unit.google.ground import ANA, BASE, LUNCH_BODY, Script, World, world

# The library's errors have no types, and are made by typed tests.
RefreshError: Any = exceptions.RefreshError
DefaultCredentialsError: Any = exceptions.DefaultCredentialsError

TOKEN_URL = "https://google.test/token"
ROBOT = "robot@project.iam.gserviceaccount.com"
LONER = "loner@project.iam.gserviceaccount.com"


def pair() -> tuple[str, str]:
    key = generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


PRIVATE, PUBLIC = pair()
FORGED, _ = pair()
KEY = {"type": "service_account", "client_email": ROBOT, "private_key": PRIVATE, "token_uri": TOKEN_URL}
USER_FILE = {
    "type": "authorized_user",
    "client_id": "client",
    "client_secret": "hush",
    "refresh_token": "REFRESH",
    "token_uri": TOKEN_URL,
}
BY_KEY = GoogleService(GoogleAuth.KEY, "file:key.json", BASE)
BY_FILE = GoogleService(GoogleAuth.ADC, "file:user.json", BASE)
BY_DEFAULT = GoogleService(GoogleAuth.ADC, "", BASE)


def here(settings: GoogleService, secret: Mapping[str, Any], user: str = ANA) -> World:
    return world(
        settings=settings,
        secret=json.dumps(secret),
        user=user,
        keys={ROBOT: PUBLIC, LONER: PUBLIC},
        undelegated={LONER},
        refresh_tokens={"REFRESH": ANA},
    )


def alone(
    settings: GoogleService,
    secret: str,
    *answers: tuple[int, str] | Exception,
    now: Callable[[], datetime] | None = None,
) -> tuple[SignIn, Script]:
    script = Script(list(answers))
    return SignIn(settings, ANA, lambda: secret, now or ManualClock().now, script), script


class TestTheKey:
    def test_it_acts_as_the_calendars_user(self) -> None:
        known = here(BY_KEY, KEY)
        known.ana.create(**LUNCH_BODY)
        assert len(known.calendar.changes("").changes) == 1
        assert known.requests() == {"token": 1, "events.list": 1}

    def test_a_token_serves_until_shortly_before_its_end(self) -> None:
        known = here(BY_KEY, KEY)
        known.calendar.changes("")
        known.clock.advance(timedelta(minutes=55))
        known.calendar.changes("")
        assert known.requests() == {"token": 1, "events.list": 2}
        known.clock.advance(timedelta(minutes=2))
        known.calendar.changes("")
        assert known.requests() == {"token": 1, "events.list": 1}

    def test_it_asks_for_events_and_no_more(self) -> None:
        assert SCOPE == "https://www.googleapis.com/auth/calendar.events"

    def test_a_user_that_is_gone_is_no_trouble_of_the_account(self) -> None:
        known = here(BY_KEY, KEY, "nobody@g.test")
        with pytest.raises(AccessLostError, match="check google_user") as caught:
            known.calendar.changes("")
        assert caught.value.code == "invalid_grant"

    @pytest.mark.parametrize(
        ("changes", "user", "code", "cure"),
        [
            ({"private_key": FORGED}, ANA, "invalid_grant", "make a new key"),
            ({"client_email": "who@x.test"}, ANA, "invalid_grant", "make a new key"),
            ({"client_email": LONER}, ANA, "unauthorized_client", SCOPE),
        ],
    )
    def test_a_refusal_names_the_cure_and_asks_nothing_further(
        self, changes: dict[str, str], user: str, code: str, cure: str
    ) -> None:
        known = here(BY_KEY, {**KEY, **changes}, user)
        with pytest.raises(SignInError) as caught:
            known.calendar.changes("")
        assert caught.value.code == code
        assert cure in caught.value.sentence
        assert known.requests() == {"token": 1}

    @pytest.mark.parametrize(
        "secret",
        ["", "not JSON", "[]", "{}", "[" * 100_000, json.dumps({"client_email": ROBOT}), json.dumps(USER_FILE)],
    )
    def test_a_secret_that_is_no_key_is_said(self, secret: str) -> None:
        sign_in, script = alone(BY_KEY, secret)
        with pytest.raises(UsageError, match="does not hold a service account's key"):
            sign_in.headers()
        assert script.asked == []

    @pytest.mark.parametrize("text", ["x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    def test_a_key_that_cannot_be_read_is_said_without_showing_it(self, text: str) -> None:
        sign_in, _ = alone(BY_KEY, json.dumps({**KEY, "private_key": text}))
        with pytest.raises(UsageError, match="private_key cannot be read") as caught:
            sign_in.headers()
        assert "AAAA" not in str(caught.value)

    @pytest.mark.parametrize(
        "url", ["http://google.test/token", "http://169.254.169.254/token", "ftp://x", "token", "https://[::1"]
    )
    def test_an_assertion_goes_nowhere_in_the_clear(self, url: str) -> None:
        sign_in, script = alone(BY_KEY, json.dumps({**KEY, "token_uri": url}))
        with pytest.raises(UsageError, match="token_uri is not an https address"):
            sign_in.headers()
        assert script.asked == []

    def test_without_an_address_of_its_own_it_is_googles(self) -> None:
        sign_in, script = alone(
            BY_KEY, json.dumps({**KEY, "token_uri": ""}), (200, '{"access_token": "T", "expires_in": 3600}')
        )
        assert sign_in.headers() == {"authorization": "Bearer T"}
        assert script.asked[0][1] == "https://oauth2.googleapis.com/token"


class TestTheUsersFile:
    def test_it_signs_in_by_its_refresh_token(self) -> None:
        known = here(BY_FILE, USER_FILE)
        known.calendar.changes("")
        assert known.requests() == {"token": 1, "events.list": 1}

    def test_a_revoked_one_names_the_cure(self) -> None:
        known = here(BY_FILE, {**USER_FILE, "refresh_token": "REVOKED"})
        with pytest.raises(SignInError, match="sign in again") as caught:
            known.calendar.changes("")
        assert caught.value.code == "invalid_grant"

    def test_a_project_to_be_billed_is_named_with_every_request(self) -> None:
        known = here(BY_FILE, {**USER_FILE, "quota_project_id": "project-1"})
        known.calendar.changes("")
        assert known.tap.seen[-1].headers["x-goog-user-project"] == "project-1"

    def test_a_secret_that_is_no_such_file_is_said(self) -> None:
        sign_in, _ = alone(BY_FILE, json.dumps(KEY))
        with pytest.raises(UsageError, match="does not hold an authorised user's file"):
            sign_in.headers()


class TestTheToken:
    def test_it_is_the_secret(self) -> None:
        sign_in, script = alone(GoogleService(GoogleAuth.TOKEN, "env:X"), " TOKEN\n")
        assert sign_in.headers() == {"authorization": "Bearer TOKEN"}
        assert script.asked == []

    @pytest.mark.parametrize("secret", ["\n", "ya29.a\nya29.b", "a secret", "10 €", "ä"])
    def test_what_fits_into_no_head_is_refused_without_showing_it(self, secret: str) -> None:
        sign_in, _ = alone(GoogleService(GoogleAuth.TOKEN, "env:X"), secret)
        with pytest.raises(SignInError, match="holds no token") as caught:
            sign_in.headers()
        assert secret.strip() not in str(caught.value) or not secret.strip()


class TestATokenThatEndedEarly:
    def test_a_single_request_goes_once_more_with_a_new_one(self) -> None:
        known = here(BY_KEY, KEY)
        known.calendar.changes("")
        known.plant("auth_401", "events.list")
        known.calendar.changes("")
        assert known.requests() == {"token": 2, "events.list": 3}

    def test_so_do_the_refused_calls_of_a_batch(self) -> None:
        known = here(BY_KEY, KEY)
        made = known.made(1, 2, 3)
        known.plant("auth_401", "events.get", nth=2)
        found = known.calendar.read([item.id for item in made])
        assert list(found.values()) == made
        assert known.requests() == {"token": 1, "batch": 2}

    def test_a_new_one_that_is_refused_too_is_a_refused_sign_in(self) -> None:
        known = here(BY_KEY, KEY)
        known.plant("auth_401", "events.list", times=2)
        with pytest.raises(SignInError, match="authError"):
            known.calendar.changes("")
        assert known.requests() == {"token": 2, "events.list": 2}

    def test_in_a_batch_too(self) -> None:
        known = here(BY_KEY, KEY)
        known.plant("auth_401", "events.get", times=9)
        with pytest.raises(SignInError, match="authError"):
            known.calendar.read(["one", "two"])
        assert known.requests() == {"token": 2, "batch": 2}


class TestTheTokenAddress:
    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_one_that_is_busy_is_asked_again_later_and_not_at_once(self, status: int) -> None:
        sign_in, script = alone(BY_FILE, json.dumps(USER_FILE), (status, "busy"))
        with pytest.raises(BackOffError, match=f"http{status}") as caught:
            sign_in.headers()
        assert caught.value.scope == "user"
        assert len(script.asked) == 1

    @pytest.mark.parametrize("error", [ConnectionResetError(), TimeoutError()])
    def test_so_is_one_that_is_silent(self, error: Exception) -> None:
        sign_in, script = alone(BY_FILE, json.dumps(USER_FILE), error)
        with pytest.raises(BackOffError, match="noAnswer"):
            sign_in.headers()
        assert len(script.asked) == 1

    def test_so_is_one_that_cannot_be_reached(self) -> None:
        sign_in, _ = alone(BY_FILE, json.dumps(USER_FILE), NotSentError("certificate"))
        with pytest.raises(BackOffError, match="certificate"):
            sign_in.headers()

    @pytest.mark.parametrize(
        "answer",
        ["", "[]", "{}", '{"access_token": "T"}', '{"access_token": "T", "expires_in": "soon"}', '{"expires_in": 1}'],
    )
    def test_an_answer_without_a_token_is_none(self, answer: str) -> None:
        sign_in, _ = alone(BY_FILE, json.dumps(USER_FILE), (200, answer))
        with pytest.raises(BackOffError, match="garbled"):
            sign_in.headers()

    @pytest.mark.parametrize("answer", ["<html>", '{"error": "Lunch with Bo"}', '{"error": {"code": 403}}', "[]", "{}"])
    def test_a_refusal_in_unknown_words_is_not_repeated(self, answer: str) -> None:
        sign_in, _ = alone(BY_FILE, json.dumps(USER_FILE), (403, answer))
        with pytest.raises(SignInError) as caught:
            sign_in.headers()
        assert caught.value.code == "refused"
        assert "Bo" not in str(caught.value)


class Credentials:
    """What google-auth finds, as far as it is used."""

    def __init__(self, url: str = "https://google.test/token", expiry: datetime | None = None) -> None:
        self.token = ""
        self.quota_project_id = "project-1"
        self.expiry: datetime | None = expiry
        self._url = url

    def refresh(self, request: Any) -> None:
        answer = request(self._url, method="POST", body=b"grant", headers={"x": "y"}, timeout=120)
        if answer.status != 200:
            raise RefreshError("Lunch with Bo", json.loads(answer.data))
        self.token = json.loads(answer.data)["access_token"]


class TestTheDefault:
    @staticmethod
    def found(monkeypatch: pytest.MonkeyPatch, credentials: Credentials | Exception) -> None:
        def default(scopes: list[str]) -> tuple[Credentials, str]:
            assert scopes == [SCOPE]
            if isinstance(credentials, Exception):
                raise credentials
            return credentials, "project"

        monkeypatch.setattr(google.auth, "default", default)

    def test_it_signs_in_over_our_own_wire(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.found(monkeypatch, Credentials())
        sign_in, script = alone(BY_DEFAULT, "", (200, '{"access_token": "T"}'))
        expected = {"authorization": "Bearer T", "x-goog-user-project": "project-1"}
        assert [sign_in.headers(), sign_in.headers()] == [expected, expected]
        assert [asked[:3] for asked in script.asked] == [("POST", "https://google.test/token", b"grant")]

    def test_its_end_is_googles(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = ManualClock()
        ends = (clock.now() + timedelta(minutes=30)).replace(tzinfo=None)
        self.found(monkeypatch, Credentials(expiry=ends))
        sign_in, script = alone(BY_DEFAULT, "", *[(200, '{"access_token": "T"}')] * 2, now=clock.now)
        sign_in.headers()
        clock.advance(timedelta(minutes=27))
        sign_in.headers()
        assert len(script.asked) == 2

    def test_a_refusal_names_the_cure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.found(monkeypatch, Credentials())
        sign_in, _ = alone(BY_DEFAULT, "", (400, '{"error": "invalid_grant"}'))
        with pytest.raises(SignInError, match="sign in again") as caught:
            sign_in.headers()
        assert "Bo" not in str(caught.value)

    def test_a_failure_without_an_answer_is_a_refusal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.found(monkeypatch, RefreshError("Lunch with Bo"))
        sign_in, _ = alone(BY_DEFAULT, "")
        with pytest.raises(SignInError) as caught:
            sign_in.headers()
        assert caught.value.code == "refused"

    def test_a_busy_address_does_not_make_the_library_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.found(monkeypatch, Credentials())
        sign_in, script = alone(BY_DEFAULT, "", (503, ""))
        with pytest.raises(BackOffError, match="http503"):
            sign_in.headers()
        assert len(script.asked) == 1

    def test_none_at_all_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.found(monkeypatch, DefaultCredentialsError("no"))
        sign_in, _ = alone(BY_DEFAULT, "")
        with pytest.raises(UsageError, match="no application default credentials"):
            sign_in.headers()


def test_neither_errors_nor_reprs_show_a_secret() -> None:
    shown = []
    for settings, secret in (
        (BY_KEY, {**KEY, "client_email": "who@x.test"}),
        (BY_FILE, {**USER_FILE, "refresh_token": "R1"}),
    ):
        known = here(settings, secret)
        with pytest.raises(CalpairError) as caught:
            known.calendar.changes("")
        shown += [str(caught.value), repr(caught.value), repr(known.calendar), repr(known.calendar.__dict__)]
    known = here(BY_KEY, KEY)
    known.calendar.changes("")
    line = known.calendar._line
    shown += [repr(line.__dict__), repr(line._sign_in.__dict__)]
    for word in ("PRIVATE KEY", "R1", "hush", "ya29"):
        assert not any(word in text for text in shown)
