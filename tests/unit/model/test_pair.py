"""Which pairs keep the same place: a stamp counts only where its pair keeps copies."""

import pytest

from calpair.model.pair import Pair
from calpair.model.side import Side

ANA = Pair("ana", "a.test", "ana@a.test", "ana@g.test", "ana@g.test", folder="Team/Travel")


@pytest.mark.parametrize(
    ("mailbox", "folder", "calendar", "shared"),
    [
        ("ana@a.test", "Team/Travel", "ana@g.test", {Side.EXCHANGE, Side.GOOGLE}),
        ("ANA@a.test", "team/TRAVEL", "Ana@G.test", {Side.EXCHANGE, Side.GOOGLE}),
        ("ana@a.test", "Team/Travel", "ben@g.test", {Side.EXCHANGE}),
        ("ana@a.test", "Team", "ana@g.test", {Side.GOOGLE}),
        ("ben@a.test", "Team/Travel", "ana@g.test", {Side.GOOGLE}),
        ("ana@a.test", "", "ben@g.test", set()),
    ],
)
def test_pairs_share_a_folder_or_a_calendar_whatever_its_case(
    mailbox: str, folder: str, calendar: str, shared: set[Side]
) -> None:
    other = Pair("other", "b.test", mailbox, calendar, "other@g.test", folder=folder)
    assert ANA.shares(other) == other.shares(ANA) == shared
    assert (ANA.key == other.key) is (len(shared) == len(Side))
