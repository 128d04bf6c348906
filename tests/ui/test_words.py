"""Tags and notes through the whole program: window, engine, SQLite, and back after a restart."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.requests import AddRoot
from clipdesk.core.paths import Directories
from clipdesk.ui.bridge import Bridge
from clipdesk.ui.main_window import MainWindow
from tests.core.colours import ColourEncoder
from tests.core.house import Shelf, paint

PATIENCE_MS = 60_000


@contextmanager
def program(home: Path, qtbot: QtBot) -> Iterator[tuple[Bridge, MainWindow]]:
    """A window and its engine, from the start to the end."""
    directories = Directories.under(home / "library")
    bridge = Bridge(directories, store=Shelf(ColourEncoder("starter")))
    settings = QSettings(str(home / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(bridge, settings)
    bridge.start()
    window.show()
    try:
        yield bridge, window
    finally:
        window.close()
        bridge.stop()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def names(window: MainWindow) -> list[str]:
    return [Path(item.path).name for item in window.desk.model.items]


def test_labels_become_tags_that_outlive_the_program(tmp_path: Path, qtbot: QtBot) -> None:
    for number in range(4):
        for colour in ("red", "blue"):
            paint(tmp_path / "pictures" / f"{colour} {number}.png", colour, number)

    def until(condition: object) -> None:
        assert callable(condition)
        qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    with program(tmp_path, qtbot) as (bridge, window):
        bridge.send(AddRoot(tmp_path / "pictures"))
        until(lambda: window.desk.model.rowCount() == 8)
        window.actions_["labels"].trigger()
        dialog = window.labels.dialog
        assert dialog is not None
        dialog.sets.name.setText("Colours")
        dialog.sets.labels.setPlainText("red\nsea: something blue")
        dialog.suggest.click()
        until(dialog.apply.isEnabled)
        assert dialog.labels.count() == 2
        dialog.apply.click()
        dialog.reject()
        until(lambda: window.words.tags.view.model().rowCount() == 2)
        window.field.toggle_tag("sea")
        until(lambda: names(window) == [f"blue {number}.png" for number in range(4)])
        window.actions_["inspector"].setChecked(True)
        item = window.desk.model.item(2)
        window.desk.grid.select_ids([item.asset_id], current=item.asset_id)
        until(lambda: [tag.name for tag in window.inspector.tags.chips()] == ["sea"])
        QTest.keyClicks(window.inspector.tags.entry, "favourite\r")
        until(lambda: len(window.inspector.tags.chips()) == 2)
        QTest.keyClicks(window.inspector.note.text, "waves at noon")
        window.inspector.note.flush()
        window.field.set_query(window.field.query().__class__("waves"))
        until(lambda: names(window)[:1] == ["blue 2.png"] and window.desk.model.noted == 1)

    with program(tmp_path, qtbot) as (_, window):
        until(lambda: window.words.tags.view.model().rowCount() == 3)
        assert window.inspector.isVisible()
        until(lambda: names(window)[:1] == ["blue 2.png"])
        window.actions_["labels"].trigger()
        dialog = window.labels.dialog
        assert dialog is not None
        assert dialog.sets.written().name == "Colours"
        dialog.reject()
        window.field.clear_query()
        QTest.keyClicks(window.field, "#favourite")
        window.field.returnPressed.emit()
        until(lambda: names(window) == ["blue 2.png"])
