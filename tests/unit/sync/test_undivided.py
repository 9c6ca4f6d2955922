"""Singles of a series that stands whole on the other side are one item, which is set aside; all others stay what they are."""

from dataclasses import replace
from datetime import UTC, datetime

from calpair.model.event import Item, Kind
from calpair.model.link import PORTION, Part
from calpair.model.rule import Frequency, Recurrence, Rule, original_text
from calpair.model.side import Home
from unit.sync.items import ONE, E, G, ids, item, link, matched, stamped

DAYS = [datetime(2026, 11, day, 10, tzinfo=UTC) for day in (5, 12)]
WEEKLY = replace(ONE, repeats=Recurrence((Rule(Frequency.WEEKLY),)))


def singles(*, people: bool = False) -> list[Item]:
    return [
        item(E, f"e1{PORTION}{original_text(day)}", uid="u1", alone=day, losses=("rule:zone", "zone"), people=people)
        for day in DAYS
    ]


def whole(*, people: bool = False) -> Item:
    return item(G, "g1", WEEKLY, uid="U1", kind=Kind.SERIES, people=people)


def test_without_a_partner_each_is_an_event_and_keeps_its_link() -> None:
    cases = matched(singles())
    assert [ids(case) for case in cases] == [(one.id, "none") for one in singles()]
    assert len({case.link.key for case in cases}) == 2
    assert matched(singles(), [case.link for case in cases]) != []


def test_where_google_has_the_series_whole_it_is_one_item() -> None:
    (case,) = matched([*singles(people=True), whole(people=True)])
    assert ids(case) == ("e1", "g1")
    found = case.item(E)
    assert found is not None
    assert (found.kind, found.trouble, found.event, found.people) == (Kind.BROKEN, "zone", None, True)
    # Nothing of it stands singly.
    assert found.losses == ("zone",)


def test_singles_that_were_carried_before_are_gone_then() -> None:
    one = singles()[0]
    known = replace(link("u1", one.id, "g9"), key="single")
    cases = matched([*singles(), whole()], [known])
    assert {case.link.key: ids(case) for case in cases}["single"] == ("gone", "absent")
    assert ("e1", "g1") in [ids(case) for case in cases]


def test_a_copy_whose_original_is_there_stays_one() -> None:
    known = link("u1", "e1", "g1", home=Home.GOOGLE)
    (case,) = matched([*singles(), item(G, "g1", WEEKLY)], [known])
    assert ids(case) == ("e1", "g1")
    gone = matched(singles(), [known], gone=[(E, "e1"), (G, "g1")])
    assert max(ids(case) for case in gone) == ("gone", "gone")
    assert len(gone) == 3


def test_a_copy_of_ours_on_google_is_no_partner_of_that_sort() -> None:
    """It is from when the series had a zone, and goes."""
    known = replace(link("u1", "e1"), google=(Part("g1", "v1"),))
    copy = replace(stamped(G, "g1", known.key, "u1", uid="u1"), kind=Kind.SERIES, event=WEEKLY)
    cases = matched([*singles(), copy], [known], gone=[(E, "e1")])
    assert ("gone", "g1") in [ids(case) for case in cases]
    assert len(cases) == 3
