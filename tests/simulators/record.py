"""What a simulator remembers of the calls it had, and the faults a test plants among them.

A call has an operation name in the server's own words (`CreateItem`, `events.patch`), the user it was for, and
whether it changed anything. Faults are planted ahead: "at the nth call of this operation from now, do that".
The kinds every simulator knows are listed in `COMMON`; each side adds its own.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from simulators.reading import is_text

COMMON: Mapping[str, str] = {
    "crash_before": "the client's process dies before the server did anything",
    "crash_after": "the client's process dies after the effect, before the answer",
    "lost_reply": "the effect happens, the answer is lost",
    "timeout_before": "no effect, no answer",
    "redirect_301": "HTTP 301 instead of an answer, pointing to `location`; with an empty one, nowhere",
    "redirect_302": "the same with HTTP 302",
    "redirect_303": "the same with HTTP 303",
    "redirect_307": "the same with HTTP 307",
    "redirect_308": "the same with HTTP 308",
    "stray_location": "the answer is as it is, but carries Location and Refresh headers that point to `location`",
    "late_effect": "no answer now; the effect happens `seconds` later on the simulator's clock",
}


LONGEST = 366 * 86400.0
"""The most `seconds` of a fault: beyond it a clock may run out of years."""


@dataclass(frozen=True)
class Call:
    """One request as the server understood it; batches record one call an item, sharing `request`."""

    number: int
    request: int
    operation: str
    user: str
    changed: bool = False
    status: int = 200


@dataclass(frozen=True)
class Fault:
    """Do `kind` at the `nth` matching call (1 is the next one), `times` times running."""

    kind: str
    operation: str = ""
    nth: int = 1
    times: int = 1
    user: str = ""
    seconds: float = 0.0
    detail: str = ""
    location: str = ""

    def matches(self, operation: str, user: str) -> bool:
        """Tell whether this fault speaks of such a call; an empty operation or user matches any."""
        return self.operation in ("", operation) and self.user in ("", user)


def check(fault: Fault) -> None:
    """ValueError for a fault no simulator could play, whatever its kind."""
    if fault.nth < 1 or fault.times < 1:
        raise ValueError("'nth' and 'times' of a fault start at 1")
    if not 0 <= fault.seconds <= LONGEST:
        raise ValueError(f"'seconds' of a fault are 0 to {LONGEST:.0f}, not {fault.seconds}")
    for text in (fault.kind, fault.operation, fault.user, fault.detail):
        if not is_text(text):
            raise ValueError(f"{text!r} in a fault is no text")
    if not (fault.location.isascii() and fault.location.isprintable()):
        raise ValueError(f"'location' of a fault is a URL in ASCII, not {fault.location!r}")


def read_fault(sent: Any, kinds: Collection[str]) -> Fault:
    """Read a fault of one of these kinds from what JSON gave; ValueError names what is wrong."""
    if not isinstance(sent, dict):
        raise ValueError("write the fault as a JSON object")  # noqa: TRY004 - one kind of error for the caller
    known = {field.name: type(field.default) if field.name != "kind" else str for field in fields(Fault)}
    for name, value in sent.items():
        if name not in known:
            raise ValueError(f"fault field {name!r}: write one of {', '.join(known)}")
        if type(value) is not known[name] and not (known[name] is float and type(value) is int):
            raise ValueError(f"fault field {name!r}: {value!r} is no {known[name].__name__}")
    if sent.get("kind") not in kinds:
        raise ValueError(f"fault kind {sent.get('kind')!r}: write one of {', '.join(sorted(kinds))}")
    fault = Fault(**sent)
    check(fault)
    return fault


@dataclass
class Record:
    """The calls so far and the faults still to come."""

    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    units: int = 0
    mails: list[Mapping[str, str]] = field(default_factory=list)

    def plant(self, fault: Fault) -> None:
        """Add a fault; it counts calls from now on."""
        self.faults.append(fault)

    def due(self, operation: str, user: str) -> Fault | None:
        """Count this call against every matching fault and return the first that is due, if any."""
        found: Fault | None = None
        kept: list[Fault] = []
        for fault in self.faults:
            if not fault.matches(operation, user):
                kept.append(fault)
            elif fault.nth > 1:
                kept.append(replace(fault, nth=fault.nth - 1))
            elif found is not None:
                kept.append(fault)
            else:
                found = fault
                if fault.times > 1:
                    kept.append(replace(fault, times=fault.times - 1))
        self.faults = kept
        return found

    def counters(self) -> dict[str, object]:
        """The counts `GET /_sim/counters` shows: HTTP requests by operation, quota units, mails."""
        return {
            "requests": dict(sorted(self.requests.items())),
            "requests_total": sum(self.requests.values()),
            "quota_units": self.units,
            "mails": len(self.mails),
        }
