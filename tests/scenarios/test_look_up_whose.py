"""Whose an address is when free/busy is looked up: what the directory says, which pair has it; and who asks again at once."""

from pathlib import Path
from typing import Any

import pytest

from calpair.care import apply as people
from calpair.ports import Doc
from scenarios.looking import OTHER, PLANNER, Desk, at, busy, reasons, token, unknown

ANA, BEN, CORA = "ana@a.test", "ben@a.test", "ana@b.test"
LUNCH = at(5, 12), at(5, 13)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.mailbox(ANA).create(subject="Lunch", start=LUNCH[0], end=LUNCH[1])
    return desk


def enter(desk: Desk, address: str, **entry: Any) -> None:
    """Write what the directory has on an address."""
    old = desk.store.get("directory", address)
    desk.store.put(Doc("directory", address, {"schema": 1, **entry}, version=old.version if old else ""))


def reads(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is read of the store from now on."""
    seen: list[str] = []
    get, listing = desk.store.get, desk.store.list

    def watched(collection: str, key: str) -> Doc | None:
        seen.append(f"{collection}/{key}")
        return get(collection, key)

    def listed(collection: str, *more: Any) -> Any:
        seen.append(collection)
        return listing(collection, *more)

    monkeypatch.setattr(desk.store, "get", watched)
    monkeypatch.setattr(desk.store, "list", listed)
    return seen


def test_the_directory_says_who_an_address_is_at_once(desk: Desk) -> None:
    assert reasons(desk.ask("ana@contoso.test")) == ["notFound"]
    enter(desk, "ana@contoso.test", domain="a.test", exchange=ANA)
    assert desk.ask("Ana@contoso.test") == {"Ana@contoso.test": busy(LUNCH)}


def test_who_is_at_google_is_no_mailbox_though_the_mail_domain_fits(desk: Desk) -> None:
    enter(desk, ANA, domain="a.test", google="ana@g.test")
    assert desk.ask(ANA, BEN) == {ANA: unknown("notFound"), BEN: busy()}


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"domain": "gone.test", "google": "ana@g.test"},
        {"domain": "a.test"},
        {"domain": "a.test", "google": True},
        {"domain": ["a.test"], "google": "ana@g.test"},
    ],
)
def test_an_entry_with_a_mistake_counts_as_none(desk: Desk, entry: Any) -> None:
    enter(desk, ANA, **entry)
    assert desk.ask(ANA) == {ANA: busy(LUNCH)}


def test_an_entry_that_its_file_dropped_counts_no_more(desk: Desk) -> None:
    entry = {"domain": "a.test", "google": "ana@g.test"}
    people.apply(desk.store, desk.documents, {}, "hand", directory={ANA: entry})
    assert reasons(desk.ask(ANA)) == ["notFound"]
    people.apply(desk.store, desk.documents, {}, "hand")
    assert desk.ask(ANA) == {ANA: busy(LUNCH)}


def test_nobody_is_answered_for_or_hidden_beyond_what_the_operator_allows(desk: Desk) -> None:
    desk.documents["b.test"]["limits"] |= {"mailbox_domains": ["b.test"], "calendar_domains": ["gb.test"]}
    desk.write()
    for name in (CORA, "ana@gb.test"):
        enter(desk, ANA, domain="b.test", **({"google": name} if "gb" in name else {"exchange": name}))
        enter(desk, "boss@b.test", domain="b.test", exchange=ANA)
        assert desk.ask(ANA, "boss@b.test") == {ANA: busy(LUNCH), "boss@b.test": unknown("notFound")}


def test_nobody_is_hidden_from_who_may_ask_about_their_domain_alone(desk: Desk) -> None:
    desk.documents["b.test"]["limits"] |= {"mailbox_domains": ["b.test"], "calendar_domains": ["gb.test"]}
    desk.documents["b.test"]["availability"] = {"callers": [OTHER]}
    desk.write()
    for name in (CORA, "ana@gb.test"):
        enter(desk, ANA, domain="b.test", **({"google": name} if "gb" in name else {"exchange": name}))
        assert desk.ask(ANA) == {ANA: busy(LUNCH)}


def test_on_one_machine_a_domain_that_lists_nobody_is_open_to_nobody_with_a_token(desk: Desk) -> None:
    desk.documents["a.test"]["availability"] = {"callers": [PLANNER]}
    desk.write()
    desk.parts.cloud = False
    assert desk.ask(ANA, CORA) == {ANA: busy(LUNCH), CORA: unknown("notFound")}
    assert desk.asked("b.test") == {}


def test_who_may_not_ask_about_a_domain_may_not_by_another_name(desk: Desk) -> None:
    desk.documents["a.test"]["availability"] = {"callers": [OTHER]}
    desk.write()
    enter(desk, "ana@b.test", domain="a.test", exchange=ANA)
    assert reasons(desk.ask("ana@b.test")) == ["notFound"]
    assert desk.ask("ana@b.test", bearer=token(OTHER)) == {"ana@b.test": busy(LUNCH)}


def test_the_mailbox_of_a_pair_is_asked_about_at_its_domain_within_ten_minutes(desk: Desk) -> None:
    # A mail domain that both organisations have: the first of them answers for who is in no pair.
    for name in ("a.test", "b.test"):
        desk.documents[name]["limits"]["mailbox_domains"] = ["a.test", "b.test"]
    desk.write()
    assert reasons(desk.ask(CORA)) == ["notFound"]
    pair = {"domain": "b.test", "mailbox": CORA, "calendar": "ana@g.test"}
    people.apply(desk.store, desk.documents, {"cora": pair}, "hand")
    desk.later(minutes=10)
    assert desk.ask(CORA) == {CORA: busy()}
    people.apply(desk.store, desk.documents, {"cora": {**pair, "enabled": False}}, "hand")
    desk.later(minutes=10)
    assert reasons(desk.ask(CORA)) == ["notFound"]


def test_pairs_are_listed_once_in_ten_minutes_and_only_for_who_has_no_entry(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(desk, ANA, domain="a.test", exchange=ANA)
    seen = reads(desk, monkeypatch)
    desk.ask(ANA, "no address")
    assert (seen.count("pairs"), [one for one in seen if one.startswith("directory")]) == (0, [f"directory/{ANA}"])
    for _ in range(19):
        desk.ask(BEN, "nobody@elsewhere.test", "no/key@a.test")
        desk.later(seconds=31)
    assert seen.count("pairs") == 1
    desk.later(seconds=11)
    desk.ask(BEN)
    assert seen.count("pairs") == 2


def test_a_hundred_readers_within_half_a_minute_are_one_request(desk: Desk) -> None:
    for number in range(100):
        assert desk.ask(ANA, BEN)[ANA] == busy(LUNCH)
        desk.later(seconds=0.29)
        # Somebody else asks too, about more people.
        if number == 50:
            assert desk.ask(ANA, "1@a.test", bearer=token(OTHER))[ANA] == busy(LUNCH)
    assert desk.asked() == {"GetUserAvailability": 2}
    desk.later(seconds=1)
    desk.mailbox(BEN).create(subject="Late", start=at(6, 9), end=at(6, 10))
    assert desk.ask(ANA, BEN)[BEN] == busy((at(6, 9), at(6, 10)))


def test_what_could_not_be_had_is_asked_for_again_and_nothing_else_is(desk: Desk) -> None:
    desk.plant("a.test", "item_error", operation="GetUserAvailability", nth=1, detail="ErrorServerBusy")
    assert desk.ask(ANA, BEN) == {ANA: unknown("internalError"), BEN: busy()}
    desk.mailbox(BEN).create(subject="Late", start=at(6, 9), end=at(6, 10))
    assert desk.ask(ANA, BEN) == {ANA: busy(LUNCH), BEN: busy()}
