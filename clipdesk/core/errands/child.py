"""The process beside: reads one job from its standard input, answers with lines, and ends.

When its input closes it keeps what was done and ends: so it never outlives who asked.
"""

import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from clipdesk.core.adaptation.session import Verdict
from clipdesk.core.adaptation.work import Step, Task, teach
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.encoders.store import Store
from clipdesk.core.errands.examine import estimate, examine
from clipdesk.core.errands.jobs import (
    JOBS,
    Counted,
    CountSources,
    ExamineWords,
    Failed,
    Far,
    Judged,
    Paused,
    TeachWords,
)
from clipdesk.core.errands.lines import understood, written
from clipdesk.core.errors import ClipDeskError, LibraryError
from clipdesk.core.messages.lessons import Judgement
from clipdesk.core.pairs import in_words
from clipdesk.core.paths import Directories
from clipdesk.core.sources import Sources, only_paired

log = logging.getLogger(__name__)

_NICE = 5
"""Less than the window and the indexing; more would starve it."""
_TELL_EVERY_S = 0.2

Tell = Callable[[Any], None]


class Stopped(Exception):
    """The one who asked wants no more."""


def main() -> int:
    """Do the job that the standard input names; answers the exit status."""
    # What libraries print must not come between our lines.
    speaker = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    stop = threading.Event()
    told = 0.0

    def tell(message: Any) -> None:
        nonlocal told
        passing = isinstance(message, Far)
        if stop.is_set() and not isinstance(message, Paused | Judged):
            raise Stopped
        # Not more often than eyes can follow; the last word of a stage is always said.
        if passing and message.done < message.total and time.monotonic() - told < _TELL_EVERY_S:
            return
        told = time.monotonic()
        speaker.write(written(message))
        speaker.flush()

    with contextlib.suppress(AttributeError, OSError):  # Windows is told by whoever starts us
        os.nice(_NICE)
    job = understood(sys.stdin.buffer.readline(), JOBS)
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    try:
        _do(job, tell)
    except Stopped:
        stop.clear()
        tell(Paused())
    except BrokenPipeError:
        return 1  # nobody listens any more; what was done is kept
    except ClipDeskError as error:
        stop.clear()
        tell(Failed(" ".join(filter(None, (str(error), error.hint)))))
        return 1
    except MemoryError:
        stop.clear()
        tell(Failed("There is too little memory for this model."))
        return 1
    except Exception as error:  # a bug of ours, or whatever a library makes of odd weights
        stop.clear()
        tell(Failed(f"It went wrong: {type(error).__name__}: {' '.join(str(error).split())[:300]}"))
        return 1
    return 0


def _listen(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


def _do(job: Any, tell: Tell) -> None:
    with _opened(job.library) as catalog:
        if isinstance(job, CountSources):
            tell(Counted(Sources(catalog).told(job.tables)))
        elif isinstance(job, ExamineWords):
            tell(examine(job, catalog, tell))
        else:
            _teach(job, catalog, tell)


@contextmanager
def _opened(library: Directories) -> Iterator[Catalog]:
    if not library.catalog.is_file():
        raise LibraryError("This library is empty.", hint="Watch a folder first.")
    catalog = Catalog(library.catalog, read_only=True)
    try:
        yield catalog
    finally:
        catalog.close()


def _teach(job: TeachWords, catalog: Catalog, tell: Tell) -> None:
    pairs = only_paired(Sources(catalog).gather(job.sources, job.tables))

    def say(step: Step) -> None:
        tell(Far(step.stage == "learning", step.done, step.total))

    task = Task(job.model, job.out, job.towers)
    taught = teach(task, pairs, job.library, Store(job.library.models), say)
    problems = tuple(in_words(taught.pairs.problems, 20))
    tell(Judged(_judgement(taught.verdict, taught.counts), problems))


def _judgement(verdict: Verdict, counts: dict[str, int]) -> Judgement:
    return Judgement(
        questions=verdict.before.queries,
        pictures=counts["held_out"],
        before=estimate(verdict.before.figures["recall@10"]),
        after=estimate(verdict.after.figures["recall@10"]),
        difference=estimate(verdict.difference["recall@10"]),
        better=verdict.is_better,
        learned_from=counts["taught"],
    )


if __name__ == "__main__":
    # Threads of the libraries outlive their work; nothing of ours is open any more.
    status = main()
    sys.stderr.flush()
    os._exit(status)
