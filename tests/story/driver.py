"""Runs the real program with real arguments, and tells what its window shows.

Run as ``python -m tests.story.driver [ARGUMENT…]``. Whenever what is shown has changed, a JSON
object goes to stdout. Nothing is touched: names of objects and roles of the model are all it
knows of the window.
"""

import json
import sys
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QApplication, QListView, QProgressBar, QSlider, QWidget

from clipdesk import app
from clipdesk.__main__ import main

_EVERY_MS = 50
_ROWS = 80
SCORE = int(Qt.ItemDataRole.UserRole) + 1


def watch() -> QTimer:
    """Look at the window from time to time."""
    last = ""

    def look() -> None:
        nonlocal last
        windows = [w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow"]
        now = json.dumps(state(windows[0])) if windows else ""
        if now and now != last:
            last = now
            sys.stdout.write(now + "\n")
            sys.stdout.flush()

    timer = QTimer(interval=_EVERY_MS)
    timer.timeout.connect(look)
    timer.start()
    return timer


def state(window: QWidget) -> dict[str, Any]:
    """What a person would see of the window, and where it is on the screen."""
    grid = window.findChild(QListView, "grid")
    slider = window.findChild(QSlider, "thumbnailSize")
    progress = window.findChild(QProgressBar, "progress")
    field = window.findChild(QWidget, "searchField")
    assert grid and slider and progress and field
    model = grid.model()
    rows = [model.index(row, 0) for row in range(min(model.rowCount(), _ROWS))]
    seen = grid.viewport().rect()
    focus = QApplication.focusWidget()
    return {
        "id": int(window.winId()),
        "window": place(window) if window.isVisible() else None,
        "active": window.isActiveWindow(),
        "focus": focus.objectName() if focus else "",
        "field": place(field),
        "text": field.property("text"),
        "chips": [
            {"name": chip.accessibleName(), "place": place(chip)}
            for chip in window.findChildren(QWidget, "queryChip")
            if chip.isVisible()
        ],
        "count": model.rowCount(),
        "paths": [row.data(Qt.ItemDataRole.UserRole) for row in rows],
        "scores": [row.data(SCORE) for row in rows],
        "cells": {
            row.row(): place(grid.viewport(), grid.visualRect(row))
            for row in rows
            if grid.isVisible() and seen.contains(grid.visualRect(row))
        },
        "selected": [index.row() for index in grid.selectedIndexes()],
        "scrolled": grid.verticalScrollBar().value(),
        "size": slider.value(),
        "progress": progress.format(),
        "preview": shown(window, "preview"),
        "zone": shown(window, "dropZone"),
        "folders": window.findChild(QListView, "folders").model().rowCount() - 1,
    }


def shown(window: QWidget, name: str) -> bool:
    widget = window.findChild(QWidget, name)
    return widget is not None and widget.isVisible()


def place(widget: QWidget, part: QRect | None = None) -> list[int]:
    """Where on the screen a widget is, or a part of it: x, y, width, height."""
    part = part if part is not None else widget.rect()
    corner = widget.mapToGlobal(QPoint(0, 0)) + part.topLeft()
    return [corner.x(), corner.y(), part.width(), part.height()]


if __name__ == "__main__":
    app.make_application()
    timer = watch()
    sys.exit(main())
