"""Domains and pairs out of what was read: required fields, fields that depend on each other, and the operator's limits.

Each builder answers the value, or None where the form holds a problem: a document is used whole or not at all.
"""

import json
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from calpair.addresses import normal_host, url_refused
from calpair.documents.fields import DEFAULTS, DOMAIN, PAIR, Field
from calpair.documents.reading import Form, read
from calpair.documents.values import show
from calpair.model.pair import (
    GOOGLES_OWN,
    Access,
    Detail,
    Direction,
    Domain,
    ExchangeAuth,
    ExchangeServer,
    GoogleAuth,
    GoogleService,
    Limits,
    OnConflict,
    OnDelete,
    Pair,
    PairKind,
    PublicFolder,
    Show,
)

_GOOGLE = "https://www.googleapis.com/"
PUBLISHED_AT_LEAST = timedelta(minutes=1)
_FREE_BUSY = "free-busy "
"""Begins the names under which the status tells of domains (`care/publishing.py`)."""


def read_domain(
    name: str, data: Any, minimum_interval: timedelta, *, cloud: bool = False
) -> tuple[Domain | None, Form]:
    """Read one domain document; the form also holds the defaults for its pairs. `cloud`: on Google Cloud."""
    form = read(f"domains/{name}", data, DOMAIN)
    limits = Limits(
        mailbox_domains=form.get("limits.mailbox_domains", ()),
        calendar_domains=form.get("limits.calendar_domains", ()),
        hosts=form.get("limits.hosts", ()),
        secrets=form.get("limits.secrets", ()),
    )
    _need_exchange(form)
    _need_google(form)
    for field in ("exchange.url", "exchange.token_url", "google.url"):
        _check_url(form, field, limits)
    for field in ("exchange.secret", "google.secret", "availability.credentials"):
        _check_secret(form, field, limits, cloud=cloud)
    check_domain_of(form, "google.free_busy_account", limits.calendar_domains, "calendar_domains")
    _check_interval(form, minimum_interval)
    _check_public_folder(form)
    if form.problems:
        return None, form
    callers = form.get("availability.callers", None)
    return Domain(
        name=name,
        exchange=_exchange(form),
        google=_google(form),
        limits=limits,
        callers=None if callers is None else tuple(map(str.lower, callers)),
        public_folder=_public_folder(form),
        credentials=form.get("availability.credentials"),
        connector_form=form.get("availability.connector_form", False),
        kept=_kept(form, DOMAIN, besides=DEFAULTS),
    ), form


def read_pair(
    name: str,
    data: Any,
    domains: Mapping[str, tuple[Domain | None, Form]],
    minimum: timedelta,
    default: timedelta,
    dropped: Collection[str] = (),
) -> tuple[Pair | None, Form]:
    """Read one pair document with its domain's defaults below it. `dropped`: the domains only disabled pairs still have."""
    form = read(f"pairs/{name}", data, PAIR)
    if name.startswith(_FREE_BUSY):
        form.complain("", f"`{_FREE_BUSY}` begins the status of a domain's free/busy; call the pair otherwise")
    _check_interval(form, minimum)
    gone = dropped if form.get("enabled", True) else ()
    domain = domain_of(form, {one: found for one, found in domains.items() if one not in gone} if gone else domains)
    if form.get("domain") in domains:
        given = domains[form.get("domain")][1].values
        form.values = {**{field: given[field] for field in DEFAULTS if field in given}, **form.values}
    form.need("mailbox", "write the mailbox's SMTP address")
    form.need("calendar", 'write the Google calendar\'s id, or "primary"')
    _fill_google_user(form)
    if domain:
        limits = domain.limits
        check_domain_of(form, "mailbox", limits.mailbox_domains, "mailbox_domains")
        check_domain_of(form, "google_user", limits.calendar_domains, "calendar_domains")
        if not form.get("calendar").lower().endswith(GOOGLES_OWN) and form.get("calendar") != form.get("google_user"):
            check_domain_of(form, "calendar", limits.calendar_domains, "calendar_domains")
    return (None if form.problems or not domain else _pair(name, form, default)), form


def _pair(name: str, form: Form, default: timedelta) -> Pair:
    return Pair(
        name=name,
        domain=form.get("domain"),
        mailbox=form.get("mailbox"),
        calendar=form.get("calendar"),
        google_user=form.get("google_user"),
        folder=form.get("folder"),
        kind=form.get("kind", PairKind.USER),
        direction=form.get("direction", Direction.EXCHANGE_TO_GOOGLE),
        interval=form.get("interval", default),
        on_delete=form.get("on_delete", OnDelete.DELETED_ITEMS),
        on_conflict=form.get("on_conflict", OnConflict.EXCHANGE),
        history_days=form.get("history_days", 30),
        show_to_google=form.get("show.to_google", Show.EVERYTHING),
        show_to_exchange=form.get("show.to_exchange", Show.EVERYTHING),
        colours=form.get("colours", {}),
        paused=form.get("paused", False),
        enabled=form.get("enabled", True),
        kept=_kept(form, PAIR),
    )


def _exchange(form: Form) -> ExchangeServer:
    return ExchangeServer(
        url=form.get("exchange.url"),
        auth=form.get("exchange.auth"),
        username=form.get("exchange.username"),
        secret=form.get("exchange.secret"),
        access=form.get("exchange.access", Access.IMPERSONATION),
        version=form.get("exchange.version"),
        ca=form.get("exchange.ca"),
        tls_minimum=form.get("exchange.tls_minimum", "1.2"),
        max_connections=form.get("exchange.max_connections", 4),
        timeout_seconds=form.get("exchange.timeout_seconds", 60),
        autodiscover=form.get("exchange.autodiscover", False),
        tenant=form.get("exchange.tenant"),
        client_id=form.get("exchange.client_id"),
        token_url=form.get("exchange.token_url"),
    )


def _google(form: Form) -> GoogleService:
    return GoogleService(
        auth=form.get("google.auth"),
        secret=form.get("google.secret"),
        url=form.get("google.url", _GOOGLE).removesuffix("/") + "/",
        free_busy_account=form.get("google.free_busy_account"),
    )


def _public_folder(form: Form) -> PublicFolder | None:
    if not form.get("public_folder.enabled", False):
        return None
    return PublicFolder(
        legacy_dn_template=form.get("public_folder.legacy_dn_template"),
        interval=form.get("public_folder.interval", timedelta(minutes=15)),
        months=form.get("public_folder.months", 3),
        detail=form.get("public_folder.detail", Detail.BUSY),
    )


def _kept(form: Form, table: Mapping[str, Field], besides: Mapping[str, Field] | None = None) -> Mapping[str, Any]:
    apart = besides or {}
    return {
        name: form.values[name]
        for name, field in table.items()
        if field.kept and name in form.values and name not in apart
    }


def _need_exchange(form: Form) -> None:
    if form.get("exchange.autodiscover", False):
        if "exchange.url" in form.values:
            form.complain("exchange.autodiscover", "true beside exchange.url; leave one of them out")
    else:
        form.need("exchange.url", "write the EWS address, as in https://mail.example.com/EWS/Exchange.asmx")
    form.need("exchange.auth", "write basic, ntlm or oauth")
    form.need("exchange.secret", "write where the account's password is, as in env:CALPAIR_EXCHANGE_PASSWORD")
    if form.get("exchange.auth") == ExchangeAuth.OAUTH:
        form.need("exchange.client_id", "write the application's id, for oauth")
        if "exchange.token_url" not in form.values:
            form.need("exchange.tenant", "write the Entra tenant, for oauth")
        if form.get("exchange.access") == Access.OWN:
            form.complain(
                "exchange.access", '"own" does not go with oauth: an application has no mailbox; leave it out'
            )
    elif "exchange.auth" in form.values:
        form.need("exchange.username", f"write the account that signs in, for {form.get('exchange.auth')}")


def _need_google(form: Form) -> None:
    form.need("google.auth", "write delegated, key, adc or token")
    if form.get("google.auth") in (GoogleAuth.KEY, GoogleAuth.TOKEN):
        form.need("google.secret", f"write where the {form.get('google.auth')} is, as in file:service-account.json")


def _check_public_folder(form: Form) -> None:
    if not form.get("public_folder.enabled", False):
        return
    if form.get("google.auth") in (GoogleAuth.KEY, GoogleAuth.DELEGATED):
        form.need("google.free_busy_account", "write the Google account that may see everybody's free/busy")
    if form.get("public_folder.interval", PUBLISHED_AT_LEAST) < PUBLISHED_AT_LEAST:
        form.complain("public_folder.interval", "too short; the shortest is 1m, and 15m is usual")


def _fill_google_user(form: Form) -> None:
    """Fill in the account to act as, and `primary` by it."""
    calendar = form.get("calendar")
    if "google_user" not in form.values and calendar:
        kind = form.get("kind", PairKind.USER)
        if calendar == "primary":
            form.need("google_user", "write whose primary calendar is meant")
        elif calendar.lower().endswith(GOOGLES_OWN):
            form.need("google_user", f"{show(calendar)} is nobody's own; write the account that may use it")
        elif kind is not PairKind.USER:
            form.need("google_user", f"write the account that may use the calendar, for a pair of kind {kind}")
        elif all(problem.field != "google_user" for problem in form.problems):
            form.values["google_user"] = calendar
    if calendar == "primary" and "google_user" in form.values:
        form.values["calendar"] = form.values["google_user"]


def domain_of(form: Form, domains: Mapping[str, tuple[Domain | None, Form]]) -> Domain | None:
    """Give the domain that a document names, or complain that there is none that can be used."""
    form.need("domain", "write the name of the domain document it belongs to")
    name = form.get("domain")
    if not name:
        return None
    if name not in domains:
        known = ", ".join(sorted(domains)) or "none"
        form.complain(
            "domain", f"there is no domain {show(name)}; write one of those there are ({known})", elsewhere=True
        )
        return None
    domain, _ = domains[name]
    if domain is None:
        form.complain("domain", f"domain {show(name)} has mistakes itself; mend domains/{name}", elsewhere=True)
    return domain


def _check_interval(form: Form, minimum: timedelta) -> None:
    if form.get("interval", minimum) < minimum:
        said = f"{form.get('interval').total_seconds():g}s"
        form.complain("interval", f'"{said}" is too short; the shortest is {minimum.total_seconds():g}s')


def _check_url(form: Form, field: str, limits: Limits) -> None:
    if field in form.values:
        url = form.get(field)
        trouble = url_refused(url, limits)
        if trouble:
            if "limits.hosts" in trouble:
                # Only what is spelled as a host gets this far.
                hosts = [*limits.hosts, normal_host(urlsplit(url).hostname or "")]
                trouble += f": limits.hosts = {json.dumps(hosts)}"
            # What may hold a password is not repeated: an address with a name in it, and what stands after a ?.
            form.complain(field, trouble if "@" in url else f"{show(url.partition('?')[0])}: {trouble}")


def _check_secret(form: Form, field: str, limits: Limits, *, cloud: bool) -> None:
    reference = form.get(field)
    if not reference:
        return
    bare = reference.removeprefix("secret-manager:")
    if cloud and bare == reference:
        # One installation serves several domains there: its variables and files are nobody's to name.
        form.complain(field, f"{reference} is not for Google Cloud; write secret-manager:NAME")
    elif (cloud or limits.secrets) and reference not in limits.secrets and bare not in limits.secrets:
        form.complain(field, f"{reference} is not among the secrets the operator allows; ask for it in limits.secrets")


def check_domain_of(form: Form, field: str, allowed: tuple[str, ...], limit: str) -> None:
    """Complain of an address outside what the operator allows, by the limit of this name."""
    address = form.get(field)
    if address and allowed and address.rpartition("@")[2].lower() not in allowed:
        form.complain(
            field,
            f"{show(address)} is outside what the operator allows; take {', '.join(allowed)} or ask for limits.{limit}",
        )
