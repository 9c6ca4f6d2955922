"""The status of a pair: states and sentences, what links have to tell, and what a person reads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calpair.care import status
from calpair.care.status import (
    State,
    after_error,
    after_run,
    first_sync,
    nothing_yet,
    orphans,
    read,
    record,
    was_listed,
)
from calpair.care.status import told as last_told
from calpair.errors import (
    AccessLostError,
    BackOffError,
    CalpairError,
    CursorLostError,
    RefusedError,
    SignInError,
    StoreBrokenError,
    UnknownOutcomeError,
    UsageError,
)
from calpair.model.link import Link, Parking, Part
from calpair.model.link import State as LinkState
from calpair.model.side import Home, Side
from calpair.ports import Doc
from calpair.sync.records import to_doc
from unit.sync.fakes import FakeStore

PAIR = "k1"
OK = State("ok")
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


def hold(store: FakeStore, *links: Link) -> None:
    for link in links:
        store.put(to_doc(link, "key"))


def told(store: FakeStore, state: State = OK, at: datetime = NOON, **said: int) -> dict[str, Any]:
    """Record, and give what a person reads."""
    record(store, PAIR, "ana", state, said, at)
    return read(store, PAIR, "ana")


def link(key: str, state: LinkState = LinkState.LINKED, **fields: Any) -> Link:
    return Link(key, PAIR, Home.EXCHANGE, state, **fields)


def parked(key: str, reason: str = "ErrorTooLong", **fields: Any) -> Link:
    parking = Parking(reason, NOON, 2, LATER)
    return link(key, LinkState.PARKED, parking=parking, **fields)


def test_a_pair_nobody_looked_at_waits() -> None:
    assert read(FakeStore(), PAIR, "ana") == {
        "schema": 1,
        "state": "waiting",
        "sentence": "Not looked at yet.",
        "last_success": None,
        "held": False,
        "holds": None,
        "time_to_visible": None,
    }


def test_the_last_success_is_when_both_sides_were_last_listed() -> None:
    store = FakeStore()
    store.put(Doc("cursors", PAIR, {"listed": "2026-11-02T11:59:00+00:00", "held": None}, PAIR))
    assert read(store, PAIR, "ana")["last_success"] == "2026-11-02T11:59:00+00:00"


def test_what_is_held_back_is_so_until_it_is_approved() -> None:
    store = FakeStore()
    held = {"kind": "deletions", "since": NOON.isoformat(), "links": ["l1"], "approved": False}
    doc = store.put(Doc("cursors", PAIR, {"listed": None, "held": held}, PAIR))
    shown = told(store, State("paused", "1 deletions wait."))
    assert (shown["held"], shown["sentence"]) == (True, "1 deletions wait.")
    store.put(Doc("cursors", PAIR, {"listed": None, "held": {**held, "approved": True}}, PAIR, doc.version))
    shown = read(store, PAIR, "ana")
    assert (shown["held"], shown["sentence"]) == (False, "Approved; the next sync carries it out.")


@pytest.mark.parametrize(
    ("outcome", "kind", "links", "state"),
    [
        ("ok", "", 0, State("ok")),
        ("busy", "", 0, None),
        (
            "held",
            "deletions",
            12,
            State(
                "paused",
                "12 deletions wait: `calpair pairs ana` names them, `calpair approve ana` carries them out.",
            ),
        ),
        (
            "held",
            "emptied",
            30,
            State(
                "paused",
                "A calendar that had 30 events came back empty: look at it, then `calpair approve ana` "
                "if that is meant.",
            ),
        ),
        (
            "held",
            "two_way",
            3,
            State(
                "paused",
                "The pair now runs both ways and would write 3 events on Exchange: `calpair approve ana` "
                "if that is meant.",
            ),
        ),
    ],
)
def test_a_run_that_ended_by_itself_leaves_a_state(outcome: str, kind: str, links: int, state: State | None) -> None:
    assert after_run("ana", outcome, kind, links) == state


def test_a_first_sync_tells_how_far_it_is() -> None:
    assert first_sync(50, 400) == State("first_sync", "50 of about 400 carried so far; nearest dates first.", (50, 400))
    assert told(FakeStore(), first_sync(50, 400))["progress"] == {"done": 50, "of_about": 400}


def test_the_time_to_visible_is_the_last_and_the_middle_one_of_the_latest_twenty() -> None:
    store = FakeStore()
    record(store, PAIR, "ana", OK, {"create": 3}, NOON, [10.0, 500.0, 30.0])
    assert read(store, PAIR, "ana")["time_to_visible"] == {"last": 30.0, "typical": 30.0, "measured": 3}
    assert told(store)["time_to_visible"] == {"last": 30.0, "typical": 30.0, "measured": 3}
    record(store, PAIR, "ana", OK, {"create": 20}, NOON, [5.0] * 19 + [7.0])
    assert read(store, PAIR, "ana")["time_to_visible"] == {"last": 7.0, "typical": 5.0, "measured": 20}


@pytest.mark.parametrize(
    "error", [BackOffError("ErrorServerBusy", "busy"), UnknownOutcomeError("Timeout", "no usable answer came")]
)
def test_a_server_that_did_not_answer_leaves_the_pair_behind_and_is_asked_again(error: CalpairError) -> None:
    state = after_error(error)
    assert state.state == "behind"
    assert state.sentence.startswith(f"{error}. It is tried again by itself; ")


def test_a_pair_before_a_shut_gate_is_behind_and_told_why() -> None:
    state = after_error(BackOffError("HTTP503", "the next try is at eight", scope="gate"))
    assert state == State("behind", "the next try is at eight (HTTP503).")


def test_a_pair_whose_domain_was_refused_goes_on_failing_until_it_is_taken() -> None:
    state = after_error(BackOffError("HTTP401", "the domain's account was refused", scope="refused"))
    assert state == State("failing", "the domain's account was refused (HTTP401).")


@pytest.mark.parametrize("error", [AccessLostError("ErrorFolderNotFound", "check `folder`"), SignInError("HTTP401")])
def test_a_lost_right_or_sign_in_fails_and_names_where_the_cure_is(error: CalpairError) -> None:
    state = after_error(error)
    assert state.state == "failing"
    assert state.sentence.startswith(str(error))
    assert "`calpair doctor`" in state.sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (StoreBrokenError("calpair.db is locked; end that program"), "calpair.db is locked; end that program"),
        (UsageError("env:X is not set; set it"), "env:X is not set; set it."),
        (CursorLostError("410"), "the server answered 410."),
        (RefusedError("ErrorX", "no"), "no (ErrorX)."),
    ],
)
def test_whatever_else_ended_a_run_fails_with_its_own_sentence(error: CalpairError, sentence: str) -> None:
    assert after_error(error) == State("failing", sentence)


def test_a_pair_in_step_has_nothing_to_tell() -> None:
    store = FakeStore()
    hold(store, link("l1", exchange=(Part("e1", "1"),), google=(Part("g1", "1"),)))
    assert told(store, create=1, note=2) == {
        "schema": 1,
        "state": "ok",
        "sentence": "",
        "progress": None,
        "since": "2026-11-02T12:00:00+00:00",
        "written": "2026-11-02T12:00:00+00:00",
        "totals": {"create": 1, "note": 2},
        "parked": [],
        "parked_count": 0,
        "missing": None,
        "parked_reasons": {},
        "losses": {},
        "lossy": [],
        "lossy_count": 0,
        "unknown_zones": [],
        "left": {},
        "twins": 0,
        "orphans": 0,
        "last_success": None,
        "held": False,
        "holds": None,
        "time_to_visible": None,
    }


def test_totals_add_up() -> None:
    store = FakeStore()
    told(store, create=2, delete=1)
    assert told(store, create=3, update=1)["totals"] == {"create": 5, "delete": 1, "update": 1}


def test_a_state_stands_since_it_began() -> None:
    store = FakeStore()
    told(store, State("ok"), NOON)
    again = told(store, State("ok"), LATER)
    assert (again["since"], again["written"]) == (NOON.isoformat(), LATER.isoformat())
    assert told(store, State("failing", "x"), LATER)["since"] == LATER.isoformat()


def test_a_parked_event_is_named_by_ids_with_its_reason_in_words() -> None:
    store = FakeStore()
    hold(store, parked("l1", "rule", uid="UID-1", google=(Part("g1", "1"),)), parked("l2", uid="UID-2"))
    first, second = told(store)["parked"]
    assert first == {
        "link": "l1",
        "home": "exchange",
        "uid": "UID-1",
        "google_id": "g1",
        "reason": "rule",
        "meaning": "no event of the other side can repeat like this",
        "since": NOON.isoformat(),
        "tries": 2,
        "retry": LATER.isoformat(),
    }
    assert (second["google_id"], second["meaning"]) == ("", "the server will not take it as it is")


def test_fifty_parked_events_are_named_and_all_are_counted() -> None:
    store = FakeStore()
    hold(store, *(parked(f"l{number:02}") for number in range(51)))
    shown = told(store)
    assert [one["link"] for one in shown["parked"]] == [f"l{number:02}" for number in range(50)]
    assert shown["parked_count"] == 51
    assert shown["parked_reasons"] == {"ErrorTooLong": 51}


def test_a_pair_with_missing_events_is_behind_since_the_first_was_missed_and_says_where_and_what_to_do() -> None:
    store = FakeStore()
    lost = {Side.EXCHANGE: NOON}
    hold(store, parked("l1", "missing", missing=lost), parked("l2", "missing", missing=lost), parked("l3", "rule"))
    shown = told(store, at=LATER)
    assert (shown["state"], shown["since"], shown["parked_count"]) == ("behind", NOON.isoformat(), 3)
    assert (shown["missing"]["events"], shown["missing"]["sides"]) == (2, ["exchange"])
    assert shown["missing"]["since"] == NOON.isoformat()
    assert shown["sentence"] == shown["missing"]["sentence"]
    assert shown["sentence"] == (
        "2 events are not found on Exchange since 2026-11-02T12:00:00Z. They are looked for again ten minutes later, "
        "and nothing is deleted before: if they should be there, see to that server, or `calpair pause ana` until "
        "they are back."
    )


def test_missing_events_hide_no_graver_state() -> None:
    store = FakeStore()
    hold(store, parked("l1", "missing", missing={Side.EXCHANGE: NOON}))
    assert told(store, State("failing", "x"))["state"] == "failing"
    assert told(store, State("paused", "x"))["sentence"] == "x"


def test_losses_are_counted_by_their_word() -> None:
    store = FakeStore()
    hold(store, link("l1", losses=("categories", "reminders")), link("l2", losses=("categories",)))
    assert told(store)["losses"] == {"categories": 2, "reminders": 1}


def test_zones_nobody_knows_are_named_with_their_events() -> None:
    store = FakeStore()
    names = [f"n{number:02}" for number in range(60)]
    hold(
        store,
        link("l1", losses=("zone", "zone=__odd__")),
        link("l2", losses=("zone", "zone=b")),
        link("l3", losses=("zone", "zone=__odd__")),
        *(link(name, losses=("zone", f"zone={name}")) for name in names),
    )
    found = told(store)
    assert found["losses"] == {"zone": 63}
    assert found["unknown_zones"][:2] == [{"name": "__odd__", "events": 2}, {"name": "b", "events": 1}]
    assert len(found["unknown_zones"]) == 50


def test_what_is_left_alone_is_counted_by_its_reason() -> None:
    store = FakeStore()
    hold(
        store,
        *(
            link(key, LinkState.LEFT, why=why)
            for key, why in (("l1", "one_way"), ("l2", "one_way"), ("l3", "birthday"))
        ),
    )
    assert told(store)["left"] == {"birthday": 1, "one_way": 2}


def test_twins_are_counted() -> None:
    store = FakeStore()
    hold(store, link("l1", LinkState.TWIN), link("l2", LinkState.TWIN), link("l3"))
    assert told(store)["twins"] == 2


def test_orphans_are_counted_and_found_with_when_their_originals_were_first_missed() -> None:
    store = FakeStore()
    missing = {Side.EXCHANGE: LATER, Side.GOOGLE: NOON}
    hold(store, link("l1", LinkState.ORPHAN, why="one_way", missing=missing), link("l2"))
    shown = told(store)
    assert (shown["orphans"], shown["left"]) == (1, {})
    assert orphans(store, PAIR) == {"l1": NOON}
    assert orphans(store, "k2") == {}


def test_another_pairs_links_are_not_told() -> None:
    store = FakeStore()
    store.put(to_doc(Link("l9", "k2", Home.GOOGLE, LinkState.TWIN), "key"))
    assert told(store)["twins"] == 0


def test_a_pair_was_listed_once_a_run_ended_well() -> None:
    store = FakeStore()
    seen = [was_listed(store, PAIR)]
    doc = store.put(Doc("cursors", PAIR, {"listed": None}, PAIR))
    seen.append(was_listed(store, PAIR))
    store.put(Doc("cursors", PAIR, {"listed": NOON.isoformat()}, PAIR, doc.version))
    seen.append(was_listed(store, PAIR))
    assert seen == [False, False, True]


def test_every_reason_the_engine_parks_for_has_a_meaning_in_words() -> None:
    words = ("rule", "part", "uid", "awaiting_answer", "missing", "back_and_forth", "people", "no_uid")
    store = FakeStore()
    hold(store, *(parked(f"l{number}", reason) for number, reason in enumerate(words)))
    meanings = [one["meaning"] for one in told(store)["parked"]]
    assert len(set(meanings)) == len(words)
    assert "the server will not take it as it is" not in meanings


def test_the_states_a_pair_can_have_are_those_of_the_documentation() -> None:
    assert status.State.__doc__
    for word in ("waiting", "first_sync", "ok", "behind", "paused", "failing"):
        assert word in status.State.__doc__


def test_a_status_tells_of_the_pair_it_was_written_of_and_of_no_other() -> None:
    store = FakeStore()
    record(store, PAIR, "ana", OK, {"create": 3}, NOON, [10.0])
    assert last_told(store, "another", "ana") is None
    assert read(store, "another", "ana") == nothing_yet()
    # A mistake in its document, in between, is of no other pair.
    record(store, "", "ana", State("failing", "pairs/ana: ..."), {}, NOON)
    assert read(store, "another", "ana") == nothing_yet()
    assert read(store, PAIR, "ana")["totals"] == {"create": 3}
    record(store, "another", "ana", OK, {"create": 1}, NOON + timedelta(hours=1))
    shown = read(store, "another", "ana")
    assert (shown["totals"], shown["since"], shown["time_to_visible"]) == (
        {"create": 1},
        "2026-11-02T13:00:00+00:00",
        None,
    )
    assert read(store, PAIR, "ana") == nothing_yet()


def test_a_status_of_an_earlier_calpair_is_that_of_whatever_pair_there_is() -> None:
    store = FakeStore()
    record(store, PAIR, "ana", OK, {"create": 3}, NOON)
    doc = store.get("status", "ana")
    assert doc
    store.put(replace(doc, data={name: value for name, value in doc.data.items() if name != "of"}))
    assert read(store, "another", "ana")["totals"] == {"create": 3}
