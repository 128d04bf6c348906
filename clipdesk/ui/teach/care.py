"""What becomes of teaching: the person's wishes to the engine, how it stands back."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from clipdesk.core.messages.events import Level
from clipdesk.core.messages.lessons import (
    AdoptTaught,
    AskSources,
    AskTeaching,
    Deed,
    DropTeaching,
    ForgetUses,
    NoteUse,
    PauseTeaching,
    RememberUses,
    ResumeTeaching,
    SaveTaught,
    SourcesTold,
    TeachingState,
    TeachingTold,
)
from clipdesk.core.types import Item, Query
from clipdesk.ui.actions import Actions
from clipdesk.ui.desk.deeds import Deeds
from clipdesk.ui.notice.bar import NoticeBar
from clipdesk.ui.teach.dialog import TeachDialog
from clipdesk.ui.wire import Wire


class TeachCare(QObject):
    """Between the dialog, the engine, and what the person does with pictures."""

    def __init__(
        self,
        wire: Wire,
        window: QWidget,
        notices: NoticeBar,
        *,
        deeds: Deeds,
        actions: Actions,
        query: Callable[[], Query],
    ) -> None:
        """``query`` tells what the pictures that are shown answer."""
        super().__init__(window)
        actions["teach"].triggered.connect(lambda _=False: self.open())
        deeds.done.connect(self.note_use)
        self._send = wire.send
        self._notices = notices
        self._query = query
        self._state = TeachingState.IDLE
        self._window = window
        wire.sources_told.connect(self._on_sources_told)
        wire.teaching_told.connect(self._on_teaching_told)

    @cached_property
    def dialog(self) -> TeachDialog:
        """Made when it is first wanted: the window is there sooner without it."""
        dialog = TeachDialog(self._window)
        send = self._send
        pairs, lesson = dialog.pairs, dialog.lesson
        pairs.wanted.connect(send)
        pairs.tables_chosen.connect(self._count)
        pairs.remember_wanted.connect(lambda wanted: send(RememberUses(wanted)))
        pairs.forget_wanted.connect(self._forget)
        lesson.pause_wanted.connect(lambda: send(PauseTeaching()))
        lesson.resume_wanted.connect(lambda: send(ResumeTeaching()))
        lesson.drop_wanted.connect(lambda: send(DropTeaching()))
        lesson.adopt_wanted.connect(lambda: send(AdoptTaught()))
        dialog.save_chosen.connect(lambda path: send(SaveTaught(path)))
        return dialog

    def open(self) -> None:
        """Show how it stands, or what can be learned from."""
        self._send(AskTeaching())
        self._count(self.dialog.pairs.tables)
        self.dialog.open()

    @Slot(object, str)
    def note_use(self, items: tuple[Item, ...], deed: Deed) -> None:
        """This was done with pictures: worth knowing if they were searched for by words."""
        query = self._query()
        if query.text.strip() and not query.examples and items:
            contents = tuple(dict.fromkeys(item.content_id for item in items))
            self._send(NoteUse(query.text, contents, deed))

    @Slot(object)
    def _count(self, tables: tuple[Path, ...]) -> None:
        self.dialog.pairs.ask()
        self._send(AskSources(tables))

    def _forget(self) -> None:
        self._send(ForgetUses())
        self._count(self.dialog.pairs.tables)

    @Slot(object)
    def _on_sources_told(self, told: SourcesTold) -> None:
        self.dialog.show_sources(told)

    @Slot(object)
    def _on_teaching_told(self, told: TeachingTold) -> None:
        before, self._state = self._state, told.state
        self.dialog.show_teaching(told)
        over = told.state in (TeachingState.JUDGED, TeachingState.FAILED)
        if over and before is not told.state and not self.dialog.isVisible():
            how = "is ready to be judged" if told.judgement else "did not work"
            self._notices.tell(f"What ClipDesk learned of your words {how}.", Level.INFO)
