"""When Exchange users are free, asked as the Calendar API is asked and answered by GetUserAvailability (story 59)."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from calpair.care import apply as people
from scenarios.looking import OTHER, Desk, at, busy, reasons, schemas, token, unknown

ANA, BEN, CORA = "ana@a.test", "ben@a.test", "ana@b.test"
BERLIN = "W. Europe Standard Time"
WEEKLY = (
    "<t:Recurrence xmlns:t='http://schemas.microsoft.com/exchange/services/2006/types'><t:WeeklyRecurrence>"
    "<t:Interval>1</t:Interval><t:DaysOfWeek>Tuesday</t:DaysOfWeek></t:WeeklyRecurrence>"
    "<t:NoEndRecurrence><t:StartDate>2026-11-03</t:StartDate></t:NoEndRecurrence></t:Recurrence>"
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_is_in_a_calendar_is_told_as_busy_and_as_nothing_else(desk: Desk) -> None:
    ana = desk.mailbox(ANA)
    ana.create(subject="A secret lunch", location="A secret place", start=at(5, 12), end=at(5, 13))
    ana.create(subject="A secret doctor", sensitivity="Private", start=at(6, 9), end=at(6, 10))
    desk.mailbox(BEN)
    asked = {"timeMin": "2026-11-02T00:00:00Z", "timeMax": "2026-11-09T00:00:00Z", "items": [{"id": ANA}, {"id": BEN}]}
    assert desk.post(json.dumps(asked).encode())[1] == {
        "kind": "calendar#freeBusy",
        "timeMin": "2026-11-02T00:00:00Z",
        "timeMax": "2026-11-09T00:00:00Z",
        "calendars": {
            ANA: {
                "busy": [
                    {"start": "2026-11-05T12:00:00Z", "end": "2026-11-05T13:00:00Z"},
                    {"start": "2026-11-06T09:00:00Z", "end": "2026-11-06T10:00:00Z"},
                ]
            },
            BEN: {"busy": []},
        },
    }


def test_all_day_tentative_and_away_are_busy_and_who_works_elsewhere_is_not(desk: Desk) -> None:
    ana = desk.mailbox(ANA)
    ana.create(subject="Fair", all_day=True, show_as="Busy", start=at(2), end=at(3))
    ana.create(subject="Perhaps", show_as="Tentative", start=at(3, 9), end=at(3, 10))
    ana.create(subject="Holiday", show_as="OOF", start=at(4), end=at(6))
    ana.create(subject="At home", show_as="WorkingElsewhere", start=at(6, 8), end=at(6, 16))
    ana.create(subject="Nothing", show_as="Free", start=at(7, 8), end=at(7, 16))
    found = desk.ask(ANA)[ANA]
    assert found == busy((at(2), at(3)), (at(3, 9), at(3, 10)), (at(4), at(6)))


def test_ninety_days_are_looked_up_as_google_does_in_as_many_requests_as_exchange_needs(desk: Desk) -> None:
    """Six weeks are what every Exchange takes: 42, 42 and 6 days, with an event over a border and one in each."""
    ana = desk.mailbox(ANA)
    first = (at(5, 12), at(5, 13))
    border = at(2) + timedelta(days=42)
    over = (border - timedelta(hours=1), border + timedelta(hours=1))
    last = (at(2) + timedelta(days=89), at(2) + timedelta(days=89, hours=2))
    for start, end in (first, over, last):
        ana.create(subject="Lunch", start=start, end=end)
    desk.asked()
    assert desk.ask(ANA, start=at(2), end=at(2) + timedelta(days=90))[ANA] == busy(first, over, last)
    assert desk.asked()["GetUserAvailability"] == 3


def test_an_all_day_event_is_busy_from_midnight_to_midnight_of_its_own_zone(desk: Desk) -> None:
    desk.mailbox(ANA).create(
        subject="Fair", all_day=True, show_as="Busy", start=at(4, 23), end=at(5, 23), start_zone=BERLIN
    )
    assert desk.ask(ANA)[ANA] == busy((at(4, 23), at(5, 23)))


def test_the_hour_that_comes_twice_is_told_as_it_was_asked_for(desk: Desk) -> None:
    # The clocks of Berlin go back on 25 October 2026, at 01:00 UTC.
    ana = desk.mailbox(ANA)
    for hour in (0, 1):
        start = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        ana.create(subject="Night", start=start, end=start + timedelta(minutes=15), start_zone=BERLIN)
    window = datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)
    found = desk.ask(ANA, start=window[0], end=window[1], timeZone="Europe/Berlin")
    assert found[ANA]["busy"] == [
        {"start": "2026-10-25T02:30:00+02:00", "end": "2026-10-25T02:45:00+02:00"},
        {"start": "2026-10-25T02:30:00+01:00", "end": "2026-10-25T02:45:00+01:00"},
    ]


def test_who_does_not_exist_and_who_may_not_be_seen_are_told_alike(desk: Desk) -> None:
    desk.mailbox(BEN).share_free_busy("None")
    found = desk.ask(ANA, "nobody@a.test", BEN, "somebody@elsewhere.test", "no address")
    assert found[ANA] == busy()
    assert list(found.values())[1:] == [unknown("notFound")] * 4


def test_a_calendar_that_cannot_be_read_is_an_error_and_never_free(desk: Desk) -> None:
    desk.plant("a.test", "item_error", operation="GetUserAvailability", nth=2, detail="ErrorFreeBusyGenerationFailed")
    assert reasons(desk.ask(ANA, BEN, "1@a.test")) == ["", "internalError", ""]


def test_a_series_is_busy_at_each_of_its_occurrences(desk: Desk) -> None:
    desk.mailbox(ANA).create(subject="Weekly", start=at(3, 9), end=at(3, 10), recurrence=WEEKLY)
    assert desk.ask(ANA, BEN) == {ANA: busy((at(3, 9), at(3, 10))), BEN: busy()}
    later = desk.ask(ANA, start=at(9), end=at(23))
    assert later[ANA] == busy((at(10, 9), at(10, 10)), (at(17, 9), at(17, 10)))


def test_fifty_people_of_a_domain_are_one_request(desk: Desk) -> None:
    people = [ANA, BEN, *(f"{number}@a.test" for number in range(48))]
    desk.mailbox("47@a.test").create(subject="Late", start=at(8, 22), end=at(8, 23))
    found = desk.ask(*people)
    assert list(found) == people
    assert found["47@a.test"] == busy((at(8, 22), at(8, 23)))
    assert (desk.asked(), desk.asked("b.test")) == ({"GetUserAvailability": 1}, {})


@pytest.mark.needs("schemas")
@pytest.mark.parametrize("version", ["Exchange2010_SP2", "ExchangeSE"])
def test_what_is_asked_is_as_microsofts_schemas_have_it(tmp_path: Path, version: str) -> None:
    assert schemas()
    assert Desk(tmp_path, version=version).ask(ANA)[ANA] == busy()


def test_sixty_two_days_are_two_requests_and_one_answer(desk: Desk) -> None:
    desk.mailbox(ANA).create(subject="Christmas", start=at(30) + timedelta(days=25), end=at(30) + timedelta(days=27))
    found = desk.ask(ANA, start=at(2), end=at(2) + timedelta(days=62))
    assert found[ANA] == busy((at(30) + timedelta(days=25), at(30) + timedelta(days=27)))
    assert desk.asked() == {"GetUserAvailability": 2}


@pytest.mark.parametrize("fault", ["timeout_before", "unavailable", "torn", "unauthorized", "too_many_requests"])
def test_a_server_that_fails_leaves_the_others_answered(desk: Desk, fault: str) -> None:
    desk.mailbox(CORA).create(subject="Lunch", start=at(5, 12), end=at(5, 13))
    desk.plant("a.test", fault, operation="GetUserAvailability")
    assert desk.ask(ANA, CORA, BEN) == {
        ANA: unknown("internalError"),
        CORA: busy((at(5, 12), at(5, 13))),
        BEN: unknown("internalError"),
    }


def test_a_slow_server_takes_nothing_of_the_others_time(desk: Desk) -> None:
    others = Event()
    desk.hosts.before["exchange.a.test"] = lambda: others.wait(10)
    desk.hosts.before["exchange.b.test"] = others.set
    assert reasons(desk.ask(ANA, CORA)) == ["", ""]
    assert others.is_set()


def test_a_server_that_hangs_is_waited_for_so_long_and_no_longer_and_holds_up_nobody_else(desk: Desk) -> None:
    late = Event()
    desk.hosts.before["exchange.a.test"] = lambda: late.wait(60)
    desk.parts.patience, patience = timedelta(seconds=0.05), desk.parts.patience
    try:
        # More look-ups than its server takes calls: none of its threads is left.
        assert [reasons(desk.ask(ANA)) for _ in range(6)] == [["internalError"]] * 6
        desk.parts.patience = patience
        assert reasons(desk.ask(CORA)) == [""]
    finally:
        late.set()
    assert patience == timedelta(seconds=20)


def test_a_servers_plea_to_wait_is_obeyed(desk: Desk) -> None:
    desk.plant("a.test", "busy_fault", operation="GetUserAvailability", seconds=90)
    for _ in range(3):
        assert reasons(desk.ask(ANA)) == ["internalError"]
    assert desk.asked() == {"GetUserAvailability": 1}
    desk.later(seconds=91)
    assert reasons(desk.ask(ANA)) == [""]
    assert desk.asked() == {"GetUserAvailability": 1}


def test_a_password_that_is_refused_is_tried_once_and_a_new_one_within_a_minute(desk: Desk) -> None:
    desk.set_password("a.test", "changed")
    for _ in range(30):
        assert reasons(desk.ask(ANA, BEN)) == ["internalError"] * 2
        desk.later(seconds=61)
    assert desk.asked() == {"unauthorized": 1}
    desk.secrets.add("projects/p/secrets/a", b"changed")
    desk.later(seconds=61)
    assert reasons(desk.ask(ANA)) == [""]
    assert desk.asked() == {"GetUserAvailability": 1}


def test_a_password_that_is_refused_is_tried_again_after_an_hour(desk: Desk) -> None:
    desk.set_password("a.test", "changed")
    desk.ask(ANA)
    desk.later(minutes=61)
    desk.set_password("a.test", "secret")
    assert reasons(desk.ask(ANA)) == [""]


def test_an_account_that_signs_in_asks_as_itself_and_sees_what_everybody_may(tmp_path: Path) -> None:
    desk = Desk(tmp_path, service_free_busy=False)
    desk.mailbox(BEN).share_free_busy("TimeOnly", "svc@a.test")
    # As either of them it would see that one's calendar.
    assert reasons(desk.ask(ANA, BEN)) == ["notFound", ""]


def test_ntlm_signs_in_a_line_once_for_many_look_ups(tmp_path: Path) -> None:
    desk = Desk(tmp_path, a={"auth": "ntlm", "username": "A\\svc"}, schemes=("NTLM", "Basic"))
    desk.mailbox(ANA).create(subject="Lunch", start=at(5, 12), end=at(5, 13))
    for _ in range(3):
        assert desk.ask(ANA)[ANA] == busy((at(5, 12), at(5, 13)))
        desk.later(seconds=30)
    assert desk.asked() == {"ntlm_handshake": 1, "GetUserAvailability": 3}


def test_an_application_asks_as_the_first_mailbox_that_opens(tmp_path: Path) -> None:
    oauth = {"auth": "oauth", "tenant": "a.test", "client_id": "app-1", "username": None}
    token_url = {"token_url": "https://exchange.a.test/a.test/oauth2/v2.0/token"}
    desk = Desk(tmp_path, a=oauth | token_url, schemes=("Bearer", "Basic"))
    desk.mailbox(ANA).create(subject="Lunch", start=at(5, 12), end=at(5, 13))
    assert desk.ask("gone@a.test", ANA, BEN) == {
        "gone@a.test": unknown("notFound"),
        ANA: busy((at(5, 12), at(5, 13))),
        BEN: busy(),
    }


def test_a_domain_names_who_may_ask_about_it_and_to_others_nobody_is_there(desk: Desk) -> None:
    desk.documents["a.test"]["availability"] = {"callers": [OTHER.upper()]}
    desk.write()
    assert reasons(desk.ask(ANA, CORA)) == ["notFound", ""]
    assert desk.asked() == {}
    assert reasons(desk.ask(ANA, CORA, bearer=token(OTHER))) == ["", ""]


def test_a_domain_that_is_written_or_mended_counts_within_a_minute(desk: Desk) -> None:
    desk.ask(ANA)
    desk.documents["a.test"]["limits"]["mailbox_domains"] = ["other.test"]
    desk.write()
    assert reasons(desk.ask(ANA)) == [""]
    desk.later(seconds=61)
    assert reasons(desk.ask(ANA)) == ["notFound"]


def test_a_look_up_leaves_one_line_without_a_name_in_it(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.mailbox(ANA).create(subject="A secret lunch", start=at(5, 12), end=at(5, 13))
    with caplog.at_level(logging.INFO):
        desk.ask(ANA, "nobody@a.test")
    [line] = [record for record in caplog.records if record.name == "calpair"]
    assert (line.getMessage(), line.__dict__["fields"]) == ("looked up", {"asked": 2, "unknown": 1, "failed": 0})
    caplog.clear()
    desk.later(seconds=30)
    desk.plant("a.test", "unauthorized", operation="GetUserAvailability")
    desk.ask(ANA)
    [line] = [record for record in caplog.records if record.name == "calpair"]
    assert line.levelno == logging.WARNING
    assert line.getMessage() == (
        "looked up; a.test: name or password were refused: check exchange.username and exchange.secret (HTTP401)"
    )
    assert "ana@" not in caplog.text
    assert "secret lunch" not in caplog.text


def test_a_look_up_writes_nothing_into_the_store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[object] = []
    for name in ("put", "delete", "drop"):
        monkeypatch.setattr(desk.store, name, written.append)
    desk.plant("a.test", "unauthorized", operation="GetUserAvailability")
    assert reasons(desk.ask(ANA, CORA)) == ["internalError", ""]
    assert not written


@pytest.mark.parametrize("stored", [True, False])
def test_a_domain_whose_document_has_a_mistake_is_told_with_the_cure(
    desk: Desk, caplog: pytest.LogCaptureFixture, stored: bool
) -> None:
    desk.documents["a.test"]["limits"] |= {"secrets": [], "mailbox_domains": ["a.test", "Sales.test"]}
    text = "secret-manager:a is not among the secrets the operator allows; ask for it in limits.secrets"
    if stored:
        desk.write()
    else:
        # `apply` keeps what was stored, and lets it rest.
        right = desk.store.get("domains", "a.test")
        assert right
        wrong = {"domains/a.test": [("exchange.secret", text)]}
        people.apply(desk.store, desk.documents, {}, "hand", wrong)
    with caplog.at_level(logging.INFO):
        assert reasons(desk.ask(ANA, CORA)) == ["notFound", ""]
        desk.ask(CORA)
        desk.ask("ana@elsewhere.test")
    told = [(record.levelno, record.getMessage()) for record in caplog.records if record.name == "calpair"]
    assert told == [
        (logging.WARNING, f"looked up; domains/a.test: exchange.secret: {text}"),
        (logging.INFO, "looked up"),
        (logging.INFO, NOBODYS.format(1)),
    ]


NOBODYS = "looked up; {} in no domain: limits.mailbox_domains, else the name of its document, says what is in one"


def test_a_document_that_is_named_otherwise_has_the_mailboxes_it_lists_and_no_others(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.documents["corp"] = desk.documents.pop("a.test")
    desk.documents["corp"]["limits"].pop("mailbox_domains", None)
    desk.write()
    with caplog.at_level(logging.INFO):
        assert reasons(desk.ask(ANA, "ben@a.test")) == ["notFound", "notFound"]
    assert caplog.records[-1].getMessage() == NOBODYS.format(2)
    desk.documents["corp"]["limits"]["mailbox_domains"] = ["a.test"]
    desk.write()
    desk.later(seconds=61)
    assert reasons(desk.ask(ANA)) == [""]
