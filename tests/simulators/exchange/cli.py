"""`python -m simulators exchange`: an Exchange simulator on a port of this machine, until it is interrupted."""

import argparse
import secrets
import sys
from collections.abc import Sequence

from simulators.clock import SystemClock
from simulators.exchange import schemas, switches
from simulators.exchange.simulator import PATH, TENANT, ExchangeSimulator
from simulators.wire import server


def main(argv: Sequence[str]) -> int:
    """Serve until interrupted; prints one line with the address when ready. Exit 2 on wrong arguments."""
    parser = argparse.ArgumentParser(prog="python -m simulators exchange", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--mailbox", action="append", default=[], metavar="ADDRESS:PASSWORD")
    parser.add_argument("--service", action="append", default=[], metavar="ADDRESS:PASSWORD")
    parser.add_argument("--app", action="append", default=[], metavar="CLIENT_ID:SECRET", help="an app of the tenant")
    parser.add_argument("--tenant", default=TENANT, help="whose tokens are given at /TENANT/oauth2/v2.0/token")
    parser.add_argument(
        "--public-group", action="append", default=[], metavar="DN", help="/o=.../ou=... with a free/busy public folder"
    )
    parser.add_argument("--public-owner", action="append", default=[], metavar="ADDRESS", help="who owns those folders")
    parser.add_argument("--contact", action="append", default=[], metavar="ADDRESS:DN", help="a legacyExchangeDN")
    parser.add_argument(
        "--address-space", action="append", default=[], metavar="DOMAIN", help="asked for in public folders"
    )
    parser.add_argument("--switch", action="append", default=[], metavar="NAME=VALUE")
    given = parser.parse_args(argv)
    try:
        simulator = ExchangeSimulator(
            clock=SystemClock(),
            mailboxes=_accounts(given.mailbox) if given.mailbox else None,
            services=_accounts(given.service) if given.service else None,
            apps=_pairs(given.app, "CLIENT_ID:SECRET"),
            tenant=given.tenant,
            switches=switches.parse(given.switch),
            schemas=schemas.from_environment(),
            secret=secrets.token_bytes(16),
        )
        _seed(simulator, given)
    except (ValueError, OSError) as wrong:
        parser.error(str(wrong))
    running = server(simulator, given.port)
    sys.stdout.write(f"exchange simulator at http://127.0.0.1:{running.server_address[1]}{PATH}\n")
    sys.stdout.flush()
    try:
        running.serve_forever(poll_interval=0.05)
    except KeyboardInterrupt:
        pass
    finally:
        running.server_close()
    return 0


def _seed(simulator: ExchangeSimulator, given: argparse.Namespace) -> None:
    for group in given.public_group:
        simulator.public_folders.add_administrative_group(group)
        for owner in given.public_owner:
            simulator.public_folders.grant(owner, "Owner", group)
    for address, legacy_dn in _accounts(given.contact, "ADDRESS:DN").items():
        simulator.directory.add_contact(address, legacy_dn)
    for domain in given.address_space:
        simulator.directory.add_address_space(domain)


def _accounts(given: Sequence[str], form: str = "ADDRESS:PASSWORD") -> dict[str, str]:
    accounts = _pairs(given, form)
    for address in accounts:
        if "@" not in address:
            raise ValueError(f"{address!r} is no address; write {form}")
    return accounts


def _pairs(given: Sequence[str], form: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for each in given:
        name, colon, secret = each.partition(":")
        if not colon or not name:
            raise ValueError(f"{each!r} is not {form}")
        pairs[name] = secret
    return pairs
