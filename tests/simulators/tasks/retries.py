"""When a failed task is tried again, and when it is given up: pure.

Source: google-cloud-tasks 2.26, `RetryConfig` (the sequence 10, 20, 40, 80, 160, 240, 300, 300 s is its own example), and
facts/platform.md 2.2. What a queue has that was told nothing is documented nowhere: the figures here are those gcloud
shows of such a queue.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

RETENTION = timedelta(days=31)
_NONE = timedelta(0)
# Two to this many is beyond any max_backoff; a power of a million doublings would take memory for nothing.
_DOUBLINGS = 62


@dataclass(frozen=True)
class Retries:
    """A retry configuration in force. `attempts` -1 and `duration` 0 set no limit."""

    attempts: int = 100
    duration: timedelta = _NONE
    least: timedelta = timedelta(milliseconds=100)
    most: timedelta = timedelta(hours=1)
    doublings: int = 16

    def interval(self, failures: int) -> timedelta:
        """The time from the end of this failed attempt (1 is the first) to the next one."""
        doubled = min(failures - 1, self.doublings, _DOUBLINGS)
        linear = max(0, failures - 1 - self.doublings)
        seconds = self.least.total_seconds() * 2**doubled * (1 + linear)
        return timedelta(seconds=min(self.most.total_seconds(), seconds))

    def is_spent(self, attempts: int, since_first: timedelta) -> bool:
        """Tell whether no further attempt is made: each limit that is set has been reached."""
        limits = [attempts >= self.attempts] if self.attempts != -1 else []
        limits += [since_first >= self.duration] if self.duration > _NONE else []
        return bool(limits) and all(limits)


def retries(config: Any) -> Retries:
    """Read a `RetryConfig`; what it leaves out has its default. ValueError for what no queue may have."""
    plain = Retries()
    attempts = config.max_attempts or plain.attempts
    found = Retries(
        attempts,
        _whole(config.max_retry_duration) if "max_retry_duration" in config else plain.duration,
        _whole(config.min_backoff) if "min_backoff" in config else plain.least,
        _whole(config.max_backoff) if "max_backoff" in config else plain.most,
        config.max_doublings or plain.doublings,
    )
    if found.attempts < -1:
        raise ValueError("max_attempts must be greater than or equal to -1")
    if min(found.duration, found.least, found.most) < _NONE or found.doublings < 0:
        raise ValueError("durations and max_doublings of a retry configuration must not be negative")
    if found.least > found.most:
        raise ValueError("min_backoff must not exceed max_backoff")
    return found


def _whole(duration: timedelta) -> timedelta:
    return timedelta(seconds=duration // timedelta(seconds=1))


def outlives(created: datetime, next_attempt: datetime) -> bool:
    """Tell whether a next attempt would come after the longest a task is kept."""
    return next_attempt > created + RETENTION
