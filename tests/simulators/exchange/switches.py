"""How a simulated server is set up: the things on which real Exchange servers differ, as one frozen value.

`Switches()` is a friendly Exchange SE. Tests replace `simulator.switches`; the command line says `--switch name=value`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from simulators.exchange import public_rights
from simulators.exchange.mailbox import READ_ACCESS
from simulators.exchange.versions import R2010, R2013, server

_CHALLENGES = {
    "Negotiate": "Negotiate",
    "NTLM": "NTLM",
    "Basic": 'Basic realm="exchange.test"',
    "Bearer": 'Bearer realm="exchange.test"',
}
_WORDS = {
    "uid_case": ("as_is", "lower"),
    "unknown_version": ("schema", "version"),
    "foreign_fields": ("by_version", "ignored", "refused"),
    "availability_refusals": ("fault", "each"),
    "public_create_code": ("ErrorCreateItemAccessDenied", "ErrorAccessDenied"),
    "public_replica_code": ("ErrorNoPublicFolderReplicaAvailable", "ErrorNoPublicFolderServerAvailable"),
    "public_free_busy_missing": ("no_data", "refused"),
}
_LEAST = {"availability_minutes": 0, "permission_cache_minutes": 0, "token_seconds": 1}


@dataclass(frozen=True)
class Switches:
    """Each field is one difference between servers; README.md tells what each does and where it was seen."""

    version: str = "ExchangeSE"
    """Exchange2007_SP1, Exchange2010_SP2, Exchange2013_SP1, Exchange2016, Exchange2019 or ExchangeSE."""
    unknown_version: str = "schema"
    """What Exchange 2007 answers to a version it does not know: it breaks the `schema`, or is an invalid `version`."""
    fault_version: bool = True
    """SOAP faults tell the server's version too, as answers do."""
    silent_resync: bool = False
    """A foreign or expired sync state gives the full listing again instead of ErrorInvalidSyncStateData (facts 8)."""
    early_last: bool = False
    """A page of many deletions says it is the last although more remain (facts 8)."""
    uid_case: str = "as_is"
    """`as_is`, or `lower`: UIDs are answered in lower case (facts 8)."""
    requests_per_minute: int = 0
    """0 for no limit; beyond it ErrorServerBusy with BackOffMilliseconds, for each user."""
    sync_state_bytes: int = 2048
    """Padding in every sync state, which may be tens of KB long on real servers (facts 2.1)."""
    html_normalise: bool = False
    """HTML bodies are answered inside a whole normalised HTML document (facts 2.4)."""
    max_request_bytes: int = 8 * 1024 * 1024
    """Larger requests are refused with HTTP 413 before they are read."""
    find_limit: int = 1000
    """Most rows one FindItem answers, EWSFindCountLimit (facts 2.9)."""
    master_reaches_exceptions: bool = True
    """What is new in a master reaches its exceptions where they have nothing of their own; false: never (facts 2.6)."""
    range_start_snaps: bool = True
    """The range of a series is answered as beginning with its first occurrence, as MS-OXOCAL stores it."""
    same_rule_wipes: bool = False
    """Writing a master's Recurrence drops its exceptions even when it is the one it has."""
    recurrence_date_suffix: str = "Z"
    """What follows the dates of an answered range: nothing, `Z`, or an offset such as `-07:00`."""
    zone_definitions: bool = True
    """StartTimeZone and EndTimeZone are answered with Periods and Transitions; false: with Id and Name alone."""
    foreign_fields: str = "by_version"
    """A shape names a field of another item, such as contacts:Alias: `ignored`, or `refused` item by item, as in 2007."""
    availability_days: int = 42
    """The longest window of GetUserAvailability; 62 on newer builds (facts 2.9)."""
    availability_minutes: int = 0
    """The shortest interval of GetUserAvailability; 0: as the version's page has it, 6 up to 2010 and 5 later."""
    availability_events: int = 1000
    """Most entries of one calendar in a window; beyond it ErrorResultSetTooBig."""
    availability_refusals: str = "fault"
    """What is wrong with a GetUserAvailability request as a whole: a SOAP `fault`, or an answer `each` mailbox gets."""
    availability_offsets: bool = False
    """Event times of GetUserAvailability carry the offset of the request's zone, as Microsoft's example shows."""
    free_busy_access: str = "TimeOnly"
    """What everybody may see of a calendar whose owner said nothing: None, TimeOnly, TimeAndSubjectAndLocation ..."""
    free_busy_denied: tuple[str, ...] = ()
    """Mailboxes nobody may see the free/busy of unless given a right by name."""
    service_free_busy: bool = True
    """A service account that impersonates nobody sees what everybody may; `false`: nothing (facts 1.2)."""
    public_free_busy_rights: str = "Reviewer"
    """What everybody without a level of his own may do in an administrative group's folder of free/busy messages."""
    permission_cache_minutes: int = 0
    """How long a level given in a public folder takes to count, as the store caches permissions."""
    public_create_code: str = "ErrorCreateItemAccessDenied"
    """How creating an item in a public folder is denied; or ErrorAccessDenied."""
    public_replica_code: str = "ErrorNoPublicFolderReplicaAvailable"
    """What a public folder without a replica within reach answers; or ErrorNoPublicFolderServerAvailable."""
    public_search_ignores_case: bool = False
    """Comparisons of texts in restrictions on public folders and posts ignore case."""
    find_cuts_arrays: bool = False
    """FindItem cuts the values of arrays too, as it does long single ones."""
    public_free_busy_missing: str = "no_data"
    """The free/busy of a contact nobody published: a stream of `no_data`, or `refused`."""
    schemes: tuple[str, ...] = ("Negotiate", "Basic")
    """The ways to sign in that are accepted, and offered in a 401: of Negotiate, NTLM, Basic and Bearer."""
    challenges: tuple[str, ...] = ()
    """The WWW-Authenticate headers of a 401, where they are not to be those of `schemes`."""
    ntlm_persists: bool = True
    """NTLM signs in the connection; false: one request only, as IIS does with authPersistSingleRequest."""
    token_seconds: int = 3599
    """How long an access token is good."""
    impersonation_denied: tuple[str, ...] = ()
    """Mailboxes no service account may impersonate."""
    check_answers: bool = False
    """Assert that every answer is valid against the schema; needs schemas."""

    def __post_init__(self) -> None:
        running = server(self.version)
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                raise ValueError(f"switch {name} is {' or '.join(words)}, not {getattr(self, name)!r}")
        if not re.fullmatch(r"Z?|[+-]\d\d:\d\d", self.recurrence_date_suffix):
            raise ValueError(
                f"switch recurrence_date_suffix is empty, Z or an offset such as -07:00, not {self.recurrence_date_suffix!r}"
            )
        if self.free_busy_access not in READ_ACCESS:
            raise ValueError(
                f"switch free_busy_access is one of {', '.join(READ_ACCESS)}, not {self.free_busy_access!r}"
            )
        if running.rank < R2010 and self.public_replica_code == "ErrorNoPublicFolderServerAvailable":
            raise ValueError("switch public_replica_code: the schema of Exchange 2007 has no such code")
        public_rights.check(self.public_free_busy_rights)
        for scheme in self.schemes:
            if scheme not in _CHALLENGES:
                raise ValueError(f"switch schemes takes {', '.join(_CHALLENGES)}, not {scheme!r}")
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise ValueError(f"switch {name} starts at {least}, not {getattr(self, name)}")

    @property
    def refuses_foreign_fields(self) -> bool:
        """Whether an item asked for fields of other items is refused."""
        by_version = self.foreign_fields == "by_version" and server(self.version).rank < R2010
        return by_version or self.foreign_fields == "refused"

    @property
    def shortest_interval(self) -> int:
        """The shortest interval of GetUserAvailability, in minutes."""
        return self.availability_minutes or (6 if server(self.version).rank < R2013 else 5)

    @property
    def challenge_headers(self) -> tuple[str, ...]:
        """The values of WWW-Authenticate in a 401."""
        return self.challenges or tuple(_CHALLENGES[scheme] for scheme in self.schemes)


def parse(settings: Iterable[str]) -> Switches:
    """Read `name=value` lines (tuples separated by commas). ValueError names what is wrong and what is known."""
    values: dict[str, Any] = {}
    known = {each.name: each.default for each in fields(Switches)}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or name not in known:
            raise ValueError(f"unknown switch {setting!r}; write name=value with one of: {', '.join(sorted(known))}")
        values[name] = _value(name, known[name], text)
    return Switches(**values)


def _value(name: str, old: object, text: str) -> object:
    if isinstance(old, bool):
        if text not in ("true", "false"):
            raise ValueError(f"switch {name} is true or false, not {text!r}")
        return text == "true"
    if isinstance(old, int):
        return int(text)
    if isinstance(old, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text
