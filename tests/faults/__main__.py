"""Every fault, hundreds of times, and a table of what it cost.

    python -m tests.faults              all of them; what has been survived before is left out
    python -m tests.faults --again      all of them, from nothing
    python -m tests.faults storm kill   those with a name like these, whatever was before

The table is printed, and kept in tests/faults/README.md; an interrupted run goes on where it was.
"""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("faults", nargs="*", help="parts of names of tests")
    parser.add_argument("--again", action="store_true", help="forget what was survived before")
    options = parser.parse_args()
    os.environ["CLIPDESK_FAULTS"] = "full"
    ledger = import_module("tests.faults.ledger")  # only now: it asks how often

    if options.again:
        ledger.record(anew=True)
    arguments = [str(HERE), "-q", "-p", "no:cacheprovider"]
    arguments += ["-o", "faulthandler_timeout=0"]  # some take long
    if options.faults:
        arguments += ["-k", " or ".join(options.faults)]
        ledger.REPEAT += options.faults
    return int(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(main())
