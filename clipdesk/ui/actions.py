"""All that can be done, declared once: menus, context menus, shortcuts and the help read it."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from clipdesk.ui.theme.icons import icon


@dataclass(frozen=True, slots=True)
class Spec:
    """One thing that can be done."""

    name: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False
    on_pictures: bool = False
    """Its keys mean this only while the grid has the focus; it needs a picture."""


SPECS = (
    Spec("add_folder", "Watch a folder…", ("Ctrl+O",), "folder-plus"),
    Spec("rescan", "Look through again", ("F5",), "refresh-cw"),
    Spec("pause", "Pause indexing", ("Ctrl+P",), checkable=True),
    Spec("plugged_in", "Index only when plugged in", checkable=True),
    Spec("labels", "Suggest tags…", ("Ctrl+L",), "list-checks"),
    Spec("describe_all", "Describe all pictures in words"),
    Spec("models", "How ClipDesk sees pictures…", ("Ctrl+,",), "cpu"),
    Spec("teach", "Teach it your words…"),
    Spec("test_library", "Test my library…"),
    Spec("quit", "Quit", ("Ctrl+Q",)),
    Spec("search", "Search", ("Ctrl+F", "/"), "search"),
    Spec("paste", "Paste a picture to search by", ("Ctrl+V",)),
    Spec("back", "Back to all pictures", ("Esc",)),
    Spec("earlier", "Earlier search", ("Alt+Left",)),
    Spec("later", "Later search", ("Alt+Right",)),
    Spec("similar", "Find similar", ("Ctrl+S",), "scan-search", on_pictures=True),
    Spec("preview", "Preview", ("Space",), "eye", on_pictures=True),
    Spec("open", "Open", ("Return", "Enter"), "external-link", on_pictures=True),
    Spec(
        "reveal",
        "Show in file manager",
        ("Ctrl+Return", "Ctrl+Enter"),
        "folder-open",
        on_pictures=True,
    ),
    Spec("copy_image", "Copy picture", ("Ctrl+C",), "copy", on_pictures=True),
    Spec("copy_path", "Copy path", ("Ctrl+Shift+C",), "link", on_pictures=True),
    Spec("tag", "Add a tag…", ("Ctrl+T",), "tag", on_pictures=True),
    Spec("describe", "Describe in words", ("Ctrl+D",), "sparkles", on_pictures=True),
    Spec("larger", "Larger thumbnails", ("Ctrl++", "Ctrl+=")),
    Spec("smaller", "Smaller thumbnails", ("Ctrl+-",)),
    Spec("usual_size", "Usual thumbnails", ("Ctrl+0",)),
    Spec("scores", "Show scores", checkable=True),
    Spec("names", "Show names", checkable=True),
    Spec("map", "Show as a map", ("F7",), "map", checkable=True),
    Spec("sidebar", "Show folders and tags", ("F9",), checkable=True),
    Spec("inspector", "Show the inspector", ("F10",), checkable=True),
    Spec("problems", "Show problems", ("F8",), checkable=True),
    Spec("full_screen", "Full screen", ("F11",), checkable=True),
    Spec("theme_system", "As the system", checkable=True),
    Spec("theme_light", "Light", checkable=True),
    Spec("theme_dark", "Dark", checkable=True),
    Spec("theme_grey", "Middle grey, for judging colours", checkable=True),
    Spec("help", "Keys and help", ("F1",), "info"),
)

MENUS: dict[str, tuple[str, ...]] = {
    "Library": (
        *("add_folder", "rescan", "pause", "plugged_in", ""),
        *("labels", "describe_all", ""),
        *("models", "teach", "test_library", "problems", "", "quit"),
    ),
    "Search": ("search", "paste", "back", "", "earlier", "later"),
    "Picture": (
        *("similar", "preview", "open", "reveal", "", "tag", "describe", ""),
        *("copy_image", "copy_path"),
    ),
    "View": (
        *("larger", "smaller", "usual_size", "", "names", "scores", ""),
        *("map", ""),
        *("sidebar", "inspector", "full_screen"),
    ),
    "Appearance": ("theme_system", "theme_light", "theme_dark", "theme_grey"),
}


class Actions:
    """The actions by name, made once for one window."""

    def __init__(self, parent: QWidget) -> None:
        self._actions = {spec.name: _action(spec, parent) for spec in SPECS}

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def give_keys(self, window: QWidget, grid: QWidget) -> None:
        """Make the keys work: those for pictures in the grid, the rest everywhere."""
        for spec in SPECS:
            (grid if spec.on_pictures else window).addAction(self[spec.name])

    def enable_pictures(self, *, some: bool) -> None:
        """Whether there is a picture to do something with."""
        for spec in SPECS:
            if spec.on_pictures:
                self[spec.name].setEnabled(some)

    def menus(self, parent: QWidget) -> list[QMenu]:
        """The menus of the window."""
        return [self.menu(title, parent) for title in MENUS]

    def menu(self, title: str, parent: QWidget) -> QMenu:
        """One menu, by its title."""
        menu = QMenu(title, parent)
        for name in MENUS[title]:
            if name:
                menu.addAction(self[name])
            else:
                menu.addSeparator()
        return menu


def _action(spec: Spec, parent: QObject) -> QAction:
    action = QAction(spec.text, parent)
    action.setObjectName(spec.name)
    action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
    action.setCheckable(spec.checkable)
    if spec.icon:
        action.setIcon(icon(spec.icon))
    if spec.on_pictures:
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setEnabled(False)
    return action
