"""Light, dark, middle grey or the system's: tokens become Qt's palette and one stylesheet."""

from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.sheet import sheet


class Choice(StrEnum):
    """What the person wants the window to look like."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    GREY = "grey"


class Theme(QObject):
    """Dresses the application, and dresses it anew when the system turns light or dark.

    Signals:
        changed: The palette (`tokens.Palette`) that holds from now on.
    """

    changed = Signal(object)

    def __init__(
        self,
        app: QApplication,
        choice: Choice = Choice.SYSTEM,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent or app)
        self._app = app
        self._choice = choice
        self.palette = tokens.LIGHT
        self._dressed = False
        app.setStyle(QStyleFactory.create("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self.choose(choice)

    @property
    def choice(self) -> Choice:
        return self._choice

    def choose(self, choice: Choice) -> None:
        """Wear this from now on."""
        self._choice = choice
        hints = self._app.styleHints()
        # Asked of the system as well, so that title bars and its own dialogs agree.
        if choice is Choice.SYSTEM:
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(
                Qt.ColorScheme.Dark if choice is Choice.DARK else Qt.ColorScheme.Light
            )
        self._dress()

    def _on_scheme_changed(self) -> None:
        self._dress()

    def _dress(self) -> None:
        palette = self._wanted()
        if palette is self.palette and self._dressed:
            return  # restyling every widget is felt; the system says so more than once
        self.palette, self._dressed = palette, True
        self._app.setPalette(qt_palette(self.palette))
        self._app.setStyleSheet(sheet(self.palette))
        self.changed.emit(self.palette)

    def _wanted(self) -> tokens.Palette:
        match self._choice:
            case Choice.LIGHT:
                return tokens.LIGHT
            case Choice.DARK:
                return tokens.DARK
            case Choice.GREY:
                return tokens.GREY
        dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return tokens.DARK if dark else tokens.LIGHT


def worn_by(palette: QPalette) -> tokens.Palette:
    """Our tokens behind a widget's palette, for colours Qt has no role for (warning, error)."""
    window = palette.color(QPalette.ColorRole.Window)
    for ours in tokens.PALETTES:
        if window == QColor(ours.window):
            return ours
    return tokens.DARK if window.lightness() < 128 else tokens.LIGHT


def qt_palette(colours: tokens.Palette) -> QPalette:
    """The tokens in Qt's roles; Mid is the border, PlaceholderText the secondary text."""
    role = QPalette.ColorRole
    palette = QPalette()
    for name, colour in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.window,
        role.Text: colours.text,
        role.Button: colours.surface,
        role.ButtonText: colours.text,
        role.BrightText: colours.error,
        role.PlaceholderText: colours.secondary,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.ToolTipBase: colours.surface,
        role.ToolTipText: colours.text,
        role.Mid: colours.border,
        role.Midlight: colours.border,
        role.Dark: colours.border,
        role.Light: colours.surface,
        role.Shadow: colours.border,
    }.items():
        palette.setColor(name, QColor(colour))
    faded = QColor(colours.secondary)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, faded)
    return palette
