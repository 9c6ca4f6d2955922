"""The two sides. A side is a value: nothing is written twice for two directions."""

from enum import StrEnum


class Side(StrEnum):
    """Where an item lives."""

    EXCHANGE = "exchange"
    GOOGLE = "google"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.GOOGLE if self is Side.EXCHANGE else Side.EXCHANGE


class Home(StrEnum):
    """The side an event was born on; `adopted` means both had it before they were paired."""

    EXCHANGE = "exchange"
    GOOGLE = "google"
    ADOPTED = "adopted"

    def owns(self, side: Side) -> bool:
        """Tell whether the event is at home on that side."""
        return self is Home.ADOPTED or self.value == side.value
