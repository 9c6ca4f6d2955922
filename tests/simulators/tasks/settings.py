"""What of Cloud Tasks a test may set. Defaults are what the documents say; where they say nothing, what we chose.

Source: facts/platform.md 2.2 and the published types of google-cloud-tasks 2.26.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Settings:
    """Every setting with its default; a negative one is refused at birth."""

    dedupe: timedelta = timedelta(hours=24)
    """How long the name of a task that ran, gave up or was deleted stays taken ("up to 24 hours"; once 1 hour)."""
    task_bytes: int = 1024 * 1024
    """The most bytes of a task (1 MiB by the quotas page; the client's docstring still says 100 KB)."""
    batch_polls: int = 0
    """How many GetOperation calls find a batch still running, though its tasks exist (0: the first answer is done)."""
    throttle_first: timedelta = timedelta(seconds=1)
    """How long a queue rests after a 429 or 503; doubled with every further one in a row. Not documented: ours."""
    throttle_most: timedelta = timedelta(minutes=5)
    """The longest such rest, and the most a Retry-After is believed. Not documented: ours."""

    def __post_init__(self) -> None:
        """Refuse what could not be."""
        for name, value in vars(self).items():
            if value < type(value)(0):
                raise ValueError(f"setting {name}: {value} is less than nothing")
