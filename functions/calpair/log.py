"""One line a record, fit to be kept: JSON for Cloud Logging, plain text on a terminal, and never a stranger's words.

    configure(sys.stderr, cloud=True, project="altostrat-prod")
    with bound(pair="ana", trace=trace_of(headers.get("X-Cloud-Trace-Context"))):
        logger.info("done", extra={"fields": {"created": 3, "seconds": 1.2}})

Servers' error texts, and so the texts of exceptions that are not ours, may hold what people wrote in their calendars.
So an exception is told by its type, by our own sentence if it is one of ours (`errors.CalpairError`), and by the place
in the code; a library's own record is told by its name, level and place. Source: Cloud Logging's special fields of
structured logs (`severity`, `logging.googleapis.com/trace`).
"""

import contextlib
import json
import logging
import re
import threading
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePath
from traceback import extract_tb
from types import TracebackType
from typing import Any, TextIO

from calpair.errors import CalpairError

OURS = "calpair"

_BROKEN = "a log record could not be written"
_TRACE = re.compile(r"([0-9a-f]{32})(?:/(\d+))?(?:;o=(\d))?", re.IGNORECASE)
_SEVERITIES = (
    (logging.CRITICAL, "CRITICAL"),
    (logging.ERROR, "ERROR"),
    (logging.WARNING, "WARNING"),
    (logging.INFO, "INFO"),
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_PLAIN = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Context:
    """What the records of one task have in common."""

    pair: str = ""
    trace: str = ""
    span: str = ""
    sampled: bool = False


_context: ContextVar[Context] = ContextVar("calpair_log", default=Context())  # noqa: B039 - frozen


@contextlib.contextmanager
def bound(pair: str = "", trace: Context | None = None) -> Iterator[None]:
    """Put a pair's name, and the trace of a request, on every record made inside."""
    outer = _context.get()
    found = trace or outer
    token = _context.set(replace(found, pair=pair or outer.pair))
    try:
        yield
    finally:
        _context.reset(token)


def trace_of(header: str | None) -> Context:
    """Read `X-Cloud-Trace-Context: TRACE/SPAN;o=1`; what is not one is nothing."""
    match = _TRACE.fullmatch(header or "")
    if not match:
        return Context()
    span = f"{int(match[2]):016x}" if match[2] else ""
    return Context(trace=match[1].lower(), span=span, sampled=match[3] == "1")


def told(error: BaseException) -> str:
    """Tell an exception by type, our own sentence and the place it came from; never by a stranger's words."""
    sentence = f": {error}" if isinstance(error, CalpairError) else ""
    return f"{type(error).__name__}{sentence}{_place(error.__traceback__)}"


class Discretion(logging.Filter):
    """Turns every record into one that may be kept: `msg` finished, no arguments, no exception, `fields` plain."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; a library's chatter below WARNING is left out."""
        is_ours = record.name == OURS or record.name.startswith(f"{OURS}.")
        if not is_ours and record.levelno < logging.WARNING:
            return False
        try:
            record.msg, record.fields = _kept(record, is_ours=is_ours)
        except Exception:  # noqa: BLE001 - any value's own __str__ may fail, and a log line is never worth a run
            record.msg, record.fields = f"{_BROKEN}{_at(record.pathname, record.lineno)}", {}
        record.args = record.exc_info = record.exc_text = record.stack_info = None
        record.context = _context.get()
        return True


class CloudFormatter(logging.Formatter):
    """One JSON object a record, as Cloud Logging reads it."""

    def __init__(self, project: str = "") -> None:
        super().__init__()
        self._project = project

    def format(self, record: logging.LogRecord) -> str:
        """Write the record; `Discretion` went before."""
        context: Context = getattr(record, "context", Context())
        line: dict[str, Any] = dict(getattr(record, "fields", {}))
        line |= {"severity": _severity(record.levelno), "message": str(record.msg), "logger": record.name}
        if context.pair:
            line["pair"] = context.pair
        if context.trace and self._project:
            line["logging.googleapis.com/trace"] = f"projects/{self._project}/traces/{context.trace}"
            if context.span:
                line["logging.googleapis.com/spanId"] = context.span
            if context.sampled:
                line["logging.googleapis.com/trace_sampled"] = True
        return json.dumps(line)


class PlainFormatter(logging.Formatter):
    """One line of text a record, with the time in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record; `Discretion` went before."""
        context: Context = getattr(record, "context", Context())
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        level = "" if record.levelno == logging.INFO else f"{_severity(record.levelno).lower()}: "
        pair = f"{context.pair}: " if context.pair else ""
        fields = "".join(f" {name}={value}" for name, value in getattr(record, "fields", {}).items())
        return _CONTROL.sub(" ", f"{at} {pair}{level}{record.msg}{fields}")


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - the library's shape
        """Say only that it failed: the library would print the record's arguments."""
        with contextlib.suppress(Exception):
            self.stream.write(f"{_BROKEN}\n")


def configure(stream: TextIO, *, cloud: bool, project: str = "", level: int = logging.INFO) -> None:
    """Send every record of the process to `stream`, one line each, and nothing anywhere else."""
    handler = _Handler(stream)
    handler.addFilter(Discretion())
    handler.setFormatter(CloudFormatter(project) if cloud else PlainFormatter())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    # A library's warning, or a thread's last words, would reach the terminal with their text.
    logging.captureWarnings(capture=True)
    threading.excepthook = _thread_ended


def _thread_ended(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        logging.getLogger(OURS).critical("a thread ended: %s", arguments.exc_value)


def _kept(record: logging.LogRecord, *, is_ours: bool) -> tuple[str, Mapping[str, Any]]:
    if is_ours:
        arguments: Any = record.args or ()
        safe = _told(arguments) if isinstance(arguments, Mapping) else tuple(_told(arguments))
        said = str(_told(record.msg))
        said = said % safe if safe else said
    else:
        said = f"{record.name} reported at {PurePath(record.pathname).name}:{record.lineno}"
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    fields = getattr(record, "fields", {}) if is_ours else {}
    plain = {name: value if isinstance(value, _PLAIN) else str(_told(value)) for name, value in fields.items()}
    return f"{said}: {told(error)}" if error else said, plain


def _told(value: Any) -> Any:
    """Take strangers' words out of a value, however deep an exception stands in it."""
    if isinstance(value, BaseException):
        return told(value)
    if isinstance(value, Mapping):
        return {name: _told(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_told(inner) for inner in value]
    return value


def _place(traceback: TracebackType | None) -> str:
    frames = extract_tb(traceback)
    return _at(frames[-1].filename, frames[-1].lineno) if frames else ""


def _at(path: str, line: int | None) -> str:
    return f" at {'/'.join(PurePath(path).parts[-2:])}:{line}"


def _severity(level: int) -> str:
    return next((name for least, name in _SEVERITIES if level >= least), "DEBUG")
