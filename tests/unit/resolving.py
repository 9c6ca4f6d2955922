"""Names that lead to this machine, for tests over real sockets; and resolvers that say what they are told."""

from collections.abc import Sequence

from calpair.model.pair import Limits
from calpair.names import Names

HERE = Names(Limits(hosts=("127.0.0.1", "localhost")))
"""What an operator allows who runs everything on one machine."""


def says(*addresses: str) -> "Answers":
    """A resolver with these addresses for every name."""
    return Answers(addresses)


class Answers:
    """A resolver that keeps what it was asked."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses = addresses
        self.asked: list[tuple[str, int]] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return self.addresses
