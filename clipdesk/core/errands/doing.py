"""The process beside that does an `Errand`: one job comes in, lines go out, and it ends.

When its input closes it keeps what was done and ends: so it never outlives who asked.
"""

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from clipdesk.core.adaptation.session import Verdict
from clipdesk.core.adaptation.work import Step, Task, teach
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.children.parent import LESS, Parent, run
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

_TELL_EVERY_S = 0.2

Tell = Callable[[Any], None]


class Stopped(Exception):
    """The one who asked wants no more."""


def work(parent: Parent) -> int:
    """Do the job that comes in; answers the exit status."""
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
        parent.send(written(message))

    line = parent.source.readline()
    if not line:
        return 0  # it was thought better of
    parent.when_done(stop.set)
    try:
        _do(understood(line, JOBS), tell)
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
        traceback.print_exc()
        tell(Failed(f"It went wrong: {type(error).__name__}: {' '.join(str(error).split())[:300]}"))
        return 1
    return 0


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
    run(work, LESS)
