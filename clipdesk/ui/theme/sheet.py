"""The one stylesheet: what Qt's palette can't say (radii, paddings, focus rings)."""

from PySide6.QtGui import QColor

from clipdesk.core.paths import resources
from clipdesk.ui.theme import tokens


def sheet(colours: tokens.Palette) -> str:
    """Qt Style Sheet of the whole application.

    Widgets opt in by a dynamic property: ``role`` is one of ``title``, ``caption``, ``heading``,
    ``primary`` (button), ``flat`` (button), ``card``, ``chip``; ``tone`` is ``accent``,
    ``warning`` or ``error``.
    """
    c, t = colours, tokens
    return f"""
QToolTip {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.border};
    padding: {t.UNIT}px {2 * t.UNIT}px; }}
QSplitter::handle {{ background: {c.border}; }}

*[role="title"] {{ font-size: {t.TITLE_PX}px; color: {c.text}; }}
*[role="caption"] {{ color: {c.secondary}; }}
*[role="heading"] {{ font-size: {t.CAPTION_PX}px; color: {c.secondary};
    padding: {t.UNIT}px {t.PADDING}px; }}
*[role="section"] {{ font-size: {t.CAPTION_PX}px; color: {c.secondary}; }}
*[tone="accent"] {{ color: {c.accent}; }}
*[tone="warning"] {{ color: {c.warning}; }}
*[tone="error"] {{ color: {c.error}; }}

QPushButton {{ min-height: {t.HIT_TARGET}px; padding: 0 {t.PADDING}px;
    border: 1px solid {c.border}; border-radius: {t.CELL_RADIUS}px;
    background: {c.surface}; color: {c.text}; }}
QPushButton:hover {{ border-color: {c.secondary}; }}
QPushButton:focus {{ border: {t.FOCUS_RING}px solid {c.accent}; }}
QPushButton:pressed {{ background: {c.border}; }}
QPushButton:disabled {{ color: {c.secondary}; border-color: {c.border}; }}
QPushButton[role="primary"] {{ background: {c.accent}; color: {c.on_accent};
    border: 1px solid {c.accent}; padding: 0 {2 * t.PADDING}px; }}
QPushButton[role="primary"]:focus {{ border: {t.FOCUS_RING}px solid {c.text}; }}
QPushButton[role="primary"]:disabled {{ background: {c.border}; color: {c.secondary};
    border-color: {c.border}; }}

QPushButton[role="quiet"] {{ min-height: {t.HIT_TARGET - 8}px; padding: 0; text-align: left;
    margin-left: -{t.FOCUS_RING}px;
    border: {t.FOCUS_RING}px solid transparent; background: transparent; color: {c.secondary}; }}
QPushButton[role="quiet"]:hover {{ color: {c.text}; }}
QPushButton[role="quiet"]:focus {{ border-color: {c.accent}; }}

QToolButton, QPushButton[role="flat"] {{ min-height: {t.HIT_TARGET - 4}px;
    min-width: {t.HIT_TARGET - 4}px; padding: 0 {t.UNIT}px; border: {t.FOCUS_RING}px solid
    transparent; border-radius: {t.CELL_RADIUS}px; background: transparent; color: {c.text}; }}
QToolButton:hover, QPushButton[role="flat"]:hover, QToolButton:checked {{
    background: {c.border}; }}
QToolButton:focus, QPushButton[role="flat"]:focus {{ border-color: {c.accent}; }}
QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; width: 0; }}
QToolButton[tone="warning"], QPushButton[tone="warning"] {{ color: {c.warning}; }}

QLineEdit, QPlainTextEdit {{ min-height: {t.HIT_TARGET}px; padding: 0 {2 * t.UNIT}px;
    border: 1px solid {c.border}; border-radius: {t.CARD_RADIUS}px; background: {c.surface};
    selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
QLineEdit:focus {{ border: {t.FOCUS_RING}px solid {c.accent}; }}
QLineEdit QToolButton {{ min-height: 0; min-width: 0; padding: 0; border: none; }}
#inspectorBody {{ background: {c.window}; }}
#inspectorTag QToolButton {{ min-height: 18px; min-width: 18px; padding: 0; border: none; }}
#searchField {{ min-height: {t.FIELD_HEIGHT}px; }}
*[role="chip"] {{ border: 1px solid {c.border}; border-radius: {t.CELL_RADIUS}px;
    background: {c.window}; }}
*[role="chip"]:focus {{ border: {t.FOCUS_RING}px solid {c.accent}; }}
*[role="card"] {{ border: 1px solid {c.border}; border-radius: {t.CARD_RADIUS}px;
    background: {c.surface}; }}

QComboBox {{ min-height: {t.HIT_TARGET}px; padding: 0 {2 * t.UNIT}px;
    border: 1px solid {c.border}; border-radius: {t.CELL_RADIUS}px; background: {c.surface};
    color: {c.text}; }}
QComboBox:focus {{ border: {t.FOCUS_RING}px solid {c.accent}; }}
QComboBox::drop-down {{ border: none; width: {2 * t.PADDING}px; }}
QComboBox::down-arrow {{ image: url("{_sign("down", c.text)}"); width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{ background: {c.surface}; color: {c.text};
    border: 1px solid {c.border}; selection-background-color: {c.accent};
    selection-color: {c.on_accent}; }}

QMenu {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.border};
    padding: {t.UNIT}px; }}
QMenu::item {{ padding: {t.UNIT + 2}px {t.PADDING * 2}px; border-radius: {t.UNIT}px; }}
QMenu::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
QMenu::item:disabled {{ color: {c.secondary}; }}
QMenu::separator {{ height: 1px; background: {c.border}; margin: {t.UNIT}px; }}
QMenuBar {{ background: {c.window}; color: {c.text}; }}
QMenuBar::item {{ padding: {t.UNIT}px {2 * t.UNIT}px; border-radius: {t.UNIT}px; }}
QMenuBar::item:selected {{ background: {c.border}; }}

QRadioButton {{ spacing: {2 * t.UNIT}px; min-height: {t.HIT_TARGET - 8}px; }}
QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {c.secondary};
    border-radius: 8px; background: {c.surface}; }}
QRadioButton::indicator:focus {{ border: {t.FOCUS_RING}px solid {c.accent};
    width: 12px; height: 12px; }}
QRadioButton::indicator:checked {{ border: 5px solid {c.accent}; width: 6px; height: 6px; }}

QCheckBox {{ spacing: {2 * t.UNIT}px; min-height: {t.HIT_TARGET - 8}px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {c.secondary};
    border-radius: {t.UNIT}px; background: {c.surface}; }}
QCheckBox::indicator:hover {{ border-color: {c.text}; }}
QCheckBox::indicator:focus {{ border: {t.FOCUS_RING}px solid {c.accent};
    width: 12px; height: 12px; }}
QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent};
    image: url("{_sign("tick", c.on_accent)}"); }}
QCheckBox::indicator:checked:focus {{ border-color: {c.text}; }}
QCheckBox::indicator:disabled {{ border-color: {c.border}; }}
QCheckBox::indicator:checked:disabled {{ background: {c.secondary};
    border-color: {c.secondary}; }}

QListView, QTreeView, QTableView {{ border: none; background: transparent; outline: none; }}
QHeaderView::section {{ background: {c.window}; color: {c.secondary}; border: none;
    border-bottom: 1px solid {c.border}; padding: {t.UNIT}px {2 * t.UNIT}px; }}
QTableView::item {{ padding: {t.UNIT}px {2 * t.UNIT}px; }}

QProgressBar {{ border: none; border-radius: 2px; background: {c.border}; }}
#downloadProgress {{ min-height: 4px; max-height: 4px; }}
QProgressBar::chunk {{ border-radius: 2px; background: {c.accent}; }}

QScrollBar {{ background: transparent; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {c.border}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {c.secondary}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.border}; }}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {c.secondary}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
    background: {c.text}; }}
QSlider::handle:horizontal:focus {{ background: {c.accent}; }}
"""


def _sign(name: str, colour: str) -> str:
    """The file of a sign as light or dark as this colour: a style sheet can't tint one."""
    ink = "light" if QColor(colour).lightness() > 128 else "dark"
    return (resources() / "icons" / f"{name}-{ink}.svg").as_posix()
