"""What the hands write is what the reader sees, on both simulators, over a port."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from demo.events import Event, at, plain, weeks, workdays, written
from demo.ews import Ews, ExchangeError
from demo.exchange_hand import ExchangeHand
from demo.google_hand import Google, GoogleError, GoogleHand
from demo.reader import Reader
from demo.views import ExchangeView, GoogleView, View
from demo.wire import UnreachableError, Wire
from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator
from simulators.google import GoogleSimulator
from simulators.record import Fault
from simulators.wire import mounted

DAY = date(2026, 11, 24)
LUNCH = written(
    Event("Lunch <&> co", at(DAY, 12), at(DAY, 13), "Caf\u00e9 \u201cM\u201d", private=True),
    "<p>Bring the <b>plan</b></p><p>5 &lt; 6</p>",
    "Travel",
    5,
)
DUTY = written(Event("Duty", DAY, DAY + timedelta(days=2), busy=False), reminder=None)
Hand = ExchangeHand | GoogleHand


@dataclass
class Side:
    hand: Hand
    view: View
    mails: list[object]


@pytest.fixture(params=["exchange", "google"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    if request.param == "exchange":
        exchange = ExchangeSimulator(clock=ManualClock())
        with mounted(exchange) as url:
            ews = Ews(f"{url}/EWS/Exchange.asmx", "ana@a.test", "secret")
            yield Side(ExchangeHand(ews), ExchangeView(ews), list(exchange.record.mails))
            ews.wire.close()
    else:
        simulator = GoogleSimulator(clock=ManualClock())
        with mounted(simulator) as url:
            google = Google(url, "ana@g.test", lambda: "TOKEN")
            yield Side(GoogleHand(google), GoogleView(google), list(simulator.record.mails))
            google.wire.close()


def events(view: View) -> list[Event]:
    return sorted((seen.event for seen in view.look().values()), key=lambda event: event.title)


def test_what_is_created_is_seen_so(side: Side) -> None:
    side.hand.create([LUNCH, DUTY])
    assert events(side.view) == [DUTY.event, LUNCH.event]
    assert LUNCH.event.text == "Bring the plan 5 < 6"
    assert side.mails == []


def test_what_is_edited_is_seen_so_and_the_rest_stays(side: Side) -> None:
    lunch, duty = side.hand.create([LUNCH, DUTY])
    before = side.view.look()
    side.hand.edit(lunch, title="Late lunch", place="")
    side.hand.edit(lunch, times=(at(DAY, 14), at(DAY, 15)))
    later = replace(LUNCH.event, title="Late lunch", place="", start=at(DAY, 14), end=at(DAY, 15))
    assert events(side.view) == [DUTY.event, later]
    after = side.view.look()
    assert [before[each].version == after[each].version for each in (lunch, duty)] == [False, True]


def test_days_move_as_days(side: Side) -> None:
    (duty,) = side.hand.create([DUTY])
    side.hand.edit(duty, times=(DAY + timedelta(days=7), DAY + timedelta(days=8)))
    (seen,) = events(side.view)
    assert (seen.start, seen.end) == (date(2026, 12, 1), date(2026, 12, 2))


def test_what_is_deleted_is_gone(side: Side) -> None:
    lunch, duty = side.hand.create([LUNCH, DUTY])
    assert len(side.view.look()) == 2
    side.hand.delete([lunch])
    assert events(side.view) == [DUTY.event]
    side.hand.delete([duty])
    side.view.forget()
    assert events(side.view) == []


def test_hundreds_are_seen_one_by_one_and_anew(side: Side) -> None:
    plans = weeks(150, date(2026, 11, 20), "ana")
    assert len(side.hand.create(plans)) == 150
    wanted = sorted((plan.event for plan in plans), key=lambda event: event.title)
    assert events(side.view) == wanted
    side.view.forget()
    assert events(side.view) == wanted


def test_planned_weeks_hold_every_kind_of_event() -> None:
    plans = weeks(250, date(2026, 11, 20), "ana", " [mark]")
    assert len({plan.event.title for plan in plans}) == len({plan.event.key for plan in plans}) == 250
    assert all(plan.event.title.endswith(" [mark]") for plan in plans)
    assert {plan.event.all_day for plan in plans} == {True, False}
    assert {plan.event.private for plan in plans} == {plan.event.busy for plan in plans} == {True, False}
    assert {bool(plan.html) for plan in plans} == {bool(plan.category) for plan in plans} == {True, False}
    assert {plan.reminder for plan in plans} == {5, 15, 60, None}
    assert all(plan.event.end > plan.event.start for plan in plans)


def test_workdays_leave_out_the_weekend() -> None:
    assert workdays(date(2026, 11, 19), 3) == [date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)]


def test_a_body_is_read_without_its_looks() -> None:
    assert plain("<style>p {}</style><p>one<br>two &amp; three</p>\r\n <div>four</div>") == "one two & three four"


def test_a_lost_cursor_is_no_lost_calendar() -> None:
    google, exchange = GoogleSimulator(clock=ManualClock()), ExchangeSimulator(clock=ManualClock())
    with mounted(google) as at_google, mounted(exchange) as at_exchange:
        ews = Ews(f"{at_exchange}/EWS/Exchange.asmx", "ana@a.test", "secret")
        api = Google(at_google, "ana@g.test", lambda: "TOKEN")
        for hand in (ExchangeHand(ews), GoogleHand(api)):
            hand.create([LUNCH])
        reader = Reader(ExchangeView(ews), GoogleView(api))
        before = reader.look()
        exchange.record.plant(Fault("invalid_sync_state"))
        google.record.plant(Fault("full_sync_410"))
        assert reader.look() == before
        ews.wire.close()
        api.wire.close()


def test_a_no_is_an_error_with_the_servers_own_word(side: Side) -> None:
    with pytest.raises(ExchangeError if isinstance(side.hand, ExchangeHand) else GoogleError) as caught:
        side.hand.delete(["nosuchthing"])
    assert str(caught.value) in ("ErrorInvalidIdMalformed", "ErrorItemNotFound", "404 notFound")


def test_a_wrong_password_is_an_error() -> None:
    with mounted(ExchangeSimulator(clock=ManualClock())) as url:
        ews = Ews(f"{url}/EWS/Exchange.asmx", "ana@a.test", "wrong")
        with pytest.raises(ExchangeError, match="HTTP 401"):
            ExchangeView(ews).look()
        ews.wire.close()


def test_a_lost_answer_is_told_and_nothing_is_sent_again() -> None:
    exchange = ExchangeSimulator(clock=ManualClock())
    with mounted(exchange) as url:
        ews = Ews(f"{url}/EWS/Exchange.asmx", "ana@a.test", "secret")
        exchange.record.plant(Fault("lost_reply", "CreateItem"))
        with pytest.raises(UnreachableError, match="did not answer"):
            ExchangeHand(ews).create([DUTY])
        assert events(ExchangeView(ews)) == [DUTY.event]
        assert exchange.record.requests["CreateItem"] == 1
        ews.wire.close()


def test_a_service_account_acts_as_the_owner() -> None:
    exchange = ExchangeSimulator(clock=ManualClock())
    with mounted(exchange) as url:
        ews = Ews(f"{url}/EWS/Exchange.asmx", "svc@a.test", "secret", acts_as="ana@a.test")
        ExchangeHand(ews).create([DUTY])
        ews.wire.close()
    assert [item.subject for item in exchange.mailbox("ana@a.test").items()] == ["Duty"]


def test_an_idle_connection_is_opened_anew_and_requests_are_counted() -> None:
    time = iter(range(0, 100, 10))
    with mounted(GoogleSimulator(clock=ManualClock())) as url:
        wire = Wire(url, now=lambda: float(next(time)))
        assert [wire.ask("GET", "/_sim/counters")[0] for _ in range(3)] == [200, 200, 200]
        assert wire.requests == 3
        wire.close()
