"""How a domain's publishing stands, as its status holds it: whatever names stand in it, it fits, and a hand may have been at it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calpair.care.publishing import Standing, Trouble, Whereabouts, record
from calpair.local.store import SqliteStore
from calpair.ports import Doc

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "calpair.db", lambda: NOON)


def told(store: SqliteStore, how: Standing, now: datetime = NOON) -> Any:
    """Record, and give what stands there."""
    record(store, "a.test", how, now)
    found = store.get("status", "free-busy a.test")
    assert found
    return found.data


def behind(meaning: str, count: int = 60, letter: str = "p") -> Standing:
    troubled = tuple(Trouble(f"{letter * 60}{number:02}@a.test", "code", meaning, "") for number in range(count))
    return Standing("behind", "Some are not published.", count, troubled)


def test_fifty_are_named_with_all_there_is_to_say_where_it_is_no_more_than_a_cure(store: SqliteStore) -> None:
    """The longest legacyExchangeDN in the longest sentence."""
    said = told(store, behind("x" * 700))
    assert (len(said["troubled"]), said["troubled_count"]) == (50, 60)
    assert {one["meaning"] for one in said["troubled"]} == {"x" * 700}


@pytest.mark.parametrize("letter", ["x", "Ä", "日", "\U0001f4c5", '"'])
def test_however_long_the_names_are_that_stand_in_it_the_status_fits(store: SqliteStore, letter: str) -> None:
    said = told(store, behind(letter * 20_000, letter=letter))
    assert said["troubled_count"] == 60
    assert said["troubled"]
    assert all(one["meaning"] == letter * 999 + "…" for one in said["troubled"])
    said = told(store, Standing("failing", letter * 70_000, 60))
    assert said["sentence"] == letter * 999 + "…"


def test_a_status_somebody_wrote_by_hand_is_written_anew(store: SqliteStore) -> None:
    store.put(Doc("status", "free-busy a.test", {"state": "ok", "note": "looked at by Kim"}))
    said = told(store, Standing("ok", people=3), NOON + timedelta(minutes=1))
    assert (said["state"], said["people"], said["since"]) == ("ok", 3, "2026-11-02T12:01:00+00:00")
    assert "note" not in said


def test_how_somebody_stands_is_said_in_minutes_of_utc() -> None:
    at, since = "2026-11-28T20:15:04+00:00", "2026-11-28T21:33:04.780981+01:00"
    assert str(Whereabouts()) == "not published yet"
    assert str(Whereabouts(at)) == "published 2026-11-28 20:15Z"
    assert str(Whereabouts("", since, "x", "why")) == "not published, tried since 2026-11-28 20:33Z: why"
    assert (
        str(Whereabouts(at, since, "x", "why"))
        == "last published 2026-11-28 20:15Z, and not since 2026-11-28 20:33Z: why"
    )
    assert str(Whereabouts(code="x", meaning="why")) == "not published: why"
