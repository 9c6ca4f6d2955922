"""What a run says of single events: edits that were taken back, and clashes; and how it counts what comes to nothing."""

from datetime import timedelta

import pytest

from calpair.errors import RefusedError
from calpair.model.pair import Direction, OnConflict
from calpair.model.side import Side
from calpair.sync.notice import in_words
from calpair.sync.run import sync
from unit.sync.bench import Bench, meeting
from unit.sync.weekly import cancel, monday, override, weekly


def told(bench: Bench) -> list[str]:
    """Run, say what is told of single events without the name of the link, and expect silence."""
    link = bench.link()
    report = bench.run()
    said = [str(notice).replace(link.key, "LINK") for notice in report.notices]
    assert all(notice.when is not None for notice in report.notices)
    bench.settle()
    assert bench.run().said == {}
    return said


@pytest.mark.parametrize(
    ("policy", "stands"),
    [(OnConflict.EXCHANGE, "exchange"), (OnConflict.GOOGLE, "google"), (OnConflict.NEWEST, "google")],
)
def test_a_clash_is_told_with_its_field_and_whose_edit_stands(policy: OnConflict, stands: str) -> None:
    bench = Bench(on_conflict=policy)
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    (copy,) = bench.google.items
    bench.exchange.edit(here, title="Exchange's", place="Roof")
    bench.google.edit(copy, title="Google's")
    assert told(bench) == [f"clash: LINK (title): {stands}'s stands"]


@pytest.mark.parametrize("edited", list(Side))
def test_an_edit_that_survives_a_deletion_is_told_as_a_clash(edited: Side) -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.settle()
    ids = {side: next(iter(bench.calendar(side).items)) for side in Side}
    bench.calendar(edited).edit(ids[edited], title="still wanted")
    bench.calendar(edited.other).remove(ids[edited.other])
    assert told(bench) == [f"clash: LINK (deletion): {edited.value}'s stands"]
    assert bench.both() == ["still wanted"]


@pytest.mark.parametrize("policy", list(OnConflict))
def test_an_occurrence_edited_on_one_side_and_deleted_on_the_other_stays_and_is_told(policy: OnConflict) -> None:
    """`on_conflict` has no say in it: a deletion never wins over an edit."""
    bench = Bench(on_conflict=policy)
    here = bench.exchange.put(weekly("Call"))
    bench.settle()
    (copy,) = bench.google.items
    cancel(bench.exchange, here, monday(3))
    override(bench.google, copy, monday(3), title="Talk")
    assert told(bench) == ["clash: LINK (deletion of 2026-11-16T10:00:00Z): google's stands"]


def test_what_one_way_puts_back_is_told_with_its_fields() -> None:
    bench = Bench(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.exchange.put(meeting("one"))
    bench.settle()
    (copy,) = bench.google.items
    bench.google.edit(copy, title="mine", place="Roof")
    assert told(bench) == ["put back on google: LINK (place, title)"]
    (copy,) = bench.google.items
    bench.google.remove(copy)
    assert told(bench) == ["put back on google: LINK (deletion)"]


def test_an_edit_of_a_copy_of_a_meeting_is_put_back_beside_what_is_carried() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"), people=True)
    bench.settle()
    (copy,) = bench.google.items
    bench.exchange.edit(here, place="Roof")
    bench.google.edit(copy, title="mine")
    link = bench.link()
    report = bench.run()
    assert report.said == {"update": 1, "put_back": 1}
    assert [str(notice) for notice in report.notices] == [f"put back on google: {link.key} (title)"]
    bench.settle()


def test_a_plan_names_fields_and_what_is_put_back_or_clashes() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    (copy,) = bench.google.items
    link = bench.link()
    bench.exchange.edit(here, title="Exchange's", place="Roof")
    bench.google.edit(copy, title="Google's")
    (planned,) = sync(bench.pair, bench.world(), dry_run=True).decisions
    assert [str(planned)] == [f"update on google: {link.key} (place; clash: title)"]


def test_many_names_are_counted() -> None:
    assert in_words(["when", "title", "2026-11-19/place", "2026-11-26/gone", "body"]) == "body, title, when and 2 more"
    assert in_words(["2026-11-26/gone"]) == "deletion of 2026-11-26"


def test_a_parked_event_is_counted_once_however_often_it_is_tried() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.google.answers = [RefusedError("invalid")] * 4
    assert bench.run().said == {"park": 1}
    for _ in range(3):
        bench.clock.advance(timedelta(days=1))
        assert bench.run().said == {"still_parked": 1}
    bench.clock.advance(timedelta(days=1))
    assert bench.run().said == {"create": 1}
    bench.settle()


def test_what_was_refused_is_not_said_to_have_been_done() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    bench.exchange.edit(here, title="two")
    bench.google.answers = [RefusedError("invalid")]
    assert bench.run().said == {"park": 1}
    bench.clock.advance(timedelta(days=1))
    assert bench.run().said == {"update": 1}
    bench.settle()
