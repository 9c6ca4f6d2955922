"""The add-on's door, shown what is no event any more, or another one: some thousand bodies."""

from collections.abc import Iterator
from datetime import date

from calpair.google.addon import LARGEST, Opened, parse, window
from calpair.google.addon_card import card
from calpair.model.when import AllDay
from unit.google.addon_events import EVENT, body
from unit.google.cards import conforms, texts
from unit.google.json_spoiling import spoiled_json
from unit.google.spoiling import too_few, tried

WHOLE = body()


def sized() -> Iterator[bytes]:
    yield from (WHOLE[:length] for length in range(0, len(WHOLE), 5))
    yield from (body(attendees=[{"email": f"{n}@x.test"} for n in range(many)]) for many in range(190, 220, 3))
    yield from (body(attendees=[{"email": f"{'a' * many}@x.test"}]) for many in range(305, 325))
    yield from (body(id="a" * many) for many in range(1015, 1035))
    yield from (WHOLE + b" " * (LARGEST - len(WHOLE) + more) for more in range(-2, 3))
    yield b"[" * (4 * LARGEST)


SPOILED = {**spoiled_json(EVENT), "sizes": list(sized())}
LEAST = {
    "dropped": 400,
    "doubled": 150,
    "retyped": 400,
    "reordered": 900,
    "nested": 250,
    "charsets": 700,
    "sizes": 200,
}


def held(opened: Opened) -> None:
    """Check what is right whatever was told: bounds, a hidden token, and a card on which nobody unread is free."""
    assert len(opened.guests) <= 200
    assert all(0 < len(guest) <= 320 and guest.isprintable() for guest in opened.guests)
    assert opened.left >= 0
    assert opened.token.isascii()
    assert "token" not in repr(opened).replace(repr(opened.guests), "")
    question = window(opened, AllDay(date(2026, 11, 5), date(2026, 11, 6)))
    assert (question is None) == (opened.guests == ())
    lines = texts(conforms(card(opened, question, {})))
    assert not any("free all" in line or "·" in line for line in lines)


def test_whatever_is_spoiled_is_refused_or_answered_rightly() -> None:
    outcomes = tried(parse, SPOILED, held)
    assert too_few(outcomes, LEAST) == {}
    assert {kind for kind, outcome in outcomes.items() if not outcome.refused} == set()
