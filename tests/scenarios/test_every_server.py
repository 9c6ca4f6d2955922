"""One long story on every server there may be: each disputed habit of Google's, each version and habit of Exchange's."""

from pathlib import Path

import pytest

from scenarios.grounds import edited_all_round, prepared
from scenarios.stage import Stage, at, days
from simulators.exchange.switches import Switches as ExchangeSwitches
from simulators.google.switches import Switches as GoogleSwitches

GOOGLE = [
    GoogleSwitches(synctoken_param_mismatch="lenient"),
    GoogleSwitches(tombstones="bare"),
    GoogleSwitches(page_cap=2),
    GoogleSwitches(page_cap=3, empty_first_page=True),
    GoogleSwitches(import_existing="update"),
    GoogleSwitches(undelete_allowed="forbidden"),
    GoogleSwitches(reminders_in_delta=False),
    GoogleSwitches(description_normalise="google"),
    GoogleSwitches(date_time_offset="utc"),
    GoogleSwitches(zone_alias="canonical"),
    GoogleSwitches(noop_patch="bumps"),
    GoogleSwitches(private_on_guest_copy="forbidden"),
    GoogleSwitches(batch_order="reversed"),
    GoogleSwitches(
        tombstones="bare",
        undelete_allowed="forbidden",
        noop_patch="bumps",
        batch_order="reversed",
        description_normalise="google",
        date_time_offset="utc",
        page_cap=2,
        empty_first_page=True,
    ),
]
EXCHANGE = [
    *(
        ExchangeSwitches(version=version)
        for version in ("Exchange2010_SP2", "Exchange2013_SP1", "Exchange2016", "Exchange2019", "ExchangeSE")
    ),
    ExchangeSwitches(silent_resync=True),
    ExchangeSwitches(early_last=True),
    ExchangeSwitches(uid_case="lower"),
    ExchangeSwitches(sync_state_bytes=40_000),
    ExchangeSwitches(html_normalise=True),
    ExchangeSwitches(
        version="Exchange2010_SP2", silent_resync=True, early_last=True, uid_case="lower", html_normalise=True
    ),
]


def _name(switches: object) -> str:
    plain = repr(type(switches)()).split(", ")
    return (
        ",".join(part for part in repr(switches).split(", ") if part not in plain).replace("Switches(", "") or "default"
    )


@pytest.mark.parametrize("google", GOOGLE, ids=_name)
def test_all_ends_well_whatever_google_does(tmp_path: Path, google: GoogleSwitches) -> None:
    _story(Stage(tmp_path, google={"switches": google}))


@pytest.mark.parametrize("exchange", EXCHANGE, ids=_name)
def test_all_ends_well_on_every_exchange(tmp_path: Path, exchange: ExchangeSwitches) -> None:
    _story(Stage(tmp_path, exchange={"switches": exchange}))


def _story(stage: Stage) -> None:
    """Begin, edit, copy, restore, lose places and the store, move the mailbox; after each act all is in step."""
    stage.outlook("Body", day=12, body="<p>Soup &amp; <b>bread</b></p>", body_type="HTML", location="Canteen")
    stage.web("Whole days", **days("2026-11-16", "2026-11-18"), description="Bring <i>everything</i>")
    prepared(stage)
    _in_step(stage)
    assert [row.text for row in stage.both()] == ["Soup & bread", "", "", "", "", "", "", "Bring everything"]

    edited_all_round(stage)
    gone = stage.item("Google 10").id
    stage.ana.delete(gone)
    _in_step(stage)
    assert stage.titles() == [
        "Body",
        "Exchange 10",
        "Exchange 8, edited",
        "Exchange, new",
        "Google 8, edited",
        "Google, new",
        "Whole days",
    ]

    stage.ana.restore(gone)
    copied = stage.ana.copy(stage.item("Body").id)
    stage.ana.update(copied, subject="Body, copied", start=at(13), end=at(13, 11))
    stage.calendar.copy(stage.event("Exchange 10")["id"], summary="Exchange 10, copied")
    _in_step(stage)
    assert len(stage.both()) == 10

    # A day later, so that the deletions of this story are never too many at once.
    stage.later(hours=25)
    stage.calendar.expire_tokens()
    stage.ana.drop_sync_states()
    stage.calendar.delete(stage.event("Body, copied")["id"])
    stage.ana.delete(stage.item("Exchange 10, copied").id)
    _in_step(stage)
    before = stage.both()
    assert len(before) == 8

    stage.wipe()
    stage.ana.move_mailbox()
    with stage.unchanged():
        _in_step(stage)
    assert stage.both() == before

    for number, item in enumerate(stage.ana.items()):
        stage.ana.update(item.id, location=f"Room {number}")
    for event in stage.calendar.events():
        stage.calendar.update(event["id"], summary=f"{event['summary']}!")
    _in_step(stage)
    assert sorted(row.title for row in stage.both()) == sorted(f"{row.title}!" for row in before)
    assert sorted(row.place for row in stage.both()) == [f"Room {number}" for number in range(8)]

    for event in stage.calendar.events()[:4]:
        stage.calendar.delete(event["id"])
        _in_step(stage)
        stage.later(hours=25)
    assert len(stage.both()) == 4


def _in_step(stage: Stage) -> None:
    """Run until what waits has had its time; the run after asks each side for one list, in however many pages."""
    for _ in range(3):
        assert stage.tries() == "ok"
        stage.later(minutes=11)
    writes = stage.writes()
    assert stage.run().outcome == "ok"
    assert stage.writes() == writes
    stage.both()
