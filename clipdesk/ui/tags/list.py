"""The tags there are, below the folders: press one to see its pictures."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPalette, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from clipdesk.core.types import TagCount
from clipdesk.ui import words
from clipdesk.ui.sidebar.delegate import ROW_HEIGHT, paint_row
from clipdesk.ui.theme import tokens

TAG_ROLE = int(Qt.ItemDataRole.UserRole)
CHOSEN_ROLE = TAG_ROLE + 1
_MOST_ROWS = 9

Index = QModelIndex | QPersistentModelIndex


class TagsModel(QAbstractListModel):
    """The tags in the order of the alphabet, and which of them the search holds."""

    def __init__(self) -> None:
        super().__init__()
        self._tags: tuple[TagCount, ...] = ()
        self._chosen: frozenset[str] = frozenset()

    def show(self, tags: tuple[TagCount, ...]) -> None:
        """Show these; where only counts have changed, only they are told."""
        same = [tag.name for tag in tags] == [tag.name for tag in self._tags]
        if same:
            self._tags = tags
            self.dataChanged.emit(self.index(0), self.index(len(tags) - 1))
        else:
            self.beginResetModel()
            self._tags = tags
            self.endResetModel()

    def choose(self, names: tuple[str, ...]) -> None:
        """The search holds these."""
        self._chosen = frozenset(name.casefold() for name in names)
        if self._tags:
            self.dataChanged.emit(self.index(0), self.index(len(self._tags) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._tags)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        tag = self._tags[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return tag.name
            case Qt.ItemDataRole.ToolTipRole:
                return words.tip(f"{tag.name}\n{words.pictures(tag.pictures)}")
            case Qt.ItemDataRole.AccessibleTextRole:
                chosen = ", in the search" if self._is_chosen(tag) else ""
                return f"{tag.name}, {words.pictures(tag.pictures)}{chosen}"
        return {TAG_ROLE: tag, CHOSEN_ROLE: self._is_chosen(tag)}.get(role)

    def _is_chosen(self, tag: TagCount) -> bool:
        return tag.name.casefold() in self._chosen


class TagRow(QStyledItemDelegate):
    """A tag and how many pictures have it, as a row of the sidebar looks."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, max(ROW_HEIGHT - 4, option.fontMetrics.height() + 2 * tokens.UNIT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette: QPalette = option.palette
        tag: TagCount = index.data(TAG_ROLE)
        paint_row(
            painter,
            option,
            "tag",
            tag.name,
            words.count(tag.pictures),
            ink=palette.text().color(),
            chosen=bool(index.data(CHOSEN_ROLE) or option.state & QStyle.StateFlag.State_Selected),
            focused=bool(option.state & QStyle.StateFlag.State_HasFocus),
        )


class TagList(QWidget):
    """Hidden while there is no tag.

    Signals:
        toggled: The name of a tag to be put into the search, or taken out of it.
    """

    toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tagList")
        self._model = TagsModel()
        heading = QLabel("TAGS", self)
        heading.setProperty("role", "heading")
        self.view = QListView(self)
        self.view.setObjectName("tags")
        self.view.setAccessibleName("Tags")
        self.view.setModel(self._model)
        self.view.setItemDelegate(TagRow(self.view))
        self.view.setMouseTracking(True)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.clicked.connect(self._on_pressed)
        # Not by `activated`: on some desktops a click is that, too.
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            shortcut = QShortcut(QKeySequence(key), self.view, self._on_key)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        heading.setBuddy(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 2 * tokens.UNIT)
        column.setSpacing(tokens.UNIT)
        column.addWidget(heading)
        column.addWidget(self.view)
        self.hide()

    def show_tags(self, tags: tuple[TagCount, ...]) -> None:
        """Show the tags there are."""
        self._model.show(tags)
        rows = min(len(tags), _MOST_ROWS)
        self.view.setFixedHeight(rows * self.view.sizeHintForRow(0) if rows else 0)
        self.setVisible(bool(tags))

    def choose(self, names: tuple[str, ...]) -> None:
        """The search holds these."""
        self._model.choose(names)

    def _on_key(self) -> None:
        self._on_pressed(self.view.currentIndex())

    def _on_pressed(self, index: QModelIndex) -> None:
        tag = index.data(TAG_ROLE)
        if isinstance(tag, TagCount):
            self.toggled.emit(tag.name)
