"""One request as an operation sees it: who asks, of which mailbox, and how its answers are told, item by item.

An operation makes one job for each item of its request and hands them to `Turn.batch()`, which runs them in order,
plays the faults planted for items, records one call each, and builds the response messages. One item's failure never
stops the others (facts 2.10).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from simulators.clock import Clock
from simulators.exchange import faults, older
from simulators.exchange.directory import Directory
from simulators.exchange.errors import EwsError
from simulators.exchange.items import Attendee, Item
from simulators.exchange.mailbox import Mailbox
from simulators.exchange.public_store import PublicStore
from simulators.exchange.soap import Element, m, t
from simulators.exchange.switches import Switches
from simulators.exchange.versions import R2010
from simulators.record import Call, Fault, Record


@dataclass(frozen=True)
class Outcome:
    """What one item came to: elements for its response message, and whether stored state changed."""

    elements: tuple[Element | None, ...] = ()
    changed: bool = False


Job = Callable[[Fault | None], Outcome]
OnError = Callable[[], tuple[Element, ...]]
Tell = Callable[[str, Sequence[Element | None], Sequence[Element | None]], Element]


@dataclass
class Turn:
    """The ground of one request. `fault` is the one due for the request, `forced` the refusal it makes of all items.

    `box` is the mailbox acted on, `boxes` all there are by address; `public` are the public folders,
    `directory` knows those who have no mailbox here.
    """

    record: Record
    switches: Switches
    clock: Clock
    operation: str
    number: int
    user: str
    rank: int
    box: Mailbox | None
    boxes: Mapping[str, Mailbox]
    public: PublicStore
    directory: Directory
    zone: str | None = None
    fault: Fault | None = None
    forced: EwsError | None = None
    calls: list[Call] = field(default_factory=list)

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox acted on; ErrorMissingEmailAddress for an account that has none and impersonates nobody."""
        if self.box is None:
            raise EwsError(
                "ErrorMissingEmailAddress",
                "the account has no mailbox; name one in the ExchangeImpersonation header",
            )
        return self.box

    @property
    def fault_kind(self) -> str:
        """The kind of the fault due for the request; empty for none."""
        return self.fault.kind if self.fault else ""

    def batch(self, jobs: Sequence[Job], on_error: OnError = tuple) -> Element:
        """Run the jobs and build the answer; `on_error` adds what the schema wants in a failed message too."""
        return m(f"{self.operation}Response", m("ResponseMessages", *self.run(jobs, self._message, on_error)))

    def run(self, jobs: Sequence[Job], tell: Tell, on_error: OnError) -> list[Element]:
        """Run the jobs in order; `tell` makes a message of ResponseClass, what every response says, and elements."""
        messages: list[Element] = []
        stopped = False
        for job in jobs:
            fault = None if stopped else faults.due_item(self.record, self.operation, self.user)
            stopped = stopped or (fault is not None and fault.kind == "batch_stopped")
            message, changed = self._stopped(tell, on_error) if stopped else self._run(job, fault, tell, on_error)
            messages.append(message)
            self.note(changed=changed)
        return messages

    def note(self, *, changed: bool) -> None:
        """Remember one call; the simulator files it when the request is done."""
        self.calls.append(Call(0, self.number, self.operation, self.user, changed))

    def mail(self, item: Item, to: Sequence[Attendee], kind: str) -> None:
        """Record that the server sent mails about an item."""
        for person in to:
            sent = {"operation": self.operation, "from": self.user, "to": person.email, "subject": item.subject}
            self.record.mails.append({**sent, "kind": kind})

    def _run(self, job: Job, fault: Fault | None, tell: Tell, on_error: OnError) -> tuple[Element, bool]:
        try:
            if self.forced is not None:
                raise self.forced
            planted = faults.refusal(fault) if fault else None
            if planted is not None:
                raise planted
            if fault is not None and fault.kind == "mail":
                planted_mail = {"operation": self.operation, "from": self.user, "to": fault.detail or "guest@x.test"}
                self.record.mails.append({**planted_mail, "subject": "", "kind": "planted"})
            outcome = job(fault)
        except EwsError as refused:
            if refused.fault:
                raise
            said = older.known(refused) if self.rank < R2010 else refused
            return tell("Error", _said(said), on_error()), False
        return tell("Success", _said(None), outcome.elements), outcome.changed

    def _stopped(self, tell: Tell, on_error: OnError) -> tuple[Element, bool]:
        stopped = EwsError("ErrorBatchProcessingStopped", "The batch was stopped; this item was not processed.")
        return tell("Warning", _said(stopped), on_error()), False

    def _message(self, kind: str, said: Sequence[Element | None], elements: Sequence[Element | None]) -> Element:
        return m(f"{self.operation}ResponseMessage", *said, *elements, ResponseClass=kind)


def _said(refused: EwsError | None) -> Sequence[Element | None]:
    if refused is None:
        return (m("ResponseCode", text="NoError"),)
    return (
        m("MessageText", text=refused.text),
        m("ResponseCode", text=refused.code),
        m("DescriptiveLinkKey", text="0"),
        message_xml(refused, m("MessageXml")),
    )


def message_xml(refused: EwsError, holder: Element) -> Element | None:
    """The back-off and inner code of a refusal inside a MessageXml element; None when it has neither."""
    said = {
        "BackOffMilliseconds": str(refused.back_off_ms) if refused.back_off_ms else "",
        "InnerErrorResponseCode": refused.inner,
        "InnerErrorMessageText": refused.inner and "the inner error",
    }
    for name, text in said.items():
        if text:
            holder.append(t("Value", text=text, Name=name))
    return holder if len(holder) else None
