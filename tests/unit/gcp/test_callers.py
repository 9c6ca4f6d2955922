"""Who may call: a token of Google's, for this function, of a listed account; and every token that is not one."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from calpair.errors import BackOffError, CallerError, UsageError
from calpair.gcp.callers import Callers, Certificates, Keys, fetch
from unit.gcp.tokens import ACCOUNT, AUDIENCE, Signer

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
GOOGLE, STRANGER = Signer("k1"), Signer("k1")


class Fetched:
    """Certificates, and how often they were asked for."""

    def __init__(self, *signers: Signer) -> None:
        self.keys: Keys = {signer.name: signer.pem() for signer in signers}
        self.times = 0
        self.during: Callable[[], object] | None = None
        self.at = NOW

    def __call__(self) -> Keys:
        self.times += 1
        if self.during:
            self.during()
        if not self.keys:
            raise BackOffError("certificates")
        return self.keys

    def now(self) -> datetime:
        return self.at


def callers(*accounts: str) -> Callers:
    fetched = Fetched(GOOGLE)
    return Callers(Certificates(fetched, fetched.now), AUDIENCE, accounts or [ACCOUNT])


def test_a_listed_account_with_a_good_token_is_known() -> None:
    assert callers().prove(f"Bearer {GOOGLE.token()}") == ACCOUNT
    assert callers().prove(f"bearer {GOOGLE.token(iss='accounts.google.com')}") == ACCOUNT
    assert callers(ACCOUNT.upper()).prove(f"Bearer {GOOGLE.token()}") == ACCOUNT


def test_where_nobody_knows_what_tokens_are_for_the_account_alone_decides() -> None:
    fetched = Fetched(GOOGLE)
    whatever = Callers(Certificates(fetched, fetched.now), "", [ACCOUNT])
    assert whatever.prove(f"Bearer {GOOGLE.token(aud='https://elsewhere.test')}") == ACCOUNT
    with pytest.raises(CallerError, match="may not call") as refused:
        whatever.prove(f"Bearer {GOOGLE.token(email='eve@p.iam.gserviceaccount.com')}")
    assert refused.value.known
    with pytest.raises(CallerError, match="not good for this function"):
        whatever.prove(f"Bearer {STRANGER.token()}")


def _spoiled() -> dict[str, str | None]:
    now = int(time.time())
    good = GOOGLE.token()
    head, claims, signature = good.split(".")
    forged = json.dumps({"iss": "accounts.google.com", "aud": AUDIENCE, "email": ACCOUNT, "email_verified": True})
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    hmac = GOOGLE.token(header={"alg": "HS256", "kid": "k1"})
    deep = base64.urlsafe_b64encode(b"[" * 5000).decode()
    return {
        "nothing": None,
        "an empty header": "",
        "another scheme": f"Basic {good}",
        "no token": "Bearer ",
        "rubbish": "Bearer rubbish",
        "three parts of rubbish": "Bearer a.b.c",
        "half a token": f"Bearer {head}.{claims}",
        "no signature": f"Bearer {head}.{claims}.",
        "other claims under the signature": f"Bearer {head}.{base64.urlsafe_b64encode(forged.encode()).decode()}.{signature}",
        "unsigned": f"Bearer {none}.{claims}.",
        "a shared secret's algorithm": f"Bearer {hmac}",
        "signed by somebody else": f"Bearer {STRANGER.token()}",
        "a key nobody has": f"Bearer {Signer('k9').token()}",
        "expired": f"Bearer {GOOGLE.token(iat=now - 7200, exp=now - 3600)}",
        "not yet good": f"Bearer {GOOGLE.token(iat=now + 3600, exp=now + 7200)}",
        "without an end": f"Bearer {GOOGLE.token(exp=None)}",
        "for another function": f"Bearer {GOOGLE.token(aud='https://other.run.test')}",
        "for nobody": f"Bearer {GOOGLE.token(aud=None)}",
        "of another issuer": f"Bearer {GOOGLE.token(iss='https://accounts.evil.test')}",
        "of an address nobody verified": f"Bearer {GOOGLE.token(email_verified=False)}",
        "of an address verified in words": f"Bearer {GOOGLE.token(email_verified='true')}",
        "without an address": f"Bearer {GOOGLE.token(email=None)}",
        "with a list for an address": f"Bearer {GOOGLE.token(email=[ACCOUNT])}",
        "too long": f"Bearer {GOOGLE.token(more='x' * 9000)}",
        "too deep": f"Bearer {deep}.{claims}.{signature}",
        "not ASCII": "Bearer ü.ü.ü",
    }


@pytest.mark.parametrize("what", list(_spoiled()))
def test_a_token_that_is_no_good_proves_nothing(what: str) -> None:
    with pytest.raises(CallerError) as refused:
        callers().prove(_spoiled()[what])
    assert refused.value.known is False
    assert "ID token" in str(refused.value)


def test_an_account_that_is_not_listed_is_known_and_refused() -> None:
    with pytest.raises(CallerError) as refused:
        callers("somebody@p.iam.gserviceaccount.com").prove(f"Bearer {GOOGLE.token()}")
    assert refused.value.known is True
    assert ACCOUNT not in str(refused.value)


def test_where_nobody_is_listed_nobody_may() -> None:
    fetched = Fetched(GOOGLE)
    with pytest.raises(CallerError):
        Callers(Certificates(fetched, fetched.now), AUDIENCE, []).prove(f"Bearer {GOOGLE.token()}")


def test_certificates_are_fetched_hourly_and_for_an_unknown_key_once_a_minute() -> None:
    fetched = Fetched(GOOGLE)
    certificates = Certificates(fetched, fetched.now)
    for _ in range(3):
        assert "k1" in certificates.of("k1")
    assert fetched.times == 1
    for _ in range(3):
        certificates.of("unknown")
    assert fetched.times == 1
    fetched.at += timedelta(seconds=61)
    for _ in range(3):
        certificates.of("unknown")
    assert fetched.times == 2
    fetched.at += timedelta(minutes=61)
    certificates.of("k1")
    assert fetched.times == 3


def test_a_new_key_of_googles_is_found_within_a_minute() -> None:
    fetched = Fetched(GOOGLE)
    certificates = Certificates(fetched, fetched.now)
    certificates.of("k1")
    fetched.keys = {"k2": "new"}
    fetched.at += timedelta(seconds=61)
    assert certificates.of("k2") == {"k2": "new"}


def test_where_certificates_cannot_be_fetched_anew_those_of_the_day_are_used_on() -> None:
    fetched = Fetched(GOOGLE)
    certificates = Certificates(fetched, fetched.now)
    kept = certificates.of("k1")
    fetched.keys = {}
    fetched.at += timedelta(hours=23)
    assert [certificates.of("k1") for _ in range(3)] == [kept] * 3
    assert fetched.times == 2
    fetched.at += timedelta(hours=2)
    with pytest.raises(BackOffError):
        certificates.of("k1")


@pytest.mark.parametrize("key", ["k1", "unknown", ""])
def test_certificates_older_than_a_day_prove_nothing_whatever_key_a_token_names(key: str) -> None:
    fetched = Fetched(GOOGLE)
    certificates = Certificates(fetched, fetched.now)
    certificates.of("k1")
    fetched.keys = {}
    fetched.at += timedelta(hours=25)
    with pytest.raises(BackOffError):
        certificates.of(key)


def test_a_fetch_that_fails_is_not_repeated_for_every_stranger() -> None:
    fetched = Fetched()
    certificates = Certificates(fetched, fetched.now)
    for _ in range(3):
        with pytest.raises(BackOffError):
            certificates.of("unknown")
    assert fetched.times == 1
    fetched.keys = {"k1": "PEM"}
    fetched.at += timedelta(seconds=6)
    assert certificates.of("k1") == {"k1": "PEM"}


def test_a_known_key_does_not_wait_for_the_fetch_a_stranger_caused() -> None:
    fetched = Fetched(GOOGLE)
    certificates = Certificates(fetched, fetched.now)
    kept = certificates.of("k1")
    fetched.at += timedelta(seconds=61)
    meanwhile: list[Keys] = []
    with ThreadPoolExecutor(1) as other:
        fetched.during = lambda: meanwhile.append(other.submit(certificates.of, "k1").result(timeout=5))
        certificates.of("unknown")
    assert meanwhile == [kept]


def test_certificates_are_not_fetched_in_the_clear() -> None:
    with pytest.raises(UsageError, match="CALPAIR_CERTIFICATES"):
        fetch("http://www.googleapis.com/oauth2/v1/certs")


@contextmanager
def served(status: int, body: bytes, headers: dict[str, str] | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/oauth2/v1/certs"
    finally:
        server.shutdown()
        server.server_close()


def test_certificates_come_as_a_map() -> None:
    with served(200, b'{"k1": "PEM"}') as url:
        assert fetch(url) == {"k1": "PEM"}


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (500, b'{"k1": "PEM"}', {}),
        (302, b"", {"Location": "http://127.0.0.1:9/"}),
        (200, b"no JSON", {}),
        (200, b'["a list"]', {}),
        (200, b'{"k1": 1}', {}),
        (200, b"[" * 60_000, {}),
        (200, b'{"k1": "' + b"x" * 70_000 + b'"}', {}),
    ],
)
def test_certificates_that_cannot_be_used_are_asked_for_later(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    with served(status, body, headers) as url, pytest.raises(BackOffError):
        fetch(url)


def test_certificates_from_where_nobody_answers_are_asked_for_later() -> None:
    with pytest.raises(BackOffError):
        fetch("http://127.0.0.1:9/certs")
