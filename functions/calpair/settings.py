"""How this process is set up: `calpair.toml` on one machine, the environment where it is deployed. Read once.

    configuration = load_file(Path("calpair.toml"))     # the process's settings, and documents as people wrote them
    settings = Settings.from_env(os.environ)

`[service]` configures the process and is checked here; `[domains."x"]`, `[pairs.x]` and `[directory."x@y"]` are documents
and are checked by `documents`. Everything wrong with the process's own settings is one UsageError with one line.
"""

import difflib
import json
import re
import tomllib
from codecs import BOM_UTF8
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from calpair.errors import UsageError


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name in `[service]`, its variable, its default in the file, and what it means."""

    name: str
    variable: str
    default: str
    means: str


SERVICE: Sequence[Setting] = (
    Setting(
        "store",
        "CALPAIR_STORE",
        "sqlite:calpair.db",
        "Where calpair remembers: `sqlite:PATH` (relative to the file) or `firestore:PROJECT/DATABASE`.",
    ),
    Setting(
        "listen",
        "CALPAIR_LISTEN",
        "127.0.0.1:8080",
        "Where free/busy is told, once a document lets anybody ask: an address and port, in plain HTTP.",
    ),
    Setting(
        "public_url",
        "CALPAIR_PUBLIC_URL",
        "",
        "The https address under which the internet reaches that server; set it to receive push.",
    ),
    Setting(
        "digest_key",
        "CALPAIR_DIGEST_KEY",
        "file:calpair.key",
        "Where the digest key is: `file:PATH`, `env:NAME` or `secret-manager:NAME`.",
    ),
    Setting(
        "sync_identity",
        "CALPAIR_SYNC_IDENTITY",
        "",
        "The service account that acts as the calendars' users, where `google.auth` is `delegated`.",
    ),
)
"""Every setting of the process. The defaults are those of a file; a variable that is needed has none."""

_DOCUMENTS = ("domains", "pairs", "directory")
_SECTIONS = ("service", *_DOCUMENTS)
_DATABASE = re.compile(r"firestore:([^/\s]+)/([^/\s]+)")
_REFERENCE = re.compile(r"(file|env|secret-manager):\S.*")
_IDENTITY = re.compile(r"[a-z0-9.-]+@[a-z0-9.-]+")
_PORTS = range(65_536)
_NO_NAMES = ("", ".", "..")
_RESERVED = re.compile(r"__.*__", re.DOTALL)
_NAME_LONGEST = 1_000
_DEEPEST = 10
_BIG = 2**63
"""Beyond it no store holds a whole number."""
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class SqliteAt:
    """A database file of this machine."""

    path: Path


@dataclass(frozen=True, slots=True)
class FirestoreAt:
    """A Firestore database."""

    project: str
    database: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What the process needs to know before it reads any document. `digest_key` is a reference, never the key.

    `folder` is what relative paths start from; `listen` is host and port.
    """

    store: SqliteAt | FirestoreAt
    listen: tuple[str, int]
    public_url: str
    digest_key: str
    folder: Path
    sync_identity: str = ""

    @staticmethod
    def from_env(
        environment: Mapping[str, str],
        needed: Collection[str] = ("store", "digest_key"),
        others: Sequence[Setting] = (),
    ) -> "Settings":
        """Read the variables; an empty one counts as unset. UsageError names every one that is missing or wrong.

        `needed`: the settings there has to be a variable for. `others`: settings of somebody else that have to be set too.
        """
        given = {one.variable: environment.get(one.variable, "").strip() for one in (*SERVICE, *others)}
        wanted = [*(one for one in SERVICE if one.name in needed), *others]
        problems = [f"{one.variable} is not set ({one.means})" for one in wanted if not given[one.variable]]
        values = {one.name: given[one.variable] or one.default for one in SERVICE}
        names = {setting.name: setting.variable for setting in SERVICE}
        return _settings(values, names, problems, "the environment", Path())


@dataclass(frozen=True, slots=True)
class Configuration:
    """A whole `calpair.toml`. `domains`, `pairs` and `directory` hold what was written, by name, unchecked, in the file's order.

    They hold JSON values only, fit for any store: what TOML has beyond that stands as a map, which no field takes.
    `paused`: the pairs that were paused by hand when this was exported.
    """

    settings: Settings
    domains: Mapping[str, Any]
    pairs: Mapping[str, Any]
    paused: tuple[str, ...] = ()
    directory: Mapping[str, Any] = field(default_factory=dict)


def load_file(path: Path, missing: str = "make one with `calpair init`, or name one with --config") -> Configuration:
    """Read `calpair.toml`. UsageError: not there, not TOML (with the line), or a section or setting that is wrong.

    `missing` is the cure for a file that is not there.
    """
    data = _parse(path, missing)
    paused, problems = _paused(data.pop("paused", []))
    problems += [
        f"unknown section [{name}]{_did_you_mean(name, _SECTIONS, '[{}]')}" for name in data if name not in _SECTIONS
    ]
    sections = {name: data.get(name, {}) for name in _SECTIONS}
    for name, section in sections.items():
        if not isinstance(section, dict):
            problems.append(f"{name} is no section; write [{name}] on a line of its own")
            sections[name] = {}
    for name in _DOCUMENTS:
        problems += [
            f"[{name}] holds `{key}`, which is no section; write [{name}.NAME] above it"
            for key, value in sections[name].items()
            if not isinstance(value, dict)
        ]
        problems += [
            f"[{name}.{key!r}] cannot be a name; take letters, digits, dots and dashes"
            for key in sections[name]
            if key in _NO_NAMES or "/" in key or _RESERVED.fullmatch(key) or len(key.encode()) > _NAME_LONGEST
        ]
    values = _service(sections["service"], problems)
    names = {setting.name: f"[service] {setting.name}" for setting in SERVICE}
    settings = _settings(values, names, problems, path.name, path.absolute().parent)
    domains, pairs, directory = (_plain(sections[name]) for name in _DOCUMENTS)
    return Configuration(settings, domains, pairs, paused, directory)


def _paused(value: Any) -> tuple[tuple[str, ...], list[str]]:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value), []
    return (), ['`paused` is a list of names of pairs, as in ["ana"]']


def _parse(path: Path, missing: str) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{path} is not there; {missing}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({type(error).__name__}); check its rights") from None
    # No TOML begins with a brace, whatever the file is called.
    if path.suffix == ".json" or raw.removeprefix(BOM_UTF8).lstrip().startswith(b"{"):
        return _parse_json(path, raw)
    try:
        # Windows editors put a mark at the start that TOML does not know.
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UsageError(f"{path.name} line {line}: not UTF-8; save the file as UTF-8") from None
    except RecursionError:
        raise UsageError(f"{path.name}: nested too deeply; write sections and values alone") from None
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        match = _WHERE.search(said)
        line = int(match[1]) if match and match[1] else raw.rstrip().count(b"\n") + 1
        # The commonest mistakes, and the library's word for them helps nobody.
        cure = (
            "; write text in quotes, else a number, true, false or a list" if said.startswith("Invalid value") else ""
        )
        raise UsageError(f"{path.name} line {line}: {_WHERE.sub('', said)}{cure}") from None


def _plain(value: Any, depth: int = 0) -> Any:
    """Give JSON values only: one wrong value is a mistake of its document, and must not keep the others from a store."""
    if depth > _DEEPEST:
        return {"deep": ""}
    if isinstance(value, dict):
        return {_field(key): _plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [{"list": ""} if isinstance(inner, list) else _plain(inner, depth + 1) for inner in value]
    if isinstance(value, date | time):
        return {"date": value.isoformat()}
    if isinstance(value, int | float) and not -_BIG < value < _BIG:
        return {"number": str(value)}
    return value


def _field(key: str) -> str:
    """Give a field's name, in brackets where it is none a store can hold."""
    fits = key and not _RESERVED.fullmatch(key) and len(key.encode()) <= _NAME_LONGEST
    return key if fits else f"({key[:60] or 'empty'})"


def _parse_json(path: Path, raw: bytes) -> dict[str, Any]:
    """Read what `calpair export` printed."""
    try:
        data = json.loads(raw)
    except RecursionError:
        raise UsageError(f"{path.name}: nested too deeply; write what `calpair export` prints") from None
    except ValueError as error:
        line = raw[: getattr(error, "pos", 0)].count(b"\n") + 1
        raise UsageError(f"{path.name} line {line}: not JSON; write what `calpair export` prints") from None
    if not isinstance(data, dict):
        raise UsageError(f"{path.name}: not an object; write what `calpair export` prints")
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UsageError(f"{path.name}: a text holds half a character; write what `calpair export` prints") from None
    return data


def _service(section: Mapping[str, Any], problems: list[str]) -> dict[str, str]:
    known = {setting.name: setting.default for setting in SERVICE}
    for name, value in section.items():
        if name not in known:
            problems.append(f"[service] {name} is unknown{_did_you_mean(name, tuple(known))}")
        elif isinstance(value, str) and not value.isprintable():
            problems.append(f"[service] {name} holds a character that cannot be seen; write it anew")
        elif not isinstance(value, str):
            problems.append(f"[service] {name} = {value} is not text; put it in quotes")
        else:
            known[name] = value.strip()
    return known


def _settings(
    values: Mapping[str, str], names: Mapping[str, str], problems: list[str], where: str, folder: Path
) -> Settings:
    store, listen = place_of(values["store"], folder), _listen(values["listen"])
    if not store:
        problems.append(f'{names["store"]} = "{values["store"]}"; write sqlite:PATH or firestore:PROJECT/DATABASE')
    if not listen:
        problems.append(f'{names["listen"]} = "{values["listen"]}"; write ADDRESS:PORT, as in 127.0.0.1:8080')
    if not _public(values["public_url"]):
        problems.append(f"{names['public_url']} is no https address; write https://HOST, or leave it empty")
    if not _REFERENCE.fullmatch(values["digest_key"]):
        # Not repeated: it may be the key itself.
        problems.append(f"{names['digest_key']} is no reference; write file:PATH, env:NAME or secret-manager:NAME")
    identity = values["sync_identity"]
    if identity and not _IDENTITY.fullmatch(identity):
        problems.append(f'{names["sync_identity"]} = "{identity}"; write NAME@PROJECT.iam.gserviceaccount.com')
    if problems or not store or not listen:
        raise UsageError(f"{where}: {'; '.join(problems)}")
    return Settings(store, listen, values["public_url"].removesuffix("/"), values["digest_key"], folder, identity)


def place_of(text: str, folder: Path) -> SqliteAt | FirestoreAt | None:
    """Read where a store is; None: this says nothing of the kind."""
    kind, _, place = text.partition(":")
    if kind == "sqlite" and place.strip():
        return SqliteAt(folder / place.strip())
    match = _DATABASE.fullmatch(text)
    return FirestoreAt(match[1], match[2]) if match else None


def _listen(text: str) -> tuple[str, int] | None:
    host, _, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not bare or not port.isdecimal() or int(port) not in _PORTS or (":" in bare and bare == host):
        return None
    return bare, int(port)


def _public(text: str) -> bool:
    if not text:
        return True
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or parts.query or parts.fragment or not host:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _did_you_mean(word: str, known: Sequence[str], form: str = "{}") -> str:
    close = difflib.get_close_matches(word.lower(), known, n=1)
    return f", did you mean `{form.format(close[0])}`?" if close else ""
