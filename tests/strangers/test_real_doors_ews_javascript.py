"""ews-javascript-api, unmodified and in Node, asks the functions themselves, with real data behind them.

`ews_availability.js` asks and prints what it understood. Expectations are by hand.
"""

from pathlib import Path
from typing import Any

import pytest

from strangers.node import run
from strangers.real_doors import DOORS

pytestmark = pytest.mark.needs("node")

TIMES = (
    ("2026-11-03T11:00:00.000Z", "2026-11-03T11:30:00.000Z"),
    ("2026-11-03T14:00:00.000Z", "2026-11-03T15:00:00.000Z"),
    ("2026-11-03T22:30:00.000Z", "2026-11-04T00:00:00.000Z"),
)
WORDS = {"exchange_free_busy": ("Busy", "Tentative", "OOF"), "google_free_busy": ("Busy", "Busy", "Busy")}
DIGITS = {"exchange_free_busy": ("2", "1", "3"), "google_free_busy": ("2", "2", "2")}


@pytest.fixture(scope="module", params=list(DOORS))
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Any]:
    """Which function was asked, and what the client understood."""
    name = str(request.param)
    with DOORS[name](Path(tmp_path_factory.mktemp(name))) as function:
        return name, run("ews_availability.js", function)


def whole(name: str) -> dict[str, Any]:
    """Ana's day, hour by hour."""
    lunch, tea, train = DIGITS[name]
    events = [[*times, word] for times, word in zip(TIMES, WORDS[name], strict=True)]
    merged = "0" * 11 + lunch + "00" + tea + "0" * 7 + train * 2
    return {"code": "NoError", "view": "FreeBusyMerged", "merged": merged, "events": events}


def test_it_reads_every_view(asked: tuple[str, Any]) -> None:
    name, told = asked
    assert told["views"] == {
        "MergedOnly": whole(name) | {"view": "MergedOnly", "events": []},
        "FreeBusy": whole(name) | {"view": "FreeBusy", "merged": ""},
        "FreeBusyMerged": whole(name),
        "Detailed": whole(name) | {"view": "FreeBusy", "merged": ""},
        "DetailedMerged": whole(name),
    }


def test_it_reads_everybody_in_their_place(asked: tuple[str, Any]) -> None:
    name, told = asked
    none = {"view": "None", "merged": "", "events": []}
    assert told["people"] == [
        whole(name),
        none | {"code": "ErrorMailRecipientNotFound"},
        whole(name) | {"merged": "0" * 24, "events": []},
        none | {"code": "ErrorInternalServerTransientError"},
        whole(name),
    ]


def test_its_zone_is_understood_over_the_night_the_clocks_go_back(asked: tuple[str, Any]) -> None:
    name, told = asked
    (night,) = told["berlin"]
    assert night == whole(name) | {
        "merged": "0" * 17 + "2" + "0" * 7,
        "events": [["2026-10-25T08:00:00.000Z", "2026-10-25T09:00:00.000Z", "Busy"]],
    }


def test_it_understands_how_it_is_refused(asked: tuple[str, Any]) -> None:
    """It takes the fault apart whatever the status, and tells the status: 400, for the mistake is the caller's."""
    _, told = asked
    assert told["long"] == ["SoapFaultDetails", 400]
    assert told["suggestions"] == ["SoapFaultDetails", 400]
    assert told["password"] == ["ServiceRequestUnauthorizedException", 401]
