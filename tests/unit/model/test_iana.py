"""IANA's names: aliases, other names to try, and what is no zone."""

import pytest

from calpair.model import iana


@pytest.mark.parametrize(
    ("name", "others"),
    [
        # Renamed: a server of before the day refuses the one, or of long after it the other.
        ("Europe/Kyiv", ("Europe/Kiev", "Europe/Uzhgorod", "Europe/Zaporozhye")),
        ("Europe/Kiev", ("Europe/Kyiv", "Europe/Uzhgorod", "Europe/Zaporozhye")),
        ("Asia/Kolkata", ("Asia/Calcutta",)),
        ("Asia/Calcutta", ("Asia/Kolkata",)),
        ("America/Nuuk", ("America/Godthab",)),
        ("US/Pacific", ("America/Los_Angeles",)),
        # Another place's name is none of its own.
        ("Europe/Berlin", ()),
        ("Europe/Amsterdam", ()),
        ("America/New_York", ()),
        ("Etc/GMT+5", ()),
        ("UTC", ()),
        ("Etc/UTC", ("UTC",)),
        ("Nowhere/Land", ()),
        ("", ()),
    ],
)
def test_a_zone_has_other_names_to_be_tried(name: str, others: tuple[str, ...]) -> None:
    assert iana.alternatives(name) == others


def test_other_names_are_of_the_very_same_zone() -> None:
    every = list(iana.spellings().values())
    assert len(every) > 590
    assert [
        name for name in every for other in iana.alternatives(name) if iana.canonical(other) != iana.canonical(name)
    ] == []


def test_names_are_found_by_their_small_letters() -> None:
    assert iana.spellings()["europe/berlin"] == "Europe/Berlin"
    assert "factory" not in iana.spellings()


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("utc", "UTC"),
        ("us/pacific", "US/Pacific"),
    ],
)
def test_a_zone_that_is_asked_for_is_found_in_whatever_case(name: str, zone: str) -> None:
    found = iana.asked(name)
    assert found is not None
    assert found.key == zone


@pytest.mark.parametrize(
    "name", ["", "localtime", "posixrules", "right/Europe/Berlin", "posix/UTC", "Factory", "Europe", "../UTC", "UTC\0"]
)
def test_a_file_of_this_machine_is_no_zone(name: str) -> None:
    assert iana.asked(name) is None
