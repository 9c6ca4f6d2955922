"""Our mark on a Google copy: private extended properties, written with the copy and read with every event. Pure.

    body = {"extendedProperties": {"private": spell(stamp)}}
    stamp = parse(event.get("extendedProperties", {}).get("private"))

Google drops a key of more than 44 characters and cuts a value of more than 1,024, both without a word (the guide to
extended properties, 2026-04); whatever `spell` gives is within both. Anybody may write such properties, and the web
interface clones them: whether a stamp counts is for the engine to say.

A rule stands in `calpairRule0`, `calpairRule1` ..., each of which is full but the last: a patch leaves properties it
does not name as they are, so what is left of a longer rule from before must not be read.
"""

from collections.abc import Mapping
from typing import Any

from calpair.model.link import Stamp

PREFIX = "calpair"
MAX_VALUE = 1024
MOST_PIECES = 16
"""Properties a rule may take; all of an event's have 32 kB together."""

_FORM = "1"
_MAX_NUMBER = 9


def spell(stamp: Stamp) -> dict[str, str]:
    """Write a stamp as properties. ValueError for a value that Google would cut.

    A rule that takes too much is left out: it is a convenience, and the stamp has to stand.
    """
    words = {
        PREFIX: _FORM,
        f"{PREFIX}Pair": stamp.pair,
        f"{PREFIX}Link": stamp.link,
        f"{PREFIX}Self": stamp.self_name,
        f"{PREFIX}Partner": stamp.partner,
        f"{PREFIX}Part": str(stamp.part),
        f"{PREFIX}Generation": str(stamp.generation),
        f"{PREFIX}Mapping": str(stamp.mapping),
        f"{PREFIX}Digest": stamp.digest,
    }
    for key, value in words.items():
        if len(value) > MAX_VALUE:
            raise ValueError(f"{key} is longer than Google keeps: put its hash there")
    return words | _pieces("\n".join(stamp.rule))


def parse(properties: Any) -> Stamp | None:
    """Read a stamp; None for anything that `spell` did not write."""
    if not isinstance(properties, Mapping) or properties.get(PREFIX) != _FORM:
        return None
    # An empty value may come back as no property at all.
    words = {name: str(properties.get(f"{PREFIX}{name}", "")) for name in ("Pair", "Link", "Self", "Partner", "Digest")}
    numbers = [str(properties.get(f"{PREFIX}{name}", "")) for name in ("Part", "Generation", "Mapping")]
    if not (words["Pair"] and words["Link"] and words["Self"] and all(map(_number, numbers))):
        return None
    part, generation, mapping = map(int, numbers)
    return Stamp(
        words["Pair"],
        words["Link"],
        words["Self"],
        words["Partner"],
        part,
        generation,
        mapping,
        words["Digest"],
        tuple(_joined(properties).splitlines()),
    )


def _pieces(text: str) -> dict[str, str]:
    pieces = [text[start : start + MAX_VALUE] for start in range(0, len(text) + 1, MAX_VALUE)]
    kept = pieces if len(pieces) <= MOST_PIECES else [""]
    return {f"{PREFIX}Rule{number}": piece for number, piece in enumerate(kept)}


def _joined(properties: Mapping[Any, Any]) -> str:
    text = ""
    for number in range(MOST_PIECES):
        piece = str(properties.get(f"{PREFIX}Rule{number}", ""))
        text += piece
        if len(piece) < MAX_VALUE:
            return text
    return ""


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MAX_NUMBER
