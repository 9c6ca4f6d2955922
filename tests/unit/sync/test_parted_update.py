"""Changing parts: what is written of them is written on their series, and what they say is then theirs."""

from dataclasses import replace
from datetime import timedelta

from calpair.errors import BackOffError, RefusedError, StaleError
from calpair.model.body import Body
from calpair.model.event import Event, Field
from calpair.model.link import Stamp
from calpair.ports import Edit, Written
from calpair.sync.parted import Parted
from calpair.sync.project import content
from unit.sync.parted_edits import failing, gone, of, parts, said, single, whole, write
from unit.sync.parted_home import (
    MONDAYS,
    WEDNESDAY,
    WEDNESDAYS,
    Home,
    at,
    biennial,
    board,
    hold,
    monthly,
    once,
    span,
    weekly,
)

STAMP = Stamp("pair", "link", "e1", "partner")
LONG = Body("A body of more than twenty characters")
NOVEMBER, DECEMBER, JANUARY = MONDAYS


# --- what is no part


def test_what_is_no_part_is_written_as_it_is() -> None:
    home = Home()
    plain = home.put("e2", Event("Lunch", span(at(11, 3))))
    edit = Edit(plain, replace(content(plain), title="Dinner"), frozenset({Field.TITLE}), STAMP)
    (written,) = write(home, edit)
    assert home.edits == [edit]
    assert (written.id, written.item, written.sure) == ("e2", home.items["e2"], True)
    assert Parted(home, hold).update([]) == []


# --- one occurrence


def test_an_edited_occurrence_of_a_part_is_an_override_at_home_of_what_differs() -> None:
    home, (_, wednesdays) = of(board(until=None, body=LONG))
    (written,) = write(home, single(wednesdays, WEDNESDAYS[0], title="Late board"))
    assert home.event("e1").overrides == {
        WEDNESDAYS[0]: Event("Late board", span(WEDNESDAYS[0]), body=LONG, place="Room 1"),
    }
    assert (written.id, written.sure) == ("e1#third-wednesday", True)
    assert written.item == parts(home)[1]
    assert said(home) == {WEDNESDAYS[0]: "Late board"}


def test_what_an_occurrence_overrode_before_stays() -> None:
    before = once(board(), span(at(11, 18, 14)), title="Late board", body=LONG)
    home, (_, wednesdays) = of(board(overrides={WEDNESDAYS[0]: before}))
    write(home, single(wednesdays, WEDNESDAYS[0], title="Later board"))
    assert home.event("e1").overrides == {WEDNESDAYS[0]: replace(before, title="Later board")}


def test_a_cancelled_occurrence_is_cancelled_and_comes_back() -> None:
    home, (_, wednesdays) = of(board(until=None))
    write(home, gone(wednesdays, WEDNESDAYS[0]))
    assert said(home) == {WEDNESDAYS[0]: None}
    _, wednesdays = parts(home)
    write(home, single(wednesdays, WEDNESDAYS[0], title="Saved", when=span(WEDNESDAYS[0])))
    assert home.event("e1").overrides == {WEDNESDAYS[0]: Event("Saved", span(WEDNESDAYS[0]), place="Room 1")}


def test_an_occurrence_that_is_as_its_part_again_is_no_override() -> None:
    cancelled = board(overrides={NOVEMBER: None, DECEMBER: once(board(), span(DECEMBER), title="Last board")})
    home, (mondays, _) = of(cancelled)
    write(home, single(mondays, NOVEMBER), single(mondays, DECEMBER))
    assert said(home) == {}
    assert home.edits[0].overrides == {NOVEMBER, DECEMBER}


def test_what_the_series_says_already_is_not_written() -> None:
    home, (mondays, _) = of(board(overrides={NOVEMBER: None}))
    (again, kept) = write(home, gone(mondays, NOVEMBER), single(mondays, DECEMBER))
    assert home.edits == []
    assert again == Written("e1", mondays, sure=True)
    assert kept == again


def test_an_override_that_nobody_changed_stays_as_it_is_spelled() -> None:
    respelled = once(board(), span(NOVEMBER), title="Board  ")
    home, (mondays, wednesdays) = of(board(overrides={NOVEMBER: respelled}))
    event = content(mondays)
    asked = Edit(mondays, event, frozenset(), overrides=frozenset({NOVEMBER}))
    write(home, asked, gone(wednesdays, WEDNESDAYS[0]))
    assert home.event("e1").overrides == {NOVEMBER: respelled, WEDNESDAYS[0]: None}


def test_a_respelled_occurrence_says_nothing_new() -> None:
    home, (mondays, _) = of(board())
    write(home, single(mondays, NOVEMBER, title="Board "))
    assert home.edits == []


def test_categories_are_not_written_where_the_home_has_none() -> None:
    home, (mondays, _) = of(board())
    write(home, single(mondays, NOVEMBER, categories=("red",)), whole(mondays, categories=("blue",)))
    assert home.edits == []


# --- single events


def test_a_single_event_is_an_override_of_its_occurrence() -> None:
    home, (_, later) = of(biennial())
    edit = Edit(
        later,
        replace(content(later), title="Big fair", when=span(at(11, 3, year=2028))),
        frozenset({Field.TITLE, Field.WHEN}),
    )
    (written,) = write(home, edit)
    then = at(11, 2, year=2028)
    assert home.event("e1").overrides == {then: Event("Big fair", span(at(11, 3, year=2028)))}
    assert written.item
    assert (written.id, content(written.item).title) == ("e1#2028-11-02T09:00:00Z", "Big fair")


def test_a_single_event_cannot_be_made_a_series() -> None:
    home, (_, later) = of(biennial())
    (error,) = failing(home, whole(later, when=content(later).when, repeats=monthly(WEDNESDAY)))
    assert isinstance(error, RefusedError)
    assert home.edits == []


def test_an_occurrence_that_stood_apart_and_is_put_back_is_of_its_series_again() -> None:
    moved = once(weekly(), span(at(11, 20)))
    home, (rest, apart) = of(weekly(overrides={at(11, 9): moved}))
    (written,) = write(home, whole(apart, when=span(at(11, 9))))
    assert home.event("e1").overrides == {}
    # It is no part now: that is to be seen.
    assert written == Written("e1#2026-11-09T09:00:00Z", None, sure=False)
    home, (rest, apart) = of(weekly(overrides={at(11, 9): moved}), home=home)
    write(home, single(rest, at(11, 9)))
    assert home.event("e1").overrides == {}


def test_a_refused_single_event_is_refused() -> None:
    no = RefusedError("no")
    home, (first, later) = of(biennial(), home=Home(will_not={at(11, 2, year=2028): no}))
    done, refused = failing(home, whole(first, title="Fair 1"), whole(later, title="Fair 2"))
    assert isinstance(done, Written)
    assert done.refused == {}
    assert refused is no


# --- several at once


def test_several_parts_are_one_edit_of_their_series() -> None:
    home, (mondays, wednesdays) = of(board())
    plain = home.put("e2", Event("Lunch", span(at(11, 3))))
    written = write(
        home,
        whole(mondays, title="Directors"),
        Edit(plain, replace(content(plain), title="Dinner"), frozenset({Field.TITLE})),
        gone(wednesdays, WEDNESDAYS[1]),
    )
    assert [edit.item.id for edit in home.edits] == ["e1", "e2"]
    assert home.edits[0].overrides == {*MONDAYS, WEDNESDAYS[1]}
    assert [one.id for one in written] == ["e1", "e2", "e1#third-wednesday"]
    assert said(home) == {**dict.fromkeys(MONDAYS, "Directors"), WEDNESDAYS[1]: None}


def test_only_the_first_part_has_a_stamp() -> None:
    home, (mondays, wednesdays) = of(board())
    stamping = Edit(mondays, content(mondays), frozenset(), STAMP)
    (written, _) = write(
        home, stamping, replace(stamping, item=wednesdays, event=content(wednesdays), stamp=replace(STAMP, part=2))
    )
    assert home.items["e1"].stamp == STAMP
    assert written.item
    assert written.item.stamp == STAMP


def test_parts_read_at_different_times_are_not_written_together() -> None:
    home, (_, wednesdays) = of(board())
    write(home, gone(wednesdays, WEDNESDAYS[1]))
    mondays, _ = parts(home)
    done, stale = failing(home, gone(mondays, NOVEMBER), gone(wednesdays, WEDNESDAYS[0]))
    assert isinstance(done, Written)
    assert isinstance(stale, StaleError)
    assert said(home) == {WEDNESDAYS[1]: None, NOVEMBER: None}


def test_what_the_calendar_answers_is_every_parts_answer() -> None:
    home, (mondays, wednesdays) = of(board())
    home.count = 7
    home.put("e1", board(place="Hall"))
    answers = failing(home, gone(mondays, NOVEMBER), gone(wednesdays, WEDNESDAYS[0]))
    assert [type(answer) for answer in answers] == [StaleError, StaleError]
    home.broken["e1"] = BackOffError("busy")
    assert failing(home, gone(mondays, NOVEMBER)) == [home.broken["e1"]]


def test_refused_occurrences_are_told_of_their_part_by_the_names_it_has_for_them() -> None:
    no = RefusedError("no")
    home, (mondays, wednesdays) = of(board(), home=Home(will_not={DECEMBER: no, WEDNESDAYS[0]: no}))
    first, second = write(home, whole(mondays, when=span(at(11, 2, 10))), gone(wednesdays, WEDNESDAYS[0]))
    assert first.refused == {at(12, 7, 10): no}
    assert second.refused == {WEDNESDAYS[0]: no}


def test_where_the_read_back_failed_nothing_is_known() -> None:
    home, (mondays, _) = of(board(), home=Home(unsure=True))
    assert write(home, gone(mondays, NOVEMBER)) == [Written("e1", None, sure=False)]


def test_after_a_write_a_second_look_finds_nothing_to_write() -> None:
    home, (mondays, wednesdays) = of(board(body=LONG))
    write(
        home,
        whole(mondays, title="Directors"),
        single(wednesdays, WEDNESDAYS[2], when=span(WEDNESDAYS[2] + timedelta(days=1))),
    )
    home.edits.clear()
    mondays, wednesdays = parts(home)
    write(
        home,
        whole(mondays, title="Directors"),
        Edit(wednesdays, content(wednesdays), frozenset(), overrides=frozenset(WEDNESDAYS)),
    )
    assert home.edits == []
