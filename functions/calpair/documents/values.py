"""Readers of single values: what a person wrote in, the value out, or `Wrong` with the value and the cure in one line.

A reader is a plain function of the value. It names the value it refuses (a secret never), so that the sentence can be
shown as it is: `"10" has no unit; write "10s"`.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from calpair.addresses import is_host, normal_host
from calpair.model.address import LONGEST as ADDRESS_LONGEST

Reader = Callable[[Any], Any]
_Enum = TypeVar("_Enum", bound=StrEnum)

LONGEST = timedelta(hours=24)

_SHOWN = 60
_FEWEST = 5
"""Seconds no ground goes below."""
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}
_INTERVAL = re.compile(r"(\d{1,9})\s*([smh])")
_ATEXT = r"[^\s\x00-\x1f\x7f\"(),:;<>@\[\]\\.]+"
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_ADDRESS = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*@{_LABEL}(?:\.{_LABEL})+")
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LEGACY_DN = re.compile(r"/o=[^/]+(?:/ou=[^/]+)*(?:/cn=[^/]+)+", re.IGNORECASE)
_LEGACY_DN_LONGEST = 320
"""At most sixteen names with 256 characters between them, each behind `/ou=` or the like (MS-OXOAB, the grammar of an X500
DN). Active Directory's schema sets no bound; what is longer no address book holds."""
_SECRETS = {
    "env": re.compile(r"[A-Za-z_][A-Za-z0-9_]*"),
    "file": re.compile(r"[^\x00-\x1f\x7f]+"),
    "secret-manager": re.compile(r"(?:projects/[\w:.-]+/secrets/)?[A-Za-z0-9_-]{1,255}(?:/versions/(?:\d+|latest))?"),
}
_SECRET_CURE = "write where the secret is: env:NAME, file:PATH or secret-manager:NAME"  # noqa: S105 - a sentence
_COLOUR_IDS = frozenset(str(number) for number in range(1, 12))
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number"),
    (str, "text"),
    (datetime, "an instant"),
    (date, "a date"),
    (time, "a time"),
    (list, "a list"),
    (Mapping, "a map"),
)


class Wrong(ValueError):  # noqa: N818 - it says what the value is, and never leaves this package
    """The value cannot be used; the text is one line with value and cure."""


def show(value: Any) -> str:
    """Spell a value in at most a line: what is written in a document, shortened."""
    if not isinstance(value, str | bool | int | float):
        return kind(value)
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f'{text[: _SHOWN - 1]}…"'


def kind(value: Any) -> str:
    """Name the type of a value as a person calls it."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping) and list(value) == ["date"]:
        # A date of a TOML file, as `settings` hands it on.
        return "a date"
    return next((name for known, name in _KINDS if isinstance(value, known)), "a value of another kind")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Give `, did you mean `x`?`, or nothing."""
    close = difflib.get_close_matches(word.lower(), list(known), n=1)
    return f", did you mean `{close[0]}`?" if close else ""


def text(value: Any) -> str:
    """Text of one line, not empty."""
    if not isinstance(value, str):
        raise Wrong(f"{_shown_kind(value)}, not text; put it in quotes")
    if not value.strip():
        raise Wrong("empty; write something or leave the field out")
    if _CONTROL.search(value):
        raise Wrong(f"{show(value)} holds a control character; write it on one line")
    return value.strip()


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Wrong(f"{_shown_kind(value)}; write true or false, without quotes")
    return value


def number(least: int, most: int) -> Reader:
    """Make a reader of whole numbers within bounds."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(f"{_shown_kind(value)}; write a whole number from {least} to {most}, without quotes")
        if not least <= value <= most:
            raise Wrong(f"{value} is out of bounds; write a whole number from {least} to {most}")
        return value

    return read


def schema(value: Any) -> int:
    """The version of a document's form."""
    if value != 1 or isinstance(value, bool):
        raise Wrong(f"{show(value)} is not a form this calpair knows; write 1, or use the calpair that wrote it")
    return 1


def interval(value: Any) -> timedelta:
    """Text with a unit, up to 24h. The shortest depends on the ground and is checked by the caller."""
    if not isinstance(value, str):
        example = _as_interval(value) if isinstance(value, int) and value > 0 and value is not True else "30s"
        raise Wrong(f'{_shown_kind(value)}; write text with a unit, as in "{example}"')
    match = _INTERVAL.fullmatch(value.strip().lower())
    if not match:
        cure = f'"{_as_interval(int(value))}"' if value.strip().isdecimal() else '"30s", "5m" or "1h"'
        raise Wrong(f"{show(value)} is not an interval; write a whole number with a unit, as in {cure}")
    read = min(int(match[1]), 10**6) * _UNITS[match[2]]
    if not read:
        raise Wrong(f"{show(value)} would never rest; write 5s or more, or paused = true to stop")
    if read > LONGEST:
        raise Wrong(f"{show(value)} is too long; the longest is 24h")
    return read


def _as_interval(seconds: int) -> str:
    """Spell bare seconds as an interval that can be taken."""
    most = LONGEST // timedelta(seconds=1)
    return f"{min(max(seconds, _FEWEST), most)}s" if seconds < most else "24h"


def choice(*words: str) -> Reader:
    """Make a reader of one of a few words."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong(f"{_shown_kind(value)}; write one of {_either(words)}, in quotes")
        word = value.strip().lower()
        if word not in words:
            raise Wrong(f"{show(value)} is none of {_either(words)}{did_you_mean(word, words)}")
        return word

    return read


def member(of: type[_Enum]) -> Reader:
    """Make a reader of an enumeration."""
    read = choice(*(word.value for word in of))
    return lambda value: of(read(value))


def address(value: Any) -> str:
    """An SMTP address, alone."""
    written = text(value)
    if not _ADDRESS.fullmatch(written) or len(written) > ADDRESS_LONGEST:
        raise Wrong(f"{show(value)} is not an address; write name@example.com")
    return written


def legacy_dn(value: Any) -> str:
    """A legacyExchangeDN: where somebody stands in Exchange's directory."""
    written = text(value)
    if not _LEGACY_DN.fullmatch(written):
        raise Wrong(f"{show(value)} is no legacyExchangeDN; write it as in /o=Org/ou=Unit/cn=Recipients/cn=ana")
    _check_length(value, written)
    return written


def legacy_dn_template(value: Any) -> str:
    """A legacyExchangeDN with `{local}` where the part before the @ of an address is to stand."""
    written = text(value)
    made = written.replace("{local}", "ana")
    if made == written or "{" in made or not _LEGACY_DN.fullmatch(made):
        raise Wrong(
            f"{show(value)} makes no legacyExchangeDN; write it as in /o=Org/ou=Unit/cn=Recipients/cn={{local}}"
        )
    _check_length(value, made)
    return written


def _check_length(value: Any, name: str) -> None:
    if len(name) > _LEGACY_DN_LONGEST:
        raise Wrong(
            f"{show(value)} has {len(name)} characters; a legacyExchangeDN has at most {_LEGACY_DN_LONGEST}: compare it with Exchange's"
        )


def calendar(value: Any) -> str:
    """A Google calendar's id: an address, or `primary`."""
    written = text(value)
    if written.lower() == "primary":
        return "primary"
    if not _ADDRESS.fullmatch(written):
        raise Wrong(
            f'{show(value)} is not a calendar\'s id; write name@example.com, ID@group.calendar.google.com or "primary"'
        )
    return written


def folder(value: Any) -> str:
    """A path of folders below the mailbox's calendar; empty is the calendar itself."""
    if value in ("", "/"):
        return ""
    names = text(value).strip("/").split("/")
    if not all(name.strip() for name in names):
        raise Wrong(f'{show(value)} has a folder without a name; write a path as in "Team/Travel"')
    return "/".join(name.strip() for name in names)


def secret(value: Any) -> str:
    """A reference to a secret. What was written is never repeated: it may be the secret itself."""
    if not isinstance(value, str):
        raise Wrong(f"{kind(value)}, not text; {_SECRET_CURE}")
    way, colon, name = value.strip().partition(":")
    if not colon or way not in _SECRETS:
        raise Wrong(f"not a reference to a secret; {_SECRET_CURE}")
    if not _SECRETS[way].fullmatch(name.strip()):
        raise Wrong(f"not a name for {way}:; {_SECRET_CURE}")
    return f"{way}:{name.strip()}"


def secret_name(value: Any) -> str:
    """A whole reference, or the bare name of one in Secret Manager. Never repeated either."""
    if isinstance(value, str) and ":" not in value:
        return secret(f"secret-manager:{value.strip()}").removeprefix("secret-manager:")
    return secret(value)


def url(value: Any) -> str:
    """An address of a server, as text; whether it may be used is another question. It may hold a password by mistake."""
    if not isinstance(value, str) or not value.strip() or _CONTROL.search(value):
        raise Wrong(f"{kind(value)} that is not an address of a server; write https://HOST/PATH, in quotes")
    return value.strip()


def many(read: Reader) -> Reader:
    """Make a reader of a list of such values."""

    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise Wrong(f"{_shown_kind(value)}; write a list, as in [{show(value)}]")
        return tuple(read(entry) for entry in value)

    return read_all


def mail_domain(value: Any) -> str:
    """What stands after the @ of an address."""
    written = text(value).lower().removeprefix("@")
    if not _DOMAIN.fullmatch(written):
        raise Wrong(f"{show(value)} is not the domain of an address; write example.com")
    return written


def host(value: Any) -> str:
    """A host's name or address, without port, scheme or path."""
    written = text(value)
    if not is_host(written):
        raise Wrong(f"{show(value)} is not a host; write its name or address alone, without https://, port or path")
    return normal_host(written)


def colours(value: Any) -> Mapping[str, str]:
    """A map from an Exchange category to a Google colour id; the categories' names are free."""
    if not isinstance(value, Mapping):
        raise Wrong(f'{_shown_kind(value)}; write a map of categories to colour ids, as in {{ "Travel" = "5" }}')
    for category, colour in value.items():
        if not isinstance(category, str) or not category.strip():
            raise Wrong("a category without a name; write the category's name as Outlook shows it")
        if not isinstance(colour, str) or colour not in _COLOUR_IDS:
            raise Wrong(f'{show(category)}: {show(colour)} is not a colour id; write "1" to "11", in quotes')
    return dict(value)


def _shown_kind(value: Any) -> str:
    if isinstance(value, bool):
        return show(value)
    named = kind(value)
    return named if show(value) == named else f"{show(value)} is {named}"


def _either(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
