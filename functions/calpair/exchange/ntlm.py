"""NTLM over HTTP: a connection is signed in once, and every request that follows on it is let through.

    session.mount(url, NtlmAdapter(username, password, Adapter(...), read))

The handshake is one request without a body, answered with a challenge; the proof goes with the request itself, whose body
is thus sent once. As long as the connection lives nothing of it is repeated. A wrong password is tried once: what is
answered to a proof is the answer. Where the server asks again on a connection it had let through (some are set to), the
handshake is repeated, for the request did nothing.

spnego makes the messages, as exchangelib brings it; requests-ntlm, which comes too, is not used: it sends the body three
times, reads refusals without a bound, proves the password to any proxy that asks, and breaks on an odd challenge.
Source: MS-NTHT (NTLM over HTTP), MS-NLMP (the messages), RFC 5929 (tls-server-end-point, which Extended Protection asks for).
"""

import base64
import logging
import re
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
import spnego
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from requests.adapters import BaseAdapter
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from calpair.errors import AccessLostError, SignInError
from calpair.exchange.errors import NotExchangeError, TooLargeError
from calpair.exchange.network import CONNECT_SECONDS, SIGN_IN_SECONDS, Adapter

# It writes its messages into the log, and a proof is worth a search for the password.
logging.getLogger("spnego").setLevel(logging.INFO)

MAX_REFUSAL = 64 * 1024
"""A page that says "unauthorized" is not read beyond this many bytes."""

_UNAUTHORIZED = requests.codes.unauthorized
_SCHEMES = ("NTLM", "Negotiate")
"""Servers that offer only the second take the same messages under its name."""

_WEAK = ("md5", "sha1")
"""What RFC 5929 replaces by SHA-256."""

_NOT_OFFERED = (
    "the server does not offer NTLM: set exchange.auth to what it offers, or enable Windows authentication there"
)
_NOT_KEPT = "the server, or something before it, closes each connection, and NTLM signs in connections: use basic"
_NO_SENSE = "the server's NTLM challenge makes no sense: check exchange.url"


class NtlmAdapter(BaseAdapter):
    """Sends over another adapter, signing its connection in first. For one session, which is one thread at a time.

    `read` reads an answer up to a length, or raises TooLargeError.
    """

    def __init__(
        self, username: str, password: str, below: BaseAdapter, read: Callable[[requests.Response, int], bytes]
    ) -> None:
        super().__init__()
        self._username = username
        self._password = password
        self._below = below
        self._read = read
        self._scheme = _SCHEMES[0]
        self._signed: object = None

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override] # as sessions call it
        """Send a request over a connection that is signed in. SignInError, AccessLostError where that cannot be."""
        if self._signed is not None and self._signed is self._line():
            response = self._below.send(request, **options)
            if response.status_code != _UNAUTHORIZED:
                return response
            self._drain(response)
        self._signed = None
        context = spnego.client(
            self._username,
            self._password,
            hostname=urlsplit(request.url or "").hostname or "",
            service="http",
            protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm,
        )
        hello = context.step() or b""
        brief = {**options, "timeout": (CONNECT_SECONDS, SIGN_IN_SECONDS)}
        answer = self._challenge(lambda scheme: self._below.send(_bare(request, scheme, hello), **brief))
        if isinstance(answer, requests.Response):
            return answer
        line = self._line()
        if line is None:
            raise AccessLostError("NotKept", _NOT_KEPT)
        response = self._below.send(_with(request, self._scheme, _proof(context, answer, line)), **options)
        if response.status_code != _UNAUTHORIZED:
            self._signed = line
        return response

    def close(self) -> None:
        """Hang up."""
        self._below.close()

    def _line(self) -> object:
        """The connection of the next request, if it lives. A transport that knows none counts as one."""
        return self._below.line if isinstance(self._below, Adapter) else self._below

    def _challenge(self, ask: Callable[[str], requests.Response]) -> bytes | requests.Response:
        """Say hello; the challenge, or the answer of a server that gave none but answered."""
        for scheme in dict.fromkeys((self._scheme, *_SCHEMES)):
            response = ask(scheme)
            if response.status_code != _UNAUTHORIZED:
                return response
            self._drain(response)
            offered = response.headers.get("WWW-Authenticate", "")
            found = re.search(rf"(?:^|,)\s*{scheme}\s+([A-Za-z0-9+/]+=*)", offered, re.IGNORECASE)
            if found:
                self._scheme = scheme
                return _decoded(found[1])
            if _SCHEMES[1].lower() not in offered.lower():
                break
        raise SignInError("NoNtlm", _NOT_OFFERED)

    def _drain(self, response: requests.Response) -> None:
        """Read what is left, so that the connection can be used again."""
        try:
            self._read(response, MAX_REFUSAL)
        except BaseException as trouble:
            response.close()
            if isinstance(trouble, TooLargeError):
                raise NotExchangeError from None
            raise


def _bare(request: requests.PreparedRequest, scheme: str, message: bytes) -> requests.PreparedRequest:
    asked = _with(request, scheme, message)
    asked.body = None
    asked.headers["Content-Length"] = "0"
    return asked


def _with(request: requests.PreparedRequest, scheme: str, message: bytes) -> requests.PreparedRequest:
    asked = request.copy()
    asked.headers["Authorization"] = f"{scheme} {base64.b64encode(message).decode()}"
    return asked


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except ValueError:
        raise AccessLostError("NotNtlm", _NO_SENSE) from None


def _proof(context: spnego.ContextProxy, challenge: bytes, line: object) -> bytes:
    try:
        return context.step(challenge, channel_bindings=_bindings(line)) or b""
    except (SpnegoError, ValueError, LookupError, ArithmeticError, struct.error):
        # What is torn breaks the library in any of these ways, and may be quoted in its errors.
        raise AccessLostError("NotNtlm", _NO_SENSE) from None


def _bindings(line: object) -> GssChannelBindings | None:
    """Bind the proof to the server's certificate, so that nobody in between can use it elsewhere; None without TLS."""
    certificate_of = getattr(getattr(line, "sock", None), "getpeercert", None)
    if certificate_of is None:
        return None
    certificate = certificate_of(True)
    try:
        algorithm = x509.load_der_x509_certificate(certificate).signature_hash_algorithm
    except UnsupportedAlgorithm:
        return None
    digest = Hash(SHA256() if algorithm is None or algorithm.name in _WEAK else algorithm)
    digest.update(certificate)
    return GssChannelBindings(application_data=b"tls-server-end-point:" + digest.finalize())
