"""How the command speaks: lines or one JSON value, errors in one line, progress in place or in lines."""

import io
import json
from datetime import UTC, datetime

import pytest

from calpair.cli.say import NobodyReadsError, Say


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def plain() -> tuple[Say, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return Say(out, err), out, err


def in_json() -> tuple[Say, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return Say(out, err, as_json=True), out, err


def test_lines_are_for_people_and_values_for_programs() -> None:
    say, out, err = plain()
    say.line("ana: in step")
    say.value({"pair": "ana"})
    assert (out.getvalue(), err.getvalue()) == ("ana: in step\n", "")
    say, out, err = in_json()
    say.line("ana: in step")
    say.value({"pair": "ana"})
    assert (out.getvalue(), err.getvalue()) == ('{"pair": "ana"}\n', "")


def test_a_value_keeps_its_letters_and_spells_instants() -> None:
    say, out, _ = in_json()
    say.value({"title": "Käse", "at": datetime(2026, 11, 2, tzinfo=UTC)})
    assert out.getvalue() == '{"title": "Käse", "at": "2026-11-02 00:00:00+00:00"}\n'


def test_an_error_is_one_line_whatever_it_is_made_of() -> None:
    say, out, err = plain()
    say.error("the file\nis  not\tthere")
    assert (out.getvalue(), err.getvalue()) == ("", "calpair: the file is not there\n")
    say, out, err = in_json()
    say.error("the file\nis not there")
    assert (json.loads(out.getvalue()), err.getvalue()) == ({"error": "the file is not there"}, "")


def test_a_document_is_json_for_people_too() -> None:
    say, out, _ = plain()
    say.document({"pairs": {"ana": 1}})
    assert out.getvalue() == '{\n  "pairs": {\n    "ana": 1\n  }\n}\n'
    say, out, _ = in_json()
    say.document({"pairs": {"ana": 1}})
    assert out.getvalue() == '{"pairs": {"ana": 1}}\n'


def told(total: int, *steps: int, terminal: bool = False) -> str:
    err = Terminal() if terminal else io.StringIO()
    say = Say(io.StringIO(), err)
    for done in steps:
        say.progress(done, total)
    return err.getvalue()


def test_on_a_terminal_progress_stays_in_its_place_until_it_is_done() -> None:
    assert told(3, 1, 2, 3, terminal=True) == "\r1 of 3\r2 of 3\r3 of 3\n"


@pytest.mark.parametrize(
    ("total", "steps", "lines"),
    [
        (3, (1, 2, 3), "1 of 3\n2 of 3\n3 of 3\n"),
        (100, tuple(range(1, 101)), "".join(f"{done} of 100\n" for done in range(10, 101, 10))),
        (100, (5, 12, 15, 25, 100), "12 of 100\n25 of 100\n100 of 100\n"),
        (1, (1,), "1 of 1\n"),
        (0, (0,), ""),
    ],
)
def test_elsewhere_every_tenth_of_the_way_is_a_line(total: int, steps: tuple[int, ...], lines: str) -> None:
    assert told(total, *steps) == lines


def test_a_second_round_is_told_from_its_beginning() -> None:
    err = io.StringIO()
    say = Say(io.StringIO(), err)
    for done, total in ((50, 50), (1, 40), (40, 40)):
        say.progress(done, total)
    assert err.getvalue() == "50 of 50\n1 of 40\n40 of 40\n"


def test_in_json_no_progress_is_told() -> None:
    say, out, err = in_json()
    say.progress(1, 2)
    assert (out.getvalue(), err.getvalue()) == ("", "")


class Closed(io.StringIO):
    def write(self, _: str) -> int:
        raise BrokenPipeError


def test_an_output_that_nobody_reads_ends_the_telling() -> None:
    say = Say(Closed(), Closed())
    with pytest.raises(NobodyReadsError):
        say.line("ana")
    with pytest.raises(NobodyReadsError):
        say.error("no")
    with pytest.raises(NobodyReadsError):
        say.progress(1, 1)
