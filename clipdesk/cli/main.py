"""Which command was meant, and what becomes of its errors."""

import logging
import os
import sys
from collections.abc import Sequence

from clipdesk.cli.arguments import parse
from clipdesk.cli.output import complain
from clipdesk.core.errors import ClipDeskError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; answers the exit status: 0, 1 for what went wrong, 2 for wrong usage."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(
        level=logging.DEBUG if os.environ.get("CLIPDESK_DEBUG") else logging.ERROR,
        format="%(asctime)s %(name)s: %(message)s",
    )
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except ClipDeskError as error:
        complain(str(error), error.hint)
    except KeyboardInterrupt:
        kept = getattr(options, "keeps", True)
        complain("Interrupted.", "What was done until now is kept." if kept else "")
        return 130
    except BrokenPipeError:
        # The reader has seen enough (``| head``); Python must not complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # ours: no person should see a trace
        logging.getLogger(__name__).debug("a bug", exc_info=True)
        complain(
            f"Something went wrong inside ClipDesk: {type(error).__name__}: {error}",
            "Run it again with CLIPDESK_DEBUG=1 to see where.",
        )
    else:
        return status
    return 1
