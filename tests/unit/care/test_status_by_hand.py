"""A status into which somebody wrote by hand: none that can be read, and no trouble to anybody."""

from datetime import UTC, datetime
from typing import Any

import pytest

from calpair.care.status import State, nothing_yet, read, record, told
from calpair.ports import Doc
from unit.sync.fakes import FakeStore

NOON = "2026-11-02T12:00:00+00:00"
LATER = datetime(2026, 11, 2, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        {"note": "looked at by Kim"},
        {"state": "ok", "sentence": "", "since": NOON},
        {"state": "ok", "sentence": "", "since": NOON, "totals": {"created": "many"}},
        {"state": "ok", "sentence": "", "since": NOON, "totals": {}, "visible": ["soon"]},
        {"state": 1, "sentence": "", "since": NOON, "totals": {}},
    ],
)
def test_a_status_that_cannot_be_read_is_none_and_is_written_anew(written: dict[str, Any]) -> None:
    store = FakeStore()
    store.put(Doc("status", "ana", written))
    assert told(store, "k1", "ana") is None
    assert read(store, "k1", "ana") == nothing_yet()
    record(store, "k1", "ana", State("paused", "By hand."), {"created": 2}, LATER)
    shown = read(store, "k1", "ana")
    assert (shown["state"], shown["since"], shown["totals"]) == ("paused", LATER.isoformat(), {"created": 2})
    assert "note" not in shown
