"""Reading a map a person wrote against a table of fields, collecting every mistake instead of stopping at the first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from calpair.documents.fields import Field
from calpair.documents.values import Wrong, did_you_mean, kind

_OTHER_WORDS = {"password": "secret", "email": "mailbox", "user": "username", "server": "url"}
"""Words people write that no spelling leads to the right one from."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: in which document (`pairs/ana`), which field (empty: the whole), and value and cure in a line.

    `elsewhere`: the document is right in itself, and another one stands in its way.
    """

    document: str
    field: str
    text: str
    elsewhere: bool = False

    def __str__(self) -> str:
        """The whole line."""
        return ": ".join(part for part in (self.document, self.field, self.text) if part)


@dataclass(slots=True)
class Form:
    """A document being read: what could be used of it so far, by dotted name, and what could not."""

    document: str
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, name: str, text: str, *, elsewhere: bool = False) -> None:
        """Note a mistake."""
        self.problems.append(Problem(self.document, name, text, elsewhere))

    def get(self, name: str, default: Any = "") -> Any:
        """Give what was read, or the default."""
        return self.values.get(name, default)

    def need(self, name: str, cure: str) -> None:
        """Complain that a field is missing, unless it is there or was complained of already."""
        if name not in self.values and all(problem.field != name for problem in self.problems):
            self.complain(name, f"missing; {cure}")


def read(document: str, data: Any, table: Mapping[str, Field]) -> Form:
    """Read `data`, a map of maps, by the table. What is wrong, unknown or dotted is a problem, never a value."""
    form = Form(document)
    _check_name(form)
    if isinstance(data, Mapping):
        _walk(form, "", data, table)
    else:
        form.complain("", f"{kind(data)}, not a map of fields")
    return form


def _check_name(form: Form) -> None:
    """Refuse names the store cannot hold (Firestore's rules for document ids, which SQLite keeps as well)."""
    name = form.document.partition("/")[2]
    special = name in ("", ".", "..") or (name.startswith("__") and name.endswith("__"))
    if special or "/" in name or not name.isprintable() or len(name.encode(errors="replace")) > 1000:  # noqa: PLR2004 - leaves room below Firestore's 1,500 bytes
        form.complain("", "this name cannot be used; take letters, digits, dots and dashes")


def _walk(form: Form, prefix: str, data: Mapping[Any, Any], table: Mapping[str, Field]) -> None:
    for key, value in data.items():
        name = f"{prefix}{key}"
        if not isinstance(key, str) or "." in key:
            form.complain(name, _dotted(key))
        elif name in table:
            _take(form, table[name], value)
        elif any(known.startswith(f"{name}.") for known in table):
            if isinstance(value, Mapping):
                _walk(form, f"{name}.", value, table)
            else:
                form.complain(name, f"{kind(value)}, not a map; it holds {_inside(name, table)}")
        else:
            form.complain(name, _unknown(form, name, value, table))


def _take(form: Form, known: Field, value: Any) -> None:
    try:
        form.values[known.name] = known.read(value)
    except Wrong as wrong:
        form.complain(known.name, str(wrong))


def _dotted(key: Any) -> str:
    if not isinstance(key, str):
        return "a field's name is text"
    head, *rest = key.split(".")
    return f"a field's name holds no dot; make `{head}` a map that holds `{'.'.join(rest)}` (in TOML: without quotes)"


def _unknown(form: Form, name: str, value: Any, table: Mapping[str, Field]) -> str:
    tops = {known.partition(".")[0] for known in table}
    path = _path_to(value, tops)
    if "." not in name and path is not None:
        collection, _, document = form.document.partition("/")
        whole = ".".join((document, name, *path))
        return f'unknown field; a name with dots is quoted: [{collection}."{whole}"]'
    prefix, _, leaf = name.rpartition(".")
    beside = [_next(known, prefix) for known in table if known.startswith(f"{prefix}." if prefix else "")]
    return f"unknown field{_suggestion(leaf, list(dict.fromkeys(beside)), table)}"


def _suggestion(leaf: str, beside: list[str], table: Mapping[str, Field]) -> str:
    other = _OTHER_WORDS.get(leaf.lower(), "")
    if other in beside:
        return f", did you mean `{other}`?"
    elsewhere = {known.rpartition(".")[2]: known for known in table}
    if leaf.lower() not in beside and leaf.lower() in elsewhere:
        return f", did you mean `{elsewhere[leaf.lower()]}`?"
    return did_you_mean(leaf, beside)


def _next(known: str, prefix: str) -> str:
    return known.removeprefix(f"{prefix}." if prefix else "").partition(".")[0]


def _path_to(value: Any, tops: Iterable[str]) -> tuple[str, ...] | None:
    """Find the way down to fields of a document: `[domains.altostrat.com]` makes `com` a map inside `altostrat`."""
    if not isinstance(value, Mapping) or not value:
        return None
    if any(key in tops for key in value):
        return ()
    for key, inner in value.items():
        below = _path_to(inner, tops)
        if below is not None:
            return (str(key), *below)
    return None


def _inside(name: str, table: Mapping[str, Field]) -> str:
    return ", ".join(f"`{known}`" for known in table if known.startswith(f"{name}."))
