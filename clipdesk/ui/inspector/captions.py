"""Descriptions by a model: asked for, watched, stopped; or why there are none."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QToolButton

from clipdesk.core.messages.words import (
    Describe,
    DescribeAll,
    Describing,
    DescribingFailed,
    StopDescribing,
)
from clipdesk.core.types import Item
from clipdesk.ui import words
from clipdesk.ui.actions import Actions
from clipdesk.ui.inspector.note import NoteEditor
from clipdesk.ui.notice.bar import Answer, NoticeBar
from clipdesk.ui.sidebar.sidebar import Sidebar
from clipdesk.ui.status.line import StatusLine
from clipdesk.ui.theme.icons import icon
from clipdesk.ui.wire import Wire

_WHICH = "Models called CoCa can, for instance coca_ViT-L-14."


class CaptionCare(QObject):
    """Between the note, the actions, the status line, and the engine."""

    def __init__(
        self,
        wire: Wire,
        note: NoteEditor,
        status: StatusLine,
        notices: NoticeBar,
        actions: Actions,
    ) -> None:
        super().__init__(note)
        self._send = wire.send
        self._note, self._notices, self._actions = note, notices, actions
        self._picked: Callable[[], Sequence[Item]] = tuple
        self._root: Callable[[], int | None] = lambda: None
        self.sign = QToolButton(status)
        self.sign.setObjectName("describingButton")
        self.sign.setIcon(icon("x"))
        self.sign.setAccessibleName("Stop describing")
        self.sign.setToolButtonStyle(status.pause.toolButtonStyle())
        self.sign.hide()
        self.sign.clicked.connect(lambda: self._send(StopDescribing()))
        status.add_sign(self.sign)
        note.describes = True
        note.describe_requested.connect(self.describe)
        actions["describe"].triggered.connect(self.describe)
        actions["describe_all"].triggered.connect(self._describe_all)
        wire.describing.connect(self._on_describing)
        wire.describing_failed.connect(self._on_failed)

    def follow(self, picked: Callable[[], Sequence[Item]], sidebar: Sidebar) -> None:
        """``picked`` gives the pictures that are meant; of the sidebar, the folder that is."""
        self._picked = picked
        self._root = lambda: sidebar.root_id

    @Slot()
    def describe(self) -> None:
        """Describe what is picked."""
        contents = tuple(dict.fromkeys(item.content_id for item in self._picked()))
        if contents:
            self._note.wait(waiting=True)
            self._send(Describe(contents))

    @Slot()
    def _describe_all(self) -> None:
        self._send(DescribeAll(self._root()))

    @Slot(object)
    def _on_describing(self, event: Describing) -> None:
        waits = event.done < event.total
        self.sign.setVisible(waits)
        if not waits:
            return
        verb = "Describing, paused:" if event.why else "Describing"
        text = f"{verb} {words.count(event.done)} of {words.count(event.total)}"
        self.sign.setText(text)
        by = f" by {event.model}" if event.model else ""
        self.sign.setToolTip(
            f"{text}{by}, while there is time. Press to stop; what is written stays."
        )

    @Slot(object)
    def _on_failed(self, event: DescribingFailed) -> None:
        self._note.wait(waiting=False)
        self._notices.ask(
            f"{event.message} {_WHICH}",
            (
                Answer("noticeModels", "Choose a model…", self._actions["models"].trigger),
                Answer("noticeNotNow", "Not now", lambda: None),
            ),
        )
