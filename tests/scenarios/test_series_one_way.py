"""A pair that ran both ways and runs one way now, with series of Google's that stand in Outlook as several items.

What was carried stays as it is on both sides, is listed as frozen, and is nobody's alarm; when the pair runs both ways
again, everything goes on from where it was.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from calpair.model.link import Parking, State
from calpair.model.side import Side
from calpair.sync.records import LINKS, LOSSY, from_doc, to_doc
from scenarios.series_stage import Pattern, Rule, SeriesStage, at, weekly, winter
from scenarios.stage import span

TWICE_A_MONTH = Rule(Pattern("AbsoluteMonthly", date(2026, 11, 5), day=5), ("RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20",))
"""On the 5th and the 20th, which Exchange holds in two series."""
BOARD = [
    "2026-11-05 10:00-11:00 Board",
    "2026-11-20 10:00-11:00 Board",
    *winter("2026-12-05", "2026-12-20", title="Board"),
]
CALLS = [
    "2026-11-05 10:00-11:00 Call",
    "2026-11-12 10:00-11:00 Call",
    "2026-11-26 10:00-11:00 Call",
    "2026-11-27 10:00-11:00 Call",
]
"""Weekly, with the second call moved past the third."""
YEAR = datetime(2026, 12, 31, tzinfo=UTC)


def in_parts(stage: SeriesStage) -> list[str]:
    """Two series that stand in Outlook as two items each, carried while the pair runs both ways."""
    stage.series("google", TWICE_A_MONTH, "Board")
    stage.series("google", weekly(4), "Call")
    stage.move("google", "Call", at(19, 10), at(27, 10))
    stage.settle()
    assert len(stage.ana.items()) == 4
    expected = sorted([*BOARD, *CALLS])
    assert stage.agenda(last=YEAR) == expected
    return expected


def one_way(stage: SeriesStage) -> None:
    stage.set(direction="exchange_to_google")
    with stage.unchanged():
        stage.settle()


def frozen(stage: SeriesStage) -> None:
    """Twelve hours on, nothing is missing, and nobody has to do anything."""
    for _ in range(3):
        stage.later(hours=4)
        stage.silent()
    status = stage.status()
    assert (status["state"], status["parked"], status["missing"]) == ("ok", [], None)
    assert status["left"] == {"frozen": 2}


def test_series_in_parts_are_frozen_in_a_pair_turned_one_way_and_go_on_when_it_is_turned_back(
    stage: SeriesStage,
) -> None:
    expected = in_parts(stage)
    one_way(stage)
    frozen(stage)
    stage.set(direction="two_way")
    with stage.unchanged():
        stage.settle()
    assert (stage.status()["left"], stage.agenda(last=YEAR)) == ({}, expected)
    # An edit on either side goes across as before.
    stage.edit("google", "Board", at(20, 10), place="Roof")
    stage.settle()
    expected[expected.index("2026-11-20 10:00-11:00 Board")] += " @Roof"
    assert stage.agenda(last=YEAR) == expected


SECOND = "RRULE:FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=2"


def test_what_stands_singly_is_frozen_and_grows_no_further(tmp_path: Path) -> None:
    stage = SeriesStage(tmp_path)
    start = datetime(2026, 11, 5, 10, tzinfo=UTC)
    stage.web("Call", recurrence=[SECOND], **span(start, start.replace(hour=11)))
    stage.settle()
    assert len(stage.ana.items()) == 24
    one_way(stage)
    stage.later(days=40)
    with stage.unchanged():
        stage.run()
        stage.silent()
    assert (stage.status()["left"], stage.status()["parked"]) == ({"frozen": 1}, [])
    # A month has begun: what is due is shown to a person first, then made.
    stage.set(direction="two_way")
    assert stage.run().outcome == "held"
    stage.app.approve("ana")
    stage.settle()
    assert (len(stage.ana.items()), stage.status()["left"]) == (25, {})
    stage.silent()


def test_a_part_whose_series_is_deleted_on_google_meanwhile_goes_when_the_pair_runs_both_ways_again(
    stage: SeriesStage,
) -> None:
    in_parts(stage)
    one_way(stage)
    stage.calendar.delete(stage.recurring("Board")["id"])
    stage.cancel("google", "Call", at(19, 10))
    with stage.unchanged():
        stage.run()
        frozen(stage)
    stage.set(direction="two_way")
    assert stage.run().outcome == "held"
    stage.app.approve("ana")
    stage.settle()
    left = [CALLS[0], CALLS[1], CALLS[2]]
    assert stage.agenda(last=YEAR) == left
    stage.stays(left)


def test_an_alarm_over_parts_of_an_earlier_calpair_ends_by_itself(tmp_path: Path) -> None:
    """It asked Google for the parts by names of its own, and believed them missing for good."""
    stage = SeriesStage(tmp_path)
    in_parts(stage)
    one_way(stage)
    store, key_name, since = stage.app.store, stage.app.digester.name, stage.clock.now()
    for doc in store.find(LINKS, stage.app.pair("ana")[0].key, [LOSSY]):
        link = from_doc(doc, key_name)
        parking = Parking("missing", since, 2, since + timedelta(minutes=10))
        link = replace(link, state=State.PARKED, why="", parking=parking, missing={Side.GOOGLE: since})
        store.put(to_doc(link, key_name, doc.version))
    stage.later(hours=1)
    stage.set(interval="2m")
    stage.calendar.expire_tokens()
    stage.run()
    frozen(stage)


def test_a_store_lost_while_a_pair_runs_one_way_is_rebuilt_with_its_parts(stage: SeriesStage) -> None:
    expected = in_parts(stage)
    one_way(stage)
    stage.wipe()
    with stage.unchanged():
        stage.settle()
        frozen(stage)
    assert stage.status()["orphans"] == 0
    stage.set(direction="two_way")
    with stage.unchanged():
        stage.settle()
    assert stage.agenda(last=YEAR) == expected
