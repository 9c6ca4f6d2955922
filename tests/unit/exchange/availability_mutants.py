"""Requests for free/busy that something happened to: hundreds of each kind, the same ones each time. No code of the product's.

A kind takes other sound requests too, as long as they are XML: `dropped({"one": b"<Autodiscover ..."})`.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from lxml import etree

from simulators.exchange.soap import MESSAGES, SOAP, TYPES
from unit.exchange.availability_ground import (
    BERLIN,
    SUGGESTIONS,
    context,
    mailbox,
    options,
    request,
    version,
)
from unit.exchange.zone_definitions import NEW_YORK as NEW_YORK_DEFINED

Mutant = tuple[bytes, str]
"""A body and its Content-Type."""

XML = "text/xml; charset=utf-8"
LARGEST = 256 * 1024
DEEP = 10_000

NAMED = mailbox("ben@a.test", "SMTP", "Organizer").replace("<t:Email>", "<t:Email><t:Name>Ben</t:Name>")
CONFLICTS = "<t:ExcludeConflicts>false</t:ExcludeConflicts>"
SOUND: Mapping[str, bytes] = {
    "body": request(
        mailbox(),
        NAMED,
        mailbox("cy@a.test", more=CONFLICTS),
        zone=BERLIN,
        head=version(),
        asked=options("2026-10-24T00:00:00", "2026-10-26T12:00:00", 30),
    ),
    "head": request(
        mailbox(),
        NAMED,
        zone="",
        head=version("Exchange2010_SP2") + context(identifier="W. Europe Standard Time"),
        asked=options("2026-10-24T00:00:00", "2026-10-26T12:00:00", 45, "Detailed"),
    ),
    "offsets": request(
        mailbox("cy@a.test"),
        mailbox(),
        zone="",
        asked=options("2026-10-24T00:00:00+02:00", "2026-10-26T12:00:00Z", 60, "MergedOnly"),
        more=SUGGESTIONS,
    ),
    "rules": request(
        mailbox(),
        zone="",
        head=version() + context(NEW_YORK_DEFINED, "Mine", "My clocks"),
        asked=options("2026-10-24T00:00:00", "2026-10-26T12:00:00", 60),
    ),
}
"""By where the zone is told."""

Edit = Callable[[Any], None]
Sound = Mapping[str, bytes]


def edited(each: Callable[[Any, int], Iterator[Edit]], sound: Sound) -> Iterator[Mutant]:
    """Every sound request with each of its elements edited, in each way that there is for it."""
    for body in sound.values():
        root = etree.fromstring(body)
        for number, element in enumerate(root.iter()):
            for edit in each(element, number):
                copy = deepcopy(root)
                edit(list(copy.iter())[number])
                yield etree.tostring(copy), XML


def dropped(sound: Sound = SOUND) -> Iterator[Mutant]:
    """An element is not there."""
    return edited(lambda _, number: iter([_drop] if number else []), sound)


def doubled(sound: Sound = SOUND) -> Iterator[Mutant]:
    """An element stands there twice, together or at both ends of its parent."""
    return edited(lambda _, number: iter([_again, _again_at_the_end] if number else []), sound)


def retyped(sound: Sound = SOUND) -> Iterator[Mutant]:
    """An element is of another name, another namespace, or none."""
    spaces = (TYPES, MESSAGES, SOAP, "urn:x", "")

    def each(element: Any, _: int) -> Iterator[Edit]:
        name, space = etree.QName(element).localname, etree.QName(element).namespace
        for other in spaces:
            if other != space:
                yield _named(f"{{{other}}}{name}" if other else name)
        for local in (name.lower(), f"{name}s", "StartTime", "Address"):
            if local != name:
                yield _named(f"{{{space}}}{local}")

    return edited(each, sound)


def reordered(sound: Sound = SOUND) -> Iterator[Mutant]:
    """What stands in an element stands there in another order; or the element somewhere else."""
    chance = random.Random(7)  # noqa: S311 - the same disorder each time

    def each(element: Any, number: int) -> Iterator[Edit]:
        if len(element) > 1:
            for _ in range(4):
                yield _shuffled(chance.randrange(1 << 30))
        if number:
            for _ in range(2):
                yield _moved(chance.randrange(1 << 30))

    return edited(each, sound)


def nested(sound: Sound = SOUND) -> Iterator[Mutant]:
    """Ten thousand elements stand within each other: in an element, or around it."""
    deep, flat = b"<x>" * DEEP, b"</x>" * DEEP
    for body in sound.values():
        root = etree.fromstring(body)
        for number, _ in enumerate(root.iter()):
            for around in (False, True) if number else (False,):
                copy = deepcopy(root)
                _mark(list(copy.iter())[number], around=around)
                text = etree.tostring(copy)
                yield text.replace(b"<!--open-->", deep).replace(b"<!--shut-->", flat), XML


def refilled(sound: Sound = SOUND) -> Iterator[Mutant]:
    """A text is another one, of whatever kind."""
    texts = (
        "",
        "0",
        "-1",
        "1",
        "5",
        "13",
        "60",
        "1441",
        "99999999999999999999",
        "None",
        "Sunday",
        "25:00:00",
        "02:00:00",
        "2026-10-25T24:00:00",
        "2026-10-25T02:30:00",
        "2026-10-25T02:30:00-12:00",
        "ana@a.test",
        "O'Hara & <Sons>",
        "\u0663",
        "x" * 5000,
    )

    def each(element: Any, _: int) -> Iterator[Edit]:
        if not len(element):
            yield from map(_filled, texts)

    return edited(each, sound)


def attributed(sound: Sound = SOUND) -> Iterator[Mutant]:
    """An element says something more of itself."""
    said = {
        "{http://www.w3.org/2001/XMLSchema-instance}nil": "true",
        f"{{{SOAP}}}mustUnderstand": "1",
        "Id": "UTC",
        "{http://www.w3.org/XML/1998/namespace}base": "http://127.0.0.1:9/",
    }
    return edited(lambda *_: (_said(name, value) for name, value in said.items()), sound)


def cut(sound: Sound = SOUND) -> Iterator[Mutant]:
    """The body ends before its end."""
    for body in sound.values():
        for end in range(0, len(body), 29):
            yield body[:end], XML


def flipped(sound: Sound = SOUND) -> Iterator[Mutant]:
    """A few bytes are others."""
    chance = random.Random(11)  # noqa: S311 - the same bytes each time
    for body in sound.values():
        for _ in range(600 // len(sound)):
            broken = bytearray(body)
            for _ in range(chance.randrange(1, 4)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            yield bytes(broken), XML


def declared(sound: Sound = SOUND) -> Iterator[Mutant]:
    """The body is in one charset, and says, and is said to be, in one."""
    actual = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp500", "latin-1")
    said = ("utf-8", "utf-16", "utf-32", "utf-7", "iso-8859-1", "klingon", "")
    text = next(iter(sound.values())).decode().replace(">Ben<", ">Bén<")
    for charset in actual:
        for inside in said:
            head = f'<?xml version="1.0" encoding="{inside}"?>' if inside else ""
            for outside in said:
                yield (head + text).encode(charset), f"text/xml; charset={outside}" if outside else "text/xml"


def filled_up(sound: Sound = SOUND) -> Iterator[Mutant]:
    """Blanks and comments bring the body to the most that is read, and a byte beyond."""
    for body in sound.values():
        places = [number for number in range(len(body)) if body.startswith(b"<", number)][:60:3]
        for number, place in enumerate([*places, len(body)]):
            for beyond in (0, 1):
                room = LARGEST - len(body) + beyond
                filler = b" " * room if number % 2 else b"<!--" + b"x" * (room - 7) + b"-->"
                yield body[:place] + filler + body[place:], XML


def typed(sound: Sound = SOUND) -> Iterator[Mutant]:
    """A document type stands in front of it, and something refers to it."""
    types = (
        "<!DOCTYPE x>",
        "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x'>",
        "<!DOCTYPE x [<!ENTITY e 'ana@a.test'>]>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>",
    )
    for body in sound.values():
        for spelled in types:
            for old in ("ana@a.test", "2026-10-24", "<s:Body>"):
                for charset in ("utf-8", "utf-16", "utf-16-le"):
                    text = spelled + body.decode().replace(old, old if old == "<s:Body>" else "&e;")
                    yield text.encode(charset), "text/xml"


KINDS: Mapping[str, Callable[..., Iterator[Mutant]]] = {
    "dropped": dropped,
    "doubled": doubled,
    "retyped": retyped,
    "reordered": reordered,
    "nested": nested,
    "refilled": refilled,
    "attributed": attributed,
    "cut": cut,
    "flipped": flipped,
    "declared": declared,
    "filled up": filled_up,
    "typed": typed,
}


def _drop(element: Any) -> None:
    element.getparent().remove(element)


def _again(element: Any) -> None:
    element.addnext(deepcopy(element))


def _again_at_the_end(element: Any) -> None:
    element.getparent().append(deepcopy(element))


def _named(tag: str) -> Edit:
    def edit(element: Any) -> None:
        element.tag = tag

    return edit


def _shuffled(seed: int) -> Edit:
    def edit(element: Any) -> None:
        inside = list(element)
        random.Random(seed).shuffle(inside)  # noqa: S311 - the same disorder each time
        element[:] = inside

    return edit


def _moved(seed: int) -> Edit:
    def edit(element: Any) -> None:
        inside = set(element.iter())
        places = [one for one in element.getroottree().iter() if one not in inside]
        random.Random(seed).choice(places).append(element)  # noqa: S311 - the same disorder each time

    return edit


def _mark(element: Any, *, around: bool) -> None:
    shut, begin = (etree.Comment(name) for name in ("shut", "open"))
    if around:
        shut.tail, element.tail = element.tail, None
        element.addprevious(begin)
        element.addnext(shut)
    else:
        begin.tail, element.text = element.text, None
        element.insert(0, begin)
        element.append(shut)


def _filled(text: str) -> Edit:
    def edit(element: Any) -> None:
        element.text = text

    return edit


def _said(name: str, value: str) -> Edit:
    def edit(element: Any) -> None:
        element.set(name, value)

    return edit
