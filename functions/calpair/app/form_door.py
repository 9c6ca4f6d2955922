"""The door for the form of Google's calendar connectors, one for each domain whose document opens it.

Nobody is proven there: the browser of whoever looks at a calendar brings the question. So it is off unless
`availability.connector_form` is true, tells of that domain's addresses alone, and lets only so many ask in a minute.
"""

import logging

from calpair.app.doors import Body, Call, Door
from calpair.app.exchange_rooms import ExchangeRooms
from calpair.errors import UsageError
from calpair.google import connector_form as form
from calpair.google.connector_form import FormRefusedError, Mailslot
from calpair.model.pair import Domain

_logger = logging.getLogger("calpair")
_OK = 200
"""The protocol knows no other status."""


def form_door(rooms: ExchangeRooms, name: str) -> Door | None:
    """Make the door of a domain; None: it has none."""
    domain = next((one for one in rooms.domains() if one.name.lower() == name.lower()), None)
    mail = _google_domain(domain) if domain and domain.connector_form else ""
    if domain is None or not mail:
        return None
    try:
        slot = Mailslot(mail.encode("idna").decode("ascii"))
    except (UnicodeError, UsageError):
        _logger.warning("%s: availability.connector_form: Google can have no domain %s", domain.name, ascii(mail))
        return None

    def act(body: bytes, call: Call) -> Body:
        del call
        if not rooms.pace.take(rooms.now()):
            return form.refusal("too many questions; ask again in a minute", slot)
        try:
            asked = form.parse(body)
        except FormRefusedError as error:
            return form.refusal(str(error), slot, error.fault, error.heading)
        return form.render(asked, rooms.answer(asked.question, {domain.name}), slot)

    def refuse(status: int, sentence: str, reason: str) -> tuple[int, Body]:
        del status, reason
        return _OK, form.refusal(sentence, slot)

    return Door(lambda _: "", form.LARGEST, act, refuse, form.HEADERS)


def _google_domain(domain: Domain) -> str:
    """Give the Google domain whose users look: where answers are posted to."""
    listed = domain.limits.calendar_domains
    return listed[0] if listed else domain.google.free_busy_account.rpartition("@")[2].lower()
