"""ews-javascript-api, unmodified and in Node, takes the product's door for an Exchange server's availability service.

`ews_availability.js` asks and prints what it understood. Expectations are by hand, of what that client was told.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from calpair.model.busy import Block, Busy, Question, Unknown
from strangers.availability_door import Door
from strangers.node import run

pytestmark = pytest.mark.needs("node")


def at(hour: int, minute: int = 0, day: int = 3) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


ANA = [
    Block(at(11), at(11, 30), Busy.BUSY),
    Block(at(14), at(15), Busy.TENTATIVE),
    Block(at(22, 30), at(3, day=4), Busy.AWAY),
]
EVENTS = [
    ["2026-11-03T11:00:00.000Z", "2026-11-03T11:30:00.000Z", "Busy"],
    ["2026-11-03T14:00:00.000Z", "2026-11-03T15:00:00.000Z", "Tentative"],
    ["2026-11-03T22:30:00.000Z", "2026-11-04T00:00:00.000Z", "OOF"],
]
NIGHT = [Block(datetime(2026, 10, 25, 8, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC), Busy.BUSY)]
STREAM = "0" * 11 + "2" + "00" + "1" + "0" * 7 + "33"
WHOLE = {"code": "NoError", "view": "FreeBusyMerged", "merged": STREAM, "events": EVENTS}


@pytest.fixture(scope="module")
def door() -> Door:
    return Door({"ana@a.test": ANA, "ben@a.test": [], "cy@a.test": Unknown("unavailable"), "night@a.test": NIGHT})


@pytest.fixture(scope="module")
def told(door: Door) -> Any:
    return run("ews_availability.js", door)


def test_it_reads_every_view(told: Any) -> None:
    assert told["views"] == {
        "MergedOnly": WHOLE | {"view": "MergedOnly", "events": []},
        "FreeBusy": WHOLE | {"view": "FreeBusy", "merged": ""},
        "FreeBusyMerged": WHOLE,
        "Detailed": WHOLE | {"view": "FreeBusy", "merged": ""},
        "DetailedMerged": WHOLE,
    }


def test_it_reads_everybody_in_their_place(told: Any) -> None:
    none = {"view": "None", "merged": "", "events": []}
    assert told["people"] == [
        WHOLE,
        none | {"code": "ErrorMailRecipientNotFound"},
        WHOLE | {"merged": "0" * 24, "events": []},
        none | {"code": "ErrorInternalServerTransientError"},
        WHOLE,
    ]


def test_its_zone_is_understood_over_the_night_the_clocks_go_back(told: Any) -> None:
    """Two days of 49 hours, from midnight in Berlin; nine o'clock there is read as eight in UTC."""
    (night,) = told["berlin"]
    assert night == WHOLE | {
        "merged": "0" * 17 + "2" + "0" * 7,
        "events": [["2026-10-25T08:00:00.000Z", "2026-10-25T09:00:00.000Z", "Busy"]],
    }


def test_it_understands_how_it_is_refused(told: Any) -> None:
    assert told["long"] == ["SoapFaultDetails", "ErrorTimeIntervalTooBig"]
    assert told["suggestions"] == ["SoapFaultDetails", "ErrorMeetingSuggestionGenerationFailed"]
    assert told["password"] == ["ServiceRequestUnauthorizedException", 401]


def test_the_door_was_asked_what_it_asked(door: Door, told: Any) -> None:
    assert told
    assert set(door.questions) == {
        Question(("night@a.test",), datetime(2026, 10, 23, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        Question(("ana@a.test",), at(0), at(0, day=4)),
        Question(("ana@a.test", "nobody@a.test", "ben@a.test", "cy@a.test"), at(0), at(0, day=4)),
    }
