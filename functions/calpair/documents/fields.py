"""The one table of what domain, pair and directory documents may hold: each field with its reader and a sentence.

`docs/settings.md` is tested against it, the documents are read by it, and "did you mean" knows only it. Names are
dotted here; in a document a dot is a map. Which later feature reads a field is no matter: a field with `kept` is
checked for its type and handed on as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from calpair.documents import values
from calpair.documents.values import Reader
from calpair.model.pair import (
    Access,
    Detail,
    Direction,
    ExchangeAuth,
    GoogleAuth,
    OnConflict,
    OnDelete,
    PairKind,
    Show,
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its dotted name, how it is read, what it means, and its default in words (empty: none)."""

    name: str
    read: Reader
    means: str
    default: str = ""
    kept: bool = False


def _table(*fields: Field) -> Mapping[str, Field]:
    return {field.name: field for field in fields}


PAIR: Mapping[str, Field] = _table(
    Field("schema", values.schema, "The version of this form; calpair writes it.", "1"),
    Field("domain", values.text, "The name of the domain document this pair belongs to."),
    Field("mailbox", values.address, "The mailbox's primary SMTP address."),
    Field("calendar", values.calendar, "The Google calendar's id, or `primary` for that of `google_user`."),
    Field(
        "google_user",
        values.address,
        "The Google account to act as; to be written for rooms, equipment and group calendars.",
        "the calendar, when it is a user's own",
    ),
    Field("folder", values.folder, "A path below the mailbox's calendar, as in `Team/Travel`.", "the calendar itself"),
    Field("kind", values.member(PairKind), "Whether the mailbox is a user's, a room's or an equipment's.", "user"),
    Field("direction", values.member(Direction), "Which way edits flow.", "exchange_to_google"),
    Field(
        "interval",
        values.interval,
        "How often a side that does not push is asked: text with a unit, 5s to 24h.",
        "1m on one machine, 5m on Google Cloud",
    ),
    Field(
        "on_delete", values.member(OnDelete), "Where an Exchange item goes that was deleted on Google.", "deleted_items"
    ),
    Field("on_conflict", values.member(OnConflict), "Who wins a field that both sides changed.", "exchange"),
    Field(
        "history_days",
        values.number(0, 36_500),
        "Events that had ended more days ago than this when first seen are not copied.",
        "30",
    ),
    Field("show.to_google", values.member(Show), "How much Google shows of Exchange's events.", "everything"),
    Field("show.to_exchange", values.member(Show), "How much Exchange shows of Google's events.", "everything"),
    Field(
        "meetings",
        values.choice("own_event", "invitation"),
        "How a meeting stands on the other side.",
        "own_event",
        kept=True,
    ),
    Field(
        "guests", values.choice("in_description", "own_domain"), "Where guests are shown.", "in_description", kept=True
    ),
    Field(
        "colours",
        values.colours,
        "A map of Exchange categories to Google colour ids, `1` to `11`; a pair's replaces its domain's.",
        "none",
    ),
    Field(
        "deletes_of_invitations",
        values.choice("put_back", "decline", "remove"),
        "What happens to an invitation whose copy was deleted on Google.",
        "put_back",
        kept=True,
    ),
    Field("paused", values.flag, "A person's switch: the pair stays as it is until this is false again.", "false"),
    Field("enabled", values.flag, "Whether the pair counts at all; false leaves everything where it is.", "true"),
    Field("owners", values.many(values.address), "Users who may see and pause the pair.", "none", kept=True),
)

_OWN_TO_A_PAIR = ("domain", "schema")
"""All other fields of a pair may stand in its domain, as the default for its pairs."""

DEFAULTS: Mapping[str, Field] = {
    name: replace(field, means=f"For pairs of this domain that do not say otherwise: {field.means}")
    for name, field in PAIR.items()
    if name not in _OWN_TO_A_PAIR
}

_ONLY_DOMAIN: Mapping[str, Field] = _table(
    Field("schema", values.schema, "The version of this form; calpair writes it.", "1"),
    Field("exchange.url", values.url, "The EWS address of the Exchange server; https."),
    Field("exchange.autodiscover", values.flag, "Find the EWS address instead, once.", "false"),
    Field("exchange.auth", values.member(ExchangeAuth), "How the account signs in to Exchange."),
    Field("exchange.tenant", values.text, "The Entra tenant, for `oauth`."),
    Field("exchange.client_id", values.text, "The application's id, for `oauth`."),
    Field("exchange.token_url", values.url, "Where `oauth` asks for tokens; https.", "the tenant's own"),
    Field("exchange.username", values.text, "The account that opens the mailboxes, as the server knows it."),
    Field(
        "exchange.secret",
        values.secret,
        "Where that account's password or client secret is: `env:NAME`, `file:PATH` or `secret-manager:NAME`.",
    ),
    Field(
        "exchange.access",
        values.member(Access),
        "`impersonation` of each mailbox's user, or `own`: the account's own mailbox.",
        "impersonation",
    ),
    Field("exchange.version", values.text, "The Exchange version to speak.", "what the server answers at first"),
    Field("exchange.ca", values.text, "A file of certificates to trust for this server.", "the machine's"),
    Field("exchange.tls_minimum", values.choice("1.0", "1.1", "1.2", "1.3"), "The oldest TLS allowed.", "1.2"),
    Field("exchange.max_connections", values.number(1, 100), "How many calls to the server may run at once.", "4"),
    Field("exchange.timeout_seconds", values.number(1, 300), "How many seconds one call may take, at most 300.", "60"),
    Field("google.auth", values.member(GoogleAuth), "How calpair signs in to Google."),
    Field("google.secret", values.secret, "Where the key, token or authorised-user file is."),
    Field("google.url", values.url, "The base of the Calendar API; https.", "https://www.googleapis.com/"),
    Field("google.free_busy_account", values.address, "The account whose eyes see Google users' free/busy."),
    Field(
        "public_folder.enabled", values.flag, "Publish Google users' free/busy to Exchange's public folder.", "false"
    ),
    Field(
        "public_folder.legacy_dn_template",
        values.legacy_dn_template,
        "How a legacyExchangeDN is made for who has none in the directory: `{local}` is the part before the @.",
        "who has none is not published",
    ),
    Field("public_folder.interval", values.interval, "How often free/busy is published.", "15m"),
    Field(
        "public_folder.months", values.number(1, 36), "How many months are published, the present one included.", "3"
    ),
    Field(
        "public_folder.detail",
        values.member(Detail),
        "`busy` alone, or `status`: tentative and out of office too, read from the events.",
        "busy",
    ),
    Field(
        "availability.credentials",
        values.secret,
        "Where the name and password are that servers call the look-up functions with, as `NAME:PASSWORD`.",
        "no server may",
    ),
    Field(
        "availability.callers",
        values.many(values.address),
        "Of the accounts that may call the look-up functions, those that may ask about this domain.",
        "all of them on Google Cloud, none on one machine",
    ),
    Field(
        "availability.connector_form",
        values.flag,
        "Answer the form of Google's calendar connectors, which proves nobody.",
        "false",
    ),
    Field("admins", values.many(values.address), "Who may edit this domain's pairs and directory.", "none", kept=True),
    Field("limits.mailbox_domains", values.many(values.mail_domain), "Domains mailboxes must be in.", "any"),
    Field("limits.calendar_domains", values.many(values.mail_domain), "Domains Google users must be in.", "any"),
    Field(
        "limits.hosts",
        values.many(values.host),
        "The only servers that may be spoken to, besides Google's and Microsoft's own sign-in; loopback only if named.",
        "any but loopback, link-local and metadata",
    ),
    Field(
        "limits.secrets",
        values.many(values.secret_name),
        "The only secrets that may be named: whole references, or names in Secret Manager.",
        "any on one machine, none on Google Cloud",
    ),
)

DOMAIN: Mapping[str, Field] = {**_ONLY_DOMAIN, **DEFAULTS}

ENTRY: Mapping[str, Field] = _table(
    Field("schema", values.schema, "The version of this form; calpair writes it.", "1"),
    Field("domain", values.text, "The name of the domain document this address belongs to."),
    Field("exchange", values.address, "Its address in Exchange, for who has a mailbox there.", "it has none"),
    Field("google", values.address, "Its address in Google, for who has a calendar there.", "it has none"),
    Field(
        "legacy_dn",
        values.legacy_dn,
        "The legacyExchangeDN of the contact that stands for a Google user in Exchange.",
        "made by `public_folder.legacy_dn_template`",
    ),
)
