"""People do not stop for a sync: whatever they do, at any request of a run, arrives, and nothing stands twice."""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from scenarios.grounds import edited_all_round, planned
from scenarios.stage import Row, Stage, at, span
from simulators.wire import Request

TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"
Act = Callable[[Stage], None]
Rows = dict[str, tuple[str, str]]

BEFORE: Rows = {
    "Exchange 10": ("05T10", ""),
    "Exchange 8, edited": ("05T08", ""),
    "Exchange, new": ("09T10", ""),
    "Google 10": ("06T10", ""),
    "Google 8, edited": ("06T08", ""),
    "Google, new": ("10T10", ""),
}
"""Day and hour, and place, by title: what both sides show in the end when nobody comes between."""


def _with(**changed: tuple[str, str]) -> Rows:
    return {**BEFORE, **changed}


def _by_title(rows: list[Row]) -> Rows:
    return {row.title: (row.start[8:13], row.place) for row in rows}


def _item(stage: Stage, begins: str) -> str:
    """The item whose title begins so; what was in step from the beginning."""
    return next(item.id for item in stage.ana.items() if item.subject.startswith(begins))


def _event(stage: Stage, begins: str) -> str:
    return next(str(event["id"]) for event in stage.calendar.events() if event["summary"].startswith(begins))


def _place_in_outlook(stage: Stage) -> None:
    stage.ana.update(_item(stage, "Google 8"), location="Here")


def _place_on_google(stage: Stage) -> None:
    stage.calendar.update(_event(stage, "Exchange 8"), location="There")


def _hour_in_outlook(stage: Stage) -> None:
    stage.ana.update(_item(stage, "Exchange 8"), start=at(5, 18), end=at(5, 19))


def _hour_on_google(stage: Stage) -> None:
    stage.calendar.update(_event(stage, "Google 8"), **span(at(6, 18), at(6, 19)))


def _both_at_once(stage: Stage) -> None:
    _place_in_outlook(stage)
    _hour_on_google(stage)


def _new_in_outlook(stage: Stage) -> None:
    stage.outlook("Late", day=20)


def _new_on_google(stage: Stage) -> None:
    stage.web("Late", day=20)


def _copied_in_outlook(stage: Stage) -> None:
    copied = stage.ana.copy(_item(stage, "Google 10"))
    stage.ana.update(copied, subject="Late", start=at(20), end=at(20, 11))


def _copied_on_google(stage: Stage) -> None:
    stage.calendar.copy(_event(stage, "Exchange 10"), summary="Late", **span(at(20), at(20, 11)))


def _deleted_in_outlook(stage: Stage) -> None:
    stage.ana.delete(_item(stage, "Google 10"))


def _deleted_on_google(stage: Stage) -> None:
    stage.calendar.delete(_event(stage, "Exchange 10"))


def _deleted_and_restored(stage: Stage) -> None:
    stage.ana.restore(_deleted(stage))


def _deleted(stage: Stage) -> str:
    item = _item(stage, "Exchange 10")
    stage.ana.delete(item)
    return item


def _saved_anew(stage: Stage) -> None:
    old = stage.ana.item(_item(stage, "Exchange 10"))
    stage.ana.delete(old.id, hard=True)
    stage.outlook(old.subject, start=old.start, end=old.end, uid=old.uid)


def _moved_mailbox(stage: Stage) -> None:
    stage.ana.move_mailbox()


def _read(stage: Stage) -> None:
    stage.ana.mark_read(_item(stage, "Google 10"), is_read=False)


ACTS: list[tuple[Act, Rows]] = [
    (_place_in_outlook, _with(**{"Google 8, edited": ("06T08", "Here")})),
    (_place_on_google, _with(**{"Exchange 8, edited": ("05T08", "There")})),
    (_hour_in_outlook, _with(**{"Exchange 8, edited": ("05T18", "")})),
    (_hour_on_google, _with(**{"Google 8, edited": ("06T18", "")})),
    (_both_at_once, _with(**{"Google 8, edited": ("06T18", "Here")})),
    (_new_in_outlook, _with(Late=("20T10", ""))),
    (_new_on_google, _with(Late=("20T10", ""))),
    (_copied_in_outlook, _with(Late=("20T10", ""))),
    (_copied_on_google, _with(Late=("20T10", ""))),
    (_deleted_in_outlook, {title: row for title, row in BEFORE.items() if title != "Google 10"}),
    (_deleted_on_google, {title: row for title, row in BEFORE.items() if title != "Exchange 10"}),
    (_deleted_and_restored, BEFORE),
    (_saved_anew, BEFORE),
    (_moved_mailbox, BEFORE),
    (_read, BEFORE),
]


@pytest.mark.parametrize(("act", "after"), ACTS, ids=[act.__name__ for act, _ in ACTS])
def test_what_people_do_at_any_request_arrives(tmp_path: Path, act: Act, after: Rows) -> None:
    """Every third request, and another third for each act; with CALPAIR_TORTURE all of them."""
    names = [one.__name__ for one, _ in ACTS]
    for number in count(1) if TORTURE else count(1 + names.index(act.__name__) % 3, 3):
        (folder := tmp_path / str(number)).mkdir()
        stage = Stage(folder)
        planned(stage)
        edited_all_round(stage)
        if not _at_request(stage, number, act):
            break
        stage.patient(hours=2)
        assert _by_title(stage.both()) == after, number
        assert len(stage.both()) == len(after), number
    assert number > 8


def _at_request(stage: Stage, number: int, act: Act) -> bool:
    """Run, with this done just before the request of that number; tells whether it came to that."""
    seen = 0

    def before(_: Request) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            act(stage)

    stage.exchange_door.before = stage.google_door.before = before
    stage.tries()
    stage.calm()
    return seen >= number


@pytest.mark.parametrize("direction", ["exchange_to_google"])
def test_a_one_way_pair_puts_back_what_is_done_at_any_request(tmp_path: Path, direction: str) -> None:
    for number in count(1):
        (folder := tmp_path / str(number)).mkdir()
        stage = Stage(folder, pair={"direction": direction})
        for hour in (8, 10, 12):
            stage.outlook(f"Exchange {hour}", hour=hour)
        stage.settle()
        stage.ana.update(stage.item("Exchange 8").id, location="Here")
        stage.ana.delete(stage.item("Exchange 12").id)

        def spoil(there: Stage) -> None:
            there.calendar.update(_event(there, "Exchange 8"), summary="Exchange 8, spoilt")
            there.calendar.delete(_event(there, "Exchange 10"))

        if not _at_request(stage, number, spoil):
            break
        stage.patient(hours=2)
        assert _by_title(stage.both()) == {"Exchange 10": ("05T10", ""), "Exchange 8": ("05T08", "Here")}, number
        assert sum(call.changed for call in stage.exchange.record.calls) == 0
    assert number > 4
