"""What a person has to get right on Google's side, looked at in order, changing nothing: one list is most of it.

That the sign-in is good is said only once Google has answered under it: a token is no proof before it is used.
"""

from collections.abc import Iterator

from calpair.errors import AccessLostError, CalpairError, SideError, SignInError
from calpair.google import listing
from calpair.google.line import Line
from calpair.ports import Finding

READERS = ("reader", "writer", "owner")
WRITERS = ("writer", "owner")
"""A writer without access to private events is none: those would be read as empty."""


def examine(line: Line, calendar_id: str, google_user: str, *, writing: bool) -> Iterator[Finding]:
    """Yield findings; the last one is the first that is not ok."""
    try:
        line.sign_in()
    except CalpairError as error:
        yield trouble("google sign-in", error)
        return
    # Where the user is not ours to choose, the secret may be anybody's, whatever google_user says.
    as_whom = (
        f"signed in as {google_user}" if line.chosen and google_user else "accepted; Google does not tell whose it is"
    )
    signed_in = Finding("google sign-in", ok=True, found=as_whom)
    try:
        envelope = listing.envelope(line, calendar_id)
    except SignInError as error:
        yield trouble("google sign-in", error)
        return
    except CalpairError as error:
        if _knew_us(error):
            yield signed_in
        yield trouble("google calendar", error)
        return
    yield signed_in
    zone = str(envelope.get("timeZone") or "unknown")
    yield Finding("google calendar", ok=True, found=f"{calendar_id} answers; its time zone is {zone}")
    role = str(envelope.get("accessRole") or "none")
    if line.chosen and calendar_id.lower() == google_user.lower() and role != "owner":
        # Everybody owns their own calendar: who has a lesser right to it is somebody else.
        cure = f"let the service account act as {google_user}, and name the user's primary address in google_user"
        yield Finding("google rights", ok=False, found=f"signed in, but not as {google_user}", cure=cure)
        return
    if role in (WRITERS if writing else READERS):
        yield Finding("google rights", ok=True, found=f"the right is {role}")
        return
    needed = "to make changes to events" if writing else "to see all event details"
    cure = f"share {calendar_id} with {google_user or 'this account'}, with the right {needed}"
    yield Finding("google rights", ok=False, found=f"the right is only {role}", cure=cure)


def _knew_us(error: CalpairError) -> bool:
    """Tell whether Google itself refused the calendar: it looks at the token first, and has words of its own."""
    return isinstance(error, AccessLostError) and not error.code.startswith("http")


def trouble(check: str, error: CalpairError) -> Finding:
    """Say what an error shows not to be right."""
    if isinstance(error, SideError):
        return Finding(check, ok=False, found=error.code, cure=error.sentence or "try again later")
    found, _, cure = str(error).partition(": ")
    return Finding(check, ok=False, found=found, cure=cure or found)
