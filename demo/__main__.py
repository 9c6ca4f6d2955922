"""`make demo`: two simulated servers, `calpair run` beside them, and a day of edits. Exit code 0 only if all was well.

Settings: `options.py`. Exit code 1: an expectation was not met, or something did not start; 2: a wrong setting.
"""

import os
import sys

from demo.company import Company, found
from demo.evening import USAGE, perform
from demo.options import OptionError, Options
from demo.stage import Stage
from demo.story import LATER, LUNCH, STEPS

# what a fault strikes at is something calpair alone writes on Google: the copy of an event that is born in Outlook
_STRIKES_AT = {"duplicate": LUNCH, "lost_edit": LATER, "mail": LUNCH}


def main() -> int:
    """Play the story on simulated servers."""
    try:
        options = Options.read(os.environ)
    except OptionError as error:
        print(f"demo: {error}", file=sys.stderr)
        return USAGE

    def prepare(stage: Stage) -> Company:
        print("Exchange and Google, simulated on this machine; ana's pair goes both ways, ben's one way.", flush=True)
        company = found(stage)
        if options.fault and company.google:
            company.google.fault(options.fault, detail=_STRIKES_AT[options.fault])
        return company

    return perform(options, prepare, STEPS)


if __name__ == "__main__":
    sys.exit(main())
