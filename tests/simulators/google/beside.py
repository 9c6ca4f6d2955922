"""What stands beside the Calendar API: the token endpoint, the IAM Credentials API, the metadata server, Google's keys.

On Google's side each is a host of its own; here a request is told by its path, so one simulator is them all.
"""

from collections.abc import Collection, Mapping

from simulators.clock import Clock
from simulators.google import iam, identity, metadata
from simulators.google.access import Access, Tokens
from simulators.google.oauth import Issuer, TokenEndpoint
from simulators.google.robots import Robot, public
from simulators.wire import Request, Response

PROJECT = "project"


class Beside:
    """All of them, with the access tokens they gave."""

    def __init__(
        self,
        clock: Clock,
        users: Collection[str],
        issuers: Mapping[str, Issuer],
        refresh_tokens: Mapping[str, str],
        robots: Collection[Robot],
        runtime: str,
    ) -> None:
        """`issuers` have a key of their own, `robots` none; `runtime` is a robot's address, or empty."""
        self._clock = clock
        self._robots = {robot.email: robot for robot in robots}
        if runtime and runtime not in self._robots:
            raise ValueError(f"runtime {runtime!r} is none of the robots")
        keyless = {robot.email: Issuer(public(robot.email).decode(), robot.delegated) for robot in robots}
        self._endpoint = TokenEndpoint(clock, users, {**issuers, **keyless}, refresh_tokens)
        self._runtime = metadata.Runtime(runtime, PROJECT, self._grant, self._identify) if runtime else None

    def tokens(self) -> dict[str, Access]:
        """The access tokens that are still good, with what they open."""
        return self._endpoint.tokens()

    def operation(self, request: Request) -> str:
        """What a request is counted as if it is for one of them; empty for the Calendar API's."""
        if request.path == "/token":
            return "token"
        if iam.is_meant(request.path):
            return iam.operation(request.path)
        if metadata.is_meant(request):
            return metadata.operation(request.path)
        return "certs" if request.path in (identity.PEM, identity.JWKS) else ""

    def answer(self, request: Request, tokens: Tokens) -> Response:
        """Answer a request that is for one of them."""
        if request.path == "/token":
            return self._endpoint.answer(request)
        if iam.is_meant(request.path):
            return iam.answer(request, tokens, self._robots, self._clock.now())
        if metadata.is_meant(request):
            return metadata.answer(request, self._runtime)
        return identity.certs(request.path)

    def _grant(self, scopes: frozenset[str]) -> dict[str, object]:
        assert self._runtime is not None
        return self._endpoint.grant(Access(self._runtime.email, scopes))

    def _identify(self, audience: str) -> str:
        assert self._runtime is not None
        return identity.id_token(self._runtime.email, audience, now=self._clock.now())
