"""`calpair init`: a calpair.toml to start from (`first_file.py`), and the digest key beside it.

With `--store firestore:PROJECT/DATABASE` it is one for the command alone: it names the store and nothing else. The documents
there are many people's, and the digest key is the functions' own.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from calpair.cli.first_file import KEY, OPTIONS, first_file, toml
from calpair.cli.say import Say
from calpair.errors import UsageError
from calpair.local.secrets import make_digest_key
from calpair.settings import FirestoreAt, SqliteAt, load_file, place_of

STORE = "sqlite:calpair.db"
_ELSEWHERE = """# calpair: the command, on the store of the functions on Google Cloud. See docs/deploying.md
# Domains and pairs go into files of their own: calpair apply FILE

[service]
store = {store}
"""


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
    text = first_file(line)
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
    options = ("--free-busy", *OPTIONS.values())
    given = [option for option in options if getattr(line, option[2:].replace("-", "_"))]
    if given:
        raise UsageError(
            f"{', '.join(given)}: beside a store on Google Cloud calpair.toml holds [service] alone; write domains and "
            "pairs into a file of their own, and `calpair apply FILE`"
        )
    try:
        config.write_text(_ELSEWHERE.format(store=toml(line.store)), encoding="utf-8")
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
