"""A server that says what none would today: its simulator, with words changed in the answers.

stage.exchange_door.simulator = saying = Saying(stage.exchange, UNTOLD)
saying.words = {}                          # and from now on as it is
"""

import re
from dataclasses import dataclass, field

from simulators.wire import Handler, Request, Response

UNTOLD = {rb"<t:Periods>.*?</t:Transitions>": b""}
"""Zones by their names alone, without the clocks they keep."""


@dataclass
class Saying:
    """Stands before a server and changes words in its answers: it holds what no server would take today."""

    simulator: Handler
    words: dict[bytes, bytes] = field(default_factory=dict)

    def handle(self, request: Request) -> Response:
        answer = self.simulator.handle(request)
        body = answer.body
        for pattern, other in self.words.items():
            body = re.sub(pattern, other, body, flags=re.DOTALL)
        if body == answer.body:
            return answer
        headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
        return Response(answer.status, body, tuple(headers))
