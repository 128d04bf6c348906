"""The watched folders as rows of a list: name, count, and how each is kept in step."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from clipdesk.core.paths import printable
from clipdesk.core.types import Root, RootState
from clipdesk.ui import words

ROOT_ROLE = int(Qt.ItemDataRole.UserRole)
"""The `Root`, or None for the row of all pictures."""
COUNT_ROLE = ROOT_ROLE + 1
SIGN_ROLE = ROOT_ROLE + 2
"""The name of the icon that says the state, or an empty string."""

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Look:
    sign: str
    words: str


_LOOKS = {
    RootState.WATCHED: _Look("check", "in step"),
    RootState.SCANNING: _Look("refresh-cw", "being looked through"),
    RootState.POLLED: _Look("clock", "looked through from time to time"),
    RootState.OFFLINE: _Look("eject", "not there at the moment; its pictures are kept"),
}


class FoldersModel(QAbstractListModel):
    """All pictures first, then one row a root."""

    def __init__(self) -> None:
        super().__init__()
        self._roots: tuple[Root, ...] = ()

    def show(self, roots: tuple[Root, ...]) -> None:
        """Show these roots; where they are the same folders, only what changed is told."""
        same = [root.id for root in roots] == [root.id for root in self._roots]
        if same:
            self._roots = roots
            self.dataChanged.emit(self.index(0), self.index(len(roots)))
        else:
            self.beginResetModel()
            self._roots = roots
            self.endResetModel()

    def row_of(self, root_id: int | None) -> int:
        """The row of a root; the first one, all pictures, for a root that is not here."""
        ids = [root.id for root in self._roots]
        return ids.index(root_id) + 1 if root_id in ids else 0

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._roots) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        root = self._roots[index.row() - 1] if index.row() else None
        return _of_root(root, role) if root else self._of_all(role)

    def _of_all(self, role: int) -> Any:
        total = sum(root.pictures for root in self._roots)
        answers = {
            int(Qt.ItemDataRole.DisplayRole): "All pictures",
            int(Qt.ItemDataRole.AccessibleTextRole): f"All pictures, {words.count(total)}",
            COUNT_ROLE: total,
            SIGN_ROLE: "",
        }
        return answers.get(role)


def _of_root(root: Root, role: int) -> Any:
    look = _LOOKS[root.state]
    name = printable(root.path.name or str(root.path))
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return name
        case Qt.ItemDataRole.ToolTipRole:
            return words.tip(f"{printable(root.path)}\n{root.note or look.words.capitalize()}")
        case Qt.ItemDataRole.AccessibleTextRole:
            return f"{name}, {words.pictures(root.pictures)}, {look.words}"
    return {ROOT_ROLE: root, COUNT_ROLE: root.pictures, SIGN_ROLE: look.sign}.get(role)
