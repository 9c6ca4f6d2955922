"""The Exchange versions a server can be, what a client may ask for, and what each was the first to know (facts 2.11).

The build of Exchange 2007 is that of SP3 in Microsoft's list of build numbers (7 June 2010), which speaks the schema of
SP1 as SP2 does; its label is the one in the answer on the page GetDelegate operation. What a version may be asked for
there: the page RequestServerVersion for Exchange 2007.
"""

from dataclasses import dataclass

from simulators.exchange.errors import EwsError, not_modelled


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
        Version("Exchange2007_SP1", 801, (8, 3, 83, 6), "Exchange2007_SP1"),
        Version("Exchange2010_SP2", 1420, (14, 2, 247, 5), "Exchange2010_SP2"),
        Version("Exchange2013_SP1", 1501, (15, 0, 847, 32), "Exchange2013_SP1"),
        Version("Exchange2016", 1510, (15, 1, 2507, 6), "V2017_07_11"),
        Version("Exchange2019", 1520, (15, 2, 1118, 7), "V2017_07_11"),
        Version("ExchangeSE", 1530, (15, 2, 2562, 17), "V2017_07_11"),
    )
}
R2007_SP1, R2010, R2013, R2013_SP1 = 801, 1420, 1500, 1501
_REQUESTED = {
    "Exchange2007": 800,
    "Exchange2007_SP1": R2007_SP1,
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


def rank_of(requested: str | None, running: Version, unknown: str = "schema") -> int:
    """What a request may use: the lower of the version it asks for and the one that runs.

    `unknown` is the switch `unknown_version`.
    """
    if running.rank < R2010:
        return _rank_on_2007(requested, unknown)
    if requested is None:
        return running.rank
    rank = _REQUESTED.get(requested, 1510 if requested.startswith("V201") else 0)
    if not rank or rank > max(running.rank, R2010):
        raise EwsError("ErrorInvalidServerVersion", f"version {requested!r} is not valid on {running.name}", fault=True)
    if rank < R2010:
        raise EwsError("ErrorInvalidServerVersion", f"the simulator does not model {requested}", fault=True)
    return rank


def _rank_on_2007(requested: str | None, unknown: str) -> int:
    if requested == "Exchange2007_SP1":
        return R2007_SP1
    if requested in (None, "Exchange2007"):
        raise not_modelled(
            "requests of the initial release of Exchange 2007, which those without a version are", fault=True
        )
    if requested and unknown == "version":
        raise EwsError("ErrorInvalidServerVersion", "The specified server version is invalid.", fault=True)
    raise EwsError(
        "ErrorSchemaValidation",
        f"The request failed schema validation: the version {requested!r} is not in the enumeration ExchangeVersionType.",
        fault=True,
    )
