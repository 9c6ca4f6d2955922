"""The part of the story about free/busy: each side asks calpair when somebody of the other side is busy.

free_busy(play, pair)       # five expectations; both appointments are called off again, and nothing stays

It is asked about a Sunday, on which nothing of the working weeks lies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.busy import Answer, Asker, BusyError
from demo.company import Ground
from demo.events import Event, Plan, at, written
from demo.play import Play
from demo.reader import EXCHANGE, GOOGLE
from demo.wire import UnreachableError

CALL, MOVE = "Call with the other bidder", "Move of the server room"
_HOUR = timedelta(hours=1)
_FREE, _BUSY, _NOBODY = "00", "22", "ErrorMailRecipientNotFound"


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who is asked about, the hour that one has planned, and whoever asks."""

    asker: Asker
    user: str
    start: datetime
    plan: Plan

    def ask(self, user: str, before: int = 1) -> Answer:
        """Ask about a user of this side: the planned hour, some before it and one after."""
        return self.asker.ask([user], self.start - before * _HOUR, self.start + 2 * _HOUR)


def free_busy(play: Play, pair: Ground) -> None:
    """An hour on each side is told to the other as busy, and no more; then both are called off."""
    sunday = play.today + timedelta(days=7 - play.today.isoweekday() % 7)
    google = _seat(play, GOOGLE, pair.google.google.calendar, CALL, at(sunday, 21))
    exchange = _seat(play, EXCHANGE, pair.mailbox, MOVE, at(sunday, 16))

    def expect(text: str, wrong: Callable[[], str]) -> None:
        play.expect(text, lambda: _heard(wrong))

    ids = pair.google.create([google.plan]), pair.exchange.create([exchange.plan])
    play.act(f"{pair.name} writes {CALL!r} into Google Calendar and {MOVE!r} into Outlook")
    expect("Exchange finds by Autodiscover where to ask about Google's users", lambda: _lost(google))
    expect("it is told: busy in that hour, free around it, and not a word more", lambda: told_wrong(google))
    expect("Google is told so of the hour in Outlook", lambda: told_wrong(exchange))
    expect("of somebody nobody knows both are told an error, never free", lambda: known(google) or known(exchange))
    pair.google.delete(ids[0])
    pair.exchange.delete(ids[1])
    play.act(f"{pair.name} calls off both")
    expect("now both are told that the hours are free", lambda: taken(google) or taken(exchange))


def told_wrong(seat: Seat) -> str:
    """Say what is wrong with what is told of the hour and of those around it; empty: nothing."""
    answer = seat.ask(seat.user)
    event = seat.plan.event
    if answer.told[0].digits != f"{_FREE}{_BUSY}{_FREE}":
        return f"{seat.user} is told of as {answer.told[0]}"
    words = [word for word in (event.title, event.place, event.text) if word.encode() in answer.raw]
    return f"it is told besides: {', '.join([*answer.beyond, *words])}" if answer.beyond or words else ""


def known(seat: Seat) -> str:
    """Say what is told of somebody in the same company whom nobody knows; empty: an error."""
    stranger = f"nobody@{seat.user.rpartition('@')[2]}"
    told = seat.ask(stranger).told[0]
    return "" if told.code == _NOBODY else f"{stranger} is told of as {told}"


def taken(seat: Seat) -> str:
    """Say whether the hour is still told of as busy; empty: it is free."""
    # about other hours than before: an answer may be given again for half a minute
    told = seat.ask(seat.user, before=2).told[0]
    return "" if told.digits == 4 * _FREE else f"{seat.user} is told of as {told}"


def _lost(seat: Seat) -> str:
    seat.asker.discover(seat.user)
    return ""


def _heard(wrong: Callable[[], str]) -> str:
    """Look; who is not answered, or told what cannot be believed, says so."""
    try:
        return wrong()
    except (BusyError, UnreachableError) as error:
        return str(error)


def _seat(play: Play, side: str, user: str, title: str, start: datetime) -> Seat:
    event = Event(play.title(title), start, start + _HOUR, f"Room of: {title}")
    return Seat(play.company.doors[side], user, start, written(event, f"<p>Agenda of: {title}</p>"))
