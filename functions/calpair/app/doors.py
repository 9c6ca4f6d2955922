"""What a door is: how whoever calls proves who they are, how much is read, how an answer is written, and a refusal.

    door = Door(prove, most, act, refuse, {"Content-Type": "application/json"})

`entrypoints.py` leads every call through one. The rooms behind them, a function's parts, say which doors they have.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from calpair.gcp.callers import Callers

JSON = {"Content-Type": "application/json", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Call:
    """What is told of a call beside its body: who was proven to make it, and what it says its body is."""

    caller: Any
    content_type: str


Body = str | bytes
Words = Callable[[int, str, str], Mapping[str, Any]]
"""How a door says in JSON that there is no answer: by status, a sentence, and a word for programs (empty: the status says it)."""


@dataclass(frozen=True, slots=True)
class Door:
    """One way of being called.

    `prove` gives who calls, by the `Authorization` header alone, or raises CallerError; `most`: bytes of a body that are
    read; `act` answers, or raises; `refuse` says by status, sentence and reason that there is no answer, and with which
    status that is said here. `challenge`: what a caller without proof is asked for.
    """

    prove: Callable[[str | None], Any]
    most: int
    act: Callable[[bytes, Call], Body]
    refuse: Callable[[int, str, str], tuple[int, Body]]
    headers: Mapping[str, str]
    challenge: str = "Bearer"


def plain(status: int, sentence: str, reason: str) -> Mapping[str, Any]:
    """Say why there is no answer, to a caller of our own."""
    del status, reason
    return {"error": sentence}


def in_json(callers: Callers, act: Callable[[bytes, Call], Any], most: int, words: Words = plain) -> Door:
    """Make a door for who shows Google's token, that answers in JSON."""
    return Door(
        prove=callers.prove,
        most=most,
        act=lambda body, call: json.dumps(act(body, call)),
        refuse=lambda status, sentence, reason: (status, json.dumps(words(status, sentence, reason))),
        headers=JSON,
    )


def refused_in_json(status: int, sentence: str, reason: str = "") -> tuple[int, Body]:
    """Say why there is no answer where no door was reached."""
    return status, json.dumps(plain(status, sentence, reason))
