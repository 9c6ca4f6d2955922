"""`make demo`: two simulated servers, calpair beside them, and a day of edits. Exit code 0 only if all was well.

Settings: `options.py`; with `STORE=firestore` calpair is the deployed functions, else `calpair run`. Exit code 1: an
expectation was not met, or something did not start; 2: a wrong setting, or this machine lacks what it asks for.
"""

import os
import sys
from collections.abc import Callable

from demo.company import Company, found
from demo.evening import USAGE, WELL, perform
from demo.lacks import lacks
from demo.options import FIRESTORE, OptionError, Options
from demo.reader import Patience
from demo.stage import Stage
from demo.story import LATER, LUNCH, STEPS

# what a fault strikes at is something calpair alone writes on Google: the copy of an event that is born in Outlook
_STRIKES_AT = {"duplicate": LUNCH, "lost_edit": LATER, "mail": LUNCH}

_NEXT = (
    "next: `make demo SERVE=1` leaves both calendars to you, side by side; `make install`, then `calpair init`, begins\n"
    "with your own (docs/administrators-guide.md)"
)

# a minute passes where a pair's look is not in the queue yet
_UNHURRIED = Patience(polls=600)


def main() -> int:
    """Play the story on simulated servers."""
    try:
        options = Options.read(os.environ)
        theatre, patience = _theatre(options)
    except OptionError as error:
        print(f"demo: {error}", file=sys.stderr)
        return USAGE

    def prepare(stage: Stage) -> Company:
        print("Exchange and Google, simulated on this machine; ana's pair goes both ways, ben's one way.", flush=True)
        company = found(stage)
        if options.fault and company.google:
            company.google.fault(options.fault, detail=_STRIKES_AT[options.fault])
        return company

    code = perform(options, prepare, STEPS, patience=patience, theatre=theatre)
    if code == WELL and not options.serve:
        print(f"\n{_NEXT}")
    return code


def _theatre(options: Options) -> tuple[Callable[[], Stage], Patience]:
    """Where it is played. OptionError: this machine lacks something."""
    if options.store != FIRESTORE:
        return Stage, Patience()
    lack = lacks()
    if lack:
        raise OptionError(f"STORE={FIRESTORE}: {lack}")
    from demo import cloud  # noqa: PLC0415 - needs the tools' environment, which no other demo does

    return cloud.Cloud, _UNHURRIED


if __name__ == "__main__":
    sys.exit(main())
