"""The table and its numbers, on hand-made measures."""

import io
from dataclasses import replace

from demo.company import Counts
from demo.table import Line, Measured, rows
from demo.telling import Teller

ANA = Line("ana", "two_way", 177, 177, 0, 0, 0, 0)
BEN = Line("ben", "exchange_to_google", 246, 251, 0, 5, 0, 0)
WELL = Measured([ANA, BEN], Counts(0, 73, 54, 638), 30, 30)


def test_the_table_shows_each_pair_and_what_it_cost() -> None:
    assert rows(WELL) == [
        "                                  Exchange        Google",
        "ana, both ways: events            177             177             in step",
        "ben, Exchange to Google: events   246             251             in step (5 are Google's own)",
        "duplicates                        0               0",
        "requests by calpair               73              54",
        "quota units                                       638",
        "mails sent                        0",
        "expectations met                  30 of 30",
    ]


def test_the_numbers_are_those_of_both_pairs() -> None:
    assert WELL.json() == {
        "events_exchange": 423,
        "events_google": 428,
        "equal": True,
        "duplicates": 0,
        "mails": 0,
        "requests_exchange": 73,
        "requests_google": 54,
        "quota_units": 638,
    }
    assert WELL.well


def test_one_difference_is_enough_to_fail() -> None:
    wrong = replace(WELL, lines=[replace(ANA, apart=2), BEN])
    assert (wrong.well, wrong.json()["equal"]) == (False, False)
    assert rows(wrong)[1] == "ana, both ways: events            177             177             2 DIFFER"


def test_one_duplicate_one_mail_and_one_expectation_are_enough_to_fail() -> None:
    twice = replace(WELL, lines=[ANA, replace(BEN, twice_google=1)])
    assert (twice.well, twice.json()["duplicates"]) == (False, 1)
    assert rows(twice)[3] == "duplicates                        0               1"
    assert not replace(WELL, counts=replace(WELL.counts, mails=1)).well
    assert not replace(WELL, met=25).well


def test_what_a_server_does_not_count_is_said_to_be_not_measurable() -> None:
    unknown = replace(WELL, counts=Counts())
    assert rows(unknown)[4:7] == [
        "requests by calpair               not measurable  not measurable",
        "quota units                                       not measurable",
        "mails sent                        not measurable",
    ]
    assert unknown.json()["mails"] is None
    assert unknown.well


def test_progress_is_told_by_quarters_where_there_is_no_terminal() -> None:
    out = io.StringIO()
    tell = Teller(out)
    for done in range(0, 101, 5):
        tell.progress("events", done, 100)
    tell.measured("all there", 3.25, "")
    tell.measured("all gone", 12.0, "one is left")
    assert out.getvalue().splitlines() == [
        "          events: 25 of 100",
        "          events: 50 of 100",
        "          events: 75 of 100",
        "          events: 100 of 100",
        "  ok     3.2 s  all there",
        "  BAD   12.0 s  all gone: one is left",
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_stays_on_one_line_of_a_terminal() -> None:
    out = Terminal()
    tell = Teller(out)
    tell.progress("events", 1, 2)
    tell.progress("events", 2, 2)
    tell.line("done")
    assert out.getvalue() == "\r          events: 1 of 2 \r          events: 2 of 2 \ndone\n"
