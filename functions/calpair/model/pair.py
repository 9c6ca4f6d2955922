"""Pairs and domains as the engine and the adapters read them: validated, with every default filled in.

`documents.py` builds these from what people write and refuses what is wrong; nothing here checks again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from calpair.model.link import pair_key
from calpair.model.side import Side

GOOGLES_OWN = ".calendar.google.com"
"""Ids of group, resource, holiday and imported calendars end in this; the part before it says nothing about whose."""


class Direction(StrEnum):
    """Which way edits flow."""

    EXCHANGE_TO_GOOGLE = "exchange_to_google"
    TWO_WAY = "two_way"


class OnDelete(StrEnum):
    """Where an Exchange item goes that was deleted on Google."""

    DELETED_ITEMS = "deleted_items"
    PERMANENT = "permanent"


class OnConflict(StrEnum):
    """Who wins a field that both sides changed."""

    EXCHANGE = "exchange"
    GOOGLE = "google"
    NEWEST = "newest"


class Show(StrEnum):
    """How much of an event the other side sees."""

    EVERYTHING = "everything"
    PRIVATE_AS_BUSY = "private_as_busy"
    BUSY_ONLY = "busy_only"


class PairKind(StrEnum):
    """What the mailbox is."""

    USER = "user"
    ROOM = "room"
    EQUIPMENT = "equipment"


class ExchangeAuth(StrEnum):
    """How the account signs in to Exchange."""

    BASIC = "basic"
    NTLM = "ntlm"
    OAUTH = "oauth"


class Access(StrEnum):
    """As whom the account opens a mailbox."""

    IMPERSONATION = "impersonation"
    OWN = "own"


class GoogleAuth(StrEnum):
    """How we sign in to Google."""

    DELEGATED = "delegated"
    KEY = "key"
    ADC = "adc"
    TOKEN = "token"  # noqa: S105 - the name of a way, not a secret


@dataclass(frozen=True, slots=True)
class Limits:
    """What the operator allows a domain; an empty tuple allows nothing beyond what the rule itself allows."""

    mailbox_domains: tuple[str, ...] = ()
    calendar_domains: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExchangeServer:
    """How to reach a domain's Exchange. `secret` is a reference (`env:`, `file:`, `secret-manager:`), never a password."""

    url: str
    auth: ExchangeAuth
    username: str
    secret: str
    access: Access = Access.IMPERSONATION
    version: str = ""
    ca: str = ""
    tls_minimum: str = "1.2"
    max_connections: int = 4
    timeout_seconds: int = 60
    autodiscover: bool = False
    """`url` is empty and has to be found."""
    tenant: str = ""
    client_id: str = ""
    token_url: str = ""


@dataclass(frozen=True, slots=True)
class GoogleService:
    """How to reach the domain's Google. `secret` is a reference, never the thing itself."""

    auth: GoogleAuth
    secret: str = ""
    url: str = "https://www.googleapis.com/"
    """The base of the Calendar API; ends in a slash."""
    free_busy_account: str = ""


class Detail(StrEnum):
    """How much of Google users' free/busy is published."""

    BUSY = "busy"
    STATUS = "status"
    """Tentative and out of office apart, which only the events themselves say."""


@dataclass(frozen=True, slots=True)
class PublicFolder:
    """How a domain's Google users are published in Exchange's free/busy folder."""

    legacy_dn_template: str = ""
    """`{local}` stands for the part before the @ of an address; empty: who has no legacyExchangeDN is not published."""
    interval: timedelta = timedelta(minutes=15)
    months: int = 3
    """How many months are published, the present one among them."""
    detail: Detail = Detail.BUSY


@dataclass(frozen=True, slots=True)
class Domain:
    """One Exchange organisation and the Google account its calendars live in."""

    name: str
    exchange: ExchangeServer
    google: GoogleService
    limits: Limits = field(default_factory=Limits)
    callers: tuple[str, ...] | None = None
    """Of the accounts that may call the look-up functions, in lower case, those that may ask about it; None: all."""
    public_folder: PublicFolder | None = None
    """None: nothing is published."""
    credentials: str = ""
    """A reference to the name and password that servers call the look-up functions with; empty: none may."""
    connector_form: bool = False
    """Whether the form of Google's calendar connectors is answered, which proves nobody."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """Fields nobody here reads yet, checked for their type, by dotted name (`admins`)."""

    @property
    def told(self) -> bool:
        """Whether its document lets anybody ask about free/busy."""
        return bool(self.credentials or self.connector_form or self.callers)


Claim = tuple[str, str, str]
"""What no two enabled pairs may both have: a pair key, a two-way folder, a two-way calendar."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One mailbox folder and one Google calendar. `name` is a label and takes no part in any identity."""

    name: str
    domain: str
    mailbox: str
    calendar: str
    google_user: str
    folder: str = ""
    """Empty: the mailbox's own calendar; else a path below it, `Team/Travel`."""
    kind: PairKind = PairKind.USER
    direction: Direction = Direction.EXCHANGE_TO_GOOGLE
    interval: timedelta = timedelta(minutes=1)
    on_delete: OnDelete = OnDelete.DELETED_ITEMS
    on_conflict: OnConflict = OnConflict.EXCHANGE
    history_days: int = 30
    show_to_google: Show = Show.EVERYTHING
    show_to_exchange: Show = Show.EVERYTHING
    colours: Mapping[str, str] = field(default_factory=dict)
    """Exchange category to Google colour id, "1" to "11"; empty: categories and colours stay on their own side."""
    paused: bool = False
    enabled: bool = True
    kept: Mapping[str, Any] = field(default_factory=dict)
    """As for a domain (`meetings`, `owners`)."""

    @property
    def key(self) -> str:
        """The pair key."""
        return pair_key(self.mailbox, self.folder, self.calendar)

    def claims(self) -> "Mapping[Claim, tuple[str, str]]":
        """Give what an enabled pair keeps from others, with the field that says so and what it says.

        Itself, and when it is two-way its folder and its calendar: an event carried into either of them by another
        two-way pair would be carried round in circles.
        """
        if not self.enabled:
            return {}
        claims: dict[Claim, tuple[str, str]] = {
            ("pair", self.key, ""): ("calendar", f"{self.mailbox} with {self.calendar}"),
        }
        if self.two_way:
            where = f"folder {self.folder} of {self.mailbox}" if self.folder else f"the calendar of {self.mailbox}"
            claims["folder", self.mailbox.lower(), self.folder.lower()] = ("mailbox", f"{where}, two-way,")
            claims["calendar", self.calendar.lower(), ""] = ("calendar", f"{self.calendar}, two-way,")
        return claims

    @property
    def two_way(self) -> bool:
        """Whether Google's edits flow to Exchange."""
        return self.direction is Direction.TWO_WAY

    def place(self, side: Side) -> tuple[str, ...]:
        """Name the mailbox folder, or the Google calendar; case does not count."""
        return (self.mailbox.lower(), self.folder.lower()) if side is Side.EXCHANGE else (self.calendar.lower(),)

    def shares(self, other: "Pair") -> frozenset[Side]:
        """Give the sides on which both pairs keep the same place."""
        return frozenset(side for side in Side if self.place(side) == other.place(side))

    def show(self, to: Side) -> Show:
        """How much that side is shown of what lives on the other."""
        return self.show_to_google if to is Side.GOOGLE else self.show_to_exchange
