"""A whole story, run into a crash before and after every single write, calendars' and store's; then a second act.

The first act has every kind of write in it: copies to both sides, adoption, merges, deletions, put backs, what was
deleted on one side and edited on the other. Wherever the process dies, running again has to end in the same two
calendars, written out here by hand. Then every event is edited again, on both sides, and has to end in the calendars
written out for the second act: a link that was rebuilt wrongly shows only now. A table tells what was tried.

A slice runs always; CALPAIR_TORTURE=1 runs every point of every story.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from calpair.model.pair import Direction
from calpair.model.side import Side
from unit.sync.bench import Bench, meeting
from unit.sync.weekly import cancel, monday, override, rename, seen, weekly

TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"
LATER = timedelta(minutes=5)
"""Between a crash and the run that mends it: an intent may have to run out."""

Calendar = list[tuple[str, str]]
"""Title and place of every event, in order."""


def held(bench: Bench, side: Side) -> Calendar:
    """What is there; of series every occurrence, with its day and hour."""
    events = bench.calendar(side).events().values()
    if all(event.repeats is None for event in events):
        return sorted((event.title, event.place) for event in events)
    return sorted((f"{title} {day}", place) for title, day, place in seen(bench.calendar(side)))


def two_way() -> Bench:
    """Give a pair in step with everything the first act needs, and the first act's edits made."""
    bench = Bench()
    exchange, google = bench.exchange, bench.google
    for number, title in enumerate(["ours", "ours merged", "ours deleted", "ours deleted there", "ours wanted"]):
        exchange.put(meeting(title, day=3 + number))
    for number, title in enumerate(["theirs", "theirs merged", "theirs deleted", "theirs deleted there"]):
        google.put(meeting(title, day=10 + number))
    for calendar in (exchange, google):
        calendar.put(meeting("shared", day=20))
        calendar.put(meeting("shared merged", day=21))
    exchange.put(meeting("meeting", day=22), people=True)
    bench.settle()

    exchange.edit(exchange.named("ours"), title="ours 2")
    exchange.edit(exchange.named("ours merged"), title="ours merged 2")
    google.edit(google.named("ours merged"), place="there")
    exchange.remove(exchange.named("ours deleted"))
    google.remove(google.named("ours deleted there"))
    exchange.edit(exchange.named("ours wanted"), title="ours wanted 2")
    google.remove(google.named("ours wanted"))
    google.edit(google.named("theirs"), title="theirs 2")
    exchange.edit(exchange.named("theirs merged"), place="here")
    google.edit(google.named("theirs merged"), title="theirs merged 2")
    google.remove(google.named("theirs deleted"))
    exchange.remove(exchange.named("theirs deleted there"))
    exchange.edit(exchange.named("shared"), title="shared 2")
    google.edit(google.named("shared merged"), title="shared merged 2")
    exchange.edit(exchange.named("shared merged"), place="here")
    google.edit(google.named("meeting"), title="defaced")
    exchange.put(meeting("new here", day=23))
    google.put(meeting("new there", day=24))
    exchange.put(meeting("new on both", day=25))
    google.put(meeting("new on both", day=25))
    return bench


TWO_WAY_FIRST: Calendar = [
    ("meeting", ""),
    ("new here", ""),
    ("new on both", ""),
    ("new there", ""),
    ("ours 2", ""),
    ("ours merged 2", "there"),
    ("ours wanted 2", ""),
    ("shared 2", ""),
    ("shared merged 2", "here"),
    ("theirs 2", ""),
    ("theirs merged 2", "here"),
]


def second_act(bench: Bench) -> None:
    """Edit every event on both sides: the title on Exchange, the place on Google; delete one on each."""
    for id_, event in list(bench.exchange.events().items()):
        bench.exchange.edit(id_, title=f"{event.title} again")
    for id_ in list(bench.google.items):
        bench.google.edit(id_, place="moved")
    bench.exchange.remove(bench.exchange.named("ours 2 again"))
    bench.google.remove(bench.google.named("theirs 2"))


TWO_WAY_SECOND: Calendar = [
    ("meeting again", ""),
    ("new here again", "moved"),
    ("new on both again", "moved"),
    ("new there again", "moved"),
    ("ours 2", "moved"),
    ("ours merged 2 again", "moved"),
    ("ours wanted 2 again", "moved"),
    ("shared 2 again", "moved"),
    ("shared merged 2 again", "moved"),
    ("theirs 2 again", ""),
    ("theirs merged 2 again", "moved"),
]
"""What was deleted on one side and edited on the other stays, as the edit left it; the meeting is Exchange's alone."""


def one_way() -> Bench:
    bench = Bench(direction=Direction.EXCHANGE_TO_GOOGLE)
    exchange, google = bench.exchange, bench.google
    for number, title in enumerate(["ours", "ours defaced", "ours deleted", "ours deleted there"]):
        exchange.put(meeting(title, day=3 + number))
    for calendar in (exchange, google):
        calendar.put(meeting("shared", day=20))
    google.put(meeting("theirs", day=11))
    bench.settle()
    exchange.edit(exchange.named("ours"), title="ours 2")
    google.edit(google.named("ours defaced"), title="defaced")
    exchange.remove(exchange.named("ours deleted"))
    google.remove(google.named("ours deleted there"))
    exchange.edit(exchange.named("shared"), title="shared 2")
    exchange.put(meeting("new here", day=23))
    google.put(meeting("new there", day=24))
    return bench


ONE_WAY_FIRST: Calendar = [
    ("new here", ""),
    ("ours 2", ""),
    ("ours defaced", ""),
    ("ours deleted there", ""),
    ("shared 2", ""),
]
THEIRS: Calendar = [("new there", ""), ("theirs", "")]


def second_act_one_way(bench: Bench) -> None:
    for id_, event in list(bench.exchange.events().items()):
        bench.exchange.edit(id_, title=f"{event.title} again")
    for id_, event in list(bench.google.events().items()):
        if event.title not in {"theirs", "new there", "shared 2"}:
            bench.google.edit(id_, place="defaced")
    bench.google.edit(bench.google.named("shared 2"), place="Google's own")


ONE_WAY_SECOND: Calendar = [
    ("new here again", ""),
    ("ours 2 again", ""),
    ("ours defaced again", ""),
    ("ours deleted there again", ""),
    ("shared 2 again", ""),
]


def lost_store() -> Bench:
    """Give a pair in step whose store is lost while three events were edited."""
    bench = Bench()
    for number, title in enumerate(["ours", "ours edited there"]):
        bench.exchange.put(meeting(title, day=3 + number))
    for number, title in enumerate(["theirs", "theirs edited here"]):
        bench.google.put(meeting(title, day=10 + number))
    for calendar in (bench.exchange, bench.google):
        calendar.put(meeting("shared", day=20))
    bench.settle()
    bench.lose_store()
    bench.google.edit(bench.google.named("ours edited there"), title="ours edited there 2")
    bench.exchange.edit(bench.exchange.named("theirs edited here"), title="theirs edited here 2")
    bench.exchange.put(meeting("new here", day=23))
    bench.google.put(meeting("new there", day=24))
    return bench


LOST_FIRST: Calendar = [
    ("new here", ""),
    ("new there", ""),
    ("ours", ""),
    ("ours edited there 2", ""),
    ("shared", ""),
    ("theirs", ""),
    ("theirs edited here 2", ""),
]


def second_act_lost(bench: Bench) -> None:
    for id_, event in list(bench.exchange.events().items()):
        bench.exchange.edit(id_, title=f"{event.title} again")
    for id_ in list(bench.google.items):
        bench.google.edit(id_, place="moved")


LOST_SECOND: Calendar = [
    ("new here again", "moved"),
    ("new there again", "moved"),
    ("ours again", "moved"),
    ("ours edited there 2 again", "moved"),
    ("shared again", "moved"),
    ("theirs again", "moved"),
    ("theirs edited here 2 again", "moved"),
]


def moved_mailbox() -> Bench:
    """Give a pair whose mailbox got new ids, with edits made meanwhile."""
    bench = two_way()
    bench.settle()
    exchange = bench.exchange
    exchange.items = {f"m-{id_}": replace(item, id=f"m-{id_}") for id_, item in exchange.items.items()}
    exchange.forget_places()
    exchange.edit(exchange.named("theirs 2"), place="here")
    bench.google.edit(bench.google.named("shared 2"), place="there")
    return bench


MOVED_FIRST: Calendar = [
    ("shared 2", "there") if event == ("shared 2", "") else ("theirs 2", "here") if event == ("theirs 2", "") else event
    for event in TWO_WAY_FIRST
]
MOVED_SECOND: Calendar = [
    ("theirs 2 again", "here") if event == ("theirs 2 again", "") else event for event in TWO_WAY_SECOND
]


def in_series() -> Bench:
    """Give series in step with their overrides on both sides, and edits of every sort made to them."""
    bench = Bench()
    exchange, google = bench.exchange, bench.google
    for title in ("ours", "ours moved", "ours with both"):
        id_ = exchange.put(weekly(title))
        cancel(exchange, id_, monday(4))
        override(exchange, id_, monday(3), place="special")
    for title in ("theirs", "theirs moved", "theirs to be one"):
        id_ = google.put(weekly(title))
        cancel(google, id_, monday(4))
        override(google, id_, monday(3), place="special")
    bench.settle()

    override(exchange, exchange.named("ours"), monday(1), title="first")
    override(google, google.named("ours"), monday(2), place="there")
    exchange.edit(exchange.named("ours moved"), when=weekly("", hour=11).when, overrides={monday(2, hour=11): None})
    cancel(google, google.named("ours with both"), monday(1))
    rename(exchange, exchange.named("ours with both"), "ours with both 2")
    exchange.edit(exchange.named("theirs"), overrides={monday(3): None})
    google.edit(google.named("theirs moved"), when=weekly("", hour=9).when, overrides={monday(1, hour=9): None})
    google.edit(google.named("theirs to be one"), repeats=None, overrides={})
    new = exchange.put(weekly("new here"))
    cancel(exchange, new, monday(2))
    override(exchange, new, monday(3), title="new special")
    new = google.put(weekly("new there"))
    cancel(google, new, monday(2))
    override(google, new, monday(3), title="new special there")
    return bench


SERIES_FIRST: Calendar = sorted(
    [
        ("first 02 10", ""), ("ours 09 10", "there"), ("ours 16 10", "special"),
        ("ours moved 02 11", ""), ("ours moved 16 11", ""), ("ours moved 23 11", ""),
        ("ours with both 2 09 10", ""), ("ours with both 2 16 10", "special"),
        ("theirs 02 10", ""), ("theirs 09 10", ""), ("theirs 23 10", ""),
        ("theirs moved 09 09", ""), ("theirs moved 16 09", ""), ("theirs moved 23 09", ""),
        ("theirs to be one 02 10", ""),
        ("new here 02 10", ""), ("new special 16 10", ""), ("new here 23 10", ""),
        ("new there 02 10", ""), ("new special there 16 10", ""), ("new there 23 10", ""),
    ]
)  # fmt: skip


def second_act_in_series(bench: Bench) -> None:
    """Rename every series on Exchange, and move the second of November in each on Google, where there is one."""
    for id_, event in list(bench.exchange.events().items()):
        rename(bench.exchange, id_, f"{event.title} again")
    for id_, event in list(bench.google.events().items()):
        if event.repeats is None:
            bench.google.edit(id_, place="moved")
        elif event.overrides.get(event.when.start, event) is not None:
            override(bench.google, id_, event.when.start, place="moved")


SERIES_SECOND: Calendar = sorted(
    [
        ("first 02 10", "moved"), ("ours again 09 10", "there"), ("ours again 16 10", "special"),
        ("ours moved again 02 11", "moved"), ("ours moved again 16 11", ""), ("ours moved again 23 11", ""),
        ("ours with both 2 again 09 10", ""), ("ours with both 2 again 16 10", "special"),
        ("theirs again 02 10", "moved"), ("theirs again 09 10", ""), ("theirs again 23 10", ""),
        ("theirs moved again 09 09", ""), ("theirs moved again 16 09", ""), ("theirs moved again 23 09", ""),
        ("theirs to be one again 02 10", "moved"),
        ("new here again 02 10", "moved"), ("new special 16 10", ""), ("new here again 23 10", ""),
        ("new there again 02 10", "moved"), ("new special there 16 10", ""), ("new there again 23 10", ""),
    ]
)  # fmt: skip


Story = tuple[Callable[[], Bench], Calendar, Calendar, Callable[[Bench], None], Calendar, Calendar, int]
STORIES: dict[str, Story] = {
    "two_way": (two_way, TWO_WAY_FIRST, TWO_WAY_FIRST, second_act, TWO_WAY_SECOND, TWO_WAY_SECOND, 38),
    "one_way": (
        one_way,
        ONE_WAY_FIRST,
        sorted(ONE_WAY_FIRST + THEIRS),
        second_act_one_way,
        ONE_WAY_SECOND,
        sorted(
            [("shared 2 again", "Google's own") if e[0] == "shared 2 again" else e for e in ONE_WAY_SECOND] + THEIRS
        ),
        14,
    ),
    "lost_store": (lost_store, LOST_FIRST, LOST_FIRST, second_act_lost, LOST_SECOND, LOST_SECOND, 12),
    "in_series": (in_series, SERIES_FIRST, SERIES_FIRST, second_act_in_series, SERIES_SECOND, SERIES_SECOND, 40),
    "moved_mailbox": (moved_mailbox, MOVED_FIRST, MOVED_FIRST, second_act, MOVED_SECOND, MOVED_SECOND, 14),
}
"""The first act, what Exchange and Google hold after it, the second act, what they hold then; the fewest points."""


def play(story: Story, number: int, when: str) -> tuple[str, str]:
    """Play a story through with a crash at that write of the first act; give the write's kind and what went wrong."""
    first, ours, theirs, second, ours_then, theirs_then, _ = story
    bench = first()
    kind = bench.crash(number, when)
    bench.clock.advance(LATER)
    wrong = mended(bench, ours, theirs)
    if not wrong:
        second(bench)
        wrong = mended(bench, ours_then, theirs_then)
    return kind, f"crash {when} write {number} ({kind}): {wrong}" if wrong else ""


def mended(bench: Bench, ours: Calendar, theirs: Calendar) -> str:
    """Run until all is in step; say in what the calendars differ from what is expected, if they do."""
    report = bench.run()
    if report.outcome != "ok":
        return f"the run ended as {report.outcome}"
    writes = bench.written()
    bench.run()
    if bench.written() != writes:
        return "the second run wrote"
    told = []
    for side, expected in ((Side.EXCHANGE, ours), (Side.GOOGLE, theirs)):
        there, wanted = Counter(held(bench, side)), Counter(expected)
        if there != wanted:
            told.append(f"{side} has {list(there - wanted)}, lacks {list(wanted - there)}")
    return "; ".join(told)


@pytest.mark.parametrize("name", list(STORIES))
def test_the_story_without_a_crash(name: str) -> None:
    assert play(STORIES[name], 10_000, "before") == ("", "")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", list(STORIES))
def test_a_crash_at_any_write_is_mended(name: str, when: str) -> None:
    points: Counter[str] = Counter()
    well: Counter[str] = Counter()
    failures: list[str] = []
    step = 1 if TORTURE else 3
    for number in range(1, 1000, step):
        kind, failure = play(STORIES[name], number, when)
        if not kind:
            break
        points[kind] += 1
        well[kind] += not failure
        failures += [failure] if failure else []
    print(f"\n{name}, crash {when}: points and mended, by kind")  # noqa: T201 - the table is the point
    for kind in sorted(points):
        print(f"  {kind:24} {points[kind]:4} {well[kind]:4}")  # noqa: T201 - the same
    assert not failures, "\n".join(failures)
    assert sum(points.values()) >= STORIES[name][-1] // step


def test_a_crash_while_a_crash_is_mended_is_mended() -> None:
    step = 2 if TORTURE else 13
    for number in range(1, 60, step):
        for then in range(1, 20, step):
            bench = two_way()
            bench.crash(number, "after")
            bench.clock.advance(LATER)
            bench.crash(then, "before")
            bench.clock.advance(LATER)
            bench.settle()
            assert held(bench, Side.EXCHANGE) == held(bench, Side.GOOGLE) == TWO_WAY_FIRST
