"""A whole evening at the theatre: stage, company, story, table, page, and everything put away however it ends.

    sys.exit(perform(options, prepare, STEPS))

`prepare(stage)` gives the company; `tidy(play)` removes afterwards what was put into other people's calendars.
"""

import json
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import date
from types import FrameType

from demo.company import Company
from demo.ews import ExchangeError
from demo.google_hand import GoogleError
from demo.options import OptionError, Options
from demo.page import Page
from demo.play import MissingError, Play
from demo.reader import Patience
from demo.stage import Stage, StageError
from demo.story import Step
from demo.table import Measured, measure, rows
from demo.telling import Teller
from demo.wire import UnreachableError

WELL, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def nothing(_: Play) -> None:
    """Leave everything: it goes with the servers."""


def perform(
    options: Options,
    prepare: Callable[[Stage], Company],
    steps: Sequence[Step],
    tidy: Callable[[Play], None] = nothing,
    patience: Patience | None = None,
    theatre: Callable[[], Stage] = Stage,
) -> int:
    """Play the steps; the exit code."""
    # a shell that starts the demo in the background has SIGINT ignored; whoever sends it means it
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _interrupt)
    tell = Teller(sys.stdout)
    try:
        with theatre() as stage:
            play = Play(stage, prepare(stage), tell, date.today(), patience or Patience())  # noqa: DTZ011 - its owner's today
            try:
                measured = _play(play, options, steps)
            finally:
                stage.stop()
                tidy(play)
            stage.keep = not measured.well
            return WELL if measured.well else FAILED
    except KeyboardInterrupt:
        tell.line("stopped; everything is ended")
        return INTERRUPTED
    except OptionError as error:
        tell.line(f"not played: {error}")
        return USAGE
    except (StageError, ExchangeError, GoogleError, UnreachableError) as error:
        tell.line(f"the demo ended early: {error}")
        return FAILED


def _play(play: Play, options: Options, steps: Sequence[Step]) -> Measured:
    page: Page | None = None
    play.company.settle_in(options.events, play.today)
    try:
        for number, step in enumerate(steps, 1):
            play.tell.line(f"\n{number}. {step.name}")
            try:
                step.act(play, play.company.going(step.direction))
            except MissingError as error:
                play.note(step.name, str(error))
            if options.serve and page is None:
                page = Page(play.company.pairs)
                play.tell.line(
                    f"\nBoth calendars side by side: {page.url}\n(watch the story there; afterwards it is yours)"
                )
        with page.looking if page else nullcontext():
            measured = measure(play)
        _close(play, measured, options)
        if page:
            page.open()
            play.tell.line(f"\nThe calendars are yours now: {page.url}   (Ctrl-C ends everything)")
            for line in play.stage.invitation(next(iter(play.company.pairs.values())).mailbox):
                play.tell.line(line)
            page.wait()
    finally:
        if page:
            page.close()
    return measured


def _close(play: Play, measured: Measured, options: Options) -> None:
    play.tell.line("")
    for line in rows(measured):
        play.tell.line(line)
    for result in play.results:
        if result.wrong:
            play.tell.line(f"NOT MET: {result.text}: {result.wrong}")
    if options.json:
        options.json.write_text(json.dumps(measured.json(), indent=1) + "\n", encoding="utf-8")


def _interrupt(number: int, frame: FrameType | None) -> None:
    """End everything, once: make passes a signal on to those that had it already, and what is being ended has to be."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _ending)
    _ending(number, frame)
    raise KeyboardInterrupt


def _ending(number: int, frame: FrameType | None) -> None:
    del number, frame
