"""What Google Workspace tells an add-on when an event is opened, by the reference of its event objects, as bodies."""

import copy
import json
from typing import Any

EVENT: dict[str, Any] = {
    "commonEventObject": {
        "hostApp": "CALENDAR",
        "platform": "WEB",
        "userLocale": "de-DE",
        "timeZone": {"id": "Europe/Berlin", "offset": 3600000},
    },
    "authorizationEventObject": {
        "userOAuthToken": "ya29.TOKEN",
        "userIdToken": "e30.e30.sig",
        "systemIdToken": "e30.e30.sig",
        "authorizedGrantedScopes": ["https://www.googleapis.com/auth/calendar.addons.execute"],
    },
    "calendar": {
        "id": "lunch123",
        "calendarId": "ana@g.test",
        "recurringEventId": "",
        "organizer": {"email": "ana@g.test"},
        "attendees": [
            {
                "email": "ana@g.test",
                "displayName": "Ana",
                "organizer": True,
                "self": True,
                "responseStatus": "accepted",
            },
            {"email": "ben@x.test", "displayName": "Ben", "optional": True, "responseStatus": "needsAction"},
            {"email": "cy@x.test", "responseStatus": "needsAction"},
        ],
        "capabilities": {"canSeeAttendees": True, "canAddAttendees": True, "canSeeConferenceData": True},
        "conferenceData": {"conferenceId": "abc", "entryPoints": [{"uri": "https://meet.test/abc"}]},
    },
}
"""An event that Ana opens, with two guests."""


def body(event: object = EVENT, **calendar: Any) -> bytes:
    """An event as it is posted, with fields of `calendar` changed; None leaves one out."""
    told = copy.deepcopy(event)
    if isinstance(told, dict) and calendar:
        told["calendar"] |= calendar
        told["calendar"] = {name: value for name, value in told["calendar"].items() if value is not None}
    return json.dumps(told).encode()


def home() -> bytes:
    """What the homepage's trigger posts: no event is open."""
    return body({name: part for name, part in EVENT.items() if name != "calendar"})
