"""What is measured and what is not, of writes as a calendar answers them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calpair.care.visible import Watch
from calpair.errors import RefusedError, SideError
from calpair.model.event import Event
from calpair.model.link import Stamp
from calpair.model.side import Side
from calpair.model.when import Timed
from calpair.ports import Draft, Written
from unit.sync.fakes import START, Clock, FakeCalendar

TEN = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
LUNCH = Event("Lunch", Timed(TEN, TEN + timedelta(hours=1)))
COPY = Draft(LUNCH, Stamp("pair", "l1", "copy1", "u1"), id="copy1")


class Ground:
    """An item on Exchange, and how Google answers when its copy is made half a minute later."""

    def __init__(self, last_success: datetime | None = START) -> None:
        self.clock = Clock()
        self.exchange, self.google = (FakeCalendar(side, self.clock) for side in Side)
        self.seconds: list[float] = []
        self.asked = 0
        self._last = last_success
        watch = Watch({Side.EXCHANGE: self.exchange, Side.GOOGLE: self.google}, self.last_success, self.seconds)
        self.sides = watch.calendars
        self.item = self.exchange.put(LUNCH, uid="u1")

    def last_success(self) -> datetime | None:
        self.asked += 1
        return self._last

    def carry(self, *, read: bool = True) -> None:
        if read:
            self.sides[Side.EXCHANGE].read([self.item])
        self.clock.advance(timedelta(seconds=30))
        self.sides[Side.GOOGLE].create([COPY])


def test_what_was_read_and_carried_is_measured_and_the_last_success_asked_once() -> None:
    ground = Ground()
    ground.carry()
    ground.sides[Side.GOOGLE].create([replace(COPY, id="copy2", stamp=replace(COPY.stamp, self_name="copy2"))])
    assert [round(seconds) for seconds in ground.seconds] == [30, 30]
    assert ground.asked == 1


def test_a_look_alone_asks_for_no_last_success() -> None:
    ground = Ground()
    ground.sides[Side.EXCHANGE].read([ground.item, "gone"])
    ground.sides[Side.GOOGLE].changes("")
    assert (ground.asked, ground.seconds) == (0, [])


@pytest.mark.parametrize("last_success", [None, START + timedelta(hours=1)])
def test_what_is_older_than_the_last_success_is_not_measured(last_success: datetime | None) -> None:
    ground = Ground(last_success)
    ground.carry()
    assert ground.seconds == []


def test_what_was_not_read_is_not_measured() -> None:
    ground = Ground()
    ground.carry(read=False)
    assert ground.seconds == []


@pytest.mark.parametrize("answer", ["refused", "unsure", "unread"])
def test_what_is_not_surely_written_is_not_measured(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    ground = Ground()
    create = ground.google.create

    def otherwise(drafts: Any) -> list[Written | SideError]:
        (written,) = create(drafts)
        assert isinstance(written, Written)
        answers: dict[str, Written | SideError] = {
            "refused": RefusedError("invalid"),
            "unsure": replace(written, sure=False),
            "unread": replace(written, item=None),
        }
        return [answers[answer]]

    monkeypatch.setattr(ground.google, "create", otherwise)
    ground.carry()
    assert ground.seconds == []


def test_a_calendar_that_is_watched_is_the_calendar_in_everything_else() -> None:
    ground = Ground()
    google = ground.sides[Side.GOOGLE]
    assert (google.side, google.hold(LUNCH)) == (Side.GOOGLE, ground.google.hold(LUNCH))
    assert list(google.examine(writing=True)) == list(ground.google.examine(writing=True))
