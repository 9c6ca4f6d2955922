"""How Google Calendar says no: one exception, raised anywhere inside, turned into the documented JSON at the door.

    raise RefusedError(404, "notFound", "Not Found")

Source of the shape and of every reason used here: facts/google.md 3.10 (Google's errors guide of 2026-04-23).
"""

import json


class RefusedError(Exception):
    """A request the simulator refuses, in Google's words."""

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        place: tuple[str, str] | None = None,
    ) -> None:
        """Keep the answer's parts; `place` is `(locationType, location)` where Google names one."""
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message
        self.domain = domain
        self.place = place

    def body(self) -> bytes:
        """The JSON Google answers with."""
        item: dict[str, object] = {"domain": self.domain, "reason": self.reason, "message": self.message}
        if self.place is not None:
            item["locationType"], item["location"] = self.place
        error = {"errors": [item], "code": self.status, "message": self.message}
        return json.dumps({"error": error}, indent=1).encode()


def invalid(message: str, field: str = "", *, where: str = "other") -> RefusedError:
    """400 `invalid`, naming the field or (where="parameter") the query parameter at fault."""
    return RefusedError(400, "invalid", message, place=(where, field) if field else None)


def required(message: str, field: str, *, where: str = "other") -> RefusedError:
    """400 `required`: something that must be sent was not."""
    return RefusedError(400, "required", message, place=(where, field))


def range_empty(field: str, *, where: str = "other") -> RefusedError:
    """400 `timeRangeEmpty`: an end that is not after its start."""
    return RefusedError(
        400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar", place=(where, field)
    )


def not_found() -> RefusedError:
    """404, for what does not exist and for what this user may not know of."""
    return RefusedError(404, "notFound", "Not Found")


def deleted() -> RefusedError:
    """410 `deleted`: deleting what is deleted."""
    return RefusedError(410, "deleted", "Resource has been deleted")


def forbidden(message: str = "Forbidden") -> RefusedError:
    """403 `forbidden`."""
    return RefusedError(403, "forbidden", message)


def duplicate() -> RefusedError:
    """409 `duplicate`: the id, or the iCalUID, is taken; a deleted event's stays taken."""
    return RefusedError(409, "duplicate", "The requested identifier already exists.")


def precondition() -> RefusedError:
    """412 `conditionNotMet`: If-Match named another version."""
    return RefusedError(412, "conditionNotMet", "Precondition Failed", place=("header", "If-Match"))


def full_sync() -> RefusedError:
    """410 `fullSyncRequired`: the token is no longer good; wipe and list in full."""
    return RefusedError(
        410,
        "fullSyncRequired",
        "Sync token is no longer valid, a full sync is required.",
        domain="calendar",
        place=("parameter", "syncToken"),
    )


def not_modelled(what: str) -> RefusedError:
    """501, never Google's: the simulator says what it is not, so that no test leans on a guess."""
    return RefusedError(501, "notModelled", f"the Google simulator does not model {what}", domain="simulator")
