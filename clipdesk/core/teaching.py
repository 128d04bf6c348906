"""Teaching the model in use the person's own words: begun, paused, judged, kept or dropped.

It is done in a process beside (`errands`). What is under way lies in a folder of the library, so
that it can be gone on with after a restart.
"""

import logging
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.downloads import Downloads
from clipdesk.core.encoders import STARTER, sharing
from clipdesk.core.errands.copies import copy
from clipdesk.core.errands.errand import Errand
from clipdesk.core.errands.jobs import Counted, CountSources, Failed, Far, Judged, TeachWords
from clipdesk.core.errands.lines import understood, written
from clipdesk.core.errors import QueryError
from clipdesk.core.inbox import Post
from clipdesk.core.messages.events import Event, Notice
from clipdesk.core.messages.lessons import (
    AdoptTaught,
    AskSources,
    AskTeaching,
    DropTeaching,
    ForgetUses,
    NoteUse,
    PauseTeaching,
    RememberUses,
    ResumeTeaching,
    SaveTaught,
    SourcesTold,
    Teach,
    TeachingState,
    TeachingTold,
)
from clipdesk.core.paths import Directories

log = logging.getLogger(__name__)

TAUGHT = "taught"
"""The folder, within a library, of what is being taught."""
_OUT, _JOB, _JUDGED = "my-words.safetensors", "job.json", "judged.json"
_BUSY = (TeachingState.SEEING, TeachingState.LEARNING)


@dataclass(frozen=True, slots=True)
class Heard:
    """Posted by an errand's thread; None is its end."""

    errand: Errand
    message: Any


@dataclass(frozen=True, slots=True)
class Copied:
    """Posted by a copy's thread."""

    notice: Notice


class Teaching:
    """One lesson at a time; the model in use answers meanwhile, and goes on if nothing is kept."""

    def __init__(
        self,
        directories: Directories,
        catalog: Catalog,
        downloads: Downloads,
        emit: Callable[[Event], None],
        post: Post,
    ) -> None:
        self._directories = directories
        self._catalog = catalog
        self._downloads = downloads
        self._emit = emit
        self._post = post
        self._folder = directories.data / TAUGHT
        self._lesson: Errand | None = None
        self._count: Errand | None = None
        self._errands: list[Errand] = []
        """All whose process may still be there: the last word is said before the end."""
        self._told = self._found()
        self.handlers: dict[type, Callable[..., None]] = {
            AskSources: self._ask_sources,
            AskTeaching: lambda _: self._emit(self._told),
            Teach: self._teach,
            PauseTeaching: lambda _: self._pause(),
            ResumeTeaching: lambda _: self._resume(),
            DropTeaching: lambda _: self._drop(),
            AdoptTaught: lambda _: self._adopt(),
            SaveTaught: self._save,
            NoteUse: self._note_use,
            RememberUses: self._remember_uses,
            ForgetUses: lambda _: self._forget_uses(),
            Heard: self._heard,
            Copied: lambda m: self._emit(m.notice),
        }

    def close(self) -> None:
        """Pause what is under way; it is there again the next time."""
        if self._count:
            self._count.kill()
        for errand in self._errands:
            errand.close()

    # ── where pairs come from ──────────────────────────────────────────────────────────────

    def _ask_sources(self, message: AskSources) -> None:
        if self._count:
            self._count.kill()  # it was asked about other tables
        self._count = self._begin(CountSources(self._directories, message.tables))

    def _note_use(self, message: NoteUse) -> None:
        query = " ".join(message.query.split())
        if query and self._catalog.options.remembers_uses:
            with self._catalog.transaction():
                self._catalog.uses.add(query, message.content_ids, message.deed)

    def _remember_uses(self, message: RememberUses) -> None:
        with self._catalog.transaction():
            self._catalog.options.remembers_uses = message.wanted

    def _forget_uses(self) -> None:
        with self._catalog.transaction():
            self._catalog.uses.forget()

    # ── the lesson ─────────────────────────────────────────────────────────────────────────

    def _teach(self, message: Teach) -> None:
        if self._lesson:
            raise QueryError("A lesson is under way.", hint="Cancel it first.")
        self._clear()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        model = self._catalog.options.model or STARTER
        if model.startswith(sharing.PREFIX):
            model = sharing.base_of(model)  # taught anew, not upon what was taught
        out = self._folder / _OUT
        job = TeachWords(
            self._directories, model, out, message.sources, message.tables, message.towers
        )
        (self._folder / _JOB).write_bytes(written(job))
        self._go(job)

    def _go(self, job: TeachWords) -> None:
        self._tell(TeachingTold(TeachingState.SEEING, job.model))
        self._lesson = self._begin(job)

    def _pause(self) -> None:
        if self._lesson and self._told.state in _BUSY:
            self._lesson.stop()

    def _resume(self) -> None:
        job = self._kept(_JOB, TeachWords)
        if job is not None and self._lesson is None:
            self._go(job)

    def _drop(self) -> None:
        if self._lesson:
            self._lesson.kill()
            self._lesson = None
        self._clear()
        self._tell(TeachingTold(TeachingState.IDLE))

    def _adopt(self) -> None:
        judged = self._told.judgement
        if judged and judged.better:
            self._downloads.take_in(self._folder / _OUT, "")
            # The file itself is being copied: it goes when the next lesson begins.
            (self._folder / _JUDGED).unlink(missing_ok=True)
            (self._folder / _JOB).unlink(missing_ok=True)
            self._tell(TeachingTold(TeachingState.IDLE))

    def _save(self, message: SaveTaught) -> None:
        copy(self._folder / _OUT, message.path, lambda notice: self._post(Copied(notice)))

    def _heard(self, heard: Heard) -> None:
        if heard.errand is self._count:
            self._counted(heard.message)
        elif heard.errand is self._lesson:
            self._learned(heard.message)
        if heard.message is None:
            self._errands.remove(heard.errand)

    def _counted(self, message: Any) -> None:
        remembers = self._catalog.options.remembers_uses
        if isinstance(message, Counted):
            self._emit(SourcesTold(message.sources, remembers))
        elif isinstance(message, Failed):
            self._emit(SourcesTold((), remembers, message.message))
        elif message is None:
            self._count = None

    def _learned(self, message: Any) -> None:
        model = self._told.model
        if isinstance(message, Far):
            state = TeachingState.LEARNING if message.learning else TeachingState.SEEING
            self._tell(TeachingTold(state, model, message.done, message.total))
        elif isinstance(message, Judged):
            self._lesson = None
            (self._folder / _JUDGED).write_bytes(written(message))
            self._tell(self._as_judged(message))
        elif isinstance(message, Failed):
            self._lesson = None
            self._tell(replace(self._told, state=TeachingState.FAILED, message=message.message))
        elif message is None:
            self._lesson = None
            self._tell(replace(self._told, state=TeachingState.PAUSED))

    # ── what lies in the folder ────────────────────────────────────────────────────────────

    def _found(self) -> TeachingTold:
        """How the last run left it."""
        job = self._kept(_JOB, TeachWords)
        judged = self._kept(_JUDGED, Judged)
        if job is not None and judged is not None:
            return self._as_judged(judged, job.model)
        if job is not None:
            return TeachingTold(TeachingState.PAUSED, job.model)
        return TeachingTold(TeachingState.IDLE)

    def _as_judged(self, judged: Judged, model: str = "") -> TeachingTold:
        return TeachingTold(
            TeachingState.JUDGED,
            model or self._told.model,
            judgement=judged.judgement,
            problems=judged.problems,
        )

    def _kept(self, name: str, kind: type[Any]) -> Any:
        with suppress(OSError, ValueError):
            return understood((self._folder / name).read_bytes(), (kind,))
        return None

    def _clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _begin(self, job: Any) -> Errand:
        errand = Errand(job, lambda errand, message: self._post(Heard(errand, message)))
        errand.start()
        self._errands.append(errand)
        return errand

    def _tell(self, told: TeachingTold) -> None:
        self._told = told
        self._emit(told)
