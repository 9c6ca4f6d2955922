"""`calpair init`: a calpair.toml to start from, and the digest key beside it."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from calpair.cli.say import Say
from calpair.errors import UsageError
from calpair.local.secrets import make_digest_key

KEY = "calpair.key"
_TEMPLATE = """# calpair: one Exchange mailbox and one Google calendar, kept in step. Every setting: docs/settings.md

[service]
store = "sqlite:calpair.db"
digest_key = "file:{key}"

[domains.{domain}]
exchange.url = {url}
exchange.auth = "basic"
exchange.username = {username}
exchange.secret = "env:CALPAIR_EXCHANGE_PASSWORD"     # export CALPAIR_EXCHANGE_PASSWORD=...
exchange.access = "own"                               # "impersonation": one account for many mailboxes
google.auth = "adc"                                   # your own calendar; "key": a service account's JSON
google.secret = "file:google-credentials.json"

[pairs.{pair}]
domain = {domain}
mailbox = {mailbox}
calendar = {calendar}
direction = "exchange_to_google"                      # "two_way": edits on Google reach Exchange too
interval = "1m"
"""


def init(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Write both files; nothing that exists is overwritten. A file without its key gets the key alone."""
    del environment
    key = config.absolute().parent / KEY
    if config.exists() and not key.exists():
        make_digest_key(key)
        say.line(f"{config} is there and stays as it is; wrote {key.name}, keep it private")
        say.value({"wrote": [str(key)]})
        return 0
    for path in (config, key):
        if path.exists():
            raise UsageError(f"{path} exists already; nothing was written. Move it away, or use --config FILE")
    mailbox = line.mailbox or "ana@example.com"
    text = _TEMPLATE.format(
        key=KEY,
        domain=json.dumps(mailbox.partition("@")[2] or "example.com"),
        url=json.dumps(line.exchange_url or "https://mail.example.com/EWS/Exchange.asmx"),
        username=json.dumps(line.username or mailbox),
        pair=json.dumps(mailbox.partition("@")[0] or "ana"),
        mailbox=json.dumps(mailbox),
        calendar=json.dumps(line.calendar or "ana@gmail.com"),
    )
    try:
        config.write_text(text, encoding="utf-8")
        make_digest_key(key)
    except OSError as error:
        raise UsageError(f"{config} cannot be written ({type(error).__name__}); choose another folder") from None
    say.line(f"wrote {config} and {key.name}; edit the first, keep the second private, then run `calpair doctor`")
    say.value({"wrote": [str(config), str(key)]})
    return 0
