"""Which recurrence lines Google's simulator takes: what is forbidden, what is disputed, what makes no occurrence."""

from typing import Any

import pytest

from simulators.google import recurrence
from unit.simulators.series_world import ends, instances, starts, world

TIMED = ends("2026-11-02")
DAY = {"start": {"date": "2026-11-02"}, "end": {"date": "2026-11-03"}}


@pytest.mark.parametrize(
    ("switch", "lines"),
    [
        ({"bysetpos_accepted": False}, ["RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"]),
        ({"byday_ordinals_accepted": False}, ["RRULE:FREQ=MONTHLY;BYDAY=2MO"]),
        ({"rscale_accepted": False}, ["RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD"]),
        ({"subdaily_accepted": False}, ["RRULE:FREQ=HOURLY;COUNT=3"]),
        ({"exrule_accepted": False}, ["RRULE:FREQ=DAILY;COUNT=9", "EXRULE:FREQ=WEEKLY;BYDAY=SU"]),
        ({"count_cap_730": True}, ["RRULE:FREQ=DAILY;COUNT=731"]),
        ({"stray_exdate": "refused"}, ["RRULE:FREQ=DAILY;COUNT=9", "EXDATE:20261103T090000Z"]),
    ],
)
def test_what_reports_disagree_on_is_as_the_switch_says(switch: dict[str, Any], lines: list[str]) -> None:
    """Facts 3.3, the lines marked [?]; EXRULE is named by the reference and not by the guide."""
    turned = {"stray_exdate": "kept"} if "stray_exdate" in switch else {}
    assert world(**turned)[1].insert({**TIMED, "recurrence": lines}).json["recurrence"] == lines
    answer = world(**switch)[1].insert({**TIMED, "recurrence": lines})
    assert (answer.status, answer.json["error"]["message"]) == (400, "Invalid recurrence rule.")


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=WEEKLY;UNTIL=20261101T000000Z"],
        ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"],
        ["RRULE:FREQ=DAILY;COUNT=1", "EXDATE:20261102T080000Z"],
        ["EXDATE:20261102T080000Z"],
    ],
)
def test_a_series_of_no_occurrence_is_refused(lines: list[str]) -> None:
    """The story of the series without occurrences: 400, on insert and on patch."""
    _, ana, _ = world({"id": "lunch", **TIMED})
    assert ana.insert({**TIMED, "recurrence": lines}).status == 400
    assert ana.patch("lunch", {"recurrence": lines}).status == 400
    assert "recurrence" not in ana.read("lunch").json


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (TIMED, ["RRULE:FREQ=DAILY", "RDATE;VALUE=DATE:20261201"]),
        (DAY, ["RRULE:FREQ=DAILY", "EXDATE:20261103"]),
        (DAY, ["RRULE:FREQ=HOURLY"]),
        (TIMED, ["RRULE:FREQ=MONTHLY;BYMONTHDAY=10;BYMONTHDAY=11"]),
        (TIMED, ["RRULE:FREQ=WEEKLY;BYDAY=1MO"]),
        (TIMED, ["RRULE;X-A=B:FREQ=DAILY"]),
        (TIMED, [""]),
    ],
)
def test_lines_that_are_no_lines_are_refused(body: dict[str, Any], lines: list[str]) -> None:
    """Facts 3.3, RFC 5545 3.3.10: dates of the wrong kind too."""
    assert world()[1].insert({**body, "recurrence": lines}).status == 400


def test_dates_without_a_zone_are_not_modelled() -> None:
    """Facts 3.3 have dates with TZID and in UTC; no source tells what others mean."""
    lines = ["RRULE:FREQ=DAILY", "EXDATE:20261103T090000"]
    assert world()[1].insert({**TIMED, "recurrence": lines}).reason == "notModelled"


def test_a_stale_exception_line_harms_nobody_who_does_not_send_it() -> None:
    """Facts 3.3: "must point to a valid instance" is asked of lines that are sent."""
    _, ana, hand = world(
        {"id": "lunch", **TIMED, "recurrence": ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261103T080000Z"]}
    )
    assert ana.patch("lunch", ends("2026-11-02", 12)).status == 200
    assert ana.patch("lunch", {"recurrence": ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20261103T080000Z"]}).status == 400
    hand.change_rule("lunch", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20261103T080000Z")
    assert len(instances(ana, "lunch")) == 4


def test_a_series_too_long_to_walk_is_not_modelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """README: 20 000 instances are the most, whoever asks for them; here a hundred."""
    assert recurrence.MOST == 20_000
    monkeypatch.setattr(recurrence, "MOST", 100)
    _, ana, _ = world({"id": "lunch", **TIMED, "recurrence": ["RRULE:FREQ=SECONDLY"]}, stray_exdate="kept")
    assert ana.get("calendars/primary/events/lunch/instances").reason == "notModelled"
    assert ana.list(singleEvents=True).reason == "notModelled"
    span = {"timeMin": "2026-12-01T00:00:00Z", "timeMax": "2026-12-02T00:00:00Z"}
    assert ana.send("POST", "freeBusy", {**span, "items": [{"id": "primary"}]}).reason == "notModelled"


@pytest.mark.parametrize(("kept", "told"), [("dropped", ["03 09:00", "10 09:00"]), ("kept", ["02 09:00", "03 09:00"])])
def test_a_start_the_rule_does_not_generate(kept: str, told: list[str]) -> None:
    """Facts 3.3 [?]; switch odd_start."""
    _, ana, _ = world({"id": "lunch", **TIMED, "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2"]}, odd_start=kept)
    assert starts(instances(ana, "lunch")) == told


def test_several_lines_of_each_kind_make_one_set() -> None:
    """Facts 3.3 [D]: union(RRULE, RDATE) - EXDATE."""
    lines = [
        "RRULE:FREQ=WEEKLY;COUNT=2",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RDATE:20261120T080000Z",
        "RDATE;TZID=Asia/Tokyo:20261121T170000",
        "EXDATE:20261103T080000Z",
    ]
    _, ana, _ = world()
    assert ana.insert({"id": "lunch", **TIMED, "recurrence": lines}).status == 200
    assert starts(instances(ana, "lunch")) == ["02 09:00", "04 09:00", "09 09:00", "20 09:00", "21 09:00"]
