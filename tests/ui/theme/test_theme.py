"""The theme follows the system, can be overridden, and can be read by everyone."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QStyle, QStyleOptionButton
from pytestqt.qtbot import QtBot

from clipdesk.core.paths import resources
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import app_icon, icon
from clipdesk.ui.theme.theme import Choice, Theme, worn_by


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""

    def luminance(colour: str) -> float:
        def linear(part: float) -> float:
            return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

        c = QColor(colour)
        red, green, blue = linear(c.redF()), linear(c.greenF()), linear(c.blueF())
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [tokens.LIGHT, tokens.DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(colours: tokens.Palette) -> None:
    for ground in (colours.window, colours.surface):
        for ink in (colours.text, colours.secondary, colours.warning, colours.error):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    assert contrast(colours.on_accent, colours.accent) >= 4.5


def test_middle_grey_can_be_read_too() -> None:
    grey = tokens.GREY
    for ground in (grey.window, grey.surface):
        assert contrast(grey.text, ground) >= 4.5
        for ink in (grey.secondary, grey.accent, grey.warning, grey.error):
            assert contrast(ink, ground) >= 3, (ink, ground)
    assert contrast(grey.on_accent, grey.accent) >= 4.5


def test_middle_grey_is_neutral_and_known_by_its_palette(qapp: QApplication) -> None:
    theme = Theme(qapp, Choice.GREY)
    try:
        assert qapp.palette().color(QPalette.ColorRole.Window).saturation() == 0
        assert worn_by(qapp.palette()) is tokens.GREY
    finally:
        theme.choose(Choice.SYSTEM)
        theme.deleteLater()


def test_a_choice_overrides_the_system_and_reaches_icons(qapp: QApplication) -> None:
    theme = Theme(qapp, Choice.DARK)
    worn = []
    theme.changed.connect(worn.append)
    search = icon("search")
    try:
        assert worn_by(qapp.palette()) is tokens.DARK
        assert inked(search) == QColor(tokens.DARK.text).lightness() // 32
        theme.choose(Choice.LIGHT)
        assert worn == [tokens.LIGHT]
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(tokens.LIGHT.window)
        assert inked(search) == QColor(tokens.LIGHT.text).lightness() // 32
    finally:
        theme.choose(Choice.SYSTEM)
        theme.deleteLater()


def inked(drawn: QIcon) -> int:
    """How light the most opaque pixel of an icon is, in eighths."""
    image = drawn.pixmap(QSize(24, 24), 2.0).toImage()
    pixels = [image.pixelColor(x, y) for x in range(48) for y in range(48)]
    return max(pixels, key=QColor.alpha).lightness() // 32


def test_every_icon_draws_something(qapp: QApplication) -> None:
    names = [file.stem for file in (resources() / "icons").glob("*.svg")]
    assert len(names) > 20
    for name in names:
        image = icon(name).pixmap(QSize(16, 16), 3.0).toImage()
        assert image.width() == 48, name
        assert any(image.pixelColor(x, y).alpha() for x in range(48) for y in range(48)), name
    assert not app_icon().isNull()


@pytest.mark.parametrize("choice", [Choice.LIGHT, Choice.DARK, Choice.GREY])
def test_a_check_box_can_be_seen_and_is_ticked(
    qtbot: QtBot, qapp: QApplication, choice: Choice
) -> None:
    theme = Theme(qapp, choice)
    box = QCheckBox("Hidden files")
    qtbot.addWidget(box)
    try:
        with qtbot.waitExposed(box):
            box.show()
        ground = theme.palette.window
        place = box.style().subElementRect(
            QStyle.SubElement.SE_CheckBoxIndicator, _option(box), box
        )
        empty = box.grab(place).toImage()
        middle = empty.height() // 2
        frame = max(contrast(empty.pixelColor(x, middle).name(), ground) for x in range(3))
        assert frame >= 3  # the frame of a control, by WCAG 2.2
        box.setChecked(True)
        ticked = box.grab(place).toImage()
        pixels = [
            ticked.pixelColor(x, y).name()
            for x in range(ticked.width())
            for y in range(ticked.height())
        ]
        accent, ink = theme.palette.accent.lower(), theme.palette.on_accent.lower()
        assert pixels.count(accent) > len(pixels) / 4
        assert any(contrast(pixel, accent) > 3 for pixel in pixels if pixel != ground)
        assert ink in pixels
    finally:
        theme.choose(Choice.SYSTEM)
        theme.deleteLater()


def _option(box: QCheckBox) -> QStyleOptionButton:
    option = QStyleOptionButton()
    box.initStyleOption(option)
    return option
