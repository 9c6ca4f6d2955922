"""Calls for the six doors that are none any more, or others: thousands for each, by what happened to them.

    for kind, calls in material(doorway).items():       # "dropped", "doubled", ... "proofs"
        for call in calls: doorway.knock(call.body, call.proof, kind=call.kind)

Made without chance, and one after the other: nobody has to hold them all. Bodies are spoiled by what spoils them for the
tests of the doors' parts; here come those at the limits, with what the header says, and proofs.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any

from scenarios.doorways import DISCOVER, FORM, QUERY, Doorway, opened
from unit.exchange import availability_mutants as xml
from unit.exchange.availability_ground import mailbox, options, request
from unit.google.addon_events import EVENT
from unit.google.form_spoiling import spoiled_form
from unit.google.json_spoiling import spoiled_json
from unit.google.spoiling import STRANGE


@dataclass(frozen=True)
class Spoiled:
    """A call. `proof`: None for the door's own."""

    body: bytes
    kind: str | None = None
    proof: Mapping[str, str] | None = None


Kinds = Mapping[str, Iterable[Spoiled]]

TYPES = (
    *("text/xml", "application/xml", "application/soap+xml", "application/json", "text/plain", "text/html", ""),
    *(
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x" * 100,
        "text/xml;",
        ";",
    ),
    *("application/x-www-form-urlencoded; charset=utf-16", "text/xml; charset", "text/xml; charset=", "a/b/c"),
)
CHARSETS = (
    "utf-8",
    "utf-16",
    "utf-16le",
    "utf-7",
    "utf-32",
    "cp037",
    "klingon",
    "'utf-8'",
    '"utf-16"',
    "%00",
    "x" * 400,
)


def material(doorway: Doorway) -> Kinds:
    """All there is for a door."""
    kinds: dict[str, Iterable[Spoiled]] = {**_MAKERS[doorway.name](doorway), "types": _types(doorway)}
    return {**kinds, "proofs": _proofs(doorway)} if doorway.proof else kinds


def _types(doorway: Doorway) -> Iterator[Spoiled]:
    """The header says that the body is something else."""
    for kind in TYPES:
        yield Spoiled(doorway.sound, kind)
        yield from (Spoiled(doorway.sound, f"{kind.rstrip(';')}; charset={charset}") for charset in CHARSETS)


def _proofs(doorway: Doorway) -> Iterator[Spoiled]:
    """The proof of who calls is spoiled; the question is sound."""
    whole = doorway.proof["Authorization"]
    scheme, _, token = whole.partition(" ")
    spelled = [whole[:length] for length in range(0, len(whole) - 4, max(1, len(whole) // 250))]
    spelled += [
        f"{whole[:at]}{'AB'[whole[at] == 'A']}{whole[at + 1 :]}"
        for at in range(len(scheme), len(whole) - 4, 1 + len(whole) // 100)
    ]
    spelled += [
        f"{other} {token}" for other in ("Basic", "Bearer", "Digest", "NTLM", "Negotiate", "x") if other != scheme
    ]
    spelled += [
        f"{scheme} {odd}" for odd in ("", "=", "e30.e30.e30", "...", "A" * 9000, f"{token} {token}", f"{token},x")
    ]
    for text in (
        "",
        ":",
        "svc-a",
        "svc-a:",
        ":knock-a",
        "svc-a:knock-b",
        "svc-b:knock-a",
        "svc-a\0:knock-a",
        "a" * 3000,
    ):
        spelled.append(f"Basic {base64.b64encode(text.encode()).decode()}")
    spelled += [f"Basic {base64.b64encode(f'svc-a{odd}:knock-a'.encode()).decode()}" for odd in STRANGE]
    spelled += [f"Basic {base64.b64encode(f'svc-a:{odd}knock-a'.encode()).decode()}" for odd in STRANGE]
    claimed: tuple[Any, ...] = ({}, [], {"iss": "https://accounts.google.com"}, {"email": "planner@p.test"})
    heads: tuple[Any, ...] = (
        {"alg": "none"},
        {"alg": "HS256", "kid": "x"},
        {"alg": "RS256", "kid": None},
        [],
        {"kid": {}},
    )
    for claims in claimed:
        for head in heads:
            parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in (head, claims)]
            spelled.append(f"Bearer {'.'.join(parts)}.c2ln")
    for one in spelled:
        yield Spoiled(doorway.sound, proof={"Authorization": one} if one else {})


def _of_json(
    *told: Any, most: int = 2, near: str = "ben@", sizes: Iterable[bytes] = ()
) -> dict[str, Iterable[Spoiled]]:
    kinds = _joined([spoiled_json(one, most=most, near=near) for one in told])
    return {**kinds, "sizes": map(Spoiled, sizes)}


def _joined(made: Sequence[Mapping[str, Iterable[bytes]]]) -> dict[str, Iterable[Spoiled]]:
    return {kind: map(Spoiled, chain(*(one[kind] for one in made))) for kind in made[0]}


def _query(doorway: Doorway) -> Kinds:
    def asked(**told: Any) -> bytes:
        return json.dumps(QUERY | told).encode()

    def sizes() -> Iterator[bytes]:
        first = date(2026, 11, 2)
        yield from (doorway.sound[:length] for length in range(0, len(doorway.sound), 3))
        yield from (asked(items=[{"id": f"{n}@a.test"} for n in range(many)]) for many in range(40, 61))
        yield from (asked(items=[{"id": f"{'a' * many}@a.test"}]) for many in range(305, 325))
        yield from (asked(timeMax=f"{first + timedelta(days=n)}T00:00:00Z") for n in range(-5, 75))
        yield from (asked(calendarExpansionMax=n) for n in range(-3, 60))
        yield from _around(doorway)

    others = (
        {
            "items": [{"id": "ben@a.test"}],
            "timeMin": "2026-11-05T00:00:00+01:00",
            "timeMax": "2026-11-06T00:00:00-05:00",
        },
        {**QUERY, "timeZone": "UTC", "items": [{"id": f"{one}@a.test"} for one in ("ben", "x", "y", "ana")]},
        {**QUERY, "kind": "x", "fields": ["a", {"b": 1}], "timeMin": "2026-10-25T00:30:00.5Z"},
    )
    return _of_json(QUERY, *others, most=3, sizes=sizes())


def _addon(doorway: Doorway) -> Kinds:
    told = json.loads(json.dumps(EVENT).replace("x.test", "a.test"))
    small = opened()

    def sizes() -> Iterator[bytes]:
        def of(**calendar: Any) -> bytes:
            return json.dumps({**small, "calendar": small["calendar"] | calendar}).encode()

        yield from (doorway.sound[:length] for length in range(0, len(doorway.sound), 5))
        yield from (of(attendees=[{"email": f"{n}@a.test"} for n in range(many)]) for many in range(190, 211, 4))
        yield from (of(attendees=[{"email": f"{'a' * many}@a.test"}]) for many in range(305, 325))
        yield from (of(id="a" * many) for many in range(1015, 1035))
        yield from _around(doorway)

    return _of_json(told, {name: small[name] for name in ("commonEventObject", "calendar")}, sizes=sizes())


def _connector(doorway: Doorway) -> Kinds:
    del doorway
    other = (*FORM[:2], "[ben@a.test, x@y]", "20261104T120000/20261108", *FORM[4:])
    third = ("1", "m-1/2=", " [ana@a.test] ", "20261025T003000/20261025T043000", "x", "Europe/Berlin")
    return _joined([spoiled_form(FORM), spoiled_form(other), spoiled_form(third)])


def _ews(doorway: Doorway) -> Kinds:
    return {**_of_xml(xml.SOUND), "limits": map(Spoiled, _limits(doorway))}


def _limits(doorway: Doorway) -> Iterator[bytes]:
    """Every number at its limit, and beyond."""
    yield from (request(*(mailbox(f"{n}@a.test") for n in range(many))) for many in range(90, 111))
    yield from (request(mailbox(f"{'a' * many}@a.test")) for many in range(305, 325))
    first = date(2026, 11, 2)
    for days in range(-2, 70):
        yield request(asked=options(end=f"{first + timedelta(days=days)}T00:00:00"))
    yield from (request(asked=options(interval=minutes)) for minutes in (*range(10), *range(1430, 1450)))
    yield from (
        request(asked=options(f"{year}-11-02T00:00:00", f"{year}-11-03T00:00:00")) for year in (1, 1979, 3000, 9999)
    )
    yield from _tall(doorway.sound, b"</s:Body>")


def _discover(doorway: Doorway) -> Kinds:
    people = (
        "ana",
        "ben",
        "x",
        "ana.ben",
        "q/s",
        "a.b",
        "O'Hara&amp;sons",
        "n" * 60,
        "1",
        "ANA",
        "a-b",
        "a+b",
        "_",
        "a/b",
        "ö",
    )
    asked = [DISCOVER.format(f"{one}@a.test") for one in people]
    asked += [one.replace("<EMailAddress>", "<LegacyDN>/o=x/cn=y</LegacyDN><EMailAddress>") for one in asked]
    sound = {str(number): text.encode() for number, text in enumerate(asked)}

    def limits() -> Iterator[bytes]:
        yield from (DISCOVER.format(f"{'a' * many}@a.test").encode() for many in range(270, 330))
        yield from (DISCOVER.format(f"ana@{'a' * many}.test").encode() for many in range(270, 330))
        yield from _tall(doorway.sound, b"</Request>")

    return {**_of_xml(sound), "limits": map(Spoiled, limits())}


def _of_xml(sound: Mapping[str, bytes]) -> dict[str, Iterable[Spoiled]]:
    return {kind: (Spoiled(body, said) for body, said in make(sound)) for kind, make in xml.KINDS.items()}


def _tall(sound: bytes, before: bytes) -> Iterator[bytes]:
    """More and more elements, within each other and beside each other; and bytes."""
    for depth in range(20, 45):
        yield sound.replace(before, b"<x>" * depth + b"</x>" * depth + before)
    for many in range(9_980, 10_020, 8):
        yield sound.replace(before, b"<x></x>" * many + before)


def _around(doorway: Doorway) -> Iterator[bytes]:
    """As long as may be, and a few bytes around that."""
    yield from (doorway.sound + b" " * (doorway.most - len(doorway.sound) + more) for more in range(-2, 3))
    yield b"[" * (4 * doorway.most)


_MAKERS: Mapping[str, Callable[[Doorway], Kinds]] = {
    "query": _query,
    "ews": _ews,
    "connector": _connector,
    "addon": _addon,
    "autodiscover": _discover,
    "google ews": _ews,
}
