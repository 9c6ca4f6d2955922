"""Free/busy asked about of a simulated Google, or of a transport of hand-written answers; and who may act as users there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from calpair.errors import SideError
from calpair.google.delegation import Delegation
from calpair.google.free_busy import GoogleAvailability
from calpair.google.tokens import Token
from calpair.model.busy import Block, Busy, Told, Unknown
from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, InProcessHttp, Switches
from simulators.google.robots import Robot
from simulators.record import Fault
from unit.google.ground import ANA, TOKEN, Script

BEN, CORA, TEAM = "ben@g.test", "cora@g.test", "team@g.test"
FROM, TO = datetime(2026, 11, 2, 8, tzinfo=UTC), datetime(2026, 11, 2, 18, tzinfo=UTC)
WINDOW = {"timeMin": "2026-11-02T08:00:00Z", "timeMax": "2026-11-02T18:00:00Z"}
EYES = replace(TOKEN, free_busy_account=ANA)
NO_DATA, UNAVAILABLE = Unknown("no_data"), Unknown("unavailable")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 2, hour, minute, tzinfo=UTC)


def block(start: datetime, end: datetime) -> Block:
    return Block(start, end, Busy.BUSY)


def busy(*spans: tuple[str, str]) -> dict[str, Any]:
    return {"busy": [{"start": start, "end": end} for start, end in spans]}


def failing(*reasons: str) -> dict[str, Any]:
    return {"errors": [{"domain": "global", "reason": reason} for reason in reasons], "busy": []}


def answer(calendars: Any, **more: Any) -> tuple[int, str]:
    return 200, json.dumps({"kind": "calendar#freeBusy", **WINDOW, "calendars": calendars, **more})


def refusal(status: int, reason: str) -> tuple[int, str]:
    return status, json.dumps({"error": {"errors": [{"domain": "global", "reason": reason}], "code": status}})


def scripted(*answers: tuple[int, str] | Exception, **head: str) -> tuple[GoogleAvailability, Script]:
    script = Script(list(answers), head={name.replace("_", "-"): value for name, value in head.items()})
    return GoogleAvailability(EYES, lambda: "TOKEN", ManualClock().now, script), script


def said(calendars: Any, *addresses: str, **more: Any) -> list[Told]:
    """What is made of one answer."""
    return list(scripted(answer(calendars, **more))[0].look_up(addresses, FROM, TO).values())


def body(script: Script, number: int = 0) -> Any:
    return json.loads(script.asked[number][2])


class Google:
    """A simulated Google whose users show ana when they are busy."""

    def __init__(self, *users: str, **switches: Any) -> None:
        tokens = {ANA: "TOKEN", **{user: user for user in users}}
        self.simulator = GoogleSimulator(clock=ManualClock(), users=tokens, switches=Switches(**switches))
        for user in users:
            self.simulator.calendar(user).set_access(ANA, "freeBusyReader")
        self.heard: list[SideError] = []
        self.availability = GoogleAvailability(
            EYES, lambda: "TOKEN", self.simulator._ground.clock.now, InProcessHttp(self.simulator)
        )

    def event(self, user: str, start: datetime, end: datetime, **more: Any) -> None:
        ends = {name: {"dateTime": when.isoformat()} for name, when in (("start", start), ("end", end))}
        self.simulator.calendar(user).create(summary="A secret lunch", **ends, **more)

    def plant(self, kind: str, **more: Any) -> None:
        self.simulator.record.plant(Fault(kind, "freebusy.query", **more))

    def look_up(self, addresses: Sequence[str], start: datetime = FROM, end: datetime = TO) -> Mapping[str, Told]:
        return self.availability.look_up(addresses, start, end, self.heard.append)

    def requests(self) -> Mapping[str, int]:
        return self.simulator.record.requests


@dataclass
class Keyless:
    """A simulated Google whose users a service account without a key acts as, for one scope."""

    simulator: GoogleSimulator
    http: InProcessHttp
    delegation: Delegation
    clock: ManualClock


def keyless(scope: str, *users: str, **switches: Any) -> Keyless:
    clock = ManualClock()
    robots = [Robot("run@p.test"), Robot("look@p.test", delegated={scope}, creators={"run@p.test"})]
    simulator = GoogleSimulator(
        clock=clock,
        users={user: user for user in users},
        robots=robots,
        runtime="run@p.test",
        switches=Switches(**switches),
    )
    http = InProcessHttp(simulator)

    def own() -> Token:
        metadata = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
        _, content = http.request(metadata, headers={"metadata-flavor": "Google"})
        return Token(json.loads(content)["access_token"])

    return Keyless(simulator, http, Delegation("look@p.test", own, clock.now), clock)
