"""The Exchange versions a server can be, what a client may ask for, and what each was the first to know (facts 2.11)."""

from dataclasses import dataclass

from simulators.exchange.errors import EwsError


@dataclass(frozen=True)
class Version:
    """One server version: its rank, its build, and what its ServerVersionInfo calls it."""

    name: str
    rank: int
    build: tuple[int, int, int, int]
    label: str


SERVERS = {
    version.name: version
    for version in (
        Version("Exchange2010_SP2", 1420, (14, 2, 247, 5), "Exchange2010_SP2"),
        Version("Exchange2013_SP1", 1501, (15, 0, 847, 32), "Exchange2013_SP1"),
        Version("Exchange2016", 1510, (15, 1, 2507, 6), "V2017_07_11"),
        Version("Exchange2019", 1520, (15, 2, 1118, 7), "V2017_07_11"),
        Version("ExchangeSE", 1530, (15, 2, 2562, 17), "V2017_07_11"),
    )
}
R2010, R2013, R2013_SP1 = 1420, 1500, 1501
_REQUESTED = {
    "Exchange2007": 800,
    "Exchange2007_SP1": 801,
    "Exchange2010": 1400,
    "Exchange2010_SP1": 1410,
    "Exchange2010_SP2": R2010,
    "Exchange2012": 1500,
    "Exchange2013": R2013,
    "Exchange2013_SP1": R2013_SP1,
    "Exchange2015": 1510,
    "Exchange2016": 1510,
}


def server(name: str) -> Version:
    """The version of that name; ValueError names those there are."""
    if name not in SERVERS:
        raise ValueError(f"unknown version {name!r}; one of: {', '.join(SERVERS)}")
    return SERVERS[name]


def rank_of(requested: str | None, running: Version) -> int:
    """What a request may use: the lower of the version it asks for and the one that runs."""
    if requested is None:
        return running.rank
    rank = _REQUESTED.get(requested, 1510 if requested.startswith("V201") else 0)
    if not rank or rank > max(running.rank, R2010):
        raise EwsError("ErrorInvalidServerVersion", f"version {requested!r} is not valid on {running.name}", fault=True)
    if rank < R2010:
        raise EwsError("ErrorInvalidServerVersion", f"the simulator does not model {requested}", fault=True)
    return rank
