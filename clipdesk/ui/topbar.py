"""The line at the head of the window: fold, search, menu."""

import sys

from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QToolButton, QWidget

from clipdesk.ui.actions import Actions
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import icon


class TopBar(QWidget):
    """The field has the width; a button at each side."""

    def __init__(self, field: QWidget, actions: Actions, window: QMainWindow) -> None:
        super().__init__(window)
        fold = self._button("foldButton", "panel-left", "Show or hide the folders (F9)")
        fold.clicked.connect(actions["sidebar"].trigger)
        more = self._button("menuButton", "menu", "Menu (Alt+M)")
        more.setShortcut("Alt+M")
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setMenu(_menu(actions, window))
        row = QHBoxLayout(self)
        row.setContentsMargins(*[2 * tokens.UNIT] * 4)
        row.setSpacing(2 * tokens.UNIT)
        row.addWidget(fold)
        about = self._button("aboutButton", "panel-right", "Show or hide the inspector (F10)")
        about.clicked.connect(actions["inspector"].trigger)
        row.addWidget(field, 1)
        row.addWidget(about)
        row.addWidget(more)

    def _button(self, name: str, icon_name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIcon(icon(icon_name))
        button.setToolTip(tip)
        button.setAccessibleName(tip.partition(" (")[0])
        return button


def _menu(actions: Actions, window: QMainWindow) -> QMenu:
    """All menus behind one button; where menus belong at the top of the screen, there too."""
    menu = QMenu(window)
    for part in actions.menus(menu):
        menu.addMenu(part)
        if sys.platform == "darwin":
            window.menuBar().addMenu(part)
    menu.addSeparator()
    menu.addAction(actions["help"])
    return menu
