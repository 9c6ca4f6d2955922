"""The stamp's text: whole both ways, and nothing for what is not ours."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calpair.exchange.stamp import MAX_LENGTH, PROPERTY_SET, parse, spell
from calpair.model.link import Stamp

TEXT = st.text(max_size=60)
SOME = st.text(min_size=1, max_size=60)
NUMBER = st.integers(0, 999_999_999)
SAMPLE = Stamp("pair", "link", "calpair-1", "abc@google.com", 0, 2, 1, "dg=")


def test_a_stamp_is_one_short_line() -> None:
    assert spell(SAMPLE) == "1;pair;link;calpair-1;abc@google.com;0;2;1;dg%3D"


def test_the_lines_of_a_rule_stand_at_its_end() -> None:
    stamp = replace(SAMPLE, rule=("RRULE:FREQ=DAILY;COUNT=3", "RDATE:20261130T090000Z"))
    line = "1;pair;link;calpair-1;abc@google.com;0;2;1;dg%3D;RRULE%3AFREQ%3DDAILY%3BCOUNT%3D3;RDATE%3A20261130T090000Z"
    assert spell(stamp) == line
    assert parse(line) == stamp


def test_the_property_set_is_calpairs_for_good() -> None:
    assert PROPERTY_SET == "c0a1fa12-5d6e-4b7c-9a53-2f1f0c4b8d90"


@given(
    st.builds(
        Stamp,
        pair=SOME,
        link=SOME,
        self_name=SOME,
        partner=TEXT,
        part=NUMBER,
        generation=NUMBER,
        mapping=NUMBER,
        digest=TEXT,
        rule=st.lists(SOME, max_size=3).map(tuple),
    )
)
def test_what_was_spelled_is_parsed(stamp: Stamp) -> None:
    assert parse(spell(stamp)) == stamp


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "hello",
        "2;pair;link;self;partner;0;0;1;d",
        "1;pair;link;self;partner;0;0;1",
        "1;pair;link;self;partner;0;0;1;d;",
        "1;pair;link;self;partner;0;0;1;d;;RRULE:FREQ=DAILY",
        "1;;link;self;partner;0;0;1;d",
        "1;pair;;self;partner;0;0;1;d",
        "1;pair;link;;partner;0;0;1;d",
        "1;pair;link;self;partner;-1;0;1;d",
        "1;pair;link;self;partner;0;x;1;d",
        "1;pair;link;self;partner;0;0;;d",
        "1;pair;link;self;partner;0;0;٣;d",
        "1;pair;link;self;partner;0;0;" + "9" * 10 + ";d",
        "1;pair;link;self;" + "p" * MAX_LENGTH + ";0;0;1;d",
    ],
)
def test_what_calpair_did_not_write_is_no_stamp(text: str) -> None:
    assert parse(text) is None


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    parse(text)
