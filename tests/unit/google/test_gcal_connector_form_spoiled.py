"""The door of the connectors' form, shown what is no question any more, or another one: a thousand bodies and more."""

import re
from datetime import timedelta

from calpair.errors import RefusedRequestError
from calpair.google.connector_form import Asked, FormRefusedError, Mailslot, parse, refusal, render
from unit.google.form_pages import read
from unit.google.form_spoiling import spoiled_form
from unit.google.spoiling import too_few, tried

SLOT = Mailslot("altostrat.com")
SPOILED = spoiled_form()

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
    assert re.fullmatch(r"[^\[\],\x00-\x1f\x7f-\U0010ffff]{1,128}", asked.heading.message)
    page = read(render(asked, {}, SLOT))
    assert page.payload == ["1", asked.heading.message, ["_ME_AddData", asked.window, asked.since, []]]
    assert page.actions == [SLOT.url]


def told_why(error: RefusedRequestError) -> None:
    """Check that a refusal's page says what the error does, and nothing of the request but what may be repeated."""
    assert isinstance(error, FormRefusedError)
    assert re.fullmatch(r"[0-9]{1,9}", error.heading.version)
    assert re.fullmatch(r"[^\[\],\x00-\x1f\x7f-\U0010ffff]{1,128}", error.heading.message)
    page = read(refusal(str(error), SLOT, error.fault, error.heading))
    assert page.payload == [error.heading.version, error.heading.message, str(error.fault.value), str(error)]


def test_whatever_is_spoiled_is_refused_or_answered_rightly() -> None:
    outcomes = tried(parse, SPOILED, held, told_why)
    assert too_few(outcomes, LEAST) == {}
    # What a spoiled question still says can be right: another address, a blank more. Most cannot.
    assert {kind for kind, outcome in outcomes.items() if outcome.refused <= outcome.all // 4} == set()
    # An id may be spelled as a time is, and a `since` that is none is let be: these two alone can change places.
    assert outcomes["reordered"].taken == 1
