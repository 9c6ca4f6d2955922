"""What is asked of GetUserAvailability and what is made of its answers, one mailbox at a time. Source: its reference pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from calpair.errors import AccessLostError, BackOffError, SignInError
from calpair.exchange.free_busy import ExchangeAvailability
from calpair.exchange.server import ExchangeConnection
from calpair.model.busy import Block, Busy, Unknown
from calpair.model.pair import Access
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from unit.exchange.ground import NAMES, SERVER, Script, fault

TYPES = "{http://schemas.microsoft.com/exchange/services/2006/types}"
FROM, TO = datetime(2026, 11, 2, 8, tzinfo=UTC), datetime(2026, 11, 2, 18, tzinfo=UTC)

Make = Callable[..., ExchangeAvailability]


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 2, hour, minute, tzinfo=UTC)


def told(view: str, code: str = "NoError") -> str:
    kind = "Success" if code == "NoError" else "Error"
    message = f"<m:MessageText>a secret subject</m:MessageText><m:ResponseCode>{code}</m:ResponseCode>"
    return (
        f'<m:FreeBusyResponse><m:ResponseMessage ResponseClass="{kind}">{message}</m:ResponseMessage>'
        f"<m:FreeBusyView>{view}</m:FreeBusyView></m:FreeBusyResponse>"
    )


def events(*events: tuple[str, str, str], kind: str = "FreeBusyMerged", digits: str = "0" * 42 * 96) -> str:
    """By default with digits enough for the longest window; of the events they are silent."""
    listed = "".join(
        f"<t:CalendarEvent><t:StartTime>{start}</t:StartTime><t:EndTime>{end}</t:EndTime><t:BusyType>{busy}</t:BusyType></t:CalendarEvent>"
        for start, end, busy in events
    )
    return told(
        f"<t:FreeBusyViewType>{kind}</t:FreeBusyViewType><t:MergedFreeBusy>{digits}</t:MergedFreeBusy>"
        f"<t:CalendarEventArray>{listed}</t:CalendarEventArray>"
    )


def merged(digits: str) -> str:
    return told(f"<t:FreeBusyViewType>MergedOnly</t:FreeBusyViewType><t:MergedFreeBusy>{digits}</t:MergedFreeBusy>")


def failed(code: str) -> str:
    return told("<t:FreeBusyViewType>None</t:FreeBusyViewType>", code)


def answer(*responses: str) -> str:
    array = f"<m:FreeBusyResponseArray>{''.join(responses)}</m:FreeBusyResponseArray>"
    return f"<s:Envelope {NAMES}><s:Body><m:GetUserAvailabilityResponse>{array}</m:GetUserAvailabilityResponse></s:Body></s:Envelope>"


@pytest.fixture
def make(script: Script) -> Make:
    def make(**settings: Any) -> ExchangeAvailability:
        server = replace(SERVER, **{"access": Access.OWN, **settings})
        connection = ExchangeConnection(server, lambda: "secret", ManualClock().now, SimulatorAdapter(script))
        return ExchangeAvailability(connection)

    return make


def request_of(script: Script, number: int = 0) -> Any:
    return etree.fromstring(script.asked[number].body)


def texts(root: Any, name: str) -> list[str]:
    return [element.text for element in root.iter(f"{TYPES}{name}")]


def test_many_are_asked_about_in_one_request_in_utc_and_whole_days(script: Script, make: Make) -> None:
    script.say(answer(events(), events()))
    make().look_up(["ana@a.test", "ben@a.test"], FROM, TO)
    root = request_of(script)
    assert len(script.asked) == 1
    assert texts(root, "Address") == ["ana@a.test", "ben@a.test"]
    assert texts(root, "StartTime") == ["2026-11-02T00:00:00"]
    assert texts(root, "EndTime") == ["2026-11-03T00:00:00"]
    assert texts(root, "Bias") == ["0", "0", "0"]
    assert texts(root, "RequestedView") == ["FreeBusyMerged"]
    assert not list(root.iter(f"{TYPES}ExchangeImpersonation"))


def test_an_application_that_has_no_mailbox_looks_as_the_first_it_asks_about(script: Script, make: Make) -> None:
    script.say(answer(events()))
    make(access=Access.IMPERSONATION).look_up(["ana@a.test"], FROM, TO)
    assert texts(request_of(script), "PrimarySmtpAddress") == ["ana@a.test"]


def test_events_are_read_with_their_kinds_and_cut_to_the_window(script: Script, make: Make) -> None:
    script.say(
        answer(
            events(
                ("2026-11-02T06:00:00", "2026-11-02T09:00:00", "Busy"),
                ("2026-11-02T10:00:00", "2026-11-02T10:30:00", "Tentative"),
                ("2026-11-02T11:00:00", "2026-11-02T12:00:00", "Free"),
                ("2026-11-02T13:00:00Z", "2026-11-02T14:00:00+00:00", "OOF"),
                ("2026-11-02T16:00:00+01:00", "2026-11-02T17:00:00+01:00", "WorkingElsewhere"),
                ("2026-11-02T15:00:00", "2026-11-02T15:00:00", "Busy"),
                ("2026-11-02T19:00:00", "2026-11-02T20:00:00", "Busy"),
            )
        )
    )
    assert make().look_up(["ana@a.test"], FROM, TO) == {
        "ana@a.test": [
            Block(at(8), at(9), Busy.BUSY),
            Block(at(10), at(10, 30), Busy.TENTATIVE),
            Block(at(13), at(14), Busy.AWAY),
            Block(at(15), at(16), Busy.ELSEWHERE),
        ]
    }


def test_digits_are_read_where_the_server_gives_no_more(script: Script, make: Make) -> None:
    digits = ["0"] * 96
    digits[36:40], digits[40], digits[41] = ["2"] * 4, "1", "3"
    script.say(answer(merged("".join(digits))))
    found = make().look_up(["ana@a.test"], FROM, TO)["ana@a.test"]
    assert not isinstance(found, Unknown)
    assert [(block.start, block.busy) for block in found] == [
        (at(9), Busy.BUSY),
        (at(9, 15), Busy.BUSY),
        (at(9, 30), Busy.BUSY),
        (at(9, 45), Busy.BUSY),
        (at(10), Busy.TENTATIVE),
        (at(10, 15), Busy.AWAY),
    ]


def test_nobody_is_free_because_nothing_could_be_read(script: Script, make: Make) -> None:
    script.say(
        answer(
            events(),
            failed("ErrorMailRecipientNotFound"),
            failed("ErrorNoFreeBusyAccess"),
            failed("ErrorServerBusy"),
            failed("ErrorFreeBusyGenerationFailed"),
            told("<t:FreeBusyViewType>None</t:FreeBusyViewType>"),
            told(""),
            merged(""),
            merged("0040"),
            merged("00x0"),
            events(("2026-11-02T10:00:00", "2026-11-02T11:00:00", "NoData")),
            events(("2026-11-02T10:00:00", "2026-11-02T11:00:00", "Sleeping")),
            events(("soon", "2026-11-02T11:00:00", "Busy")),
            # Backwards, which may be a clock turned back within the hour; and at the ends of time.
            events(("2026-11-02T11:00:00", "2026-11-02T10:00:00", "Busy")),
            events(("0001-01-01T00:00:00+05:00", "2026-11-02T11:00:00", "Busy")),
            events(("2026-11-02T10:00:00", "9999-12-31T23:59:59-05:00", "Busy")),
        )
    )
    found = make().look_up([f"{n:02d}@a.test" for n in range(16)], FROM, TO)
    assert [told.reason if isinstance(told, Unknown) else list(told) for told in found.values()] == [
        [],
        "not_found",
        "no_access",
        "unavailable",
        "no_data",
        "no_data",
        "no_data",
        "no_data",
        "no_data",
        "no_data",
        "no_data",
        "no_data",
        "no_data",
        "no_data",
        "no_data",
        "no_data",
    ]


def test_nobody_is_free_because_the_list_of_events_is_missing_or_empty_or_the_digits_too_few(
    script: Script, make: Make
) -> None:
    def view(content: str) -> str:
        return told(f"<t:FreeBusyViewType>FreeBusyMerged</t:FreeBusyViewType>{content}")

    none, empty = "", "<t:CalendarEventArray/>"
    script.say(
        answer(
            *(
                view(f"<t:MergedFreeBusy>{'0' * 32}{digits}{'0' * 62}</t:MergedFreeBusy>{events}")
                for events in (none, empty)
                for digits in ("00", "02", "44")
            ),
            view(f"<t:MergedFreeBusy>{'0' * 95}</t:MergedFreeBusy>"),
            view(none),
            view(empty),
        )
    )
    found = make().look_up([f"{n}@a.test" for n in range(9)], FROM, TO)
    quarter = [Block(at(8, 15), at(8, 30), Busy.BUSY)]
    assert list(found.values()) == [[], quarter, Unknown("no_data")] * 2 + [Unknown("no_data")] * 3


def test_nobody_is_free_in_a_view_that_lacks_what_it_is_to_hold(script: Script, make: Make) -> None:
    """Which views hold events and which digits: "FreeBusyViewType". A view of events alone needs no digits."""
    empty, day = "<t:CalendarEventArray/>", f"<t:MergedFreeBusy>{'0' * 96}</t:MergedFreeBusy>"
    some = f"<t:MergedFreeBusy>{'0' * 2}</t:MergedFreeBusy>"
    busy = f"<t:MergedFreeBusy>{'0' * 36}2{'0' * 59}</t:MergedFreeBusy>"
    free = (
        "<t:CalendarEventArray><t:CalendarEvent><t:BusyType>Free</t:BusyType></t:CalendarEvent></t:CalendarEventArray>"
    )
    views = [
        ("MergedOnly", empty, Unknown("no_data")),
        ("MergedOnly", day, []),
        ("MergedOnly", day + empty, []),
        ("MergedOnly", busy + free, [Block(at(9), at(9, 15), Busy.BUSY)]),
        ("FreeBusyMerged", some + empty, Unknown("no_data")),
        ("DetailedMerged", empty, Unknown("no_data")),
        ("FreeBusyMerged", day + empty, []),
        ("FreeBusy", empty, []),
        ("Detailed", empty, []),
        ("FreeBusy", "", Unknown("no_data")),
        ("MergedOnly FreeBusy", empty, Unknown("no_data")),
        ("MergedOnly FreeBusy", day + empty, []),
        ("Rumours", day + empty, Unknown("no_data")),
    ]
    script.say(answer(*(told(f"<t:FreeBusyViewType>{kind}</t:FreeBusyViewType>{held}") for kind, held, _ in views)))
    found = make().look_up([f"{n:02d}@a.test" for n in range(len(views))], FROM, TO)
    assert list(found.values()) == [expected for _, _, expected in views]


@pytest.mark.parametrize("digit", ["4", "5"])
def test_what_the_digits_call_no_data_is_not_free_beside_an_event(script: Script, make: Make, digit: str) -> None:
    """Four and five are "no data" and "working elsewhere", and which is which differs: an event tells them apart."""
    nine, ten = 9 * 4, 10 * 4
    busy, elsewhere = (("2026-11-02T09:00:00", "2026-11-02T10:00:00", one) for one in ("Busy", "WorkingElsewhere"))
    day = "0" * nine + "2222" + "0" * (96 - ten)
    script.say(
        answer(
            events(busy, digits=day[:ten] + digit + day[ten + 1 :]),
            events(elsewhere, digits=day.replace("2", digit)),
            events(elsewhere, digits=day[:nine] + digit * 5 + day[ten + 1 :]),
            events(elsewhere, digits=day.replace("2", "6")),
            events(busy, digits=day),
        )
    )
    found = make().look_up([f"{n}@a.test" for n in range(5)], FROM, TO)
    assert list(found.values()) == [
        Unknown("no_data"),
        [Block(at(9), at(10), Busy.ELSEWHERE)],
        Unknown("no_data"),
        Unknown("no_data"),
        [Block(at(9), at(10), Busy.BUSY)],
    ]


def test_what_all_are_told_alike_is_still_about_each(script: Script, make: Make) -> None:
    script.say(answer(failed("ErrorMailRecipientNotFound")))
    script.say(answer(failed("ErrorNonExistentMailbox")))
    assert make().look_up(["ana@a.test"], FROM, TO) == {"ana@a.test": Unknown("not_found")}
    assert make().look_up(["ana@a.test"], FROM, TO) == {"ana@a.test": Unknown("not_found")}


def test_a_long_window_is_asked_for_in_pieces_of_six_weeks(script: Script, make: Make) -> None:
    first, second = (
        ("2026-11-02T10:00:00", "2026-11-02T11:00:00", "Busy"),
        (
            "2026-12-20T10:00:00",
            "2026-12-20T11:00:00",
            "Busy",
        ),
    )
    script.say(answer(events(first)))
    script.say(answer(events(second)))
    found = make().look_up(["ana@a.test"], FROM, FROM + timedelta(days=60))["ana@a.test"]
    assert not isinstance(found, Unknown)
    assert [block.start.isoformat() for block in found] == ["2026-11-02T10:00:00+00:00", "2026-12-20T10:00:00+00:00"]
    spans = [(texts(request_of(script, n), "StartTime"), texts(request_of(script, n), "EndTime")) for n in (0, 1)]
    assert spans == [
        (["2026-11-02T00:00:00"], ["2026-12-14T00:00:00"]),
        (["2026-12-14T00:00:00"], ["2027-01-02T00:00:00"]),
    ]


def test_of_whom_one_piece_is_unknown_nothing_is_known(script: Script, make: Make) -> None:
    script.say(answer(events(), failed("ErrorServerBusy")))
    script.say(answer(failed("ErrorServerBusy"), events()))
    found = make().look_up(["ana@a.test", "ben@a.test"], FROM, FROM + timedelta(days=60))
    assert found == {"ana@a.test": Unknown("unavailable"), "ben@a.test": Unknown("unavailable")}


def test_more_than_a_hundred_are_asked_about_in_turn(script: Script, make: Make) -> None:
    script.say(answer(*[events()] * 100))
    script.say(answer(*[events()] * 20))
    assert len(make().look_up([f"{n}@a.test" for n in range(120)], FROM, TO)) == 120
    assert [len(texts(request_of(script, n), "Address")) for n in (0, 1)] == [100, 20]


def test_an_answer_about_another_number_of_mailboxes_is_no_answer(script: Script, make: Make) -> None:
    script.say(answer(events()))
    with pytest.raises(BackOffError):
        make().look_up(["ana@a.test", "ben@a.test"], FROM, TO)


def test_a_refused_account_concerns_everybody(script: Script, make: Make) -> None:
    script.say("", 401, WWW_Authenticate="Basic")
    with pytest.raises(SignInError):
        make().look_up(["ana@a.test"], FROM, TO)
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    ("body", "status"), [("", 403), ("", 404), ("<html/>", 200), (fault("ErrorAccessDenied"), 500)]
)
def test_a_server_that_cannot_be_used_concerns_everybody(script: Script, make: Make, body: str, status: int) -> None:
    script.say(body, status)
    with pytest.raises(AccessLostError):
        make().look_up(["ana@a.test"], FROM, TO)


def test_a_mailbox_an_application_cannot_ask_as_spoils_nothing_for_the_others(script: Script, make: Make) -> None:
    script.say(fault("ErrorNonExistentMailbox"), 500)
    script.say(fault("ErrorImpersonateUserDenied"), 500)
    script.say(answer(events(), failed("ErrorMailRecipientNotFound")))
    application = make(access=Access.IMPERSONATION)
    found = application.look_up(["gone@a.test", "chief@a.test", "ana@a.test", "x@a.test"], FROM, TO)
    assert found == {
        "gone@a.test": Unknown("not_found"),
        "chief@a.test": Unknown("no_access"),
        "ana@a.test": [],
        "x@a.test": Unknown("not_found"),
    }
    asked_as = [texts(request_of(script, number), "PrimarySmtpAddress") for number in range(3)]
    assert asked_as == [["gone@a.test"], ["chief@a.test"], ["ana@a.test"]]


def test_an_application_tries_five_mailboxes_and_knows_nothing_of_the_rest(script: Script, make: Make) -> None:
    for _ in range(5):
        script.say(fault("ErrorNonExistentMailbox"), 500)
    found = make(access=Access.IMPERSONATION).look_up([f"{n}@a.test" for n in range(7)], FROM, TO)
    assert list(found.values()) == [Unknown("not_found")] * 5 + [Unknown("unavailable")] * 2


def test_an_address_that_fits_into_no_header_is_asked_about_all_the_same(script: Script, make: Make) -> None:
    script.say(answer(events()))
    assert make().look_up(["名前@a.test"], FROM, TO) == {"名前@a.test": []}
    assert texts(request_of(script), "Address") == ["名前@a.test"]
