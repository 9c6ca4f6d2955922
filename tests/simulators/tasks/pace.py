"""How fast a queue may dispatch: its token bucket, and the rest it takes when a worker says 429 or 503.

Source: google-cloud-tasks 2.26, `RateLimits` (token bucket) and `HttpRequest` (system throttling of the whole queue,
Retry-After considered). How long Google throttles is not documented; `settings.py` has what we chose.
"""

import math
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from simulators.tasks.settings import Settings

_THROTTLING = (429, 503)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Bucket:
    """Tokens, refilled at `rate` a second up to `burst`; a dispatch takes one. Full when new."""

    def __init__(self, rate: float, now: datetime) -> None:
        """Hold as many tokens as are refilled in a second, one at least: "generally at least equal" to the rate."""
        self.rate = rate
        self.burst = max(1, math.ceil(rate))
        self._tokens = float(self.burst)
        self._at = now

    def ready(self) -> datetime:
        """The instant from which a token is there."""
        missing = 1 - self._tokens
        return self._at + timedelta(seconds=missing / self.rate) if missing > 0 else _LONG_AGO

    def take(self, now: datetime) -> None:
        """Take a token; the caller has waited until `ready`."""
        refilled = (now - self._at).total_seconds() * self.rate
        # A timedelta is rounded to microseconds, so the awaited token may lack a millionth.
        self._tokens = max(1.0, min(float(self.burst), self._tokens + refilled)) - 1
        self._at = now


class Throttle:
    """The rest a queue takes from dispatching, whatever task it is that was refused."""

    def __init__(self, settings: Settings) -> None:
        """Not resting yet."""
        self._settings = settings
        self._streak = 0
        self.until = _LONG_AGO

    def note(self, status: int | None, retry_after: timedelta | None, now: datetime) -> None:
        """Take an answer into account: 429 and 503 lengthen the rest, a success ends the series of them."""
        if status in _THROTTLING:
            rest = self._settings.throttle_first * 2 ** min(self._streak, 30)
            self._streak += 1
            self.until = max(self.until, now + min(max(rest, retry_after or rest), self._settings.throttle_most))
        elif status is not None and 200 <= status < 300:
            self._streak = 0


def retry_after(headers: tuple[tuple[str, str], ...], now: datetime) -> timedelta | None:
    """What an answer's Retry-After asks for, in seconds or as a date (RFC 9110, 10.2.3); None for none, or nonsense."""
    text = next((value.strip() for name, value in headers if name.lower() == "retry-after"), "")
    if text.isascii() and text.isdigit() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        return max(timedelta(0), parsedate_to_datetime(text) - now)
    except (TypeError, ValueError):
        return None
