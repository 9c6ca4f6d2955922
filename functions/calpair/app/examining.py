"""The examination of a domain's free/busy, beside that of its pairs: what publishing and the doors need, looked at in order.

    for one in examine(app, domain, entries, refused): ...      # `care.doctor.Examined`, of `domains/NAME`

Each server is asked about one person, and the public folders are looked at; nothing is written there. As with a pair, a
server is asked whether its gate is open or not, and the gate learns from it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import chain

from calpair.app.looking import name_and_password
from calpair.app.machine import App
from calpair.app.runner import keep_nothing
from calpair.app.servers import Reach, Server
from calpair.busy.batches import person
from calpair.care.doctor import REFUSED, SIGN_IN, Examined
from calpair.errors import AccessLostError, CalpairError, SideError
from calpair.exchange import examine as exchange
from calpair.exchange.schedule_plus import folder_of
from calpair.exchange.schedule_plus_writer import PublicFolderStore
from calpair.google import examining as google
from calpair.google.free_busy import GoogleAvailability
from calpair.model.busy import Told, Unknown
from calpair.model.directory import Entry
from calpair.model.pair import Domain
from calpair.model.side import Side
from calpair.ports import Finding
from calpair.sync.gate import Passage

FREE_BUSY, FOLDER, CREDENTIALS, PEOPLE = "free/busy", "public folder", "availability.credentials", "directory"
PATIENCE = timedelta(seconds=60)
HOUR = timedelta(hours=1)

_NOT_AGAIN = Finding(SIGN_IN, ok=False, found="not tried again: the account was refused", cure="as above")
_LOOKED = "is there and can be read; whether calpair may write there shows when it publishes"
_NOBODY = Finding(
    PEOPLE,
    ok=False,
    found="nobody is registered who could be published",
    cure="`calpair directory import`, and legacy_dn or public_folder.legacy_dn_template",
)
_UNTOLD = {
    Side.EXCHANGE: "let everybody see when they are busy (Set-MailboxFolderPermission, User Default, AvailabilityOnly)",
    Side.GOOGLE: "let google.free_busy_account see when they are busy, and compare the address with Google's",
}


def concerns(domain: Domain) -> bool:
    """Tell whether a domain publishes free/busy, tells it or looks it up; of another there is nothing to examine."""
    return bool(domain.told or domain.public_folder or domain.google.free_busy_account)


def examine(app: App, domain: Domain, entries: Sequence[Entry], refused: set[tuple[str, Side]]) -> Iterator[Examined]:
    """Examine a domain that free/busy `concerns`; `entries`: whom the directory has of it.

    `refused`: the domains and sides whose account was refused, which is not tried again; it grows.
    """
    about = f"domains/{domain.name}"
    if domain.credentials:
        yield Examined(about, "", _credentials(app, domain))
    # What keeps one way from being looked at keeps the other, and is told once.
    for finding in dict.fromkeys(_exchange(app, domain, entries, refused)):
        yield Examined(about, Side.EXCHANGE.value, finding)
    if domain.public_folder or domain.google.free_busy_account:
        yield Examined(about, Side.GOOGLE.value, _google(app, domain, entries))


_LIKE_AN_ACCOUNT = frozenset("@\\")
_NAME = "Exchange and Calendar Interop want a name like an address (name@example.com), Exchange takes DOMAIN\\name too"


def _credentials(app: App, domain: Domain) -> Finding:
    cure = "write NAME:PASSWORD into the secret, a line each"
    try:
        lines = app.secret(domain.credentials).splitlines()
    except CalpairError as error:
        return Finding(CREDENTIALS, ok=False, found=str(error), cure=cure)
    read = [name_and_password(line) for line in lines if line.strip()]
    wrong = sum(not (given and all(given)) for given in read)
    if wrong or not read:
        found = f"lines without a name or a password: {wrong}" if wrong else "is empty"
        return Finding(CREDENTIALS, ok=False, found=found, cure=cure)
    if not any(_LIKE_AN_ACCOUNT & set(name) for name, _ in filter(None, read)):
        return Finding(CREDENTIALS, ok=False, found="a name that Exchange never asks with", cure=_NAME)
    return Finding(CREDENTIALS, ok=True, found=f"can be read; {len(read)} may ask")


def _exchange(app: App, domain: Domain, entries: Sequence[Entry], refused: set[tuple[str, Side]]) -> Iterator[Finding]:
    """Ask Exchange in each way the domain needs, until it refuses the account."""
    ways = [(FREE_BUSY, _mailbox)] if domain.told else []
    for check, way in [*ways, (FOLDER, _folders)] if domain.public_folder else ways:
        if (domain.name, Side.EXCHANGE) in refused:
            yield _NOT_AGAIN
            return
        passage = Passage(app.runner.asker(domain), app.now())
        try:
            yield from way(app, domain, entries)
        except SideError as error:
            error.side = Side.EXCHANGE.value
            app.runner.gate.note(passage, error, app.now())
            finding = exchange.failure(error)
            if finding.check == SIGN_IN and finding.found == REFUSED:
                refused.add((domain.name, Side.EXCHANGE))
            # Whoever is told that, was let in before.
            yield replace(finding, check=check) if isinstance(error, AccessLostError) else finding
        except CalpairError as error:
            yield exchange.failure(error)
        else:
            app.runner.gate.leave(replace(passage, trial=True), Side.EXCHANGE.value)


def _mailbox(app: App, domain: Domain, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Ask about one mailbox, as the doors do."""
    paired = (pair.mailbox for pair in app.documents().pairs.values() if pair.enabled and pair.domain == domain.name)
    known = next(chain((one.exchange for one in entries if one.exchange), paired), "")
    # An address nobody has shows that the account is accepted, and no more.
    address = known or f"nobody@{domain.name}"
    reach = Reach(app.transports.exchange, app.transports.resolve)
    now = app.now()
    told = Server(domain, app.secret, keep_nothing, app.now, reach).begin([address], now, now + HOUR, now + PATIENCE)()
    yield _accepted(domain)
    if known:
        yield _told(known, told[known], Side.EXCHANGE)


def _folders(app: App, domain: Domain, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Look at the message of one person in each folder."""
    first: dict[str, str] = {}
    for one in (found for entry in entries if (found := person(domain, entry))):
        first.setdefault(_folder(one.legacy_dn), one.legacy_dn)
    if not first:
        yield _NOBODY
        return
    answers = PublicFolderStore(app.sides.connections.of(domain), {}).look(list(first.values()))
    if not domain.told:
        yield _accepted(domain)
    for name, legacy_dn in first.items():
        answer = answers[legacy_dn]
        if isinstance(answer, SideError):
            yield Finding(FOLDER, ok=False, found=f"{name or legacy_dn}: {answer.code}", cure=answer.sentence)
        else:
            yield Finding(FOLDER, ok=True, found=f"{name} {_LOOKED}")


def _folder(legacy_dn: str) -> str:
    try:
        return folder_of(legacy_dn)
    except ValueError:
        return ""


def _accepted(domain: Domain) -> Finding:
    return Finding(SIGN_IN, ok=True, found=f"{domain.exchange.username or domain.exchange.client_id} is accepted")


def _google(app: App, domain: Domain, entries: Sequence[Entry]) -> Finding:
    """Ask about one user as `google.free_busy_account`; of an account nobody is registered for, about itself."""
    account = domain.google.free_busy_account
    address = next((one.google for one in entries if one.google), account)
    secret: Callable[[], str] = lambda: app.secret(domain.google.secret)  # noqa: E731 - read when it is needed
    http = app.transports.google(account) if app.transports.google else None
    now = app.now()
    try:
        names = app.sides.connections.names(domain)
        with closing(GoogleAvailability(domain.google, secret, app.now, http, names, app.delegation)) as availability:
            told = availability.look_up([address], now, now + HOUR) if address else {}
    except CalpairError as error:
        return google.trouble(f"google {FREE_BUSY}", error)
    return _told(address, told.get(address, Unknown("not_found")), Side.GOOGLE)


def _told(address: str, told: Told, side: Side) -> Finding:
    check = f"google {FREE_BUSY}" if side is Side.GOOGLE else FREE_BUSY
    if isinstance(told, Unknown):
        return Finding(check, ok=False, found=f"{address}: {told.reason}", cure=_UNTOLD[side])
    return Finding(check, ok=True, found=f"{address} is told")
