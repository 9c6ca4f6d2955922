"""What people do to pairs: let through what is held back, resume, rename, move, and have everything examined."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from calpair.app.doctoring import examine
from calpair.care.status import nothing_yet
from calpair.errors import UsageError
from calpair.model.pair import Direction
from calpair.ports import Doc
from calpair.sync.cursors import CURSORS, Held, from_doc, to_doc
from scenarios.stage import BEN, BENS, CALENDAR, Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def held(stage: Stage, kind: str) -> None:
    """Make the pair hold something back."""
    stage.run()
    key = stage.app.pair("ana")[0].key
    doc = stage.app.store.get(CURSORS, key)
    assert doc
    stage.app.store.put(to_doc(replace(from_doc(doc), held=Held(kind, stage.clock.now(), ("l1",))), doc.version))


def orphans(stage: Stage, since: timedelta) -> None:
    """Let there be an orphan missed since so long ago."""
    stage.run()
    key = stage.app.pair("ana")[0].key
    missed = (stage.clock.now() - since).isoformat()
    link = {"state": "orphan", "missing": {"google": missed}, "keys": ["orphan"], "losses": [], "why": ""}
    stage.app.store.put(Doc("links", "l1", link, key))


def approved(stage: Stage) -> tuple[str, ...]:
    doc = stage.app.store.get(CURSORS, stage.app.pair("ana")[0].key)
    assert doc
    return from_doc(doc).orphans_approved


def test_nothing_held_back_is_nothing_to_approve(stage: Stage) -> None:
    assert stage.app.approve("ana") == ""
    stage.run()
    assert stage.app.approve("ana") == ""


@pytest.mark.parametrize("kind", ["deletions", "emptied", "two_way"])
def test_what_is_held_back_is_approved_by_its_kind(stage: Stage, kind: str) -> None:
    held(stage, kind)
    assert stage.app.approve("ana") == kind


def test_orphans_are_approved_once_they_are_missed_for_ten_minutes(stage: Stage) -> None:
    orphans(stage, timedelta(minutes=9))
    with pytest.raises(UsageError, match="less than ten minutes"):
        stage.app.approve("ana")
    assert approved(stage) == ()
    stage.later(minutes=2)
    assert stage.app.approve("ana") == "orphans"
    assert approved(stage) == ("l1",)


def test_what_pauses_a_pair_is_told_by_document_and_by_hand(stage: Stage) -> None:
    stage.set(paused=True)
    stage.app.switch("ana", paused=True)
    assert stage.app.paused("ana") == ("pairs/ana", "")
    assert stage.app.origin("pairs/ana") == "calpair.toml"
    stage.app.store.put(Doc("pairs", "eve", {**stage.pairs["ana"], "mailbox": "eve@a.test", "calendar": "e@g.test"}))
    stage.later(seconds=6)
    assert (stage.app.paused("eve"), stage.app.origin("pairs/eve")) == (("pairs/eve",), "")


def test_a_renamed_pair_is_the_same_pair(stage: Stage) -> None:
    stage.outlook("Lunch")
    stage.settle()
    stage.pairs["anna"] = stage.pairs.pop("ana")
    stage.start()
    with stage.unchanged():
        stage.settle("anna")
    assert stage.status("anna")["state"] == "ok"
    assert stage.app.names() == {"anna": "a.test"}
    assert stage.app.sync("ana").outcome == "disabled"


def test_a_pair_taken_out_together_with_its_domain_is_disabled_and_nothing_is_wrong(stage: Stage) -> None:
    stage.settle()
    pair, domain = stage.pairs.pop("ana"), stage.domains.pop("a.test")
    app = stage.start()
    assert (list(app.problems()), app.names()) == ([], {})
    assert app.sync("ana").outcome == "disabled"
    assert [check for document, check, _ in examined(stage) if document == "pairs/ana"] == ["disabled"]
    stage.pairs["ben"] = {**pair, "mailbox": BEN, "calendar": BENS}
    assert [str(problem) for problem in stage.start().problems()] == [
        'pairs/ben: domain: there is no domain "a.test"; write one of those there are (none)'
    ]
    stage.domains["a.test"], stage.pairs = domain, {"ana": pair}
    stage.start()
    with stage.unchanged():
        stage.settle()


def test_a_pair_that_got_another_mailbox_and_calendar_waits_as_a_new_one(stage: Stage) -> None:
    stage.outlook("Lunch")
    stage.run()
    assert stage.status()["totals"] == {"create": 1}
    stage.pairs["ana"] |= {"mailbox": BEN, "calendar": BENS}
    stage.start()
    assert stage.status() == nothing_yet()
    stage.run()
    assert (stage.status()["state"], stage.status()["totals"]) == ("ok", {})


def test_so_it_does_in_a_process_that_saw_it_change(stage: Stage) -> None:
    stage.outlook("Lunch")
    stage.run()
    data = {**stage.pairs["ana"], "mailbox": BEN, "calendar": BENS}
    old = stage.app.store.get("pairs", "ana")
    assert old
    stage.app.store.put(replace(old, data=data))
    stage.later(seconds=6)
    assert stage.status() == nothing_yet()
    stage.run()
    assert (stage.status()["state"], stage.status()["totals"]) == ("ok", {})


def test_a_calendar_moves_from_one_pair_to_another_in_one_edit(stage: Stage) -> None:
    stage.settle()
    pair = stage.pairs.pop("ana")
    stage.pairs["ben"] = {**pair, "mailbox": BEN}
    app = stage.start()
    assert list(app.problems()) == []
    assert app.names() == {"ben": "a.test"}
    assert (app.pair("ben")[0].calendar, app.pair("ben")[0].direction) == (CALENDAR, Direction.TWO_WAY)


# --- the examination


def examined(stage: Stage, name: str = "") -> Iterator[tuple[str, str, bool]]:
    for one in examine(stage.app, name):
        yield one.document, one.finding.check, one.finding.ok


def test_wrong_documents_come_first_then_each_pair_in_order(stage: Stage) -> None:
    stage.pairs["eve"] = {"domain": "a.test", "mailbox": "eve"}
    stage.pairs["ben"] = {"domain": "a.test", "mailbox": BEN, "calendar": BENS}
    stage.start()
    rows = list(examined(stage))
    documents = list(dict.fromkeys(document for document, _, _ in rows if document != "service"))
    assert documents == ["pairs/eve", "pairs/ana", "pairs/ben"]
    assert [ok for document, _, ok in rows if document == "pairs/eve"] == [False, False]
    checks = [check for document, check, _ in rows if document == "pairs/ana"]
    assert checks == [
        "address",
        "tls",
        "sign-in",
        "mailbox",
        "folder",
        "rights",
        "google sign-in",
        "google calendar",
        "google rights",
    ]


def test_a_disabled_pair_is_named_and_examined_only_when_asked_for(stage: Stage) -> None:
    stage.pairs["ben"] = {"domain": "a.test", "mailbox": BEN, "calendar": BENS, "enabled": False}
    stage.start()
    for name in ("", "a.test"):
        assert [check for document, check, _ in examined(stage, name) if document == "pairs/ben"] == ["disabled"]
    checks = [check for document, check, _ in examined(stage, "ben") if document == "pairs/ben"]
    assert checks[:2] == ["disabled", "address"]
    assert checks[-1] == "google rights"


def test_an_examination_changes_nothing_on_either_side(stage: Stage) -> None:
    with stage.unchanged():
        assert all(ok for _, _, ok in examined(stage, "ana"))
    assert stage.status()["state"] == "waiting"


def test_an_unknown_name_cannot_be_examined(stage: Stage) -> None:
    with pytest.raises(UsageError, match=r"did you mean `a\.test`"):
        list(examined(stage, "a.tst"))
