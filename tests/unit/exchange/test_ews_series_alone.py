"""One occurrence of a series written by itself, under the version of its series; and what is known before it is read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from calpair.errors import BackOffError, RefusedError, SideError, StaleError, UnknownOutcomeError
from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.mapping import NO_TIME
from calpair.exchange.server import ExchangeConnection
from calpair.model.body import Body
from calpair.model.event import Event, Field, Item, Privacy, ShowAs
from calpair.model.link import Stamp
from calpair.model.rule import Frequency, Original, Recurrence, Rule
from calpair.model.when import AllDay, Timed
from calpair.ports import Edit, Hint, Written
from calpair.recurrence.series import occurrence
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.pattern import Pattern
from simulators.wire import Request, Response
from unit.exchange.ground import ANA, LUNCH, SERVER, World, draft, event_of, item_of, written

BERLIN = "W. Europe Standard Time"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAILY = Recurrence((Rule(Frequency.DAILY, count=140),))
CALL = replace(LUNCH, title="Call", when=Timed(NINE, NINE + HOUR, "Europe/Berlin"), repeats=DAILY)
FAIR = replace(LUNCH, title="Fair", when=AllDay(date(2026, 11, 2), date(2026, 11, 3)), repeats=DAILY)
DEAF = "ErrorIrresolvableConflict"


def day(number: int) -> datetime:
    return NINE + number * DAY


def said(number: int, **words: Any) -> Event:
    return replace(occurrence(CALL, day(number)), **words)


def having(*pairs: tuple[int, Event | None]) -> Event:
    overrides: dict[Original, Event | None] = {day(number): override for number, override in pairs}
    return replace(CALL, overrides=overrides)


def create(world: World, event: Event) -> Item:
    item = written(world.calendar.create([draft(event)])[0])
    world.requests()
    return item


def bring(world: World, item: Item, event: Event, *numbers: int, stamp: Stamp | None = None) -> Written | SideError:
    """Bring these occurrences to what the event says of them."""
    originals = frozenset(day(number) for number in numbers)
    return world.calendar.update([Edit(item, event, frozenset(), stamp, "Europe/Berlin", originals)])[0]


def wrote(answer: object) -> Written:
    assert isinstance(answer, Written)
    return answer


def read(world: World, item: Item, *names: str) -> Item:
    return item_of(world.calendar.read([item.id], {item.id: Hint("", names)})[item.id])


# --- told without a look


@pytest.mark.parametrize(
    "words",
    [
        {"title": "Else"},
        {"title": "", "place": ""},
        {"place": "  Roof \n terrace "},
        {"when": Timed(day(1) + HOUR, day(1) + 3 * HOUR, "Europe/Berlin")},
        {"when": Timed(day(1).replace(microsecond=5), day(1) + 2 * HOUR, "Europe/Berlin")},
        {"show_as": ShowAs.FREE, "privacy": Privacy.CONFIDENTIAL},
        {"show_as": ShowAs.ELSEWHERE},
        {"reminder": None},
        {"reminder": 0, "title": "Else " * 99},
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_what_comes_back_as_it_was_written_is_told_without_a_look(
    world: World, known: bool, words: dict[str, Any]
) -> None:
    item = create(world, having((1, said(1, title="Before")), (2, None)) if known else having((2, None)))
    wanted = having((1, said(1, **words)), (2, None))
    answer = wrote(bring(world, item, wanted, 1))
    assert world.requests() == {"UpdateItem": 1}
    assert (answer.id, answer.sure, answer.refused) == (item.id, True, {})
    told, there = item_of(answer.item), read(world, item)
    # Item for item what a look finds, but for the time of the change.
    assert told == replace(there, modified=NO_TIME)
    assert there.event == world.calendar.hold(wanted).event
    assert not world.simulator.record.mails


def test_an_exception_that_says_what_its_series_does_is_no_override(world: World) -> None:
    item = create(
        world, having((1, said(1, title="Else", when=Timed(day(1) + HOUR, day(1) + 2 * HOUR, "Europe/Berlin"))))
    )
    answer = wrote(bring(world, item, CALL, 1))
    assert world.requests() == {"UpdateItem": 1}
    assert event_of(answer.item).overrides == {}
    assert answer.item == replace(read(world, item), modified=NO_TIME)


def test_an_occurrence_of_whole_days_is_told_too(world: World) -> None:
    item = create(world, FAIR)
    days = AllDay(date(2026, 11, 4), date(2026, 11, 5))
    moved = replace(occurrence(FAIR, days.start), title="Else", when=days)
    wanted = replace(FAIR, overrides={days.start: moved})
    edit = Edit(item, wanted, frozenset(), zone="Europe/Berlin", overrides=frozenset({days.start}))
    answer = wrote(world.calendar.update([edit])[0])
    assert world.requests() == {"UpdateItem": 1}
    assert answer.item == replace(read(world, item), modified=NO_TIME)


# --- looked at


@pytest.mark.parametrize(
    "words",
    [
        {"body": Body("Other <i>papers</i>", html=True)},
        {"categories": ("Blue",)},
        {"when": Timed(day(1) + HOUR, day(1) + 2 * HOUR, "Asia/Tokyo")},
        {"when": AllDay(date(2026, 11, 3), date(2026, 11, 4))},
    ],
)
def test_what_a_server_may_spell_in_its_own_way_is_looked_at_in_one_request(
    world: World, words: dict[str, Any]
) -> None:
    item = create(world, having((2, said(2, title="Second"))))
    answer = wrote(bring(world, item, having((1, said(1, **words)), (2, said(2, title="Second"))), 1))
    assert world.requests() == {"UpdateItem": 1, "GetItem": 1}
    assert (answer.sure, answer.refused, answer.item) == (True, {}, read(world, item))
    assert event_of(answer.item).overrides.keys() == {day(1), day(2)}


@dataclass
class Answering:
    """A server whose answers to updates are rewritten."""

    world: World
    rewrite: Callable[[bytes], bytes]

    def handle(self, request: Request) -> Response:
        response = self.world.simulator.handle(request)
        if b"UpdateItem" not in request.body:
            return response
        return replace(response, body=self.rewrite(response.body))


@pytest.mark.parametrize("case", ["no version", "the version of before", "the series"])
def test_an_answer_that_does_not_name_what_is_there_now_is_no_account_of_it(world: World, case: str) -> None:
    item = create(world, CALL)

    def rewrite(body: bytes) -> bytes:
        start = body.index(b"ChangeKey=") + len(b'ChangeKey="')
        version = body[start : body.index(b'"', start)]
        if case == "the series":
            name = body.index(b' Id="') + len(b' Id="')
            return body.replace(body[name : body.index(b'"', name)], item.id.encode())
        return body.replace(version, b"" if case == "no version" else item.version.encode())

    connection = ExchangeConnection(
        SERVER, lambda: "secret", ManualClock().now, SimulatorAdapter(Answering(world, rewrite))
    )
    calendar = ExchangeCalendar(connection, ANA, "", zone=lambda: "")
    edit = Edit(item, having((1, said(1, title="Else"))), frozenset(), overrides=frozenset({day(1)}))
    answer = wrote(calendar.update([edit])[0])
    assert world.requests()["GetItem"] >= 1
    assert event_of(answer.item).overrides.keys() == {day(1)}
    assert answer.sure is (case == "the series")


def test_a_look_that_fails_leaves_the_write_done_and_unseen(world: World) -> None:
    item = create(world, CALL)
    world.plant("busy_answer", "GetItem")
    answer = bring(world, item, having((1, said(1, body=Body("Other", html=True)))), 1)
    assert answer == Written(item.id, None, sure=False)


# --- under the version of the series


def test_somebody_who_changed_the_series_meanwhile_makes_it_stale(world: World) -> None:
    item = create(world, CALL)
    world.ana.edit_occurrence(item.id, day(5), subject="Mine")
    assert isinstance(bring(world, item, having((1, said(1, title="Else"))), 1), StaleError)
    assert event_of(read(world, item)).overrides.keys() == {day(5)}


def test_a_server_that_finds_every_occurrence_stale_is_asked_by_way_of_the_series(world: World) -> None:
    item = create(world, CALL)
    world.plant("item_error", "UpdateItem", detail=DEAF)
    wanted = having((1, said(1, title="Else")))
    answer = wrote(bring(world, item, wanted, 1))
    assert world.requests() == {"UpdateItem": 3, "GetItem": 1}
    assert (answer.sure, answer.refused, event_of(answer.item)) == (True, {}, world.calendar.hold(wanted).event)


def test_one_that_is_busy_by_then_is_left_in_peace(world: World) -> None:
    item = create(world, CALL)
    world.plant("item_error", "UpdateItem", detail=DEAF)
    world.plant("busy_answer", "UpdateItem", nth=2)
    assert isinstance(bring(world, item, having((1, said(1, title="Else"))), 1), BackOffError)


def test_an_answer_that_was_lost_tells_nothing(world: World) -> None:
    item = create(world, CALL)
    world.plant("lost_reply", "UpdateItem")
    assert isinstance(bring(world, item, having((1, said(1, title="Else"))), 1), UnknownOutcomeError)
    assert event_of(read(world, item)).overrides.keys() == {day(1)}


def test_an_occurrence_the_server_will_not_take_is_named_and_its_series_is_well(world: World) -> None:
    item = create(world, having((2, said(2, title="Second"))))
    world.plant("item_error", "UpdateItem", detail="ErrorOccurrenceCrossingBoundary")
    answer = wrote(bring(world, item, having((1, said(1, title="Else")), (2, said(2, title="Second"))), 1))
    assert world.requests() == {"UpdateItem": 1, "GetItem": 1}
    assert {original: error.code for original, error in answer.refused.items() if isinstance(error, RefusedError)} == {
        day(1): "ErrorOccurrenceCrossingBoundary"
    }
    assert (answer.sure, answer.item) == (True, item)


def test_edits_of_many_series_and_events_share_their_request(world: World) -> None:
    one, two = create(world, CALL), written(world.calendar.create([draft(FAIR, "calpair-2")])[0])
    single = written(world.calendar.create([draft(LUNCH, "calpair-3")])[0])
    world.requests()
    answers = world.calendar.update(
        [
            Edit(single, replace(LUNCH, title="Supper"), frozenset({Field.TITLE})),
            Edit(one, having((1, said(1, title="Else"))), frozenset(), overrides=frozenset({day(1)})),
            Edit(two, replace(FAIR, title="Market"), frozenset({Field.TITLE})),
        ]
    )
    assert world.requests() == {"UpdateItem": 1, "GetItem": 1}
    assert [event_of(wrote(answer).item).title for answer in answers] == ["Supper", "Call", "Market"]
    assert all(wrote(answer).sure for answer in answers)


# --- by way of the series


@pytest.mark.parametrize("numbers", [(1, 3), (2,)])
def test_several_occurrences_or_one_to_be_deleted_are_written_after_their_series(
    world: World, numbers: tuple[int, ...]
) -> None:
    item = create(world, CALL)
    wanted = having((1, said(1, title="Else")), (2, None), (3, said(3, title="Else")))
    answer = wrote(bring(world, item, wanted, *numbers))
    assert world.requests()["GetItem"] == 1
    assert event_of(answer.item).overrides.keys() == {day(number) for number in numbers}


def test_one_that_says_so_already_is_looked_for_in_the_series(world: World) -> None:
    item = create(world, having((1, said(1, title="Else"))))
    answer = wrote(bring(world, item, having((1, said(1, title="Else"))), 1))
    assert world.requests() == {"UpdateItem": 1, "GetItem": 1}
    assert answer.item == read(world, item)


def test_a_deleted_one_that_is_wanted_back_takes_the_rule_anew(world: World) -> None:
    item = create(world, having((1, None), (2, said(2, title="Else"))))
    answer = wrote(bring(world, item, having((2, said(2, title="Else"))), 1))
    assert event_of(answer.item).overrides.keys() == {day(2)}


def test_what_is_no_series_any_more_is_no_matter_of_occurrences(world: World) -> None:
    item = create(world, replace(CALL, repeats=None))
    answer = wrote(bring(world, item, having((1, said(1, title="Else"))), 1))
    assert event_of(answer.item).repeats is None


# --- the stamp


def test_a_stamp_with_nothing_new_but_its_digest_waits(world: World) -> None:
    item = create(world, CALL)
    assert item.stamp is not None
    answer = wrote(bring(world, item, having((1, said(1, title="Else"))), 1, stamp=replace(item.stamp, digest="d2")))
    assert world.requests() == {"UpdateItem": 1}
    assert item_of(answer.item).stamp == read(world, item).stamp == item.stamp


def test_a_stamp_that_says_something_else_is_written_on_the_series(world: World) -> None:
    item = create(world, CALL)
    assert item.stamp is not None
    stamp = replace(item.stamp, partner="another")
    answer = wrote(bring(world, item, having((1, said(1, title="Else"))), 1, stamp=stamp))
    assert world.requests() == {"UpdateItem": 2, "GetItem": 1}
    assert item_of(answer.item).stamp == stamp


def test_an_item_without_one_gets_it(world: World) -> None:
    series = world.ana.create_series(Pattern("Daily", date(2026, 11, 2), number=5), time(10), zone=BERLIN)
    item = item_of(world.calendar.read([series])[series])
    stamp = Stamp("pair-key", "link-key", "calpair-1", "google-id", digest="d1")
    event = event_of(item)
    wanted = replace(event, overrides={day(1): replace(occurrence(event, day(1)), title="Else")})
    answer = wrote(bring(world, item, wanted, 1, stamp=stamp))
    assert item_of(answer.item).stamp == stamp


# --- other people's


def test_of_a_meeting_an_occurrence_changes_only_in_what_is_ones_own(world: World) -> None:
    pattern = Pattern("Daily", date(2026, 11, 2), number=5)
    series = world.ana.create_series(pattern, time(10), zone=BERLIN, subject="Board", required=("bo@b.test",))
    item = item_of(world.calendar.read([series])[series])
    event = event_of(item)
    shown = replace(occurrence(event, day(2)), reminder=5)
    moved = replace(occurrence(event, day(3)), title="Mine")
    world.requests()
    answer = wrote(bring(world, item, replace(event, overrides={day(2): shown, day(3): moved}), 2, 3))
    assert world.requests() == {"UpdateItem": 1}
    assert {original: error.code for original, error in answer.refused.items()} == {day(3): "people"}
    assert event_of(answer.item).overrides == {day(2): shown}
    assert not world.simulator.record.mails


# --- known before it is read


def test_exceptions_that_are_known_are_asked_for_along_with_their_series(world: World) -> None:
    item = create(world, having(*((number, said(number, title="Else")) for number in range(3))))
    plain = read(world, item)
    assert world.requests() == {"GetItem": 2}
    names = [mark.id for mark in item.marks.values()]
    assert read(world, item, *names) == plain
    assert world.requests() == {"GetItem": 1}
    assert read(world, item, *names[:2]) == plain
    assert world.requests() == {"GetItem": 2}


def test_exceptions_that_are_no_more_are_no_matter(world: World) -> None:
    item = create(world, having((1, said(1, title="Else")), (2, said(2, title="Else"))))
    names = [mark.id for mark in item.marks.values()]
    world.ana.cancel_occurrence(item.id, day(1))
    assert event_of(read(world, item, *names, "AAMkNothing")).overrides.keys() == {day(1), day(2)}
    assert world.requests() == {"GetItem": 1}


def test_a_hundred_of_them_are_two_requests(world: World) -> None:
    item = create(world, having(*((number, said(number, title="Else")) for number in range(100))))
    names = [mark.id for mark in item.marks.values()]
    assert len(event_of(read(world, item, *names)).overrides) == 100
    assert world.requests() == {"GetItem": 2}
