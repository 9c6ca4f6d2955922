"""The first `calpair.toml`, out of the words of `calpair init`: one pair, or free/busy without any.

    first_file(line)        # its text; UsageError: a word of the line is none that a document could hold

What it says is read as a document before it is written anywhere, so that a mistake is told by the option it stands in.
"""

import argparse
import json
import tomllib
from datetime import timedelta
from urllib.parse import urlsplit

from calpair.addresses import is_loopback, normal_host
from calpair.documents import read_all
from calpair.documents.values import Wrong, address
from calpair.errors import UsageError

KEY = "calpair.key"
"""The file of the digest key, beside it."""

_SERVER = """
[service]
store = {store}
digest_key = "file:{key}"

[domains.{domain}]
exchange.url = {url}
exchange.auth = "basic"
exchange.username = {username}
exchange.secret = "env:CALPAIR_EXCHANGE_PASSWORD"     # export CALPAIR_EXCHANGE_PASSWORD=...
"""
_PAIR = f"""# calpair: one Exchange mailbox and one Google calendar, kept in step. Every setting: docs/settings.md
{_SERVER}exchange.access = "own"                               # "impersonation": one account for many mailboxes
google.auth = "adc"                                   # your own calendar; "key": a service account's JSON
google.secret = "file:google-credentials.json"
{{hosts}}
[pairs.{{pair}}]
domain = {{domain}}
mailbox = {{mailbox}}
calendar = {{calendar}}
{{google_user}}direction = "exchange_to_google"                      # "two_way": edits on Google reach Exchange too
interval = "1m"
"""
_FREE_BUSY = f"""# calpair: each side sees when the other's people are free; no calendar is paired. Step by step: docs/free-busy.md
{_SERVER}exchange.access = "own"
google.auth = "key"                                   # a service account's JSON, with domain-wide delegation
google.secret = "file:google-credentials.json"
{{hosts}}
# The Google user whose eyes see when the others are busy; which mail domain is Exchange's, and which is Google's.
google.free_busy_account = {{eyes}}
limits.mailbox_domains = [{{mail}}]
limits.calendar_domains = [{{google_mail}}]

# What Exchange and Calendar Interop call with, a name like an address: export CALPAIR_CALLER=NAME@DOMAIN:PASSWORD
availability.credentials = "env:CALPAIR_CALLER"

# Exchange 2007 and 2010 do not call, but have a public folder to write into:
# public_folder.enabled = true
# public_folder.legacy_dn_template = "/o=ORGANISATION/ou=UNIT/cn=Recipients/cn={{{{local}}}}"
"""

OPTIONS = {
    "exchange.url": "--exchange-url",
    "exchange.username": "--username",
    "mailbox": "--mailbox",
    "calendar": "--calendar",
    "google_user": "--google-user",
}
"""Which option a field is told by."""
_MINUTE = timedelta(minutes=1)


def first_file(line: argparse.Namespace) -> str:
    """Write the file."""
    mailbox = line.mailbox or "ana@example.com"
    eyes = line.google_user or "free-busy@g.example.com"
    if line.free_busy:
        _without_a_pair(line, mailbox, eyes)
    url = line.exchange_url or "https://mail.example.com/EWS/Exchange.asmx"
    own = _own_host(url)
    text = (_FREE_BUSY if line.free_busy else _PAIR).format(
        store=toml(line.store),
        key=KEY,
        domain=toml(_mail(mailbox)),
        url=toml(url),
        username=toml(line.username or mailbox),
        hosts=f"limits.hosts = [{toml(own)}]        # this machine itself may be spoken to\n" if own else "",
        pair=toml(mailbox.partition("@")[0].replace("/", "-") or "ana"),
        mailbox=toml(mailbox),
        calendar=toml(line.calendar or "ana@gmail.com"),
        google_user=f"google_user = {toml(line.google_user)}\n" if line.google_user else "",
        eyes=toml(eyes),
        mail=toml(_mail(mailbox)),
        google_mail=toml(_mail(eyes)),
    )
    written = tomllib.loads(text)
    read = read_all(written["domains"], written.get("pairs", {}), minimum_interval=_MINUTE, default_interval=_MINUTE)
    # That the domain has a mistake is told at the domain.
    problems = [problem for problem in read.problems if problem.field != "domain"]
    if problems:
        said = [f"{OPTIONS.get(problem.field, problem.field)}: {problem.text}" for problem in problems]
        raise UsageError("; ".join(said))
    return text


def _without_a_pair(line: argparse.Namespace, mailbox: str, eyes: str) -> None:
    """Look at what no pair will be read with."""
    if line.calendar:
        raise UsageError(
            "--calendar: with --free-busy no calendar is paired; --google-user says whose eyes see Google's free/busy"
        )
    for option, given in (("--mailbox", mailbox), ("--google-user", eyes)):
        try:
            address(given)
        except Wrong as wrong:
            raise UsageError(f"{option}: {wrong}") from None


def _mail(mailbox: str) -> str:
    return mailbox.partition("@")[2] or "example.com"


def toml(text: str) -> str:
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
