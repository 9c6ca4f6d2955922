"""The machine's clock: where `ports.Now` comes from on every ground."""

from datetime import UTC, datetime


def clock() -> datetime:
    """Give the time, in UTC."""
    return datetime.now(UTC)
