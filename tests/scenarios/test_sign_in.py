"""Ways to sign in, from the document to the last request: what each costs, what a refusal leaves, and that nothing leaks."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from calpair.app.connections import Transports
from calpair.app.doctoring import examine
from calpair.app.machine import App
from calpair.errors import AccessLostError, BackOffError, SignInError
from scenarios.stage import BEN, BENS, CALENDAR, Stage
from simulators.exchange import Switches
from simulators.exchange.mount import SimulatorAdapter
from simulators.google import InProcessHttp
from simulators.google.robots import Robot
from simulators.wire import mounted

EVENTS = "https://www.googleapis.com/auth/calendar.events"
RUNTIME, SYNC = "run@p.iam.gserviceaccount.com", "sync@p.iam.gserviceaccount.com"
HUSH = "app-hush"

Json = dict[str, Any]
NTLM: Json = {"auth": "ntlm", "username": "A\\svc"}
OAUTH: Json = {"auth": "oauth", "tenant": "a.test", "client_id": "app-1", "secret": "env:APP"}


class Signed(Stage):
    """A stage whose Exchange is signed in to otherwise."""

    def __init__(
        self, folder: Path, exchange: Json, schemes: tuple[str, ...] = ("Negotiate", "NTLM", "Bearer"), **switches: Any
    ) -> None:
        super().__init__(folder, exchange={"switches": Switches(schemes=schemes, **switches), "apps": {"app-1": HUSH}})
        self.environment["APP"] = HUSH
        self.domains["a.test"]["exchange"] = {**self.domains["a.test"]["exchange"], **exchange}
        if exchange["auth"] == "oauth":
            del self.domains["a.test"]["exchange"]["username"]
        self.start()

    def asked(self) -> Mapping[str, int]:
        """What Exchange counted since this was asked last."""
        counted = dict(self.exchange.record.requests)
        self.exchange.record.requests.clear()
        return counted


class Keyless(Stage):
    """A stage whose Google is signed in to without any key, for two users."""

    def __init__(self, folder: Path, *robots: Robot, runtime: str = RUNTIME) -> None:
        found = robots or (Robot(RUNTIME), Robot(SYNC, delegated={EVENTS}, creators={RUNTIME}))
        super().__init__(folder, google={"robots": found, "runtime": runtime})
        self.domains["a.test"]["google"] = {"auth": "delegated"}
        self.pairs["ben"] = {"domain": "a.test", "mailbox": BEN, "calendar": BENS, "direction": "two_way"}
        self.start()

    def process(self, holder: str, alive: Callable[[str], bool]) -> App:
        app = super().process(holder, alive)
        door = InProcessHttp(self.google_door)
        settings = replace(app.configuration.settings, sync_identity=SYNC)
        return replace(
            app,
            configuration=replace(app.configuration, settings=settings),
            transports=Transports(SimulatorAdapter(self.exchange_door), lambda _user: door, instance=door),
        )

    def asked(self) -> Mapping[str, int]:
        """What was asked of anybody but the calendars since this was asked last."""
        record = self.google.record.requests
        counted = {
            operation: count for operation, count in record.items() if not operation.startswith(("event", "batch"))
        }
        record.clear()
        return counted


class TestNtlm:
    def test_a_pair_is_kept_in_step_over_one_connection_that_is_signed_in_once(self, tmp_path: Path) -> None:
        stage = Signed(tmp_path, NTLM)
        stage.outlook("Lunch")
        stage.web("Dinner", hour=19)
        stage.settle()
        assert stage.titles() == ["Dinner", "Lunch"]
        counted = stage.asked()
        assert counted["ntlm_handshake"] == 1
        assert "unauthorized" not in counted
        stage.run()
        assert stage.asked() == {"SyncFolderItems": 1}

    @pytest.mark.parametrize("username", ["A\\svc", "a.test\\svc", "svc@a.test"])
    def test_the_account_is_named_in_either_way(self, tmp_path: Path, username: str) -> None:
        stage = Signed(tmp_path, {**NTLM, "username": username})
        assert stage.run().outcome == "ok"

    @pytest.mark.parametrize("schemes", [("NTLM",), ("Negotiate",), ("Basic", "NTLM")])
    def test_it_works_under_either_of_its_names(self, tmp_path: Path, schemes: tuple[str, ...]) -> None:
        stage = Signed(tmp_path, NTLM, schemes)
        stage.settle()

    def test_a_server_that_forgets_after_each_request_is_told_anew(self, tmp_path: Path) -> None:
        stage = Signed(tmp_path, NTLM, ntlm_persists=False)
        stage.outlook("Lunch")
        stage.run()
        stage.run()
        assert stage.titles() == ["Lunch"]

    def test_a_wrong_password_is_proven_once_and_the_domain_waits(self, tmp_path: Path) -> None:
        stage = Signed(tmp_path, NTLM)
        stage.outlook("Lunch")
        stage.environment["PASSWORD"] = "wrong"
        stage.start()
        assert stage.tries() == "SignInError"
        assert stage.tries() == "BackOffError"
        assert stage.exchange.accounts.failed.total() == 1
        assert stage.writes() == 0
        assert "exchange.secret" in stage.status()["sentence"]
        stage.environment["PASSWORD"] = "secret"
        stage.later(minutes=2)
        stage.settle()
        assert stage.titles() == ["Lunch"]

    def test_a_server_without_it_is_told_no_proof(self, tmp_path: Path) -> None:
        stage = Signed(tmp_path, NTLM, ("Basic", "Bearer"))
        heard: list[tuple[str, int]] = []
        stage.exchange_door.before = lambda request: heard.append(
            (request.headers.get("authorization", "")[:18], len(request.body))
        )
        with pytest.raises(SignInError, match="does not offer NTLM"):
            stage.run()
        # "NTLMSSP", and the number of the first of the three messages.
        assert heard == [("NTLM TlRMTVNTUAABA", 0)]

    def test_it_is_the_same_over_tcp(self, tmp_path: Path) -> None:
        with real(Signed(tmp_path, NTLM)) as stage:
            stage.outlook("Lunch")
            stage.web("Dinner", hour=19)
            stage.settle()
            assert stage.titles() == ["Dinner", "Lunch"]
            assert stage.exchange.record.requests["ntlm_handshake"] == 1

    def test_answers_lost_in_the_middle_leave_one_copy(self, tmp_path: Path) -> None:
        stage = Signed(tmp_path, NTLM)
        stage.settle()
        for kind in ("lost_reply", "timeout_before"):
            stage.web(f"Dinner {kind}", hour=19)
            stage.fault("exchange", kind, "CreateItem")
            stage.tries()
            stage.patient()
        assert stage.titles() == ["Dinner lost_reply", "Dinner timeout_before"]


class TestAnApplication:
    def test_a_pair_is_kept_in_step_with_one_token(self, tmp_path: Path) -> None:
        stage = Signed(tmp_path, OAUTH)
        stage.outlook("Lunch")
        stage.web("Dinner", hour=19)
        stage.settle()
        assert stage.titles() == ["Dinner", "Lunch"]
        counted = stage.asked()
        assert counted["token"] == 1
        assert "unauthorized" not in counted

    def test_a_token_is_renewed_before_its_end(self, tmp_path: Path) -> None:
        stage = Signed(tmp_path, OAUTH)
        stage.run()
        stage.later(minutes=54)
        stage.run()
        assert stage.asked()["token"] == 1
        stage.later(minutes=2)
        stage.run()
        assert stage.asked() == {"token": 1, "SyncFolderItems": 1}

    def test_tokens_that_were_made_void_are_replaced_once(self, tmp_path: Path) -> None:
        stage = Signed(tmp_path, OAUTH)
        stage.settle()
        stage.asked()
        stage.exchange.tokens.revoke()
        stage.run()
        assert stage.asked() == {"unauthorized": 1, "token": 1, "SyncFolderItems": 1}

    @pytest.mark.parametrize(
        ("fields", "code"),
        [({"client_id": "nobody"}, "unauthorized_client"), ({"tenant": "b.test"}, "invalid_request")],
    )
    def test_an_application_nobody_knows_is_told_with_the_cure(self, tmp_path: Path, fields: Json, code: str) -> None:
        stage = Signed(tmp_path, {**OAUTH, **fields})
        with pytest.raises(SignInError, match=r"exchange\.tenant") as caught:
            stage.run()
        assert caught.value.code == code
        assert stage.asked() == {"token": 1}

    def test_a_wrong_secret_is_tried_once_and_the_domain_waits(self, tmp_path: Path) -> None:
        stage = Signed(tmp_path, OAUTH)
        stage.environment["APP"] = "wrong"
        assert (stage.tries(), stage.tries()) == ("SignInError", "BackOffError")
        assert stage.exchange.accounts.failed.total() == 1
        stage.environment["APP"] = HUSH
        stage.later(minutes=2)
        stage.settle()

    @pytest.mark.parametrize("kind", ["unavailable", "too_many_requests", "bad_gateway", "torn", "lost_reply"])
    def test_where_tokens_come_from_may_be_ill_for_a_while(self, tmp_path: Path, kind: str) -> None:
        stage = Signed(tmp_path, OAUTH)
        stage.web("Dinner", hour=19)
        stage.fault("exchange", kind, "token")
        with pytest.raises(BackOffError):
            stage.run()
        assert stage.writes() == 0
        stage.later(hours=1)
        stage.settle()
        assert stage.titles() == ["Dinner"]

    def test_an_address_of_its_own_over_tcp(self, tmp_path: Path) -> None:
        with real(Signed(tmp_path, OAUTH), token="/a.test/oauth2/v2.0/token") as stage:
            stage.outlook("Lunch")
            stage.settle()
            assert stage.titles() == ["Lunch"]
            assert stage.exchange.record.requests["token"] == 1


class TestWithoutAKey:
    def test_two_users_are_acted_as_each_by_a_token_of_their_own(self, tmp_path: Path) -> None:
        stage = Keyless(tmp_path)
        stage.web("Dinner", hour=19)
        stage.outlook("Lunch")
        for name in ("ana", "ben", "ana", "ben"):
            assert stage.run(name).outcome == "ok"
        assert stage.titles() == ["Dinner", "Lunch"]
        assert stage.asked() == {"metadata.token": 1, "iam.signBlob": 2, "token": 2}
        assert {call.user for call in stage.google.record.calls if call.operation.startswith("events")} == {
            CALENDAR,
            BENS,
        }

    def test_within_the_hour_nothing_more_is_asked_for(self, tmp_path: Path) -> None:
        stage = Keyless(tmp_path)
        stage.run()
        stage.asked()
        stage.later(minutes=50)
        stage.run()
        assert stage.asked() == {}
        stage.later(minutes=10)
        stage.run()
        assert stage.asked() == {"metadata.token": 1, "iam.signBlob": 1, "token": 1}

    @pytest.mark.parametrize(
        ("robots", "code", "cure"),
        [
            ((Robot(RUNTIME), Robot(SYNC, delegated={EVENTS})), "signBlob403", "serviceAccountTokenCreator"),
            ((Robot(RUNTIME),), "signBlob404", SYNC),
            ((Robot(RUNTIME), Robot(SYNC, creators={RUNTIME})), "unauthorized_client", EVENTS),
            (
                (Robot(RUNTIME), Robot(SYNC, delegated={f"{EVENTS}.readonly"}, creators={RUNTIME})),
                "unauthorized_client",
                EVENTS,
            ),
        ],
    )
    def test_a_right_that_is_missing_is_named_and_nothing_tried_again(
        self, tmp_path: Path, robots: tuple[Robot, ...], code: str, cure: str
    ) -> None:
        stage = Keyless(tmp_path, *robots)
        with pytest.raises(SignInError) as caught:
            stage.run()
        assert caught.value.code == code
        assert cure in str(caught.value)
        asked = stage.asked()
        assert max(asked.values()) == 1
        assert stage.tries() == "BackOffError"
        assert stage.asked() == {}

    def test_a_machine_without_an_identity_is_told(self, tmp_path: Path) -> None:
        stage = Keyless(tmp_path, Robot(SYNC, delegated={EVENTS}, creators={RUNTIME}), runtime="")
        with pytest.raises(SignInError, match="give it a service account"):
            stage.run()

    def test_the_doctor_sees_who_was_signed_in(self, tmp_path: Path) -> None:
        stage = Keyless(tmp_path)
        found = [one.finding for one in examine(stage.app, "ana")]
        assert all(one.ok for one in found)
        assert "signed in as ana@g.test" in [one.found for one in found]


REDIRECTS = [f"redirect_{status}" for status in (301, 302, 303, 307, 308)]


class TestRedirects:
    @pytest.mark.parametrize("kind", REDIRECTS)
    @pytest.mark.parametrize("location", ["http://169.254.169.254/", "https://exchange.evil.example/", ""])
    def test_no_answer_leads_anywhere(self, tmp_path: Path, kind: str, location: str) -> None:
        for number, (fields, operation) in enumerate(
            ((NTLM, "SyncFolderItems"), (OAUTH, "SyncFolderItems"), (OAUTH, "token"))
        ):
            folder = tmp_path / str(number)
            folder.mkdir()
            stage = Signed(folder, fields)
            stage.fault("exchange", kind, operation, location=location)
            with pytest.raises(AccessLostError):
                stage.run()
            stage.calm()
            stage.later(minutes=2)
            stage.settle()

    @pytest.mark.parametrize("operation", ["events.list", "token", "iam.signBlob"])
    def test_nor_any_of_googles(self, tmp_path: Path, operation: str) -> None:
        stage = Keyless(tmp_path)
        stage.fault("google", "redirect_302", operation, location="http://169.254.169.254/")
        assert stage.tries() in ("AccessLostError", "SignInError")
        stage.calm()
        stage.later(minutes=2)
        assert stage.tries() == "ok"


@pytest.mark.parametrize("make", [lambda at: Signed(at, NTLM), lambda at: Signed(at, OAUTH), Keyless])
def test_no_token_and_no_secret_is_kept_or_logged(
    tmp_path: Path, make: Callable[[Path], Stage], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage = make(tmp_path)
    heard: list[str] = []
    for door in (stage.exchange_door, stage.google_door):
        door.before = lambda request: heard.append(request.headers.get("authorization", ""))
    stage.outlook("Lunch")
    stage.settle()
    tokens = {word.split()[-1] for word in heard if word}
    assert tokens
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("calpair.db*")).decode("latin-1")
    for word in (*tokens - {"TOKEN"}, HUSH):
        assert word not in kept
        assert word not in caplog.text


@contextmanager
def real(stage: Signed, token: str = "") -> Iterator[Signed]:
    """The same stage over TCP on loopback, as the operator of one machine allows it; `token` is a path."""
    with mounted(stage.exchange_door) as exchange, mounted(stage.google_door) as google:
        document = stage.domains["a.test"]
        document["limits"] = {"hosts": ["127.0.0.1"]}
        document["exchange"]["url"] = f"{exchange}/EWS/Exchange.asmx"
        if token:
            document["exchange"]["token_url"] = f"{exchange}{token}"
        document["google"]["url"] = f"{google}/"
        stage.start()
        stage.app.transports = Transports()
        yield stage
        for _, connection in stage.app.sides.connections._made.values():
            connection._wire.sign_out()
        for both in stage.app.sides._idle.values():
            both.google.close()


def test_secrets_that_were_refused_are_read_anew_and_another_one_is_tried_at_once(tmp_path: Path) -> None:
    stage, forgotten = Stage(tmp_path), []
    stage.environment["PASSWORD"] = "old"

    def forget(reference: str) -> None:
        forgotten.append(reference)
        stage.environment["PASSWORD"] = "secret"

    stage.app.runner.forget = forget
    assert stage.tries() == "SignInError"
    assert forgotten == ["env:PASSWORD", "env:TOKEN"]
    assert stage.tries() == "ok"
