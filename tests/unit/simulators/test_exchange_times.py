"""Times and zones in the Exchange simulator: facts 2.5, with instants worked out by hand.

Berlin (W. Europe Standard Time) is UTC+1 in November and UTC+2 in July; New York (Eastern Standard Time) is UTC-5 in November.
"""

from datetime import UTC, datetime, timedelta

import pytest
from exchangelib.winzone import CLDR_TO_MS_TIMEZONE_MAP, DEFAULT_TERRITORY

from simulators.exchange.items import Item
from simulators.exchange.raw_client import ItemRef, RawClient, event, judged, paths, set_field
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.zones import WINDOWS

BERLIN = "W. Europe Standard Time"
NEW_YORK = "Eastern Standard Time"


def _times(start: str, end: str) -> str:
    return f"<t:Start>{start}</t:Start><t:End>{end}</t:End>"


def _zones(start: str, end: str = "") -> str:
    return f"<t:StartTimeZone Id='{start}'/><t:EndTimeZone Id='{end or start}'/>"


def _at(hour: int, day: int = 3, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def _only(simulator: ExchangeSimulator) -> Item:
    (item,) = simulator.mailbox("ana@a.test").items()
    return item


@pytest.mark.parametrize(
    ("start", "zones", "context", "instant", "zone"),
    [
        ("2026-11-03T12:00:00Z", "", "", _at(12), "tzone://Microsoft/Utc"),
        ("2026-11-03T12:00:00", "", "", _at(12), "tzone://Microsoft/Utc"),
        ("2026-11-03T12:00:00", "", NEW_YORK, _at(17), NEW_YORK),
        ("2026-11-03T12:00:00", _zones(BERLIN), NEW_YORK, _at(11), BERLIN),
        ("2026-11-03T12:00:00+09:00", _zones(BERLIN), NEW_YORK, _at(3), BERLIN),
        ("2026-11-03T12:00:00.000Z", _zones("w. europe standard time"), "", _at(12), BERLIN),
    ],
)
def test_an_offset_goes_before_the_items_zone_before_the_context_before_utc(
    start: str, zones: str, context: str, instant: datetime, zone: str
) -> None:
    """Facts 2.5."""
    simulator = judged()
    end = start.replace("12:00", "13:00")
    assert RawClient(simulator, zone=context).create(event(extra=zones, times=_times(start, end))).codes == ["NoError"]
    item = _only(simulator)
    assert (item.start, item.end, item.start_zone) == (instant, instant + timedelta(hours=1), zone)


def test_answers_carry_utc_and_the_zones_ids() -> None:
    """Facts 2.4: always `Z`."""
    client = RawClient(judged(), zone=BERLIN)
    made = client.create(
        event(extra=_zones(BERLIN, NEW_YORK), times=_times("2026-07-01T12:00:00", "2026-07-01T12:00:00"))
    )
    fields = paths(
        "calendar:Start", "calendar:End", "calendar:StartTimeZone", "calendar:EndTimeZone", "calendar:StartWallClock"
    )
    reply = client.get(made.refs, fields)
    assert (reply.text("Start"), reply.text("End")) == ("2026-07-01T10:00:00Z", "2026-07-01T16:00:00Z")
    assert [each.get("Id") for each in reply.find("//t:StartTimeZone | //t:EndTimeZone")] == [BERLIN, NEW_YORK]
    assert reply.text("StartWallClock") == "2026-07-01T12:00:00+02:00"


def test_a_zone_the_server_does_not_know_is_refused() -> None:
    simulator = judged()
    assert RawClient(simulator).create(event(extra=_zones("Mars Standard Time"))).codes == ["ErrorTimeZone"]
    assert RawClient(simulator).create(event(extra=_zones("tzone://Microsoft/Custom"))).codes == ["ErrorTimeZone"]
    assert RawClient(simulator, zone="Mars Standard Time").sync().codes == ["ErrorTimeZone"]


def test_an_end_before_the_start_is_refused() -> None:
    """Facts 2.2: moving Start past the old End alone fails; always send both."""
    simulator = judged()
    client = RawClient(simulator)
    code = ["ErrorCalendarEndDateIsEarlierThanStartDate"]
    assert client.create(event(times=_times("2026-11-03T12:00:00Z", "2026-11-03T11:00:00Z"))).codes == code
    made = client.create(event()).refs[0]
    later = set_field("calendar:Start", "<t:Start>2026-11-04T12:00:00Z</t:Start>")
    assert client.update(made.xml, later).codes == code
    end = set_field("calendar:End", "<t:End>2026-11-04T13:00:00Z</t:End>")
    assert client.update(made.xml, later, end).codes == ["NoError"]
    assert (_only(simulator).start, _only(simulator).end) == (_at(12, 4), _at(13, 4))


def test_an_item_lasts_five_years_at_most() -> None:
    """Facts 2.6."""
    reply = RawClient(judged()).create(event(times=_times("2026-11-03T12:00:00Z", "2032-11-03T12:00:00Z")))
    assert reply.codes == ["ErrorCalendarDurationIsTooLong"]


def _moved(simulator: ExchangeSimulator, *updates: str) -> Item:
    client = RawClient(simulator)
    made: ItemRef = client.create(event(extra=_zones(BERLIN))).refs[0]
    assert client.update(made.xml, *updates).codes == ["NoError"]
    return _only(simulator)


NEW_ZONES = (
    set_field("calendar:StartTimeZone", f"<t:StartTimeZone Id='{NEW_YORK}'/>"),
    set_field("calendar:EndTimeZone", f"<t:EndTimeZone Id='{NEW_YORK}'/>"),
)


def test_a_zone_changed_alone_keeps_the_wall_clock_and_shifts_the_instant() -> None:
    """Facts 2.5: 12:00Z is 13:00 in Berlin; 13:00 in New York is 18:00Z."""
    item = _moved(judged(), *NEW_ZONES)
    assert (item.start, item.end, item.start_zone, item.end_zone) == (_at(18), _at(19), NEW_YORK, NEW_YORK)


def test_a_zone_changed_with_the_times_leaves_them_as_sent() -> None:
    """Facts 2.5, in either order of the updates."""
    start = set_field("calendar:Start", "<t:Start>2026-11-03T12:00:00Z</t:Start>")
    end = set_field("calendar:End", "<t:End>2026-11-03T13:00:00Z</t:End>")
    for updates in ((start, end, *NEW_ZONES), (*NEW_ZONES, start, end)):
        item = _moved(judged(), *updates)
        assert (item.start, item.end, item.start_zone) == (_at(12), _at(13), NEW_YORK)


ALL_DAY = "<t:IsAllDayEvent>true</t:IsAllDayEvent>"


@pytest.mark.parametrize(
    ("start", "end", "zone", "first", "last"),
    [
        # Berlin's midnights stay as they are.
        ("2026-11-02T23:00:00Z", "2026-11-03T23:00:00Z", BERLIN, _at(23, 2), _at(23, 3)),
        # Times inside a day reach out to its midnights.
        ("2026-11-03T09:00:00Z", "2026-11-03T10:00:00Z", BERLIN, _at(23, 2), _at(23, 3)),
        # 24 hours from UTC midnight touch two days of Berlin.
        ("2026-11-03T00:00:00Z", "2026-11-04T00:00:00Z", BERLIN, _at(23, 2), _at(23, 4)),
        # No length at all is one day.
        ("2026-11-02T23:00:00Z", "2026-11-02T23:00:00Z", BERLIN, _at(23, 2), _at(23, 3)),
        # The day the clocks go back has 25 hours: 25 October, Berlin.
        ("2026-10-25T10:00:00Z", "2026-10-25T11:00:00Z", BERLIN, _at(22, 24, 10), _at(23, 25, 10)),
    ],
)
def test_all_day_reaches_out_to_the_midnights_of_its_zone(
    start: str, end: str, zone: str, first: datetime, last: datetime
) -> None:
    """Facts 2.5."""
    simulator = judged()
    reply = RawClient(simulator).create(event(extra=ALL_DAY + _zones(zone), times=_times(start, end)))
    assert reply.codes == ["NoError"]
    assert (_only(simulator).start, _only(simulator).end, _only(simulator).all_day) == (first, last, True)


def test_a_timed_event_made_all_day_reaches_out_too_and_back_it_keeps_its_times() -> None:
    """Facts 2.5."""
    item = _moved(judged(), set_field("calendar:IsAllDayEvent", ALL_DAY))
    assert (item.start, item.end) == (_at(23, 2), _at(23, 3))
    back = "<t:IsAllDayEvent>false</t:IsAllDayEvent>"
    item = _moved(judged(), set_field("calendar:IsAllDayEvent", ALL_DAY), set_field("calendar:IsAllDayEvent", back))
    assert (item.start, item.end, item.all_day) == (_at(12), _at(13), False)


def test_other_updates_leave_an_odd_all_day_event_alone() -> None:
    """What somebody's import left unaligned stays so until its times are touched."""
    simulator = judged()
    hand = simulator.mailbox("ana@a.test")
    odd = hand.create(start=_at(0), end=_at(0, 4), start_zone=BERLIN, all_day=True)
    (ref,) = RawClient(simulator).get(ItemRef(odd, "")).refs
    subject = set_field("item:Subject", "<t:Subject>x</t:Subject>")
    assert RawClient(simulator).update(ref.xml, subject).codes == ["NoError"]
    assert (_only(simulator).start, _only(simulator).end) == (_at(0), _at(0, 4))


@pytest.mark.parametrize("zone", ["tzone://Microsoft/Custom", "tzone://Microsoft/Utc"])
def test_items_made_by_others_may_name_zones_nobody_knows(zone: str) -> None:
    """Facts 1.7 item 2, 2.5."""
    simulator = judged()
    made = simulator.mailbox("ana@a.test").create(start=_at(12), end=_at(13), start_zone=zone)
    reply = RawClient(simulator).get(ItemRef(made, ""), paths("calendar:StartTimeZone", "calendar:Start"))
    assert [each.get("Id") for each in reply.find("//t:StartTimeZone")] == [zone]
    assert reply.text("Start") == "2026-11-03T12:00:00Z"


def test_the_table_of_zones_agrees_with_an_independent_one() -> None:
    """Exchangelib carries CLDR's table of another year: what both name, both name alike but for known renamings."""
    theirs = {
        name: iana for iana, (name, territory) in CLDR_TO_MS_TIMEZONE_MAP.items() if territory == DEFAULT_TERRITORY
    }
    assert {name: (iana, theirs[name]) for name, iana in WINDOWS.items() if theirs.get(name) != iana} == {}
    assert set(WINDOWS) == set(theirs)
