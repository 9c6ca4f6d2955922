"""The per-user limit on requests a minute, a sliding window. Source: facts/google.md 3.10; off unless switched on."""

from collections import deque
from datetime import datetime, timedelta

from simulators.google.errors import RefusedError
from simulators.google.switches import Switches

_WINDOW = timedelta(seconds=60)


class Rates:
    """Remembers when each user's last requests were served."""

    def __init__(self) -> None:
        """Begin with nothing served."""
        self._served: dict[str, deque[datetime]] = {}

    def check(self, user: str, now: datetime, switches: Switches) -> None:
        """Count one request of this user, or refuse it; a refused one does not count."""
        limit = switches.units_per_minute
        if not limit:
            return
        served = self._served.setdefault(user, deque())
        while served and served[0] <= now - _WINDOW:
            served.popleft()
        if len(served) >= limit:
            if switches.rate_limit_status == 429:
                raise RefusedError(429, "rateLimitExceeded", "Rate Limit Exceeded", domain="usageLimits")
            raise RefusedError(403, "userRateLimitExceeded", "User Rate Limit Exceeded", domain="usageLimits")
        served.append(now)
