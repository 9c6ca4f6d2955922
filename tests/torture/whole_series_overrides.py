"""Stories of series with overrides: made, edited on either side, moved across a neighbour, given another rule or time."""

from datetime import time, timedelta

from scenarios.stage import Stage, at
from torture.whole_series import (
    SeriesStory,
    act,
    cancelled,
    each,
    instance,
    item,
    moved,
    occurrence,
    on,
    repeated,
    retitled,
    series,
    tuesdays,
    web_cancelled,
    web_moved,
    web_retitled,
    web_weekly,
    weekly,
)


def _made(stage: Stage) -> None:
    weekly(stage, "call", 3, 8)
    moved(stage, "call", 10, 8, at(11, 12))
    occurrence(stage, "call", 17, 8, subject="call special")
    cancelled(stage, "call", 24, 8)
    web_weekly(stage, "web", 4, 10)
    web_moved(stage, "web", 11, 10, at(12, 15))
    instance(stage, "web", 18, 10, summary="web special")
    web_cancelled(stage, "web", 25, 10)
    repeated(stage, "plain", tuesdays(5, 4, "Daily"), 11)
    web_weekly(stage, "bare", 5, 13, "FREQ=DAILY;COUNT=4")


MADE = [
    each("call", "11-03 12-01", "08:00-09:00"),
    "call: 11-11 12:00-13:00",
    "call special: 11-17 08:00-09:00",
    each("web", "11-04 12-02", "10:00-11:00"),
    "web: 11-12 15:00-16:00",
    "web special: 11-18 10:00-11:00",
    each("plain", "11-05 11-06 11-07 11-08", "11:00-12:00"),
    each("bare", "11-05 11-06 11-07 11-08", "13:00-14:00"),
]


def _edited(stage: Stage) -> None:
    """Occurrences, on the copy and on both sides."""
    instance(stage, "call", 3, 8, summary="call first")
    moved(stage, "call", 17, 8, at(18, 7))
    instance(stage, "call", 17, 8, summary="call special 2")
    occurrence(stage, "web", 4, 10, subject="web first")
    moved(stage, "web", 11, 10, at(13, 16))
    stage.calendar.restore_instance(series(stage, "web"), on(25, 10))
    # Cancelled here and edited there: it stays, as edited.
    cancelled(stage, "plain", 6, 11)
    instance(stage, "plain", 6, 11, summary="plain kept")
    cancelled(stage, "plain", 7, 11)
    web_cancelled(stage, "bare", 7, 13)
    occurrence(stage, "bare", 7, 13, subject="bare kept")
    web_cancelled(stage, "bare", 6, 13)


EDITED = [
    "call first: 11-03 08:00-09:00",
    "call: 11-11 12:00-13:00",
    "call special 2: 11-18 07:00-08:00",
    "call: 12-01 08:00-09:00",
    "web first: 11-04 10:00-11:00",
    "web: 11-13 16:00-17:00",
    "web special: 11-18 10:00-11:00",
    each("web", "11-25 12-02", "10:00-11:00"),
    each("plain", "11-05 11-08", "11:00-12:00"),
    "plain kept: 11-06 11:00-12:00",
    each("bare", "11-05 11-08", "13:00-14:00"),
    "bare kept: 11-07 13:00-14:00",
]


def _ruled(stage: Stage) -> None:
    """Another time or rule, at home and on the copy; what was said of single occurrences goes with the old one."""
    stage.ana.change_series(item(stage, "call"), at=time(10))
    stage.calendar.move_series(series(stage, "web"), start=at(4, 12), end=at(4, 13))
    stage.calendar.change_rule(series(stage, "plain"), "RRULE:FREQ=DAILY;COUNT=3")
    stage.ana.change_series(item(stage, "bare"), pattern=tuesdays(5, 6, "Daily"))


RULED = [
    each("call", "11-03 11-10 11-17 11-24 12-01", "09:00-10:00"),
    each("web", "11-04 11-11 11-18 11-25 12-02", "12:00-13:00"),
    "plain: 11-05 11:00-12:00",
    "plain kept: 11-06 11:00-12:00",
    each("bare", "11-05 11-06 11-07 11-08 11-09 11-10", "13:00-14:00"),
]


def _everything(stage: Stage) -> None:
    retitled(stage, "call", "call 2")
    instance(stage, "call", 10, 9, summary="call third")
    web_cancelled(stage, "call", 17, 9)
    moved(stage, "call 2", 24, 9, at(25, 9))
    web_retitled(stage, "web", "web 2")
    moved(stage, "web", 11, 12, at(12, 14))
    cancelled(stage, "web", 18, 12)
    cancelled(stage, "plain", 5, 11)
    web_retitled(stage, "plain", "plain 2")
    instance(stage, "plain 2", 6, 11, summary="plain kept 2")
    retitled(stage, "bare", "bare 2")
    web_cancelled(stage, "bare", 5, 13)
    instance(stage, "bare", 10, 13, summary="bare last")


EVERYTHING = [
    each("call 2", "11-03 11-25 12-01", "09:00-10:00"),
    "call third: 11-10 09:00-10:00",
    each("web 2", "11-04 11-25 12-02", "12:00-13:00"),
    "web 2: 11-12 14:00-15:00",
    "plain kept 2: 11-06 11:00-12:00",
    each("bare 2", "11-06 11-07 11-08 11-09", "13:00-14:00"),
    "bare last: 11-10 13:00-14:00",
]

OVERRIDES = SeriesStory((act(_made, *MADE), act(_edited, *EDITED), act(_ruled, *RULED), act(_everything, *EVERYTHING)))


# --- single, series, single


def _plain(stage: Stage) -> None:
    stage.outlook("ours one", 5)
    stage.web("theirs one", 6)
    stage.outlook("ours turned there", 9)
    stage.web("theirs turned here", 10)
    weekly(stage, "ours many", 3, 8, 3)
    occurrence(stage, "ours many", 10, 8, subject="ours special")
    web_weekly(stage, "theirs many", 4, 10, "FREQ=WEEKLY;COUNT=3")
    web_cancelled(stage, "theirs many", 11, 10)


PLAIN = [
    "ours one: 11-05 10:00-11:00",
    "theirs one: 11-06 10:00-11:00",
    "ours turned there: 11-09 10:00-11:00",
    "theirs turned here: 11-10 10:00-11:00",
    each("ours many", "11-03 11-17", "08:00-09:00"),
    "ours special: 11-10 08:00-09:00",
    each("theirs many", "11-04 11-18", "10:00-11:00"),
]


def _turned(stage: Stage) -> None:
    stage.ana.make_series(item(stage, "ours one"), tuesdays(5, 3))
    stage.calendar.change_rule(series(stage, "theirs one"), "RRULE:FREQ=DAILY;COUNT=3")
    stage.calendar.change_rule(series(stage, "ours turned there"), "RRULE:FREQ=WEEKLY;COUNT=3")
    instance(stage, "ours turned there", 16, 10, summary="ours second")
    stage.ana.make_series(item(stage, "theirs turned here"), tuesdays(10, 3))
    cancelled(stage, "theirs turned here", 17, 10)
    stage.ana.make_single(item(stage, "ours many"))
    stage.calendar.change_rule(series(stage, "theirs many"))


TURNED_TO_SERIES = [
    each("ours one", "11-05 11-12 11-19", "10:00-11:00"),
    each("theirs one", "11-06 11-07 11-08", "10:00-11:00"),
    each("ours turned there", "11-09 11-23", "10:00-11:00"),
    "ours second: 11-16 10:00-11:00",
    each("theirs turned here", "11-10 11-24", "10:00-11:00"),
    "ours many: 11-03 08:00-09:00",
    "theirs many: 11-04 10:00-11:00",
]


def _back(stage: Stage) -> None:
    """What was a series is none any more, from the other side; and what was none is one again."""
    instance(stage, "ours one", 12, 10, summary="ours lost")
    stage.ana.make_single(item(stage, "ours one"))
    stage.calendar.change_rule(series(stage, "theirs one"))
    stage.ana.make_single(item(stage, "ours turned there"))
    stage.calendar.change_rule(series(stage, "theirs turned here"))
    stage.calendar.change_rule(series(stage, "ours many"), "RRULE:FREQ=DAILY;COUNT=2")
    stage.ana.make_series(item(stage, "theirs many"), tuesdays(4, 2))


BACK = [
    "ours one: 11-05 10:00-11:00",
    "theirs one: 11-06 10:00-11:00",
    "ours turned there: 11-09 10:00-11:00",
    "theirs turned here: 11-10 10:00-11:00",
    each("ours many", "11-03 11-04", "08:00-09:00"),
    each("theirs many", "11-04 11-11", "10:00-11:00"),
]


def _all_of_them(stage: Stage) -> None:
    for title in ("ours one", "theirs one", "ours turned there", "theirs turned here", "ours many", "theirs many"):
        retitled(stage, title, f"{title} 2")
    for title, day, hour in (("ours one", 5, 12), ("theirs one", 6, 12), ("ours turned there", 9, 12)):
        stage.calendar.move_series(series(stage, title), start=at(day, hour), end=at(day, hour) + timedelta(hours=1))
    web_cancelled(stage, "ours many", 4, 8)
    instance(stage, "theirs many", 11, 10, summary="theirs second")
    stage.calendar.delete(series(stage, "theirs turned here"))


ALL_OF_THEM = [
    "ours one 2: 11-05 12:00-13:00",
    "theirs one 2: 11-06 12:00-13:00",
    "ours turned there 2: 11-09 12:00-13:00",
    "theirs turned here 2: 11-10 10:00-11:00",
    "ours many 2: 11-03 08:00-09:00",
    "theirs many 2: 11-04 10:00-11:00",
    "theirs second: 11-11 10:00-11:00",
]

TURNED = SeriesStory(
    (act(_plain, *PLAIN), act(_turned, *TURNED_TO_SERIES), act(_back, *BACK), act(_all_of_them, *ALL_OF_THEM))
)
