"""What is logged is one line a record, and never holds what a stranger said."""

import io
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from calpair import log
from calpair.errors import BackOffError, UsageError

LUNCH = "Lunch with Bob"
TRACE = "105445aa7843bc8bf206b12000100000"

ours = logging.getLogger("calpair.sync.run")
theirs = logging.getLogger("exchangelib.util")


@pytest.fixture
def restored() -> Iterator[None]:
    """Give the process its logging back afterwards."""
    root = logging.getLogger()
    handlers, level, hook = list(root.handlers), root.level, threading.excepthook
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    threading.excepthook = hook


@pytest.fixture
def cloud(restored: None) -> io.StringIO:  # noqa: ARG001 - its clean-up is wanted
    stream = io.StringIO()
    log.configure(stream, cloud=True, project="altostrat-prod")
    return stream


@pytest.fixture
def plain(restored: None) -> io.StringIO:  # noqa: ARG001 - its clean-up is wanted
    stream = io.StringIO()
    log.configure(stream, cloud=False)
    return stream


def lines(stream: io.StringIO) -> list[Any]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def text(stream: io.StringIO) -> list[str]:
    """The lines without their time."""
    return [line[len("2026-11-02 08:00:00Z ") :] for line in stream.getvalue().splitlines()]


def raising(error: BaseException) -> BaseException:
    """The error, as it is after it was raised."""
    try:
        raise error
    except type(error) as raised:
        return raised


def test_a_record_is_one_json_object_with_severity_message_and_fields(cloud: io.StringIO) -> None:
    ours.info("done with %s", "ana", extra={"fields": {"created": 3, "seconds": 1.5, "quiet": False}})
    assert lines(cloud) == [
        {
            "severity": "INFO",
            "message": "done with ana",
            "logger": "calpair.sync.run",
            "created": 3,
            "seconds": 1.5,
            "quiet": False,
        }
    ]


@pytest.mark.parametrize(
    ("level", "severity"),
    [(10, "DEBUG"), (20, "INFO"), (30, "WARNING"), (40, "ERROR"), (50, "CRITICAL"), (25, "INFO")],
)
def test_levels_are_cloud_loggings_severities(restored: None, level: int, severity: str) -> None:  # noqa: ARG001 - as above
    stream = io.StringIO()
    log.configure(stream, cloud=True, level=logging.DEBUG)
    ours.log(level, "x")
    assert [line["severity"] for line in lines(stream)] == [severity]


def test_pair_and_trace_stand_on_every_record_made_inside(cloud: io.StringIO) -> None:
    with log.bound(trace=log.trace_of(f"{TRACE.upper()}/255;o=1")):
        with log.bound(pair="ana"):
            ours.info("inside")
        ours.info("between")
    ours.info("outside")
    traced = {
        "logging.googleapis.com/trace": f"projects/altostrat-prod/traces/{TRACE}",
        "logging.googleapis.com/spanId": "00000000000000ff",
        "logging.googleapis.com/trace_sampled": True,
    }
    base = {"severity": "INFO", "logger": "calpair.sync.run"}
    assert lines(cloud) == [
        {**base, "message": "inside", "pair": "ana", **traced},
        {**base, "message": "between", **traced},
        {**base, "message": "outside"},
    ]


@pytest.mark.parametrize(
    ("header", "context"),
    [
        (None, log.Context()),
        ("", log.Context()),
        ("nonsense", log.Context()),
        (f"{TRACE}/x", log.Context()),
        (TRACE, log.Context(trace=TRACE)),
        (f"{TRACE}/1;o=0", log.Context(trace=TRACE, span="0000000000000001")),
    ],
)
def test_a_trace_header_is_read_or_left(cloud: io.StringIO, header: str | None, context: log.Context) -> None:
    assert log.trace_of(header) == context
    with log.bound(trace=log.trace_of(header)):
        ours.info("x")
    assert ("logging.googleapis.com/trace" in lines(cloud)[0]) == bool(context.trace)


def test_on_a_terminal_a_record_is_one_line_with_its_time_in_utc(plain: io.StringIO) -> None:
    with log.bound(pair="ana"):
        ours.info("done", extra={"fields": {"created": 3}})
        ours.warning("first\nsecond\u2028third\x1b[0m")
    assert text(plain) == ["ana: done created=3", "ana: warning: first second third [0m"]
    record = logging.LogRecord("calpair", logging.INFO, "x.py", 1, "x", None, None)
    record.created = 1793606400.5
    assert log.PlainFormatter().format(record) == "2026-11-02 08:00:00Z x"


def test_a_strangers_exception_is_told_by_type_and_place_wherever_it_stands(plain: io.StringIO) -> None:
    error = raising(ValueError(LUNCH))
    ours.error("failed", exc_info=error)
    ours.error("failed: %s", error)
    ours.error("failed: %(why)s", {"why": error})
    ours.error("failed: %s", [{"why": (error,)}])
    ours.error(error)
    ours.error("failed", extra={"fields": {"why": error, "all": {error}}}, stack_info=True)
    try:
        dict[str, str]()[LUNCH]
    except KeyError:
        ours.exception("failed")
    at = f"at unit/test_log.py:{raising.__code__.co_firstlineno + 3}"
    told = f"ValueError {at}"
    assert text(plain)[:6] == [
        f"error: failed: {told}",
        f"error: failed: {told}",
        f"error: failed: {told}",
        f"error: failed: [{{'why': ['{told}']}}]",
        f"error: {told}",
        f"error: failed why={told} all=['{told}']",
    ]
    assert text(plain)[6].startswith("error: failed: KeyError at unit/test_log.py:")
    assert LUNCH not in plain.getvalue()


def test_an_exception_of_ours_is_told_with_its_sentence(plain: io.StringIO) -> None:
    ours.error("failed", exc_info=BackOffError("ErrorServerBusy", "the server asks to wait"))
    ours.error("%s", UsageError("calpair.toml line 7: x"))
    assert text(plain) == [
        "error: failed: BackOffError: the server asks to wait (ErrorServerBusy)",
        "error: UsageError: calpair.toml line 7: x",
    ]


def test_a_librarys_record_is_told_without_its_words_and_its_chatter_not_at_all(cloud: io.StringIO) -> None:
    theirs.info("<Subject>%s</Subject>", LUNCH)
    theirs.warning("<Subject>%s</Subject>", LUNCH, extra={"fields": {"subject": LUNCH}})
    theirs.error(LUNCH, exc_info=ValueError(LUNCH))
    logging.getLogger("calpairs").error(LUNCH)
    told = [line["message"] for line in lines(cloud)]
    assert [message.rpartition(":")[0] for message in told] == [
        "exchangelib.util reported at test_log.py",
        f"{told[1].partition(': ')[0]}",
        "calpairs reported at test_log.py",
    ]
    assert told[1].endswith(": ValueError")
    assert LUNCH not in cloud.getvalue()


def test_a_warning_and_a_threads_end_come_the_same_way(cloud: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(LUNCH, stacklevel=1)

    def end() -> None:
        raise ValueError(LUNCH)

    thread = threading.Thread(target=end)
    thread.start()
    thread.join()
    first, second = [line["message"] for line in lines(cloud)]
    assert first.startswith("py.warnings reported at ")
    assert second.startswith("a thread ended: ValueError at unit/test_log.py:")
    assert LUNCH not in cloud.getvalue()


def test_a_thread_that_ends_without_an_exception_is_no_record(cloud: io.StringIO) -> None:
    threading.excepthook(threading.ExceptHookArgs((SystemExit, None, None, None)))
    assert cloud.getvalue() == ""


@pytest.mark.parametrize("arguments", [(LUNCH, LUNCH), ({"x": LUNCH},), ()])
def test_a_record_that_cannot_be_written_says_so_without_its_arguments(
    plain: io.StringIO, arguments: tuple[Any, ...]
) -> None:
    ours.info("%d of %s%%" if arguments else "50%", *arguments)
    (line,) = text(plain)
    assert line == "50%" if not arguments else line.startswith("a log record could not be written at unit/test_log.py:")
    assert LUNCH not in plain.getvalue()


def test_a_value_that_cannot_even_be_spelled_says_so_and_no_more(
    plain: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    class Trouble:
        def __str__(self) -> str:
            raise RuntimeError(LUNCH)

    ours.info("%s", Trouble())
    ours.info("x", extra={"fields": {"y": Trouble()}})
    broken, other = text(plain)
    assert broken.startswith("a log record could not be written at unit/test_log.py:")
    assert other.startswith("a log record could not be written at unit/test_log.py:")
    assert capsys.readouterr() == ("", "")


def test_a_stream_that_fails_prints_no_record(restored: None, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: ARG001 - as above
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            if LUNCH in text:
                raise OSError(LUNCH)
            return super().write(text)

    stream = Full()
    log.configure(stream, cloud=False)
    ours.info(LUNCH)
    assert stream.getvalue() == "a log record could not be written\n"
    assert capsys.readouterr() == ("", "")


def test_configuring_again_leaves_one_line_a_record(cloud: io.StringIO, plain: io.StringIO) -> None:
    ours.info("once")
    assert cloud.getvalue() == ""
    assert text(plain) == ["once"]
