"""The product's door of GetUserAvailability on a port, for clients that nobody here wrote.

As the entry point will: who calls is proven first, then the request is read, answered or refused. What else such a
client asks a server for before (zones, say) the Exchange simulator answers, which knows nothing of the door.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from calpair.errors import CallerError, RefusedRequestError
from calpair.exchange import availability_service, basic
from calpair.model.busy import Question, Told
from simulators.exchange.raw_client import judged
from simulators.exchange.simulator import ExchangeSimulator
from simulators.wire import Request, Response

CREDENTIALS = (("svc@a.test", "secret"),)
_FAULT = 500
"""What SOAP 1.1 has a fault go out with; exchangelib reads one in no other answer."""


@dataclass
class Door:
    """Answers about the calendars it is given; keeps what it was asked, and how often it refused."""

    calendars: Mapping[str, Told]
    simulator: ExchangeSimulator = field(default_factory=judged)
    questions: list[Question] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if b"GetUserAvailabilityRequest" not in request.body:
            return self.simulator.handle(request)
        try:
            basic.prove(basic.parse(request.headers.get("authorization")), CREDENTIALS)
        except CallerError as error:
            self.refused.append(str(error))
            body = availability_service.refusal(401, str(error))
            return self._said(401, body, ("WWW-Authenticate", basic.challenge()))
        return self._answered(request.body, request.headers.get("content-type", ""))

    def _answered(self, body: bytes, content_type: str) -> Response:
        try:
            asked = availability_service.parse(body, content_type)
        except RefusedRequestError as error:
            self.refused.append(error.reason)
            fault = availability_service.refusal(_FAULT, str(error), error.reason)
            return self._said(_FAULT, fault)
        self.questions += [asked.question] if asked.question else []
        return self._said(200, availability_service.render(asked, self.calendars))

    def _said(self, status: int, body: bytes, *headers: tuple[str, str]) -> Response:
        return Response(status, body, (("Content-Type", availability_service.CONTENT_TYPE), *headers))
