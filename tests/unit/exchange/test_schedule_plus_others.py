"""Free/busy messages that other programs wrote, or say must be written; each case names the source its numbers are from.

Sources: MS-OXOPFFB, section 4; googlearchive/calendar-connectors (GCC), whose tests have a message captured from
Exchange, and their own; zm-mailbox and Evolution's Exchange back end for names of people.
"""

from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from struct import pack

import pytest

from calpair.exchange.schedule_plus import (
    AWAY,
    BUSY,
    MERGED,
    TENTATIVE,
    Months,
    Published,
    folder_of,
    minutes,
    published,
    read,
    subject_of,
)
from calpair.model.busy import Block, Busy

Span = tuple[str, str]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def blocks(*spans: Span, busy: Busy = Busy.BUSY) -> list[Block]:
    return [Block(instant(start), instant(end), busy) for start, end in spans]


def day(number: int, *hours: Span) -> list[Span]:
    return [(f"2007-06-{number:02}T{start}", f"2007-06-{number:02}T{end}") for start, end in hours]


# GCC, FreeBusyPublicFolderResponse.xml: a message of Exchange's own, whose third month has an empty binary.
CAPTURED_MONTHS = (32124, 32129, 32130)
CAPTURED_BLOBS = tuple(
    b64decode(blob) for blob in ("Dj0sPYY9pD36QRhCEkgwSNRY8lgyZFBk5mReZdiQ9pBukYyR2qz4rKytyq0=", "ugnYCYwKQAs=", "")
)
CAPTURED: list[Span] = [
    ("2007-12-11T20:30", "2007-12-11T21:00"),
    ("2007-12-11T22:30", "2007-12-11T23:00"),
    ("2007-12-12T17:30", "2007-12-12T18:00"),
    ("2007-12-13T19:30", "2007-12-13T20:00"),
    ("2007-12-16T19:00", "2007-12-16T19:30"),
    ("2007-12-18T19:30", "2007-12-18T20:00"),
    ("2007-12-18T22:30", "2007-12-19T00:30"),
    # From here on, GCC's AppointmentResponse.xml has the same person's appointments.
    ("2007-12-26T18:00", "2007-12-26T18:30"),
    ("2007-12-26T20:30", "2007-12-26T21:00"),
    ("2007-12-31T17:30", "2007-12-31T18:00"),
    ("2007-12-31T21:00", "2007-12-31T21:30"),
    ("2008-01-02T17:30", "2008-01-02T18:00"),
    ("2008-01-02T21:00", "2008-01-03T00:00"),
]


def test_a_message_captured_from_exchange_is_read() -> None:
    empty = (b"", b"", b"")
    properties: dict[int, object] = {}
    for (months, told), blobs in ((MERGED, CAPTURED_BLOBS), (BUSY, CAPTURED_BLOBS), (TENTATIVE, empty), (AWAY, empty)):
        properties |= {months: list(CAPTURED_MONTHS), told: list(blobs)}
    assert read(properties) == blocks(*CAPTURED)


def test_the_same_appointments_are_published_in_the_same_bytes() -> None:
    message = published(blocks(*CAPTURED), instant("2007-12-01"), 3)
    assert message.merged == message.busy == Months(CAPTURED_MONTHS[:2], CAPTURED_BLOBS[:2])
    assert message.tentative is None
    assert message.away is None


def test_the_range_of_the_captured_message_is_counted_as_exchange_did() -> None:
    """Its clocks were eight hours behind UTC."""
    assert minutes(instant("2007-12-01T08:00")) == 214016160
    assert minutes(instant("2008-03-01T08:00")) == 214147200


def test_the_specifications_example_is_published() -> None:
    """MS-OXOPFFB 4.4: from noon to one on the second of February, Pacific time, is minutes 0x0A50 to 0x0A8C."""
    message = published(blocks(("2026-02-02T20:00", "2026-02-02T21:00")), instant("2026-02-01"), 1)
    assert message.busy == Months((2026 * 16 + 2,), (bytes.fromhex("500a8c0a"),))
    assert message.merged == message.busy
    properties = {MERGED[0]: [32418], MERGED[1]: [bytes.fromhex("500a8c0a")]}
    assert read(properties) == blocks(("2026-02-02T20:00", "2026-02-02T21:00"))


def month_by_month(*spans: Span) -> dict[int, object]:
    """As GCC writes what its TestConvertDateTimeBlocks expects: a month's last block ends in its last minute."""
    found: dict[int, bytes] = {}
    for start, end in ((instant(start), instant(end)) for start, end in spans):
        first = start.replace(day=1, hour=0, minute=0)
        month = start.year * 16 + start.month
        pair = pack("<HH", (start - first) // timedelta(minutes=1), (end - first) // timedelta(minutes=1))
        found[month] = found.get(month, b"") + pair
    return {BUSY[0]: list(found), BUSY[1]: list(found.values())}


SPLIT: list[tuple[str, Sequence[Span], Span]] = [
    ("three hours", [("2007-07-23T13:45", "2007-07-23T16:45")], ("2007-07-23T13:45", "2007-07-23T16:45")),
    (
        "over two ends of months",
        [
            ("2007-08-15T13:45", "2007-08-31T23:59"),
            ("2007-09-01T00:00", "2007-09-30T23:59"),
            ("2007-10-01T00:00", "2007-10-11T02:45"),
        ],
        ("2007-08-15T13:45", "2007-10-11T02:45"),
    ),
    (
        "over a leap year's February",
        [
            ("2008-01-01T00:00", "2008-01-31T23:59"),
            ("2008-02-01T00:00", "2008-02-29T23:59"),
            ("2008-03-01T00:00", "2008-03-31T12:00"),
        ],
        ("2008-01-01T00:00", "2008-03-31T12:00"),
    ),
    (
        "to the minute before the last day",
        [("2008-04-01T00:00", "2008-04-30T23:59"), ("2008-05-01T00:00", "2008-05-30T23:59")],
        ("2008-04-01T00:00", "2008-05-30T23:59"),
    ),
]


@pytest.mark.parametrize(("pieces", "whole"), [case[1:] for case in SPLIT], ids=[case[0] for case in SPLIT])
def test_what_gcc_splits_at_the_ends_of_months_is_read_whole(pieces: Sequence[Span], whole: Span) -> None:
    """And what it was before the split is published, and read back, as it was."""
    assert read(month_by_month(*pieces)) == blocks(whole)
    start = instant(whole[0]).replace(day=1, hour=0, minute=0)
    assert read(properties_of(published(blocks(whole), start, 3))) == blocks(whole)


def properties_of(message: Published) -> dict[int, object]:
    return {
        tag: value
        for ids, pair in message.pairs()
        if pair is not None
        for tag, value in zip(ids, (list(pair.months), list(pair.blobs)), strict=True)
    }


SEVEN, HALF, EIGHT, PAST, NINE = "07:00", "07:30", "08:00", "08:30", "09:00"
CONDENSED: list[tuple[str, list[Span], list[Span]]] = [
    ("a chain", day(1, (SEVEN, EIGHT), (HALF, PAST), (EIGHT, NINE)), day(1, (SEVEN, NINE))),
    ("end to start", day(2, (SEVEN, EIGHT), (EIGHT, NINE)), day(2, (SEVEN, NINE))),
    ("twice", day(3, (SEVEN, EIGHT), (SEVEN, EIGHT)), day(3, (SEVEN, EIGHT))),
    ("three end to start", day(4, (SEVEN, HALF), (HALF, PAST), (PAST, NINE)), day(4, (SEVEN, NINE))),
    ("one inside", day(5, (SEVEN, NINE), (HALF, PAST)), day(5, (SEVEN, NINE))),
    ("one start", day(6, (SEVEN, EIGHT), (SEVEN, HALF)), day(6, (SEVEN, EIGHT))),
    ("one end", day(7, (SEVEN, EIGHT), (HALF, EIGHT)), day(7, (SEVEN, EIGHT))),
    ("two inside", day(8, (SEVEN, "10:00"), (HALF, EIGHT), (PAST, NINE)), day(8, (SEVEN, "10:00"))),
    ("apart", day(9, (SEVEN, EIGHT), (NINE, "10:00")), day(9, (SEVEN, EIGHT), (NINE, "10:00"))),
]


@pytest.mark.parametrize(("spans", "joined"), [case[1:] for case in CONDENSED], ids=[case[0] for case in CONDENSED])
def test_what_overlaps_is_one(spans: list[Span], joined: list[Span]) -> None:
    """GCC's TestCondenseFreeBusyTimes: when published, and when somebody published it as it was."""
    assert read(properties_of(published(blocks(*spans), instant("2007-06-01"), 1))) == blocks(*joined)
    assert read(month_by_month(*spans)) == blocks(*joined)


def test_all_of_gccs_days_together() -> None:
    """Its test has them in one list, and so in one month; and so is what lies out of order."""
    spans = [span for _, given, _ in reversed(CONDENSED) for span in given]
    joined = [span for _, _, wanted in CONDENSED for span in wanted]
    assert read(properties_of(published(blocks(*spans), instant("2007-06-01"), 1))) == blocks(*joined)
    assert read(month_by_month(*spans)) == blocks(*joined)


@pytest.mark.parametrize(
    ("dn", "subject", "folder"),
    [
        pytest.param(
            "/o=GooLab/ou=First Administrative Group/cn=Recipients/cn=phoney",
            "USER-/CN=RECIPIENTS/CN=PHONEY",
            "EX:/o=GooLab/ou=First Administrative Group",
            id="GCC's capture",
        ),
        pytest.param(
            "/o=Microsoft/ou=APPS-ABC/cn=FOLDER/cn=ASAMPLE",
            "USER-/CN=FOLDER/CN=ASAMPLE",
            "EX:/o=Microsoft/ou=APPS-ABC",
            id="GCC's FreeBusyUrlTest",
        ),
        pytest.param(
            "/o=First Organization/ou=First Administrative Group/cn=Recipients/cn=james",
            "USER-/CN=RECIPIENTS/CN=JAMES",
            "EX:/o=First Organization/ou=First Administrative Group",
            id="Zimbra's ExchangeFreeBusyProvider",
        ),
        pytest.param(
            "/o=Ximian XCS/ou=XCS/cn=Recipients/cn=DANW",
            "USER-/CN=RECIPIENTS/CN=DANW",
            "EX:/o=Ximian XCS/ou=XCS",
            id="Evolution's Exchange back end",
        ),
    ],
)
def test_the_message_of_a_person_is_where_others_look(dn: str, subject: str, folder: str) -> None:
    assert subject_of(dn) == subject
    assert folder_of(dn) == folder


@pytest.mark.parametrize("start", ["2007-12-31T23:00", "2008-02-29T12:00"])
def test_every_minute_is_the_one_after_the_last(start: str) -> None:
    """GCC's TestConvertToSysTime, over the ends of a year and of a leap day."""
    first, minute = instant(start), timedelta(minutes=1)
    counted = [minutes(first + number * minute) for number in range(24 * 60)]
    assert counted == list(range(counted[0], counted[0] + 24 * 60))
    assert instant("1601-01-01") + counted[0] * minute == first
