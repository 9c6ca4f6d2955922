"""What one event counts as, by its kind, its status and the user's answer. Source: the table of the calendar connectors."""

from datetime import UTC, datetime
from typing import Any

import pytest

from calpair.google.mapping.busy import of_event
from calpair.model.busy import Block, Busy

NOON, ONE = datetime(2026, 11, 3, 12, tzinfo=UTC), datetime(2026, 11, 3, 13, tzinfo=UTC)
LUNCH = {"start": {"dateTime": "2026-11-03T13:00:00+01:00"}, "end": {"dateTime": "2026-11-03T13:00:00Z"}}


def me(answer: str) -> list[dict[str, Any]]:
    return [{"self": True, "responseStatus": answer}]


@pytest.mark.parametrize(
    ("more", "busy"),
    [
        ({}, Busy.BUSY),
        ({"status": "confirmed"}, Busy.BUSY),
        ({"status": "somethingNew"}, Busy.BUSY),
        ({"status": "tentative"}, Busy.TENTATIVE),
        ({"status": "cancelled"}, None),
        ({"attendees": me("accepted")}, Busy.BUSY),
        ({"attendees": me("somethingNew")}, Busy.BUSY),
        ({"attendees": [{"self": True}]}, Busy.BUSY),
        ({"attendees": me("needsAction")}, Busy.TENTATIVE),
        ({"attendees": me("tentative")}, Busy.TENTATIVE),
        ({"attendees": me("declined")}, None),
        ({"attendees": [{"responseStatus": "declined"}]}, Busy.BUSY),
        ({"attendees": [{"responseStatus": "needsAction"}, *me("accepted")]}, Busy.BUSY),
        ({"attendees": "nobody"}, Busy.BUSY),
        ({"attendees": [None, 5]}, Busy.BUSY),
        ({"attendees": me("accepted"), "status": "tentative"}, Busy.TENTATIVE),
        ({"attendees": me("needsAction"), "status": "tentative"}, Busy.TENTATIVE),
        ({"attendees": me("tentative"), "status": "cancelled"}, None),
        ({"attendees": me("declined"), "status": "tentative"}, None),
        ({"transparency": "opaque"}, Busy.BUSY),
        ({"transparency": "transparent"}, None),
        ({"transparency": "transparent", "attendees": me("needsAction")}, None),
        ({"eventType": "default"}, Busy.BUSY),
        ({"eventType": "focusTime"}, Busy.BUSY),
        ({"eventType": "fromGmail"}, Busy.BUSY),
        ({"eventType": "somethingNew"}, Busy.BUSY),
        ({"eventType": "workingLocation"}, None),
        ({"eventType": "birthday"}, None),
        ({"eventType": "outOfOffice"}, Busy.AWAY),
        ({"eventType": "outOfOffice", "status": "tentative"}, Busy.AWAY),
        ({"eventType": "outOfOffice", "transparency": "transparent"}, None),
        ({"eventType": "outOfOffice", "attendees": me("declined")}, None),
    ],
)
def test_an_event_counts_by_its_kind_its_status_and_the_users_answer(more: dict[str, Any], busy: Busy | None) -> None:
    assert of_event(LUNCH | more, None) == (None if busy is None else Block(NOON, ONE, busy))


def test_an_event_that_is_free_is_free_whatever_its_times_are() -> None:
    # Of a cancelled occurrence there may be no more than its id.
    assert of_event({"status": "cancelled"}, None) is None
    with pytest.raises(ValueError, match="no time"):
        of_event({}, None)
