"""What becomes of a question about free and busy that fails, in whole or in part, and as whom it is asked."""

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from calpair.errors import AccessLostError, BackOffError, CalpairError, RefusedError, SideError, SignInError, UsageError
from calpair.google.free_busy import GoogleAvailability
from calpair.google.identity import FREE_BUSY
from calpair.model.busy import Unknown
from calpair.model.pair import GoogleAuth, GoogleService, Limits
from calpair.names import Names
from simulators.clock import ManualClock
from simulators.google import GoogleSimulator
from unit.google.free_busy_ground import BEN, EYES, FROM, TO, UNAVAILABLE, Google, at, block, keyless, refusal, scripted
from unit.google.ground import ANA, BASE


class TestFailures:
    @pytest.mark.parametrize(
        ("kind", "error", "code"),
        [
            ("auth_401", SignInError, "authError"),
            ("rate_limit_403", BackOffError, "rateLimitExceeded"),
            ("user_rate_limit_403", BackOffError, "userRateLimitExceeded"),
            ("rate_limit_429", BackOffError, "rateLimitExceeded"),
            ("quota_403", BackOffError, "quotaExceeded"),
            ("backend_500", BackOffError, "backendError"),
            ("backend_503", BackOffError, "backendError"),
            ("timeout_before", BackOffError, "timeout"),
            ("lost_reply", BackOffError, "noAnswer"),
            ("torn", BackOffError, "garbled"),
            ("forbidden_403", AccessLostError, "forbidden"),
            ("not_found_404", AccessLostError, "notFound"),
            ("redirect_302", AccessLostError, "http302"),
            ("invalid_400", RefusedError, "invalid"),
        ],
    )
    def test_what_concerns_everybody_is_raised(self, kind: str, error: type[SideError], code: str) -> None:
        google = Google(BEN)
        google.plant(kind, times=9)
        with pytest.raises(error) as caught:
            google.look_up([BEN])
        assert (type(caught.value), caught.value.code, google.heard) == (error, code, [])

    @pytest.mark.parametrize(
        ("refused", "cure"),
        [
            (refusal(403, "insufficientPermissions"), "allow the scope calendar.freebusy"),
            (refusal(403, "accessNotConfigured"), "enable the Calendar API"),
            ((404, "<html>"), "correct google.url"),
        ],
    )
    def test_an_error_says_what_to_do(self, refused: tuple[int, str], cure: str) -> None:
        with pytest.raises(AccessLostError, match=cure):
            scripted(refused)[0].look_up([ANA], FROM, TO)

    @pytest.mark.parametrize(("kind", "left"), [("backend_503", "unavailable"), ("invalid_400", "no_data")])
    def test_a_request_that_fails_leaves_its_own_unknown_and_the_others_answered(self, kind: str, left: str) -> None:
        users = [f"{number:03d}@g.test" for number in range(150)]
        google = Google(*users)
        google.plant(kind, nth=2)
        found = google.look_up(users)
        assert [user for user, told in found.items() if told == Unknown(left)] == users[50:100]
        assert [user for user, told in found.items() if told == []] == users[:50] + users[100:]
        assert len(google.heard) == 1

    def test_after_a_plea_to_wait_nobody_is_asked_any_more_and_the_plea_is_heard(self) -> None:
        users = [f"{number:03d}@g.test" for number in range(200)]
        google = Google(*users)
        google.plant("rate_limit_429", nth=2, times=9)
        found = google.look_up(users)
        assert [told for told in found.values() if told == []] == [[]] * 50
        assert list(found.values())[50:] == [UNAVAILABLE] * 150
        assert google.requests() == {"freebusy.query": 2}
        [plea] = google.heard
        assert isinstance(plea, BackOffError)
        assert (plea.code, plea.seconds) == ("rateLimitExceeded", 60.0)

    def test_a_google_that_is_down_is_asked_three_times_and_no_more(self) -> None:
        users = [f"{number:03d}@g.test" for number in range(500)]
        google = Google(*users)
        google.plant("backend_503", times=99)
        with pytest.raises(BackOffError):
            google.look_up(users)
        assert (google.requests(), google.heard) == ({"freebusy.query": 3}, [])

    def test_a_sign_in_that_is_refused_half_way_is_raised(self) -> None:
        users = [f"{number:03d}@g.test" for number in range(100)]
        google = Google(*users)
        google.plant("auth_401", nth=2, times=9)
        with pytest.raises(SignInError):
            google.look_up(users)

    def test_what_a_server_writes_is_in_no_error(self) -> None:
        told = {"error": {"errors": [{"reason": "a secret lunch with Ben"}], "message": "a secret lunch with Ben"}}
        for status in (400, 403, 404, 503):
            with pytest.raises(CalpairError) as caught:
                scripted((status, json.dumps(told)))[0].look_up([ANA], FROM, TO)
            assert "secret" not in f"{caught.value!s}{caught.value!r}"


class TestWhoAsks:
    @staticmethod
    def delegated(account: str, scope: str = FREE_BUSY) -> tuple[GoogleAvailability, GoogleSimulator]:
        world = keyless(scope, ANA, BEN)
        world.simulator.calendar(BEN).set_access(ANA, "freeBusyReader")
        settings = GoogleService(GoogleAuth.DELEGATED, "", BASE, account)
        availability = GoogleAvailability(
            settings, lambda: "", world.clock.now, world.http, delegation=world.delegation
        )
        return availability, world.simulator

    def test_the_account_asks_with_the_narrowest_scope_there_is(self) -> None:
        availability, simulator = self.delegated(ANA)
        simulator.calendar(BEN).create(
            summary="x", start={"dateTime": at(9).isoformat()}, end={"dateTime": at(10).isoformat()}
        )
        assert availability.look_up([BEN], FROM, TO) == {BEN: [block(at(9), at(10))]}
        assert [call.user for call in simulator.record.calls if call.operation == "freebusy.query"] == [ANA]

    def test_a_scope_that_was_not_delegated_is_said(self) -> None:
        availability, _ = self.delegated(ANA, "https://www.googleapis.com/auth/calendar.events")
        with pytest.raises(SignInError, match=r"auth/calendar\.freebusy"):
            availability.look_up([BEN], FROM, TO)

    def test_without_an_account_nobody_is_asked(self) -> None:
        availability, simulator = self.delegated("")
        with pytest.raises(UsageError, match=r"google\.free_busy_account is missing"):
            availability.look_up([BEN], FROM, TO)
        assert simulator.record.requests == {}

    def test_threads_have_a_line_each_and_lines_are_used_again(self) -> None:
        google = Google(BEN)
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(lambda _: google.look_up([BEN]), range(40))) == [{BEN: []}] * 40
        assert 1 <= len(google.availability._idle) <= 4
        google.availability.close()
        assert google.look_up([BEN]) == {BEN: []}

    def test_a_google_that_says_nothing_is_waited_for_as_long_as_was_said(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            settings = replace(EYES, url=f"http://127.0.0.1:{silent.getsockname()[1]}/")
            names = Names(Limits(hosts=("127.0.0.1",)))
            availability = GoogleAvailability(settings, lambda: "TOKEN", ManualClock().now, names=names, timeout=0.05)
            with pytest.raises(BackOffError, match="timeout"):
                availability.look_up([BEN], FROM, TO)
            availability.close()
