"""What the demo is asked for, read once from the environment.

| variable | meaning (default) |
|---|---|
| `DEMO_EVENTS` | events per pair (250) |
| `DEMO_JSON` | a file to write the numbers to |
| `DEMO_FAULT` | `duplicate`, `lost_edit` or `mail`: something a server does wrong, which the reader has to find |
| `SERVE` | `1`: keep everything running and serve a page with both calendars |
| `STORE` | `sqlite` (that), or `firestore`: on Google's emulator, and with the deployed functions for `calpair run` |
| `YES` | `1`: `make live` may use calendars that hold other events |
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FAULTS = ("duplicate", "lost_edit", "mail")
FEWEST, MOST = 12, 1000
SQLITE, FIRESTORE = "sqlite", "firestore"


class OptionError(Exception):
    """A variable has a value the demo cannot use; the text is one line with the cure."""


@dataclass(frozen=True, slots=True)
class Options:
    """The demo's settings."""

    events: int = 250
    json: Path | None = None
    fault: str = ""
    serve: bool = False
    yes: bool = False
    store: str = SQLITE

    @staticmethod
    def read(
        environment: Mapping[str, str], events: int = 250, stores: Sequence[str] = (SQLITE, FIRESTORE)
    ) -> "Options":
        """Read the variables; `events` is the default of their number, `stores` those there are. OptionError names a wrong one."""
        said = {name: environment.get(name, "").strip() for name in ("DEMO_EVENTS", "DEMO_JSON", "DEMO_FAULT", "STORE")}
        count = said["DEMO_EVENTS"] or str(events)
        if not count.isdecimal() or not FEWEST <= int(count) <= MOST:
            raise OptionError(f"DEMO_EVENTS={count}: write a number from {FEWEST} to {MOST}")
        if said["DEMO_FAULT"] not in ("", *FAULTS):
            raise OptionError(f"DEMO_FAULT={said['DEMO_FAULT']}: write one of {', '.join(FAULTS)}")
        if said["STORE"] not in ("", *stores):
            raise OptionError(f"STORE={said['STORE']}: write {' or '.join(stores)}")
        return Options(
            int(count),
            Path(said["DEMO_JSON"]) if said["DEMO_JSON"] else None,
            said["DEMO_FAULT"],
            environment.get("SERVE", "") not in ("", "0"),
            environment.get("YES", "") == "1",
            said["STORE"] or SQLITE,
        )
