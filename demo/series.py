"""The part of the story about series: one is edited from both sides, and one goes by a rule that Exchange does not have.

series(play, pair)          # four expectations; the series stay, and have to be in step at the end
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from demo.company import Ground
from demo.events import ZONE, Event, Moment, written
from demo.play import MissingError, Play
from demo.reader import EXCHANGE, GOOGLE, Sides, side_holds
from demo.views import Seen

STAND_UP, GUESTS, PAYDAY = "Stand-up", "Stand-up with guests", "Payday"
_TIMES, _WEEK, _HOURS, _DAY = 6, timedelta(days=7), timedelta(hours=2), timedelta(days=1)
_PAYDAYS, _PAID = (1, 15), 4
_TOLD = 16
"""Lines of what calpair says of an event that are told."""


def series(play: Play, pair: Ground) -> None:
    """A series is born in Outlook and edited on both sides; another comes from Google."""
    _edited_from_both_sides(play, pair)
    _a_rule_of_googles(play, pair)


def _edited_from_both_sides(play: Play, pair: Ground) -> None:
    plan = play.plan(STAND_UP, 2, 10, "Room 1.04")
    six = [_later(plan.event, number * _WEEK) for number in range(_TIMES)]
    pair.exchange.create_weekly(plan, _TIMES)
    play.act(f"{pair.name} writes {STAND_UP!r} into Outlook, weekly, {_TIMES} times")
    play.expect("all six are on Google too", lambda: _both(pair.reader.look(), six))
    on_exchange = _in_order(pair, EXCHANGE, plan.event.title)
    on_google = _in_order(pair, GOOGLE, plan.event.title)
    moved = replace(six[1], start=on_exchange[1].event.start + _HOURS, end=on_exchange[1].event.end + _HOURS)
    renamed = replace(six[2], title=play.title(GUESTS))
    with play.stage.frozen():
        pair.exchange.edit(on_exchange[1].id, times=(moved.start, moved.end))
        pair.google.edit(on_google[2].id, title=renamed.title)
        pair.google.delete([on_google[3].id])
    play.act(
        f"Outlook moves the second by two hours; Google calls the third {GUESTS!r}, cancels the fourth, before calpair looks"
    )
    five = [six[0], moved, renamed, *six[4:]]
    play.expect(
        "Google shows the five that are left, the second two hours later",
        lambda: side_holds(pair.reader.look(), GOOGLE, five),
    )
    play.expect(
        "Outlook shows the same five, the third under its new name, the fourth gone",
        lambda: side_holds(pair.reader.look(), EXCHANGE, five),
    )


def _a_rule_of_googles(play: Play, pair: Ground) -> None:
    days = [day for day in (play.today + number * _DAY for number in range(1, 100)) if day.day in _PAYDAYS][:_PAID]
    four = [Event(play.title(PAYDAY), day, day + _DAY, busy=False) for day in days]
    rule = f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, _PAYDAYS))};COUNT={_PAID}"
    payday = pair.google.create_series(written(four[0], reminder=None), rule)
    play.act(f"{pair.name} writes {PAYDAY!r} into Google Calendar, every 1st and 15th: Exchange has no such rule")
    play.expect("the next four are in Outlook too", lambda: _both(pair.reader.look(), four))
    play.tell.line(
        "          Outlook holds it in series of its own kinds, as a rule one of the 1st and one of the 15th; on Google it\n"
        "          stays one. Were it without an end, an edit of a whole one of the two would be put back: such a loss is\n"
        "          called `part` in `calpair pairs`"
    )
    code, said = play.stage.say("why", pair.name, payday)
    if code == 0:
        play.tell.line(f"          calpair why {pair.name} {payday}")
        for line in said.splitlines()[:_TOLD]:
            play.tell.line(f"            {line}")


def _both(sides: Sides, wanted: Sequence[Event]) -> str:
    return "; ".join(filter(None, (side_holds(sides, side, wanted) for side in (EXCHANGE, GOOGLE))))


def _in_order(pair: Ground, side: str, title: str) -> list[Seen]:
    """The occurrences of the weekly series. MissingError: they are not all there."""
    seen = pair.reader.look().titled(title)[side]
    if len(seen) != _TIMES:
        raise MissingError(f"{title!r} is {len(seen)} times on {side}, not {_TIMES}")
    return sorted(seen, key=lambda each: str(each.event.start))


def _later(event: Event, by: timedelta) -> Event:
    """The same event at the same time of the clock on another day."""
    return replace(event, start=_shifted(event.start, by), end=_shifted(event.end, by))


def _shifted(moment: Moment, by: timedelta) -> date | datetime:
    if isinstance(moment, datetime):
        return (moment.astimezone(ZoneInfo(ZONE)) + by).astimezone(UTC)
    return moment + by
