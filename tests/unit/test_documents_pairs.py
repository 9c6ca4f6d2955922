"""Pair documents: what they become, and what is said of those that are wrong."""

from datetime import timedelta
from typing import Any

import pytest

from calpair.care import publishing
from calpair.documents import read_all
from calpair.model.pair import Direction, OnConflict, OnDelete, Pair, PairKind, Show
from unit.documents_written import ABSENT, domain, pair, pair_problems, read


def one(**fields: object) -> Pair:
    documents = read(pairs={"ana": pair(**fields)})
    assert documents.problems == ()
    return documents.pairs["ana"]


def test_the_least_a_pair_holds_gets_every_default() -> None:
    assert one() == Pair(
        name="ana",
        domain="altostrat.com",
        mailbox="ana@altostrat.com",
        calendar="ana@g.altostrat.com",
        google_user="ana@g.altostrat.com",
        folder="",
        kind=PairKind.USER,
        direction=Direction.EXCHANGE_TO_GOOGLE,
        interval=timedelta(minutes=1),
        on_delete=OnDelete.DELETED_ITEMS,
        on_conflict=OnConflict.EXCHANGE,
        history_days=30,
        show_to_google=Show.EVERYTHING,
        show_to_exchange=Show.EVERYTHING,
        colours={},
        paused=False,
        enabled=True,
        kept={},
    )


def test_every_field_a_pair_may_hold_is_read() -> None:
    assert one(
        schema=1,
        google_user="boss@g.altostrat.com",
        folder="/Team/Travel/",
        kind="room",
        direction="two_way",
        interval="10s",
        on_delete="permanent",
        on_conflict="newest",
        history_days=0,
        show__to_google="busy_only",
        show__to_exchange="private_as_busy",
        meetings="invitation",
        guests="own_domain",
        colours={"Travel. Abroad": "5", "Home": "11"},
        deletes_of_invitations="decline",
        paused=True,
        enabled=True,
        owners=["ana@altostrat.com"],
    ) == Pair(
        name="ana",
        domain="altostrat.com",
        mailbox="ana@altostrat.com",
        calendar="ana@g.altostrat.com",
        google_user="boss@g.altostrat.com",
        folder="Team/Travel",
        kind=PairKind.ROOM,
        direction=Direction.TWO_WAY,
        interval=timedelta(seconds=10),
        on_delete=OnDelete.PERMANENT,
        on_conflict=OnConflict.NEWEST,
        history_days=0,
        show_to_google=Show.BUSY_ONLY,
        show_to_exchange=Show.PRIVATE_AS_BUSY,
        colours={"Travel. Abroad": "5", "Home": "11"},
        paused=True,
        enabled=True,
        kept={
            "meetings": "invitation",
            "guests": "own_domain",
            "deletes_of_invitations": "decline",
            "owners": ("ana@altostrat.com",),
        },
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"mailbox": ABSENT}, "mailbox: missing; write the mailbox's SMTP address"),
        ({"calendar": ABSENT}, 'calendar: missing; write the Google calendar\'s id, or "primary"'),
        ({"domain": ABSENT}, "domain: missing; write the name of the domain document it belongs to"),
        ({"mailbox": "ana"}, 'mailbox: "ana" is not an address; write name@example.com'),
        (
            {"mailbox": "Ana <ana@altostrat.com>"},
            'mailbox: "Ana <ana@altostrat.com>" is not an address; write name@example.com',
        ),
        (
            {"mailbox": "a" * 321 + "@altostrat.com"},
            f'mailbox: "{"a" * 58}…" is not an address; write name@example.com',
        ),
        ({"mailbox": 7}, "mailbox: 7 is a number, not text; put it in quotes"),
        ({"mailbox": {"date": "2026-11-02"}}, "mailbox: a date, not text; put it in quotes"),
        ({"mailbox": None}, "mailbox: nothing, not text; put it in quotes"),
        ({"mailbox": "  "}, "mailbox: empty; write something or leave the field out"),
        (
            {"mailbox": "ana\n@altostrat.com"},
            'mailbox: "ana\\n@altostrat.com" holds a control character; write it on one line',
        ),
        (
            {"calendar": "main"},
            'calendar: "main" is not a calendar\'s id; write name@example.com, ID@group.calendar.google.com or "primary"',
        ),
        ({"mailbx": "x"}, "mailbx: unknown field, did you mean `mailbox`?"),
        ({"Email": "x"}, "Email: unknown field, did you mean `mailbox`?"),
        ({"to_google": "busy_only"}, "to_google: unknown field, did you mean `show.to_google`?"),
        ({"show__to_gogle": "everything"}, "show.to_gogle: unknown field, did you mean `to_google`?"),
        ({"zzz": "x"}, "zzz: unknown field"),
        ({"show": "busy_only"}, "show: text, not a map; it holds `show.to_google`, `show.to_exchange`"),
        ({"kind": "romo"}, 'kind: "romo" is none of `user`, `room`, `equipment`, did you mean `room`?'),
        (
            {"direction": "both"},
            'direction: "both" is none of `exchange_to_google`, `two_way`',
        ),
        (
            {"direction": True},
            "direction: true; write one of `exchange_to_google`, `two_way`, in quotes",
        ),
        (
            {"on_delete": "permanet"},
            'on_delete: "permanet" is none of `deleted_items`, `permanent`, did you mean `permanent`?',
        ),
        (
            {"on_conflict": "exchagne"},
            'on_conflict: "exchagne" is none of `exchange`, `google`, `newest`, did you mean `exchange`?',
        ),
        ({"interval": 10}, 'interval: 10 is a number; write text with a unit, as in "10s"'),
        ({"interval": 1.5}, 'interval: 1.5 is a number; write text with a unit, as in "30s"'),
        ({"interval": "10"}, 'interval: "10" is not an interval; write a whole number with a unit, as in "10s"'),
        (
            {"interval": "soon"},
            'interval: "soon" is not an interval; write a whole number with a unit, as in "30s", "5m" or "1h"',
        ),
        ({"interval": "0s"}, 'interval: "0s" would never rest; write 5s or more, or paused = true to stop'),
        ({"interval": "4s"}, 'interval: "4s" is too short; the shortest is 5s'),
        ({"interval": "25h"}, 'interval: "25h" is too long; the longest is 24h'),
        ({"history_days": -1}, "history_days: -1 is out of bounds; write a whole number from 0 to 36500"),
        ({"history_days": "30"}, 'history_days: "30" is text; write a whole number from 0 to 36500, without quotes'),
        (
            {"history_days": True},
            "history_days: true; write a whole number from 0 to 36500, without quotes",
        ),
        ({"paused": "yes"}, 'paused: "yes" is text; write true or false, without quotes'),
        (
            {"owners": "ana@altostrat.com"},
            'owners: "ana@altostrat.com" is text; write a list, as in ["ana@altostrat.com"]',
        ),
        ({"owners": ["ana"]}, 'owners: "ana" is not an address; write name@example.com'),
        ({"colours": "5"}, 'colours: "5" is text; write a map of categories to colour ids, as in { "Travel" = "5" }'),
        ({"colours": {"Travel": "12"}}, 'colours: "Travel": "12" is not a colour id; write "1" to "11", in quotes'),
        ({"colours": {"Travel": 5}}, 'colours: "Travel": 5 is not a colour id; write "1" to "11", in quotes'),
        ({"colours": {"Travel": ["5"]}}, 'colours: "Travel": a list is not a colour id; write "1" to "11", in quotes'),
        ({"colours": {" ": "5"}}, "colours: a category without a name; write the category's name as Outlook shows it"),
        (
            {"folder": "Team//Travel"},
            'folder: "Team//Travel" has a folder without a name; write a path as in "Team/Travel"',
        ),
        ({"schema": 2}, "schema: 2 is not a form this calpair knows; write 1, or use the calpair that wrote it"),
        (
            {"domain": "contoso.com"},
            'domain: there is no domain "contoso.com"; write one of those there are (altostrat.com)',
        ),
    ],
)
def test_a_mistake_is_named_with_field_value_and_cure(fields: dict[str, Any], said: str) -> None:
    assert pair_problems(**fields) == [f"pairs/ana: {said}"]


def test_a_field_name_with_a_dot_is_refused_with_the_way_to_write_it() -> None:
    said = read(pairs={"ana": {**pair(), "show.to_google": "busy_only"}}).problems
    assert [str(problem) for problem in said] == [
        (
            "pairs/ana: show.to_google: a field's name holds no dot; make `show` a map that holds `to_google` "
            "(in TOML: without quotes)"
        )
    ]


def test_a_field_name_that_is_no_text_is_refused() -> None:
    assert [str(problem) for problem in read(pairs={"ana": {**pair(), 7: "x"}}).problems] == [
        "pairs/ana: 7: a field's name is text"
    ]


def test_all_mistakes_of_a_document_are_told_at_once_and_the_document_is_refused_whole() -> None:
    documents = read(pairs={"ana": pair(mailbox="ana", interval="0s", kindd="room")})
    assert documents.pairs == {}
    assert sorted(problem.field for problem in documents.problems) == ["interval", "kindd", "mailbox"]
    assert documents.of("pairs/ana") == documents.problems
    assert documents.of("pairs/bob") == ()


def test_a_wrong_document_does_not_stop_the_others() -> None:
    documents = read(pairs={"ana": pair(mailbox="ana"), "bob": pair(), "eve": "text"})
    assert list(documents.pairs) == ["bob"]
    assert [str(problem) for problem in documents.problems] == [
        'pairs/ana: mailbox: "ana" is not an address; write name@example.com',
        "pairs/eve: text, not a map of fields",
        "pairs/eve: domain: missing; write the name of the domain document it belongs to",
        "pairs/eve: mailbox: missing; write the mailbox's SMTP address",
        'pairs/eve: calendar: missing; write the Google calendar\'s id, or "primary"',
    ]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "__x__", "a\nb", "x" * 1001])
def test_a_name_the_store_cannot_hold_is_refused(name: str) -> None:
    assert [problem.text for problem in read(pairs={name: pair()}).problems] == [
        "this name cannot be used; take letters, digits, dots and dashes"
    ]


def test_no_pair_is_called_as_the_status_of_a_domain_is() -> None:
    assert [str(problem) for problem in read(pairs={publishing.name("a.test"): pair()}).problems] == [
        "pairs/free-busy a.test: `free-busy ` begins the status of a domain's free/busy; call the pair otherwise"
    ]
    assert read(pairs={"free-busy": pair(), "Free-busy a.test": pair(calendar="eve@g.altostrat.com")}).pairs


def test_an_empty_folder_is_the_calendar_itself() -> None:
    assert one(folder="") == one(folder="/") == one()


def test_primary_becomes_the_google_user() -> None:
    assert one(calendar="Primary", google_user="ana@g.altostrat.com").calendar == "ana@g.altostrat.com"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"calendar": "primary"}, "missing; write whose primary calendar is meant"),
        (
            {"calendar": "c_1a2b@group.calendar.google.com"},
            '"c_1a2b@group.calendar.google.com" is nobody\'s own; write the account that may use it',
        ),
        (
            {"calendar": "c_1a2b@resource.calendar.google.com", "kind": "room"},
            '"c_1a2b@resource.calendar.google.com" is nobody\'s own; write the account that may use it',
        ),
        ({"kind": "equipment"}, "missing; write the account that may use the calendar, for a pair of kind equipment"),
    ],
)
def test_who_to_act_as_must_be_written_where_the_calendar_does_not_say_it(fields: dict[str, Any], said: str) -> None:
    (problem,) = pair_problems(**fields)
    assert problem.removeprefix("pairs/ana: google_user: ").removeprefix("missing; ") == said.removeprefix("missing; ")


def test_a_wrong_google_user_is_complained_of_once() -> None:
    assert pair_problems(google_user="ana") == [
        'pairs/ana: google_user: "ana" is not an address; write name@example.com'
    ]


def test_a_domains_pair_fields_are_defaults_for_its_pairs_field_by_field() -> None:
    domains = {"altostrat.com": domain(direction="two_way", interval="30s", show={"to_google": "busy_only"})}
    documents = read(domains, {"ana": pair(interval="10s", show__to_exchange="busy_only")})
    ana = documents.pairs["ana"]
    assert (ana.direction, ana.interval, ana.show_to_google, ana.show_to_exchange) == (
        Direction.TWO_WAY,
        timedelta(seconds=10),
        Show.BUSY_ONLY,
        Show.BUSY_ONLY,
    )


def test_a_pair_of_a_refused_domain_is_refused_and_says_where_to_look() -> None:
    domains = {"altostrat.com": domain(exchange__auth="basci", calendar="ana@g.altostrat.com")}
    documents = read(domains, {"ana": pair(calendar=ABSENT)})
    assert documents.domains == {}
    assert [str(problem) for problem in documents.of("pairs/ana")] == [
        'pairs/ana: domain: domain "altostrat.com" has mistakes itself; mend domains/altostrat.com'
    ]


def test_the_shortest_interval_is_the_grounds() -> None:
    documents = read_all(
        {"altostrat.com": domain(interval="59s")},
        {"ana": pair(interval="10s")},
        minimum_interval=timedelta(minutes=1),
        default_interval=timedelta(minutes=5),
    )
    assert [str(problem) for problem in documents.problems] == [
        'domains/altostrat.com: interval: "59s" is too short; the shortest is 60s',
        'pairs/ana: interval: "10s" is too short; the shortest is 60s',
        'pairs/ana: domain: domain "altostrat.com" has mistakes itself; mend domains/altostrat.com',
    ]


def test_an_unquoted_name_with_a_dot_is_recognised() -> None:
    documents = read(pairs={"ana": {"smith": pair()}})
    assert str(documents.problems[0]) == (
        'pairs/ana: smith: unknown field; a name with dots is quoted: [pairs."ana.smith"]'
    )
