"""An Exchange whose answers are written by hand, and what is asked of it."""

from dataclasses import replace

import pytest

from calpair.errors import SideError
from calpair.exchange import bodies
from calpair.exchange.server import ExchangeConnection
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from unit.exchange.ground import ANA, SERVER, Script

SYNC = bodies.sync
NAMES = 'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"'
EMPTY = (
    '<m:SyncFolderItemsResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>'
    "<m:SyncState>s1</m:SyncState><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange><m:Changes/>"
    "</m:SyncFolderItemsResponseMessage>"
)


def answer(messages: str = EMPTY, build: str = "15.2.2562.17") -> str:
    numbers = dict(
        zip(("MajorVersion", "MinorVersion", "MajorBuildNumber", "MinorBuildNumber"), build.split("."), strict=True)
    )
    info = " ".join(f'{name}="{number}"' for name, number in numbers.items())
    return (
        f"<s:Envelope {NAMES}><s:Header><t:ServerVersionInfo {info}/></s:Header><s:Body><m:R><m:ResponseMessages>"
        f"{messages}</m:ResponseMessages></m:R></s:Body></s:Envelope>"
    )


def fault(code: str, header: str = "") -> str:
    return (
        f"<s:Envelope {NAMES}>{header}<s:Body><s:Fault><faultcode>a:{code}</faultcode></s:Fault></s:Body></s:Envelope>"
    )


def connected(script: Script, **settings: object) -> ExchangeConnection:
    changed = replace(SERVER, **settings)  # type: ignore[arg-type] # fields by name
    return ExchangeConnection(changed, lambda: "secret", ManualClock().now, SimulatorAdapter(script))


def ask(connection: ExchangeConnection, *, writing: bool = False) -> object:
    return connection.ask(ANA, SYNC(bodies.calendar_folder(ANA), ""), writing=writing)


def refusal(connection: ExchangeConnection, *, writing: bool = False) -> SideError:
    with pytest.raises(SideError) as caught:
        ask(connection, writing=writing)
    return caught.value
