"""`calpair init`: a calpair.toml to start from, and the digest key beside it.

With `--store firestore:PROJECT/DATABASE` it is one for the command alone: it names the store and nothing else. The documents
there are many people's, and the digest key is the functions' own.
"""

import argparse
import json
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from calpair.addresses import is_loopback, normal_host
from calpair.cli.say import Say
from calpair.documents import read_all
from calpair.errors import UsageError
from calpair.local.secrets import make_digest_key
from calpair.settings import FirestoreAt, SqliteAt, load_file, place_of

STORE = "sqlite:calpair.db"
KEY = "calpair.key"
_ELSEWHERE = """# calpair: the command, on the store of the functions on Google Cloud. See docs/deploying.md
# Domains and pairs go into files of their own: calpair apply FILE

[service]
store = {store}
"""
_TEMPLATE = """# calpair: one Exchange mailbox and one Google calendar, kept in step. Every setting: docs/settings.md

[service]
store = {store}
digest_key = "file:{key}"

[domains.{domain}]
exchange.url = {url}
exchange.auth = "basic"
exchange.username = {username}
exchange.secret = "env:CALPAIR_EXCHANGE_PASSWORD"     # export CALPAIR_EXCHANGE_PASSWORD=...
exchange.access = "own"                               # "impersonation": one account for many mailboxes
google.auth = "adc"                                   # your own calendar; "key": a service account's JSON
google.secret = "file:google-credentials.json"
{hosts}
[pairs.{pair}]
domain = {domain}
mailbox = {mailbox}
calendar = {calendar}
{google_user}direction = "exchange_to_google"                      # "two_way": edits on Google reach Exchange too
interval = "1m"
"""

_OPTIONS = {
    "exchange.url": "--exchange-url",
    "exchange.username": "--username",
    "mailbox": "--mailbox",
    "calendar": "--calendar",
    "google_user": "--google-user",
}
_MINUTE = timedelta(minutes=1)


def init(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Write both files; nothing that exists is overwritten. A file without its key gets the key alone.

    UsageError: a word of the line is none that a document could hold.
    """
    del environment
    place = _place(line.store, config)
    if config.exists():
        return _key_alone(say, config, line.store)
    if isinstance(place, FirestoreAt):
        return _elsewhere(line, say, config)
    text = _first_file(line)
    key = config.absolute().parent / KEY
    if key.exists():
        raise UsageError(f"{key} {_EXISTS}")
    try:
        config.write_text(text, encoding="utf-8")
        make_digest_key(key)
    except OSError as error:
        raise UsageError(f"{config} cannot be written ({type(error).__name__}); choose another folder") from None
    say.line(f"wrote {config} and {key.name}; edit the first, keep the second private, then run `calpair doctor`")
    say.value({"wrote": [str(config), str(key)]})
    return 0


_EXISTS = "exists already; nothing was written. Move it away, or use --config FILE"


def _place(text: str, config: Path) -> SqliteAt | FirestoreAt:
    place = place_of(text, config.absolute().parent)
    if place is None or not text.isprintable():
        raise UsageError(f"--store {text}: write sqlite:PATH or firestore:PROJECT/DATABASE")
    return place


def _elsewhere(line: argparse.Namespace, say: Say, config: Path) -> int:
    """Write a file that names a store on Google Cloud."""
    given = [option for option in _OPTIONS.values() if getattr(line, option[2:].replace("-", "_"))]
    if given:
        raise UsageError(
            f"{', '.join(given)}: beside a store on Google Cloud calpair.toml holds [service] alone; write domains and "
            "pairs into a file of their own, and `calpair apply FILE`"
        )
    try:
        config.write_text(_ELSEWHERE.format(store=_toml(line.store)), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{config} cannot be written ({type(error).__name__}); choose another folder") from None
    say.line(f"wrote {config}; `calpair pairs` shows what is there, `calpair apply FILE` writes documents into it")
    say.value({"wrote": [str(config)]})
    return 0


def _key_alone(say: Say, config: Path, store: str) -> int:
    """Make the key that a file names, where it is not there."""
    settings = load_file(config).settings
    way, _, name = settings.digest_key.partition(":")
    key = settings.folder / name
    asked_elsewhere = store != STORE and place_of(store, settings.folder) != settings.store
    if way != "file" or key.exists() or isinstance(settings.store, FirestoreAt) or asked_elsewhere:
        raise UsageError(f"{config} {_EXISTS}")
    make_digest_key(key)
    say.line(f"{config} is there and stays as it is; wrote {key.name}, keep it private")
    say.value({"wrote": [str(key)]})
    return 0


def _first_file(line: argparse.Namespace) -> str:
    mailbox = line.mailbox or "ana@example.com"
    url = line.exchange_url or "https://mail.example.com/EWS/Exchange.asmx"
    own = _own_host(url)
    text = _TEMPLATE.format(
        store=_toml(line.store),
        key=KEY,
        domain=_toml(mailbox.partition("@")[2] or "example.com"),
        url=_toml(url),
        username=_toml(line.username or mailbox),
        hosts=f"limits.hosts = [{_toml(own)}]        # this machine itself may be spoken to\n" if own else "",
        pair=_toml(mailbox.partition("@")[0].replace("/", "-") or "ana"),
        mailbox=_toml(mailbox),
        calendar=_toml(line.calendar or "ana@gmail.com"),
        google_user=f"google_user = {_toml(line.google_user)}\n" if line.google_user else "",
    )
    written = tomllib.loads(text)
    read = read_all(written["domains"], written["pairs"], minimum_interval=_MINUTE, default_interval=_MINUTE)
    # That the domain has a mistake is told at the domain.
    problems = [problem for problem in read.problems if problem.field != "domain"]
    if problems:
        said = [f"{_OPTIONS.get(problem.field, problem.field)}: {problem.text}" for problem in problems]
        raise UsageError("; ".join(said))
    return text


def _toml(text: str) -> str:
    """Spell a text as TOML does: as JSON, but for one character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError("a word of the line is not UTF-8; write it anew") from None
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _own_host(url: str) -> str:
    """Name the host, if it is this machine itself: a simulator's, which has to be listed."""
    try:
        host = normal_host(urlsplit(url).hostname or "")
    except ValueError:
        return ""
    return host if is_loopback(host) else ""
