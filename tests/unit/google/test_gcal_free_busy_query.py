"""The door of freeBusy.query: what it takes, what it refuses with which reason, and what it answers. Source: the API's reference."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from calpair.errors import RefusedRequestError
from calpair.google.free_busy_query import parse, refusal, render
from calpair.model.busy import Block, Busy, Unknown

WINDOW = {"timeMin": "2026-11-02T08:00:00Z", "timeMax": "2026-11-03T08:00:00Z"}
ANA = {"items": [{"id": "ana@a.test"}]}


def asked(**told: Any) -> bytes:
    return json.dumps(WINDOW | ANA | told).encode()


def block(start: int, end: int, busy: Busy = Busy.BUSY) -> Block:
    return Block(datetime(2026, 11, 2, start, tzinfo=UTC), datetime(2026, 11, 2, end, tzinfo=UTC), busy)


def test_a_question_is_read_with_its_offsets() -> None:
    read = parse(
        asked(
            timeMin="2026-11-02T09:00:00+01:00",
            timeMax="2026-11-02T18:29:59.25-05:00",
            items=[{"id": "ben@a.test"}, {"id": "ana@a.test"}, {"id": "ben@a.test"}],
        )
    ).question
    assert read.addresses == ("ben@a.test", "ana@a.test")
    assert read.start == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert read.end == datetime(2026, 11, 2, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "parseError"),
        (b"no JSON", "parseError"),
        (b"[]", "parseError"),
        (b"\xff\xfe", "parseError"),
        (b"[" * 60_000, "parseError"),
        (b'{"a":' * 20_000, "parseError"),
        (asked(timeMin=None), "required"),
        (asked(timeMax=""), "required"),
        (asked(timeMin=5), "invalid"),
        (asked(timeMin="2026-11-02"), "invalid"),
        (asked(timeMin="2026-11-02T08:00:00"), "invalid"),
        (asked(timeMin="0001-01-01T00:00:00+14:00"), "invalid"),
        (asked(timeMin="tomorrow"), "invalid"),
        (asked(timeMin="9999-12-20T00:00:00Z", timeMax="9999-12-31T12:00:00Z"), "invalid"),
        (asked(timeMin="1971-12-20T00:00:00Z", timeMax="1971-12-31T12:00:00Z"), "invalid"),
        (asked(timeMax=WINDOW["timeMin"]), "timeRangeEmpty"),
        (asked(timeMax="2026-11-01T08:00:00Z"), "timeRangeEmpty"),
        (asked(timeMax="2027-11-02T08:00:00Z"), "timeRangeTooLong"),
        (asked(timeMax="2027-02-01T08:00:00Z"), "timeRangeTooLong"),
        (asked(items=None), "required"),
        (asked(items=[]), "required"),
        (asked(items="ana@a.test"), "required"),
        (asked(items=["ana@a.test"]), "invalid"),
        (asked(items=[{"id": ""}]), "invalid"),
        (asked(items=[{"id": 5}]), "invalid"),
        (asked(items=[{"id": "a\nb@a.test"}]), "invalid"),
        (asked(items=[{"id": "a" * 321}]), "invalid"),
        (asked(items=[{"id": f"{n}@a.test"} for n in range(51)]), "tooManyCalendarsRequested"),
        (asked(items=[{"id": "a@a.test"}, {"id": "b@a.test"}], calendarExpansionMax=1), "tooManyCalendarsRequested"),
        (
            asked(items=[{"id": f"{n}@a.test"} for n in range(51)], calendarExpansionMax=100),
            "tooManyCalendarsRequested",
        ),
        (asked(calendarExpansionMax=0), "invalid"),
        (asked(calendarExpansionMax="2"), "invalid"),
        (asked(calendarExpansionMax=True), "invalid"),
        (asked(timeZone="Mars/Olympus"), "invalid"),
        (asked(timeZone="../../etc/passwd"), "invalid"),
        (asked(timeZone="Europe"), "invalid"),
        (asked(timeZone="localtime"), "invalid"),
        (asked(timeZone="posixrules"), "invalid"),
        (asked(timeZone="right/Europe/Berlin"), "invalid"),
        (asked(timeZone=0), "invalid"),
        (asked(timeZone=[]), "invalid"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(RefusedRequestError) as refused:
        parse(body)
    assert refused.value.reason == reason
    assert "\n" not in str(refused.value)


def test_ninety_days_and_fifty_calendars_are_taken() -> None:
    """cal.com asks Google for as much at once, counting whole days, and splits what is longer."""
    calendars = [{"id": f"{n}@a.test"} for n in range(50)]
    for last, days in (("2027-01-31T08:00:00Z", 90), ("2027-02-01T07:59:59Z", 90)):
        read = parse(asked(timeMax=last, items=calendars)).question
        assert (read.end - read.start).days == days
        assert len(read.addresses) == 50


@pytest.mark.parametrize("most", [50, 51, 100, 2500])
def test_no_more_calendars_are_expanded_than_fifty_whatever_is_asked_for(most: int) -> None:
    """The reference: "Maximum value is 50"; a client that names more gets as much as there is."""
    assert parse(asked(calendarExpansionMax=most)).question.addresses == ("ana@a.test",)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-02t08:00:00z", "2026-11-02t16:00:00z"),
        ("2026-11-02t08:00:00Z", "2026-11-02T16:00:00.0z"),
        ("2026-11-02 09:00:00+01:00", "2026-11-02T17:00:00+0100"),
        ("2026-11-02T08:00Z", "2026-11-02T16:00Z"),
    ],
    ids=["small letters (RFC 3339, 5.6)", "one of them", "a blank (RFC 3339, 5.6), a short offset", "no seconds"],
)
def test_a_time_is_read_in_every_spelling_of_the_standard(start: str, end: str) -> None:
    read = parse(asked(timeMin=start, timeMax=end)).question
    assert (read.start, read.end) == (datetime(2026, 11, 2, 8, tzinfo=UTC), datetime(2026, 11, 2, 16, tzinfo=UTC))


def test_the_answer_is_the_apis() -> None:
    told = parse(asked(items=[{"id": "ana@a.test"}, {"id": "ben@a.test"}]))
    answer = {"ana@a.test": [block(9, 10), block(12, 14), block(14, 15, Busy.AWAY)], "ben@a.test": []}
    assert render(told, answer) == {
        "kind": "calendar#freeBusy",
        "timeMin": "2026-11-02T08:00:00Z",
        "timeMax": "2026-11-03T08:00:00Z",
        "calendars": {
            "ana@a.test": {
                "busy": [
                    {"start": "2026-11-02T09:00:00Z", "end": "2026-11-02T10:00:00Z"},
                    {"start": "2026-11-02T12:00:00Z", "end": "2026-11-02T15:00:00Z"},
                ]
            },
            "ben@a.test": {"busy": []},
        },
    }


def test_parts_of_a_second_cut_nothing_off() -> None:
    read = parse(asked(timeMin="2026-11-02T08:00:00.1Z", timeMax="2026-11-02T08:00:00.9Z")).question
    assert (read.start, read.end) == (datetime(2026, 11, 2, 8, tzinfo=UTC), datetime(2026, 11, 2, 8, 0, 1, tzinfo=UTC))


@pytest.mark.parametrize("name", ["UTC", "utc", "", None])
def test_utc_has_its_own_letter_and_is_the_zone_of_whoever_names_none(name: str | None) -> None:
    assert render(parse(asked(timeZone=name)), {})["timeMin"] == "2026-11-02T08:00:00Z"


@pytest.mark.parametrize("name", ["Europe/Berlin", "europe/berlin"])
def test_times_are_written_in_the_zone_that_was_asked_for(name: str) -> None:
    told = parse(asked(timeZone=name))
    answered = render(told, {"ana@a.test": [block(9, 10)]})
    assert answered["timeMin"] == "2026-11-02T09:00:00+01:00"
    assert answered["calendars"]["ana@a.test"]["busy"] == [
        {"start": "2026-11-02T10:00:00+01:00", "end": "2026-11-02T11:00:00+01:00"}
    ]


def test_tentative_counts_and_working_elsewhere_does_not() -> None:
    told = parse(asked())
    answered = render(told, {"ana@a.test": [block(9, 10, Busy.TENTATIVE), block(11, 12, Busy.ELSEWHERE)]})
    assert answered["calendars"]["ana@a.test"]["busy"] == [
        {"start": "2026-11-02T09:00:00Z", "end": "2026-11-02T10:00:00Z"}
    ]


@pytest.mark.parametrize(
    ("unknown", "reason"),
    [
        ("not_found", "notFound"),
        ("no_access", "notFound"),
        ("no_data", "internalError"),
        ("unavailable", "internalError"),
    ],
)
def test_what_is_not_known_is_an_error_of_its_calendar_and_never_free(unknown: str, reason: str) -> None:
    told = parse(asked(items=[{"id": "ana@a.test"}, {"id": "ben@a.test"}]))
    answered = render(told, {"ana@a.test": Unknown(unknown), "ben@a.test": []})["calendars"]
    assert answered["ana@a.test"] == {"errors": [{"domain": "global", "reason": reason}], "busy": []}
    assert "errors" not in answered["ben@a.test"]


def test_a_refusal_is_said_in_the_apis_form_with_its_reason_or_by_its_status() -> None:
    assert refusal(400, "timeMin is to be before timeMax", "timeRangeEmpty") == {
        "error": {
            "errors": [{"domain": "global", "reason": "timeRangeEmpty", "message": "timeMin is to be before timeMax"}],
            "code": 400,
            "message": "timeMin is to be before timeMax",
        }
    }
    said = [refusal(status, "no")["error"]["errors"][0]["reason"] for status in (401, 403, 405, 413, 500, 503)]
    assert said == ["authError", "forbidden", "httpMethodNotAllowed", "uploadTooLarge", "internalError", "backendError"]


def test_an_address_nobody_answered_for_is_not_found() -> None:
    answered = render(parse(asked()), {})["calendars"]
    assert answered["ana@a.test"]["errors"] == [{"domain": "global", "reason": "notFound"}]
