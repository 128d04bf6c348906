"""The window: puts the rooms side by side and says who hears whom."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
)

from clipdesk.core.messages.events import (
    EncoderChanged,
    PaceChanged,
    ProblemsChanged,
    Progress,
    RootsChanged,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    Pause,
    Preview,
    Rescan,
    Resume,
    Retry,
    SetPace,
    WantThumbnails,
)
from clipdesk.ui.actions import Actions
from clipdesk.ui.desk.deeds import Deeds
from clipdesk.ui.desk.desk import Desk
from clipdesk.ui.help import HelpDialog
from clipdesk.ui.inspector.captions import CaptionCare
from clipdesk.ui.inspector.panel import Inspector
from clipdesk.ui.labels.care import LabelsCare
from clipdesk.ui.map.care import MapCare
from clipdesk.ui.memory import Memory
from clipdesk.ui.models.care import ModelCare
from clipdesk.ui.models.dialog import ModelsDialog
from clipdesk.ui.panes import Panes
from clipdesk.ui.preview.moments import MomentCare
from clipdesk.ui.preview.overlay import PreviewOverlay
from clipdesk.ui.problems.drawer import ProblemsDrawer
from clipdesk.ui.renders import Renders
from clipdesk.ui.search.asking import Asking
from clipdesk.ui.search.field import SearchField
from clipdesk.ui.search.session import SearchSession
from clipdesk.ui.sidebar.care import FolderCare
from clipdesk.ui.sidebar.sidebar import Sidebar
from clipdesk.ui.status.line import StatusLine
from clipdesk.ui.tags.care import WordsCare
from clipdesk.ui.teach.care import TeachCare
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import app_icon
from clipdesk.ui.theme.theme import Choice, Theme
from clipdesk.ui.topbar import TopBar
from clipdesk.ui.trial.care import TrialCare
from clipdesk.ui.wire import Wire


class MainWindow(QMainWindow):
    """Composes only: every room knows its own work, the wire carries it to the engine."""

    def __init__(self, wire: Wire, settings: QSettings) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("ClipDesk")
        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self._wire = wire
        self._memory = Memory(settings)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.theme = Theme(app, self._memory.choice, parent=self)

        self.actions_ = Actions(self)
        self.session = SearchSession(wire.send, self)
        self.renders = Renders(wire.send, self)
        self.field = SearchField(self)
        self.sidebar = Sidebar(self)
        self.desk = Desk(wire.read_thumbnail, self)
        self.asking = Asking(self.field, self.sidebar, self.desk, self.session, self.renders)
        self.deeds = Deeds(self.desk, self.actions_, self.renders, self)
        self.care = FolderCare(wire, self.sidebar, self.desk.notices, self.session.ask_again)
        self.inspector = Inspector(self.desk.loader.get, self)
        self.words = WordsCare(
            wire,
            self.inspector,
            self.sidebar,
            self.field,
            self.desk,
            actions=self.actions_,
        )
        self.map = MapCare(wire, self.desk.grid, self.desk.model, self.actions_, self._memory)
        self.labels = LabelsCare(wire, self.sidebar, self.words.picked, self.actions_["labels"])
        self.preview = PreviewOverlay(self.desk.grid, self.desk.loader)
        self.moments = MomentCare(wire, self.preview, self.desk)
        self.status = StatusLine(self)
        self.problems = ProblemsDrawer(self)
        self.captions = CaptionCare(
            wire, self.inspector.note, self.status, self.desk.notices, self.actions_
        )
        self.captions.follow(self.words.picked, self.sidebar)
        self.models = ModelsDialog(self)
        self.model_care = ModelCare(wire, self.models, self.desk.notices)
        self.teach = TeachCare(
            wire,
            self,
            self.desk.notices,
            deeds=self.deeds,
            actions=self.actions_,
            query=lambda: self.session.query,
        )
        self.test = TrialCare(wire, self, self.desk.notices, self.actions_, self.field.set_query)
        top = TopBar(self.field, self.actions_, self)
        self.panes = Panes(
            top=top,
            sidebar=self.sidebar,
            desk=self.desk,
            inspector=self.inspector,
            drawer=self.problems,
            status=self.status,
            parent=self,
        )
        self.setCentralWidget(self.panes)
        self.actions_.give_keys(self, self.desk.grid)

        self._hear_the_engine()
        self._hear_the_person()
        self._act()
        self._remember()

    # ── who hears whom ────────────────────────────────────────────────────────────────────

    def _hear_the_engine(self) -> None:
        wire = self._wire
        wire.roots_changed.connect(self._on_roots_changed)
        wire.progress.connect(self._on_progress)
        wire.pace_changed.connect(self._on_pace_changed)
        wire.listing.connect(self.session.take_answer)
        wire.results.connect(self.session.take_answer)
        wire.search_waits.connect(self.session.take_wait)
        wire.search_failed.connect(self.session.take_failure)
        wire.added.connect(self.desk.add)
        wire.changed.connect(self.desk.change)
        wire.removed.connect(self.desk.remove)
        wire.thumbnails_ready.connect(self.desk.take_thumbnails)
        wire.preview_ready.connect(self.renders.take)
        wire.preview_failed.connect(self.renders.take_failure)
        wire.preview_ready.connect(self.preview.show_rendered)
        wire.preview_failed.connect(self.preview.show_failed)
        wire.problems_changed.connect(self._on_problems_changed)
        wire.encoder_changed.connect(self._on_encoder_changed)
        wire.notice.connect(self.desk.notices.show_notice)

    def _hear_the_person(self) -> None:
        send = self._wire.send
        self.sidebar.add_requested.connect(self.choose_folder)
        self.sidebar.watch_requested.connect(self.watch)
        self.sidebar.reveal_requested.connect(self.deeds.reveal)
        self.inspector.reveal_requested.connect(self.deeds.reveal)

        self.desk.empty.action_requested.connect(lambda name: self.actions_[name].trigger())
        self.desk.zone.watch.connect(self.watch)
        self.desk.loader.missing.connect(lambda ids: send(WantThumbnails(ids)))
        self.desk.grid.preview_requested.connect(self._on_preview_requested)
        self.preview.render_requested.connect(
            lambda ticket, path, side: send(Preview(ticket, path, side, self.preview.at_ms))
        )
        self.deeds.similar_wanted.connect(self.field.find_similar)

        self.status.pause_requested.connect(lambda: send(Pause()))
        self.status.resume_requested.connect(lambda: send(Resume()))
        self.status.models_requested.connect(self.actions_["models"].trigger)
        self.status.problems_toggled.connect(self.problems.setVisible)
        self.problems.visibility_changed.connect(self._on_problems_visible)
        self.problems.retry_requested.connect(lambda paths: send(Retry(paths)))
        self.problems.reveal_requested.connect(self.deeds.reveal)

    def _act(self) -> None:
        grid = self.desk.grid
        deeds: dict[str, Callable[[], object]] = {
            "add_folder": self.choose_folder,
            "rescan": lambda: self._wire.send(Rescan(self.session.root_id)),
            "models": self.model_care.choose,
            "quit": self.close,
            "search": self.asking.go_to_field,
            "paste": self.asking.paste,
            "back": self.go_back,
            "earlier": self.asking.earlier,
            "later": self.asking.later,
            "larger": lambda: grid.zoom(1),
            "smaller": lambda: grid.zoom(-1),
            "usual_size": lambda: grid.set_thumbnail_size(tokens.THUMBNAIL_DEFAULT),
            "help": lambda: HelpDialog(self.actions_, self).open(),
        }
        for name, deed in deeds.items():
            self.actions_[name].triggered.connect(_plain(deed))
        toggles: dict[str, Callable[[bool], object]] = {
            "scores": grid.show_scores,
            "names": grid.show_names,
            "sidebar": self.sidebar.setVisible,
            "problems": self.problems.setVisible,
        }
        for name, toggle in toggles.items():
            self.actions_[name].toggled.connect(toggle)
        self.actions_["plugged_in"].triggered.connect(lambda on: self._wire.send(SetPace(on)))
        self.actions_["pause"].triggered.connect(self._on_pause_triggered)
        self.actions_["full_screen"].triggered.connect(self._on_full_screen)
        for choice in Choice:
            action = self.actions_[f"theme_{choice.value}"]
            action.triggered.connect(_plain(partial(self.wear, choice)))
        self.wear(self._memory.choice)

    # ── what the person asks ──────────────────────────────────────────────────────────────

    def choose_folder(self) -> None:
        """Ask for a folder to watch."""
        dialog = QFileDialog(self, "Watch a folder")
        dialog.setObjectName("addFolderDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.watch((Path(folder),)))
        dialog.open()

    def watch(self, folders: tuple[Path, ...]) -> None:
        """Watch these folders from now on."""
        for folder in folders:
            self._wire.send(AddRoot(folder))

    def go_back(self) -> None:
        """One step out: the preview, the question, the selection, the full screen."""
        if not self.preview.isHidden():
            self.preview.close_preview()
        elif self.field.query() or self.field.text():
            self.field.clear_query()
            self.desk.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.desk.grid.selected_items():
            self.desk.grid.clearSelection()
        elif self.isFullScreen():
            self.actions_["full_screen"].trigger()

    def wear(self, choice: Choice) -> None:
        """Light, dark, grey, or as the system has it."""
        self._memory.theme = str(choice)
        self.theme.choose(choice)
        for each in Choice:
            self.actions_[f"theme_{each.value}"].setChecked(each is choice)

    # ── what the engine tells ─────────────────────────────────────────────────────────────

    @Slot(object)
    def _on_roots_changed(self, event: RootsChanged) -> None:
        self.desk.show_roots(event.roots)

    @Slot(object)
    def _on_progress(self, event: Progress) -> None:
        self.status.show_progress(event)
        self.desk.show_progress(event)
        self.actions_["pause"].setChecked(event.paused and not event.why)

    @Slot(object)
    def _on_pace_changed(self, event: PaceChanged) -> None:
        self.actions_["plugged_in"].setChecked(event.only_plugged_in)

    @Slot(object)
    def _on_problems_changed(self, event: ProblemsChanged) -> None:
        self.status.show_problems(len(event.problems))
        self.problems.show_problems(event.problems)

    @Slot(object)
    def _on_encoder_changed(self, event: EncoderChanged) -> None:
        self.status.show_encoder(event)
        self.desk.show_encoder(event)

    # ── between the rooms ─────────────────────────────────────────────────────────────────

    def _on_preview_requested(self) -> None:
        self.preview.open_preview()

    def _on_pause_triggered(self, pause: bool) -> None:  # noqa: FBT001 - a slot
        self._wire.send(Pause() if pause else Resume())

    def _on_full_screen(self, full: bool) -> None:  # noqa: FBT001 - a slot
        (self.showFullScreen if full else self.showNormal)()

    def _on_problems_visible(self) -> None:
        shown = not self.problems.isHidden()
        self.status.set_problems_shown(shown)
        self.actions_["problems"].setChecked(shown)

    # ── memory ────────────────────────────────────────────────────────────────────────────

    def _remember(self) -> None:
        memory = self._memory
        self.restoreGeometry(memory.geometry)
        self.panes.restore(memory)
        self.desk.grid.set_thumbnail_size(memory.thumbnail)
        self.actions_["scores"].setChecked(memory.scores)
        self.actions_["names"].setChecked(memory.names)
        self.actions_["sidebar"].setChecked(True)
        self.actions_["sidebar"].setChecked(memory.sidebar)
        self.actions_["inspector"].setChecked(memory.inspector)
        self.actions_["map"].setChecked(memory.map)
        self.sidebar.expect(memory.root_id or None)
        self.asking.recall(memory.query)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self) -> None:
        memory = self._memory
        memory.geometry = self.saveGeometry()
        self.panes.keep(memory)
        memory.thumbnail = self.desk.grid.thumbnail_size
        memory.scores = self.actions_["scores"].isChecked()
        memory.names = self.actions_["names"].isChecked()
        memory.sidebar = self.actions_["sidebar"].isChecked()
        memory.inspector = self.actions_["inspector"].isChecked()
        memory.root_id = self.sidebar.root_id or 0
        memory.query = self.field.query()
        memory.settings.sync()

    # ── Qt's own ──────────────────────────────────────────────────────────────────────────

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.desk.zone.offer(event.mimeData(), own=event.source() is self.desk.grid):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.desk.zone.withdraw()

    def dropEvent(self, event: QDropEvent) -> None:
        self.desk.zone.dropEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._keep()
        self.map.close_threads()
        self.desk.close_threads()
        self.labels.close_threads()
        self.moments.close_threads()
        super().closeEvent(event)


def _plain(deed: Callable[[], object]) -> Callable[[], None]:
    """Without the ``checked`` that every action sends along."""

    def do(*_: object) -> None:
        deed()

    return do
