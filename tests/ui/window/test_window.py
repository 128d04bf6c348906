"""The window as a whole: what it remembers, and that everyone can use it."""

from pathlib import Path

from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QLabel,
    QLineEdit,
    QProgressBar,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from clipdesk.core.messages.events import (
    ModelsListed,
    RootsChanged,
    SearchFailed,
)
from clipdesk.core.messages.requests import (
    Browse,
    Search,
)
from clipdesk.core.types import Example, ModelInfo, Query, Root, RootState
from clipdesk.ui.actions import SPECS
from clipdesk.ui.main_window import MainWindow
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.theme import Choice
from tests.ui.conftest import TestWire


def test_a_remembered_picture_that_is_gone_is_let_go(
    qtbot: QtBot, wire: TestWire, settings: QSettings, tmp_path: Path
) -> None:
    settings.setValue("query/text", "a red chair")
    settings.setValue("query/examples", str(tmp_path / "gone.png"))
    window = MainWindow(wire, settings)
    qtbot.addWidget(window)
    asked = wire.last(Search)
    assert [example.label for example in asked.query.examples] == ["gone.png"]
    wire.tell(SearchFailed(asked.ticket, "gone.png is not there any more."))
    again = wire.last(Search)
    assert again.query == Query("a red chair")
    assert window.desk.notices.isHidden()  # nobody asked for it today
    # What is asked now and fails is told.
    wire.tell(SearchFailed(again.ticket, "There is no encoder."))
    said = window.desk.notices.findChildren(QLabel)
    assert any("There is no encoder." in label.text() for label in said)
    window.close()


def test_what_is_remembered_survives_a_restart(
    qapp: QApplication, settings: QSettings, tmp_path: Path
) -> None:
    picture = tmp_path / "kept.png"
    picture.touch()
    query = Query("a red chair", (Example("kept.png", path=picture),))
    roots = RootsChanged((Root(7, Path("/pictures"), RootState.WATCHED),))
    first, wire = MainWindow(TestWire(), settings), TestWire()
    first.resize(700, 520)  # the offscreen screen is small
    first.show()
    first.sidebar.show_roots(roots.roots)
    first.sidebar.choose(7)
    first.desk.header.slider.setValue(120)
    first.actions_["scores"].trigger()
    first.actions_["names"].trigger()
    first.actions_["sidebar"].trigger()
    first.wear(Choice.DARK)
    first.field.set_query(query)
    first.panes.sides.setSizes([200, 500])
    first.close()

    again = MainWindow(wire, QSettings(settings.fileName(), QSettings.Format.IniFormat))
    again.show()
    wire.tell(roots)
    assert (again.width(), again.height()) == (700, 520)
    assert again.desk.grid.thumbnail_size == again.desk.header.slider.value() == 120
    assert again.actions_["scores"].isChecked()
    assert again.actions_["names"].isChecked()
    assert again.sidebar.isHidden()
    assert again.theme.palette is tokens.DARK
    assert again.sidebar.root_id == 7
    assert wire.last(Search).query == query
    assert wire.last(Search).root_id == 7
    again.wear(Choice.SYSTEM)
    again.close()
    for window in (first, again):
        window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_broken_settings_file_is_as_none(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    file.write_text("[window]\ntheme=purple\ngeometry=@ByteArray(x)\n[grid]\nthumbnail=many\n")
    wire = TestWire()
    window = MainWindow(wire, QSettings(str(file), QSettings.Format.IniFormat))
    assert window.theme.choice is Choice.SYSTEM
    assert window.desk.grid.thumbnail_size == tokens.THUMBNAIL_DEFAULT
    assert wire.last(Browse).root_id is None
    window.close()
    window.deleteLater()


def test_every_control_has_a_name_for_those_who_do_not_see_it(
    window: MainWindow, wire: TestWire
) -> None:
    wire.tell(ModelsListed((ModelInfo("starter", "Starter", "Comes along.", here=True),)))
    window.field.search_by((Example("a.png", path=Path("/a.png")),))
    kinds = (QAbstractButton, QAbstractItemView, QAbstractSlider, QLineEdit, QProgressBar)
    controls: list[QWidget] = [
        control
        for kind in kinds
        for control in window.findChildren(kind)
        if not isinstance(control, QScrollBar) and not _qts_own(control)
    ]
    assert len(controls) > 20
    nameless = [c.objectName() or repr(c) for c in controls if not c.accessibleName()]
    assert not nameless
    assert not [c for c in controls if not c.objectName()]


def _qts_own(control: QWidget) -> bool:
    """Parts that Qt puts into its own widgets; the action behind them has the words."""
    return (
        control.objectName().startswith("qt_")
        or "Private" in type(control).__name__
        or (isinstance(control.parent(), QLineEdit) and not control.objectName())
        or control.metaObject().className() in ("QTableCornerButton", "QHeaderView")
    )


def test_the_names_that_others_rely_on(window: MainWindow) -> None:
    for name in (
        *("searchField", "grid", "folders", "progress", "pauseButton", "problems"),
        "thumbnailSize",
    ):
        assert window.findChild(QWidget, name) is not None, name


def test_no_key_means_two_things(window: MainWindow) -> None:
    keys = [
        (key.toString(), spec.name)
        for spec in SPECS
        for key in window.actions_[spec.name].shortcuts()
    ]
    assert len({key for key, _ in keys}) == len(keys)
    assert all(isinstance(action, QAction) and action.text() for action in window.actions_)


def test_tab_reaches_the_rooms_and_the_grid_is_one_stop(window: MainWindow, wire: TestWire) -> None:
    from tests.ui.window.test_rooms import browse

    browse(window, wire)
    window.field.setFocus()
    reached = []
    for _ in range(20):
        focused = QApplication.focusWidget()
        assert focused is not None
        reached.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    for name in ("searchField", "folders", "grid", "thumbnailSize", "modelButton", "addFolder"):
        assert name in reached, reached


def test_the_keys_are_listed(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    dialog = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "helpDialog")
    assert dialog.isVisible()
    said = [label.text() for label in dialog.findChildren(QLabel)]
    for deed in ("Find similar", "Earlier, later moment of a video", "Select with a lasso"):
        assert said[said.index(deed) + 1]
    dialog.close()


def test_folding_full_screen_and_problems_by_key(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert window.sidebar.isHidden()
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert not window.sidebar.isHidden()
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert not window.problems.isHidden()
    assert window.status.problems.isChecked()
