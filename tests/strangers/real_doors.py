"""Both look-ups on ports, whole: the functions with simulated servers behind them, for clients that nobody here wrote.

Whoever shows `svc@a.test` and `secret` may ask about `a.test`. Ana is busy, Ben is free, Cy's server is down, and Night is
busy once in the night in which Berlin's clocks go back. What else such a client asks a server for before (zones, say) a
simulated Exchange answers, which knows nothing of the doors.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from calpair.ports import Doc
from scenarios import looking, looking_google
from scenarios.knocking import Mounted
from scenarios.looking import SECRET, Desk, at
from scenarios.looking_google import GoogleDesk
from simulators.exchange.raw_client import judged

CREDENTIALS = b"svc@a.test:secret"
LUNCH = at(3, 11), at(3, 11, 30)
TEA = at(3, 14), at(3, 15)
TRAIN = at(3, 22, 30), at(4, 3)
NIGHT = datetime(2026, 10, 25, 8, tzinfo=UTC), datetime(2026, 10, 25, 9, tzinfo=UTC)
PEOPLE = ("ana", "ben", "cy", "night")
_ZONES = b"GetServerTimeZones"


@contextmanager
def exchange_free_busy(folder: Path) -> Iterator[Mounted]:
    """The function that tells about Exchange users."""
    desk = Desk(folder, people=PEOPLE)
    for domain in ("a.test", "b.test"):
        desk.open(domain, CREDENTIALS.decode())
    ana = desk.mailbox("ana@a.test")
    for (start, end), show_as in ((LUNCH, "Busy"), (TEA, "Tentative"), (TRAIN, "OOF")):
        ana.create(subject="A secret", show_as=show_as, start=start, end=end)
    desk.mailbox("night@a.test").create(subject="A secret", start=NIGHT[0], end=NIGHT[1])
    desk.store.put(Doc("directory", "cy@a.test", {"schema": 1, "domain": "b.test", "exchange": "cy@b.test"}))
    desk.plant("b.test", "unavailable", operation="GetUserAvailability", times=100)
    with looking.knocking.built(desk.parts) as client:
        yield Mounted(client, {_ZONES: judged()})


@contextmanager
def google_free_busy(folder: Path) -> Iterator[Mounted]:
    """The function that tells about Google users, who are at `a.test` too; of theirs nothing finer than busy is known."""
    desk = GoogleDesk(folder, PEOPLE, {"a.test": "a.test", "b.test": "gb.test"})
    for letter in "ab":
        desk.secrets.add(SECRET.format(f"door-{letter}"), CREDENTIALS)
    for start, end in (LUNCH, TEA, TRAIN):
        desk.event("ana@a.test", start, end)
    desk.event("night@a.test", *NIGHT)
    desk.store.put(Doc("directory", "cy@a.test", {"schema": 1, "domain": "b.test", "google": "cy@gb.test"}))
    desk.plant("b.test", "backend_503", times=100)
    with looking_google.knocking.built(desk.parts) as client:
        yield Mounted(client, {_ZONES: judged()})


DOORS = {"exchange_free_busy": exchange_free_busy, "google_free_busy": google_free_busy}
