"""The parts of the function that tells when Exchange users are free, `exchange_free_busy`.

    /                       the Calendar API's freeBusy.query, for who shows Google's token; also at the API's own
                            address, /calendar/v3/freeBusy
    /EWS/Exchange.asmx      EWS GetUserAvailability, for who shows a domain's name and password
    /connector/DOMAIN       the form of Google's calendar connectors, which proves nobody
    /addon                  what a Workspace add-on is told, for Workspace's own account

Reads the domains and asks their servers; writes nothing (on one machine the gate before them does), and knows nothing
of the engine. Google gives a look-up thirty seconds: whatever a server does, there is an answer after twenty.
"""

import os
import re
from typing import Any

from calpair.app.clock import clock
from calpair.app.doors import Call, Door, in_json
from calpair.app.ews_door import ews_door
from calpair.app.exchange_rooms import ExchangeRooms
from calpair.app.ground import ADDON, callers, once, ready, store, workspace
from calpair.gcp import secrets
from calpair.google import free_busy_query

_QUERY, _EWS, _FORM = ("", "/calendar/v3/freebusy"), "/ews/exchange.asmx", "/connector/"


@once
def looking_up() -> "LookingUp":
    """Build the parts, once for each instance. UsageError: the environment lacks something."""
    # There may be no callers with a token: whoever shows a name and password, or the form, needs none.
    deployment = ready(os.environ, "project", "audience")
    manager = secrets.SecretManager(secrets.connect(deployment.secrets_endpoint), deployment.project, clock)
    return LookingUp(
        store(deployment), manager.resolve, manager.forget, callers=callers(deployment), workspace=workspace(deployment)
    )


class LookingUp(ExchangeRooms):
    """The function: its doors, by address."""

    def door(self, path: str) -> Door | None:
        """Give the door at an address; None: there is none."""
        # To IIS, which clients know, some slashes are as good as one.
        path = re.sub("/+", "/", path).rstrip("/")
        place = path.lower()
        if place in _QUERY:
            return in_json(self.callers, self._query, free_busy_query.LARGEST, free_busy_query.refusal)
        if place == _EWS:
            return ews_door(self.proven, self.answer)
        if place.startswith(_FORM):
            from calpair.app.form_door import form_door  # noqa: PLC0415 - most are never asked in this way

            return form_door(self, path[len(_FORM) :])
        if place == ADDON:
            from calpair.app.addon_door import addon_door  # noqa: PLC0415 - the same; it brings Google's client along

            return addon_door(self)
        return None

    def _query(self, body: bytes, call: Call) -> dict[str, Any]:
        asked = free_busy_query.parse(body)
        return free_busy_query.render(asked, self.answer(asked.question, self.open_to(call.caller)))
