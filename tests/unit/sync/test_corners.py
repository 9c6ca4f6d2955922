"""Corners of deciding and acting that no everyday story comes by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from calpair.errors import AbsentError, BackOffError, CursorLostError, RefusedError, SideError, UnknownOutcomeError
from calpair.model.event import Field, Item, Kind, ShowAs
from calpair.model.link import Link, Part, Stamp, State
from calpair.model.pair import Direction
from calpair.model.side import Home, Side
from calpair.ports import Draft, Edit, Page, Written
from calpair.sync import plan
from calpair.sync.act import _wrote
from calpair.sync.book import approve, zone_of
from calpair.sync.decision import Decision
from calpair.sync.desk import Case, Desk, Fate
from unit.sync.bench import Bench, meeting
from unit.sync.fakes import START

BARE = Link("k", "p", Home.EXCHANGE)


def test_a_decision_is_said_in_identifiers_alone() -> None:
    assert str(Decision(BARE, "note")) == "note: k"


def test_a_case_without_items_or_content_is_a_mistake_that_is_named() -> None:
    empty = Case(BARE, dict.fromkeys(Side, Fate.NONE))
    with pytest.raises(ValueError, match="no item on exchange"):
        plan._item(empty, Side.EXCHANGE)
    birthday = Item(Side.GOOGLE, "g", "v", "u", START, START, None, Kind.OTHER)
    with pytest.raises(ValueError, match="of kind other has no content"):
        plan._event(birthday)
    with pytest.raises(ValueError, match="copy of ours"):
        Desk("p", {}, whole=True).orphan(birthday)
    with pytest.raises(ValueError, match="nothing was written on google"):
        _wrote(Decision(BARE, "note"), Side.GOOGLE)


def test_a_calendar_that_does_not_say_what_it_wrote_is_a_mistake() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.google.create = lambda drafts: [None for _ in drafts]  # type: ignore[method-assign,misc]
    with pytest.raises(TypeError, match="what it wrote"):
        bench.run()


def test_a_copy_that_is_there_already_is_read_before_it_is_believed() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.google.answer_lost = True
    bench.run()
    copy = bench.google.only()
    bench.lose_store()
    bench.google.unseen.add(copy)
    bench.google.forget_places()
    bench.run()
    bench.google.unseen.clear()
    bench.google.log.append((copy, False))
    bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() == ["one"]
    assert bench.link().part(Side.GOOGLE) == Part(copy, bench.google.items[copy].version)


def test_a_write_whose_result_nobody_could_read_is_read_by_the_next_look() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    update = bench.google.update

    def blind(edits: list[Edit]) -> list[Written | SideError]:
        answers = update(edits)
        return [replace(one, item=None, sure=False) if isinstance(one, Written) else one for one in answers]

    bench.google.update = blind  # type: ignore[assignment,method-assign]
    bench.exchange.edit(here, title="edited")
    bench.settle()
    assert bench.both() == ["edited"]
    assert set(bench.link().agreed) == set(Side)


def test_what_a_server_makes_of_a_field_is_the_agreement_and_is_said() -> None:
    bench = Bench()
    create = bench.google.create

    def shouting(drafts: list[Draft]) -> Sequence[Written | SideError]:
        return create([replace(one, event=replace(one.event, title="ONE")) for one in drafts])

    bench.google.create = shouting  # type: ignore[assignment,method-assign]
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    assert bench.titles(Side.GOOGLE) == ["ONE"]
    assert bench.titles(Side.EXCHANGE) == ["one"]
    assert "title:altered" in bench.link().losses
    bench.exchange.edit(here, place="room")
    bench.settle()
    assert bench.titles(Side.EXCHANGE) == ["one"]


def test_an_orphan_to_which_guests_were_invited_is_not_removed() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.exchange.put(meeting("beside", day=9))
    bench.settle()
    bench.lose_store()
    bench.exchange.remove(here)
    for _ in range(2):
        bench.run()
        bench.clock.advance(timedelta(minutes=11))
    copy = bench.google.named("one")
    bench.google.put(bench.google.event(copy), copy, people=True)
    bench.run()
    approve(bench.store, bench.pair, bench.orphans(), bench.clock())
    bench.run()
    assert copy in bench.google.items


def test_an_ordinary_event_that_became_another_kind_is_left_and_taken_up_again() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    copy = bench.google.only()
    bench.google.put(None, copy, kind=Kind.OTHER, trouble="fromGmail")
    bench.settle()
    assert (bench.link().state, bench.link().why) == (State.LEFT, "fromGmail")
    bench.exchange.edit(here, title="edited meanwhile")
    bench.settle()
    bench.google.put(meeting("one"), copy, kind=Kind.SINGLE)
    bench.settle()
    assert bench.both() == ["edited meanwhile"]


def test_another_kind_whose_partner_is_deleted_is_an_event_alone_when_it_is_ordinary_again() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    copy = bench.google.only()
    bench.google.put(None, copy, kind=Kind.OTHER, trouble="fromGmail")
    bench.settle()
    bench.exchange.remove(here)
    bench.settle()
    bench.google.put(meeting("one"), copy, kind=Kind.SINGLE)
    bench.run()
    bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() in ([], ["one"])


def test_another_kind_made_ordinary_while_its_partner_is_deleted_stands_alone() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    copy = bench.google.only()
    bench.google.put(None, copy, kind=Kind.OTHER, trouble="fromGmail")
    bench.settle()
    bench.google.put(meeting("one"), copy, kind=Kind.SINGLE)
    bench.exchange.remove(here)
    bench.settle()
    assert bench.both() in ([], ["one"])


def test_a_server_that_asks_for_time_in_the_midst_of_a_batch_ends_the_run_after_it() -> None:
    bench = Bench()
    for day in (5, 6):
        bench.exchange.put(meeting(f"day {day}", day=day))
    bench.google.answers = [None, BackOffError("rateLimitExceeded", scope="user")]
    with pytest.raises(BackOffError):
        bench.run()
    assert bench.titles(Side.GOOGLE) == ["day 5"]
    bench.settle()
    assert bench.both() == ["day 5", "day 6"]


def test_the_zone_of_the_calendar_is_remembered() -> None:
    bench = Bench()
    assert zone_of(bench.store, bench.pair) == ""
    bench.settle()
    assert zone_of(bench.store, bench.pair) == "Europe/Berlin"


@pytest.mark.parametrize("side", list(Side))
def test_an_item_that_cannot_be_read_for_its_own_reason_stops_the_run_and_nothing_else(side: Side) -> None:
    bench = Bench()
    bench.calendar(side).put(meeting("one"))
    read = bench.calendar(side).read
    busy = BackOffError("ErrorServerBusy")
    bench.calendar(side).read = lambda ids, known=None: dict.fromkeys(ids, busy)  # type: ignore[method-assign] # noqa: ARG005 - the port's
    if side is Side.EXCHANGE:
        with pytest.raises(BackOffError):
            bench.run()
    bench.calendar(side).read = read  # type: ignore[method-assign]
    bench.settle()
    assert bench.both() == ["one"]


def test_a_place_lost_at_the_very_beginning_is_the_servers_trouble() -> None:
    bench = Bench()

    def lost(cursor: str) -> Page:
        raise CursorLostError(f"lost {cursor}")

    bench.google.changes = lost  # type: ignore[method-assign]
    with pytest.raises(CursorLostError):
        bench.run()


def test_half_a_merge_is_seen_as_half_done() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    there = bench.google.only()
    bench.exchange.edit(here, title="by Exchange")
    bench.google.edit(there, place="by Google")
    bench.exchange.answers = [RefusedError("invalid")]
    bench.run()
    assert bench.google.event(there).title == "by Exchange"
    assert bench.exchange.event(here).place == ""
    # What came of it on Google is agreed there: a later edit of it is one, and Exchange's stands beside it.
    bench.google.edit(there, place="by Google, later")
    bench.clock.advance(timedelta(hours=1))
    bench.settle()
    assert bench.google.event(there) == meeting("by Exchange", place="by Google, later")


@pytest.mark.parametrize("error", [UnknownOutcomeError("timeout"), AbsentError("notFound"), RefusedError("forbidden")])
@pytest.mark.parametrize("side", list(Side))
def test_a_deletion_that_failed_is_tried_again(side: Side, error: SideError) -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.exchange.put(meeting("beside", day=9))
    bench.settle()
    bench.calendar(side.other).remove(bench.calendar(side.other).named("one"))
    bench.calendar(side).answers = [error]
    bench.run()
    bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() == ["beside"]


def test_a_cloned_copy_beside_a_lost_store_is_an_event_of_its_own() -> None:
    bench = Bench()
    bench.google.put(meeting("one"))
    bench.settle()
    (copy,) = bench.exchange.items.values()
    bench.exchange.put(meeting("one, copied", day=9), uid=copy.uid, stamp=copy.stamp)
    bench.settle()
    bench.lose_store()
    bench.settle()
    assert bench.both() == ["one", "one, copied"]
    assert bench.orphans() == []


def test_a_meeting_on_both_sides_under_two_uids_is_two_meetings() -> None:
    bench = Bench()
    for calendar in (bench.exchange, bench.google):
        calendar.put(meeting("one"))
    bench.settle()
    for calendar in (bench.exchange, bench.google):
        calendar.put(calendar.event(calendar.only()), calendar.only(), people=True)
    bench.settle()
    bench.exchange.edit(bench.exchange.only(), title="ours")
    bench.settle()
    assert (bench.titles(Side.EXCHANGE), bench.titles(Side.GOOGLE)) == (["ours"], ["one"])


def test_losses_that_ended_are_no_longer_said() -> None:
    bench = Bench(direction=Direction.EXCHANGE_TO_GOOGLE)
    here = bench.exchange.put(meeting("one", categories=("red",)), losses=("attachments",))
    bench.settle()
    assert bench.link().losses == ("attachments", "categories")
    bench.exchange.put(meeting("one", categories=()), here, losses=())
    bench.settle()
    assert bench.link().losses == ()


def test_what_google_cannot_say_is_not_written_back_to_exchange() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one", show_as=ShowAs.AWAY, categories=("red",)))
    bench.settle()
    bench.google.edit(bench.google.only(), title="edited")
    bench.settle()
    assert bench.exchange.event(here) == meeting("edited", show_as=ShowAs.AWAY, categories=("red",))


def test_only_changed_fields_are_written() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    update = bench.google.update
    sent: list[frozenset[Field]] = []

    def watched(edits: list[Edit]) -> object:
        sent.extend(edit.fields for edit in edits)
        return update(edits)

    bench.google.update = watched  # type: ignore[assignment,method-assign]
    bench.exchange.edit(here, title="two", reminder=5)
    bench.settle()
    assert sent == [frozenset({Field.TITLE, Field.REMINDER})]


def test_a_second_live_item_with_a_copys_uid_and_no_stamp_is_an_event() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"), uid="m@x", people=True)
    bench.settle()
    (copy,) = bench.google.items.values()
    assert isinstance(copy.stamp, Stamp)
    bench.exchange.put(meeting("another", day=9), uid="M@x")
    bench.settle()
    assert bench.both() == ["another", "one"]
