"""Stories of series that Exchange cannot hold as one: parts edited and deleted, neighbours crossed, a series split, zones."""

from datetime import UTC, date, datetime, time

from scenarios.stage import BERLIN, Stage, at, span
from torture.whole_series import (
    SeriesStory,
    act,
    cancelled,
    each,
    instance,
    item,
    occurrence,
    on,
    part,
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

FIRSTS, FIFTEENTHS = datetime(2026, 12, 1, 14, tzinfo=UTC), at(15, 14)
"""Where the two series begin that a rule of two days of the month is in Outlook."""


def _parted(stage: Stage) -> None:
    web_weekly(stage, "two", 15, 14, "FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=6")
    web_weekly(stage, "twice", 5, 8, "FREQ=DAILY;BYHOUR=9,15;COUNT=6")
    instance(stage, "twice", 6, 14, summary="twice other")
    web_weekly(stage, "ever", 5, 16, "FREQ=MONTHLY;BYMONTHDAY=5,20")


PARTED = [
    each("two", "11-15 12-01 12-15 01-01 01-15", "14:00-15:00"),
    each("twice", "11-05 11-06 11-07", "08:00-09:00"),
    each("twice", "11-05 11-07", "14:00-15:00"),
    "twice other: 11-06 14:00-15:00",
    each("ever", "11-05 11-20 12-05 12-20 01-05 01-20", "16:00-17:00"),
]


def _parts_edited(stage: Stage) -> None:
    """Single occurrences of parts, and at home."""
    stage.ana.edit_occurrence(part(stage, "two", FIFTEENTHS), date(2026, 12, 15), subject="two special")
    stage.ana.cancel_occurrence(part(stage, "two", FIRSTS), date(2027, 1, 1))
    stage.ana.move_occurrence(part(stage, "twice", at(5, 8)), date(2026, 11, 6), at(6, 9))
    instance(stage, "twice", 7, 14, summary="twice last")
    web_cancelled(stage, "ever", 20, 16)
    stage.ana.edit_occurrence(part(stage, "ever", at(5, 16)), date(2027, 1, 5), subject="ever special")


PARTS_EDITED = [
    each("two", "11-15 12-01 01-15", "14:00-15:00"),
    "two special: 12-15 14:00-15:00",
    each("twice", "11-05 11-07", "08:00-09:00"),
    "twice: 11-06 09:00-10:00",
    "twice: 11-05 14:00-15:00",
    "twice other: 11-06 14:00-15:00",
    "twice last: 11-07 14:00-15:00",
    each("ever", "11-05 12-05 12-20 01-20", "16:00-17:00"),
    "ever special: 01-05 16:00-17:00",
]


def _parts_deleted(stage: Stage) -> None:
    """A part that ends is its occurrences; a part that does not end is the series' own."""
    stage.ana.delete(part(stage, "two", FIFTEENTHS))
    stage.ana.update(part(stage, "twice", at(5, 8)), subject="twice early")
    stage.calendar.change_rule(series(stage, "ever"), "RRULE:FREQ=MONTHLY;BYMONTHDAY=5")


PARTS_DELETED = [
    "two: 12-01 14:00-15:00",
    each("twice early", "11-05 11-07", "08:00-09:00"),
    "twice early: 11-06 09:00-10:00",
    "twice: 11-05 14:00-15:00",
    "twice other: 11-06 14:00-15:00",
    "twice last: 11-07 14:00-15:00",
    each("ever", "11-05 12-05 01-05", "16:00-17:00"),
]


def _parts_all(stage: Stage) -> None:
    web_retitled(stage, "two", "two 2")
    stage.ana.move_occurrence(part(stage, "two", FIRSTS), date(2026, 12, 1), datetime(2026, 12, 2, 9, tzinfo=UTC))
    stage.calendar.change_rule(series(stage, "twice"), "RRULE:FREQ=DAILY;COUNT=2")
    stage.ana.change_series(item(stage, "ever"), at=time(18))
    web_weekly(stage, "new", 5, 6, "FREQ=DAILY;BYHOUR=7,9;COUNT=2")


PARTS_ALL = [
    "two 2: 12-02 09:00-10:00",
    each("twice", "11-05 11-06", "08:00-09:00"),
    each("ever", "11-05 12-05 01-05", "17:00-18:00"),
    "new: 11-05 06:00-07:00",
    "new: 11-05 08:00-09:00",
]

PARTS = SeriesStory(
    (
        act(_parted, *PARTED),
        act(_parts_edited, *PARTS_EDITED),
        act(_parts_deleted, *PARTS_DELETED),
        act(_parts_all, *PARTS_ALL),
    )
)


# --- across a neighbour, and back


def _weeks(stage: Stage) -> None:
    weekly(stage, "ours", 3, 8, 5)
    web_weekly(stage, "theirs", 4, 10)


WEEKS = [
    each("ours", "11-03 11-10 11-17 11-24 12-01", "08:00-09:00"),
    each("theirs", "11-04 11-11 11-18 11-25 12-02", "10:00-11:00"),
]


def _across(stage: Stage) -> None:
    web_moved(stage, "ours", 3, 8, at(12, 8))
    web_moved(stage, "theirs", 11, 10, at(20, 10))
    instance(stage, "theirs", 18, 10, summary="theirs special")
    web_cancelled(stage, "theirs", 25, 10)


ACROSS_THEM = [
    "ours: 11-12 08:00-09:00",
    each("ours", "11-10 11-17 11-24 12-01", "08:00-09:00"),
    "theirs: 11-20 10:00-11:00",
    "theirs special: 11-18 10:00-11:00",
    each("theirs", "11-04 12-02", "10:00-11:00"),
]


def _apart(stage: Stage) -> None:
    """What stands apart is edited where it stands, and on the other side; its neighbours as well."""
    stage.ana.update(part(stage, "ours", at(12, 8)), subject="ours apart")
    stage.ana.update(part(stage, "theirs", at(20, 10)), start=at(21, 10), end=at(21, 11))
    instance(stage, "theirs", 18, 10, summary="theirs special 2")
    stage.ana.edit_occurrence(part(stage, "theirs", at(4, 10)), at(4, 10), subject="theirs first")


APART = [
    "ours apart: 11-12 08:00-09:00",
    each("ours", "11-10 11-17 11-24 12-01", "08:00-09:00"),
    "theirs: 11-21 10:00-11:00",
    "theirs special 2: 11-18 10:00-11:00",
    "theirs first: 11-04 10:00-11:00",
    "theirs: 12-02 10:00-11:00",
]


def _home_again(stage: Stage) -> None:
    web_moved(stage, "ours", 3, 8, at(3, 9))
    web_moved(stage, "theirs", 11, 10, at(12, 10))
    web_moved(stage, "theirs", 18, 10, at(26, 9))


HOME_AGAIN = [
    "ours apart: 11-03 09:00-10:00",
    each("ours", "11-10 11-17 11-24 12-01", "08:00-09:00"),
    "theirs: 11-12 10:00-11:00",
    "theirs special 2: 11-26 09:00-10:00",
    "theirs first: 11-04 10:00-11:00",
    "theirs: 12-02 10:00-11:00",
]


def _across_all(stage: Stage) -> None:
    retitled(stage, "ours", "ours 2")
    retitled(stage, "theirs", "theirs 2")
    web_moved(stage, "ours", 24, 8, at(25, 8))
    instance(stage, "ours", 3, 8, summary="ours first")
    occurrence(stage, "theirs 2", 11, 10, subject="theirs second")
    web_cancelled(stage, "theirs", 4, 10)


ACROSS_ALL = [
    "ours first: 11-03 09:00-10:00",
    each("ours 2", "11-10 11-17 11-25 12-01", "08:00-09:00"),
    "theirs second: 11-12 10:00-11:00",
    "theirs special 2: 11-26 09:00-10:00",
    "theirs 2: 12-02 10:00-11:00",
]

ACROSS = SeriesStory(
    (
        act(_weeks, *WEEKS),
        act(_across, *ACROSS_THEM),
        act(_apart, *APART),
        act(_home_again, *HOME_AGAIN),
        act(_across_all, *ACROSS_ALL),
    )
)


# --- "this and following", and zones


def _long(stage: Stage) -> None:
    weekly(stage, "ours", 3, 8, 6)
    occurrence(stage, "ours", 10, 8, subject="ours second")
    occurrence(stage, "ours", 24, 8, subject="ours fourth")
    web_weekly(stage, "theirs", 4, 10, "FREQ=WEEKLY;COUNT=6")
    instance(stage, "theirs", 11, 10, summary="theirs second")
    repeated(stage, "ours zone", tuesdays(5, 3), 15)
    web_weekly(stage, "theirs zone", 6, 15, "FREQ=WEEKLY;COUNT=3")


LONG = [
    each("ours", "11-03 11-17 12-01 12-08", "08:00-09:00"),
    "ours second: 11-10 08:00-09:00",
    "ours fourth: 11-24 08:00-09:00",
    each("theirs", "11-04 11-18 11-25 12-02 12-09", "10:00-11:00"),
    "theirs second: 11-11 10:00-11:00",
    each("ours zone", "11-05 11-12 11-19", "15:00-16:00"),
    each("theirs zone", "11-06 11-13 11-20", "15:00-16:00"),
]


def _split(stage: Stage) -> None:
    stage.calendar.split(series(stage, "ours"), on(17, 8), summary="ours later")
    stage.calendar.split(series(stage, "theirs"), on(25, 10), summary="theirs later")
    stage.ana.change_series(item(stage, "ours zone"), zone="Tokyo Standard Time", at=time(9))
    tokyo = span(at(6, 14), at(6, 15), "Asia/Tokyo")
    stage.calendar.update(series(stage, "theirs zone"), **tokyo)


SPLIT_IN_TWO = [
    "ours: 11-03 08:00-09:00",
    "ours second: 11-10 08:00-09:00",
    each("ours later", "11-17 11-24 12-01 12-08", "08:00-09:00"),
    each("theirs", "11-04 11-18", "10:00-11:00"),
    "theirs second: 11-11 10:00-11:00",
    each("theirs later", "11-25 12-02 12-09", "10:00-11:00"),
    each("ours zone", "11-05 11-12 11-19", "00:00-01:00"),
    each("theirs zone", "11-06 11-13 11-20", "14:00-15:00"),
]


def _halves(stage: Stage) -> None:
    """Both halves on either side."""
    occurrence(stage, "ours later", 24, 8, subject="ours later second")
    instance(stage, "ours", 10, 8, summary="ours second 2")
    cancelled(stage, "theirs later", 25, 10)
    retitled(stage, "theirs", "theirs early")
    stage.ana.change_series(item(stage, "theirs zone"), zone=BERLIN, at=time(16))
    stage.calendar.update(series(stage, "ours zone"), **span(at(5, 13), at(5, 14), "America/New_York"))


HALVES = [
    "ours: 11-03 08:00-09:00",
    "ours second 2: 11-10 08:00-09:00",
    each("ours later", "11-17 12-01 12-08", "08:00-09:00"),
    "ours later second: 11-24 08:00-09:00",
    each("theirs early", "11-04 11-18", "10:00-11:00"),
    "theirs second: 11-11 10:00-11:00",
    each("theirs later", "12-02 12-09", "10:00-11:00"),
    each("ours zone", "11-05 11-12 11-19", "13:00-14:00"),
    each("theirs zone", "11-06 11-13 11-20", "15:00-16:00"),
]


def _halves_all(stage: Stage) -> None:
    stage.calendar.delete(series(stage, "ours later"))
    web_retitled(stage, "ours", "ours early")
    stage.ana.delete(item(stage, "theirs early"))
    web_retitled(stage, "theirs later", "theirs left")
    instance(stage, "ours zone", 12, 13, summary="ours zone second")
    cancelled(stage, "theirs zone", 6, 15)


HALVES_ALL = [
    "ours early: 11-03 08:00-09:00",
    "ours second 2: 11-10 08:00-09:00",
    each("theirs left", "12-02 12-09", "10:00-11:00"),
    each("ours zone", "11-05 11-19", "13:00-14:00"),
    "ours zone second: 11-12 13:00-14:00",
    each("theirs zone", "11-13 11-20", "15:00-16:00"),
]

SPLIT = SeriesStory(
    (act(_long, *LONG), act(_split, *SPLIT_IN_TWO), act(_halves, *HALVES), act(_halves_all, *HALVES_ALL))
)
