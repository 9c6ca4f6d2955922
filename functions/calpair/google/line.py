"""One account's line to Google: requests go out signed, one or fifty at a time; answers come back as values or errors.

    line = Line(settings, google_user, secret, now, http)
    answer = line.one(Act.LIST, line.events.list(calendarId="ana@g.example"))     # raises what went wrong
    answers = line.many(Act.READ, [line.events.get(...), ...])                      # a value or an error each

An item's failure stays that item's. What concerns everybody is raised: a refused sign-in, a lost calendar, and a
back-off when nothing got through. Nothing is sent twice, but for a token that ended early: a 401 did nothing, so the
request goes once more with a new token. Source: the Calendar API's batch guide (each part answered under its own
Content-ID, no order of effect, no transaction), and `BatchHttpRequest` of google-api-python-client 2.202.0.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from http.client import HTTPException
from typing import Any

import httplib2
from googleapiclient.errors import BatchError, HttpError
from googleapiclient.http import MAX_URI_LENGTH, BatchHttpRequest, HttpRequest

from calpair.errors import (
    AccessLostError,
    BackOffError,
    RefusedError,
    SideError,
    SignInError,
    UnknownOutcomeError,
)
from calpair.google.delegation import Delegation
from calpair.google.errors import Act, Refusal, elsewhere, judge, read, refused, silent, unreached
from calpair.google.http import TIMEOUT_SECONDS, Addresses, Http, NotSentError, TooLongError, Wire, events, free_busy
from calpair.google.identity import SCOPE, SignIn
from calpair.model.pair import GoogleService
from calpair.names import STRICT, Names
from calpair.ports import Now

BATCH = 50
"""Calls in one request; the guide's limit is 1,000, but fifty is what every copy of it allows."""

Answer = dict[str, Any] | SideError
"""What Google said to one call: the resource, `{}` where it says nothing (delete), or why not."""


class Line:
    """Where requests of one calendar go, or of one account for one use (`scope`). Not for several threads at once."""

    def __init__(
        self,
        settings: GoogleService,
        google_user: str,
        secret: Callable[[], str],
        now: Now,
        http: Http | None = None,
        names: Names = STRICT,
        delegation: Delegation | None = None,
        scope: str = SCOPE,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._url = settings.url
        self._wire = Wire(timeout, names=names)
        self._http: Http = http or self._wire
        self._sign_in = SignIn(settings, google_user, secret, now, self._http, delegation, scope)

    @property
    def events(self) -> Any:
        """The client library's events resource: what builds requests. UsageError for an unusable google.url."""
        return events(Addresses.of(self._url).api)

    @property
    def free_busy(self) -> Any:
        """The same for its freebusy resource."""
        return free_busy(Addresses.of(self._url).api)

    def close(self) -> None:
        """Hang up; the next request connects again. A transport that was given is the giver's to close."""
        self._wire.close()

    def sign_in(self) -> None:
        """Get a token, if one has to be got, and nothing else. SignInError, BackOffError, UsageError."""
        self._sign_in.headers()

    @property
    def chosen(self) -> bool:
        """Whether whom to act as is ours to choose."""
        return self._sign_in.chosen

    def one(self, act: Act, request: HttpRequest) -> dict[str, Any]:
        """Send a request by itself; raises its error."""
        response, content = self._asked(act, *_parts(request))
        if refused(response.status):
            raise judge(read(response.status, content, response), act)
        try:
            value = _value(act, request.postproc(response, content))
        except RecursionError:
            # Nested without end, which only the parser finds out.
            raise silent("garbled", act) from None
        if isinstance(value, SideError):
            raise value
        return value

    def many(self, act: Act, requests: Sequence[HttpRequest]) -> list[Answer]:
        """Send requests, fifty at a time; an answer for each, in the order asked."""
        answers: list[Answer] = []
        for start in range(0, len(requests), BATCH):
            some = requests[start : start + BATCH]
            answers += self._alone(act, some[0]) if len(some) == 1 else self._together(act, some)
            wait = next((one for one in answers if isinstance(one, BackOffError) and one.scope != "item"), None)
            if wait is not None:
                # The rest would only be refused too.
                answers += [wait] * (len(requests) - len(answers))
                break
        _raise_common(answers)
        return answers

    def _alone(self, act: Act, request: HttpRequest) -> list[Answer]:
        try:
            return [self.one(act, request)]
        except SideError as error:
            return [error]

    def _together(self, act: Act, requests: Sequence[HttpRequest]) -> list[Answer]:
        answers: dict[str, Answer] = {}

        def take(name: str, value: Any, error: HttpError | None) -> None:
            refusal = None if error is None else read(error.resp.status, error.content, error.resp)
            answers[name] = judge(refusal, act) if refusal else _value(act, value)

        batch = BatchHttpRequest(callback=take, batch_uri=Addresses.of(self._url).batch)
        for number, request in enumerate(requests):
            batch.add(request, request_id=str(number))
        missing: SideError = silent("garbled", act)
        try:
            batch.execute(http=_Door(self._asked, self._sign_in, act))
        except (SignInError, AccessLostError):
            raise
        except SideError as error:
            missing = error
        except (BatchError, LookupError, TypeError, ValueError, AttributeError):
            # The library takes an answer apart without looking: what is torn breaks it in any of these ways.
            pass
        return [answers.get(str(number), missing) for number in range(len(requests))]

    def _asked(
        self, act: Act, uri: str, method: str, body: Any, headers: Mapping[str, str]
    ) -> tuple[httplib2.Response[str], bytes]:
        """Send it signed; once more with a new token if the token was refused."""
        response, content = self._sent(act, uri, method, body, headers)
        if response.status == HTTPStatus.UNAUTHORIZED and self._sign_in.renew():
            response, content = self._sent(act, uri, method, body, headers)
        return response, content

    def _sent(
        self, act: Act, uri: str, method: str, body: Any, headers: Mapping[str, str]
    ) -> tuple[httplib2.Response[str], bytes]:
        signed = {**headers, **self._sign_in.headers()}
        try:
            return self._http.request(uri, method=method, body=body, headers=signed)
        except NotSentError as error:
            raise unreached(error.code) from error
        except TooLongError as error:
            raise (UnknownOutcomeError if act.writes else RefusedError)("answerTooLong") from error
        except (OSError, HTTPException, httplib2.HttpLib2Error) as error:
            # A broken answer may be quoted in the library's error; it goes no further.
            raise silent("timeout" if isinstance(error, TimeoutError) else "noAnswer", act) from None


class _Door:
    """What a batch is sent through: our own sending, where the library looks for an `httplib2.Http`.

    The library sends the items that were answered 401 a second time; that is only let through with a new token.
    """

    def __init__(self, asked: Callable[..., tuple[httplib2.Response[str], bytes]], sign_in: SignIn, act: Act) -> None:
        self._asked = asked
        self._sign_in = sign_in
        self._act = act
        self._used = False

    def request(
        self, uri: str, method: str, body: str, headers: Mapping[str, str]
    ) -> tuple[httplib2.Response[str], bytes]:
        if self._used and not self._sign_in.renew():
            raise judge(Refusal(HTTPStatus.UNAUTHORIZED, "authError"), self._act)
        self._used = True
        response, content = self._asked(self._act, uri, method, body.encode(), headers)
        if refused(response.status):
            raise _of_envelope(response, content, self._act)
        return response, content


def _of_envelope(response: httplib2.Response[str], content: bytes, act: Act) -> SideError:
    """Say what it means that the batch as a whole was refused: an address that is none, or anything but that."""
    refusal = read(response.status, content, response)
    return (
        elsewhere(refusal.reason)
        if response.status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
        else judge(refusal, act)
    )


def _value(act: Act, value: Any) -> Answer:
    """Give what a success says. The library hands on what is no JSON as the text it is."""
    if act is Act.DELETE:
        return {}
    return value if isinstance(value, dict) else silent("garbled", act)


def _parts(request: HttpRequest) -> tuple[str, str, Any, dict[str, str]]:
    """Take a request apart, the way the library would send it: a long GET goes as a form (its `HttpRequest.execute`)."""
    headers = dict(request.headers)
    if request.method != "GET" or len(request.uri) <= MAX_URI_LENGTH:
        return request.uri, request.method, request.body, headers
    uri, _, query = request.uri.partition("?")
    headers |= {"x-http-method-override": "GET", "content-type": "application/x-www-form-urlencoded"}
    return uri, "POST", query, headers


def _raise_common(answers: Sequence[Answer]) -> None:
    for answer in answers:
        if isinstance(answer, (SignInError, AccessLostError)):
            raise answer
    if answers and all(isinstance(answer, BackOffError) for answer in answers):
        raise next(answer for answer in answers if isinstance(answer, BackOffError))
