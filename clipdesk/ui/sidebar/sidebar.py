"""The panel of watched folders: choose one to look at, add, remove, look through again."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QMessageBox,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.paths import printable
from clipdesk.core.types import Root, RootState
from clipdesk.ui.sidebar.delegate import FolderDelegate
from clipdesk.ui.sidebar.folders import ROOT_ROLE, FoldersModel
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import icon


class Sidebar(QWidget):
    """The watched folders.

    Signals:
        chosen: The id of the root to look at, or None for all pictures.
        add_requested: The person wants to choose a folder to watch.
        watch_requested: Folders (a tuple of `Path`) to watch; the person has agreed.
        remove_requested: The id of a root to stop watching; the person has agreed.
        rescan_requested: The id of a root to look through again.
        reveal_requested: The path of a root, as a str.
        rules_wanted: A `Root` of which the person wants to leave something out.
        locate_wanted: A `Root` that is not there, and that the person knows to be elsewhere.
    """

    chosen = Signal(object)
    add_requested = Signal()
    watch_requested = Signal(object)
    remove_requested = Signal(int)
    rescan_requested = Signal(int)
    reveal_requested = Signal(str)
    rules_wanted = Signal(object)
    locate_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self._model = FoldersModel()
        self._root_id: int | None = None

        heading = QLabel("FOLDERS", self)
        heading.setProperty("role", "heading")
        add = QToolButton(self)
        add.setObjectName("addFolder")
        add.setIcon(icon("folder-plus"))
        add.setToolTip("Watch a folder… (Ctrl+O)")
        add.setAccessibleName("Watch a folder")
        add.clicked.connect(self.add_requested)
        self.view = QListView(self)
        self.view.setObjectName("folders")
        self.view.setAccessibleName("Watched folders")
        self.view.setModel(self._model)
        self.view.setItemDelegate(FolderDelegate(self.view))
        self.view.setMouseTracking(True)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._on_menu_wanted)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        heading.setBuddy(self.view)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.view, self._on_delete)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)

        top = QHBoxLayout()
        top.setContentsMargins(0, 2 * tokens.UNIT, 2 * tokens.UNIT, 0)
        top.addWidget(heading, 1)
        top.addWidget(add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.UNIT)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        self._column = column
        self.choose(None)

    @property
    def root_id(self) -> int | None:
        """The root that is looked at, None for all."""
        return self._root_id

    def show_roots(self, roots: tuple[Root, ...]) -> None:
        """Show the watched folders; the choice stays, where its folder does."""
        self.view.selectionModel().blockSignals(True)  # a reset chooses nothing by itself
        self._model.show(roots)
        self.view.selectionModel().blockSignals(False)
        kept = self._root_id if any(root.id == self._root_id for root in roots) else None
        changed = kept != self._root_id
        self._root_id = kept
        self._select(kept)
        if changed:
            self.chosen.emit(kept)

    def expect(self, root_id: int | None) -> None:
        """Look at this root as soon as it is known; until then it is taken at its word."""
        self._root_id = root_id

    def add_room(self, room: QWidget) -> None:
        """Put something below the folders."""
        self._column.addWidget(room)

    def choose(self, root_id: int | None) -> None:
        """Look at this root, or at all pictures."""
        self.view.setCurrentIndex(self._model.index(self._model.row_of(root_id)))

    def current(self) -> Root | None:
        """The root that is looked at, None for all."""
        root = self.view.currentIndex().data(ROOT_ROLE)
        return root if isinstance(root, Root) else None

    def ask_to_remove(self, root: Root) -> None:
        """Ask, in one sentence, whether to stop watching; nothing happens before the answer."""
        question = f"Stop watching “{printable(root.path.name)}”?"
        details = "ClipDesk forgets its pictures. The files are not touched."
        root_id = root.id
        stop = self._ask("removeFolderDialog", question, details, "Stop watching", safe=True)
        stop.clicked.connect(lambda: self.remove_requested.emit(root_id))

    def ask_to_watch(self, folders: tuple[Path, ...]) -> None:
        """Offer to watch folders that came without the words being said before."""
        names = ", ".join(f"“{printable(folder.name)}”" for folder in folders)
        question, details = f"Watch {names}?", "Its pictures can be found from then on."
        watch = self._ask("watchFolderDialog", question, details, "Watch")
        watch.clicked.connect(lambda: self.watch_requested.emit(folders))

    def _ask(
        self, name: str, question: str, details: str, yes: str, *, safe: bool = False
    ) -> QPushButton:
        box = QMessageBox(self)
        box.setObjectName(name)
        box.setWindowTitle(yes)
        box.setText(question)
        box.setInformativeText(details)
        button = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        no = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(no if safe else button)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
        return button

    def _select(self, root_id: int | None) -> None:
        self.view.selectionModel().blockSignals(True)
        self.choose(root_id)
        self.view.selectionModel().blockSignals(False)
        self.view.viewport().update()

    def _on_current_changed(self, current: QModelIndex) -> None:
        root = current.data(ROOT_ROLE)
        root_id = root.id if isinstance(root, Root) else None
        if root_id != self._root_id:
            self._root_id = root_id
            self.chosen.emit(root_id)

    def _on_delete(self) -> None:
        if (root := self.current()) is not None:
            self.ask_to_remove(root)

    def _on_menu_wanted(self, at: QPoint) -> None:
        # The menu key asks from the middle of the list: it means the current row.
        index = self.view.indexAt(at)
        root = (index if index.isValid() else self.view.currentIndex()).data(ROOT_ROLE)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("folder-plus"), "Watch a folder…", self.add_requested.emit)
        if isinstance(root, Root):
            path = str(root.path)
            menu.addSeparator()
            if root.state is RootState.OFFLINE:
                menu.addAction(icon("hard-drive"), "Locate…", lambda: self.locate_wanted.emit(root))
            menu.addAction(
                icon("refresh-cw"),
                "Look through again",
                lambda: self.rescan_requested.emit(root.id),
            )
            menu.addAction(
                icon("folder-open"),
                "Show in file manager",
                lambda: self.reveal_requested.emit(path),
            )
            menu.addAction(
                icon("list-x"), "What to leave out…", lambda: self.rules_wanted.emit(root)
            )
            menu.addAction(icon("trash-2"), "Stop watching…", lambda: self.ask_to_remove(root))
        menu.popup(self.view.viewport().mapToGlobal(at))
