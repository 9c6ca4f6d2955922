"""Days as the terminal draws them: half hours by the clock on the wall, on the days that have 23 and 25 hours too."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from calpair.cli.days import days, head
from calpair.model.busy import Block, Busy

BERLIN = ZoneInfo("Europe/Berlin")


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def drawn(blocks: list[Block], day: date, zone: ZoneInfo = ZoneInfo("UTC")) -> str:  # noqa: B008 - it is a value
    (line,) = days(blocks, day, day, zone)
    return line


def test_a_day_is_a_line_of_half_hours() -> None:
    blocks = [
        Block(at(11, 30, 9), at(11, 30, 10, 30), Busy.BUSY),
        Block(at(11, 30, 12, 10), at(11, 30, 12, 20), Busy.TENTATIVE),
        Block(at(11, 30, 14), at(11, 30, 15), Busy.ELSEWHERE),
        Block(at(11, 30, 14, 30), at(11, 30, 16), Busy.AWAY),
    ]
    assert head() == "                  0   2   4   6   8   10  12  14  16  18  20  22"
    assert drawn(blocks, date(2026, 11, 30)) == "  Mon 2026-11-30  ..................###...?...eAAA................"
    assert len(drawn(blocks, date(2026, 11, 30))) == 18 + 48


def test_what_touches_touches_no_neighbour_and_what_goes_over_midnight_is_on_both_days() -> None:
    blocks = [Block(at(11, 30, 23), at(12, 1, 1), Busy.BUSY)]
    assert list(days(blocks, date(2026, 11, 30), date(2026, 12, 1), ZoneInfo("UTC"))) == [
        "  Mon 2026-11-30  ..............................................##",
        "  Tue 2026-12-01  ##..............................................",
    ]


def test_times_are_those_of_the_zone() -> None:
    assert drawn([Block(at(7, 1, 7), at(7, 1, 8), Busy.BUSY)], date(2026, 7, 1), BERLIN)[18:].index("#") == 18


def test_the_hour_that_is_left_out_is_drawn_free() -> None:
    # 2026-03-29, 01:00 UTC: from 02:00 to 03:00 on the wall. Busy from 01:30 to 03:30 there is an hour.
    blocks = [Block(at(3, 29, 0, 30), at(3, 29, 1, 30), Busy.BUSY)]
    assert drawn(blocks, date(2026, 3, 29), BERLIN)[18:27] == "...#..#.."


def test_the_hour_that_comes_twice_is_busy_if_either_is() -> None:
    # 2026-10-25: 02:00 to 03:00 on the wall is 00:00 to 01:00 and 01:00 to 02:00 UTC.
    second = [Block(at(10, 25, 1, 30), at(10, 25, 2), Busy.BUSY)]
    first = [Block(at(10, 25, 0), at(10, 25, 0, 30), Busy.AWAY)]
    assert drawn([*first, *second], date(2026, 10, 25), BERLIN)[18:26] == "....A#.."


def test_what_begins_before_the_first_day_and_ends_after_the_last_is_on_all_of_them() -> None:
    long = Block(datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), Busy.AWAY)
    drawn = list(days([long], date(2026, 11, 3), date(2026, 11, 5), UTC))
    assert [line.split()[-1] for line in drawn] == ["A" * 48] * 3
