"""ews-javascript-api, unmodified and in Node, takes the Exchange simulator for an Exchange server.

`ews.js` does the work, a mailbox for each of its tasks, and prints what it saw. What it shares with the product is
nothing: no library, no language, no author. Expectations are by hand, of what the client saw and of what is stored.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from simulators.clock import ManualClock
from simulators.exchange.hand import Hand
from simulators.exchange.schemas import from_environment
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from simulators.record import Fault
from strangers.node import run

pytestmark = pytest.mark.needs("node")

TASKS = ("writes", "finds", "edits", "syncs", "conflicts", "refusals", "availability", "busy")
MARK = "6f2a1c04-0f0b-4a55-9d3e-5c2f7f1b8a11/mark"
BERLIN = "W. Europe Standard Time"


@dataclass(frozen=True)
class Told:
    """What the client printed, by task, and the server it met."""

    by: dict[str, Any]
    simulator: ExchangeSimulator

    def box(self, task: str) -> Hand:
        """The mailbox of a task."""
        return self.simulator.mailbox(f"{task}@a.test")


def _server() -> ExchangeSimulator:
    """A server with a mailbox for each task; that of `busy` is told to come back later, in three ways."""
    schemas = from_environment()
    simulator = ExchangeSimulator(
        clock=ManualClock(),
        mailboxes={f"{task}@a.test": "secret" for task in TASKS},
        schemas=schemas,
        switches=Switches(check_answers=schemas is not None),
    )
    for kind in ("busy_fault", "busy_answer", "unavailable"):
        simulator.record.plant(Fault(kind, "FindItem", user="busy@a.test", seconds=4))
    return simulator


@pytest.fixture(scope="module")
def told() -> Told:
    simulator = _server()
    return Told(run("ews.js", simulator), simulator)


def test_it_reads_back_what_it_wrote(told: Told) -> None:
    seen = dict(told.by["writes"])
    timed = told.box("writes").items()[0]
    assert seen.pop("uid") == timed.uid
    assert seen == {
        "subject": "Lunch & <talk>",
        "body": ["HTML", "<b>Bring</b> papers & pens"],
        "location": "Caffè №5 🍝",
        "categories": ["Red", "Work"],
        "times": ["2026-11-03T11:00:00.000Z", "2026-11-03T12:30:00.000Z"],
        "reminder": 30,
        "showAs": "Tentative",
        "organizer": "writes@a.test",
        "marks": [["mark", "m1"]],
    }


def test_what_it_wrote_is_what_is_stored(told: Told) -> None:
    """Facts 1.2, 2.4, 2.5: impersonated, in a zone, with all its fields."""
    timed, fair = told.box("writes").items()
    assert (timed.subject, timed.body, timed.body_type) == ("Lunch & <talk>", "<b>Bring</b> papers & pens", "HTML")
    assert (timed.location, timed.categories) == ("Caffè №5 🍝", ("Red", "Work"))
    assert (timed.start.isoformat(), timed.end.isoformat()) == (
        "2026-11-03T11:00:00+00:00",
        "2026-11-03T12:30:00+00:00",
    )
    assert (timed.start_zone, timed.end_zone, timed.all_day) == (BERLIN, BERLIN, False)
    assert (timed.reminder_minutes, timed.show_as, timed.sensitivity) == (30, "Tentative", "Private")
    assert (timed.extended, timed.organizer) == ({MARK: "m1"}, "writes@a.test")
    assert (fair.subject, fair.all_day, fair.show_as, fair.reminder_minutes) == ("Fair", True, "Free", None)


def test_its_all_day_event_lasts_from_midnight_to_midnight_of_its_zone(told: Told) -> None:
    """Facts 2.5."""
    _, fair = told.box("writes").items()
    assert (fair.start.isoformat(), fair.end.isoformat()) == ("2026-11-04T23:00:00+00:00", "2026-11-06T23:00:00+00:00")
    assert (fair.start_zone, fair.end_zone) == (BERLIN, BERLIN)


def test_it_pages_sorts_filters_and_views(told: Told) -> None:
    """Facts 1.3, 2.9."""
    assert told.by["finds"] == {
        "pages": [
            [["next week", "fifth", "fourth", "third"], 6, True],
            [["second", "first"], 6, False],
        ],
        "view": ["second", "third", "fourth"],
        "marked": ["next week"],
        "later": ["fifth", "next week"],
        "tooWide": ["ServiceResponseException", "ErrorCalendarViewRangeTooBig"],
    }


def test_its_edits_keep_the_id_and_take_a_new_change_key_each(told: Told) -> None:
    """Facts 2.2."""
    assert told.by["edits"] == {"sameId": True, "keys": 3}
    (item,) = told.box("edits").items()
    assert (item.subject, item.location, item.categories) == ("Dinner", "Canteen", ("Blue",))
    assert (item.start.isoformat(), item.end.isoformat()) == ("2026-11-04T18:00:00+00:00", "2026-11-04T19:00:00+00:00")
    assert (item.start_zone, item.extended) == (BERLIN, {MARK: "m3"})


def test_it_synchronises_page_by_page_with_the_state_it_stored(told: Told) -> None:
    """Facts 2.1, 2.8: newest first; own writes echo with the change key; what went to Deleted Items is gone."""
    assert told.by["syncs"] == {
        "pages": [
            [[["Create", "e"], ["Create", "d"]], True],
            [[["Create", "c"], ["Create", "b"]], True],
            [[["Create", "a"]], False],
        ],
        "silent": [],
        "delta": [["Delete", "a"], ["Update", "b"]],
        "echo": True,
        "bin": ["a"],
        "binned": False,
        "gone": ["ServiceResponseException", "ErrorItemNotFound"],
        "forged": ["ServiceResponseException", "ErrorInvalidSyncStateData"],
    }


def test_the_calendar_and_the_bin_are_as_it_left_them(told: Told) -> None:
    box = told.box("syncs")
    assert [item.subject for item in box.items()] == ["b2", "c", "d", "e"]
    assert [item.subject for item in box.items(box.folder_id("deleteditems"))] == ["a"]


def test_its_stale_edit_is_a_conflict_and_a_fresh_one_is_not(told: Told) -> None:
    """Facts 2.2: NeverOverwrite with a stale key."""
    assert told.by["conflicts"] == {
        "stale": ["ServiceResponseException", "ErrorIrresolvableConflict"],
        "subject": "Mine after all",
    }


def test_it_raises_its_own_exception_for_a_wrong_password_and_tries_once(told: Told) -> None:
    """Facts 1.5, 2.10: its class for HTTP 401 descends from its ServiceRequestException."""
    assert told.by["refusals"]["wrongPassword"] == ["ServiceRequestUnauthorizedException", 401]
    assert told.simulator.accounts.failed == {"refusals@a.test": 1}


@pytest.mark.parametrize(
    ("what", "kind", "code"),
    [
        ("nobody", "SoapFaultDetails", "ErrorNonExistentMailbox"),
        ("noMailbox", "ServiceResponseException", "ErrorMissingEmailAddress"),
        ("notAllowed", "SoapFaultDetails", "ErrorImpersonateUserDenied"),
        ("backwards", "ServiceResponseException", "ErrorCalendarEndDateIsEarlierThanStartDate"),
        ("unescaped", "SoapFaultDetails", "ErrorSchemaValidation"),
        ("unmodelled", "SoapFaultDetails", "ErrorInvalidOperation"),
    ],
)
def test_it_understands_how_it_is_refused(told: Told, what: str, kind: str, code: str) -> None:
    """Facts 2.10: SOAP faults are its SoapFaultDetails, error messages its ServiceResponseException."""
    assert told.by["refusals"][what] == [kind, code]
    assert told.box("refusals").items() == ()


LUNCH = ["2026-11-03T11:00:00.000Z", "2026-11-03T11:30:00.000Z", "Busy"]
TRIP = ["2026-11-03T22:30:00.000Z", "2026-11-04T00:00:00.000Z", "OOF"]


def test_it_reads_availability_as_far_as_it_may(told: Told) -> None:
    """Facts on free/busy 4.3, 4.4: the owner sees names, the service account times; one failure spoils nothing."""
    seen = told.by["availability"]
    hours = "0" * 11 + "2" + "0" * 10 + "33"
    (own,) = seen["own"]
    assert own == {
        "code": "NoError",
        "view": "DetailedMerged",
        "merged": hours,
        "events": [[*LUNCH, ["Lunch", False]], [*TRIP, ["Trip", True]]],
        "works": [8 * 60, 17 * 60],
    }
    whole, missing, other = seen["others"]
    assert whole == own | {"view": "FreeBusyMerged", "events": [[*LUNCH, None], [*TRIP, None]]}
    assert (missing["code"], missing["events"]) == ("ErrorMailRecipientNotFound", [])
    assert other["merged"] == "0" * 9 + "202020202" + "0" * 6


def test_windows_it_cannot_ask_for_are_refused_as_a_whole(told: Told) -> None:
    """Scenario 59; its issue 249: an hour, cut to whole days, is no time at all. And 61 days are too many."""
    seen = told.by["availability"]
    assert (seen["short"], seen["long"]) == (
        ["SoapFaultDetails", "ErrorInvalidTimeInterval"],
        ["SoapFaultDetails", "ErrorTimeIntervalTooBig"],
    )


def test_it_reads_the_zones_of_the_server(told: Told) -> None:
    assert told.by["availability"]["knowsBerlin"] is True


def test_it_is_told_to_come_back_later_in_three_ways_and_is_served_then(told: Told) -> None:
    """Facts 2.10."""
    assert told.by["busy"] == [
        ["SoapFaultDetails", "ErrorServerBusy"],
        ["ServiceResponseException", "ErrorServerBusy"],
        ["SoapFaultDetails", 503],
        [],
    ]


def test_no_mail_left(told: Told) -> None:
    assert told.simulator.record.mails == []
