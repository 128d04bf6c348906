"""Names as they are: no markup, no underlined letters, nothing turned around."""

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as QtOfGui
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from clipdesk.core.types import Problem, TagCount, TagUse
from clipdesk.ui import words
from clipdesk.ui.inspector.tags import Tag
from clipdesk.ui.problems.model import ProblemsModel
from clipdesk.ui.search.chip import TagChip
from clipdesk.ui.tags.list import TagsModel

HOSTILE = '<b>bold</b> & <img src="x">'


def read(tip: str) -> str:
    """What Qt makes of a tooltip."""
    if not QtOfGui.mightBeRichText(tip):
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


def test_names_are_no_markup(qtbot: QtBot) -> None:
    problems, tags = ProblemsModel(), TagsModel()
    problems.show((Problem(f"/pictures/{HOSTILE}", "It is damaged", 1),))
    tags.show((TagCount(HOSTILE, 2),))
    role = Qt.ItemDataRole.ToolTipRole
    tips = [problems.data(problems.index(0, 0), role), tags.data(tags.index(0), role)]
    for widget in (TagChip(HOSTILE), Tag(TagUse(HOSTILE), 1)):
        qtbot.addWidget(widget)
        tips.append(widget.toolTip())
    for tip in tips:
        assert HOSTILE in read(tip)
    assert words.tip("a & b\nc") == "a & b\nc"


def test_an_ampersand_on_a_button_is_one(qtbot: QtBot) -> None:
    button = QPushButton(words.on_button("Salt & pepper"))
    qtbot.addWidget(button)
    assert button.shortcut().isEmpty()
