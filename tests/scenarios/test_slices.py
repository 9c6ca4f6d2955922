"""The slice of crossed tests: every two values meet in it, and it is small."""

from itertools import combinations, product
from types import SimpleNamespace
from typing import Any, cast

import pytest

from scenarios.slices import pairwise

AXES: dict[str, list[Any]] = {
    "stage": [{"ids": "classic"}, {}, {"zone": 1}, {"old": True}],
    "home": ["exchange", "google"],
    "by": ["exchange", "google"],
    "what": ["edited", "moved", "deleted"],
}


def _crossed(function: str, axes: dict[str, list[Any]]) -> list[pytest.Item]:
    rows = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]
    made = [SimpleNamespace(function=function, callspec=SimpleNamespace(params=row)) for row in rows]
    return cast("list[pytest.Item]", made)


def _values(items: list[pytest.Item]) -> list[dict[str, Any]]:
    return [cast("Any", item).callspec.params for item in items]


def test_every_two_values_meet_in_a_slice_of_little_more_than_the_two_longest_lists() -> None:
    kept, rest = pairwise(_crossed("a story", AXES))
    assert len(kept) + len(rest) == 48
    assert 12 <= len(kept) <= 14
    for one, other in combinations(AXES, 2):
        met = [(row[one], row[other]) for row in _values(kept)]
        assert all(wanted in met for wanted in product(AXES[one], AXES[other]))


def test_the_slice_is_the_same_every_time_and_in_the_order_given() -> None:
    items = _crossed("a story", AXES)
    first, again = pairwise(items)[0], pairwise(items)[0]
    assert _values(first) == _values(again)
    places = [items.index(item) for item in first]
    assert places == sorted(places)


def test_each_function_has_a_slice_of_its_own_and_what_is_not_crossed_is_kept_whole() -> None:
    two, one = {"stage": AXES["stage"], "home": AXES["home"]}, {"home": AXES["home"]}
    bare = cast("pytest.Item", SimpleNamespace(function="bare"))
    kept, rest = pairwise([*_crossed("two", two), *_crossed("one", one), bare])
    assert (len(kept), rest) == (11, [])


def test_nothing_makes_nothing() -> None:
    assert pairwise([]) == ([], [])
