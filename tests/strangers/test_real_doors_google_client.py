"""Google's own Python client, unmodified and over a port, asks the function about Exchange users as it asks Google."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from scenarios.looking import OTHER, token
from simulators.wire import mounted
from strangers.real_doors import exchange_free_busy

TUESDAY = {"timeMin": "2026-11-03T00:00:00+01:00", "timeMax": "2026-11-04T00:00:00+01:00", "timeZone": "Europe/Berlin"}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the function is."""
    with exchange_free_busy(tmp_path) as function, mounted(function) as base:
        yield base


def asked(address: str, *people: str, bearer: str = "", **changed: object) -> Any:
    """Ask with the client's own freebusy().query(); whoever asks has a token of Google's."""
    calendar = build(
        "calendar",
        "v3",
        credentials=Credentials(bearer or token()),  # type: ignore[no-untyped-call] # google-auth has half of its types
        client_options=ClientOptions(api_endpoint=f"{address}/calendar/v3/"),
        static_discovery=True,
    )
    try:
        body = {**TUESDAY, "items": [{"id": one} for one in people], **changed}
        return calendar.freebusy().query(body=body).execute()
    finally:
        calendar.close()


def test_it_reads_when_exchange_users_are_busy_by_berlins_clock(address: str) -> None:
    found = asked(address, "ana@a.test", "ben@a.test")
    assert found["kind"] == "calendar#freeBusy"
    assert found["calendars"] == {
        "ana@a.test": {
            "busy": [
                {"start": "2026-11-03T12:00:00+01:00", "end": "2026-11-03T12:30:00+01:00"},
                {"start": "2026-11-03T15:00:00+01:00", "end": "2026-11-03T16:00:00+01:00"},
                {"start": "2026-11-03T23:30:00+01:00", "end": "2026-11-04T00:00:00+01:00"},
            ]
        },
        "ben@a.test": {"busy": []},
    }


def test_who_is_not_known_or_cannot_be_read_has_an_error_where_its_answer_would_be(address: str) -> None:
    found = asked(address, "nobody@a.test", "cy@a.test", "ben@a.test")["calendars"]
    assert found["nobody@a.test"] == {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    assert found["cy@a.test"] == {"errors": [{"domain": "global", "reason": "internalError"}], "busy": []}
    assert found["ben@a.test"] == {"busy": []}


@pytest.mark.parametrize(
    ("changed", "status", "reason"),
    [
        ({"timeMax": "2027-02-04T00:00:00Z"}, 400, "timeRangeTooLong"),
        ({"timeMin": "2026-11-03T00:00:00"}, 400, "invalid"),
        ({"timeZone": "Mars/Base"}, 400, "invalid"),
        ({"items": []}, 400, "required"),
    ],
)
def test_a_refusal_is_its_own_exception_with_status_and_reason(
    address: str, changed: dict[str, Any], status: int, reason: str
) -> None:
    with pytest.raises(HttpError) as caught:
        asked(address, "ana@a.test", **changed)
    assert caught.value.status_code == status
    assert [one["reason"] for one in caught.value.error_details] == [reason]


def test_without_a_good_token_it_is_asked_for_one_and_looks_for_another(address: str) -> None:
    with pytest.raises(RefreshError):
        asked(address, "ana@a.test", bearer="a-stranger's")


def test_who_may_not_ask_is_told_so(address: str) -> None:
    with pytest.raises(HttpError) as caught:
        asked(address, "ana@a.test", bearer=token(f"nobody-{OTHER}"))
    assert (caught.value.status_code, caught.value.error_details[0]["reason"]) == (403, "forbidden")
