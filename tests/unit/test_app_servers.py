"""One domain's Exchange as look-ups reach it: when it is asked, and when it is left alone."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from calpair.app.servers import Reach, Server
from calpair.errors import BackOffError, CalpairError, SignInError, UsageError
from calpair.model.busy import Answer
from calpair.model.pair import Domain, ExchangeAuth, ExchangeServer, GoogleAuth, GoogleService
from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator
from simulators.exchange.mount import SimulatorAdapter
from simulators.record import Fault
from simulators.wire import Request, Response

ANA, PASSWORD = "ana@a.test", "secret"
START, END = datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)
DOMAIN = Domain(
    "a.test",
    ExchangeServer(
        "https://mail.a.test/EWS/Exchange.asmx", ExchangeAuth.BASIC, "svc@a.test", "env:P", timeout_seconds=60
    ),
    GoogleService(GoogleAuth.TOKEN),
)


class Bench:
    """A server with its simulator, whose secret is `password`; `before` is called for every request."""

    def __init__(self, domain: Domain = DOMAIN, password: str = PASSWORD) -> None:
        self.clock = ManualClock()
        self.simulator = ExchangeSimulator(clock=self.clock)
        self.password = password
        self.forgotten: list[str] = []
        self.before: Callable[[], object] | None = None
        self.server = Server(domain, self._secret, self.forgotten.append, self.clock.now, Reach(SimulatorAdapter(self)))

    def _secret(self, reference: str) -> str:
        assert reference == "env:P"
        return self.password

    def handle(self, request: Request) -> Response:
        if self.before:
            self.before()
        return self.simulator.handle(request)

    def ask(self) -> Answer:
        return self.server.begin([ANA], START, END, self.clock.now() + timedelta(seconds=20))()

    def together(self, count: int) -> Sequence[str]:
        """Ask from many threads at once; what came of each."""
        with ThreadPoolExecutor(count) as threads:
            return list(threads.map(lambda _: self.tries(), range(count)))

    def tries(self) -> str:
        try:
            self.ask()
        except CalpairError as error:
            return type(error).__name__
        return "ok"

    def plant(self, kind: str, **more: float | str) -> None:
        self.simulator.record.plant(Fault(kind, "GetUserAvailability", **more))  # type: ignore[arg-type] # as told

    def asked(self) -> int:
        counted = sum(self.simulator.record.requests.values())
        self.simulator.record.requests.clear()
        return counted


def test_a_wrong_password_is_tried_once_however_many_ask_at_once() -> None:
    bench = Bench(password="wrong")
    assert sorted(bench.together(8)) == ["BackOffError"] * 7 + ["SignInError"]
    assert bench.asked() == 1
    assert bench.forgotten == ["env:P"]


def test_a_server_that_has_answered_is_asked_by_several_at_once_and_by_no_more_than_it_takes() -> None:
    bench = Bench()
    assert bench.tries() == "ok"
    meeting = Barrier(4)
    bench.before = lambda: meeting.wait(10)
    assert bench.together(8) == ["ok"] * 8


def test_the_same_password_is_not_tried_again_for_an_hour_and_another_one_after_a_minute() -> None:
    bench = Bench(password="wrong")
    with pytest.raises(SignInError):
        bench.ask()
    for _ in range(58):
        bench.clock.advance(timedelta(minutes=1))
        assert bench.tries() == "BackOffError"
    assert bench.asked() == 1
    bench.password = "secret"
    assert bench.tries() == "BackOffError"
    bench.clock.advance(timedelta(minutes=1))
    assert bench.tries() == "ok"


def test_after_an_hour_the_same_password_is_tried_once_more() -> None:
    bench = Bench(password="wrong")
    assert bench.tries() == "SignInError"
    bench.clock.advance(timedelta(hours=1))
    assert [bench.tries(), bench.tries()] == ["SignInError", "BackOffError"]
    assert bench.asked() == 2


@pytest.mark.parametrize(
    ("kind", "told", "rest"),
    [("busy_fault", 120.0, 120), ("busy_fault", 40_000.0, 3600), ("unavailable", 0.0, 10), ("timeout_before", 0.0, 10)],
)
def test_a_server_that_cannot_now_rests_as_it_says_an_hour_at_most_and_ten_seconds_if_it_does_not(
    kind: str, told: float, rest: int
) -> None:
    bench = Bench()
    bench.plant(kind, seconds=told)
    assert [bench.tries(), bench.tries()] == ["BackOffError", "BackOffError"]
    bench.clock.advance(timedelta(seconds=rest - 1))
    assert bench.tries() == "BackOffError"
    assert bench.asked() == 1
    bench.clock.advance(timedelta(seconds=1))
    assert bench.tries() == "ok"


def test_one_mailbox_that_is_being_moved_gives_the_server_no_rest() -> None:
    bench = Bench()
    bench.plant("mailbox_moving")
    assert [bench.tries(), bench.tries()] == ["BackOffError", "ok"]


def test_what_rests_says_why() -> None:
    bench = Bench()
    bench.plant("busy_fault", seconds=60)
    bench.tries()
    with pytest.raises(BackOffError, match="left alone") as later:
        bench.ask()
    assert later.value.code == "ErrorServerBusy"


def test_a_domain_without_an_address_says_so() -> None:
    with pytest.raises(UsageError, match=r"domains/a\.test: exchange\.autodiscover is not available yet"):
        Bench(replace(DOMAIN, exchange=replace(DOMAIN.exchange, url="", autodiscover=True))).ask()
