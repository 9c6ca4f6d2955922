"""The words of the command line, and which function does each."""

import argparse
import re
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.metadata import version
from typing import Any, NoReturn

from calpair.cli import directory, doctor, documents, free_busy, init, pairs, run, sync, why
from calpair.errors import UsageError

JSON = "--json"
"""Asks for JSON, whatever else is said, and also where the rest cannot be understood."""


_CLOSE = 0.7
"""How like a word has to be to one that was meant."""


class Parser(argparse.ArgumentParser):
    """Takes words and options in full, and says of a mistake in one line what was meant, as of any other error."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **how})

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the line. UsageError, always."""
        wrong = re.search(r"(?:unrecognized arguments:|invalid choice:) '?([^' ]+)", message)
        close = get_close_matches(wrong[1], sorted(self.words() - {wrong[1]}), n=1, cutoff=_CLOSE) if wrong else []
        if wrong and message.startswith("argument COMMAND"):
            message = f"there is no command `{wrong[1]}`"
        cure = f"did you mean `{close[0]}`?" if close else f"`{self.prog} --help` tells what can be said"
        raise UsageError(f"{message}; {cure}")

    def words(self) -> set[str]:
        """Give the commands and options there are, here and below."""
        found: set[str] = set()
        for action in self._actions:
            found.update(action.option_strings)
            for name, below in action.choices.items() if isinstance(action.choices, Mapping) else ():
                found |= {name, *below.words()}
        return found


def parser() -> Parser:
    """Build the parser; every command sets `do`."""
    line = Parser(
        prog="calpair",
        description="Keep Exchange mailboxes and Google calendars in step, both ways.",
        parents=[_everywhere()],
    )
    line.set_defaults(config="calpair.toml", json=False)
    line.add_argument("--version", action="version", version=f"calpair {version('calpair')}")
    everywhere = _everywhere()
    words = line.add_subparsers(title="commands", required=True, metavar="COMMAND")

    word = words.add_parser("init", help="write a calpair.toml to start from, and the digest key", parents=[everywhere])
    word.add_argument(
        "--free-busy",
        action="store_true",
        help="each side sees when the other's people are free; no calendar is paired",
    )
    word.add_argument("--exchange-url", default="", metavar="URL", help="https://mail.example.com/EWS/Exchange.asmx")
    word.add_argument("--username", default="", help="the account that signs in to Exchange")
    word.add_argument("--mailbox", default="", help="the mailbox's SMTP address")
    word.add_argument("--calendar", default="", help="the Google calendar's id, usually the user's address")
    word.add_argument(
        "--google-user",
        default="",
        help="the Google account to act as: where the calendar is no user's, and for free/busy",
    )
    word.add_argument(
        "--store",
        default=init.STORE,
        metavar="PLACE",
        help="sqlite:PATH, or firestore:PROJECT/DATABASE to use the command on the functions' store (writes no more than that)",
    )
    word.set_defaults(do=init.init)

    word = words.add_parser(
        "doctor", help="examine everything a sync and free/busy need; changes nothing", parents=[everywhere]
    )
    word.add_argument("name", nargs="?", default="", metavar="DOMAIN|PAIR")
    word.set_defaults(do=doctor.doctor)

    word = words.add_parser("sync", help="bring one pair in step, once", parents=[everywhere])
    word.add_argument("pair")
    word.add_argument("--dry-run", action="store_true", help="say what would be done; write nothing anywhere")
    word.set_defaults(do=sync.sync)

    word = words.add_parser("run", help="keep every pair in step until stopped", parents=[everywhere])
    word.set_defaults(do=run.run)

    word = words.add_parser("pairs", help="list the pairs and how they stand", parents=[everywhere])
    word.add_argument("pair", nargs="?", default="", help="this one alone, with every event it parks or holds back")
    word.set_defaults(do=pairs.pairs)

    word = words.add_parser("why", help="say how one event stands, and what was lost on the way", parents=[everywhere])
    word.add_argument("pair")
    word.add_argument("event", help="a Google Calendar link, an id or UID of either side, or a start: 2026-11-05T10:00")
    word.set_defaults(do=why.why)

    for name, does, function in (
        ("approve", "let through what a pair holds back for a person", pairs.approve),
        ("pause", "set a pair aside", pairs.pause),
        ("resume", "let a paused pair go on", pairs.resume),
    ):
        word = words.add_parser(name, help=does, parents=[everywhere])
        word.add_argument("pair")
        word.set_defaults(do=function)

    word = words.add_parser("apply", help="write the documents of a file into the store", parents=[everywhere])
    word.add_argument("file")
    word.add_argument("--remove", action="store_true", help="take the documents it names out of the store instead")
    word.set_defaults(do=documents.apply)

    word = words.add_parser("free-busy", help="show when people are free, a day a line", parents=[everywhere])
    word.add_argument(
        "address", nargs="+", help="whoever is in the directory, in a pair, or in a domain's mail domains"
    )
    word.add_argument("--from", dest="since", default="", metavar="DAY", help="the first day, as in 2026-11-30: today")
    word.add_argument("--to", dest="until", default="", metavar="DAY", help="the last day: a week")
    word.set_defaults(do=free_busy.free_busy)

    _directory(words.add_parser("directory", help="say who is where, for free/busy"), everywhere)

    word = words.add_parser("export", help="print every document people wrote, as JSON", parents=[everywhere])
    word.set_defaults(do=documents.export)
    return line


def _directory(word: Parser, everywhere: Parser) -> None:
    words = word.add_subparsers(title="commands", required=True, metavar="COMMAND")
    word = words.add_parser("import", help="register whom an administrator's CSV list names", parents=[everywhere])
    word.add_argument("file", help="email,GOOGLE,legacyExchangeDN, or what Export-Csv writes")
    word.add_argument("--domain", default="", metavar="NAME", help="whose list it is, where there are several domains")
    word.add_argument("--replace", action="store_true", help="remove those of the domain whom the list does not name")
    word.add_argument(
        "--remove-most", action="store_true", help="even if those are five or more, and more than half of them"
    )
    word.set_defaults(do=directory.import_)

    word = words.add_parser("list", help="say who is registered", parents=[everywhere])
    word.add_argument("address", nargs="*", help="these alone")
    word.set_defaults(do=directory.list_)


def _everywhere() -> Parser:
    """Build what may stand before the command and after it; where it does not stand, it says nothing."""
    options = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument("--config", metavar="FILE", help="default: ./calpair.toml")
    options.add_argument(JSON, action="store_true", help="answer in JSON")
    return options
