"""What status tells, and what nothing tells: titles, bodies, places, guests and servers' texts are kept nowhere (G9, G12)."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from calpair import log
from scenarios.stage import MAILBOX, Stage, at, span

SECRETS = {
    "title": "Zebrafinch",
    "title on google": "Quokka",
    "body": "Marzipan",
    "body on google": "Pumpernickel",
    "place": "Timbuktu",
    "guest": "wolpertinger",
    "category": "Heliotrope",
    "poison": "Xylophone",
    "server text": "a planted fault",
    "hidden": "Urologist",
}


@pytest.fixture
def everything_said(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """All that any logger says, however little it matters."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    before = root.level
    caplog.set_level(logging.DEBUG)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.removeHandler(handler)
    root.setLevel(before)


def _rich(stage: Stage) -> None:
    """A story in which everything is carried, merged, refused, parked, hidden, lost and found."""
    finch = stage.outlook(
        "Zebrafinch", body="<p>Marzipan</p>", body_type="HTML", location="Timbuktu", categories=["Heliotrope"]
    )
    quokka = stage.web("Quokka", hour=15, description="Pumpernickel", location="Timbuktu")
    stage.outlook("Urologist", hour=16, sensitivity="Private")
    stage.outlook(
        "Zebrafinch meeting",
        day=6,
        required=["wolpertinger@x.test"],
        organizer="wolpertinger@x.test",
        my_response="Accept",
    )
    stage.web("Quokka meeting", day=7, attendees=[{"email": "wolpertinger@x.test", "displayName": "wolpertinger"}])
    stage.web("Quokka's series", day=8, recurrence=["RRULE:FREQ=DAILY"])
    stage.web("Quokka now and then", day=8, recurrence=["RRULE:FREQ=MINUTELY;INTERVAL=7"])
    stage.outlook("Zebrafinch " + "long " * 60, day=9, body="Marzipan " * 4000)
    stage.outlook("Xylophone", day=10)
    stage.fault("google", "invalid_400", times=1000, detail="Xylophone")
    stage.run()
    stage.silent()
    stage.fault("exchange", "error_answer", "GetItem", detail="ErrorCorruptData")
    stage.ana.update(finch, subject="Zebrafinch II")
    stage.tries()
    stage.calendar.update(quokka, summary="Quokka II")
    stage.fault("exchange", "soap_fault", "UpdateItem", detail="ErrorInternalServerError")
    stage.tries()
    stage.fault("google", "torn")
    stage.tries()
    stage.fault("exchange", "lost_reply", "CreateItem")
    stage.web("Quokka III", day=11)
    stage.tries()
    stage.crash()
    stage.patient()
    stage.calendar.expire_tokens()
    stage.ana.drop_sync_states()
    stage.ana.delete(finch)
    stage.patient()


@pytest.mark.parametrize("cloud", [False, True])
def test_no_word_of_a_calendar_is_in_the_store_the_status_or_the_log(
    tmp_path: Path, everything_said: io.StringIO, cloud: bool
) -> None:
    told = io.StringIO()
    log.configure(told, cloud=cloud)
    stage = Stage(tmp_path, pair={"show": {"to_google": "private_as_busy"}})
    _rich(stage)
    stored = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert any(name.startswith("calpair.db") for name in stored)
    places = {
        **{
            name: raw.decode("utf-8", errors="replace") + raw.decode("utf-16-le", errors="replace")
            for name, raw in stored.items()
        },
        "status": json.dumps(stage.status()),
        "log": told.getvalue() + everything_said.getvalue(),
        "dry run": "\n".join(str(decision) for decision in stage.app.sync("ana", dry_run=True).decisions),
    }
    found = [
        f"{what} in {place}"
        for what, word in SECRETS.items()
        for place, text in places.items()
        if word.lower() in text.lower()
    ]
    assert found == []


def test_no_password_token_or_key_is_in_the_store_the_status_or_the_log(
    tmp_path: Path, everything_said: io.StringIO
) -> None:
    stage = Stage(tmp_path)
    stage.outlook("Lunch")
    stage.settle()
    stage.environment["PASSWORD"] = "Rumpelstilzchen"
    stage.start()
    stage.tries()
    stage.environment |= {"PASSWORD": "secret", "TOKEN": "Rumpelstilzchen"}
    stage.start()
    stage.later(hours=1)
    stage.tries()
    said = everything_said.getvalue() + json.dumps(stage.status())
    said += "".join(path.read_bytes().decode(errors="replace") for path in tmp_path.iterdir())
    for word in ("Rumpelstilzchen", stage.environment["KEY"]):
        assert word not in said


# --- status


def test_a_pair_nobody_has_looked_at_waits(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    status = stage.status()
    assert status["state"] == "waiting"
    assert status["last_success"] is None
    assert status["sentence"]


def test_status_tells_what_is_parked_lost_twin_and_left(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.web("Series", hour=16, recurrence=["RRULE:FREQ=MINUTELY;INTERVAL=7"])
    stage.outlook("Tentative", hour=12, show_as="Tentative", required=["guest@x.test"])
    stage.outlook("Old", start=at(1).replace(month=1), end=at(1, 11).replace(month=1))
    stage.outlook("Twin", day=6, uid="twin@x.test", required=[MAILBOX], organizer="boss@x.test", my_response="Accept")
    stage.calendar.import_event(
        iCalUID="twin@x.test",
        summary="Twin",
        organizer={"email": "boss@x.test"},
        attendees=[{"email": "boss@x.test"}, {"email": "ana@g.test"}],
        **span(at(6), at(6, 11)),
    )
    stage.web("Focus", hour=9, eventType="focusTime", focusTimeProperties={})
    stage.settle()
    status = stage.status()
    assert (status["state"], status["sentence"]) == ("ok", "")
    (parked,) = status["parked"]
    assert (parked["reason"], parked["meaning"]) == ("rule", "no event of the other side can repeat like this")
    assert stage.event("Series")["id"] in parked.values()
    assert status["parked_count"] == 1
    assert status["losses"] == {"guests": 1, "show_as": 1}
    assert status["left"] == {"focusTime": 1, "history": 1}
    assert status["twins"] == 1
    assert status["orphans"] == 0
    assert status["totals"] == {"create": 1, "leave": 2, "park": 1, "twin": 1}


def test_status_says_since_when_and_forgets_what_is_mended(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.outlook("Lunch")
    stage.settle()
    first = stage.status()
    assert first["since"].startswith("2026-11-02T08:00")
    stage.later(hours=2)
    stage.fault("exchange", "access_denied", times=2)
    stage.tries()
    failing = stage.status()
    assert failing["state"] == "failing"
    assert failing["since"].startswith("2026-11-02T10:00")
    assert "`calpair doctor`" in failing["sentence"]
    assert failing["last_success"].startswith("2026-11-02T08:00")
    stage.later(hours=1)
    stage.tries()
    assert stage.status()["since"] == failing["since"]
    stage.later(hours=1)
    stage.settle()
    mended = stage.status()
    assert (mended["state"], mended["sentence"]) == ("ok", "")
    assert mended["since"].startswith("2026-11-02T12:00")
    assert mended["last_success"].startswith("2026-11-02T12:00")


def test_a_loss_is_told_as_long_as_it_lasts(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch", show_as="OOF")
    stage.settle()
    assert stage.status()["losses"] == {"show_as": 1}
    stage.ana.update(lunch, show_as="Busy")
    stage.settle()
    assert stage.status()["losses"] == {}
    stage.ana.update(lunch, show_as="Tentative")
    stage.settle()
    assert stage.status()["losses"] == {"show_as": 1}
    stage.ana.delete(lunch)
    stage.settle()
    assert stage.status()["losses"] == {}
