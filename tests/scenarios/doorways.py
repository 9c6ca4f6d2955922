"""The six doors of both look-ups, opened for the same two people, so that what holds for every door is tested on each.

    house = House(tmp_path)
    doorway = house.doorway("connector")
    doorway.knock(body)                 # with its proof; `proof={}` for none
    doorway.sound                       # a body that is answered, about ana, ben and somebody nobody knows

Exchange's people are at `a.test`, as are Google's: one sound question fits every door of a protocol.
"""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from calpair.app.pace import Pace
from scenarios.knocking import ADDON, AUTODISCOVER, EWS, XML, Heard, basic
from scenarios.looking import AUDIENCE, WORKSPACE, Desk, token
from scenarios.looking_google import GoogleDesk
from unit.exchange.availability_ground import mailbox, request
from unit.google.addon_events import EVENT
from unit.google.form_pages import form

NAMES = ("query", "ews", "connector", "addon", "autodiscover", "google ews")
MAIL = "a.test"
KNOWN = frozenset({"ana@a.test", "ben@a.test"})
QUERY = {
    "timeMin": "2026-11-05T00:00:00Z",
    "timeMax": "2026-11-06T00:00:00Z",
    "timeZone": "Europe/Berlin",
    "groupExpansionMax": 1,
    "calendarExpansionMax": 50,
    "items": [{"id": "ana@a.test"}, {"id": "nobody@a.test"}, {"id": "ben@a.test"}],
}
FORM = ("1", "m-17", "[ana@a.test,nobody@a.test,ben@a.test]", "20261105/20261106", "20261101T120000", "Europe/Berlin")
DISCOVER = (
    "<Autodiscover xmlns='http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006'><Request>"
    "<EMailAddress>{}</EMailAddress><AcceptableResponseSchema>"
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
    "</AcceptableResponseSchema></Request></Autodiscover>"
)


def opened(event: str = "", bearer: str = "", *guests: str) -> dict[str, Any]:
    """What Workspace tells of an event that is opened; without an id it was never saved."""
    told: dict[str, Any] = copy.deepcopy(EVENT)
    told["calendar"]["attendees"] = [{"email": one} for one in guests or ("ana@a.test", "nobody@a.test", "ben@a.test")]
    told["calendar"]["id"] = event
    told["authorizationEventObject"]["userOAuthToken"] = bearer
    return told


@dataclass(frozen=True)
class Doorway:
    """A door: where it is, what proves a caller there, how much it reads, and a question that it answers."""

    name: str
    desk: Desk | GoogleDesk
    path: str
    proof: Mapping[str, str]
    most: int
    sound: bytes
    kind: str = XML

    def knock(
        self,
        body: bytes | IO[bytes] | None = None,
        proof: Mapping[str, str] | None = None,
        *,
        kind: str | None = None,
        **more: Any,
    ) -> Heard:
        """Call it. `kind`: what the body is said to be."""
        headers = {**(self.proof if proof is None else proof), "Content-Type": self.kind if kind is None else kind}
        return self.desk.knock(self.path, self.sound if body is None else body, headers, **more)


class House:
    """Both functions, with every door open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.proof = {"Authorization": basic("svc-a", "knock-a"), "Content-Type": XML}
        self._makers: Mapping[str, Callable[[], Doorway]] = {
            "query": lambda: Doorway(
                "query",
                self.desk,
                "/",
                {"Authorization": f"Bearer {token()}"},
                64 * 1024,
                json.dumps(QUERY).encode(),
                "application/json",
            ),
            "ews": lambda: self._ews("ews", self.desk),
            "connector": lambda: Doorway(
                "connector",
                self.desk,
                "/connector/a.test",
                {},
                64 * 1024,
                form(f"[{','.join(FORM)}]"),
                "application/x-www-form-urlencoded",
            ),
            "addon": lambda: Doorway(
                "addon",
                self.desk,
                ADDON,
                {"Authorization": f"Bearer {token(WORKSPACE, audience=AUDIENCE + ADDON)}"},
                1024 * 1024,
                json.dumps(opened()).encode(),
                "application/json",
            ),
            "autodiscover": lambda: Doorway(
                "autodiscover",
                self.google,
                AUTODISCOVER,
                self.proof,
                256 * 1024,
                DISCOVER.format("ana@a.test").encode(),
            ),
            "google ews": lambda: self._ews("google ews", self.google),
        }

    def doorway(self, name: str) -> Doorway:
        """One of `NAMES`."""
        return self._makers[name]()

    @cached_property
    def desk(self) -> Desk:
        """The function that tells about Exchange users."""
        folder = self._folder / "exchange"
        folder.mkdir()
        desk = Desk(folder, people=("ana", "ben"))
        desk.documents["a.test"]["availability"] = {"connector_form": True}
        desk.documents["a.test"]["limits"]["calendar_domains"] = ["ga.test"]
        desk.open("a.test", "svc-a:knock-a")
        desk.parts.pace = Pace(1_000_000)
        return desk

    @cached_property
    def google(self) -> GoogleDesk:
        """The function that tells about Google users."""
        folder = self._folder / "google"
        folder.mkdir()
        return GoogleDesk(folder, ("ana", "ben"), {"a.test": MAIL, "b.test": "gb.test"})

    def _ews(self, name: str, desk: Desk | GoogleDesk) -> Doorway:
        sound = request(mailbox("ana@a.test"), mailbox("nobody@a.test"), mailbox("ben@a.test"))
        return Doorway(name, desk, EWS, self.proof, 256 * 1024, sound)
