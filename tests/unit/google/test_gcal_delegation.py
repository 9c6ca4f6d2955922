"""Acting as users without a key: what is signed, what is exchanged, whose token it is; and that no user gets lost."""

import base64
import json
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import google.auth.credentials
import httplib2
import pytest
from google.auth import impersonated_credentials

from calpair.errors import BackOffError, CalpairError, SideError, SignInError, UsageError
from calpair.google.calendar import GoogleCalendar
from calpair.google.delegation import Delegation
from calpair.google.identity import SCOPE, SignIn
from calpair.google.tokens import Token
from calpair.model.pair import GoogleAuth, GoogleService
from simulators.clock import ManualClock
from unit.google.ground import ANA, BASE, Script

ACCOUNT = "sync@project.iam.gserviceaccount.com"
SIGN_BLOB = f"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{ACCOUNT}:signBlob"
TOKEN = "https://oauth2.googleapis.com/token"
DELEGATED = GoogleService(GoogleAuth.DELEGATED, "", BASE)
SIGNED = (200, json.dumps({"keyId": "k", "signedBlob": base64.b64encode(b"signature").decode()}))


def granted(text: str = "ya29.user", seconds: int = 3600) -> tuple[int, str]:
    return 200, json.dumps({"access_token": text, "expires_in": seconds, "token_type": "Bearer"})


def delegation(clock: ManualClock | None = None, own: Callable[[], Token] | None = None) -> Delegation:
    return Delegation(ACCOUNT, own or (lambda: Token("ya29.own")), (clock or ManualClock()).now)


def sign_in(script: Any, user: str = ANA, way: Delegation | None = None, **more: Any) -> SignIn:
    return SignIn(DELEGATED, user, lambda: "", ManualClock().now, script, way or delegation(), **more)


def part(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def refusal(script: Script, **more: Any) -> SideError:
    with pytest.raises(SideError) as caught:
        sign_in(script, **more).headers()
    return caught.value


class TestTheWay:
    def test_another_google_is_asked_where_one_is_named_and_signed_for_is_googles_own(self) -> None:
        script = Script([SIGNED, granted()])
        elsewhere = Delegation(ACCOUNT, lambda: Token("ya29.own"), ManualClock().now, "http://127.0.0.1:1")
        sign_in(script, way=elsewhere).headers()
        (_, signing, body, _), (_, exchanging, _, _) = script.asked
        assert signing == f"http://127.0.0.1:1/v1/projects/-/serviceAccounts/{ACCOUNT}:signBlob"
        assert exchanging == "http://127.0.0.1:1/token"
        signed = base64.b64decode(json.loads(body)["payload"]).decode()
        assert part(signed.partition(".")[2])["aud"] == TOKEN

    def test_the_account_signs_that_it_acts_as_the_user_and_the_users_token_is_what_comes_back(self) -> None:
        clock = ManualClock()
        script = Script([SIGNED, granted()])
        assert sign_in(script, way=delegation(clock)).headers() == {"authorization": "Bearer ya29.user"}

        (method, url, body, headers), (_, token_url, form, _) = script.asked
        assert (method, url, token_url) == ("POST", SIGN_BLOB, TOKEN)
        assert headers["authorization"] == "Bearer ya29.own"
        signed = base64.b64decode(json.loads(body)["payload"]).decode()
        (grant,), (assertion,) = (parse_qs(form)[name] for name in ("grant_type", "assertion"))
        assert grant == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        head, claims, signature = assertion.split(".")
        assert f"{head}.{claims}" == signed
        assert signature == "c2lnbmF0dXJl"
        assert part(head) == {"typ": "JWT", "alg": "RS256"}
        now = int(clock.now().timestamp())
        assert part(claims) == {
            "iss": ACCOUNT,
            "sub": ANA,
            "aud": TOKEN,
            "scope": "https://www.googleapis.com/auth/calendar.events",
            "iat": now,
            "exp": now + 3600,
        }

    def test_another_use_asks_for_another_scope_and_gets_another_token(self) -> None:
        way = delegation()
        script = Script([SIGNED, granted("one"), SIGNED, granted("two")])
        narrow = "https://www.googleapis.com/auth/calendar.events.freebusy"
        assert sign_in(script, way=way).headers() != sign_in(script, way=way, scope=narrow).headers()
        claims = [part(parse_qs(form)["assertion"][0].split(".")[1]) for _, _, form, _ in script.asked[1::2]]
        assert [one["scope"] for one in claims] == [SCOPE, narrow]

    def test_a_users_token_serves_all_calendars_of_a_process(self) -> None:
        way = delegation()
        script = Script([SIGNED, granted()])
        assert [sign_in(script, way=way).headers() for _ in range(3)] == [{"authorization": "Bearer ya29.user"}] * 3
        assert len(script.asked) == 2

    def test_this_machines_own_token_serves_for_every_user(self) -> None:
        clock, asked = ManualClock(), list[str]()

        def own() -> Token:
            asked.append("asked")
            return Token("ya29.own", clock.now() + timedelta(hours=1))

        way = delegation(clock, own)
        script = Script([SIGNED, granted()] * 3)
        for user in ("ana@g.test", "ben@g.test"):
            sign_in(script, user, way).headers()
        assert len(asked) == 1
        clock.advance(timedelta(minutes=57))
        sign_in(script, "cleo@g.test", way).headers()
        assert len(asked) == 2

    def test_a_token_is_renewed_four_minutes_before_its_end(self) -> None:
        clock = ManualClock()
        way = delegation(clock)
        script = Script([SIGNED, granted("one"), SIGNED, granted("two")])
        way.token(ANA, SCOPE, script)
        clock.advance(timedelta(minutes=55))
        assert way.token(ANA, SCOPE, script).text == "one"
        clock.advance(timedelta(minutes=1))
        assert way.token(ANA, SCOPE, script).text == "two"

    def test_one_that_was_refused_is_replaced_for_everybody(self) -> None:
        way = delegation()
        script = Script([SIGNED, granted("one"), SIGNED, granted("two")])
        first, second = sign_in(script, way=way), sign_in(script, way=way)
        first.headers()
        second.headers()
        assert first.renew()
        assert first.headers() == {"authorization": "Bearer two"}
        # The second hears of it only now, and must not throw away what replaced it.
        assert second.renew()
        assert second.headers() == {"authorization": "Bearer two"}
        assert len(script.asked) == 4


class TestTheUser:
    """google-auth's impersonated credentials forget whom they act as when they are copied (its issue 18428)."""

    def test_the_library_loses_it(self) -> None:
        """When this fails the library has been mended, and `docs/quirks.md` may say so."""

        class Source(google.auth.credentials.Credentials):
            def refresh(self, request: object) -> None:
                raise NotImplementedError

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole = impersonated_credentials.Credentials(  # type: ignore[no-untyped-call]
                source_credentials=Source(),  # type: ignore[no-untyped-call]
                target_principal=ACCOUNT,
                target_scopes=[SCOPE],
                subject=ANA,
            )
            assert whole._subject == ANA
            assert whole.with_scopes([SCOPE])._subject is None
            assert whole.with_quota_project("project")._subject is None

    def test_ours_is_in_every_assertion_whatever_happens_in_between(self) -> None:
        clock = ManualClock()
        users = ("ana@g.test", "ben@g.test")
        google = Google()
        way = delegation(clock)
        for user in users:
            calendar = GoogleCalendar(DELEGATED, user, user, lambda: "", clock.now, http=google, delegation=way)
            calendar.changes("")
            calendar.close()
            calendar.changes("")
            clock.advance(timedelta(hours=1))
            calendar.changes("")
            google.refuses = 1
            calendar.changes("")
        assert google.subjects == [users[0]] * 3 + [users[1]] * 3
        assert google.seen == {f"calendars/{user}/events {user}" for user in users}

    def test_threads_get_the_token_of_their_own_user_each_fetched_once(self) -> None:
        google, way, clock = Google(), delegation(), ManualClock()

        def run(number: int) -> None:
            user = f"user{number % 4}@g.test"
            GoogleCalendar(DELEGATED, user, user, lambda: "", clock.now, http=google, delegation=way).changes("")

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(run, range(40)))
        assert sorted(google.subjects) == [f"user{number}@g.test" for number in range(4)]
        assert google.seen == {f"calendars/user{number}@g.test/events user{number}@g.test" for number in range(4)}


class Google:
    """Signs, grants tokens that name their user, and notes who reads which calendar."""

    def __init__(self) -> None:
        self.subjects: list[str] = []
        self.seen: set[str] = set()
        self.refuses = 0
        self._tokens: dict[str, str] = {}
        self._lock = Lock()

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[httplib2.Response[str], bytes]:
        del method
        with self._lock:
            if uri == SIGN_BLOB:
                return self._say(json.loads(SIGNED[1]))
            if uri == TOKEN:
                (assertion,) = (value for name, value in parse_qsl(body) if name == "assertion")
                user = part(assertion.split(".")[1])["sub"]
                self.subjects.append(user)
                token = f"token{len(self.subjects)}"
                self._tokens[f"Bearer {token}"] = user
                return self._say({"access_token": token, "expires_in": 3600})
            if self.refuses:
                self.refuses -= 1
                return self._say({}, 401)
            user = self._tokens[(headers or {})["authorization"]]
            path = urlsplit(uri).path.removeprefix("/calendar/v3/").replace("%40", "@")
            self.seen.add(f"{path} {user}")
            return self._say({"kind": "calendar#events", "items": [], "nextSyncToken": "s"})

    @staticmethod
    def _say(content: object, status: int = 200) -> tuple[httplib2.Response[str], bytes]:
        return httplib2.Response({"status": str(status)}), json.dumps(content).encode()


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "cure"),
        [
            (401, "this machine's own token is not taken"),
            (403, "roles/iam.serviceAccountTokenCreator"),
            (404, f"there is no service account {ACCOUNT}"),
            (400, f"nothing is signed as {ACCOUNT}"),
            (302, f"nothing is signed as {ACCOUNT}"),
            (418, f"nothing is signed as {ACCOUNT}"),
        ],
    )
    def test_where_nothing_is_signed_the_cure_is_named_and_nothing_tried_again(self, status: int, cure: str) -> None:
        script = Script([(status, '{"error": {"message": "Lunch with Bo"}}')])
        error = refusal(script)
        assert isinstance(error, SignInError)
        assert error.code == f"signBlob{status}"
        assert cure in error.sentence
        assert "Bo" not in str(error)
        assert len(script.asked) == 1

    def test_an_own_token_that_is_not_taken_is_not_used_again(self) -> None:
        asked = list[str]()

        def own() -> Token:
            asked.append("asked")
            return Token("ya29.own")

        way = delegation(own=own)
        script = Script([(401, ""), SIGNED, granted()])
        refusal(script, way=way)
        sign_in(script, way=way).headers()
        assert len(asked) == 2

    @pytest.mark.parametrize(
        ("word", "cure"),
        [("unauthorized_client", SCOPE), ("access_denied", SCOPE), ("invalid_grant", "check google_user")],
    )
    def test_a_user_it_may_not_act_as_is_told_with_the_cure(self, word: str, cure: str) -> None:
        script = Script([SIGNED, (401, f'{{"error": "{word}"}}')])
        error = refusal(script)
        assert isinstance(error, SignInError)
        assert (error.code, cure in error.sentence) == (word, True)
        assert len(script.asked) == 2

    @pytest.mark.parametrize("status", [429, 500, 503])
    @pytest.mark.parametrize("before", [[], [SIGNED]])
    def test_what_is_busy_is_asked_again_later(self, before: list[Any], status: int) -> None:
        script = Script([*before, (status, "busy")])
        assert isinstance(refusal(script), BackOffError)
        assert len(script.asked) == len(before) + 1

    @pytest.mark.parametrize("answer", ["", "[]", "{}", '{"signedBlob": "%%%"}', '{"signedBlob": 7}', "[" * 100_000])
    def test_an_answer_without_a_signature_is_none(self, answer: str) -> None:
        error = refusal(Script([(200, answer)]))
        assert (type(error), error.code) == (BackOffError, "garbled")

    def test_without_an_account_it_is_said(self) -> None:
        with pytest.raises(UsageError, match="set sync_identity"):
            SignIn(DELEGATED, ANA, lambda: "", ManualClock().now, Script()).headers()

    def test_nothing_shows_a_token(self) -> None:
        way = delegation()
        script = Script([SIGNED, granted("ya29.user")])
        sign = sign_in(script, way=way)
        sign.headers()
        shown = f"{way!r} {way.__dict__} {way._tokens.__dict__} {sign!r} {sign._token!r}"
        assert "ya29" not in shown


def test_errors_are_calpairs() -> None:
    for answers in ([(403, "")], [SIGNED, (400, "")], [TimeoutError()]):
        with pytest.raises(CalpairError):
            sign_in(Script(list(answers))).headers()
