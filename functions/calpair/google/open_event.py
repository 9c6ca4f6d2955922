"""When an event is that somebody has open: Workspace tells its guests only, so Google Calendar is asked, as that user.

    when = look(opened, domain.google.url, now)     # Timed, AllDay, or the SideError that says why not

Only start and end are asked for. An event that was never saved is an AbsentError, and nobody is asked where it has no id
yet. The user's token goes into the request's head and nowhere else. Source: the Calendar API's reference of events.get.
"""

from calpair.errors import AbsentError, AccessLostError, RefusedError, SideError, SignInError
from calpair.google.addon import Opened
from calpair.google.errors import Act
from calpair.google.http import Http, Wire
from calpair.google.line import Line
from calpair.google.mapping import times
from calpair.model.pair import GoogleAuth, GoogleService
from calpair.model.when import When
from calpair.names import STRICT, Names
from calpair.ports import Now

SECONDS = 8.0
"""How long a connection, and each silence, may take: Google gives an add-on thirty seconds, and Exchange is asked after."""
MOST_BYTES = 64 * 1024

_NO_SCOPE = "insufficientPermissions"
_MAY_NOT = "the add-on may not read the event: its deployment is to list the scope calendar.events.readonly"


def look(opened: Opened, url: str, now: Now, http: Http | None = None, names: Names = STRICT) -> When | SideError:
    """Ask when the event is. Raises UsageError for an address that is no place for a token, and nothing else."""
    if not opened.event:
        return AbsentError("notSaved")
    wire = Wire(SECONDS, MOST_BYTES, names)
    line = Line(GoogleService(GoogleAuth.TOKEN, url=url), "", lambda: opened.token, now, http or wire)
    request = line.events.get(calendarId=opened.calendar, eventId=opened.event, fields="start,end")
    try:
        return times.read(line.one(Act.READ, request))
    except SideError as error:
        return _of_addon(error)
    except (ValueError, OverflowError, RecursionError):
        return RefusedError("garbled")
    finally:
        line.close()
        wire.close()


def _of_addon(error: SideError) -> SideError:
    """Say of a token that will not do what is to be done about it here, where it is no domain's."""
    if isinstance(error, SignInError):
        return SignInError(error.code, _MAY_NOT)
    lost = isinstance(error, AccessLostError) and error.code == _NO_SCOPE
    return AccessLostError(error.code, _MAY_NOT) if lost else error
