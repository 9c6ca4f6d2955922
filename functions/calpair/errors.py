"""What can go wrong, one class for each thing a catcher does about it.

    CalpairError
    |- UsageError           a person's document or command is wrong: say it in one line, change nothing (exit code 2)
    |- CallerError          whoever calls us is not who they should be: answer so, having read nothing else
    |- RefusedRequestError  what a caller asks cannot be answered: say so, with the reason
    |- SideError            an Exchange server or Google said no, or nothing
    |  |- BackOffError        wait: throttled, busy, unreachable; nothing of the request took effect
    |  |  `- OutOfTimeError    our own time is up: ask to be continued
    |  |- UnknownOutcomeError the request may have had its effect: look before trying again
    |  |- StaleError          somebody changed the item meanwhile: look again, decide again
    |  |- CursorLostError     the change list starts over
    |  |- AbsentError         no such item (never by itself proof of a deletion)
    |  |- IdTakenError        the id we chose is somebody else's or burned: take the next generation
    |  |- RefusedError        this item, as it is, will never be accepted: park it
    |  |- AccessLostError     this mailbox or calendar is not ours to use: the pair fails, nothing is concluded
    |  `- SignInError         the account itself was refused: one try, the whole domain waits
    `- StoreError           our own store
       |- VersionError        somebody else wrote the document since we read it
       `- StoreBrokenError    locked, foreign or unreadable

`code` is a server's own short word (`ErrorServerBusy`, `quotaExceeded`); servers' free text never gets this far,
because it may hold what people wrote in their calendars.
"""


class CalpairError(Exception):
    """Anything calpair raises on purpose; its text is one line fit for a person."""


class UsageError(CalpairError):
    """A document, setting or command that cannot be used; names the thing, the value and the cure."""


class CallerError(CalpairError):
    """A call without proof of who makes it (`known` false), or by somebody who may not."""

    def __init__(self, sentence: str, *, known: bool) -> None:
        super().__init__(sentence)
        self.known = known


class RefusedRequestError(CalpairError):
    """What was asked cannot be answered; `reason` is a word for programs, the door's own (`parseError`)."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class SideError(CalpairError):
    """A calendar server's refusal, in one short word of the server's and a sentence of ours."""

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.side = ""
        """Whose refusal it was (`exchange`, `google`), once the engine has said so."""

    def __str__(self) -> str:
        """Say it in one line."""
        said = f"{self.sentence} ({self.code})" if self.sentence else f"the server answered {self.code}"
        return f"{self.side.capitalize()}: {said}" if self.side else said


LONGEST_WAIT = 3600.0
"""Seconds; whatever a server wishes, it is asked again after so long: what it says may be a mistake of years."""


class BackOffError(SideError):
    """Ask again later; `seconds` is the server's own wish, if it gave one. `scope` tells who has to wait."""

    def __init__(self, code: str, sentence: str = "", *, seconds: float | None = None, scope: str = "server") -> None:
        super().__init__(code, sentence)
        self.seconds = None if seconds is None else min(seconds, LONGEST_WAIT)
        self.scope = scope
        """`server`: every pair on that server; `user`: this mailbox or calendar; `item`: this one item.

        `gate`: nobody was asked, since calpair keeps its own gate before the domain shut; it may open before the time.
        `refused`: so, after a refused sign-in: a person has to see to it.
        """


class OutOfTimeError(BackOffError):
    """The call was not made, because it could not have ended in the time there is."""

    def __init__(self) -> None:
        super().__init__("out_of_time", "there was no time left for another call", seconds=0, scope="user")


class UnknownOutcomeError(SideError):
    """No usable answer came; the effect may have happened or may still happen."""


class StaleError(SideError):
    """The version we named is not the item's any more."""


class CursorLostError(SideError):
    """The server no longer knows our place in its change list."""


class AbsentError(SideError):
    """The server knows no such item."""


CANCELLED = "cancelled"
"""The code of an AbsentError for an item the server holds as deleted: proof of a deletion."""


class IdTakenError(SideError):
    """The id we chose for a new item cannot be used."""


class RefusedError(SideError):
    """The server will not take this item or this change."""


class AccessLostError(SideError):
    """The mailbox, folder or calendar cannot be used with our rights."""


class SignInError(SideError):
    """Name, password, key or token were refused."""


class StoreError(CalpairError):
    """The store could not do it."""


class VersionError(StoreError):
    """The document is not in the version it was expected in."""


class StoreBrokenError(StoreError):
    """The store cannot be used at all; the text says which file and what to do."""
