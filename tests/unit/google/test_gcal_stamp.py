"""Stamps as private extended properties."""

from dataclasses import replace
from typing import Any

import pytest

from calpair.google.stamp import parse, spell
from calpair.model.link import Stamp

STAMP = Stamp("pair1", "link1", "copy1", "040000008200E00074C5B7101A82E008", 2, 3, 1, "digest")
WORDS = {
    "calpair": "1",
    "calpairPair": "pair1",
    "calpairLink": "link1",
    "calpairSelf": "copy1",
    "calpairPartner": "040000008200E00074C5B7101A82E008",
    "calpairPart": "2",
    "calpairGeneration": "3",
    "calpairMapping": "1",
    "calpairDigest": "digest",
    "calpairRule0": "",
}


def test_a_stamp_is_one_property_a_value() -> None:
    assert spell(STAMP) == WORDS
    assert parse(WORDS) == STAMP


def test_no_key_is_longer_than_google_keeps() -> None:
    assert max(len(key) for key in spell(STAMP)) <= 44


def test_a_value_google_would_cut_is_not_written() -> None:
    with pytest.raises(ValueError, match="calpairPartner is longer than Google keeps"):
        spell(Stamp("pair1", "link1", "copy1", "u" * 1025))
    assert spell(Stamp("pair1", "link1", "copy1", "u" * 1024))["calpairPartner"] == "u" * 1024


def test_other_programs_properties_stand_beside_it() -> None:
    assert parse({**WORDS, "zoomMeetingId": "1"}) == STAMP


def test_an_empty_value_may_be_left_out() -> None:
    words = {key: value for key, value in WORDS.items() if key not in ("calpairDigest", "calpairPartner")}
    assert parse(words) == Stamp("pair1", "link1", "copy1", "", 2, 3, 1, "")


class TestRule:
    LINES = ("RRULE:FREQ=MONTHLY;BYMONTHDAY=31", "EXDATE;VALUE=DATE:20261231")

    def test_it_stands_beside_the_rest_in_lines(self) -> None:
        stamp = replace(STAMP, rule=self.LINES)
        words = spell(stamp)
        assert words == {**WORDS, "calpairRule0": "RRULE:FREQ=MONTHLY;BYMONTHDAY=31\nEXDATE;VALUE=DATE:20261231"}
        assert parse(words) == stamp

    @pytest.mark.parametrize(("length", "pieces"), [(1023, [1023]), (1024, [1024, 0]), (2500, [1024, 1024, 452])])
    def test_a_long_one_is_split(self, length: int, pieces: list[int]) -> None:
        stamp = replace(STAMP, rule=("R" * length,))
        words = spell(stamp)
        assert [len(words[f"calpairRule{number}"]) for number in range(len(pieces))] == pieces
        assert f"calpairRule{len(pieces)}" not in words
        assert parse(words) == stamp

    def test_what_is_left_of_a_longer_one_is_not_read(self) -> None:
        before = spell(replace(STAMP, rule=("R" * 2500,)))
        for rule in (self.LINES, ("R" * 1024,), ()):
            now = replace(STAMP, rule=rule)
            assert parse({**before, **spell(now)}) == now

    def test_one_that_would_take_all_the_room_is_left_out(self) -> None:
        assert parse(spell(replace(STAMP, rule=("R" * (16 * 1024 - 1),)))) == replace(STAMP, rule=("R" * 16383,))
        assert spell(replace(STAMP, rule=("R" * (16 * 1024),))) == WORDS
        endless = {f"calpairRule{number}": "R" * 1024 for number in range(100)}
        assert parse({**WORDS, **endless}) == STAMP


@pytest.mark.parametrize(
    "properties",
    [
        None,
        {},
        "calpair",
        {"calpair": "2"},
        {"calpair": "1"},
        {**WORDS, "calpair": "9"},
        {**WORDS, "calpairPair": ""},
        {**WORDS, "calpairLink": ""},
        {**WORDS, "calpairSelf": ""},
        {**WORDS, "calpairPart": "-1"},
        {**WORDS, "calpairGeneration": "one"},
        {**WORDS, "calpairMapping": "²"},
        {**WORDS, "calpairPart": "1" * 10},
        {**WORDS, "calpairPart": ""},
    ],
)
def test_anything_else_is_no_stamp(properties: Any) -> None:
    assert parse(properties) is None
