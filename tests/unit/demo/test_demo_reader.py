"""The reader's judgement, on calendars written out by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from demo.events import Event
from demo.reader import Patience, Reader, Sides, both_hold, differences, duplicates, none_holds, side_holds
from demo.views import Seen

NINE, TEN, NOON = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (9, 10, 12))
TEA = Event("Tea", NINE, TEN, "Kitchen", text="bring cake")
DUTY = Event("Duty", date(2026, 11, 24), date(2026, 11, 26), busy=False)
OWN = Event("Choir", NOON, NOON.replace(hour=13))


def held(*events: Event) -> dict[str, Seen]:
    return {str(number): Seen(str(number), "v1", event) for number, event in enumerate(events)}


def test_equal_calendars_do_not_differ_whatever_their_ids_and_order() -> None:
    assert differences(Sides(held(TEA, DUTY), held(DUTY, TEA))) == []


def test_every_field_a_person_sees_is_compared_and_named() -> None:
    other = replace(TEA, place="Hall", busy=False, private=True, text="bring tea")
    (said,) = differences(Sides(held(TEA), held(other)))
    assert said == (
        "'Tea' of 23 Nov: place Kitchen (Exchange), Hall (Google), busy True (Exchange), False (Google), "
        "private False (Exchange), True (Google), text bring cake (Exchange), bring tea (Google)"
    )


def test_a_moved_event_and_a_renamed_one_are_one_event_each() -> None:
    moved = replace(TEA, end=NOON)
    assert differences(Sides(held(TEA), held(moved))) == [
        "'Tea' of 23 Nov: end 2026-11-23 10:00:00+00:00 (Exchange), 2026-11-23 12:00:00+00:00 (Google)"
    ]
    renamed = replace(DUTY, title="Shift")
    assert differences(Sides(held(DUTY), held(renamed))) == ["'Duty' of 24 Nov: title Duty (Exchange), Shift (Google)"]


def test_an_event_of_one_side_alone_is_named_with_the_side() -> None:
    assert differences(Sides(held(TEA), {})) == ["'Tea' of 23 Nov: only on Exchange"]
    assert differences(Sides({}, held(TEA))) == ["'Tea' of 23 Nov: only on Google"]


def test_twice_is_not_the_same_as_once() -> None:
    assert differences(Sides(held(TEA), held(TEA, TEA))) == ["'Tea' of 23 Nov: only on Google"]


def test_an_all_day_event_is_not_the_same_as_one_from_midnight_to_midnight() -> None:
    hours = replace(DUTY, start=datetime(2026, 11, 24, tzinfo=UTC), end=datetime(2026, 11, 26, tzinfo=UTC))
    assert len(differences(Sides(held(DUTY), held(hours)))) == 1


def test_googles_own_events_stand_beside_and_must_stay_as_they_are() -> None:
    assert differences(Sides(held(TEA), held(TEA, OWN)), [OWN]) == []
    gone = ["'Choir' of 23 Nov: Google's own, and it is gone or changed"]
    assert differences(Sides(held(TEA), held(TEA)), [OWN]) == gone
    changed = replace(OWN, title="Chor")
    assert differences(Sides(held(TEA), held(TEA, changed)), [OWN]) == [*gone, "'Chor' of 23 Nov: only on Google"]


def test_duplicates_are_counted_beyond_what_was_put_there() -> None:
    assert duplicates([TEA, DUTY], {}) == []
    assert duplicates([TEA, replace(TEA, place="Hall"), TEA], {}) == ["'Tea' of 23 Nov", "'Tea' of 23 Nov"]
    assert duplicates([TEA, TEA], {TEA.key: 2}) == []
    assert duplicates([TEA, replace(TEA, end=NOON)], {}) == []


def test_an_event_is_wanted_once_and_so_on_both_sides() -> None:
    assert both_hold(Sides(held(TEA, DUTY), held(TEA)), TEA) == ""
    assert both_hold(Sides(held(TEA), {}), TEA) == "'Tea' not on Google"
    assert both_hold(Sides(held(TEA, TEA), held(TEA)), TEA) == "'Tea' 2 times on Exchange (duplicate)"
    elsewhere = replace(TEA, place="Hall")
    assert both_hold(Sides(held(TEA), held(elsewhere)), TEA) == "'Tea' on Google place Kitchen (wanted), Hall (found)"


def test_what_should_be_gone_is_named_where_it_still_stands() -> None:
    assert none_holds(Sides(held(DUTY), held(OWN)), ["Tea"]) == ""
    assert (
        none_holds(Sides(held(TEA), held(TEA)), ["Tea", "Duty"])
        == "'Tea' is still on Exchange; 'Tea' is still on Google"
    )
    many = [replace(TEA, title=f"Tea {number}") for number in range(5)]
    assert none_holds(Sides(held(*many), {}), [one.title for one in many]).endswith(
        "'Tea 2' is still on Exchange and 2 more"
    )


def test_versions_tell_of_every_write() -> None:
    before = Sides(held(TEA), held(TEA))
    after = Sides(held(TEA), {"0": Seen("0", "v2", TEA)})
    assert before.versions() - after.versions() == {("Google", "0", "v1")}


class Held:
    """A view of a calendar in memory."""

    def __init__(self, *events: Event) -> None:
        self.seen = held(*events)
        self.forgotten = 0

    def look(self) -> Mapping[str, Seen]:
        return self.seen

    def occurrences(self, seen: Seen) -> Sequence[Seen]:
        return [replace(seen, id=f"{seen.id}-{hour}", event=replace(seen.event, end=hour)) for hour in (TEN, NOON)]

    def forget(self) -> None:
        self.forgotten += 1


def test_events_that_do_not_count_are_not_looked_at() -> None:
    reader = Reader(Held(TEA, OWN), Held(OWN), lambda event: event.title == "Tea")
    assert (reader.look().events("Exchange"), reader.look().events("Google")) == ([TEA], [])
    assert reader.strangers() == 2


def test_a_series_is_seen_as_its_occurrences_and_only_where_it_counts() -> None:
    held_here = Held(TEA, OWN)
    held_here.seen = {each.id: replace(each, series=each.id) for each in held_here.seen.values()}
    reader = Reader(held_here, Held(), lambda event: event.title == "Tea")
    assert reader.look().events("Exchange") == [TEA, replace(TEA, end=NOON)]
    assert {seen.series for seen in reader.look().exchange.values()} == {"0"}
    assert reader.strangers() == 1


def test_a_side_holds_just_these_events_of_their_titles() -> None:
    later = replace(TEA, start=TEN, end=NOON)
    sides = Sides(held(TEA, DUTY, later), held(TEA, TEA, DUTY))
    assert side_holds(sides, "Exchange", [later, TEA]) == ""
    assert side_holds(sides, "Exchange", [TEA]) == "'Tea' of 23 Nov should not be on Exchange"
    assert side_holds(sides, "Google", [TEA, later]) == (
        "'Tea' of 23 Nov is not so on Google; 'Tea' of 23 Nov should not be on Google"
    )


def test_a_fresh_look_remembers_nothing() -> None:
    exchange, google = Held(TEA), Held(TEA)
    assert Reader(exchange, google).fresh().events("Google") == [TEA]
    assert (exchange.forgotten, google.forgotten) == (1, 1)


def test_patience_looks_until_nothing_is_wrong() -> None:
    said, slept = iter(["not yet", "not yet", ""]), list[float]()
    assert Patience(polls=9, pause=0.5, sleep=slept.append).until(lambda: next(said)) == ""
    assert slept == [0.5, 0.5]


def test_patience_ends_with_what_was_wrong_last() -> None:
    slept = list[float]()
    assert (
        Patience(polls=3, pause=1.0, sleep=slept.append).until(lambda: f"missing after {len(slept)}")
        == "missing after 3"
    )
