"""GetItem: items by id, in the shape asked for; ids that fail do not disturb the others (facts 2.10)."""

from simulators.exchange import foreign, op_posts
from simulators.exchange.addresses import item_ids, opened
from simulators.exchange.public_address import is_public
from simulators.exchange.render import render
from simulators.exchange.shapes import Shape, read_shape
from simulators.exchange.soap import Element, m
from simulators.exchange.turn import Job, Outcome, Turn


def get_item(turn: Turn, request: Element) -> Element:
    """Answer a GetItem request."""
    shape = read_shape(request, turn.rank)
    return turn.batch([_job(turn, shape, each) for each in item_ids(request)], lambda: (m("Items"),))


def _job(turn: Turn, shape: Shape, element: Element) -> Job:
    if is_public(turn, element):
        return op_posts.get(turn, shape, element)

    def job(_: object) -> Outcome:
        item = opened(turn, element)
        foreign.check(shape.foreign, turn.switches.refuses_foreign_fields)
        return Outcome((m("Items", render(item, shape, turn.mailbox, turn.switches)),))

    return job
