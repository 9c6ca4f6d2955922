"""The connectors' form spoiled in every way: the same bodies from the same pieces, every time.

    spoiled_form(PIECES)        # {"dropped": [...], "doubled": [...], ...}

`tests/unit/google/spoiling.py` tries them; so do the tests of the whole door.
"""

from collections.abc import Iterator, Sequence
from itertools import permutations
from urllib.parse import quote_plus

from calpair.google.connector_form import LARGEST
from unit.google.form_pages import form
from unit.google.spoiling import DEEP, STRANGE

PIECES = ("1", "m-17", "[ana@a.test,ben@a.test]", "20261102/20261109", "20261101T120000", "Europe/Berlin")

VALUES = ("", " ", "0", "-1", "1e9", "null", "true", "{}", "1", "m-17", "[x@a.test]", "20261102/20261109", "/", "//")
ODD = (*VALUES, "20261101T120000", "Europe/Berlin", "UTC", "NaN", '"1"', "'1'", "[[]]", "[,]", "x" * 5000, "9" * 5000)
OPENERS = ("[", "]", "[[", "{", "(", '"[', "<a>", "%25", "&text=", ",", "/", ",[", "],[", "\\", "\n", "+", "'", "=")


def spoiled_form(pieces: Sequence[str] = PIECES) -> dict[str, list[bytes]]:
    """Spoil a question."""
    text = f"[{','.join(pieces)}]"
    cut = [(text[:place], text[place:]) for place in range(len(text))]
    return {
        "dropped": [form(before + after[many:]) for many in (1, 2) for before, after in cut]
        + [_of([*pieces[:place], *pieces[place + 1 :]]) for place in range(6)],
        "doubled": [form(before + after[:many] + after) for many in (1, 2) for before, after in cut]
        + [_of([*pieces[:place], pieces[place], *pieces[place:]]) for place in range(6)]
        + [form(text) + b"&" + form(text), form(text + text)],
        "retyped": [_with(pieces, place, piece) for place in range(6) for piece in ODD],
        "reordered": [_of(some) for some in permutations(pieces)][1:],
        "nested": [_with(pieces, place, opener * (DEEP // len(opener))) for place in range(6) for opener in OPENERS],
        "charsets": list(_charsets(pieces, text)),
        "sizes": list(_sized(pieces, text)),
    }


def _of(pieces: Sequence[str]) -> bytes:
    return b"text=" + quote_plus(f"[{','.join(pieces)}]").encode()


def _with(pieces: Sequence[str], place: int, piece: str) -> bytes:
    return _of([*pieces[:place], piece, *pieces[place + 1 :]])


def _charsets(pieces: Sequence[str], text: str) -> Iterator[bytes]:
    for code in range(256):
        for old in (b"m-", b"ana", b"Eur"):
            yield (b"text=" + text.encode()).replace(old, old + bytes([code]))
    for odd in STRANGE:
        yield _with(pieces, 1, "m" + odd)
        yield _with(pieces, 2, f"[{odd}@a.test]")
    for charset in ("utf-16", "utf-16-be", "utf-32", "utf-7", "cp037", "utf-8-sig"):
        yield form(text).decode().encode(charset)
    for charset in ("utf-16", "utf-32", "cp037", "utf-8-sig"):
        yield b"text=" + text.encode(charset)


def _sized(pieces: Sequence[str], text: str) -> Iterator[bytes]:
    body = form(text)
    yield from (body[:length] for length in range(len(body)))
    yield from (_with(pieces, 2, f"[{','.join(f'{n}@a.test' for n in range(many))}]") for many in range(90, 120))
    yield from (_with(pieces, 2, f"[{'a' * many}@a.test]") for many in range(300, 330))
    yield from (_with(pieces, 1, "m" * many) for many in range(120, 140))
    yield from (body + b"&b=" + b"x" * (LARGEST - len(body) - 3 + more) for more in range(-5, 6))
    yield b"text=" + b"[" * (4 * LARGEST)
