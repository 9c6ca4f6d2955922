"""Exchange's categories as Google's one colour, by a table people write. Pure.

Without a table, categories and colours stay each on their own side, and are said to. With one, an event has at most the one category
its colour stands for: of several categories of one colour, the first in the table.
"""

from collections.abc import Mapping, Sequence

LOSS = "categories"

Table = Mapping[str, str]
"""Category to colour id, `"1"` to `"11"`."""


def read(colour: str, table: Table) -> tuple[str, ...] | None:
    """Read a colour id (empty: none) as categories; None without a table."""
    if not table:
        return None
    return tuple(name for name, one in table.items() if one == colour and colour)[:1]


def strange(colour: str, table: Table) -> bool:
    """Tell whether it is a colour that no category stands for; without a table none does."""
    return bool(colour) and colour not in table.values()


def written(categories: Sequence[str], table: Table) -> str:
    """Give the colour id for categories: of the first one the table knows; empty for none."""
    return next((table[name] for name in categories if name in table), "")


def held(categories: tuple[str, ...] | None, table: Table) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Give the categories Google would be read to have, and a word when those are not the ones given."""
    kept = read(written(categories or (), table), table)
    if categories is None:
        return None, ()
    return kept, () if set(kept or ()) == set(categories) else (LOSS,)
