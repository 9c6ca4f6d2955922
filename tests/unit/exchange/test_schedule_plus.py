"""The free/busy message of public folders, byte for byte, and back. Source: MS-OXOPFFB; captures of other programs."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta, timezone
from struct import pack

import pytest

from calpair.exchange import schedule_plus
from calpair.exchange.schedule_plus import (
    AWAY,
    BUSY,
    MERGED,
    TENTATIVE,
    Months,
    Published,
    Unreadable,
    folder_of,
    minutes,
    published,
    read,
    subject_of,
)
from calpair.model.busy import Block, Busy
from calpair.model.when import first_of_month

DN = "/o=ExchangeOrg/ou=Exchange/cn=Recipients/cn=guser"
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def busy(start: datetime, end: datetime) -> Block:
    return Block(start, end, Busy.BUSY)


def only(months: Months | None, month: int) -> str:
    """The one month that there must be, in hexadecimal."""
    assert months is not None
    assert months.months == (month,)
    return months.blobs[0].hex(" ")


def spans(*pairs: tuple[int, int]) -> bytes:
    return b"".join(pack("<HH", *pair) for pair in pairs)


class TestNames:
    @pytest.mark.parametrize(
        ("dn", "subject", "folder"),
        [
            (DN, "USER-/CN=RECIPIENTS/CN=GUSER", "EX:/o=ExchangeOrg/ou=Exchange"),
            ("/O=Org/OU=Unit/CN=Recipients/CN=guser", "USER-/CN=RECIPIENTS/CN=GUSER", "EX:/O=Org/OU=Unit"),
            ("/o=Org/ou=Unit/Cn=a/cn=B/CN=c", "USER-/CN=A/CN=B/CN=C", "EX:/o=Org/ou=Unit"),
            (
                "/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=Michael, Wise",
                "USER-/CN=RECIPIENTS/CN=MICHAEL, WISE",
                "EX:/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)",
            ),
            ("/o=Org/cn=Recipients/cn=groß=é", "USER-/CN=RECIPIENTS/CN=GROß=É", "EX:/o=Org"),
        ],
    )
    def test_a_legacy_dn_names_message_and_folder(self, dn: str, subject: str, folder: str) -> None:
        assert subject_of(dn) == subject
        assert folder_of(dn) == folder

    @pytest.mark.parametrize(
        "dn",
        [
            "",
            "/",
            "guser",
            "ana@a.test",
            "o=Org/ou=Unit/cn=guser",
            "X500:/o=Org/ou=Unit/cn=Recipients/cn=guser",
            "EX:/o=Org/ou=Unit/cn=guser",
            "/o=Org/ou=Unit",
            "/ou=Unit/cn=Recipients/cn=guser",
            "/cn=Recipients/cn=guser",
            "/o=Org/ou=Unit/cn=",
            "/o=Org//cn=guser",
            "/o=Org/ou=Unit/cn=Recipients/guser",
            "/o=Org/ou=Unit/cn=Recipients/cn=guser/",
            "/o=Org/ou=Unit/cn=Recipients/cn=gu\nser",
            "/o=Org/ou=Unit/cn=" + "x" * 2000,
        ],
    )
    def test_what_is_no_legacy_dn_is_refused_in_one_short_line(self, dn: str) -> None:
        for name in (subject_of, folder_of):
            with pytest.raises(ValueError, match="is no legacyExchangeDN: it reads /o=") as refused:
                name(dn)
            assert "\n" not in str(refused.value)
            assert len(str(refused.value)) < 400

    def test_a_subject_that_lists_would_cut_off_is_refused(self) -> None:
        assert len(subject_of("/o=Org/cn=" + "x" * 246)) == 255
        with pytest.raises(ValueError, match="too long: the subject made of it may have 255 characters"):
            subject_of("/o=Org/cn=" + "x" * 247)


class TestRange:
    @pytest.mark.parametrize(
        ("instant", "counted"),
        [
            (datetime(1601, 1, 1, tzinfo=UTC), 0),
            (datetime(1970, 1, 1, tzinfo=UTC), 0x0B9157C0),
            (datetime(2007, 12, 1, 8, tzinfo=UTC), 0x0CC1A0A0),
            (datetime(2008, 3, 1, 8, tzinfo=UTC), 0x0CC3A080),
            (datetime(2026, 11, 1, tzinfo=UTC), 0x0D597380),
            (datetime(2027, 2, 1, tzinfo=UTC), 0x0D5B7900),
        ],
    )
    def test_minutes_are_counted_since_1601(self, instant: datetime, counted: int) -> None:
        assert minutes(instant) == counted

    def test_a_month_is_one_of_utc(self) -> None:
        assert first_of_month(at(11, 30, 23, 59, 59)) == NOVEMBER
        assert first_of_month(datetime(2026, 11, 1, 1, tzinfo=timezone(timedelta(hours=2)))) == at(10, 1)
        assert first_of_month(at(11, 20), 2) == at(1, 1, year=2027)
        assert first_of_month(at(1, 20), -1) == at(12, 1, year=2025)
        assert first_of_month(at(12, 1), 36) == at(12, 1, year=2029)

    def test_the_range_is_whole_months(self) -> None:
        message = published([], NOVEMBER, 3)
        assert (message.start, message.end, message.months) == (NOVEMBER, at(2, 1, year=2027), 3)
        assert published([], NOVEMBER, 36).end == at(11, 1, year=2029)

    def test_a_start_of_another_zone_is_the_same_instant(self) -> None:
        there = NOVEMBER.astimezone(timezone(timedelta(hours=-5)))
        assert published([], there, 3) == published([], NOVEMBER, 3)

    @pytest.mark.parametrize("months", [-1, 0, 37])
    def test_no_more_months_than_a_message_holds(self, months: int) -> None:
        with pytest.raises(ValueError, match="between 1 and 36"):
            published([], NOVEMBER, months)

    @pytest.mark.parametrize("start", [at(11, 2), at(11, 1, 0, 1), datetime(2026, 11, 1, tzinfo=timezone(-MINUTE))])
    def test_a_range_starts_with_a_month(self, start: datetime) -> None:
        with pytest.raises(ValueError, match="not the first instant of a month in UTC"):
            published([], start, 3)

    @pytest.mark.parametrize("year", [1600, 5700])
    def test_years_that_cannot_be_counted_are_refused(self, year: int) -> None:
        with pytest.raises(ValueError, match=f"the year {year} cannot be published"):
            published([], datetime(year, 12, 1, tzinfo=UTC), 3)


class TestWritten:
    def test_a_whole_message(self) -> None:
        message = published(
            [
                busy(at(11, 20, 9), at(11, 20, 10)),
                busy(at(11, 20, 9, 30), at(11, 20, 11)),
                busy(at(11, 20, 11), at(11, 20, 11, 30)),
                busy(at(11, 30, 22), at(12, 1, 2)),
                busy(at(12, 31, 23), at(1, 1, 1, year=2027)),
                Block(at(11, 23, 15), at(11, 23, 15, 30), Busy.TENTATIVE),
                Block(at(12, 24), at(12, 27), Busy.AWAY),
                Block(at(11, 20, 11, 15), at(11, 20, 12), Busy.AWAY),
            ],
            NOVEMBER,
            3,
        )
        assert message == Published(
            NOVEMBER,
            3,
            merged=Months(
                (32427, 32428, 32433),
                (b64decode("/GywbUiowKg="), b64decode("AAB4AGCBQJIkrmCu"), b64decode("AAA8AA==")),
            ),
            tentative=Months((32427,), (b64decode("RH9ifw=="),)),
            busy=Months(
                (32427, 32428, 32433), (b64decode("/GySbUiowKg="), b64decode("AAB4ACSuYK4="), b64decode("AAA8AA=="))
            ),
            away=Months((32427, 32428), (b64decode("g22wbQ=="), b64decode("YIFAkg=="))),
        )

    @pytest.mark.parametrize(
        ("start", "end", "month", "written"),
        [
            (at(12, 1), at(1, 1, year=2027), 32428, "00 00 60 ae"),
            (at(11, 1), at(12, 1), 32427, "00 00 c0 a8"),
            (at(2, 1, year=2027), at(3, 1, year=2027), 32434, "00 00 80 9d"),
            (at(2, 1, year=2028), at(3, 1, year=2028), 32450, "00 00 20 a3"),
            (at(12, 15, 13, 45), at(1, 1, year=2027), 32428, "f9 51 60 ae"),
            (at(12, 31, 23, 59), at(1, 1, year=2027), 32428, "5f ae 60 ae"),
            (at(2, 28, year=2027), at(3, 1, year=2027), 32434, "e0 97 80 9d"),
        ],
    )
    def test_what_ends_with_its_month_ends_with_the_month_s_length(
        self, start: datetime, end: datetime, month: int, written: str
    ) -> None:
        message = published([busy(start, end)], first_of_month(start), 1)
        assert only(message.busy, month) == written
        assert message.merged == message.busy
        assert message.tentative is message.away is None

    def test_what_goes_over_a_leap_day_is_split_there(self) -> None:
        start = at(2, 29, 23, 59, year=2028)
        message = published([busy(start, start + 2 * MINUTE)], at(1, 1, year=2028), 3)
        assert message.busy == Months((32450, 32451), (bytes.fromhex("1fa320a3"), bytes.fromhex("00000100")))

    def test_what_lasts_for_months_stands_in_each_of_them(self) -> None:
        message = published([busy(at(6, 1), at(6, 1, year=2028))], NOVEMBER, 4)
        assert message.busy == Months(
            (32427, 32428, 32433, 32434), tuple(bytes.fromhex(f"0000{end}") for end in ("c0a8", "60ae", "60ae", "809d"))
        )

    def test_what_lies_outside_the_range_is_not_told(self) -> None:
        outside = [busy(at(10, 1), NOVEMBER), busy(at(12, 1), at(12, 2)), busy(at(12, 1, 0, 0, 30), at(12, 2))]
        assert published(outside, NOVEMBER, 1) == published([], NOVEMBER, 1)
        assert published([], NOVEMBER, 1) == Published(NOVEMBER, 1, None, None, None, None)

    def test_who_works_elsewhere_can_be_met(self) -> None:
        message = published([Block(at(11, 2, 9), at(11, 2, 17), Busy.ELSEWHERE)], NOVEMBER, 1)
        assert message == published([], NOVEMBER, 1)

    def test_tentative_is_not_merged(self) -> None:
        message = published([Block(at(11, 1), at(11, 1, 1), Busy.TENTATIVE)], NOVEMBER, 1)
        assert only(message.tentative, 32427) == "00 00 3c 00"
        assert message.merged is None

    def test_a_minute_that_is_touched_is_not_free(self) -> None:
        inside = [busy(at(11, 1, 10, 0, 59), at(11, 1, 10, 1, 1)), busy(at(11, 1, 10, 2, 1), at(11, 1, 10, 2, 2))]
        assert only(published(inside, NOVEMBER, 1).busy, 32427) == spans((600, 603)).hex(" ")
        tail = busy(at(11, 30, 23, 59, 59), at(12, 1) + timedelta(microseconds=1))
        assert published([tail], NOVEMBER, 2).busy == Months((32427, 32428), (spans((43199, 43200)), spans((0, 1))))

    def test_blocks_are_instants_whatever_zone_tells_them(self) -> None:
        zone = timezone(timedelta(hours=5, minutes=45))
        there = busy(at(11, 1, 9).astimezone(zone), at(11, 1, 10).astimezone(zone))
        assert published([there], NOVEMBER, 1) == published([busy(at(11, 1, 9), at(11, 1, 10))], NOVEMBER, 1)


class TestRead:
    def test_a_whole_month_ends_in_either_way(self) -> None:
        for last in (44639, 44640):
            told = read({0x6853: [32428, 32433], 0x6854: [spans((0, last)), spans((0, 60))]})
            assert told == [busy(at(12, 1), at(1, 1, 1, year=2027))]

    def test_a_last_minute_at_the_border_of_a_leap_february_goes_on(self) -> None:
        told = read({0x6853: [32450, 32451], 0x6854: [b64decode("AAAfow=="), b64decode("AAABAA==")]})
        assert told == [busy(at(2, 1, year=2028), at(3, 1, 0, 1, year=2028))]

    def test_a_block_without_length_in_the_last_minute_goes_on(self) -> None:
        told = read({0x6853: [32428, 32433], 0x6854: [spans((44639, 44639)), spans((0, 1))]})
        assert told == [busy(at(12, 31, 23, 59), at(1, 1, 0, 1, year=2027))]

    def test_a_last_minute_that_nothing_follows_is_as_it_says(self) -> None:
        assert read({0x6853: [32428], 0x6854: [b64decode("+VFfrg==")]}) == [
            busy(at(12, 15, 13, 45), at(12, 31, 23, 59))
        ]
        told = read({0x6853: [32428, 32433], 0x6854: [spans((44638, 44638), (0, 44639)), spans((1, 2))]})
        assert told == [busy(at(12, 1), at(12, 31, 23, 59)), busy(at(1, 1, 0, 1, year=2027), at(1, 1, 0, 2, year=2027))]

    def test_nobody_is_busy_in_a_message_that_says_nothing(self) -> None:
        assert read({}) == []
        assert read({0x684F: [], 0x6850: []}) == []
        assert read({0x684F: [32427, 32428], 0x6850: [b"", b""], 0x6853: (32427,), 0x6854: (b"",)}) == []

    def test_months_and_blocks_come_in_any_order(self) -> None:
        told = read({0x6855: [32433, 32427], 0x6856: [spans((0, 60)), spans((120, 180), (0, 30), (20, 60))]})
        assert told == [
            Block(at(11, 1), at(11, 1, 1), Busy.AWAY),
            Block(at(11, 1, 2), at(11, 1, 3), Busy.AWAY),
            Block(at(1, 1, year=2027), at(1, 1, 1, year=2027), Busy.AWAY),
        ]

    def test_what_only_the_merged_pair_tells_is_busy(self) -> None:
        told = read(
            {
                0x684F: [32427],
                0x6850: [spans((0, 100), (200, 300), (400, 500))],
                0x6851: [32427],
                0x6852: [spans((60, 100))],
                0x6855: [32427],
                0x6856: [spans((10, 20), (30, 40), (200, 300))],
            }
        )
        first = NOVEMBER
        assert told == [
            busy(first, first + 10 * MINUTE),
            Block(first + 10 * MINUTE, first + 20 * MINUTE, Busy.AWAY),
            busy(first + 20 * MINUTE, first + 30 * MINUTE),
            Block(first + 30 * MINUTE, first + 40 * MINUTE, Busy.AWAY),
            busy(first + 40 * MINUTE, first + 60 * MINUTE),
            Block(first + 60 * MINUTE, first + 100 * MINUTE, Busy.TENTATIVE),
            Block(first + 200 * MINUTE, first + 300 * MINUTE, Busy.AWAY),
            busy(first + 400 * MINUTE, first + 500 * MINUTE),
        ]

    def test_no_minute_at_a_border_is_free_that_the_merged_pair_says_is_not(self) -> None:
        """The last minute of December is lost between busy before it and away after it; merged, one goes on in the other."""
        told = read(
            {
                0x684F: [32428, 32433],
                0x6850: [spans((0, 44639)), spans((0, 60))],
                0x6853: [32428],
                0x6854: [spans((0, 44639))],
                0x6855: [32433],
                0x6856: [spans((0, 60))],
            }
        )
        january = at(1, 1, year=2027)
        assert told == [busy(at(12, 1), january), Block(january, at(1, 1, 1, year=2027), Busy.AWAY)]

    def test_a_pair_that_repeats_itself_is_no_burden(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[Block] = []

        def counted(start: datetime, end: datetime, kind: Busy) -> Block:
            made.append(Block(start, end, kind))
            return made[-1]

        monkeypatch.setattr(schedule_plus, "Block", counted)
        away = spans(*((2 * n, 2 * n + 1) for n in range(1_000)))
        told = read({0x6855: [32427], 0x6856: [away], 0x684F: [32427], 0x6850: [spans(*[(0, 43200)] * 100)]})
        assert not isinstance(told, Unreadable)
        assert len(told) == 2_000
        assert len(made) < 10_000

    @pytest.mark.parametrize(
        ("months", "blobs", "reason"),
        [
            ([32427], [b"\0\0\0"], "not of four bytes"),
            ([32427], [b"\0\0\1\0\0"], "not of four bytes"),
            ([32427], ["AAABAA=="], "not of four bytes"),
            ([32427], [spans((2, 1))], "ends before it starts"),
            ([32427], [spans((0, 43201))], "beyond its month"),
            ([32434], [spans((0, 40321))], "beyond its month"),
            ([32427], [spans((50000, 50001))], "beyond its month"),
            ([32427, 32428], [b""], "not come in the same number"),
            ([], [b""], "not come in the same number"),
            ([32427], None, "not come in the same number"),
            (32427, b"", "not come in the same number"),
            ([32416], [b""], "a month is none"),
            ([32429], [b""], "a month is none"),
            ([0], [b""], "a month is none"),
            ([-32427], [b""], "a month is none"),
            ([2**70], [b""], "a month is none"),
            (["32427"], [b""], "a month is none"),
        ],
    )
    @pytest.mark.parametrize("ids", [MERGED, TENTATIVE, BUSY, AWAY])
    def test_of_whom_nothing_can_be_read_nothing_is_known(
        self, months: object, blobs: object, reason: str, ids: tuple[int, int]
    ) -> None:
        good = {
            one: value for pair in (BUSY, AWAY) for one, value in zip(pair, ([32427], [spans((0, 60))]), strict=True)
        }
        told = read({**good, ids[0]: months, ids[1]: blobs})
        assert isinstance(told, Unreadable)
        assert reason in told.reason
