"""How spans are spelled in `calpair pairs`."""

import pytest

from calpair.cli.pairs import _span


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0, "0 s"), (12.4, "12 s"), (119, "119 s"), (120, "2 min"), (7199, "120 min"), (7200, "2 h"), (200_000, "56 h")],
)
def test_a_span_is_told_in_the_unit_that_says_enough(seconds: float, said: str) -> None:
    assert _span(seconds) == said
