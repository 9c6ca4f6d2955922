"""A simulated Exchange with one mailbox, reached by the adapter in process; and a server that answers by the book.

Where CALPAIR_EWS_SCHEMAS names the folder of Microsoft's schemas, every request is validated against them.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.server import ExchangeConnection
from calpair.model.body import Body
from calpair.model.event import Event, Item, Privacy, ShowAs
from calpair.model.link import Stamp
from calpair.model.pair import ExchangeAuth, ExchangeServer
from calpair.model.when import Timed
from calpair.ports import Draft, Written
from simulators.exchange.hand import Hand
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from simulators.record import Fault
from simulators.wire import Request, Response

URL = "https://exchange.test/EWS/Exchange.asmx"
ANA = "ana@a.test"
SERVER = ExchangeServer(
    url=URL, auth=ExchangeAuth.BASIC, username="svc@a.test", secret="env:NOTHING", timeout_seconds=20
)


@dataclass
class World:
    """One mailbox on a simulated server, and calpair's calendar of it."""

    simulator: ExchangeSimulator
    calendar: ExchangeCalendar
    connection: ExchangeConnection

    @property
    def ana(self) -> Hand:
        return self.simulator.mailbox(ANA)

    def plant(self, kind: str, operation: str = "", **more: Any) -> None:
        self.simulator.record.plant(Fault(kind, operation, **more))

    def requests(self) -> dict[str, int]:
        """The requests by operation since the last time this was asked."""
        counted = dict(self.simulator.record.requests)
        self.simulator.record.requests.clear()
        return counted


class MakeWorld(Protocol):
    """Builds a world: switches of the server; folder, zone, password and settings of ours."""

    def __call__(
        self,
        switches: Switches | None = None,
        *,
        folder: str = "",
        zone: str = "Europe/Berlin",
        simulator: ExchangeSimulator | None = None,
        password: str = "secret",  # noqa: S107 - of a simulated account
        **settings: Any,
    ) -> World: ...


@dataclass
class Script:
    """Answers what it was told to, in order, whatever it is asked; keeps what it was asked."""

    answers: list[Response | BaseException] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def say(self, body: str | bytes, status: int = 200, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.answers.append(Response(status, data, named))


NINE = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)
LUNCH = Event(
    title="Lunch & talk",
    when=Timed(NINE, TEN, "Europe/Berlin"),
    body=Body("Bring <b>papers</b>", html=True),
    place="Canteen",
    show_as=ShowAs.TENTATIVE,
    privacy=Privacy.PRIVATE,
    reminder=15,
    categories=("Red", "Work"),
)
STAMP = Stamp("pair-key", "link-key", "calpair-1", "google-id", digest="d1")


def draft(event: Event = LUNCH, uid: str = "calpair-1") -> Draft:
    return Draft(event, replace(STAMP, self_name=uid), uid=uid, zone="Europe/Berlin")


def written(answer: object) -> Item:
    assert isinstance(answer, Written)
    assert answer.sure
    assert answer.item is not None
    return answer.item


def item_of(answer: object) -> Item:
    """The answer, which must be an item."""
    assert isinstance(answer, Item)
    return answer


def event_of(answer: object) -> Event:
    """What an item says, which must have been understood."""
    item = item_of(answer)
    assert item.event is not None
    return item.event


NAMES = (
    'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" '
    'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"'
)
OK = '<m:X ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{}</m:X>'
ITEMS = OK.format('<m:Items><t:CalendarItem><t:ItemId Id="A{0}" ChangeKey="K{0}"/></t:CalendarItem></m:Items>')


def answer(*messages: str) -> str:
    listed = "".join(messages)
    return f"<s:Envelope {NAMES}><s:Body><m:R><m:ResponseMessages>{listed}</m:ResponseMessages></m:R></s:Body></s:Envelope>"


def fault(code: str) -> str:
    return f"<s:Envelope {NAMES}><s:Body><s:Fault><faultcode>a:{code}</faultcode></s:Fault></s:Body></s:Envelope>"
