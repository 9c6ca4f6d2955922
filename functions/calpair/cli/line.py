"""The words of the command line, and which function does each."""

import argparse
from importlib.metadata import version

from calpair.cli import doctor, documents, init, pairs, run, sync


def parser() -> argparse.ArgumentParser:
    """Build the parser; every command sets `do`."""
    line = argparse.ArgumentParser(
        prog="calpair", description="Keep Exchange mailboxes and Google calendars in step, both ways."
    )
    line.add_argument("--config", default="calpair.toml", metavar="FILE", help="default: ./calpair.toml")
    line.add_argument("--version", action="version", version=f"calpair {version('calpair')}")
    line.add_argument("--json", action="store_true", help="answer in JSON")
    words = line.add_subparsers(title="commands", required=True, metavar="COMMAND")

    word = words.add_parser("init", help="write a calpair.toml to start from, and the digest key")
    word.add_argument("--exchange-url", default="", metavar="URL", help="https://mail.example.com/EWS/Exchange.asmx")
    word.add_argument("--username", default="", help="the account that signs in to Exchange")
    word.add_argument("--mailbox", default="", help="the mailbox's SMTP address")
    word.add_argument("--calendar", default="", help="the Google calendar's id, usually the user's address")
    word.add_argument("--google-user", default="", help="the Google account to act as, where the calendar is no user's")
    word.set_defaults(do=init.init)

    word = words.add_parser("doctor", help="examine everything a sync needs; changes nothing")
    word.add_argument("name", nargs="?", default="", metavar="DOMAIN|PAIR")
    word.set_defaults(do=doctor.doctor)

    word = words.add_parser("sync", help="bring one pair in step, once")
    word.add_argument("pair")
    word.add_argument("--dry-run", action="store_true", help="say what would be done; write nothing anywhere")
    word.set_defaults(do=sync.sync)

    word = words.add_parser("run", help="keep every pair in step until stopped")
    word.set_defaults(do=run.run)

    word = words.add_parser("pairs", help="list the pairs and how they stand")
    word.set_defaults(do=pairs.pairs)

    for name, does, function in (
        ("approve", "let through what a pair holds back for a person", pairs.approve),
        ("pause", "set a pair aside", pairs.pause),
        ("resume", "let a paused pair go on", pairs.resume),
    ):
        word = words.add_parser(name, help=does)
        word.add_argument("pair")
        word.set_defaults(do=function)

    word = words.add_parser("apply", help="write the documents of a file into the store")
    word.add_argument("file")
    word.add_argument("--remove", action="store_true", help="take the documents it names out of the store instead")
    word.set_defaults(do=documents.apply)

    word = words.add_parser("export", help="print every document people wrote, as JSON")
    word.set_defaults(do=documents.export)
    return line
