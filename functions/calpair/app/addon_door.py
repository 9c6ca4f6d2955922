"""The door for a Google Workspace add-on: somebody has opened an event, and is shown its guests' day in Exchange."""

import json
from typing import Any

from calpair.app.doors import JSON, Body, Call, Door
from calpair.app.exchange_rooms import ExchangeRooms
from calpair.errors import AbsentError, RefusedRequestError, SideError
from calpair.google import addon
from calpair.google.addon_card import UNSAVED, card, error_card, trouble
from calpair.google.open_event import look

_OK, _REFUSED = 200, range(401, 405)
"""Workspace shows a card of any 200, and of anything else that the add-on is broken."""


def addon_door(rooms: ExchangeRooms) -> Door | None:
    """Make the door; None: no account of Workspace's was set, so nobody may call there."""
    workspace = rooms.workspace
    if workspace is None:
        return None

    def act(body: bytes, call: Call) -> Body:
        return json.dumps(_shown(rooms, body, call.caller))

    def refuse(status: int, sentence: str, reason: str) -> tuple[int, Body]:
        del reason
        return status if status in _REFUSED else _OK, json.dumps(error_card(sentence))

    return Door(workspace.prove, addon.LARGEST, act, refuse, JSON)


def _shown(rooms: ExchangeRooms, body: bytes, caller: str) -> dict[str, Any]:
    opened, until = addon.parse(body), rooms.until()
    if opened.home:
        return card(opened, None, {})
    when, note = look(opened, rooms.calendar_api, rooms.now, rooms.calendar_http), ""
    if isinstance(when, AbsentError):
        when, note = addon.today(opened, rooms.now()), UNSAVED
    elif isinstance(when, SideError):
        return error_card(trouble(when))
    try:
        question = addon.window(opened, when)
    except RefusedRequestError as error:
        return error_card(str(error))
    # What the look at the event took is not there for Exchange: Workspace waits for both together.
    answer = rooms.answer(question, rooms.open_to(caller), until) if question else {}
    return card(opened, question, answer, note)
