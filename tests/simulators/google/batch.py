"""multipart/mixed, both ways: a batch request taken into its calls, their answers put together again.

Source: facts/google.md 3.12: parts are `application/http` with `Content-ID: <x>`, answered `<response-x>` in the same
order; paths only; inner headers override outer ones; at most 1000 calls.
"""

from email.message import Message
from email.parser import BytesParser
from http.client import responses

from simulators.google.errors import RefusedError
from simulators.wire import Request, Response

PATH = "/batch/calendar/v3"
MOST = 1000
_BOUNDARY = "batch_calpair_simulator"


def take_apart(request: Request) -> list[tuple[str, Request]]:
    """The calls of a batch with their Content-IDs; 400 for what is no batch."""
    header = Message()
    header["content-type"] = request.headers.get("content-type", "")
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/mixed" or not isinstance(boundary, str):
        raise RefusedError(400, "badRequest", "Failed to parse batch request: multipart/mixed expected.")
    body = b"\n" + request.body.replace(b"\r\n", b"\n")
    pieces = body.split(b"\n--" + boundary.encode())
    if len(pieces) < 2 or pieces[-1].strip() != b"--":
        raise RefusedError(400, "badRequest", "Failed to parse batch request: error parsing multipart content.")
    calls = [_call(piece.removeprefix(b"\n"), request) for piece in pieces[1:-1]]
    if not calls or len(calls) > MOST:
        raise RefusedError(400, "badRequest", f"The batch request could not be processed: 1 to {MOST} calls.")
    return calls


def _call(piece: bytes, outer: Request) -> tuple[str, Request]:
    head, _, inner = piece.partition(b"\n\n")
    part = BytesParser().parsebytes(head + b"\n\n", headersonly=True)
    name = part.get("content-id", "")
    line, _, rest = inner.partition(b"\n")
    words = line.decode("latin-1").split()
    if part.get_content_type() != "application/http" or not _is_call(words):
        raise RefusedError(400, "badRequest", "Failed to parse batch request: a part is no application/http call.")
    # A call without headers has its empty line at once, and one without a body may have no empty line at all.
    head, _, body = (b"\n" + rest).partition(b"\n\n")
    own = BytesParser().parsebytes(head.removeprefix(b"\n") + b"\n\n", headersonly=True)
    kept = {key: value for key, value in outer.headers.items() if key not in ("content-type", "content-length")}
    return str(name), Request.of(words[0], words[1], {**kept, **_lower(own)}, body)


def _is_call(words: list[str]) -> bool:
    return len(words) == 3 and words[1].startswith("/") and not words[1].startswith("//")


def _lower(message: Message) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in message.items()}


def put_together(answers: list[tuple[str, Response]]) -> Response:
    """The answer to a batch: each call's answer under its own Content-ID."""
    body = b""
    for name, answer in answers:
        reply = f"<response-{name.strip().removeprefix('<').removesuffix('>')}>"
        lines = [
            f"--{_BOUNDARY}",
            "Content-Type: application/http",
            f"Content-ID: {reply}",
            "",
            f"HTTP/1.1 {answer.status} {responses.get(answer.status, 'Unknown')}",
            *(f"{header}: {value}" for header, value in answer.headers),
            f"Content-Length: {len(answer.body)}",
            "",
            "",
        ]
        body += "\r\n".join(lines).encode() + answer.body + b"\r\n"
    body += f"--{_BOUNDARY}--\r\n".encode()
    return Response(200, body, (("Content-Type", f"multipart/mixed; boundary={_BOUNDARY}"),))
