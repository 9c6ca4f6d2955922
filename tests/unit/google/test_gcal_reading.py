"""Event resources read as items; the resources stand here as Google gives them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from calpair.google.mapping.reading import Known, Rest, cancelled, item
from calpair.google.mapping.reminders import Reminders
from calpair.model.body import Body
from calpair.model.event import Event, Kind, Privacy, ShowAs
from calpair.model.link import Stamp
from calpair.model.side import Side
from calpair.model.when import AllDay, Timed

ANA = "ana@g.test"
HEAD: dict[str, Any] = {
    "kind": "calendar#event",
    "etag": '"3587212800012000"',
    "id": "abc123",
    "status": "confirmed",
    "created": "2026-11-01T08:00:00.000Z",
    "updated": "2026-11-02T08:00:00.006Z",
    "iCalUID": "abc123@google.com",
    "sequence": 0,
    "eventType": "default",
    "creator": {"email": ANA, "self": True},
    "organizer": {"email": ANA, "self": True},
    "reminders": {"useDefault": False},
    "start": {"dateTime": "2026-11-05T12:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-11-05T13:30:00+01:00", "timeZone": "Europe/Berlin"},
}
KNOWN = Known(ANA, defaults=(("popup", 10),))


def read(known: Known = KNOWN, /, **fields: Any) -> Any:
    return item({name: value for name, value in {**HEAD, **fields}.items() if value is not None}, known)


def content(known: Known = KNOWN, /, **fields: Any) -> Event:
    event = read(known, **fields).event
    assert isinstance(event, Event)
    return event


def test_an_event_with_nothing_but_times() -> None:
    found = read()
    assert (found.side, found.id, found.version, found.uid) == (
        Side.GOOGLE,
        "abc123",
        '"3587212800012000"',
        "abc123@google.com",
    )
    assert found.created == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert found.modified == datetime(2026, 11, 2, 8, 0, 0, 6000, tzinfo=UTC)
    assert (found.kind, found.trouble, found.people, found.cancelled, found.losses) == (
        Kind.SINGLE,
        "",
        False,
        False,
        (),
    )
    assert found.stamp is None
    assert found.event == Event(
        title="",
        when=Timed(
            datetime(2026, 11, 5, 11, tzinfo=UTC), datetime(2026, 11, 5, 12, 30, tzinfo=UTC), zone="Europe/Berlin"
        ),
        body=Body(""),
        place="",
        show_as=ShowAs.BUSY,
        privacy=Privacy.NORMAL,
        reminder=None,
        categories=None,
    )


def test_texts() -> None:
    event = content(summary="Lunch", location="Canteen", description="Bring <b>an</b> appetite")
    assert (event.title, event.place, event.body) == ("Lunch", "Canteen", Body("Bring <b>an</b> appetite", html=True))
    assert content(description="Bring 2 < 3 friends").body == Body("Bring 2 < 3 friends", html=False)


def test_transparent_is_free() -> None:
    assert content(transparency="transparent").show_as is ShowAs.FREE
    assert content(transparency="opaque").show_as is ShowAs.BUSY


@pytest.mark.parametrize(
    ("visibility", "privacy"),
    [
        ("default", Privacy.NORMAL),
        ("public", Privacy.PUBLIC),
        ("private", Privacy.PRIVATE),
        ("confidential", Privacy.CONFIDENTIAL),
        ("something new", Privacy.NORMAL),
    ],
)
def test_visibility(visibility: str, privacy: Privacy) -> None:
    assert content(visibility=visibility).privacy is privacy


def test_an_all_day_event_has_dates_with_its_end_exclusive() -> None:
    assert content(start={"date": "2026-12-24"}, end={"date": "2026-12-27"}).when == AllDay(
        date(2026, 12, 24), date(2026, 12, 27)
    )


def test_times_may_come_in_any_offset_and_without_a_zone() -> None:
    start, end = {"dateTime": "2026-11-05T11:00:00Z"}, {"dateTime": "2026-11-05T07:30:00-05:00"}
    when = Timed(datetime(2026, 11, 5, 11, tzinfo=UTC), datetime(2026, 11, 5, 12, 30, tzinfo=UTC), "")
    assert content(start=start, end=end).when == when


def test_an_end_in_another_zone_is_a_loss() -> None:
    found = read(end={"dateTime": "2026-11-05T14:00:00+00:00", "timeZone": "Europe/London"})
    assert found.event.when.zone == "Europe/Berlin"
    assert found.losses == ("end_zone",)


@pytest.mark.parametrize(
    "fields",
    [
        {"start": None},
        {"end": None},
        {"start": {}},
        {"end": {"timeZone": "Europe/Berlin"}},
        {"start": {"dateTime": "noon"}},
        {"start": {"dateTime": "2026-11-05T12:00:00"}},
        {"end": {"dateTime": "2026-11-05T11:00:00+01:00"}},
        {"start": {"date": "2026-11-05"}},
        {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-05"}},
        {"start": {"dateTime": "0001-01-01T00:00:00+14:00"}},
    ],
)
def test_times_that_are_none_break_the_item_and_nothing_else(fields: dict[str, Any]) -> None:
    found = read(**fields)
    assert (found.kind, found.trouble, found.event, found.losses) == (Kind.BROKEN, "times", None, ())
    assert (found.id, found.version) == ("abc123", '"3587212800012000"')


def test_a_text_that_is_none_breaks_the_item_and_nothing_else() -> None:
    assert (read(summary=["Lunch"]).kind, read(summary=["Lunch"]).trouble) == (Kind.BROKEN, "text")


def test_a_record_without_times_is_of_the_epoch() -> None:
    found = read(created="0000-12-31T00:00:00.000Z", updated=None)
    assert (found.created, found.modified) == (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("sort", ["birthday", "focusTime", "fromGmail", "outOfOffice", "workingLocation"])
def test_other_types_are_named_and_left(sort: str) -> None:
    found = read(eventType=sort, recurrence=["RRULE:FREQ=YEARLY"])
    assert (found.kind, found.trouble, found.event) == (Kind.OTHER, sort, None)


def test_a_stamp_is_read() -> None:
    words = {"calpair": "1", "calpairPair": "p", "calpairLink": "l", "calpairSelf": "abc123", "calpairPartner": "uid"}
    numbers = {"calpairPart": "0", "calpairGeneration": "0", "calpairMapping": "2", "calpairDigest": "d"}
    found = read(extendedProperties={"private": {**words, **numbers}})
    assert found.stamp == Stamp("p", "l", "abc123", "uid", digest="d")
    assert read(extendedProperties={"shared": {**words, **numbers}}).stamp is None
    assert read(extendedProperties="odd").stamp is None


class TestPeople:
    def test_one_alone_is_nobody_else(self) -> None:
        assert not read(attendees=[{"email": ANA, "self": True, "responseStatus": "accepted"}]).people
        assert not read(organizer=None).people

    def test_a_guest_is_somebody_else_and_a_loss(self) -> None:
        found = read(attendees=[{"email": ANA, "self": True}, {"email": "bo@x.test"}])
        assert (found.people, found.losses) == (True, ("guests",))

    def test_guests_left_out_are_there(self) -> None:
        found = read(attendeesOmitted=True, attendees=[{"email": ANA, "self": True}])
        assert (found.people, found.losses) == (True, ("guests",))

    def test_somebody_elses_event_is(self) -> None:
        found = read(organizer={"email": "bo@x.test"})
        assert (found.people, found.losses) == (True, ())

    def test_on_a_secondary_calendar_its_address_is_nobody_else(self) -> None:
        known = Known("team@group.g.test")
        assert not read(known, organizer={"email": "Team@group.g.test"}).people
        assert read(known, attendees=[{"email": ANA}], organizer={"email": "team@group.g.test"}).people


class TestReminders:
    def test_the_smallest_popup_is_the_reminder_and_the_rest_is_kept(self) -> None:
        rows = [
            {"method": "popup", "minutes": 60},
            {"method": "email", "minutes": 5},
            {"method": "popup", "minutes": 30},
        ]
        found = read(reminders={"useDefault": False, "overrides": rows})
        assert found.event.reminder == 30
        assert found.losses == ("reminders",)
        assert found.rest == Rest(Reminders((("popup", 60), ("email", 5), ("popup", 30))))

    def test_the_calendars_own_reminder_counts_where_the_event_says_so(self) -> None:
        found = read(reminders={"useDefault": True})
        assert (found.event.reminder, found.losses) == (10, ())
        assert found.rest == Rest(Reminders((("popup", 10),), default=True))

    def test_an_email_is_no_reminder_that_is_carried(self) -> None:
        found = read(reminders={"useDefault": False, "overrides": [{"method": "email", "minutes": 5}]})
        assert (found.event.reminder, found.losses) == (None, ("reminders",))

    def test_what_is_no_reminder_is_passed_over(self) -> None:
        rows = [{"method": "popup"}, {"minutes": 4}, "popup", {"method": "popup", "minutes": "7"}]
        assert read(reminders={"useDefault": False, "overrides": rows}).rest == Rest(Reminders())
        assert read(reminders={"useDefault": False, "overrides": "popup"}).rest == Rest(Reminders())
        assert read(reminders=None).rest == Rest(Reminders())


class TestColours:
    KNOWN = Known(ANA, table={"Red": "11", "Urgent": "11", "Blue": "9"})

    def test_a_colour_is_the_first_category_of_the_table_that_has_it(self) -> None:
        assert content(self.KNOWN, colorId="11").categories == ("Red",)
        assert content(self.KNOWN, colorId="9").categories == ("Blue",)

    def test_no_colour_is_no_category(self) -> None:
        assert content(self.KNOWN).categories == ()

    def test_a_colour_outside_the_table_is_a_loss(self) -> None:
        found = read(self.KNOWN, colorId="1")
        assert (found.event.categories, found.losses) == ((), ("colour",))

    def test_without_a_table_colours_stay_where_they_are_and_are_a_loss(self) -> None:
        found = read(colorId="1")
        assert (found.event.categories, found.losses) == (None, ("colour",))


def test_what_the_other_side_will_not_get_is_said() -> None:
    assert read(attachments=[{"fileUrl": "https://x.test/1"}]).losses == ("attachments",)
    assert read(conferenceData={"conferenceId": "abc"}).losses == ("conference",)
    assert read(hangoutLink="https://meet.x.test/abc").losses == ("conference",)
    both = read(hangoutLink="https://meet.x.test/abc", attendees=[{"email": "bo@x.test"}])
    assert both.losses == ("conference", "guests")


def test_a_tombstone_is_told_by_its_status() -> None:
    assert cancelled({"id": "abc", "status": "cancelled"})
    assert not cancelled({"id": "abc", "status": "confirmed"})
    assert not cancelled({"id": "abc"})
