"""`python -m simulators google --port P --user ana@g.test:TOKEN [--switch name=value]`: the simulator on a port."""

import argparse
import secrets
from collections.abc import Sequence

from simulators.clock import SystemClock
from simulators.google.robots import Robot
from simulators.google.simulator import USERS, GoogleSimulator
from simulators.google.switches import parse
from simulators.wire import server


def main(argv: Sequence[str]) -> int:
    """Serve until interrupted, after one line saying where; a wrong word ends with a usage message."""
    parser = argparse.ArgumentParser(prog="simulators google", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--user", action="append", default=[], metavar="ADDRESS:TOKEN")
    parser.add_argument("--reader", default="", metavar="ADDRESS", help="sees when every user is free or busy")
    parser.add_argument(
        "--robot", action="append", default=[], metavar="ADDRESS", help="a service account without a key"
    )
    parser.add_argument(
        "--delegate", action="append", default=[], metavar="ROBOT:SCOPE", help="a scope delegated to it"
    )
    parser.add_argument("--creator", action="append", default=[], metavar="ROBOT:ADDRESS", help="who may have it sign")
    parser.add_argument("--runtime", default="", metavar="ROBOT", help="whose tokens the metadata server gives")
    parser.add_argument("--switch", action="append", default=[], metavar="NAME=VALUE")
    asked = parser.parse_args(argv)
    users = dict(_user(parser, word) for word in asked.user) or dict(USERS)
    try:
        simulator = GoogleSimulator(
            clock=SystemClock(),
            users=users,
            switches=parse(asked.switch),
            robots=_robots(asked.robot, asked.delegate, asked.creator),
            runtime=asked.runtime,
            epoch=secrets.randbits(32),
        )
    except ValueError as error:
        parser.error(str(error))
    if asked.reader and asked.reader not in users:
        parser.error(f"--reader {asked.reader!r}: name one of the --user addresses")
    for user in users if asked.reader else ():
        simulator.calendar(user).set_access(asked.reader, "freeBusyReader")
    running = server(simulator, asked.port)
    print(f"google simulator at http://127.0.0.1:{running.server_address[1]}/", flush=True)  # noqa: T201 - it is the answer
    try:
        running.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        running.server_close()
    return 0


def _user(parser: argparse.ArgumentParser, word: str) -> tuple[str, str]:
    address, colon, token = word.partition(":")
    if not colon or not token or "@" not in address:
        parser.error(f"--user {word!r}: write ADDRESS:TOKEN")
    return address, token


def _robots(addresses: Sequence[str], delegated: Sequence[str], creators: Sequence[str]) -> list[Robot]:
    scopes: dict[str, set[str]] = {address: set() for address in addresses}
    makers: dict[str, set[str]] = {address: set() for address in addresses}
    for words, kept, form in (
        (delegated, scopes, "--delegate ROBOT:SCOPE"),
        (creators, makers, "--creator ROBOT:ADDRESS"),
    ):
        for word in words:
            robot, _, value = word.partition(":")
            if robot not in kept or not value:
                raise ValueError(f"{word!r}: write {form}, with one of the --robot addresses")
            kept[robot].add(value)
    return [Robot(address, scopes[address], makers[address]) for address in addresses]
