"""Free/busy messages in the Exchange simulator: what their bytes say, and what is wrong with them.

Sources: MS-OXOPFFB 2.2.1.2 and the canonical-property pages (PidTagScheduleInfoMonthsTentative and its kin); for the two
ways to end a month googlearchive's FreeBusyConverter.cs and openchange (last minute), Kopano's freebusyutil.cpp and
e2k-freebusy.c (length). The bytes are written out by hand, from those and from arithmetic.
"""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from simulators.exchange.items import PropertyKey
from simulators.exchange.published import Published, instant_of, minutes_of, month_of, read
from simulators.exchange.publishing import properties, values
from unit.simulators.public_world import at

HALF_HOUR = timedelta(minutes=30)
START, END = at(2026, 11, 1), at(2027, 2, 1)
BUSY = [
    (at(2026, 11, 20, 9), at(2026, 11, 20, 10)),
    (at(2026, 11, 20, 9, 30), at(2026, 11, 20, 11)),
    (at(2026, 11, 20, 11), at(2026, 11, 20, 11, 30)),
    (at(2026, 11, 30, 22), at(2026, 12, 1, 2)),
    (at(2026, 12, 31, 23), at(2027, 1, 1, 1)),
]
TENTATIVE = [(at(2026, 11, 23, 15), at(2026, 11, 23, 15, 30))]
AWAY = [(at(2026, 12, 24), at(2026, 12, 27)), (at(2026, 11, 20, 11, 15), at(2026, 11, 20, 12))]
TAGS = {
    "merged": (0x684F, 0x6850),
    "tentative": (0x6851, 0x6852),
    "busy": (0x6853, 0x6854),
    "away": (0x6855, 0x6856),
}
WHOLE: Mapping[str, Mapping[int, str]] = {
    "busy": {32427: "/GySbUiowKg=", 32428: "AAB4ACSuYK4=", 32433: "AAA8AA=="},
    "tentative": {32427: "RH9ifw=="},
    "away": {32427: "g22wbQ==", 32428: "YIFAkg=="},
    "merged": {32427: "/GywbUiowKg=", 32428: "AAB4AGCBQJIkrmCu", 32433: "AAA8AA=="},
}


def _message(
    pairs: Mapping[str, Mapping[int, str]], **more: tuple[str, ...] | None
) -> dict[tuple[int, str], tuple[str, ...]]:
    found: dict[tuple[int, str], tuple[str, ...]] = {
        (0x6847, "Integer"): ("223966080",),
        (0x6848, "Integer"): ("224098560",),
        (0x6868, "SystemTime"): ("2026-11-20T08:00:00Z",),
    }
    for status, months in pairs.items():
        found[TAGS[status][0], "IntegerArray"] = tuple(map(str, months))
        found[TAGS[status][1], "BinaryArray"] = tuple(months.values())
    for name, value in more.items():
        number, _, kind = name.partition("_")
        key = (int(number.removeprefix("x"), 16), kind)
        found.pop(key, None)
        if value is not None:
            found[key] = value
    return found


def _read(pairs: Mapping[str, Mapping[int, str]], **more: tuple[str, ...] | None) -> Published:
    message = _message(pairs, **more)
    return read(lambda tag, kind: message.get((tag, kind)))


@pytest.mark.parametrize(
    ("instant", "minutes"),
    [
        (at(1601, 1, 1), 0),
        (at(1970, 1, 1), 0x0B9157C0),
        (at(2007, 12, 1, 8), 0x0CC1A0A0),
        (at(2008, 3, 1, 8), 0x0CC3A080),
        (START, 223966080),
        (END, 0x0D5B7900),
    ],
)
def test_the_range_is_in_minutes_since_1601(instant: datetime, minutes: int) -> None:
    """MS-OXOPFFB 2.2.1.2.9, 2.2.1.2.10; the ones of 2007 and 2008 are from a capture of the connectors."""
    assert (minutes_of(instant), instant_of(minutes)) == (minutes, instant)


@pytest.mark.parametrize(
    ("instant", "month"), [(at(2026, 11, 30, 23, 59), 0x7EAB), (at(2026, 12, 1), 32428), (at(2027, 1, 1), 32433)]
)
def test_a_month_is_its_year_times_sixteen_and_itself(instant: datetime, month: int) -> None:
    """MS-OXOPFFB 2.2.1.2.1."""
    assert month_of(instant) == month


MAY, JUNE, LEAP = 2026 * 16 + 5, 2026 * 16 + 6, 2028 * 16 + 2
FEBRUARY = 2027 * 16 + 2
LENGTHS = {
    "a month of 31 days": ("AABgrg==", MAY, at(2026, 5, 1), at(2026, 6, 1)),
    "a month of 30 days": ("AADAqA==", JUNE, at(2026, 6, 1), at(2026, 7, 1)),
    "a February": ("AACAnQ==", FEBRUARY, at(2027, 2, 1), at(2027, 3, 1)),
    "to the end of a month": ("+VFgrg==", MAY, at(2026, 5, 15, 13, 45), at(2026, 6, 1)),
    "the last minute of a month": ("X65grg==", MAY, at(2026, 5, 31, 23, 59), at(2026, 6, 1)),
    "the last day of a February": ("4JeAnQ==", FEBRUARY, at(2027, 2, 28), at(2027, 3, 1)),
}
LAST_MINUTES = {
    "a month of 31 days": ("AABfrg==", MAY, at(2026, 5, 1), at(2026, 5, 31, 23, 59)),
    "a month of 30 days": ("AAC/qA==", JUNE, at(2026, 6, 1), at(2026, 6, 30, 23, 59)),
    "a leap February": ("AAAfow==", LEAP, at(2028, 2, 1), at(2028, 2, 29, 23, 59)),
    "to the end of a month": ("+VFfrg==", MAY, at(2026, 5, 15, 13, 45), at(2026, 5, 31, 23, 59)),
}


@pytest.mark.parametrize(("text", "month", "start", "end"), [*LENGTHS.values(), *LAST_MINUTES.values()])
def test_a_months_value_is_read(text: str, month: int, start: datetime, end: datetime) -> None:
    """MS-OXOPFFB 2.2.1.2.2: 4-byte blocks, low byte first, minutes from the first of the month in UTC."""
    assert _read({"busy": {month: text}}).busy == ((start, end),)


@pytest.mark.parametrize(("text", "month", "start", "end"), LENGTHS.values(), ids=LENGTHS)
def test_a_months_value_is_written_up_to_its_length(text: str, month: int, start: datetime, end: datetime) -> None:
    """The same, as Outlook, Kopano and Evolution write it."""
    assert values([(start, end)]) == {month: base64.b64decode(text)}


@pytest.mark.parametrize(("text", "month", "start", "end"), LAST_MINUTES.values(), ids=LAST_MINUTES)
def test_a_months_value_is_written_up_to_its_last_minute(text: str, month: int, start: datetime, end: datetime) -> None:
    """The same of times that go on, as FreeBusyConverter.cs and OpenChange write it."""
    assert values([(start, end + timedelta(hours=1))], "last_minute")[month] == base64.b64decode(text)


def test_a_time_over_the_leap_day_is_one() -> None:
    """2028-02-29 23:59 to 2028-03-01 00:01: (41759, 41760) and (0, 1)."""
    span = (at(2028, 2, 29, 23, 59), at(2028, 3, 1, 0, 1))
    assert _read({"busy": {32450: "H6Mgow==", 32451: "AAABAA=="}}).busy == (span,)
    assert values([span]) == {32450: bytes.fromhex("1fa320a3"), 32451: bytes.fromhex("00000100")}


@pytest.mark.parametrize(
    ("december", "january"),
    [("JK5grg==", "AAA8AA=="), ("JK5frg==", "AAA8AA==")],
    ids=["month's length", "last minute"],
)
def test_a_time_that_goes_on_in_the_next_month_is_one_however_the_month_ends(december: str, january: str) -> None:
    """(44580, 44640) as Kopano and Evolution write it, (44580, 44639) as the connectors and OpenChange do."""
    found = _read({"busy": {32428: december, 32433: january}, "merged": {32428: december, 32433: january}})
    assert found.busy == ((at(2026, 12, 31, 23), at(2027, 1, 1, 1)),)
    assert found.faults == ()


def test_a_minute_is_a_gap_where_no_month_ends() -> None:
    """Only the last minute of a month is taken for its end."""
    found = _read({"busy": {32428: base64.b64encode(bytes.fromhex("00003b003c007800")).decode()}})
    assert found.busy == ((at(2026, 12, 1), at(2026, 12, 1, 0, 59)), (at(2026, 12, 1, 1), at(2026, 12, 1, 2)))


def test_a_whole_message_is_read() -> None:
    """MS-OXOPFFB 2.2.1.2: four pairs; touching and overlapping times are one, merged is busy and away."""
    found = _read(WHOLE)
    assert (found.start, found.end, found.written) == (START, END, at(2026, 11, 20, 8))
    assert found.busy == ((BUSY[0][0], BUSY[2][1]), BUSY[3], BUSY[4])
    assert found.tentative == tuple(TENTATIVE)
    assert found.away == (AWAY[1], AWAY[0])
    assert found.merged == ((BUSY[0][0], AWAY[1][1]), BUSY[3], AWAY[0], BUSY[4])
    assert (found.faults, found.broken) == ((), False)


def test_a_whole_message_is_written_byte_for_byte() -> None:
    """The same message as Outlook would write it."""
    written = properties(busy=BUSY, tentative=TENTATIVE, away=AWAY, first=START, months=3, written=at(2026, 11, 20, 8))
    expected = {
        **_message(WHOLE),
        (0x6841, "Integer"): ("0",),
        (0x6869, "Integer"): ("3",),
    }
    assert written == {PropertyKey(tag=tag, type=kind): told for (tag, kind), told in expected.items()}


def test_a_message_with_every_month_and_one_with_none_say_the_same() -> None:
    """Captures of real messages list every month, empty values too; MS-OXOPFFB 2.2.1.2.2 has them deleted."""
    full = properties(first=START, months=3, written=START, every_month=True)
    found = read(lambda tag, kind: full.get(PropertyKey(tag=tag, type=kind)))
    assert full[PropertyKey(tag=0x6854, type="BinaryArray")] == ("", "", "")
    assert (found.busy, found.merged, found.broken) == ((), (), False)
    assert found.faults[0] == "merged 2026-11: no block"
    assert _read({}).faults == ()


WELL = {"busy": {32427: "RH9ifw=="}, "merged": {32427: "RH9ifw=="}}


@pytest.mark.parametrize(
    ("pairs", "more", "fault", "broken"),
    [
        (WELL, {"x6847_Integer": None}, "the publish start is missing", True),
        (WELL, {"x6847_Integer": ("-2147483648",)}, "the publish start is before 1601: -2147483648", True),
        (WELL, {"x6847_Integer": ("223966081",)}, "the publish start is not the first of a month: 2026-11-01 00:01", False),
        (WELL, {"x6848_Integer": ("223922880",)}, "the range ends before it begins: 2026-11-01 to 2026-10-02", True),
        (WELL, {"x6868_SystemTime": None}, "nothing tells when the range was written", False),
        (WELL, {"x6841_Integer": ("1",)}, "the resource type is 1, not 0", False),
        (WELL, {"x686C_Binary": ("AAAA",)}, "the obsolete PidTagScheduleInfoFreeBusy is set", False),
        (WELL, {"x6869_Integer": ("2",)}, "2 months are said to be published, the range has 3", False),
        (WELL, {"x6854_BinaryArray": ("RH9ifw==", "")}, "busy: 1 months, 2 values", True),
        (WELL, {"x6854_BinaryArray": None}, "busy: 1 months, 0 values", True),
        (WELL, {"x6854_BinaryArray": ("RH9i",)}, "busy 2026-11: 3 bytes are no blocks", True),
        ({"busy": {32429: "RH9ifw=="}}, {}, "busy: 32429 is no month", True),
        ({"busy": {32427: "Yn9Efw=="}}, {}, "busy 2026-11: a block from 32610 to 32580 in a month of 43200 minutes", True),
        ({"busy": {32427: "AADBqA=="}}, {}, "busy 2026-11: a block from 0 to 43201 in a month of 43200 minutes", True),
        ({"busy": {32427: "RH9Efw=="}}, {}, "busy 2026-11: a block at 32580 that takes no time", False),
        ({"busy": {32427: "PAB4AAAAPAA="}}, {}, "busy 2026-11: blocks not in order: (60, 120) and (0, 60)", False),
        ({"busy": {32427: "AAA8ADwAeAA="}}, {}, "busy 2026-11: blocks not merged: (0, 60) and (60, 120)", False),
        ({"busy": {32428: "AAA8AA==", 32427: "AAA8AA=="}}, {}, "busy: the months are not ascending: [32428, 32427]", False),
        ({"busy": {32434: "AAA8AA=="}}, {}, "busy: a time outside the range", False),
        ({"busy": {32427: "AAA8AA=="}}, {}, "merged is not what busy and away come to", False),
        ({"tentative": {32427: "AAA8AA=="}, "merged": {32427: "AAA8AA=="}}, {}, "merged is not what busy and away come to", False),
    ],
)  # fmt: skip
def test_what_is_against_the_specification_is_told(
    pairs: Mapping[str, Mapping[int, str]], more: dict[str, tuple[str, ...] | None], fault: str, *, broken: bool
) -> None:
    """MS-OXOPFFB 2.2.1.2.1 to 2.2.1.2.10; PidTagFreeBusyCountMonths; PidTagScheduleInfoFreeBusy."""
    found = _read(pairs, **more)
    assert fault in found.faults
    assert found.broken == broken


def test_the_stream_has_a_digit_for_each_interval() -> None:
    """MergedFreeBusy: 0 free, 1 tentative, 2 busy, 3 out of office, 4 no data; the highest wins."""
    found = _read(WHOLE)
    assert found.stream(at(2026, 11, 20, 8, 30), at(2026, 11, 20, 12, 30), HALF_HOUR) == "02222330"
    assert found.stream(at(2026, 11, 23, 14, 45), at(2026, 11, 23, 15, 50), HALF_HOUR) == "110"
    assert found.stream(at(2026, 10, 31, 23), at(2026, 11, 1, 1), HALF_HOUR) == "4400"
    assert found.stream(at(2027, 1, 31, 23, 15), at(2027, 2, 1, 0, 15), HALF_HOUR) == "04"


def test_merged_times_without_a_status_are_busy() -> None:
    """PidTagScheduleInfoFreeBusyMerged: busy or out of office."""
    found = _read({"merged": {32427: "RH9ifw=="}})
    assert found.stream(at(2026, 11, 23, 15), at(2026, 11, 23, 16), HALF_HOUR) == "20"


@pytest.mark.parametrize("style", ["length", ""])
def test_styles_there_are_not_are_a_mistake_of_the_test(style: str) -> None:
    with pytest.raises(ValueError, match="style"):
        properties(first=START, months=1, written=START, style=style)
