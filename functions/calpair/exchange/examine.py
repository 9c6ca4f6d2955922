"""What an administrator sees before the first sync: every thing a sync needs of Exchange, looked at in order.

One GetFolder tells nearly all of it: which of the steps on its way failed shows in its error. Nothing is changed. What
an error does not prove is not said: a finding is `ok` only where an answer has shown it.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from calpair.errors import CalpairError, SideError, SignInError, UsageError
from calpair.exchange import bodies
from calpair.exchange.errors import FOLDER_CODES, MAILBOX_CODES
from calpair.exchange.folders import Folder, ask_calendar
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import MESSAGES, Element, child, text
from calpair.model.pair import Access
from calpair.ports import Finding

ADDRESS, TLS, SIGN_IN, MAILBOX, FOLDER, RIGHTS = "address", "tls", "sign-in", "mailbox", "folder", "rights"
_STEPS = (ADDRESS, TLS, SIGN_IN, MAILBOX, FOLDER)
_ANOTHERS = (
    "the account does not open this mailbox's calendar, and exchange.access = \"own\" opens the account's own: "
    'write "impersonation", or share the calendar with the account'
)


def examination(connection: ExchangeConnection, mailbox: str, folder: Folder, *, writing: bool) -> Iterator[Finding]:
    """Look at address, certificate, sign-in, mailbox, folder and rights; stop after the first that is not right."""
    answer: Element | None = None
    failed: CalpairError | None = None
    try:
        answer = ask_calendar(connection, mailbox, bodies.get_folder(folder.element()))
    except (SideError, UsageError) as error:
        failed = error
    good = _good(connection, mailbox, folder)
    for step in _STEPS if failed is None else _proven(failed, opened=folder.listed):
        yield Finding(step, ok=True, found=good[step])
    if failed is None:
        yield _rights(answer, folder, writing=writing)
    elif _step(failed) == FOLDER and not folder.listed and connection.settings.access is Access.OWN:
        yield Finding(MAILBOX, ok=False, found=_code(failed), cure=_ANOTHERS)
    else:
        yield _failure(_step(failed), failed)


def failure(error: CalpairError) -> Finding:
    """Say which step an error shows not to be right."""
    return _failure(_step(error), error)


def _good(connection: ExchangeConnection, mailbox: str, folder: Folder) -> dict[str, str]:
    parts = urlsplit(connection.settings.url)
    version = f", Exchange {connection.version}" if connection.version else ""
    return {
        ADDRESS: f"{parts.hostname} answers{version}",
        TLS: "the certificate is trusted" if parts.scheme == "https" else "not used on this machine's own address",
        SIGN_IN: f"{connection.settings.username or connection.settings.client_id} is accepted",
        MAILBOX: f"{mailbox} opens",
        FOLDER: f"{folder.name} is there",
    }


def _proven(error: CalpairError, *, opened: bool) -> tuple[str, ...]:
    """Give the steps that went well for certain, since this error could only come after them."""
    if isinstance(error, UsageError):
        # What the settings lack is found before anybody is asked.
        return ()
    step = _step(error)
    if step == FOLDER and not opened:
        # The calendar itself may be denied for the mailbox's sake.
        return (ADDRESS, TLS, SIGN_IN)
    return _STEPS[: _STEPS.index(step)]


def _step(error: CalpairError) -> str:
    if isinstance(error, UsageError):
        return TLS if str(error).startswith(("exchange.ca", "exchange.tls")) else SIGN_IN
    code = _code(error)
    if isinstance(error, SignInError) or code == "HTTP403":
        return SIGN_IN
    if code == "TLS":
        return TLS
    if code in MAILBOX_CODES:
        return MAILBOX
    return FOLDER if code in FOLDER_CODES else ADDRESS


def _code(error: CalpairError) -> str:
    return error.code if isinstance(error, SideError) else ""


def _failure(step: str, error: CalpairError) -> Finding:
    if isinstance(error, SideError):
        return Finding(step, ok=False, found=error.code, cure=error.sentence or "ask again later")
    return Finding(step, ok=False, found="cannot be used", cure=str(error))


def _rights(answer: Element | None, folder: Folder, *, writing: bool) -> Finding:
    found = child(child(answer, "Folders", namespace=MESSAGES), "CalendarFolder", "EffectiveRights")
    may_read = text(found, "Read") != "false"
    may_write = text(found, "CreateContents") != "false"
    if not may_read:
        return Finding(RIGHTS, ok=False, found="no right to read", cure=f"let the account read the {folder.name}")
    if writing and not may_write:
        return Finding(
            RIGHTS,
            ok=False,
            found="no right to write",
            cure=f"let the account create items in the {folder.name}, or make the pair one-way",
        )
    return Finding(RIGHTS, ok=True, found="reading and writing" if may_write else "reading")
