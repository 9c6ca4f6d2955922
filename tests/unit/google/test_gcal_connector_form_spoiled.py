"""The door of the connectors' form, shown what is no question any more, or another one: a thousand bodies and more."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from urllib.parse import quote_plus

from calpair.errors import RefusedRequestError
from calpair.google.connector_form import LARGEST, Asked, FormRefusedError, Mailslot, parse, refusal, render
from unit.google.form_pages import form, read
from unit.google.spoiling import DEEP, STRANGE, too_few, tried

SLOT = Mailslot("altostrat.com")
PIECES = ("1", "m-17", "[ana@a.test,ben@a.test]", "20261102/20261109", "20261101T120000", "Europe/Berlin")
TEXT = f"[{','.join(PIECES)}]"

VALUES = ("", " ", "0", "-1", "1e9", "null", "true", "{}", "1", "m-17", "[x@a.test]", "20261102/20261109", "/", "//")
ODD = (*VALUES, "20261101T120000", "Europe/Berlin", "UTC", "NaN", '"1"', "'1'", "[[]]", "[,]", "x" * 5000, "9" * 5000)
OPENERS = ("[", "]", "[[", "{", "(", '"[', "<a>", "%25", "&text=", ",", "/", ",[", "],[", "\\", "\n", "+", "'", "=")


def with_piece(place: int, piece: str) -> str:
    return f"[{','.join([*PIECES[:place], piece, *PIECES[place + 1 :]])}]"


def sized() -> Iterator[bytes]:
    body = form(TEXT)
    yield from (body[:length] for length in range(len(body)))
    yield from (form(with_piece(2, f"[{','.join(f'{n}@a.test' for n in range(many))}]")) for many in range(90, 120))
    yield from (form(with_piece(2, f"[{'a' * many}@a.test]")) for many in range(300, 330))
    yield from (form(with_piece(1, "m" * many)) for many in range(120, 140))
    yield from (body + b"&b=" + b"x" * (LARGEST - len(body) - 3 + more) for more in range(-5, 6))
    yield b"text=" + b"[" * (4 * LARGEST)


SPOILED = {
    "dropped": [form(TEXT[:place] + TEXT[place + 1 :]) for place in range(len(TEXT))]
    + [form(TEXT[:place] + TEXT[place + 2 :]) for place in range(len(TEXT))]
    + [form(f"[{','.join(PIECES[:place] + PIECES[place + 1 :])}]") for place in range(6)],
    "doubled": [form(TEXT[:place] + TEXT[place:][:1] + TEXT[place:]) for place in range(len(TEXT))]
    + [form(TEXT[:place] + TEXT[place:][:2] + TEXT[place:]) for place in range(len(TEXT))]
    + [form(f"[{','.join(PIECES[:place] + PIECES[place:][:1] + PIECES[place:])}]") for place in range(6)]
    + [form(TEXT) + b"&" + form(TEXT), form(TEXT + TEXT)],
    "retyped": [form(with_piece(place, piece)) for place in range(6) for piece in ODD],
    "reordered": [form(f"[{','.join(pieces)}]") for pieces in permutations(PIECES)][1:],
    "nested": [
        b"text=" + quote_plus(with_piece(place, opener * (DEEP // len(opener)))).encode()
        for place in range(6)
        for opener in OPENERS
    ],
    "charsets": [
        (b"text=" + TEXT.encode()).replace(old, old + bytes([code]))
        for code in range(256)
        for old in (b"m-", b"ana", b"Eur")
    ]
    + [form(with_piece(1, "m" + odd)) for odd in STRANGE]
    + [form(with_piece(2, f"[{odd}@a.test]")) for odd in STRANGE]
    + [
        form(TEXT).decode().encode(charset)
        for charset in ("utf-16", "utf-16-be", "utf-32", "utf-7", "cp037", "utf-8-sig")
    ]
    + [b"text=" + TEXT.encode(charset) for charset in ("utf-16", "utf-32", "cp037", "utf-8-sig")],
    "sizes": list(sized()),
}

LEAST = {"dropped": 160, "doubled": 160, "retyped": 140, "reordered": 700, "nested": 100, "charsets": 700, "sizes": 200}


def held(asked: Asked) -> None:
    """Check what is right whatever was asked: bounds, what is repeated, and that nobody unread is in the answer."""
    question = asked.question
    assert 1 <= len(question.addresses) <= 100
    assert all(0 < len(address) <= 320 and address.isprintable() for address in question.addresses)
    assert timedelta() < question.end - question.start <= timedelta(days=62, hours=2)
    spelled = [f"{edge.astimezone(asked.zone):%Y%m%dT%H%M%S}" for edge in (question.start, question.end)]
    assert all(told.startswith(said) for told, said in zip(spelled, asked.window.split("/"), strict=True))
    assert asked.heading.version == "1"
    assert re.fullmatch(r"[!-~]{1,128}", asked.heading.message)
    page = read(render(asked, {}, SLOT))
    assert page.payload == ["1", asked.heading.message, ["_ME_AddData", asked.window, asked.since, []]]
    assert page.actions == [SLOT.url]


def told_why(error: RefusedRequestError) -> None:
    """Check that a refusal's page says what the error does, and nothing of the request but what may be repeated."""
    assert isinstance(error, FormRefusedError)
    assert re.fullmatch(r"[0-9]{1,9}", error.heading.version)
    assert re.fullmatch(r"[A-Za-z0-9._:=+/~@-]{1,128}", error.heading.message)
    page = read(refusal(str(error), SLOT, error.fault, error.heading))
    assert page.payload == [error.heading.version, error.heading.message, str(error.fault.value), str(error)]


def test_whatever_is_spoiled_is_refused_or_answered_rightly() -> None:
    outcomes = tried(parse, SPOILED, held, told_why)
    assert too_few(outcomes, LEAST) == {}
    # What a spoiled question still says can be right: another address, a blank more. Most cannot.
    assert {kind for kind, outcome in outcomes.items() if outcome.refused <= outcome.all // 4} == set()
    # An id may be spelled as a time is, and a `since` that is none is let be: these two alone can change places.
    assert outcomes["reordered"].taken == 1
