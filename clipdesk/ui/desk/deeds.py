"""What is done with the pictures that are picked: opened, revealed, copied, shown by likeness."""

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from clipdesk.core.messages.events import (
    Level,
)
from clipdesk.core.paths import printable
from clipdesk.core.types import Example, Item, clock
from clipdesk.ui import desktop
from clipdesk.ui.actions import Actions
from clipdesk.ui.desk.desk import Desk
from clipdesk.ui.renders import Renders

COPY_SIDE = 4096
"""Pixels of the longer side of a picture on the clipboard."""


class Deeds(QObject):
    """Binds the actions on pictures to the grid's selection.

    Signals:
        similar_wanted: Examples (a tuple of `Example`) to find the like of.
        done: Pictures (a tuple of `Item`), and what was done with them: ``opened``, ``shown``,
            ``copied`` or ``dragged``.
    """

    similar_wanted = Signal(object)
    done = Signal(object, str)

    def __init__(self, desk: Desk, actions: Actions, renders: Renders, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._actions, self._renders = desk, actions, renders
        grid = desk.grid
        grid.open_requested.connect(self.open)
        grid.reveal_requested.connect(self.reveal)
        grid.similar_requested.connect(self.find_similar)
        grid.context_requested.connect(self._on_context_requested)
        grid.selection_changed.connect(self._on_selection_changed)
        grid.dragged_out.connect(lambda items: self.done.emit(items, "dragged"))
        for name, deed in {
            "open": self._on_open,
            "reveal": self._on_reveal,
            "similar": self._on_similar,
            "preview": self._on_preview,
            "copy_image": self._on_copy_image,
            "copy_path": self._on_copy_path,
        }.items():
            actions[name].triggered.connect(deed)

    def open(self, path: str) -> None:
        """Open a picture in its own program."""
        if not desktop.open_file(path):
            self._tell(f"No program opened “{_name(path)}”.")
        else:
            self._did([item for item in self._picked() if item.path == path], "opened")

    def reveal(self, path: str) -> None:
        """Show a picture in the file manager."""
        if not desktop.reveal([path]):
            self._tell(f"No file manager answered; the picture is at {printable(path)}")

    def find_similar(self, item: Item) -> None:
        """Search by this picture, or by this moment of a video."""
        self.similar_wanted.emit((_example(item),))

    def copy_image(self, path: str, at_ms: int | None = None) -> None:
        """Put one picture on the clipboard, once it is rendered; of a video one frame."""
        what = f"“{_name(path)}”" if at_ms is None else f"“{_name(path)}” at {clock(at_ms)}"

        def put(image: QImage) -> None:
            desktop.copy_image(image, path if at_ms is None else None)
            self._desk.notices.tell(f"{what} is copied.")

        self._renders.of_file(path, COPY_SIDE, put, self._tell, at_ms=at_ms)

    def _picked(self) -> list[Item]:
        items = self._desk.grid.selected_items()
        current = self._desk.grid.current_item()
        return items or ([current] if current is not None else [])

    def _on_open(self) -> None:
        for item in self._picked()[:1]:
            self.open(item.path)

    def _on_reveal(self) -> None:
        items = self._picked()
        paths = [item.path for item in items]
        if paths and not desktop.reveal(paths):
            self.reveal(paths[0])
        self._did(items, "shown")

    def _on_similar(self) -> None:
        if items := self._picked():
            self.similar_wanted.emit(tuple(_example(item) for item in items))

    def _on_preview(self) -> None:
        item = self._desk.grid.current_item()
        if item is not None:
            self._desk.grid.preview_requested.emit(item.asset_id)

    def _on_copy_image(self) -> None:
        items = self._picked()
        self._did(items, "copied")
        if len(items) == 1:
            self.copy_image(items[0].path, items[0].at_ms)
        elif items:
            desktop.copy_files([item.path for item in items])
            self._desk.notices.tell(f"{len(items)} pictures are copied, as files.")

    def _on_copy_path(self) -> None:
        if items := self._picked():
            desktop.copy_paths([item.path for item in items])
            self._did(items, "copied")

    def _on_selection_changed(self) -> None:
        self._actions.enable_pictures(some=self._desk.grid.current_item() is not None)

    def _on_context_requested(self, place: QPoint, item: Item | None) -> None:
        menu: QMenu = self._actions.menu("Picture" if item is not None else "View", self._desk)
        menu.setObjectName("contextMenu")
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _did(self, items: list[Item], deed: str) -> None:
        if items:
            self.done.emit(tuple(items), deed)

    def _tell(self, sentence: str) -> None:
        self._desk.notices.tell(sentence, Level.WARNING)


def _example(item: Item) -> Example:
    name = _name(item.path)
    label = name if item.at_ms is None else f"{name} at {clock(item.at_ms)}"
    return Example(label, path=Path(item.path), at_ms=item.at_ms)


def _name(path: str) -> str:
    return printable(Path(path).name)
