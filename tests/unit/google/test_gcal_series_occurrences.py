"""One occurrence looked up and written, by hand-written answers."""

import json
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from calpair.errors import BackOffError, RefusedError, StaleError, UnknownOutcomeError
from calpair.google.instances import MOST_PAGES
from calpair.google.mapping.series import gathered, whole
from calpair.model.event import Event, Field, Item
from calpair.model.rule import Original
from calpair.ports import Edit, Written
from unit.google.ground import Script, scripted
from unit.google.test_gcal_series_reading import (
    BARE,
    KNOWN,
    MASTER,
    MOVED,
    SECOND,
    STAND_UP,
    THIRD,
    occurrence,
)

PLAIN: dict[str, Any] = {
    **{name: value for name, value in MASTER.items() if name != "recurrence"},
    "id": "xx2",
    "recurringEventId": "abc123",
    "originalStartTime": {"dateTime": "2026-10-19T09:00:00+02:00", "timeZone": "Europe/Berlin"},
    "start": {"dateTime": "2026-10-19T09:00:00+02:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-10-19T09:30:00+02:00", "timeZone": "Europe/Berlin"},
}
"""The second occurrence, as the series has it."""

OTHER = occurrence(SECOND, title="Other")
STALE = (412, json.dumps({"error": {"errors": [{"reason": "conditionNotMet"}]}}))
NONE = (200, json.dumps({"items": []}))


def ok(**said: Any) -> tuple[int, str]:
    return 200, json.dumps(said)


def listing(*events: dict[str, Any], **more: Any) -> tuple[int, str]:
    return ok(items=events, **more)


def patch(
    *answers: tuple[int, str],
    wanted: Event | None = OTHER,
    original: Original = SECOND,
    there: tuple[dict[str, Any], ...] = (),
    fields: frozenset[Field] = frozenset(),
    **series: Any,
) -> tuple[Written, Script]:
    """Bring one occurrence to what is wanted; `there`: the exceptions the series was read with."""
    calendar, script = scripted(*answers)
    item: Item = whole(gathered(MASTER, there), KNOWN)
    assert item.event is not None
    event = replace(item.event, overrides={**item.event.overrides, original: wanted}, **series)
    (answer,) = calendar.update([Edit(item, event, fields, overrides=frozenset({original}))])
    assert isinstance(answer, Written)
    return answer, script


def refusal(answer: Written) -> tuple[type, str]:
    (error,) = answer.refused.values()
    return type(error), error.code


def test_an_occurrence_is_asked_for_by_its_original_start_and_around_it() -> None:
    answer, script = patch(listing(PLAIN), ok(**{**PLAIN, "etag": '"9"', "summary": "Other"}))
    (_, uri, _, _), (method, written, body, headers) = script.asked
    assert urlsplit(uri).path.endswith("/events/abc123/instances")
    assert parse_qs(urlsplit(uri).query) == {
        "originalStart": ["2026-10-19T07:00:00Z"],
        "timeMin": ["2026-10-18T07:00:00Z"],
        "timeMax": ["2026-10-21T07:00:00Z"],
        "showDeleted": ["true"],
        "maxResults": ["2500"],
        "alt": ["json"],
    }
    assert (method, urlsplit(written).path.rpartition("/")[2]) == ("PATCH", "xx2")
    assert parse_qs(urlsplit(written).query)["sendUpdates"] == ["none"]
    assert (json.loads(body), headers["If-Match"]) == ({"summary": "Other"}, MASTER["etag"])
    assert (answer.refused, answer.sure) == ({}, True)
    assert answer.item is not None
    assert answer.item.event == replace(STAND_UP, overrides={SECOND: occurrence(SECOND, title="Other")})


def test_an_occurrence_that_is_as_wanted_already_is_left() -> None:
    told = {**PLAIN, "summary": "Other"}
    answer, script = patch(listing(told), fields=frozenset(), there=(told,))
    assert (answer.refused, len(script.asked)) == ({}, 0)


class TestLookingUp:
    @pytest.mark.parametrize("torn", [{"items": {}}, {"items": [7]}, {"items": [{"etag": "1"}]}, {"items": None}])
    def test_a_list_that_is_torn_is_waited_for(self, torn: dict[str, Any]) -> None:
        answer, script = patch(ok(**torn))
        assert refusal(answer) == (BackOffError, "garbled")
        assert (answer.sure, len(script.asked)) == (True, 1)

    def test_a_list_without_end_is_given_up(self) -> None:
        answer, script = patch(*[listing(nextPageToken="on")] * MOST_PAGES)
        assert refusal(answer) == (BackOffError, "garbled")
        assert len(script.asked) == MOST_PAGES

    def test_it_goes_on_to_the_page_that_has_it_and_no_further(self) -> None:
        told = {**PLAIN, "etag": '"9"', "summary": "Other"}
        answer, script = patch(listing(nextPageToken="on"), listing(PLAIN, nextPageToken="on"), ok(**told))
        assert answer.refused == {}
        assert parse_qs(urlsplit(script.asked[1][1]).query)["pageToken"] == ["on"]

    def test_what_does_not_say_which_it_is_is_none_of_those_asked_for(self) -> None:
        answer, _ = patch(listing({**PLAIN, "originalStartTime": {}}), listing(MASTER))
        assert refusal(answer) == (RefusedError, "noOccurrence")
        assert answer.sure

    def test_one_to_be_cancelled_that_is_not_there_is_cancelled(self) -> None:
        answer, script = patch(NONE, wanted=None)
        assert (answer.refused, answer.sure, len(script.asked)) == ({}, True, 1)

    def test_one_that_cannot_be_read_is_left(self) -> None:
        answer, _ = patch(listing({**PLAIN, "start": {}}), listing(MASTER))
        assert refusal(answer) == (RefusedError, "times")


class TestBare:
    """A cancelled occurrence of which nothing is known but that: it is looked at before it is brought back."""

    def test_it_is_brought_back_under_its_version(self) -> None:
        told = {**PLAIN, "id": BARE["id"], "etag": '"9"', "summary": "Other"}
        answer, script = patch(ok(**BARE, etag='"8"'), ok(**told), there=(BARE,))
        assert (answer.refused, script.asked[1][3]["If-Match"]) == ({}, '"8"')
        assert json.loads(script.asked[1][2])["status"] == "confirmed"

    def test_without_a_version_nothing_is_written(self) -> None:
        answer, _ = patch(ok(**BARE), listing(MASTER, BARE), there=(BARE,))
        assert refusal(answer) == (StaleError, "noVersion")
        assert (answer.sure, answer.item is not None) == (True, True)

    def test_one_that_is_back_already_is_not_overwritten(self) -> None:
        back = {**PLAIN, "id": BARE["id"], "etag": '"9"', "summary": "Mine"}
        answer, _ = patch(ok(**back), listing(MASTER, back), there=(BARE,))
        assert refusal(answer) == (StaleError, "editedOccurrence")
        assert answer.sure is False

    def test_one_that_nobody_can_see_is_refused(self) -> None:
        answer, _ = patch((404, "{}"), listing(MASTER, BARE), there=(BARE,))
        assert refusal(answer)[1] == "http404"

    def test_one_that_stays_cancelled_all_the_same_is_refused(self) -> None:
        gone = {**BARE, "etag": '"8"'}
        answer, _ = patch(ok(**gone), listing(MASTER, gone), there=(gone,))
        assert refusal(answer) == (RefusedError, "notRevived")

    def test_one_that_stays_alive_all_the_same_is_refused(self) -> None:
        answer, _ = patch(ok(**MOVED), listing(MASTER, MOVED), wanted=None, original=THIRD, there=(MOVED,))
        assert refusal(answer) == (RefusedError, "notCancelled")

    def test_one_that_is_gone_is_cancelled(self) -> None:
        answer, _ = patch((410, "{}"), wanted=None, original=THIRD, there=(MOVED,))
        assert answer.refused == {}
        assert answer.item is not None
        assert answer.item.event == replace(STAND_UP, overrides={THIRD: None})


class TestStale:
    """An occurrence without a resource of its own came back as stale."""

    def test_if_it_says_what_it_said_it_is_written_all_the_same(self) -> None:
        told = {**PLAIN, "etag": '"9"', "summary": "Other"}
        answer, script = patch(listing(PLAIN), STALE, ok(**PLAIN), ok(**told))
        assert (answer.refused, answer.sure) == ({}, True)
        assert "If-Match" not in script.asked[-1][3]

    @pytest.mark.parametrize(
        "now", [ok(**{**PLAIN, "summary": "Mine"}), ok(**BARE), ok(**{**PLAIN, "start": {}}), (404, "{}")]
    )
    def test_if_it_says_anything_else_it_is_left(self, now: tuple[int, str]) -> None:
        answer, script = patch(listing(PLAIN), STALE, now, listing(MASTER))
        assert refusal(answer) == (StaleError, "conditionNotMet")
        assert len(script.asked) == 4

    def test_a_cancelled_one_is_brought_back(self) -> None:
        gone = {**BARE, "etag": '"8"'}
        told = {**PLAIN, "id": BARE["id"], "etag": '"9"', "summary": "Other"}
        lines = [*MASTER["recurrence"], "EXDATE:20261019T070000Z"]
        calendar, _ = scripted(ok(**MASTER), listing(gone), STALE, ok(**gone), ok(**told))
        item = whole(gathered({**MASTER, "recurrence": lines}, ()), KNOWN)
        event = replace(STAND_UP, overrides={SECOND: occurrence(SECOND, title="Other")})
        (answer,) = calendar.update([Edit(item, event, frozenset(), overrides=frozenset({SECOND}))])
        assert isinstance(answer, Written)
        assert answer.refused == {}

    def test_if_somebody_was_there_just_then_it_is_looked_at_again(self) -> None:
        told = {**PLAIN, "etag": '"9"', "summary": "Other", "location": "Mine"}
        answer, _ = patch(listing(PLAIN), STALE, ok(**PLAIN), ok(**told), listing(MASTER, told))
        assert refusal(answer) == (UnknownOutcomeError, "touched")
        assert answer.sure is False
        assert answer.item is not None
        assert answer.item.event == replace(
            STAND_UP, overrides={SECOND: occurrence(SECOND, title="Other", place="Mine")}
        )

    def test_a_refusal_then_is_a_refusal(self) -> None:
        answer, _ = patch(listing(PLAIN), STALE, ok(**PLAIN), (400, "{}"), listing(MASTER))
        assert refusal(answer) == (RefusedError, "http400")


class TestFollowing:
    """Exceptions of a series that was written, of which nobody asked."""

    BROKEN: ClassVar = {**MOVED, "summary": 7}
    ORPHAN: ClassVar = {**BARE, "id": "orphan", "originalStartTime": {"dateTime": "2026-10-20T09:00:00+02:00"}}

    def title(self, *listed: dict[str, Any], there: tuple[dict[str, Any], ...], further: tuple[Any, ...] = ()) -> Any:
        after = {**MASTER, "etag": '"20"', "summary": "Sit-down"}
        calendar, script = scripted(ok(**after), listing(after, *listed), *further)
        item = whole(gathered(MASTER, there), KNOWN)
        assert item.event is not None
        moved = {one: said and replace(said, title="Sit-down") for one, said in item.event.overrides.items()}
        event = replace(item.event, title="Sit-down", overrides=moved)
        (answer,) = calendar.update([Edit(item, event, frozenset({Field.TITLE}))])
        return answer, script

    def test_one_that_follows_its_series_needs_nothing(self) -> None:
        answer, script = self.title({**MOVED, "summary": "Sit-down"}, there=(MOVED,))
        assert (answer.refused, answer.sure, len(script.asked)) == ({}, True, 2)

    def test_one_that_does_not_is_written(self) -> None:
        told = {**MOVED, "etag": '"21"', "summary": "Sit-down"}
        answer, script = self.title(MOVED, there=(MOVED,), further=(ok(**told),))
        assert (answer.refused, json.loads(script.asked[-1][2])) == ({}, {"summary": "Sit-down"})
        assert script.asked[-1][3]["If-Match"] == MOVED["etag"]

    def test_cancelled_ones_and_those_of_another_rule_are_left(self) -> None:
        answer, script = self.title(BARE, self.ORPHAN, there=(BARE, self.ORPHAN))
        assert (answer.refused, len(script.asked)) == ({}, 2)

    def test_one_that_nobody_understands_is_left(self) -> None:
        answer, script = self.title(self.BROKEN, there=(self.BROKEN,))
        assert (answer.refused, len(script.asked)) == ({}, 2)
        assert answer.item.marks[THIRD].trouble == "text"

    def test_one_that_somebody_changed_meanwhile_is_told(self) -> None:
        mine = {**MOVED, "etag": '"30"', "location": "Mine"}
        answer, _ = self.title(mine, there=(MOVED,), further=(listing(MASTER, mine),))
        assert refusal(answer) == (StaleError, "editedOccurrence")
        assert answer.sure is False


class TestSeriesUnknown:
    def test_of_a_series_that_cannot_be_known_whole_no_occurrence_is_written(self) -> None:
        after = {**MASTER, "etag": '"20"', "location": "Room 2"}
        torn = {**MOVED, "originalStartTime": {}}
        answer, _ = patch(
            ok(**after),
            listing(after, torn),
            listing(after, torn),
            there=(MOVED,),
            place="Room 2",
            fields=frozenset({Field.PLACE}),
        )
        assert refusal(answer) == (RefusedError, "times")
        assert answer.item is not None
        assert (answer.item.event, answer.item.trouble) == (None, "times")

    def test_one_that_answers_as_deleted_is_gone(self) -> None:
        calendar, _ = scripted(ok(**{**MASTER, "status": "cancelled"}))
        item = whole(gathered(MASTER, ()), KNOWN)
        (answer,) = calendar.update([Edit(item, replace(STAND_UP, title="x"), frozenset({Field.TITLE}))])
        assert getattr(answer, "code", "") == "cancelled"

    def test_one_of_which_nobody_listed_the_exceptions_is_listed_first(self) -> None:
        calendar, script = scripted(ok(**MASTER), listing(MASTER, BARE))
        item = replace(whole(gathered(MASTER, (BARE,)), KNOWN), rest=None)
        (answer,) = calendar.update([Edit(item, STAND_UP, frozenset(), overrides=frozenset())])
        assert isinstance(answer, Written)
        assert answer.item is not None
        assert list(answer.item.marks) == [SECOND]
        assert len(script.asked) == 2
