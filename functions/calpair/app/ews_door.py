"""The door for EWS GetUserAvailability, whoever's free/busy is behind it: proven by Basic, answered by `look`."""

from collections.abc import Callable

from calpair.app.doors import Body, Call, Door
from calpair.exchange import availability_request as request
from calpair.exchange import availability_service as service
from calpair.exchange import basic, posted
from calpair.model.busy import Answer, Question

HEADERS = {"Content-Type": service.CONTENT_TYPE, "Cache-Control": "no-store"}


def ews_door(prove: Callable[[str | None], frozenset[str]], look: Callable[[Question, frozenset[str]], Answer]) -> Door:
    """Make the door. `look` answers a question for whoever is proven by these domains' credentials."""

    def act(body: bytes, call: Call) -> Body:
        asked = request.parse(body, call.content_type)
        answer = look(asked.question, call.caller) if asked.question else {}
        return service.render(asked, answer)

    def refuse(status: int, sentence: str, reason: str) -> tuple[int, Body]:
        return status, service.refusal(status, sentence, reason)

    return Door(prove, posted.LARGEST, act, refuse, HEADERS, basic.challenge())
