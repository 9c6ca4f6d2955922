"""Builds and the schema versions they understand."""

import pytest

from calpair.exchange.versions import GUESSES, Build, read, schema


@pytest.mark.parametrize(
    ("text", "build"),
    [
        ("15.2.2562.17", Build(15, 2, 2562, 17)),
        ("15.2", Build(15, 2)),
        ("14.3.123", Build(14, 3, 123)),
        ("Exchange2010_SP2", Build(14, 2)),
        ("Exchange2016", Build(15, 1)),
        ("15", None),
        ("15.2.x", None),
        ("15.2.1.1.1", None),
        ("Exchange", None),
        ("", None),
    ],
)
def test_a_version_is_a_build_or_a_schemas_name(text: str, build: Build | None) -> None:
    assert read(text) == build


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (Build(15, 20, 8000), "Exchange2016"),
        (Build(15, 2, 2562, 17), "Exchange2016"),
        (Build(15, 1), "Exchange2016"),
        (Build(15, 0, 1497), "Exchange2013_SP1"),
        (Build(15, 0, 847), "Exchange2013_SP1"),
        (Build(15, 0, 516), "Exchange2013"),
        (Build(14, 3, 123), "Exchange2010_SP2"),
        (Build(14, 2), "Exchange2010_SP2"),
        (Build(14, 1), "Exchange2010_SP1"),
        (Build(14, 0), "Exchange2010"),
        (Build(8, 3), "Exchange2007_SP1"),
        (Build(8, 1), "Exchange2007_SP1"),
        (Build(8, 0), ""),
        (Build(16, 0), "Exchange2016"),
    ],
)
def test_a_build_understands_one_newest_schema(build: Build, name: str) -> None:
    assert schema(build) == name


def test_a_server_is_taken_for_less_and_less() -> None:
    assert [str(guess) for guess in GUESSES] == ["15.0.847.0", "14.2.0.0", "8.1.0.0"]
