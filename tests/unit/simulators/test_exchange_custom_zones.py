"""Time zones defined in requests, and those that no table knows. Instants by hand.

The zone of the tests is Berlin's by rule: an hour ahead, two from the last Sunday of March at 2:00 to that of October at
3:00. Sources: the pages TimeZoneDefinition, AbsoluteDateTransition, RecurringDayTransition, RecurringDateTransition,
ResponseCode; exchangelib's issues 255, 310, 314, 846, 1197; facts 1.7, 2.5, and 5 of the page on Google.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from simulators.exchange import definition, zones
from simulators.exchange.pattern import Pattern
from simulators.exchange.raw_client import ItemRef, RawClient, event, judged, paths, set_field
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.soap import t

BERLIN = "W. Europe Standard Time"
PERIODS = "<t:Period Bias='-PT1H' Name='Winter' Id='w'/><t:Period Bias='-PT2H' Name='Summer' Id='s'/>"
TIMES = "<t:Start>2026-11-03T13:00:00</t:Start><t:End>2026-11-03T14:00:00</t:End>"
DAILY = (
    "<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>"
    "<t:NoEndRecurrence><t:StartDate>2026-11-03</t:StartDate></t:NoEndRecurrence></t:Recurrence>"
)
ZONES = paths("calendar:StartTimeZone", "calendar:EndTimeZone", "calendar:Start", "calendar:StartTimeZoneId")


def _turn(to: str, offset: str, month: int, occurrence: str = "-1", day: str = "Sunday") -> str:
    return (
        f"<t:RecurringDayTransition><t:To Kind='Period'>{to}</t:To><t:TimeOffset>{offset}</t:TimeOffset>"
        f"<t:Month>{month}</t:Month><t:DayOfWeek>{day}</t:DayOfWeek><t:Occurrence>{occurrence}</t:Occurrence>"
        "</t:RecurringDayTransition>"
    )


YEARLY = _turn("s", "PT2H", 3) + _turn("w", "PT3H", 10)


def _groups(*groups: str) -> str:
    inside = "".join(f"<t:TransitionsGroup Id='{n}'>{group}</t:TransitionsGroup>" for n, group in enumerate(groups))
    return f"<t:TransitionsGroups>{inside}</t:TransitionsGroups>"


FROM_0 = "<t:Transition><t:To Kind='Group'>0</t:To></t:Transition>"


def _zone(
    inside: str, then: str = FROM_0, *, periods: str = PERIODS, attributes: str = "", element: str = "StartTimeZone"
) -> str:
    transitions = f"<t:Transitions>{then}</t:Transitions>" if then else ""
    return f"<t:{element} {attributes}><t:Periods>{periods}</t:Periods>{inside}{transitions}</t:{element}>"


def _starts(client: RawClient, zone: str, *indexes: int) -> list[str]:
    made = client.create(event("Call", extra=DAILY + zone, times=TIMES))
    assert made.codes == ["NoError"]
    ids = [made.refs[0].nth(index) for index in indexes]
    return client.get_at(*ids, fields=paths("calendar:Start")).texts("Start")


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


def test_a_series_keeps_the_rules_its_request_defined(client: RawClient) -> None:
    """RecurringDayTransition: 3 November 2026 is the first day, 27 March 2027 the 145th, 31 October the 363rd."""
    starts = _starts(client, _zone(_groups(YEARLY)), 1, 145, 146, 362, 363)
    assert starts == [
        "2026-11-03T12:00:00Z",
        "2027-03-27T12:00:00Z",
        "2027-03-28T11:00:00Z",
        "2027-10-30T11:00:00Z",
        "2027-10-31T12:00:00Z",
    ]


def test_a_definition_is_answered_as_custom_with_what_it_holds(client: RawClient) -> None:
    """Facts 2.5; exchangelib's issue 310 shows Periods, TransitionsGroups and Transitions in an answer."""
    zone = _zone(_groups(YEARLY), attributes="Id='Mars' Name='Mars time'")
    made = client.create(event(extra=zone, times=TIMES))
    reply = client.get(made.refs, ZONES)
    assert (reply.text("Start"), reply.text("StartTimeZoneId")) == ("2026-11-03T12:00:00Z", "tzone://Microsoft/Custom")
    for told in reply.find("//t:StartTimeZone | //t:EndTimeZone"):
        assert (told.get("Id"), told.get("Name")) == ("tzone://Microsoft/Custom", "Mars time")
        assert [each.get("Bias") for each in told[0]] == ["-PT1H", "-PT2H"]
        assert [each.text for each in told.iterfind(".//{*}Occurrence")] == ["-1", "-1"]
        assert [each.text for each in told[2].iterfind(".//{*}To")] == ["0"]


def test_what_was_answered_can_be_written_back(client: RawClient) -> None:
    """Facts 1.7: a zone no table knows survives a round trip by its definition."""
    made = client.create(event(extra=_zone(_groups(YEARLY)), times=TIMES))
    again = _zone(_groups(YEARLY), attributes="Id='tzone://Microsoft/Custom' Name=''")
    assert client.update(made.refs[0].xml, set_field("calendar:StartTimeZone", again)).codes == ["NoError"]
    assert client.get(made.refs, ZONES).text("Start") == "2026-11-03T12:00:00Z"


def test_a_known_id_goes_before_the_definition_beside_it(client: RawClient) -> None:
    """A judgement: the server keeps to the rules it has for an id."""
    zone = _zone("", "", periods="<t:Period Bias='PT9H' Name='x' Id='x'/>", attributes=f"Id='{BERLIN}'")
    made = client.create(event(extra=zone, times=TIMES))
    assert client.get(made.refs, ZONES).text("Start") == "2026-11-03T12:00:00Z"


def test_a_day_of_the_month_turns_clocks_as_well(client: RawClient) -> None:
    """RecurringDateTransition: on 5 November at midnight, and on the 7th."""

    def turn(to: str, day: int) -> str:
        return (
            f"<t:RecurringDateTransition><t:To Kind='Period'>{to}</t:To><t:TimeOffset>PT0H</t:TimeOffset>"
            f"<t:Month>11</t:Month><t:Day>{day}</t:Day></t:RecurringDateTransition>"
        )

    starts = _starts(client, _zone(_groups(turn("s", 5) + turn("w", 7))), 2, 3, 4, 5)
    assert [each[11:13] for each in starts] == ["12", "11", "11", "12"]


def test_a_law_begins_on_its_date(client: RawClient) -> None:
    """AbsoluteDateTransition: winter time for good from 1 January 2027."""
    then = (
        FROM_0 + "<t:AbsoluteDateTransition><t:To Kind='Period'>w</t:To><t:DateTime>2027-01-01T00:00:00</t:DateTime>"
        "</t:AbsoluteDateTransition>"
    )
    starts = _starts(client, _zone(_groups(_turn("s", "PT2H", 11, "1") + _turn("w", "PT3H", 3)), then), 1, 59, 60, 230)
    assert starts == [
        "2026-11-03T11:00:00Z",
        "2026-12-31T11:00:00Z",
        "2027-01-01T12:00:00Z",
        "2027-06-20T12:00:00Z",
    ]


def test_one_period_needs_no_transition_and_a_group_may_hold_a_fixed_one(client: RawClient) -> None:
    """Period; exchangelib's issue 255 for the second form."""
    half = "<t:Period Bias='-PT5H30M' Name='x' Id='x'/>"
    assert _starts(client, _zone("", "", periods=half), 1) == ["2026-11-03T07:30:00Z"]
    fixed = _groups("<t:Transition><t:To Kind='Period'>x</t:To></t:Transition>")
    assert _starts(client, _zone(fixed, periods=half), 1) == ["2026-11-03T07:30:00Z"]


@pytest.mark.parametrize(
    ("zone", "code"),
    [
        (_zone("", ""), "ErrorCalendarInvalidTimeZone"),
        (_zone(_groups(_turn("x", "PT2H", 3))), "ErrorCalendarInvalidTimeZone"),
        (_zone(_groups(_turn("s", "PT2H", 13))), "ErrorCalendarInvalidTimeZone"),
        (_zone(_groups(_turn("s", "PT25H", 3))), "ErrorCalendarInvalidTimeZone"),
        (_zone(_groups(_turn("s", "P1Y", 3))), "ErrorCalendarInvalidTimeZone"),
        (_zone(_groups(_turn("s", "PT2H", 3, "5"))), "ErrorCalendarInvalidTimeZone"),
        (_zone(_groups(YEARLY), FROM_0.replace("0", "7")), "ErrorCalendarInvalidTimeZone"),
        (_zone(_groups(_turn("s", "PT2H", 3, day="WeekendDay"))), "ErrorCalendarInvalidDayForTimeChangePattern"),
        (_zone(_groups(YEARLY), YEARLY), "ErrorInvalidOperation"),
        ("<t:StartTimeZone/>", "ErrorTimeZone"),
    ],
)
def test_a_definition_that_makes_no_zone_is_refused(client: RawClient, zone: str, code: str) -> None:
    """ResponseCode; what is in no page is refused by name."""
    assert client.create(event(extra=zone, times=TIMES)).codes == [code]


def test_the_context_of_a_request_may_define_its_zone_too(simulator: ExchangeSimulator, client: RawClient) -> None:
    """TimeZoneContext; facts 2.5: it reads naive times and becomes the item's zone."""
    definition = _zone(_groups(YEARLY), element="TimeZoneDefinition")
    body = f"<m:CreateItem SendMeetingInvitations='SendToNone'><m:Items>{event(times=TIMES)}</m:Items></m:CreateItem>"
    context = f"<t:TimeZoneContext>{definition}</t:TimeZoneContext></s:Header>"
    made = client.post(client.envelope(body).replace(b"</s:Header>", context.encode()))
    assert made.codes == ["NoError"]
    (item,) = simulator.mailbox("ana@a.test").items()
    assert (item.start, zones.shown_id(item.start_zone)) == (
        datetime(2026, 11, 3, 12, tzinfo=UTC),
        "tzone://Microsoft/Custom",
    )


@pytest.mark.parametrize(
    ("odd", "shown", "name"),
    [
        ("custom", "tzone://Microsoft/Custom", ""),
        ("utc", "tzone://Microsoft/Utc", "UTC"),
        ("customized", "Customized Time Zone", ""),
        ("no_id", "", "Pacific Standard Time"),
        ("localised", "Mitteleuropäische Zeit", ""),
        ("localised_name", "", "Mitteleuropäische Zeit"),
        ("display_name", "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", ""),
        ("numbered", "Eastern Standard Time 1", ""),
        ("newline", "W. Europe Standard Time\n", "W. Europe Standard Time"),
        ("unknown", "Atlantis Standard Time", "Atlantis"),
    ],
)
def test_the_hand_makes_items_in_zones_nobody_can_look_up(
    simulator: ExchangeSimulator, client: RawClient, odd: str, shown: str, name: str
) -> None:
    """Facts 1.7, 5 of the page on Google; exchangelib's issues 255, 310, 314, 1197: id, name, and the rules beside them."""
    daily = Pattern("Daily", date(2026, 11, 3))
    made = simulator.mailbox("ana@a.test").create_series(daily, time(13), zone=zones.ODD[odd])
    reply = client.get(ItemRef(made, ""), ZONES)
    for told in reply.find("//t:StartTimeZone | //t:EndTimeZone"):
        assert (told.get("Id"), told.get("Name")) == (shown, name)
        assert len(told.findall("{*}Periods/{*}Period")) == (1 if odd == "utc" else 2)
    unseen = client.update(
        f"<t:ItemId Id='{made}'/>", set_field("item:Subject", "<t:Subject>x</t:Subject>"), rule="AlwaysOverwrite"
    )
    assert unseen.codes == ["NoError"]


def test_an_id_that_only_the_item_explains_cannot_be_written(client: RawClient) -> None:
    """Facts 2.5: the server knows no such zone."""
    for zone in ("tzone://Microsoft/Custom", "Customized Time Zone", "Atlantis Standard Time", ""):
        assert client.create(event(extra=f"<t:StartTimeZone Id='{zone}'/>", times=TIMES)).codes == ["ErrorTimeZone"]


def test_zones_may_be_answered_by_id_and_name_alone(client: RawClient) -> None:
    """The switch zone_definitions."""
    made = client.create(event(extra=f"<t:StartTimeZone Id='{BERLIN}'/>", times=TIMES))
    assert len(client.get(made.refs, ZONES).find("//t:StartTimeZone//t:RecurringDayTransition")) == 2
    bare = RawClient(judged(zone_definitions=False))
    made = bare.create(event(extra=f"<t:StartTimeZone Id='{BERLIN}'/>", times=TIMES))
    (told,) = bare.get(made.refs, paths("calendar:StartTimeZone")).find("//t:StartTimeZone")
    assert (told.get("Id"), len(told)) == (BERLIN, 0)


@pytest.mark.parametrize(
    "name",
    [
        "W. Europe Standard Time",
        "Eastern Standard Time",
        "AUS Eastern Standard Time",
        "Lord Howe Standard Time",
        "New Zealand Standard Time",
        "India Standard Time",
    ],
)
def test_what_is_told_of_a_zone_defines_the_same_zone(name: str) -> None:
    """Every 45 minutes of 2026, gaps and repeated hours among them, both ways: by the definition in an answer, and by the zone database."""
    definition_text = definition.read(t("StartTimeZone", *zones.elements(name, 2026)))
    defined, known = definition.zone(definition_text), zones.rules(name)
    at = datetime(2026, 1, 2, tzinfo=UTC)
    while at.year == 2026:
        wall = at.astimezone(defined)
        assert wall.replace(tzinfo=None) == at.astimezone(known).replace(tzinfo=None), at
        naive = at.replace(tzinfo=None)
        mine, theirs = (naive.replace(tzinfo=zone).astimezone(UTC) for zone in (defined, known))
        assert mine == theirs, naive
        at += timedelta(minutes=45)
