"""What we lean on in exchangelib: if one of these fails after an upgrade, read `ews.py` before anything else."""

from importlib.metadata import version
from inspect import signature

import requests
from exchangelib import protocol
from exchangelib.configuration import Configuration
from exchangelib.credentials import Credentials
from exchangelib.protocol import BaseProtocol, FailFast
from exchangelib.version import EXCHANGE_2013_SP1, Version

from calpair.exchange import ews
from calpair.names import STRICT
from simulators.clock import ManualClock
from unit.exchange.ground import SERVER


def test_the_library_is_the_one_these_workings_were_read_in() -> None:
    assert version("exchangelib") == "5.6.0"


def test_the_pool_is_used_by_these_methods() -> None:
    assert list(signature(BaseProtocol.create_session).parameters) == ["self"]
    assert next(iter(signature(BaseProtocol.raw_session).parameters)) == "prefix"
    for name in ("get_session", "release_session", "retire_session", "close"):
        assert callable(getattr(BaseProtocol, name))


def test_only_protocol_is_cached_in_the_process() -> None:
    assert isinstance(protocol.Protocol, protocol.CachingProtocol)
    assert type(BaseProtocol) is type
    assert not isinstance(ews._Sessions, protocol.CachingProtocol)


def test_a_configuration_with_everything_preset_probes_for_nothing() -> None:
    config = Configuration(
        credentials=Credentials("u", "p"),
        service_endpoint=SERVER.url,
        auth_type="basic",
        version=Version(EXCHANGE_2013_SP1),
        retry_policy=FailFast(),
        max_connections=3,
    )
    pool = BaseProtocol(config)
    assert pool.auth_type == "basic"
    assert pool.max_connections == 3
    assert pool.retry_policy.fail_fast
    session = pool.create_session()
    assert isinstance(session.auth, requests.auth.HTTPBasicAuth)


def test_the_pool_opens_no_more_sessions_than_it_may() -> None:
    pool = ews._Sessions(SERVER, "p", ManualClock().now, None, STRICT)
    taken = [pool.get_session() for _ in range(SERVER.max_connections)]
    assert pool.session_pool_size == 4
    for session in taken:
        pool.release_session(session)
    assert pool.get_session() in taken


def test_a_retired_session_is_replaced() -> None:
    pool = ews._Sessions(SERVER, "p", ManualClock().now, None, STRICT)
    session = pool.get_session()
    pool.retire_session(session)
    assert pool.get_session() is not session
    assert pool.session_pool_size == 1
